"""What a channel said to its service during one call, for the people who look into a failure.

The host opens a recording around a call; whoever speaks to the service notes each exchange. Nothing is noted outside a
recording. Excerpts must be redacted by whoever notes them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

MOST_EXCHANGES = 30
LONGEST_EXCERPT = 1000


@dataclass(frozen=True)
class Exchange:
    """One request and its answer.

    `place` is host and path, without the query. `status` is the answer's, None when none came. `excerpt` is the
    beginning of the answer, or what went wrong.
    """

    method: str
    place: str
    status: int | None
    excerpt: str
    milliseconds: int


_open: ContextVar[list[Exchange] | None] = ContextVar("exchanges", default=None)


@contextmanager
def recording(into: list[Exchange]) -> Iterator[None]:
    """Collect in `into` what is noted in this thread while the block runs, the first `MOST_EXCHANGES` of it."""
    token = _open.set(into)
    try:
        yield
    finally:
        _open.reset(token)


def note(method: str, place: str, status: int | None, excerpt: str, seconds: float) -> None:
    """Note one exchange with a service; `excerpt` is already without credentials."""
    found = _open.get()
    if found is not None and len(found) < MOST_EXCHANGES:
        found.append(Exchange(method, place, status, excerpt[:LONGEST_EXCERPT], round(seconds * 1000)))
