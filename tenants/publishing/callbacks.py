"""What outlets tell us by themselves: read, taken once, and handed to jobs of the units it concerns."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from channel_plugins import CallbackAnswer, CallbackRequest, Channel, Event
from tenants import clock
from tenants.db import db, transaction
from tenants.jobs import queue
from tenants.publishing import address_book, calling, outcome, outlets, policy, posts, rounds, states
from tenants.publishing.address_book import Place
from tenants.publishing.contact_models import CallbackSeen
from tenants.publishing.models import Delivery
from tenants.scope import current
from tenants.secrets import InvalidSecret

log = logging.getLogger("loa.callbacks")

SECONDS = 2.0
"""Zalo waits for two seconds, Facebook for a few; reading a request is pure."""

REMEMBERED = dt.timedelta(days=8)
"""Longer than any outlet repeats itself."""

MOST_EVENTS = 200

COMMENT, POST_CHANGED, ACCESS_LOST, BOUNCE = "comment", "post_changed", "access_lost", "bounce"
_ACTED_ON = frozenset({COMMENT, POST_CHANGED, ACCESS_LOST, BOUNCE})


def read(channel: Channel, request: CallbackRequest) -> CallbackAnswer:
    """Return what the channel makes of a request to the address of the installation."""
    return _parse(channel, request, None)


def read_for(channel: Channel, request: CallbackRequest, place: Place) -> CallbackAnswer:
    """Return what the channel makes of a request to the address of one outlet, in its unit's scope.

    Raises:
        NotFound: the outlet is gone.
    """
    account = outlets.get_account(place.account_id)
    try:
        value = posts.account_value(account, channel)
    except InvalidSecret:
        return CallbackAnswer(accepted=False, status=503)
    db.session.rollback()
    answer = _parse(channel, request, value)
    own = address_book.ref_of(channel, value)
    strange = [event for event in answer.events if own and event.account_ref not in ("", own)]
    if strange:
        log.warning("events of another account", extra={"channel": channel.info.name, "unit_id": place.unit_id})
    kept = tuple(event for event in answer.events if event not in strange)
    return CallbackAnswer(answer.accepted, answer.status, answer.body, kept)


def _parse(channel: Channel, request: CallbackRequest, account: object) -> CallbackAnswer:
    answer = calling.within(SECONDS, lambda: channel.parse_callback(request, account))  # type: ignore[arg-type]
    if isinstance(answer, CallbackAnswer):
        return answer
    # The outlet tells it again later; what it said is not lost.
    log.error("a callback could not be read", extra={"channel": channel.info.name, "kind": type(answer).__name__})
    return CallbackAnswer(accepted=False, status=503)


def take(channel_name: str, answer: CallbackAnswer, body: bytes, place: Place | None) -> int | None:
    """Queue what the events of a genuine callback ask for, once however often it is repeated.

    Args:
        place: the outlet whose address was called; None: each event names its account.

    Returns:
        How many outlets were told; None when the callback was taken before.
    """
    if not answer.accepted or not answer.events:
        return 0
    if not _first_time(channel_name, body, place):
        log.info("repeated callback", extra={"channel": channel_name})
        return None
    events = answer.events[:MOST_EVENTS]
    found = {} if place else address_book.by_ref(channel_name, [event.account_ref for event in events])
    told = 0
    for event in events:
        for target in [place] if place else found.get(event.account_ref, []):
            log.info("callback", extra={"channel": channel_name, "kind": event.kind, "unit_id": target.unit_id})
            if event.kind in _ACTED_ON:
                _queue(target, event)
                told += 1
    return told


def _first_time(channel_name: str, body: bytes, place: Place | None) -> bool:
    target = "" if place is None else str(place.account_id)
    digest = hashlib.sha256(b"\0".join((channel_name.encode(), target.encode(), body))).hexdigest()
    if db.session.scalar(select(CallbackSeen.digest).where(CallbackSeen.digest == digest)) is not None:
        return False
    try:
        with db.session.begin_nested():
            db.session.add(CallbackSeen(digest=digest, seen_at=clock.now()))
    except IntegrityError:
        return False
    return True


def _queue(place: Place, event: Event) -> None:
    queue.enqueue(
        "publishing.event",
        place.unit_id,
        dedup=f"event:{place.account_id}:{event.kind}:{event.remote_id[:200]}",
        account_id=place.account_id,
        event=event.kind,
        remote_id=event.remote_id,
    )


def act(account_id: int, event: str, remote_id: str) -> None:
    """Handler of "publishing.event": queue the work an event asks for, in the unit's scope."""
    with transaction():
        account = outlets.get_account(account_id)
        if not account.enabled or not policy.allowed(account.channel):
            return
        unit_id = current().unit_id
        if event == ACCESS_LOST:
            rounds.ask_to_verify(account)
        elif event == BOUNCE:
            key = f"audience.bounces:{unit_id}:{account_id}"
            queue.enqueue("audience.bounces", unit_id, dedup=key, account_id=account_id)
        else:
            for delivery_id in _deliveries(account_id, remote_id):
                if event == POST_CHANGED:
                    outcome.look_again(outcome.locked(delivery_id))
                else:
                    queue.enqueue(
                        "publishing.look_again", unit_id, dedup=f"look_again:{delivery_id}", delivery_id=delivery_id
                    )


def _deliveries(account_id: int, remote_id: str) -> Sequence[int]:
    rows = select(Delivery.id).where(
        Delivery.account_id == account_id, Delivery.remote_id == remote_id, Delivery.state == states.PUBLISHED
    )
    return db.session.scalars(rows).all() if remote_id else []


def forget_old() -> None:
    """Periodic: drop what no outlet repeats any more."""
    with transaction():
        db.session.execute(
            delete(CallbackSeen)
            .where(CallbackSeen.seen_at < clock.now() - REMEMBERED)
            .execution_options(synchronize_session=False)
        )
