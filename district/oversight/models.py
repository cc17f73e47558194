"""Whom an office reminded of its plan."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from tenants.db import Base
from tenants.scope import UnitOwned, own, unit_key


class PlanReminder(UnitOwned, Base):
    """One private reminder to one unit below about one plan of this office."""

    __tablename__ = "plan_reminder"
    __table_args__ = (unit_key(), own("plan_id", "plan"), Index("ix_plan_reminder", "unit_id", "plan_id", "at"))

    plan_id: Mapped[int]
    target_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    at: Mapped[dt.datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
