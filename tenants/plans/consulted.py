"""Commenting on a draft of another unit (góp ý): the asked unit. All that it reads lies in its own tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from tenants import audit, clock, scope
from tenants.db import db
from tenants.errors import NotFound, Refused
from tenants.jobs import queue
from tenants.notices import service as notices
from tenants.plans.life_models import ConsultRemark, ConsultRequest
from tenants.plans.values import paragraph
from tenants.text import format_date

MOST_WORDS = 4000
"""Longest remark, in characters."""


def take_request(
    from_unit_id: int, from_unit_name: str, consultation_id: int, subject: str, message: str,
    text: list[dict[str, Any]], closes_on: str,
) -> None:  # fmt: skip
    """Keep a draft the present unit is asked about, and tell its people. Safe to repeat."""
    if _find(from_unit_id, consultation_id) is not None:
        return
    row = ConsultRequest(
        from_unit_id=from_unit_id, from_unit_name=from_unit_name, consultation_id=consultation_id, subject=subject,
        message=message, text=text, closes_on=dt.date.fromisoformat(closes_on), received_at=clock.now(),
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    _tell(row, "info")


def _find(from_unit_id: int, consultation_id: int) -> ConsultRequest | None:
    return db.session.scalar(
        select(ConsultRequest)
        .where(ConsultRequest.from_unit_id == from_unit_id, ConsultRequest.consultation_id == consultation_id)
        .with_for_update()
    )


def _key(row: ConsultRequest) -> str:
    return f"plan.asked:{row.from_unit_id}:{row.consultation_id}"


def _tell(row: ConsultRequest, severity: str, *, again: bool = False) -> None:
    facts = {"name": row.from_unit_name, "subject": row.subject, "day": format_date(row.closes_on)}
    if again:
        text = _("Nhắc lại: %(name)s còn chờ góp ý dự thảo «%(subject)s», hết ngày %(day)s là hết hạn.", **facts)
    else:
        text = _("%(name)s đề nghị góp ý dự thảo «%(subject)s», hạn %(day)s.", **facts)
    notices.tell(
        notices.News(
            key=_key(row),
            action="plan.edit",
            severity=severity,
            text=text,
            endpoint="plans.asked",
            args={"request_id": row.id},
            link_label=_("Đọc và góp ý"),
        )
    )


def remind(from_unit_id: int, consultation_id: int) -> None:
    """Tell the people again that an answer is awaited."""
    row = _find(from_unit_id, consultation_id)
    if row is not None and is_open(row):
        _tell(row, "warn", again=True)


def end(from_unit_id: int, consultation_id: int) -> None:
    """Note that the asker ended the round: the draft stays readable, nothing can be sent."""
    row = _find(from_unit_id, consultation_id)
    if row is not None and row.answered_at is None:
        row.ended_at = clock.now()
        notices.resolve(_key(row))


def note_answer(from_unit_id: int, consultation_id: int, remark_id: int, verdict: str, reason: str, at: str) -> None:
    """Keep what the drafter did with a remark of the present unit; an older answer never replaces a newer one."""
    row = _find(from_unit_id, consultation_id)
    remark = db.session.get(ConsultRemark, (scope.current().unit_id, remark_id))
    when = dt.datetime.fromisoformat(at)
    if row is None or remark is None or remark.request_id != row.id:
        return
    if remark.decided_at is None or remark.decided_at <= when:
        remark.verdict, remark.reason, remark.decided_at = verdict, reason, when


def is_open(row: ConsultRequest) -> bool:
    """Return whether the present unit may still answer."""
    return row.answered_at is None and row.ended_at is None and row.closes_on >= clock.today()


def _open(request_id: int) -> ConsultRequest:
    row = db.session.get(ConsultRequest, (scope.current().unit_id, request_id), with_for_update=True)
    if row is None:
        raise NotFound(f"request {request_id}")
    if row.answered_at is not None:
        raise Refused("answered", _("Đơn vị đã gửi góp ý cho dự thảo này rồi. Ý kiến đã gửi được giữ nguyên."))
    if not is_open(row):
        raise Refused("closed", _("Đợt góp ý đã kết thúc nên không gửi được nữa. Ý kiến đã nhập được giữ ở đơn vị."))
    return row


def add_remark(request_id: int, node_id: str, words: str, actor_id: int) -> ConsultRemark:
    """Write a remark on one item, or on the draft in general (``node_id`` ""). It is sent with all others.

    Raises:
        NotFound: no such request here, or the draft has no such item.
        Refused: ``answered``, ``closed``, ``no-words``.
    """
    row = _open(request_id)
    said = paragraph(words)
    if node_id and node_id not in {node["node_id"] for node in row.text}:
        raise NotFound(f"node {node_id}")
    if not said or len(said) > MOST_WORDS:
        raise Refused("no-words", _("Ý kiến cần có nội dung, dài nhất %(most)s ký tự. Chưa có gì được lưu.",
                                    most=MOST_WORDS))  # fmt: skip
    remark = ConsultRemark(request_id=row.id, node_id=node_id, words=said, by_id=actor_id, at=clock.now())
    db.session.add(remark)
    db.session.flush()
    return remark


def drop_remark(request_id: int, remark_id: int) -> None:
    """Take a remark out before it is sent.

    Raises:
        NotFound: no such remark here.
        Refused: ``answered``, ``closed``.
    """
    row = _open(request_id)
    remark = scope.get_own(ConsultRemark, remark_id)
    if remark.request_id != row.id:
        raise NotFound(f"remark {remark_id}")
    db.session.delete(remark)


def send(request_id: int, actor_id: int) -> int:
    """Send the answer: all remarks, or that there are none.

    Returns:
        how many remarks were sent.

    Raises:
        NotFound: no such request here.
        Refused: ``answered``, ``closed``.
    """
    row = _open(request_id)
    row.answered_at = clock.now()
    found = remarks(row.id)
    queue.enqueue(
        "plans.consult_remarks", row.from_unit_id, consultation_id=row.consultation_id, from_unit_id=row.unit_id,
        remarks=[{"id": one.id, "node_id": one.node_id, "words": one.words} for one in found],
        at=row.answered_at.isoformat(), dedup=f"plans.consult_remarks:{row.unit_id}:{row.id}",
    )  # fmt: skip
    notices.resolve(_key(row))
    audit.record("plan.consulted", "consult_request", row.id, actor_id, subject=row.subject, remarks=len(found))
    return len(found)


def remarks(request_id: int) -> Sequence[ConsultRemark]:
    """Return what the present unit says on a draft."""
    rows = select(ConsultRemark).where(ConsultRemark.request_id == request_id)
    return db.session.scalars(rows.order_by(ConsultRemark.id)).all()


def requests(most: int = 50) -> Sequence[ConsultRequest]:
    """Return the drafts the present unit was asked about, the newest first."""
    rows = select(ConsultRequest).order_by(ConsultRequest.answered_at.is_not(None), ConsultRequest.id.desc())
    return db.session.scalars(rows.limit(most)).all()


def count_waiting() -> int:
    """Return how many drafts wait for the present unit's comments. One query."""
    rows = select(func.count(ConsultRequest.id)).where(
        ConsultRequest.answered_at.is_(None),
        ConsultRequest.ended_at.is_(None),
        ConsultRequest.closes_on >= clock.today(),
    )
    return int(db.session.scalar(rows) or 0)
