"""The unit's quiet hours, when the program posts nothing by itself, and the least time it leaves for approval."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from tenants import settings
from tenants.db import transaction
from tenants.errors import Refused
from tenants.publishing import quiet
from tenants.web.guard import acting_user, requires
from tenants.web.publishing.blueprint import blueprint
from tenants.web.setup import zone_name

LEAST = "approval.least_minutes"
MOST_MINUTES = 7 * 24 * 60
"""A week: whoever asks for more has no use for wished times."""


@blueprint.get("/quiet-hours")
@requires("settings.manage")
def quiet_hours() -> Any:
    """Show the quiet hours in force and where they come from."""
    return _page(None)


@blueprint.post("/quiet-hours")
@requires("settings.manage")
def set_quiet_hours() -> Any:
    """Set the unit's quiet hours, say that there are none, or follow the superior again."""
    choice = request.form.get("choice", "")
    actor_id = acting_user().id
    try:
        with transaction():
            if choice == "inherit":
                quiet.inherit(actor_id=actor_id)
            elif choice == "none":
                quiet.put(None, actor_id=actor_id)
            else:
                hours = quiet.parse(request.form.get("from", ""), request.form.get("to", ""))
                quiet.put(hours, actor_id=actor_id)
    except Refused as refusal:
        flash(refusal.sentence, "error")
        return _page(dict(request.form)), 422
    flash(_("Đã lưu giờ yên lặng."), "success")
    return redirect(url_for("publishing.quiet_hours"), 303)


@blueprint.post("/approval-time")
@requires("settings.manage")
def set_approval_time() -> Any:
    """Set how long before a wished time an article must be handed in, or follow the superior again."""
    actor_id = acting_user().id
    try:
        with transaction():
            if request.form.get("choice") == "inherit":
                settings.drop(LEAST, actor_id)
            else:
                settings.put(LEAST, _minutes(request.form.get("minutes", "")), actor_id)
    except Refused as refusal:
        flash(refusal.sentence, "error")
        return _page(None, request.form.get("minutes", "")), 422
    flash(_("Đã lưu thời gian dành cho duyệt bài."), "success")
    return redirect(url_for("publishing.quiet_hours"), 303)


def _minutes(typed: str) -> int:
    """Return the minutes that were typed.

    Raises:
        Refused: ``bad-minutes``.
    """
    number = typed.strip()
    if not number.isdecimal() or len(number) > 4 or int(number) > MOST_MINUTES:
        raise Refused("bad-minutes", _("Hãy nhập số phút từ 0 đến %(most)s. Chưa có gì thay đổi.", most=MOST_MINUTES))
    return int(number)


def _page(typed: dict[str, str] | None, minutes: str | None = None) -> Any:
    own = settings.own(quiet.KEY)
    hours = quiet.in_force()
    shown = quiet.read(own) or hours
    start = shown.stored() if shown is not None else {"from": "21:00", "to": "06:00"}
    choice = "inherit" if own is None else "own" if quiet.read(own) else "none"
    return render_template(
        "publishing/quiet_hours.html",
        hours=hours,
        inherited=own is None,
        zone_name=zone_name(),
        choice=(typed or {}).get("choice", choice),
        start=(typed or {}).get("from", start["from"]),
        end=(typed or {}).get("to", start["to"]),
        least=settings.get(LEAST),
        least_inherited=settings.own(LEAST) is None and minutes is None,
        minutes=str(settings.get(LEAST)) if minutes is None else minutes,
        most_minutes=MOST_MINUTES,
    )
