"""Before an outlet is called: credentials renewed, the right to post proven, nothing ever lost on the way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

import pytest
from builders import UnitRef, in_unit, make_office, run_jobs
from flask import Flask
from publishing_builders import BOARD, TOKEN, Board, Desk, approved, make_desk, plan, put_under, see
from sqlalchemy import select

from channel_plugins import Account, GiveUp, NeedsPerson, TryAgain
from tenants import clock
from tenants.jobs.worker import unit_context
from tenants.notices import queries as notices
from tenants.notices.models import Notice
from tenants.publishing import outlets, preparing, render, rounds
from tenants.publishing.deliver import deliver
from tenants.publishing.models import ChannelAccount

MONDAY = dt.datetime(2026, 11, 23, 1, 0, tzinfo=dt.UTC)


def secrets_of(app: Flask, desk: Desk) -> tuple[dict[str, str], dict[str, str]]:
    """The credentials of the board and the ones before them."""
    with in_unit(app, desk.unit):
        account = outlets.get_account(desk.accounts[BOARD])
        box = app.extensions["loa.secrets"]
        previous = render.previous_secrets(account, box)
        return dict(render.open_secrets(account, box)), dict(previous)


def change(app: Flask, desk: Desk, **values: object) -> None:
    with in_unit(app, desk.unit):
        account = outlets.get_account(desk.accounts[BOARD])
        for name, value in values.items():
            setattr(account, name, value)


def told(app: Flask, unit: UnitRef) -> list[tuple[str, bool]]:
    with in_unit(app, unit) as session:
        rows = session.scalars(select(Notice).order_by(Notice.id))
        return [(row.key, row.resolved_at is None) for row in rows]


def test_new_credentials_are_durable_before_they_are_used(app: Flask, desk: Desk, board: Board) -> None:
    board.due = True

    def renew(account: Account, keep: Callable[[Mapping[str, str]], None]) -> None:
        keep({"token": "moi-1", "refresh": ""})
        assert secrets_of(app, desk) == ({"token": "moi-1"}, {"token": TOKEN})
        board.due = False

    board.renewing = renew
    ident = plan(app, desk, approved(app, desk), BOARD)
    run_jobs(app)
    assert see(app, desk, ident).state == "published"
    assert board.seen[0].secrets["token"] == "moi-1"
    assert board.seen[0].old_secrets["token"] == TOKEN


def test_outlet_that_says_its_credentials_ran_out_gets_new_ones_before_the_next_call(
    app: Flask, desk: Desk, board: Board
) -> None:
    board.answers = [TryAgain(renew=True)]
    board.renewing = lambda _account, keep: keep({"token": "moi-2"})
    ident = plan(app, desk, approved(app, desk), BOARD)
    run_jobs(app)
    assert see(app, desk, ident).attempts == ("publish:try_again", "publish:done")
    assert [account.secrets["token"] for account in board.seen] == [TOKEN, "moi-2"]


def test_two_pairs_in_one_renewal_leave_the_first_one_aside(app: Flask, desk: Desk, board: Board) -> None:
    def renew(account: Account, keep: Callable[[Mapping[str, str]], None]) -> None:
        keep({"token": "moi-1"})
        keep({"token": "moi-2"})

    board.renewing = renew
    change(app, desk, renew_wanted=True)
    plan(app, desk, approved(app, desk), BOARD)
    run_jobs(app)
    assert secrets_of(app, desk) == ({"token": "moi-2"}, {"token": TOKEN})


def test_outage_while_renewing_disconnects_nothing(app: Flask, desk: Desk, board: Board) -> None:
    board.renewing = TryAgain(after=dt.timedelta(minutes=5))
    with clock.frozen(MONDAY):
        change(app, desk, renew_wanted=True)
        ident = plan(app, desk, approved(app, desk), BOARD)
        run_jobs(app)
        seen = see(app, desk, ident)
        assert (seen.state, seen.attempts) == ("scheduled", ())
        assert "chưa gia hạn được kết nối" in seen.sentence
    board.renewing = lambda _account, keep: keep({"token": "moi-1"})
    with clock.frozen(MONDAY + dt.timedelta(minutes=7)):
        run_jobs(app)
    assert see(app, desk, ident).state == "published"
    assert told(app, desk.unit) == []


def test_consent_that_is_gone_stops_the_outlet_and_tells_school_and_office_once(app: Flask, board: Board) -> None:
    office = make_office(app, "UBND xã Hoa Sim")
    desk = make_desk(app)
    put_under(app, desk, office)
    board.renewing = NeedsPerson("Trang đã thu hồi quyền. Hãy kết nối lại.")
    with clock.frozen(MONDAY):
        change(app, desk, renew_wanted=True)
        idents = [plan(app, desk, approved(app, desk, title=f"Tin {n}"), BOARD) for n in range(3)]
        run_jobs(app)
        assert {see(app, desk, ident).state for ident in idents} == {"needs_person"}
        assert {see(app, desk, ident).sentence for ident in idents} == {"Trang đã thu hồi quyền. Hãy kết nối lại."}
        keys = [key for key, is_open in told(app, desk.unit) if is_open and key.startswith("outlet:")]
        assert keys == [f"outlet:{desk.accounts[BOARD]}"]
        assert told(app, office) == [(f"outlet:{desk.unit.id}:{desk.accounts[BOARD]}", True)]
        assert board.calls == []
    with clock.frozen(MONDAY + dt.timedelta(hours=1)):
        with in_unit(app, desk.unit):
            outlets.edit_account(
                desk.accounts[BOARD], "", {"board": "Sân trường", "token": "moi-9"}, actor_id=desk.team.web.id
            )
        run_jobs(app)
        assert told(app, office) == [(f"outlet:{desk.unit.id}:{desk.accounts[BOARD]}", False)]
        assert secrets_of(app, desk) == ({"token": "moi-9"}, {"token": TOKEN})


def test_reconnecting_during_a_renewal_wins(app: Flask, desk: Desk, board: Board) -> None:
    def renew(account: Account, keep: Callable[[Mapping[str, str]], None]) -> None:
        with in_unit(app, desk.unit):
            outlets.edit_account(
                desk.accounts[BOARD], "", {"board": "Sân trường", "token": "tay-nguoi"}, actor_id=desk.team.web.id
            )
        keep({"token": "cua-may"})

    board.renewing = renew
    change(app, desk, renew_wanted=True)
    plan(app, desk, approved(app, desk), BOARD)
    run_jobs(app)
    assert secrets_of(app, desk)[0] == {"token": "tay-nguoi"}


@pytest.mark.parametrize("point", ["before", "after-rotation", "after-keep"])
def test_killed_while_renewing(app: Flask, desk: Desk, board: Board, point: str) -> None:
    """The outlet's own rule in this test: a rotation makes a new token and takes the old one for one more rotation."""

    class Killed(BaseException):
        pass

    valid = {TOKEN}

    def renew(account: Account, keep: Callable[[Mapping[str, str]], None], dying: bool = True) -> None:
        if dying and point == "before":
            raise Killed
        assert account.secrets["token"] in valid or account.old_secrets.get("token") in valid
        new = f"moi-{len(valid)}"
        valid.add(new)
        if dying and point == "after-rotation":
            raise Killed
        keep({"token": new})
        if dying:
            raise Killed

    real = preparing.make

    def killed(preparation: preparing.Preparation) -> Exception | None:
        renew(preparation.account, preparing._keeper(app, preparation))
        return None

    with clock.frozen(MONDAY):
        change(app, desk, renew_wanted=True)
        ident = plan(app, desk, approved(app, desk), BOARD)
        preparing.make = killed
        try:
            with pytest.raises(Killed), unit_context(app, desk.unit.id):
                deliver(ident)
        finally:
            preparing.make = real
        assert see(app, desk, ident).attempts == ()
        with unit_context(app, desk.unit.id):
            assert deliver(ident) is not None, "the outlet is held until the call of the dead worker is over"
    board.renewing = lambda account, keep: renew(account, keep, dying=False)
    with clock.frozen(MONDAY + dt.timedelta(minutes=3)):
        run_jobs(app)
    assert (see(app, desk, ident).attempts, len(board.posts)) == (("publish:done",), 1)
    assert board.seen[0].secrets["token"] in valid - {TOKEN}


