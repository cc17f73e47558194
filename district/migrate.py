"""Bringing the database to the newest (or a named) migration."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Engine

from tenants.db import prepare_engine

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


def alembic_config() -> AlembicConfig:
    """Return Alembic's configuration for our scripts; the caller adds the connection."""
    config = AlembicConfig()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    return config


def _engine(url: str) -> Engine:
    engine = sa.create_engine(url)
    prepare_engine(engine)
    return engine


def upgrade(url: str, revision: str = "head") -> None:
    """Migrate up, as the owner of the tables.

    Args:
        url: SQLAlchemy address with the owner's role.
        revision: number of a migration, or "head".
    """
    _run(url, lambda config: command.upgrade(config, revision))


def downgrade(url: str, revision: str) -> None:
    """Migrate down to ``revision`` ("base" empties the database)."""
    _run(url, lambda config: command.downgrade(config, revision))


def _run(url: str, work: Callable[[AlembicConfig], None]) -> None:
    engine = _engine(url)
    try:
        with engine.connect() as connection:
            config = alembic_config()
            config.attributes["connection"] = connection
            work(config)
            connection.commit()
    finally:
        engine.dispose()


def pending(url: str) -> bool:
    """Return whether the database stands behind the newest migration."""
    engine = _engine(url)
    try:
        with engine.connect() as connection:
            present = MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()
    return present != ScriptDirectory.from_config(alembic_config()).get_current_head()


def grant(url: str, role: str) -> None:
    """Let ``role``, which owns nothing, work on every table (PostgreSQL): the service signs in as this role.

    Raises:
        ValueError: the name is not a plain identifier.
    """
    if not role.isidentifier():
        raise ValueError(role)
    engine = _engine(url)
    try:
        with engine.begin() as connection:
            for sentence in (
                f"GRANT USAGE ON SCHEMA public TO {role}",
                f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
                f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
                f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}",
                f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {role}",
            ):
                connection.execute(sa.text(sentence))
    finally:
        engine.dispose()
