"""What superiors' amendments leave to the people of the present unit, over all its plans: for the start page."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, and_, case, func, select

from tenants import scope
from tenants.db import db
from tenants.plans.models import Adoption, Plan, PlanVersion
from tenants.plans.states import REVOKED
from tenants.plans.takeover_models import PlanDecision, PlanTakeover
from tenants.plans.takeover_settle import NOTICES
from tenants.plans.takeover_values import UNANSWERED
from tenants.units.models import Unit

_GROUPS = ("text", "shelf", "notices")
"""Which decisions come first."""


@dataclass
class PlanAtDesk:
    """One plan with something to do about it.

    Args:
        superiors: names of the units whose amendment it is about.
        offered: superiors' versions that wait for the leader.
        urgent: urgent versions nobody has confirmed having read.
        counts: what to decide, by group: "text", "shelf", "notices"; questions to a superior that it has not answered
            yet are left out: nobody waits for the unit there.
        answered: questions to a superior that it has answered.
        first: the decision to begin with; None when there is none.
    """

    plan_id: int
    subject: str
    superiors: list[str] = field(default_factory=list)
    offered: int = 0
    urgent: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    answered: int = 0
    first: int | None = None

    def is_for(self, may_issue: bool) -> bool:
        """Return whether somebody who edits plans has something to do here; only a leader takes a version over."""
        return bool(self.first or self.urgent or (self.offered and may_issue))


def desk() -> list[PlanAtDesk]:
    """Return the plans with something to do, those with decisions first. Two queries."""
    found: dict[int, PlanAtDesk] = {}
    for row in db.session.execute(_amended()):
        line = found.setdefault(row.id, PlanAtDesk(row.id, row.subject))
        line.offered += row.offered
        line.urgent += row.unread
        if (row.offered or row.unread) and row.name not in line.superiors:
            line.superiors.append(row.name)
    for left in sorted(db.session.execute(_undecided()), key=lambda row: _GROUPS.index(_group(row.kind))):
        line = found.setdefault(left.id, PlanAtDesk(left.id, left.subject))
        line.counts[_group(left.kind)] += left.number
        line.answered += left.answered
        line.first = line.first or left.first
        if left.name not in line.superiors:
            line.superiors.append(left.name)
    waiting = [line for line in found.values() if line.offered or line.urgent or line.first]
    return sorted(waiting, key=lambda line: (line.first is None, line.plan_id))


def _group(kind: str) -> str:
    return "shelf" if kind == "orphan" else "notices" if kind in NOTICES else kind


def _amended() -> Select[int, str, str, int, int]:
    """Return the query for each superior's plan: own plan, its subject, the superior, whether a version waits, whether
    an urgent one is unread.
    """
    unread = (
        select(PlanTakeover.id)
        .join(
            PlanVersion,
            and_(
                PlanVersion.unit_id == PlanTakeover.base_unit_id,
                PlanVersion.plan_id == PlanTakeover.base_plan_id,
                PlanVersion.version == PlanTakeover.version,
            ),
        )
        .where(
            PlanTakeover.unit_id == Adoption.unit_id,
            PlanTakeover.plan_id == Adoption.plan_id,
            PlanTakeover.base_unit_id == Adoption.base_unit_id,
            PlanTakeover.base_plan_id == Adoption.base_plan_id,
            PlanTakeover.state.in_(("taken", "needs_decision")),
            PlanTakeover.acknowledged_at.is_(None),
            PlanVersion.change_class == "urgent",
        )
        .correlate(Adoption)
        .exists()
    )
    return (
        select(
            Plan.id,
            Plan.subject,
            Unit.name,
            case((Adoption.offered_version > Adoption.base_version, 1), else_=0).label("offered"),
            case((unread, 1), else_=0).label("unread"),
        )
        .join(Plan, and_(Plan.unit_id == Adoption.unit_id, Plan.id == Adoption.plan_id))
        .join(Unit, Unit.id == Adoption.base_unit_id)
        .where(Adoption.unit_id == scope.current().unit_id, Plan.state != REVOKED)
        .order_by(Plan.id, Adoption.id)
    )


def _undecided() -> Select[int, str, str, str, int, Any, int]:
    """Return the query for each kind of decision: own plan, its subject, the superior, the kind, how many, how many of
    them the superior answered, the oldest.
    """
    answered = PlanDecision.answer != ""
    return (
        select(
            Plan.id,
            Plan.subject,
            Unit.name,
            PlanDecision.kind,
            func.count().label("number"),
            func.sum(case((answered, 1), else_=0)).label("answered"),
            func.min(PlanDecision.id).label("first"),
        )
        .join(Plan, and_(Plan.unit_id == PlanDecision.unit_id, Plan.id == PlanDecision.plan_id))
        .join(Unit, Unit.id == PlanDecision.base_unit_id)
        .where(PlanDecision.state.in_(UNANSWERED), (PlanDecision.state == "open") | answered, Plan.state != REVOKED)
        .group_by(Plan.id, Plan.subject, Unit.name, PlanDecision.kind)
    )
