"""Wished times: met by themselves when approval comes in time, never late by themselves, refused when hopeless."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import article_builders as articles
import publishing_builders as rooms
import pytest
from article_builders import ArticleRef
from builders import in_unit, run_jobs
from flask import Flask
from publishing_builders import BOARD, Board, Desk

from tenants import clock
from tenants.content import wishes
from tenants.content.wishes import Wish
from tenants.errors import NotFound, Refused
from tenants.publishing import wishing

MORNING = dt.datetime(2026, 11, 20, 1, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def board(app: Flask) -> Iterator[Board]:
    with rooms.board_installed(app) as board:
        yield board


@pytest.fixture
def desk(app: Flask, board: Board) -> Desk:
    with clock.frozen(MORNING):
        return rooms.make_desk(app)


def wish(app: Flask, desk: Desk, ref: ArticleRef, at: dt.datetime | None, *channels: str) -> None:
    with in_unit(app, desk.unit):
        wishes.put(ref.id, Wish(at, tuple(desk.accounts[name] for name in channels)), desk.team.author.id)


def state(app: Flask, desk: Desk, ref: ArticleRef) -> str:
    with in_unit(app, desk.unit):
        return wishes.of_article(ref.id).state


def draft(app: Flask, desk: Desk) -> ArticleRef:
    return articles.draft(app, desk.unit, desk.team.author, node_id=desk.topic)


def approve(app: Flask, desk: Desk, ref: ArticleRef) -> None:
    team = desk.team
    articles.approve(app, team.unit, team.principal, articles.vet(app, team.unit, team.vetter, ref))


def test_what_is_approved_in_time_goes_out_at_the_wished_time(app: Flask, desk: Desk, board: Board) -> None:
    with clock.frozen(MORNING):
        ref = draft(app, desk)
        wish(app, desk, ref, MORNING + 3 * HOUR, BOARD)
        ref = articles.submit(app, desk.unit, desk.team.author, ref)
        run_jobs(app)
        approve(app, desk, ref)
        run_jobs(app)
        assert state(app, desk, ref) == "met" and board.titles == []
    with clock.frozen(MORNING + 3 * HOUR):
        run_jobs(app)
        assert len(board.titles) == 1


def test_without_a_time_it_goes_out_as_soon_as_it_is_approved(app: Flask, desk: Desk, board: Board) -> None:
    with clock.frozen(MORNING):
        ref = draft(app, desk)
        wish(app, desk, ref, None, BOARD)
        approve(app, desk, articles.submit(app, desk.unit, desk.team.author, ref))
        run_jobs(app)
        assert len(board.titles) == 1


def test_a_time_that_passed_before_approval_is_missed_and_nothing_goes_out_late(
    app: Flask, desk: Desk, board: Board
) -> None:
    with clock.frozen(MORNING):
        ref = draft(app, desk)
        wish(app, desk, ref, MORNING + HOUR, BOARD)
        ref = articles.submit(app, desk.unit, desk.team.author, ref)
    with clock.frozen(MORNING + 2 * HOUR):
        run_jobs(app)
        assert state(app, desk, ref) == "expired"
        approve(app, desk, ref)
        run_jobs(app)
        assert board.titles == []
        with in_unit(app, desk.unit):
            assert [article.id for _wish, article in wishes.missed()] == [ref.id]
            assert wishes.missed(desk.team.colleague.id) == []
            wishing.renew(ref.id, None, desk.team.principal.id)
        run_jobs(app)
        assert len(board.titles) == 1
        assert state(app, desk, ref) == "met"


def test_a_missed_time_is_chosen_anew_before_the_approval(app: Flask, desk: Desk, board: Board) -> None:
    with clock.frozen(MORNING):
        ref = draft(app, desk)
        wish(app, desk, ref, MORNING + HOUR, BOARD)
        ref = articles.submit(app, desk.unit, desk.team.author, ref)
    with clock.frozen(MORNING + 2 * HOUR):
        run_jobs(app)
        with in_unit(app, desk.unit):
            with pytest.raises(Refused, match="không kịp duyệt"):
                wishing.renew(ref.id, clock.now() + dt.timedelta(minutes=5), desk.team.principal.id)
            wishing.renew(ref.id, MORNING + 4 * HOUR, desk.team.principal.id)
        approve(app, desk, ref)
        run_jobs(app)
    with clock.frozen(MORNING + 4 * HOUR):
        run_jobs(app)
        assert len(board.titles) == 1


@pytest.mark.parametrize(
    ("ahead", "channels", "code"),
    [(-HOUR, (BOARD,), "wish-past"), (HOUR / 6, (BOARD,), "wish-too-soon"), (3 * HOUR, (), "wish-no-outlet")],
)
def test_a_time_that_approval_cannot_make_is_refused_when_handing_in(
    app: Flask, desk: Desk, ahead: dt.timedelta, channels: tuple[str, ...], code: str
) -> None:
    with clock.frozen(MORNING):
        ref = draft(app, desk)
        wish(app, desk, ref, MORNING + ahead, *channels)
        with pytest.raises(Refused) as refusal:
            articles.submit(app, desk.unit, desk.team.author, ref)
        assert refusal.value.code == code
        assert articles.article_ref(app, desk.unit, ref.id).state == "draft"
        with in_unit(app, desk.unit):
            wishes.put(ref.id, None, desk.team.author.id)
        articles.submit(app, desk.unit, desk.team.author, ref)


def test_an_outlet_that_refuses_spoils_no_other_and_waits_for_a_person(app: Flask, desk: Desk, board: Board) -> None:
    with clock.frozen(MORNING):
        ref = draft(app, desk)
        wish(app, desk, ref, None, BOARD, "website")
        with in_unit(app, desk.unit):
            rooms.outlets.set_enabled(desk.accounts["website"], False, actor_id=desk.team.web.id)
        approve(app, desk, articles.submit(app, desk.unit, desk.team.author, ref))
        run_jobs(app)
        assert len(board.titles) == 1
        with in_unit(app, desk.unit):
            (missed, _article) = wishes.missed()[0]
            assert missed.account_ids == [desk.accounts["website"]] and "đang tắt" in missed.sentence


def test_nobody_chooses_a_time_for_what_missed_nothing(app: Flask, desk: Desk) -> None:
    ref = draft(app, desk)
    with in_unit(app, desk.unit), pytest.raises(NotFound):
        wishing.renew(ref.id, None, desk.team.principal.id)


def test_a_draft_that_is_thrown_away_takes_its_wish_along(app: Flask, desk: Desk) -> None:
    ref = draft(app, desk)
    wish(app, desk, ref, None, BOARD)
    with in_unit(app, desk.unit):
        rooms.content_service.discard(ref.id, actor_id=desk.team.author.id)
    with in_unit(app, desk.unit):
        assert wishes.of_article(ref.id) is None
