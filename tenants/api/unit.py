"""The people of a unit, its log and its numbers over the API."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import g

from tenants import audit, clock, text
from tenants.accounts import queries, service
from tenants.accounts.queries import Person
from tenants.api.blueprint import UNIT_PREFIX, ApiBlueprint, changing
from tenants.api.schemas import account as shapes
from tenants.api.schemas import statistics as number_shapes
from tenants.api.schemas.common import PageQuery, as_page, page_of
from tenants.errors import NotFound
from tenants.statistics import queries as statistics
from tenants.statistics.periods import first_of_month, school_year
from tenants.statistics.queries import Wanted
from tenants.web.guard import acting_user, requires

blueprint = ApiBlueprint("api-unit", UNIT_PREFIX, "The unit: people, log, numbers.")

Values = dict[str, Any]


@blueprint.get("/people")
@requires("people.manage")
@blueprint.response(200, shapes.PersonListSchema)
def list_people() -> Any:
    """List the people of the unit with their roles."""
    return _people()


def _people() -> Values:
    people = sorted(queries.people_of(g.unit.id), key=lambda person: text.name_sort_key(person.user.name))
    return {"items": [_person_view(person) for person in people]}


def _person_view(person: Person) -> Values:
    names = ("id", "sign_in_name", "name", "email", "active")
    return {**{name: getattr(person.user, name) for name in names}, "roles": person.roles}


def _person(user_id: int) -> Values:
    for person in queries.people_of(g.unit.id):
        if person.user.id == user_id:
            return _person_view(person)
    raise NotFound(f"person {user_id}")


@blueprint.post("/people")
@requires("people.manage")
@blueprint.arguments(shapes.NewPersonSchema)
@blueprint.response(201, shapes.AddedPersonSchema)
def add_person(values: Values) -> Any:
    """Bring a person into the unit, or give somebody in it further roles."""
    with changing() as actor_id:
        user, password = service.add_person(actor_id=actor_id, **values)
        user_id = user.id
    return {"person": _person(user_id), "password": password}


@blueprint.delete("/people/<int:user_id>/roles/<role>")
@requires("people.manage")
@blueprint.response(200, shapes.PersonListSchema)
def revoke_role(user_id: int, role: str) -> Any:
    """Take a role from a person, from today on."""
    with changing():
        service.revoke(user_id, role, acting_user())
    return _people()


@blueprint.post("/people/<int:user_id>/password")
@requires("people.manage")
@blueprint.response(200, shapes.PasswordSchema)
def reset_password(user_id: int) -> Any:
    """Give a person of this unit alone a new one-time password."""
    with changing():
        user, password = service.reset_password(user_id, acting_user())
        name = user.sign_in_name
    return {"sign_in_name": name, "password": password}


@blueprint.get("/audit")
@requires("audit.view")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, page_of(shapes.AuditEntrySchema))
def list_audit(query: Values) -> Any:
    """List who did what in the unit, newest first."""
    page = audit.entries(query["page"])
    names = queries.names([entry.actor_id for entry in page.items])
    shown = ("id", "at", "actor_id", "action", "subject_type", "subject_id", "data")
    items = [
        {
            **{name: getattr(entry, name) for name in shown},
            "actor_name": names.get(entry.actor_id, "") if entry.actor_id is not None else "",
            "label": str(audit.LABELS.get(entry.action, entry.action)),
        }
        for entry in page.items
    ]
    return as_page(page, items)


@blueprint.get("/statistics")
@requires("article.view")
@blueprint.arguments(number_shapes.SpanQuery, location="query")
@blueprint.response(200, number_shapes.StatisticsSchema)
def show_statistics(query: Values) -> Any:
    """Count what the unit published, by month, channel, genre and plan node."""
    first, last = span(query)
    wanted = Wanted(units=[g.unit.id], first=first, last=last)
    found = {name: statistics.totals((name,), wanted) for name in ("month", "channel", "genre", "node_id")}
    counts = {
        name: [{name: key, "articles": count} for (key,), count in sorted(totals.items())]
        for name, totals in found.items()
    }
    return {
        "first": first,
        "last": last,
        "total": sum(found["month"].values()),
        "months": counts["month"],
        "channels": counts["channel"],
        "genres": counts["genre"],
        "nodes": counts["node_id"],
    }


def span(query: Values) -> tuple[dt.date, dt.date]:
    """Return the first days of the months asked for; without any, the present school year up to today."""
    today = clock.today(g.unit.timezone)
    this_month = first_of_month(today)
    first = first_of_month(query["first"]) if query["first"] else min(school_year(today).start, this_month)
    last = first_of_month(query["last"]) if query["last"] else this_month
    return min(first, last), max(first, last)


@blueprint.get("/quota-slots")
@requires("article.view")
@blueprint.response(200, number_shapes.SlotListSchema)
def list_slots() -> Any:
    """List the unit's quota slots with the articles that fill them."""
    return {"items": statistics.slots_of(g.unit.id)}
