"""Orders of an office to the units below it, and stopping what they have scheduled."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import insert, select

from tenants import clock, scope
from tenants.db import db
from tenants.errors import NotFound, Refused
from tenants.jobs.models import Job
from tenants.orders import service as orders
from tenants.orders.models import ContentOrder
from tenants.orders.service import Subject, Words
from tenants.plans import queries as plans
from tenants.publishing import holds, states
from tenants.publishing.models import Delivery, PublishingHold
from tenants.units.models import Unit


@dataclass(frozen=True)
class PublishedArticle:
    """An article of a unit below that stands on outlets, which are named by their channels."""

    unit_id: int
    article_id: int
    title: str
    channels: tuple[str, ...]


def published_article(unit_id: int, article_id: int) -> PublishedArticle:
    """Return an article that a unit below has published and not taken down.

    Raises:
        NotFound: there is none, or the unit does not stand below this office.
    """
    rows = (
        select(Delivery)
        .where(
            Delivery.unit_id == unit_id,
            Delivery.unit_id.in_(scope.below(scope.current().unit_id)),
            Delivery.article_id == article_id,
            Delivery.state == states.PUBLISHED,
        )
        .order_by(Delivery.id.desc())
    )
    found = db.session.scalars(rows).all()
    if not found:
        raise NotFound(f"article {article_id}")
    channels = tuple(dict.fromkeys(delivery.channel for delivery in reversed(found)))
    return PublishedArticle(unit_id, article_id, found[0].title, channels)


def order_article(unit_id: int, article_id: int, words: Words, actor_id: int) -> ContentOrder:
    """Order a unit below to correct or withdraw one published article.

    Raises:
        NotFound: see ``published_article``.
        Refused: see ``orders.service.issue``.
    """
    article = published_article(unit_id, article_id)
    return orders.issue(words, Subject(article.title, article_id=article_id), [unit_id], actor_id)


def order_topic(node_id: str, unit_ids: Collection[int], words: Words, actor_id: int) -> ContentOrder:
    """Order units below to correct or withdraw everything they published on a topic of this office's plans.

    Raises:
        NotFound: one of the units does not stand below this office.
        Refused: "unknown-topic"; see ``orders.service.issue``.
    """
    title = next((topic.title for topic in plans.topics_in_force() if topic.node_id == node_id), None)
    if title is None:
        raise Refused("unknown-topic", _("Hãy chọn một chủ đề đang có hiệu lực. Những gì đã nhập vẫn còn."))
    return orders.issue(words, Subject(title, node_id=node_id), _below(unit_ids), actor_id)


def _below(unit_ids: Collection[int]) -> Sequence[int]:
    wanted = set(unit_ids)
    rows = select(Unit.id).where(Unit.id.in_(wanted), Unit.id.in_(scope.below(scope.current().unit_id)))
    found = db.session.scalars(rows.order_by(Unit.id)).all()
    if len(found) != len(wanted):
        raise NotFound("unit below")
    return found


def freeze(node_id: str | None, reason: str, actor_id: int) -> PublishingHold:
    """Stop what this office and all units below have scheduled on a topic, or everything.

    Raises:
        Refused: see ``publishing.holds.freeze``.
    """
    hold = holds.freeze(node_id, reason, actor_id)
    _look_through_units_below()
    return hold


def lift_freeze(hold_id: int, actor_id: int) -> PublishingHold:
    """End a freeze of this office.

    Raises:
        NotFound, Refused: see ``publishing.holds.lift``.
    """
    hold = holds.lift(hold_id, actor_id)
    _look_through_units_below()
    return hold


def _look_through_units_below() -> None:
    """Queue looking through what is scheduled in every unit below: one statement, whatever their number."""
    now = clock.now()
    rows = select(Unit.id).where(Unit.id.in_(scope.below(scope.current().unit_id)), Unit.active.is_(True))
    jobs = [
        {"kind": holds.APPLY, "unit_id": unit_id, "args": {}, "run_at": now, "created_at": now}
        for unit_id in db.session.scalars(rows)
    ]
    if jobs:
        db.session.execute(insert(Job), jobs)
