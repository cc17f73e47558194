"""Asking units for comments on a draft (góp ý): what the asker does. The asked unit's side is ``consulted``.

The text that is sent is a copy; what is written afterwards stays with the drafters.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from tenants import audit, clock, scope
from tenants.db import db
from tenants.errors import NotFound, Refused
from tenants.jobs import queue
from tenants.notices import service as notices
from tenants.plans.life_models import PlanConsultation, PlanConsulted, PlanRemark
from tenants.plans.life_service import DraftText, draft_text
from tenants.plans.models import Plan
from tenants.plans.service_drafts import open_draft, present_unit
from tenants.plans.tree import walk
from tenants.plans.values import paragraph
from tenants.units.models import Unit

TAKEN, NOT_TAKEN = "taken", "not_taken"
REMIND_EVERY = dt.timedelta(days=1)
REMIND_BEFORE = (dt.timedelta(days=2), dt.timedelta(days=1))
"""How long before the last day those who have not answered are reminded by itself, once: the first still to come."""

MOST_UNITS = 300
FURTHEST = dt.timedelta(days=366)


def partners() -> Sequence[Unit]:
    """Return whom the present unit may ask: the units below it and those above it, by name."""
    present = scope.current()
    rows = select(Unit).where(
        (Unit.id.in_(scope.below(present.unit_id)) | Unit.id.in_(present.superiors)), Unit.active.is_(True)
    )
    return db.session.scalars(rows.order_by(Unit.name, Unit.id)).unique().all()


def ask(
    plan_id: int, unit_ids: Collection[int], closes_on: dt.date | None, message: str, actor_id: int
) -> PlanConsultation:
    """Send the draft as it stands to units and ask for comments by a day.

    Raises:
        NotFound: no such plan here, or one of the units stands neither below nor above.
        Refused: ``plan-issued``, ``no-target``, ``too-many``, ``closes-on``, ``empty``.
    """
    plan = open_draft(plan_id)
    wanted = set(unit_ids)
    known = {unit.id: unit for unit in partners()}
    if not wanted <= known.keys():
        raise NotFound("unit to ask")
    if not wanted:
        raise Refused("no-target", _("Chưa chọn đơn vị góp ý. Hãy chọn ít nhất một đơn vị; những gì đã nhập vẫn giữ."))
    if len(wanted) > MOST_UNITS:
        raise Refused("too-many", _("Mỗi đợt góp ý gửi được tới %(most)s đơn vị. Hãy chọn ít hơn.", most=MOST_UNITS))
    if closes_on is None or closes_on < clock.today():
        raise Refused("closes-on", _("Hạn góp ý phải từ hôm nay trở đi. Hãy chọn lại ngày; chưa có gì được gửi."))
    if closes_on > clock.today() + FURTHEST:
        raise Refused("closes-on", _("Hạn góp ý quá xa. Hãy chọn trong vòng một năm tới; chưa có gì được gửi."))
    text = draft_text(plan)
    if not text.tree:
        raise Refused("empty", _("Dự thảo chưa có mục nào nên chưa gửi góp ý được."))
    row = PlanConsultation(
        plan_id=plan.id, version=plan.current_version + 1, subject=plan.subject, message=paragraph(message),
        text=snapshot(text), content_sha256=text.sha256, closes_on=closes_on, opened_by=actor_id,
        opened_at=clock.now(),
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    for unit_id in sorted(wanted):
        db.session.add(PlanConsulted(consultation_id=row.id, target_unit_id=unit_id))
        queue.enqueue("plans.consult", unit_id, dedup=f"plans.consult:{plan.unit_id}:{row.id}:{unit_id}", **_sent(row))
    still_to_come = [closes_on - span for span in REMIND_BEFORE if _morning(closes_on - span) > clock.now()]
    if still_to_come:
        _later(row, "plans.consult_nudge", still_to_come[0])
    _later(row, "plans.consult_close", closes_on + dt.timedelta(days=1))
    audit.record("plan.consult", "plan", plan.id, actor_id, units=sorted(wanted), closes_on=closes_on.isoformat())
    return row


def _morning(day: dt.date) -> dt.datetime:
    """Return the hour of a day at which people come to work."""
    return clock.from_local(dt.datetime.combine(day, dt.time(7)))


def _later(row: PlanConsultation, kind: str, day: dt.date) -> None:
    """Queue a job about a round for the morning of a day, once."""
    queue.enqueue(kind, row.unit_id, run_at=_morning(day), dedup=f"{kind}:{row.unit_id}:{row.id}",
                  consultation_id=row.id)  # fmt: skip


def snapshot(text: DraftText) -> list[dict[str, Any]]:
    """Return a draft as it is sent: every node with its number and words, in reading order, and nothing else."""
    return [
        {
            "node_id": node.node_id,
            "label": node.label,
            "depth": node.depth,
            "title": node.node.title,
            "body": node.node.body,
        }
        for node in walk(text.tree)
    ]


def _sent(row: PlanConsultation) -> dict[str, Any]:
    return {
        "from_unit_id": row.unit_id,
        "from_unit_name": present_unit().name,
        "consultation_id": row.id,
        "subject": row.subject,
        "message": row.message,
        "text": row.text,
        "closes_on": row.closes_on.isoformat(),
    }


def keep_remarks(consultation_id: int, from_unit_id: int, remarks: Sequence[dict[str, Any]], at: str) -> None:
    """Keep what an asked unit answered, in the asker's scope. Safe to repeat; from anybody else it is dropped."""
    asked = db.session.scalar(
        select(PlanConsulted)
        .where(PlanConsulted.consultation_id == consultation_id, PlanConsulted.target_unit_id == from_unit_id)
        .with_for_update()
    )
    if asked is None or asked.answered_at is not None:
        return
    asked.answered_at = dt.datetime.fromisoformat(at)
    for remark in remarks:
        db.session.add(
            PlanRemark(
                consultation_id=consultation_id, from_unit_id=from_unit_id, remote_id=remark["id"],
                node_id=remark["node_id"], words=remark["words"], received_at=clock.now(),
            )
        )  # fmt: skip
    row = scope.get_own(PlanConsultation, consultation_id)
    _tell_drafters(row)


