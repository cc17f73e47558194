"""How much an outlet takes, when it is left alone, and what is told to those who wait."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from builders import UnitRef, in_unit, make_office, make_person, make_school, run_jobs
from flask import Flask
from publishing_builders import BOARD, Board, Desk, approve_again, approved, plan, put_under, see
from sqlalchemy import select

from channel_plugins import GiveUp, Limits, Payload, Receipt
from channel_plugins.recorder import note
from tenants import clock
from tenants.errors import NotFound, Refused
from tenants.publishing import outlets, policy, quiet, rounds, service
from tenants.publishing.models import Attempt, OutletHealth
from tenants.publishing.quiet import QuietHours
from tenants.scope import Kind

MONDAY = dt.datetime(2026, 11, 23, 1, 0, tzinfo=dt.UTC)
"""Eight o'clock in Hà Nội."""


@contextmanager
def limited(board: Board, **limits: int) -> Iterator[None]:
    board.limits = Limits(can_look_up=True, can_edit=True, can_retract=True, **limits)  # type: ignore[misc]
    yield


def send(app: Flask, desk: Desk, *titles: str) -> list[int]:
    return [plan(app, desk, approved(app, desk, title=title), BOARD) for title in titles]


def states_of(app: Flask, desk: Desk, idents: list[int]) -> list[str]:
    return [see(app, desk, ident).state for ident in idents]


def test_what_went_out_in_an_hour_is_counted_and_the_rest_waits(app: Flask, desk: Desk, board: Board) -> None:
    with limited(board, max_per_hour=2):
        with clock.frozen(MONDAY):
            idents = send(app, desk, "Một", "Hai", "Ba")
            run_jobs(app)
            assert sorted(states_of(app, desk, idents)) == ["published", "published", "scheduled"]
            waiting = next(ident for ident in idents if see(app, desk, ident).state == "scheduled")
            assert "đã đăng đủ 2 bài trong một giờ" in see(app, desk, waiting).sentence
            assert "nghỉ đến 09:00" in see(app, desk, waiting).sentence
        with clock.frozen(MONDAY + dt.timedelta(minutes=59)):
            run_jobs(app)
            assert len(board.posts) == 2
        with clock.frozen(MONDAY + dt.timedelta(minutes=60)):
            run_jobs(app)
    assert (see(app, desk, waiting).state, len(board.posts)) == ("published", 3)


def test_what_is_within_the_budget_goes_out_at_once_while_the_clock_runs(app: Flask, desk: Desk, board: Board) -> None:
    with limited(board, max_per_hour=5, max_per_day=20, least_pause=60):
        idents = send(app, desk, "Một")
        run_jobs(app)
    assert states_of(app, desk, idents) == ["published"]


def test_day_counts_the_last_24_hours_also_over_midnight(app: Flask, desk: Desk, board: Board) -> None:
    with limited(board, max_per_day=1):
        with clock.frozen(MONDAY + dt.timedelta(hours=15, minutes=59)):
            send(app, desk, "Lúc 23:59")
            run_jobs(app)
        with clock.frozen(MONDAY + dt.timedelta(hours=16, minutes=1)):
            (second,) = send(app, desk, "Lúc 00:01")
            run_jobs(app)
            assert "24 giờ" in see(app, desk, second).sentence
            assert len(board.posts) == 1
        with clock.frozen(MONDAY + dt.timedelta(days=1, hours=16)):
            run_jobs(app)
    assert len(board.posts) == 2


def test_least_pause_between_two_posts(app: Flask, desk: Desk, board: Board) -> None:
    with limited(board, least_pause=90):
        with clock.frozen(MONDAY):
            send(app, desk, "Một", "Hai")
            run_jobs(app)
            assert len(board.posts) == 1
        with clock.frozen(MONDAY + dt.timedelta(seconds=90)):
            run_jobs(app)
    assert len(board.posts) == 2


def test_refused_post_does_not_use_up_the_budget(app: Flask, desk: Desk, board: Board) -> None:
    board.answers = [GiveUp("Không nhận.")]
    with limited(board, max_per_hour=1), clock.frozen(MONDAY):
        send(app, desk, "Một", "Hai")
        run_jobs(app)
    assert board.titles == ["Hai"]


def test_correction_is_not_kept_waiting_by_the_budget(app: Flask, desk: Desk, board: Board) -> None:
    with limited(board, max_per_day=1), clock.frozen(MONDAY):
        article = approved(app, desk)
        plan(app, desk, article, BOARD)
        run_jobs(app)
        plan(app, desk, approve_again(app, desk, article, title="Bản đúng"), BOARD)
        run_jobs(app)
    assert board.titles == ["Bản đúng"]


