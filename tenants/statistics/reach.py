"""How far published items reached: totals from the newest readings, by item, channel, plan node and month.

Nothing here is about a person: it is items and units that are counted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, and_, delete, func, insert, select

from channel_plugins.types import Metric
from tenants import clock
from tenants.db import db
from tenants.publishing.models import Delivery
from tenants.publishing.states import PUBLISHED, RETRACTED
from tenants.scope import current
from tenants.statistics import periods
from tenants.statistics.models import ReachFact, Reading
from tenants.statistics.queries import Wanted, whole_months
from tenants.units import queries as units
from tenants.units.models import Unit

SHOWN = (Metric.VIEWS, Metric.REACH, Metric.REACTIONS, Metric.COMMENTS, Metric.SHARES, Metric.CLICKS)
"""Metrics on pages, in this order; those of mailings stand with the mailing."""

LABELS = {
    "views": _l("Lượt xem"),
    "reach": _l("Người tiếp cận"),
    "reactions": _l("Cảm xúc"),
    "comments": _l("Bình luận"),
    "shares": _l("Chia sẻ"),
    "clicks": _l("Lượt bấm"),
    "sent": _l("Thư đã gửi"),
    "opened": _l("Thư đã mở"),
    "bounced": _l("Thư bị trả lại"),
    "unsubscribed": _l("Hủy nhận tin"),
    "broadcasts": _l("Lần phát"),
}
"""How metrics are called."""

GROUPINGS = ("unit_id", "month", "channel", "node_id", "metric")


@dataclass(frozen=True)
class Newest:
    """The newest reading of one metric of one item."""

    value: int
    taken_at: dt.datetime


def rebuild(month: dt.date) -> int:
    """Write the totals of the items first published in a month anew, in the present unit.

    Args:
        month: any day of it, in the unit's time zone.

    Returns:
        How many totals there are now.
    """
    unit = db.session.get_one(Unit, current().unit_id)
    first = periods.first_of_month(month)
    after = periods.next_month(first)
    rows = [row for begin, end in units.stretches(unit.id, first, after) for row in _stretch(unit, begin, end)]
    db.session.execute(
        delete(ReachFact)
        .where(ReachFact.unit_id == unit.id, ReachFact.month >= first, ReachFact.month < after)
        .execution_options(synchronize_session=False)
    )
    if rows:
        db.session.execute(insert(ReachFact), rows)
    return len(rows)


def _stretch(unit: Unit, first: dt.date, after: dt.date) -> list[dict[str, Any]]:
    """Return the totals of the items first published from ``first`` up to, not including, ``after``."""
    begin = clock.from_local(dt.datetime.combine(first, dt.time.min), unit.timezone)
    end = clock.from_local(dt.datetime.combine(after, dt.time.min), unit.timezone)
    concerned = select(Delivery.id).where(
        Delivery.unit_id == unit.id,
        Delivery.published_at >= begin,
        Delivery.published_at < end,
        Delivery.state.in_((PUBLISHED, RETRACTED)),
    )
    newest = (
        select(func.max(Reading.id))
        .where(Reading.unit_id == unit.id, Reading.delivery_id.in_(concerned))
        .group_by(Reading.delivery_id, Reading.metric)
    )
    node = func.coalesce(Delivery.node_id, "")
    totals = db.session.execute(
        select(Reading.channel, node, Reading.metric, func.sum(Reading.value))
        .join(Delivery, and_(Delivery.unit_id == Reading.unit_id, Delivery.id == Reading.delivery_id))
        .where(Reading.unit_id == unit.id, Reading.id.in_(newest))
        .group_by(Reading.channel, node, Reading.metric)
    ).all()
    return [
        {"month": first, "channel": channel, "node_id": node_id, "metric": metric, "total": int(total)}
        for channel, node_id, metric, total in totals
    ]


def totals(by: Sequence[str], wanted: Wanted) -> dict[tuple[Any, ...], int]:
    """Return totals by any grouping; one query, whatever the number of units and items.

    Args:
        by: some of ``GROUPINGS``.
        wanted: its genre is not known here and is passed over.

    Raises:
        ValueError: there is no such grouping.
    """
    if unknown := set(by) - set(GROUPINGS):
        raise ValueError(f"no such grouping: {', '.join(sorted(unknown))}")
    columns = [getattr(ReachFact, name) for name in by]
    rows = select(*columns, func.sum(ReachFact.total)).where(*_conditions(wanted)).group_by(*columns)
    return whole_months(by, db.session.execute(rows))


def newest_of(delivery_ids: Collection[int] | Select[int]) -> dict[int, dict[str, Newest]]:
    """Return the newest readings of some items, by item and metric; one query."""
    newest = (
        select(func.max(Reading.id))
        .where(Reading.delivery_id.in_(delivery_ids))
        .group_by(Reading.delivery_id, Reading.metric)
    )
    found: dict[int, dict[str, Newest]] = {}
    for row in db.session.scalars(select(Reading).where(Reading.id.in_(newest))):
        found.setdefault(row.delivery_id, {})[row.metric] = Newest(row.value, row.taken_at)
    return found


def as_table(found: Mapping[tuple[Any, ...], int]) -> tuple[list[str], dict[Any, dict[str, int]]]:
    """Return totals by (something, metric) as a table: the metrics that occur, in order, and the rows by something."""
    rows: dict[Any, dict[str, int]] = {}
    for (key, metric), total in found.items():
        rows.setdefault(key, {})[metric] = total
    present = {metric for row in rows.values() for metric in row}
    return [metric.value for metric in SHOWN if metric.value in present], rows


def history(delivery_id: int, metric: str, most: int = 100) -> list[tuple[dt.datetime, int]]:
    """Return the readings of one metric of one item, oldest first."""
    rows = (
        select(Reading.taken_at, Reading.value)
        .where(Reading.delivery_id == delivery_id, Reading.metric == metric)
        .order_by(Reading.id.desc())
        .limit(most)
    )
    return [(taken_at, value) for taken_at, value in reversed(db.session.execute(rows).all())]


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.channel:
        found.append(ReachFact.channel == wanted.channel)
    if wanted.units is not None:
        found.append(ReachFact.unit_id.in_(wanted.units))
    if wanted.first is not None:
        found.append(ReachFact.month >= wanted.first)
    if wanted.last is not None:
        found.append(ReachFact.month < periods.next_month(wanted.last))
    if wanted.nodes is not None:
        found.append(ReachFact.node_id.in_(wanted.nodes))
    return found
