"""What a superior amended: what changed, taking it over, confirming it, going back a step."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from tenants import scope
from tenants.accounts import queries as accounts
from tenants.db import transaction
from tenants.errors import Conflict, NotFound
from tenants.plans import queries, service, takeover
from tenants.plans.models import Plan
from tenants.plans.takeover_models import PlanChangeSet, PlanTakeover
from tenants.web.guard import acting_user, requires
from tenants.web.plans import changing, localizing
from tenants.web.plans.blueprint import blueprint

STEPS_SHOWN = 20


@blueprint.get("/<int:plan_id>/changes")
@requires("plan.view")
def changes(plan_id: int) -> Any:
    """Show what superiors changed: what waits, what was taken over last, and the steps that can be taken back."""
    whole = queries.working_plan(plan_id)
    rows = takeover.taken(plan_id)
    newest = next((row for row in rows if row.state in ("taken", "needs_decision")), None)
    past = takeover.steps(plan_id)[:STEPS_SHOWN]
    open_ones = takeover.decisions(plan_id)
    return render_template(
        "plans/changes.html",
        plan=whole.plan,
        whole=whole,
        waiting=takeover.waiting(plan_id),
        rows=rows,
        newest=newest,
        newest_changes=takeover.changes_taken(newest.id) if newest is not None else (),
        documents=changing.documents_of(rows),
        open_ones=open_ones,
        held=sum(changing.is_held(row) for row in open_ones),
        unissued=changing.unissued(whole.plan),
        steps=past,
        names=accounts.names([step.by_id for step in past]),
        title_of=takeover.title_of,
        **changing.words(),
    )


@blueprint.post("/<int:plan_id>/changes/<int:adoption_id>/take-over")
@requires("plan.issue")
def take_over(plan_id: int, adoption_id: int) -> Any:
    """Take the newest version of a superior's plan over."""
    adoption = localizing.adoption_of_plan(plan_id, adoption_id)
    seen = request.form.get("version", adoption.offered_version, type=int)
    try:
        with transaction():
            row = takeover.take_over_seen(adoption, seen, acting_user().id)
            questions = row.unanswered
    except Conflict as newer:
        flash(newer.sentence, "warning")
        return redirect(url_for("plans.changes", plan_id=plan_id), 303)
    if questions:
        flash(_("Đã cập nhật theo cấp trên. Còn %(count)s nội dung chờ đơn vị xử lý.", count=questions), "warning")
        return redirect(url_for("plans.decisions", plan_id=plan_id), 303)
    flash(_("Đã cập nhật theo cấp trên. Nội dung riêng của đơn vị được giữ nguyên."), "success")
    return redirect(url_for("plans.changes", plan_id=plan_id), 303)


@blueprint.post("/<int:plan_id>/changes/<int:takeover_id>/acknowledge")
@requires("plan.issue")
def acknowledge_version(plan_id: int, takeover_id: int) -> Any:
    """Confirm to the superior that an urgent amendment was read."""
    row = scope.get_own(PlanTakeover, takeover_id)
    if row.plan_id != plan_id:
        raise NotFound(f"takeover {takeover_id}")
    with transaction():
        takeover.acknowledge_version(takeover_id, acting_user().id)
    flash(_("Đã báo cấp trên: đơn vị đã đọc bản điều chỉnh."), "success")
    return redirect(url_for("plans.changes", plan_id=plan_id), 303)


@blueprint.post("/<int:plan_id>/steps/<int:step_id>/undo")
@requires("plan.edit")
def undo(plan_id: int, step_id: int) -> Any:
    """Take one step back as a whole."""
    if scope.get_own(PlanChangeSet, step_id).plan_id != plan_id:
        raise NotFound(f"step {step_id}")
    with transaction():
        takeover.undo(step_id, acting_user().id)
    flash(_("Đã hoàn tác bước này. Những gì bước đó thay thế vẫn có trong mục Lưu trữ."), "success")
    return redirect(url_for("plans.changes", plan_id=plan_id), 303)


@blueprint.get("/<int:plan_id>/archive")
@requires("plan.view")
def archive(plan_id: int) -> Any:
    """Show every own text that was put aside, with the reason; nothing of it is ever deleted."""
    plan = scope.get_own(Plan, plan_id)
    rows = takeover.archive(plan_id)
    return render_template(
        "plans/archive.html",
        plan=plan,
        rows=rows,
        names=accounts.names([row.by_id for row in rows]),
        reasons=changing.archive_reasons(),
        inherits=bool(queries.adoptions_of(plan_id)),
    )


@blueprint.post("/<int:plan_id>/amend")
@requires("plan.edit")
def amend(plan_id: int) -> Any:
    """Open the next version of an issued plan for writing."""
    with transaction():
        service.begin_amendment(plan_id, acting_user().id)
    flash(_("Đã mở bản điều chỉnh. Văn bản đang có hiệu lực không đổi cho đến khi ban hành bản mới."), "success")
    return redirect(url_for("plans.amendment", plan_id=plan_id), 303)
