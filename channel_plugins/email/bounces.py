"""Reading what came back: delivery reports (RFC 3464, multipart/report) from the mailbox of bounces, by POP3.

A report counts only when the letter it returns carries a Message-ID of ours with its right signature. Nothing in the
mailbox is deleted: reading again gives the same, and the host counts a bounce once.
"""

from __future__ import annotations

import email
import poplib
from collections.abc import Collection, Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage, Message
from email.policy import default
from email.utils import parsedate_to_datetime

from channel_plugins.reach import Bounce
from channel_plugins.types import Account

from .message import read_message_id
from .wire import pop_session, told

#: Messages looked at in one call, the newest; and the largest one that is read, in bytes.
MOST_READ = 200
LARGEST = 1_000_000
#: Clocks of other servers differ.
SLACK = timedelta(days=1)
_GONE_SUBJECTS = ("1",)
_GONE_MAILBOX = ("5.2.1",)


def read(account: Account, since: datetime, private_hosts: Collection[str]) -> list[Bounce]:
    """Return the bounces of our letters that came since a moment.

    Raises: TryAgain, NeedsPerson.
    """
    found: list[Bounce] = []
    with pop_session(account, private_hosts) as pop:
        for number in _newest(pop):
            head = email.message_from_bytes(b"\r\n".join(pop.top(number, 0)[1]), policy=default)
            if head.get_content_type() != "multipart/report" or _date(head, since) < since - SLACK:
                continue
            bounce = bounce_of(b"\r\n".join(pop.retr(number)[1]), account, since)
            if bounce is not None:
                found.append(bounce)
    return found


def _newest(pop: poplib.POP3) -> Iterable[int]:
    listed = [line.split() for line in pop.list()[1]]
    small = [int(number) for number, size in listed if int(size) <= LARGEST]
    return sorted(small, reverse=True)[:MOST_READ]


def bounce_of(raw: bytes, account: Account, now: datetime) -> Bounce | None:
    """Return what a message says about one of our letters; None when it is no report about one.

    Args:
        now: the moment to take when the report names none that can be read.
    """
    report = email.message_from_bytes(raw, policy=default)
    if report.get_content_type() != "multipart/report":
        return None
    named = next((pair for part in report.walk() if (pair := _letter_of(part, account)) is not None), None)
    status = next((part for part in report.walk() if part.get_content_type() == "message/delivery-status"), None)
    if named is None or status is None:
        return None
    for block in status.iter_parts() if isinstance(status, EmailMessage) else ():
        action, code = str(block.get("Action", "")).strip().lower(), str(block.get("Status", "")).strip()
        if action == "failed":
            reason = str(block.get("Diagnostic-Code", "")).partition(";")[2].strip() or code
            sentence = f"Thư bị trả về: {told(reason, account, 300)}."
            return Bounce(named[0], named[1], is_gone(code), sentence, _date(report, now))
    return None


def is_gone(status: str) -> bool:
    """Return whether a status (RFC 3463) says that the address is no good any more: 5.1.x and a disabled mailbox, not a
    full mailbox, a policy or a loop."""
    digits = status.split(".")
    return status in _GONE_MAILBOX or (len(digits) == 3 and digits[0] == "5" and digits[1] in _GONE_SUBJECTS)


def _letter_of(part: Message, account: Account) -> tuple[str, str] | None:
    kind = part.get_content_type()
    if kind == "message/rfc822":
        inner = part.get_payload(0) if part.is_multipart() else None
        text = str(inner.get("Message-ID", "")) if isinstance(inner, Message) else ""
    elif kind == "text/rfc822-headers":
        raw = part.get_payload(decode=True)
        text = str(email.message_from_bytes(raw).get("Message-ID", "")) if isinstance(raw, bytes) else ""
    else:
        return None
    return read_message_id(text, account)


def _date(message: Message, otherwise: datetime) -> datetime:
    with suppress(ValueError, TypeError):
        moment = parsedate_to_datetime(str(message.get("Date", "")))
        return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return otherwise
