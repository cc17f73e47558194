"""Numbers and comments read from outlets in a rhythm; whatever fails there, the delivery stays as it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from builders import FIRST_DAY, in_unit, make_office, run_jobs, run_jobs_and_periodic_work
from contact_builders import PAGE, Page, callback, comment, make_page_desk, page_installed
from flask import Flask
from publishing_builders import Desk, approve_again, approved, plan, see
from queries import count_queries
from sqlalchemy import delete, func, select

from channel_plugins import GiveUp, NeedsPerson, TryAgain
from channel_plugins.types import Metric
from tenants import clock, scope
from tenants.db import transaction
from tenants.jobs.models import Job
from tenants.publishing import comments, outlets
from tenants.publishing.contact_models import Collection, RemoteComment
from tenants.publishing.models import ChannelAccount, Delivery
from tenants.statistics import collecting, reach
from tenants.statistics.models import ReachFact, Reading
from tenants.statistics.queries import Wanted
from tenants.units import service as unit_service
from tenants.units.models import Unit

MONDAY = dt.datetime(2026, 11, 23, 1, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def remote(app: Flask) -> Iterator[Page]:
    """A page that shows numbers and comments."""
    with page_installed(app) as installed:
        yield installed


@pytest.fixture
def desk(app: Flask, remote: Page) -> Desk:
    """A school with the page as an outlet."""
    return make_page_desk(app)


def publish(app: Flask, desk: Desk, when: dt.datetime = MONDAY, **changes: Any) -> int:
    with clock.frozen(when):
        ident = plan(app, desk, approved(app, desk, **changes), PAGE)
        run_jobs(app)
    assert see(app, desk, ident).state == "published"
    return ident


def jobs_at(app: Flask, when: dt.datetime) -> None:
    with clock.frozen(when):
        run_jobs_and_periodic_work(app)


def fact(app: Flask, desk: Desk, ident: int, name: str) -> Any:
    with in_unit(app, desk.unit) as session:
        return getattr(session.get(Delivery, (desk.unit.id, ident)), name)


def readings(app: Flask, desk: Desk, ident: int) -> dict[str, int]:
    with in_unit(app, desk.unit):
        return {metric: newest.value for metric, newest in reach.newest_of([ident]).get(ident, {}).items()}


def due(app: Flask, desk: Desk, ident: int) -> dt.datetime | None:
    with in_unit(app, desk.unit) as session:
        return session.scalar(select(Collection.due_at).where(Collection.delivery_id == ident))


def seen_comments(app: Flask, desk: Desk) -> list[tuple[str, bool]]:
    with in_unit(app, desk.unit) as session:
        rows = session.scalars(select(RemoteComment).order_by(RemoteComment.id)).all()
        return [(row.remote_id, row.vanished_at is not None) for row in rows]


def test_numbers_are_read_and_added_up_by_month(app: Flask, desk: Desk, remote: Page) -> None:
    ident = publish(app, desk)
    remote.readings["post-1"] = {Metric.VIEWS: 120, Metric.REACTIONS: 8}
    jobs_at(app, MONDAY + dt.timedelta(minutes=11))
    assert readings(app, desk, ident) == {"views": 120, "reactions": 8}
    remote.readings["post-1"] = {Metric.VIEWS: 300, Metric.REACTIONS: 9}
    jobs_at(app, MONDAY + dt.timedelta(minutes=31))
    assert readings(app, desk, ident) == {"views": 300, "reactions": 9}
    with in_unit(app, desk.unit) as session:
        assert session.scalar(select(func.count()).select_from(Reading)) == 4
        november = dt.date(2026, 11, 1)
        assert reach.totals(("month", "channel", "metric"), Wanted()) == {
            (november, PAGE, "views"): 300, (november, PAGE, "reactions"): 9,
        }  # fmt: skip
        assert [value for _at, value in reach.history(ident, "views")] == [120, 300]


def test_rhythm_ends_after_a_month(app: Flask, desk: Desk, remote: Page) -> None:
    ident = publish(app, desk)
    now = MONDAY
    for _step in range(40):
        waiting = due(app, desk, ident) if remote.asked else now + dt.timedelta(minutes=11)
        if waiting is None:
            break
        now = waiting + dt.timedelta(seconds=1)
        jobs_at(app, now)
    assert due(app, desk, ident) is None
    assert len(remote.asked) == 13
    jobs_at(app, now + dt.timedelta(days=40))
    assert len(remote.asked) == 13


@pytest.mark.parametrize("failure", [TryAgain("Bận."), NeedsPerson("Không được đọc."), GiveUp("Không."), ValueError()])
def test_failure_of_reading_touches_no_delivery(app: Flask, desk: Desk, remote: Page, failure: Exception) -> None:
    ident = publish(app, desk)
    remote.wrong["collect"] = failure
    remote.below = [comment(fact(app, desk, ident, "key"), 1)]
    jobs_at(app, MONDAY + dt.timedelta(minutes=11))
    stand = see(app, desk, ident)
    assert (stand.state, stand.sentence, stand.next_at) == ("published", "", None)
    assert seen_comments(app, desk) == [("bl-1", False)]
    again = due(app, desk, ident)
    assert again is not None and again >= MONDAY + dt.timedelta(minutes=41)
    remote.readings["post-1"] = {Metric.VIEWS: 5}
    jobs_at(app, again + dt.timedelta(seconds=1))
    assert readings(app, desk, ident) == {"views": 5}


def test_outlet_that_may_not_be_read_is_asked_whether_it_may_be_posted_to(app: Flask, desk: Desk, remote: Page) -> None:
    publish(app, desk)
    remote.verified.clear()
    remote.wrong["collect"] = NeedsPerson("Không được đọc số liệu.")
    jobs_at(app, MONDAY + dt.timedelta(minutes=11))
    assert remote.verified == ["ma-trang-bi-mat"]
    with in_unit(app, desk.unit) as session:
        assert session.get(ChannelAccount, (desk.unit.id, desk.accounts[PAGE])).paused_reason is None


def test_stopped_outlet_is_left_alone(app: Flask, desk: Desk, remote: Page) -> None:
    publish(app, desk)
    with in_unit(app, desk.unit) as session:
        session.get(ChannelAccount, (desk.unit.id, desk.accounts[PAGE])).paused_reason = "Mã hết hạn."
    jobs_at(app, MONDAY + dt.timedelta(minutes=11))
    assert remote.asked == []
    with in_unit(app, desk.unit):
        outlets.edit_account(desk.accounts[PAGE], "", {"page_id": "p1"}, actor_id=desk.team.web.id)
    jobs_at(app, MONDAY + 7 * HOUR)
    assert len(remote.asked) == 1


def test_comments_are_kept_and_marked_when_they_vanish(app: Flask, desk: Desk, remote: Page) -> None:
    ident = publish(app, desk)
    key = fact(app, desk, ident, "key")
    remote.below = [comment(key, 1, "Tuyệt vời <script>"), comment(key, 2)]
    jobs_at(app, MONDAY + dt.timedelta(minutes=11))
    remote.below = [comment(key, 1), comment(key, 3)]
    jobs_at(app, MONDAY + dt.timedelta(minutes=31))
    assert seen_comments(app, desk) == [("bl-1", False), ("bl-2", True), ("bl-3", False)]
    remote.below = [comment(key, 2)]
    jobs_at(app, MONDAY + HOUR + dt.timedelta(minutes=1))
    assert seen_comments(app, desk) == [("bl-1", False), ("bl-2", False), ("bl-3", True)]


def test_old_comments_that_were_not_given_are_not_called_vanished(app: Flask, desk: Desk) -> None:
    ident = publish(app, desk)
    key = fact(app, desk, ident, "key")
    with in_unit(app, desk.unit):
        comments.store(ident, [comment(key, 1), comment(key, 2)])
        comments.store(ident, [comment(key, 2), comment(key, 3)])
    assert seen_comments(app, desk) == [("bl-1", False), ("bl-2", False), ("bl-3", False)]


def test_comment_told_by_the_outlet_is_read_at_once(app: Flask, desk: Desk, remote: Page, client_for: Any) -> None:
    ident = publish(app, desk)
    jobs_at(app, MONDAY + 2 * HOUR)
    asked = len(remote.asked)
    remote.below = [comment(fact(app, desk, ident, "key"), 1)]
    told = {"kind": "comment", "account_ref": "p1", "remote_id": "post-1"}
    with clock.frozen(MONDAY + 2 * HOUR + dt.timedelta(minutes=5)):
        client_for().post(f"/hooks/{PAGE}", **callback(told))
        run_jobs(app)
    assert (len(remote.asked), seen_comments(app, desk)) == (asked + 1, [("bl-1", False)])
    assert due(app, desk, ident) == MONDAY + 3 * HOUR


def test_corrected_item_is_read_under_its_newest_text_and_counts_once(app: Flask, desk: Desk, remote: Page) -> None:
    with clock.frozen(MONDAY):
        article = approved(app, desk)
        plan(app, desk, article, PAGE)
        run_jobs(app)
    remote.readings["post-1"] = {Metric.VIEWS: 100}
    jobs_at(app, MONDAY + dt.timedelta(minutes=11))
    with clock.frozen(MONDAY + 2 * HOUR):
        again = approve_again(app, desk, article, title="Ngày hội đọc sách, bản sửa")
        ident = plan(app, desk, again, PAGE)
        run_jobs(app)
    remote.readings["post-1"] = {Metric.VIEWS: 150}
    jobs_at(app, MONDAY + 2 * HOUR + dt.timedelta(minutes=12))
    assert readings(app, desk, ident) == {"views": 150}
    with in_unit(app, desk.unit):
        assert reach.totals(("metric",), Wanted()) == {("views",): 150}


def test_lost_job_is_found_again(app: Flask, desk: Desk, remote: Page) -> None:
    publish(app, desk)
    with clock.frozen(MONDAY + dt.timedelta(minutes=5)):
        with in_unit(app, desk.unit):
            assert collecting.plan_unit() == 0
        from_queue(app)
        with in_unit(app, desk.unit):
            assert collecting.plan_unit() == 1


def from_queue(app: Flask) -> None:
    """Lose the job of the outlet."""
    with app.app_context(), transaction() as session:
        session.execute(delete(Job).where(Job.kind == collecting.KIND))


def test_office_adds_up_its_schools_in_one_query(app: Flask, remote: Page) -> None:
    office = make_office(app)
    with in_unit(app, office, scope.Kind.OVERSIGHT):
        with count_queries() as sent:
            assert reach.totals(("unit_id", "metric"), Wanted(units=scope.below(office.id))) == {}
        alone = len(sent)
    schools = [make_page_desk(app) for _school in range(3)]
    for number, school in enumerate(schools, 1):
        with in_unit(app, school.unit) as session:
            session.add(
                ReachFact(month=dt.date(2026, 11, 1), channel=PAGE, node_id="", metric="views", total=100 * number)
            )
    place(app, office, *(school.unit for school in schools[:2]))
    with in_unit(app, office, scope.Kind.OVERSIGHT):
        with count_queries() as sent:
            found = reach.totals(("metric",), Wanted(units=scope.below(office.id)))
        assert found == {("views",): 300}
        assert len(sent) == alone


def place(app: Flask, office: Any, *schools: Any) -> None:
    """Put schools under an office."""
    with app.app_context(), transaction() as session:
        for school in schools:
            unit_service.place_under(session.get(Unit, school.id), session.get(Unit, office.id), on=FIRST_DAY)
