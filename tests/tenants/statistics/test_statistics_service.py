"""Month facts and quota slots, rebuilt from the deliveries of a unit."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from builders import UnitRef, in_unit, make_school, run_jobs, run_jobs_and_periodic_work
from district_builders import ROLE_MODEL_QUOTA, make_newsroom, moment, publish_rows, retract_rows
from flask import Flask
from sqlalchemy import select

from tenants import clock
from tenants.db import db, transaction
from tenants.jobs import queue
from tenants.jobs.models import Job
from tenants.publishing.models import Delivery
from tenants.statistics import jobs, queries, service
from tenants.statistics.models import MonthFact, QuotaSlot
from tenants.statistics.queries import Wanted


@dataclass(frozen=True)
class Quota:
    """A quota in force, as plans.queries gives it."""

    node_id: str = "guong"
    title: str = "Gương người tốt, việc tốt"
    quota: Any = None
    plan_id: int = 1
    starts_on: dt.date | None = dt.date(2026, 9, 1)
    ends_on: dt.date | None = dt.date(2026, 12, 31)


EXEMPLARY = Quota(quota=ROLE_MODEL_QUOTA)


def rebuild(app: Flask, unit: UnitRef, *months: str) -> None:
    with in_unit(app, unit):
        for month in months:
            service.rebuild_month(dt.date.fromisoformat(month))


def totals(app: Flask, unit: UnitRef, *by: str, **wanted: Any) -> dict[tuple[Any, ...], int]:
    with in_unit(app, unit):
        return queries.totals(by, Wanted(**wanted))


def fill(app: Flask, unit: UnitRef, today: str, *quotas: Quota) -> dict[str, tuple[str, int]]:
    with clock.frozen(moment(today)), in_unit(app, unit):
        service.fill_slots(quotas)  # type: ignore[arg-type]
    with in_unit(app, unit) as session:
        slots = session.scalars(select(QuotaSlot).order_by(QuotaSlot.period_start)).all()
        return {slot.period_start.isoformat(): (slot.state, slot.filled) for slot in slots}


def evidence(app: Flask, unit: UnitRef, start: str) -> list[str]:
    with in_unit(app, unit) as session:
        found = session.scalar(select(QuotaSlot).where(QuotaSlot.period_start == dt.date.fromisoformat(start)))
        return [entry["title"] for entry in found.evidence]


def test_an_article_on_two_channels_is_one_article_and_two_postings(app: Flask) -> None:
    school = make_school(app, None)
    room = make_newsroom(app, school, "website", "radio")
    first = publish_rows(app, room, "2026-11-03", node_id="n1")
    publish_rows(app, room, "2026-11-04", channel="radio", node_id="n1", also=first)
    publish_rows(app, room, "2026-11-05", "Thông báo nghỉ", genre="notice")
    rebuild(app, school, "2026-11-01")

    assert totals(app, school) == {(): 2}
    assert totals(app, school, "channel") == {("website",): 2, ("radio",): 1}
    assert totals(app, school, "node_id", "genre") == {("n1", "news"): 1, ("", "notice"): 1}
    assert totals(app, school, channel="radio") == {(): 1}
    assert totals(app, school, genre="notice") == {(): 1}
    assert totals(app, school, nodes=["n1"]) == {(): 1}
    assert totals(app, school, first=dt.date(2026, 12, 1)) == {}
    assert totals(app, school, last=dt.date(2026, 10, 1)) == {}


def test_rebuilding_twice_changes_nothing(app: Flask) -> None:
    school = make_school(app, None)
    publish_rows(app, make_newsroom(app, school), "2026-11-03")
    rebuild(app, school, "2026-11-01", "2026-11-15", "2026-11-01")

    assert totals(app, school, "month") == {(dt.date(2026, 11, 1),): 1}


def test_a_correction_in_a_later_month_is_not_counted_again(app: Flask) -> None:
    school = make_school(app, None)
    room = make_newsroom(app, school)
    first = publish_rows(app, room, "2026-09-28", node_id="n1")
    publish_rows(app, room, "2026-10-02", "Bản đã đính chính", node_id="n2", corrects=first)
    rebuild(app, school, "2026-09-01", "2026-10-01")

    assert totals(app, school, "month", "node_id") == {(dt.date(2026, 9, 1), "n2"): 1}


def test_a_correction_on_its_way_does_not_hide_what_stands(app: Flask) -> None:
    school = make_school(app, None)
    room = make_newsroom(app, school)
    first = publish_rows(app, room, "2026-11-03")
    publish_rows(app, room, "2026-11-03", "Bản đang đính chính", state="sending", corrects=first)
    with in_unit(app, school) as session:
        session.get(Delivery, (school.id, first.delivery_id)).state = "published"
    rebuild(app, school, "2026-11-01")

    assert totals(app, school) == {(): 1}


def test_a_retracted_article_leaves_the_count(app: Flask) -> None:
    school = make_school(app, None)
    room = make_newsroom(app, school)
    published = publish_rows(app, room, "2026-11-03")
    rebuild(app, school, "2026-11-01")
    retract_rows(app, room, published)
    rebuild(app, school, "2026-11-01")

    assert totals(app, school) == {}


def test_what_was_not_confirmed_as_published_is_not_counted(app: Flask) -> None:
    school = make_school(app, None)
    publish_rows(app, make_newsroom(app, school), "2026-11-03", state="unconfirmed")
    rebuild(app, school, "2026-11-01")

    assert totals(app, school) == {}


def test_a_rebuild_in_one_unit_leaves_the_facts_of_another(app: Flask) -> None:
    first, second = make_school(app, None), make_school(app, None)
    for school in (first, second):
        publish_rows(app, make_newsroom(app, school), "2026-11-03")
        rebuild(app, school, "2026-11-01")
    rebuild(app, second, "2026-11-01")

    assert totals(app, first) == {(): 1}


def test_months_are_filled_due_or_missed_by_the_units_day(app: Flask) -> None:
    school = make_school(app, None)
    publish_rows(app, make_newsroom(app, school), "2026-10-20", "Cô Mai nuôi heo đất", genre="role_model")

    assert fill(app, school, "2026-11-20", EXEMPLARY) == {
        "2026-09-01": ("missed", 0),
        "2026-10-01": ("filled", 1),
        "2026-11-01": ("due", 0),
        "2026-12-01": ("due", 0),
    }
    assert evidence(app, school, "2026-10-01") == ["Cô Mai nuôi heo đất"]


def test_the_last_evening_of_a_month_still_counts_as_due(app: Flask) -> None:
    school = make_school(app, None)

    assert fill(app, school, "2026-09-30 23:30", EXEMPLARY)["2026-09-01"] == ("due", 0)
    assert fill(app, school, "2026-10-01 00:30", EXEMPLARY)["2026-09-01"] == ("missed", 0)


def test_a_retracted_article_empties_its_slot_and_a_new_one_fills_it_again(app: Flask) -> None:
    school = make_school(app, None)
    room = make_newsroom(app, school)
    published = publish_rows(app, room, "2026-10-20", genre="role_model")
    assert fill(app, school, "2026-11-20", EXEMPLARY)["2026-10-01"] == ("filled", 1)
    retract_rows(app, room, published)

    assert fill(app, school, "2026-11-20", EXEMPLARY)["2026-10-01"] == ("missed", 0)
    assert evidence(app, school, "2026-10-01") == []
    publish_rows(app, room, "2026-10-25", genre="role_model")
    assert fill(app, school, "2026-11-20", EXEMPLARY)["2026-10-01"] == ("filled", 1)


def test_one_exemplary_article_on_two_channels_fills_one_place(app: Flask) -> None:
    school = make_school(app, None)
    room = make_newsroom(app, school, "website", "radio")
    first = publish_rows(app, room, "2026-10-20", genre="role_model")
    publish_rows(app, room, "2026-10-21", channel="radio", genre="role_model", also=first)
    two = Quota(quota=ROLE_MODEL_QUOTA | {"count": 2})

    assert fill(app, school, "2026-11-20", two)["2026-10-01"] == ("missed", 1)


def test_the_article_that_serves_the_node_is_named_first(app: Flask) -> None:
    school = make_school(app, None)
    room = make_newsroom(app, school)
    publish_rows(app, room, "2026-10-02", "Gương ngoài mục", genre="role_model")
    publish_rows(app, room, "2026-10-20", "Gương đúng mục", genre="role_model", node_id="guong")
    fill(app, school, "2026-11-20", EXEMPLARY)

    assert evidence(app, school, "2026-10-01") == ["Gương đúng mục", "Gương ngoài mục"]


def test_another_quota_wants_its_own_node_and_genre(app: Flask) -> None:
    school = make_school(app, None)
    room = make_newsroom(app, school)
    publish_rows(app, room, "2026-10-02", genre="news", node_id="an-toan")
    publish_rows(app, room, "2026-10-03", genre="feature", node_id="khac")
    quota = {"count": 1, "period": "semester", "genre": "feature", "subject": None}
    safety = Quota("an-toan", "An toàn", quota, ends_on=dt.date(2027, 5, 31))

    assert fill(app, school, "2026-11-20", safety) == {"2026-09-01": ("due", 0), "2027-01-16": ("due", 0)}
    publish_rows(app, room, "2026-10-04", genre="feature", node_id="an-toan")
    assert fill(app, school, "2026-11-20", safety)["2026-09-01"] == ("filled", 1)


def test_filling_twice_keeps_one_slot_for_each_period(app: Flask) -> None:
    school = make_school(app, None)

    assert fill(app, school, "2026-11-20", EXEMPLARY) == fill(app, school, "2026-11-20", EXEMPLARY)


def test_a_quota_no_longer_in_force_keeps_its_past_and_loses_its_future(app: Flask) -> None:
    school = make_school(app, None)
    fill(app, school, "2026-11-20", EXEMPLARY)

    assert list(fill(app, school, "2026-11-20")) == ["2026-09-01", "2026-10-01"]


def test_a_quota_changed_from_months_to_a_year_loses_its_months(app: Flask) -> None:
    school = make_school(app, None)
    fill(app, school, "2026-11-20", EXEMPLARY)
    yearly = Quota(quota=ROLE_MODEL_QUOTA | {"period": "year"})

    assert list(fill(app, school, "2026-11-20", yearly)) == ["2026-09-01"]


def test_a_quota_without_days_asks_for_the_present_school_year(app: Flask) -> None:
    school = make_school(app, None)
    found = fill(app, school, "2026-11-20", Quota(quota=ROLE_MODEL_QUOTA, starts_on=None, ends_on=None))

    assert (min(found), max(found), len(found)) == ("2026-09-01", "2027-05-01", 9)


def test_the_queued_job_counts_the_month(app: Flask) -> None:
    school = make_school(app, None)
    publish_rows(app, make_newsroom(app, school), "2026-11-03")
    with app.app_context(), transaction():
        queue.enqueue("statistics.rebuild", school.id, month="2026-11-01")
    run_jobs(app)

    assert totals(app, school) == {(): 1}


def test_the_hourly_refresh_mends_this_month_and_the_last(app: Flask) -> None:
    school = make_school(app, None)
    room = make_newsroom(app, school)
    for day in ("2026-09-10", "2026-10-31", "2026-11-03"):
        publish_rows(app, room, day)
    with clock.frozen(moment("2026-11-20")):
        run_jobs_and_periodic_work(app)

    assert totals(app, school, "month") == {(dt.date(2026, 10, 1),): 1, (dt.date(2026, 11, 1),): 1}


def test_a_second_round_of_refreshing_waits_for_the_first(app: Flask) -> None:
    make_school(app, None)
    with app.app_context():
        jobs.refresh_all()
        jobs.refresh_all()
        waiting = db.session.scalars(select(Job).where(Job.kind == jobs.REFRESH)).all()
        assert len(waiting) == 1


def test_reading_totals_needs_a_scope_and_stays_in_it(app: Flask) -> None:
    first, second = make_school(app, None), make_school(app, None)
    publish_rows(app, make_newsroom(app, first), "2026-11-03")
    rebuild(app, first, "2026-11-01")

    assert totals(app, second) == {}
    with in_unit(app, second) as session:
        assert session.scalars(select(MonthFact)).all() == []
        assert queries.published_since(moment("2026-11-01"), [first.id, second.id]) == 0
    with in_unit(app, first):
        assert queries.published_since(moment("2026-11-01"), [first.id]) == 1
        assert queries.published_since(moment("2026-11-04"), [first.id]) == 0


def test_only_what_was_seen_counts_and_what_vanished_no_more(app: Flask) -> None:
    school = make_school(app, None)
    room = make_newsroom(app, school, "website")
    publish_rows(app, room, "2026-11-03", seen=False)
    seen = publish_rows(app, room, "2026-11-04")
    rebuild(app, school, "2026-11-01")
    assert totals(app, school) == {(): 1}
    with in_unit(app, school):
        assert queries.published_since(moment("2026-11-01"), [school.id]) == 1
    with in_unit(app, school) as session:
        session.get(Delivery, (school.id, seen.delivery_id)).vanished_at = moment("2026-11-05")
    rebuild(app, school, "2026-11-01")
    assert totals(app, school) == {}
    with in_unit(app, school):
        assert queries.published_since(moment("2026-11-01"), [school.id]) == 0
