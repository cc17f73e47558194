"""Issuing an amendment to everybody who has the plan, and what became of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import func, select

from district.issuing import asked
from district.issuing.models import PlanDispatch
from district.issuing.service import RECEIVE, send
from district.issuing.targets import batch_name
from tenants import audit, scope
from tenants.db import db
from tenants.errors import NotFound, Refused
from tenants.jobs import batches, queue
from tenants.notices import service as notices
from tenants.plans import service as plans
from tenants.plans import takeover_batch, takeover_news
from tenants.plans.models import Plan, PlanVersion
from tenants.plans.states import AMENDING, REVOKED
from tenants.plans.takeover_models import LayerFact, PlanTakeover
from tenants.plans.takeover_values import CHANGE_CLASSES
from tenants.plans.values import DocumentFields
from tenants.units.models import Unit

FAN_OUT = "issuing.fan_out"
TOGETHER = "issuing.take_over"
BATCH = 500
"""Units that get their job in one transaction, and take the amendment over in one where nothing is put aside."""

BY_THEMSELVES_AFTER = dt.timedelta(seconds=60)
"""When the units' own jobs run if nobody did them together by then."""


def issue_amendment(plan_id: int, document: DocumentFields, actor_id: int | None) -> PlanVersion:
    """Issue the next version of a plan and let everybody who has an earlier one receive it.

    Writes the changed nodes and one job, however many units there are; the job hands out theirs (``fan_out``).

    Args:
        document: with ``change_class``, ``note`` and, for an urgent one, ``acknowledge_by``.

    Raises:
        NotFound: no such plan here.
        Refused: ``not-amending``: it is no amendment; ``change-class``; or it cannot be issued yet (see
            ``plans.service``).
    """
    plan = scope.get_own(Plan, plan_id)
    if plan.state != AMENDING:
        raise Refused("not-amending", _("Kế hoạch không có bản điều chỉnh đang soạn. Chưa có gì được gửi."))
    if document.change_class not in CHANGE_CLASSES:
        raise Refused("change-class", _("Hãy chọn loại thay đổi: sửa lỗi chính tả, nội dung hoặc khẩn."))
    issued = plans.issue(plan_id, document, actor_id)
    version = issued.version
    queue.enqueue(FAN_OUT, plan.unit_id, dedup=fan_out_key(plan.unit_id, plan_id, version),
                  plan_id=plan_id, version=version)  # fmt: skip
    audit.record("plan.amendment", "plan", plan_id, actor_id, version=version, change_class=document.change_class)
    return issued


def fan_out_key(office_id: int, plan_id: int, version: int) -> str:
    """Return the key under which the job that hands an amendment out is queued once."""
    return f"{FAN_OUT}:{office_id}:{plan_id}:{version}"


def hand_out(plan_id: int, version: int, most: int = BATCH) -> int:
    """Queue the receiving of a version for up to ``most`` units that have an earlier one and not this one yet.

    Each unit gets a job of its own, and all of them one that does it together for those in which nothing is put
    aside (``take_over_together``). A crash of that one leaves the others as they are.

    Returns:
        for how many units; 0 when everybody has it, or when the plan was withdrawn meanwhile.
    """
    if scope.get_own(Plan, plan_id).state == REVOKED:
        return 0
    office_id = scope.current().unit_id
    has = select(PlanDispatch.target_unit_id).where(PlanDispatch.plan_id == plan_id, PlanDispatch.version == version)
    rows = (
        select(PlanDispatch.target_unit_id)
        .join(Unit, Unit.id == PlanDispatch.target_unit_id)
        .where(
            PlanDispatch.plan_id == plan_id,
            PlanDispatch.version < version,
            PlanDispatch.target_unit_id.not_in(has),
            PlanDispatch.target_unit_id.in_(scope.below(office_id)),
            Unit.active.is_(True),
        )
        .distinct()
        .order_by(PlanDispatch.target_unit_id)
        .limit(most)
    )
    unit_ids = list(db.session.scalars(rows))
    if unit_ids:
        send(plan_id, version, unit_ids, None, BY_THEMSELVES_AFTER)
        queue.enqueue(TOGETHER, office_id, plan_id=plan_id, version=version, unit_ids=unit_ids)
    return len(unit_ids)


def take_over_together(plan_id: int, version: int, unit_ids: Collection[int]) -> int:
    """Let units take a version over in one go where nothing of their own is put aside; the jobs of the others run
    now. In the scope of a batch.

    Returns:
        how many took it over, or let it wait for their leader.
    """
    batch = batch_of(plan_id, version)
    waiting = batches.pick(RECEIVE, batch, unit_ids)
    done = takeover_batch.take_over_in_units(plan_id, version, waiting)
    batches.drop(RECEIVE, batch, done)
    batches.bring_forward(RECEIVE, batch, waiting - done)
    return len(done)


