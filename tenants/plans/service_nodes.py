"""A unit's own nodes, and the order among siblings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace

from flask_babel import gettext as _
from sqlalchemy import select, update

from tenants import audit, clock
from tenants.db import db
from tenants.errors import NotFound, Refused
from tenants.plans.loading import Working
from tenants.plans.models import DraftNode, NodeOverride, Plan
from tenants.plans.nodes import POSITION, words_of
from tenants.plans.service_drafts import GAP, draft_node, load, open_draft, saved
from tenants.plans.service_layer import inherited, note_local_change
from tenants.plans.tree import DEEPEST, TreeNode, default_label, find, get, style_of
from tenants.plans.values import NodeValues, check_node, refuse_stale, token

DIRECTIONS = ("up", "down", "indent", "outdent")
STYLES = {"number": "1", "letter": "a", "dash": "-", "plus": "+", "none": ""}
"""Ways to number the nodes below one node, with the label that stands for each."""


def add_node(
    plan_id: int, parent: str, values: NodeValues, actor_id: int | None, after: str | None = None
) -> DraftNode:
    """Add an own node below ``parent`` ("" for a section), at the end or right after the sibling ``after``.

    In a plan with a base this is how a unit adds under what it inherits.

    Raises:
        NotFound: there is no such parent.
        Refused: empty text, or too deep to be numbered.
    """
    plan = open_draft(plan_id)
    node = put_node(plan, parent, values, actor_id, after)
    saved(plan)
    note_local_change(plan)
    audit.record("plan.node-added", "plan", plan.id, actor_id, node_id=node.node_id, title=node.title)
    return node


def put_node(plan: Plan, parent: str, values: NodeValues, actor_id: int | None, after: str | None = None) -> DraftNode:
    """Write a new own node where ``add_node`` says; for services that hold the plan already.

    Raises:
        NotFound: there is no such parent.
        Refused: empty text, or too deep to be numbered.
    """
    checked = check_node(values)
    working = load(plan)
    siblings, depth = _children(working, parent)
    if depth >= DEEPEST:
        raise Refused("too-deep", _("Kế hoạch chỉ đánh số đến năm cấp. Hãy thêm mục này ở cấp trên."))
    label = "" if checked.kind == "closing" else _label_among(siblings, depth)
    node = draft_node(plan, parent, 0, label, **_columns(checked))
    order = [sibling.node_id for sibling in siblings]
    place = order.index(after) + 1 if after in order else len(order)
    if after is None and checked.kind != "closing":
        place = _before_closing(siblings)
    _put(plan, working, siblings, node, place, actor_id)
    return node


def _columns(values: NodeValues) -> dict[str, object]:
    return {
        "kind": values.kind,
        "title": values.title,
        "body": values.body,
        "owners": list(values.owners),
        "audience": list(values.audience),
        "levels": list(values.levels),
        "channels": list(values.channels),
        "due_from": values.due_from,
        "due_to": values.due_to,
        "quota": dict(values.quota) if values.quota is not None else None,
        "policies": dict(values.policies),
        "mandatory": values.mandatory,
    }


def _children(working: Working, parent: str) -> tuple[tuple[TreeNode, ...], int]:
    """Return what stands below ``parent`` and how deep it stands."""
    if not parent:
        return working.tree, 0
    above = get(working.tree, parent)
    if not above.item.is_present:
        raise NotFound(f"node {parent}")
    return above.children, above.depth + 1


def _before_closing(siblings: Sequence[TreeNode]) -> int:
    place = len(siblings)
    while place and siblings[place - 1].node.kind == "closing":
        place -= 1
    return place


def _label_among(siblings: Sequence[TreeNode], depth: int) -> str:
    """Return a label in the style of the last numbered sibling, else the level's own."""
    for sibling in reversed(siblings):
        if sibling.node.label:
            return sibling.node.label
    return default_label(depth)


def own_row(plan: Plan, node_id: str) -> DraftNode:
    """Return an own node of the plan.

    Raises:
        NotFound: the unit did not write such a node in this plan.
    """
    row = db.session.scalar(select(DraftNode).where(DraftNode.plan_id == plan.id, DraftNode.node_id == node_id))
    if row is None:
        raise NotFound(f"node {node_id}")
    return row


