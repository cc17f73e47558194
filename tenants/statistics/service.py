"""Rebuilding what was done in a unit: facts by month, and the slots of its quotas. Safe to repeat."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, insert, select

from tenants import clock
from tenants.db import db
from tenants.plans import queries as plans
from tenants.plans.queries import QuotaInForce
from tenants.publishing.models import Delivery
from tenants.publishing.states import PUBLISHED, REPLACED, RETRACTED
from tenants.scope import current
from tenants.statistics import counting, periods
from tenants.statistics.counting import Item, Posted
from tenants.statistics.models import MonthFact, QuotaSlot
from tenants.statistics.periods import Period
from tenants.units import queries as units
from tenants.units.models import Unit

SHOWN = (PUBLISHED, REPLACED, RETRACTED)
"""States of deliveries that the public has seen; a correction still under way does not hide what stands there."""

MOST_EVIDENCE = 20
"""Articles named as evidence in one slot; the count goes on beyond it."""


def rebuild_month(month: dt.date) -> int:
    """Write the facts of a month anew from the deliveries of the present unit.

    Args:
        month: any day of it, in the unit's time zone.

    Returns:
        How many facts there are now.
    """
    first = periods.first_of_month(month)
    after = periods.next_month(first)
    unit = _unit()
    shown = _items(unit, Period(first, after - dt.timedelta(days=1)))
    rows = [
        {"month": begin, "channel": channel, "node_id": node_id, "genre": genre, "articles": articles}
        for begin, end in units.stretches(unit.id, first, after)
        for (channel, node_id, genre), articles in sorted(counting.month_facts(shown, begin, end).items())
    ]
    db.session.execute(
        delete(MonthFact)
        .where(MonthFact.unit_id == unit.id, MonthFact.month >= first, MonthFact.month < after)
        .execution_options(synchronize_session=False)
    )
    if rows:
        db.session.execute(insert(MonthFact), rows)
    return len(rows)


def refresh_slots() -> None:
    """Bring the slots of the present unit's quotas up to date, by the unit's day."""
    fill_slots(plans.quotas_in_force())


def fill_slots(quotas: Sequence[QuotaInForce]) -> None:
    """Write one slot for each period of each quota, with the published articles that fill it.

    Args:
        quotas: those in force. A quota without days asks for the present school year.

    A slot whose quota is no longer in force stays when its period is over, else it goes.
    """
    unit = _unit()
    today = clock.today(unit.timezone)
    wanted = [(quota, period) for quota in quotas for period in periods.split(_kind(quota), *_window(quota, today))]
    existing = {
        (slot.plan_id, slot.node_id, slot.period_start): slot
        for slot in db.session.scalars(select(QuotaSlot).where(QuotaSlot.unit_id == unit.id))
    }
    asked = {(quota.plan_id, quota.node_id) for quota in quotas}
    keys = {(quota.plan_id, quota.node_id, period.start) for quota, period in wanted}
    for key, known in existing.items():
        if key not in keys and (key[:2] in asked or known.period_end >= today):
            db.session.delete(known)
    articles = _articles(unit, [period for _quota, period in wanted])
    for quota, period in wanted:
        slot = existing.get((quota.plan_id, quota.node_id, period.start))
        _fill(slot, quota, period, articles, today)


def _fill(
    slot: QuotaSlot | None, quota: QuotaInForce, period: Period, articles: Sequence[Item], today: dt.date
) -> None:
    evidence = [item for item in articles if period.holds(item.day) and _fits(item, quota)]
    evidence.sort(key=lambda item: (item.node_id != quota.node_id, item.day, item.delivery_id))
    needed = int(quota.quota.get("count") or 1)
    if slot is None:
        slot = QuotaSlot(plan_id=quota.plan_id, node_id=quota.node_id, period_start=period.start)
        db.session.add(slot)
    slot.title = quota.title
    slot.period_end = period.end
    slot.needed = needed
    slot.filled = len(evidence)
    slot.state = "filled" if len(evidence) >= needed else "missed" if period.end < today else "due"
    slot.evidence = [_as_evidence(item) for item in evidence[:MOST_EVIDENCE]]


def _fits(item: Item, quota: QuotaInForce) -> bool:
    if quota.quota.get("subject") == "role_model":
        return item.role_model or item.genre == "role_model"
    genre = quota.quota.get("genre")
    return item.node_id == quota.node_id and (not genre or item.genre == genre)


def _as_evidence(item: Item) -> dict[str, Any]:
    return {
        "title": item.title,
        "date": item.day.isoformat(),
        "url": item.url,
        "delivery_id": item.delivery_id,
    }


def _kind(quota: QuotaInForce) -> str:
    kind = quota.quota.get("period")
    return str(kind) if kind in periods.PERIODS else periods.MONTH


def _window(quota: QuotaInForce, today: dt.date) -> tuple[dt.date, dt.date]:
    year = periods.school_year(quota.starts_on or quota.ends_on or today)
    return quota.starts_on or year.start, quota.ends_on or year.end


def _unit() -> Unit:
    return db.session.get_one(Unit, current().unit_id)


def _articles(unit: Unit, wanted: Sequence[Period]) -> list[Item]:
    if not wanted:
        return []
    window = Period(min(period.start for period in wanted), max(period.end for period in wanted))
    return counting.articles(_items(unit, window))


def _items(unit: Unit, window: Period) -> list[Item]:
    """Return the live items of every article of which anything was published in the window."""
    begin = clock.from_local(dt.datetime.combine(window.start, dt.time.min), unit.timezone)
    end = clock.from_local(dt.datetime.combine(window.end + dt.timedelta(days=1), dt.time.min), unit.timezone)
    concerned = select(Delivery.article_id).where(
        Delivery.unit_id == unit.id, Delivery.published_at >= begin, Delivery.published_at < end
    )
    rows = db.session.execute(
        select(
            Delivery.id,
            Delivery.article_id,
            Delivery.channel,
            Delivery.state,
            Delivery.seen_at,
            Delivery.vanished_at,
            Delivery.published_at,
            Delivery.replaces_id,
            Delivery.node_id,
            Delivery.genre,
            Delivery.role_model,
            Delivery.title,
            Delivery.url,
        ).where(
            Delivery.unit_id == unit.id,
            Delivery.published_at.is_not(None),
            Delivery.state.in_(SHOWN),
            Delivery.article_id.in_(concerned),
        )
    )
    posted = (
        Posted(
            delivery_id=row.id,
            article_id=row.article_id,
            channel=row.channel,
            live=row.state == PUBLISHED and row.seen_at is not None and row.vanished_at is None,
            published_at=row.published_at,
            replaces_id=row.replaces_id,
            node_id=row.node_id,
            genre=row.genre,
            role_model=row.role_model,
            title=row.title,
            url=row.url,
        )
        for row in rows
    )
    return counting.items_by_channel(posted, unit.timezone)
