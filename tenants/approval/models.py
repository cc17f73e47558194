"""Reviews: who vetted or approved exactly which revision."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from tenants.db import Base
from tenants.scope import UnitOwned, own, unit_key


class Review(UnitOwned, Base):
    """One step on one revision. ``step`` is "vet" or "approve"; ``decision`` is "passed" or "returned".

    ``content_hash`` repeats the revision's, so that the record proves what was read. ``checklist`` holds the vetter's
    ticks.
    """

    __tablename__ = "review"
    __table_args__ = (
        unit_key(),
        own("article_id", "article"),
        own("revision_id", "article_revision"),
        Index("ix_review_article", "unit_id", "article_id", "at"),
    )

    article_id: Mapped[int]
    revision_id: Mapped[int]
    step: Mapped[str]
    decision: Mapped[str]
    remark: Mapped[str] = mapped_column(Text, default="")
    checklist: Mapped[dict[str, Any]]
    content_hash: Mapped[str]
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    at: Mapped[dt.datetime]
