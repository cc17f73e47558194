"""The fail-closed scope: which unit's rows this session may read and write.

A session has at most one scope, for its whole life. Without one, no unit's row can be read or written. There are
four kinds:

* ``UNIT``: a member at work. Reads and writes the unit's rows, reads what superiors handed down (issued plans,
  settings).
* ``OVERSIGHT``: an officer looking over the subtree. As ``UNIT`` for the office, and reads, never writes, what the
  units below let be seen (``Overseen`` classes, each with its own condition), and of totals (``OverseenInTime``) those
  of the days on which the office stood above the unit, also after it has left.
* ``PUBLIC``: an anonymous reader of a unit's site. Reads only.
* ``BATCH``: the worker doing the same, for an office, in many units below it at once. The units are listed by id. Only
  classes that say so in ``BATCH`` are touched, each only in the ways it names, in statements that name these units: no
  object is loaded and changed, nothing is deleted, and every new row names its unit. Of ``Overseen`` classes it sees no
  more than the office does; what is handed down is read as in ``OVERSIGHT``.

On PostgreSQL, row-level security repeats the rule below the ORM; this module tells it the scope. The guard
(``tenants.scope_check``) reads private attributes of ``Select``; that is why SQLAlchemy is pinned to one minor version
and why the table of attacks in ``tests/tenants/test_scope.py`` belongs to the plain test command.
"""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar, TypeVar, cast

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Select,
    Table,
    UniqueConstraint,
    event,
    false,
    inspect,
    or_,
    select,
)
from sqlalchemy.orm import (
    Mapped,
    ORMExecuteState,
    Session,
    aliased,
    declared_attr,
    mapped_column,
    with_loader_criteria,
)

from tenants import clock
from tenants.db import Base, BigId, ScopedSession, db
from tenants.errors import NotFound, ScopeError
from tenants.scope_check import GLOBAL_TABLES, scoped_tables, touched

T = TypeVar("T", bound="Scoped")


class Kind(enum.Enum):
    """What a scope may see and do; told in the module's docstring."""

    UNIT = "unit"
    OVERSIGHT = "oversight"
    PUBLIC = "public"
    BATCH = "batch"


@dataclass(frozen=True)
class Scope:
    """Whose rows.

    Args:
        unit_id: the unit that owns what is written; of a batch, the office for which it is done, which owns nothing.
        kind: see the module's docstring.
        superiors: ids of the units above, whose issued plans and settings may be read.
        units: of a batch only: the units below the office in which it works. Whoever enters it has looked them up.

    Raises:
        ScopeError: units are listed for another kind, or the office itself is one of them.
    """

    unit_id: int
    kind: Kind = Kind.UNIT
    superiors: frozenset[int] = frozenset()
    units: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        if self.units and (self.kind is not Kind.BATCH or self.unit_id in self.units):
            raise ScopeError("only a batch lists units, and only such as stand below its office")


class UnitClosure(Base):
    """Who stands above whom, at any depth, and when: the tree flattened, so that no query climbs it.

    ``depth`` 0 is the unit itself. ``valid_to`` is the first day on which the relation no longer held.
    """

    __tablename__ = "unit_closure"
    __table_args__ = (Index("ix_unit_closure_descendant", "descendant_id", "ancestor_id"),)

    ancestor_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    descendant_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    valid_from: Mapped[dt.date] = mapped_column(primary_key=True)
    valid_to: Mapped[dt.date | None]
    depth: Mapped[int]


class Scoped:
    """Mixin of every table that belongs to a unit. Use one of the three below, never this one itself.

    ``BATCH``: what a batch may do with the table: "select", "insert", "update"; nothing unless a class says so. On
    PostgreSQL the same is written in the policies ``batch_...`` (migration 0005).
    """

    BATCH: ClassVar[frozenset[str]] = frozenset()

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        # Every UPDATE, DELETE and refresh then names the unit, and the identity map is keyed by it.
        return {"primary_key": ["unit_id", "id"]}


