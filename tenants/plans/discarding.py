"""Giving up the draft of an amendment ("bỏ dự thảo"): what is in force is worked on from there again.

Nothing typed is lost: the whole draft is kept as a file, own words that fall away go to the archive, and the rounds of
comments stay with their answers. What was taken over from a superior meanwhile stays taken over: only what the unit
wrote itself goes back, wherever the superior's plan still has room for it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from tenants import audit, clock, files, scope
from tenants.db import db
from tenants.errors import NotFound
from tenants.notices import service as notices
from tenants.plans import consulting
from tenants.plans.layer import EffectiveNode
from tenants.plans.life_models import PlanConsultation, PlanDiscard
from tenants.plans.loading import Issued, Key, Working, load_issued
from tenants.plans.models import DraftNode, NodeOmission, NodeOverride, Plan, PlanCitation, PlanNode, PlanVersion
from tenants.plans.nodes import CLOSING, FIELDS, GOVERNING, POSITION, differing, field_value
from tenants.plans.service_amend import changes_since_issue
from tenants.plans.service_drafts import add_citation, load, saved
from tenants.plans.service_issue import citation_values, draft_docx
from tenants.plans.service_layer import inherited, note_local_change
from tenants.plans.statements import NODE_FIELDS
from tenants.plans.states import step
from tenants.plans.takeover_steps import archive
from tenants.plans.values import CitationValues, paragraph

_HEADER = (
    "subject", "period_kind", "starts_on", "ends_on", "levels", "introduction", "recipients", "number", "notation",
    "place", "document_date", "signer_title", "signer_name",
)  # fmt: skip
_NODE = tuple(name for name in NODE_FIELDS if name != "node_id")
_WHY = "discarded"


def discard_amendment(plan_id: int, reason: str, actor_id: int | None) -> PlanDiscard:
    """Give the draft of an amendment up; the version in force stays as it is, and a new draft may be opened.

    Raises:
        NotFound: no such plan here.
        Refused: ``plan-state``: no amendment is being drafted.
    """
    plan = db.session.get(Plan, (scope.current().unit_id, plan_id), with_for_update=True)
    if plan is None:
        raise NotFound(f"Plan {plan_id}")
    state = step(plan.state, "discard")
    issued = _in_force(plan)
    changes = changes_since_issue(plan_id)
    row = PlanDiscard(
        plan_id=plan.id, version=plan.current_version + 1, subject=plan.subject, changes=len(changes),
        reason=paragraph(reason), file_sha256=files.store().put(draft_docx(plan_id)), by_id=actor_id, at=clock.now(),
    )  # fmt: skip
    db.session.add(row)
    _end_rounds(plan, actor_id)
    _put_header_back(plan, issued.document)
    _put_own_nodes_back(plan, actor_id)
    if load(plan).bases:
        _put_words_back(plan, issued, actor_id)
        _put_omissions_back(plan, issued, actor_id)
    plan.state = state
    saved(plan)
    note_local_change(plan)
    notices.resolve(f"plan.life:{plan.id}")
    audit.record(
        "plan.discard", "plan", plan.id, actor_id, version=row.version, reason=row.reason, file_sha256=row.file_sha256,
        nodes=[{"node_id": change.node_id, "kind": change.kind} for change in changes],
    )  # fmt: skip
    db.session.flush()
    return row


def _in_force(plan: Plan) -> Issued:
    key = Key(plan.unit_id, plan.id, plan.current_version)
    return load_issued([key])[key]


def _end_rounds(plan: Plan, actor_id: int | None) -> None:
    """End the rounds of comments that are open; nobody is asked any more to answer what was said."""
    for row in consulting.rounds(plan):
        if row.version == plan.current_version + 1:
            if row.closed_at is None:
                consulting.close(row.id, actor_id)
            notices.resolve(consulting.notice_key(row))


def _put_header_back(plan: Plan, document: PlanVersion) -> None:
    for name in _HEADER:
        value = getattr(document, name)
        setattr(plan, name, list(value) if isinstance(value, list) else value)
    wanted = [_citation(entry) for entry in document.citations]
    standing = db.session.scalars(select(PlanCitation).where(PlanCitation.plan_id == plan.id)).all()
    kept: list[CitationValues] = []
    for row in standing:
        values = citation_values(row)
        if values in wanted and values not in kept:
            row.position = wanted.index(values) + 1
            kept.append(values)
        else:
            db.session.delete(row)
    for place, values in enumerate(wanted, start=1):
        if values not in kept:
            add_citation(plan, values, place)


def _citation(entry: dict[str, Any]) -> CitationValues:
    day = entry.get("issued_on")
    return CitationValues(**{**entry, "issued_on": dt.date.fromisoformat(day) if day else None})


def _put_own_nodes_back(plan: Plan, actor_id: int | None) -> None:
    """Make the unit's own nodes what they were issued as: new ones go, withdrawn ones come back."""
    rows = db.session.scalars(
        select(PlanNode).where(
            PlanNode.unit_id == plan.unit_id,
            PlanNode.plan_id == plan.id,
            PlanNode.to_version.is_(None),
            PlanNode.omitted.is_(False),
            PlanNode.origin_unit_id == plan.unit_id,
        )
    )
    issued = {row.node_id: row for row in rows}
    for draft in db.session.scalars(select(DraftNode).where(DraftNode.plan_id == plan.id)).all():
        row = issued.pop(draft.node_id, None)
        if row is None or (row.title, row.body) != (draft.title, draft.body):
            _archive_node(plan, draft, actor_id)
        if row is None:
            db.session.delete(draft)
        else:
            _copy(row, draft)
    for row in issued.values():
        draft = DraftNode(plan_id=plan.id, node_id=row.node_id)
        _copy(row, draft)
        db.session.add(draft)
    db.session.flush()


