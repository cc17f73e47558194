"""The start page of a unit: what waits for you."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, render_template

from tenants.approval import queries as approval
from tenants.web.guard import acting_user, requires

blueprint = Blueprint("home", __name__, url_prefix="/u/<unit_slug>")


@blueprint.get("/")
@requires("unit.view")
def show() -> Any:
    """Show what waits for the present person, most pressing first."""
    user = acting_user()
    articles = approval.waiting(g.roles, user.id)
    return render_template("home/show.html", articles=articles)
