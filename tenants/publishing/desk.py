"""What waits on the desk of whoever publishes: for the start page of a unit."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import and_, or_, select

from tenants import clock
from tenants.content import states as article_states
from tenants.content.models import Article
from tenants.db import db
from tenants.publishing import queries, states
from tenants.publishing.models import Delivery

MOST_SHOWN = 20


def waiting_to_publish(most: int = MOST_SHOWN) -> Sequence[Article]:
    """Return approved articles that nobody has published or scheduled yet, oldest first."""
    rows = (
        select(Article)
        .where(
            Article.state == article_states.APPROVED,
            ~select(Delivery.id)
            .where(
                Delivery.unit_id == Article.unit_id,
                Delivery.revision_id == Article.approved_revision_id,
                Delivery.state.not_in((states.CANCELLED, states.FAILED)),
            )
            .exists(),
        )
        .order_by(Article.updated_at, Article.id)
        .limit(most)
    )
    return db.session.scalars(rows).all()


def waiting_for_person(most: int = MOST_SHOWN) -> Sequence[Delivery]:
    """Return deliveries that stopped and go on only when somebody acts, and those whose confirmation is late; newest
    first."""
    rows = (
        select(Delivery)
        .where(
            or_(
                and_(Delivery.state.in_(states.TROUBLED), Delivery.next_at.is_(None)),
                queries.late_word(clock.now()),
            )
        )
        .order_by(Delivery.id.desc())
        .limit(most)
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
