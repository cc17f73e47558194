"""Jobs of many units that another job does in one go: taken, done and dropped together, or left to run one by one."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, delete, select, update

from tenants import clock
from tenants.db import db
from tenants.jobs.models import Job


def pick(kind: str, batch: str, unit_ids: Collection[int]) -> frozenset[int]:
    """Return those of the units whose job of this kind still waits, and hold it until the transaction ends: no worker
    runs it meanwhile.
    """
    rows = select(Job.unit_id).where(*_waiting(kind, batch, unit_ids)).order_by(Job.id)
    found = db.session.scalars(rows.with_for_update(skip_locked=True))
    return frozenset(unit_id for unit_id in found if unit_id is not None)


def drop(kind: str, batch: str, unit_ids: Collection[int]) -> None:
    """Remove the jobs of units for which the work was done."""
    gone = delete(Job).where(*_waiting(kind, batch, unit_ids))
    db.session.execute(gone.execution_options(synchronize_session=False))


def bring_forward(kind: str, batch: str, unit_ids: Collection[int]) -> None:
    """Let the jobs of units run now, each by itself."""
    due = update(Job).where(*_waiting(kind, batch, unit_ids)).values(run_at=clock.now())
    db.session.execute(due.execution_options(synchronize_session=False))


def _waiting(kind: str, batch: str, unit_ids: Collection[int]) -> tuple[ColumnElement[bool], ...]:
    return Job.batch == batch, Job.kind == kind, Job.state == "ready", Job.unit_id.in_(unit_ids)
