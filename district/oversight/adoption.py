"""How far the units below have come with the office's plans: received, studied, localized, issued."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import aliased

from district.issuing.models import PlanDispatch
from tenants import clock, scope
from tenants.db import db
from tenants.errors import NotFound
from tenants.plans.models import Adoption, Plan, PlanVersion

WAITING, RECEIVED, OPENED, LOCALIZED, ISSUED = "waiting", "received", "opened", "localized", "issued"
STAGES = (WAITING, RECEIVED, OPENED, LOCALIZED, ISSUED)
"""How far a unit is, in order. "opened" is what the office calls đã nghiên cứu."""

SILENT_AFTER = dt.timedelta(days=7)
"""A unit that got the plan and gave no sign of life for so long is called silent."""


@dataclass(frozen=True)
class Step:
    """One unit on its way with one plan. Moments are None while it has not come so far."""

    unit_id: int
    sent_at: dt.datetime
    received_at: dt.datetime | None = None
    opened_at: dt.datetime | None = None
    localized_at: dt.datetime | None = None
    issued_at: dt.datetime | None = None
    version: int | None = None
    adapted: int = 0
    added: int = 0
    omitted: int = 0

    @property
    def moments(self) -> tuple[dt.datetime | None, ...]:
        """When it was sent, received, studied, localized and issued."""
        return (self.sent_at, self.received_at, self.opened_at, self.localized_at, self.issued_at)

    @property
    def stage(self) -> str:
        return STAGES[max(place for place, moment in enumerate(self.moments) if moment is not None)]

    @property
    def last_sign(self) -> dt.datetime:
        """When the unit itself last did something; until then, when the plan was sent. Receiving is the machine."""
        return max(
            moment for moment in (self.sent_at, self.opened_at, self.localized_at, self.issued_at) if moment is not None
        )

    def silent_days(self, now: dt.datetime) -> int:
        """Return for how many days nothing has been heard; 0 once the unit has issued its own plan."""
        return 0 if self.issued_at is not None else (now - self.last_sign).days

    def is_silent(self, now: dt.datetime) -> bool:
        return self.issued_at is None and now - self.last_sign >= SILENT_AFTER


@dataclass(frozen=True)
class Board:
    """Everybody a plan was sent to."""

    steps: tuple[Step, ...]
    now: dt.datetime

    @property
    def counts(self) -> dict[str, int]:
        """How many units stand at each stage, and under "silent" how many are silent."""
        found = Counter(step.stage for step in self.steps)
        return {stage: found[stage] for stage in STAGES} | {"silent": len(self.silent)}

    @property
    def reached(self) -> dict[str, int]:
        """How many units have come to each stage or beyond."""
        return {
            stage: sum(STAGES.index(step.stage) >= place for step in self.steps) for place, stage in enumerate(STAGES)
        }

    @property
    def silent(self) -> list[Step]:
        """Silent units, the longest silence first."""
        found = [step for step in self.steps if step.is_silent(self.now)]
        return sorted(found, key=lambda step: step.last_sign)

    def at(self, stage: str, unit_ids: Collection[int]) -> dict[int, Step]:
        """Return the steps of some units by id; ``stage`` "" means any, "silent" the silent ones."""
        return {
            step.unit_id: step
            for step in self.steps
            if step.unit_id in unit_ids
            and (not stage or step.stage == stage or (stage == "silent" and step.is_silent(self.now)))
        }


def issued_plans() -> list[PlanVersion]:
    """Return the newest issued version of each plan in force of the present office, newest first. One query."""
    rows = _newest().where(PlanVersion.revoked_at.is_(None))
    return list(db.session.scalars(rows.order_by(PlanVersion.document_date.desc(), PlanVersion.id.desc())))


def _newest() -> Select[PlanVersion]:
    return (
        select(PlanVersion)
        .join(
            Plan,
            and_(Plan.unit_id == PlanVersion.unit_id, Plan.id == PlanVersion.plan_id),
        )
        .where(PlanVersion.unit_id == scope.current().unit_id, PlanVersion.version == Plan.current_version)
    )


def issued_plan(plan_id: int) -> PlanVersion:
    """Return the newest issued version of one plan of the present office, withdrawn or not.

    Raises:
        NotFound: there is none here.
    """
    found = db.session.scalar(_newest().where(PlanVersion.plan_id == plan_id))
    if found is None:
        raise NotFound(f"plan {plan_id}")
    return found


def drafts() -> list[Plan]:
    """Return the present office's plans that wait to be issued, the last edited first. One query."""
    rows = select(Plan).where(Plan.state.in_(("draft", "amending"))).order_by(Plan.updated_at.desc(), Plan.id.desc())
    return list(db.session.scalars(rows))


def boards(plan_ids: Collection[int]) -> dict[int, Board]:
    """Return how far everybody is with each of the present office's plans.

    Two queries, whatever the number of plans and units. A unit that took the plan without having been sent it counts
    from the day it took it.
    """
    if not plan_ids:
        return {}
    sent = _sent(plan_ids)
    steps: dict[int, list[Step]] = {plan_id: [] for plan_id in plan_ids}
    for plan_id, step in _taken(plan_ids, sent):
        steps[plan_id].append(step)
        sent.pop((plan_id, step.unit_id), None)
    for (plan_id, unit_id), sent_at in sent.items():
        steps[plan_id].append(Step(unit_id, sent_at))
    now = clock.now()
    return {plan_id: Board(tuple(found), now) for plan_id, found in steps.items()}


def _sent(plan_ids: Collection[int]) -> dict[tuple[int, int], dt.datetime]:
    # Sent with version 1 and again with version 2: silence counts from the first time.
    rows = (
        select(PlanDispatch.plan_id, PlanDispatch.target_unit_id, func.min(PlanDispatch.sent_at))
        .where(PlanDispatch.plan_id.in_(plan_ids))
        .group_by(PlanDispatch.plan_id, PlanDispatch.target_unit_id)
    )
    return {(plan_id, unit_id): sent_at for plan_id, unit_id, sent_at in db.session.execute(rows)}


def _taken(plan_ids: Collection[int], sent: Mapping[tuple[int, int], dt.datetime]) -> Iterator[tuple[int, Step]]:
    rows = select(
        Adoption.base_plan_id,
        Adoption.unit_id,
        Adoption.received_at,
        Adoption.opened_at,
        Adoption.localized_at,
        Adoption.issued_at,
        Adoption.base_version,
        Adoption.adapted,
        Adoption.added,
        Adoption.omitted,
    ).where(Adoption.base_unit_id == scope.current().unit_id, Adoption.base_plan_id.in_(plan_ids))
    for plan_id, unit_id, received_at, *facts in db.session.execute(rows):
        yield plan_id, Step(unit_id, sent.get((plan_id, unit_id), received_at), received_at, *facts)


@dataclass(frozen=True)
class FurtherDown:
    """How far the units under an office are that built its own plan on ours."""

    received: int
    issued: int


def further_down(plan_id: int) -> dict[int, FurtherDown]:
    """Return, for each unit that took this plan and handed its own down, how many took that in turn. One query."""
    office_id = scope.current().unit_id
    below = aliased(Adoption)
    rows = (
        select(Adoption.unit_id, func.count(below.id), func.count(below.issued_at))
        .join(below, and_(below.base_unit_id == Adoption.unit_id, below.base_plan_id == Adoption.plan_id))
        .where(Adoption.base_unit_id == office_id, Adoption.base_plan_id == plan_id)
        .group_by(Adoption.unit_id)
    )
    return {unit_id: FurtherDown(received, issued) for unit_id, received, issued in db.session.execute(rows)}
