"""Amending over the API: what it will meet, issue it, what became of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from district.api import amending_schemas as shapes
from district.issuing import amending, effects
from tenants import scope
from tenants.api.blueprint import ApiBlueprint, changing
from tenants.plans import service as plans
from tenants.plans.models import Plan
from tenants.web.guard import requires

blueprint = ApiBlueprint(
    "api-amending",
    "/api/v1/offices/<unit_slug>/plans/<int:plan_id>/amendment",
    "Amending a plan that units below build on.",
)

Values = dict[str, Any]


@blueprint.get("")
@requires("oversight.issue")
@blueprint.response(200, shapes.PlanEffectsSchema)
def show_effects(plan_id: int) -> Any:
    """Show what issuing the draft would do to the units that build on the plan."""
    return effects.preview_effects(plan_id)


@blueprint.post("")
@requires("oversight.issue")
@blueprint.arguments(shapes.AmendmentSchema)
@blueprint.response(201, shapes.PlanResultsSchema)
def issue_amendment(values: Values, plan_id: int) -> Any:
    """Issue the next version; the worker brings it to everybody who has an earlier one."""
    with changing() as actor_id:
        known = plans.fields_of(scope.get_own(Plan, plan_id))
        version = amending.issue_amendment(plan_id, replace(known, **values), actor_id).version
    return _results(plan_id, version, {"page": 1, "state": ""})


@blueprint.get("/<int:version>")
@requires("oversight.issue")
@blueprint.arguments(shapes.ResultsQuery, location="query")
@blueprint.response(200, shapes.PlanResultsSchema)
def show_results(query: Values, plan_id: int, version: int) -> Any:
    """Show what became of a version in each unit, fifty to a page."""
    return _results(plan_id, version, query)


def _results(plan_id: int, version: int, query: Values) -> Values:
    scope.get_own(Plan, plan_id)
    found = amending.results(plan_id, version, query["page"], query["state"] or None)
    rows = [{"unit_id": unit.id, "unit_name": unit.name, "takeover": row} for unit, row in found.rows]
    return {
        "version": version,
        "handing_out": found.handing_out,
        "total": found.total,
        "states": found.states,
        "acknowledged": found.acknowledged,
        "pages": found.pages,
        "items": rows,
    }
