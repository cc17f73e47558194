"""Outlets, deliveries and attempts: at most once, never silent."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tenants.db import Base
from tenants.scope import Overseen, UnitOwned, own, unit_key


class ChannelAccount(UnitOwned, Base):
    """A unit's configured outlet of one kind of channel. ``secrets_box`` is encrypted and bound to this row.

    ``paused_reason``: why a person must act before anything more is sent. ``paused_until``: the outlet asked for
    patience. ``busy_key``, ``busy_until``: which delivery is calling the outlet now, and when that call is over at
    the latest; one at a time. ``previous_box`` holds the credentials before the last renewal or reconnection.
    ``renew_wanted``: the outlet said that they have run out. ``account_ref`` is the outlet's own name for it.
    """

    __tablename__ = "channel_account"
    __table_args__ = (unit_key(), Index("ix_channel_account_channel", "unit_id", "channel"))

    channel: Mapped[str]
    label: Mapped[str]
    settings: Mapped[dict[str, Any]]
    secrets_box: Mapped[str | None] = mapped_column(Text)
    enabled: Mapped[bool] = mapped_column(default=True)
    paused_reason: Mapped[str | None] = mapped_column(Text)
    paused_until: Mapped[dt.datetime | None]
    busy_key: Mapped[str | None]
    busy_until: Mapped[dt.datetime | None]
    previous_box: Mapped[str | None] = mapped_column(Text)
    renew_wanted: Mapped[bool] = mapped_column(default=False)
    account_ref: Mapped[str | None]
    created_at: Mapped[dt.datetime]
    verified_at: Mapped[dt.datetime | None]


class Delivery(Overseen, Base):
    """One article revision on one outlet: one row, unique in the database, so it cannot be asked for twice.

    ``key`` identifies it to the remote side. ``payload`` is what was approved to go out, frozen when it was asked
    for (the parts of ``channel_plugins.Payload``). ``wanted`` is what the outlet shall do: publish, edit or
    retract. ``next_at`` is when the program acts again by itself; None when it is done or waits for a person.
    ``tries`` and ``checks`` count calls and look-ups since a person last acted. ``receipt`` is the outlet's, with
    what is needed to edit, retract and count. ``published_at`` is when the item came to stand there, kept through
    later corrections; ``updated_at`` is when this text did. ``sentence`` and ``next_step`` are for the reader.
    ``replaces_id``: the delivery whose remote item this one edits. ``title``, ``genre``, ``node_id`` serve
    counting without the article.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        unit_key(),
        own("article_id", "article"),
        own("revision_id", "article_revision"),
        own("account_id", "channel_account"),
        UniqueConstraint("unit_id", "revision_id", "account_id"),
        Index("ix_delivery_state", "unit_id", "state", "published_at"),
        Index("ix_delivery_channel", "unit_id", "channel", "state", "published_at"),
        Index("ix_delivery_article", "unit_id", "article_id"),
    )

    article_id: Mapped[int]
    revision_id: Mapped[int]
    account_id: Mapped[int]
    channel: Mapped[str]
    key: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(default="scheduled")
    wanted: Mapped[str] = mapped_column(default="publish")
    scheduled_at: Mapped[dt.datetime]
    next_at: Mapped[dt.datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    checks: Mapped[int] = mapped_column(default=0)
    published_at: Mapped[dt.datetime | None]
    updated_at: Mapped[dt.datetime | None]
    remote_id: Mapped[str | None]
    url: Mapped[str | None] = mapped_column(Text)
    receipt: Mapped[dict[str, Any] | None]
    payload: Mapped[dict[str, Any]]
    payload_hash: Mapped[str]
    artefacts: Mapped[list[dict[str, Any]]]
    sentence: Mapped[str | None] = mapped_column(Text)
    next_step: Mapped[str | None]
    retract_reason: Mapped[str | None] = mapped_column(Text)
    replaces_id: Mapped[int | None]
    title: Mapped[str]
    genre: Mapped[str]
    node_id: Mapped[str | None]
    role_model: Mapped[bool] = mapped_column(default=False)
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    asked_at: Mapped[dt.datetime]

    @classmethod
    def overseen(cls) -> ColumnElement[bool]:
        """Return the condition for superiors: only what the public has seen."""
        return cls.published_at.is_not(None)


class Attempt(UnitOwned, Base):
    """One call of the channel. Written and committed before the call; ``state`` "sending" after a crash means:
    unsure.

    ``call`` is publish, edit, retract or look_up. ``state``: see ``publishing.states``. ``sentence`` is for the
    school, ``detail`` for whoever helps it; neither holds credentials. ``by_id`` is set when a person said how it
    ended.
    """

    __tablename__ = "attempt"
    __table_args__ = (
        unit_key(),
        own("delivery_id", "delivery"),
        UniqueConstraint("unit_id", "delivery_id", "number"),
    )

    delivery_id: Mapped[int]
    number: Mapped[int]
    call: Mapped[str]
    state: Mapped[str] = mapped_column(default="sending")
    started_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
    sentence: Mapped[str | None] = mapped_column(Text)
    detail: Mapped[str | None] = mapped_column(Text)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
