"""The only source of time. Tests set it; everything else asks it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from zoneinfo import ZoneInfo

DEFAULT_TIMEZONE = "Asia/Ho_Chi_Minh"

EARLIEST = dt.datetime.min.replace(tzinfo=dt.UTC)
LATEST = dt.datetime.max.replace(tzinfo=dt.UTC)

_frozen: ContextVar[dt.datetime | None] = ContextVar("frozen_time", default=None)
_process_frozen: list[dt.datetime] = []


def now() -> dt.datetime:
    """Return the present moment, aware, in UTC."""
    frozen = _frozen.get() or (_process_frozen[-1] if _process_frozen else None)
    return frozen or dt.datetime.now(dt.UTC)


def today(timezone: str = DEFAULT_TIMEZONE) -> dt.date:
    """Return the calendar day in ``timezone`` (an IANA name): days are the unit's days, not the server's."""
    return local(now(), timezone).date()


def local(moment: dt.datetime, timezone: str = DEFAULT_TIMEZONE) -> dt.datetime:
    """Return ``moment`` (aware) as wall-clock time in ``timezone``."""
    return moment.astimezone(ZoneInfo(timezone))


def from_local(naive: dt.datetime, timezone: str = DEFAULT_TIMEZONE) -> dt.datetime:
    """Return the UTC moment of a wall-clock time typed by a person in ``timezone``; the nearest one that can be
    counted for the first and last hours of the calendar, which are typing errors."""
    try:
        return naive.replace(tzinfo=ZoneInfo(timezone)).astimezone(dt.UTC)
    except OverflowError:
        return EARLIEST if naive.year == dt.MINYEAR else LATEST


@contextmanager
def frozen(moment: dt.datetime) -> Iterator[None]:
    """Hold the clock at ``moment`` (aware) in the whole process, threads of a test server included."""
    if moment.tzinfo is None:
        raise ValueError("a moment must carry its time zone")
    _process_frozen.append(moment.astimezone(dt.UTC))
    try:
        yield
    finally:
        _process_frozen.pop()


@contextmanager
def at(moment: dt.datetime) -> Iterator[None]:
    """Hold the clock at ``moment`` in this thread only; the demonstration data is written with it."""
    if moment.tzinfo is None:
        raise ValueError("a moment must carry its time zone")
    token = _frozen.set(moment.astimezone(dt.UTC))
    try:
        yield
    finally:
        _frozen.reset(token)


def for_another_thread(work: Callable[[], None]) -> Callable[[], None]:
    """Return ``work`` with the clock of this thread, wherever it is called: ``at`` holds for one thread only."""
    moment = _frozen.get()

    def with_our_clock() -> None:
        token = _frozen.set(moment)
        try:
            work()
        finally:
            _frozen.reset(token)

    return with_our_clock
