"""Plans over the API: lists, the plan in hand, its header and bases, issuing, issued documents."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import Any

from flask import g, send_file
from flask_babel import gettext as _

from tenants import scope
from tenants.api.blueprint import UNIT_PREFIX, ApiBlueprint, changing
from tenants.api.plan_views import issued_view, line_views, plan_view
from tenants.api.schemas import plans as shapes
from tenants.api.schemas.common import as_page, page_of
from tenants.errors import Refused
from tenants.files import store
from tenants.plans import discarding, queries, service
from tenants.plans.models import Plan
from tenants.plans.values import CitationValues, HeaderValues
from tenants.text import slugify
from tenants.web.guard import requires

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

blueprint = ApiBlueprint("api-plans", UNIT_PREFIX, "Communication plans: in hand, localized, issued.")

Values = dict[str, Any]


@blueprint.get("/plans")
@requires("plan.view")
@blueprint.arguments(shapes.PlanQuery, location="query")
@blueprint.response(200, page_of(shapes.PlanLineSchema))
def list_plans(query: Values) -> Any:
    """List the unit's plans of one kind, the last saved first."""
    page = queries.plan_page(query["kind"], query["page"])
    return as_page(page, line_views(queries.lines(page.items)))


@blueprint.post("/plans")
@requires("plan.edit")
@blueprint.arguments(shapes.NewPlanSchema)
@blueprint.response(201, shapes.PlanSchema)
def create_plan(values: Values) -> Any:
    """Found a plan with the usual three sections."""
    with changing() as actor_id:
        plan_id = service.create_plan(actor_id=actor_id, **values).id
    return show(plan_id)


@blueprint.get("/plans/<int:plan_id>")
@requires("plan.view")
@blueprint.response(200, shapes.PlanSchema)
def show_plan(plan_id: int) -> Any:
    """Show a plan in hand: inherited and own nodes with their state and policies."""
    return show(plan_id)


def show(plan_id: int) -> Values:
    """Return a plan in hand as the API shows it."""
    return plan_view(queries.working_plan(plan_id))


@blueprint.put("/plans/<int:plan_id>/header")
@requires("plan.edit")
@blueprint.arguments(shapes.HeaderSchema)
@blueprint.response(200, shapes.PlanSchema)
def save_header(values: Values, plan_id: int) -> Any:
    """Save the lines around the text."""
    seen = values.pop("seen")
    lists: Values = {name: tuple(values.pop(name)) for name in ("levels", "introduction", "recipients")}
    with changing() as actor_id:
        service.save_header(plan_id, HeaderValues(**values, **lists), actor_id, seen)
    return show(plan_id)


@blueprint.post("/plans/<int:plan_id>/citations")
@requires("plan.edit")
@blueprint.arguments(shapes.CitationSchema)
@blueprint.response(201, shapes.PlanSchema)
def add_citation(values: Values, plan_id: int) -> Any:
    """Add a basis (căn cứ)."""
    with changing() as actor_id:
        service.save_citation(plan_id, CitationValues(**values), actor_id)
    return show(plan_id)


@blueprint.put("/plans/<int:plan_id>/citations/<int:citation_id>")
@requires("plan.edit")
@blueprint.arguments(shapes.CitationSchema)
@blueprint.response(200, shapes.PlanSchema)
def save_citation(values: Values, plan_id: int, citation_id: int) -> Any:
    """Change a basis."""
    with changing() as actor_id:
        service.save_citation(plan_id, CitationValues(**values), actor_id, citation_id)
    return show(plan_id)


@blueprint.delete("/plans/<int:plan_id>/citations/<int:citation_id>")
@requires("plan.edit")
@blueprint.response(200, shapes.PlanSchema)
def remove_citation(plan_id: int, citation_id: int) -> Any:
    """Take a basis out."""
    with changing() as actor_id:
        service.remove_citation(plan_id, citation_id, actor_id)
    return show(plan_id)


@blueprint.post("/plans/<int:plan_id>/studied")
@requires("plan.edit")
@blueprint.response(200, shapes.PlanSchema)
def mark_studied(plan_id: int) -> Any:
    """Note that the superior's plan was studied."""
    with changing() as actor_id:
        service.mark_studied(plan_id, actor_id)
    return show(plan_id)


@blueprint.post("/plans/<int:plan_id>/combine")
@requires("plan.edit")
@blueprint.arguments(shapes.CombineSchema)
@blueprint.response(200, shapes.PlanSchema)
def combine_plans(values: Values, plan_id: int) -> Any:
    """Build on a second superior's plan too."""
    with changing() as actor_id:
        service.combine(plan_id, values["other_plan_id"], actor_id)
    return show(plan_id)