def edit_node(
    plan_id: int, node_id: str, values: NodeValues, actor_id: int | None, seen: str | None = None
) -> DraftNode:
    """Save an own node.

    Args:
        seen: ``token(NodeValues.of(node))`` when the form was opened; None skips the comparison.

    Raises:
        NotFound: it is not an own node of this plan.
        Refused: empty text or a field that cannot stand so.
        Conflict: somebody saved this node meanwhile.
    """
    plan = open_draft(plan_id)
    row = own_row(plan, node_id)
    node = load(plan).by_id[node_id].node
    refuse_stale(seen, token(NodeValues.of(node)))
    before = words_of(node)
    checked = check_node(values)
    for name, value in _columns(checked).items():
        setattr(row, name, value)
    saved(plan)
    note_local_change(plan)
    now = words_of(replace(node, **{one.name: getattr(checked, one.name) for one in fields(checked)}))
    changed = {name: value for name, value in before.items() if now.get(name) != value}
    audit.record("plan.node-edited", "plan", plan.id, actor_id, node_id=node_id, title=row.title, before=changed)
    return row


def remove_node(plan_id: int, node_id: str, actor_id: int | None) -> int:
    """Take an own node out, with the own nodes below it; the audit keeps their words.

    Returns:
        how many nodes were taken out.

    Raises:
        NotFound: it is not an own node of this plan.
    """
    plan = open_draft(plan_id)
    own_row(plan, node_id)
    branch = list(get(load(plan).tree, node_id).walk())
    words = [{"node_id": node.node_id, **words_of(node.node)} for node in branch]
    title, ids = branch[0].node.title, [node.node_id for node in branch]
    for row in db.session.scalars(select(DraftNode).where(DraftNode.plan_id == plan.id, DraftNode.node_id.in_(ids))):
        db.session.delete(row)
    saved(plan)
    note_local_change(plan)
    audit.record("plan.node-removed", "plan", plan.id, actor_id, node_id=node_id, title=title, nodes=words)
    return len(ids)


def move_node(plan_id: int, node_id: str, direction: str, actor_id: int | None) -> bool:
    """Move a node among its siblings (up, down), under the one before it (indent) or beside its parent (outdent).

    Inherited nodes only change places among their siblings; their order is the unit's own affair and no change of
    their text.

    Returns:
        False when there is nowhere to move: nothing was changed.

    Raises:
        NotFound: the plan has no such node.
        Refused: an inherited node would change its parent, or a node would stand too deep.
    """
    if direction not in DIRECTIONS:
        raise ValueError(direction)
    plan = open_draft(plan_id)
    working = load(plan)
    node = get(working.tree, node_id)
    siblings, _depth = _children(working, node.node.parent if node.node.parent in working.by_id else "")
    place = [sibling.node_id for sibling in siblings].index(node_id)
    if direction in ("up", "down"):
        moved = _shift(plan, working, siblings, place, -1 if direction == "up" else 1, actor_id)
    else:
        if node.item.base is not None:
            raise Refused(
                "inherited-place",
                _("Mục kế thừa giữ nguyên vị trí trong cấu trúc của cấp trên; chỉ đổi được thứ tự lên, xuống."),
            )
        reparent = _indent if direction == "indent" else _outdent
        moved = reparent(plan, working, siblings, place, node, actor_id)
    if moved:
        saved(plan)
        note_local_change(plan)
        audit.record("plan.node-moved", "plan", plan.id, actor_id, node_id=node_id, direction=direction)
    return moved


def _shift(
    plan: Plan, working: Working, siblings: Sequence[TreeNode], place: int, by: int, actor_id: int | None
) -> bool:
    target = place + by
    if not 0 <= target < len(siblings):
        return False
    order = list(siblings)
    order.insert(target, order.pop(place))
    _write_order(plan, working, [node.node_id for node in order], siblings[place].node_id, actor_id)
    return True


def _indent(
    plan: Plan, working: Working, siblings: Sequence[TreeNode], place: int, node: TreeNode, actor_id: int | None
) -> bool:
    above = next((sibling for sibling in reversed(siblings[:place]) if sibling.item.is_present), None)
    if above is None:
        return False
    if max(below.depth for below in node.walk()) + 1 >= DEEPEST:
        raise Refused("too-deep", _("Kế hoạch chỉ đánh số đến năm cấp, nên không thụt mục này sâu thêm được."))
    row = own_row(plan, node.node_id)
    row.parent_node_id = above.node_id
    _put(plan, working, above.children, row, len(above.children), actor_id)
    _relabel(plan, node, above.children, 1)
    return True


