"""What the people of a unit were told: open notices, and setting one aside."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.routing import BuildError

from tenants.db import transaction
from tenants.notices import queries, service
from tenants.notices.models import Notice
from tenants.web.guard import acting_user, requires

blueprint = Blueprint("notices", __name__, url_prefix="/u/<unit_slug>/notices")


@blueprint.get("/")
@requires("unit.view")
def index() -> Any:
    """Show what the present person was told, open first."""
    page = queries.page(g.roles, request.args.get("page", 1, type=int))
    return render_template("notices/index.html", page=page, link_of=link_of)


@blueprint.post("/<int:notice_id>/aside")
@requires("unit.view")
def set_aside(notice_id: int) -> Any:
    """Set a notice aside: its reader has dealt with it."""
    with transaction():
        service.set_aside(notice_id, g.roles, actor_id=acting_user().id)
    flash(_("Đã cất thông báo."), "success")
    return redirect(url_for("notices.index"), 303)


def link_of(notice: Notice) -> str | None:
    """Return the address at which one can act; None when this installation has no such page."""
    try:
        values = dict(notice.args)
        if current_app.url_map.is_endpoint_expecting(notice.endpoint, "unit_slug"):
            values["unit_slug"] = g.unit.slug
        return url_for(notice.endpoint, **values)
    except (BuildError, KeyError):
        return None
