"""What the pages of amendments share: the words for changes, counts and reasons; fields as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select, tuple_

from tenants.db import db
from tenants.plans import service, takeover
from tenants.plans.diff import WHOLE, Segment, condensed, field_diff
from tenants.plans.held import LEFT_OUT
from tenants.plans.models import Adoption, Plan, PlanVersion
from tenants.plans.nodes import GOVERNING
from tenants.plans.takeover_models import PlanDecision, PlanTakeover
from tenants.plans.takeover_values import FieldChange, NodeChange
from tenants.web.forms.plans import FIELD_LABELS
from tenants.web.plans.presenting import differences


def field_text(name: str, value: Any) -> str:
    """Return a field's stored value as people read it, the rules for units below included."""
    if name == "mandatory":
        return str(_("bắt buộc") if value else _("không bắt buộc"))
    if name == "policies":
        shown = {"locked": _("khóa"), "free": _("tự do"), "default": _("mặc định")}
        parts = [
            f"{str(FIELD_LABELS.get(field, field)).lower()}: {shown.get(one, one)}" for field, one in value.items()
        ]
        return ", ".join(parts) if value else str(_("mặc định cho mọi phần"))
    return takeover.as_text(name, value)


def marked(change: FieldChange) -> Sequence[Segment]:
    """Return one changed field word by word; rules are shown one after the other, they are no prose."""
    old, new = field_text(change.field, change.before), field_text(change.field, change.after)
    if change.field in GOVERNING:
        return [segment for segment in (Segment("removed", old), Segment("added", new)) if segment.text]
    return field_diff(change.field, old, new) if change.field in WHOLE else differences(old, new)


def both_sides(row: PlanDecision) -> list[Sequence[Segment]]:
    """Return what the superior and what the unit changed, each in one line."""
    base = takeover.as_text(row.field, row.base_value)
    sides = [takeover.as_text(row.field, value) for value in (row.upstream_value, row.local_value)]
    if row.field in WHOLE:
        return [[Segment("same", side)] if side else [] for side in sides]
    return [condensed(differences(base, side)) if side else [] for side in sides]


def is_held(row: PlanDecision) -> bool:
    """Return whether the unit stands by what it had before an amendment: an old text of the superior, or without a new
    node.
    """
    return row.kind == LEFT_OUT or (row.kind == "text" and row.local_value == row.base_value)


def change_words() -> dict[str, tuple[str, str, str]]:
    """Return kind of change -> tone, words and sign of its chip."""
    return {
        "added": ("ok", _("Thêm mới"), "plus"),
        "changed": ("info", _("Sửa nội dung"), "pencil"),
        "withdrawn": ("bad", _("Rút"), "none"),
        "moved": ("neutral", _("Đổi vị trí"), "arrow-right"),
    }


def class_words() -> dict[str, tuple[str, str, str]]:
    """Return class of change -> tone, words and sign of its chip."""
    return {
        "wording": ("neutral", _("Sửa lỗi chính tả"), "pencil"),
        "content": ("info", _("Thay đổi nội dung"), "article"),
        "urgent": ("bad", _("Khẩn"), "warning"),
    }


def takeover_words() -> dict[str, tuple[str, str, str]]:
    """Return state of a take-over -> tone, words and sign of its chip."""
    return {
        "waiting": ("warn", _("Chờ đơn vị xác nhận"), "clock"),
        "needs_decision": ("warn", _("Chờ quyết định"), "question"),
        "taken": ("ok", _("Đã tiếp nhận"), "check-circle"),
        "failed": ("bad", _("Chưa cập nhật được"), "error"),
        "passed": ("neutral", _("Đã sang bản sau"), "arrow-right"),
    }


def words() -> dict[str, Any]:
    """Return what every page of changes says them with."""
    return {
        "change_words": change_words(),
        "class_words": class_words(),
        "takeover_words": takeover_words(),
        "labels": FIELD_LABELS,
        "marked": marked,
        "is_held": is_held,
    }


