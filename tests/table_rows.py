"""One row in every table of units, also those of tomorrow."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from builders import UnitRef, in_unit
from flask import Flask

from tenants import clock, scope
from tenants.db import Base


def classes() -> list[type[Any]]:
    """Return the classes of units' tables, those that others point to first."""
    known = {m.local_table: m.class_ for m in Base.registry.mappers if issubclass(m.class_, scope.Scoped)}
    return [known[table] for table in Base.metadata.sorted_tables if table in known]


def value_of(column: sa.Column[Any], unit: UnitRef, user_id: int, made: dict[str, Any]) -> Any:
    for key in column.foreign_keys:
        table = key.column.table.name
        if table in ("unit", "user"):
            return unit.id if table == "unit" else user_id
        if table in made:
            return getattr(made[table], key.column.name)
    kind = type(getattr(column.type, "impl_instance", column.type)).__name__
    plain: dict[str, Any] = {
        "String": f"{unit.id}-{column.table.name}-{column.name}",
        "Text": "chữ",
        "BigInteger": 7,
        "Integer": 7,
        "Boolean": False,
        "DateTime": clock.now(),
        "Date": clock.today(),
    }
    return plain.get(kind, {})


def fill(app: Flask, unit: UnitRef, user_id: int) -> dict[str, int]:
    """Put one row into every table for a unit, nothing but what must be there; return their ids by table."""
    made: dict[str, Any] = {}
    with in_unit(app, unit) as session:
        for cls in classes():
            values = {
                column.key: value_of(column, unit, user_id, made)
                for column in cls.__table__.columns
                if column.name not in ("id", "unit_id") and not column.nullable and column.default is None
            }
            made[cls.__tablename__] = cls(**values)
            session.add(made[cls.__tablename__])
            session.flush()
        return {name: row.id for name, row in made.items()}