def unit_key() -> UniqueConstraint:
    """Return the key that composite foreign keys of the same unit point to."""
    return UniqueConstraint("unit_id", "id")


def own(column: str, table: str) -> ForeignKeyConstraint:
    """Return a foreign key that cannot reach another unit's row: ``(unit_id, column) -> (unit_id, id)``."""
    return ForeignKeyConstraint(["unit_id", column], [f"{table}.unit_id", f"{table}.id"])


class UnitOwned(Scoped):
    """Rows seen by their own unit only."""


class HandedDown(Scoped):
    """Rows that units below may read: issued plans, settings. Only what is final is ever written to such a table."""


class Overseen(Scoped):
    """Rows that an office may read in its subtree, as far as ``overseen()`` lets it."""

    @classmethod
    def overseen(cls) -> ColumnElement[bool]:
        """Return the condition under which a superior sees a row (approved, published); nothing unless a class says
        so.
        """
        return false()


class OverseenInTime(Scoped):
    """Totals of some days, read by every office that stood above the unit on any of them, whoever does now."""

    FIRST_DAY = LAST_DAY = "month"
    """Names of the columns with the first and the last of those days."""

    @classmethod
    def seen_by(cls, office_id: Any) -> ColumnElement[bool]:
        """Return the condition under which the office ``office_id`` stood above the unit on any of the days."""
        if not hasattr(cls, cls.FIRST_DAY):
            return false()  # the mixin itself, which SQLAlchemy asks once
        held = aliased(UnitClosure)
        return (
            select(held.depth)
            .where(
                held.ancestor_id == office_id,
                held.descendant_id == cls.unit_id,
                held.depth > 0,
                held.valid_from <= getattr(cls, cls.LAST_DAY),
                or_(held.valid_to.is_(None), held.valid_to > getattr(cls, cls.FIRST_DAY)),
            )
            .correlate(cls)
            .exists()
        )


def enter(scope: Scope) -> None:
    """Bind the present session to ``scope``.

    Raises:
        ScopeError: the session already has another scope: one session, one unit.
    """
    session = cast(ScopedSession, db.session())
    if session.info.setdefault("scope", scope) != scope:
        raise ScopeError("this session already belongs to another scope")
    if session.in_transaction():
        _tell_database(session, session.raw_connection())


def current() -> Scope:
    """Return the scope of the present session.

    Raises:
        ScopeError: none was entered.
    """
    return _scope_of(db.session())


def get_own(cls: type[T], ident: int) -> T:
    """Return the row of ``cls`` with this id in the present unit.

    Raises:
        NotFound: there is none here, whether or not another unit has it.
    """
    found = db.session.get(cls, (current().unit_id, ident))
    if found is None:
        raise NotFound(f"{cls.__name__} {ident}")
    return found


def _scope_of(session: Session) -> Scope:
    scope = session.info.get("scope")
    if scope is None:
        raise ScopeError("no scope was entered")
    return cast(Scope, scope)


def below(office_id: int) -> Select[int]:
    """Return a sub-select of the ids of all units that stand below ``office_id`` today."""
    today = clock.today()
    return select(UnitClosure.descendant_id).where(
        UnitClosure.ancestor_id == office_id,
        UnitClosure.depth > 0,
        UnitClosure.valid_from <= today,
        or_(UnitClosure.valid_to.is_(None), UnitClosure.valid_to > today),
    )


def ever_below(office_id: int) -> Select[int]:
    """Return a sub-select of the ids of all units that stand below ``office_id`` or once did: whose totals it has."""
    return select(UnitClosure.descendant_id).where(
        UnitClosure.ancestor_id == office_id, UnitClosure.depth > 0, UnitClosure.valid_from <= clock.today()
    )


