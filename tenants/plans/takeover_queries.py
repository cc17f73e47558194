"""Reading what a superior amended and what waits for a person, in the scope of the receiving unit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from tenants import scope
from tenants.db import db
from tenants.errors import Refused
from tenants.plans.combining import propose
from tenants.plans.comparing import compare
from tenants.plans.diff import Segment, field_diff
from tenants.plans.loading import Base, Key, Working, inherited_at, load_one, successors_in
from tenants.plans.models import Adoption, PlanNode, PlanVersion
from tenants.plans.nodes import FIELD_LABELS, LISTS, Node, field_value
from tenants.plans.takeover_decide import seen_token
from tenants.plans.takeover_models import PlanArchive, PlanChangeSet, PlanDecision, PlanTakeover
from tenants.plans.takeover_run import find_row, issued_document, meet, undone_versions
from tenants.plans.takeover_steps import is_untouched, picture
from tenants.plans.takeover_values import (
    UNANSWERED,
    ArchivedValue,
    Column,
    Counts,
    DecisionView,
    NodeChange,
    Step,
    VersionNote,
    Waiting,
)
from tenants.scope import get_own

EDUCATION_LEVEL_LABELS = {
    "preschool": "mầm non",
    "primary": "tiểu học",
    "lower_secondary": "THCS",
    "upper_secondary": "THPT",
}
QUOTA_PERIODS = {"month": "tháng", "quarter": "quý", "semester": "học kỳ", "year": "năm"}


def waiting(plan_id: int) -> list[Waiting]:
    """Return the superiors' plans under this one whose newer version was not taken over, with what it would do.

    Raises:
        NotFound: the unit has no such plan.
    """
    working = load_one(plan_id)
    return [
        _waiting(working, base) for base in working.bases if base.adoption.offered_version > base.adoption.base_version
    ]


def _waiting(working: Working, base: Base) -> Waiting:
    adoption = base.adoption
    row = find_row(adoption, adoption.offered_version)
    state, error = ("waiting", None) if row is None else (row.state, row.error)
    changes: tuple[NodeChange, ...] = ()
    forecast = Counts()
    try:
        meeting = meet(adoption, adoption.offered_version)
    except Refused as refusal:
        state, error = "failed", refusal.sentence
    else:
        forecast = meeting.merge.counts
        theirs = {node.node_id for node in base.nodes}
        others = {node.node_id for one in working.bases if one is not base for node in one.nodes} - theirs
        fresh = [node for node in meeting.nodes if node.node_id not in others]
        changes = compare(base.nodes, fresh, meeting.successors, working.layer.omissions)
    return Waiting(
        adoption.id,
        adoption.base_unit_id,
        adoption.base_plan_id,
        base.unit_name,
        adoption.base_version,
        adoption.offered_version,
        notes_between(adoption.base_unit_id, adoption.base_plan_id, adoption.base_version, adoption.offered_version),
        changes,
        forecast,
        state,
        error,
        tuple(sorted({row.version for row in undone_versions(adoption, adoption.offered_version)})),
    )


def notes_between(base_unit_id: int, base_plan_id: int, after: int, until: int) -> tuple[VersionNote, ...]:
    """Return the versions later than ``after`` up to ``until``, oldest first, with what the superior says of each."""
    rows = select(PlanVersion).where(
        PlanVersion.unit_id == base_unit_id,
        PlanVersion.plan_id == base_plan_id,
        PlanVersion.version > after,
        PlanVersion.version <= until,
    )
    return tuple(
        VersionNote(
            row.version, row.change_class, row.note, row.number, row.notation, row.document_date, row.acknowledge_by
        )
        for row in db.session.scalars(rows.order_by(PlanVersion.version))
    )


def taken(plan_id: int) -> Sequence[PlanTakeover]:
    """Return the results of the versions offered to a plan, newest first."""
    rows = select(PlanTakeover).where(PlanTakeover.unit_id == scope.current().unit_id, PlanTakeover.plan_id == plan_id)
    return db.session.scalars(rows.order_by(PlanTakeover.version.desc(), PlanTakeover.id.desc())).all()


def changes_taken(takeover_id: int) -> tuple[NodeChange, ...]:
    """Return what a version that was taken over changed for this unit: "cấp trên vừa thay đổi".

    Raises:
        NotFound: the unit has no such row.
    """
    row = get_own(PlanTakeover, takeover_id)
    working = load_one(row.plan_id)
    rows = select(PlanChangeSet).where(
        PlanChangeSet.plan_id == row.plan_id,
        PlanChangeSet.kind == "takeover",
        PlanChangeSet.version == row.version,
        PlanChangeSet.undone_at.is_(None),
    )
    adoption = db.session.scalar(
        select(Adoption).where(
            Adoption.unit_id == row.unit_id,
            Adoption.base_unit_id == row.base_unit_id,
            Adoption.base_plan_id == row.base_plan_id,
        )
    )
    found = [
        change.before["bases"][str(adoption.id)]
        for change in db.session.scalars(rows.order_by(PlanChangeSet.id.desc()))
        if adoption is not None and str(adoption.id) in change.before.get("bases", {})
    ]
    if not found:
        return ()
    document = issued_document(row.base_unit_id, row.base_plan_id, row.version)
    old = _inherited(row, found[0], working)
    new = _inherited(row, row.version, working)
    return compare(old, new, successors_in(document.chain), working.layer.omissions)


def _inherited(row: PlanTakeover, version: int, working: Working) -> Sequence[Node]:
    key = Key(row.base_unit_id, row.base_plan_id, version)
    return inherited_at(key, working.plan.levels) or ()


def decisions(plan_id: int, states: Collection[str] = UNANSWERED) -> Sequence[PlanDecision]:
    """Return what take-overs left to people in a plan, oldest first; by default what is still unanswered."""
    rows = select(PlanDecision).where(PlanDecision.plan_id == plan_id, PlanDecision.state.in_(states))
    return db.session.scalars(rows.order_by(PlanDecision.id)).all()


def decision_view(decision_id: int) -> DecisionView:
    """Return a decision with its three texts, their differences word by word, and a suggested combination.

    Raises:
        NotFound: the unit has no such decision.
    """
    decision = get_own(PlanDecision, decision_id)
    working = load_one(decision.plan_id)
    name = decision.field
    item = working.by_id.get(decision.node_id)
    local, reason = decision.local_value, ""
    is_text = decision.kind == "text"
    if is_text and decision.state in UNANSWERED and item is not None and name in item.overrides:
        local, reason = item.overrides[name].value, item.overrides[name].reason
    base, upstream = as_text(name, decision.base_value), as_text(name, decision.upstream_value)
    quota = item.base.quota if item is not None and item.base is not None else None
    bounds = {part: int(quota[part]) for part in ("floor", "ceiling") if quota and quota.get(part) is not None}
    mine = as_text(name, local) if name else ""
    return DecisionView(
        id=decision.id,
        plan_id=decision.plan_id,
        kind=decision.kind,
        state=decision.state,
        node_id=decision.node_id,
        field=name,
        field_label=FIELD_LABELS.get(name, ""),
        title=decision.title,
        path=_path(working, decision.node_id),
        version=decision.version,
        base=Column(decision.base_value, base, (Segment("same", base),) if base else ()),
        upstream=Column(decision.upstream_value, upstream, tuple(field_diff(name, base, upstream))),
        local=Column(local, mine, tuple(field_diff(name, base, mine))),
        chosen=as_text(name, decision.chosen_value) if decision.state == "combined" else "",
        proposal=propose(name, decision.base_value, local, decision.upstream_value) if is_text else None,
        bounds=bounds,
        present=as_text(name, field_value(item.node, name)) if name and item is not None else "",
        question=decision.question,
        answer=decision.answer,
        seen=seen_token(decision, local),
        change_set_id=decision.change_set_id,
        by_id=decision.by_id,
        at=decision.at,
        reason=reason,
    )


def place_before(decision_id: int) -> str:
    """Return the node below which a withdrawn node stood in the superior's plan; "" for a section.

    Raises:
        NotFound: the unit has no such decision.
    """
    decision = get_own(PlanDecision, decision_id)
    rows = select(PlanNode.parent_node_id).where(
        PlanNode.unit_id == decision.base_unit_id,
        PlanNode.plan_id == decision.base_plan_id,
        PlanNode.node_id == decision.node_id,
    )
    return db.session.scalar(rows.order_by(PlanNode.from_version.desc()).limit(1)) or ""


def _path(working: Working, node_id: str) -> str:
    titles: list[str] = []
    item = working.by_id.get(node_id)
    while item is not None and item.node.parent in working.by_id and len(titles) < len(working.by_id):
        item = working.by_id[item.node.parent]
        titles.append(item.node.text)
    return " › ".join(reversed(titles))


def as_text(name: str, value: Any) -> str:
    """Return a field's stored value as people read it; the words go into a Vietnamese document."""
    if value is None:
        return ""
    if name in LISTS:
        return ", ".join(EDUCATION_LEVEL_LABELS.get(word, word) for word in value)
    if name == "due":
        days = [f"{dt.date.fromisoformat(day):%d/%m/%Y}" if day else "" for day in (value["from"], value["to"])]
        return " – ".join(day for day in days if day)
    if name == "quota":
        return f"{value['count']} / {QUOTA_PERIODS.get(value['period'], value['period'])}"
    return str(value)


