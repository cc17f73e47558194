"""Plan files over the API: upload, read by the worker, correct, make a draft."""

from __future__ import annotations

from typing import Any

from flask import Response

from tenants import scope
from tenants.api.blueprint import UNIT_PREFIX, ApiBlueprint, changing
from tenants.api.plan_views import source_view
from tenants.api.plans import show
from tenants.api.schemas import sources as shapes
from tenants.api.schemas.plans import PlanSchema
from tenants.plans import queries, service
from tenants.plans.models import PlanSource
from tenants.web.guard import requires

blueprint = ApiBlueprint(
    "api-plan-sources", f"{UNIT_PREFIX}/plan-sources", "Plan files: uploaded, read, corrected, made into a draft."
)

Values = dict[str, Any]
SOURCE = "/<int:source_id>"


@blueprint.get("")
@requires("plan.edit")
@blueprint.response(200, shapes.PlanSourceListSchema)
def list_sources() -> Any:
    """List the files that have become no plan yet."""
    return {"items": [source_view(source) for source in queries.sources_in_work()]}


@blueprint.post("")
@requires("plan.edit")
@blueprint.arguments(shapes.PlanFileSchema, location="files")
@blueprint.response(202, shapes.PlanSourceSchema)
def upload_source(files: Values) -> Any:
    """Upload a plan file; the worker reads it within seconds."""
    file = files["file"]
    with changing() as actor_id:
        source_id = service.upload(file.read(), file.filename or "", actor_id).id
    return _show(source_id)


@blueprint.post("/text")
@requires("plan.edit")
@blueprint.arguments(shapes.PastedPlanSchema)
@blueprint.response(202, shapes.PlanSourceSchema)
def upload_text(values: Values) -> Any:
    """Send the text of a plan instead of a file."""
    with changing() as actor_id:
        source_id = service.upload(values["text"].encode(), "", actor_id).id
    return _show(source_id)


def _show(source_id: int) -> Values:
    return source_view(scope.get_own(PlanSource, source_id), with_reading=True)


@blueprint.get(SOURCE)
@requires("plan.edit")
@blueprint.response(200, shapes.PlanSourceSchema)
def show_source(source_id: int) -> Any:
    """Show a file with what was read in it."""
    return _show(source_id)


@blueprint.put(f"{SOURCE}/header")
@requires("plan.edit")
@blueprint.arguments(shapes.CorrectHeaderSchema)
@blueprint.response(200, shapes.PlanSourceSchema)
def correct_header(values: Values, source_id: int) -> Any:
    """Correct what was read of the header."""
    recipients, signer = values.pop("recipients"), values.pop("signer")
    day = values.pop("date")
    words = {name: value or "" for name, value in values.items()} | {"date": day.isoformat() if day else ""}
    with changing() as actor_id:
        who = (signer.get("title") or "", signer.get("name") or "")
        service.correct_header(source_id, words, recipients, who, actor_id)
    return _show(source_id)


@blueprint.put(f"{SOURCE}/nodes/<path>")
@requires("plan.edit")
@blueprint.arguments(shapes.CorrectNodeSchema)
@blueprint.response(200, shapes.PlanSourceSchema)
def correct_node(values: Values, source_id: int, path: str) -> Any:
    """Correct one node of what was read."""
    with changing() as actor_id:
        service.correct_node(source_id, path, actor_id=actor_id, **values)
    return _show(source_id)


@blueprint.delete(f"{SOURCE}/nodes/<path>")
@requires("plan.edit")
@blueprint.response(200, shapes.PlanSourceSchema)
def drop_node(source_id: int, path: str) -> Any:
    """Leave one node of what was read out; what stands under it moves up."""
    with changing() as actor_id:
        service.drop_node(source_id, path, actor_id)
    return _show(source_id)


@blueprint.post(f"{SOURCE}/plan")
@requires("plan.edit")
@blueprint.response(201, PlanSchema)
def make_plan(source_id: int) -> Any:
    """Make the draft of a plan from what was read and corrected."""
    with changing() as actor_id:
        plan_id = service.create_from_source(source_id, actor_id).id
    return show(plan_id)


@blueprint.delete(SOURCE)
@requires("plan.edit")
@blueprint.response(204)
def discard_source(source_id: int) -> Any:
    """Take a file that became no plan off the list."""
    with changing() as actor_id:
        service.discard_source(source_id, actor_id)
    return Response(status=204)
