"""Adding units below an office: where they may stand, and who leads them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from builders import PersonRef, UnitRef, make_office, make_person, make_school, make_unit
from flask import Flask

from district.oversight import directory, units
from district.oversight.units import NewUnit
from tenants import scope
from tenants.accounts import queries as accounts
from tenants.db import transaction
from tenants.errors import NotFound, Refused
from tenants.scope import Kind


def typed(superior: UnitRef) -> NewUnit:
    return NewUnit(
        type_code="primary",
        name="Trường Tiểu học Đồi Sim",
        short_name="TH Đồi Sim",
        slug="",
        symbol="THĐS",
        place="Hoa Sim",
        superior_id=superior.id,
        leader_name="Lò Thị Thử",
        leader_sign_in_name="lo.thu",
    )


def add(app: Flask, office: UnitRef, new: NewUnit, actor: PersonRef) -> tuple[int, str | None]:
    with app.app_context():
        scope.enter(scope.Scope(office.id, Kind.OVERSIGHT))
        with transaction():
            added = units.add_unit(new, actor.id)
            return added.unit.id, added.password


def test_a_new_school_stands_below_at_once_with_its_principal(app: Flask) -> None:
    office = make_office(app)
    cluster = make_unit(app, "cluster", "Cụm Suối Mơ", office)
    officer = make_person(app, office, "officer")
    unit_id, password = add(app, office, typed(cluster), officer)

    assert password
    with app.app_context():
        scope.enter(scope.Scope(office.id, Kind.OVERSIGHT))
        entry = directory.read(office.id).get(unit_id)
        assert (entry.superior_id, entry.slug) == (cluster.id, "th-doi-sim")
        assert units.staff([unit_id])[unit_id] == units.Staff(("Lò Thị Thử",), 1)


def test_a_principal_who_has_an_account_keeps_it(app: Flask) -> None:
    office = make_office(app)
    officer = make_person(app, office, "officer")
    known = make_person(app, make_school(app, office), "principal", name="Vàng A Mẫu")
    new = replace(typed(office), leader_name="Vàng A Mẫu", leader_sign_in_name=known.sign_in_name)
    unit_id, password = add(app, office, new, officer)

    assert password is None
    with app.app_context():
        assert accounts.roles_in(known.id, unit_id) == {"principal"}


def test_a_sign_in_name_of_somebody_else_is_refused(app: Flask) -> None:
    office = make_office(app)
    officer = make_person(app, office, "officer")

    with pytest.raises(Refused, match="name-taken"):
        add(app, office, replace(typed(office), leader_sign_in_name=officer.sign_in_name), officer)


def test_nothing_is_added_below_a_unit_of_another_office(app: Flask) -> None:
    office, other = make_office(app), make_office(app)
    officer = make_person(app, office, "officer")

    with pytest.raises(NotFound):
        add(app, office, typed(other), officer)


def test_a_unit_stands_only_below_one_of_a_higher_tier(app: Flask) -> None:
    office = make_office(app)
    officer = make_person(app, office, "officer")
    school = make_school(app, office)

    with pytest.raises(Refused, match="wrong-tier"):
        add(app, office, replace(typed(office), type_code="commune_office"), officer)
    with pytest.raises(Refused, match="wrong-tier"):
        add(app, office, typed(school), officer)
