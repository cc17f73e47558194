"""Giving up the draft of an amendment, and the drafts that were given up."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from tenants import files, scope
from tenants.db import transaction
from tenants.errors import Refused
from tenants.plans import consulting, discarding, service
from tenants.plans.models import Plan
from tenants.plans.states import AMENDING
from tenants.web.guard import acting_user, requires
from tenants.web.plans.blueprint import blueprint
from tenants.web.plans.localizing import docx_response


@blueprint.get("/<int:plan_id>/amendment/discard")
@requires("plan.edit")
def ask_discard(plan_id: int) -> Any:
    """Say what giving the draft up does and what is kept, and ask."""
    plan = scope.get_own(Plan, plan_id)
    if plan.state != AMENDING:
        return redirect(url_for("plans.show", plan_id=plan_id))
    drafts = [row for row in consulting.rounds(plan) if row.version == plan.current_version + 1]
    given_up = discarding.discards(plan_id)
    rounds = [row for row in drafts if discarding.belongs_to(row, given_up) is None]
    return render_template(
        "plans/discard.html",
        plan=plan,
        changes=len(service.changes_since_issue(plan_id)),
        rounds=rounds,
        open_rounds=sum(row.closed_at is None for row in rounds),
    )


@blueprint.post("/<int:plan_id>/amendment/discard")
@requires("plan.edit")
def discard_amendment(plan_id: int) -> Any:
    """Give the draft up."""
    try:
        with transaction():
            discarding.discard_amendment(plan_id, request.form.get("reason", "")[:500], acting_user().id)
    except Refused as refusal:
        flash(refusal.sentence, "error")
    else:
        flash(
            _("Đã bỏ dự thảo. Bản đã ban hành không đổi; dự thảo và góp ý được giữ ở mục «Dự thảo đã bỏ»."), "success"
        )
    return redirect(url_for("plans.show", plan_id=plan_id), 303)


@blueprint.get("/<int:plan_id>/discarded/<int:discard_id>/file")
@requires("plan.view")
def discarded_file(plan_id: int, discard_id: int) -> Any:
    """Hand out a draft that was given up, as it stood."""
    row = discarding.discard_of(plan_id, discard_id)
    return docx_response(files.store().get(row.file_sha256), _("Dự thảo đã bỏ") + f" {row.subject[:60]}.docx")
