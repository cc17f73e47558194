"""The worker's handlers of statistics."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete, insert, select

from tenants import clock
from tenants.db import db, transaction
from tenants.jobs.models import Job
from tenants.jobs.worker import Registry
from tenants.scope import current
from tenants.statistics import collecting, periods, reach, service
from tenants.units.models import Unit

REFRESH = "statistics.refresh"


def register(registry: Registry) -> None:
    """Add the handlers to the worker's registry."""
    registry.add("statistics.rebuild", rebuild)
    registry.add(REFRESH, refresh)
    registry.every(REFRESH, dt.timedelta(hours=1), refresh_all)
    registry.add(collecting.KIND, collecting.collect)
    registry.add("publishing.look_again", collecting.look_again)
    registry.every("publishing.collect_all", collecting.PLANNED, collecting.plan_all)


def rebuild(month: str) -> None:
    """Write the facts of one month anew and look at the quotas.

    Args:
        month: a day of it, ISO.
    """
    with transaction():
        service.rebuild_month(dt.date.fromisoformat(month))
        reach.rebuild(dt.date.fromisoformat(month))
        service.refresh_slots()


def refresh() -> None:
    """Write this month and the one before anew.

    What a lost rebuild left behind is mended, and days that passed close slots.
    """
    with transaction():
        unit = db.session.get_one(Unit, current().unit_id)
        this_month = periods.first_of_month(clock.today(unit.timezone))
        service.rebuild_month(this_month - dt.timedelta(days=1))
        service.rebuild_month(this_month)
        reach.rebuild(this_month - dt.timedelta(days=1))
        reach.rebuild(this_month)
        service.refresh_slots()


def refresh_all() -> None:
    """Queue one refresh for each active unit that has none waiting."""
    with transaction() as session:
        # One that gave up is superseded by the new one.
        session.execute(
            delete(Job).where(Job.kind == REFRESH, Job.state == "dead").execution_options(synchronize_session=False)
        )
        waiting = set(session.scalars(select(Job.unit_id).where(Job.kind == REFRESH)))
        now = clock.now()
        rows = [
            {"kind": REFRESH, "unit_id": unit_id, "args": {}, "run_at": now, "max_attempts": 3, "created_at": now}
            for unit_id in session.scalars(select(Unit.id).where(Unit.active.is_(True)).order_by(Unit.id))
            if unit_id not in waiting
        ]
        if rows:
            session.execute(insert(Job), rows)
