"""Stopping everything scheduled, or all of one topic, in the present unit; and letting it go on."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from tenants.accounts import queries as people
from tenants.db import transaction
from tenants.errors import Refused
from tenants.plans import queries as plans
from tenants.publishing import holds
from tenants.units import queries as units
from tenants.web.guard import acting_user, requires

blueprint = Blueprint("freezes", __name__, url_prefix="/u/<unit_slug>/freezes")

EVERYTHING = "everything"
"""The choice that stands for all topics; no node has this id."""


@blueprint.get("/")
@requires("publish.manage")
def index() -> Any:
    """Show what is stopped here, by whom and why, with a form to stop more."""
    return _page({})


def _page(typed: Any) -> Any:
    return render_template("freezes/index.html", typed=typed, everything=EVERYTHING, **shown())


def shown(own: bool = False) -> dict[str, Any]:
    """Return what a page about freezes shows.

    Args:
        own: only those of this unit; else those of its superiors too.
    """
    running, ended = holds.freezes(own=own), holds.freezes(own=True, lifted=True, most=10)
    found = [*running, *ended]
    return {
        "running": running,
        "ended": ended,
        "owners": units.by_ids(hold.unit_id for hold in found),
        "names": people.names([person for hold in found for person in (hold.by_id, hold.lifted_by) if person]),
        "topics": plans.topics_in_force(),
    }


@blueprint.post("/")
@requires("publish.manage")
def freeze() -> Any:
    """Stop a topic, or everything."""
    try:
        with transaction():
            holds.freeze(chosen_topic(), request.form.get("reason", ""), acting_user().id)
    except Refused as refusal:
        if refusal.code == "frozen-already":
            flash(refusal.sentence, "info")
            return redirect(url_for("freezes.index"), 303)
        flash(refusal.sentence, "error")
        return _page(request.form), 422
    flash(_("Đã dừng. Các bài hẹn giờ được giữ nguyên và chờ tới khi gỡ lệnh dừng."), "success")
    return redirect(url_for("freezes.index"), 303)


def chosen_topic() -> str | None:
    """Return the topic that the form names; None for everything.

    Raises:
        Refused: "no-topic": nothing was chosen.
    """
    topic = request.form.get("node", "")
    if not topic:
        raise Refused("no-topic", _("Hãy chọn chủ đề cần dừng, hoặc chọn dừng tất cả. Chưa có gì bị dừng."))
    return None if topic == EVERYTHING else topic


@blueprint.post("/<int:hold_id>/lift")
@requires("publish.manage")
def lift(hold_id: int) -> Any:
    """Let go on what this unit stopped."""
    with transaction():
        holds.lift(hold_id, acting_user().id)
    flash(_("Đã gỡ lệnh dừng. Bài còn hạn tự đăng đúng giờ; bài đã quá giờ chờ bạn chọn giờ mới."), "success")
    return redirect(url_for("freezes.index"), 303)