def close(consultation_id: int, actor_id: int | None) -> PlanConsultation:
    """End a round: nobody may answer any more. What was said stays to be answered.

    Raises:
        NotFound: no such round here.
    """
    row = scope.get_own(PlanConsultation, consultation_id)
    if row.closed_at is not None:
        return row
    row.closed_at = clock.now()
    for asked in asked_units(row.id):
        if asked.answered_at is None:
            queue.enqueue("plans.consult_ended", asked.target_unit_id, from_unit_id=row.unit_id,
                          consultation_id=row.id)  # fmt: skip
    audit.record("plan.consult-closed", "plan", row.plan_id, actor_id, consultation=row.id)
    _tell_drafters(row)
    return row


def remind(consultation_id: int, actor_id: int) -> int:
    """Remind the units that have not answered, each at most once a day.

    Returns:
        how many were reminded.

    Raises:
        NotFound: no such round here.
        Refused: ``closed``.
    """
    row = scope.get_own(PlanConsultation, consultation_id)
    if row.closed_at is not None:
        raise Refused("closed", _("Đợt góp ý đã kết thúc nên không nhắc nữa."))
    return _remind(row, actor_id)


def nudge(consultation_id: int) -> int:
    """Remind, some days before the last one, those who have not answered and were not reminded the day before.

    Returns:
        how many were reminded; none once the round is over.

    Raises:
        NotFound: no such round here.
    """
    row = scope.get_own(PlanConsultation, consultation_id)
    return _remind(row, None) if row.closed_at is None else 0


def _remind(row: PlanConsultation, actor_id: int | None) -> int:
    now, count = clock.now(), 0
    rows = select(PlanConsulted).where(PlanConsulted.consultation_id == row.id, PlanConsulted.answered_at.is_(None))
    for asked in db.session.scalars(rows.with_for_update()):
        if asked.reminded_at is not None and now - asked.reminded_at < REMIND_EVERY:
            continue
        asked.reminded_at = now
        queue.enqueue("plans.consult_remind", asked.target_unit_id, from_unit_id=row.unit_id,
                      consultation_id=row.id)  # fmt: skip
        count += 1
    if count:
        audit.record("plan.consult-reminded", "plan", row.plan_id, actor_id, units=count)
    return count


