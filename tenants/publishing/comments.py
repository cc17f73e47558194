"""Comments below published items: kept as they were read, marked when they vanish, never answered from here."""

from __future__ import annotations

from collections.abc import Sequence

from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import and_, func, select

from channel_plugins.reach import Comment
from tenants import clock
from tenants.db import db
from tenants.publishing import states
from tenants.publishing.contact_models import RemoteComment
from tenants.publishing.models import Delivery
from tenants.text import nfc

PER_PAGE = 20
MOST_SHOWN = 50
"""Comments shown below one delivery; the page of comments shows all."""

LONGEST_TEXT = 8000
LONGEST_AUTHOR = 200


def store(delivery_id: int, found: Sequence[Comment]) -> int:
    """Keep what stands below an item now, and mark what stood there and does no more.

    Services give the newest comments of a long list: what is older than all that was given is not judged.

    Returns:
        How many are new.
    """
    now = clock.now()
    known = {
        row.remote_id: row
        for row in db.session.scalars(select(RemoteComment).where(RemoteComment.delivery_id == delivery_id))
    }
    fresh = 0
    for comment in found:
        row = known.pop(comment.remote_id, None)
        if row is None:
            row = RemoteComment(delivery_id=delivery_id, remote_id=comment.remote_id, seen_at=now)
            db.session.add(row)
            fresh += 1
        row.parent_id = comment.parent_id
        row.author = nfc(comment.author).strip()[:LONGEST_AUTHOR]
        row.text = nfc(comment.text)[:LONGEST_TEXT]
        row.url = comment.url if comment.url and comment.url.startswith(("https://", "http://")) else None
        row.at = comment.at
        row.vanished_at = None
    oldest = min((comment.at for comment in found), default=None)
    for row in known.values():
        if row.vanished_at is None and (oldest is None or row.at >= oldest):
            row.vanished_at = now
    db.session.flush()
    return fresh


def of_delivery(delivery_id: int, most: int = MOST_SHOWN) -> Sequence[RemoteComment]:
    """Return the comments below one item, the newest first."""
    rows = select(RemoteComment).where(RemoteComment.delivery_id == delivery_id)
    return db.session.scalars(rows.order_by(RemoteComment.at.desc(), RemoteComment.id.desc()).limit(most)).all()


def count_of(delivery_id: int) -> int:
    """Return how many comments were ever read below an item."""
    rows = select(func.count()).select_from(RemoteComment).where(RemoteComment.delivery_id == delivery_id)
    return int(db.session.scalar(rows) or 0)


def comment_page(*, page: int = 1, account_id: int | None = None) -> Pagination:
    """Return one page of the unit's comments, the newest first; those below a corrected item are shown once, below its
    newest text.

    Args:
        account_id: only of this outlet; None means all.
    """
    rows = (
        select(RemoteComment)
        .join(Delivery, and_(Delivery.unit_id == RemoteComment.unit_id, Delivery.id == RemoteComment.delivery_id))
        .where(Delivery.state != states.REPLACED)
        .order_by(RemoteComment.at.desc(), RemoteComment.id.desc())
    )
    if account_id is not None:
        rows = rows.where(Delivery.account_id == account_id)
    return db.paginate(rows, page=page, per_page=PER_PAGE, error_out=False)


def titles(found: Sequence[RemoteComment]) -> dict[int, tuple[str, int]]:
    """Return title and outlet of the items some comments stand below, in one query."""
    ids = {comment.delivery_id for comment in found}
    rows = select(Delivery.id, Delivery.title, Delivery.account_id).where(Delivery.id.in_(ids))
    return {ident: (title, account_id) for ident, title, account_id in db.session.execute(rows)} if ids else {}
