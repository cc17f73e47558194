"""The worker's handlers of this feature, and its sweeper."""

from __future__ import annotations

import datetime as dt

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select

from channel_plugins import NextStep, Outcome
from tenants.content import plan_changes
from tenants.db import db, transaction
from tenants.jobs import queue
from tenants.jobs.worker import Registry, unit_context
from tenants.publishing import environment, holds, outcome, outlets, rounds, states, stopping, telling, wishing
from tenants.publishing.deliver import Timing, deliver
from tenants.publishing.models import ChannelAccount, Delivery
from tenants.publishing.read_back import read_back
from tenants.publishing.receipts import receipt_of
from tenants.scope import get_own
from tenants.units.models import Unit

SWEEP_PAUSE = dt.timedelta(minutes=2)
MOST_SWEPT = 200
"""Deliveries of one unit looked at in one sweep."""

_ANNOUNCED = {
    states.PUBLISHED, states.HANDED_OVER, states.UNCONFIRMED, states.FAILED, states.NEEDS_PERSON, states.RETRACTED,
}  # fmt: skip


def register(registry: Registry, timing: Timing | None = None) -> None:
    """Add the handlers to the worker's registry.

    Args:
        timing: how long channels may take; None for the usual.
    """
    registry.add("publishing.deliver", lambda delivery_id: deliver(delivery_id, timing))
    registry.add("publishing.read_back", lambda delivery_id: read_back(delivery_id, timing))
    registry.add("publishing.announce", announce)
    registry.add("publishing.holds", apply_holds)
    registry.add("publishing.wish", act_on_wish)
    registry.add(plan_changes.HOLD_BACK, hold_back)
    registry.add(rounds.LOOK_AFTER, rounds.look_after)
    registry.add(rounds.VERIFY, lambda account_id: rounds.verify(account_id, timing))
    registry.add(telling.REFRESH, rounds.refresh_health)
    registry.every("publishing.sweep", SWEEP_PAUSE, sweep)
    registry.every("publishing.rounds", rounds.PAUSE, rounds.go_round)


def announce(delivery_id: int, state: str, at: str) -> None:
    """Tell the plugins how a delivery ended. What they do with it reaches nobody else."""
    delivery = get_own(Delivery, delivery_id)
    if state not in _ANNOUNCED:
        return
    news = Outcome(
        delivery_key=delivery.key,
        channel=delivery.channel,
        account_id=str(delivery.account_id),
        unit_name=environment.own_unit().name,
        title=delivery.title,
        state=state,  # type: ignore[arg-type]
        at=dt.datetime.fromisoformat(at),
        receipt=receipt_of(delivery.receipt),
        sentence=delivery.sentence or "",
    )
    db.session.rollback()
    environment.manager().announce(news)


def apply_holds() -> None:
    """Stop or let go on what is scheduled in the present unit."""
    with transaction():
        holds.apply()


def hold_back(article_ids: list[int], unit_name: str) -> None:
    """Stop what of published articles has not gone out yet when the plan they rely on changed."""
    with transaction():
        stopping.stop_relying(article_ids, unit_name)


def act_on_wish(article_id: int) -> dt.datetime | None:
    """Ask for the deliveries that an author wished, or note that their time has passed."""
    with transaction():
        return wishing.settle(article_id)


def sweep() -> None:
    """Go through all units: work that lost its job gets one again, new units get the outlets that need no
    connecting."""
    unit_ids = list(db.session.scalars(select(Unit.id).where(Unit.active.is_(True)).order_by(Unit.id)))
    db.session.rollback()
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    for unit_id in unit_ids:
        with unit_context(app, unit_id), transaction():
            sweep_unit()


def sweep_unit() -> int:
    """Look after the present unit's open deliveries; return how many needed it."""
    if db.session.scalar(select(ChannelAccount.id).limit(1)) is None:
        outlets.ensure_default_accounts()
    rows = (
        select(Delivery.id, Delivery.next_at)
        .where(Delivery.state.in_(states.OPEN), Delivery.next_at.is_not(None))
        .order_by(Delivery.next_at)
        .limit(MOST_SWEPT)
    )
    open_ = {outcome.job_key(row.id): row for row in db.session.execute(rows)}
    if not open_:
        return 0
    jobs = queue.states_of(list(open_))
    mended = 0
    for key, row in open_.items():
        if jobs.get(key) == "dead":
            _give_to_person(row.id)
            mended += 1
        elif key not in jobs:
            outcome.set_going(get_own(Delivery, row.id))
            mended += 1
    return mended


def _give_to_person(delivery_id: int) -> None:
    """Stop a delivery whose job gave up: something fails each time that is not the channel's answer."""
    delivery = outcome.locked(delivery_id)
    sent = delivery.state != states.SCHEDULED and delivery.wanted == states.PUBLISH
    delivery.state = states.UNCONFIRMED if sent else states.NEEDS_PERSON
    delivery.next_at = None
    delivery.next_step = NextStep.CALL_SUPPORT.value
    delivery.sentence = _(
        "Máy phát hành gặp lỗi nhiều lần khi gửi bài này nên đã dừng lại. Bài vẫn được giữ; hãy báo bộ phận hỗ trợ."
    )
    outcome.announce(delivery)
