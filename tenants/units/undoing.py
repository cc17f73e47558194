"""Taking back what was written into the tree for a day that has not come."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import TypeVar

from sqlalchemy import delete, or_, select

from tenants.db import db
from tenants.scope import UnitClosure
from tenants.units.models import Unit, UnitName, UnitRelation, UnitRoute, UnitSuccession

Dated = TypeVar("Dated", UnitName, UnitRelation, UnitRoute)


def take_back_name(unit_id: int, on: dt.date) -> None:
    """Let a unit keep beyond the day ``on`` the name that was to end then."""
    _turn_back(db.session.scalars(select(UnitName).where(UnitName.unit_id == unit_id)).all(), on)


def take_back_superior(unit_id: int, kind: str, on: dt.date) -> list[int]:
    """Let a unit stay beyond the day ``on`` under its superior of this kind; return the ids of such superiors."""
    rows = select(UnitRelation).where(UnitRelation.child_id == unit_id, UnitRelation.kind == kind)
    return [relation.parent_id for relation in _turn_back(db.session.scalars(rows).all(), on)]


def take_back_route(unit_id: int, purpose: str, on: dt.date) -> None:
    """Let what ``purpose`` names go on where it went before the day ``on``."""
    rows = select(UnitRoute).where(UnitRoute.unit_id == unit_id, UnitRoute.purpose == purpose)
    _turn_back(db.session.scalars(rows).all(), on)


def take_back_end(unit_id: int, on: dt.date) -> list[int]:
    """Let a unit that was to end on the day ``on`` go on; return the ids of its superiors from then on."""
    take_back_name(unit_id, on)
    _turn_back(db.session.scalars(select(UnitRoute).where(UnitRoute.unit_id == unit_id)).all(), on)
    relations = db.session.scalars(select(UnitRelation).where(UnitRelation.child_id == unit_id)).all()
    db.session.execute(delete(UnitSuccession).where(UnitSuccession.predecessor_id == unit_id, UnitSuccession.on == on))
    return [relation.parent_id for relation in _turn_back(relations, on)]


def _turn_back(rows: Iterable[Dated], on: dt.date) -> list[Dated]:
    """Delete what was to begin on the day ``on`` and let what was to end then go on; return what goes on."""
    going_on = []
    for row in rows:
        if row.valid_from == on:
            db.session.delete(row)
        elif row.valid_to == on:
            row.valid_to = None
            going_on.append(row)
    db.session.flush()
    return going_on


def founded_for(unit_ids: Collection[int], on: dt.date, kind: str) -> list[int]:
    """Return the ids of the units that carry on some units from the day ``on``, by id."""
    rows = select(UnitSuccession.successor_id).where(
        UnitSuccession.predecessor_id.in_(unit_ids), UnitSuccession.on == on, UnitSuccession.kind == kind
    )
    return sorted(set(db.session.scalars(rows)))


def never_founded(unit_ids: Collection[int]) -> None:
    """Let units that were founded for a day to come never come to be: their addresses are free again.

    The rows stay, out of reach, for what may refer to them.
    """
    for unit in db.session.scalars(select(Unit).where(Unit.id.in_(unit_ids))).unique().all():
        unit.active, unit.slug = False, f"{unit.slug}-{unit.id}"
    either = or_(UnitRelation.child_id.in_(unit_ids), UnitRelation.parent_id.in_(unit_ids))
    db.session.execute(delete(UnitRelation).where(either))
    db.session.execute(delete(UnitRoute).where(UnitRoute.unit_id.in_(unit_ids)))
    db.session.execute(delete(UnitName).where(UnitName.unit_id.in_(unit_ids)))
    db.session.execute(delete(UnitClosure).where(UnitClosure.descendant_id.in_(unit_ids)))
    db.session.flush()
