"""How far the schools' articles reached, added up for their office: by channel, month and school, never by person."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator

import pytest
from builders import PersonRef, UnitRef, in_unit, make_office, make_person, make_school
from district_builders import make_newsroom, moment, publish_rows
from flask import Flask
from queries import count_queries
from webclient import PageClient

from tenants import clock
from tenants.statistics import reach
from tenants.statistics import service as statistics
from tenants.statistics.models import Reading

Clients = Callable[..., PageClient]
NOVEMBER = dt.date(2026, 11, 1)


@pytest.fixture(autouse=True)
def _on_a_november_morning() -> Iterator[None]:
    with clock.frozen(moment("2026-11-20")):
        yield


def school_with_views(app: Flask, office: UnitRef, views: int) -> UnitRef:
    """A school with one article whose views were read twice."""
    school = make_school(app, office)
    room = make_newsroom(app, school)
    published = publish_rows(app, room, "2026-11-03")
    with in_unit(app, school) as session:
        for value in (1, views):
            session.add(
                Reading(
                    delivery_id=published.delivery_id,
                    channel="website",
                    metric="views",
                    value=value,
                    taken_at=clock.now(),
                )
            )
            session.flush()
        statistics.rebuild_month(NOVEMBER)
        reach.rebuild(NOVEMBER)
    return school


def shown(client: PageClient, office: UnitRef, query: str = "") -> str:
    response = client.get(f"/o/{office.slug}/articles{query}")
    assert response.status_code == 200
    return response.get_data(as_text=True)


@pytest.fixture
def office(app: Flask) -> UnitRef:
    """An office."""
    return make_office(app)


@pytest.fixture
def officer(app: Flask, office: UnitRef) -> PersonRef:
    """Its officer."""
    return make_person(app, office, "officer")


def test_views_of_all_schools_are_added_up(
    app: Flask, office: UnitRef, officer: PersonRef, client_for: Clients
) -> None:
    one, two = school_with_views(app, office, 300), school_with_views(app, office, 40)
    foreign = school_with_views(app, make_office(app), 7000)
    page = shown(client_for(officer), office)
    assert "Số liệu trên các kênh" in page and ">340</td>" in page
    for school, views in ((one, 300), (two, 40)):
        row = re.search(rf"schools/{school.id}\".*?</tr>", page, re.S)
        assert row is not None and f">{views}</td>" in row.group(0)
    assert "7000" not in page and f'schools/{foreign.id}"' not in page
    assert "tính cho mọi thể loại" not in page
    of_genre = shown(client_for(officer), office, "?genre=news")
    assert "tính cho mọi thể loại" in of_genre and ">340</td>" in of_genre


@pytest.mark.usually("sqlite")
def test_number_of_queries_does_not_grow(app: Flask, office: UnitRef, officer: PersonRef, client_for: Clients) -> None:
    client = client_for(officer)
    school_with_views(app, office, 10)
    shown(client, office)
    with count_queries() as one:
        shown(client, office)
    for _school in range(2):
        school_with_views(app, office, 10)
    with count_queries() as three:
        shown(client, office)
    assert len(three) == len(one)
