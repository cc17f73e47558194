"""What a unit keeps of a superior's plan when that superior leaves it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tenants.db import Base
from tenants.scope import HandedDown, unit_key


class KeptBase(HandedDown, Base):
    """The text of one issued version of a superior's plan, as the unit built on it, kept for the time after.

    Once the superior stands above the unit no more, its rows may not be read from here. What the unit issued on it is
    a document in force all the same, so its inherited text is read from this row. It is never changed, ``ended_on``
    and ``successor`` apart: the first day under another superior, and who that is ("" for nobody).
    ``nodes`` are the composed nodes, all levels of inheritance included; ``chain`` as in ``PlanVersion``.
    """

    __tablename__ = "kept_base"
    BATCH = frozenset({"select"})
    __table_args__ = (unit_key(), UniqueConstraint("unit_id", "base_unit_id", "base_plan_id", "version"))

    base_unit_id: Mapped[int]
    base_plan_id: Mapped[int]
    version: Mapped[int]
    unit_name: Mapped[str]
    subject: Mapped[str]
    levels: Mapped[list[str]]
    chain: Mapped[list[list[int]]]
    nodes: Mapped[list[dict[str, Any]]]
    kept_at: Mapped[dt.datetime]
    ended_on: Mapped[dt.date | None]
    successor: Mapped[str] = mapped_column(default="")
