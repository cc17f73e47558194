"""Issuing a plan to units below: choose and fill in, look once more, issue, watch it arrive."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from district.issuing import queries, service
from district.issuing.queries import Candidates
from district.web import presenting
from district.web.forms import DocumentForm
from tenants import scope
from tenants.db import transaction
from tenants.errors import Refused
from tenants.jobs import queue
from tenants.plans import numbers
from tenants.plans import queries as plan_queries
from tenants.plans import service as plans
from tenants.plans.models import Plan
from tenants.plans.states import AMENDING
from tenants.plans.values import missing_for_issue
from tenants.web.addresses import wholes
from tenants.web.guard import acting_user, requires

blueprint = Blueprint(
    "issuing", __name__, url_prefix="/o/<unit_slug>/plans/<int:plan_id>/issue", template_folder="templates"
)


@blueprint.get("")
@requires("oversight.issue")
def choose(plan_id: int) -> Any:
    """Ask for the document's number and signer, and for the units to send to."""
    plan = scope.get_own(Plan, plan_id)
    if plan.state == AMENDING:
        return redirect(url_for("amending.preview", plan_id=plan_id))
    return _form_page(plan, _form_of(plan), set())


@blueprint.post("")
@requires("oversight.issue")
def issue(plan_id: int) -> Any:
    """Show what is about to be issued, or issue it; "edit" goes back with everything that was typed."""
    plan = scope.get_own(Plan, plan_id)
    offered = queries.candidates(plan)
    wanted = _wanted(offered)
    form = DocumentForm()
    if request.form.get("step") == "edit":
        return _form_page(plan, form, wanted, offered=offered)
    if not _complete(plan, form, wanted):
        return _form_page(plan, form, wanted, 422, offered)
    if request.form.get("step") != "issue":
        return _review_page(plan, form, wanted, offered)
    try:
        with transaction():
            version = _send(plan, form, wanted)
    except Refused as refusal:
        flash(refusal.sentence, "error")
        plan = scope.get_own(Plan, plan_id)
        return _form_page(plan, form, wanted, 422)
    return redirect(url_for("issuing.progress", plan_id=plan_id, version=version), 303)


def _send(plan: Plan, form: DocumentForm, wanted: set[int]) -> int:
    if plan.state == "issued":
        service.send_to_more(plan.id, wanted, acting_user().id)
        return plan.current_version
    return service.issue_to(plan.id, wanted, form.fields(), acting_user().id).version


def _form_of(plan: Plan) -> DocumentForm:
    known = plans.fields_of(plan)
    return DocumentForm(
        number=known.number or numbers.next_number(presenting.today().year),
        notation=known.notation or (f"KH-{g.unit.symbol}" if g.unit.symbol else ""),
        document_date=known.document_date or presenting.today(),
        place=known.place or g.unit.place,
        signer_title=known.signer_title,
        signer_name=known.signer_name,
    )


def _wanted(offered: Candidates) -> set[int]:
    """Return the ids of the chosen units: one by one, and by whole groups."""
    ids = set(wholes(request.form.getlist("unit")))
    return ids | offered.in_groups(request.form.getlist("group"))


def _complete(plan: Plan, form: DocumentForm, wanted: set[int]) -> bool:
    """Return whether all is there to go on; what is missing is written to the form's fields."""
    good = bool(wanted)
    if not good:
        flash(_("Chưa chọn đơn vị nhận. Hãy chọn ít nhất một đơn vị; những gì đã nhập vẫn được giữ."), "error")
    if plan.state == "issued":
        return good
    good = form.validate() and good
    nodes = plan_queries.working_plan(plan.id).present
    missing = missing_for_issue(plans.tidy(form.fields()), has_nodes=bool(nodes))
    for name, sentence in missing.items():
        if name in form:
            form[name].errors = [*form[name].errors, sentence]
        else:
            flash(sentence, "error")
    return good and not missing


def _form_page(
    plan: Plan, form: DocumentForm, wanted: set[int], status: int = 200, offered: Candidates | None = None
) -> Any:
    offered = offered or queries.candidates(plan)
    page = render_template(
        "issuing/choose.html", plan=plan, form=form, offered=offered, wanted=wanted, **presenting.labels()
    )
    return page, status


def _review_page(plan: Plan, form: DocumentForm, wanted: set[int], offered: Candidates) -> Any:
    chosen = [one.unit for one in offered.offered if one.unit.id in wanted]
    return render_template(
        "issuing/review.html",
        plan=plan,
        form=form,
        fields=plans.tidy(form.fields()),
        chosen=chosen,
        kinds=_by_kind(chosen),
    )


def _by_kind(units: list[Any]) -> list[tuple[str, list[Any]]]:
    found: dict[str, list[Any]] = {}
    for unit in units:
        found.setdefault(unit.kind_label, []).append(unit)
    return list(found.items())


@blueprint.get("/<int:version>")
@requires("oversight.issue")
def progress(plan_id: int, version: int) -> Any:
    """Show how many units have received a version, and where it failed."""
    plan = scope.get_own(Plan, plan_id)
    return render_template("issuing/progress.html", plan=plan, **_state(plan_id, version))


@blueprint.get("/<int:version>/state")
@requires("oversight.issue")
def progress_state(plan_id: int, version: int) -> Any:
    """Return the part of the progress page that changes."""
    scope.get_own(Plan, plan_id)
    return render_template("issuing/_state.html", **_state(plan_id, version))


def _state(plan_id: int, version: int) -> dict[str, Any]:
    found = queries.progress(plan_id, version)
    return {
        "plan_id": plan_id,
        "version": version,
        "progress": found,
        "worker_stopped": not found.settled and not queue.worker_alive(),
    }


@blueprint.post("/<int:version>/retry")
@requires("oversight.issue")
def retry(plan_id: int, version: int) -> Any:
    """Let the units that gave up try again."""
    with transaction():
        again = service.retry_failed(plan_id, version, acting_user().id)
    flash(_("Đang gửi lại tới %(n)s đơn vị.", n=again), "success")
    return redirect(url_for("issuing.progress", plan_id=plan_id, version=version), 303)
