"""Reminding units below of a plan, privately: a notice to the people of the school, seen by nobody else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from flask_babel import gettext as _
from sqlalchemy import func, insert, select

from district.oversight.models import PlanReminder
from tenants import audit, clock, scope
from tenants.db import db
from tenants.jobs.models import Job
from tenants.notices.service import News
from tenants.plans.models import Adoption, PlanVersion
from tenants.units.models import Unit

EVERY = dt.timedelta(days=1)


def last_reminded(plan_id: int, unit_ids: Collection[int]) -> dict[int, dt.datetime]:
    """Return when each of these units was last reminded of a plan. One query."""
    rows = select(PlanReminder.target_unit_id, func.max(PlanReminder.at)).where(
        PlanReminder.plan_id == plan_id, PlanReminder.target_unit_id.in_(unit_ids)
    )
    return {row[0]: row[1] for row in db.session.execute(rows.group_by(PlanReminder.target_unit_id))}


def remind(document: PlanVersion, unit_ids: Collection[int], actor_id: int) -> int:
    """Remind units below of a plan of the present office; whoever was reminded within a day is left alone.

    Args:
        document: the version in force; nobody is reminded of a plan that was withdrawn.
        unit_ids: units below that have it; others are passed over.

    Returns:
        how many were reminded.
    """
    now, plan_id = clock.now(), document.plan_id
    office = db.session.get(Unit, document.unit_id)
    known = last_reminded(plan_id, unit_ids)
    allowed = select(Unit.id).where(Unit.id.in_(unit_ids), Unit.id.in_(scope.below(document.unit_id)))
    below = db.session.scalars(allowed.order_by(Unit.id))
    if document.revoked_at is not None:
        return 0
    due = [one for one in below if one not in known or now - known[one] >= EVERY]
    if not due or office is None:
        return 0
    pages = _plans_of(document, due)
    # Lists of rows rather than objects: one statement each, whatever the number of schools.
    db.session.execute(
        insert(PlanReminder),
        [{"plan_id": plan_id, "target_unit_id": unit_id, "at": now, "by_id": actor_id} for unit_id in due],
    )
    db.session.execute(
        insert(Job),
        [
            {
                "kind": "notices.tell",
                "unit_id": unit_id,
                "args": {"at": now.isoformat(), **_news(document, office.name, pages.get(unit_id)).as_args()},
                "run_at": now,
                "created_at": now,
            }
            for unit_id in due
        ],
    )
    audit.record("plan.remind", "plan", plan_id, actor_id, units=len(due))
    return len(due)


def _plans_of(document: PlanVersion, unit_ids: Sequence[int]) -> dict[int, int]:
    rows = select(Adoption.unit_id, Adoption.plan_id).where(
        Adoption.base_unit_id == document.unit_id,
        Adoption.base_plan_id == document.plan_id,
        Adoption.unit_id.in_(unit_ids),
    )
    return {row[0]: row[1] for row in db.session.execute(rows)}


def _news(document: PlanVersion, office: str, plan_id: int | None) -> News:
    return News(
        key=f"plan.remind:{document.unit_id}:{document.plan_id}",
        action="plan.edit",
        severity="warn",
        text=_(
            "%(name)s nhắc đơn vị thực hiện kế hoạch «%(subject)s»: nghiên cứu, cụ thể hóa, quyết định các nội dung "
            "đang chờ và ban hành kế hoạch của đơn vị.",
            name=office,
            subject=document.subject,
        ),
        endpoint="plans.show" if plan_id else "plans.index",
        args={"plan_id": plan_id} if plan_id else {},
        link_label=_("Mở kế hoạch"),
    )
