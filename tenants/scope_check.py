"""What a statement touches: the tables of units it names, and a refusal of what the scope's guard could not restrict.

The guard (``tenants.scope``) adds the unit to the classes of a statement; a table, column or text that comes without
its class would slip through, so it is refused here. This reads private attributes of ``Select``.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from sqlalchemy import Column, Table
from sqlalchemy.sql import Select, visitors
from sqlalchemy.sql.elements import TextClause
from sqlalchemy.sql.selectable import Join, TextualSelect

from tenants.db import Base
from tenants.errors import ScopeError

GLOBAL_TABLES = frozenset(
    {
        "unit_type", "unit", "unit_name", "unit_relation", "unit_closure", "unit_route", "unit_succession",
        "user", "membership", "api_token", "throttle", "job", "schedule", "worker_heartbeat", "alembic_version",
        "channel_address", "callback_seen", "unit_change",
    }
)  # fmt: skip
"""Kernel tables outside the guard, by name: the tree of units, people, and the queue."""


@cache
def scoped_tables() -> frozenset[Table]:
    """Return the tables that belong to units: all but the kernel's."""
    return frozenset(t for t in Base.metadata.tables.values() if t.name not in GLOBAL_TABLES)


def _named_without_class(element: Any) -> Iterator[Any]:
    if "parentmapper" in getattr(element, "_annotations", {}):
        return
    if isinstance(element, Join):
        yield from _named_without_class(element.left)
        yield from _named_without_class(element.right)
    elif isinstance(element, Table | Column):
        yield element


_checked: dict[Any, frozenset[Table]] = {}
MOST_CHECKED = 4000
"""Statements remembered as checked; a service has some hundreds of shapes."""


def touched(statement: Any) -> frozenset[Table]:
    """Refuse what the loader criteria cannot reach; return the tables of units that the statement touches.

    Statements of one shape, whatever their values, are walked once: the shape is SQLAlchemy's own cache key.
    """
    shape = statement._generate_cache_key()
    if shape is None:
        return _refuse_unchecked(statement)
    known = _checked.get(shape.key)
    if known is None:
        known = _refuse_unchecked(statement)
        if len(_checked) >= MOST_CHECKED:
            _checked.clear()
        _checked[shape.key] = known
    return known


def _refuse_unchecked(statement: Any) -> frozenset[Table]:
    """Walk the whole statement, sub-selects included."""
    entities: set[Any] = set()
    columns: list[Column[Any]] = []
    tables: set[Table] = set()
    for element in visitors.iterate(statement):
        if isinstance(element, TextClause | TextualSelect):
            raise ScopeError("raw SQL cannot be scoped")
        if getattr(element, "is_literal", False) and getattr(element, "name", None) not in ("*", "1"):
            raise ScopeError("literal columns cannot be scoped")
        mapper = getattr(element, "_annotations", {}).get("parentmapper")
        if mapper is not None:
            entities.update(mapper.tables)
        elif isinstance(element, Column):
            columns.append(element)
        elif isinstance(element, Table):
            tables.add(element)
        if isinstance(element, Select):
            _refuse_bare_tables(element)
    for column in columns:
        if column.table in scoped_tables() and column.table not in entities:
            raise ScopeError(f"{column} named without its class")
    return frozenset((entities | tables) & scoped_tables())


def _refuse_bare_tables(element: Any) -> None:
    named = {
        table
        for source in element._from_obj
        if (mapper := source._annotations.get("parentmapper"))
        for table in mapper.tables
    }
    sources = (*element._from_obj, *element._raw_columns, *(join[0] for join in element._setup_joins))
    for source in sources:
        for bare in _named_without_class(source):
            table = getattr(bare, "table", bare)
            if table in scoped_tables() and not (isinstance(bare, Column) and table in named):
                raise ScopeError(f"{table} named without its class")
