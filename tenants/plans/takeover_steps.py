"""Writing a layer back, and doing so as steps that can be taken back.

A picture of a layer is its rows by key; a change set keeps of the picture before and after a step what differs. Going
back is only done while everything still is as the step left it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import delete, select, update

from tenants import clock, scope
from tenants.db import db
from tenants.errors import NotFound
from tenants.plans.models import Adoption, DraftNode, NodeOmission, NodeOverride, Plan
from tenants.plans.nodes import Layer, Omission, Override
from tenants.plans.statements import NODE_FIELDS
from tenants.plans.takeover_models import PlanArchive, PlanChangeSet, PlanDecision

Picture = dict[str, dict[str, Any]]
"""Part of a layer -> key -> row as JSON, or None for no row."""

_OVERRIDE = ("node_id", "field", "value", "base_value", "base_version", "reason", "by_id", "at")
_OMISSION = ("node_id", "base_version", "reason", "by_id", "at")
_DECISION = ("state", "node_id", "upstream_value", "local_value", "chosen_value", "version")
_NODE = (*NODE_FIELDS, "replaces", "source_lines")


def lock_plan(plan_id: int) -> Plan:
    """Return a plan of the present unit, held until the transaction ends, whatever its state.

    Raises:
        NotFound: the unit has no such plan.
    """
    key = (scope.current().unit_id, plan_id)
    plan = db.session.get(Plan, key, with_for_update=True, populate_existing=True)
    if plan is None:
        raise NotFound(f"Plan {plan_id}")
    return plan


def write_layer(plan: Plan, old: Layer, new: Layer) -> None:
    """Write the difference of two states of a layer; of own nodes only where they stand."""
    _write_overrides(plan, _flat(old), _flat(new))
    for ident in old.omissions.keys() - new.omissions.keys():
        db.session.execute(delete(NodeOmission).where(NodeOmission.plan_id == plan.id, NodeOmission.node_id == ident))
    for ident, omission in new.omissions.items():
        if ident not in old.omissions:
            db.session.add(_omission_row(plan, omission))
    parents = {node.node_id: node.parent for node in old.own}
    for node in new.own:
        if parents.get(node.node_id, node.parent) != node.parent:
            db.session.execute(
                update(DraftNode)
                .where(DraftNode.plan_id == plan.id, DraftNode.node_id == node.node_id)
                .values(parent_node_id=node.parent)
            )
    db.session.flush()


def _flat(layer: Layer) -> dict[tuple[str, str], Override]:
    return {(ident, name): one for ident, fields in layer.overrides.items() for name, one in fields.items()}


def _write_overrides(
    plan: Plan, old: Mapping[tuple[str, str], Override], new: Mapping[tuple[str, str], Override]
) -> None:
    if old == new:
        return
    rows = {
        (row.node_id, row.field): row
        for row in db.session.scalars(select(NodeOverride).where(NodeOverride.plan_id == plan.id))
    }
    for key in old.keys() - new.keys():
        if key in rows:
            db.session.delete(rows.pop(key))
    db.session.flush()
    for key, override in new.items():
        if old.get(key) == override:
            continue
        row = rows.get(key)
        if row is None:
            row = NodeOverride(plan_id=plan.id, node_id=override.node_id, field=override.field, at=clock.now())
            db.session.add(row)
        row.value, row.base_value, row.base_version = override.value, override.base_value, override.base_version
        row.reason, row.by_id, row.at = override.reason, override.by_id, override.at or clock.now()
    db.session.flush()


def _omission_row(plan: Plan, omission: Omission) -> NodeOmission:
    return NodeOmission(
        plan_id=plan.id,
        node_id=omission.node_id,
        base_version=omission.base_version,
        reason=omission.reason,
        by_id=omission.by_id,
        at=omission.at or clock.now(),
    )


def archive(
    plan: Plan, node_id: str, field: str, title: str, value: Any, why: str, version: int, actor_id: int | None
) -> None:
    """Keep an own value that is being put aside. ``why``: see ``PlanArchive``."""
    db.session.add(
        PlanArchive(
            plan_id=plan.id, node_id=node_id, field=field, title=title, value=value, why=why, version=version,
            by_id=actor_id, at=clock.now(),
        )
    )  # fmt: skip


@contextmanager
def step(plan: Plan, kind: str, version: int, actor_id: int | None) -> Iterator[PlanChangeSet]:
    """Note what the block changes in the plan's layer, as one step that can be taken back.

    Args:
        kind, version: see ``PlanChangeSet``.
    """
    before = picture(plan)
    change = PlanChangeSet(
        plan_id=plan.id, kind=kind, version=version, before={}, after={}, by_id=actor_id, at=clock.now()
    )
    db.session.add(change)
    db.session.flush()
    yield change
    change.before, change.after = _differences(before, picture(plan))
    db.session.flush()


def picture(plan: Plan) -> Picture:
    """Return the plan's layer, the versions under it, and its decisions, as they stand in this transaction."""
    db.session.flush()
    overrides = db.session.scalars(select(NodeOverride).where(NodeOverride.plan_id == plan.id))
    omissions = db.session.scalars(select(NodeOmission).where(NodeOmission.plan_id == plan.id))
    nodes = db.session.scalars(select(DraftNode).where(DraftNode.plan_id == plan.id))
    adoptions = db.session.scalars(
        select(Adoption).where(Adoption.plan_id == plan.id, Adoption.unit_id == plan.unit_id)
    )
    decisions = db.session.scalars(select(PlanDecision).where(PlanDecision.plan_id == plan.id))
    return {
        "overrides": {f"{row.node_id}|{row.field}": _json(row, _OVERRIDE) for row in overrides},
        "omissions": {row.node_id: _json(row, _OMISSION) for row in omissions},
        "nodes": {row.node_id: _json(row, _NODE) for row in nodes},
        "bases": {str(row.id): row.base_version for row in adoptions},
        "decisions": {str(row.id): _json(row, _DECISION) for row in decisions},
    }


