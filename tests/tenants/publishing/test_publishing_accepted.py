"""What an outlet has accepted and does not show yet: nothing brings it to light once it must not be seen any more."""

from __future__ import annotations

import datetime as dt

import pytest
from article_builders import ArticleRef
from builders import in_unit, run_jobs
from flask import Flask
from publishing_builders import BOARD, Board, Desk, approved, plan, see

from channel_plugins import LookUp, Payload, Receipt
from tenants import clock
from tenants.content import service as writing
from tenants.errors import Refused
from tenants.orders import service as orders
from tenants.publishing import holds, outlets, service, settling

MONDAY = dt.datetime(2026, 11, 23, 1, 0, tzinfo=dt.UTC)
SOON = MONDAY + dt.timedelta(minutes=1)
LATER = MONDAY + dt.timedelta(hours=2)

WAITING = Receipt("cho-1", settled=False)


def accept(board: Board, key: str, payload: Payload) -> Receipt:
    """Take the item without showing it, as Zalo does with a hidden article; looking it up shows it."""
    board.store(key, payload)
    return WAITING


@pytest.fixture
def article(app: Flask, desk: Desk, board: Board) -> ArticleRef:
    with clock.frozen(MONDAY):
        return approved(app, desk)


@pytest.fixture
def hidden(app: Flask, desk: Desk, board: Board, article: ArticleRef) -> int:
    board.answers = [accept]
    with clock.frozen(MONDAY):
        ident = plan(app, desk, article, BOARD)
        run_jobs(app)
    assert see(app, desk, ident).state == "sending"
    return ident


def freeze(app: Flask, desk: Desk) -> int:
    with in_unit(app, desk.unit):
        return holds.freeze(None, "Xác minh sự việc", desk.team.principal.id).id


def looks(board: Board) -> int:
    return sum(call == "look_up" for call, _key in board.calls)


def test_a_frozen_item_is_not_shown_and_goes_on_only_when_a_person_says_so(
    app: Flask, desk: Desk, board: Board, hidden: int
) -> None:
    with clock.frozen(SOON):
        hold_id = freeze(app, desk)
        run_jobs(app)
        seen = see(app, desk, hidden)
        assert (looks(board), seen.state, seen.next_at) == (0, "unconfirmed", None)
        assert "Xác minh sự việc" in seen.sentence and "Gửi lại" in seen.sentence
        with in_unit(app, desk.unit), pytest.raises(Refused) as refusal:
            service.retry(hidden, desk.team.web.id)
        assert refusal.value.code == "frozen"
    with clock.frozen(LATER):
        with in_unit(app, desk.unit):
            holds.lift(hold_id, desk.team.principal.id)
        run_jobs(app)
        assert (looks(board), see(app, desk, hidden).state) == (0, "unconfirmed")
        with in_unit(app, desk.unit):
            service.retry(hidden, desk.team.web.id)
        run_jobs(app)
        assert see(app, desk, hidden).state == "published"
    assert [call for call, _key in board.calls] == ["publish", "look_up"]


def test_an_item_under_an_order_is_not_shown_and_ends_when_a_person_has_removed_it(
    app: Flask, desk: Desk, board: Board, article: ArticleRef, hidden: int
) -> None:
    with clock.frozen(SOON):
        with in_unit(app, desk.unit):
            words = orders.Words("withdraw", "Ảnh chưa được đồng ý", "", None, True)
            orders.order_own(article.id, words, desk.team.principal.id)
        run_jobs(app)
        seen = see(app, desk, hidden)
        assert (looks(board), seen.state) == (0, "unconfirmed")
        assert "Ảnh chưa được đồng ý" in seen.sentence
        with in_unit(app, desk.unit):
            settling.settle_retracted(hidden, "Đã xóa bản ẩn trên kênh", desk.team.web.id)
        run_jobs(app)
    assert see(app, desk, hidden).state == "retracted" and looks(board) == 0


def test_an_item_whose_article_is_rewritten_meanwhile_is_not_shown(
    app: Flask, desk: Desk, board: Board, article: ArticleRef, hidden: int
) -> None:
    with clock.frozen(SOON):
        with in_unit(app, desk.unit):
            writing.reopen(article.id, actor_id=desk.team.author.id)
        run_jobs(app)
        assert (looks(board), see(app, desk, hidden).state) == (0, "unconfirmed")
        with in_unit(app, desk.unit), pytest.raises(Refused) as refusal:
            service.retry(hidden, desk.team.web.id)
        assert refusal.value.code == "not-approved"


def test_an_outlet_that_is_switched_off_shows_nothing_more(app: Flask, desk: Desk, board: Board, hidden: int) -> None:
    with clock.frozen(SOON):
        with in_unit(app, desk.unit):
            outlets.set_enabled(desk.accounts[BOARD], False, actor_id=desk.team.web.id)
        run_jobs(app)
    assert (looks(board), see(app, desk, hidden).state) == (0, "unconfirmed")


def test_what_was_lost_on_the_way_is_still_looked_for_under_a_freeze(
    app: Flask, desk: Desk, board: Board, article: ArticleRef
) -> None:
    """Without a receipt looking up only reads: whether it stands there must be known all the more."""

    def lost(board: Board, key: str, payload: Payload) -> Receipt:
        board.store(key, payload)
        raise ConnectionError("lost")

    board.answers, board.looks = [lost], [LookUp.found(WAITING)]
    with clock.frozen(MONDAY):
        ident = plan(app, desk, article, BOARD)
        run_jobs(app)
    with clock.frozen(SOON):
        freeze(app, desk)
        run_jobs(app)
    with clock.frozen(LATER):
        run_jobs(app)
    assert (looks(board), see(app, desk, ident).state) == (1, "unconfirmed")
