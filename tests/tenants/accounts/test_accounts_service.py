"""People: passwords, throttling, memberships, keys."""

from __future__ import annotations

import datetime as dt

import pytest
from builders import PASSWORD, in_unit, make_office, make_person, make_school
from flask import Flask

from tenants import clock
from tenants.accounts import queries, service
from tenants.accounts.models import User
from tenants.accounts.permissions import PERMISSIONS, ROLES, allowed
from tenants.db import db, transaction
from tenants.errors import Refused

NOON = dt.datetime(2026, 9, 7, 5, tzinfo=dt.UTC)


def attempt(app: Flask, name: str, password: str, address: str = "192.0.2.1") -> User | None:
    with app.app_context(), transaction():
        return service.sign_in(name, password, address)


def test_the_right_password_opens_and_the_wrong_one_does_not(app: Flask) -> None:
    person = make_person(app, None)
    assert attempt(app, person.sign_in_name, "sai") is None
    assert attempt(app, "khong-co-ai", PASSWORD) is None
    found = attempt(app, f"  {person.sign_in_name.upper()} ", PASSWORD)
    assert found is not None


def test_five_failures_stop_a_name_for_a_quarter_of_an_hour_and_nobody_else(app: Flask) -> None:
    victim, other = make_person(app, None), make_person(app, None)
    with clock.frozen(NOON):
        for _n in range(5):
            assert attempt(app, victim.sign_in_name, "sai") is None
        with pytest.raises(Refused) as refusal:
            attempt(app, victim.sign_in_name, PASSWORD)
        assert refusal.value.code == "too-many-failures"
        assert "15 phút" in refusal.value.sentence
        assert attempt(app, other.sign_in_name, PASSWORD) is not None
    with clock.frozen(NOON + dt.timedelta(minutes=16)):
        assert attempt(app, victim.sign_in_name, PASSWORD) is not None


def test_one_address_cannot_try_many_names(app: Flask) -> None:
    with clock.frozen(NOON):
        for number in range(service.MAX_FAILURES_BY_ADDRESS):
            attempt(app, f"ten-{number}", "sai", "198.51.100.9")
        with pytest.raises(Refused):
            attempt(app, "ten-khac", "sai", "198.51.100.9")
        assert attempt(app, "ten-khac", "sai", "198.51.100.10") is None


def test_a_new_password_ends_other_sessions(app: Flask) -> None:
    person = make_person(app, None)
    with app.app_context(), transaction():
        user = db.session.get(User, person.id)
        assert user is not None
        cookie = user.get_id()
        assert queries.by_session_id(cookie) is not None
        service.set_password(user, "mot-mat-khau-khac")
    with app.app_context():
        assert queries.by_session_id(cookie) is None
        assert queries.by_session_id("khong-phai-so") is None


def test_a_short_password_is_refused(app: Flask) -> None:
    with app.app_context(), transaction(), pytest.raises(Refused) as refusal:
        service.create_user(sign_in_name="ai-do", name="Ai Đó", password="ngan")
    assert refusal.value.code == "short-password"


def test_roles_end_on_their_day(app: Flask) -> None:
    school = make_school(app, make_office(app))
    principal, author = make_person(app, school, "principal"), make_person(app, school, "author", "viewer")
    with in_unit(app, school):
        actor = db.session.get(User, principal.id)
        assert actor is not None
        service.revoke(author.id, "author", actor)
    with app.app_context():
        assert queries.roles_in(author.id, school.id) == {"viewer"}


def test_the_last_leader_stays(app: Flask) -> None:
    school = make_school(app, make_office(app))
    principal = make_person(app, school, "principal")
    with pytest.raises(Refused) as refusal, in_unit(app, school):
        actor = db.session.get(User, principal.id)
        assert actor is not None
        service.revoke(principal.id, "principal", actor)
    assert refusal.value.code == "last-leader"


def test_a_leader_cannot_take_over_an_account_that_works_elsewhere_too(app: Flask) -> None:
    office = make_office(app)
    here, there = make_school(app, office), make_school(app, office)
    principal, shared = make_person(app, here, "principal"), make_person(app, here, "author")
    with app.app_context(), transaction():
        user = db.session.get(User, shared.id)
        assert user is not None
        service.grant(user, there.id, "author")
    with pytest.raises(Refused) as refusal, in_unit(app, here):
        actor = db.session.get(User, principal.id)
        assert actor is not None
        service.reset_password(shared.id, actor)
    assert refusal.value.code == "several-units"


def test_an_existing_account_is_only_joined_by_its_right_name(app: Flask) -> None:
    school = make_school(app, make_office(app))
    principal, stranger = make_person(app, school, "principal"), make_person(app, None, name="Lê Văn Nào")
    with pytest.raises(Refused), in_unit(app, school):
        service.add_person(
            sign_in_name=stranger.sign_in_name, name="Trần Thị Khác", email="", roles=["author"], actor_id=principal.id
        )
    with in_unit(app, school):
        user, password = service.add_person(
            sign_in_name=stranger.sign_in_name, name="lê văn nào", email="", roles=["author"], actor_id=principal.id
        )
        assert (user.id, password) == (stranger.id, None)
    with app.app_context():
        assert queries.roles_in(stranger.id, school.id) == {"author"}


def test_a_key_works_until_it_is_revoked_and_is_not_stored(app: Flask) -> None:
    person = make_person(app, None)
    with app.app_context(), transaction():
        user = db.session.get(User, person.id)
        assert user is not None
        token, secret = service.create_token(user, "máy tính văn phòng")
        assert secret not in token.token_hash
        token_id = token.id
    with app.app_context(), transaction():
        user = service.user_of_token(secret)
        assert user is not None and user.id == person.id
        assert service.revoke_token(user, token_id)
    with app.app_context():
        assert service.user_of_token(secret) is None


def test_the_permission_table_names_only_roles_and_refuses_unknown_actions() -> None:
    for action, roles in PERMISSIONS.items():
        assert roles <= set(ROLES), action
    assert not allowed(["viewer"], "article.approve")
    assert not allowed(["author"], "article.approve")
    with pytest.raises(KeyError):
        allowed(["principal"], "article.aprove")
