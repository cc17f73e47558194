"""Amendments of superiors over the API: offers, taking over, decisions, going back. Locks hold here too."""

from __future__ import annotations

from typing import Any

from tenants import scope
from tenants.api.blueprint import UNIT_PREFIX, ApiBlueprint, changing
from tenants.api.schemas import plan_changes as shapes
from tenants.errors import NotFound
from tenants.plans import takeover
from tenants.plans.models import Adoption, Plan
from tenants.plans.takeover_models import PlanChangeSet, PlanDecision, PlanTakeover
from tenants.web.guard import requires

blueprint = ApiBlueprint(
    "api-plan-changes", f"{UNIT_PREFIX}/plans/<int:plan_id>", "Amendments of superiors: offers, take-overs, decisions."
)

Values = dict[str, Any]
DECISION = "/decisions/<int:decision_id>"


@blueprint.get("/offers")
@requires("plan.view")
@blueprint.response(200, shapes.PlanOfferListSchema)
def list_offers(plan_id: int) -> Any:
    """List superiors' versions that were not taken over, with what taking them over would do."""
    return {"items": takeover.waiting(plan_id)}


@blueprint.post("/offers/<int:adoption_id>/take-over")
@requires("plan.issue")
@blueprint.arguments(shapes.PlanTakeOverSchema, required=False, example={"version": 3})
@blueprint.response(200, shapes.PlanTakeoverSchema)
def take_over(values: Values, plan_id: int, adoption_id: int) -> Any:
    """Take the version of a superior's plan over that was read; the unit's own words stay.

    A newer one that came meanwhile is refused (409 "newer-version", with its number in ``data.version``).
    """
    adoption = scope.get_own(Adoption, adoption_id)
    if adoption.plan_id != plan_id:
        raise NotFound(f"adoption {adoption_id}")
    seen = values["version"]
    with changing() as actor_id:
        if seen is None:
            row = takeover.take_over(adoption.base_unit_id, adoption.base_plan_id, None, actor_id)
        else:
            row = takeover.take_over_seen(adoption, seen, actor_id)
        row_id = row.id
    return scope.get_own(PlanTakeover, row_id)


@blueprint.get("/takeovers")
@requires("plan.view")
@blueprint.response(200, shapes.PlanTakeoverListSchema)
def list_takeovers(plan_id: int) -> Any:
    """List what became of each version, newest first."""
    scope.get_own(Plan, plan_id)
    return {"items": takeover.taken(plan_id)}


@blueprint.get("/decisions")
@requires("plan.view")
@blueprint.response(200, shapes.PlanDecisionListSchema)
def list_decisions(plan_id: int) -> Any:
    """List what waits for a person."""
    scope.get_own(Plan, plan_id)
    return {"items": takeover.decisions(plan_id)}


@blueprint.get(DECISION)
@requires("plan.view")
@blueprint.response(200, shapes.PlanDecisionViewSchema)
def show_decision(plan_id: int, decision_id: int) -> Any:
    """Show a decision with its three texts and a suggestion."""
    return _show(plan_id, decision_id)


def _of_plan(plan_id: int, decision_id: int) -> PlanDecision:
    decision = scope.get_own(PlanDecision, decision_id)
    if decision.plan_id != plan_id:
        raise NotFound(f"decision {decision_id}")
    return decision


def _show(plan_id: int, decision_id: int) -> Values:
    decision = _of_plan(plan_id, decision_id)
    view = takeover.decision_view(decision_id)
    plain = {name: getattr(decision, name) for name in shapes.PlanDecisionSchema().fields}
    proposal = view.proposal.value if view.proposal is not None else None
    return {**plain, "local_value": view.local.value, "proposal": proposal, "reason": view.reason, "seen": view.seen}


@blueprint.post(DECISION)
@requires("plan.edit")
@blueprint.arguments(shapes.PlanChoiceSchema)
@blueprint.response(200, shapes.PlanDecisionViewSchema)
def decide(values: Values, plan_id: int, decision_id: int) -> Any:
    """Settle a question, or ask the superior about it."""
    _of_plan(plan_id, decision_id)
    with changing() as actor_id:
        takeover.decide(
            decision_id, values["choice"], actor_id, values["value"], values["question"], values["seen"]
        )  # fmt: skip
    return _show(plan_id, decision_id)


@blueprint.post(f"{DECISION}/acknowledge")
@requires("plan.edit")
@blueprint.response(200, shapes.PlanDecisionViewSchema)
def acknowledge(plan_id: int, decision_id: int) -> Any:
    """Confirm a notice: an own value put aside, or a node that came back."""
    _of_plan(plan_id, decision_id)
    with changing() as actor_id:
        takeover.acknowledge(decision_id, actor_id)
    return _show(plan_id, decision_id)


@blueprint.post(f"{DECISION}/convert")
@requires("plan.edit")
@blueprint.arguments(shapes.PlanConvertSchema)
@blueprint.response(200, shapes.PlanDecisionViewSchema)
def convert(values: Values, plan_id: int, decision_id: int) -> Any:
    """Make a withdrawn node with own words a node of the unit's own."""
    _of_plan(plan_id, decision_id)
    with changing() as actor_id:
        takeover.convert_orphan(decision_id, actor_id, values["parent"])
    return _show(plan_id, decision_id)


@blueprint.post(f"{DECISION}/retire")
@requires("plan.edit")
@blueprint.response(200, shapes.PlanDecisionViewSchema)
def retire(plan_id: int, decision_id: int) -> Any:
    """Put the own words of a withdrawn node away; the archive keeps them."""
    _of_plan(plan_id, decision_id)
    with changing() as actor_id:
        takeover.retire_orphan(decision_id, actor_id)
    return _show(plan_id, decision_id)


@blueprint.post("/steps/<int:step_id>/undo")
@requires("plan.edit")
@blueprint.response(200, shapes.PlanDecisionListSchema)
def undo(plan_id: int, step_id: int) -> Any:
    """Take one step back as a whole; answers with what waits for a person then."""
    if scope.get_own(PlanChangeSet, step_id).plan_id != plan_id:
        raise NotFound(f"step {step_id}")
    with changing() as actor_id:
        takeover.undo(step_id, actor_id)
    return {"items": takeover.decisions(plan_id)}
