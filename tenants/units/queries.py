"""Reading the tree."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import or_, select

from tenants import clock
from tenants.db import db
from tenants.errors import NotFound
from tenants.scope import UnitClosure, below
from tenants.units.models import Unit, UnitName, UnitRelation, UnitRoute


def by_slug(slug: str) -> Unit:
    """Return the active unit at this address.

    Raises:
        NotFound: there is none.
    """
    unit = db.session.scalar(select(Unit).where(Unit.slug == slug, Unit.active.is_(True)))
    if unit is None:
        raise NotFound(slug)
    return unit


def site_by_slug(slug: str) -> Unit:
    """Return the unit whose public site stands at this address, also one that was closed: its articles stay.

    Raises:
        NotFound: there never was one; a unit whose founding was called off bore no name on any day.
    """
    unit = db.session.scalar(select(Unit).where(Unit.slug == slug))
    if unit is None or not (unit.active or _bore_a_name(unit.id)):
        raise NotFound(slug)
    return unit


def _bore_a_name(unit_id: int) -> bool:
    return db.session.scalar(select(UnitName.id).where(UnitName.unit_id == unit_id).limit(1)) is not None


def stretches(unit_id: int, first: dt.date, after: dt.date) -> list[tuple[dt.date, dt.date]]:
    """Return the days from ``first`` up to, not including, ``after``, cut where the units above ``unit_id`` changed.

    Returns:
        (first day, first day of the next stretch) each, in order; one stretch where nothing changed.
    """
    rows = select(UnitClosure.valid_from, UnitClosure.valid_to).where(
        UnitClosure.descendant_id == unit_id, UnitClosure.depth > 0
    )
    days = {day for row in db.session.execute(rows) for day in row if day is not None and first < day < after}
    cuts = [first, *sorted(days), after]
    return list(itertools.pairwise(cuts))


def superior_ids(unit_id: int, on: dt.date | None = None) -> frozenset[int]:
    """Return the ids of all units above ``unit_id``, at any height, on a day (None: today)."""
    today = on or clock.today()
    rows = select(UnitClosure.ancestor_id).where(
        UnitClosure.descendant_id == unit_id,
        UnitClosure.depth > 0,
        UnitClosure.valid_from <= today,
        or_(UnitClosure.valid_to.is_(None), UnitClosure.valid_to > today),
    )
    return frozenset(db.session.scalars(rows))


def among_below(office_id: int, unit_ids: Collection[int]) -> frozenset[int]:
    """Return those of some units that stand below an office today."""
    rows = select(Unit.id).where(Unit.id.in_(unit_ids), Unit.id.in_(below(office_id)))
    return frozenset(db.session.scalars(rows))


def superior_ids_of(unit_ids: Collection[int]) -> dict[int, frozenset[int]]:
    """Return the ids of all units above each of some units today, at any height. One query."""
    today = clock.today()
    rows = select(UnitClosure.descendant_id, UnitClosure.ancestor_id).where(
        UnitClosure.descendant_id.in_(unit_ids),
        UnitClosure.depth > 0,
        UnitClosure.valid_from <= today,
        or_(UnitClosure.valid_to.is_(None), UnitClosure.valid_to > today),
    )
    found: dict[int, set[int]] = {unit_id: set() for unit_id in unit_ids}
    for unit_id, superior_id in db.session.execute(rows):
        found[unit_id].add(superior_id)
    return {unit_id: frozenset(ids) for unit_id, ids in found.items()}


def superiors(unit_id: int, on: dt.date | None = None) -> Sequence[tuple[Unit, str]]:
    """Return the direct superiors of a unit on a day (None: today), each with the kind of the relation."""
    today = on or clock.today()
    rows = (
        select(Unit, UnitRelation.kind)
        .join(UnitRelation, UnitRelation.parent_id == Unit.id)
        .where(
            UnitRelation.child_id == unit_id,
            UnitRelation.valid_from <= today,
            or_(UnitRelation.valid_to.is_(None), UnitRelation.valid_to > today),
        )
        .order_by(UnitRelation.kind, Unit.name)
    )
    return [(unit, kind) for unit, kind in db.session.execute(rows)]


def subtree(office_id: int, tier: str | None = None) -> Sequence[Unit]:
    """Return the active units below an office, by name; ``tier`` "school" leaves out what lies between."""
    rows = select(Unit).where(Unit.id.in_(below(office_id)), Unit.active.is_(True)).order_by(Unit.name)
    units = db.session.scalars(rows).unique().all()
    return [unit for unit in units if tier is None or unit.type.tier == tier]


def by_ids(ids: Iterable[int]) -> dict[int, Unit]:
    """Return units by id, in one query."""
    wanted = set(ids)
    if not wanted:
        return {}
    return {unit.id: unit for unit in db.session.scalars(select(Unit).where(Unit.id.in_(wanted))).unique()}


def route(unit_id: int, purpose: str) -> Unit | None:
    """Return where a unit sends what ``purpose`` names today; None when no route was set."""
    today = clock.today()
    rows = (
        select(Unit)
        .join(UnitRoute, UnitRoute.target_id == Unit.id)
        .where(
            UnitRoute.unit_id == unit_id,
            UnitRoute.purpose == purpose,
            UnitRoute.valid_from <= today,
            or_(UnitRoute.valid_to.is_(None), UnitRoute.valid_to > today),
        )
    )
    return db.session.scalars(rows).unique().first()
