"""Calling a channel: on a thread of its own, for a limited time, with every end turned into a value."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any, TypeVar

from channel_plugins import Account, Artefact, Channel, ChannelError, LookUp, Payload, Receipt, Sent
from channel_plugins.recorder import Exchange, recording
from channel_plugins.text import redact
from tenants import clock
from tenants.publishing import states
from tenants.publishing.render import DeliveryHost

log = logging.getLogger("loa.publishing")

T = TypeVar("T")

Answer = Receipt | LookUp | Exception | None
"""What came of a call; None from a retraction that was done."""


class TookTooLong(Exception):
    """The channel did not answer within its time; what it did is not known."""


@dataclass(frozen=True)
class Timing:
    """How long calls may take, in seconds.

    Args:
        remote: of a service reached over the network, pictures included.
        local: of an outlet on this machine: our own site, files.
        margin: how much longer than its call an outlet is held for it.
        queue: how often somebody who waits for an outlet looks whether it is free; one delivery at a time may call it.
    """

    remote: float = 90.0
    local: float = 15.0
    margin: float = 5.0
    queue: float = 1.0

    def limit(self, channel: Channel) -> float:
        """Return how long one call of a channel may take."""
        usual = self.remote if channel.info.outlet == "remote" else self.local
        return float(channel.info.call_seconds or usual)


@dataclass(frozen=True)
class Call:
    """One call, with everything it needs: nothing in it touches the database.

    Args:
        what: publish, edit, retract or look_up.
        receipt: of the item that is edited or retracted, or of what the outlet accepted earlier.
        limit: seconds after which nobody waits for the answer any more.
    """

    what: str
    delivery_id: int
    attempt_id: int
    key: str
    channel: Channel
    account: Account
    payload: Payload
    host: DeliveryHost
    sent: Sent
    receipt: Receipt | None
    limit: float
    exchanges: list[Exchange] = field(default_factory=list, compare=False)


def make(call: Call) -> Answer:
    """Call the channel and return what came of it. Raises nothing, whatever the channel does."""

    def ask() -> Answer:
        with recording(call.exchanges):
            return _ask(call)

    return within(call.limit, ask)


def transcript(exchanges: list[Exchange], account: Account) -> list[dict[str, Any]] | None:
    """Return what was said to the service as it is stored: without credentials, None when nothing was."""
    told = [asdict(exchange) for exchange in list(exchanges)]
    for exchange in told:
        exchange["excerpt"] = hide_secrets(exchange["excerpt"], account)
        exchange["place"] = hide_secrets(exchange["place"], account)
    return told or None


def files_of(channel: Channel, payload: Payload, host: DeliveryHost, limit: float) -> tuple[Artefact, ...]:
    """Return the files people can take; none when the channel fails to make them (it is asked again when they are
    wanted)."""
    box: list[tuple[Artefact, ...]] = []
    failure = within(limit, lambda: box.append(channel.kit(payload, host)))
    if failure is not None or not box:
        log.error("no files from the channel", exc_info=failure, extra={"channel": channel.info.name})
        return ()
    return box[0]


def hide_secrets(text: str, account: Account) -> str:
    """Return technical text without the credentials of the account."""
    return redact(text, account.secrets.values())


def _ask(call: Call) -> Answer:
    channel = call.channel
    if call.what == states.LOOK_UP:
        return channel.look_up(call.key, call.account, call.sent)
    if call.what == states.EDIT and call.receipt is not None:
        return channel.edit(call.receipt, call.payload, call.account, call.host)
    if call.what == states.RETRACT and call.receipt is not None:
        channel.retract(call.receipt, call.account)
        return None
    return channel.publish(call.payload, call.key, call.account, call.host)


def within(limit: float, work: Callable[[], T]) -> T | Exception:
    """Do ``work`` on a thread and return its result, its error, or ``TookTooLong``.

    A call that hangs cannot be stopped from outside; its thread is left behind and its late answer heard by nobody.
    """
    box: list[T | Exception] = []

    def run() -> None:
        try:
            box.append(work())
        except Exception as error:
            box.append(error)
            if not isinstance(error, ChannelError):
                log.exception("a channel broke its contract")

    thread = threading.Thread(target=clock.for_another_thread(run), name="channel-call", daemon=True)
    thread.start()
    thread.join(limit)
    return box[0] if box else TookTooLong(f"no answer within {limit:g} s")
