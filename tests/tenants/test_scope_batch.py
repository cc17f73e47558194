"""The scope of a batch: units that are listed, classes that allow it, in the ways they name; all else is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from builders import UnitRef, in_batch, in_unit, make_office, make_person, make_school
from flask import Flask
from table_rows import classes, fill

from tenants import audit, clock, scope
from tenants.audit import AuditEntry
from tenants.content.models import Article
from tenants.db import db
from tenants.errors import NotFound, ScopeError
from tenants.notices.models import Notice
from tenants.plans.models import Plan, PlanVersion

VERBS: dict[str, Callable[[Any, Any], Any]] = {
    "select": lambda session, cls: session.scalars(sa.select(cls.unit_id)).all(),
    "insert": lambda session, cls: session.execute(sa.insert(cls), [{"unit_id": 0}]),
    "update": lambda session, cls: session.execute(sa.update(cls).where(cls.id == 0).values(id=cls.id)),
    "delete": lambda session, cls: session.execute(sa.delete(cls).where(cls.id == 0)),
}


@pytest.fixture
def units(app: Flask) -> dict[str, UnitRef]:
    office = make_office(app)
    below = {name: make_school(app, office) for name in ("one", "two", "unlisted")}
    return {"office": office, **below, "foreign": make_school(app, make_office(app))}


@pytest.fixture
def rows(app: Flask, units: dict[str, UnitRef]) -> dict[str, dict[str, int]]:
    person = make_person(app, units["one"], "author")
    return {name: fill(app, unit, person.id) for name, unit in units.items()}


def listed(units: dict[str, UnitRef]) -> list[UnitRef]:
    return [units["one"], units["two"]]


def test_a_batch_reads_the_listed_units_and_what_was_handed_down(
    app: Flask, units: dict[str, UnitRef], rows: dict[str, dict[str, int]]
) -> None:
    ids = {name: unit.id for name, unit in units.items()}
    seen = {}
    with in_batch(app, units["office"], listed(units)) as session:
        for cls in classes():
            if "select" in cls.BATCH:
                seen[cls] = set(session.scalars(sa.select(cls.unit_id)))
            if "select" in cls.BATCH and not issubclass(cls, scope.HandedDown):
                with pytest.raises(NotFound):
                    scope.get_own(cls, rows["office"][cls.__tablename__])
    assert Plan in seen and Notice in seen
    for cls, found in seen.items():
        if issubclass(cls, scope.HandedDown):
            assert found == {ids["office"], ids["one"], ids["two"], ids["unlisted"]}
        else:
            assert found <= {ids["one"], ids["two"]}, cls.__tablename__
            assert found or issubclass(cls, scope.Overseen)


def test_a_table_is_touched_only_in_the_ways_its_class_names(app: Flask, units: dict[str, UnitRef]) -> None:
    allowed = {(cls.__tablename__, verb) for cls in classes() for verb in VERBS if verb in cls.BATCH}
    assert ("plan", "update") in allowed and ("audit_entry", "insert") in allowed
    assert not {verb for _name, verb in allowed} & {"delete"}
    assert not [cls for cls in classes() if issubclass(cls, scope.HandedDown) and cls.BATCH - {"select"}]
    for cls in classes():
        for verb, act in VERBS.items():
            if (cls.__tablename__, verb) not in allowed:
                with in_batch(app, units["office"], listed(units)) as session, pytest.raises(ScopeError):
                    act(session, cls)


def entry(unit_id: int | None = None) -> dict[str, Any]:
    row = {"at": clock.now(), "action": "x", "subject_type": "x", "subject_id": "1", "data": {}}
    return row if unit_id is None else {**row, "unit_id": unit_id}


def change(session: Any, cls: type[Any]) -> None:
    session.scalars(sa.select(cls)).first().subject = "đổi"
    session.flush()


REFUSED: dict[str, Callable[[Any, dict[str, UnitRef]], Any]] = {
    "row without unit": lambda s, u: s.execute(sa.insert(AuditEntry), [entry()]),
    "one row without unit": lambda s, u: s.execute(sa.insert(AuditEntry), [entry(u["one"].id), entry()]),
    "row of the office": lambda s, u: s.execute(sa.insert(AuditEntry), [entry(u["office"].id)]),
    "row of an unlisted unit": lambda s, u: s.execute(sa.insert(AuditEntry), [entry(u["unlisted"].id)]),
    "row of a foreign unit": lambda s, u: s.execute(sa.insert(AuditEntry), [entry(u["foreign"].id)]),
    "values": lambda s, u: s.execute(sa.insert(AuditEntry).values(**entry(u["one"].id))),
    "object": lambda s, u: (s.add(AuditEntry(**entry(u["one"].id))), s.flush()),
    "changed object": lambda s, u: change(s, Plan),
    "audit of one unit": lambda s, u: (audit.record("x", "plan", 1), s.flush()),
    "moved row": lambda s, u: s.execute(sa.update(Plan).values(unit_id=u["two"].id)),
    "joined with what is closed": lambda s, u: s.execute(sa.select(Plan.id).join(Article, sa.true())).all(),
    "sub-select of what is closed": lambda s, u: s.execute(
        sa.update(Plan).where(Plan.id.in_(sa.select(Article.id))).values(lock=9)
    ),
    "bare table": lambda s, u: s.execute(sa.select(Plan.__table__.c.id)).all(),
    "text": lambda s, u: s.execute(sa.text("select * from plan")).all(),
    "second scope": lambda s, u: scope.enter(scope.Scope(u["one"].id)),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_a_batch_may_not_do_is_refused(
    app: Flask, units: dict[str, UnitRef], rows: dict[str, dict[str, int]], name: str
) -> None:
    with pytest.raises(ScopeError), in_batch(app, units["office"], listed(units)) as session:
        REFUSED[name](session, units)


def test_statements_reach_only_the_listed_units(
    app: Flask, units: dict[str, UnitRef], rows: dict[str, dict[str, int]]
) -> None:
    everybody = [unit.id for unit in units.values()]
    with in_batch(app, units["office"], listed(units)) as session:
        changed = sa.update(Plan).where(Plan.unit_id.in_(everybody)).values(subject="đổi")
        assert session.execute(changed.execution_options(synchronize_session=False)).rowcount == 2
        audit.record_in_units("x", "plan", [(units["two"].id, 1, {"a": 1})])
    for name, unit in units.items():
        with in_unit(app, unit) as session:
            subject = session.scalar(sa.select(Plan.subject))
            assert (subject == "đổi") == (name in ("one", "two"))
            assert len(session.scalars(sa.select(AuditEntry)).all()) == (2 if name == "two" else 1)


def test_only_units_that_stand_below_the_office_are_let_in(app: Flask, units: dict[str, UnitRef]) -> None:
    with in_batch(app, units["office"], [units["one"], units["foreign"], units["office"]]):
        assert scope.current().units == {units["one"].id}
    with pytest.raises(ScopeError):
        scope.Scope(1, units=frozenset({2}))
    with pytest.raises(ScopeError):
        scope.Scope(1, scope.Kind.BATCH, units=frozenset({1, 2}))
    with in_batch(app, units["office"], [units["foreign"]]) as session:
        assert session.scalars(sa.select(Plan)).all() == []


def test_the_database_itself_keeps_a_batch_to_its_units_and_tables(
    app: Flask, units: dict[str, UnitRef], rows: dict[str, dict[str, int]]
) -> None:
    """Below the session, on PostgreSQL: a unit that is listed but stands elsewhere stays closed, and so do the tables
    that no batch may touch.
    """
    ids = {name: str(unit.id) for name, unit in units.items()}
    with app.app_context(), db.engine.begin() as connection:
        if connection.dialect.name != "postgresql":
            assert {verb for cls in classes() for verb in cls.BATCH} == {"select", "insert", "update"}
            return
        settings = {"app.unit_id": ids["office"], "app.oversight_id": ids["office"]}
        settings["app.batch_ids"] = ",".join([ids["one"], ids["foreign"]])
        for name, value in settings.items():
            connection.execute(sa.text("select set_config(:n, :v, true)"), {"n": name, "v": value})
        for cls in classes():
            name, own = cls.__tablename__, {units["one"].id, units["office"].id}
            if not issubclass(cls, scope.HandedDown | scope.Overseen | scope.OverseenInTime):
                seen = {row[0] for row in connection.execute(sa.text(f'select unit_id from "{name}"'))}
                assert seen == (own if "select" in cls.BATCH else {units["office"].id}), name
            touched = sa.text(f'update "{name}" set id = id where unit_id <> :office returning unit_id')
            changed = {row[0] for row in connection.execute(touched, {"office": units["office"].id})}
            assert changed == ({units["one"].id} if "update" in cls.BATCH else set()), name
            assert (
                connection.execute(sa.text(f'delete from "{name}" where unit_id <> :o'), {"o": ids["office"]}).rowcount
                == 0
            )
    with app.app_context(), db.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            for name, value in {"app.oversight_id": ids["office"], "app.batch_ids": ""}.items():
                connection.execute(sa.text("select set_config(:n, :v, true)"), {"n": name, "v": value})
            assert connection.execute(sa.text("select unit_id from plan")).all() == []


def test_what_was_issued_above_stays_readable(app: Flask, units: dict[str, UnitRef], rows: Any) -> None:
    with in_batch(app, units["office"], listed(units)) as session:
        assert units["office"].id in set(session.scalars(sa.select(PlanVersion.unit_id)))
