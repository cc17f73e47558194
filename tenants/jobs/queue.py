"""Queueing, claiming and finishing jobs, the same on SQLite and PostgreSQL.

Delivery is at least once: a worker that dies leaves its job to the next one, so every handler must be safe to
repeat.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, Integer, and_, bindparam, delete, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from tenants import clock
from tenants.db import UtcDateTime, db
from tenants.jobs.models import Job, Schedule, WorkerHeartbeat

LEASE = dt.timedelta(seconds=60)
"""How long a claimed job stays with its worker unless the heartbeat extends it."""

LONGEST_PAUSE = dt.timedelta(hours=1)
ALIVE = dt.timedelta(seconds=45)
FORGET_WORKERS_AFTER = dt.timedelta(days=1)


@dataclass(frozen=True)
class Claimed:
    """A job in hand. ``attempts`` fences it: results of an older claim are not written."""

    id: int
    kind: str
    unit_id: int | None
    args: dict[str, Any]
    attempts: int
    max_attempts: int
    lane: str | None = None
    sublane: str | None = None


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
    lane: str | None = None,
    sublane: str | None = None,
    max_attempts: int = 8,
    **args: Any,
) -> bool:
    """Queue work in the present transaction.

    Args:
        kind: name under which the application registered a handler.
        unit_id: the unit whose scope the handler enters; None for kernel work.
        dedup: at most one job with this key. One that waits is brought forward if need be, one that gave up gets a
            new start, and one that is running right now runs once more: it may already have read what the present
            transaction changes.
        lane, sublane: what the work waits for outside, for example a channel and one account of it: one job of a
            sublane runs at a time, and one lane gets at most half of a worker's places (``Places``).
        args: JSON-able arguments.

    Returns:
        False when there was a job with this ``dedup`` already.
    """
    due = run_at or clock.now()
    job = Job(
        kind=kind,
        unit_id=unit_id,
        args=args,
        run_at=due,
        dedup=dedup,
        batch=batch,
        lane=lane,
        sublane=sublane,
        max_attempts=max_attempts,
        created_at=clock.now(),
    )
    if dedup is None:
        db.session.add(job)
        db.session.flush()
        return True
    if _join(dedup, due):
        return False
    try:
        with db.session.begin_nested():
            db.session.add(job)
    except IntegrityError:
        # Another transaction queued the same work between our look and our insert; it has committed by now.
        if not _join(dedup, due):
            raise
        return False
    return True


def _join(dedup: str, due: dt.datetime) -> bool:
    # Locked: until we commit no worker can claim the job and miss what we are about to change.
    present = db.session.scalar(
        select(Job).where(Job.dedup == dedup).with_for_update().execution_options(populate_existing=True)
    )
    if present is None:
        return False
    if present.state == "running":
        present.again_at = due if present.again_at is None else min(due, present.again_at)
    elif present.state == "dead":
        present.state, present.run_at, present.attempts, present.error = "ready", due, 0, None
    elif due < present.run_at:
        present.run_at = due
    db.session.flush()
    return True


def claim(
    worker: str, most: int = 1, lease: dt.timedelta = LEASE, full_lanes: Collection[str] = ()
) -> Sequence[Claimed]:
    """Take up to ``most`` due jobs for ``worker``. Commit before running them.

    A job whose lease ended too often is marked dead instead: a crash costs an attempt too, so nothing crashes for
    ever. A job whose sublane is busy in any worker stays where it is: whoever took it could only wait.

    Args:
        full_lanes: lanes of which this worker takes nothing more for now.
    """
    now = clock.now()
    given = {
        "now": now, "until": now + lease, "worker": worker, "most": most, "full_lanes": sorted(full_lanes)
    }  # fmt: skip
    taken = db.session.execute(_CLAIM, given, execution_options={"synchronize_session": False}).all()
    claimed = []
    for row in taken:
        if row.attempts > row.max_attempts:
            _change(Job.id == row.id, state="dead", error="lease expired too often")
        else:
            claimed.append(Claimed(*row))
    return claimed


def _claiming() -> Any:
    """Return the statement of ``claim``. Made once: it is sent for every job."""
    now, other = bindparam("now", type_=UtcDateTime()), aliased(Job)
    busy = select(other.sublane).where(other.state == "running", other.run_at > now, other.sublane.is_not(None))
    due = (
        select(Job.id)
        .where(Job.state.in_(("ready", "running")), Job.run_at <= now)
        .where(or_(Job.sublane.is_(None), Job.sublane.not_in(busy)))
        .where(or_(Job.lane.is_(None), Job.lane.not_in(bindparam("full_lanes", expanding=True))))
        .order_by(Job.run_at, Job.id)
        .limit(bindparam("most", type_=Integer()))
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    return (
        update(Job)
        .where(Job.id.in_(select(due.c.id)))
        .values(
            state="running",
            attempts=Job.attempts + 1,
            worker=bindparam("worker"),
            run_at=bindparam("until", type_=UtcDateTime()),
            claimed_at=now,
        )
        .returning(Job.id, Job.kind, Job.unit_id, Job.args, Job.attempts, Job.max_attempts, Job.lane, Job.sublane)
    )


_CLAIM = _claiming()


def _change(which: ColumnElement[bool], **values: Any) -> bool:
    done = db.session.execute(update(Job).where(which).values(**values).execution_options(synchronize_session=False))
    return cast("CursorResult[Any]", done).rowcount > 0


def _mine(worker: str, job: Claimed) -> ColumnElement[bool]:
    return and_(Job.id == job.id, Job.worker == worker, Job.attempts == job.attempts, Job.state == "running")


def finish(worker: str, job: Claimed, again: dt.datetime | None = None) -> None:
    """Remove a job that is done, or let it run once more, unless another worker has it by now.

    Args:
        again: when the handler wants to be called again with the same arguments; None: it is done. A request that
            came in while it ran counts as well; the earlier moment wins. Either way it starts with all its
            attempts.
    """
    mine = _mine(worker, job)
    fresh = {"state": "ready", "attempts": 0, "again_at": None, "error": None}
    if again is None:
        gone = db.session.execute(
            delete(Job).where(mine, Job.again_at.is_(None)).execution_options(synchronize_session=False)
        )
        if cast("CursorResult[Any]", gone).rowcount == 0:
            _change(and_(mine, Job.again_at.is_not(None)), run_at=Job.again_at, **fresh)
    elif not _change(and_(mine, Job.again_at < again), run_at=Job.again_at, **fresh):
        _change(mine, run_at=again, **fresh)


def fail(worker: str, job: Claimed, error: str) -> None:
    """Put a failed job back with growing pauses (2, 4, 8 ... s, at most an hour, +-20 %), or mark it dead."""
    pause = min(LONGEST_PAUSE.total_seconds(), 2.0**job.attempts) * random.uniform(0.8, 1.2)  # noqa: S311
    state = "dead" if job.attempts >= job.max_attempts else "ready"
    _change(_mine(worker, job), state=state, run_at=clock.now() + dt.timedelta(seconds=pause), error=error[:4000])


def extend(worker: str, job_ids: Sequence[int], lease: dt.timedelta = LEASE) -> None:
    """Lengthen the lease of running jobs and note that the worker lives."""
    now = clock.now()
    if job_ids:
        _change(and_(Job.id.in_(job_ids), Job.worker == worker, Job.state == "running"), run_at=now + lease)
    heartbeat = db.session.get(WorkerHeartbeat, worker)
    if heartbeat is None:
        db.session.add(WorkerHeartbeat(worker=worker, started_at=now, seen_at=now))
        db.session.execute(
            delete(WorkerHeartbeat)
            .where(WorkerHeartbeat.seen_at < now - FORGET_WORKERS_AFTER)
            .execution_options(synchronize_session=False)
        )
    else:
        heartbeat.seen_at, heartbeat.stopped_at = now, None


def sign_off(worker: str) -> None:
    """Note that a worker stops in good order, so that pages say at once that nothing is being sent."""
    heartbeat = db.session.get(WorkerHeartbeat, worker)
    if heartbeat is not None:
        heartbeat.seen_at = heartbeat.stopped_at = clock.now()


def schedules_due(names: Collection[str]) -> set[str]:
    """Return which of the periodic works ``names`` are due now; ``claim_schedule`` then says who does each."""
    waiting = select(Schedule.name).where(Schedule.name.in_(names), Schedule.next_run > clock.now())
    return set(names) - set(db.session.scalars(waiting))


def claim_schedule(name: str, every: dt.timedelta) -> bool:
    """Return whether the periodic work ``name`` is due now, and set its next time in the same transaction."""
    now = clock.now()
    row = db.session.scalar(select(Schedule).where(Schedule.name == name).with_for_update())
    if row is None:
        try:
            with db.session.begin_nested():
                db.session.add(Schedule(name=name, next_run=now + every))
        except IntegrityError:
            return False
        return True
    if row.next_run > now:
        return False
    row.next_run = now + every
    return True


def state_of(dedup: str) -> str | None:
    """Return "ready", "running" or "dead", or None when no job has this key."""
    return db.session.scalar(select(Job.state).where(Job.dedup == dedup))


def states_of(dedups: Sequence[str]) -> dict[str, str]:
    """Return the states of the jobs with these keys, in one query; keys without a job are left out."""
    rows = select(Job.dedup, Job.state).where(Job.dedup.in_(dedups))
    return {row[0]: row[1] for row in db.session.execute(rows) if row[0] is not None}


def batch_progress(batch: str) -> BatchProgress:
    """Return how much of a batch is left and how much gave up."""
    rows = select(Job.state, func.count()).where(Job.batch == batch).group_by(Job.state)
    counts: dict[str, int] = {row[0]: row[1] for row in db.session.execute(rows)}
    return BatchProgress(counts.get("ready", 0) + counts.get("running", 0), counts.get("dead", 0))


def worker_alive() -> bool:
    """Return whether any worker was seen in the last ``ALIVE``."""
    return workers().alive


@dataclass(frozen=True)
class Workers:
    """Whether anything is being worked off. ``seen_at`` is the last sign of life; None when there never was one."""

    alive: bool
    seen_at: dt.datetime | None


def workers() -> Workers:
    """Return whether a worker lives, and when one was last seen. One query."""
    rows = db.session.execute(select(WorkerHeartbeat.seen_at, WorkerHeartbeat.stopped_at)).all()
    awake = clock.now() - ALIVE
    return Workers(
        any(row.stopped_at is None and row.seen_at > awake for row in rows),
        max((row.seen_at for row in rows), default=None),
    )
