"""Changes of the tree as values, and reading those that were decided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select

from tenants import clock, scope
from tenants.accounts.models import Membership, User
from tenants.db import db
from tenants.errors import NotFound
from tenants.jobs import queue
from tenants.orders.models import OrderReceipt
from tenants.plans.models import PlanVersion
from tenants.plans.takeover_models import PlanTakeover
from tenants.publishing.models import Delivery, OutletHealth
from tenants.publishing.states import PUBLISHED
from tenants.units import states
from tenants.units.models import Unit, UnitChange


@dataclass(frozen=True)
class Successor:
    """A unit that is founded by a merger or a split; ``type_code`` "" means the type of the first that changes."""

    name: str
    slug: str
    type_code: str = ""


@dataclass(frozen=True)
class Wish:
    """What an officer typed.

    Args:
        kind: one of ``units.states.KINDS``.
        unit_ids: the units that change; in a merger those that end.
        on: the first day on which it holds.
        name, short_name: the new name (rename).
        target_id, target_slug, relation: the new superior, one overseen by its number, any other by its address.
        successor_id: an existing unit that carries on (merge); 0 when one is founded.
        successors: units to found (merge: one; split: several).
        people: (unit, user, place among the successors) of everybody who moves along.
    """

    kind: str
    unit_ids: tuple[int, ...]
    on: dt.date
    name: str = ""
    short_name: str = ""
    target_id: int = 0
    target_slug: str = ""
    relation: str = "administrative"
    successor_id: int = 0
    successors: tuple[Successor, ...] = ()
    people: tuple[tuple[int, int, int], ...] = ()


@dataclass(frozen=True)
class Member:
    """Somebody of a unit that ends."""

    unit_id: int
    user_id: int
    name: str
    roles: tuple[str, ...]


@dataclass(frozen=True)
class Outlet:
    """An outlet of a unit, with how much waits to be sent on it."""

    unit_id: int
    label: str
    waiting: int


@dataclass(frozen=True)
class Preview:
    """What a change touches, before anything is written."""

    units: tuple[Unit, ...]
    affected: int
    people: tuple[Member, ...]
    plans: tuple[PlanVersion, ...]
    articles: int
    outlets: tuple[Outlet, ...]
    orders: int
    questions: int

    @property
    def waiting(self) -> int:
        """Items that wait to be sent."""
        return sum(outlet.waiting for outlet in self.outlets)


@dataclass(frozen=True)
class Progress:
    """How far the worker is with a change."""

    total: int
    waiting: int
    dead: int


def batch(change_id: int) -> str:
    """Return the name that groups the jobs of a change."""
    return f"unit-change:{change_id}"


def preview(chosen: Sequence[Unit], affected: Sequence[int]) -> Preview:
    """Return what moves with some units. Six queries, whatever their number."""
    today = clock.today()
    held = or_(Membership.valid_to.is_(None), Membership.valid_to > today)
    rows = db.session.execute(
        select(Membership.unit_id, User.id, User.name, Membership.role)
        .join(User, User.id == Membership.user_id)
        .where(Membership.unit_id.in_(affected), held)
        .order_by(Membership.unit_id, User.name, User.id, Membership.role)
    )
    people: dict[tuple[int, int], Member] = {}
    for unit_id, user_id, name, role in rows:
        known = people.get((unit_id, user_id))
        people[unit_id, user_id] = Member(unit_id, user_id, name, (*(known.roles if known else ()), role))
    in_force = db.session.scalars(
        select(PlanVersion)
        .where(
            PlanVersion.unit_id.in_(affected),
            PlanVersion.revoked_at.is_(None),
            or_(PlanVersion.ends_on.is_(None), PlanVersion.ends_on >= today),
        )
        .order_by(PlanVersion.unit_id, PlanVersion.plan_id, PlanVersion.version)
    )
    newest = {(row.unit_id, row.plan_id): row for row in in_force}
    articles = db.session.scalar(
        select(func.count()).select_from(
            select(Delivery.unit_id, Delivery.article_id)
            .where(Delivery.unit_id.in_(affected), Delivery.state == PUBLISHED, Delivery.published_at.is_not(None))
            .distinct()
            .subquery()
        )
    )
    outlets = db.session.scalars(
        select(OutletHealth).where(OutletHealth.unit_id.in_(affected)).order_by(OutletHealth.unit_id, OutletHealth.id)
    )
    orders = db.session.scalar(
        select(func.count(OrderReceipt.id)).where(OrderReceipt.unit_id.in_(affected), OrderReceipt.done_at.is_(None))
    )
    questions = db.session.scalar(
        select(func.sum(PlanTakeover.unanswered)).where(
            PlanTakeover.unit_id.in_(affected), PlanTakeover.state == "needs_decision"
        )
    )
    return Preview(
        units=tuple(chosen),
        affected=len(affected),
        people=tuple(people.values()),
        plans=tuple(newest.values()),
        articles=int(articles or 0),
        outlets=tuple(Outlet(row.unit_id, row.label, row.waiting) for row in outlets),
        orders=int(orders or 0),
        questions=int(questions or 0),
    )


def get(change_id: int) -> UnitChange:
    """Return a change that the present office decided or is asked about.

    Raises:
        NotFound: there is none.
    """
    change = db.session.get(UnitChange, change_id)
    if change is None or scope.current().unit_id not in (change.office_id, change.receiver_id):
        raise NotFound(f"change {change_id}")
    return change


def listed(most: int = 100) -> list[UnitChange]:
    """Return the changes of the present office and those it is asked about, the newest first. One query."""
    here = scope.current().unit_id
    rows = select(UnitChange).where(or_(UnitChange.office_id == here, UnitChange.receiver_id == here))
    return list(db.session.scalars(rows.order_by(UnitChange.id.desc()).limit(most)))


def progress(change: UnitChange) -> Progress:
    """Return how far the worker is. One query."""
    left = queue.batch_progress(batch(change.id))
    return Progress(len(change.affected), left.waiting, left.dead)


def due(today: dt.date) -> list[int]:
    """Return the changes whose day has come, the oldest first."""
    rows = select(UnitChange.id).where(UnitChange.state == states.PLANNED, UnitChange.on <= today)
    return list(db.session.scalars(rows.order_by(UnitChange.on, UnitChange.id)))
