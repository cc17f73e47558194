"""Every route x every role x own, sibling and foreign unit.

``ROUTES`` names every endpoint with the guard it must carry. A new route without its row fails here, and so does a
row whose guard changed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from builders import UnitRef, make_office, make_person, make_school, make_token
from flask import Flask
from route_rows import ARGUMENTS, ROUTES
from webclient import PageClient

from tenants.accounts.permissions import OFFICE_ROLES, PERMISSIONS, SCHOOL_ROLES
from tenants.web.guard import PUBLIC, SIGNED_IN

ClientFor = Callable[..., PageClient]


def guards(app: Flask) -> dict[str, str]:
    return {
        endpoint: getattr(view, "guard", None) for endpoint, view in app.view_functions.items() if endpoint != "static"
    }


def test_every_route_stands_in_the_table_with_its_guard(session_app: Flask) -> None:
    assert guards(session_app) == ROUTES


def test_every_change_is_a_post(session_app: Flask) -> None:
    """A GET may be prefetched by a browser or a mail scanner: it must not change anything."""
    words = {"add", "create", "save", "submit", "approve", "vet", "delete", "remove", "issue", "revoke", "retract"}
    wrong = [
        rule.endpoint
        for rule in session_app.url_map.iter_rules()
        if rule.methods == {"GET", "HEAD", "OPTIONS"} and rule.endpoint.split(".")[-1] in words
    ]
    assert wrong == []


def test_addresses_are_spelt_alike(session_app: Flask) -> None:
    for rule in session_app.url_map.iter_rules():
        fixed = [part for part in rule.rule.split("/") if "<" not in part and part not in ("openapi.json", "v1")]
        assert all(part == part.lower() and "_" not in part for part in fixed), rule.rule


def unit_routes(app: Flask) -> list[tuple[str, str, str]]:
    """Return (endpoint, method, action) of every route inside a unit."""
    found = []
    for rule in app.url_map.iter_rules():
        guard = ROUTES.get(rule.endpoint)
        if guard in (None, PUBLIC, SIGNED_IN) or rule.endpoint == "static":
            continue
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            found.append((rule.endpoint, method, str(guard)))
    return found


def address(app: Flask, endpoint: str, method: str, unit: UnitRef) -> str:
    adapter = app.url_map.bind("localhost")
    names = next(r.arguments for r in app.url_map.iter_rules(endpoint) if method in (r.methods or set()))
    values: dict[str, Any] = {name: ARGUMENTS[name] for name in names if name != "unit_slug"}
    return adapter.build(endpoint, {**values, "unit_slug": unit.slug}, method=method)


@dataclass(frozen=True)
class World:
    office: UnitRef
    own: UnitRef
    sibling: UnitRef
    foreign: UnitRef
    foreign_office: UnitRef


@pytest.fixture
def world(app: Flask) -> World:
    office, foreign_office = make_office(app), make_office(app)
    return World(
        office, make_school(app, office), make_school(app, office), make_school(app, foreign_office), foreign_office
    )


def ask(
    app: Flask, client: PageClient, endpoint: str, method: str, unit: UnitRef, headers: dict[str, str],
    refused: bool = False,
) -> int:  # fmt: skip
    """Return the status of the answer.

    Args:
        headers: what a program sends to the API.
        refused: a refusal is expected; asked for as a script does, it is a sentence and no page, thousands of times.
    """
    path = address(app, endpoint, method, unit)
    if path.startswith("/api/"):
        return client.open(path, method=method, headers=headers, json={} if method != "GET" else None).status_code
    return client.open(path, method=method, headers={"Accept": "application/json"} if refused else {}).status_code


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("role", sorted(PERMISSIONS["unit.view"]))
def test_roles_open_their_own_doors_and_no_other(app: Flask, client_for: ClientFor, world: World, role: str) -> None:
    home = world.own if role in SCHOOL_ROLES else world.office
    person = make_person(app, home, role)
    headers = make_token(app, person)
    client = client_for(person)
    for endpoint, method, action in unit_routes(app):
        hidden = action.startswith("oversight.") and home != world.office
        allowed = role in PERMISSIONS[action] and not hidden
        status = ask(app, client, endpoint, method, home, headers, refused=not allowed)
        where = f"{method} {endpoint} as {role}: {status}"
        if allowed:
            assert status not in (401, 403, 405) and status < 500, where
        else:
            assert status == (404 if hidden else 403), where


def test_all_roles_of_one_school_open_nothing_elsewhere(app: Flask, client_for: ClientFor, world: World) -> None:
    person = make_person(app, world.own, *SCHOOL_ROLES)
    headers = make_token(app, person)
    client = client_for(person)
    for endpoint, method, action in unit_routes(app):
        offices = (world.office, world.foreign_office)
        for other in offices if action.startswith("oversight.") else (world.sibling, world.foreign, world.office):
            status = ask(app, client, endpoint, method, other, headers, refused=True)
            assert status == 404, f"{method} {endpoint} of {other.slug}: {status}"


@pytest.mark.usually("sqlite")
def test_all_roles_of_one_office_open_nothing_elsewhere(app: Flask, client_for: ClientFor, world: World) -> None:
    """An officer reads their schools through the office's own pages and never stands inside a school."""
    person = make_person(app, world.office, *OFFICE_ROLES)
    headers = make_token(app, person)
    client = client_for(person)
    for endpoint, method, action in unit_routes(app):
        for other in (world.foreign_office,) if action.startswith("oversight.") else (world.own, world.foreign):
            status = ask(app, client, endpoint, method, other, headers, refused=True)
            assert status == 404, f"{method} {endpoint} of {other.slug}: {status}"


@pytest.mark.usually("sqlite")
def test_nobody_gets_in_without_signing_in(app: Flask, client_for: ClientFor, world: World) -> None:
    client = client_for()
    for endpoint, method, action in unit_routes(app):
        unit = world.office if action.startswith("oversight.") else world.own
        status = ask(app, client, endpoint, method, unit, {})
        wanted = 302 if method == "GET" and not endpoint.startswith("api") else 401
        assert status == wanted, f"{method} {endpoint}: {status}"


def test_the_table_of_arguments_is_used(session_app: Flask) -> None:
    names = {name for rule in session_app.url_map.iter_rules() for name in rule.arguments}
    assert set(ARGUMENTS) <= names
