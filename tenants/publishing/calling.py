"""Calling a channel: on a thread of its own, for a limited time, with every end turned into a value."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from channel_plugins import Account, Artefact, Channel, ChannelError, LookUp, Payload, Receipt, Sent
from channel_plugins.text import redact
from tenants.publishing import states
from tenants.publishing.render import DeliveryHost

log = logging.getLogger("loa.publishing")

T = TypeVar("T")

Answer = Receipt | LookUp | Exception | None
"""What came of a call; None from a retraction that was done."""


class TookTooLong(Exception):
    """The channel did not answer within its time; what it did is not known."""


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


def make(call: Call) -> Answer:
    """Call the channel and return what came of it. Raises nothing, whatever the channel does."""
    return _within(call.limit, lambda: _ask(call))


def files_of(channel: Channel, payload: Payload, limit: float) -> tuple[Artefact, ...]:
    """Return the files people can take; none when the channel fails to make them (it is asked again when they are
    wanted)."""
    box: list[tuple[Artefact, ...]] = []
    failure = _within(limit, lambda: box.append(channel.files(payload)))
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


def _within(limit: float, work: Callable[[], T]) -> T | Exception:
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

    thread = threading.Thread(target=run, name="channel-call", daemon=True)
    thread.start()
    thread.join(limit)
    return box[0] if box else TookTooLong(f"no answer within {limit:g} s")
