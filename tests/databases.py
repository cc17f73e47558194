"""The databases of a test run: each migrated once, emptied after each test that used it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from postgres import cluster

from district import migrate
from tenants.db import prepare_engine

KEPT_TABLES = {"unit_type", "alembic_version"}
SERVICE_ROLE = "loa_app"


@dataclass(frozen=True)
class Database:
    """A migrated database.

    Args:
        url: as the service signs in (on PostgreSQL a role that owns nothing).
        owner_url: as the owner of the tables.
    """

    kind: str
    url: str
    owner_url: str


@dataclass(frozen=True)
class Prepared:
    """A database, its owner's connections, and a function that deletes every row (unit types apart)."""

    database: Database
    owner: sa.Engine
    empty: Callable[[], None]


@contextmanager
def prepared(kind: str, folder: Path) -> Iterator[Prepared]:
    """Make a database of this kind; a SQLite file lies in ``folder``."""
    make = _sqlite if kind == "sqlite" else _postgresql
    with make(folder) as (database, empty):
        owner = sa.create_engine(database.owner_url)
        prepare_engine(owner)
        try:
            yield Prepared(database, owner, empty)
        finally:
            owner.dispose()


class _SqliteBroom:
    """Deletes every row of a SQLite file over a connection that is kept, except through a fork: SQLite forbids it.

    Foreign keys are off on it, as they are unless asked for: every row goes, so the order does not matter.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.connection: sqlite3.Connection | None = self._connect()
        tables = self.connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        self.filled = " UNION ALL ".join(
            f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM \"{name}\")"
            for (name,) in tables
            if name not in KEPT_TABLES and not name.startswith("sqlite_")
        )
        os.register_at_fork(before=self.close)

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self.path, timeout=10, isolation_level=None, check_same_thread=False)

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def empty(self) -> None:
        if self.connection is None:
            self.connection = self._connect()
        names = [name for (name,) in self.connection.execute(self.filled)]
        if names:
            deletes = [f'DELETE FROM "{name}"' for name in names]
            self.connection.executescript(";".join(["BEGIN IMMEDIATE", *deletes, "COMMIT"]))


@contextmanager
def _sqlite(folder: Path) -> Iterator[tuple[Database, Callable[[], None]]]:
    path = folder / "loa.db"
    url = f"sqlite:///{path}"
    migrate.upgrade(url)
    broom = _SqliteBroom(path)
    try:
        yield Database("sqlite", url, url), broom.empty
    finally:
        broom.close()


@contextmanager
def _postgresql(_folder: Path) -> Iterator[tuple[Database, Callable[[], None]]]:
    with cluster() as server:
        engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(sa.text(f"CREATE ROLE {SERVICE_ROLE} LOGIN NOSUPERUSER NOBYPASSRLS"))
            connection.execute(sa.text("CREATE DATABASE loa"))
        engine.dispose()
        owner_url = server.replace("@/", "@/loa")
        migrate.upgrade(owner_url)
        migrate.grant(owner_url, SERVICE_ROLE)
        engine = sa.create_engine(owner_url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            # Every row goes, so foreign keys need not be looked at. The function lives as long as the connection.
            connection.execute(sa.text("SET session_replication_role = replica"))
            tables = connection.execute(sa.text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
            names = [name for name in tables.scalars() if name not in KEPT_TABLES]
            lines = [f'IF EXISTS (SELECT FROM "{name}") THEN DELETE FROM "{name}"; END IF;' for name in names]
            body = "\n".join(lines)
            connection.execute(
                sa.text(f"CREATE FUNCTION pg_temp.empty_all() RETURNS void LANGUAGE plpgsql AS $$ BEGIN {body} END $$")
            )

            def empty() -> None:
                connection.execute(sa.text("SELECT pg_temp.empty_all()"))

            url = owner_url.replace("postgres@", f"{SERVICE_ROLE}@")
            yield Database("postgresql", url, owner_url), empty
        engine.dispose()