def _outdent(
    plan: Plan, working: Working, _siblings: Sequence[TreeNode], _place: int, node: TreeNode, actor_id: int | None
) -> bool:
    above = find(working.tree, node.node.parent)
    if above is None:
        return False
    beside, _depth = _children(working, above.node.parent if above.node.parent in working.by_id else "")
    row = own_row(plan, node.node_id)
    row.parent_node_id = above.node.parent
    _put(plan, working, beside, row, [other.node_id for other in beside].index(above.node_id) + 1, actor_id)
    _relabel(plan, node, beside, -1)
    return True


def _relabel(plan: Plan, node: TreeNode, siblings: Sequence[TreeNode], by: int) -> None:
    """Give a moved branch the numbering of its new level; below it, only labels that were a level's own change."""
    own_row(plan, node.node_id).label = _label_among(siblings, node.depth + by)
    for below in list(node.walk())[1:]:
        if style_of(below.node.label) == style_of(default_label(below.depth)):
            own_row(plan, below.node_id).label = default_label(below.depth + by)


def _put(
    plan: Plan, working: Working, siblings: Sequence[TreeNode], row: DraftNode, place: int, actor_id: int | None
) -> None:
    """Stand an own node at ``place`` among ``siblings``, between two positions if there is room."""
    before = siblings[place - 1].node.position if place else 0
    after = siblings[place].node.position if place < len(siblings) else before + 2 * GAP
    row.position = (before + after) // 2
    if not before < row.position < after:
        db.session.flush()
        order = [sibling.node_id for sibling in siblings]
        order.insert(place, row.node_id)
        _write_order(plan, working, order, row.node_id, actor_id)


def _write_order(plan: Plan, working: Working, order: Sequence[str], moved: str, actor_id: int | None) -> None:
    """Make ``order`` the order of reading, with as few changed rows as the gaps allow."""
    rows = {
        row.node_id: row
        for row in db.session.scalars(
            select(DraftNode).where(DraftNode.plan_id == plan.id, DraftNode.node_id.in_(order))
        )
    }
    present = {
        node_id: rows[node_id].position if node_id in rows else working.by_id[node_id].node.position
        for node_id in order
    }
    place = order.index(moved)
    before = present[order[place - 1]] if place else 0
    after = present[order[place + 1]] if place + 1 < len(order) else before + 2 * GAP
    middle = (before + after) // 2
    if before < middle < after:
        wanted = {moved: middle}
    else:
        wanted = {node_id: index * GAP for index, node_id in enumerate(order, start=1)}
    for node_id, position in wanted.items():
        if node_id in rows:
            rows[node_id].position = position
        else:
            _override_position(plan, working, node_id, position, actor_id)


def _override_position(plan: Plan, working: Working, node_id: str, position: int, actor_id: int | None) -> None:
    item, base, base_version = inherited(working, node_id)
    row = item.overrides.get(POSITION)
    if row is None:
        db.session.add(
            NodeOverride(
                plan_id=plan.id,
                node_id=node_id,
                field=POSITION,
                value=position,
                base_value=base.position,
                base_version=base_version,
                reason="",
                by_id=actor_id,
                at=clock.now(),
            )
        )
    else:
        db.session.execute(
            update(NodeOverride)
            .where(NodeOverride.plan_id == plan.id, NodeOverride.node_id == node_id, NodeOverride.field == POSITION)
            .values(value=position, by_id=actor_id, at=clock.now())
        )


def set_numbering(plan_id: int, parent: str, style: str, actor_id: int | None) -> None:
    """Number the own nodes below ``parent`` in another style (a key of ``STYLES``).

    Raises:
        NotFound: there is no such parent.
    """
    if style not in STYLES:
        raise ValueError(style)
    plan = open_draft(plan_id)
    siblings, _depth = _children(load(plan), parent)
    for sibling in siblings:
        if sibling.item.base is None and sibling.node.kind != "closing":
            own_row(plan, sibling.node_id).label = STYLES[style]
    saved(plan)
    audit.record("plan.numbering", "plan", plan.id, actor_id, node_id=parent, style=style)
