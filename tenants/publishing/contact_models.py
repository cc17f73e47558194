"""What connects an outlet and what comes back from it: connections under way, addresses of callbacks, comments, further
steps."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tenants.db import Base, BigId
from tenants.scope import UnitOwned, own, unit_key


class PendingConnection(UnitOwned, Base):
    """An outlet on its way to being connected: one row for each time somebody began.

    ``step`` is what the person does next: form, redirect or choose; "failed" when it ended without success.
    ``nonce`` is in the address of the way back and valid once; None when no way back is awaited. ``box`` is encrypted
    and holds what the channel keeps between steps, its address and its choices. ``account_id`` is set when an outlet
    is connected anew in its place. ``sentence`` is the channel's.
    """

    __tablename__ = "pending_connection"
    __table_args__ = (unit_key(), own("account_id", "channel_account"))

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    channel: Mapped[str]
    account_id: Mapped[int | None]
    step: Mapped[str]
    nonce: Mapped[str | None]
    box: Mapped[str | None] = mapped_column(Text)
    sentence: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]


class ChannelAddress(Base):
    """Where callbacks of an outlet go: its own name for the account (``ref``) or our secret address for it (``hook``)
    lead to the unit. It is read before any unit is known, so it holds nothing private.

    Several units may have connected the same page; then each of them is told.
    """

    __tablename__ = "channel_address"
    __table_args__ = (
        UniqueConstraint("unit_id", "account_id"),
        Index("ix_channel_address_ref", "channel", "ref"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    channel: Mapped[str]
    ref: Mapped[str]
    hook: Mapped[str] = mapped_column(unique=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    account_id: Mapped[int]


class CallbackSeen(Base):
    """A genuine callback that was taken, by the SHA-256 of what it said: outlets repeat themselves."""

    __tablename__ = "callback_seen"

    digest: Mapped[str] = mapped_column(primary_key=True)
    seen_at: Mapped[dt.datetime] = mapped_column(index=True)


class Collection(UnitOwned, Base):
    """When the numbers and comments of a published item are read next. ``due_at`` None: not any more."""

    __tablename__ = "collection"
    __table_args__ = (
        unit_key(),
        own("delivery_id", "delivery"),
        UniqueConstraint("unit_id", "delivery_id"),
        Index("ix_collection_due", "unit_id", "account_id", "due_at"),
    )

    delivery_id: Mapped[int]
    account_id: Mapped[int]
    due_at: Mapped[dt.datetime | None]
    collected_at: Mapped[dt.datetime | None]


class RemoteComment(UnitOwned, Base):
    """What somebody wrote below a published item. ``vanished_at``: it stood there once and does no more."""

    __tablename__ = "remote_comment"
    __table_args__ = (
        unit_key(),
        own("delivery_id", "delivery"),
        UniqueConstraint("unit_id", "delivery_id", "remote_id"),
        Index("ix_remote_comment_at", "unit_id", "at"),
    )

    delivery_id: Mapped[int]
    remote_id: Mapped[str]
    parent_id: Mapped[str | None]
    author: Mapped[str]
    text: Mapped[str] = mapped_column(Text)
    url: Mapped[str | None] = mapped_column(Text)
    at: Mapped[dt.datetime]
    seen_at: Mapped[dt.datetime]
    vanished_at: Mapped[dt.datetime | None]


class FollowUpStep(UnitOwned, Base):
    """The further step of a delivery (a broadcast to all followers): one row, so that it is taken once.

    ``state``: see ``publishing.follow_up``. ``tries`` counts the calls; a second one is made only when a person asked
    again after it was certain that nothing had been sent.
    """

    __tablename__ = "follow_up_step"
    __table_args__ = (
        unit_key(),
        own("delivery_id", "delivery"),
        UniqueConstraint("unit_id", "delivery_id"),
    )

    delivery_id: Mapped[int]
    state: Mapped[str]
    tries: Mapped[int] = mapped_column(default=0)
    asked_by: Mapped[int] = mapped_column(ForeignKey("user.id"))
    asked_at: Mapped[dt.datetime]
    offer: Mapped[str] = mapped_column(Text)
    started_at: Mapped[dt.datetime | None]
    ended_at: Mapped[dt.datetime | None]
    sentence: Mapped[str | None] = mapped_column(Text)
    next_step: Mapped[str | None]
    detail: Mapped[str | None] = mapped_column(Text)
    receipt: Mapped[dict[str, Any] | None]
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
