"""Boring builders: each opens its own context, commits, and returns plain facts (ids, addresses), never a row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import count
from typing import Any

from flask import Flask

from tenants import clock, scope
from tenants.accounts import service as accounts
from tenants.accounts.models import User
from tenants.db import db, transaction
from tenants.jobs.worker import Worker, batch_context
from tenants.units import queries as units
from tenants.units import service as unit_service
from tenants.units.models import Unit

PASSWORD = "mat-khau-thu-nghiem"
FIRST_DAY = dt.date(2025, 7, 1)

_serial = count(1)


@dataclass(frozen=True)
class UnitRef:
    """A unit in a test."""

    id: int
    slug: str
    name: str


@dataclass(frozen=True)
class PersonRef:
    """A person in a test; their password is ``PASSWORD``."""

    id: int
    name: str
    sign_in_name: str


@cache
def _password_hash() -> str:
    holder = User(password_hash="", session_stamp="")
    accounts.set_password(holder, PASSWORD)
    return holder.password_hash


@contextmanager
def in_unit(app: Flask, unit: UnitRef, kind: scope.Kind = scope.Kind.UNIT) -> Iterator[Any]:
    """Work in a unit's scope inside one transaction; yields the session."""
    with app.app_context():
        scope.enter(scope.Scope(unit.id, kind, units.superior_ids(unit.id)))
        with transaction() as session:
            yield session


@contextmanager
def in_batch(app: Flask, office: UnitRef, listed: Sequence[UnitRef]) -> Iterator[Any]:
    """Work in many units below an office at once, as the worker does, inside one transaction; yields the session."""
    with batch_context(app, office.id, [unit.id for unit in listed]), transaction() as session:
        yield session


def make_unit(
    app: Flask,
    type_code: str,
    name: str | None = None,
    under: UnitRef | None = None,
    symbol: str = "",
    levels: Sequence[str] | None = None,
) -> UnitRef:
    """Found a unit and put it under a superior, from ``FIRST_DAY`` on."""
    number = next(_serial)
    with app.app_context(), transaction() as session:
        unit = unit_service.found_unit(
            slug=f"don-vi-{number}",
            type_code=type_code,
            name=name or f"Đơn vị thử {number}",
            symbol=symbol or f"DV{number}",
            place="Hoa Sim",
            levels=levels,
            on=FIRST_DAY,
        )
        if under is not None:
            superior = session.get(Unit, under.id)
            assert superior is not None
            unit_service.place_under(unit, superior, on=FIRST_DAY)
            unit_service.set_route(unit, "plan", superior, on=FIRST_DAY)
        return UnitRef(unit.id, unit.slug, unit.name)


def make_office(app: Flask, name: str | None = None, under: UnitRef | None = None) -> UnitRef:
    """Found an office (UBND xã)."""
    return make_unit(app, "commune_office", name, under)


def make_school(app: Flask, office: UnitRef | None, type_code: str = "primary", name: str | None = None) -> UnitRef:
    """Found a school under an office."""
    return make_unit(app, type_code, name, office)


def make_person(app: Flask, unit: UnitRef | None, *roles: str, name: str | None = None) -> PersonRef:
    """Create a person with these roles in ``unit``."""
    number = next(_serial)
    with app.app_context(), transaction() as session:
        user = User(
            sign_in_name=f"nguoi{number}",
            name=name or f"Người Thử {number}",
            password_hash=_password_hash(),
            session_stamp=f"stamp{number}",
            created_at=clock.now(),
        )
        session.add(user)
        session.flush()
        for role in roles:
            assert unit is not None
            accounts.grant(user, unit.id, role, on=FIRST_DAY)
        return PersonRef(user.id, user.name, user.sign_in_name)


def grant(app: Flask, person: PersonRef, unit: UnitRef, role: str) -> None:
    """Give a person one more role."""
    with app.app_context(), transaction():
        user = db.session.get(User, person.id)
        assert user is not None
        accounts.grant(user, unit.id, role, on=FIRST_DAY)


def make_token(app: Flask, person: PersonRef) -> dict[str, str]:
    """Return the headers with which a program acts as ``person`` on the API."""
    with app.app_context(), transaction():
        user = db.session.get(User, person.id)
        assert user is not None
        _token, secret = accounts.create_token(user, "thử nghiệm")
        return {"Authorization": f"Bearer {secret}"}


def run_jobs(app: Flask) -> int:
    """Let a worker do the jobs that are due; return how many ran.

    Nothing periodic runs, so that no sweeper mends what a lost job would have left undone.
    """
    return Worker(app).run_queued()


def run_jobs_and_periodic_work(app: Flask) -> int:
    """Let a worker do everything that is due; return how many jobs ran."""
    return Worker(app).run_until_idle()
