"""The tree of units: dates, circles, routes."""

from __future__ import annotations

import datetime as dt

import pytest
from builders import make_office, make_school, make_unit
from flask import Flask

from tenants import clock
from tenants.db import db, transaction
from tenants.errors import Refused
from tenants.units import queries, service
from tenants.units.models import PROFESSIONAL, Unit


def day(number: int) -> dt.datetime:
    return dt.datetime(2026, 10, number, 5, tzinfo=dt.UTC)


def get(ident: int) -> Unit:
    unit = db.session.get(Unit, ident)
    assert unit is not None
    return unit


def test_the_subtree_goes_to_any_depth(app: Flask) -> None:
    department = make_unit(app, "department")
    office = make_office(app, under=department)
    school = make_school(app, office)
    with app.app_context():
        assert {u.id for u in queries.subtree(department.id)} == {office.id, school.id}
        assert {u.id for u in queries.subtree(department.id, tier="school")} == {school.id}
        assert queries.superior_ids(school.id) == {office.id, department.id}


def test_a_school_may_have_two_superiors(app: Flask) -> None:
    department, office = make_unit(app, "department"), make_office(app)
    school = make_school(app, office)
    with app.app_context(), transaction():
        service.place_under(get(school.id), get(department.id), PROFESSIONAL)
    with app.app_context():
        assert queries.superior_ids(school.id) == {office.id, department.id}
        assert {(u.id, kind) for u, kind in queries.superiors(school.id)} == {
            (office.id, "administrative"),
            (department.id, "professional"),
        }


def test_a_move_takes_effect_on_its_day(app: Flask) -> None:
    first, second = make_office(app), make_office(app)
    school = make_school(app, first)
    with app.app_context(), transaction():
        service.place_under(get(school.id), get(second.id), on=dt.date(2026, 10, 15))
    for number, expected in ((14, first), (15, second)):
        with clock.frozen(day(number)), app.app_context():
            assert queries.superior_ids(school.id) == {expected.id}
            assert [u.id for u in queries.subtree(expected.id)] == [school.id]


def test_a_circle_is_refused(app: Flask) -> None:
    department = make_unit(app, "department")
    office = make_office(app, under=department)
    with app.app_context(), pytest.raises(Refused), transaction():
        service.place_under(get(department.id), get(office.id))


def test_routes_are_by_purpose(app: Flask) -> None:
    department, office = make_unit(app, "department"), make_office(app)
    school = make_school(app, office)
    with app.app_context(), transaction():
        service.set_route(get(school.id), "role_model", get(department.id))
    with app.app_context():
        plan, role_model = queries.route(school.id, "plan"), queries.route(school.id, "role_model")
        assert plan is not None and plan.id == office.id
        assert role_model is not None and role_model.id == department.id
        assert queries.route(school.id, "incident") is None