def override_picture(override: Override) -> dict[str, Any]:
    """Return an own value as it stands in a picture."""
    return _json(override, _OVERRIDE)


def _json(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in names}
    return {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in values.items()}


def _differences(before: Picture, after: Picture) -> tuple[Picture, Picture]:
    was: Picture = {}
    now: Picture = {}
    for part, rows in before.items():
        for key in rows.keys() | after[part].keys():
            if rows.get(key) != after[part].get(key):
                was.setdefault(part, {})[key] = rows.get(key)
                now.setdefault(part, {})[key] = after[part].get(key)
    return was, now


def is_untouched(change: PlanChangeSet, present: Picture) -> bool:
    """Return whether everything a step touched still is as it left it."""
    return all(present[part].get(key) == value for part, rows in change.after.items() for key, value in rows.items())


def put_back(plan: Plan, change: PlanChangeSet, actor_id: int | None) -> None:
    """Make everything a step touched as it was before; own values that fall away are archived."""
    for key, row in change.before.get("overrides", {}).items():
        _put_override(plan, key, row, change, actor_id)
    for key, row in change.before.get("omissions", {}).items():
        db.session.execute(delete(NodeOmission).where(NodeOmission.plan_id == plan.id, NodeOmission.node_id == key))
        if row is not None:
            db.session.add(NodeOmission(plan_id=plan.id, **_moments(row, "at")))
    for key, row in change.before.get("nodes", {}).items():
        _put_node(plan, key, row, change, actor_id)
    for key, version in change.before.get("bases", {}).items():
        scope.get_own(Adoption, int(key)).base_version = version
    for key, row in change.before.get("decisions", {}).items():
        decision = scope.get_own(PlanDecision, int(key))
        if row is None:
            decision.state = "undone"
            continue
        for name, value in row.items():
            setattr(decision, name, value)
        decision.change_set_id = None
    db.session.flush()


def _moments(row: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {
        name: dt.datetime.fromisoformat(value) if name in names and value is not None else value
        for name, value in row.items()
    }


def _put_override(
    plan: Plan, key: str, row: Mapping[str, Any] | None, change: PlanChangeSet, actor_id: int | None
) -> None:
    node_id, _bar, field = key.rpartition("|")
    present = db.session.scalar(
        select(NodeOverride).where(
            NodeOverride.plan_id == plan.id, NodeOverride.node_id == node_id, NodeOverride.field == field
        )
    )
    if present is not None and (row is None or row["value"] != present.value):
        archive(plan, node_id, field, "", present.value, "undone", change.version, actor_id)
    if row is None:
        if present is not None:
            db.session.delete(present)
    elif present is None:
        db.session.add(NodeOverride(plan_id=plan.id, **_moments(row, "at")))
    else:
        for name, value in _moments(row, "at").items():
            setattr(present, name, value)
    db.session.flush()


def _put_node(plan: Plan, key: str, row: Mapping[str, Any] | None, change: PlanChangeSet, actor_id: int | None) -> None:
    present = db.session.scalar(select(DraftNode).where(DraftNode.plan_id == plan.id, DraftNode.node_id == key))
    if row is None:
        if present is not None:
            words = {"title": present.title, "body": present.body}
            archive(plan, key, "node", present.title or present.body, words, "undone", change.version, actor_id)
            db.session.delete(present)
        return
    values = dict(row)
    for name in ("due_from", "due_to"):
        values[name] = dt.date.fromisoformat(values[name]) if values[name] else None
    if present is None:
        db.session.add(DraftNode(plan_id=plan.id, **values))
    else:
        for name, value in values.items():
            setattr(present, name, value)
