"""Reading what was done. Each function is one query, whatever the number of units.

The scope decides whose rows are read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from tenants import clock
from tenants.db import db
from tenants.publishing.models import Delivery
from tenants.publishing.states import PUBLISHED
from tenants.statistics.counting import ANY_CHANNEL
from tenants.statistics.models import MonthFact, QuotaSlot
from tenants.statistics.periods import first_of_month, next_month

GROUPINGS = ("unit_id", "month", "channel", "node_id", "genre")


@dataclass(frozen=True)
class Wanted:
    """Which facts to add up. None or empty means all.

    Args:
        units: unit ids, or a sub-select of them.
        first, last: first days of months, both included.
        outside_plan: also what serves no node, when ``nodes`` are given.
    """

    units: Collection[int] | Select[int] | None = None
    first: dt.date | None = None
    last: dt.date | None = None
    channel: str = ANY_CHANNEL
    genre: str = ""
    nodes: Collection[str] | Select[str] | None = None


def totals(by: Sequence[str], wanted: Wanted) -> dict[tuple[Any, ...], int]:
    """Return numbers of articles by any grouping.

    Args:
        by: some of ``GROUPINGS``; empty gives one number under the key ``()``.

    Returns:
        The number for each combination that has any. An article on three channels counts once, unless ``by`` has
        "channel": then once in each.

    Raises:
        ValueError: there is no such grouping.
    """
    if unknown := set(by) - set(GROUPINGS):
        raise ValueError(f"no such grouping: {', '.join(sorted(unknown))}")
    columns = [getattr(MonthFact, name) for name in by]
    rows = select(*columns, func.sum(MonthFact.articles)).where(*_conditions(by, wanted)).group_by(*columns)
    return whole_months(by, db.session.execute(rows))


def whole_months(by: Sequence[str], rows: Iterable[Any]) -> dict[tuple[Any, ...], int]:
    """Return rows of keys with a number, the stretches of one month added up (see ``MonthFact``)."""
    place = by.index("month") if "month" in by else None
    found: dict[tuple[Any, ...], int] = {}
    for *key, count in rows:
        if count is not None:
            if place is not None:
                key[place] = first_of_month(key[place])
            found[tuple(key)] = found.get(tuple(key), 0) + int(count)
    return found


def _conditions(by: Sequence[str], wanted: Wanted) -> list[ColumnElement[bool]]:
    if wanted.channel != ANY_CHANNEL:
        found = [MonthFact.channel == wanted.channel]
    elif "channel" in by:
        found = [MonthFact.channel != ANY_CHANNEL]
    else:
        found = [MonthFact.channel == ANY_CHANNEL]
    if wanted.units is not None:
        found.append(MonthFact.unit_id.in_(wanted.units))
    if wanted.first is not None:
        found.append(MonthFact.month >= wanted.first)
    if wanted.last is not None:
        found.append(MonthFact.month < next_month(wanted.last))
    if wanted.genre:
        found.append(MonthFact.genre == wanted.genre)
    if wanted.nodes is not None:
        found.append(MonthFact.node_id.in_(wanted.nodes))
    return found


def published_since(moment: dt.datetime, units: Collection[int] | Select[int]) -> int:
    """Return how many articles were published since ``moment``, were seen on an outlet and still stand.

    This is today's number, before the facts are written.
    """
    once = (
        select(Delivery.unit_id, Delivery.article_id)
        .where(
            Delivery.unit_id.in_(units),
            Delivery.state == PUBLISHED,
            Delivery.seen_at.is_not(None),
            Delivery.vanished_at.is_(None),
            Delivery.published_at >= moment,
        )
        .distinct()
        .subquery()
    )
    return int(db.session.scalar(select(func.count()).select_from(once)) or 0)


def slots(units: Collection[int], node_id: str, first: dt.date, last: dt.date) -> Sequence[QuotaSlot]:
    """Return the slots of a quota in some units whose period begins between two days, both included, in order."""
    rows = (
        select(QuotaSlot)
        .where(
            QuotaSlot.unit_id.in_(units),
            QuotaSlot.node_id == node_id,
            QuotaSlot.period_start >= first,
            QuotaSlot.period_start <= last,
        )
        .order_by(QuotaSlot.unit_id, QuotaSlot.period_start)
    )
    return db.session.scalars(rows).all()


def slots_of(unit_id: int) -> Sequence[QuotaSlot]:
    """Return all quota slots of a unit, by quota and period. One query."""
    rows = (
        select(QuotaSlot)
        .where(QuotaSlot.unit_id == unit_id)
        .order_by(QuotaSlot.title, QuotaSlot.node_id, QuotaSlot.period_start)
    )
    return db.session.scalars(rows).all()


def start_of_today(timezone: str = clock.DEFAULT_TIMEZONE) -> dt.datetime:
    """Return the moment the present day began in ``timezone``."""
    return clock.from_local(dt.datetime.combine(clock.today(timezone), dt.time.min), timezone)
