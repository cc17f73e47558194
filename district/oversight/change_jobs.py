"""The worker's part of a change of the tree: keep what was inherited, write the tree, settle each unit on the day."""

from __future__ import annotations

import datetime as dt

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select

from channel_plugins import NextStep
from district.issuing import service as issuing
from district.issuing.models import PlanDispatch
from district.issuing.targets import concerned
from district.oversight import change_news, changes, reorganizing
from tenants import audit, clock, scope
from tenants.db import db, transaction
from tenants.errors import Refused
from tenants.jobs import queue
from tenants.jobs.worker import Registry
from tenants.plans import leaving
from tenants.plans import queries as plans
from tenants.plans.models import Plan
from tenants.publishing import outcome, stopping
from tenants.publishing import states as delivery_states
from tenants.publishing.models import Delivery
from tenants.statistics import reach
from tenants.statistics import service as statistics
from tenants.units import lineage, states
from tenants.units import queries as tree
from tenants.units.models import Unit, UnitChange, UnitType

PAUSE = dt.timedelta(seconds=2)
LOOK = dt.timedelta(minutes=5)


def register(registry: Registry) -> None:
    """Add the handlers to the worker's registry."""
    registry.add("units.keep", keep)
    registry.add("units.write", write)
    registry.add("units.settle", settle)
    registry.add("units.finish", finish)
    registry.add("units.hand-down", hand_down)
    registry.every("units.changes", LOOK, begin_due)


def keep(gone: list[int]) -> None:
    """Keep what the unit of the job inherited from superiors it will lose."""
    with transaction():
        leaving.keep_inherited(gone)


def write(change_id: int) -> dt.datetime | None:
    """Write the dates of a change into the tree, once everything inherited is kept."""
    with transaction():
        change = db.session.get_one(UnitChange, change_id, with_for_update=True)
        if change.state != states.PREPARING:
            return None
        left = changes.progress(change)
        if left.waiting:
            return clock.now() + PAUSE
        try:
            if left.dead:
                raise Refused(
                    "not-kept", _("Chưa giữ lại được nội dung kế hoạch kế thừa. Cơ cấu đơn vị chưa thay đổi.")
                )
            with db.session.begin_nested():
                reorganizing.write_tree(change)
        except Refused as refusal:
            change.state, change.problem = states.step(change.state, "fail"), refusal.sentence
            return None
        change.state = states.step(change.state, "write")
        audit.record("units.write", "unit_change", change.id, change.by_id, kind=change.kind, on=change.on.isoformat())
        change_news.decided(change)
        if change.on <= clock.today():
            reorganizing.take_effect(change)
    return None


def begin_due() -> None:
    """Periodic: begin the changes whose day has come."""
    for change_id in changes.due(clock.today()):
        with transaction():
            change = db.session.get_one(UnitChange, change_id, with_for_update=True)
            if change.state == states.PLANNED:
                reorganizing.take_effect(change)


def settle(change_id: int) -> None:
    """Bring one unit into its new place: plans, scheduled items, this month's totals. Safe to repeat."""
    change = db.session.get_one(UnitChange, change_id)
    unit_id, on, ending = scope.current().unit_id, change.on, change.kind in reorganizing.ENDING
    before = tree.superior_ids(unit_id, on - dt.timedelta(days=1))
    gone = before - tree.superior_ids(unit_id, on)
    db.session.rollback()
    if gone:
        # What was issued after the change was prepared: read once more as on the last day.
        app = current_app._get_current_object()  # type: ignore[attr-defined]
        with app.app_context():
            scope.enter(scope.Scope(unit_id, superiors=before))
            with transaction():
                leaving.keep_inherited(gone)
    with transaction():
        if gone:
            leaving.leave(gone, on, _superior_name(unit_id, on))
        if ending:
            _stop_everything()
        statistics.rebuild_month(on)
        reach.rebuild(on)


def _superior_name(unit_id: int, on: dt.date) -> str:
    above = tree.superiors(unit_id, on)
    if above:
        return above[0][0].name
    carried_on = lineage.successors(unit_id)
    return carried_on[0].unit.name if carried_on else ""


def _stop_everything() -> None:
    sentence = str(
        _("Chưa đăng vì đơn vị đã kết thúc hoạt động. Bài được giữ nguyên; nếu cần, hãy đăng từ đơn vị kế tục.")
    )
    rows = select(Delivery.id).where(Delivery.state == delivery_states.SCHEDULED)
    for ident in list(db.session.scalars(rows.order_by(Delivery.id))):
        delivery = outcome.locked(ident)
        if delivery.state == delivery_states.SCHEDULED:
            stopping.stop(delivery, sentence, NextStep.CALL_SUPPORT)
            audit.record("publish.outcome", "delivery", delivery.id, None, state=delivery.state)


def finish(change_id: int) -> dt.datetime | None:
    """End a change once every unit is settled: new superiors hand down what they have in force."""
    with transaction():
        change = db.session.get_one(UnitChange, change_id, with_for_update=True)
        if change.state != states.RUNNING:
            return None
        if changes.progress(change).waiting:
            return clock.now() + PAUSE
        change.state, change.done_at = states.step(change.state, "finish"), clock.now()
        audit.record("units.done", "unit_change", change.id, change.by_id, kind=change.kind)
        receiving = change.affected if change.kind == "move" else []
        if change.details["successors"]:
            receiving = [step.unit.id for unit_id in change.unit_ids[:1] for step in lineage.successors(unit_id)]
        for unit_id in receiving:
            for superior_id in sorted(tree.superior_ids(unit_id)):
                queue.enqueue("units.hand-down", superior_id, newcomer_id=unit_id, on=change.on.isoformat())
    return None


def hand_down(newcomer_id: int, on: str) -> None:
    """Send a unit that came to the office of the job the plans in force that it sent to units of the same tier."""
    day = dt.date.fromisoformat(on)
    here = scope.current().unit_id
    if here in tree.superior_ids(newcomer_id, day - dt.timedelta(days=1)):
        return
    with transaction():
        unit = db.session.get_one(Unit, newcomer_id)
        alike = (
            select(PlanDispatch.plan_id)
            .join(Unit, Unit.id == PlanDispatch.target_unit_id)
            .join(UnitType, UnitType.code == Unit.type_code)
            .where(UnitType.tier == unit.type.tier)
        )
        sent = set(db.session.scalars(alike.distinct()))
        for issued in plans.issued_in_force():
            plan = scope.get_own(Plan, issued.document.plan_id)
            if plan.id in sent and concerned(unit.levels, plan.levels):
                issuing.send_to_more(plan.id, [newcomer_id], None)
