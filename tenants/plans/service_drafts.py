"""Writing a plan: founding it, its header, its bases (căn cứ)."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from tenants import audit, clock, scope
from tenants.accounts import queries as accounts
from tenants.db import db
from tenants.errors import NotFound, Refused
from tenants.plans.loading import Working, load_one
from tenants.plans.models import DraftNode, Plan, PlanCitation
from tenants.plans.nodes import BASE_STRIDE, CLOSING
from tenants.plans.states import refuse_unless_editable
from tenants.plans.tree import default_label
from tenants.plans.values import CitationValues, HeaderValues, check_header, refuse_stale, token
from tenants.text import nfc
from tenants.units.models import Unit

GAP = 1024
"""Distance between siblings, so that a node can be put between two others without touching them."""

LAST = 64 * BASE_STRIDE
"""Behind everything that any superior's plan may bring."""


def new_node_id() -> str:
    """Return an id for a node: given once, never reused, unique across all units."""
    return uuid.uuid4().hex


def present_unit() -> Unit:
    """Return the unit whose scope was entered."""
    unit = db.session.get(Unit, scope.current().unit_id)
    if unit is None:
        raise NotFound("unit")
    return unit


def open_draft(plan_id: int) -> Plan:
    """Return the plan for editing; other editors wait until this transaction ends.

    Raises:
        NotFound: the unit has no such plan.
        Refused: it is issued.
    """
    plan = db.session.get(Plan, (scope.current().unit_id, plan_id), with_for_update=True)
    if plan is None:
        raise NotFound(f"Plan {plan_id}")
    refuse_unless_editable(plan.state)
    return plan


def load(plan: Plan) -> Working:
    """Return the plan with its text as it stands in this transaction."""
    db.session.flush()
    return load_one(plan.id)


def saved(plan: Plan) -> None:
    """Count a save."""
    plan.lock += 1
    plan.updated_at = clock.now()


def create_plan(
    *,
    subject: str,
    actor_id: int | None,
    period_kind: str = "school_year",
    starts_on: dt.date | None = None,
    ends_on: dt.date | None = None,
    levels: Sequence[str] | None = None,
) -> Plan:
    """Found a plan with the three sections such plans have in practice, ready to be filled in.

    Args:
        levels: education levels it is for; None means those of the unit.

    Raises:
        Refused: no subject, or a period that ends before it begins.
    """
    unit = present_unit()
    header = HeaderValues(
        subject=subject,
        period_kind=period_kind,
        starts_on=starts_on,
        ends_on=ends_on,
        levels=tuple(unit.levels if levels is None else levels),
    )
    plan = found(replace(header, introduction=(introduction_for(unit),)), actor_id)
    _add_standard_sections(plan, unit)
    audit.record("plan.create", "plan", plan.id, actor_id, subject=plan.subject)
    return plan


def found(header: HeaderValues, actor_id: int | None, source_id: int | None = None) -> Plan:
    """Add an empty plan; what the header leaves open is filled in from the unit and its head."""
    unit = present_unit()
    title, name = signer_of(unit)
    plan = Plan(
        created_by=actor_id, created_at=clock.now(), updated_at=clock.now(), source_id=source_id, state="draft",
        current_version=0, lock=0,
    )  # fmt: skip
    _write_header(
        plan,
        check_header(
            replace(
                header,
                notation=header.notation or (f"KH-{unit.symbol}" if unit.symbol else ""),
                place=header.place or unit.place,
                signer_title=header.signer_title or title,
                signer_name=header.signer_name or name,
                recipients=header.recipients or recipients_for(unit),
            )
        ),
    )
    db.session.add(plan)
    db.session.flush()
    return plan


HEADS = {
    "department": "GIÁM ĐỐC",
    "commune_office": "TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH",
    "culture_office": "TRƯỞNG PHÒNG",
    "former_office": "TRƯỞNG PHÒNG",
    "continuing": "GIÁM ĐỐC",
}
"""The title of the head by type of unit, where it is not that of a school: a committee signs on its behalf (TM.)."""

# The words below go into a document, and documents are Vietnamese whatever language the interface speaks.


def signer_of(unit: Unit) -> tuple[str, str]:
    """Return the line above the signature and the name of the unit's head; empty where there is none."""
    wanted = "principal" if unit.is_school else "head"
    head = next((person for person in accounts.people_of(unit.id) if wanted in person.roles), None)
    title = HEADS.get(unit.type_code, "HIỆU TRƯỞNG" if unit.is_school else "THỦ TRƯỞNG ĐƠN VỊ")
    return title, head.user.name if head is not None else ""


def recipients_for(unit: Unit) -> tuple[str, ...]:
    """Return the usual lines of "Nơi nhận"."""
    doers = "Các tổ chuyên môn, bộ phận (thực hiện)" if unit.is_school else "Các trường trên địa bàn (thực hiện)"
    return (doers, "Lưu: VT")


def introduction_for(unit: Unit) -> str:
    """Return the paragraph that leads from the bases to the body."""
    return f"{unit.name} xây dựng Kế hoạch truyền thông, cụ thể như sau:"


