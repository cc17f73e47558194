"""What the end of a call does to a delivery, its article and all who wait for news; shared by people and worker."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from channel_plugins import Receipt
from tenants import clock, held
from tenants.content import revisions
from tenants.content import states as article_states
from tenants.content.models import Article
from tenants.db import db
from tenants.errors import NotFound, Refused
from tenants.jobs import queue
from tenants.publishing import environment, states, telling
from tenants.publishing.models import ArticleWatch, Delivery
from tenants.publishing.receipts import receipt_json as receipt_json

FIRST_LOOK = dt.timedelta(seconds=15)
"""How long after publishing an outlet is first read: services show what is new with a delay."""

FIRST_READING = dt.timedelta(minutes=10)
"""Age of an item at which its numbers are first read."""


def locked(delivery_id: int) -> Delivery:
    """Return a delivery, held together with its article until the transaction ends.

    Everybody takes the article first and the delivery second, so that no two transactions wait for each other.

    Raises:
        NotFound: there is none in this unit.
    """
    article_id = db.session.scalar(select(Delivery.article_id).where(Delivery.id == delivery_id))
    if article_id is None:
        raise NotFound(f"delivery {delivery_id}")
    revisions.locked_article(article_id)
    return held.own(Delivery, delivery_id)


def accept(delivery: Delivery, receipt: Receipt, *, seen_by: str | None = None) -> None:
    """Note that the item stands on the outlet, tell statistics and plugins, and move the article on.

    Args:
        seen_by: "person" when somebody has seen it there; None lets the program look, where the outlet can be read.
    """
    now = clock.now()
    before = None if delivery.replaces_id is None else locked(delivery.replaces_id)
    delivery.state, delivery.next_at = states.PUBLISHED, None
    delivery.sentence = delivery.next_step = None
    delivery.remote_id, delivery.url = receipt.remote_id, receipt.url
    delivery.receipt = receipt_json(receipt)
    delivery.updated_at = now
    if before is not None:
        delivery.url = delivery.url or before.url
        delivery.published_at = before.published_at
        if before.state == states.PUBLISHED:
            before.state = states.REPLACED
    if delivery.published_at is None:
        delivery.published_at = min(receipt.published_at or now, now)
    move_article(revisions.locked_article(delivery.article_id), article_states.PUBLISH)
    _await_sight(delivery, seen_by)
    announce(delivery)
    recount(delivery)
    gather(delivery)


def see(delivery: Delivery, seen_by: str) -> None:
    """Note that the item was seen where it should stand: from now on it counts."""
    delivery.seen_at, delivery.seen_by, delivery.vanished_at = clock.now(), seen_by, None
    recount(delivery)


def look_again(delivery: Delivery) -> None:
    """Let the program look for a published item once more: somebody said that it has changed, or doubts it."""
    delivery.vanished_at, delivery.looks = None, 0
    _await_sight(delivery, None)


def set_looking(delivery: Delivery, run_at: dt.datetime | None = None) -> None:
    """Queue looking for a published item."""
    queue.enqueue(
        "publishing.read_back",
        delivery.unit_id,
        run_at=run_at,
        dedup=look_key(delivery.id),
        lane=delivery.channel,
        sublane=sublane(delivery.unit_id, delivery.account_id),
        delivery_id=delivery.id,
    )


def sublane(unit_id: int, account_id: int) -> str:
    """Return the sublane of everything that calls one outlet."""
    return f"{unit_id}:{account_id}"


def look_key(delivery_id: int) -> str:
    """Return the key of the one job that looks for an item."""
    return f"read-back:{delivery_id}"


def _await_sight(delivery: Delivery, seen_by: str | None) -> None:
    """Forget what was seen of an earlier text, and see to it that this one is looked for."""
    delivery.seen_at = delivery.seen_by = delivery.seen_hash = delivery.vanished_at = None
    delivery.altered, delivery.looks = False, 0
    manager = environment.manager()
    channel = manager.get(delivery.channel) if delivery.channel in manager else None
    if seen_by is None and channel is not None and channel.info.confirmed_by == "person":
        seen_by = "person"
    hosted = channel is not None and channel.info.outlet == "hosted"
    readable = channel is not None and channel.info.outlet == "remote" and channel.limits.can_look_up
    if seen_by is not None or not (hosted or readable):
        delivery.seen_at, delivery.seen_by = clock.now(), seen_by or "answer"
        return
    set_looking(delivery, None if hosted else clock.now() + FIRST_LOOK)


def taken_down(delivery: Delivery) -> None:
    """Note that the item is gone from the outlet, tell statistics and plugins, and move the article on."""
    delivery.state, delivery.next_at = states.RETRACTED, None
    delivery.sentence = delivery.next_step = None
    db.session.flush()
    elsewhere = _states_of(delivery.article_id)
    if states.HANDED_OVER in elsewhere:
        take_back(revisions.locked_article(delivery.article_id))
    elif not elsewhere & {states.PUBLISHED, states.SENDING, states.UNCONFIRMED}:
        move_article(revisions.locked_article(delivery.article_id), article_states.RETRACT)
    announce(delivery)
    recount(delivery)


def end_without_sending(delivery: Delivery, sentence: str) -> None:
    """Cancel a delivery of which nothing has reached the outlet."""
    delivery.state, delivery.next_at = states.CANCELLED, None
    delivery.sentence, delivery.next_step = sentence, None


def unschedule(article: Article) -> None:
    """Let the article be merely approved again when no delivery of it is waiting any more."""
    db.session.flush()
    if article.state != article_states.SCHEDULED:
        return
    found = _states_of(article.id)
    if states.SCHEDULED not in found:
        move_article(article, article_states.UNSCHEDULE)
        if states.HANDED_OVER in found:
            move_article(article, article_states.HAND_OVER)


def take_back(article: Article) -> None:
    """Let the article be what its other deliveries make of it, when one turned out to stand nowhere."""
    db.session.flush()
    found = _states_of(article.id)
    if states.PUBLISHED not in found:
        move_article(article, article_states.TAKE_BACK)
        if states.HANDED_OVER in found:
            move_article(article, article_states.HAND_OVER)


def _states_of(article_id: int) -> set[str]:
    return set(db.session.scalars(select(Delivery.state).where(Delivery.article_id == article_id).distinct()))


def move_article(article: Article, event: str) -> None:
    """Take the article along, as far as its state allows: one that is being rewritten stays a draft."""
    try:
        article.state = article_states.step(article.state, event)
    except Refused:
        return


def announce(delivery: Delivery) -> None:
    """Queue telling the plugins how a delivery ended, and those who watch the article. Jobs of their own: their
    failure can never post again. Tell the school when it must act."""
    telling.about_delivery(delivery)
    telling.outlets_changed()
    watchers = select(ArticleWatch.kind).where(ArticleWatch.article_id == delivery.article_id)
    for kind in db.session.scalars(watchers).all():
        queue.enqueue(kind, delivery.unit_id, dedup=f"{kind}:{delivery.article_id}", article_id=delivery.article_id)
    if environment.manager().has_listeners:
        queue.enqueue(
            "publishing.announce",
            delivery.unit_id,
            dedup=f"announce:{delivery.id}:{delivery.state}",
            delivery_id=delivery.id,
            state=delivery.state,
            at=clock.now().isoformat(),
        )


def watch(article_id: int, kind: str) -> None:
    """Queue a job of this kind, with the article's id, whenever a delivery of the article ends."""
    known = select(ArticleWatch.id).where(ArticleWatch.article_id == article_id, ArticleWatch.kind == kind)
    if db.session.scalar(known) is None:
        db.session.add(ArticleWatch(article_id=article_id, kind=kind))
        db.session.flush()


