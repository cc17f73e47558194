"""Telling the units below that a plan they were sent has been withdrawn."""

from __future__ import annotations

from flask import Flask
from flask_babel import gettext as _
from sqlalchemy import select

from district.issuing.models import PlanDispatch
from tenants import scope
from tenants.db import db
from tenants.jobs import queue
from tenants.notices import service as notices
from tenants.plans import life_service
from tenants.plans.life_models import PlanRevocation
from tenants.plans.models import PlanVersion
from tenants.text import format_date

TELL = "issuing.tell_revoked"


def init_app(app: Flask) -> None:
    """Let the page on which a plan is withdrawn queue the telling in its own transaction."""
    app.extensions.setdefault("loa.plan_revoked", []).append(follow)


def follow(row: PlanRevocation) -> None:
    """Queue one job, however many units were sent the plan."""
    queue.enqueue(TELL, row.unit_id, dedup=f"{TELL}:{row.unit_id}:{row.plan_id}", plan_id=row.plan_id)


def tell_receivers(plan_id: int) -> int:
    """Queue a notice in every unit that was sent the plan; their own plans stay theirs.

    Returns:
        how many units.
    """
    office_id = scope.current().unit_id
    row = life_service.revocation_of(office_id, plan_id)
    document = db.session.scalar(
        select(PlanVersion)
        .where(PlanVersion.unit_id == office_id, PlanVersion.plan_id == plan_id)
        .order_by(PlanVersion.version.desc())
        .limit(1)
    )
    if row is None or document is None:
        return 0
    news = notices.News(
        key=f"plan.revoked:{office_id}:{plan_id}",
        action="plan.edit",
        severity="bad",
        text=_(
            "%(name)s đã thu hồi kế hoạch «%(subject)s» theo Thông báo số %(number)s ngày %(day)s. Lý do: %(reason)s "
            "Kế hoạch của đơn vị được giữ nguyên; hãy xem có cần điều chỉnh hay thu hồi không.",
            name=document.unit_name,
            subject=document.subject,
            number=f"{row.number}/{row.notation}",
            day=format_date(row.document_date),
            reason=row.reason,
        ),
        endpoint="plans.index",
        link_label=_("Xem kế hoạch của đơn vị"),
    )
    targets = db.session.scalars(
        select(PlanDispatch.target_unit_id).where(PlanDispatch.plan_id == plan_id).distinct()
    ).all()
    for unit_id in targets:
        notices.tell_unit(unit_id, news)
    return len(targets)
