"""Taking back one change of an amendment that was not issued yet."""

from __future__ import annotations

from collections.abc import Collection

from flask_babel import gettext as _
from sqlalchemy import select

from tenants import audit
from tenants.db import db
from tenants.errors import Refused
from tenants.plans.models import DraftNode, Plan, PlanNode
from tenants.plans.nodes import words_of
from tenants.plans.service_amend import restore_withdrawn
from tenants.plans.service_drafts import load, open_draft, saved
from tenants.plans.service_layer import note_local_change
from tenants.plans.service_nodes import remove_node

_TEXT = (
    "kind", "title", "body", "owners", "audience", "levels", "channels", "due_from", "due_to", "quota", "policies",
    "mandatory",
)  # fmt: skip


def undo_change(plan_id: int, node_id: str, actor_id: int | None) -> None:
    """Make one own node again what it is in the version in force: new ones go and what they replaced comes back,
    withdrawn ones come back, changed and moved ones are as they were issued.

    Raises:
        NotFound: neither the draft nor the version in force has such an own node.
        Refused: ``inherited``: the node is a superior's; or ``has-children``: others were put below a new node.
    """
    plan = open_draft(plan_id)
    issued = _issued(plan, node_id)
    row = db.session.scalar(select(DraftNode).where(DraftNode.plan_id == plan.id, DraftNode.node_id == node_id))
    if row is None:
        if issued is not None and issued.origin_unit_id != plan.unit_id:
            raise Refused(
                "inherited",
                _("Mục này của cấp trên nên hãy mở mục và dùng «Lấy lại của cấp trên». Chưa có gì thay đổi."),
            )
        restore_withdrawn(plan_id, node_id, actor_id)
    elif issued is None:
        _remove_new(plan, row, actor_id)
    else:
        _put_back(plan, row, issued, actor_id)


def _issued(plan: Plan, node_id: str) -> PlanNode | None:
    return db.session.scalar(
        select(PlanNode).where(
            PlanNode.unit_id == plan.unit_id,
            PlanNode.plan_id == plan.id,
            PlanNode.node_id == node_id,
            PlanNode.to_version.is_(None),
        )
    )


def _remove_new(plan: Plan, row: DraftNode, actor_id: int | None) -> None:
    below = select(DraftNode.id).where(DraftNode.plan_id == plan.id, DraftNode.parent_node_id == row.node_id).limit(1)
    if db.session.scalar(below) is not None:
        raise Refused(
            "has-children",
            _("Dưới mục mới này còn mục khác. Hãy hoàn tác hoặc chuyển các mục đó ra trước; chưa có gì thay đổi."),
        )
    replaced = list(row.replaces)
    remove_node(plan.id, row.node_id, actor_id)
    _give_back(plan, replaced, actor_id)


def _give_back(plan: Plan, replaced: Collection[str], actor_id: int | None) -> None:
    """Let nodes come back whose place a split or a merger had taken, once nothing stands in their place."""
    rows = db.session.execute(select(DraftNode.node_id, DraftNode.replaces).where(DraftNode.plan_id == plan.id))
    taken = {mark for node_id, replaces in rows for mark in (node_id, *replaces)}
    for node_id in replaced:
        if node_id not in taken and _issued(plan, node_id) is not None:
            restore_withdrawn(plan.id, node_id, actor_id)


def _put_back(plan: Plan, row: DraftNode, issued: PlanNode, actor_id: int | None) -> None:
    before = words_of(load(plan).by_id[row.node_id].node)
    for name in _TEXT:
        setattr(row, name, getattr(issued, name))
    known = load(plan).by_id
    if not issued.parent_node_id or issued.parent_node_id in known:
        row.parent_node_id, row.position, row.label = issued.parent_node_id, issued.position, issued.label
    saved(plan)
    note_local_change(plan)
    audit.record("plan.change-undone", "plan", plan.id, actor_id, node_id=row.node_id, before=before)
