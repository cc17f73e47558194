"""What was done and how far it reached: month facts and quota slots, rebuilt from the deliveries, and readings."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, Index, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column

from tenants.db import Base
from tenants.scope import Overseen, OverseenInTime, own, unit_key


class MonthFact(OverseenInTime, Base):
    """How many articles a unit published in a month, by channel, plan node and genre.

    ``month`` is its first day, in the unit's zone; in a month in which the unit came under other superiors, each
    stretch has facts of its own, and ``month`` is the first day of the stretch. ``articles`` counts an article once
    per channel, however often it was corrected; under ``channel`` "" it counts once over all channels. ``node_id`` ""
    means outside the plan.
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


class QuotaSlot(OverseenInTime, Base):
    """One period of one quota in one unit, with the evidence that fills it.

    ``state``: filled, due (the period runs or lies ahead) or missed.
    ``evidence``: [{"title", "date", "url", "delivery_id"}].
    """

    FIRST_DAY, LAST_DAY = "period_start", "period_end"

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


class Reading(Overseen, Base):
    """One number an outlet showed for a published item at one moment: the total so far. Rows are only ever added."""

    __tablename__ = "reading"
    __table_args__ = (
        unit_key(),
        own("delivery_id", "delivery"),
        Index("ix_reading_delivery", "unit_id", "delivery_id", "metric", "id"),
    )

    delivery_id: Mapped[int]
    channel: Mapped[str]
    metric: Mapped[str]
    value: Mapped[int]
    taken_at: Mapped[dt.datetime]
    node_id: Mapped[str | None]

    @classmethod
    def overseen(cls) -> ColumnElement[bool]:
        """Return the condition for superiors: numbers of published items are theirs to read."""
        return true()


class ReachFact(OverseenInTime, Base):
    """How far the articles first published in a month have reached so far, by channel, plan node and metric.

    ``month`` is its first day, in the unit's zone, or of a stretch of it (see ``MonthFact``). ``total`` adds up the
    newest reading of each item. ``node_id`` "" means outside the plan.
    """

    __tablename__ = "reach_fact"
    __table_args__ = (
        unit_key(),
        UniqueConstraint("unit_id", "month", "channel", "node_id", "metric"),
        Index("ix_reach_fact_month", "month", "unit_id"),
    )

    month: Mapped[dt.date]
    channel: Mapped[str]
    node_id: Mapped[str]
    metric: Mapped[str]
    total: Mapped[int]
