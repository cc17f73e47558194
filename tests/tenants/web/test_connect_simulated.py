"""The real channels against their simulators: consent, posting, numbers, comments, callbacks and the broadcast, through
the pages a school uses."""

from __future__ import annotations

import datetime as dt
import html as html_text
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from browser import served
from builders import in_unit, run_jobs
from flask import Flask
from publishing_builders import Desk, approved, make_desk, plan, see
from sqlalchemy import select
from webclient import PageClient

from channel_plugins import build_manager
from channel_plugins.simulators.facebook import APP_ID, APP_SECRET, PAGE_ID, VERIFY_TOKEN, FacebookSimulator
from channel_plugins.simulators.server import Simulator, running
from channel_plugins.simulators.zalo import ZaloSimulator
from tenants import clock
from tenants.publishing import environment, outlets, render
from tenants.publishing.contact_models import RemoteComment
from tenants.publishing.models import ChannelAccount, Delivery
from tenants.statistics import reach

pytestmark = pytest.mark.database("sqlite")

ClientFor = Callable[..., PageClient]


@contextmanager
def simulated(app: Flask, simulator: Simulator, name: str, options: Callable[[str], dict[str, Any]]) -> Iterator[str]:
    """Let the application's channel talk to a simulator while the block runs; yields its address."""
    before = app.extensions["loa.channels"]
    with running(simulator) as address:
        host = urlsplit(address).netloc
        app.extensions["loa.channels"] = build_manager(options={name: options(address)}, private_hosts=[host])
        try:
            yield address
        finally:
            app.extensions["loa.channels"] = before


def begin(client: PageClient, desk: Desk, channel: str, host: str) -> str:
    """Begin connecting; return the address of the consent page."""
    step = client.post(f"/u/{desk.unit.slug}/publishing/outlets/connect/{channel}").location
    shown = html_text.unescape(client.get(step).get_data(as_text=True))
    found = re.search(rf'href="({re.escape(host)}[^"]+)"', shown)
    assert found is not None, shown
    return found.group(1)


def come_back(client: PageClient, address: str) -> str:
    """Follow the service's redirect into our pages; return where the browser ends up."""
    parts = urlsplit(address)
    first = client.get(f"{parts.path}?{parts.query}")
    assert first.status_code == 303, first.status_code
    return str(client.get(first.location).location)


def outlet(app: Flask, desk: Desk, channel: str) -> tuple[int, str, dict[str, str]]:
    with in_unit(app, desk.unit) as session:
        row = session.scalars(select(ChannelAccount).where(ChannelAccount.channel == channel)).one()
        return row.id, row.account_ref or "", dict(render.open_secrets(row, environment.secret_box()))


def text_of(client: PageClient, path: str) -> str:
    return html_text.unescape(client.get(path).get_data(as_text=True))


def publish(app: Flask, desk: Desk, channel: str, account_id: int, simulator: Simulator) -> int:
    """Publish an article and let the worker do everything, moving the clocks on where it waits."""
    desk.accounts[channel] = account_id
    ident = plan(app, desk, approved(app, desk), channel)
    now = clock.now()
    for minutes in range(12):
        with clock.frozen(now + dt.timedelta(minutes=minutes)):
            run_jobs(app)
        if see(app, desk, ident).state == "published":
            return ident
        simulator.advance(60)
    raise AssertionError(see(app, desk, ident))