def _reading_options(scope: Scope) -> list[Any]:
    unit_id, handed_down = scope.unit_id, [scope.unit_id, *sorted(scope.superiors)]
    if scope.kind is Kind.BATCH:
        return _reading_options_of_batch(scope, handed_down)
    options = [
        with_loader_criteria(UnitOwned, lambda cls: cls.unit_id == unit_id, include_aliases=True),
    ]
    if scope.kind is Kind.OVERSIGHT:
        # The sub-select carries today's date: it must be a variable the lambda closes over, which SQLAlchemy then
        # compares and binds anew, and not be built inside it, which would keep the first day for ever.
        visible = below(unit_id)
        options += [
            with_loader_criteria(
                HandedDown,
                lambda cls: cls.unit_id.in_(handed_down) | cls.unit_id.in_(visible),
                include_aliases=True,
            ),
            with_loader_criteria(
                Overseen,
                lambda cls: (cls.unit_id == unit_id) | (cls.unit_id.in_(visible) & cls.overseen()),
                include_aliases=True,
            ),
            with_loader_criteria(
                OverseenInTime, lambda cls: (cls.unit_id == unit_id) | cls.seen_by(unit_id), include_aliases=True
            ),
        ]
    else:
        options += [
            with_loader_criteria(HandedDown, lambda cls: cls.unit_id.in_(handed_down), include_aliases=True),
            with_loader_criteria(Overseen, lambda cls: cls.unit_id == unit_id, include_aliases=True),
            with_loader_criteria(OverseenInTime, lambda cls: cls.unit_id == unit_id, include_aliases=True),
        ]
    return options


def _reading_options_of_batch(scope: Scope, handed_down: list[int]) -> list[Any]:
    units, visible = sorted(scope.units), below(scope.unit_id)
    return [
        with_loader_criteria(UnitOwned, lambda cls: cls.unit_id.in_(units), include_aliases=True),
        with_loader_criteria(Overseen, lambda cls: cls.unit_id.in_(units) & cls.overseen(), include_aliases=True),
        with_loader_criteria(OverseenInTime, lambda cls: cls.unit_id.in_(units), include_aliases=True),
        with_loader_criteria(
            HandedDown, lambda cls: cls.unit_id.in_(handed_down) | cls.unit_id.in_(visible), include_aliases=True
        ),
    ]


@event.listens_for(ScopedSession, "do_orm_execute", propagate=True)
def _restrict(state: ORMExecuteState) -> None:
    statement = state.statement
    if state.is_column_load:
        return
    tables: frozenset[Table] = frozenset()
    if not state.is_relationship_load:
        if not state.is_orm_statement and not state.is_select:
            raise ScopeError("a Core statement cannot be scoped")
        tables = touched(statement)
        if not tables:
            return
    known = cast("Scope | None", state.session.info.get("scope"))
    if state.is_relationship_load and (known is None or known.kind is Kind.BATCH):
        mapper = state.bind_mapper
        if mapper is not None and not issubclass(mapper.class_, Scoped):
            return
    scope = _scope_of(state.session)
    if scope.kind is Kind.BATCH:
        _refuse_outside_batch(state, tables)
    if state.is_select:
        if not state.is_orm_statement and getattr(statement, "get_final_froms", list)():
            # SQLAlchemy drops the criteria of such a statement in silence.
            raise ScopeError("a select that begins with an expression names no class: add select_from(Class)")
        info = state.session.info
        options = info.get("scope_options") or info.setdefault("scope_options", _reading_options(scope))
        state.statement = cast(Any, statement).options(*options)
        return
    if scope.kind is Kind.PUBLIC:
        raise ScopeError("a public reader writes nothing")
    if state.is_insert:
        _stamp_insert(state, scope)
        return
    if isinstance(state.parameters, list | tuple):
        raise ScopeError("bulk UPDATE by primary key cannot be scoped")
    if any(getattr(c, "key", c) == "unit_id" for c in (getattr(statement, "_values", None) or {})):
        raise ScopeError("a row cannot change its unit")
    state.statement = cast(Any, statement).options(_writing_option(scope))


def _writing_option(scope: Scope) -> Any:
    if scope.kind is Kind.BATCH:
        units = sorted(scope.units)
        return with_loader_criteria(Scoped, lambda cls: cls.unit_id.in_(units), include_aliases=True)
    unit_id = scope.unit_id
    return with_loader_criteria(Scoped, lambda cls: cls.unit_id == unit_id, include_aliases=True)


