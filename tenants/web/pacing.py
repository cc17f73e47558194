"""Counting requests of strangers in memory, so that a flood costs neither the database nor those who come rightly.

Each process counts for itself and forgets after a minute; the table never grows beyond its size, whoever asks.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections import OrderedDict

from tenants import clock

WINDOW = dt.timedelta(minutes=1)
MOST_KEYS = 4096


class Pace:
    """How often each key was counted within ``WINDOW``.

    Args:
        most: what one key may count; beyond it the key is too fast until its window ends.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._lock = threading.Lock()
        self._counts: OrderedDict[str, tuple[dt.datetime, int]] = OrderedDict()

    def count(self, key: str) -> None:
        """Count one request of ``key``."""
        with self._lock:
            start, number = self._present(key)
            self._counts[key] = (start, number + 1)
            self._counts.move_to_end(key)
            if len(self._counts) > MOST_KEYS:
                self._counts.popitem(last=False)

    def too_fast(self, key: str) -> bool:
        """Return whether ``key`` has used up its window."""
        with self._lock:
            return self._present(key)[1] >= self.most

    def _present(self, key: str) -> tuple[dt.datetime, int]:
        now = clock.now()
        start, number = self._counts.get(key, (now, 0))
        return (start, number) if start <= now < start + WINDOW else (now, 0)
