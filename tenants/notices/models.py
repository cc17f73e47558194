"""What somebody has to be told, once, until it is over."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tenants.db import Base
from tenants.scope import UnitOwned, unit_key


class Notice(UnitOwned, Base):
    """A notice to those people of a unit whose roles allow ``action``.

    ``key`` names what it is about: at most one open notice, however often it is told. ``endpoint`` and ``args`` are
    the page on which one can act, ``link_label`` what stands on its button. ``since`` is when this episode began.
    """

    __tablename__ = "notice"
    BATCH = frozenset({"select", "insert", "update"})
    __table_args__ = (unit_key(), UniqueConstraint("unit_id", "key"), Index("ix_notice_open", "unit_id", "resolved_at"))

    key: Mapped[str]
    action: Mapped[str]
    severity: Mapped[str]
    text: Mapped[str] = mapped_column(Text)
    endpoint: Mapped[str]
    args: Mapped[dict[str, Any]]
    link_label: Mapped[str]
    since: Mapped[dt.datetime]
    resolved_at: Mapped[dt.datetime | None]
