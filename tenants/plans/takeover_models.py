"""What taking over an amendment leaves behind: results, questions, displaced words, and steps that can be undone."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    ForeignKey,
    Index,
    Text,
    UniqueConstraint,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column

from tenants.db import Base
from tenants.scope import Overseen, UnitOwned, own, unit_key


class PlanTakeover(Overseen, Base):
    """What became of one version of a superior's plan in this unit; counts only, so superiors may read it.

    ``state``: "waiting" (for the leader), "needs_decision", "taken", "failed", "passed" (a later version was taken
    over instead). ``auto``: fields and nodes taken over without anybody's decision; ``decisions``: questions raised;
    ``locked_replaced``: own values a lock or bound put aside; ``orphaned``: own texts whose node was withdrawn;
    ``hidden``: changes in nodes that stay left out; ``unanswered``: questions still open. ``error`` is a sentence.
    """

    __tablename__ = "plan_takeover"
    BATCH = frozenset({"select", "insert", "update"})
    __table_args__ = (
        unit_key(),
        own("plan_id", "plan"),
        UniqueConstraint("unit_id", "base_unit_id", "base_plan_id", "version"),
        Index("ix_plan_takeover_base", "base_unit_id", "base_plan_id", "version"),
    )

    plan_id: Mapped[int]
    base_unit_id: Mapped[int]
    base_plan_id: Mapped[int]
    version: Mapped[int]
    state: Mapped[str] = mapped_column(default="waiting")
    auto: Mapped[int] = mapped_column(default=0)
    decisions: Mapped[int] = mapped_column(default=0)
    locked_replaced: Mapped[int] = mapped_column(default=0)
    orphaned: Mapped[int] = mapped_column(default=0)
    hidden: Mapped[int] = mapped_column(default=0)
    unanswered: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(Text)
    offered_at: Mapped[dt.datetime]
    taken_at: Mapped[dt.datetime | None]
    acknowledged_at: Mapped[dt.datetime | None]

    @classmethod
    def overseen(cls) -> ColumnElement[bool]:
        """Return the condition for superiors: the whole row is counts and dates, no text."""
        return true()


class LayerFact(Overseen, Base):
    """Where this unit differs from a superior's plan, without its words: what a superior must know before it amends.

    ``kind``: "adapted" (``field`` names the field), "omitted" (``note`` is the reason given to the superior), "own"
    (an own node stands directly below), "asked" (``note`` is the question put to the superior).
    """

    __tablename__ = "layer_fact"
    __table_args__ = (
        unit_key(),
        own("plan_id", "plan"),
        UniqueConstraint("unit_id", "plan_id", "node_id", "field", "kind"),
        Index("ix_layer_fact_base", "base_unit_id", "base_plan_id", "node_id"),
    )

    plan_id: Mapped[int]
    base_unit_id: Mapped[int]
    base_plan_id: Mapped[int]
    node_id: Mapped[str]
    field: Mapped[str] = mapped_column(default="")
    kind: Mapped[str]
    note: Mapped[str] = mapped_column(Text, default="")

    @classmethod
    def overseen(cls) -> ColumnElement[bool]:
        """Return the condition for superiors: places, reasons and questions meant for them, never own text."""
        return true()


class PlanChangeSet(UnitOwned, Base):
    """One step on a layer that can be taken back as a whole: a take-over, a decision, a rescue from the shelf.

    ``before`` and ``after`` hold what the step touched, by key (see ``takeover_steps``); nothing else is needed to go
    back. ``kind``: "takeover", "decision", "shelf", "link".
    """

    __tablename__ = "plan_change_set"
    BATCH = frozenset({"select", "insert"})
    __table_args__ = (
        unit_key(),
        own("plan_id", "plan"),
        Index("ix_plan_change_set_plan", "unit_id", "plan_id"),
    )

    plan_id: Mapped[int]
    kind: Mapped[str]
    version: Mapped[int]
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    at: Mapped[dt.datetime]
    undone_at: Mapped[dt.datetime | None]
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


class PlanDecision(UnitOwned, Base):
    """Something a take-over leaves to a person. While it is open, what is live does not change.

    ``kind``: "text" (a field both sides changed), "locked" and "bounds" (an own value was put aside by a lock or by a
    floor, ceiling), "mandatory" (a node that was left out came back), "left-out" (a node of a version the unit took
    back stays out of a later one), "orphan" (the node of own text was withdrawn; ``local_value`` holds the node and the
    own values).
    ``state``: "open", "asked" (the superior was asked; still unanswered), "kept", "taken", "combined", "cleared" (the
    superior went back to the old text, or the matter fell away), "acknowledged", "converted", "retired", "undone".
    ``version`` is the superior's version that raised it. ``base_value`` is None for a node that came anew.
    """

    __tablename__ = "plan_decision"
    BATCH = frozenset({"select", "insert"})
    __table_args__ = (
        unit_key(),
        own("plan_id", "plan"),
        own("change_set_id", "plan_change_set"),
        Index("ix_plan_decision_plan", "unit_id", "plan_id", "state"),
    )

    plan_id: Mapped[int]
    base_unit_id: Mapped[int]
    base_plan_id: Mapped[int]
    version: Mapped[int]
    kind: Mapped[str]
    node_id: Mapped[str]
    field: Mapped[str] = mapped_column(default="")
    title: Mapped[str] = mapped_column(Text, default="")
    base_value: Mapped[Any] = mapped_column(JSON)
    upstream_value: Mapped[Any] = mapped_column(JSON)
    local_value: Mapped[Any] = mapped_column(JSON)
    chosen_value: Mapped[Any] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(default="open")
    question: Mapped[str] = mapped_column(Text, default="")
    answer: Mapped[str] = mapped_column(Text, default="")
    change_set_id: Mapped[int | None]
    raised_at: Mapped[dt.datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    at: Mapped[dt.datetime | None]


class PlanArchive(UnitOwned, Base):
    """Every own value that a take-over, a decision, an undo or a draft given up put aside; never changed and never
    deleted.

    ``why``: "same", "locked", "bounds", "mandatory", "withdrawn", "moved", "taken", "combined", "undone", "linked",
    "retired", "discarded". ``version``: the superior's; 0 where none had a part in it.
    """

    __tablename__ = "plan_archive"
    __table_args__ = (unit_key(), own("plan_id", "plan"), Index("ix_plan_archive_plan", "unit_id", "plan_id"))

    plan_id: Mapped[int]
    node_id: Mapped[str]
    field: Mapped[str]
    title: Mapped[str] = mapped_column(Text, default="")
    value: Mapped[Any] = mapped_column(JSON)
    why: Mapped[str]
    version: Mapped[int]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    at: Mapped[dt.datetime]
