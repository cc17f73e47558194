"""The ledger of a mailing: who was on the list when it began, and what became of each letter.

The channel calls it from a thread of its own, for minutes, while no transaction is open. So each of its calls opens
an application context and a short transaction of its own, in the unit's scope: what it was told is durable when it
returns.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from flask import Flask
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, CursorResult, exists, func, insert, select, update

from channel_plugins import Recipient
from tenants import clock, scope
from tenants.audience import states
from tenants.audience.models import MailingEntry, Subscriber
from tenants.db import db, transaction

MOST_TRIES = 5
"""How often a mailbox may put a letter off before it counts as refused."""


def snapshot(delivery_id: int, kind: str) -> int:
    """Put everybody who is on the list now into the ledger of a delivery, unless that was done before.

    Returns:
        How many people the ledger holds.
    """
    held = db.session.scalar(
        select(func.count()).select_from(MailingEntry).where(MailingEntry.delivery_id == delivery_id)
    )
    if held:
        return held
    people = select(Subscriber.id).where(Subscriber.kind == kind, Subscriber.state == states.ACTIVE)
    now = clock.now()
    rows = [
        {"delivery_id": delivery_id, "subscriber_id": ident, "state": states.WAITING, "tries": 0, "at": now}
        for ident in db.session.scalars(people.order_by(Subscriber.id))
    ]
    if rows:
        db.session.execute(insert(MailingEntry), rows)
    return len(rows)


def came_back(delivery_id: int, subscriber_id: int, sentence: str, *, permanent: bool) -> bool:
    """Note that a letter was returned; for good: the subscription ends too. Once for each letter.

    Returns:
        Whether this was news.
    """
    news = _move(
        _entry(delivery_id, subscriber_id) & MailingEntry.state.in_((states.ACCEPTED, states.DOUBTFUL, states.BEGUN)),
        states.RETURNED,
        sentence,
    )
    if news and permanent:
        _no_such_address(subscriber_id, sentence)
    return news


def stopped(subscriber_id: int) -> None:
    """Note with the last letter a person got that they stopped after it; those who got none are not counted."""
    last = db.session.scalar(
        select(MailingEntry.id)
        .where(MailingEntry.subscriber_id == subscriber_id, MailingEntry.state == states.ACCEPTED)
        .order_by(MailingEntry.at.desc(), MailingEntry.id.desc())
        .limit(1)
    )
    if last is not None:
        _move((MailingEntry.id == last) & (MailingEntry.state == states.ACCEPTED), states.LEFT, None)


class LedgerAudience:
    """What a channel sees of the ledger of one delivery (``channel_plugins.Audience``).

    Args:
        stop_url: address of the page where a person ends it, with ``{token}``.
    """

    def __init__(self, app: Flask, owner: scope.Scope, delivery_id: int, stop_url: str) -> None:
        self._app, self._owner, self._delivery_id, self._stop_url = app, owner, delivery_id, stop_url

    def waiting(self) -> list[Recipient]:
        """Return those nothing was begun for, the oldest first.

        What was begun and never ended belongs to a call that is over: nobody knows whether it was sent, so it is
        doubtful and stays so. Who stopped since the mailing began is left out.
        """
        with self._unit_of_work():
            here = MailingEntry.delivery_id == self._delivery_id
            _move(here & (MailingEntry.state == states.BEGUN), states.DOUBTFUL, None)
            _move(here & (MailingEntry.state == states.WAITING) & ~_still_wanted(), states.SKIPPED, None)
            rows = (
                select(Subscriber.id, Subscriber.address, Subscriber.name, Subscriber.token)
                .join(
                    MailingEntry,
                    (MailingEntry.unit_id == Subscriber.unit_id) & (MailingEntry.subscriber_id == Subscriber.id),
                )
                .where(here, MailingEntry.state == states.WAITING)
                .order_by(MailingEntry.tries, MailingEntry.id)
            )
            return [
                Recipient(str(ident), address or "", name, self._stop_url.format(token=token))
                for ident, address, name, token in db.session.execute(rows)
            ]

    def begin(self, ref: str) -> bool:
        """Note that the letter is about to go out; False when it must not: begun before, or no longer wanted."""
        with self._unit_of_work():
            return _move(self._one(ref, states.WAITING) & _still_wanted(), states.BEGUN, None)

    def accepted(self, ref: str) -> None:
        """Note that the server took it."""
        with self._unit_of_work():
            _move(self._one(ref, states.BEGUN, states.DOUBTFUL), states.ACCEPTED, None)

    def refused(self, ref: str, sentence: str, *, permanent: bool) -> None:
        """Note that the server did not take it; for good: the subscription ends."""
        with self._unit_of_work():
            which = self._one(ref, states.WAITING, states.BEGUN, states.DOUBTFUL)
            if _move(which, states.GONE if permanent else states.REFUSED, sentence) and permanent:
                _no_such_address(int(ref), sentence)

    def put_back(self, ref: str) -> None:
        """Note that nothing was sent; after ``MOST_TRIES`` times it counts as refused, so that a mailing ends."""
        with self._unit_of_work():
            which = self._one(ref, states.WAITING, states.BEGUN)
            given_up = _("Hộp thư này chưa nhận sau %(n)s lần thử.", n=MOST_TRIES)
            if not _move(which & (MailingEntry.tries >= MOST_TRIES - 1), states.REFUSED, given_up):
                _move(which, states.WAITING, None, tries=MailingEntry.tries + 1)

    def _one(self, ref: str, *before: str) -> ColumnElement[bool]:
        return _entry(self._delivery_id, int(ref)) & MailingEntry.state.in_(before)

    @contextmanager
    def _unit_of_work(self) -> Iterator[None]:
        with self._app.app_context():
            scope.enter(self._owner)
            with transaction():
                yield


def _entry(delivery_id: int, subscriber_id: int) -> ColumnElement[bool]:
    return (MailingEntry.delivery_id == delivery_id) & (MailingEntry.subscriber_id == subscriber_id)


def _still_wanted() -> ColumnElement[bool]:
    return exists(
        select(Subscriber.id).where(
            Subscriber.unit_id == MailingEntry.unit_id,
            Subscriber.id == MailingEntry.subscriber_id,
            Subscriber.state == states.ACTIVE,
        )
    )


def _move(which: ColumnElement[bool], state: str, sentence: str | None, **values: Any) -> bool:
    done = db.session.execute(
        update(MailingEntry)
        .where(which)
        .values(state=state, at=clock.now(), sentence=sentence, **values)
        .execution_options(synchronize_session=False)
    )
    return cast("CursorResult[Any]", done).rowcount > 0


def _no_such_address(subscriber_id: int, sentence: str) -> None:
    db.session.execute(
        update(Subscriber)
        .where(Subscriber.id == subscriber_id, Subscriber.state == states.ACTIVE)
        .values(state=states.BOUNCED, ended_at=clock.now(), sentence=sentence)
        .execution_options(synchronize_session=False)
    )
