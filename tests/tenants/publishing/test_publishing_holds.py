"""Freezing what is scheduled on a topic: it waits, nothing new is scheduled, and nothing bursts out afterwards."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator

import publishing_builders as rooms
import pytest
from article_builders import give_topic
from builders import UnitRef, in_unit, make_office, make_person, run_jobs
from flask import Flask
from publishing_builders import BOARD, Board, Desk
from queries import count_queries
from sqlalchemy import select

from district.issuing import orders as issuing
from tenants import clock
from tenants.errors import NotFound, Refused
from tenants.publishing import holds
from tenants.publishing.models import Delivery, PublishingHold
from tenants.scope import Kind

MORNING = dt.datetime(2026, 11, 20, 1, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def board(app: Flask) -> Iterator[Board]:
    with rooms.board_installed(app) as board:
        yield board


@pytest.fixture
def office(app: Flask) -> UnitRef:
    return make_office(app)


@pytest.fixture
def desk(app: Flask, board: Board, office: UnitRef) -> Desk:
    with clock.frozen(MORNING):
        return rooms.make_desk(app, office=office)


def freeze(app: Flask, desk: Desk, node_id: str | None) -> int:
    with in_unit(app, desk.unit):
        return holds.freeze(node_id, "Xác minh sự việc ở cổng trường", desk.team.principal.id).id


def test_what_is_scheduled_waits_and_goes_on_when_its_time_is_still_ahead(app: Flask, desk: Desk, board: Board) -> None:
    with clock.frozen(MORNING):
        delivery_id = rooms.plan(app, desk, rooms.approved(app, desk), BOARD, MORNING + 3 * HOUR)
        hold_id = freeze(app, desk, desk.topic)
        run_jobs(app)
        seen = rooms.see(app, desk, delivery_id)
        assert (seen.state, seen.next_at) == ("scheduled", None)
        assert "tạm dừng đăng bài thuộc chủ đề" in seen.sentence and "cổng trường" in seen.sentence
        with in_unit(app, desk.unit):
            holds.lift(hold_id, desk.team.principal.id)
        run_jobs(app)
        assert rooms.see(app, desk, delivery_id).next_at == MORNING + 3 * HOUR
    with clock.frozen(MORNING + 4 * HOUR):
        run_jobs(app)
        assert len(board.titles) == 1


def test_what_missed_its_time_waits_for_a_person_and_never_bursts_out(app: Flask, desk: Desk, board: Board) -> None:
    with clock.frozen(MORNING):
        texts = [rooms.approved(app, desk, title=f"Bài hẹn giờ số {n}") for n in range(3)]
        waiting = [rooms.plan(app, desk, text, BOARD, MORNING + HOUR) for text in texts]
        hold_id = freeze(app, desk, None)
        run_jobs(app)
    with clock.frozen(MORNING + 2 * HOUR):
        run_jobs(app)
        with in_unit(app, desk.unit):
            holds.lift(hold_id, desk.team.principal.id)
        run_jobs(app)
        assert board.titles == []
        seen = [rooms.see(app, desk, delivery_id) for delivery_id in waiting]
        assert {one.state for one in seen} == {"needs_person"}
        assert "đã qua trong lúc tạm dừng" in seen[0].sentence
        rooms.plan(app, desk, texts[1], BOARD)
        run_jobs(app)
        assert board.titles == ["Bài hẹn giờ số 1"]


def test_the_worker_that_comes_at_the_moment_of_the_freeze_sends_nothing(app: Flask, desk: Desk, board: Board) -> None:
    with clock.frozen(MORNING):
        delivery_id = rooms.plan(app, desk, rooms.approved(app, desk), BOARD)
        with in_unit(app, desk.unit) as session:
            # Without the job that looks through what is scheduled: the delivery's own job must see the hold.
            session.add(PublishingHold(kind="freeze", title="", reason="Sự việc", at=clock.now()))
        run_jobs(app)
        assert board.calls == []
        assert rooms.see(app, desk, delivery_id).state == "scheduled"


def test_a_frozen_topic_takes_nothing_new_and_another_topic_goes_on(app: Flask, desk: Desk, board: Board) -> None:
    other = give_topic(app, desk.unit, "An toàn giao thông")
    freeze(app, desk, desk.topic)
    with pytest.raises(Refused, match="tạm dừng") as refusal:
        rooms.plan(app, desk, rooms.approved(app, desk), BOARD)
    assert refusal.value.code == "frozen"
    rooms.plan(app, desk, rooms.approved(app, desk, node_id=other, title="Đi bộ tới trường"), BOARD)
    run_jobs(app)
    assert board.titles == ["Đi bộ tới trường"]


def test_freezing_a_section_stops_the_topics_under_it(app: Flask, desk: Desk, board: Board) -> None:
    with in_unit(app, desk.unit) as session:
        session.add(
            PublishingHold(kind="freeze", node_id=f"{desk.topic}-muc", title="Mục II", reason="Rà soát", at=clock.now())
        )
    with pytest.raises(Refused, match="Mục II"):
        rooms.plan(app, desk, rooms.approved(app, desk), BOARD)


def test_an_office_freezes_its_schools_and_no_others(app: Flask, desk: Desk, office: UnitRef, board: Board) -> None:
    elsewhere = rooms.make_desk(app)
    officer = make_person(app, office, "officer")
    delivery_id = rooms.plan(app, desk, rooms.approved(app, desk), BOARD, clock.now() + 3 * HOUR)
    with in_unit(app, office, Kind.OVERSIGHT):
        hold_id = issuing.freeze(None, "Chờ kết luận", officer.id).id
    run_jobs(app)
    seen = rooms.see(app, desk, delivery_id)
    assert seen.next_at is None and office.name in seen.sentence
    rooms.plan(app, elsewhere, rooms.approved(app, elsewhere), BOARD)
    run_jobs(app)
    assert len(board.titles) == 1
    with in_unit(app, desk.unit), pytest.raises(NotFound):
        holds.lift(hold_id, desk.team.principal.id)
    with in_unit(app, office, Kind.OVERSIGHT):
        issuing.lift_freeze(hold_id, officer.id)
    run_jobs(app)
    assert rooms.see(app, desk, delivery_id).next_at is not None


def test_a_freeze_says_why_and_is_not_doubled(app: Flask, desk: Desk) -> None:
    freeze(app, desk, None)
    with in_unit(app, desk.unit) as session:
        for node_id, reason, code in (
            (None, "Lần nữa", "frozen-already"),
            ("khong-co", "Vì", "unknown-topic"),
            (None, " ", "no-reason"),
        ):
            with pytest.raises(Refused) as refusal:
                holds.freeze(node_id, reason, desk.team.principal.id)
            assert refusal.value.code == code
        assert len(session.scalars(select(PublishingHold)).all()) == 1


@pytest.mark.database("postgresql")
def test_two_who_freeze_the_same_at_once_get_one_freeze(app: Flask, desk: Desk) -> None:
    start, found = threading.Barrier(2), []

    def run() -> None:
        start.wait()
        try:
            found.append(freeze(app, desk, desk.topic))
        except Refused as refusal:
            assert refusal.code == "frozen-already" and "cổng trường" in refusal.sentence
            found.append(refusal.data["hold_id"])

    for _round in range(3):
        threads = [threading.Thread(target=run) for _person in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(found) == 2 and len(set(found)) == 1, "the second gets the freeze of the first"
        with in_unit(app, desk.unit) as session:
            running = session.scalars(select(PublishingHold.id).where(PublishingHold.lifted_at.is_(None))).all()
            assert running == found[:1]
            holds.lift(found[0], desk.team.principal.id)
        found.clear()


@pytest.mark.database("sqlite")
def test_looking_for_holds_costs_one_query_while_nothing_is_held(app: Flask, desk: Desk) -> None:
    delivery_id = rooms.plan(app, desk, rooms.approved(app, desk), BOARD, clock.now() + HOUR)
    with in_unit(app, desk.unit) as session:
        delivery = session.get(Delivery, (desk.unit.id, delivery_id))
        with count_queries() as sent:
            assert holds.stop_for(delivery) is None
    assert len(sent) == 1
