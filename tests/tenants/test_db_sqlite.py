"""Writers of one process take turns on SQLite, and no broken connection keeps its turn."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from tenants import db_sqlite

COUNT = sa.text("UPDATE tally SET n = n + 1")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sa.Engine]:
    """A file with one number in it."""
    made = sa.create_engine(f"sqlite:///{tmp_path / 'turns.db'}")
    db_sqlite.prepare(made)
    with made.begin() as connection:
        connection.execute(sa.text("CREATE TABLE tally (n INTEGER)"))
        connection.execute(sa.text("INSERT INTO tally VALUES (0)"))
    yield made
    made.dispose()


def _tally(engine: sa.Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(sa.text("SELECT n FROM tally")).scalar_one())


def test_writers_of_many_threads_lose_nothing(engine: sa.Engine) -> None:
    def write() -> None:
        for _ in range(25):
            with engine.begin() as connection:
                connection.execute(COUNT)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert _tally(engine) == 100


def test_reader_does_not_wait_for_a_writer(engine: sa.Engine) -> None:
    seen: list[int] = []

    def read() -> None:
        token = db_sqlite.READ_ONLY.set(True)
        seen.append(_tally(engine))
        db_sqlite.READ_ONLY.reset(token)

    with engine.begin() as writer:
        writer.execute(COUNT)
        reader = threading.Thread(target=read)
        reader.start()
        reader.join(5)
        assert seen == [0]
    assert _tally(engine) == 1


@pytest.mark.parametrize("end", ["invalidate", "close", "rollback"])
def test_turn_ends_with_the_connection(engine: sa.Engine, monkeypatch: pytest.MonkeyPatch, end: str) -> None:
    monkeypatch.setattr(db_sqlite, "LONGEST_WAIT", 0.05)
    first = engine.connect()
    first.execute(COUNT)
    getattr(first, end)()
    with engine.begin() as second:
        second.execute(COUNT)
        assert second.info["turn"] is True
    first.close()
    assert _tally(engine) == 1


def test_writer_whose_turn_does_not_come_is_left_to_the_database(
    engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db_sqlite, "LONGEST_WAIT", 0.05)
    with engine.begin() as first:
        first.execute(COUNT)
        with pytest.raises(sa.exc.OperationalError, match="locked"), engine.connect() as second:
            second.execute(sa.text("PRAGMA busy_timeout=50"))
            second.execute(COUNT)
    assert _tally(engine) == 1
