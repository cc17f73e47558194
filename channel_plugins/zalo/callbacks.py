"""Notices Zalo sends to us: the signature over the raw bytes, a window against replays, and what they mean.

`X-ZEvent-Signature: mac=<hex>`, hex being the plain SHA-256 (no HMAC) of first term + raw body + timestamp + OA secret.
Sources differ on the first term (application id or OA id) and on which secret it is, so every combination of what is
configured is accepted, and which one matched is logged.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from channel_plugins.types import Account, CallbackAnswer, CallbackRequest, Event

from .articles import moment

log = logging.getLogger(__name__)

_REFUSED = CallbackAnswer(accepted=False, status=403)
_AHEAD = timedelta(minutes=5)


def mac(first: str, body: bytes, timestamp: str, secret: str) -> str:
    """Return the hexadecimal signature."""
    return hashlib.sha256(first.encode() + body + timestamp.encode() + secret.encode()).hexdigest()


def _identifier(value: Any) -> str:
    return str(value.get("id") or "") if isinstance(value, Mapping) else ""


def oa_of(data: Mapping[str, Any]) -> str:
    """Return the OA a notice is about: named, or the side of the message that is not the person."""
    name = str(data.get("event_name") or "")
    side = "sender" if name.startswith(("oa_", "anonymous_oa_")) else "recipient"
    return str(data.get("oa_id") or "") or _identifier(data.get(side))


def _matches(
    given: str, firsts: Iterable[tuple[str, str]], keys: Iterable[tuple[str, str]], body: bytes, timestamp: str
) -> str:
    """Return which combination made the signature, "" for none. All are tried, whatever matched first."""
    known = list(keys)
    matched = ""
    for first_name, first in firsts:
        for key_name, key in known:
            if first and key and hmac.compare_digest(mac(first, body, timestamp, key).encode(), given.encode()):
                matched = matched or f"{first_name}, {key_name}"
    return matched


def read(
    request: CallbackRequest, account: Account | None, options: Mapping[str, Any], now: datetime
) -> CallbackAnswer:
    """Return the answer to a notice; events only from one that is genuine, fresh and about this account."""
    given = request.headers.get("x-zevent-signature", "").strip()
    if request.method != "POST" or not given.startswith("mac="):
        return _REFUSED
    try:
        data = json.loads(request.body)
    except (ValueError, RecursionError):
        return _REFUSED
    if not isinstance(data, dict):
        return _REFUSED
    timestamp, oa_id = str(data.get("timestamp") or ""), oa_of(data)
    own = account.secrets.get("oa_secret", "") if account else ""
    expected_oa = str(account.settings.get("oa_id") or "") if account else oa_id
    matched = _matches(
        given.removeprefix("mac=").lower(),
        (("app id", str(options["app_id"])), ("oa id", expected_oa)),
        (("own oa secret", own), ("oa secret", options["oa_secret"]), ("app secret", options["app_secret"])),
        request.body,
        timestamp,
    )
    sent_at = moment(timestamp)
    if not matched or sent_at is None or (account is not None and expected_oa and oa_id and oa_id != expected_oa):
        return _REFUSED
    if not now - timedelta(minutes=options["callback_minutes"]) <= sent_at <= now + _AHEAD:
        log.warning("Zalo notice refused: signed, but its time is %s", sent_at.isoformat())
        return CallbackAnswer(accepted=False, status=400)
    log.info("Zalo notice accepted, signature made with %s", matched)
    return CallbackAnswer(True, 200, "OK", (_event(data, oa_id, timestamp),))


def _event(data: Mapping[str, Any], oa_id: str, timestamp: str) -> Event:
    """Return the event. Who wrote and what they wrote stays outside: readings are totals, never people.

    `data["id"]` is the same for every repetition of one notice.
    """
    message = data.get("message")
    message_id = str(message.get("msg_id") or "") if isinstance(message, Mapping) else ""
    name = str(data.get("event_name") or "unknown")[:80]
    identity = message_id or hashlib.sha256(f"{name} {oa_id} {timestamp} {_person(data)}".encode()).hexdigest()[:32]
    return Event(name, oa_id, data={"id": identity, "timestamp": timestamp})


def _person(data: Mapping[str, Any]) -> str:
    return next((found for side in ("follower", "sender", "user") if (found := _identifier(data.get(side)))), "")
