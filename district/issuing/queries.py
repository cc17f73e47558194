"""Whom a plan can be sent to, and how far it has come. A constant number of queries, whatever the number of units."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased

from district.issuing.models import PlanDispatch
from district.issuing.targets import batch_name, concerned
from tenants import clock, scope
from tenants.db import db
from tenants.jobs.models import Job
from tenants.plans.models import Adoption, Plan
from tenants.scope import UnitClosure
from tenants.text import fold
from tenants.units.models import EDUCATION_LEVELS, Unit

_REFUSAL = re.compile(r"^tenants\.errors\.\w+: [\w-]+: (?P<sentence>.+)$")


@dataclass(frozen=True)
class Candidate:
    """A unit below the office that a plan may be sent to."""

    unit: Unit
    sent_at: dt.datetime | None


@dataclass(frozen=True)
class Group:
    """Units that can be chosen together: a tier, one education level, or what stands under one cluster or office.

    Args:
        key: "tier:school", "level:primary", "under:12": what the form sends when the whole group is chosen.
        level: the education level, or "" for a group by superior.
        superior: the name of the cluster or office, or "".
    """

    key: str
    level: str
    superior: str
    unit_ids: tuple[int, ...]


@dataclass(frozen=True)
class Candidates:
    """Everybody below an office, sorted for the page on which units are chosen."""

    offered: tuple[Candidate, ...]
    not_concerned: tuple[Unit, ...]
    groups: tuple[Group, ...]

    def in_groups(self, keys: Collection[str]) -> set[int]:
        """Return the ids of the units of some groups; unknown keys mean nobody."""
        return {unit_id for group in self.groups if group.key in keys for unit_id in group.unit_ids}


def candidates(plan: Plan) -> Candidates:
    """Return the units below the present office, those concerned by ``plan`` apart from the others. Three queries.

    ``sent_at`` is set for those that have the version in force; a draft was sent to nobody yet.
    """
    office_id = scope.current().unit_id
    rows = select(Unit).where(Unit.id.in_(scope.below(office_id)), Unit.active.is_(True))
    units = db.session.scalars(rows).unique().all()
    units = sorted(units, key=lambda unit: (unit.type.position, fold(unit.name), unit.id))
    rows_sent = db.session.execute(
        select(PlanDispatch.target_unit_id, PlanDispatch.sent_at).where(
            PlanDispatch.plan_id == plan.id, PlanDispatch.version == plan.current_version
        )
    )
    # While the next version is being written, the last one's dispatches say nothing about it.
    sent = {row.target_unit_id: row.sent_at for row in rows_sent} if plan.state == "issued" else {}
    offered = [unit for unit in units if concerned(unit.levels, plan.levels)]
    return Candidates(
        offered=tuple(Candidate(unit, sent.get(unit.id)) for unit in offered),
        not_concerned=tuple(unit for unit in units if not concerned(unit.levels, plan.levels)),
        groups=tuple(_groups([unit for unit in offered if unit.id not in sent], office_id)),
    )


def _groups(units: Sequence[Unit], office_id: int) -> list[Group]:
    tiers = (
        Group(f"tier:{tier}", "", "", tuple(unit.id for unit in units if unit.type.tier == tier))
        for tier in ("school", "office")
    )
    levels = (
        Group(f"level:{level}", level, "", tuple(unit.id for unit in units if level in unit.levels and unit.is_school))
        for level in EDUCATION_LEVELS
    )
    return [group for group in (*tiers, *levels) if group.unit_ids] + _by_superior(units, office_id)


def _by_superior(units: Sequence[Unit], office_id: int) -> list[Group]:
    """Return a group for each cluster or office that stands between the present office and the units."""
    superior = aliased(Unit)
    rows = select(superior.id, superior.short_name, UnitClosure.descendant_id).join(
        superior, superior.id == UnitClosure.ancestor_id
    )
    rows = rows.where(UnitClosure.ancestor_id.in_(scope.below(office_id)), UnitClosure.depth > 0, *_held(clock.today()))
    offered = {unit.id for unit in units}
    found: dict[tuple[int, str], list[int]] = {}
    for ident, name, unit_id in db.session.execute(rows.order_by(superior.short_name, UnitClosure.descendant_id)):
        if unit_id in offered:
            found.setdefault((ident, name), []).append(unit_id)
    return [Group(f"under:{ident}", "", name, tuple(ids)) for (ident, name), ids in found.items()]


def _held(day: dt.date) -> tuple[ColumnElement[bool], ...]:
    return (UnitClosure.valid_from <= day, or_(UnitClosure.valid_to.is_(None), UnitClosure.valid_to > day))


@dataclass(frozen=True)
class Failure:
    """A unit that could not receive a plan. ``final`` is False while the worker will try again by itself."""

    unit: Unit
    sentence: str
    final: bool


@dataclass(frozen=True)
class Progress:
    """How far a version has come: units it was sent to, units that have it, and where it failed."""

    total: int
    received: int
    failures: tuple[Failure, ...]

    @property
    def waiting(self) -> int:
        """Units that neither have it nor failed for good."""
        return self.total - self.received - sum(failure.final for failure in self.failures)

    @property
    def settled(self) -> bool:
        return self.waiting <= 0


def progress(plan_id: int, version: int) -> Progress:
    """Return how far the sending of a version of the present office's plan has come, as to the units below it today.

    Who left the office is no longer seen from here and would be waited for without end. Two queries.
    """
    office_id = scope.current().unit_id
    total, received = db.session.execute(
        select(func.count(PlanDispatch.id), func.count(Adoption.id))
        .outerjoin(
            Adoption,
            and_(
                Adoption.unit_id == PlanDispatch.target_unit_id,
                Adoption.base_unit_id == office_id,
                Adoption.base_plan_id == plan_id,
                Adoption.offered_version >= version,
            ),
        )
        .where(
            PlanDispatch.plan_id == plan_id,
            PlanDispatch.version == version,
            PlanDispatch.target_unit_id.in_(scope.below(office_id)),
        )
    ).one()
    failed = db.session.execute(
        select(Unit, Job.error, Job.state)
        .join(Unit, Unit.id == Job.unit_id)
        .where(Job.batch == batch_name(office_id, plan_id, version), Job.error.is_not(None))
        .order_by(Unit.name)
    ).unique()
    failures = tuple(Failure(unit, reason(error), state == "dead") for unit, error, state in failed)
    return Progress(total, received, failures)


def left(unit_ids: Collection[int]) -> set[int]:
    """Return which of some units do not stand below the present office any more. One query."""
    below = select(Unit.id).where(Unit.id.in_(unit_ids), Unit.id.in_(scope.below(scope.current().unit_id)))
    return set(unit_ids) - set(db.session.scalars(below))


def reason(error: str | None) -> str:
    """Return in one sentence why a unit could not receive a plan.

    Args:
        error: what the worker wrote: a traceback. Only a refusal's own sentence is fit to be shown.
    """
    last = (error or "").strip().rpartition("\n")[2]
    refusal = _REFUSAL.match(last)
    if refusal is not None:
        return refusal["sentence"]
    sentence: str = _("Máy chủ gặp lỗi khi đưa kế hoạch tới đơn vị. Kế hoạch vẫn được giữ; hãy bấm Gửi lại.")
    return sentence
