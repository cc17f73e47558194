"""Writing the text: the tree, quick adding, one own node at a time, the order."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from tenants.db import transaction
from tenants.errors import Conflict, NotFound, Refused
from tenants.plans import queries, service
from tenants.plans.queries import EffectivePlan
from tenants.plans.service import NodeValues
from tenants.plans.states import EDITABLE
from tenants.plans.tree import TreeNode
from tenants.plans.values import token
from tenants.web.forms.plans import KINDS, STYLES, NodeForm, node_data, node_values
from tenants.web.guard import acting_user, requires
from tenants.web.plans import amending, changing, presenting
from tenants.web.plans.blueprint import blueprint

_KIND_BELOW = {"": "section", "section": "topic", "closing": "topic"}
"""What is usually added under a node, by the kind of that node; else the same kind."""


@blueprint.get("/<int:plan_id>/edit")
@requires("plan.edit")
def edit(plan_id: int) -> Any:
    """Show the whole tree with its tools; ``under`` is where the next node will be added."""
    whole = queries.working_plan(plan_id)
    if whole.plan.state not in EDITABLE:
        return redirect(url_for("plans.show", plan_id=plan_id))
    return _tree_page(whole, {})


def _tree_page(whole: EffectivePlan, typed: dict[str, str]) -> str:
    parents = presenting.parent_choices(whole.tree)
    known = {parent for parent, _text in parents}
    under = typed.get("parent", request.args.get("under", ""))
    if under not in known:
        under = ""
    asked = "under" in request.args or bool(typed)
    if not asked:
        under = presenting.usual_parent(whole.present)
    above = whole.items[under].node.kind if under else ""
    return render_template(
        "plans/edit.html",
        whole=whole,
        plan=whole.plan,
        parents=parents,
        under=under,
        asked=asked,
        kind=typed.get("kind", _KIND_BELOW.get(above, above)),
        typed=typed,
        kinds=KINDS,
        styles=STYLES,
        facts=presenting.facts,
        rules=presenting.rules,
        marks=amending.marks_of(whole),
        change_words=changing.change_words(),
    )


@blueprint.post("/<int:plan_id>/nodes")
@requires("plan.edit")
def add_node(plan_id: int) -> Any:
    """Add a node from the quick line and stay at the place where it was added."""
    parent = request.form.get("parent", "")
    values = NodeValues(title=request.form.get("title", ""), kind=request.form.get("kind", "topic"))
    try:
        with transaction():
            node_id = service.add_node(plan_id, parent, values, acting_user().id).node_id
    except Refused as refusal:
        flash(refusal.sentence, "error")
        return _tree_page(queries.working_plan(plan_id), request.form.to_dict()), 422
    if "open" in request.form:
        return redirect(url_for("plans.node", plan_id=plan_id, node_id=node_id), 303)
    flash(_("Đã thêm «%(title)s».", title=values.title), "success")
    return redirect(url_for("plans.edit", plan_id=plan_id, under=parent, _anchor=f"node-{node_id}"), 303)


@blueprint.post("/<int:plan_id>/move")
@requires("plan.edit")
def move(plan_id: int) -> Any:
    """Move a node; the name of the pressed button is the direction, its value the node."""
    direction = next((name for name in ("up", "down", "indent", "outdent") if name in request.form), None)
    if direction is None:
        raise NotFound("direction")
    node_id = request.form[direction]
    with transaction():
        moved = service.move_node(plan_id, node_id, direction, acting_user().id)
    if not moved:
        flash(_("Mục đang ở đầu hoặc cuối nhóm nên không chuyển tiếp được."), "info")
    if request.form.get("back") == "node":
        return redirect(url_for("plans.node", plan_id=plan_id, node_id=node_id), 303)
    return redirect(url_for("plans.edit", plan_id=plan_id, _anchor=f"node-{node_id}"), 303)


@blueprint.post("/<int:plan_id>/numbering")
@requires("plan.edit")
def set_numbering(plan_id: int) -> Any:
    """Number the nodes below one node in another style."""
    style, parent = request.form.get("style", ""), request.form.get("parent", "")
    if style not in STYLES:
        raise NotFound("style")
    with transaction():
        service.set_numbering(plan_id, parent, style, acting_user().id)
    flash(_("Đã đổi kiểu đánh số các mục con."), "success")
    return redirect(url_for("plans.edit", plan_id=plan_id, _anchor=f"node-{parent}" if parent else None), 303)


@blueprint.get("/<int:plan_id>/nodes/<node_id>")
@requires("plan.edit")
def node(plan_id: int, node_id: str) -> Any:
    """Show one node for editing: an own one whole, an inherited one beside the superior's text."""
    whole = queries.working_plan(plan_id)
    if whole.plan.state not in EDITABLE:
        return redirect(url_for("plans.show", plan_id=plan_id))
    found = whole.node(node_id)
    values = NodeValues.of(found.node)
    form = NodeForm(formdata=None, data={**node_data(found.node), "seen": token(values)})
    return node_page(whole, found, form)


