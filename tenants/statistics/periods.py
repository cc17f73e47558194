"""The periods of a quota: months, quarters, semesters and years of a plan's window. Pure."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass

MONTH, QUARTER, SEMESTER, YEAR = "month", "quarter", "semester", "year"
PERIODS = (MONTH, QUARTER, SEMESTER, YEAR)

SEMESTER_TURN = (1, 16)
"""Second semester from 16 January: the yearly frame of the Ministry ends the first one before 18 January."""


@dataclass(frozen=True, order=True)
class Period:
    """Days from ``start`` to ``end``, both included."""

    start: dt.date
    end: dt.date

    def holds(self, day: dt.date) -> bool:
        return self.start <= day <= self.end


def school_year(day: dt.date) -> Period:
    """Return the school year ``day`` belongs to, 1 September to 31 May.

    August belongs to the year that is being prepared, June and July to the one that ended.
    """
    year = day.year if day.month >= 8 else day.year - 1
    return Period(dt.date(year, 9, 1), dt.date(year + 1, 5, 31))


def first_of_month(day: dt.date) -> dt.date:
    """Return the first day of the month of ``day``."""
    return day.replace(day=1)


def next_month(day: dt.date) -> dt.date:
    """Return the first day of the month after that of ``day``."""
    return dt.date(day.year + day.month // 12, day.month % 12 + 1, 1)


def split(kind: str, starts_on: dt.date, ends_on: dt.date) -> list[Period]:
    """Return the periods of ``kind`` that the days from ``starts_on`` to ``ends_on`` touch, in order.

    Months are whole calendar months, so that the schools of an office stand in the same columns; quarters,
    semesters and years are cut to the window. A year runs from the day and month of ``starts_on``.

    Raises:
        ValueError: there is no such kind of period.
    """
    if kind not in PERIODS:
        raise ValueError(kind)
    found: list[Period] = []
    day = starts_on
    while day <= ends_on:
        period = _around(kind, day)
        if kind != MONTH:
            period = Period(max(period.start, starts_on), min(period.end, ends_on))
        found.append(period)
        day = period.end + dt.timedelta(days=1)
    return found


def _around(kind: str, day: dt.date) -> Period:
    if kind == MONTH:
        return Period(first_of_month(day), day.replace(day=calendar.monthrange(day.year, day.month)[1]))
    if kind == QUARTER:
        last = dt.date(day.year, (day.month + 2) // 3 * 3, 1)
        return Period(dt.date(day.year, last.month - 2, 1), next_month(last) - dt.timedelta(days=1))
    if kind == YEAR:
        return Period(day, _one_year_on(day) - dt.timedelta(days=1))
    if (day.month, day.day) < SEMESTER_TURN:
        return Period(dt.date(day.year - 1, 8, 1), dt.date(day.year, 1, 15))
    if day.month < 8:
        return Period(dt.date(day.year, 1, 16), dt.date(day.year, 7, 31))
    return Period(dt.date(day.year, 8, 1), dt.date(day.year + 1, 1, 15))


def _one_year_on(day: dt.date) -> dt.date:
    return dt.date(day.year + 1, 3, 1) if (day.month, day.day) == (2, 29) else day.replace(year=day.year + 1)
