"""What belongs to another unit is not there: 404 for every id, whatever one's roles at home."""

from __future__ import annotations

import article_builders as articles
from api_client import at_office, at_unit
from api_world import ask, bodies, make_world, operations
from builders import make_office, make_person
from flask import Flask

OF_SUPERIORS = ("api-plans.show_superior_plan", "api-plans.download_superior_plan")
OF_ISSUED = ("api-plans.show_version", "api-plans.download_version")
"""Of the school's own plan, which is still in hand; the main job's test reads them."""


def test_every_body_of_the_table_belongs_to_an_operation(app: Flask) -> None:
    known = {operation.id for operation in operations(app) if operation.takes_json}
    assert set(bodies(make_world(app))) == known


def test_ids_of_a_sibling_school_are_not_there(app: Flask) -> None:
    world = make_world(app)
    stranger = articles.make_team(app, office=world.office)
    client = at_unit(app, stranger.principal, stranger.unit)
    valid = bodies(world)
    asked = 0
    for operation in operations(app):
        if not operation.path.startswith("/api/v1/units/") or not operation.variables:
            continue
        # What the office issued is for every school; a sibling's plan is not.
        ids = {**world.unit_ids, "superior_id": world.team.unit.id}
        answer = ask(client, operation, stranger.unit.slug, ids, valid.get(operation.id))
        assert answer.status == 404, f"{operation.id}: {answer.status} {answer.json}"
        asked += 1
    assert asked > 50


def test_the_same_addresses_are_there_at_home(app: Flask) -> None:
    """Else the test before this one would prove nothing."""
    world = make_world(app)
    for operation in operations(app):
        at_the_office = not operation.path.startswith("/api/v1/units/")
        if operation.method != "GET" or operation.id in OF_ISSUED:
            continue
        client = world.officer if at_the_office else world.principal
        slug = world.office.slug if at_the_office else world.team.unit.slug
        ids = world.office_ids if at_the_office else world.unit_ids
        if operation.id in OF_SUPERIORS:
            ids = {**ids, "plan_id": world.office_ids["plan_id"]}
        answer = ask(client, operation, slug, ids)
        assert answer.status == 200, f"{operation.id}: {answer.status} {answer.json}"


def test_an_officer_of_another_office_sees_nothing(app: Flask) -> None:
    world = make_world(app)
    elsewhere = make_office(app)
    client = at_office(app, make_person(app, elsewhere, "officer"), elsewhere)
    valid = bodies(world)
    for operation in operations(app):
        if not operation.path.startswith("/api/v1/offices/") or not operation.variables:
            continue
        answer = ask(client, operation, elsewhere.slug, world.office_ids, valid.get(operation.id))
        assert answer.status == 404, f"{operation.id}: {answer.status} {answer.json}"
    assert client.post("/units", valid["api-oversight.add_unit"]).status == 404


def test_nobody_enters_a_unit_they_do_not_belong_to(app: Flask) -> None:
    world = make_world(app)
    stranger = articles.make_team(app, office=world.office)
    client = at_unit(app, stranger.principal, stranger.unit)
    valid = bodies(world)
    for operation in operations(app):
        at_the_office = not operation.path.startswith("/api/v1/units/")
        slug = world.office.slug if at_the_office else world.team.unit.slug
        ids = world.office_ids if at_the_office else world.unit_ids
        answer = ask(client, operation, slug, ids, valid.get(operation.id))
        assert answer.status == 404, f"{operation.id}: {answer.status} {answer.json}"


def test_offices_and_schools_keep_to_their_own_doors(app: Flask) -> None:
    team = articles.make_team(app, office=make_office(app))
    principal = at_unit(app, team.principal, team.unit)
    assert principal.get(f"/api/v1/offices/{team.unit.slug}/units").status == 404
    office = make_office(app)
    school = articles.make_team(app, office=office).unit
    officer = at_office(app, make_person(app, office, "officer"), office)
    assert officer.get(f"/api/v1/units/{school.slug}/articles").status == 404
    assert officer.get("/units").json["total"] == 1
