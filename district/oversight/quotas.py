"""The quota board: a row for each school, a column for each period, filled, due or missed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from district.oversight.activity import units_of
from district.oversight.directory import Choice, Directory
from tenants import scope
from tenants.db import db
from tenants.statistics import queries as statistics
from tenants.statistics.models import QuotaSlot

FILLED, DUE, MISSED = "filled", "due", "missed"
MOST_COLUMNS = 12


@dataclass(frozen=True)
class QuotaChoice:
    """A quota that units below have slots of. ``title`` is the one most of them use."""

    node_id: str
    title: str
    first: dt.date
    last: dt.date


@dataclass(frozen=True)
class Column:
    """One period. ``counts``: state -> number of schools."""

    start: dt.date
    end: dt.date
    counts: Mapping[str, int]

    @property
    def asked(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True)
class Matrix:
    """Some rows of the board. ``cells``: (unit id, first day of the period) -> slot."""

    columns: tuple[Column, ...]
    cells: Mapping[tuple[int, dt.date], QuotaSlot]


def quotas() -> list[QuotaChoice]:
    """Return the quotas that run in units below the present office, the most widely used first. One query."""
    rows = (
        select(
            QuotaSlot.node_id,
            QuotaSlot.title,
            func.count(),
            func.min(QuotaSlot.period_start),
            func.max(QuotaSlot.period_start),
        )
        .where(QuotaSlot.unit_id.in_(scope.below(scope.current().unit_id)))
        .group_by(QuotaSlot.node_id, QuotaSlot.title)
    )
    found: dict[str, QuotaChoice] = {}
    used: dict[str, int] = {}
    ordered = sorted(db.session.execute(rows), key=lambda row: (-row[2], row[1], row[0]))
    for node_id, title, slots, first, last in ordered:
        known = found.get(node_id)
        used[node_id] = used.get(node_id, 0) + slots
        found[node_id] = (
            QuotaChoice(node_id, title, first, last)
            if known is None
            else QuotaChoice(node_id, known.title, min(known.first, first), max(known.last, last))
        )
    return sorted(found.values(), key=lambda quota: -used[quota.node_id])


def columns(directory: Directory, node_id: str, choice: Choice, first: dt.date, last: dt.date) -> list[Column]:
    """Return the periods of a quota that begin between two days, with how many chosen units stand where. One query."""
    rows = (
        select(QuotaSlot.period_start, QuotaSlot.state, func.count(), func.max(QuotaSlot.period_end))
        .where(
            QuotaSlot.node_id == node_id,
            QuotaSlot.unit_id.in_(units_of(directory, choice)),
            QuotaSlot.period_start >= first,
            QuotaSlot.period_start <= last,
        )
        .group_by(QuotaSlot.period_start, QuotaSlot.state)
    )
    counts: dict[dt.date, dict[str, int]] = {}
    ends: dict[dt.date, dt.date] = {}
    for start, state, number, end in db.session.execute(rows):
        counts.setdefault(start, {FILLED: 0, DUE: 0, MISSED: 0})[state] = number
        ends[start] = max(end, ends.get(start, end))
    return [Column(start, ends[start], counts[start]) for start in sorted(counts)]


def matrix(shown: Sequence[Column], node_id: str, unit_ids: Sequence[int]) -> Matrix:
    """Return the cells of some rows in the columns shown. One query."""
    if not shown or not unit_ids:
        return Matrix(tuple(shown), {})
    slots = statistics.slots(unit_ids, node_id, shown[0].start, shown[-1].start)
    return Matrix(tuple(shown), {(slot.unit_id, slot.period_start): slot for slot in slots})


def behind(node_id: str, start: dt.date) -> set[int]:
    """Return the units below the present office that have not filled the period beginning on ``start``. One query."""
    rows = select(QuotaSlot.unit_id).where(
        QuotaSlot.node_id == node_id,
        QuotaSlot.period_start == start,
        QuotaSlot.state != FILLED,
        QuotaSlot.unit_id.in_(scope.below(scope.current().unit_id)),
    )
    return set(db.session.scalars(rows))