def archive(plan_id: int) -> list[ArchivedValue]:
    """Return every own value of a plan that was put aside, newest first."""
    rows = select(PlanArchive).where(PlanArchive.plan_id == plan_id).order_by(PlanArchive.id.desc())
    return [
        ArchivedValue(
            row.id, row.node_id, row.field, FIELD_LABELS.get(row.field, ""), row.title, _archived_text(row), row.value,
            row.why, row.version, row.at, row.by_id,
        )
        for row in db.session.scalars(rows)
    ]  # fmt: skip


def _archived_text(row: PlanArchive) -> str:
    if isinstance(row.value, dict) and row.field == "node":
        return "\n".join(text for text in (row.value["title"], row.value["body"]) if text)
    return as_text(row.field, row.value)


def steps(plan_id: int) -> list[Step]:
    """Return the steps on a plan's layer, newest first, and which of them can be taken back now.

    Raises:
        NotFound: the unit has no such plan.
    """
    present = picture(load_one(plan_id).plan)
    rows = select(PlanChangeSet).where(PlanChangeSet.plan_id == plan_id).order_by(PlanChangeSet.id.desc())
    return [
        Step(
            row.id, row.kind, row.version, row.at, row.by_id, row.undone_at,
            row.undone_at is None and is_untouched(row, present),
        )
        for row in db.session.scalars(rows)
    ]  # fmt: skip


def title_of(kind: str) -> str:
    """Return a step's kind in words."""
    titles: dict[str, str] = {
        "takeover": _("Cập nhật theo cấp trên"),
        "decision": _("Quyết định về một nội dung"),
        "shelf": _("Xử lý mục bị rút"),
        "link": _("Ghép hai mục"),
    }
    return titles[kind]
