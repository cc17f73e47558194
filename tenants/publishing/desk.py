"""What waits on the desk of whoever publishes: for the start page of a unit."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from tenants.content.models import Article
from tenants.content.states import APPROVED
from tenants.db import db
from tenants.publishing import states
from tenants.publishing.models import Delivery

MOST_SHOWN = 20


def waiting_to_publish() -> Sequence[Article]:
    """Return approved articles that nobody has sent anywhere yet, oldest first."""
    rows = (
        select(Article)
        .where(Article.state == APPROVED, Article.approved_revision_id.is_not(None))
        .order_by(Article.updated_at)
        .limit(MOST_SHOWN)
    )
    return db.session.scalars(rows).all()


def waiting_for_person() -> Sequence[Delivery]:
    """Return deliveries that stopped and need somebody, newest first."""
    rows = (
        select(Delivery)
        .where(Delivery.state.in_((states.NEEDS_PERSON, states.UNCONFIRMED, states.FAILED)))
        .order_by(Delivery.id.desc())
        .limit(MOST_SHOWN)
    )
    return db.session.scalars(rows).all()


def newest_published(most: int) -> Sequence[Delivery]:
    """Return what the unit published last on outlets that have an address."""
    rows = (
        select(Delivery)
        .where(Delivery.state == states.PUBLISHED, Delivery.url.is_not(None))
        .order_by(Delivery.published_at.desc())
        .limit(most)
    )
    return db.session.scalars(rows).all()