def run_by_themselves(plan_id: int, version: int, unit_ids: Collection[int]) -> None:
    """Let the units' own jobs run now: together it could not be done."""
    batches.bring_forward(RECEIVE, batch_of(plan_id, version), unit_ids)


def answer_question(unit_id: int, fact_id: int, decision_words: str, actor_id: int | None) -> None:
    """Answer a question a unit below asked about a node; it stays free in its decision.

    Args:
        fact_id: the question, a ``LayerFact`` of kind "asked".

    Raises:
        NotFound: no such question within reach.
        Refused: ``no-answer``.
    """
    fact = db.session.scalar(
        select(LayerFact).where(LayerFact.unit_id == unit_id, LayerFact.id == fact_id, LayerFact.kind == "asked")
    )
    if fact is None or fact.base_unit_id != scope.current().unit_id:
        raise NotFound(f"question {fact_id}")
    words = decision_words.strip()
    if not words:
        raise Refused("no-answer", _("Hãy viết câu trả lời rồi gửi. Chưa có gì được gửi đi."))
    queue.enqueue(
        "plans.answer", unit_id, base_unit_id=fact.base_unit_id, base_plan_id=fact.base_plan_id,
        node_id=fact.node_id, field=fact.field, words=words,
    )  # fmt: skip
    audit.record("plan.answer", "plan", fact.base_plan_id, actor_id, unit=unit_id, question=fact.note, answer=words)
    if not asked.waiting(unit_id, fact.base_plan_id):
        notices.resolve(takeover_news.question_key(unit_id, fact.base_plan_id))


@dataclass(frozen=True)
class Question:
    """A question of a unit below; ``id`` and ``unit.id`` go to ``answer_question``."""

    id: int
    unit: Unit
    node_id: str
    field: str
    words: str


def questions(plan_id: int) -> list[Question]:
    """Return what units below ask about a plan of the present office. One query."""
    rows = (
        select(LayerFact, Unit)
        .join(Unit, Unit.id == LayerFact.unit_id)
        .where(
            LayerFact.base_unit_id == scope.current().unit_id,
            LayerFact.base_plan_id == plan_id,
            LayerFact.kind == "asked",
        )
        .order_by(Unit.name, LayerFact.id)
    )
    return [
        Question(fact.id, unit, fact.node_id, fact.field, fact.note) for fact, unit in db.session.execute(rows).unique()
    ]


@dataclass(frozen=True)
class Results:
    """What became of a version in the units it was sent to.

    Args:
        handing_out: units are still being handed their job; ``total`` grows meanwhile.
        total: units it was sent to.
        states: state of ``PlanTakeover`` -> how many units; "passed" ones took a later version.
        acknowledged: units that confirmed having read it.
        rows: one page of units with their row, by name; None while a unit has not come to it.
        pages: how many pages there are.
    """

    handing_out: bool
    total: int
    states: dict[str, int]
    acknowledged: int
    rows: Sequence[tuple[Unit, PlanTakeover | None]]
    pages: int

    @property
    def waiting_for_worker(self) -> int:
        return self.total - sum(self.states.values())


PER_PAGE = 50


def results(plan_id: int, version: int, page: int = 1, state: str | None = None) -> Results:
    """Return what became of a version of the present office's plan. Four queries, whatever the number of units.

    Args:
        state: only units in this state on the page.
    """
    office_id = scope.current().unit_id
    mine = (
        PlanTakeover.base_unit_id == office_id,
        PlanTakeover.base_plan_id == plan_id,
        PlanTakeover.version == version,
    )
    sent = (PlanDispatch.plan_id == plan_id, PlanDispatch.version == version)
    counts = select(PlanTakeover.state, func.count(), func.count(PlanTakeover.acknowledged_at))
    counted = db.session.execute(counts.where(*mine).group_by(PlanTakeover.state)).all()
    total = db.session.scalar(select(func.count(PlanDispatch.id)).where(*sent)) or 0
    rows = (
        select(Unit, PlanTakeover)
        .join(PlanDispatch, PlanDispatch.target_unit_id == Unit.id)
        .outerjoin(PlanTakeover, (PlanTakeover.unit_id == Unit.id) & mine[0] & mine[1] & mine[2])
        .where(*sent)
    )
    if state is not None:
        rows = rows.where(PlanTakeover.state == state)
    shown = total if state is None else next((row[1] for row in counted if row[0] == state), 0)
    found = db.session.execute(rows.order_by(Unit.name, Unit.id).limit(PER_PAGE).offset((page - 1) * PER_PAGE))
    return Results(
        queue.state_of(fan_out_key(office_id, plan_id, version)) is not None,
        total,
        {row[0]: row[1] for row in counted},
        sum(row[2] for row in counted),
        [(unit, takeover) for unit, takeover in found.unique()],
        max(1, -(-shown // PER_PAGE)),
    )


def batch_of(plan_id: int, version: int) -> str:
    """Return the batch of the units' jobs, for ``queue.batch_progress``."""
    return batch_name(scope.current().unit_id, plan_id, version)