def archive_reasons() -> dict[str, str]:
    """Return why an own text was put aside, in words."""
    return {
        "same": _("Cấp trên đã có cùng nội dung"),
        "locked": _("Cấp trên khóa phần này"),
        "bounds": _("Ngoài mức sàn, trần của cấp trên"),
        "mandatory": _("Cấp trên đặt mục là bắt buộc"),
        "withdrawn": _("Cấp trên rút mục"),
        "moved": _("Mục được tách hoặc gộp"),
        "taken": _("Đơn vị lấy bản của cấp trên"),
        "combined": _("Đơn vị kết hợp hai bản"),
        "undone": _("Hoàn tác một bước"),
        "linked": _("Ghép với mục của cấp trên"),
        "retired": _("Đơn vị cất mục đi"),
        "discarded": _("Bỏ dự thảo điều chỉnh"),
    }


def kind_words() -> dict[str, str]:
    """Return kind of decision -> what it is about."""
    return {
        "text": _("Hai bên cùng sửa"),
        "locked": _("Bị khóa"),
        "bounds": _("Ngoài mức sàn, trần"),
        "mandatory": _("Mục trở lại bắt buộc"),
        "left-out": _("Mục mới đang để ngoài"),
        "orphan": _("Mục bị rút"),
    }


def decision_words() -> dict[str, tuple[str, str]]:
    """Return state of a decision -> tone and words of its chip."""
    return {
        "open": ("warn", _("Chờ quyết định")),
        "asked": ("info", _("Đang hỏi cấp trên")),
        "kept": ("ok", _("Giữ bản của đơn vị")),
        "taken": ("ok", _("Lấy bản của cấp trên")),
        "combined": ("ok", _("Kết hợp hai bản")),
        "cleared": ("neutral", _("Không còn khác biệt")),
        "acknowledged": ("ok", _("Đã xem")),
        "converted": ("ok", _("Thành mục riêng")),
        "retired": ("neutral", _("Đã cất đi")),
        "undone": ("neutral", _("Đã hoàn tác")),
    }


def documents_of(rows: Sequence[PlanTakeover]) -> dict[tuple[int, int, int], PlanVersion]:
    """Return the superiors' documents some take-overs are about. One query."""
    keys = {(row.base_unit_id, row.base_plan_id, row.version) for row in rows}
    if not keys:
        return {}
    place = tuple_(PlanVersion.unit_id, PlanVersion.plan_id, PlanVersion.version)
    found = db.session.scalars(select(PlanVersion).where(place.in_(keys)))
    return {(row.unit_id, row.plan_id, row.version): row for row in found}


@dataclass(frozen=True)
class SuperiorNews:
    """What a plan's page says of its superiors' amendments.

    Args:
        waiting: superiors' plans whose newer version waits for the unit.
        open: things left to a person; ``answered`` of them have an answer of the superior.
        unconfirmed: an urgent version was taken over and not confirmed yet.
        unissued: something was taken over since the unit's own last document.
    """

    waiting: int
    open: int
    answered: int
    unconfirmed: bool
    unissued: bool


def superior_news(plan: Plan, adoptions: Sequence[Adoption]) -> SuperiorNews | None:
    """Return what superiors changed and what is left to do; None for a plan without a base. Four queries at most."""
    if not adoptions:
        return None
    open_ones = takeover.decisions(plan.id)
    rows = [row for row in takeover.taken(plan.id) if row.state in ("taken", "needs_decision")]
    documents = documents_of(rows)
    unread = [row for row in rows if row.acknowledged_at is None]
    urgent = [documents.get((row.base_unit_id, row.base_plan_id, row.version)) for row in unread]
    since = max((row.taken_at for row in rows if row.taken_at is not None), default=None)
    issued_at = None
    if since is not None and plan.current_version and plan.state == "issued":
        issued_at = db.session.scalar(
            select(PlanVersion.issued_at).where(
                PlanVersion.unit_id == plan.unit_id,
                PlanVersion.plan_id == plan.id,
                PlanVersion.version == plan.current_version,
            )
        )
    return SuperiorNews(
        waiting=sum(row.offered_version > row.base_version for row in adoptions),
        open=len(open_ones),
        answered=sum(bool(row.answer) for row in open_ones),
        unconfirmed=any(one is not None and one.change_class == "urgent" for one in urgent),
        unissued=since is not None and issued_at is not None and since > issued_at,
    )


def unissued(plan: Plan) -> tuple[NodeChange, ...]:
    """Return what the unit's own next version would change; nothing before the first issue."""
    return service.changes_since_issue(plan.id) if plan.current_version else ()
