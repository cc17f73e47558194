"""Keeping what a unit inherited when a superior leaves it, so that what it issued stays whole.

The scope is never widened: while the superior may still be read, the composed text of the versions the unit built on is
written into the unit's own rows (``KeptBase``), and the reader of plans falls back on them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import asdict
from typing import Any

from sqlalchemy import or_, select, tuple_

from tenants import clock, scope
from tenants.db import db
from tenants.plans.kept_models import KeptBase
from tenants.plans.nodes import Node
from tenants.plans.statements import Key

_DAYS = ("due_from", "due_to")
_LISTS = ("owners", "audience", "levels", "channels")


def node_json(node: Node) -> dict[str, Any]:
    """Return a node as JSON-able values."""
    values = asdict(node)
    for name in _DAYS:
        values[name] = values[name].isoformat() if values[name] else None
    return values


def node_from(values: dict[str, Any]) -> Node:
    """Return the node of ``node_json``."""
    known = dict(values)
    for name in _DAYS:
        known[name] = dt.date.fromisoformat(known[name]) if known[name] else None
    for name in _LISTS:
        known[name] = tuple(known[name])
    return Node(**known)


def kept(keys: Collection[Key]) -> dict[Key, KeptBase]:
    """Return what was kept of some versions by any unit that may be read from here. One query, none without keys.

    A version is the same whoever kept it: what is issued never changes.
    """
    if not keys:
        return {}
    named = tuple_(KeptBase.base_unit_id, KeptBase.base_plan_id, KeptBase.version)
    rows = db.session.scalars(select(KeptBase).where(named.in_(sorted(keys))).order_by(KeptBase.id))
    return {Key(row.base_unit_id, row.base_plan_id, row.version): row for row in rows}


def keep(
    key: Key, unit_name: str, subject: str, levels: list[str], chain: list[list[int]], nodes: Iterable[Node]
) -> None:
    """Write the text of a version into the present unit."""
    db.session.add(
        KeptBase(
            base_unit_id=key.unit_id,
            base_plan_id=key.plan_id,
            version=key.version,
            unit_name=unit_name,
            subject=subject,
            levels=levels,
            chain=chain,
            nodes=[node_json(node) for node in nodes],
            kept_at=clock.now(),
        )
    )


def own_keys() -> set[Key]:
    """Return the versions of which the present unit keeps the text."""
    rows = select(KeptBase.base_unit_id, KeptBase.base_plan_id, KeptBase.version)
    return {Key(*row) for row in db.session.execute(rows.where(KeptBase.unit_id == scope.current().unit_id))}


def end(gone: Collection[int], on: dt.date, successor: str) -> int:
    """Close what the present unit builds on plans of superiors that left it; return how many versions.

    Args:
        gone: ids of the superiors.
        successor: the superior from now on; "" for nobody.
    """
    rows = db.session.scalars(
        select(KeptBase).where(
            KeptBase.unit_id == scope.current().unit_id,
            KeptBase.base_unit_id.in_(gone),
            or_(KeptBase.ended_on.is_(None), KeptBase.ended_on != on),
        )
    ).all()
    for row in rows:
        row.ended_on, row.successor = on, successor
    return len(rows)
