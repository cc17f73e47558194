"""Issuing a plan to units below: document, dispatches and jobs in one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from flask_babel import gettext as _
from sqlalchemy import insert, select, update

from district.issuing.models import PlanDispatch
from district.issuing.targets import batch_name, concerned
from tenants import audit, clock, scope
from tenants.db import db
from tenants.errors import NotFound, Refused
from tenants.jobs.models import Job
from tenants.plans import service as plans
from tenants.plans.models import Plan, PlanVersion
from tenants.plans.states import REVOKED
from tenants.plans.values import DocumentFields
from tenants.units.models import Unit

RECEIVE = "plans.receive"
MOST_ATTEMPTS = 6


def issue_to(plan_id: int, unit_ids: Collection[int], document: DocumentFields, actor_id: int | None) -> PlanVersion:
    """Issue the draft as a document and send it to units below.

    Returns:
        The new version.

    Raises:
        NotFound: no such plan here, or one of the units does not stand below this one.
        Refused: no unit was chosen, a unit is not concerned, or the plan cannot be issued yet (see ``plans.service``).
    """
    plan = scope.get_own(Plan, plan_id)
    targets = _targets(unit_ids, plan.levels)
    issued = plans.issue(plan_id, document, actor_id)
    send(issued.plan_id, issued.version, [unit.id for unit in targets], actor_id)
    return issued


def send_to_more(plan_id: int, unit_ids: Collection[int], actor_id: int | None) -> int:
    """Send the version in force to more units; those that have it already are left alone.

    Returns:
        To how many units it was sent now.

    Raises:
        NotFound: no such plan here, or one of the units does not stand below this one.
        Refused: it was never issued, no unit was chosen, or a unit is not concerned.
    """
    # Locked: of two officers who send at once, the second sees what the first has sent.
    plan = db.session.get(Plan, (scope.current().unit_id, plan_id), with_for_update=True)
    if plan is None:
        raise NotFound(f"plan {plan_id}")
    if plan.current_version == 0:
        raise Refused("not-issued", _("Kế hoạch chưa ban hành nên chưa gửi được. Hãy ban hành kế hoạch trước."))
    if plan.state == REVOKED:
        raise Refused("revoked", _("Kế hoạch đã thu hồi nên không gửi thêm được. Chưa có gì được gửi."))
    targets = _targets(unit_ids, plan.levels)
    known = set(
        db.session.scalars(
            select(PlanDispatch.target_unit_id).where(
                PlanDispatch.plan_id == plan_id, PlanDispatch.version == plan.current_version
            )
        )
    )
    fresh = [unit.id for unit in targets if unit.id not in known]
    send(plan_id, plan.current_version, fresh, actor_id)
    return len(fresh)


def retry_failed(plan_id: int, version: int, actor_id: int | None) -> int:
    """Let the worker try again where receiving gave up.

    Returns:
        How many units.

    Raises:
        NotFound: no such plan here.
    """
    plan = scope.get_own(Plan, plan_id)
    again = db.session.scalars(
        update(Job)
        .where(Job.batch == batch_name(plan.unit_id, plan_id, version), Job.state == "dead")
        .values(state="ready", attempts=0, run_at=clock.now(), error=None)
        .returning(Job.unit_id)
        .execution_options(synchronize_session=False)
    ).all()
    if again:
        audit.record("plan.dispatch", "plan", plan_id, actor_id, version=version, again=len(again))
    return len(again)


def _targets(unit_ids: Collection[int], levels: Collection[str]) -> Sequence[Unit]:
    """Return the chosen units, all of them below this office and concerned."""
    wanted = set(unit_ids)
    if not wanted:
        raise Refused(
            "no-target",
            _("Chưa chọn đơn vị nhận. Hãy chọn ít nhất một đơn vị rồi bấm lại; các ô đã nhập vẫn được giữ."),
        )
    rows = select(Unit).where(
        Unit.id.in_(wanted), Unit.id.in_(scope.below(scope.current().unit_id)), Unit.active.is_(True)
    )
    units = db.session.scalars(rows.order_by(Unit.id)).unique().all()
    if len(units) != len(wanted):
        raise NotFound("unit below")
    for unit in units:
        if not concerned(unit.levels, levels):
            raise Refused(
                "not-concerned",
                _(
                    "Kế hoạch không dành cho cấp học của «%(name)s». Chưa có gì được gửi; hãy bỏ chọn đơn vị này.",
                    name=unit.name,
                ),
            )
    return units


def send(
    plan_id: int,
    version: int,
    unit_ids: Sequence[int],
    actor_id: int | None,
    after: dt.timedelta = dt.timedelta(),
) -> None:
    """Write the dispatches of a version to these units and queue their receiving it.

    Args:
        after: how long their jobs wait, for work that may do them all in one go before.
    """
    if not unit_ids:
        return
    office_id, now = scope.current().unit_id, clock.now()
    batch = batch_name(office_id, plan_id, version)
    # Lists of rows rather than objects: one statement each, whatever the number of schools.
    db.session.execute(
        insert(PlanDispatch),
        [
            {
                "plan_id": plan_id,
                "version": version,
                "target_unit_id": unit_id,
                "sent_at": now,
                "sent_by": actor_id,
            }
            for unit_id in unit_ids
        ],
    )
    db.session.execute(
        insert(Job),
        [
            {
                "kind": RECEIVE,
                "unit_id": unit_id,
                "args": {"base_unit_id": office_id, "base_plan_id": plan_id, "version": version},
                "run_at": now + after,
                "max_attempts": MOST_ATTEMPTS,
                "dedup": f"{RECEIVE}:{plan_id}:{version}:{unit_id}",
                "batch": batch,
                "created_at": now,
            }
            for unit_id in unit_ids
        ],
    )
    audit.record("plan.dispatch", "plan", plan_id, actor_id, version=version, units=len(unit_ids))
