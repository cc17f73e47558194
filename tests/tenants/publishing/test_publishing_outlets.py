"""Outlets: settings through the channel's own schema, secrets that cannot be read or lost."""

from __future__ import annotations

import threading

import pytest
from builders import in_unit, make_office, make_school
from flask import Flask
from publishing_builders import BOARD, TOKEN, Board, Desk, approved, plan, see
from sqlalchemy import event, select

from tenants.audit import AuditEntry
from tenants.db import transaction
from tenants.errors import Refused
from tenants.jobs.worker import unit_context
from tenants.publishing import outlets, pausing, posts, preparing, queries, render, service
from tenants.publishing.models import ChannelAccount
from tenants.publishing.outlets import BadSettings
from tenants.secrets import InvalidSecret


def token_of(app: Flask, desk: Desk) -> str:
    with in_unit(app, desk.unit):
        account = outlets.get_account(desk.accounts[BOARD])
        return render.open_secrets(account, app.extensions["loa.secrets"])["token"]


def edit(app: Flask, desk: Desk, **raw: str) -> None:
    with in_unit(app, desk.unit):
        outlets.edit_account(desk.accounts[BOARD], "Bảng sân trường", raw, actor_id=desk.team.web.id)


def test_new_unit_gets_what_needs_no_connecting_once(app: Flask, board: Board) -> None:
    school = make_school(app, make_office(app))
    for _time in range(2):
        with in_unit(app, school):
            service.ensure_default_accounts()
    with in_unit(app, school):
        assert sorted(account.channel for account in queries.accounts()) == ["radio", "website"]


def test_second_public_site_is_refused(app: Flask, desk: Desk) -> None:
    with pytest.raises(Refused) as caught, in_unit(app, desk.unit):
        outlets.create_account("website", "", {}, actor_id=desk.team.web.id)
    assert caught.value.code == "second-site"


def test_secret_is_stored_encrypted_and_not_logged(app: Flask, desk: Desk) -> None:
    with in_unit(app, desk.unit) as session:
        account = outlets.get_account(desk.accounts[BOARD])
        log = " ".join(str(entry.data) for entry in session.scalars(select(AuditEntry)))
        assert TOKEN not in f"{account.secrets_box}{account.settings}{log}"
    assert token_of(app, desk) == TOKEN


def test_empty_secret_keeps_the_stored_one(app: Flask, desk: Desk) -> None:
    edit(app, desk, board="Cổng trường", token="")
    assert token_of(app, desk) == TOKEN
    with in_unit(app, desk.unit):
        assert outlets.get_account(desk.accounts[BOARD]).settings["board"] == "Cổng trường"


def test_stored_secret_is_never_sent_to_another_place(app: Flask, desk: Desk) -> None:
    """Whoever may change an address must not learn by that what only the former place may know."""
    elsewhere = {"board": "Cổng trường", "address": "https://ke-gian.example"}
    with pytest.raises(BadSettings) as caught:
        edit(app, desk, **elsewhere, token="")
    assert list(caught.value.fields) == ["token"] and "nhập lại" in caught.value.fields["token"][0]
    with in_unit(app, desk.unit):
        account = outlets.get_account(desk.accounts[BOARD])
        assert account.settings["address"] == "https://bang.example.vn"
        channel = outlets.channel_named(BOARD)
        assert outlets.refused_settings(channel, elsewhere, account.id) is not None
        assert outlets.refused_settings(channel, {**elsewhere, "token": "khoa-moi"}, account.id) is None
    edit(app, desk, **elsewhere, token="khoa-moi")
    assert token_of(app, desk) == "khoa-moi"


def test_credentials_renewed_while_a_form_is_saved_are_not_lost(app: Flask, desk: Desk) -> None:
    """A service that rotates its tokens takes the new one only: the old one must never be written back."""
    ident = desk.accounts[BOARD]

    def renew() -> None:
        with unit_context(app, desk.unit.id), transaction():
            preparing.store_secrets(pausing.locked(ident), {"token": "khoa-moi-nhat"})

    with in_unit(app, desk.unit) as session:
        if session.get_bind().dialect.name == "postgresql":
            read_before = outlets.get_account(ident)
            assert read_before.secrets_box
        else:
            # SQLite has one writer at a time: whoever saves comes wholly before or after the other.
            session.rollback()
        worker = threading.Thread(target=renew)
        worker.start()
        worker.join()
        outlets.edit_account(ident, "", {"board": "Cổng trường", "token": ""}, actor_id=desk.team.web.id)
    assert token_of(app, desk) == "khoa-moi-nhat"


def test_switching_off_takes_its_locks_in_the_order_of_the_worker(app: Flask, desk: Desk) -> None:
    """First the article and its delivery, then the outlet: in any other order the two wait for each other."""
    ident = plan(app, desk, approved(app, desk), BOARD)
    said: list[str] = []
    with in_unit(app, desk.unit) as session:
        engine = session.get_bind()

        def listen(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            said.append(" ".join(statement.split()))

        event.listen(engine, "before_cursor_execute", listen)
        try:
            outlets.set_enabled(desk.accounts[BOARD], False, actor_id=desk.team.web.id)
            session.flush()
        finally:
            event.remove(engine, "before_cursor_execute", listen)
    held = next(n for n, text in enumerate(said) if "FROM article WHERE" in text)
    assert held < next(n for n, text in enumerate(said) if text.startswith("UPDATE channel_account"))
    assert see(app, desk, ident).state == "needs_person"


def test_credential_that_no_form_shows_survives_a_change(app: Flask, desk: Desk) -> None:
    box = app.extensions["loa.secrets"]
    with in_unit(app, desk.unit):
        account = outlets.get_account(desk.accounts[BOARD])
        account.secrets_box = render.seal_secrets(account, {"token": TOKEN, "refresh": "lam-moi"}, box)
    edit(app, desk, board="Cổng trường", token="")
    with in_unit(app, desk.unit):
        account = outlets.get_account(desk.accounts[BOARD])
        assert dict(render.open_secrets(account, box)) == {"token": TOKEN, "refresh": "lam-moi"}


def test_new_secret_replaces_the_stored_one(app: Flask, desk: Desk) -> None:
    edit(app, desk, board="Cổng trường", token="khac-789")
    assert token_of(app, desk) == "khac-789"


def test_bad_settings_change_nothing_and_name_the_field(app: Flask, desk: Desk) -> None:
    with pytest.raises(BadSettings) as caught:
        edit(app, desk, board="", token="khac-789", la="x")
    assert set(caught.value.fields) == {"board", "la"}
    assert "khac-789" not in repr(caught.value) + str(caught.value.data)
    assert token_of(app, desk) == TOKEN


def test_secret_moved_to_another_row_does_not_open(app: Flask, desk: Desk) -> None:
    with in_unit(app, desk.unit) as session:
        sealed = outlets.get_account(desk.accounts[BOARD]).secrets_box
        other = session.get(ChannelAccount, (desk.unit.id, desk.accounts["website"]))
        other.secrets_box = sealed
        with pytest.raises(InvalidSecret):
            render.open_secrets(other, app.extensions["loa.secrets"])


def test_channel_sees_defaults_the_unit_never_filled_in(app: Flask, desk: Desk) -> None:
    with in_unit(app, desk.unit) as session:
        account = outlets.get_account(desk.accounts[BOARD])
        account.settings = {"board": "Sân trường"}
        session.flush()
        value = posts.account_value(account, outlets.channel_named(BOARD))
        assert value.settings["loud"] is True
        assert value.site_url.endswith(f"/s/{desk.unit.slug}")
