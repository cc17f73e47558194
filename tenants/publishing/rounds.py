"""Going round the units now and then: outlets proven, items looked for, rows about outlets brought up to date."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from tenants import clock
from tenants.db import db, transaction
from tenants.jobs import queue
from tenants.publishing import (
    environment,
    health,
    outcome,
    pausing,
    policy,
    posts,
    preparing,
    queries,
    reaching,
    read_back,
    states,
    stopping,
)
from tenants.publishing.calling import Timing
from tenants.publishing.models import ChannelAccount, Delivery
from tenants.secrets import InvalidSecret
from tenants.units.models import Unit

LOOK_AFTER = "publishing.look_after"
VERIFY = "publishing.verify"
PAUSE = dt.timedelta(minutes=30)
"""How often every unit is looked after; the units are spread over this time."""

NIGHT = range(1, 5)
"""Hours of the unit's clocks in which outlets are proven."""
FRESH = dt.timedelta(hours=20)
OLD = dt.timedelta(hours=30)
"""A proof older than this is renewed by day too: the worker did not run at night."""

MOST_LOOKED_FOR = 200


def go_round() -> None:
    """Queue looking after each unit, spread over the time until the next round."""
    now, pause = clock.now(), int(PAUSE.total_seconds())
    with transaction():
        for unit_id in db.session.scalars(select(Unit.id).where(Unit.active.is_(True)).order_by(Unit.id)).all():
            ask(unit_id, now + dt.timedelta(seconds=unit_id * 7919 % pause))


def ask(unit_id: int, run_at: dt.datetime | None = None) -> None:
    """Queue looking after one unit."""
    queue.enqueue(LOOK_AFTER, unit_id, run_at=run_at, dedup=f"look-after:{unit_id}")


def look_after() -> None:
    """Look after the present unit. Opens its own transactions."""
    with transaction():
        stopping.stop_forbidden(policy.forbidden())
        _look_for_unseen()
        for account in queries.accounts():
            if proof_due(account):
                ask_to_verify(account)
        health.refresh()


def refresh_health() -> None:
    """Bring the rows about the present unit's outlets up to date. Opens its own transaction."""
    with transaction():
        health.refresh()


def ask_to_verify(account: ChannelAccount) -> None:
    """Queue asking an outlet whether it takes our posts."""
    queue.enqueue(
        VERIFY,
        account.unit_id,
        dedup=f"verify:{account.unit_id}:{account.id}",
        lane=account.channel,
        sublane=outcome.sublane(account.unit_id, account.id),
        account_id=account.id,
    )


def proof_due(account: ChannelAccount) -> bool:
    """Return whether an outlet should prove now that it takes our posts."""
    if not reaching.usable(account) or environment.manager().get(account.channel).info.outlet != "remote":
        return False
    if account.checked_at is None:
        return True
    age = clock.now() - account.checked_at
    night = clock.local(clock.now(), environment.own_unit().timezone).hour in NIGHT
    return age > OLD or (night and age > FRESH)


def verify(account_id: int, timing: Timing | None = None) -> dt.datetime | None:
    """Ask an outlet whether it takes our posts; stop it and tell its people when it does not.

    Returns:
        When to ask again because it is being called or rests; None when it was asked.
    """
    timing = timing or Timing()
    prepared: set[str] = set()
    while True:
        with transaction():
            step = _begin(account_id, timing, prepared)
        if not isinstance(step, preparing.Preparation):
            return step
        prepared.add(step.what)
        came = preparing.make(step)
        with transaction():
            preparing.record(step, came)


def _begin(account_id: int, timing: Timing, prepared: set[str]) -> preparing.Preparation | dt.datetime | None:
    account = pausing.locked(account_id)
    if preparing.VERIFY in prepared or not reaching.usable(account):
        return None
    if (busy := pausing.free_at(account, timing.queue)) is not None:
        return busy
    if account.paused_until is not None and account.paused_until > clock.now():
        return account.paused_until
    channel = environment.manager().get(account.channel)
    try:
        value = posts.account_value(account, channel)
    except InvalidSecret:
        return None
    need = preparing.needed(account, channel, value, posting=False)
    what = need if need is not None and need not in prepared else preparing.VERIFY
    return preparing.begin(account, channel, value, what, timing)


def _look_for_unseen() -> None:
    """Queue looking for published items that lost their job."""
    rows = (
        select(Delivery)
        .where(Delivery.state == states.PUBLISHED, Delivery.seen_at.is_(None), Delivery.vanished_at.is_(None))
        .order_by(Delivery.id)
        .limit(MOST_LOOKED_FOR)
    )
    unseen = [delivery for delivery in db.session.scalars(rows) if read_back.wanted(delivery)]
    known = queue.states_of([outcome.look_key(delivery.id) for delivery in unseen])
    for delivery in unseen:
        if known.get(outcome.look_key(delivery.id)) in (None, "dead"):
            outcome.set_looking(delivery)
