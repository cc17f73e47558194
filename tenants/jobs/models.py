"""The queue: rows written in the same transaction as the change that asks for the work."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from tenants.db import Base, BigId


class Job(Base):
    """One piece of work. ``run_at`` doubles as the lease: a running row becomes due again when the lease ends.

    ``again_at`` is set when the same work was asked for while it ran: what it had read by then may be too old, so
    it runs once more. ``batch`` groups jobs whose progress is shown together. Done jobs are deleted; "dead" ones
    stay for a person. ``lane`` and ``sublane``: what the work waits for outside (a channel, one account of it), so
    that one that is slow does not hold every thread; see ``queue.claim``. ``claimed_at`` is when it was last taken.
    """

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_due", "state", "run_at"), Index("ix_job_batch", "batch"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    kind: Mapped[str]
    unit_id: Mapped[int | None] = mapped_column(index=True)
    args: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(default="ready")
    run_at: Mapped[dt.datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    max_attempts: Mapped[int] = mapped_column(default=8)
    worker: Mapped[str | None]
    dedup: Mapped[str | None] = mapped_column(unique=True)
    again_at: Mapped[dt.datetime | None]
    batch: Mapped[str | None]
    lane: Mapped[str | None]
    sublane: Mapped[str | None]
    claimed_at: Mapped[dt.datetime | None]
    error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[dt.datetime]


class Schedule(Base):
    """Periodic work: when it is next due. The next run is written in the transaction that queues this one."""

    __tablename__ = "schedule"

    name: Mapped[str] = mapped_column(primary_key=True)
    next_run: Mapped[dt.datetime]


class WorkerHeartbeat(Base):
    """When a worker was last alive, so that pages can say that publishing stands still, and since when.

    ``stopped_at`` is set by one that stopped in good order.
    """

    __tablename__ = "worker_heartbeat"

    worker: Mapped[str] = mapped_column(primary_key=True)
    started_at: Mapped[dt.datetime]
    seen_at: Mapped[dt.datetime]
    stopped_at: Mapped[dt.datetime | None]
