"""The blueprint of the public site: who may keep its pages, and how it says that something is not there."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from flask_login import current_user

from tenants.db import db
from tenants.errors import NotFound
from tenants.units import lineage
from tenants.web.site import presenting
from tenants.web.site_cache import CACHE_CONTROL

blueprint = Blueprint("site", __name__, url_prefix="/s/<site_slug>")


@blueprint.after_request
def say_who_may_keep(response: Response) -> Response:
    """Let anonymous pages be kept and compared; a signed-in reader's copy belongs to nobody else."""
    if request.method not in ("GET", "HEAD") or response.status_code != 200 or response.is_streamed:
        return response
    if current_user.is_authenticated:
        response.headers["Cache-Control"] = "private, no-store"
        return response
    response.headers.setdefault("Cache-Control", CACHE_CONTROL)
    response.add_etag()
    return response


LISTS = ("home", "articles", "plans", "search", "rss", "sitemap", "subscribe_form")
"""Pages that move to the successor when a unit ends; articles, plans and files stay under their addresses."""


@blueprint.before_request
def lead_to_successor() -> Any:
    """Send readers of a unit that ended to the one that carries on; with several, they choose on its own pages."""
    if g.get("site") is None or g.site.active or (request.endpoint or "").removeprefix("site.") not in LISTS:
        return None
    successors = lineage.successors(g.site.id)
    if len(successors) != 1:
        return None
    return redirect(url_for(request.endpoint or "", site_slug=successors[0].unit.slug), 301)


@blueprint.context_processor
def frame() -> dict[str, Any]:
    """Return what the frame of every page of the site needs."""
    return presenting.frame() if g.get("site") is not None else {}


@blueprint.errorhandler(NotFound)
def missing(_error: NotFound) -> Any:
    """Say in the site's own words that something is not there."""
    db.session.rollback()
    if g.get("site") is None:
        return render_template("errors/404.html"), 404
    return render_template("site/missing.html"), 404
