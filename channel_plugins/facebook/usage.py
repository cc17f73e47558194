"""How much of its budget Facebook says is used, read from the headers of an answer. Pure.

Three headers may come, each JSON, numbers in percent of the limit; `estimated_time_to_regain_access` is in minutes.
Source: Graph API, rate limiting. The largest number counts, because at 100 in any of them calls fail.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

_PLAIN = ("x-app-usage", "x-page-usage")
_BY_BUSINESS = "x-business-use-case-usage"
_NUMBERS = ("call_count", "total_time", "total_cputime")
DEFAULT_REST = timedelta(hours=1)


@dataclass(frozen=True)
class Usage:
    """The largest share of any limit in percent, and how long Facebook says the block will last, if it says so."""

    percent: int = 0
    regain: timedelta | None = None

    def rest(self, stop_at: int) -> timedelta | None:
        """Return how long to leave the account alone when `stop_at` percent are used, else None."""
        if self.regain is None and self.percent < stop_at:
            return None
        return self.regain or DEFAULT_REST


def read_usage(headers: Mapping[str, str]) -> Usage:
    """Return what the headers (names in lower case) say; unreadable ones say nothing."""
    percent, minutes = 0, 0
    for item in _items(headers):
        percent = max([percent, *(_number(item.get(name)) for name in _NUMBERS)])
        minutes = max(minutes, _number(item.get("estimated_time_to_regain_access")))
    return Usage(percent, timedelta(minutes=minutes) if minutes else None)


def _items(headers: Mapping[str, str]) -> Iterator[Mapping[str, Any]]:
    for name in _PLAIN:
        value = _loads(headers.get(name, ""))
        if isinstance(value, dict):
            yield value
    business = _loads(headers.get(_BY_BUSINESS, ""))
    if isinstance(business, dict):
        for listed in business.values():
            yield from (item for item in listed if isinstance(item, dict)) if isinstance(listed, list) else ()


def _loads(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _number(value: Any) -> int:
    return int(value) if isinstance(value, int | float) else 0
