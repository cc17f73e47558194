"""A school's own WordPress site and its own system through the worker, over HTTP: published, corrected, taken down."""

from __future__ import annotations

import datetime as dt
import html as html_text
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

import pytest
from builders import in_unit, run_jobs
from flask import Flask
from publishing_builders import Desk, approve_again, approved_with_picture, make_desk, plan, see
from sqlalchemy import select
from webclient import PageClient

from channel_plugins import build_manager
from channel_plugins.simulators import webhook, wordpress
from channel_plugins.simulators.server import Fault, running
from tenants import clock
from tenants.jobs.worker import unit_context
from tenants.publishing import outlets, service, verifying
from tenants.publishing.models import ChannelAccount
from tenants.publishing.verifying import Finding

TITLE = "Ngày hội đọc sách ở Trường Tiểu học Hoa Sim"


@dataclass(frozen=True)
class Own:
    """A school with outlets of its own, the services behind them on this machine."""

    desk: Desk
    site: wordpress.WordPressSimulator
    receiver: webhook.WebhookSimulator
    site_address: str


@pytest.fixture
def own(app: Flask) -> Iterator[Own]:
    site, receiver = wordpress.WordPressSimulator(), webhook.WebhookSimulator()
    before = app.extensions["loa.channels"]
    with ExitStack() as stack:
        addresses = [stack.enter_context(running(simulator)) for simulator in (site, receiver)]
        app.extensions["loa.channels"] = build_manager(private_hosts=[urlsplit(url).netloc for url in addresses])
        stack.callback(app.extensions.__setitem__, "loa.channels", before)
        desk = make_desk(app)
        raw = {
            "wordpress": {
                "site": addresses[0],
                "login": wordpress.LOGIN,
                "app_password": wordpress.PASSWORD,
                "category": "Tin tức",
            },
            "webhook": {"url": f"{addresses[1]}/nhan-bai", "secret": webhook.SECRET},
        }
        with in_unit(app, desk.unit):
            accounts = {
                name: outlets.create_account(name, "", settings, actor_id=desk.team.web.id).id
                for name, settings in raw.items()
            }
        yield Own(replace(desk, accounts={**desk.accounts, **accounts}), site, receiver, addresses[0])


def shown(own: Own) -> str:
    with urllib.request.urlopen(own.site_address) as answer:
        return str(answer.read().decode())


def test_an_article_is_published_corrected_and_taken_down(app: Flask, own: Own) -> None:
    article = approved_with_picture(app, own.desk)
    idents = [plan(app, own.desk, article, name) for name in ("wordpress", "webhook")]
    run_jobs(app)
    assert [see(app, own.desk, ident).state for ident in idents] == ["published", "published"]
    assert TITLE in shown(own) and len(own.site.store.pictures) == 1
    (delivery,) = own.receiver.articles
    assert own.receiver.articles[delivery]["title"] == TITLE

    newer = approve_again(app, own.desk, article, title="Ngày hội đọc sách, bản sửa")
    changed = [plan(app, own.desk, newer, name) for name in ("wordpress", "webhook")]
    run_jobs(app)
    assert [see(app, own.desk, ident).state for ident in changed] == ["published", "published"]
    assert "bản sửa" in shown(own) and TITLE not in shown(own)
    assert len(own.site.store.posts) == 1 and len(own.site.store.pictures) == 1
    assert own.receiver.articles[delivery]["title"] == "Ngày hội đọc sách, bản sửa"

    with in_unit(app, own.desk.unit):
        for ident in changed:
            service.retract(ident, "Sai ngày", own.desk.team.principal.id)
    run_jobs(app)
    assert [see(app, own.desk, ident).state for ident in changed] == ["retracted", "retracted"]
    assert "bản sửa" not in shown(own) and own.receiver.articles == {}


def proof(app: Flask, own: Own, name: str) -> Finding:
    """Let the outlet be asked whether it may be posted to."""
    with unit_context(app, own.desk.unit.id):
        return verifying.verify_now(own.desk.accounts[name], actor_id=None)


@pytest.mark.parametrize("fault", ["drop_after", "error_after"])
def test_a_lost_answer_makes_one_article_on_each(app: Flask, own: Own, fault: Fault) -> None:
    assert proof(app, own, "wordpress").usable and proof(app, own, "webhook").usable
    own.site.order("POST /wp-json/wp/v2/posts/*", fault)
    own.receiver.order("POST /nhan-bai", fault)
    start = clock.now()
    article = approved_with_picture(app, own.desk)
    idents = [plan(app, own.desk, article, name) for name in ("wordpress", "webhook")]
    run_jobs(app)
    assert [see(app, own.desk, ident).state for ident in idents] == ["unconfirmed", "scheduled"]
    with clock.frozen(start + dt.timedelta(minutes=10)):
        run_jobs(app)
        assert [see(app, own.desk, ident).state for ident in idents] == ["published", "published"]
    assert [post.status for post in own.site.store.posts.values()] == ["publish"]
    assert list(own.receiver.seen.values()).count("article.published") == 1 and own.receiver.duplicates == 1


def test_a_receiver_that_is_gone_stops_its_outlet_only(app: Flask, own: Own) -> None:
    own.receiver.status = 410
    article = approved_with_picture(app, own.desk)
    idents = [plan(app, own.desk, article, name) for name in ("wordpress", "webhook")]
    run_jobs(app)
    assert [see(app, own.desk, ident).state for ident in idents] == ["published", "needs_person"]
    assert "410" in see(app, own.desk, idents[1]).sentence
    with in_unit(app, own.desk.unit):
        assert outlets.get_account(own.desk.accounts["webhook"]).paused_reason
        assert outlets.get_account(own.desk.accounts["wordpress"]).paused_reason is None


def test_a_site_is_connected_in_the_browser(app: Flask, own: Own, client_for: Callable[..., PageClient]) -> None:
    team = own.desk.team
    client = client_for(team.web)
    own.site.modes["plain_permalinks"] = True
    connect = f"/u/{team.unit.slug}/publishing/outlets/connect/wordpress"
    form = html_text.unescape(client.get(connect).get_data(as_text=True))
    assert "Mật khẩu ứng dụng" in form
    filled = {
        "filled": "yes",
        "set-site": own.site_address,
        "set-login": wordpress.LOGIN,
        "set-app_password": "sai sai sai sai",
        "set-rest_style": "pretty",
        "set-category": "",
    }
    refused = client.post(connect, data=filled, follow_redirects=True)
    assert "không nhận mật khẩu ứng dụng" in html_text.unescape(refused.get_data(as_text=True))
    client.post(connect, data={**filled, "set-app_password": wordpress.PASSWORD}, follow_redirects=True)
    with in_unit(app, own.desk.unit) as session:
        stored = session.get(ChannelAccount, (own.desk.unit.id, own.desk.accounts["wordpress"]))
        assert stored.settings["rest_style"] == "plain", "the outlet of this site is connected anew in its place"
        count = sum(account.channel == "wordpress" for account in session.scalars(select(ChannelAccount)))
    assert count == 1


def test_the_connection_is_proven_on_demand(app: Flask, own: Own) -> None:
    own.site.modes["strip_authorization"] = True
    lost, fine = proof(app, own, "wordpress"), proof(app, own, "webhook")
    assert lost.usable is False and "Authorization" in lost.sentence
    assert fine.usable is True
