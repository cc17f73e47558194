"""The audit log of the unit."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request

from tenants import audit
from tenants.accounts import queries as accounts
from tenants.web.guard import requires

blueprint = Blueprint("audit", __name__, url_prefix="/u/<unit_slug>/audit")


@blueprint.get("/")
@requires("audit.view")
def index() -> Any:
    """Show who did what, newest first."""
    page = audit.entries(request.args.get("page", 1, type=int))
    names = accounts.names([entry.actor_id for entry in page.items])
    return render_template("audit_log/index.html", page=page, names=names, labels=audit.LABELS, subjects=audit.SUBJECTS)
