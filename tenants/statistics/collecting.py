"""Reading the numbers and comments of published items from their outlets, in a rhythm.

Whatever fails here fails here: the delivery it is about stays as it is.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from flask import current_app
from sqlalchemy import and_, func, insert, select, update

from channel_plugins import Account, Channel, NeedsPerson, Reading, Receipt, TryAgain
from channel_plugins.reach import Comment
from tenants import clock
from tenants.db import db, transaction
from tenants.errors import NotFound
from tenants.jobs import queue
from tenants.jobs.worker import unit_context
from tenants.publishing import comments, environment, mailing, outcome, pausing, reaching, rounds, states
from tenants.publishing.contact_models import Collection
from tenants.publishing.models import ChannelAccount, Delivery
from tenants.publishing.receipts import receipt_of
from tenants.scope import current, get_own
from tenants.statistics import models, rhythm
from tenants.units.models import Unit

log = logging.getLogger("loa.collecting")

KIND = "publishing.collect"
AT_ONCE = 50
"""Items asked for in one call."""

AFTER_FAILURE = dt.timedelta(minutes=30)
WHILE_PAUSED = dt.timedelta(hours=6)
PLANNED = dt.timedelta(hours=1)
TOO_OLD = rhythm.STEPS[-1] + dt.timedelta(days=2)


@dataclass(frozen=True)
class Batch:
    """What is asked of an outlet: nothing in it touches the database. ``deliveries``: key -> id."""

    channel: Channel
    receipts: Mapping[str, Receipt]
    deliveries: Mapping[str, int]


@dataclass(frozen=True)
class Told:
    """What an outlet told; an error where it did not. ``comments`` None: it shows none."""

    readings: list[Reading] | Exception
    comments: list[Comment] | Exception | None


def collects(channel: Channel) -> bool:
    """Return whether an outlet of this channel shows numbers or comments."""
    return bool(channel.limits.metrics) or channel.limits.has_comments


def job_key(account_id: int) -> str:
    """Return the key of the one job that reads from an outlet."""
    return f"collect:{account_id}"


def collect(account_id: int) -> dt.datetime | None:
    """Read what is due from one outlet, in its unit's scope. Holds no transaction while the channel is called.

    Returns:
        When something is due next; None when nothing is.
    """
    with transaction():
        batch = _batch(account_id)
    if not isinstance(batch, Batch):
        return batch
    came = reaching.reach(account_id, "collect", lambda channel, account: _ask(channel, account, batch.receipts))
    if isinstance(came, reaching.Later):
        return came.at
    if isinstance(came, reaching.Closed):
        return clock.now() + WHILE_PAUSED
    told = came.answer if isinstance(came.answer, Told) else Told(came.answer, None)
    with transaction():
        _hear(account_id, told)
        return _store(account_id, batch, _with_letters(batch, told))


def _ask(channel: Channel, account: Account, receipts: Mapping[str, Receipt]) -> Told:
    """Ask for numbers and for comments; one that fails does not lose the other."""
    readings: list[Reading] | Exception = []
    found: list[Comment] | Exception | None = None
    try:
        if channel.limits.metrics:
            readings = channel.collect(receipts, account)
    except Exception as error:
        readings = error
    try:
        if channel.limits.has_comments:
            found = channel.comments(receipts, account)
    except Exception as error:
        found = error
    return Told(readings, found)


def _with_letters(batch: Batch, told: Told) -> Told:
    """Add what only our own ledger knows of a mailing: letters sent, letters that came back."""
    if not batch.channel.info.audience or isinstance(told.readings, Exception):
        return told
    return replace(told, readings=[*told.readings, *mailing.readings(batch.deliveries)])


def _hear(account_id: int, told: Told) -> None:
    """Draw the consequences for the outlet: let it rest, renew what ran out. That numbers may not be read is no reason
    to stop posting, so it is asked whether it may be posted to."""
    account = pausing.locked(account_id)
    for failure in (told.readings, told.comments):
        if isinstance(failure, TryAgain):
            pausing.hear(account, failure)
        elif isinstance(failure, NeedsPerson):
            rounds.ask_to_verify(account)


def look_again(delivery_id: int) -> None:
    """Read one item soon: its outlet said that something happened below it."""
    with transaction():
        delivery = get_own(Delivery, delivery_id)
        row = db.session.scalar(select(Collection).where(Collection.delivery_id == delivery_id))
        if row is None:
            row = Collection(delivery_id=delivery_id, account_id=delivery.account_id)
            db.session.add(row)
        row.due_at = clock.now()
        db.session.flush()
        outcome.gather(delivery, clock.now())


def plan_all() -> None:
    """Periodic: give every outlet that has something to read its job, should it have lost it."""
    unit_ids = list(db.session.scalars(select(Unit.id).where(Unit.active.is_(True)).order_by(Unit.id)))
    db.session.rollback()
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    for unit_id in unit_ids:
        with unit_context(app, unit_id), transaction():
            plan_unit()


def plan_unit() -> int:
    """Queue reading from the present unit's outlets that have no job for it; return how many."""
    names = [channel.info.name for channel in environment.manager().all() if collects(channel)]
    young = clock.now() - TOO_OLD
    rows = db.session.execute(
        select(ChannelAccount.id, ChannelAccount.channel).where(
            ChannelAccount.channel.in_(names),
            ChannelAccount.enabled.is_(True),
            select(Delivery.id)
            .where(
                Delivery.unit_id == ChannelAccount.unit_id,
                Delivery.account_id == ChannelAccount.id,
                Delivery.state == states.PUBLISHED,
                Delivery.published_at > young,
            )
            .exists(),
        )
    )
    ids = {row.id: row.channel for row in rows}
    jobs = queue.states_of([job_key(ident) for ident in ids])
    lost = [ident for ident in ids if jobs.get(job_key(ident)) not in ("ready", "running")]
    for ident, name in ids.items():
        if ident in lost:
            unit_id = current().unit_id
            queue.enqueue(
                KIND, unit_id, dedup=job_key(ident), lane=name, sublane=f"{unit_id}:{ident}", account_id=ident
            )
    return len(lost)