@blueprint.post("/plans/<int:plan_id>/issue")
@requires("plan.issue")
@blueprint.arguments(shapes.DocumentSchema)
@blueprint.response(201, shapes.PlanVersionSchema)
def issue_plan(values: Values, plan_id: int) -> Any:
    """Issue the draft as a document; from then on it cannot be changed. Every version but the first names its class
    and the kind of document that carries it.
    """
    with changing() as actor_id:
        plan = scope.get_own(Plan, plan_id)
        if plan.current_version and not {"change_class", "follow_up"} <= values.keys():
            raise Refused(
                "follow-up",
                _(
                    "Bản ban hành sau cần loại thay đổi (change_class) và loại văn bản (follow_up). Dự thảo được giữ "
                    "nguyên; hãy gửi lại kèm hai mục này."
                ),
            )
        known = service.fields_of(plan)
        version = service.issue(plan_id, replace(known, **values), actor_id).version
    return queries.issued_plan(g.unit.id, plan_id, version).document


@blueprint.post("/plans/<int:plan_id>/amend")
@requires("plan.edit")
@blueprint.response(200, shapes.PlanSchema)
def amend_plan(plan_id: int) -> Any:
    """Open the next version of an issued plan for writing."""
    with changing() as actor_id:
        service.begin_amendment(plan_id, actor_id)
    return show(plan_id)


@blueprint.delete("/plans/<int:plan_id>/amendment")
@requires("plan.edit")
@blueprint.arguments(shapes.DiscardQuery, location="query")
@blueprint.response(200, shapes.PlanSchema)
def discard_amendment(query: Values, plan_id: int) -> Any:
    """Give the draft of the next version up. The version in force stays; the draft is kept as a file, own words in the
    archive, comments with their answers.
    """
    with changing() as actor_id:
        discarding.discard_amendment(plan_id, query["reason"], actor_id)
    return show(plan_id)


@blueprint.get("/plans/<int:plan_id>/document")
@requires("plan.view")
@blueprint.file_response(DOCX, "The draft as a Word document.")
def download_draft(plan_id: int) -> Any:
    """Download the draft as .docx, to be read and signed on paper."""
    return send_file(BytesIO(service.draft_docx(plan_id)), DOCX, True, f"du-thao-{plan_id}.docx")


@blueprint.get("/plans/<int:plan_id>/versions")
@requires("plan.view")
@blueprint.response(200, shapes.PlanVersionListSchema)
def list_versions(plan_id: int) -> Any:
    """List the issued documents of a plan."""
    scope.get_own(Plan, plan_id)
    return {"items": queries.versions(plan_id)}


@blueprint.get("/plans/<int:plan_id>/versions/<int:version>")
@requires("plan.view")
@blueprint.response(200, shapes.IssuedPlanSchema)
def show_version(plan_id: int, version: int) -> Any:
    """Show an issued document with its text."""
    return issued_view(queries.issued_plan(g.unit.id, plan_id, version))


@blueprint.get("/plans/<int:plan_id>/versions/<int:version>/document")
@requires("plan.view")
@blueprint.file_response(DOCX, "The frozen Word document.")
def download_version(plan_id: int, version: int) -> Any:
    """Download an issued document as it was frozen."""
    return _frozen(g.unit.id, plan_id, version)


@blueprint.get("/superior-plans/<int:superior_id>/<int:plan_id>")
@requires("plan.view")
@blueprint.arguments(shapes.IssuedQuery, location="query")
@blueprint.response(200, shapes.IssuedPlanSchema)
def show_superior_plan(query: Values, superior_id: int, plan_id: int) -> Any:
    """Show an issued plan of a unit above this one."""
    return issued_view(queries.issued_plan(superior_id, plan_id, query["version"]))


@blueprint.get("/superior-plans/<int:superior_id>/<int:plan_id>/document")
@requires("plan.view")
@blueprint.arguments(shapes.IssuedQuery, location="query")
@blueprint.file_response(DOCX, "The frozen Word document.")
def download_superior_plan(query: Values, superior_id: int, plan_id: int) -> Any:
    """Download the issued document of a unit above this one."""
    return _frozen(superior_id, plan_id, query["version"])


def _frozen(unit_id: int, plan_id: int, version: int | None) -> Any:
    document = queries.issued_plan(unit_id, plan_id, version).document
    path = store().path(document.file_sha256, unit_id)
    name = slugify(f"{document.number} {document.notation} {document.document_date:%d %m %Y}") + ".docx"
    return send_file(path, DOCX, True, name, etag=document.file_sha256)


@blueprint.get("/topics")
@requires("plan.view")
@blueprint.response(200, shapes.TopicListSchema)
def list_topics() -> Any:
    """List the plan nodes an article of the unit may serve now."""
    return {"items": queries.topics_in_force()}
