"""Changing the tree: founding units, giving them superiors, and keeping the closure right."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import ColumnElement, delete, or_, select

from tenants import clock
from tenants.db import db
from tenants.errors import Refused
from tenants.scope import UnitClosure
from tenants.text import nfc
from tenants.units.models import (
    ADMINISTRATIVE,
    RELATION_KINDS,
    ROUTE_PURPOSES,
    SUCCESSIONS,
    Unit,
    UnitName,
    UnitRelation,
    UnitRoute,
    UnitSuccession,
    UnitType,
)


def found_unit(
    *,
    slug: str,
    type_code: str,
    name: str,
    short_name: str = "",
    symbol: str = "",
    place: str = "",
    levels: Sequence[str] | None = None,
    on: dt.date | None = None,
) -> Unit:
    """Create a unit, alone in the tree.

    Args:
        slug: its address, ASCII; unique over the installation.
        levels: education levels; None takes those of the type.
        on: the first day it exists; None means today.

    Raises:
        Refused: the type is unknown, or the address is taken.
    """
    unit_type = db.session.get(UnitType, type_code)
    if unit_type is None:
        raise Refused("unknown-unit-type", f"Không có loại đơn vị «{type_code}».")
    if db.session.scalar(select(Unit.id).where(Unit.slug == slug)) is not None:
        raise Refused("slug-taken", f"Địa chỉ «{slug}» đã có đơn vị khác dùng. Hãy chọn địa chỉ khác.")
    unit = Unit(
        slug=slug,
        type_code=type_code,
        name=nfc(name),
        short_name=nfc(short_name or name),
        symbol=nfc(symbol),
        place=nfc(place),
        levels=list(unit_type.levels if levels is None else levels),
        contact={},
        created_at=clock.now(),
    )
    unit.type = unit_type
    db.session.add(unit)
    db.session.flush()
    first_day = on or clock.today()
    db.session.add(UnitName(unit_id=unit.id, name=unit.name, valid_from=first_day))
    db.session.add(
        UnitClosure(ancestor_id=unit.id, descendant_id=unit.id, depth=0, valid_from=first_day, valid_to=None)
    )
    return unit


def place_under(
    child: Unit, parent: Unit, kind: str = ADMINISTRATIVE, on: dt.date | None = None, rebuild: bool = True
) -> UnitRelation:
    """Put ``child`` under ``parent`` from the day ``on``; an earlier superior of the same kind ends that day.

    What was planned for later days with superiors of this kind falls away.

    Args:
        rebuild: False while many units are placed; call ``rebuild_closure`` afterwards.

    Raises:
        Refused: the parent stands below the child on that day or later, which would close a circle.
    """
    if kind not in RELATION_KINDS:
        raise ValueError(kind)
    first_day = on or clock.today()
    refuse_circle(child, parent, first_day)
    _end_relations(child.id, first_day, kind)
    relation = UnitRelation(parent_id=parent.id, child_id=child.id, kind=kind, valid_from=first_day)
    db.session.add(relation)
    db.session.flush()
    if rebuild:
        rebuild_closure()
    return relation


def refuse_circle(child: Unit, parent: Unit, on: dt.date) -> None:
    """Hold the tree: nobody may come to stand below one of its own.

    Raises:
        Refused: ``circle``.
    """
    circle = select(UnitClosure.depth).where(
        UnitClosure.ancestor_id == child.id,
        UnitClosure.descendant_id == parent.id,
        or_(UnitClosure.valid_to.is_(None), UnitClosure.valid_to > on),
    )
    if child.id == parent.id or db.session.scalar(circle.limit(1)) is not None:
        raise Refused("circle", f"«{parent.name}» đang thuộc «{child.name}» nên không thể làm cấp trên của đơn vị này.")


def _end_relations(child_id: int, on: dt.date, kind: str = "") -> None:
    """End what places a unit, from the day ``on``; what would only begin later falls away. "" means both kinds."""
    kinds = (kind,) if kind else RELATION_KINDS
    running = select(UnitRelation).where(
        UnitRelation.child_id == child_id,
        UnitRelation.kind.in_(kinds),
        or_(UnitRelation.valid_to.is_(None), UnitRelation.valid_to > on),
    )
    for relation in db.session.scalars(running).all():
        if relation.valid_from >= on:
            db.session.delete(relation)
        else:
            relation.valid_to = on
    db.session.flush()


def take_out(unit: Unit, on: dt.date, rebuild: bool = True) -> None:
    """End a unit on the day ``on``: from then on it stands under nobody, and its routes end.

    Raises:
        Refused: ``has-units``: others would still stand below it on that day.
    """
    still = select(UnitRelation.child_id).where(
        UnitRelation.parent_id == unit.id, or_(UnitRelation.valid_to.is_(None), UnitRelation.valid_to > on)
    )
    if db.session.scalar(still.limit(1)) is not None:
        raise Refused(
            "has-units",
            f"Vào ngày đó «{unit.name}» vẫn còn đơn vị trực thuộc. Hãy chuyển các đơn vị ấy về nơi khác trước; "
            "chưa có gì thay đổi.",
        )
    _end_relations(unit.id, on)
    for route in db.session.scalars(select(UnitRoute).where(UnitRoute.unit_id == unit.id, _lasts(UnitRoute, on))):
        route.valid_to = max(on, route.valid_from)
    for name in db.session.scalars(select(UnitName).where(UnitName.unit_id == unit.id, _lasts(UnitName, on))):
        name.valid_to = max(on, name.valid_from)
    if rebuild:
        rebuild_closure()


def _lasts(table: type[UnitRoute] | type[UnitName], on: dt.date) -> ColumnElement[bool]:
    return or_(table.valid_to.is_(None), table.valid_to > on)


def name_from(unit: Unit, name: str, on: dt.date) -> None:
    """Give a unit a name from the day ``on``; a name planned for later falls away.

    ``Unit.name`` is the name of today: it follows on the day, when the change is carried out.
    """
    for known in db.session.scalars(select(UnitName).where(UnitName.unit_id == unit.id, _lasts(UnitName, on))).all():
        if known.valid_from >= on:
            db.session.delete(known)
        else:
            known.valid_to = on
    db.session.add(UnitName(unit_id=unit.id, name=nfc(name), valid_from=on))
    db.session.flush()


def succeed(predecessor: Unit, successor: Unit, on: dt.date, kind: str) -> None:
    """Note that ``successor`` carries on the work of ``predecessor`` from the day ``on``."""
    if kind not in SUCCESSIONS:
        raise ValueError(kind)
    db.session.add(UnitSuccession(predecessor_id=predecessor.id, successor_id=successor.id, on=on, kind=kind))


def set_route(unit: Unit, purpose: str, target: Unit, on: dt.date | None = None) -> UnitRoute:
    """Send what ``purpose`` names from ``unit`` to ``target`` from the day ``on``; the earlier route ends."""
    if purpose not in ROUTE_PURPOSES:
        raise ValueError(purpose)
    first_day = on or clock.today()
    running = select(UnitRoute).where(
        UnitRoute.unit_id == unit.id, UnitRoute.purpose == purpose, UnitRoute.valid_to.is_(None)
    )
    for route in db.session.scalars(running):
        route.valid_to = first_day
    route = UnitRoute(unit_id=unit.id, purpose=purpose, target_id=target.id, valid_from=first_day)
    db.session.add(route)
    return route


def hold_tree() -> None:
    """Let nobody else write the tree until the transaction ends: the closure is made from all relations at once."""
    lock = select(UnitType.code).order_by(UnitType.code).limit(1)
    db.session.execute(lock.with_for_update(key_share=True))


def rebuild_closure() -> None:
    """Write the closure anew from the relations: one row per ancestor, descendant and stretch of days.

    Intervals of a chain are cut to the days on which every link of it held.
    """
    hold_tree()
    relations = db.session.scalars(select(UnitRelation)).all()
    up: dict[int, list[UnitRelation]] = defaultdict(list)
    for relation in relations:
        up[relation.child_id].append(relation)
    rows: dict[tuple[int, int, dt.date], tuple[dt.date | None, int]] = {}
    for start in up:
        pending: list[tuple[int, dt.date, dt.date | None, int]] = [(start, dt.date.min, None, 0)]
        while pending:
            unit_id, first, last, depth = pending.pop()
            for relation in up.get(unit_id, ()):
                begin = max(first, relation.valid_from)
                ends = [day for day in (last, relation.valid_to) if day is not None]
                end = min(ends) if ends else None
                if end is not None and end <= begin:
                    continue
                key = (relation.parent_id, start, begin)
                known = rows.get(key)
                if known is None or _later(end, known[0]):
                    rows[key] = (end, depth + 1)
                    pending.append((relation.parent_id, begin, end, depth + 1))
    db.session.execute(delete(UnitClosure).where(UnitClosure.depth > 0))
    db.session.add_all(
        UnitClosure(ancestor_id=ancestor, descendant_id=below, valid_from=begin, valid_to=end, depth=depth)
        for (ancestor, below, begin), (end, depth) in rows.items()
    )
    db.session.flush()


def _later(end: dt.date | None, than: dt.date | None) -> bool:
    return than is not None and (end is None or end > than)
