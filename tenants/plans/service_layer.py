"""Localizing: what a unit changes on an inherited plan. Every lock of the superior is held here, whoever asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, select

from tenants import audit, clock
from tenants.db import db
from tenants.errors import NotFound, Refused
from tenants.plans.citing import cite_newest
from tenants.plans.layer import EffectiveNode, refuse_locked, refuse_out_of_bounds, tally
from tenants.plans.loading import Working
from tenants.plans.merge import comparable
from tenants.plans.models import Adoption, NodeOmission, NodeOverride, Plan
from tenants.plans.nodes import FIELDS, GOVERNING, Node, field_value
from tenants.plans.service_drafts import load, open_draft, saved
from tenants.plans.takeover_facts import settle_facts
from tenants.plans.takeover_settle import count_unanswered, settle_layer, settle_questions
from tenants.plans.tree import get
from tenants.plans.values import NodeValues, check_field, paragraph, refuse_stale, token


def adapt(
    plan_id: int,
    node_id: str,
    values: Mapping[str, Any],
    actor_id: int | None,
    reason: str = "",
    seen: str | None = None,
) -> frozenset[str]:
    """Put fields of an inherited node into the unit's own words. All of ``values`` or none.

    A value equal to the superior's takes the unit's own back. The superior's value and version are kept with each
    change, so that a later version can be compared with what was really read.

    Args:
        values: field -> value in its stored form (``layer.field_value``).
        reason: why, for the superior.
        seen: ``token(NodeValues.of(node))`` when the form was opened; None skips the comparison.

    Returns:
        the names of the fields that are now the unit's own.

    Raises:
        NotFound: the plan inherits no such node.
        Refused: ``field-locked``, out of floor and ceiling, ``node-omitted``, or a value that cannot stand so.
        Conflict: somebody saved this node meanwhile.
    """
    plan = open_draft(plan_id)
    working = load(plan)
    item, base, base_version = inherited(working, node_id)
    refuse_stale(seen, token(NodeValues.of(item.node)))
    if not item.is_present:
        raise Refused("node-omitted", _("Mục này đang được bỏ ra khỏi kế hoạch. Hãy khôi phục mục trước khi sửa."))
    checked: dict[str, Any] = {}
    for name, value in values.items():
        if name not in FIELDS + GOVERNING:
            raise Refused("unknown-field", _("Mục của kế hoạch không có phần này để điều chỉnh."), {"field": name})
        checked[name] = checked_value(base, name, value)
        if checked[name] != field_value(base, name):
            refuse_locked(base, name)
            if name == "quota":
                refuse_out_of_bounds(base, checked[name])
    if would_be_empty(item, checked):
        raise Refused("no-text", _("Mục cần có tiêu đề hoặc nội dung. Chưa có gì được lưu; hãy nhập rồi lưu lại."))
    before = {name: field_value(item.node, name) for name in checked}
    for name, value in checked.items():
        _override(plan, base, base_version, name, value, paragraph(reason), actor_id)
    saved(plan)
    note_local_change(plan)
    changed = {name: before[name] for name in checked if before[name] != checked[name]}
    why = {"reason": paragraph(reason)} if paragraph(reason) else {}
    audit.record(
        "plan.localize", "plan", plan.id, actor_id, node_id=node_id, title=item.node.title, before=changed, **why
    )
    return load(plan).by_id[node_id].adapted


def would_be_empty(item: EffectiveNode, values: Mapping[str, Any]) -> bool:
    """Return whether a node would have neither title nor body with these values."""
    return not (values.get("title", item.node.title) or values.get("body", item.node.body))


def checked_value(base: Node, name: str, value: Any) -> Any:
    """Return a value typed for a field of an inherited node, tidied, with the superior's bounds.

    Raises:
        Refused: the value cannot stand in this field.
    """
    bounds = {key: base.quota[key] for key in ("floor", "ceiling") if base.quota and base.quota.get(key) is not None}
    if name != "quota" or not bounds or value is None:
        return check_field(name, value)
    # The bounds are the superior's: a unit below sends a count, and what else it sends of them means nothing.
    return {**check_field(name, {key: part for key, part in value.items() if key not in bounds}), **bounds}


def inherited(working: Working, node_id: str) -> tuple[EffectiveNode, Node, int]:
    """Return an inherited node, as the superior gave it, and the superior's version it was read in."""
    item = working.by_id.get(node_id)
    if item is None or item.base is None or item.base_index is None:
        raise NotFound(f"inherited node {node_id}")
    return item, item.base, working.bases[item.base_index].key.version


def _override(
    plan: Plan, base: Node, base_version: int, name: str, value: Any, reason: str, actor_id: int | None
) -> None:
    row = db.session.scalar(
        select(NodeOverride).where(
            NodeOverride.plan_id == plan.id, NodeOverride.node_id == base.node_id, NodeOverride.field == name
        )
    )
    base_value = field_value(base, name)
    if value == base_value:
        if row is not None:
            db.session.delete(row)
        return
    waits = row is not None and comparable(name, row.base_value) != comparable(name, base_value)
    if row is None:
        row = NodeOverride(plan_id=plan.id, node_id=base.node_id, field=name, reason="")
        db.session.add(row)
    elif row.value == value and reason in ("", row.reason):
        return
    row.value = value
    if not waits:
        # Otherwise the superior's new text was not answered yet: the question stays, with what the unit had read.
        row.base_value, row.base_version = base_value, base_version
    row.reason, row.by_id, row.at = reason or row.reason, actor_id, clock.now()


