"""Pictures: members of the unit see all of theirs, anybody sees those of a published article."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, send_file
from flask_login import current_user
from sqlalchemy import and_, select

from tenants.accounts import queries as accounts
from tenants.accounts.permissions import allowed
from tenants.content import queries
from tenants.content.models import ArticleRevision, RevisionMedia
from tenants.db import db
from tenants.errors import NotFound
from tenants.files import store
from tenants.publishing.models import Delivery
from tenants.scope import current
from tenants.web.guard import public

blueprint = Blueprint("media", __name__)

SIZES = ("full", "thumb")

PUBLIC_AGE = 7 * 24 * 3600
"""Seconds a published picture may be kept by browsers and proxies. Not longer: when a parent withdraws consent, every
copy must be gone within 15 days (Luật 91/2025)."""


@blueprint.get("/media/<site_slug>/<int:media_id>/<size>")
@public
def show(media_id: int, size: str) -> Any:
    """Send a picture; 404 whether it does not exist or may not be seen."""
    if size not in SIZES:
        raise NotFound(size)
    media = queries.get_media(media_id)
    published = _published(media.id)
    if not published and not _may_see_unpublished(media.id):
        raise NotFound(f"media {media_id}")
    sha256 = media.sha256 if size == "full" else media.thumb_sha256
    # Without an age, send_file says "no-cache": a member's browser asks again each time and gets 304.
    response = send_file(
        store().path(sha256),
        mimetype=media.content_type,
        etag=sha256,
        max_age=PUBLIC_AGE if published else None,
    )
    if published:
        response.cache_control.public = True
    else:
        response.cache_control.private = True
    return response


def _published(media_id: int) -> bool:
    rows = (
        select(RevisionMedia.id)
        .join(
            Delivery,
            and_(Delivery.unit_id == RevisionMedia.unit_id, Delivery.revision_id == RevisionMedia.revision_id),
        )
        .where(RevisionMedia.media_id == media_id, Delivery.state == "published")
        .limit(1)
    )
    return db.session.scalar(rows) is not None


def _may_see_unpublished(media_id: int) -> bool:
    if not current_user.is_authenticated:
        return False
    if accounts.roles_in(current_user.id, g.site.id):
        return True
    return _oversees(current_user.id) and _approved(media_id)


def _oversees(user_id: int) -> bool:
    above = current().superiors
    return any(unit.id in above and allowed(roles, "oversight.view") for unit, roles in accounts.units_of(user_id))


def _approved(media_id: int) -> bool:
    rows = (
        select(RevisionMedia.id)
        .join(
            ArticleRevision,
            and_(ArticleRevision.unit_id == RevisionMedia.unit_id, ArticleRevision.id == RevisionMedia.revision_id),
        )
        .where(RevisionMedia.media_id == media_id, ArticleRevision.approved_at.is_not(None))
        .limit(1)
    )
    return db.session.scalar(rows) is not None
