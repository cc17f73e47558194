"""When the numbers of a published item are read: often while it is new, then ever less, then not any more. Pure."""

from __future__ import annotations

import datetime as dt

STEPS = tuple(
    dt.timedelta(minutes=minutes)
    for minutes in (
        10, 30, 60, 180, 480,
        1 * 1440, 2 * 1440, 3 * 1440, 5 * 1440, 7 * 1440, 14 * 1440, 21 * 1440, 30 * 1440,
    )
)  # fmt: skip
"""Ages of an item at which it is read."""


def next_due(published_at: dt.datetime, now: dt.datetime) -> dt.datetime | None:
    """Return when an item is read next after ``now``; None when it is old enough to be left alone."""
    return next((published_at + step for step in STEPS if published_at + step > now), None)


def first_due(published_at: dt.datetime, now: dt.datetime) -> dt.datetime | None:
    """Return when an item is read that never was: one whose first reading is overdue (it was corrected, or the worker
    stood still) at once, one that is too old never.
    """
    return None if next_due(published_at, now) is None else max(published_at + STEPS[0], now)
