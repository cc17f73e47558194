"""The way of a draft to its issue: checks, approval, their settings, and the withdrawal of what was issued."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from tenants import clock, files, scope, settings
from tenants.accounts import queries as accounts
from tenants.db import transaction
from tenants.errors import NotFound, Refused
from tenants.plans import consulting, discarding, life_service, numbers, queries, service
from tenants.plans import life as steps
from tenants.plans.models import Plan
from tenants.plans.states import EDITABLE, ISSUED
from tenants.plans.values import DocumentFields
from tenants.web.guard import acting_user, may, requires
from tenants.web.plans import presenting
from tenants.web.plans.blueprint import blueprint
from tenants.web.plans.localizing import docx_response

STEP_LABELS = {
    steps.CONTENT: _l("Kiểm tra nội dung"),
    steps.FORMAT: _l("Kiểm tra thể thức"),
    steps.APPROVAL: _l("Duyệt bản thảo"),
}
STEP_HELP = {
    steps.CONTENT: _l("Người đứng đầu đơn vị soạn thảo chịu trách nhiệm về nội dung."),
    steps.FORMAT: _l("Người được giao kiểm tra thể thức, kỹ thuật trình bày theo Nghị định 30."),
    steps.APPROVAL: _l("Người ký duyệt đúng văn bản đang có; sửa sau khi duyệt thì phải trình lại."),
}
WHO = {steps.CONTENT: "plan.check", steps.FORMAT: "plan.edit", steps.APPROVAL: "plan.approve"}


def may_look(step: str) -> bool:
    """Return whether the present person does this step here."""
    if not may(WHO[step]):
        return False
    return step != steps.FORMAT or life_service.may_check_format(acting_user().id)


@blueprint.get("/<int:plan_id>/life")
@requires("plan.view")
def life(plan_id: int) -> Any:
    """Show how far a draft is on its way to issue."""
    plan = scope.get_own(Plan, plan_id)
    if plan.state not in EDITABLE:
        return redirect(url_for("plans.show", plan_id=plan_id))
    return _life_page(plan, {})


def _life_page(plan: Plan, typed: dict[str, str]) -> str:
    text = life_service.draft_text(plan)
    looks = steps.checks(plan)
    in_use = steps.steps_in_use()
    given_up = discarding.discards(plan.id)
    rounds = [
        row
        for row in consulting.rounds(plan)
        if row.version == plan.current_version + 1 and discarding.belongs_to(row, given_up) is None
    ]
    return render_template(
        "plans/life.html",
        plan=plan,
        sha256=text.sha256,
        findings=text.findings,
        steps=steps.states(looks, in_use, text.sha256),
        looks=looks,
        names=accounts.names([row.by_id for row in looks]),
        labels=STEP_LABELS,
        help=STEP_HELP,
        may_look=may_look,
        ready=bool(text.tree) and all(one.holds for one in steps.states(looks, in_use, text.sha256)),
        rounds=rounds,
        counts=consulting.counts([row.id for row in rounds]),
        day=clock.today(g.unit.timezone),
        issue_url=presenting.issue_url(plan),
        typed=typed,
    )


@blueprint.post("/<int:plan_id>/life/content")
@requires("plan.check")
def check_content(plan_id: int) -> Any:
    """Pass or return the content."""
    return _look(plan_id, steps.CONTENT)


@blueprint.post("/<int:plan_id>/life/format")
@requires("plan.edit")
def check_format(plan_id: int) -> Any:
    """Pass or return the form."""
    return _look(plan_id, steps.FORMAT)


@blueprint.post("/<int:plan_id>/life/approval")
@requires("plan.approve")
def approve_draft(plan_id: int) -> Any:
    """Approve this very text, or return it."""
    return _look(plan_id, steps.APPROVAL)


def _look(plan_id: int, step: str) -> Any:
    passed = request.form.get("verdict") == "passed"
    try:
        with transaction():
            life_service.look(
                plan_id,
                step,
                passed=passed,
                seen_sha256=request.form.get("seen", ""),
                note=request.form.get("note", ""),
                actor_id=acting_user().id,
            )
    except Refused as refusal:
        flash(refusal.sentence, "error")
        plan = scope.get_own(Plan, plan_id)
        if plan.state not in EDITABLE:
            return redirect(url_for("plans.show", plan_id=plan_id), 303)
        return _life_page(plan, {step: request.form.get("note", "")}), 422
    flash(_("Đã ghi nhận.") if passed else _("Đã trả lại người soạn."), "success")
    return redirect(url_for("plans.life", plan_id=plan_id), 303)


@blueprint.route("/life-settings", methods=["GET", "POST"])
@requires("settings.manage")
def life_settings() -> Any:
    """Set which checks drafts of this unit pass, who checks the form, and the own counter."""
    if request.method == "POST":
        with transaction():
            life_service.put_settings(
                request.form.getlist("step"),
                request.form.get("checker", type=int),
                "counter" in request.form,
                acting_user().id,
            )
        flash(_("Đã lưu quy trình ban hành của đơn vị."), "success")
        return redirect(url_for("plans.life_settings"), 303)
    return render_template(
        "plans/life_settings.html",
        steps=steps.CHECKED,
        labels=STEP_LABELS,
        help=STEP_HELP,
        chosen=steps.steps_in_use(),
        people=life_service.possible_checkers(),
        checker=settings.own("plans.format_checker"),
        counter=bool(settings.own("plans.counter")),
    )


@blueprint.get("/<int:plan_id>/revoke")
@requires("plan.revoke")
def revocation(plan_id: int) -> Any:
    """Ask for the notice that withdraws an issued plan."""
    plan = scope.get_own(Plan, plan_id)
    if plan.state != ISSUED:
        return redirect(url_for("plans.show", plan_id=plan_id))
    document = queries.issued_plan(plan.unit_id, plan.id).document
    today = clock.today(g.unit.timezone)
    typed = {
        "number": numbers.next_number(today.year),
        "notation": service.suggested_notation("revoke", document.notation),
        "document_date": today.isoformat(),
        "place": document.place,
        "signer_title": document.signer_title,
        "signer_name": document.signer_name,
        "reason": "",
    }
    return _revocation_page(plan, typed)


def _revocation_page(plan: Plan, typed: dict[str, str]) -> str:
    document = queries.issued_plan(plan.unit_id, plan.id).document
    return render_template("plans/revoke.html", plan=plan, document=document, typed=typed)


@blueprint.post("/<int:plan_id>/revoke")
@requires("plan.revoke")
def revoke(plan_id: int) -> Any:
    """Withdraw an issued plan, and let those who received it be told."""
    typed = request.form.to_dict()
    try:
        with transaction():
            row = life_service.revoke(plan_id, _fields(typed), acting_user().id)
            life_service.announce_revocation(row)
    except Refused as refusal:
        flash(refusal.sentence, "error")
        plan = scope.get_own(Plan, plan_id)
        if plan.state != ISSUED:
            return redirect(url_for("plans.show", plan_id=plan_id), 303)
        return _revocation_page(plan, typed), 422
    flash(_("Đã thu hồi kế hoạch. Văn bản và lịch sử vẫn được giữ; các đơn vị đã nhận đang được báo."), "success")
    return redirect(url_for("plans.show", plan_id=plan_id), 303)


def _fields(typed: dict[str, str]) -> DocumentFields:
    day: dt.date | None
    try:
        day = dt.date.fromisoformat(typed.get("document_date", ""))
    except ValueError:
        day = None
    number, notation, title, name, place, reason = (
        typed.get(field, "")[:500] for field in ("number", "notation", "signer_title", "signer_name", "place", "reason")
    )
    return DocumentFields(number, notation, day, title, name, place, reason=reason)


@blueprint.get("/<int:plan_id>/revocation.docx")
@requires("plan.view")
def revocation_file(plan_id: int) -> Any:
    """Hand out the notice that withdrew a plan."""
    plan = scope.get_own(Plan, plan_id)
    row = life_service.revocation_of(plan.unit_id, plan.id)
    if row is None:
        raise NotFound(f"revocation of plan {plan_id}")
    return docx_response(files.store().get(row.file_sha256), f"{row.number}-{row.notation}.docx")
