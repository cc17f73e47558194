"""To whom an office sent which version of its plan."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tenants.db import Base
from tenants.scope import UnitOwned, own, unit_key


class PlanDispatch(UnitOwned, Base):
    """One version of a plan sent to one unit below. Written with the job that lets the unit receive it."""

    __tablename__ = "plan_dispatch"
    __table_args__ = (
        unit_key(),
        own("plan_id", "plan"),
        UniqueConstraint("unit_id", "plan_id", "version", "target_unit_id"),
        Index("ix_plan_dispatch_target", "unit_id", "target_unit_id"),
    )

    plan_id: Mapped[int]
    version: Mapped[int]
    target_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    sent_at: Mapped[dt.datetime]
    sent_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