@cache
def _tables_of_batch(verb: str) -> frozenset[Table]:
    mappers = [mapper for mapper in Base.registry.mappers if issubclass(mapper.class_, Scoped)]
    return frozenset(cast(Table, mapper.local_table) for mapper in mappers if verb in mapper.class_.BATCH)


def _refuse_outside_batch(state: ORMExecuteState, tables: frozenset[Table]) -> None:
    """Refuse what the classes do not let a batch do, and a statement of which the tables are not known."""
    verb = "select" if state.is_select else "insert" if state.is_insert else "update" if state.is_update else "delete"
    if not tables or not tables <= _tables_of_batch(verb):
        raise ScopeError(f"a batch may not {verb} this")


def _stamp_insert(state: ORMExecuteState, scope: Scope) -> None:
    statement = cast(Any, state.statement)
    if getattr(statement, "_multi_values", None) or statement.select is not None:
        raise ScopeError("use add() or insert(Class) with a list of rows")
    if any(getattr(c, "key", c) == "unit_id" for c in (statement._values or {})):
        raise ScopeError("unit_id is set by the scope")
    parameters = state.parameters
    rows = parameters if isinstance(parameters, list | tuple) else [parameters] if parameters else []
    if scope.kind is Kind.BATCH:
        if not rows or any(row.get("unit_id") not in scope.units for row in cast(list[dict[str, Any]], rows)):
            raise ScopeError("every row of a batch names its unit, one of those listed")
        return
    unit_id = scope.unit_id
    for row in cast(list[dict[str, Any]], rows):
        if row.setdefault("unit_id", unit_id) != unit_id:
            raise ScopeError("insert for another unit")
    if not rows:
        state.statement = statement.values(unit_id=unit_id)


@event.listens_for(ScopedSession, "before_flush", propagate=True)
def _guard_flush(session: Session, _context: Any, _instances: Any) -> None:
    for item in session.new:
        if isinstance(item, Scoped):
            scope = _writing_scope(session)
            if inspect(item).attrs.unit_id.value is None:
                item.unit_id = scope.unit_id
            elif item.unit_id != scope.unit_id:
                raise ScopeError("new object of another unit")
    for item in (*session.dirty, *session.deleted):
        if not isinstance(item, Scoped):
            continue
        if item in session.dirty and not session.is_modified(item):
            continue
        scope = _writing_scope(session)
        if item.unit_id != scope.unit_id or inspect(item).attrs.unit_id.history.deleted:
            raise ScopeError("object of another unit")


def _writing_scope(session: Session) -> Scope:
    scope = _scope_of(session)
    if scope.kind is Kind.PUBLIC:
        raise ScopeError("a public reader writes nothing")
    if scope.kind is Kind.BATCH:
        raise ScopeError("a batch writes in statements, not by objects")
    return scope


@event.listens_for(ScopedSession, "after_begin", propagate=True)
def _on_begin(session: Session, _transaction: Any, connection: Any) -> None:
    _tell_database(session, connection)


def _tell_database(session: Session, connection: Any) -> None:
    if connection.dialect.name != "postgresql":
        return
    scope = cast("Scope | None", session.info.get("scope"))
    unit_id = "" if scope is None else str(scope.unit_id)
    looks_down = scope is not None and scope.kind in (Kind.OVERSIGHT, Kind.BATCH)
    units = "" if scope is None else ",".join(map(str, sorted(scope.units)))
    connection.exec_driver_sql(
        "SELECT set_config('app.unit_id', %s, true), set_config('app.oversight_id', %s, true), "
        "set_config('app.batch_ids', %s, true)",
        (unit_id, unit_id if looks_down else "", units),
    )


__all__ = [
    "GLOBAL_TABLES", "HandedDown", "Kind", "Overseen", "OverseenInTime", "Scope", "Scoped", "UnitClosure", "UnitOwned",
    "below", "current", "enter", "ever_below", "get_own", "own", "scoped_tables", "unit_key",
]  # fmt: skip
