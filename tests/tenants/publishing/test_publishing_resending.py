"""All that waited for an outlet goes out again at one press, and each item once."""

from __future__ import annotations

import threading

from builders import in_unit, run_jobs
from flask import Flask
from publishing_builders import BOARD, Board, Desk, approved, plan, see

from channel_plugins import NeedsPerson
from tenants.content import service as content
from tenants.publishing import outlets, pausing, queries, resending
from tenants.publishing.resending import Resent


def held_back(app: Flask, desk: Desk, count: int) -> list[int]:
    """Items that stopped because their outlet was switched off, which is on again."""
    idents = [plan(app, desk, approved(app, desk, title=f"Bài chờ thứ {n}"), BOARD) for n in range(count)]
    for enabled in (False, True):
        with in_unit(app, desk.unit):
            outlets.set_enabled(desk.accounts[BOARD], enabled, actor_id=desk.team.web.id)
    return idents


def press(app: Flask, desk: Desk) -> Resent:
    with in_unit(app, desk.unit):
        return resending.resend_all(desk.accounts[BOARD], desk.team.web.id)


def test_two_people_press_at_once_and_each_item_is_posted_once(app: Flask, desk: Desk, board: Board) -> None:
    idents = held_back(app, desk, 3)
    start, counts = threading.Barrier(2), []

    def run() -> None:
        start.wait()
        counts.append(press(app, desk).count)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    run_jobs(app)
    assert sum(counts) == 3
    assert sorted(board.titles) == ["Bài chờ thứ 0", "Bài chờ thứ 1", "Bài chờ thứ 2"]
    assert {see(app, desk, ident).state for ident in idents} == {"published"}


def test_what_cannot_go_out_stays_with_its_reason_and_hinders_nothing(app: Flask, desk: Desk, board: Board) -> None:
    idents = held_back(app, desk, 2)
    with in_unit(app, desk.unit):
        content.reopen(queries.get_delivery(idents[0]).article_id, actor_id=desk.team.author.id)
    resent = press(app, desk)
    run_jobs(app)
    assert (resent.count, [title for title, _why in resent.left]) == (1, ["Bài chờ thứ 0"])
    assert board.titles == ["Bài chờ thứ 1"]
    assert see(app, desk, idents[0]).state == "needs_person"


def test_nothing_is_offered_while_the_outlet_itself_is_stopped(app: Flask, desk: Desk, board: Board) -> None:
    held_back(app, desk, 1)
    with in_unit(app, desk.unit):
        pausing.hear(pausing.locked(desk.accounts[BOARD]), NeedsPerson())
    assert press(app, desk) == Resent(0, ())
    with in_unit(app, desk.unit):
        pausing.go_on(pausing.locked(desk.accounts[BOARD]))
        assert len(resending.waiting(outlets.get_account(desk.accounts[BOARD]))) == 1
