"""The worker: claims jobs, enters their unit's scope, runs the handler, records the end.

``district.app`` registers the handlers; a lower package queues work by kind and never names who does it.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
import secrets
import threading
import time
import traceback
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field

from flask import Flask

from tenants import scope
from tenants.db import db, reading, transaction
from tenants.jobs import queue
from tenants.jobs.places import Places
from tenants.jobs.queue import Claimed
from tenants.units import queries as units

log = logging.getLogger("loa.worker")

Handler = Callable[..., dt.datetime | None]
"""Returns None when the work is done, or the moment at which it wants to be called again with the same
arguments."""

PERIODIC_LOOK = 5.0
"""Seconds between two looks at the periodic work."""


@dataclass
class Registry:
    """Handlers by kind, and periodic work by name.

    A handler is called with the job's arguments inside its unit's scope and manages its own transactions: it may
    commit several times, and lets go of the database while it talks to others.
    """

    handlers: dict[str, Handler] = field(default_factory=dict)
    batches: set[str] = field(default_factory=set)
    periodic: dict[str, tuple[dt.timedelta, Handler]] = field(default_factory=dict)

    def add(self, kind: str, handler: Handler, *, batch: bool = False) -> None:
        """Register ``handler`` for jobs of ``kind``; each kind once.

        Args:
            batch: it works in all units of the argument ``unit_ids`` at once (see ``batch_context``).
        """
        if kind in self.handlers:
            raise ValueError(f"two handlers for {kind}")
        self.handlers[kind] = handler
        if batch:
            self.batches.add(kind)

    def every(self, name: str, pause: dt.timedelta, handler: Handler) -> None:
        """Run ``handler``, without scope, every ``pause`` on one of the workers."""
        self.periodic[name] = (pause, handler)


@contextmanager
def unit_context(app: Flask, unit_id: int | None) -> Iterator[None]:
    """Open an application context, hence a session, bound to one unit."""
    with app.app_context():
        if unit_id is not None:
            with reading():
                superiors = units.superior_ids(unit_id)
            scope.enter(scope.Scope(unit_id, superiors=superiors))
        yield


@contextmanager
def batch_context(app: Flask, office_id: int, unit_ids: Collection[int]) -> Iterator[None]:
    """Open an application context bound to those of ``unit_ids`` that stand below ``office_id`` today."""
    with app.app_context():
        superiors = units.superior_ids(office_id)
        standing = units.among_below(office_id, unit_ids)
        db.session.rollback()
        scope.enter(scope.Scope(office_id, scope.Kind.BATCH, superiors, standing))
        yield


class Worker:
    """A process that works off the queue.

    One slow service does not hold the others up, see ``Places``.

    Args:
        app: the application; its extension ``loa.registry`` holds the handlers.
        threads: how many jobs at once.
        lease: how long a job stays with this worker after its last sign of life.
    """

    def __init__(self, app: Flask, threads: int = 4, lease: dt.timedelta = queue.LEASE) -> None:
        self.app = app
        self.registry: Registry = app.extensions["loa.registry"]
        self.name = f"{os.getpid()}-{secrets.token_hex(3)}"
        self.threads = threads
        self.lease = lease
        self.stop = threading.Event()
        self._places = Places(threads)
        self._wake = threading.Event()
        self._next_periodic = 0.0

    def run_once(self, most: int = 1) -> int:
        """Run what is due, up to ``most`` jobs, in this thread; return how many were run."""
        jobs = self._claim(most)
        for job in jobs:
            self._run(job)
        return len(jobs)

    def run_queued(self) -> int:
        """Run jobs until none is due, but nothing periodic; return how many were run."""
        done = 0
        while ran := self.run_once():
            done += ran
        return done

    def run_until_idle(self) -> int:
        """Run due periodic work, then jobs until none is due; return how many jobs were run."""
        self._run_periodic()
        return self.run_queued()

    def run_forever(self, poll: float = 0.5) -> None:
        """Work until ``stop`` is set; running jobs are finished first.

        A database that is away for a while stops nothing: the worker waits and looks again.

        Args:
            poll: seconds between looks at an empty queue.
        """
        heartbeat = threading.Thread(target=self._beat, name="heartbeat", daemon=True)
        heartbeat.start()
        with ThreadPoolExecutor(self._places.most) as pool:
            while not self.stop.is_set():
                self._wake.clear()
                pause = poll
                try:
                    self._run_periodic_now_and_then()
                    jobs = self._claim(1) if self._places.free() else []
                except Exception:
                    log.exception("the queue cannot be read")
                    jobs, pause = [], max(poll, 1.0)
                if jobs:
                    pool.submit(self._run, jobs[0])
                else:
                    # A job that ends may have freed its outlet for the next one.
                    self._wake.wait(pause)
        heartbeat.join(timeout=5)
        self._sign_off()

    def shut(self) -> None:
        """Stop taking work; what runs is finished."""
        self.stop.set()
        self._wake.set()

    def _claim(self, most: int) -> list[Claimed]:
        with self.app.app_context(), transaction():
            jobs = list(queue.claim(self.name, most, self.lease, self._places.full_lanes()))
        self._places.take(jobs)
        return jobs

    def _context(self, job: Claimed) -> AbstractContextManager[None]:
        if job.kind in self.registry.batches and job.unit_id is not None:
            return batch_context(self.app, job.unit_id, job.args["unit_ids"])
        return unit_context(self.app, job.unit_id)

    def _run(self, job: Claimed) -> None:
        error, again = None, None
        try:
            with self._context(job):
                again = self.registry.handlers[job.kind](**job.args)
        except Exception:  # every end of a job must reach its row, whatever the handler did
            error = traceback.format_exc()
            log.exception("job failed", extra={"job_id": job.id, "kind": job.kind, "unit_id": job.unit_id})
        try:
            with self.app.app_context(), transaction():
                if error is None:
                    queue.finish(self.name, job, again)
                else:
                    queue.fail(self.name, job, error)
        except Exception:
            log.exception(
                "the end of a job was not recorded; it runs again when its lease ends",
                extra={"job_id": job.id, "kind": job.kind},
            )
        finally:
            # Else the heartbeat would extend the lease of a job nobody works on, for ever.
            self._places.leave(job.id)
            self._wake.set()

    def _run_periodic_now_and_then(self) -> None:
        if time.monotonic() >= self._next_periodic:
            self._run_periodic()
            self._next_periodic = time.monotonic() + PERIODIC_LOOK

    def _run_periodic(self) -> None:
        with self.app.app_context(), reading():
            due_now = queue.schedules_due(self.registry.periodic)
        for name, (pause, handler) in self.registry.periodic.items():
            if name not in due_now:
                continue
            with self.app.app_context():
                with transaction():
                    due = queue.claim_schedule(name, pause)
                if due:
                    try:
                        handler()
                    except Exception:
                        db.session.rollback()
                        log.exception("periodic work failed", extra={"kind": name})

    def _beat(self) -> None:
        while True:
            try:
                with self.app.app_context(), transaction():
                    queue.extend(self.name, self._places.running(), self.lease)
            except Exception:
                log.exception("heartbeat failed")
            if self.stop.wait(self.lease.total_seconds() / 4):
                return

    def _sign_off(self) -> None:
        try:
            with self.app.app_context(), transaction():
                queue.sign_off(self.name)
        except Exception:
            log.exception("the worker could not sign off")
