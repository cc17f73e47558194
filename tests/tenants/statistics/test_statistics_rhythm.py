"""When the numbers of an item are read: pure."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

from tenants.statistics import rhythm

NOON = dt.datetime(2026, 11, 23, 5, 0, tzinfo=dt.UTC)


def test_often_while_new_then_less_then_not_any_more() -> None:
    moments = []
    now = NOON
    while (due := rhythm.next_due(NOON, now)) is not None:
        assert due > now
        moments.append(due - NOON)
        now = due
    hour, day = dt.timedelta(hours=1), dt.timedelta(days=1)
    assert sum(1 for age in moments if age <= hour) == 3
    assert [age for age in moments if day <= age <= 3 * day] == [day, 2 * day, 3 * day]
    assert moments[-1] == 30 * day
    gaps = [later - earlier for earlier, later in pairwise(moments[1:])]
    assert all(gap >= dt.timedelta(minutes=30) for gap in gaps)


def test_item_that_was_missed_is_read_at_once() -> None:
    assert rhythm.first_due(NOON, NOON) == NOON + rhythm.STEPS[0]
    late = NOON + dt.timedelta(days=4)
    assert rhythm.first_due(NOON, late) == late
    assert rhythm.first_due(NOON, NOON + dt.timedelta(days=31)) is None
