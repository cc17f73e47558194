"""Loading the demonstration through the same services people use, with the clock set back."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from flask import Flask
from sqlalchemy import select

from channel_plugins.simulators import Started
from district.app import create_app
from district.config import Config
from district.demo import amending, articles, comments, outlets, plans
from district.demo.people import FAMILY, GIVEN, MIDDLE, NAMED_ACCOUNTS, UNITS
from district.demo.world import World, work_in
from tenants import clock
from tenants.accounts import service as accounts
from tenants.accounts.demo import PASSWORD
from tenants.accounts.models import User
from tenants.accounts.permissions import OFFICE_ROLES, SCHOOL_ROLES
from tenants.db import db, transaction
from tenants.publishing import service as publishing
from tenants.units import service as units
from tenants.units.models import PROFESSIONAL, Unit

Say = Callable[[str], None]

DAYS = 82
"""How many days before today the department issues its plan."""


def load_if_empty(config: Config, say: Say, started: Mapping[str, Started] | None = None) -> bool:
    """Fill an empty database with the demonstration; leave any other alone.

    Args:
        say: called with a line for each step, for the person who waits.
        started: simulators to which the showcase school is connected.

    Returns:
        Whether anything was loaded.
    """
    app = create_app(config)
    with app.app_context():
        if db.session.scalar(select(Unit.id).limit(1)) is not None:
            return False
    with closing_database(app):
        world = load(app, say)
        if started:
            say("Đang kết nối trường minh họa với các mạng giả…")
            outlets.load(app, world, started)
    return True


@contextmanager
def closing_database(app: Flask) -> Iterator[None]:
    """Close the connections of ``app`` at the end."""
    yield
    with app.app_context():
        db.engine.dispose()


def load(app: Flask, say: Say) -> World:
    """Load units, people, plans and articles into an empty database."""
    start = clock.now() - dt.timedelta(days=DAYS)
    say("Đang tạo các đơn vị và người dùng minh họa…")
    with clock.at(start):
        world = _units(app)
    say("Đang ban hành và cụ thể hóa các kế hoạch…")
    plans.load(app, world, start)
    say("Đang viết, duyệt và đăng tin bài…")
    articles.load(app, world, start + dt.timedelta(days=14))
    say("Đang điều chỉnh kế hoạch của xã và lấy ý kiến một dự thảo…")
    amending.load(app, world, clock.now() - dt.timedelta(days=8))
    comments.load(app, world, clock.now() - dt.timedelta(days=4))
    return world


def _units(app: Flask) -> World:
    holder = User(password_hash="", session_stamp="")
    accounts.set_password(holder, PASSWORD)
    people: dict[tuple[str, str], int] = {}
    ids: dict[str, int] = {}
    first_day = clock.today() - dt.timedelta(days=30)
    with app.app_context(), transaction():
        made: dict[str, Unit] = {}
        for number, spec in enumerate(UNITS):
            unit = units.found_unit(
                slug=spec.slug, type_code=spec.type_code, name=spec.name, short_name=spec.short_name,
                symbol=spec.symbol, place=spec.place, on=first_day,
            )  # fmt: skip
            unit.contact = {
                "address": f"Thôn {number + 1}, {spec.place}, tỉnh Hoa Sim",
                "phone": f"0200 000 {number:03d}",
                "email": f"{spec.slug}@example.edu.vn",
            }
            made[spec.slug] = unit
            ids[spec.slug] = unit.id
            if spec.under:
                units.place_under(unit, made[spec.under], on=first_day, rebuild=False)
                units.set_route(unit, "plan", made[spec.under], on=first_day)
                if spec.under != "so-hoa-sim":
                    units.place_under(unit, made["so-hoa-sim"], PROFESSIONAL, on=first_day, rebuild=False)
                    units.set_route(unit, "role_model", made["so-hoa-sim"], on=first_day)
            roles = SCHOOL_ROLES if unit.is_school else OFFICE_ROLES
            for place, role in enumerate(roles):
                people[spec.slug, role] = _person(
                    holder.password_hash, spec.slug, spec.prefix, role, number * 7 + place
                )
                accounts.grant(_user(people[spec.slug, role]), unit.id, role, on=first_day)
        units.rebuild_closure()
        # One person may belong to several units: the web person of one school helps another.
        accounts.grant(_user(people["th-may-trang", "web_person"]), ids["th-doi-che"], "web_person", on=first_day)
    world = World(ids, people)
    for slug in ids:
        with work_in(app, world, slug):
            publishing.ensure_default_accounts()
    return world


def _user(user_id: int) -> User:
    user = db.session.get(User, user_id)
    if user is None:
        raise LookupError(user_id)
    return user


def _person(password_hash: str, slug: str, prefix: str, role: str, number: int) -> int:
    invented = f"{FAMILY[number % len(FAMILY)]} {MIDDLE[number % len(MIDDLE)]} {GIVEN[(number * 5) % len(GIVEN)]}"
    sign_in_name, name = NAMED_ACCOUNTS.get((slug, role), (f"{prefix}.{role.replace('_', '')}", invented))
    user = User(
        sign_in_name=sign_in_name,
        name=name,
        password_hash=password_hash,
        session_stamp=secrets.token_hex(8),
        created_at=clock.now(),
    )
    db.session.add(user)
    db.session.flush()
    return user.id
