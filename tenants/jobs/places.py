"""How many jobs a worker runs at once, so that what waits for a slow service does not hold the others up."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tenants.jobs.queue import Claimed

SLOW = 1.0
"""Seconds after which a running job counts as waiting for somebody outside."""

SLOW_FOR = 120.0
"""Seconds for which an outlet that was slow counts as waiting from the start."""

MOST_WAITING = 4
"""How many times the number of threads may run at once when most of them only wait."""


@dataclass(frozen=True)
class _Place:
    """A job that runs, and when it began on the clock that only grows."""

    lane: str | None
    sublane: str | None
    since: float


class Places:
    """The jobs that run, each in its place.

    A job that works takes one of ``threads`` places. One that waits for somebody outside, because it runs longer than
    ``SLOW`` or its outlet did lately, gives its place free, as far as ``MOST_WAITING`` times the number of threads;
    of these one lane, one service therefore, gets at most half.
    """

    def __init__(self, threads: int) -> None:
        self.threads = threads
        self.most = threads * MOST_WAITING
        self._running: dict[int, _Place] = {}
        self._slow: dict[str, float] = {}
        self._lock = threading.Lock()

    def take(self, jobs: Sequence[Claimed]) -> None:
        """Note that these jobs run."""
        now = time.monotonic()
        with self._lock:
            self._running.update({job.id: _Place(job.lane, job.sublane, now) for job in jobs})

    def leave(self, job_id: int) -> None:
        """Note that a job has ended."""
        now = time.monotonic()
        with self._lock:
            self._hear(self._running.pop(job_id), now)

    def running(self) -> list[int]:
        """Return the ids of the jobs that run."""
        with self._lock:
            return list(self._running)

    def free(self) -> bool:
        """Return whether one more job may run."""
        now = time.monotonic()
        with self._lock:
            for place in self._running.values():
                self._hear(place, now)
            working = sum(1 for place in self._running.values() if not self._waits(place, now))
            return working < self.threads and len(self._running) < self.most

    def full_lanes(self) -> list[str]:
        """Return the lanes that hold all the places they may."""
        with self._lock:
            held = Counter(place.lane for place in self._running.values() if place.lane is not None)
        return [lane for lane, count in held.items() if count >= self.most // 2]

    def _hear(self, place: _Place, now: float) -> None:
        if place.sublane is not None and now - place.since >= SLOW:
            self._slow[place.sublane] = now + SLOW_FOR

    def _waits(self, place: _Place, now: float) -> bool:
        return now - place.since >= SLOW or (place.sublane is not None and self._slow.get(place.sublane, 0.0) > now)
