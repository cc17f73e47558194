"""Issuing a plan as a document, and receiving one from a superior."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from tenants import audit, clock, files, scope
from tenants.db import db
from tenants.errors import NotFound, Refused
from tenants.jobs import queue
from tenants.notices import service as notices
from tenants.plans import numbers
from tenants.plans.document import PlanDocument, write_docx
from tenants.plans.layer import Row, rows_to_write
from tenants.plans.life import refuse_unchecked, text_hash
from tenants.plans.life_models import PlanConsultation
from tenants.plans.loading import Key, Working
from tenants.plans.models import Adoption, DraftNode, Plan, PlanCitation, PlanNode, PlanVersion
from tenants.plans.printing import Frame, content_hash, stands_alone, to_document
from tenants.plans.service_documents import document_to_freeze, last_whole
from tenants.plans.service_drafts import (
    LAST,
    add_citation,
    add_closing,
    found,
    header_of,
    introduction_for,
    load,
    open_draft,
    present_unit,
    recipients_for,
    saved,
)
from tenants.plans.states import step
from tenants.plans.takeover_run import offer, refuse_revoked
from tenants.plans.tree import present, style_of, walk
from tenants.plans.values import (
    CitationValues,
    DocumentFields,
    HeaderValues,
    missing_for_issue,
    paragraph,
    tidy_notation,
    tidy_number,
)
from tenants.units import queries as units
from tenants.units.models import ADMINISTRATIVE, Unit


def tidy(fields: DocumentFields) -> DocumentFields:
    """Return the fields as they will be printed."""
    return replace(
        fields,
        number=tidy_number(fields.number),
        notation=tidy_notation(fields.notation),
        place=" ".join(fields.place.split()),
        signer_title=paragraph(fields.signer_title),
        signer_name=" ".join(fields.signer_name.split()),
        note=paragraph(fields.note),
        reason=" ".join(fields.reason.split()),
    )


def fields_of(plan: Plan) -> DocumentFields:
    """Return what the header of the draft says about the document."""
    return DocumentFields(
        plan.number or "", plan.notation, plan.document_date, plan.signer_title, plan.signer_name, plan.place
    )


def managing_unit_of(unit: Unit) -> str | None:
    """Return the name of the body printed above the issuer: the administrative superior; None for the topmost, and
    for a People's Committee, which no department manages.
    """
    if stands_alone(unit.name):
        return None
    above = units.superiors(unit.id)
    named = [superior.name for superior, kind in above if kind == ADMINISTRATIVE]
    named += [superior.name for superior, _kind in above]
    return named[0] if named else None


def frame_of(plan: Plan) -> Frame:
    """Return who issues the draft and what stands around its text."""
    unit = present_unit()
    rows = db.session.scalars(
        select(PlanCitation).where(PlanCitation.plan_id == plan.id).order_by(PlanCitation.position, PlanCitation.id)
    )
    return Frame(managing_unit_of(unit), unit.name, header_of(plan), tuple(citation_values(row) for row in rows))


def citation_values(row: PlanCitation) -> CitationValues:
    """Return a basis as values."""
    return CitationValues(row.doc_type, row.number, row.notation, row.issued_on, row.issuer, row.subject)


def draft_document(plan_id: int) -> PlanDocument:
    """Return the draft as the document to be printed.

    Raises:
        NotFound: the unit has no such plan.
    """
    plan = scope.get_own(Plan, plan_id)
    return to_document(frame_of(plan), tidy(fields_of(plan)), present(load(plan).tree))


def draft_docx(plan_id: int) -> bytes:
    """Return the draft as .docx, to be read and signed on paper before it is issued.

    Raises:
        NotFound: the unit has no such plan.
    """
    return write_docx(draft_document(plan_id))


def issue(plan_id: int, document: DocumentFields, actor_id: int | None) -> PlanVersion:
    """Issue the draft as a legal document: immutable from here on.

    Writes one ``PlanVersion`` with the frozen .docx and its hash, and only the nodes that changed: against the
    superior's plan, and against the unit's own last version.

    Raises:
        NotFound: the unit has no such plan.
        Refused: ``plan-issued``, ``incomplete`` (its data names the fields), ``unchecked``, ``number-taken``, or
            ``base-unreadable``.
    """
    plan = open_draft(plan_id)
    state = step(plan.state, "issue")
    fields = tidy(document)
    working = load(plan)
    tree = present(working.tree)
    missing = missing_for_issue(fields, has_nodes=bool(tree))
    if missing:
        raise Refused(
            "incomplete",
            _("Chưa ban hành được: %(missing)s Dự thảo được giữ nguyên.", missing=" ".join(missing.values())),
            {"missing": missing},
        )
    adoptions = db.session.scalars(select(Adoption.id).where(Adoption.plan_id == plan.id)).all()
    if len(adoptions) != len(working.bases):
        raise Refused(
            "base-unreadable",
            _(
                "Không còn đọc được kế hoạch của cấp trên nên chưa ban hành được. "
                "Dự thảo được giữ nguyên; hãy báo cấp trên."
            ),
        )
    refuse_unchecked(plan, text_hash(frame_of(plan), fields, tree))
    numbers.refuse_taken(fields)
    version = _write_version(plan, working, fields, actor_id)
    _write_nodes(plan, working, version.version)
    plan.state, plan.current_version = state, version.version
    plan.number, plan.notation, plan.document_date = fields.number, fields.notation, fields.document_date
    plan.signer_title, plan.signer_name, plan.place = fields.signer_title, fields.signer_name, fields.place
    saved(plan)
    notices.resolve(f"plan.life:{plan.id}")
    _end_rounds(plan)
    for base in working.bases:
        base.adoption.issued_at = base.adoption.issued_at or clock.now()
        base.adoption.opened_at = base.adoption.opened_at or clock.now()
        base.adoption.issued_version = version.version
    audit.record(
        "plan.issue", "plan", plan.id, actor_id, version=version.version, number=fields.number,
        notation=fields.notation, file_sha256=version.file_sha256,
    )  # fmt: skip
    db.session.flush()
    return version


def _end_rounds(plan: Plan) -> None:
    """Let the rounds of comments on what is now issued end: nobody is asked for comments on a document in force."""
    open_rounds = select(PlanConsultation.id).where(
        PlanConsultation.plan_id == plan.id, PlanConsultation.closed_at.is_(None)
    )
    for round_id in db.session.scalars(open_rounds):
        queue.enqueue("plans.consult_close", plan.unit_id, consultation_id=round_id)


def _write_version(plan: Plan, working: Working, fields: DocumentFields, actor_id: int | None) -> PlanVersion:
    frame, tree = frame_of(plan), present(working.tree)
    printed = to_document(frame, fields, tree)
    day = fields.document_date
    if day is None:
        raise ValueError("a document needs its date")
    number = plan.current_version + 1
    bases = [list(base.key) for base in working.bases]
    version = PlanVersion(
        plan_id=plan.id,
        version=number,
        **{name: getattr(plan, name) for name in ("subject", "period_kind", "starts_on", "ends_on", "levels")},
        number=fields.number,
        notation=fields.notation,
        place=fields.place,
        document_date=day,
        year=day.year,
        signer_title=fields.signer_title,
        signer_name=fields.signer_name,
        unit_name=frame.unit_name,
        managing_unit_name=frame.managing_unit,
        introduction=list(plan.introduction),
        citations=[_json(asdict(citation)) for citation in frame.citations],
        recipients=list(plan.recipients),
        chain=[*_chain(working), [plan.unit_id, plan.id, number]],
        bases=bases,
        change_class=fields.change_class,
        note=fields.note,
        acknowledge_by=fields.acknowledge_by,
        follow_up=fields.follow_up if number > 1 else "",
        reason=fields.reason,
        file_sha256=files.store().put(write_docx(document_to_freeze(plan.id, number, printed, fields))),
        content_sha256=content_hash(printed, tree),
        issued_by=actor_id,
        issued_at=clock.now(),
    )
    db.session.add(version)
    db.session.flush()
    return version


def _json(values: dict[str, Any]) -> dict[str, Any]:
    day = values.pop("issued_on")
    return {**values, "issued_on": day.isoformat() if day else None}


def _chain(working: Working) -> list[list[int]]:
    """Return the issued plans below this one, roots first, each once."""
    chain: list[list[int]] = []
    for base in working.bases:
        chain += [list(entry) for entry in base.chain if list(entry) not in chain]
    return chain


def _write_nodes(plan: Plan, working: Working, version: int) -> None:
    """Write the nodes that differ from the last version; close the validity of those they replace."""
    labels = {node.node_id: node.label for node in walk(working.tree)}
    pairs = select(DraftNode.node_id, DraftNode.replaces).where(DraftNode.plan_id == plan.id)
    replaces: dict[str, list[str]] = {row[0]: row[1] for row in db.session.execute(pairs)}
    wanted = {row.node.node_id: row for row in rows_to_write(working.items)}
    standing = db.session.scalars(
        select(PlanNode).where(
            PlanNode.unit_id == plan.unit_id, PlanNode.plan_id == plan.id, PlanNode.to_version.is_(None)
        )
    )
    for row in standing:
        new = wanted.get(row.node_id)
        if new is not None and _same(row, new) and row.replaces == replaces.get(row.node_id, []):
            del wanted[row.node_id]
        else:
            row.to_version = version
    db.session.flush()
    for new in wanted.values():
        node = _plan_node(plan, new, version, labels.get(new.node.node_id) or new.node.label)
        node.replaces = replaces.get(node.node_id, [])
        db.session.add(node)


_PLAIN = ("kind", "title", "body", "position", "due_from", "due_to", "quota", "mandatory")
_LISTS = ("owners", "audience", "levels", "channels")


def _same(row: PlanNode, new: Row) -> bool:
    """Whether an issued row already says this. A number that only moved on is no change."""
    node = new.node
    if row.omitted or new.omitted:
        return row.omitted == new.omitted
    return (
        row.parent_node_id == node.parent
        and style_of(row.label) == style_of(node.label)
        and row.policies == dict(node.policies)
        and all(getattr(row, name) == getattr(node, name) for name in _PLAIN)
        and all(getattr(row, name) == list(getattr(node, name)) for name in _LISTS)
    )


def _plan_node(plan: Plan, row: Row, version: int, label: str) -> PlanNode:
    node = row.node
    return PlanNode(
        plan_id=plan.id,
        node_id=node.node_id,
        parent_node_id=node.parent,
        label=label,
        from_version=version,
        omitted=row.omitted,
        origin_unit_id=node.origin_unit_id,
        policies=dict(node.policies),
        **{name: getattr(node, name) for name in _PLAIN},
        **{name: list(getattr(node, name)) for name in _LISTS},
    )


def begin_amendment(plan_id: int, actor_id: int | None) -> Plan:
    """Open the next version of an issued plan for writing; what is issued stays in force until that one is issued.

    The number and date of the last document are cleared: an amendment is a document of its own.

    Raises:
        NotFound: the unit has no such plan.
        Refused: it is not issued.
    """
    plan = db.session.get(Plan, (scope.current().unit_id, plan_id), with_for_update=True)
    if plan is None:
        raise NotFound(f"Plan {plan_id}")
    plan.state = step(plan.state, "amend")
    plan.number, plan.document_date = None, None
    plan.notation = _whole_notation(plan)
    saved(plan)
    audit.record("plan.amend", "plan", plan.id, actor_id, version=plan.current_version)
    return plan


def _whole_notation(plan: Plan) -> str:
    """Return the notation to go on with: that of the plan, not of a công văn đính chính issued since."""
    rows = select(PlanVersion.notation).where(
        PlanVersion.unit_id == plan.unit_id, PlanVersion.plan_id == plan.id, PlanVersion.follow_up != "correct"
    )
    return db.session.scalar(rows.order_by(PlanVersion.version.desc()).limit(1)) or plan.notation


def receive(base_unit_id: int, base_plan_id: int, version: int) -> Adoption:
    """Take over a plan a superior issued, in the scope of the receiving unit. May be called again and again.

    The first time, a draft of the unit's own plan is founded that inherits from it and cites it. A later version is
    taken over or waits for the leader (see ``takeover_run.offer``).

    Raises:
        NotFound: there is no such issued plan above this unit.
        Refused: ``base-revoked``: it was withdrawn; or ``base-unreadable``.
    """
    key = Key(base_unit_id, base_plan_id, version)
    document = db.session.scalar(
        select(PlanVersion).where(
            PlanVersion.unit_id == base_unit_id, PlanVersion.plan_id == base_plan_id, PlanVersion.version == version
        )
    )
    if document is None or base_unit_id == scope.current().unit_id:
        raise NotFound(f"issued plan {tuple(key)}")
    adoption = db.session.scalar(
        select(Adoption).where(
            Adoption.unit_id == scope.current().unit_id,
            Adoption.base_unit_id == base_unit_id,
            Adoption.base_plan_id == base_plan_id,
        )
    )
    if adoption is not None:
        offer(adoption, version)
        return adoption
    refuse_revoked(document)
    plan = _found_from(document)
    adoption = Adoption(
        plan_id=plan.id,
        base_unit_id=base_unit_id,
        base_plan_id=base_plan_id,
        base_version=version,
        offered_version=version,
        received_at=clock.now(),
    )
    db.session.add(adoption)
    db.session.flush()
    audit.record("plan.receive", "plan", plan.id, None, base=list(key), subject=document.subject)
    return adoption


def _found_from(document: PlanVersion) -> Plan:
    unit = present_unit()
    levels = [level for level in unit.levels if not document.levels or level in document.levels]
    header = HeaderValues(
        subject=document.subject,
        period_kind=document.period_kind,
        starts_on=document.starts_on,
        ends_on=document.ends_on,
        levels=tuple(levels or unit.levels),
        introduction=(introduction_for(unit),),
        recipients=(f"{document.unit_name} (để báo cáo)", *recipients_for(unit)),
    )
    plan = found(header, None)
    add_closing(plan, unit, LAST)
    cited = last_whole(document)
    add_citation(
        plan,
        CitationValues(
            "Kế hoạch",
            cited.number,
            cited.notation,
            cited.document_date,
            document.unit_name,
            document.subject,
        ),
        1,
    )
    return plan
