"""Building on a second superior: a plan that was only received joins another one, with what happened to it so far."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import delete, select, update

from tenants import audit
from tenants.db import db
from tenants.errors import Refused
from tenants.notices import service as notices
from tenants.plans import takeover_news
from tenants.plans.life_models import PlanCheck, PlanConsultation
from tenants.plans.loading import Working
from tenants.plans.models import Adoption, DraftNode, Plan, PlanCitation
from tenants.plans.service_drafts import load, open_draft, saved
from tenants.plans.service_layer import note_local_change
from tenants.plans.takeover_models import LayerFact, PlanArchive, PlanChangeSet, PlanDecision, PlanTakeover
from tenants.plans.takeover_run import find_row, issued_document

_COMES_ALONG = (Adoption, PlanTakeover, PlanDecision, PlanChangeSet, PlanArchive, LayerFact)


def combine(plan_id: int, other_plan_id: int, actor_id: int | None) -> None:
    """Build on a second superior's plan too: what ``other_plan_id`` received and was not yet worked on joins
    ``plan_id``.

    Nodes of both stay apart by their origin; nothing is matched by title. What was taken over before can still be
    taken back.

    Raises:
        NotFound: the unit has no such plans.
        Refused: the other plan was already worked on, was not received, or is the same.
    """
    plan, other = open_draft(plan_id), open_draft(other_plan_id)
    received = load(other)
    if plan.id == other.id or not _is_only_received(other, received):
        raise Refused(
            "cannot-combine",
            _("Chỉ gộp được kế hoạch vừa tiếp nhận và chưa cụ thể hóa. Cả hai kế hoạch được giữ nguyên."),
        )
    _append_citations(plan, other)
    for kind in _COMES_ALONG:
        db.session.execute(update(kind).where(kind.plan_id == other.id).values(plan_id=plan.id))
    db.session.flush()
    db.session.execute(delete(DraftNode).where(DraftNode.plan_id == other.id))
    _move_news(plan, other, [base.adoption for base in received.bases])
    db.session.delete(other)
    saved(plan)
    note_local_change(plan)
    audit.record("plan.combined", "plan", plan.id, actor_id, subject=other.subject)


def _is_only_received(other: Plan, received: Working) -> bool:
    if not received.bases or not received.layer.is_empty or other.current_version:
        return False
    return not any(
        db.session.scalar(select(kind.id).where(kind.plan_id == other.id).limit(1))
        for kind in (PlanCheck, PlanConsultation)
    )


def _append_citations(plan: Plan, other: Plan) -> None:
    last = len(db.session.scalars(select(PlanCitation.id).where(PlanCitation.plan_id == plan.id)).all())
    rows = db.session.scalars(select(PlanCitation).where(PlanCitation.plan_id == other.id))
    for place, citation in enumerate(rows, start=last + 1):
        citation.plan_id, citation.position = plan.id, place


def _move_news(plan: Plan, other: Plan, adoptions: Sequence[Adoption]) -> None:
    """Let the open notices about amendments of the other plan lead to the plan they belong to now."""
    for adoption in adoptions:
        document = issued_document(adoption.base_unit_id, adoption.base_plan_id, adoption.offered_version)
        row = find_row(adoption, adoption.offered_version)
        if notices.resolve(takeover_news.offer_key(other.id, document)):
            notices.tell(takeover_news.offered(plan.id, document))
        if notices.resolve(takeover_news.taken_key(other.id, document)) and row is not None:
            notices.tell(takeover_news.taken(plan.id, document, row.unanswered))
