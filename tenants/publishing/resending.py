"""Sending again, at one press, what waited for an outlet that works again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from channel_plugins import NextStep
from tenants.db import db
from tenants.errors import Refused
from tenants.publishing import outlets, policy, service, states
from tenants.publishing.models import ChannelAccount, Delivery

MOST = 100
"""Items sent again at one press; the outlet's own pace spreads them."""

_WAITED_FOR_OUTLET = (NextStep.RECONNECT.value, NextStep.OPEN_SETTINGS.value)


@dataclass(frozen=True)
class Resent:
    """How many items go out again, and those that stay with a person: title and why."""

    count: int
    left: tuple[tuple[str, str], ...]


def waiting(account: ChannelAccount) -> Sequence[int]:
    """Return the items that stopped because of their outlet, in the order in which they are locked; none while the
    outlet itself still has to be put right."""
    if not account.enabled or account.paused_reason or not policy.allowed(account.channel):
        return []
    rows = (
        select(Delivery.id)
        .where(
            Delivery.account_id == account.id,
            Delivery.state == states.NEEDS_PERSON,
            Delivery.next_step.in_(_WAITED_FOR_OUTLET),
        )
        .order_by(Delivery.article_id, Delivery.id)
        .limit(MOST)
    )
    return db.session.scalars(rows).all()


def resend_all(account_id: int, actor_id: int) -> Resent:
    """Send again what waited for an outlet, each item as ``service.retry`` does: what somebody else sent again
    meanwhile is not sent twice, and what is refused stays with a person without hindering the others.

    Raises:
        NotFound: no such outlet.
    """
    count, left = 0, []
    for delivery_id in waiting(outlets.get_account(account_id)):
        try:
            with db.session.begin_nested():
                service.retry(delivery_id, actor_id)
            count += 1
        except Refused as refusal:
            title = db.session.scalar(select(Delivery.title).where(Delivery.id == delivery_id))
            if refusal.code != "not-stopped":
                left.append((str(title), refusal.sentence))
    return Resent(count, tuple(left))
