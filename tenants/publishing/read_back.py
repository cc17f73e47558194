"""Published means seen: what was published is looked for where it should stand, and what stands there is noted.

A job of its own, after publishing: whatever becomes of it, nothing is posted again and nothing is taken down.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Flask, current_app
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.test import Client, TestResponse

from channel_plugins import LookUp, NextStep, Payload, Receipt, Sent, TryAgain
from channel_plugins.text import nfc, plain_text
from tenants import audit, clock
from tenants.content.models import ArticleRevision
from tenants.db import db, transaction
from tenants.publishing import calling, environment, outcome, reaching, render, states, telling
from tenants.publishing.calling import Timing
from tenants.publishing.models import Attempt, Delivery
from tenants.publishing.receipts import receipt_of
from tenants.scope import get_own

BY_READING = "read_back"
BY_ANSWER = "answer"

PAUSES = tuple(dt.timedelta(seconds=n) for n in (45, 120, 600, 3600, 6 * 3600))
"""After each look that brought nothing; then once a day."""
DAILY = dt.timedelta(days=1)
MOST_LOOKS = 12
MISSES = 4
"""Looks in vain after which an item counts as vanished: services show what is new with a delay."""


@dataclass(frozen=True)
class _Page:
    """Where an item of our own site stands, and what must be read there."""

    path: str
    title: str
    text: str


@dataclass(frozen=True)
class _Look:
    account_id: int
    key: str
    sent: Sent
    page: _Page | None


def read_back(delivery_id: int, timing: Timing | None = None) -> dt.datetime | None:
    """Look for a published item once. Opens its own transactions.

    Returns:
        When to look again; None when it was seen, or nobody can look.
    """
    with transaction():
        look = _begin(delivery_id)
    if look is None:
        return None
    if look.page is not None:
        return _note(delivery_id, _look_at_page(look.page, (timing or Timing()).local))
    came = reaching.reach(
        look.account_id, "read", lambda channel, account: channel.look_up(look.key, account, look.sent), timing
    )
    if isinstance(came, reaching.Later):
        return came.at
    if isinstance(came, reaching.Closed):
        return None
    return _note(delivery_id, came.answer)


def wanted(delivery: Delivery) -> bool:
    """Return whether a published item has still to be looked for by the program."""
    looking = delivery.seen_at is None and delivery.vanished_at is None and delivery.looks < MOST_LOOKS
    return delivery.state == states.PUBLISHED and looking


def _begin(delivery_id: int) -> _Look | None:
    delivery = get_own(Delivery, delivery_id)
    if not wanted(delivery):
        return None
    receipt = receipt_of(delivery.receipt)
    manager = environment.manager()
    if receipt is None or delivery.channel not in manager:
        return None
    page = _page(delivery) if manager.get(delivery.channel).info.outlet == "hosted" else None
    first = _first(delivery)
    started = db.session.scalar(
        select(Attempt.started_at)
        .where(Attempt.delivery_id == first.id, Attempt.call == states.PUBLISH)
        .order_by(Attempt.number)
        .limit(1)
    )
    payload: Payload = render.payload_of(delivery)
    sent = Sent(payload, started or first.asked_at, receipt)
    return _Look(delivery.account_id, first.key, sent, page)


def _first(delivery: Delivery) -> Delivery:
    """Return the delivery that put the item on the outlet: it is known there by that one's key."""
    seen = {delivery.id}
    while delivery.replaces_id is not None and delivery.replaces_id not in seen:
        seen.add(delivery.replaces_id)
        delivery = get_own(Delivery, delivery.replaces_id)
    return delivery


def _page(delivery: Delivery) -> _Page:
    revision = get_own(ArticleRevision, delivery.revision_id)
    site = render.site_address(environment.base_url(), environment.own_unit())
    address = delivery.url or render.article_address(site, delivery.article_id, revision.title)
    return _Page(urlsplit(address).path, nfc(revision.title), nfc(revision.body_text))


