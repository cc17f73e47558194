"""Which unit's outlet a callback is about: found before any unit is known, by the outlet's own name or by our secret
address."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select

from channel_plugins import Account, Channel
from tenants.db import db
from tenants.publishing import environment, render
from tenants.publishing.contact_models import ChannelAddress
from tenants.publishing.models import ChannelAccount
from tenants.secrets import InvalidSecret

LONGEST_REF = 200


@dataclass(frozen=True)
class Place:
    """An outlet of a unit."""

    unit_id: int
    account_id: int


def keep(account: ChannelAccount) -> None:
    """Bring the address of an outlet up to date; called whenever its settings or credentials change."""
    account.account_ref = _ref_of(account)
    row = _row(account)
    if row is None:
        row = ChannelAddress(
            channel=account.channel,
            hook=secrets.token_urlsafe(24),
            unit_id=account.unit_id,
            account_id=account.id,
        )
        db.session.add(row)
    row.ref = account.account_ref or ""
    db.session.flush()


def forget(account: ChannelAccount) -> None:
    """Take an outlet out of the book, so that no callback reaches it any more."""
    db.session.execute(
        delete(ChannelAddress)
        .where(ChannelAddress.unit_id == account.unit_id, ChannelAddress.account_id == account.id)
        .execution_options(synchronize_session=False)
    )


def hook_of(account: ChannelAccount) -> str | None:
    """Return the secret address of an outlet; None when its channel takes no callbacks or it has none yet."""
    manager = environment.manager()
    if account.channel not in manager or not takes_callbacks(manager.get(account.channel)):
        return None
    row = _row(account)
    return None if row is None else f"{environment.base_url()}/hooks/{account.channel}/{row.hook}"


def takes_callbacks(channel: Channel) -> bool:
    """Return whether the channel reads requests of its outlet."""
    return type(channel).parse_callback is not Channel.parse_callback


def by_hook(channel: str, hook: str) -> Place | None:
    """Return the outlet a secret address belongs to, or None."""
    row = db.session.scalar(select(ChannelAddress).where(ChannelAddress.hook == hook))
    return None if row is None or row.channel != channel else Place(row.unit_id, row.account_id)


def by_ref(channel: str, refs: Sequence[str]) -> dict[str, list[Place]]:
    """Return the outlets that go by these names at their service, by name; in one query."""
    rows = select(ChannelAddress).where(ChannelAddress.channel == channel, ChannelAddress.ref.in_(set(refs) - {""}))
    found: dict[str, list[Place]] = {}
    for row in db.session.scalars(rows.order_by(ChannelAddress.id)):
        found.setdefault(row.ref, []).append(Place(row.unit_id, row.account_id))
    return found


def ref_of(channel: Channel, value: Account) -> str:
    """Return the outlet's own name for an account, "" when it has none or cannot tell."""
    return channel.account_ref(value)[:LONGEST_REF]


def _ref_of(account: ChannelAccount) -> str | None:
    manager = environment.manager()
    if account.channel not in manager:
        return account.account_ref
    channel = manager.get(account.channel)
    try:
        value = render.account_for(
            account, channel, environment.own_unit(), environment.secret_box(), environment.base_url()
        )
    except InvalidSecret:
        return account.account_ref
    return ref_of(channel, value) or None


def _row(account: ChannelAccount) -> ChannelAddress | None:
    return db.session.scalar(
        select(ChannelAddress).where(ChannelAddress.unit_id == account.unit_id, ChannelAddress.account_id == account.id)
    )