def reset(plan_id: int, node_id: str, actor_id: int | None, field: str | None = None) -> None:
    """Take the superior's text back, for one field or (``field`` None) for the whole node; the audit keeps the own
    words.

    Raises:
        NotFound: the plan inherits no such node.
    """
    plan = open_draft(plan_id)
    item, _base, _version = inherited(load(plan), node_id)
    chosen = item.adapted if field is None else item.adapted & {field}
    dropped = {name: item.overrides[name].value for name in sorted(chosen)}
    db.session.execute(
        delete(NodeOverride).where(
            NodeOverride.plan_id == plan.id, NodeOverride.node_id == node_id, NodeOverride.field.in_(chosen)
        )
    )
    saved(plan)
    note_local_change(plan)
    audit.record("plan.reset", "plan", plan.id, actor_id, node_id=node_id, title=item.node.title, dropped=dropped)


def omit(plan_id: int, node_id: str, reason: str, actor_id: int | None) -> None:
    """Leave an optional inherited node out, with all that is inherited below it.

    Raises:
        NotFound: the plan inherits no such node.
        Refused: ``mandatory`` (itself or a node below), ``no-reason``, or own nodes stand below it.
    """
    plan = open_draft(plan_id)
    working = load(plan)
    item, _base, base_version = inherited(working, node_id)
    words = " ".join(reason.split())
    if not words:
        raise Refused("no-reason", _("Hãy ghi lý do không áp dụng mục này; cấp trên sẽ xem được lý do."))
    for below in get(working.tree, node_id).walk():
        if below.node.mandatory:
            raise Refused(
                "mandatory",
                _(
                    "Mục «%(title)s» là bắt buộc nên không bỏ được. Nội dung vẫn giữ nguyên trong kế hoạch.",
                    title=below.node.text,
                ),
                {"node_id": below.node_id},
            )
        if below.item.base is None:
            raise Refused(
                "own-below",
                _("Bên dưới mục này có mục riêng của đơn vị. Hãy chuyển hoặc xóa mục riêng trước khi bỏ mục kế thừa."),
                {"node_id": below.node_id},
            )
    if item.omission is None:
        row = NodeOmission(plan_id=plan.id, node_id=node_id, base_version=base_version, reason="")
        db.session.add(row)
    else:
        row = _omission(plan, node_id)
    row.reason, row.by_id, row.at = words, actor_id, clock.now()
    saved(plan)
    note_local_change(plan)
    audit.record("plan.omitted", "plan", plan.id, actor_id, node_id=node_id, title=item.node.title, reason=words)


def _omission(plan: Plan, node_id: str) -> NodeOmission:
    row = db.session.scalar(
        select(NodeOmission).where(NodeOmission.plan_id == plan.id, NodeOmission.node_id == node_id)
    )
    if row is None:
        raise NotFound(f"omission of {node_id}")
    return row


def restore(plan_id: int, node_id: str, actor_id: int | None) -> None:
    """Take an omitted node back, with the unit's own words in it as they were.

    Raises:
        NotFound: the node is not omitted.
    """
    plan = open_draft(plan_id)
    row = _omission(plan, node_id)
    reason = row.reason
    db.session.delete(row)
    saved(plan)
    note_local_change(plan)
    audit.record("plan.restored", "plan", plan.id, actor_id, node_id=node_id, reason=reason)


def mark_studied(plan_id: int, actor_id: int | None) -> bool:
    """Note that the unit's leader has studied the superior's plan ("đã nghiên cứu").

    Returns:
        False when it had been noted before.

    Raises:
        NotFound: the plan has no superior's plan under it.
    """
    adoptions = db.session.scalars(select(Adoption).where(Adoption.plan_id == plan_id)).all()
    if not adoptions:
        raise NotFound(f"adoption of plan {plan_id}")
    fresh = [adoption for adoption in adoptions if adoption.opened_at is None]
    for adoption in fresh:
        adoption.opened_at = clock.now()
    if fresh:
        audit.record("plan.open", "plan", plan_id, actor_id)
    return bool(fresh)


def note_local_change(plan: Plan, *, by_person: bool = True) -> None:
    """Bring everything that follows from the layer up to date after a change: questions, the adoption's counts, and
    the facts the office sees instead of the text.

    Args:
        by_person: False after a take-over: it is nobody's work on the plan.
    """
    working = load(plan)
    if not working.bases:
        return
    if settle_layer(plan, working):
        working = load(plan)
    settle_questions(plan, working, "taken" if by_person else "cleared")
    settle_facts(plan, working)
    count_unanswered(plan)
    for base, count in zip(working.bases, tally(working.items, len(working.bases)), strict=True):
        adoption = base.adoption
        adoption.adapted, adoption.added, adoption.omitted = count.adapted, count.added, count.omitted
        if by_person:
            adoption.opened_at = adoption.opened_at or clock.now()
        else:
            cite_newest(plan, adoption)
        if adoption.localized_at is None and not working.layer.is_empty:
            adoption.localized_at = clock.now()