def answer(remark_id: int, verdict: str, reason: str, actor_id: int) -> PlanRemark:
    """Answer a remark: taken, or not taken with a reason. The unit that made it reads the answer.

    Raises:
        NotFound: no such remark here, or no such verdict.
        Refused: ``no-reason``.
    """
    row = scope.get_own(PlanRemark, remark_id)
    if verdict not in (TAKEN, NOT_TAKEN):
        raise NotFound(f"verdict {verdict}")
    words = paragraph(reason)
    if verdict == NOT_TAKEN and not words:
        raise Refused("no-reason", _("Không tiếp thu thì cần ghi lý do để đơn vị góp ý hiểu. Chưa có gì được lưu."))
    row.verdict, row.reason, row.by_id, row.decided_at = verdict, words, actor_id, clock.now()
    db.session.flush()
    queue.enqueue(
        "plans.consult_answer", row.from_unit_id, remark_id=row.remote_id, from_unit_id=row.unit_id,
        consultation_id=row.consultation_id, verdict=verdict, reason=words, at=row.decided_at.isoformat(),
    )  # fmt: skip
    round_ = scope.get_own(PlanConsultation, row.consultation_id)
    audit.record("plan.remark-answered", "plan", round_.plan_id, actor_id, remark=row.id, verdict=verdict)
    _tell_drafters(round_)
    return row


def notice_key(row: PlanConsultation) -> str:
    """Return the key of the one notice about a round."""
    return f"plan.consult:{row.id}"


def _tell_drafters(row: PlanConsultation) -> None:
    """Keep the one notice about a round in step with what waits for an answer."""
    db.session.flush()
    waiting = count_open([row.id]).get(row.id, 0)
    key = notice_key(row)
    if not waiting:
        notices.resolve(key)
        return
    notices.tell(
        notices.News(
            key=key,
            action="plan.edit",
            severity="info",
            text=_("Có %(n)s ý kiến góp ý dự thảo «%(subject)s» chờ trả lời.", n=waiting, subject=row.subject),
            endpoint="plans.consultation",
            args={"plan_id": row.plan_id, "consultation_id": row.id},
            link_label=_("Xem ý kiến"),
        )
    )


def rounds(plan: Plan) -> Sequence[PlanConsultation]:
    """Return the rounds on a plan, the last first."""
    rows = select(PlanConsultation).where(PlanConsultation.plan_id == plan.id)
    return db.session.scalars(rows.order_by(PlanConsultation.id.desc())).all()


def asked_units(consultation_id: int) -> Sequence[PlanConsulted]:
    """Return the units asked in a round."""
    rows = select(PlanConsulted).where(PlanConsulted.consultation_id == consultation_id)
    return db.session.scalars(rows.order_by(PlanConsulted.id)).all()


def remarks(consultation_id: int) -> Sequence[PlanRemark]:
    """Return what was said in a round, in the order in which it came."""
    rows = select(PlanRemark).where(PlanRemark.consultation_id == consultation_id)
    return db.session.scalars(rows.order_by(PlanRemark.id)).all()


def count_open(consultation_ids: Collection[int]) -> dict[int, int]:
    """Return how many remarks of each round wait for an answer. One query."""
    rows = select(PlanRemark.consultation_id, func.count()).where(
        PlanRemark.consultation_id.in_(consultation_ids), PlanRemark.verdict == ""
    )
    return {row[0]: row[1] for row in db.session.execute(rows.group_by(PlanRemark.consultation_id))}


@dataclass(frozen=True)
class RoundCounts:
    """How many units were asked in a round, how many answered, and how many remarks wait."""

    asked: int
    answered: int
    open: int


def counts(consultation_ids: Collection[int]) -> dict[int, RoundCounts]:
    """Return the counts of rounds. Two queries."""
    rows = select(PlanConsulted.consultation_id, func.count(), func.count(PlanConsulted.answered_at)).where(
        PlanConsulted.consultation_id.in_(consultation_ids)
    )
    waiting = count_open(consultation_ids)
    return {
        row[0]: RoundCounts(row[1], row[2], waiting.get(row[0], 0))
        for row in db.session.execute(rows.group_by(PlanConsulted.consultation_id))
    }
