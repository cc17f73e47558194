"""Stopping what all units below have scheduled, by topic or altogether."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from district.issuing import orders
from tenants.db import transaction
from tenants.errors import Refused
from tenants.web.freezes import EVERYTHING, chosen_topic, shown
from tenants.web.guard import acting_user, requires

blueprint = Blueprint("office_freezes", __name__, url_prefix="/o/<unit_slug>/freezes", template_folder="templates")


@blueprint.get("")
@requires("oversight.issue")
def index() -> Any:
    """Show what this office has stopped, with a form to stop more."""
    return _page({})


def _page(typed: Any) -> Any:
    return render_template("office_freezes/index.html", typed=typed, everything=EVERYTHING, **shown(own=True))


@blueprint.post("")
@requires("oversight.issue")
def freeze() -> Any:
    """Stop a topic, or everything, in all units below."""
    try:
        with transaction():
            orders.freeze(chosen_topic(), request.form.get("reason", ""), acting_user().id)
    except Refused as refusal:
        if refusal.code == "frozen-already":
            flash(refusal.sentence, "info")
            return redirect(url_for("office_freezes.index"), 303)
        flash(refusal.sentence, "error")
        return _page(request.form), 422
    flash(_("Đã dừng ở mọi đơn vị trực thuộc. Bài hẹn giờ của các đơn vị được giữ nguyên."), "success")
    return redirect(url_for("office_freezes.index"), 303)


@blueprint.post("/<int:hold_id>/lift")
@requires("oversight.issue")
def lift(hold_id: int) -> Any:
    """Let the units below go on."""
    with transaction():
        orders.lift_freeze(hold_id, acting_user().id)
    flash(_("Đã gỡ lệnh dừng. Bài còn hạn tự đăng đúng giờ; bài đã quá giờ chờ các đơn vị chọn giờ mới."), "success")
    return redirect(url_for("office_freezes.index"), 303)
