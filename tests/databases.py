"""The databases of a test run: each migrated once, emptied after each test that used it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from postgres import cluster

from district import migrate
from district.tables import metadata
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


def _names() -> list[str]:
    return [table.name for table in reversed(metadata.sorted_tables) if table.name not in KEPT_TABLES]


@contextmanager
def _sqlite(folder: Path) -> Iterator[tuple[Database, Callable[[], None]]]:
    path = folder / "loa.db"
    url = f"sqlite:///{path}"
    migrate.upgrade(url)
    # Foreign keys stay off, as they are unless asked for: every row goes, so their order does not matter.
    connection = sqlite3.connect(path, timeout=10, isolation_level=None)
    filled = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM \"{name}\")" for name in _names())

    def empty() -> None:
        names = [name for (name,) in connection.execute(filled)]
        if names:
            deletes = [f'DELETE FROM "{name}"' for name in names]
            connection.executescript(";".join(["BEGIN IMMEDIATE", *deletes, "COMMIT"]))

    try:
        yield Database("sqlite", url, url), empty
    finally:
        connection.close()


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
            lines = [f'IF EXISTS (SELECT FROM "{name}") THEN DELETE FROM "{name}"; END IF;' for name in _names()]
            body = "\n".join(lines)
            connection.execute(
                sa.text(f"CREATE FUNCTION pg_temp.empty_all() RETURNS void LANGUAGE plpgsql AS $$ BEGIN {body} END $$")
            )

            def empty() -> None:
                connection.execute(sa.text("SELECT pg_temp.empty_all()"))

            url = owner_url.replace("postgres@", f"{SERVICE_ROLE}@")
            yield Database("postgresql", url, owner_url), empty
        engine.dispose()
