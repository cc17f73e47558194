"""A row is held once in a transaction, and looked at anew in the next."""

from __future__ import annotations

import pytest
from builders import in_unit, make_office, make_school
from flask import Flask
from queries import count_queries
from sqlalchemy import update

from tenants import held
from tenants.content.models import Media
from tenants.db import db, transaction
from tenants.errors import NotFound
from tenants.settings import UnitSetting


def _setting(app: Flask, school: object) -> int:
    with in_unit(app, school), transaction():  # type: ignore[arg-type]
        row = UnitSetting(key="thu.held", value=1)
        db.session.add(row)
        db.session.flush()
        return row.id


def test_held_row_costs_one_statement_until_the_transaction_ends(app: Flask) -> None:
    school = make_school(app, make_office(app))
    ident = _setting(app, school)
    with in_unit(app, school):
        with transaction():
            held.own(UnitSetting, ident)
            with count_queries() as sent:
                held.own(UnitSetting, ident)
            assert sent == []
        with transaction():
            db.session.execute(
                update(UnitSetting).where(UnitSetting.id == ident).values(value=2),
                execution_options={"synchronize_session": False},
            )
            assert held.own(UnitSetting, ident).value == 2


def test_row_is_held_again_after_going_back_to_a_savepoint(app: Flask) -> None:
    school = make_school(app, make_office(app))
    ident = _setting(app, school)
    with in_unit(app, school), transaction():
        with pytest.raises(ZeroDivisionError), db.session.begin_nested():
            held.own(UnitSetting, ident)
            raise ZeroDivisionError
        with count_queries() as sent:
            held.own(UnitSetting, ident)
        assert len(sent) == 1


def test_row_of_another_unit_is_not_there(app: Flask) -> None:
    office = make_office(app)
    ident = _setting(app, make_school(app, office))
    with in_unit(app, make_school(app, office)), pytest.raises(NotFound):
        held.own(UnitSetting, ident)
    with in_unit(app, make_school(app, office)), pytest.raises(NotFound):
        held.own(Media, ident)