def _add_standard_sections(plan: Plan, unit: Unit) -> None:
    outline: list[tuple[str, str, list[tuple[str, str]]]] = [
        ("section", "MỤC ĐÍCH, YÊU CẦU", [("purpose", "Mục đích"), ("requirement", "Yêu cầu")]),
        (
            "section",
            "NỘI DUNG TRUYỀN THÔNG",
            [("topic", "Nội dung trọng tâm"), ("channel", "Kênh truyền thông")],
        ),
        ("section", "TỔ CHỨC THỰC HIỆN", [("task", "Phân công thực hiện"), ("task", "Chế độ báo cáo")]),
    ]
    for place, (kind, title, items) in enumerate(outline, start=1):
        section = draft_node(plan, "", place * GAP, default_label(0), kind=kind, title=title)
        for item_place, (item_kind, item_title) in enumerate(items, start=1):
            draft_node(plan, section.node_id, item_place * GAP, default_label(1), kind=item_kind, title=item_title)
    add_closing(plan, unit, (len(outline) + 1) * GAP)


def add_closing(plan: Plan, unit: Unit, position: int) -> None:
    """Add the formula at the end of the document."""
    sentence = (
        f"Trên đây là Kế hoạch truyền thông của {unit.name}. Yêu cầu các bộ phận, cá nhân nghiêm túc thực hiện./."
    )
    draft_node(plan, "", position, "", kind=CLOSING, title=sentence)


def draft_node(plan: Plan, parent: str, position: int, label: str, **fields: Any) -> DraftNode:
    """Add a node of the unit's own to the draft; missing fields are empty."""
    node = DraftNode(
        plan_id=plan.id,
        node_id=new_node_id(),
        parent_node_id=parent,
        position=position,
        label=label,
        **{
            "kind": "topic", "title": "", "body": "", "owners": [], "audience": [], "levels": [], "channels": [],
            "due_from": None, "due_to": None, "quota": None, "policies": {}, "mandatory": False, "source_lines": None,
            **fields,
        },
    )  # fmt: skip
    db.session.add(node)
    return node


def header_of(plan: Plan) -> HeaderValues:
    """Return the header as values."""
    return HeaderValues(
        plan.subject, plan.period_kind, plan.starts_on, plan.ends_on, tuple(plan.levels), plan.number or "",
        plan.notation, plan.place, plan.document_date, plan.signer_title, plan.signer_name, tuple(plan.introduction),
        tuple(plan.recipients),
    )  # fmt: skip


def _write_header(plan: Plan, header: HeaderValues) -> None:
    for name, value in asdict(header).items():
        setattr(plan, name, list(value) if isinstance(value, tuple) else value)
    plan.number = header.number or None


def save_header(plan_id: int, header: HeaderValues, actor_id: int | None, seen: str | None = None) -> Plan:
    """Save number, symbol, date, signer and the other lines around the text.

    Args:
        seen: ``token(header_of(plan))`` when the form was opened; None skips the comparison.

    Raises:
        Refused: a line that cannot stand so.
        Conflict: somebody saved the header meanwhile.
    """
    plan = open_draft(plan_id)
    checked = check_header(header)
    before = header_of(plan)
    refuse_stale(seen, token(before))
    _write_header(plan, checked)
    saved(plan)
    was, now = asdict(before), asdict(header_of(plan))
    changed = {name: _plain(was[name]) for name in was if was[name] != now[name]}
    audit.record("plan.header", "plan", plan.id, actor_id, before=changed)
    return plan


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else list(value) if isinstance(value, tuple) else value


def save_citation(
    plan_id: int, values: CitationValues, actor_id: int | None, citation_id: int | None = None
) -> PlanCitation:
    """Add a basis, or change the one with ``citation_id``.

    Raises:
        NotFound: the plan has no such basis.
        Refused: neither type nor subject was given.
    """
    plan = open_draft(plan_id)
    if not values.doc_type.strip() and not (values.subject or "").strip():
        raise Refused("no-citation", _("Căn cứ cần có loại văn bản hoặc trích yếu. Chưa có gì được lưu."))
    if citation_id is None:
        last = select(func.max(PlanCitation.position)).where(PlanCitation.plan_id == plan.id)
        citation = add_citation(plan, values, (db.session.scalar(last) or 0) + 1)
    else:
        citation = _citation(plan, citation_id)
        _write_citation(citation, values)
    saved(plan)
    db.session.flush()
    audit.record("plan.citation", "plan", plan.id, actor_id, citation=citation.id, subject=citation.subject)
    return citation


def add_citation(plan: Plan, values: CitationValues, position: int) -> PlanCitation:
    """Add a basis at a place."""
    citation = PlanCitation(plan_id=plan.id, position=position)
    _write_citation(citation, values)
    db.session.add(citation)
    return citation


def remove_citation(plan_id: int, citation_id: int, actor_id: int | None) -> None:
    """Take a basis out; the audit keeps its words.

    Raises:
        NotFound: the plan has no such basis.
    """
    plan = open_draft(plan_id)
    citation = _citation(plan, citation_id)
    words = {"type": citation.doc_type, "number": citation.number, "notation": citation.notation}
    words |= {"issuer": citation.issuer, "subject": citation.subject}
    db.session.delete(citation)
    saved(plan)
    audit.record("plan.citation-removed", "plan", plan.id, actor_id, **words)


def _citation(plan: Plan, citation_id: int) -> PlanCitation:
    citation = scope.get_own(PlanCitation, citation_id)
    if citation.plan_id != plan.id:
        raise NotFound(f"PlanCitation {citation_id}")
    return citation


def _write_citation(citation: PlanCitation, values: CitationValues) -> None:
    citation.doc_type = " ".join(nfc(values.doc_type).split())
    citation.number = (values.number or "").strip() or None
    citation.notation = nfc(values.notation or "").strip() or None
    citation.issued_on = values.issued_on
    citation.issuer = " ".join(nfc(values.issuer or "").split()) or None
    citation.subject = " ".join(nfc(values.subject or "").split()) or None
