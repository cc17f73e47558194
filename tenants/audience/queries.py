"""Reading the list and the ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import func, select

from tenants import clock
from tenants.audience import states
from tenants.audience.models import MailingEntry, Subscriber
from tenants.db import db
from tenants.errors import NotFound
from tenants.text import fold

PER_PAGE = 20
LINGERING = dt.timedelta(minutes=2)
"""How long after its beginning a letter without an outcome counts as under way; then as doubtful."""


@dataclass(frozen=True)
class Tally:
    """How a mailing stands, in letters. ``sent`` holds what the server took, also what came back later; ``left`` of
    them were the last before their reader stopped."""

    sent: int = 0
    waiting: int = 0
    refused: int = 0
    doubtful: int = 0
    returned: int = 0
    left: int = 0
    skipped: int = 0

    @property
    def people(self) -> int:
        """How many people were on the list when it began."""
        return self.sent + self.waiting + self.refused + self.doubtful + self.skipped


def listed(kind: str, state: str = "", search: str = "", page: int = 1) -> Pagination:
    """Return one page of the list, the newest first; erased people are not in it."""
    rows = select(Subscriber).where(Subscriber.kind == kind, Subscriber.state != states.ERASED)
    if state:
        rows = rows.where(Subscriber.state == state)
    for word in fold(search).split():
        rows = rows.where(Subscriber.searched.contains(word, autoescape=True))
    return db.paginate(rows.order_by(Subscriber.id.desc()), page=page, per_page=PER_PAGE, error_out=False)


def counts() -> dict[tuple[str, str], int]:
    """Return how many people there are by kind and state, in one query."""
    rows = select(Subscriber.kind, Subscriber.state, func.count()).group_by(Subscriber.kind, Subscriber.state)
    return {(kind, state): number for kind, state, number in db.session.execute(rows)}


def reach(kind: str) -> int:
    """Return how many people a letter of this kind would go to now."""
    rows = select(func.count()).select_from(Subscriber)
    return db.session.scalar(rows.where(Subscriber.kind == kind, Subscriber.state == states.ACTIVE)) or 0


def by_token(token: str) -> Subscriber:
    """Return whose link this is.

    Raises:
        NotFound: nobody's here.
    """
    found = db.session.scalar(select(Subscriber).where(Subscriber.token == token)) if token else None
    if found is None:
        raise NotFound("subscriber")
    return found


def tally(delivery_id: int) -> Tally:
    """Return how the mailing of a delivery stands; all zero when it is none or has not begun."""
    return tallies([delivery_id]).get(delivery_id, Tally())


def tallies(delivery_ids: Iterable[int]) -> Mapping[int, Tally]:
    """Return how mailings stand, in one query; deliveries without one are left out."""
    late = clock.now() - LINGERING
    old = (MailingEntry.state == states.BEGUN) & (MailingEntry.at < late)
    rows = (
        select(MailingEntry.delivery_id, MailingEntry.state, old, func.count())
        .where(MailingEntry.delivery_id.in_(list(delivery_ids)))
        .group_by(MailingEntry.delivery_id, MailingEntry.state, old)
    )
    found: dict[int, dict[str, int]] = {}
    for delivery_id, state, lingering, number in db.session.execute(rows):
        name = states.DOUBTFUL if lingering else state
        counted = found.setdefault(delivery_id, {})
        counted[name] = counted.get(name, 0) + number
    return {delivery_id: _tally(counted) for delivery_id, counted in found.items()}


def _tally(counted: Mapping[str, int]) -> Tally:
    def of(*names: str) -> int:
        return sum(counted.get(name, 0) for name in names)

    return Tally(
        sent=of(states.ACCEPTED, states.RETURNED, states.LEFT),
        waiting=of(states.WAITING, states.BEGUN),
        refused=of(states.REFUSED, states.GONE),
        doubtful=of(states.DOUBTFUL),
        returned=of(states.RETURNED),
        left=of(states.LEFT),
        skipped=of(states.SKIPPED),
    )


def letters(delivery_id: int, page: int = 1, *, troubled: bool = False) -> Pagination:
    """Return one page of a mailing's letters (``MailingEntry``); those with trouble first.

    Args:
        troubled: only refused, returned and doubtful ones.
    """
    wrong = (states.REFUSED, states.GONE, states.DOUBTFUL, states.RETURNED, states.BEGUN)
    rows = select(MailingEntry).where(MailingEntry.delivery_id == delivery_id)
    if troubled:
        rows = rows.where(MailingEntry.state.in_(wrong))
    rows = rows.order_by(MailingEntry.state.in_(wrong).desc(), MailingEntry.id)
    return db.paginate(rows, page=page, per_page=PER_PAGE, error_out=False)


def shown_state(entry: MailingEntry) -> str:
    """Return how a letter stands for a reader: what was begun and never ended is doubtful after a while."""
    lingering = entry.state == states.BEGUN and entry.at < clock.now() - LINGERING
    return states.DOUBTFUL if lingering else entry.state


def people_of(entries: Iterable[MailingEntry]) -> dict[int, Subscriber]:
    """Return the people of letters by id, in one query."""
    idents = [entry.subscriber_id for entry in entries]
    return {person.id: person for person in db.session.scalars(select(Subscriber).where(Subscriber.id.in_(idents)))}
