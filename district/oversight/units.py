"""The units below an office with their people, and adding one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import func, or_, select

from tenants import audit, clock, scope
from tenants.accounts import service as accounts
from tenants.accounts.models import Membership, User
from tenants.db import db
from tenants.errors import NotFound, Refused
from tenants.text import nfc, slugify
from tenants.units import service as units
from tenants.units.models import Unit, UnitType

LEADER_ROLES = ("head", "principal")
RANK = {"department": 0, "office": 1, "cluster": 2, "school": 3}
"""Tiers from the top: an office adds only units of a tier below its own."""


@dataclass(frozen=True)
class Staff:
    """People of a unit: the names of its leaders, and how many people there are in all."""

    leaders: tuple[str, ...] = ()
    people: int = 0


@dataclass(frozen=True)
class NewUnit:
    """What the officer typed to add a unit.

    Args:
        superior_id: the office itself, or a cluster or office below it.
        leader_sign_in_name: the account the first leader will sign in with.
    """

    type_code: str
    name: str
    short_name: str
    slug: str
    symbol: str
    place: str
    superior_id: int
    leader_name: str
    leader_sign_in_name: str


@dataclass(frozen=True)
class Added:
    """A unit that was just added. ``password`` is shown once; None when the leader had an account already."""

    unit: Unit
    leader: User
    password: str | None


def staff(unit_ids: Collection[int]) -> Mapping[int, Staff]:
    """Return the people of some units. Two queries, whatever the number of units."""
    today = clock.today()
    held = (
        Membership.unit_id.in_(unit_ids),
        Membership.valid_from <= today,
        or_(Membership.valid_to.is_(None), Membership.valid_to > today),
    )
    numbers = db.session.execute(
        select(Membership.unit_id, func.count(Membership.user_id.distinct())).where(*held).group_by(Membership.unit_id)
    )
    people = {row[0]: row[1] for row in numbers}
    leaders: dict[int, list[str]] = defaultdict(list)
    rows = db.session.execute(
        select(Membership.unit_id, User.name)
        .join(User, User.id == Membership.user_id)
        .where(*held, Membership.role.in_(LEADER_ROLES), User.active.is_(True))
        .order_by(Membership.valid_from, User.id)
    )
    for unit_id, name in rows:
        leaders[unit_id].append(name)
    return {unit_id: Staff(tuple(leaders[unit_id]), people.get(unit_id, 0)) for unit_id in unit_ids}


def types_below(tier: str) -> list[UnitType]:
    """Return the types of unit an office of ``tier`` may add, schools first. One query."""
    rows = db.session.scalars(select(UnitType).order_by(UnitType.position)).all()
    below = [unit_type for unit_type in rows if RANK[unit_type.tier] > RANK[tier]]
    return sorted(below, key=lambda unit_type: unit_type.tier != "school")


def add_unit(new: NewUnit, actor_id: int) -> Added:
    """Found a unit below the present office and give it its first leader.

    Raises:
        NotFound: the superior is neither this office nor a unit below it.
        Refused: the type may not be added here or the superior cannot have it below, the address is taken, or the
            sign-in name belongs to somebody else.
    """
    superior = _superior(new.superior_id)
    unit_type = db.session.get(UnitType, new.type_code)
    if unit_type is None or RANK[unit_type.tier] <= RANK[superior.type.tier]:
        raise Refused(
            "wrong-tier",
            _(
                "Loại đơn vị này không thể trực thuộc «%(name)s». Hãy chọn lại loại hoặc nơi trực thuộc.",
                name=superior.name,
            ),
        )
    slug = new.slug or slugify(new.short_name or new.name, max_length=60)
    unit = units.found_unit(
        slug=slug,
        type_code=new.type_code,
        name=new.name,
        short_name=new.short_name,
        symbol=new.symbol,
        place=new.place,
    )
    units.place_under(unit, superior)
    units.set_route(unit, "plan", superior)
    leader, password = _leader(new)
    accounts.grant(leader, unit.id, "principal" if unit.is_school else "head")
    audit.record("oversight.units", "unit", unit.id, actor_id, name=unit.name, superior_id=superior.id)
    return Added(unit, leader, password)


def _superior(unit_id: int) -> Unit:
    office_id = scope.current().unit_id
    rows = select(Unit).where(
        Unit.id == unit_id,
        Unit.active.is_(True),
        or_(Unit.id == office_id, Unit.id.in_(scope.below(office_id))),
    )
    superior = db.session.scalar(rows)
    if superior is None:
        raise NotFound(f"unit {unit_id}")
    return superior


def _leader(new: NewUnit) -> tuple[User, str | None]:
    folded = nfc(new.leader_sign_in_name).strip().lower()
    name = " ".join(nfc(new.leader_name).split())
    known = db.session.scalar(select(User).where(User.sign_in_name == folded))
    if known is None:
        password = accounts.one_time_password()
        return accounts.create_user(sign_in_name=folded, name=name, password=password), password
    if known.name.casefold() != name.casefold():
        raise Refused(
            "name-taken",
            _("Tên đăng nhập «%(name)s» đã có người khác dùng. Chưa có gì được tạo; hãy chọn tên khác.", name=folded),
        )
    return known, None
