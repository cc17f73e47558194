"""The office's pages about the channels of the units below: how they are, and which may be used."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from district.oversight import channels, directory
from district.oversight.channels import TROUBLE, Wanted
from district.web import presenting
from tenants.db import transaction
from tenants.jobs import queue
from tenants.publishing import health as condition
from tenants.text import fold
from tenants.web.guard import acting_user, requires

blueprint = Blueprint("channels", __name__, url_prefix="/o/<unit_slug>/channels", template_folder="templates")


@blueprint.get("/")
@requires("oversight.view")
def health() -> Any:
    """Show every outlet of every unit below, the worst first; a constant number of queries."""
    units_below = directory.read(g.unit.id)
    wanted = _wanted()
    found = channels.counts(units_below)
    return render_template(
        "channels/health.html",
        directory=units_below,
        wanted=wanted,
        text=request.args.get("q", "").strip()[:80],
        page=channels.outlets_page(units_below, wanted, request.args.get("page", 1, type=int)),
        counts=found,
        total=sum(found.values()),
        trouble=sum(found.get(state, 0) for state in channels.NEEDING_SOMEBODY),
        states=condition.LABELS,
        workers=queue.workers(),
        chosen={name: value for name, value in request.args.items() if name in ("state", "channel", "school", "q")},
        **presenting.labels(),
    )


def _wanted() -> Wanted:
    state, channel = request.args.get("state", ""), request.args.get("channel", "")
    return Wanted(
        state=state if state in condition.LABELS or state == TROUBLE else "",
        channel=channel if channel in presenting.channel_labels() else "",
        school=request.args.get("school", 0, type=int),
        text=fold(request.args.get("q", "").strip()[:80]),
    )


@blueprint.get("/policy")
@requires("oversight.channels")
def policy() -> Any:
    """Show which channels the units below may use."""
    units_below = directory.read(g.unit.id)
    return render_template("channels/policy.html", directory=units_below, lines=channels.policy_lines(units_below))


@blueprint.post("/policy")
@requires("oversight.channels")
def decide() -> Any:
    """Let the units below use a channel, or not."""
    allowed = request.form.get("allowed") == "yes"
    units_below = directory.read(g.unit.id)
    with transaction():
        channels.decide(
            units_below,
            request.form.get("channel", ""),
            allowed,
            request.form.get("reason", ""),
            actor_id=acting_user().id,
        )
    if allowed:
        flash(_("Đã cho các đơn vị dùng kênh này. Bài đã dừng chờ đơn vị bấm Gửi lại."), "success")
    else:
        flash(_("Đã ngừng cho dùng kênh này. Bài hẹn giờ của các đơn vị trên kênh sẽ dừng và được giữ lại."), "success")
    return redirect(url_for("channels.policy"), 303)
