"""Who carried on whose work, and what a unit was called when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select

from tenants.db import db
from tenants.units.models import Unit, UnitName, UnitSuccession


@dataclass(frozen=True)
class Step:
    """One unit carried on by another: ``unit`` is the other end as seen from the one that asked."""

    unit: Unit
    on: dt.date
    kind: str


def predecessors(unit_id: int, until: dt.date) -> list[Step]:
    """Return whose work a unit carries on by the day ``until``, those before them included, the latest first.

    One query for each generation.
    """
    found: dict[int, Step] = {}
    wanted: Collection[int] = {unit_id}
    while wanted:
        rows = select(UnitSuccession, Unit).join(Unit, Unit.id == UnitSuccession.predecessor_id)
        rows = rows.where(UnitSuccession.successor_id.in_(wanted), UnitSuccession.on <= until)
        fresh = {
            unit.id: Step(unit, row.on, row.kind)
            for row, unit in db.session.execute(rows).unique()
            if unit.id not in found and unit.id != unit_id
        }
        found |= fresh
        wanted = fresh.keys()
    return sorted(found.values(), key=lambda step: (step.on, step.unit.id), reverse=True)


def has_predecessors(unit_id: int, until: dt.date) -> bool:
    """Return whether a unit carries on anybody's work."""
    rows = select(UnitSuccession.id).where(UnitSuccession.successor_id == unit_id, UnitSuccession.on <= until)
    return db.session.scalar(rows.limit(1)) is not None


def successors(unit_id: int) -> list[Step]:
    """Return the active units that carry on a unit's work now, through all generations, by name."""
    found: dict[int, Step] = {}
    seen: set[int] = set()
    wanted: set[int] = {unit_id}
    while wanted:
        seen |= wanted
        rows = select(UnitSuccession, Unit).join(Unit, Unit.id == UnitSuccession.successor_id)
        rows = rows.where(UnitSuccession.predecessor_id.in_(wanted))
        wanted = set()
        for row, unit in db.session.execute(rows).unique():
            if unit.active:
                found[unit.id] = Step(unit, row.on, row.kind)
            elif unit.id not in seen:
                wanted.add(unit.id)
    return sorted(found.values(), key=lambda step: (step.unit.name, step.unit.id))


def names(unit_id: int) -> list[UnitName]:
    """Return the names a unit bore and will bear, the oldest first."""
    rows = select(UnitName).where(UnitName.unit_id == unit_id).order_by(UnitName.valid_from, UnitName.id)
    return list(db.session.scalars(rows))
