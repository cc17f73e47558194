"""Outlets of the demonstration: connected to the simulators, with articles on them and people who read and answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from flask import Flask
from sqlalchemy import select

from channel_plugins.simulators import Started
from district.demo.world import World, work_in
from tenants import clock
from tenants.audience import service as audience
from tenants.audience.service import Consent
from tenants.db import db
from tenants.jobs.worker import Worker, unit_context
from tenants.publishing import outlets, states
from tenants.publishing import service as publishing
from tenants.publishing.models import ChannelAccount, Delivery

SHOWCASE = "th-may-trang"
NAME = "Trường Tiểu học Mây Trắng"
STATION = "Đài Truyền thanh xã Suối Mơ"
SHOWN = 3
"""Articles of the showcase school that stand on each network."""

STEP = dt.timedelta(minutes=3)
STEPS = 12
"""The last half hour, in steps: article jobs of the networks and budgets between two posts take minutes."""

COMMENTS = (
    ("Phụ huynh Lò Văn Thử", "Các con vui quá, cảm ơn thầy cô đã tổ chức."),
    ("Phụ huynh Cầm Thị Mẫu", "Nhà trường cho hỏi tuần sau có hoạt động này nữa không ạ?"),
)
READERS = (
    ("ph.hoasim1@example.com", "Lò Thị Hạt"),
    ("ph.hoasim2@example.com", "Vì Văn Rừng"),
    ("khong-con.hoasim@example.com", "Quàng Thị Xa"),
)


def load(app: Flask, world: World, started: Mapping[str, Started]) -> None:
    """Connect the showcase school to every simulator that runs and publish its newest articles there."""
    _name_the_station(app, world)
    simulators = [one.simulator for one in started.values()]
    moment = clock.now() - STEP * STEPS
    _move(simulators, -STEP * STEPS)
    with clock.at(moment):
        accounts = {channel: _connect(app, world, SHOWCASE, channel, settings) for channel, settings in _own(started)}
        articles = _standing_articles(app, world)
        for channel, account_id in accounts.items():
            for article_id in articles[: 1 if channel == "email" else SHOWN]:
                with work_in(app, world, SHOWCASE):
                    publishing.plan_delivery(article_id, account_id, None, world.people[SHOWCASE, "web_person"])
    worker = Worker(app)
    for step in range(STEPS):
        if step == STEPS - 1 and "facebook" in started:
            _people_answer(app, world, started["facebook"].simulator)
        with clock.at(moment), unit_context(app, None):
            worker.run_queued()
        moment += STEP
        _move(simulators, STEP)


def _name_the_station(app: Flask, world: World) -> None:
    with work_in(app, world, SHOWCASE):
        for radio in db.session.scalars(select(ChannelAccount).where(ChannelAccount.channel == "radio")):
            radio.settings = {**radio.settings, "station": STATION}


def _move(simulators: list[Any], by: dt.timedelta) -> None:
    for simulator in simulators:
        simulator.advance(by.total_seconds())


def _own(started: Mapping[str, Started]) -> list[tuple[str, dict[str, Any]]]:
    """Return (channel, settings) of each outlet of the showcase school."""
    found: list[tuple[str, dict[str, Any]]] = []
    if "facebook" in started:
        page = {"id": "100200300400777", "name": NAME}
        token = started["facebook"].simulator.add_page(page["id"], page["name"])
        found.append(("facebook", {"page_id": page["id"], "page_name": page["name"], "page_token": token}))
    if "zalo" in started:
        found.append(("zalo", _zalo(started["zalo"])))
    if "mail" in started:
        found.append(("email", _mail(started["mail"])))
    return found


def _zalo(zalo: Started) -> dict[str, Any]:
    pair = zalo.simulator.grant()
    ends = clock.now() + dt.timedelta(seconds=int(pair["expires_in"]))
    oa = next(iter(zalo.simulator.oas.values()))
    oa.name = NAME
    return {
        "oa_id": oa.id,
        "oa_name": oa.name,
        "access_token": pair["access_token"],
        "refresh_token": pair["refresh_token"],
        "expires_at": ends.isoformat(),
    }


def _mail(mail: Started) -> dict[str, Any]:
    hosts = mail.settings[0].partition("=")[2].split(",")
    smtp, pop = (host.rpartition(":")[2] for host in hosts[1:3])
    return {
        "sender_name": NAME,
        "sender_address": "thutin@maytrang.example.edu.vn",
        "server": "127.0.0.1",
        "port": smtp,
        "security": "plain",
        "password": "mat-khau-mau",
        "postal_address": f"{NAME}, xã Suối Mơ, tỉnh Hoa Sim",
        "bounce_address": "thutrave@maytrang.example.edu.vn",
        "bounce_server": "127.0.0.1",
        "bounce_port": pop,
        "bounce_security": "plain",
        "bounce_password": "mat-khau-mau",
    }


def _connect(app: Flask, world: World, slug: str, channel: str, settings: Mapping[str, Any]) -> int:
    person = world.people[slug, "web_person"]
    with work_in(app, world, slug):
        if channel == "email":
            consent = Consent("Phiếu đăng ký đầu năm học", clock.today() - dt.timedelta(days=40))
            for address, name in READERS:
                audience.add("newsletter", address, name, "", consent, person)
        account = outlets.create_account(channel, "", settings, actor_id=person)
        account.verified_at = clock.now()
        return account.id


def _standing_articles(app: Flask, world: World) -> list[int]:
    """Return the school's published articles, newest first."""
    with work_in(app, world, SHOWCASE):
        rows = (
            select(Delivery.article_id)
            .where(Delivery.channel == "website", Delivery.state == states.PUBLISHED)
            .order_by(Delivery.published_at.desc())
        )
        return list(db.session.scalars(rows))


def _people_answer(app: Flask, world: World, facebook: Any) -> None:
    """Let readers react to what stands on the page."""
    with work_in(app, world, SHOWCASE):
        rows = select(Delivery.remote_id).where(Delivery.channel == "facebook", Delivery.state == states.PUBLISHED)
        posts = [str(post) for post in db.session.scalars(rows.order_by(Delivery.id))]
    for number, post in enumerate(posts):
        facebook.set_numbers(
            post, shares=3 + number, reactions=41 - 9 * number, post_clicks=28, post_media_view=610 - 130 * number
        )
        for author, text in COMMENTS[: 2 - number % 2]:
            facebook.comment(post, author, text)
