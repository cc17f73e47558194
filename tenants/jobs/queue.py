"""Queueing, claiming and finishing jobs, the same on SQLite and PostgreSQL.

Delivery is at least once: a worker that dies leaves its job to the next one, so every handler must be safe to repeat.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, select, update

from tenants import clock
from tenants.db import db
from tenants.jobs.models import Job, Schedule, WorkerHeartbeat

LEASE = dt.timedelta(seconds=60)
"""How long a claimed job stays with its worker unless the heartbeat extends it."""

LONGEST_PAUSE = dt.timedelta(hours=1)
ALIVE = dt.timedelta(seconds=45)


@dataclass(frozen=True)
class Claimed:
    """A job in hand. ``attempts`` fences it: results of an older claim are not written."""

    id: int
    kind: str
    unit_id: int | None
    args: dict[str, Any]
    attempts: int
    max_attempts: int


@dataclass(frozen=True)
class BatchProgress:
    """How far a batch is: what is still waiting or running, and what gave up."""

    waiting: int
    dead: int


def enqueue(
    kind: str,
    unit_id: int | None = None,
    *,
    run_at: dt.datetime | None = None,
    dedup: str | None = None,
    batch: str | None = None,
    max_attempts: int = 8,
    **args: Any,
) -> bool:
    """Queue work in the present transaction.

    Args:
        kind: name under which the application registered a handler.
        unit_id: the unit whose scope the handler enters; None for kernel work.
        dedup: at most one waiting job with this key.
        args: JSON-able arguments.

    Returns:
        False when a job with this ``dedup`` is already waiting; its time is brought forward if need be.
    """
    due = run_at or clock.now()
    if dedup is not None:
        waiting = db.session.scalar(select(Job).where(Job.dedup == dedup))
        if waiting is not None:
            if waiting.state == "ready" and due < waiting.run_at:
                waiting.run_at = due
            elif waiting.state == "dead":
                waiting.state, waiting.run_at, waiting.attempts, waiting.error = "ready", due, 0, None
            return False
    db.session.add(
        Job(
            kind=kind,
            unit_id=unit_id,
            args=args,
            run_at=due,
            dedup=dedup,
            batch=batch,
            max_attempts=max_attempts,
            created_at=clock.now(),
        )
    )
    db.session.flush()
    return True


def claim(worker: str, most: int = 1) -> Sequence[Claimed]:
    """Take up to ``most`` due jobs for ``worker``. Commit before running them.

    A job whose lease ended too often is marked dead instead: a crash costs an attempt too, so nothing crashes for ever.
    """
    now = clock.now()
    due = (
        select(Job.id)
        .where(Job.state.in_(("ready", "running")), Job.run_at <= now)
        .order_by(Job.run_at, Job.id)
        .limit(most)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    taken = db.session.execute(
        update(Job)
        .where(Job.id.in_(select(due.c.id)))
        .values(state="running", attempts=Job.attempts + 1, worker=worker, run_at=now + LEASE)
        .returning(Job.id, Job.kind, Job.unit_id, Job.args, Job.attempts, Job.max_attempts)
        .execution_options(synchronize_session=False)
    ).all()
    claimed = []
    for row in taken:
        if row.attempts > row.max_attempts:
            _set(row.id, state="dead", error="lease expired too often")
        else:
            claimed.append(Claimed(*row))
    return claimed


def _set(job_id: int, **values: Any) -> None:
    db.session.execute(
        update(Job).where(Job.id == job_id).values(**values).execution_options(synchronize_session=False)
    )


def _mine(worker: str, job: Claimed) -> ColumnElement[bool]:
    return and_(Job.id == job.id, Job.worker == worker, Job.attempts == job.attempts)


def finish(worker: str, job: Claimed) -> None:
    """Remove a job that is done, unless another worker has it by now."""
    db.session.execute(delete(Job).where(_mine(worker, job)).execution_options(synchronize_session=False))


def fail(worker: str, job: Claimed, error: str) -> None:
    """Put a failed job back with growing pauses (2, 4, 8 ... s, at most an hour, +-20 %), or mark it dead."""
    pause = min(LONGEST_PAUSE.total_seconds(), 2.0**job.attempts) * random.uniform(0.8, 1.2)  # noqa: S311
    state = "dead" if job.attempts >= job.max_attempts else "ready"
    db.session.execute(
        update(Job)
        .where(_mine(worker, job))
        .values(state=state, run_at=clock.now() + dt.timedelta(seconds=pause), error=error[:4000])
        .execution_options(synchronize_session=False)
    )


def extend(worker: str, job_ids: Sequence[int]) -> None:
    """Lengthen the lease of running jobs and note that the worker lives."""
    now = clock.now()
    if job_ids:
        db.session.execute(
            update(Job)
            .where(Job.id.in_(job_ids), Job.worker == worker, Job.state == "running")
            .values(run_at=now + LEASE)
            .execution_options(synchronize_session=False)
        )
    heartbeat = db.session.get(WorkerHeartbeat, worker)
    if heartbeat is None:
        db.session.add(WorkerHeartbeat(worker=worker, started_at=now, seen_at=now))
    else:
        heartbeat.seen_at = now


def claim_schedule(name: str, every: dt.timedelta) -> bool:
    """Return whether the periodic work ``name`` is due now, and set its next time in the same transaction."""
    now = clock.now()
    row = db.session.scalar(select(Schedule).where(Schedule.name == name).with_for_update())
    if row is None:
        db.session.add(Schedule(name=name, next_run=now + every))
        return True
    if row.next_run > now:
        return False
    row.next_run = now + every
    return True


def batch_progress(batch: str) -> BatchProgress:
    """Return how much of a batch is left and how much gave up."""
    rows = select(Job.state, func.count()).where(Job.batch == batch).group_by(Job.state)
    counts: dict[str, int] = {state: count for state, count in db.session.execute(rows)}
    return BatchProgress(counts.get("ready", 0) + counts.get("running", 0), counts.get("dead", 0))


def worker_alive() -> bool:
    """Return whether any worker was seen in the last ``ALIVE``."""
    seen = db.session.scalar(select(func.max(WorkerHeartbeat.seen_at)))
    return seen is not None and seen > clock.now() - ALIVE