def test_outlet_that_asks_for_rest_after_a_post_gets_it(app: Flask, desk: Desk, board: Board) -> None:
    def tired(board: Board, key: str, payload: Payload) -> Receipt:
        receipt = board.store(key, payload)
        return Receipt(receipt.remote_id, receipt.url, rest=dt.timedelta(minutes=20))

    board.answers = [tired]
    with clock.frozen(MONDAY):
        _first, second = send(app, desk, "Một", "Hai")
        run_jobs(app)
        seen = see(app, desk, second)
        assert (len(board.posts), seen.state) == (1, "scheduled")
        assert "Kênh đang nghỉ đến 08:20" in seen.sentence
    with clock.frozen(MONDAY + dt.timedelta(minutes=20)):
        run_jobs(app)
    assert len(board.posts) == 2


def test_switching_off_stops_what_is_queued_at_once_and_loses_nothing(app: Flask, desk: Desk, board: Board) -> None:
    with clock.frozen(MONDAY):
        now = send(app, desk, "Một", "Hai")
        later = plan(app, desk, approved(app, desk, title="Mai"), BOARD, MONDAY + dt.timedelta(days=1))
        with in_unit(app, desk.unit):
            outlets.set_enabled(desk.accounts[BOARD], False, actor_id=desk.team.web.id)
        assert states_of(app, desk, [*now, later]) == ["needs_person", "needs_person", "scheduled"]
        run_jobs(app)
        assert board.calls == []
        with in_unit(app, desk.unit):
            outlets.set_enabled(desk.accounts[BOARD], True, actor_id=desk.team.web.id)
            service.retry(now[0], desk.team.web.id)
        run_jobs(app)
    with clock.frozen(MONDAY + dt.timedelta(days=1)):
        run_jobs(app)
    assert states_of(app, desk, [*now, later]) == ["published", "needs_person", "published"]


def test_channel_that_a_superior_does_not_allow_is_not_offered_and_stops(
    app: Flask, desk: Desk, board: Board, office: UnitRef
) -> None:
    with clock.frozen(MONDAY):
        later = plan(app, desk, approved(app, desk), BOARD, MONDAY + dt.timedelta(days=1))
        due = send(app, desk, "Ngay")[0]
        decide(app, office, allowed=False)
        with in_unit(app, desk.unit):
            assert BOARD not in [channel.info.name for channel in outlets.offered()]
            assert not outlets.allowed(BOARD)
            with pytest.raises(NotFound):
                outlets.channel_in_use(BOARD)
        run_jobs(app)
        assert (see(app, desk, due).state, board.calls) == ("needs_person", [])
        assert "Cơ quan quản lý chưa cho dùng kênh này" in see(app, desk, due).sentence
        with app.app_context():
            rounds.go_round()
    with clock.frozen(MONDAY + dt.timedelta(minutes=31)):
        run_jobs(app)
        assert see(app, desk, later).state == "needs_person"
        with pytest.raises(Refused) as caught:
            plan(app, desk, approved(app, desk, title="Mới"), BOARD)
        assert caught.value.code == "channel-forbidden"
        with in_unit(app, desk.unit) as session:
            assert session.scalar(select(OutletHealth.state).where(OutletHealth.channel == BOARD)) == "forbidden"
        decide(app, office, allowed=True)
        with in_unit(app, desk.unit):
            service.retry(due, desk.team.web.id)
        run_jobs(app)
    assert see(app, desk, due).state == "published"


def test_rule_of_one_office_binds_its_own_schools_only(app: Flask, desk: Desk, board: Board, office: UnitRef) -> None:
    other = make_school(app, make_office(app))
    decide(app, office, allowed=False)
    with in_unit(app, other):
        assert outlets.allowed(BOARD)
    with in_unit(app, office):
        assert outlets.allowed(BOARD), "an office's rule is for the units below it"


@pytest.fixture
def office(app: Flask, desk: Desk) -> UnitRef:
    """The office above the desk's school."""
    office = make_office(app)
    put_under(app, desk, office)
    return office


def decide(app: Flask, office: UnitRef, *, allowed: bool) -> None:
    officer = make_person(app, office, "officer")
    with in_unit(app, office, Kind.OVERSIGHT):
        policy.set_rule(BOARD, allowed, "", actor_id=officer.id)


