"""How much an outlet takes in an hour and in a day, and the least pause between two posts, counted by what went out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select

from channel_plugins import Limits
from tenants import clock
from tenants.db import db
from tenants.publishing import pausing
from tenants.publishing.models import ChannelAccount, Delivery

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Wait:
    """Until when the budget of an outlet lets nothing more out, and the sentence for those who wait."""

    until: dt.datetime
    sentence: str


def wait(delivery: Delivery, account: ChannelAccount, limits: Limits) -> Wait | None:
    """Return how long a delivery must wait for the budget of its outlet; None when it may go.

    An hour is the last sixty minutes and a day the last 24 hours, so that no change of hour lets twice as much out.
    """
    now = clock.now()
    found: list[Wait] = []
    if limits.max_per_day is not None and (until := _free_at(delivery, account, limits.max_per_day, DAY, now)) > now:
        sentence = _(
            "Kênh «%(name)s» đã đăng đủ %(n)s bài trong 24 giờ. Kênh đang nghỉ đến %(time)s, rồi bài tự được gửi.",
            name=account.label,
            n=limits.max_per_day,
            time=pausing.when(until),
        )
        found.append(Wait(until, sentence))
    if limits.max_per_hour is not None and (until := _free_at(delivery, account, limits.max_per_hour, HOUR, now)) > now:
        sentence = _(
            "Kênh «%(name)s» đã đăng đủ %(n)s bài trong một giờ. Kênh đang nghỉ đến %(time)s, rồi bài tự được gửi.",
            name=account.label,
            n=limits.max_per_hour,
            time=pausing.when(until),
        )
        found.append(Wait(until, sentence))
    if limits.least_pause is not None:
        until = _free_at(delivery, account, 1, dt.timedelta(seconds=limits.least_pause), now)
        if until > now:
            sentence = _(
                "Kênh «%(name)s» cần khoảng cách giữa hai bài. Kênh đang nghỉ đến %(time)s, rồi bài tự được gửi.",
                name=account.label,
                time=pausing.when(until),
            )
            found.append(Wait(until, sentence))
    return max(found, key=lambda one: one.until, default=None)


def _free_at(
    delivery: Delivery, account: ChannelAccount, most: int, span: dt.timedelta, now: dt.datetime
) -> dt.datetime:
    """Return when fewer than ``most`` posts lie within ``span``; ``now`` when that is so already."""
    rows = (
        select(Delivery.sent_at)
        .where(Delivery.account_id == account.id, Delivery.sent_at > now - span, Delivery.id != delivery.id)
        .order_by(Delivery.sent_at.desc())
        .offset(most - 1)
        .limit(1)
    )
    oldest = db.session.scalar(rows)
    return now if oldest is None else oldest + span
