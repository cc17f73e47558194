"""What stands around the text of a plan: number, date, signer, recipients, and the bases it cites."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from tenants import scope
from tenants.db import transaction
from tenants.errors import Conflict, NotFound, Refused
from tenants.plans import queries, service
from tenants.plans.models import Plan, PlanCitation
from tenants.plans.printing import citation_line
from tenants.plans.states import EDITABLE
from tenants.plans.values import token
from tenants.web.forms.plans import (
    DOC_TYPES,
    CitationForm,
    HeaderForm,
    citation_values,
    header_data,
    header_values,
)
from tenants.web.guard import acting_user, requires
from tenants.web.plans.blueprint import blueprint


@blueprint.get("/<int:plan_id>/header")
@requires("plan.edit")
def header(plan_id: int) -> Any:
    """Show the header and the bases."""
    plan = scope.get_own(Plan, plan_id)
    if plan.state not in EDITABLE:
        return redirect(url_for("plans.show", plan_id=plan_id))
    values = service.header_of(plan)
    return _page(plan, HeaderForm(formdata=None, data={**header_data(values), "seen": token(values)}))


def _page(plan: Plan, form: HeaderForm, theirs: Any = None) -> str:
    citations = queries.citations(plan.id)
    lines = [(row, citation_line(service.citation_values(row))) for row in citations]
    return render_template("plans/header.html", plan=plan, form=form, citations=lines, theirs=theirs)


@blueprint.post("/<int:plan_id>/header")
@requires("plan.edit")
def save_header(plan_id: int) -> Any:
    """Save the header; a refusal gives the typed text back."""
    plan = scope.get_own(Plan, plan_id)
    form = HeaderForm()
    if not form.validate_on_submit():
        return _page(plan, form), 422
    try:
        with transaction():
            service.save_header(plan_id, header_values(form), acting_user().id, seen=form.seen.data or None)
    except Refused as refusal:
        flash(refusal.sentence, "error")
        plan = scope.get_own(Plan, plan_id)
        theirs = service.header_of(plan) if isinstance(refusal, Conflict) else None
        form.seen.data = token(service.header_of(plan))
        return _page(plan, form, theirs), 409 if theirs else 422
    flash(_("Đã lưu phần đầu văn bản."), "success")
    return redirect(url_for("plans.show", plan_id=plan_id), 303)


def _citation(plan_id: int, citation_id: int) -> PlanCitation:
    row = scope.get_own(PlanCitation, citation_id)
    if row.plan_id != plan_id:
        raise NotFound(f"citation {citation_id}")
    return row


@blueprint.get("/<int:plan_id>/citations/new")
@requires("plan.edit")
def new_citation(plan_id: int) -> Any:
    """Ask for a basis."""
    return _citation_page(scope.get_own(Plan, plan_id), CitationForm(formdata=None, data={"doc_type": "Kế hoạch"}))


def _citation_page(plan: Plan, form: CitationForm, row: PlanCitation | None = None) -> str:
    return render_template("plans/citation.html", plan=plan, form=form, row=row, doc_types=DOC_TYPES)


@blueprint.post("/<int:plan_id>/citations/new")
@requires("plan.edit")
def add_citation(plan_id: int) -> Any:
    """Add a basis."""
    return _save_citation(plan_id, None)


@blueprint.get("/<int:plan_id>/citations/<int:citation_id>")
@requires("plan.edit")
def citation(plan_id: int, citation_id: int) -> Any:
    """Show a basis for correction."""
    row = _citation(plan_id, citation_id)
    return _citation_page(scope.get_own(Plan, plan_id), CitationForm(formdata=None, obj=row), row)


@blueprint.post("/<int:plan_id>/citations/<int:citation_id>")
@requires("plan.edit")
def save_citation(plan_id: int, citation_id: int) -> Any:
    """Save a basis."""
    return _save_citation(plan_id, _citation(plan_id, citation_id))


def _save_citation(plan_id: int, row: PlanCitation | None) -> Any:
    plan, form = scope.get_own(Plan, plan_id), CitationForm()
    if not form.validate_on_submit():
        return _citation_page(plan, form, row), 422
    citation_id = row.id if row is not None else None
    try:
        with transaction():
            service.save_citation(plan_id, citation_values(form), acting_user().id, citation_id)
    except Refused as refusal:
        flash(refusal.sentence, "error")
        return _citation_page(scope.get_own(Plan, plan_id), form, row), 422
    flash(_("Đã lưu căn cứ."), "success")
    return redirect(url_for("plans.header", plan_id=plan_id, _anchor="citations"), 303)


@blueprint.post("/<int:plan_id>/citations/<int:citation_id>/remove")
@requires("plan.edit")
def remove_citation(plan_id: int, citation_id: int) -> Any:
    """Take a basis out."""
    with transaction():
        service.remove_citation(plan_id, citation_id, acting_user().id)
    flash(_("Đã bỏ căn cứ."), "success")
    return redirect(url_for("plans.header", plan_id=plan_id, _anchor="citations"), 303)
