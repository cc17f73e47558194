"""Every table of units, also those of tomorrow, against the same attacks: one row of each in four units."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from builders import UnitRef, in_unit, make_office, make_person, make_school
from flask import Flask
from table_rows import classes, fill

from tenants import clock, scope
from tenants.db import db
from tenants.errors import NotFound, ScopeError

PRIVATE = (
    "api_token", "article", "article_watch", "attempt", "bulletin", "bulletin_item", "channel_account", "collection",
    "follow_up_step", "mailing_entry", "media", "notice", "offer_answer", "order_target", "pending_connection",
    "publishing_wish", "remote_comment", "review", "revision_media", "subscriber",
)  # fmt: skip
"""What no superior may ever read: drafts, credentials, recipients, comments, transcripts of calls, notices."""


@pytest.fixture
def office(app: Flask) -> UnitRef:
    return make_office(app)


@pytest.fixture
def here(app: Flask, office: UnitRef) -> UnitRef:
    return make_school(app, office)


@pytest.fixture
def rows(app: Flask, office: UnitRef, here: UnitRef) -> dict[int, dict[str, int]]:
    """Ids of the rows of the office, of two schools below it and of one elsewhere, by unit."""
    units = [office, here, make_school(app, office), make_school(app, make_office(app))]
    person = make_person(app, here, "author")
    return {unit.id: fill(app, unit, person.id) for unit in units}


def owners(cls: type[Any]) -> set[int]:
    return set(db.session.scalars(sa.select(cls.unit_id)))


def test_each_table_shows_a_unit_its_own_rows_and_what_was_handed_down(
    app: Flask, office: UnitRef, here: UnitRef, rows: dict[int, dict[str, int]]
) -> None:
    for kind in (scope.Kind.UNIT, scope.Kind.PUBLIC):
        with in_unit(app, here, kind):
            for cls in classes():
                handed_down = {office.id} if issubclass(cls, scope.HandedDown) else set()
                assert owners(cls) == {here.id} | handed_down, cls.__tablename__


def test_no_superior_reads_what_is_the_units_own(app: Flask, office: UnitRef, rows: dict[int, dict[str, int]]) -> None:
    elsewhere = list(rows)[3]
    with in_unit(app, office, scope.Kind.OVERSIGHT):
        seen = {cls.__tablename__: owners(cls) for cls in classes()}
    assert {name: seen[name] for name in PRIVATE if name in seen} == {
        name: {office.id} for name in PRIVATE if name in seen
    }
    assert all(elsewhere not in units for units in seen.values())
    assert len([name for name in PRIVATE if name in seen]) >= 18, "the list above names tables that are there"
    for cls in classes():
        if issubclass(cls, scope.UnitOwned):
            assert seen[cls.__tablename__] == {office.id}, cls.__tablename__


def test_a_superior_reads_a_delivery_only_once_the_public_has_seen_it(
    app: Flask, office: UnitRef, here: UnitRef, rows: dict[int, dict[str, int]]
) -> None:
    """The row holds the payload, the proof and the nonce of the confirm link."""
    from tenants.publishing.models import Delivery

    with in_unit(app, office, scope.Kind.OVERSIGHT):
        assert owners(Delivery) == {office.id}
    with in_unit(app, here) as session:
        session.get(Delivery, (here.id, rows[here.id]["delivery"])).published_at = clock.now()
    with in_unit(app, office, scope.Kind.OVERSIGHT):
        assert owners(Delivery) == {office.id, here.id}


def test_nobody_reaches_into_another_unit_through_any_table(
    app: Flask, office: UnitRef, here: UnitRef, rows: dict[int, dict[str, int]]
) -> None:
    for unit, kind in ((here, scope.Kind.UNIT), (office, scope.Kind.OVERSIGHT)):
        with in_unit(app, unit, kind) as session:
            for cls in classes():
                name = cls.__tablename__
                for other, ids in rows.items():
                    if other == unit.id:
                        continue
                    with pytest.raises(NotFound):
                        scope.get_own(cls, ids[name])
                    touched = session.execute(
                        sa.update(cls)
                        .where(cls.id == ids[name])
                        .values(id=cls.id)
                        .execution_options(synchronize_session=False)
                    )
                    assert touched.rowcount == 0, name
                    gone = session.execute(
                        sa.delete(cls).where(cls.id == ids[name]).execution_options(synchronize_session=False)
                    )
                    assert gone.rowcount == 0, name


def test_no_table_is_read_by_its_bare_name(app: Flask, here: UnitRef) -> None:
    with in_unit(app, here) as session:
        for cls in classes():
            with pytest.raises(ScopeError):
                session.execute(sa.select(cls.__table__.c.unit_id)).all()


def test_the_database_itself_keeps_units_apart(app: Flask, here: UnitRef, rows: dict[int, dict[str, int]]) -> None:
    """Below the session, on PostgreSQL: nothing without a unit, and nobody else's rows with one."""
    with app.app_context(), db.engine.begin() as connection:
        if connection.dialect.name != "postgresql":
            assert {cls.__tablename__ for cls in classes()} == {table.name for table in scope.scoped_tables()}
            return
        tables = [cls.__tablename__ for cls in classes()]
        for name in tables:
            assert connection.execute(sa.text(f'select unit_id from "{name}"')).all() == [], name
        connection.execute(sa.text("select set_config('app.unit_id', :u, true)"), {"u": str(here.id)})
        others = [unit_id for unit_id in rows if unit_id != here.id]
        for cls in classes():
            name = cls.__tablename__
            seen = {row[0] for row in connection.execute(sa.text(f'select unit_id from "{name}"'))}
            allowed = {here.id, others[0]} if issubclass(cls, scope.HandedDown) else {here.id}
            assert here.id in seen and seen <= allowed, name
            changed = connection.execute(
                sa.text(f'update "{name}" set id = id where unit_id = :other'),
                {"other": others[1]},
            )
            assert changed.rowcount == 0, name