def test_facebook_page(app: Flask, client_for: ClientFor) -> None:
    simulator = FacebookSimulator()

    def options(address: str) -> dict[str, Any]:
        keys = {"app_id": APP_ID, "app_secret": APP_SECRET, "verify_token": VERIFY_TOKEN}
        return {**keys, "graph_url": address, "dialog_url": address, "pause_seconds": 0}

    with simulated(app, simulator, "facebook", options) as address, served(app) as ours:
        desk = make_desk(app)
        client = client_for(desk.team.web)
        query = dict(parse_qsl(urlsplit(begin(client, desk, "facebook", address)).query))
        query |= {"person": "5001", "answer": "yes", f"page_{PAGE_ID}": "1"}
        given = requests.get(f"{address}/dialog/answer", params=query, allow_redirects=False, timeout=10)
        step = come_back(client, given.headers["Location"])
        shown = text_of(client, client.post(step, data={"choice": PAGE_ID}).location)
        assert "có quyền đăng" in shown
        account_id, ref, secrets = outlet(app, desk, "facebook")
        assert ref == PAGE_ID and secrets["page_token"]

        ident = publish(app, desk, "facebook", account_id, simulator)
        (post,) = simulator.state()["pages"][PAGE_ID]["posts"]
        with in_unit(app, desk.unit) as session:
            remote_id = session.get(Delivery, (desk.unit.id, ident)).remote_id
        assert remote_id == post["id"]
        requests.post(
            f"{address}/_sim/comments", json={"post": remote_id, "author": "Phụ huynh Thử", "text": "Hay quá"}
        )
        requests.post(f"{address}/_sim/numbers", json={"post": remote_id, "shares": 4})
        hook = {
            "url": f"{ours}/hooks/facebook",
            "page": PAGE_ID,
            "item": "comment",
            "verb": "add",
            "post_id": remote_id,
        }
        requests.post(f"{address}/_sim/webhook", json={**hook, "times": 2}, timeout=10)
        requests.post(f"{address}/_sim/webhook", json={**hook, "forged": True}, timeout=10)
        run_jobs(app)
        with in_unit(app, desk.unit) as session:
            assert [row.text for row in session.scalars(select(RemoteComment))] == ["Hay quá"]
            assert reach.newest_of([ident])[ident]["shares"].value == 4
        challenge = {"hub.mode": "subscribe", "hub.verify_token": VERIFY_TOKEN, "hub.challenge": "1158201444"}
        assert requests.get(f"{ours}/hooks/facebook", params=challenge, timeout=10).text == "1158201444"
        challenge["hub.verify_token"] = "sai"
        assert requests.get(f"{ours}/hooks/facebook", params=challenge, timeout=10).status_code == 403


def test_zalo_oa(app: Flask, client_for: ClientFor) -> None:
    simulator = ZaloSimulator()
    # Zalo sends nothing at night.
    simulator.advance((10 - clock.local(simulator.now()).hour) % 24 * 3600)

    def options(address: str) -> dict[str, Any]:
        keys = {"app_id": simulator.app_id, "app_secret": simulator.app_secret, "oa_secret": simulator.oa_secret}
        places = {"oauth_url": f"{address}/v4/oa", "openapi_url": address}
        return {**keys, **places, "check_cover": False, "broadcast_from_hour": 0, "broadcast_until_hour": 24}

    with simulated(app, simulator, "zalo", options) as address:
        desk = make_desk(app)
        client = client_for(desk.team.web)
        consent = requests.get(begin(client, desk, "zalo", address), timeout=10).text
        link = html_text.unescape(re.findall(r"href='(/v4/oa/agree[^']+)'", consent)[0])
        given = requests.get(address + link, allow_redirects=False, timeout=10)
        shown = text_of(client, come_back(client, given.headers["Location"]))
        assert "có quyền đăng" in shown
        account_id, ref, secrets = outlet(app, desk, "zalo")
        assert ref == "4000000000000000001" and secrets["refresh_token"]
        offered = client.get(f"/u/{desk.unit.slug}/publishing/outlets/{account_id}")
        assert secrets["refresh_token"] not in offered.get_data(as_text=True)

        with in_unit(app, desk.unit):
            cover = {"cover_choice": "school", "cover_url": "https://truong.example.vn/bia.jpg"}
            own = {**outlets.get_account(account_id).settings, **cover}
            outlets.edit_account(account_id, "", own, actor_id=desk.team.web.id)
        ident = publish(app, desk, "zalo", account_id, simulator)
        path = f"/u/{desk.unit.slug}/publishing/deliveries/{ident}/follow-up"
        assert "lượt" in text_of(client, path) and simulator.broadcasts == []
        client.post(path, data={"agreed": "yes", "offered": "Đã đọc."})
        run_jobs(app)
        run_jobs(app)
        assert len(simulator.broadcasts) == 1
        assert "Đã gửi" in text_of(client, path.removesuffix("/follow-up"))
