"""Radio bulletins: several approved texts read one after the other in one broadcast."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tenants.db import Base
from tenants.scope import UnitOwned, own, unit_key


class Bulletin(UnitOwned, Base):
    """One bulletin for one radio outlet. ``state``: see ``bulletins.states``.

    ``broadcast_at`` is when the station shall broadcast it. ``speed`` is in syllables a minute. ``payload``,
    ``payload_hash`` and ``artefacts`` are what was handed over, frozen then. ``handed_at``, ``due_at``, ``proof``,
    ``link_nonce`` and ``link_until`` mean what they mean for a ``Delivery``. ``sentence`` is for the reader.
    """

    __tablename__ = "bulletin"
    __table_args__ = (
        unit_key(),
        own("account_id", "channel_account"),
        Index("ix_bulletin_state", "unit_id", "state", "broadcast_at"),
    )

    account_id: Mapped[int]
    title: Mapped[str]
    broadcast_at: Mapped[dt.datetime]
    greeting: Mapped[str] = mapped_column(Text)
    closing: Mapped[str] = mapped_column(Text)
    speed: Mapped[int]
    state: Mapped[str] = mapped_column(default="draft")
    payload: Mapped[dict[str, Any] | None]
    payload_hash: Mapped[str | None]
    artefacts: Mapped[list[dict[str, Any]]]
    handed_at: Mapped[dt.datetime | None]
    due_at: Mapped[dt.datetime | None]
    proof: Mapped[dict[str, Any] | None]
    link_nonce: Mapped[str | None]
    link_until: Mapped[dt.datetime | None]
    sentence: Mapped[str | None] = mapped_column(Text)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[dt.datetime]
    updated_at: Mapped[dt.datetime]


class BulletinItem(UnitOwned, Base):
    """One approved text in a bulletin: exactly this revision. ``cue_seconds`` is the music after it, 0 for none;
    ``delivery_id`` its delivery, from the hand-over on."""

    __tablename__ = "bulletin_item"
    __table_args__ = (
        unit_key(),
        own("bulletin_id", "bulletin"),
        own("article_id", "article"),
        own("revision_id", "article_revision"),
        own("delivery_id", "delivery"),
        UniqueConstraint("unit_id", "bulletin_id", "article_id"),
        Index("ix_bulletin_item_delivery", "unit_id", "delivery_id"),
    )

    bulletin_id: Mapped[int]
    position: Mapped[int]
    article_id: Mapped[int]
    revision_id: Mapped[int]
    cue_seconds: Mapped[int]
    delivery_id: Mapped[int | None]