def node_page(whole: EffectivePlan, found: TreeNode, form: NodeForm, theirs: TreeNode | None = None) -> str:
    """Return the page of one node.

    Args:
        theirs: the node as somebody else saved it meanwhile, shown beside what was typed.
    """
    return render_template(
        "plans/node.html" if found.item.base is None else "plans/adapt.html",
        whole=whole,
        plan=whole.plan,
        found=found,
        item=found.item,
        form=form,
        theirs=theirs,
        above=_titles_above(whole, found),
        governs=not g.unit.is_school,
        styles=STYLES,
        shown=presenting,
        changes=presenting.changes(found.item),
        **_parts(found, form),
        lines=_source_lines(whole, found),
        linkable=_linkable(whole, found),
    )


def _parts(found: TreeNode, form: NodeForm) -> dict[str, set[str]]:
    """Return the fields of an inherited node to be shown at once, and those its superior left blank."""
    base = found.item.base
    if base is None:
        return {}
    parts = ("title", "body", "owners", "channels", "audience", "due")
    typed = {name for name in parts if name != "due" and form[name].data}
    typed |= {"due"} if form.due_from.data or form.due_to.data else set()
    filled = {name for name in parts if presenting.in_words(base, name)} | typed | found.item.adapted | {"title"}
    blank = {name for name in parts if name not in filled and base.policy(name) != "locked"}
    return {"shown_fields": filled, "blank_fields": blank}


def _titles_above(whole: EffectivePlan, found: TreeNode) -> list[str]:
    titles: list[str] = []
    parent = found.node.parent
    while parent and parent in whole.items:
        titles.insert(0, whole.items[parent].node.text)
        parent = whole.items[parent].node.parent
    return titles


def _linkable(whole: EffectivePlan, found: TreeNode) -> list[tuple[str, str]]:
    """Return the superiors' nodes an own node may be one with: present ones without own wording."""
    if not whole.bases or found.item.base is not None or found.kind in ("section", "closing"):
        return []
    nodes = (node for top in whole.tree for node in top.walk())
    free = (node for node in nodes if node.item.state == "inherited" and node.kind not in ("section", "closing"))
    return [(node.node_id, f"{node.label} {node.node.text}".strip()[:90]) for node in free]


def _source_lines(whole: EffectivePlan, found: TreeNode) -> list[tuple[int, str]]:
    """Return the lines of the imported file this node came from."""
    if whole.plan.source_id is None or found.item.base is not None:
        return []
    return queries.source_lines(whole.plan, found.node_id)


@blueprint.post("/<int:plan_id>/nodes/<node_id>")
@requires("plan.edit")
def save_node(plan_id: int, node_id: str) -> Any:
    """Save an own node; a refusal gives the typed text back, beside what somebody else saved meanwhile."""
    form = NodeForm()
    if not form.validate_on_submit():
        whole = queries.working_plan(plan_id)
        return node_page(whole, whole.node(node_id), form), 422
    try:
        with transaction():
            service.edit_node(plan_id, node_id, node_values(form), acting_user().id, seen=form.seen.data or None)
    except Refused as refusal:
        flash(refusal.sentence, "error")
        whole = queries.working_plan(plan_id)
        found = whole.node(node_id)
        form.seen.data = token(NodeValues.of(found.node))
        conflict = isinstance(refusal, Conflict)
        return node_page(whole, found, form, found if conflict else None), 409 if conflict else 422
    flash(_("Đã lưu mục."), "success")
    return redirect(url_for("plans.edit", plan_id=plan_id, _anchor=f"node-{node_id}"), 303)


@blueprint.post("/<int:plan_id>/nodes/<node_id>/remove")
@requires("plan.edit")
def remove_node(plan_id: int, node_id: str) -> Any:
    """Take an own node out, with what stands below it."""
    with transaction():
        count = service.remove_node(plan_id, node_id, acting_user().id)
    flash(_("Đã xóa %(count)s mục. Nội dung cũ vẫn có trong nhật ký.", count=count), "success")
    return redirect(url_for("plans.edit", plan_id=plan_id), 303)
