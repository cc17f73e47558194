"""What was done: month facts and quota slots, both rebuilt from the deliveries."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, Index, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column

from tenants.db import Base
from tenants.scope import Overseen, unit_key


class MonthFact(Overseen, Base):
    """How many articles a unit published in a month, by channel, plan node and genre.

    ``month`` is its first day, in the unit's zone. ``articles`` counts an article once per channel, however often
    it was corrected; under ``channel`` "" it counts once over all channels. ``node_id`` "" means outside the plan.
    """

    __tablename__ = "month_fact"
    __table_args__ = (
        unit_key(),
        UniqueConstraint("unit_id", "month", "channel", "node_id", "genre"),
        Index("ix_month_fact_month", "month", "unit_id"),
    )

    month: Mapped[dt.date]
    channel: Mapped[str]
    node_id: Mapped[str]
    genre: Mapped[str]
    articles: Mapped[int]

    @classmethod
    def overseen(cls) -> ColumnElement[bool]:
        """Return the condition for superiors: totals are theirs to read."""
        return true()


class QuotaSlot(Overseen, Base):
    """One period of one quota in one unit, with the evidence that fills it.

    ``state``: filled, due (the period runs or lies ahead) or missed.
    ``evidence``: [{"title", "date", "url", "delivery_id"}].
    """

    __tablename__ = "quota_slot"
    __table_args__ = (
        unit_key(),
        UniqueConstraint("unit_id", "plan_id", "node_id", "period_start"),
        Index("ix_quota_slot_node", "node_id", "period_start"),
    )

    plan_id: Mapped[int]
    node_id: Mapped[str]
    title: Mapped[str]
    period_start: Mapped[dt.date]
    period_end: Mapped[dt.date]
    needed: Mapped[int]
    filled: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(default="due")
    evidence: Mapped[list[dict[str, Any]]]

    @classmethod
    def overseen(cls) -> ColumnElement[bool]:
        """Return the condition for superiors: a quota is theirs to follow."""
        return true()
