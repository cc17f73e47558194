"""The closure under random histories of moves and ends, against climbing the relations day by day."""

from __future__ import annotations

import datetime as dt

import pytest
from builders import FIRST_DAY, make_unit
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from tenants.db import db, transaction
from tenants.errors import Refused
from tenants.scope import UnitClosure
from tenants.units import queries, service
from tenants.units.models import RELATION_KINDS, Unit, UnitRelation

SIZE = 5
DAYS = 6

steps = st.lists(
    st.tuples(st.integers(0, SIZE - 1), st.integers(0, SIZE), st.sampled_from(RELATION_KINDS), st.integers(0, DAYS)),
    max_size=8,
)


def day(number: int) -> dt.date:
    return FIRST_DAY + dt.timedelta(days=number)


def climbed(relations: list[UnitRelation], unit_id: int, on: dt.date) -> set[int]:
    """Return who stands above a unit on a day, by climbing."""
    found: set[int] = set()
    pending = [unit_id]
    while pending:
        here = pending.pop()
        for row in relations:
            held = row.valid_from <= on and (row.valid_to is None or row.valid_to > on)
            if row.child_id == here and held and row.parent_id not in found:
                found.add(row.parent_id)
                pending.append(row.parent_id)
    return found


@pytest.mark.database("sqlite")
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=steps)
def test_the_closure_says_what_climbing_says_on_every_day(app: Flask, history: list[tuple[int, int, str, int]]) -> None:
    with app.app_context(), transaction():
        db.session.execute(delete(UnitRelation))
        db.session.execute(delete(UnitClosure).where(UnitClosure.depth > 0))
    with app.app_context():
        ids = list(db.session.scalars(select(Unit.id).order_by(Unit.id)))
    ids += [make_unit(app, "cluster").id for _missing in range(SIZE - len(ids))]
    for child, parent, kind, number in history:
        try:
            with app.app_context(), transaction():
                unit = db.session.get_one(Unit, ids[child])
                if parent == SIZE:
                    service.take_out(unit, day(number))
                else:
                    service.place_under(unit, db.session.get_one(Unit, ids[parent]), kind, day(number))
        except Refused:
            continue
    with app.app_context():
        relations = list(db.session.scalars(select(UnitRelation)))
        for unit_id in ids:
            for number in range(-1, DAYS + 2):
                above = queries.superior_ids(unit_id, day(number))
                assert above == climbed(relations, unit_id, day(number))
                assert unit_id not in above
