"""One school as its office sees it: issued plans, published articles, quotas. Nothing that is not public or a total."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from tenants import scope
from tenants.db import db
from tenants.plans.models import Adoption, PlanVersion
from tenants.publishing.models import Delivery
from tenants.publishing.states import PUBLISHED
from tenants.statistics.models import QuotaSlot

PER_PAGE = 20


@dataclass(frozen=True)
class Outlet:
    """Where an article stands."""

    channel: str
    url: str | None


@dataclass(frozen=True)
class PublishedArticle:
    """An article the public can see. ``at`` is when it first appeared anywhere."""

    article_id: int
    title: str
    genre: str
    at: dt.datetime
    outlets: tuple[Outlet, ...]


@dataclass(frozen=True)
class ArticlePage:
    """One page of a unit's published articles, in the form the pagination macro reads."""

    items: tuple[PublishedArticle, ...]
    page: int
    pages: int
    total: int


def plans_of(unit_id: int) -> Sequence[PlanVersion]:
    """Return the issued plans of a unit below, newest document first; of each its newest version. One query."""
    rows = (
        select(PlanVersion)
        .where(PlanVersion.unit_id == unit_id, PlanVersion.revoked_at.is_(None))
        .order_by(PlanVersion.document_date.desc(), PlanVersion.version.desc())
    )
    newest: dict[int, PlanVersion] = {}
    for version in db.session.scalars(rows):
        known = newest.get(version.plan_id)
        if known is None or version.version > known.version:
            newest[version.plan_id] = version
    return list(newest.values())


def adoptions_of(unit_id: int) -> dict[int, Adoption]:
    """Return how far a unit is with the present office's plans, by the office's plan. One query."""
    rows = select(Adoption).where(Adoption.unit_id == unit_id, Adoption.base_unit_id == scope.current().unit_id)
    return {adoption.base_plan_id: adoption for adoption in db.session.scalars(rows)}


def slots_of(unit_id: int) -> Sequence[QuotaSlot]:
    """Return the quota slots of a unit, by quota and period. One query."""
    rows = (
        select(QuotaSlot)
        .where(QuotaSlot.unit_id == unit_id)
        .order_by(QuotaSlot.title, QuotaSlot.node_id, QuotaSlot.period_start)
    )
    return db.session.scalars(rows).all()


def articles_of(unit_id: int, page: int) -> ArticlePage:
    """Return a page of what a unit published, newest first, each article once with all its outlets. Three queries."""
    standing = (Delivery.unit_id == unit_id, Delivery.state == PUBLISHED, Delivery.published_at.is_not(None))
    total = int(db.session.scalar(select(func.count(Delivery.article_id.distinct())).where(*standing)) or 0)
    pages = max(1, -(-total // PER_PAGE))
    number = min(max(1, page), pages)
    first_seen = func.min(Delivery.published_at).label("first_seen")
    ids = [
        row.article_id
        for row in db.session.execute(
            select(Delivery.article_id, first_seen)
            .where(*standing)
            .group_by(Delivery.article_id)
            .order_by(first_seen.desc(), Delivery.article_id.desc())
            .limit(PER_PAGE)
            .offset((number - 1) * PER_PAGE)
        )
    ]
    rows = db.session.execute(
        select(
            Delivery.article_id,
            Delivery.title,
            Delivery.genre,
            Delivery.channel,
            Delivery.url,
            Delivery.published_at,
        )
        .where(*standing, Delivery.article_id.in_(ids))
        .order_by(Delivery.published_at, Delivery.id)
    ).all()
    items = []
    for ident in ids:
        own = [row for row in rows if row.article_id == ident]
        outlets = tuple(Outlet(row.channel, row.url) for row in own)
        items.append(PublishedArticle(ident, own[-1].title, own[-1].genre, own[0].published_at, outlets))
    return ArticlePage(tuple(items), number, pages, total)
