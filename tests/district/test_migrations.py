"""Migrations: numbered, up and down on both databases, and equal to the tables the program uses."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from conftest import Database

from district import migrate
from district.tables import metadata
from tenants.db import prepare_engine


def fresh_url(database: Database, tmp_path: Path, name: str) -> str:
    """Return the address of an empty database of the same kind."""
    if database.kind == "sqlite":
        return f"sqlite:///{tmp_path / name}.db"
    engine = sa.create_engine(database.owner_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE IF EXISTS {name}"))
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return database.owner_url.replace("@/loa", f"@/{name}")


def table_names(url: str) -> set[str]:
    engine = sa.create_engine(url)
    prepare_engine(engine)
    names = set(sa.inspect(engine).get_table_names())
    engine.dispose()
    return names


def test_every_migration_goes_up_and_down(database: Database, tmp_path: Path) -> None:
    url = fresh_url(database, tmp_path, "updown")
    revisions = [script.revision for script in ScriptDirectory.from_config(migrate.alembic_config()).walk_revisions()]
    for revision in reversed(revisions):
        migrate.upgrade(url, revision)
    assert not migrate.pending(url)
    assert table_names(url) >= {table.name for table in metadata.sorted_tables}
    for revision in [*revisions[1:], "base"]:
        migrate.downgrade(url, revision)
    assert table_names(url) <= {"alembic_version"}
    migrate.upgrade(url)
    assert not migrate.pending(url)


def test_the_tables_are_those_the_program_uses(database: Database, tmp_path: Path) -> None:
    url = fresh_url(database, tmp_path, "compared")
    migrate.upgrade(url)
    engine = sa.create_engine(url)
    prepare_engine(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, metadata)
    engine.dispose()
    assert differences == []


def test_migrations_are_numbered_without_gaps() -> None:
    files = sorted(path.name for path in (migrate.MIGRATIONS / "versions").glob("*.py"))
    numbers = [int(re.match(r"(\d{4})_", name).group(1)) for name in files]  # type: ignore[union-attr]
    assert numbers == list(range(1, len(files) + 1))


def test_what_was_published_before_reading_back_counts_as_seen(database: Database, tmp_path: Path) -> None:
    """Nobody's numbers drop on the day of the upgrade."""
    url = fresh_url(database, tmp_path, "seen")
    migrate.upgrade(url, "0003")
    engine = sa.create_engine(url)
    table = sa.Table("delivery", sa.MetaData(), autoload_with=engine)
    then = dt.datetime(2026, 10, 1, 8, tzinfo=dt.UTC)
    facts = {"scheduled_at": then, "asked_at": then, "payload": {}, "artefacts": [], "role_model": False}
    numbers = {"unit_id": 1, "article_id": 1, "account_id": 1, "tries": 1, "checks": 0}
    words = dict.fromkeys(("channel", "wanted", "payload_hash", "title", "genre"), "x")
    with engine.begin() as connection:
        if database.kind == "postgresql":
            connection.execute(sa.text("SET session_replication_role = replica"))
        for ident, state, at in ((1, "published", then), (2, "scheduled", None)):
            row = {"id": ident, "revision_id": ident, "key": str(ident), "state": state, "published_at": at}
            connection.execute(table.insert(), [{**facts, **numbers, **words, **row}])
    engine.dispose()
    migrate.upgrade(url)
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        rows = connection.execute(sa.text("SELECT id, seen_by, seen_at IS NOT NULL FROM delivery ORDER BY id")).all()
    engine.dispose()
    assert [(row[0], row[1], bool(row[2])) for row in rows] == [(1, "answer", True), (2, None, False)]
