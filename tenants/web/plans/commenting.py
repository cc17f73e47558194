"""Comments on drafts (góp ý): asking for them, answering them, and giving them when asked."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from tenants import clock, scope
from tenants.db import transaction
from tenants.errors import NotFound, Refused
from tenants.plans import consulted, consulting
from tenants.plans.document.wording import printed_label
from tenants.plans.life_models import ConsultRequest, PlanConsultation
from tenants.plans.models import Plan
from tenants.plans.states import EDITABLE
from tenants.units import queries as units
from tenants.web.addresses import wholes
from tenants.web.guard import acting_user, requires
from tenants.web.plans.blueprint import blueprint

USUAL_DAYS = 7


@blueprint.get("/<int:plan_id>/consult")
@requires("plan.edit")
def consult(plan_id: int) -> Any:
    """Ask whom to send a draft to, and until when."""
    plan = scope.get_own(Plan, plan_id)
    if plan.state not in EDITABLE:
        return redirect(url_for("plans.show", plan_id=plan_id))
    closes = clock.today(g.unit.timezone) + dt.timedelta(days=USUAL_DAYS)
    return _consult_page(plan, set(), {"closes_on": closes.isoformat()})


def _consult_page(plan: Plan, wanted: set[int], typed: dict[str, str]) -> str:
    return render_template(
        "plans/consult.html", plan=plan, partners=consulting.partners(), wanted=wanted, typed=typed,
        superiors=scope.current().superiors,
    )  # fmt: skip


@blueprint.post("/<int:plan_id>/consult")
@requires("plan.edit")
def send_for_comments(plan_id: int) -> Any:
    """Send a draft for comments."""
    wanted = set(wholes(request.form.getlist("unit")))
    if "everybody" in request.form:
        wanted |= {unit.id for unit in consulting.partners() if unit.id not in scope.current().superiors}
    try:
        closes: dt.date | None = dt.date.fromisoformat(request.form.get("closes_on", ""))
    except ValueError:
        closes = None
    try:
        with transaction():
            row = consulting.ask(plan_id, wanted, closes, request.form.get("message", "")[:2000], acting_user().id)
            row_id = row.id
    except Refused as refusal:
        flash(refusal.sentence, "error")
        return _consult_page(scope.get_own(Plan, plan_id), wanted, request.form.to_dict()), 422
    flash(_("Đã gửi dự thảo tới %(n)s đơn vị để góp ý.", n=len(wanted)), "success")
    return redirect(url_for("plans.consultation", plan_id=plan_id, consultation_id=row_id), 303)


def _round(plan_id: int, consultation_id: int) -> PlanConsultation:
    row = scope.get_own(PlanConsultation, consultation_id)
    if row.plan_id != plan_id:
        raise NotFound(f"consultation {consultation_id}")
    return row


@blueprint.get("/<int:plan_id>/consult/<int:consultation_id>")
@requires("plan.view")
def consultation(plan_id: int, consultation_id: int) -> Any:
    """Show a round of comments: who answered, what was said, what was done with it."""
    return _round_page(_round(plan_id, consultation_id), {})


def _round_page(row: PlanConsultation, typed: dict[str, str]) -> str:
    asked = consulting.asked_units(row.id)
    remarks = consulting.remarks(row.id)
    by_node: dict[str, list[Any]] = {}
    for remark in remarks:
        by_node.setdefault(remark.node_id, []).append(remark)
    return render_template(
        "plans/consultation.html",
        plan=scope.get_own(Plan, row.plan_id),
        row=row,
        asked=asked,
        units=units.by_ids(one.target_unit_id for one in asked),
        by_node=by_node,
        nodes=[node for node in row.text if node["node_id"] in by_node],
        remarks=remarks,
        typed=typed,
        over=row.closed_at is not None or row.closes_on < clock.today(g.unit.timezone),
    )


@blueprint.post("/<int:plan_id>/consult/<int:consultation_id>/remarks/<int:remark_id>")
@requires("plan.edit")
def answer_remark(plan_id: int, consultation_id: int, remark_id: int) -> Any:
    """Answer one remark."""
    row = _round(plan_id, consultation_id)
    if remark_id not in {remark.id for remark in consulting.remarks(row.id)}:
        raise NotFound(f"remark {remark_id}")
    reason = request.form.get("reason", "")[:2000]
    try:
        with transaction():
            consulting.answer(remark_id, request.form.get("verdict", ""), reason, acting_user().id)
    except Refused as refusal:
        flash(refusal.sentence, "error")
        return _round_page(_round(plan_id, consultation_id), {str(remark_id): reason}), 422
    flash(_("Đã trả lời ý kiến; đơn vị góp ý đọc được câu trả lời."), "success")
    anchor = f"remark-{remark_id}"
    return redirect(
        url_for("plans.consultation", plan_id=plan_id, consultation_id=consultation_id, _anchor=anchor), 303
    )


@blueprint.post("/<int:plan_id>/consult/<int:consultation_id>/remind")
@requires("plan.edit")
def remind_consulted(plan_id: int, consultation_id: int) -> Any:
    """Remind those who have not answered."""
    with transaction():
        count = consulting.remind(_round(plan_id, consultation_id).id, acting_user().id)
    if count:
        flash(_("Đã nhắc %(n)s đơn vị.", n=count), "success")
    else:
        flash(_("Các đơn vị chưa góp ý đã được nhắc trong 24 giờ qua."), "info")
    return redirect(url_for("plans.consultation", plan_id=plan_id, consultation_id=consultation_id), 303)


@blueprint.post("/<int:plan_id>/consult/<int:consultation_id>/close")
@requires("plan.edit")
def close_consultation(plan_id: int, consultation_id: int) -> Any:
    """End a round before its day."""
    with transaction():
        consulting.close(_round(plan_id, consultation_id).id, acting_user().id)
    flash(_("Đã kết thúc đợt góp ý. Ý kiến đã nhận được giữ để trả lời."), "success")
    return redirect(url_for("plans.consultation", plan_id=plan_id, consultation_id=consultation_id), 303)


@blueprint.get("/asked")
@requires("plan.view")
def asked_list() -> Any:
    """List the drafts of other units on which this one was asked to comment."""
    return render_template("plans/asked_list.html", requests=consulted.requests(), is_open=consulted.is_open)


@blueprint.get("/asked/<int:request_id>")
@requires("plan.view")
def asked(request_id: int) -> Any:
    """Show a draft that was sent for comments."""
    return _asked_page(scope.get_own(ConsultRequest, request_id), {})


def _asked_page(row: ConsultRequest, typed: dict[str, str]) -> str:
    remarks: dict[str, list[Any]] = {}
    for remark in consulted.remarks(row.id):
        remarks.setdefault(remark.node_id, []).append(remark)
    return render_template(
        "plans/asked.html", row=row, printed=printed_label, remarks=remarks, open=consulted.is_open(row), typed=typed,
        node_id=typed.get("node", request.args.get("node", "")),
    )  # fmt: skip


@blueprint.post("/asked/<int:request_id>/remarks")
@requires("plan.edit")
def add_remark(request_id: int) -> Any:
    """Write a remark."""
    node_id = request.form.get("node", "")
    try:
        with transaction():
            consulted.add_remark(request_id, node_id, request.form.get("words", ""), acting_user().id)
    except Refused as refusal:
        flash(refusal.sentence, "error")
        return _asked_page(scope.get_own(ConsultRequest, request_id), request.form.to_dict()), 422
    flash(_("Đã ghi ý kiến. Ý kiến chỉ được gửi khi bấm «Gửi góp ý»."), "success")
    return redirect(url_for("plans.asked", request_id=request_id, _anchor=f"node-{node_id or 'general'}"), 303)


@blueprint.post("/asked/<int:request_id>/remarks/<int:remark_id>/drop")
@requires("plan.edit")
def drop_remark(request_id: int, remark_id: int) -> Any:
    """Take a remark out before it is sent."""
    with transaction():
        consulted.drop_remark(request_id, remark_id)
    flash(_("Đã bỏ ý kiến."), "success")
    return redirect(url_for("plans.asked", request_id=request_id), 303)


@blueprint.post("/asked/<int:request_id>/send")
@requires("plan.edit")
def send_remarks(request_id: int) -> Any:
    """Send the answer to the drafter."""
    with transaction():
        count = consulted.send(request_id, acting_user().id)
    said = _("Đã gửi %(n)s ý kiến góp ý.", n=count) if count else _("Đã trả lời: đơn vị nhất trí, không có ý kiến.")
    flash(said, "success")
    return redirect(url_for("plans.asked", request_id=request_id), 303)
