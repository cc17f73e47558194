"""Calling an outlet for anything but a delivery: reading back, counting, comments, proving that it works.

One call at a time per outlet, credentials renewed before it where they run out, nothing held in the database while it
runs, and what its failure means for the outlet drawn at once.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from channel_plugins import Account, Channel
from channel_plugins.recorder import Exchange, recording
from tenants import clock
from tenants.db import transaction
from tenants.publishing import calling, environment, pausing, policy, posts, preparing
from tenants.publishing.calling import Timing
from tenants.publishing.models import ChannelAccount
from tenants.publishing.preparing import Preparation
from tenants.secrets import InvalidSecret

T = TypeVar("T")


@dataclass(frozen=True)
class Later:
    """The outlet is being called or rests; look again at ``at``."""

    at: dt.datetime


@dataclass(frozen=True)
class Closed:
    """Nothing can be asked of the outlet before a person has acted."""


@dataclass(frozen=True)
class Answered(Generic[T]):
    """What came of the call: the channel's answer, or the error it raised (``calling.TookTooLong`` among them)."""

    answer: T | Exception
    exchanges: tuple[Exchange, ...] = ()


@dataclass(frozen=True)
class _Ready:
    channel: Channel
    account: Account
    lease: str
    limit: float


def reach(
    account_id: int, purpose: str, work: Callable[[Channel, Account], T], timing: Timing | None = None
) -> Answered[T] | Later | Closed:
    """Call an outlet of the present unit. Opens its own transactions; the caller must hold none.

    Args:
        purpose: one word for the lease and the log.
        work: makes the call, on a thread of its own, without the database; reading only, or safe to repeat.
    """
    timing = timing or Timing()
    with transaction():
        ready = _begin(account_id, purpose, timing, set())
    prepared: set[str] = set()
    while isinstance(ready, Preparation):
        prepared.add(ready.what)
        came = preparing.make(ready)
        with transaction():
            preparing.record(ready, came)
            ready = _begin(account_id, purpose, timing, prepared)
    if not isinstance(ready, _Ready):
        return ready
    call: _Ready = ready
    exchanges: list[Exchange] = []

    def ask() -> T:
        with recording(exchanges):
            return work(call.channel, call.account)

    answer = calling.within(call.limit, ask)
    with transaction():
        account = pausing.locked(account_id)
        pausing.release(account, call.lease)
        pausing.hear(account, answer)
    return Answered(answer, tuple(exchanges))


def _begin(account_id: int, purpose: str, timing: Timing, prepared: set[str]) -> _Ready | Preparation | Later | Closed:
    account = pausing.locked(account_id)
    if not usable(account):
        return Closed()
    if (busy := pausing.free_at(account, timing.queue)) is not None:
        return Later(busy)
    if account.paused_until is not None and account.paused_until > clock.now():
        return Later(account.paused_until)
    channel = environment.manager().get(account.channel)
    try:
        value = posts.account_value(account, channel)
    except InvalidSecret:
        return Closed()
    need = preparing.needed(account, channel, value, posting=False)
    if need is not None and need not in prepared:
        return preparing.begin(account, channel, value, need, timing)
    limit = timing.limit(channel)
    lease = f"{purpose}-{account.id}-{secrets.token_hex(4)}"
    pausing.hold(account, lease, limit + timing.margin)
    return _Ready(channel, value, lease, limit)


def usable(account: ChannelAccount) -> bool:
    """Return whether anything may be asked of an outlet now: on, not stopped, its channel installed and allowed."""
    known = account.channel in environment.manager()
    return known and account.enabled and not account.paused_reason and policy.allowed(account.channel)
