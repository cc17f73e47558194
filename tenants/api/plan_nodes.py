"""Nodes of a plan over the API: a unit's own, and what it changes on inherited ones."""

from __future__ import annotations

from typing import Any

from tenants.api.blueprint import UNIT_PREFIX, ApiBlueprint, changing
from tenants.api.plans import show
from tenants.api.schemas import plans as shapes
from tenants.plans import service
from tenants.plans.values import NodeValues
from tenants.web.guard import requires

blueprint = ApiBlueprint(
    "api-plan-nodes", f"{UNIT_PREFIX}/plans/<int:plan_id>", "Nodes: own ones, and what is changed on inherited ones."
)

Values = dict[str, Any]
NODE = "/nodes/<node_id>"


def _node_values(values: Values) -> NodeValues:
    lists: Values = {name: tuple(values.pop(name)) for name in ("owners", "audience", "levels", "channels")}
    return NodeValues(**values, **lists)


@blueprint.post("/nodes")
@requires("plan.edit")
@blueprint.arguments(shapes.NewNodeSchema)
@blueprint.response(201, shapes.AddedNodeSchema)
def add_node(values: Values, plan_id: int) -> Any:
    """Add an own node, also below an inherited one."""
    parent, after = values.pop("parent"), values.pop("after")
    with changing() as actor_id:
        node_id = service.add_node(plan_id, parent, _node_values(values), actor_id, after).node_id
    return {"node_id": node_id, "plan": show(plan_id)}


@blueprint.put(NODE)
@requires("plan.edit")
@blueprint.arguments(shapes.OwnNodeSchema)
@blueprint.response(200, shapes.PlanSchema)
def save_node(values: Values, plan_id: int, node_id: str) -> Any:
    """Save an own node."""
    seen = values.pop("seen")
    with changing() as actor_id:
        service.edit_node(plan_id, node_id, _node_values(values), actor_id, seen)
    return show(plan_id)


@blueprint.delete(NODE)
@requires("plan.edit")
@blueprint.response(200, shapes.PlanSchema)
def remove_node(plan_id: int, node_id: str) -> Any:
    """Take an own node out, with the own nodes below it."""
    with changing() as actor_id:
        service.remove_node(plan_id, node_id, actor_id)
    return show(plan_id)


@blueprint.post(f"{NODE}/move")
@requires("plan.edit")
@blueprint.arguments(shapes.MoveSchema)
@blueprint.response(200, shapes.PlanSchema)
def move_node(values: Values, plan_id: int, node_id: str) -> Any:
    """Move a node one step; where it cannot go, nothing changes."""
    with changing() as actor_id:
        service.move_node(plan_id, node_id, values["direction"], actor_id)
    return show(plan_id)


@blueprint.put("/numbering")
@requires("plan.edit")
@blueprint.arguments(shapes.NumberingSchema)
@blueprint.response(200, shapes.PlanSchema)
def set_numbering(values: Values, plan_id: int) -> Any:
    """Number the own nodes below one node in another style."""
    with changing() as actor_id:
        service.set_numbering(plan_id, values["parent"], values["style"], actor_id)
    return show(plan_id)


@blueprint.put(f"{NODE}/adaptation")
@requires("plan.edit")
@blueprint.arguments(shapes.AdaptationSchema)
@blueprint.response(200, shapes.PlanSchema)
def adapt_node(values: Values, plan_id: int, node_id: str) -> Any:
    """Put fields of an inherited node into the unit's own words: all that are given, or none."""
    reason, seen = values.pop("reason"), values.pop("seen")
    if "due" in values:
        values["due"] = {"from": values["due"]["first"], "to": values["due"]["last"]}
    with changing() as actor_id:
        service.adapt(plan_id, node_id, values, actor_id, reason, seen)
    return show(plan_id)


@blueprint.delete(f"{NODE}/adaptation")
@requires("plan.edit")
@blueprint.arguments(shapes.ResetQuery, location="query")
@blueprint.response(200, shapes.PlanSchema)
def reset_node(query: Values, plan_id: int, node_id: str) -> Any:
    """Take the superior's text back, of one field or of the whole node."""
    with changing() as actor_id:
        service.reset(plan_id, node_id, actor_id, query["field"])
    return show(plan_id)


@blueprint.put(f"{NODE}/omission")
@requires("plan.edit")
@blueprint.arguments(shapes.OmissionSchema)
@blueprint.response(200, shapes.PlanSchema)
def omit_node(values: Values, plan_id: int, node_id: str) -> Any:
    """Leave an optional inherited node out, with all that is inherited below it."""
    with changing() as actor_id:
        service.omit(plan_id, node_id, values["reason"], actor_id)
    return show(plan_id)


@blueprint.delete(f"{NODE}/omission")
@requires("plan.edit")
@blueprint.response(200, shapes.PlanSchema)
def restore_node(plan_id: int, node_id: str) -> Any:
    """Take an omitted node back."""
    with changing() as actor_id:
        service.restore(plan_id, node_id, actor_id)
    return show(plan_id)
