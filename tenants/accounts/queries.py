"""Reading people and their roles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from tenants import clock
from tenants.accounts.models import ApiToken, Membership, User
from tenants.db import db
from tenants.errors import NotFound
from tenants.text import nfc
from tenants.units.models import Unit


@dataclass(frozen=True)
class Person:
    """Someone of a unit with all roles they hold there."""

    user: User
    roles: tuple[str, ...]


def by_session_id(value: str) -> User | None:
    """Return the person of a session cookie; None when the stamp changed or the person is inactive."""
    ident, _sep, stamp = value.partition(":")
    if not ident.isdigit():
        return None
    user = db.session.get(User, int(ident))
    return user if user is not None and user.active and user.session_stamp == stamp else None


def by_sign_in_name(sign_in_name: str) -> User:
    """Return the person with this sign-in name.

    Raises:
        NotFound: there is none.
    """
    user: User | None = db.session.scalar(select(User).where(User.sign_in_name == nfc(sign_in_name).strip().lower()))
    if user is None:
        raise NotFound(sign_in_name)
    return user


def roles_in(user_id: int, unit_id: int) -> frozenset[str]:
    """Return the roles a person holds in a unit today; empty when they do not belong to it."""
    today = clock.today()
    rows = select(Membership.role).where(
        Membership.user_id == user_id,
        Membership.unit_id == unit_id,
        Membership.valid_from <= today,
        or_(Membership.valid_to.is_(None), Membership.valid_to > today),
    )
    return frozenset(db.session.scalars(rows))


def units_of(user_id: int) -> Sequence[tuple[Unit, frozenset[str]]]:
    """Return the active units a person belongs to today, with their roles there, by name."""
    today = clock.today()
    rows = (
        select(Unit, Membership.role)
        .join(Membership, Membership.unit_id == Unit.id)
        .where(
            Membership.user_id == user_id,
            Membership.valid_from <= today,
            or_(Membership.valid_to.is_(None), Membership.valid_to > today),
            Unit.active.is_(True),
        )
        .order_by(Unit.name, Unit.id)
    )
    found: dict[int, tuple[Unit, set[str]]] = {}
    for unit, role in db.session.execute(rows).unique():
        found.setdefault(unit.id, (unit, set()))[1].add(role)
    return [(unit, frozenset(roles)) for unit, roles in found.values()]


def people_of(unit_id: int) -> Sequence[Person]:
    """Return everyone who holds a role in the unit today."""
    today = clock.today()
    rows = (
        select(User, Membership.role)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.unit_id == unit_id,
            Membership.valid_from <= today,
            or_(Membership.valid_to.is_(None), Membership.valid_to > today),
        )
        .order_by(User.id, Membership.role)
    )
    found: dict[int, tuple[User, list[str]]] = {}
    for user, role in db.session.execute(rows):
        found.setdefault(user.id, (user, []))[1].append(role)
    return [Person(user, tuple(roles)) for user, roles in found.values()]


def names(user_ids: Sequence[int | None]) -> dict[int, str]:
    """Return the names of people by id, in one query."""
    wanted = {ident for ident in user_ids if ident is not None}
    if not wanted:
        return {}
    rows = select(User.id, User.name).where(User.id.in_(wanted))
    return {row[0]: row[1] for row in db.session.execute(rows)}


def tokens_of(user_id: int) -> Sequence[ApiToken]:
    """Return a person's API keys that still work, newest first."""
    rows = (
        select(ApiToken).where(ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None)).order_by(ApiToken.id.desc())
    )
    return db.session.scalars(rows).all()
