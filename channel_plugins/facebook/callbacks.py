"""Requests Facebook makes to us: the question whether the address is ours, and news of Pages. Pure.

The signature is HMAC-SHA256 over the bytes as they came: Facebook writes letters beyond ASCII as `\\uXXXX` and
signs that, so text that was parsed and written again has another signature.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from typing import Any

from channel_plugins.types import CallbackAnswer, CallbackRequest, Event

_CHANGES = frozenset({"edited", "edit", "remove", "delete", "hide", "unhide"})
_LOST = frozenset({"revoked", "removed", "deauthorized"})
_KEPT = ("item", "verb", "comment_id", "parent_id", "created_time")
_REFUSED = CallbackAnswer(accepted=False, status=403)


def parse(request: CallbackRequest, options: Mapping[str, Any]) -> CallbackAnswer:
    """Return what to answer and the events; a batch may speak of several Pages.

    Events name posts and Pages only. Words and names of people are left out: comments are read again from the Page.
    """
    if request.method == "GET":
        return _confirm(request.query, str(options["verify_token"]))
    secret = str(options["app_secret"])
    if request.method != "POST" or not secret or not _signed(request, secret):
        return _REFUSED
    try:
        body = json.loads(request.body)
        events = tuple(dict.fromkeys(_events(body)))
    except (ValueError, RecursionError, AttributeError, TypeError):
        return CallbackAnswer(accepted=False, status=400)
    return CallbackAnswer(True, 200, "EVENT_RECEIVED", tuple(Event(k, a, r, dict(d)) for k, a, r, d in events))


def signature(body: bytes, secret: str) -> str:
    """Return the value of X-Hub-Signature-256 for these bytes."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def _confirm(query: Mapping[str, str], expected: str) -> CallbackAnswer:
    given = query.get("hub.verify_token", "")
    right = bool(expected) and hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace"))
    if query.get("hub.mode") != "subscribe" or not right:
        return _REFUSED
    return CallbackAnswer(True, 200, query.get("hub.challenge", ""))


def _signed(request: CallbackRequest, secret: str) -> bool:
    given = request.headers.get("x-hub-signature-256", "")
    return hmac.compare_digest(signature(request.body, secret).encode(), given.encode("utf-8", "replace"))


_Plain = tuple[str, str, str, tuple[tuple[str, Any], ...]]


def _events(body: Any) -> Iterator[_Plain]:
    if not isinstance(body, dict) or body.get("object") not in ("page", "permissions"):
        return
    for entry in body.get("entry") or ():
        page = str(entry.get("id", ""))
        for change in entry.get("changes") or ():
            value = change.get("value")
            found = _event(str(change.get("field", "")), value if isinstance(value, dict) else {})
            if page and found:
                yield found[0], page, found[1], found[2]


def _event(field: str, value: Mapping[str, Any]) -> tuple[str, str, tuple[tuple[str, Any], ...]] | None:
    item, verb = str(value.get("item", "")), str(value.get("verb", ""))
    post = str(value.get("post_id", ""))
    data = tuple((name, value[name]) for name in _KEPT if isinstance(value.get(name), str | int))
    if field in ("permissions", "authorization") or item == "authorization":
        return ("access_lost", "", data) if verb in _LOST else None
    if field != "feed":
        return None
    if item in ("comment", "reaction"):
        return item, post, data
    return ("post_changed" if verb in _CHANGES else "post_added"), post, data
