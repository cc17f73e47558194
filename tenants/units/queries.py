"""Reading the tree."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import or_, select

from tenants import clock
from tenants.db import db
from tenants.errors import NotFound
from tenants.scope import UnitClosure, below
from tenants.units.models import Unit, UnitRelation, UnitRoute


def by_slug(slug: str) -> Unit:
    """Return the active unit at this address.

    Raises:
        NotFound: there is none.
    """
    unit = db.session.scalar(select(Unit).where(Unit.slug == slug, Unit.active.is_(True)))
    if unit is None:
        raise NotFound(slug)
    return unit


def superior_ids(unit_id: int) -> frozenset[int]:
    """Return the ids of all units above ``unit_id`` today, at any height."""
    today = clock.today()
    rows = select(UnitClosure.ancestor_id).where(
        UnitClosure.descendant_id == unit_id,
        UnitClosure.depth > 0,
        UnitClosure.valid_from <= today,
        or_(UnitClosure.valid_to.is_(None), UnitClosure.valid_to > today),
    )
    return frozenset(db.session.scalars(rows))


def superiors(unit_id: int) -> Sequence[tuple[Unit, str]]:
    """Return the direct superiors of a unit today, each with the kind of the relation."""
    today = clock.today()
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
