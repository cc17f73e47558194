"""What outlets tell us: proven over the raw bytes, taken once, and led to the unit it is about."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator

import pytest
from builders import FIRST_DAY, in_unit, make_office, make_person, run_jobs
from contact_builders import PAGE, Page, callback, make_page_desk, page_installed, signature
from flask import Flask
from publishing_builders import Desk, approved, plan
from sqlalchemy import delete, select
from webclient import PageClient

from channel_plugins import CallbackAnswer, Event
from tenants import clock
from tenants.db import db, transaction
from tenants.jobs.models import Job
from tenants.publishing import address_book, callbacks, outlets, policy
from tenants.publishing.contact_models import CallbackSeen, ChannelAddress
from tenants.publishing.models import Delivery
from tenants.units import service as unit_service
from tenants.units.models import Unit
from tenants.web import hooks, pacing

ClientFor = Callable[..., PageClient]
MINUTE = dt.timedelta(minutes=1)
LOST = {"kind": "access_lost", "account_ref": "p1"}


@pytest.fixture
def remote(app: Flask) -> Iterator[Page]:
    """A page whose service tells us things."""
    with page_installed(app) as installed:
        yield installed


@pytest.fixture
def desk(app: Flask, remote: Page) -> Desk:
    """A school with the page as an outlet."""
    return make_page_desk(app)


def events(app: Flask) -> list[tuple[int | None, str, str]]:
    """Return what waits to be done because of callbacks: unit, kind, post."""
    with app.app_context():
        rows = db.session.scalars(select(Job).where(Job.kind == "publishing.event").order_by(Job.id)).all()
        return [(row.unit_id, row.args["event"], row.args["remote_id"]) for row in rows]


def hook(app: Flask, desk: Desk) -> str:
    with in_unit(app, desk.unit):
        address = address_book.hook_of(outlets.get_account(desk.accounts[PAGE]))
        assert address is not None
        return address.removeprefix("http://localhost")


def test_genuine_callback_is_led_to_every_unit_with_that_page(app: Flask, desk: Desk, client_for: ClientFor) -> None:
    other = make_page_desk(app)
    answer = client_for().post(f"/hooks/{PAGE}", **callback(LOST))
    assert (answer.status_code, answer.text, answer.mimetype) == (200, "nhan", "text/plain")
    assert events(app) == [(desk.unit.id, "access_lost", ""), (other.unit.id, "access_lost", "")]


def test_repeated_callback_is_answered_and_has_no_effect(app: Flask, desk: Desk, client_for: ClientFor) -> None:
    client = client_for()
    client.post(f"/hooks/{PAGE}", **callback(LOST))
    with app.app_context(), transaction() as session:
        session.execute(delete(Job))
    again = client.post(f"/hooks/{PAGE}", **callback(LOST))
    assert (again.status_code, events(app)) == (200, [])
    client.post(f"/hooks/{PAGE}", **callback(LOST, number=2))
    assert len(events(app)) == 1


def test_forged_callback_gets_the_channels_status_and_does_nothing(
    app: Flask, desk: Desk, client_for: ClientFor
) -> None:
    told = callback(LOST)
    for body, sign in ((told["data"] + b" ", told["headers"]["X-Chu-Ky"]), (told["data"], "")):
        answer = client_for().post(f"/hooks/{PAGE}", data=body, headers={"X-Chu-Ky": sign}, token=False)
        assert answer.status_code == 403
    assert events(app) == []
    with app.app_context():
        assert db.session.scalars(select(CallbackSeen)).all() == []


def test_a_flood_of_forged_callbacks_stops_its_sender_and_nobody_else(
    app: Flask, desk: Desk, client_for: ClientFor
) -> None:
    client, flood, service = client_for(), {"REMOTE_ADDR": "192.0.2.66"}, {"REMOTE_ADDR": "192.0.2.7"}
    with clock.frozen(clock.now()):
        forged = [
            client.post(f"/hooks/{PAGE}", data=b"{}", token=False, environ_overrides=flood).status_code
            for _ in range(hooks.STRANGE.most + 1)
        ]
        assert set(forged[:-1]) == {403}
        stopped = client.post(f"/hooks/{PAGE}", **callback(LOST), environ_overrides=flood)
        assert (forged[-1], stopped.status_code, stopped.headers["Retry-After"]) == (429, 429, "60")
        assert events(app) == []
        assert client.post(f"/hooks/{PAGE}", **callback(LOST), environ_overrides=service).status_code == 200
        assert len(events(app)) == 1
    with clock.frozen(clock.now() + MINUTE):
        again = client.post(f"/hooks/{PAGE}", **callback(LOST, number=2), environ_overrides=flood)
        assert (again.status_code, len(events(app))) == (200, 1)


def test_replaying_a_genuine_callback_stops_the_replayer(app: Flask, desk: Desk, client_for: ClientFor) -> None:
    client, replayer = client_for(), {"REMOTE_ADDR": "192.0.2.67"}
    with clock.frozen(clock.now()):
        answers = [
            client.post(f"/hooks/{PAGE}", **callback(LOST), environ_overrides=replayer).status_code
            for _ in range(hooks.STRANGE.most + 2)
        ]
        assert (answers.count(200), answers[-1]) == (hooks.STRANGE.most + 1, 429)
        other = {"REMOTE_ADDR": "192.0.2.8"}
        assert client.post(f"/hooks/{PAGE}", **callback(LOST, number=3), environ_overrides=other).status_code == 200


def test_the_table_of_senders_stays_small() -> None:
    pace = pacing.Pace(1)
    for number in range(pacing.MOST_KEYS + 10):
        pace.count(str(number))
    assert pace.too_fast(str(pacing.MOST_KEYS)) and not pace.too_fast("0")


def test_events_of_a_request_that_was_not_accepted_do_nothing(app: Flask, desk: Desk) -> None:
    strange = CallbackAnswer(accepted=False, status=200, events=(Event("access_lost", "p1"),))
    with app.app_context(), transaction():
        assert callbacks.take(PAGE, strange, b"{}", None) == 0
    assert events(app) == []


def test_channel_that_the_office_forbids_has_no_address(app: Flask, desk: Desk, client_for: ClientFor) -> None:
    path = hook(app, desk)
    office = make_office(app)
    officer = make_person(app, office, "officer")
    with app.app_context(), transaction() as session:
        school, above = session.get(Unit, desk.unit.id), session.get(Unit, office.id)
        unit_service.place_under(school, above, on=FIRST_DAY)
    with in_unit(app, office):
        policy.set_rule(PAGE, False, "Chờ hướng dẫn.", actor_id=officer.id)
    assert client_for().post(path, **callback(LOST)).status_code == 404
    client_for().post(f"/hooks/{PAGE}", **callback(LOST))
    with in_unit(app, desk.unit):
        callbacks.act(desk.accounts[PAGE], "access_lost", "")
        assert db.session.scalars(select(Job.id).where(Job.kind == "publishing.verify")).all() == []
    web = client_for(desk.team.web)
    for page in (f"/outlets/connect/{PAGE}", f"/outlets/connect/{PAGE}/1"):
        assert web.get(f"/u/{desk.unit.slug}/publishing{page}").status_code == 404
        assert web.post(f"/u/{desk.unit.slug}/publishing{page}").status_code == 404


def test_challenge_is_answered(desk: Desk, client_for: ClientFor) -> None:
    client = client_for()
    answer = client.get(f"/hooks/{PAGE}?token=biet-nhau&challenge=<b>123</b>")
    assert (answer.status_code, answer.text, answer.mimetype) == (200, "<b>123</b>", "text/plain")
    assert client.get(f"/hooks/{PAGE}?token=la&challenge=123").status_code == 403


@pytest.mark.parametrize("path", ["/hooks/khong-co", "/hooks/website", f"/hooks/{PAGE}/khong-co-dia-chi"])
def test_unknown_addresses_are_not_found(desk: Desk, client_for: ClientFor, path: str) -> None:
    assert client_for().post(path, **callback(LOST)).status_code == 404
    assert client_for().get(path).status_code == 404


def test_body_that_is_too_large_is_refused(app: Flask, desk: Desk, client_for: ClientFor) -> None:
    body = json.dumps({"events": [LOST], "lot": "x" * 300_000}).encode()
    answer = client_for().post(f"/hooks/{PAGE}", data=body, headers={"X-Chu-Ky": signature(body)}, token=False)
    assert (answer.status_code, events(app)) == (413, [])


def test_address_of_one_outlet_tells_only_that_outlet(app: Flask, desk: Desk, client_for: ClientFor) -> None:
    make_page_desk(app)
    path = hook(app, desk)
    told = callback(LOST, {"kind": "comment", "account_ref": "trang-khac", "remote_id": "post-1"})
    assert client_for().post(path, **told).status_code == 200
    assert events(app) == [(desk.unit.id, "access_lost", "")]


def test_address_of_an_outlet_belongs_to_its_channel(app: Flask, desk: Desk, client_for: ClientFor) -> None:
    token = hook(app, desk).rsplit("/", 1)[1]
    assert client_for().post(f"/hooks/facebook/{token}", **callback(LOST)).status_code == 404


def test_outlet_that_is_off_hears_nothing(app: Flask, desk: Desk, client_for: ClientFor) -> None:
    path = hook(app, desk)
    with in_unit(app, desk.unit):
        outlets.set_enabled(desk.accounts[PAGE], False, actor_id=desk.team.web.id)
    assert client_for().post(path, **callback(LOST)).status_code == 404
    client_for().post(f"/hooks/{PAGE}", **callback(LOST))
    with in_unit(app, desk.unit):
        callbacks.act(desk.accounts[PAGE], "access_lost", "")
        assert db.session.scalars(select(Job.id).where(Job.kind == "publishing.verify")).all() == []


def test_channel_that_fails_over_a_request_is_told_again_later(app: Flask, desk: Desk, client_for: ClientFor) -> None:
    body = b"[]"
    answer = client_for().post(f"/hooks/{PAGE}", data=body, headers={"X-Chu-Ky": signature(body)}, token=False)
    assert (answer.status_code, events(app)) == (503, [])


def test_address_follows_the_settings(app: Flask, desk: Desk) -> None:
    with in_unit(app, desk.unit):
        outlets.edit_account(desk.accounts[PAGE], "", {"page_id": "p2"}, actor_id=desk.team.web.id)
        assert address_book.by_ref(PAGE, ["p1"]) == {}
        (place,) = address_book.by_ref(PAGE, ["p2"])["p2"]
        assert place.account_id == desk.accounts[PAGE]
        address_book.forget(outlets.get_account(desk.accounts[PAGE]))
        assert address_book.by_ref(PAGE, ["p2"]) == {}


def test_address_book_holds_nothing_private(app: Flask, desk: Desk) -> None:
    with app.app_context():
        rows = db.session.scalars(select(ChannelAddress)).all()
        told = json.dumps([{c.key: getattr(row, c.key) for c in ChannelAddress.__mapper__.columns} for row in rows])
    assert "ma-trang-bi-mat" not in told and "Trang trường" not in told


def test_lost_access_stops_the_outlet_after_it_was_asked(
    app: Flask, desk: Desk, client_for: ClientFor, remote: Page
) -> None:
    client_for().post(f"/hooks/{PAGE}", **callback(LOST))
    run_jobs(app)
    assert remote.verified == ["ma-trang-bi-mat"]


def test_changed_post_is_read_back(app: Flask, desk: Desk, client_for: ClientFor, remote: Page) -> None:
    now = clock.now()
    with clock.frozen(now):
        ident = plan(app, desk, approved(app, desk), PAGE)
        run_jobs(app)
    with in_unit(app, desk.unit) as session:
        remote_id = session.get(Delivery, (desk.unit.id, ident)).remote_id
    remote.calls.clear()
    client_for().post(
        f"/hooks/{PAGE}", **callback({"kind": "post_changed", "account_ref": "p1", "remote_id": remote_id})
    )
    with clock.frozen(now + MINUTE):
        run_jobs(app)
    assert "look_up" in [call for call, _key in remote.calls]


def test_old_callbacks_are_forgotten(app: Flask, desk: Desk, client_for: ClientFor) -> None:
    client_for().post(f"/hooks/{PAGE}", **callback(LOST))
    with clock.frozen(clock.now() + callbacks.REMEMBERED + MINUTE), app.app_context():
        callbacks.forget_old()
        assert db.session.scalars(select(CallbackSeen)).all() == []
