"""Issuing: what is missing, the fields of the document, the confirmation."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from tenants import clock
from tenants.db import transaction
from tenants.errors import Refused
from tenants.plans import numbers, queries, service
from tenants.plans.models import Plan
from tenants.plans.states import EDITABLE
from tenants.plans.values import missing_for_issue
from tenants.web.forms.plans import IssueForm, NextIssueForm, document_fields
from tenants.web.guard import acting_user, requires
from tenants.web.plans import presenting
from tenants.web.plans.blueprint import blueprint


@blueprint.route("/<int:plan_id>/issue", methods=["GET", "POST"])
@requires("plan.issue")
def issue(plan_id: int) -> Any:
    """Ask for the document's own fields, and issue when they are complete and confirmed."""
    whole = queries.working_plan(plan_id)
    if whole.plan.state not in EDITABLE:
        return redirect(url_for("plans.show", plan_id=plan_id), 303)
    if request.method == "GET":
        fields = replace(service.fields_of(whole.plan), follow_up="adjust")
        day = fields.document_date or clock.today(g.unit.timezone)
        form = _form_for(whole.plan)(
            formdata=None,
            data={**asdict(fields), "document_date": day, "number": fields.number or numbers.next_number(day.year)},
        )
        return _page(whole, form)
    form = _form_for(whole.plan)()
    if not form.validate_on_submit():
        return _page(whole, form), 422
    try:
        with transaction():
            document = service.issue(plan_id, document_fields(form), acting_user().id)
            said, later = f"{document.number}/{document.notation}", document.version > 1
    except Refused as refusal:
        missing = refusal.data.get("missing", {})
        for name, sentence in missing.items():
            if name in form:
                form[name].errors = [*form[name].errors, sentence]
        flash(refusal.sentence, "error")
        return _page(queries.working_plan(plan_id), form), 422
    if later:
        flash(_("Đã ban hành văn bản số %(number)s. Kế hoạch từ đây theo bản mới.", number=said), "success")
    else:
        flash(_("Đã ban hành Kế hoạch số %(number)s. Văn bản và tệp được giữ nguyên từ đây.", number=said), "success")
    return redirect(url_for("plans.show", plan_id=plan_id), 303)


def _form_for(plan: Plan) -> type[IssueForm]:
    """Return the form of the next document: a later version says what kind of change it is and what carries it."""
    return NextIssueForm if plan.current_version else IssueForm


def _page(whole: queries.EffectivePlan, form: IssueForm) -> str:
    fields = service.tidy(document_fields(form))
    missing = missing_for_issue(fields, has_nodes=bool(whole.present))
    return render_template(
        "plans/issue.html",
        whole=whole,
        plan=whole.plan,
        form=form,
        missing=missing,
        hints=presenting.hints(whole),
        dispatches=presenting.may_dispatch(),
        issue_url=presenting.issue_url(whole.plan),
        letter_notation=service.suggested_notation("correct", whole.plan.notation),
    )
