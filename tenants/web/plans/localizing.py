"""A unit's own layer on what it inherits: read the superior's plan, adapt, leave out, take back."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Response, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from tenants import files, scope
from tenants.db import transaction
from tenants.errors import Conflict, NotFound, Refused
from tenants.plans import life_service, queries, service
from tenants.plans.models import Adoption
from tenants.plans.printing import bases, citation_line
from tenants.plans.service import CitationValues, NodeValues
from tenants.plans.values import token
from tenants.web.downloads import attachment
from tenants.web.forms.plans import NodeForm, adapted_values
from tenants.web.guard import acting_user, requires
from tenants.web.plans import presenting
from tenants.web.plans.blueprint import blueprint
from tenants.web.plans.editing import node_page


def adoption_of_plan(plan_id: int, adoption_id: int) -> Adoption:
    """Return an adoption of the present unit that belongs to this plan.

    Raises:
        NotFound: it does not.
    """
    adoption = scope.get_own(Adoption, adoption_id)
    if adoption.plan_id != plan_id:
        raise NotFound(f"adoption {adoption_id}")
    return adoption


@blueprint.get("/<int:plan_id>/base/<int:adoption_id>")
@requires("plan.view")
def base(plan_id: int, adoption_id: int) -> Any:
    """Show the superior's plan as it was issued."""
    adoption = adoption_of_plan(plan_id, adoption_id)
    issued = queries.issued_plan(adoption.base_unit_id, adoption.base_plan_id, adoption.base_version)
    citations = cited_values(issued.document.citations)
    lines, introduction = bases(issued.document.introduction, citations)
    return render_template(
        "plans/base.html",
        plan_id=plan_id,
        adoption=adoption,
        withdrawn=life_service.revocations_of([adoption]),
        issued=issued,
        document=issued.document,
        citations=[citation_line(value) for value in citations],
        lines=lines,
        introduction=introduction,
        origins=presenting.several_origins(issued.origins),
        facts=presenting.facts,
        rules=presenting.rules,
    )


def cited_values(citations: list[dict[str, Any]]) -> list[CitationValues]:
    """Return the bases of an issued document as values."""
    days = [dt.date.fromisoformat(entry["issued_on"]) if entry.get("issued_on") else None for entry in citations]
    return [CitationValues(**{**entry, "issued_on": day}) for entry, day in zip(citations, days, strict=True)]


@blueprint.get("/<int:plan_id>/base/<int:adoption_id>/file")
@requires("plan.view")
def base_file(plan_id: int, adoption_id: int) -> Any:
    """Hand out the superior's frozen document."""
    adoption = adoption_of_plan(plan_id, adoption_id)
    document = queries.issued_plan(adoption.base_unit_id, adoption.base_plan_id, adoption.base_version).document
    return docx_response(
        files.store().path(document.file_sha256, document.unit_id).read_bytes(), document_name(document)
    )


def document_name(document: Any) -> str:
    """Return the file name of a document: "05-KH-MNHS.docx"."""
    return f"{document.number}-{document.notation}.docx".replace("/", "-")


def docx_response(data: bytes, name: str) -> Response:
    """Return a Word file to be saved."""
    return attachment(data, "application/vnd.openxmlformats-officedocument.wordprocessingml.document", name)


@blueprint.post("/<int:plan_id>/studied")
@requires("plan.edit")
def studied(plan_id: int) -> Any:
    """Note that the superior's plan was studied."""
    with transaction():
        service.mark_studied(plan_id, acting_user().id)
    flash(_("Đã ghi nhận: đơn vị đã nghiên cứu kế hoạch của cấp trên."), "success")
    return redirect(url_for("plans.show", plan_id=plan_id), 303)


@blueprint.post("/<int:plan_id>/nodes/<node_id>/adapt")
@requires("plan.edit")
def adapt(plan_id: int, node_id: str) -> Any:
    """Save the unit's own words on an inherited node; locked fields are refused by the service, whoever sends them."""
    form = NodeForm()
    whole = queries.working_plan(plan_id)
    found = whole.node(node_id)
    if found.item.base is None:
        raise NotFound(f"inherited node {node_id}")
    if form.kind.data is None:
        form.kind.data = found.node.kind
    for field in form:
        if field.name.startswith("policy_") and field.data is None:
            field.data = "default"
    if not form.validate_on_submit():
        return node_page(whole, found, form), 422
    values = adapted_values(form, request.form, found.item.base, governs=not g.unit.is_school)
    try:
        with transaction():
            adapted = service.adapt(
                plan_id,
                node_id,
                values,
                acting_user().id,
                reason=form.reason.data or "",
                seen=form.seen.data or None,
            )
    except Refused as refusal:
        flash(refusal.sentence, "error")
        whole = queries.working_plan(plan_id)
        found = whole.node(node_id)
        form.seen.data = token(NodeValues.of(found.node))
        conflict = isinstance(refusal, Conflict)
        return node_page(whole, found, form, found if conflict else None), 409 if conflict else 422
    flash(_("Đã lưu nội dung của đơn vị.") if adapted else _("Mục giữ đúng như của cấp trên."), "success")
    return redirect(url_for("plans.edit", plan_id=plan_id, _anchor=f"node-{node_id}"), 303)


@blueprint.post("/<int:plan_id>/nodes/<node_id>/reset")
@requires("plan.edit")
def reset(plan_id: int, node_id: str) -> Any:
    """Take the superior's text back, for one field or the whole node."""
    with transaction():
        service.reset(plan_id, node_id, acting_user().id, field=request.form.get("field") or None)
    flash(_("Đã lấy lại nội dung của cấp trên. Lời cũ của đơn vị vẫn có trong nhật ký."), "success")
    return redirect(url_for("plans.edit", plan_id=plan_id, _anchor=f"node-{node_id}"), 303)


@blueprint.post("/<int:plan_id>/nodes/<node_id>/omit")
@requires("plan.edit")
def omit(plan_id: int, node_id: str) -> Any:
    """Leave an inherited node out, with a reason."""
    reason = request.form.get("reason", "")
    try:
        with transaction():
            service.omit(plan_id, node_id, reason, acting_user().id)
    except Refused as refusal:
        flash(refusal.sentence, "error")
        return redirect(url_for("plans.node", plan_id=plan_id, node_id=node_id, reason=reason, _anchor="omit"), 303)
    flash(_("Đã bỏ mục khỏi kế hoạch của đơn vị, kèm lý do."), "success")
    return redirect(url_for("plans.edit", plan_id=plan_id, _anchor=f"node-{node_id}"), 303)


@blueprint.post("/<int:plan_id>/nodes/<node_id>/restore")
@requires("plan.edit")
def restore(plan_id: int, node_id: str) -> Any:
    """Take an omitted node back."""
    with transaction():
        service.restore(plan_id, node_id, acting_user().id)
    flash(_("Đã khôi phục mục."), "success")
    return redirect(url_for("plans.edit", plan_id=plan_id, _anchor=f"node-{node_id}"), 303)


@blueprint.post("/<int:plan_id>/combine")
@requires("plan.edit")
def combine(plan_id: int) -> Any:
    """Let a second superior's plan join this one."""
    with transaction():
        service.combine(plan_id, request.form.get("other", 0, type=int), acting_user().id)
    flash(_("Đã gộp hai kế hoạch của cấp trên vào một dự thảo; mỗi mục vẫn ghi rõ của cấp nào."), "success")
    return redirect(url_for("plans.show", plan_id=plan_id), 303)
