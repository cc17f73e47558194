"""The database: declarative base, column types, engine settings and the one way to commit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import JSON, BigInteger, DateTime, Engine, Integer, MetaData, String, TypeDecorator
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.orm import DeclarativeBase, Session

from tenants import db_sqlite
from tenants.db_sqlite import READ_ONLY as READ_ONLY
from tenants.errors import ScopeError

BigId = BigInteger().with_variant(Integer, "sqlite")


class UtcDateTime(TypeDecorator[dt.datetime]):
    """An aware moment, stored in UTC. SQLite forgets the zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, _dialect: Dialect) -> dt.datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment without time zone cannot be stored")
        return None if value is None else value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, _dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


class Base(DeclarativeBase):
    """Plain declarative base; ``db.Model`` is untyped under mypy."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        dt.datetime: UtcDateTime(),
        int: BigId,
        str: String(),
        dict[str, Any]: JSON,
        list[str]: JSON,
        list[dict[str, Any]]: JSON,
        list[list[int]]: JSON,
    }


def prepare_engine(engine: Engine) -> None:
    """Give a SQLite engine write-ahead logging, foreign keys and real transactions; leave others alone."""
    if engine.dialect.name == "sqlite":
        db_sqlite.prepare(engine)


class ScopedSession(FlaskSession):
    """The session every edge uses; ``tenants.scope`` hangs its guards on this class."""

    def _refuse(self, *_args: Any, **_kwargs: Any) -> Any:
        raise ScopeError("this session method bypasses the scope guard")

    # These skip the events the guard listens to.
    bulk_save_objects = bulk_insert_mappings = bulk_update_mappings = connection = _refuse

    def raw_connection(self) -> Connection:
        """Return the connection of the running transaction, for ``tenants.scope`` alone."""
        return Session.connection(self)


db = SQLAlchemy(metadata=Base.metadata, session_options={"class_": ScopedSession})


def init_app(app: Flask) -> None:
    """Bind the database to ``app`` and prepare its engine."""
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)


@contextmanager
def transaction() -> Iterator[Any]:
    """Run one unit of work: commit at the end, roll back on any error. Edges call it; services never commit."""
    try:
        yield db.session
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise


@contextmanager
def reading() -> Iterator[Any]:
    """Read and let go of the database at the end; on SQLite no writer waits meanwhile."""
    before = READ_ONLY.set(True)
    try:
        yield db.session
    finally:
        db.session.rollback()
        READ_ONLY.reset(before)


def close_connections() -> None:
    """Close the connections of the present application, for one that ends before its process does."""
    db.engine.dispose()