def recount(delivery: Delivery) -> None:
    """Queue counting the month of the item anew. A job of its own, for the same reason."""
    if delivery.published_at is None:
        return
    unit = environment.own_unit()
    month = clock.local(delivery.published_at, unit.timezone).date().replace(day=1).isoformat()
    queue.enqueue("statistics.rebuild", unit.id, dedup=f"statistics:{unit.id}:{month}", month=month)


def gather(delivery: Delivery, run_at: dt.datetime | None = None) -> None:
    """Queue reading the numbers and comments of the outlet's items, where it shows any; one job for the outlet.

    Args:
        run_at: None waits until the item has an age at which numbers say something.
    """
    limits = environment.manager().get(delivery.channel).limits if delivery.channel in environment.manager() else None
    if limits is not None and (limits.metrics or limits.has_comments):
        queue.enqueue(
            "publishing.collect",
            delivery.unit_id,
            run_at=run_at or clock.now() + FIRST_READING,
            dedup=f"collect:{delivery.account_id}",
            lane=delivery.channel,
            sublane=sublane(delivery.unit_id, delivery.account_id),
            account_id=delivery.account_id,
        )


def job_key(delivery_id: int) -> str:
    """Return the key of the one job that works on a delivery."""
    return f"deliver:{delivery_id}"


def set_going(delivery: Delivery) -> None:
    """Queue the next step of a delivery at its ``next_at``."""
    telling.about_delivery(delivery)
    queue.enqueue(
        "publishing.deliver",
        delivery.unit_id,
        run_at=delivery.next_at,
        dedup=job_key(delivery.id),
        lane=delivery.channel,
        sublane=sublane(delivery.unit_id, delivery.account_id),
        delivery_id=delivery.id,
    )
