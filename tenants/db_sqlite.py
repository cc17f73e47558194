"""SQLite: settings of a connection, real transactions, and a fair turn for each writer of a process."""

from __future__ import annotations

import threading
from contextvars import ContextVar
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection

READ_ONLY: ContextVar[bool] = ContextVar("read_only", default=False)
"""True while nothing is written, for example in a GET: SQLite then takes no write lock."""

LONGEST_WAIT = 10.0
"""Seconds a writer waits for its turn, and then again for writers of other processes."""


def prepare(engine: Engine) -> None:
    """Give a SQLite engine write-ahead logging, foreign keys and real transactions."""
    turns = _Turns()
    event.listen(engine, "connect", _settings)
    event.listen(engine, "begin", turns.begin)
    for end in ("commit", "rollback"):
        event.listen(engine, end, turns.end)
    # However a connection ends, its turn ends too.
    event.listen(engine.pool, "reset", lambda _raw, record, _state: turns.leave(record.info))
    event.listen(engine.pool, "invalidate", lambda _raw, record, _error: turns.leave(record.info))
    event.listen(engine.pool, "close", lambda _raw, record: turns.leave(record.info))


def _settings(dbapi_connection: Any, _record: Any) -> None:
    # The stock driver sends no BEGIN before a SELECT: reads would stand outside the transaction and updates get lost.
    dbapi_connection.isolation_level = None
    busy = f"busy_timeout={LONGEST_WAIT * 1000:.0f}"
    for pragma in ("journal_mode=wal", "synchronous=normal", "foreign_keys=on", busy):
        dbapi_connection.execute("pragma " + pragma)


class _Turns:
    """One writer of the process at a time.

    SQLite has one writer anyway, but whoever waits for it sleeps and looks again, up to a tenth of a second later:
    threads that write often would spend their time asleep beside a free file.
    """

    def __init__(self) -> None:
        self._free = threading.Lock()

    def begin(self, connection: Connection) -> None:
        """Begin a transaction; a writer when its turn has come."""
        if READ_ONLY.get():
            connection.exec_driver_sql("BEGIN")
            return
        # Not in time: SQLite itself then waits, and says so when it waited in vain.
        connection.info["turn"] = self._free.acquire(timeout=LONGEST_WAIT)
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    def end(self, connection: Connection) -> None:
        """End a transaction; a broken connection has left its turn already."""
        if not connection.invalidated:
            self.leave(connection.info)

    def leave(self, info: dict[Any, Any]) -> None:
        """Let the next one write."""
        if info.pop("turn", False):
            self._free.release()
