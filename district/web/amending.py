"""Amending a plan that units build on: what it will meet, issuing it, what became of it in each unit, questions."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Blueprint, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from district.issuing import amending, asked, effects, queries, service
from district.web import presenting
from district.web.forms import AmendmentForm
from tenants import clock, scope
from tenants.db import transaction
from tenants.errors import NotFound, Refused
from tenants.jobs import queue
from tenants.plans import numbers
from tenants.plans import queries as plan_queries
from tenants.plans import service as plans
from tenants.plans.models import Plan, PlanVersion
from tenants.plans.states import AMENDING
from tenants.plans.values import DocumentFields, missing_for_issue
from tenants.web.forms.plans import FIELD_LABELS
from tenants.web.guard import acting_user, requires
from tenants.web.plans import changing

blueprint = Blueprint(
    "amending", __name__, url_prefix="/o/<unit_slug>/plans/<int:plan_id>/amendment", template_folder="templates"
)
questions = Blueprint(
    "plan_questions", __name__, url_prefix="/o/<unit_slug>/plan-questions", template_folder="templates"
)

SHOWN_UNITS = 100
"""Units of a list behind a number that stand on one page."""


def _amended(plan_id: int) -> Plan:
    plan = scope.get_own(Plan, plan_id)
    if plan.state != AMENDING:
        raise NotFound(f"amendment of plan {plan_id}")
    return plan


@blueprint.get("")
@requires("oversight.issue")
def preview(plan_id: int) -> Any:
    """Show what issuing the amendment will meet in the units that build on the plan."""
    plan = _amended(plan_id)
    return render_template(
        "amending/effects.html", plan=plan, effects=effects.preview_effects(plan_id), **changing.words()
    )


@blueprint.get("/units/<kind>")
@requires("oversight.issue")
def affected(plan_id: int, kind: str) -> Any:
    """List the units behind one number of the preview; ``node`` narrows it to one change."""
    plan = _amended(plan_id)
    node_id = request.args.get("node") or None
    found = effects.units_met(plan_id, kind, node_id)
    number = max(1, request.args.get("page", 1, type=int))
    change = next((one for one in plans.changes_since_issue(plan_id) if one.node_id == node_id), None)
    return render_template(
        "amending/units.html",
        plan=plan,
        kind=kind,
        title=_effect_titles()[kind],
        change=change,
        node_id=node_id,
        total=len(found),
        units=found[(number - 1) * SHOWN_UNITS : number * SHOWN_UNITS],
        page=number,
        pages=max(1, -(-len(found) // SHOWN_UNITS)),
    )


def _effect_titles() -> dict[str, str]:
    return {
        "all": _("Đơn vị đang theo kế hoạch này"),
        "by_themselves": _("Đơn vị tự cập nhật, không phải quyết định gì"),
        "adapted": _("Đơn vị đã viết lại đúng phần thay đổi"),
        "replaced": _("Đơn vị có lời riêng sẽ bị khóa thay"),
        "hidden": _("Đơn vị không áp dụng mục thay đổi"),
        "orphaned": _("Đơn vị có lời riêng ở mục bị rút"),
        "articles": _("Đơn vị có bài đã duyệt dựa vào mục thay đổi"),
    }


@blueprint.get("/issue")
@requires("oversight.issue")
def fill_in(plan_id: int) -> Any:
    """Ask for number, date, signer, class of the change and a note to the units."""
    plan = _amended(plan_id)
    known = plans.fields_of(plan)
    form = AmendmentForm(
        number=known.number or numbers.next_number(presenting.today().year),
        notation=known.notation,
        document_date=known.document_date or presenting.today(),
        place=known.place or g.unit.place,
        signer_title=known.signer_title,
        signer_name=known.signer_name,
        change_class="content",
        follow_up="adjust",
    )
    return _form_page(plan, form)


def _form_page(plan: Plan, form: AmendmentForm, status: int = 200) -> Any:
    return render_template("amending/issue.html", plan=plan, form=form), status


@blueprint.post("/issue")
@requires("oversight.issue")
def issue(plan_id: int) -> Any:
    """Show what is about to be issued, or issue it; "edit" goes back with everything that was typed."""
    plan = _amended(plan_id)
    form = AmendmentForm()
    if request.form.get("step") == "edit":
        return _form_page(plan, form)
    if not _complete(plan, form):
        return _form_page(plan, form, 422)
    if request.form.get("step") != "issue":
        return render_template(
            "amending/review.html",
            plan=plan,
            form=form,
            fields=plans.tidy(_fields(form)),
            effects=effects.preview_effects(plan_id),
            class_words=changing.class_words(),
        )
    try:
        with transaction():
            version = amending.issue_amendment(plan_id, _fields(form), acting_user().id).version
    except Refused as refusal:
        flash(refusal.sentence, "error")
        return _form_page(scope.get_own(Plan, plan_id), form, 422)
    flash(_("Đã ban hành bản %(number)s. Các đơn vị đang được cập nhật.", number=version), "success")
    return redirect(url_for("amending.results", plan_id=plan_id, version=version), 303)


def _complete(plan: Plan, form: AmendmentForm) -> bool:
    good = bool(form.validate())
    fields = plans.tidy(_fields(form))
    if fields.acknowledge_by is not None and fields.acknowledge_by <= clock.now():
        form.acknowledge_by.errors = [*form.acknowledge_by.errors, _("Hạn xác nhận phải sau lúc này.")]
        good = False
    missing = missing_for_issue(fields, has_nodes=bool(plan_queries.working_plan(plan.id).present))
    for name, sentence in missing.items():
        if name in form:
            form[name].errors = [*form[name].errors, sentence]
        else:
            flash(sentence, "error")
    if not plans.changes_since_issue(plan.id):
        flash(_("Bản điều chỉnh chưa có thay đổi nào so với bản đang có hiệu lực. Hãy sửa nội dung trước."), "error")
        return False
    return good and not missing


def _fields(form: AmendmentForm) -> DocumentFields:
    due: dt.datetime | None = form.acknowledge_by.data
    urgent = form.change_class.data == "urgent"
    return form.amended(clock.from_local(due, g.unit.timezone) if urgent and due is not None else None)


def _version(plan_id: int, version: int) -> tuple[Plan, PlanVersion]:
    plan = scope.get_own(Plan, plan_id)
    return plan, plan_queries.issued_plan(plan.unit_id, plan_id, version).document


@blueprint.get("/<int:version>")
@requires("oversight.issue")
def results(plan_id: int, version: int) -> Any:
    """Show what became of a version in each unit; ``state`` filters, pages of fifty."""
    plan, document = _version(plan_id, version)
    state = request.args.get("state") or None
    if state is not None and state not in changing.takeover_words():
        raise NotFound(f"state {state}")
    number = max(1, request.args.get("page", 1, type=int))
    found = amending.results(plan_id, version, number, state)
    return render_template(
        "amending/results.html",
        plan=plan,
        document=document,
        state=state,
        page=number,
        results=found,
        left=queries.left([unit.id for unit, _row in found.rows]),
        **_progress(plan_id, version),
        **changing.words(),
    )


@blueprint.get("/<int:version>/state")
@requires("oversight.issue")
def results_state(plan_id: int, version: int) -> Any:
    """Return the progress bar alone, for the page that waits; once all is settled, let it load its table again."""
    scope.get_own(Plan, plan_id)
    words = _progress(plan_id, version)
    answer = make_response(render_template("amending/_progress.html", **words))
    if words["settled"]:
        answer.headers["HX-Refresh"] = "true"
    return answer


def _progress(plan_id: int, version: int) -> dict[str, Any]:
    found = queries.progress(plan_id, version)
    handing_out = queue.state_of(amending.fan_out_key(g.unit.id, plan_id, version)) is not None
    settled = found.settled and not handing_out
    return {
        "plan_id": plan_id,
        "version": version,
        "progress": found,
        "failures": {one.unit.id: one for one in found.failures},
        "handing_out": handing_out,
        "settled": settled,
        "worker_stopped": not settled and not queue.worker_alive(),
    }


@blueprint.post("/<int:version>/retry")
@requires("oversight.issue")
def retry(plan_id: int, version: int) -> Any:
    """Let the units that gave up try again."""
    with transaction():
        again = service.retry_failed(plan_id, version, acting_user().id)
    flash(_("Đang thử lại ở %(n)s đơn vị.", n=again), "success")
    return redirect(url_for("amending.results", plan_id=plan_id, version=version), 303)


@questions.get("")
@requires("oversight.issue")
def index() -> Any:
    """Show what units below ask about the office's plans."""
    page, lines = asked.page(max(1, request.args.get("page", 1, type=int)))
    return render_template("amending/questions.html", page=page, lines=lines, labels=FIELD_LABELS)


@questions.post("/<int:unit_id>/<int:fact_id>")
@requires("oversight.issue")
def answer(unit_id: int, fact_id: int) -> Any:
    """Answer a question; the unit stays free in its decision."""
    words = request.form.get("answer", "")
    try:
        with transaction():
            amending.answer_question(unit_id, fact_id, words, acting_user().id)
    except Refused as refusal:
        flash(refusal.sentence, "error")
        return redirect(url_for("plan_questions.index"), 303)
    flash(_("Đã gửi câu trả lời. Đơn vị vẫn tự quyết định."), "success")
    return redirect(url_for("plan_questions.index"), 303)