def _copy(row: PlanNode, draft: DraftNode) -> None:
    for name in (*_NODE, "replaces"):
        value = getattr(row, name)
        setattr(draft, name, type(value)(value) if isinstance(value, list | dict) else value)


def _archive_node(plan: Plan, draft: DraftNode, actor_id: int | None) -> None:
    if draft.kind != CLOSING:
        words = {"title": draft.title, "body": draft.body}
        archive(plan, draft.node_id, "node", draft.title or draft.body, words, _WHY, 0, actor_id)


def _put_words_back(plan: Plan, issued: Issued, actor_id: int | None) -> None:
    """Make the unit's words on inherited nodes what was issued; a field the superior has locked since, and a node it
    has withdrawn, are left as they are.
    """
    working = load(plan)
    rows = {
        (row.node_id, row.field): row
        for row in db.session.scalars(select(NodeOverride).where(NodeOverride.plan_id == plan.id))
    }
    for item in issued.items:
        now = working.by_id.get(item.node.node_id)
        if item.base is None or item.omission is not None or now is None or now.base is None:
            continue
        own = differing(item.base, item.node)
        for name in (*FIELDS, *GOVERNING, POSITION):
            row = rows.get((item.node.node_id, name))
            wanted = field_value(item.node, name) if name in own else None
            if row is not None and (name not in own or row.value != wanted):
                _drop_word(plan, row, item, actor_id)
                row = None
            if name in own and row is None:
                _put_word(plan, working, now, name, wanted, actor_id)
    db.session.flush()


def _drop_word(plan: Plan, row: NodeOverride, item: EffectiveNode, actor_id: int | None) -> None:
    if row.field in FIELDS:
        archive(plan, row.node_id, row.field, item.node.text, row.value, _WHY, 0, actor_id)
    db.session.delete(row)
    db.session.flush()


def _put_word(plan: Plan, working: Working, now: EffectiveNode, name: str, value: Any, actor_id: int | None) -> None:
    _item, base, version = inherited(working, now.node.node_id)
    present = field_value(base, name)
    if value == present or (name in FIELDS and base.policy(name) == "locked"):
        return
    db.session.add(
        NodeOverride(
            plan_id=plan.id, node_id=base.node_id, field=name, value=value, base_value=present, base_version=version,
            reason="", by_id=actor_id, at=clock.now(),
        )
    )  # fmt: skip


def _put_omissions_back(plan: Plan, issued: Issued, actor_id: int | None) -> None:
    working = load(plan)
    left_out = {item.node.node_id for item in issued.items if item.omission is not None}
    rows = {row.node_id: row for row in db.session.scalars(select(NodeOmission).where(NodeOmission.plan_id == plan.id))}
    for node_id in rows.keys() - left_out:
        db.session.delete(rows[node_id])
    for node_id in left_out - rows.keys():
        now = working.by_id.get(node_id)
        if now is None or now.base is None or now.base.mandatory:
            continue
        _item, _base, version = inherited(working, node_id)
        reason = _("Như bản đã ban hành số %(number)s.", number=f"{plan.number}/{plan.notation}")
        db.session.add(
            NodeOmission(
                plan_id=plan.id, node_id=node_id, base_version=version, reason=reason, by_id=actor_id, at=clock.now()
            )
        )
    db.session.flush()


def discards(plan_id: int) -> Sequence[PlanDiscard]:
    """Return the drafts of a plan of the present unit that were given up, the last first."""
    rows = select(PlanDiscard).where(PlanDiscard.plan_id == plan_id)
    return db.session.scalars(rows.order_by(PlanDiscard.id.desc())).all()


def discard_of(plan_id: int, discard_id: int) -> PlanDiscard:
    """Return one of them.

    Raises:
        NotFound: the plan has no such draft.
    """
    row = scope.get_own(PlanDiscard, discard_id)
    if row.plan_id != plan_id:
        raise NotFound(f"discard {discard_id}")
    return row


def belongs_to(row: PlanConsultation, given_up: Sequence[PlanDiscard]) -> PlanDiscard | None:
    """Return the draft given up that a round of comments was about; None for another version or the present draft."""
    later = [one for one in given_up if one.version == row.version and one.at >= row.opened_at]
    return min(later, key=lambda one: one.id) if later else None
