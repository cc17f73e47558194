"""What the end of a call does to a delivery, its article and all who wait for news; shared by people and worker."""

from __future__ import annotations

from sqlalchemy import select

from channel_plugins import Receipt
from channel_plugins.values import thaw
from tenants import clock
from tenants.content import revisions
from tenants.content import states as article_states
from tenants.content.models import Article
from tenants.db import db
from tenants.errors import NotFound, Refused
from tenants.jobs import queue
from tenants.publishing import environment, states
from tenants.publishing.models import Delivery
from tenants.scope import current, get_own


def locked(delivery_id: int) -> Delivery:
    """Return a delivery, held together with its article until the transaction ends.

    Everybody takes the article first and the delivery second, so that no two transactions wait for each other.

    Raises:
        NotFound: there is none in this unit.
    """
    revisions.locked_article(get_own(Delivery, delivery_id).article_id)
    found = db.session.get(Delivery, (current().unit_id, delivery_id), with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound(f"delivery {delivery_id}")
    return found


def accept(delivery: Delivery, receipt: Receipt) -> None:
    """Note that the item stands on the outlet, tell statistics and plugins, and move the article on."""
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
    announce(delivery)
    recount(delivery)


def taken_down(delivery: Delivery) -> None:
    """Note that the item is gone from the outlet, tell statistics and plugins, and move the article on."""
    delivery.state, delivery.next_at = states.RETRACTED, None
    delivery.sentence = delivery.next_step = None
    db.session.flush()
    elsewhere = select(Delivery.id).where(
        Delivery.article_id == delivery.article_id,
        Delivery.state.in_((states.PUBLISHED, states.SENDING, states.UNCONFIRMED)),
    )
    if db.session.scalar(elsewhere.limit(1)) is None:
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
    waiting = select(Delivery.id).where(Delivery.article_id == article.id, Delivery.state == states.SCHEDULED)
    if article.state == article_states.SCHEDULED and db.session.scalar(waiting.limit(1)) is None:
        move_article(article, article_states.UNSCHEDULE)


def move_article(article: Article, event: str) -> None:
    """Take the article along, as far as its state allows: one that is being rewritten stays a draft."""
    try:
        article.state = article_states.step(article.state, event)
    except Refused:
        return


def announce(delivery: Delivery) -> None:
    """Queue telling the plugins how a delivery ended. A job of its own: its failure can never post again."""
    queue.enqueue(
        "publishing.announce",
        delivery.unit_id,
        dedup=f"announce:{delivery.id}:{delivery.state}",
        delivery_id=delivery.id,
        state=delivery.state,
        at=clock.now().isoformat(),
    )


def recount(delivery: Delivery) -> None:
    """Queue counting the month of the item anew. A job of its own, for the same reason."""
    if delivery.published_at is None:
        return
    unit = environment.own_unit()
    month = clock.local(delivery.published_at, unit.timezone).date().replace(day=1).isoformat()
    queue.enqueue("statistics.rebuild", unit.id, dedup=f"statistics:{unit.id}:{month}", month=month)


def receipt_json(receipt: Receipt) -> dict[str, object]:
    """Return a receipt as it is stored."""
    moment = receipt.published_at
    return {
        "remote_id": receipt.remote_id,
        "url": receipt.url,
        "published_at": moment.isoformat() if moment else None,
        "detail": thaw(receipt.detail),
        "settled": receipt.settled,
    }


def job_key(delivery_id: int) -> str:
    """Return the key of the one job that works on a delivery."""
    return f"deliver:{delivery_id}"


def set_going(delivery: Delivery) -> None:
    """Queue the next step of a delivery at its ``next_at``."""
    queue.enqueue(
        "publishing.deliver",
        delivery.unit_id,
        run_at=delivery.next_at,
        dedup=job_key(delivery.id),
        delivery_id=delivery.id,
    )
