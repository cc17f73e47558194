"""Amending: what only matters once a plan was issued, because units below build on its nodes.

Editing, adding, moving and withdrawing nodes are the ordinary services of a draft (``service_nodes``): a node taken
out of the draft of an issued plan is withdrawn with the next version. Splitting and merging name what the new nodes
replace, so that the words units below have put on the old ones follow.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import select, update

from tenants import audit, scope
from tenants.db import db
from tenants.errors import NotFound, Refused
from tenants.plans.comparing import compare
from tenants.plans.loading import Issued, Key, load_issued, load_one
from tenants.plans.models import DraftNode, Plan, PlanNode
from tenants.plans.nodes import Node, words_of
from tenants.plans.service_drafts import load, open_draft, saved
from tenants.plans.service_layer import note_local_change
from tenants.plans.service_nodes import own_row, put_node
from tenants.plans.takeover_values import NodeChange
from tenants.plans.tree import get
from tenants.plans.values import NodeValues


def split_node(plan_id: int, node_id: str, parts: Sequence[NodeValues], actor_id: int | None) -> list[DraftNode]:
    """Put several nodes in the place of one own node. What stands below it goes to the first.

    Args:
        parts: two or more, in reading order.

    Returns:
        the new nodes.

    Raises:
        NotFound: it is not an own node of this plan.
        Refused: fewer than two parts, or a part that cannot stand so.
    """
    if len(parts) < 2:
        raise Refused("split", _("Hãy nhập ít nhất hai mục mới để tách. Mục cũ được giữ nguyên."))
    plan = open_draft(plan_id)
    old = own_row(plan, node_id)
    words = words_of(load(plan).by_id[node_id].node)
    made: list[DraftNode] = []
    for values in parts:
        after = made[-1].node_id if made else node_id
        made.append(put_node(plan, old.parent_node_id, values, actor_id, after))
        made[-1].label, made[-1].replaces = old.label, [node_id]
        db.session.flush()
    _take_out(plan, [old], made[0].node_id)
    _done(plan, "plan.node-split", node_id, actor_id, before=words, into=[row.node_id for row in made])
    return made


def merge_nodes(plan_id: int, node_ids: Sequence[str], values: NodeValues, actor_id: int | None) -> DraftNode:
    """Put one node in the place of several own nodes, where the first of them stands. What stands below them goes to
    it.

    Raises:
        NotFound: one of them is not an own node of this plan.
        Refused: fewer than two, or one stands below another.
    """
    if len(set(node_ids)) < 2:
        raise Refused("merge", _("Hãy chọn ít nhất hai mục để gộp. Các mục được giữ nguyên."))
    plan = open_draft(plan_id)
    rows = [own_row(plan, node_id) for node_id in dict.fromkeys(node_ids)]
    tree = load(plan).tree
    for row in rows:
        inner = {node.node_id for node in get(tree, row.node_id).walk()} - {row.node_id}
        if inner & set(node_ids):
            raise Refused("merge", _("Không gộp được một mục với mục nằm bên trong nó. Các mục được giữ nguyên."))
    made = put_node(plan, rows[0].parent_node_id, values, actor_id, rows[0].node_id)
    made.label, made.replaces = rows[0].label, [row.node_id for row in rows]
    db.session.flush()
    before = [{"node_id": row.node_id, **words_of(get(tree, row.node_id).node)} for row in rows]
    _take_out(plan, rows, made.node_id)
    _done(plan, "plan.nodes-merged", made.node_id, actor_id, nodes=before)
    return made


def _take_out(plan: Plan, rows: Sequence[DraftNode], heir: str) -> None:
    """Delete own nodes whose place was taken; their children and the marks of what they replaced go on.

    A node that was never issued leaves no trace below: what it replaced itself is then replaced by its heirs.
    """
    ids = [row.node_id for row in rows]
    issued = set(
        db.session.scalars(
            select(PlanNode.node_id).where(
                PlanNode.unit_id == plan.unit_id, PlanNode.plan_id == plan.id, PlanNode.node_id.in_(ids)
            )
        )
    )
    inherited_marks = {row.node_id: list(row.replaces) for row in rows if row.node_id not in issued}
    db.session.execute(
        update(DraftNode)
        .where(DraftNode.plan_id == plan.id, DraftNode.parent_node_id.in_(ids))
        .values(parent_node_id=heir)
    )
    for row in db.session.scalars(select(DraftNode).where(DraftNode.plan_id == plan.id)):
        if row.node_id not in ids and set(row.replaces) & inherited_marks.keys():
            marks = [mark for old in row.replaces for mark in inherited_marks.get(old, [old])]
            row.replaces = list(dict.fromkeys(marks))
    for row in rows:
        db.session.delete(row)
    db.session.flush()


def _done(plan: Plan, action: str, node_id: str, actor_id: int | None, **facts: object) -> None:
    saved(plan)
    note_local_change(plan)
    audit.record(action, "plan", plan.id, actor_id, node_id=node_id, **facts)


def restore_withdrawn(plan_id: int, node_id: str, actor_id: int | None) -> DraftNode:
    """Put an issued own node that was taken out of the draft back, as it was issued and with its own id.

    Raises:
        NotFound: the version in force has no such own node, or it is still in the draft.
    """
    plan = open_draft(plan_id)
    row = db.session.scalar(
        select(PlanNode).where(
            PlanNode.unit_id == plan.unit_id,
            PlanNode.plan_id == plan.id,
            PlanNode.node_id == node_id,
            PlanNode.to_version.is_(None),
            PlanNode.origin_unit_id == plan.unit_id,
        )
    )
    present = db.session.scalar(select(DraftNode.id).where(DraftNode.plan_id == plan.id, DraftNode.node_id == node_id))
    if row is None or present is not None:
        raise NotFound(f"withdrawn node {node_id}")
    known = load(plan).by_id
    columns = (
        "position", "label", "kind", "title", "body", "owners", "audience", "levels", "channels", "due_from", "due_to",
        "quota", "policies", "mandatory", "replaces",
    )  # fmt: skip
    parent = row.parent_node_id if row.parent_node_id in known else ""
    back = DraftNode(
        plan_id=plan.id, node_id=node_id, parent_node_id=parent, **{name: getattr(row, name) for name in columns}
    )
    db.session.add(back)
    _done(plan, "plan.node-restored", node_id, actor_id, title=row.title)
    return back


def changes_since_issue(plan_id: int) -> tuple[NodeChange, ...]:
    """Return what the next version would change against the one in force; everything is new in a plan never issued.

    For an office this is its amendment; for a unit with a superior also what it took over and has not issued yet.

    Raises:
        NotFound: the unit has no such plan.
    """
    working = load_one(plan_id)
    issued = _in_force(working.plan)
    old = [item.node for item in issued.items if item.is_present] if issued is not None else []
    new = [item.node for item in working.items if item.is_present]
    return compare(old, new, _draft_successors(plan_id, old))


def _in_force(plan: Plan) -> Issued | None:
    key = Key(scope.current().unit_id, plan.id, plan.current_version)
    return load_issued([key]).get(key)


def _draft_successors(plan_id: int, old: Sequence[Node]) -> dict[str, tuple[str, ...]]:
    issued = {node.node_id for node in old}
    found: dict[str, tuple[str, ...]] = {}
    rows = select(DraftNode.node_id, DraftNode.replaces).where(DraftNode.plan_id == plan_id)
    for node_id, replaces in db.session.execute(rows.order_by(DraftNode.position, DraftNode.node_id)):
        if node_id not in issued:
            for mark in replaces:
                found[mark] = (*found.get(mark, ()), node_id)
    return found


def withdrawn(plan_id: int) -> tuple[NodeChange, ...]:
    """Return the nodes of the version in force that the draft no longer has, and what replaces them."""
    return tuple(change for change in changes_since_issue(plan_id) if change.kind == "withdrawn")
