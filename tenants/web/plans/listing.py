"""The unit's plans, and founding a new one."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from tenants import clock
from tenants.db import transaction
from tenants.errors import Refused
from tenants.plans import queries, service
from tenants.plans.life import steps_in_use
from tenants.web.forms.plans import LEVELS, NewPlanForm
from tenants.web.guard import acting_user, may, requires
from tenants.web.plans.blueprint import blueprint
from tenants.web.plans.presenting import next_step

TABS = ("received", "drafts", "issued")


@blueprint.get("")
@requires("plan.view")
def index() -> Any:
    """Show plans to localize, drafts and issued plans, with what to do next."""
    counts = queries.plan_counts()
    kind = request.args.get("kind", "")
    if kind not in TABS:
        kind = next((tab for tab in TABS if counts[tab]), "received" if g.unit.is_school else "drafts")
    page = queries.plan_page(kind, request.args.get("page", 1, type=int))
    lines = queries.lines(page.items)
    may_edit, may_issue = may("plan.edit"), may("plan.issue")
    checked = bool(steps_in_use())
    steps = {
        line.plan.id: next_step(line.plan, line.adoption, may_edit=may_edit, may_issue=may_issue, checked=checked)
        for line in lines
    }
    sources = queries.sources_in_work() if may_edit else []
    return render_template(
        "plans/index.html",
        kind=kind,
        counts=counts,
        page=page,
        lines=lines,
        steps=steps,
        sources=sources,
        state_of=queries.adoption_state,
    )


def _school_year() -> tuple[dt.date, dt.date]:
    """The school year that is running, or the next one from June on, when plans for it are written."""
    today = clock.today(g.unit.timezone)
    first = today.year if today.month >= 6 else today.year - 1
    return dt.date(first, 8, 1), dt.date(first + 1, 7, 31)


@blueprint.get("/new")
@requires("plan.edit")
def new() -> Any:
    """Ask for the name and the time of a new plan."""
    starts, ends = _school_year()
    subject = f"Truyền thông giáo dục năm học {starts.year}-{ends.year}"
    form = NewPlanForm(
        formdata=None, data={"subject": subject, "starts_on": starts, "ends_on": ends, "levels": list(g.unit.levels)}
    )
    return _new_page(form)


def _new_page(form: NewPlanForm) -> str:
    form.levels.choices = [(code, LEVELS[code]) for code in g.unit.levels]
    return render_template("plans/new.html", form=form)


@blueprint.post("/new")
@requires("plan.edit")
def create() -> Any:
    """Found the plan with its three sections and go on to writing."""
    form = NewPlanForm()
    form.levels.choices = [(code, LEVELS[code]) for code in g.unit.levels]
    if not form.validate_on_submit():
        return _new_page(form), 422
    try:
        with transaction():
            plan_id = service.create_plan(
                subject=form.subject.data or "",
                actor_id=acting_user().id,
                period_kind=form.period_kind.data,
                starts_on=form.starts_on.data,
                ends_on=form.ends_on.data,
                levels=form.levels.data or list(g.unit.levels),
            ).id
    except Refused as refusal:
        flash(refusal.sentence, "error")
        return _new_page(form), 422
    flash(_("Đã lập dự thảo với ba phần thường có. Hãy điền nội dung vào từng phần."), "success")
    return redirect(url_for("plans.edit", plan_id=plan_id), 303)
