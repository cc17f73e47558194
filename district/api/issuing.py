"""Issuing over the API: to whom, issue, send to more, how far it has come."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from district.api import schemas as shapes
from district.issuing import queries, service
from tenants import scope
from tenants.api.blueprint import ApiBlueprint, changing
from tenants.plans import service as plans
from tenants.plans.models import Plan
from tenants.units.models import Unit
from tenants.web.guard import requires

blueprint = ApiBlueprint(
    "api-issuing",
    "/api/v1/offices/<unit_slug>/plans/<int:plan_id>",
    "Issuing a plan to the units below an office.",
)

Values = dict[str, Any]


@blueprint.get("/targets")
@requires("oversight.issue")
@blueprint.response(200, shapes.TargetsSchema)
def list_targets(plan_id: int) -> Any:
    """List the units a plan may be sent to, those it does not concern apart."""
    found = queries.candidates(scope.get_own(Plan, plan_id))
    return {
        "offered": [{**_target(one.unit), "sent_at": one.sent_at} for one in found.offered],
        "not_concerned": [{**_target(unit), "sent_at": None} for unit in found.not_concerned],
        "groups": found.groups,
    }


def _target(unit: Unit) -> Values:
    return {name: getattr(unit, name) for name in ("id", "name", "kind_label", "levels")}


@blueprint.post("/issue")
@requires("oversight.issue")
@blueprint.arguments(shapes.IssueSchema)
@blueprint.response(201, shapes.ProgressSchema)
def issue_to_units(values: Values, plan_id: int) -> Any:
    """Issue the draft as a document and send it to units below; the worker delivers it."""
    unit_ids = values.pop("unit_ids")
    with changing() as actor_id:
        known = plans.fields_of(scope.get_own(Plan, plan_id))
        version = service.issue_to(plan_id, unit_ids, replace(known, **values), actor_id).version
    return _progress(plan_id, version)


@blueprint.post("/dispatches")
@requires("oversight.issue")
@blueprint.arguments(shapes.DispatchSchema)
@blueprint.response(200, shapes.ProgressSchema)
def send_to_more(values: Values, plan_id: int) -> Any:
    """Send the version in force to more units."""
    with changing() as actor_id:
        service.send_to_more(plan_id, values["unit_ids"], actor_id)
        version = scope.get_own(Plan, plan_id).current_version
    return _progress(plan_id, version)


@blueprint.get("/dispatches/<int:version>")
@requires("oversight.issue")
@blueprint.response(200, shapes.ProgressSchema)
def show_progress(plan_id: int, version: int) -> Any:
    """Show how many units have received a version, and where it failed."""
    return _progress(plan_id, version)


@blueprint.post("/dispatches/<int:version>/retry")
@requires("oversight.issue")
@blueprint.response(200, shapes.ProgressSchema)
def retry_failed(plan_id: int, version: int) -> Any:
    """Let the units that gave up try again."""
    with changing() as actor_id:
        service.retry_failed(plan_id, version, actor_id)
    return _progress(plan_id, version)


def _progress(plan_id: int, version: int) -> Values:
    plan = scope.get_own(Plan, plan_id)
    found = queries.progress(plan.id, version)
    failures = [
        {"unit_id": one.unit.id, "name": one.unit.name, "sentence": one.sentence, "final": one.final}
        for one in found.failures
    ]
    return {
        "plan_id": plan.id,
        "version": version,
        "total": found.total,
        "received": found.received,
        "waiting": found.waiting,
        "settled": found.settled,
        "failures": failures,
    }
