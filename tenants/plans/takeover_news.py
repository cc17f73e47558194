"""What a unit's people are told about an amendment of a superior."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import shorten

from flask_babel import gettext as _

from tenants.notices.service import News
from tenants.plans.models import PlanVersion
from tenants.units.models import Unit

AT_DESK = ("plan.offer:", "plan.takeover:", "plan.answer:")
"""How the keys begin of what the start page shows as work of its own (``takeover_desk``)."""


def offer_key(plan_id: int, document: PlanVersion) -> str:
    """Return the key of the notice that an amendment waits for the leader of the unit with this plan."""
    return f"plan.offer:{plan_id}:{document.unit_id}:{document.plan_id}"


def taken_key(plan_id: int, document: PlanVersion) -> str:
    """Return the key of the notice that an amendment was taken over."""
    return f"plan.takeover:{plan_id}:{document.unit_id}:{document.plan_id}"


def is_urgent(document: PlanVersion) -> bool:
    """Return whether everybody is told, also where nothing is to be decided."""
    return document.change_class == "urgent"


def offered(plan_id: int, document: PlanVersion) -> News:
    """Return the news that an amendment waits for the leader."""
    return News(
        key=offer_key(plan_id, document),
        action="plan.issue",
        severity="bad" if is_urgent(document) else "warn",
        text=_(
            "%(name)s đã điều chỉnh kế hoạch «%(subject)s». Kế hoạch của đơn vị chưa thay đổi; "
            "hãy xem thay đổi và xác nhận cập nhật.",
            name=document.unit_name,
            subject=document.subject,
        ),
        endpoint="plans.changes",
        args={"plan_id": plan_id},
        link_label=_("Xem thay đổi"),
    )


def taken(plan_id: int, document: PlanVersion, unanswered: int) -> News:
    """Return the news that an amendment was taken over, and how much is to be decided."""
    if unanswered:
        text = _(
            "%(name)s đã điều chỉnh kế hoạch «%(subject)s». Có %(count)s nội dung cần đơn vị quyết định; "
            "trong lúc chờ, nội dung riêng của đơn vị được giữ nguyên.",
            name=document.unit_name,
            subject=document.subject,
            count=unanswered,
        )
    else:
        text = _(
            "%(name)s đã điều chỉnh khẩn kế hoạch «%(subject)s». Nội dung mới đã vào kế hoạch của đơn vị; hãy đọc và "
            "xác nhận với cấp trên.",
            name=document.unit_name,
            subject=document.subject,
        )
    return News(
        key=taken_key(plan_id, document),
        action="plan.edit",
        severity="bad" if is_urgent(document) else "warn",
        text=text,
        endpoint="plans.decisions" if unanswered else "plans.changes",
        args={"plan_id": plan_id},
        link_label=_("Xử lý ngay") if unanswered else _("Xem thay đổi"),
    )


def question_key(unit_id: int, base_plan_id: int) -> str:
    """Return the key of the notice, at the superior, that a unit asks about its plan."""
    return f"plan.question:{unit_id}:{base_plan_id}"


def asked(unit: Unit, base_plan_id: int, subject: str, questions: Sequence[str]) -> News:
    """Return the news for a superior that a unit asks about its plan; ``questions`` are all that stand open."""
    named = {"name": unit.name, "subject": shorten(subject, 100, placeholder="…")}
    if len(questions) == 1:
        words = shorten(questions[0], 200, placeholder="…")
        text = _("%(name)s hỏi về kế hoạch «%(subject)s»: «%(words)s»", words=words, **named)
    else:
        text = _("%(name)s có %(count)s câu hỏi về kế hoạch «%(subject)s».", count=len(questions), **named)
    return News(
        key=question_key(unit.id, base_plan_id),
        action="oversight.issue",
        severity="warn",
        text=text,
        endpoint="plan_questions.index",
        link_label=_("Trả lời"),
    )


def answer_key(decision_id: int) -> str:
    """Return the key of the notice that the superior answered a question."""
    return f"plan.answer:{decision_id}"


def answered(decision_id: int, plan_id: int, title: str) -> News:
    """Return the news that the superior answered a question; the decision stays the unit's."""
    return News(
        key=answer_key(decision_id),
        action="plan.edit",
        severity="info",
        text=_(
            "Cấp trên đã trả lời câu hỏi của đơn vị về mục «%(title)s».", title=shorten(title, 100, placeholder="…")
        ),
        endpoint="plans.decision",
        args={"plan_id": plan_id, "decision_id": decision_id},
        link_label=_("Xem câu trả lời"),
    )
