"""Who did what, when. Every service that changes something writes one entry, in the same transaction."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from tenants import clock
from tenants.db import Base, db
from tenants.scope import UnitOwned, unit_key


class AuditEntry(UnitOwned, Base):
    """One change. ``actor_id`` is None when the worker acted."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        unit_key(),
        Index("ix_audit_entry_subject", "unit_id", "subject_type", "subject_id"),
        Index("ix_audit_entry_at", "unit_id", "at"),
    )

    at: Mapped[dt.datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    action: Mapped[str]
    subject_type: Mapped[str]
    subject_id: Mapped[str]
    data: Mapped[dict[str, Any]]


def record(
    action: str, subject_type: str, subject_id: int | str, actor_id: int | None = None, **data: Any
) -> AuditEntry:
    """Add an entry in the present unit.

    Args:
        action: "plan.issue", "article.approve": the action of the permission table where there is one.
        actor_id: the person; None for the worker.
        data: JSON-able facts; never a secret.
    """
    entry = AuditEntry(
        at=clock.now(),
        actor_id=actor_id,
        action=action,
        subject_type=subject_type,
        subject_id=str(subject_id),
        data=data,
    )
    db.session.add(entry)
    return entry
