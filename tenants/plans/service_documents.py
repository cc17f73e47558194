"""The documents of an issued plan: its text as it stands, and what follows it (điều chỉnh, đính chính, thu hồi ...).

The rules and words are in ``document.followups``; here they meet what was issued.
"""

from __future__ import annotations

import datetime as dt

from flask_babel import gettext as _
from sqlalchemy import func, select

from tenants import scope
from tenants.db import db
from tenants.errors import NotFound, Refused
from tenants.plans.document import (
    FOLLOW_UPS,
    FollowUpFields,
    PlanDocument,
    document_for,
    notation_for,
    write_docx,
)
from tenants.plans.loading import Issued, Key, load_issued
from tenants.plans.models import PlanVersion
from tenants.plans.printing import Frame, to_document
from tenants.plans.values import CitationValues, DocumentFields, HeaderValues

WHOLE = ("", "replace")
"""Versions whose document is the whole plan; the others name what they change in one of these."""


def issued_document(unit_id: int, plan_id: int, version: int | None = None) -> PlanDocument:
    """Return an issued plan as it reads at a version, whichever documents brought it there.

    Number, date and subject are those of the last document that was the whole plan: that one is cited by law.

    Args:
        version: None means the newest.

    Raises:
        NotFound: there is no such issued plan within reach.
    """
    if version is None:
        version = db.session.scalar(
            select(func.max(PlanVersion.version)).where(PlanVersion.unit_id == unit_id, PlanVersion.plan_id == plan_id)
        )
    key = Key(unit_id, plan_id, version or 0)
    issued = load_issued([key]).get(key)
    if issued is None:
        raise NotFound(f"issued plan {tuple(key)}")
    return _printed(issued, last_whole(issued.document))


def issued_as(unit_id: int, plan_id: int, version: int) -> PlanDocument:
    """Return the document that a version was issued as, as its frozen file has it: to print it in another format.

    Raises:
        NotFound: there is no such issued plan within reach.
    """
    key = Key(unit_id, plan_id, version)
    issued = load_issued([key]).get(key)
    if issued is None:
        raise NotFound(f"issued plan {tuple(key)}")
    row = issued.document
    whole = _printed(issued, row)
    kind = row.follow_up
    if not kind or kind not in FOLLOW_UPS:
        return whole
    fields = FollowUpFields(
        row.number, row.notation, row.place, row.document_date, row.signer_title, row.signer_name, row.reason
    )
    return document_for(kind, issued_document(unit_id, plan_id, version - 1), whole, fields)


def last_whole(row: PlanVersion) -> PlanVersion:
    """Return the last document up to a version that was the whole plan: its number is the one the plan is cited by."""
    if row.follow_up in WHOLE:
        return row
    found = db.session.scalar(
        select(PlanVersion)
        .where(
            PlanVersion.unit_id == row.unit_id,
            PlanVersion.plan_id == row.plan_id,
            PlanVersion.version < row.version,
            PlanVersion.follow_up.in_(WHOLE),
        )
        .order_by(PlanVersion.version.desc())
        .limit(1)
    )
    return found or row


def _printed(issued: Issued, named: PlanVersion) -> PlanDocument:
    row = issued.document
    header = HeaderValues(subject=row.subject, introduction=tuple(row.introduction), recipients=tuple(row.recipients))
    fields = DocumentFields(
        named.number, named.notation, named.document_date, named.signer_title, named.signer_name, named.place
    )
    frame = Frame(row.managing_unit_name, row.unit_name, header, _citations(row))
    return to_document(frame, fields, issued.tree)


def _citations(row: PlanVersion) -> tuple[CitationValues, ...]:
    days = [dt.date.fromisoformat(entry["issued_on"]) if entry.get("issued_on") else None for entry in row.citations]
    return tuple(CitationValues(**{**entry, "issued_on": day}) for entry, day in zip(row.citations, days, strict=True))


def document_to_freeze(plan_id: int, version: int, whole: PlanDocument, fields: DocumentFields) -> PlanDocument:
    """Return the document under which a version is issued: the whole plan, or the follow-up that was chosen.

    Args:
        version: the version about to be issued.
        whole: the plan as it shall read, with the fields of the new document.
        fields: ``follow_up`` chooses; "" and every first version give the whole plan.

    Raises:
        Refused: ``follow-up`` (no such kind for a version), or ``nothing-differs``.
    """
    kind = fields.follow_up
    if not kind or version == 1:
        return whole
    if kind not in FOLLOW_UPS or kind == "revoke":
        raise Refused("follow-up", _("Loại văn bản chưa đúng. Dự thảo được giữ nguyên; hãy chọn lại trong danh sách."))
    before = issued_document(scope.current().unit_id, plan_id, version - 1)
    try:
        return document_for(kind, before, whole, _follow_up_fields(fields))
    except ValueError:
        raise Refused(
            "nothing-differs",
            _(
                "Nội dung không khác bản đang có hiệu lực nên chưa có gì để điều chỉnh hay đính chính. Dự thảo được "
                "giữ nguyên; hãy sửa mục cần sửa, hoặc chọn ban hành lại toàn văn."
            ),
        ) from None


def revocation(plan_id: int, fields: DocumentFields) -> PlanDocument:
    """Return the notice that withdraws the issued plan of the present unit; freezing it is the caller's business.

    Raises:
        NotFound: the unit has not issued this plan.
    """
    before = issued_document(scope.current().unit_id, plan_id)
    return document_for("revoke", before, None, _follow_up_fields(fields))


def revocation_docx(plan_id: int, fields: DocumentFields) -> bytes:
    """Return that notice as .docx.

    Raises:
        NotFound: the unit has not issued this plan.
    """
    return write_docx(revocation(plan_id, fields))


def suggested_notation(follow_up: str, notation: str) -> str:
    """Return the notation to suggest for a follow-up of a plan with this notation."""
    return notation_for(follow_up, notation) if follow_up in FOLLOW_UPS else notation


def _follow_up_fields(fields: DocumentFields) -> FollowUpFields:
    return FollowUpFields(
        fields.number, fields.notation, fields.place, fields.document_date, fields.signer_title, fields.signer_name,
        fields.reason,
    )  # fmt: skip
