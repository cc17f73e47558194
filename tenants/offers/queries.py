"""Reading offers: what a unit has offered, what waits for a superior's decision, what came of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import Select, and_, func, select

from tenants.db import db
from tenants.offers import states
from tenants.offers.models import Offer, OfferAnswer
from tenants.scope import current, get_own

PER_PAGE = 20


@dataclass(frozen=True)
class Tally:
    """How many offers were taken, how many of them are published, how many were returned."""

    accepted: int = 0
    published: int = 0
    returned: int = 0


def own_page(page: int) -> Pagination:
    """Return one page of what this unit offered, newest first."""
    rows = select(Offer).where(Offer.unit_id == current().unit_id).order_by(Offer.offered_at.desc(), Offer.id.desc())
    return db.paginate(rows, page=page, per_page=PER_PAGE, error_out=False)


def own_counts() -> dict[str, int]:
    """Return how many offers of this unit stand in each state."""
    rows = select(Offer.state, func.count()).where(Offer.unit_id == current().unit_id).group_by(Offer.state)
    return {row[0]: row[1] for row in db.session.execute(rows)}


def get_own_offer(offer_id: int) -> Offer:
    """Return an offer of this unit.

    Raises:
        NotFound: it made none with this id.
    """
    return get_own(Offer, offer_id)


def of_article(article_id: int) -> Sequence[Offer]:
    """Return the offers of an article of this unit, newest first."""
    rows = select(Offer).where(Offer.unit_id == current().unit_id, Offer.article_id == article_id)
    return db.session.scalars(rows.order_by(Offer.id.desc())).all()


def _waiting() -> Select[Offer]:
    answered = and_(OfferAnswer.offer_unit_id == Offer.unit_id, OfferAnswer.offer_id == Offer.id)
    return (
        select(Offer)
        .outerjoin(OfferAnswer, answered)
        .where(
            Offer.target_unit_id == current().unit_id,
            Offer.unit_id != current().unit_id,
            Offer.state == states.OFFERED,
            OfferAnswer.id.is_(None),
        )
    )


def waiting_page(page: int) -> Pagination:
    """Return one page of what waits for this unit's decision, oldest first, in its oversight scope."""
    rows = _waiting().order_by(Offer.offered_at, Offer.id)
    return db.paginate(rows, page=page, per_page=PER_PAGE, error_out=False)


def count_waiting() -> int:
    """Return how much waits for this unit's decision, in its oversight scope."""
    return int(db.session.scalar(select(func.count()).select_from(_waiting().subquery())) or 0)


def answers_page(page: int) -> Pagination:
    """Return one page of what this unit decided, newest first."""
    rows = select(OfferAnswer).order_by(OfferAnswer.at.desc(), OfferAnswer.id.desc())
    return db.paginate(rows, page=page, per_page=PER_PAGE, error_out=False)


def answer_of(offer: Offer) -> OfferAnswer | None:
    """Return what this unit decided about an offer; None while it has not."""
    rows = select(OfferAnswer).where(OfferAnswer.offer_unit_id == offer.unit_id, OfferAnswer.offer_id == offer.id)
    return db.session.scalar(rows)


def tallies(since: dt.datetime) -> dict[int, Tally]:
    """Return what this unit decided since a moment, by the unit that offered. One query."""
    rows = (
        select(OfferAnswer.offer_unit_id, OfferAnswer.decision, func.count(), func.count(OfferAnswer.published_at))
        .where(OfferAnswer.at >= since)
        .group_by(OfferAnswer.offer_unit_id, OfferAnswer.decision)
    )
    found: dict[int, dict[str, tuple[int, int]]] = {}
    for unit_id, decision, count, published in db.session.execute(rows):
        found.setdefault(unit_id, {})[decision] = (count, published)
    return {
        unit_id: Tally(
            accepted=by.get(states.ACCEPTED, (0, 0))[0],
            published=by.get(states.ACCEPTED, (0, 0))[1],
            returned=by.get(states.RETURNED, (0, 0))[0],
        )
        for unit_id, by in found.items()
    }
