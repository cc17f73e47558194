"""A worker killed at every step, then another one started: nothing is lost and nothing is published twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from builders import in_unit
from flask import Flask
from publishing_builders import Desk, approved, make_desk, plan, see
from worker_process import LedgerPlugin, worker_process

from channel_plugins import build_manager
from tenants.publishing import outlets, render

pytestmark = pytest.mark.usually("postgresql")

OPEN_BOOK, CLOSED_BOOK = "so_ghi", "so_kin"


@pytest.fixture
def ledger(app: Flask, tmp_path: Path) -> Iterator[Path]:
    """The file in which every publication leaves a line; the application knows the channels that write it."""
    before = app.extensions["loa.channels"]
    app.extensions["loa.channels"] = build_manager(extra=[LedgerPlugin(tmp_path / "ledger")])
    yield tmp_path / "ledger"
    app.extensions["loa.channels"] = before


@pytest.fixture
def desk(app: Flask, ledger: Path) -> Desk:
    """A school with both ledgers among its outlets."""
    desk = make_desk(app)
    for channel in (OPEN_BOOK, CLOSED_BOOK):
        with in_unit(app, desk.unit):
            desk.accounts[channel] = outlets.create_account(channel, "", {}, actor_id=None).id
    return desk


@pytest.mark.parametrize("point", ["rotating", "rotated", "kept"])
def test_killed_at_each_point_of_a_renewal(app: Flask, desk: Desk, ledger: Path, point: str) -> None:
    with in_unit(app, desk.unit):
        account = outlets.create_account("so_xoay", "", {"key": "khoa-0"}, actor_id=None)
        account.renew_wanted = True
        desk.accounts["so_xoay"] = account.id
    ident = plan(app, desk, approved(app, desk), "so_xoay")
    with worker_process(app, ledger, stop_at=point) as first:
        first.wait_for(point)
    with worker_process(app, ledger) as second:
        second.wait_for("end:published")
    assert (see(app, desk, ident).attempts, len(published(ledger))) == (("publish:done",), 1)
    with in_unit(app, desk.unit):
        stored = render.open_secrets(outlets.get_account(desk.accounts["so_xoay"]), app.extensions["loa.secrets"])
    assert stored["key"] == ledger.with_name("keys").read_text().split()[-1]


def published(ledger: Path) -> list[str]:
    return ledger.read_text().split() if ledger.exists() else []


@pytest.mark.parametrize("point", ["claimed", "before-store", "after-store", "answered", "recorded"])
def test_killed_at_each_step(app: Flask, desk: Desk, ledger: Path, point: str) -> None:
    ident = plan(app, desk, approved(app, desk), OPEN_BOOK)
    with worker_process(app, ledger, stop_at=point) as first:
        first.wait_for(point)
    with worker_process(app, ledger) as second:
        second.wait_for("end:published")
    assert see(app, desk, ident).state == "published"
    assert len(published(ledger)) == 1


def test_killed_again_while_looking(app: Flask, desk: Desk, ledger: Path) -> None:
    ident = plan(app, desk, approved(app, desk), OPEN_BOOK)
    for point in ("after-store", "looking", "looking"):
        with worker_process(app, ledger, stop_at=point) as running:
            running.wait_for(point)
    with worker_process(app, ledger) as last:
        last.wait_for("end:published")
    assert see(app, desk, ident).attempts == ("publish:lost", "look_up:lost", "look_up:lost", "look_up:done")
    assert len(published(ledger)) == 1


def test_outlet_that_tells_nothing_gets_it_once_and_a_person_decides(app: Flask, desk: Desk, ledger: Path) -> None:
    ident = plan(app, desk, approved(app, desk), CLOSED_BOOK)
    with worker_process(app, ledger, stop_at="after-store") as first:
        first.wait_for("after-store")
    with worker_process(app, ledger) as second:
        second.wait_for("end:unconfirmed")
    seen = see(app, desk, ident)
    assert (seen.state, seen.next_at, seen.sentence) == ("unconfirmed", None, "Sổ này không cho xem lại.")
    assert len(published(ledger)) == 1


def test_own_site_and_files_go_out_once(app: Flask, desk: Desk, ledger: Path) -> None:
    article = approved(app, desk)
    page, script = plan(app, desk, article, "website"), plan(app, desk, article, "radio")
    with worker_process(app, ledger, stop_at="answered", threads=2) as first:
        first.wait_for("answered", times=2)
    with worker_process(app, ledger) as second:
        second.wait_for("end:published")
        second.wait_for("end:handed_over")
    assert see(app, desk, page).attempts == ("publish:lost", "publish:done")
    assert len(see(app, desk, script).artefacts) == 2


@pytest.mark.usually("sqlite", "postgresql")
def test_many_deliveries_through_several_kills(app: Flask, desk: Desk, ledger: Path) -> None:
    idents = [plan(app, desk, approved(app, desk, title=f"Tin số {n}"), OPEN_BOOK) for n in range(6)]
    for point in ("after-store", "before-store", "answered"):
        with worker_process(app, ledger, stop_at=point, threads=3) as running:
            running.wait_for(point)
    with worker_process(app, ledger, threads=3) as last:
        while any(see(app, desk, ident).state != "published" for ident in idents):
            last.wait_for("recorded", times=len([word for word in last.said if word == "recorded"]) + 1)
    lines = published(ledger)
    assert (len(lines), len(set(lines))) == (6, 6)
