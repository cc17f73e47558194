"""What units below ask an office about its plans, over all its plans."""

from __future__ import annotations

from dataclasses import dataclass

from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import select

from tenants import scope
from tenants.audit import AuditEntry
from tenants.db import db
from tenants.plans.models import Plan, PlanNode
from tenants.plans.takeover_models import LayerFact
from tenants.units.models import Unit

PER_PAGE = 20


@dataclass(frozen=True)
class AskedLine:
    """A question as the office reads it.

    Args:
        subject: the plan; ``title``: the node in words; ``field``: which part of it, "" for the whole node.
        answered: what the office last answered to it; "" while it has not.
    """

    id: int
    unit_id: int
    unit_name: str
    plan_id: int
    subject: str
    title: str
    field: str
    words: str
    answered: str


def waiting(unit_id: int | None = None, plan_id: int | None = None) -> int:
    """Return how many questions of units below wait for an answer.

    Args:
        unit_id, plan_id: those of one unit, about one plan of the present office; None for all.
    """
    rows = select(LayerFact.unit_id, LayerFact.note, LayerFact.base_plan_id).where(
        LayerFact.base_unit_id == scope.current().unit_id, LayerFact.kind == "asked"
    )
    if unit_id is not None:
        rows = rows.where(LayerFact.unit_id == unit_id)
    if plan_id is not None:
        rows = rows.where(LayerFact.base_plan_id == plan_id)
    found = db.session.execute(rows).all()
    if not found:
        return 0
    answered = _answers({str(plan_id) for _unit, _words, plan_id in found})
    return sum((unit_id, words) not in answered for unit_id, words, _plan in found)


def page(number: int) -> tuple[Pagination, list[AskedLine]]:
    """Return one page of questions, oldest first. A constant number of queries."""
    office_id = scope.current().unit_id
    rows = select(LayerFact).where(LayerFact.base_unit_id == office_id, LayerFact.kind == "asked")
    found = db.paginate(rows.order_by(LayerFact.id), page=number, per_page=PER_PAGE, error_out=False)
    facts = list(found.items)
    unit_ids = {fact.unit_id for fact in facts}
    units = {unit.id: unit for unit in db.session.scalars(select(Unit).where(Unit.id.in_(unit_ids))).unique()}
    plan_ids = {fact.base_plan_id for fact in facts}
    subjects = dict(
        db.session.execute(select(Plan.id, Plan.subject).where(Plan.unit_id == office_id, Plan.id.in_(plan_ids))).all()
    )
    titles = _titles(office_id, {fact.node_id for fact in facts})
    answers = _answers({str(one) for one in plan_ids})
    lines = [
        AskedLine(
            fact.id, fact.unit_id, units[fact.unit_id].name if fact.unit_id in units else "", fact.base_plan_id,
            subjects.get(fact.base_plan_id, ""), titles.get(fact.node_id, ""), fact.field, fact.note,
            answers.get((fact.unit_id, fact.note), ""),
        )
        for fact in facts
    ]  # fmt: skip
    return found, lines


def _titles(office_id: int, node_ids: set[str]) -> dict[str, str]:
    rows = (
        select(PlanNode.node_id, PlanNode.title, PlanNode.body)
        .where(PlanNode.unit_id == office_id, PlanNode.node_id.in_(node_ids))
        .order_by(PlanNode.from_version)
    )
    return {node_id: title or body for node_id, title, body in db.session.execute(rows)}


def _answers(plan_ids: set[str]) -> dict[tuple[int, str], str]:
    rows = (
        select(AuditEntry.data)
        .where(
            AuditEntry.action == "plan.answer", AuditEntry.subject_type == "plan", AuditEntry.subject_id.in_(plan_ids)
        )
        .order_by(AuditEntry.id)
    )
    return {(data["unit"], data["question"]): data["answer"] for data in db.session.scalars(rows)}