def _batch(account_id: int) -> Batch | dt.datetime | None:
    now = clock.now()
    try:
        account = get_own(ChannelAccount, account_id)
    except NotFound:
        return None
    manager = environment.manager()
    if account.channel not in manager or not account.enabled or not collects(manager.get(account.channel)):
        return None
    channel = manager.get(account.channel)
    _meet_new(account_id, now)
    due = _due(account_id, now)
    if not due:
        return _next(account_id)
    receipts = {row.key: receipt for row in due if (receipt := receipt_of(row.receipt)) is not None}
    return Batch(channel, receipts, {row.key: row.id for row in due})


def _meet_new(account_id: int, now: dt.datetime) -> None:
    """Note the items that are to be read and were not noted yet, and those that are not any more."""
    unknown = select(Delivery.id, Delivery.published_at).where(
        Delivery.account_id == account_id,
        Delivery.state == states.PUBLISHED,
        Delivery.published_at > now - TOO_OLD,
        Delivery.receipt.is_not(None),
        ~select(Collection.id)
        .where(Collection.unit_id == Delivery.unit_id, Collection.delivery_id == Delivery.id)
        .exists(),
    )
    rows = [
        {"delivery_id": ident, "account_id": account_id, "due_at": rhythm.first_due(published_at or now, now)}
        for ident, published_at in db.session.execute(unknown)
    ]
    if rows:
        db.session.execute(insert(Collection), rows)
    standing = select(Delivery.id).where(Delivery.account_id == account_id, Delivery.state == states.PUBLISHED)
    db.session.execute(
        update(Collection)
        .where(
            Collection.account_id == account_id,
            Collection.due_at.is_not(None),
            Collection.delivery_id.not_in(standing),
        )
        .values(due_at=None)
        .execution_options(synchronize_session=False)
    )


def _due(account_id: int, now: dt.datetime) -> Sequence[Delivery]:
    rows = (
        select(Delivery)
        .join(Collection, and_(Collection.unit_id == Delivery.unit_id, Collection.delivery_id == Delivery.id))
        .where(Collection.account_id == account_id, Collection.due_at <= now, Delivery.receipt.is_not(None))
        .order_by(Collection.due_at, Delivery.id)
        .limit(AT_ONCE)
    )
    return db.session.scalars(rows).all()


def _next(account_id: int) -> dt.datetime | None:
    return db.session.scalar(select(func.min(Collection.due_at)).where(Collection.account_id == account_id))


def _store(account_id: int, batch: Batch, told: Told) -> dt.datetime | None:
    now = clock.now()
    failures = [answer for answer in (told.readings, told.comments) if isinstance(answer, Exception)]
    for failure in failures:
        log.warning("numbers were not read: %s", type(failure).__name__, extra={"channel": batch.channel.info.name})
    if not isinstance(told.readings, Exception):
        _add_readings(batch, told.readings)
    if told.comments is not None and not isinstance(told.comments, Exception):
        for key, delivery_id in batch.deliveries.items():
            comments.store(delivery_id, [comment for comment in told.comments if comment.delivery_key == key])
    again = _again(failures, now)
    rows = select(Collection, Delivery).join(
        Delivery, and_(Delivery.unit_id == Collection.unit_id, Delivery.id == Collection.delivery_id)
    )
    for row, delivery in db.session.execute(rows.where(Collection.delivery_id.in_(batch.deliveries.values()))):
        published_at = delivery.published_at or now
        if again is None:
            row.collected_at = now
            row.due_at = rhythm.next_due(published_at, now)
            outcome.recount(delivery)
        else:
            row.due_at = again if now < published_at + TOO_OLD else None
    db.session.flush()
    return _next(account_id)


def _again(failures: Sequence[Exception], now: dt.datetime) -> dt.datetime | None:
    """Return when everything is asked once more; None when nothing failed."""
    if not failures:
        return None
    asked = [failure.after for failure in failures if isinstance(failure, TryAgain) and failure.after]
    needs_person = any(isinstance(failure, NeedsPerson) for failure in failures)
    return now + max([WHILE_PAUSED if needs_person else AFTER_FAILURE, *asked])


def _add_readings(batch: Batch, readings: Sequence[Reading]) -> None:
    known = select(Delivery.id, Delivery.node_id).where(Delivery.id.in_(batch.deliveries.values()))
    nodes = {row.id: row.node_id for row in db.session.execute(known)}
    rows = [
        {
            "delivery_id": batch.deliveries[reading.delivery_key],
            "channel": batch.channel.info.name,
            "metric": reading.metric.value,
            "value": reading.value,
            "taken_at": reading.taken_at,
            "node_id": nodes.get(batch.deliveries[reading.delivery_key]),
        }
        for reading in readings
        if reading.delivery_key in batch.deliveries
    ]
    if rows:
        db.session.execute(insert(models.Reading), rows)