def _look_at_page(page: _Page, seconds: float) -> LookUp | Exception:
    """Fetch a page of our own site as a reader would, and compare what stands there with what was approved."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    address = environment.base_url()
    # A thread of its own: a request made inside our context would share our session, hence our scope.
    answer = calling.within(seconds, lambda: _fetch(app, address, page.path))
    if isinstance(answer, Exception):
        return TryAgain(detail=f"{type(answer).__name__}: {answer}")
    if answer.status_code in (404, 410):
        return LookUp.not_there()
    if answer.status_code != 200:
        return TryAgain(detail=f"status {answer.status_code}")
    shown = _words(plain_text(answer.get_data(as_text=True)))
    parts = [page.title, *page.text.splitlines()]
    seen = [part for part in parts if _words(part) in shown]
    return LookUp.found(Receipt(page.path), "\n".join(seen), altered=len(seen) < len(parts))


def _fetch(app: Flask, base_url: str, path: str) -> TestResponse:
    client = Client(app.wsgi_app)
    # With a cookie of ours the cache of the public sites lets us through to what is there now.
    cookie = f"{app.config['SESSION_COOKIE_NAME']}=-"
    return client.get(path, base_url=base_url, headers={"Cookie": cookie})


def _words(text: str) -> str:
    return " ".join(nfc(text).split())


def _note(delivery_id: int, answer: LookUp | Exception) -> dt.datetime | None:
    with transaction():
        delivery = outcome.locked(delivery_id)
        if not wanted(delivery):
            return None
        delivery.looks += 1
        if isinstance(answer, LookUp) and answer.state == "found":
            again = _found(delivery, answer)
        elif isinstance(answer, LookUp) and answer.state == "cannot_tell":
            outcome.see(delivery, BY_ANSWER)
            again = None
        else:
            again = _missed(delivery, isinstance(answer, LookUp))
        telling.about_delivery(delivery)
        return again


def _found(delivery: Delivery, answer: LookUp) -> dt.datetime | None:
    receipt = answer.receipt
    if receipt is not None and not receipt.settled:
        return _missed(delivery, False)
    delivery.altered = answer.altered
    delivery.seen_hash = hashlib.sha256(nfc(answer.text).encode()).hexdigest() if answer.text else None
    if receipt is not None and receipt.url:
        delivery.url = receipt.url
    if receipt is not None and receipt.published_at is not None and delivery.replaces_id is None:
        outcome.recount(delivery)
        delivery.published_at = min(receipt.published_at, clock.now())
    delivery.sentence = delivery.next_step = None
    if answer.altered:
        delivery.sentence = _(
            "Bài đang hiện trên kênh không giống bản đã duyệt. Hãy mở kênh xem; nếu có người sửa nhầm, hãy đăng bản "
            "đính chính hoặc gỡ bài."
        )
        delivery.next_step = NextStep.LOOK_AT_OUTLET.value
        audit.record("publish.outcome", "delivery", delivery.id, None, read_back="altered")
    outcome.see(delivery, BY_READING)
    return None


def _missed(delivery: Delivery, certainly: bool) -> dt.datetime | None:
    """Note a look in vain. ``certainly``: the outlet was asked and does not have it."""
    if certainly and delivery.looks >= MISSES:
        delivery.vanished_at = clock.now()
        delivery.sentence = _(
            "Kênh đã báo đăng xong nhưng hệ thống không tìm thấy bài trên kênh. Hệ thống không đăng lại để tránh đăng "
            "hai lần. Hãy mở kênh xem rồi ghi nhận ở trang này."
        )
        delivery.next_step = NextStep.LOOK_AT_OUTLET.value
        audit.record("publish.outcome", "delivery", delivery.id, None, read_back="vanished")
        outcome.recount(delivery)
        return None
    if delivery.looks >= len(PAUSES) and not certainly:
        delivery.sentence = _(
            "Bài đã đăng nhưng hệ thống chưa xem lại được trên kênh, nên chưa tính vào thống kê. Hệ thống thử lại mỗi "
            "ngày; bạn cũng có thể mở kênh xem rồi ghi nhận ở trang này."
        )
        delivery.next_step = NextStep.LOOK_AT_OUTLET.value
    if delivery.looks >= MOST_LOOKS:
        return None
    return clock.now() + (PAUSES[delivery.looks - 1] if delivery.looks <= len(PAUSES) else DAILY)
