"""The tree of units. Every unit is a tenant: a department, an office, a cluster or a school."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tenants.db import Base, BigId

ADMINISTRATIVE = "administrative"
PROFESSIONAL = "professional"
RELATION_KINDS = (ADMINISTRATIVE, PROFESSIONAL)
"""A school answers to its commune for administration and to the department for its profession (since 1/7/2025)."""

ROUTE_PURPOSES = ("plan", "report", "incident", "push_up", "role_model", "escalation")
"""What a route is for: the plan it follows, reports, incidents, items pushed up, exemplary cases, feedback beyond
authority.
"""

EDUCATION_LEVELS = ("preschool", "primary", "lower_secondary", "upper_secondary")
"""Education levels: mầm non, tiểu học, trung học cơ sở, trung học phổ thông."""


class UnitType(Base):
    """A kind of unit, as data: names and levels change with the law, code does not.

    ``tier`` is "department", "office", "cluster" or "school": the first three look over units below.
    """

    __tablename__ = "unit_type"

    code: Mapped[str] = mapped_column(primary_key=True)
    label: Mapped[str]
    label_en: Mapped[str]
    tier: Mapped[str]
    levels: Mapped[list[str]]
    position: Mapped[int]


class Unit(Base):
    """One unit. ``symbol`` is the abbreviation its head chose for document numbers ("MNHS" in 12/KH-MNHS)."""

    __tablename__ = "unit"

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    slug: Mapped[str] = mapped_column(unique=True)
    type_code: Mapped[str] = mapped_column(ForeignKey("unit_type.code"))
    name: Mapped[str]
    short_name: Mapped[str]
    symbol: Mapped[str] = mapped_column(default="")
    place: Mapped[str] = mapped_column(default="")
    levels: Mapped[list[str]]
    timezone: Mapped[str] = mapped_column(default="Asia/Ho_Chi_Minh")
    contact: Mapped[dict[str, Any]] = mapped_column(default=dict)
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[dt.datetime]

    type: Mapped[UnitType] = relationship(lazy="joined")

    @property
    def kind_label(self) -> str:
        """The label of its type, as shown under its name."""
        return self.type.label

    @property
    def is_school(self) -> bool:
        return self.type.tier == "school"


class UnitName(Base):
    """A name a unit bore, with its days: old documents keep the old name."""

    __tablename__ = "unit_name"

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    name: Mapped[str]
    valid_from: Mapped[dt.date]
    valid_to: Mapped[dt.date | None]


class UnitRelation(Base):
    """A superior of a unit, with its days. ``valid_to`` is the first day on which it no longer held."""

    __tablename__ = "unit_relation"
    __table_args__ = (Index("ix_unit_relation_child", "child_id", "valid_from"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    parent_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    child_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    kind: Mapped[str]
    valid_from: Mapped[dt.date]
    valid_to: Mapped[dt.date | None]


class UnitRoute(Base):
    """Which superior receives what from a unit, by purpose, with its days."""

    __tablename__ = "unit_route"
    __table_args__ = (Index("ix_unit_route_unit", "unit_id", "purpose"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    purpose: Mapped[str]
    target_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    valid_from: Mapped[dt.date]
    valid_to: Mapped[dt.date | None]


SUCCESSIONS = ("merge", "split")
"""How a unit came to carry on another's work."""


class UnitSuccession(Base):
    """A unit that carries on another's work after a merger or a split, from the day ``on``."""

    __tablename__ = "unit_succession"

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    predecessor_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    successor_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    on: Mapped[dt.date]
    kind: Mapped[str]


class UnitChange(Base):
    """A change of the tree an office decided: a new name, another superior, a merger, a split, an end.

    ``kind``: rename, move, merge, split, close. ``on`` is the first day on which it holds. ``unit_ids`` are the units
    that change, ``details`` what was typed (see ``units.changes``). ``state``: see ``units.states``. ``receiver_id`` is
    the superior that must agree to get a unit; None where nobody is asked. ``affected`` are all units whose people,
    plans or totals it touches, the units below included.
    """

    __tablename__ = "unit_change"
    __table_args__ = (Index("ix_unit_change_office", "office_id", "state"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    receiver_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    kind: Mapped[str]
    on: Mapped[dt.date]
    unit_ids: Mapped[list[int]] = mapped_column(JSON)
    affected: Mapped[list[int]] = mapped_column(JSON)
    details: Mapped[dict[str, Any]]
    state: Mapped[str]
    reason: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(BigId)
    at: Mapped[dt.datetime]
    answered_by: Mapped[int | None] = mapped_column(BigId)
    answered_at: Mapped[dt.datetime | None]
    answer: Mapped[str] = mapped_column(Text, default="")
    done_at: Mapped[dt.datetime | None]
    problem: Mapped[str] = mapped_column(Text, default="")
