"""Writing the next version of an issued plan: what changed so far, take a change back, split and merge nodes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from tenants.db import transaction
from tenants.errors import NotFound, Refused
from tenants.plans import queries, service
from tenants.plans.nodes import CLOSING
from tenants.plans.queries import EffectivePlan
from tenants.plans.service import NodeValues
from tenants.plans.service_undo import undo_change
from tenants.plans.states import EDITABLE
from tenants.plans.takeover_values import NodeChange
from tenants.plans.tree import TreeNode
from tenants.web.guard import acting_user, may, requires
from tenants.web.plans import changing, presenting
from tenants.web.plans.blueprint import blueprint

PARTS_OFFERED = 4
"""Into how many nodes one can be split at once; the new ones can be split again."""


def marks_of(whole: EffectivePlan) -> Mapping[str, NodeChange]:
    """Return what changed since the version in force, by node; nothing before the first issue."""
    return {change.node_id: change for change in changing.unissued(whole.plan)}


def own_of_version(change: NodeChange, whole: EffectivePlan) -> bool:
    """Return whether a change is of the unit's own writing, so that it can be taken back here."""
    item = whole.items.get(change.node_id)
    return item is None or item.base is None


@blueprint.get("/<int:plan_id>/amendment")
@requires("plan.edit")
def amendment(plan_id: int) -> Any:
    """Show what the next version would change, each change with the way back, and the next step."""
    whole = queries.working_plan(plan_id)
    if whole.plan.state not in EDITABLE or not whole.plan.current_version:
        return redirect(url_for("plans.show", plan_id=plan_id))
    return render_template(
        "plans/amendment.html",
        plan=whole.plan,
        whole=whole,
        changes=changing.unissued(whole.plan),
        own=own_of_version,
        issue_url=presenting.issue_url(whole.plan) if may("plan.issue") else "",
        dispatches=presenting.may_dispatch(),
        **changing.words(),
    )


@blueprint.post("/<int:plan_id>/nodes/<node_id>/undo-change")
@requires("plan.edit")
def undo_node_change(plan_id: int, node_id: str) -> Any:
    """Take one change of the amendment back."""
    try:
        with transaction():
            undo_change(plan_id, node_id, acting_user().id)
    except Refused as refusal:
        flash(refusal.sentence, "error")
    else:
        flash(_("Đã hoàn tác thay đổi của mục này."), "success")
    return redirect(url_for("plans.amendment", plan_id=plan_id), 303)


def _own(whole: EffectivePlan, node_id: str) -> TreeNode:
    if whole.plan.state not in EDITABLE:
        raise NotFound(f"draft {whole.plan.id}")
    found = whole.node(node_id)
    if found.item.base is not None or found.kind == CLOSING:
        raise NotFound(f"own node {node_id}")
    return found


@blueprint.get("/<int:plan_id>/nodes/<node_id>/split")
@requires("plan.edit")
def split(plan_id: int, node_id: str) -> Any:
    """Ask for the nodes that come in place of one."""
    whole = queries.working_plan(plan_id)
    found = _own(whole, node_id)
    return _split_page(whole, found, [(found.node.title, found.node.body), ("", "")])


def _split_page(whole: EffectivePlan, found: TreeNode, parts: list[tuple[str, str]]) -> str:
    rows = (parts + [("", "")] * PARTS_OFFERED)[: max(PARTS_OFFERED, len(parts))]
    return render_template("plans/split.html", plan=whole.plan, whole=whole, found=found, rows=rows)


@blueprint.post("/<int:plan_id>/nodes/<node_id>/split")
@requires("plan.edit")
def split_node(plan_id: int, node_id: str) -> Any:
    """Put several nodes in the place of one; they keep who, when and how it may be adapted."""
    whole = queries.working_plan(plan_id)
    found = _own(whole, node_id)
    typed = list(zip(request.form.getlist("title"), request.form.getlist("body"), strict=False))
    values = NodeValues.of(found.node)
    wanted = [replace(values, title=title, body=body) for title, body in typed if title.strip() or body.strip()]
    try:
        with transaction():
            first = service.split_node(plan_id, node_id, wanted, acting_user().id)[0].node_id
    except Refused as refusal:
        flash(refusal.sentence, "error")
        whole = queries.working_plan(plan_id)
        return _split_page(whole, whole.node(node_id), typed), 422
    flash(_("Đã tách thành %(count)s mục. Lời các đơn vị đã viết sẽ đi theo mục mới.", count=len(wanted)), "success")
    return redirect(url_for("plans.edit", plan_id=plan_id, _anchor=f"node-{first}"), 303)


@blueprint.get("/<int:plan_id>/merge")
@requires("plan.edit")
def merge(plan_id: int) -> Any:
    """Ask which nodes become one; with two or more chosen (``node``), ask for the text of the one."""
    whole = queries.working_plan(plan_id)
    chosen = [_own(whole, node_id) for node_id in dict.fromkeys(request.args.getlist("node"))]
    title = chosen[0].node.title if chosen else ""
    texts = [part for one in chosen for part in (one.node.title, one.node.body) if part]
    return _merge_page(whole, chosen, title, "\n".join(texts[1:]))


def _merge_page(whole: EffectivePlan, chosen: list[TreeNode], title: str, body: str) -> str:
    if whole.plan.state not in EDITABLE:
        raise NotFound(f"draft {whole.plan.id}")
    nodes = [node for top in whole.tree for node in top.walk()]
    own = [node for node in nodes if node.item.base is None and node.kind not in ("section", CLOSING)]
    return render_template(
        "plans/merge.html",
        plan=whole.plan,
        whole=whole,
        own=own,
        chosen=chosen,
        title=title,
        body=body,
        ready=len(chosen) > 1,
    )


@blueprint.post("/<int:plan_id>/merge")
@requires("plan.edit")
def merge_nodes(plan_id: int) -> Any:
    """Put one node in the place of several."""
    whole = queries.working_plan(plan_id)
    ids = list(dict.fromkeys(request.form.getlist("node")))
    chosen = [_own(whole, node_id) for node_id in ids]
    title, body = request.form.get("title", ""), request.form.get("body", "")
    if not chosen:
        raise NotFound("nodes")
    values = replace(_together(chosen), title=title, body=body)
    try:
        with transaction():
            made = service.merge_nodes(plan_id, ids, values, acting_user().id).node_id
    except Refused as refusal:
        flash(refusal.sentence, "error")
        return _merge_page(queries.working_plan(plan_id), chosen, title, body), 422
    flash(_("Đã gộp %(count)s mục thành một. Lời các đơn vị đã viết sẽ đi theo mục mới.", count=len(ids)), "success")
    return redirect(url_for("plans.edit", plan_id=plan_id, _anchor=f"node-{made}"), 303)


def _together(chosen: list[TreeNode]) -> NodeValues:
    """Return what the first of the nodes says besides its text, with everybody the others name."""
    all_values = [NodeValues.of(one.node) for one in chosen]
    lists: dict[str, Any] = {
        name: tuple(dict.fromkeys(word for values in all_values for word in getattr(values, name)))
        for name in ("owners", "audience", "channels")
    }
    levels = [values.levels for values in all_values]
    everybody = any(not one for one in levels)
    lists["levels"] = () if everybody else tuple(dict.fromkeys(word for one in levels for word in one))
    return replace(all_values[0], mandatory=any(values.mandatory for values in all_values), **lists)
