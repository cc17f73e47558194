"""Articles offered to a superior's portal (đề nghị đăng cổng cấp trên), and what the superior made of them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tenants.db import Base
from tenants.scope import Overseen, UnitOwned, own, unit_key


class Offer(Overseen, Base):
    """An article as it was offered: the approved text of that moment, with its pictures.

    ``state``: see ``offers.states``. ``pictures`` are {media_id, sha256, thumb_sha256, content_type, filename, width,
    height, size, alt, caption}. ``article_url`` is the article on the unit's own site, "" while it is not there;
    ``published_url`` is where the superior published it. ``answer`` is the superior's reason or note.
    """

    __tablename__ = "offer"
    __table_args__ = (
        unit_key(),
        own("article_id", "article"),
        own("revision_id", "article_revision"),
        Index("ix_offer_target", "target_unit_id", "state"),
        Index("ix_offer_article", "unit_id", "article_id"),
    )

    article_id: Mapped[int]
    revision_id: Mapped[int]
    target_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    state: Mapped[str] = mapped_column(default="offered")
    title: Mapped[str]
    summary: Mapped[str] = mapped_column(Text)
    body_html: Mapped[str] = mapped_column(Text)
    genre: Mapped[str]
    node_id: Mapped[str | None]
    role_model_name: Mapped[str]
    role_model_deed: Mapped[str] = mapped_column(Text)
    pictures: Mapped[list[dict[str, Any]]]
    article_url: Mapped[str] = mapped_column(Text, default="")
    note: Mapped[str] = mapped_column(Text, default="")
    offered_by: Mapped[int] = mapped_column(ForeignKey("user.id"))
    offered_at: Mapped[dt.datetime]
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    answered_at: Mapped[dt.datetime | None]
    published_url: Mapped[str] = mapped_column(Text, default="")
    published_at: Mapped[dt.datetime | None]

    @classmethod
    def overseen(cls) -> ColumnElement[bool]:
        """Return the condition for superiors: what is offered, until the unit takes it back."""
        return cls.state != "withdrawn"


class OfferAnswer(UnitOwned, Base):
    """What the superior decided about an offer: ``decision`` "accepted" or "returned".

    ``article_id`` is the superior's own article made from it; ``published_url`` and ``published_at`` say where and when
    that appeared on the superior's site. ``title`` and ``from_unit_id`` serve lists.
    """

    __tablename__ = "offer_answer"
    __table_args__ = (
        unit_key(),
        own("article_id", "article"),
        UniqueConstraint("unit_id", "offer_unit_id", "offer_id"),
        Index("ix_offer_answer_article", "unit_id", "article_id"),
    )

    offer_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    offer_id: Mapped[int]
    decision: Mapped[str]
    title: Mapped[str]
    note: Mapped[str] = mapped_column(Text, default="")
    article_id: Mapped[int | None]
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    at: Mapped[dt.datetime]
    published_url: Mapped[str] = mapped_column(Text, default="")
    published_at: Mapped[dt.datetime | None]