def test_first_post_of_a_day_waits_for_the_proof(app: Flask, desk: Desk, board: Board) -> None:
    with clock.frozen(MONDAY):
        for title in ("Tin một", "Tin hai"):
            plan(app, desk, approved(app, desk, title=title), BOARD)
        run_jobs(app)
        assert (board.proofs, len(board.posts)) == (1, 2)
    board.proof = NeedsPerson("Trang này không còn cho đăng.")
    with clock.frozen(MONDAY + dt.timedelta(days=1)):
        ident = plan(app, desk, approved(app, desk, title="Tin ba"), BOARD)
        run_jobs(app)
    assert (see(app, desk, ident).state, see(app, desk, ident).sentence) == (
        "needs_person",
        "Trang này không còn cho đăng.",
    )
    assert len(board.posts) == 2


def test_proof_that_could_not_be_had_stops_nothing(app: Flask, desk: Desk, board: Board) -> None:
    board.proof = GiveUp("hỏng")
    ident = plan(app, desk, approved(app, desk), BOARD)
    run_jobs(app)
    assert see(app, desk, ident).state == "published"
    with in_unit(app, desk.unit):
        account = outlets.get_account(desk.accounts[BOARD])
        assert (account.verified_at, account.checked_at is not None) == (None, True)


def test_outlets_are_proven_every_night(app: Flask, desk: Desk, board: Board) -> None:
    evening = dt.datetime(2026, 11, 23, 10, 0, tzinfo=dt.UTC)
    with clock.frozen(evening), unit_context(app, desk.unit.id):
        rounds.verify(desk.accounts[BOARD])
    assert board.proofs == 1
    for hours, expected in ((4, 1), (23, 1), (33, 2), (34, 2)):
        with clock.frozen(evening + dt.timedelta(hours=hours)), app.app_context():
            rounds.go_round()
        with clock.frozen(evening + dt.timedelta(hours=hours, minutes=40)):
            run_jobs(app)
        assert board.proofs == expected, hours


def test_notice_reaches_only_those_who_can_act(app: Flask, desk: Desk, board: Board) -> None:
    board.proof = NeedsPerson("Hãy kết nối lại.")
    with unit_context(app, desk.unit.id):
        rounds.verify(desk.accounts[BOARD])
        rounds.verify(desk.accounts[BOARD])
    with in_unit(app, desk.unit):
        assert [notice.endpoint for notice in notices.open_for(["web_person"])] == ["publishing.account"]
        assert notices.open_for(["viewer", "author"]) == []
    with in_unit(app, desk.unit) as session:
        assert session.scalar(select(ChannelAccount.paused_reason).where(ChannelAccount.channel == BOARD))