def quiet_from(app: Flask, unit: UnitRef, start: str, end: str) -> None:
    leader = make_person(app, unit, "principal")
    with in_unit(app, unit):
        quiet.put(quiet.parse(start, end), actor_id=leader.id)


def test_post_due_in_quiet_hours_goes_out_at_their_end(app: Flask, desk: Desk, board: Board, office: UnitRef) -> None:
    quiet_from(app, office, "21:00", "06:00")
    evening = dt.datetime(2026, 11, 23, 15, 0, tzinfo=dt.UTC)
    with clock.frozen(evening):
        (ident,) = send(app, desk, "Mười giờ đêm")
        seen = see(app, desk, ident)
        assert "dời đến 06:00 24/11/2026" in seen.sentence
        run_jobs(app)
        assert board.posts == {}
    with clock.frozen(evening + dt.timedelta(hours=8)):
        run_jobs(app)
    assert (see(app, desk, ident).state, len(board.posts)) == ("published", 1)


def test_person_may_post_in_quiet_hours_all_the_same(app: Flask, desk: Desk, board: Board) -> None:
    quiet_from(app, desk.unit, "21:00", "06:00")
    with clock.frozen(dt.datetime(2026, 11, 23, 15, 0, tzinfo=dt.UTC)):
        article = approved(app, desk)
        with in_unit(app, desk.unit):
            service.plan_delivery(article.id, desk.accounts[BOARD], None, desk.team.web.id, despite_quiet=True)
        run_jobs(app)
    assert len(board.posts) == 1


def test_post_that_is_late_because_of_an_outage_waits_for_the_end_of_quiet_hours_too(
    app: Flask, desk: Desk, board: Board
) -> None:
    with clock.frozen(MONDAY):
        (ident,) = [plan(app, desk, approved(app, desk), BOARD, MONDAY + dt.timedelta(hours=12))]
    quiet_from(app, desk.unit, "21:00", "06:00")
    with clock.frozen(MONDAY + dt.timedelta(hours=14)):
        run_jobs(app)
        assert board.posts == {}
    with clock.frozen(MONDAY + dt.timedelta(hours=22)):
        run_jobs(app)
    assert see(app, desk, ident).state == "published"


def test_school_may_have_no_quiet_hours_although_its_office_has(
    app: Flask, desk: Desk, board: Board, office: UnitRef
) -> None:
    quiet_from(app, office, "21:00", "06:00")
    with in_unit(app, desk.unit):
        quiet.put(None, actor_id=desk.team.principal.id)
        assert quiet.in_force() is None
        quiet.inherit(actor_id=desk.team.principal.id)
        assert str(quiet.in_force()) == "21:00-06:00"


@pytest.mark.parametrize(
    ("hours", "moment", "end"),
    [
        (("21:00", "06:00"), "2026-11-23T20:59", None),
        (("21:00", "06:00"), "2026-11-23T21:00", "2026-11-24T06:00"),
        (("21:00", "06:00"), "2026-11-24T05:59", "2026-11-24T06:00"),
        (("21:00", "06:00"), "2026-11-24T06:00", None),
        (("12:00", "13:30"), "2026-11-24T12:30", "2026-11-24T13:30"),
        (("12:00", "13:30"), "2026-11-24T13:30", None),
    ],
)
def test_end_of_quiet_hours_on_the_units_clocks(hours: tuple[str, str], moment: str, end: str | None) -> None:
    span = QuietHours(dt.time.fromisoformat(hours[0]), dt.time.fromisoformat(hours[1]))
    for zone in ("Asia/Ho_Chi_Minh", "Asia/Tokyo"):
        found = span.end_after(clock.from_local(dt.datetime.fromisoformat(moment), zone), zone)
        assert found == (None if end is None else clock.from_local(dt.datetime.fromisoformat(end), zone))


def test_what_was_said_to_the_service_is_kept_without_credentials(app: Flask, desk: Desk, board: Board) -> None:
    board.during = lambda: note("POST", "bang.example.vn/bai", 200, 'nhận "token": "chia-khoa-bi-mat-123"', 0.25)
    (ident,) = send(app, desk, "Một")
    run_jobs(app)
    with in_unit(app, desk.unit) as session:
        kept = session.scalar(select(Attempt.transcript).where(Attempt.delivery_id == ident))
    assert [(one["method"], one["place"], one["status"], one["milliseconds"]) for one in kept] == [
        ("POST", "bang.example.vn/bai", 200, 250)
    ]
    assert "chia-khoa" not in str(kept)
