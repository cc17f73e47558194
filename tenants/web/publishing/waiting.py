"""How a delivery stands that waits for people's word: shown on its page, with the link for those without an account."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import g
from flask_babel import gettext as _

from channel_plugins import Channel
from tenants import clock
from tenants.publishing import confirming, links, outlets, states
from tenants.publishing.models import ChannelAccount, Delivery


@dataclass(frozen=True)
class Waiting:
    """What the page shows of a delivery that only people can confirm.

    Args:
        spoken: it is read out, not posted.
        late: the word is overdue.
        may_correct: it was told already and may be told anew.
        link: the address for people without an account, "" when it is closed.
        message: a text with the link, ready for Zalo or SMS.
        at: when it was broadcast or posted, as recorded, for the boxes of date and time.
        told_by: who recorded it.
        paste: the words to paste, for what people post by hand.
        poster: who posts.
    """

    spoken: bool
    open: bool
    late: bool
    may_correct: bool
    place: str
    link: str
    message: str
    until: dt.datetime | None
    on: str
    time: str
    proof: Mapping[str, Any]
    told_at: dt.datetime | None
    told_by: str
    paste: str = ""
    poster: str = ""


def shown(delivery: Delivery, channel: Channel | None) -> Waiting | None:
    """Return what the page needs; None where the program itself knows how a delivery ended."""
    if channel is None or not confirming.needed(channel) or delivery.handed_at is None:
        return None
    account = outlets.get_account(delivery.account_id)
    waiting = delivery.state == states.HANDED_OVER
    link = links.address(links.DELIVERY, delivery) if waiting else ""
    proof = delivery.proof or {}
    told_at = dt.datetime.fromisoformat(proof["at"]) if proof.get("at") else None
    moment = clock.local(told_at or clock.now(), g.unit.timezone)
    return Waiting(
        spoken=channel.info.name == "radio",
        open=waiting,
        late=confirming.overdue(delivery, clock.now()),
        may_correct=confirming.may_correct(delivery, channel),
        place=str(proof.get("place") or place_of(account)),
        link=link,
        message=message(delivery.title, link, delivery.link_until),
        until=delivery.link_until,
        on=moment.strftime("%Y-%m-%d"),
        time=moment.strftime("%H:%M"),
        proof=proof,
        told_at=told_at,
        told_by=told_by(proof),
        paste=str(delivery.payload.get("text", "")) if channel.info.outlet == "assisted" else "",
        poster=str(delivery.payload.get("poster", "")) if channel.info.outlet == "assisted" else "",
    )


def place_of(account: ChannelAccount) -> str:
    """Return what the station, group or board of an outlet is called; "" while it bears no name but its kind's."""
    named = account.settings.get("station") or account.settings.get("place")
    return str(named or ("" if account.label == outlets.channel_named(account.channel).info.label else account.label))


def message(title: str, link: str, until: dt.datetime | None) -> str:
    """Return what the unit sends along with the link, "" without one."""
    if not link or until is None:
        return ""
    day = clock.local(until, g.unit.timezone).strftime("%d/%m/%Y")
    return str(
        _(
            "%(unit)s kính gửi: %(title)s. Mời anh/chị tải tệp và bấm xác nhận tại %(link)s (dùng được tới %(day)s, "
            "không cần tài khoản). Xin cảm ơn!",
            unit=g.unit.name, title=title, link=link, day=day,
        )
    )  # fmt: skip


def told_by(proof: Mapping[str, Any]) -> str:
    """Return who said how it ended, and which way."""
    who = str(proof.get("who") or "")
    if proof.get("through") != confirming.LINK:
        return who
    return str(_("%(who)s, qua đường dẫn xác nhận", who=who) if who else _("Qua đường dẫn xác nhận"))
