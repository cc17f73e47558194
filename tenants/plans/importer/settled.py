"""Which warnings about a plan that was read are still open after a person corrected the reading. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_FILLED = {
    "missing-title": "title",
    "missing-number": "number",
    "missing-symbol": "symbol",
    "missing-date": "date",
    "invalid-date": "date",
    "missing-place": "place",
    "missing-recipients": "recipients",
}
"""What was missing, and the field that ends the want once it is filled."""
_FILLED_BY_SIGNER = {"missing-signer": "name", "missing-signer-title": "title"}


def open_warnings(read: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the warnings that a correction has not settled, in their order.

    Args:
        read: the JSON of a plan that was read, with what a person corrected in it.
    """
    texts = list(_texts(read))
    return [warning for warning in read.get("warnings") or [] if not _is_settled(warning, read, texts)]


def _is_settled(warning: Mapping[str, Any], read: Mapping[str, Any], texts: list[str]) -> bool:
    code = warning["code"]
    if code in _FILLED:
        return bool(read.get(_FILLED[code]))
    if code in _FILLED_BY_SIGNER:
        return bool((read.get("signer") or {}).get(_FILLED_BY_SIGNER[code]))
    if code == "pupil-named":
        name = warning["text"].partition("“")[2].partition("”")[0]
        return not any(name in text for text in texts)
    return False


def _texts(read: Mapping[str, Any]) -> Iterator[str]:
    yield from (read.get("title") or "", read.get("introduction") or "", *(read.get("recipients") or ()))
    waiting = list(read.get("nodes") or ())
    while waiting:
        node = waiting.pop()
        yield node["text"]
        yield from node["owners"]
        waiting.extend(node["children"])
