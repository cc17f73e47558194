"""What several pages of plans show: facts of a node, differences, the next step."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app, g, url_for
from flask_babel import gettext as _

from tenants.plans import queries
from tenants.plans.diff import Segment, word_diff
from tenants.plans.layer import EffectiveNode
from tenants.plans.models import Adoption, Plan
from tenants.plans.nodes import FIELDS, LISTS, Node, field_value
from tenants.plans.states import AMENDING
from tenants.plans.tree import TreeNode
from tenants.text import format_date
from tenants.web.forms.plans import FIELD_LABELS, LEVELS, QUOTA_PERIODS

LONGEST_COMPARED = 20_000
"""Longest text whose differences are marked word by word, in characters."""


@dataclass(frozen=True)
class NextStep:
    """What is to be done next with a plan; without ``label`` it is somebody else's turn."""

    sentence: str
    label: str = ""
    url: str = ""


@dataclass(frozen=True)
class FieldChange:
    """One field of a node before and after."""

    name: str
    label: str
    segments: Sequence[Segment]


def labels(codes: Iterable[str]) -> str:
    """Return education levels in words."""
    return ", ".join(str(LEVELS.get(code, code)) for code in codes)


def due_words(node: Node) -> str:
    """Return a due window in words; "" when there is none."""
    if node.due_from and node.due_to:
        return f"{format_date(node.due_from)} – {format_date(node.due_to)}"
    if node.due_to:
        return str(_("đến %(day)s", day=format_date(node.due_to)))
    return str(_("từ %(day)s", day=format_date(node.due_from))) if node.due_from else ""


def quota_words(quota: Any) -> str:
    """Return a quota in words; "" when there is none."""
    if not quota:
        return ""
    return str(_("%(count)s bài %(period)s", count=quota["count"], period=QUOTA_PERIODS.get(quota["period"], "")))


def facts(node: Node) -> list[dict[str, str]]:
    """Return who, when, how much, where and for whom, as a tree row shows them."""
    found = [
        ("people", ", ".join(node.owners)),
        ("calendar", due_words(node)),
        ("target", quota_words(node.quota)),
        ("broadcast", ", ".join(node.channels)),
        ("user", ", ".join(node.audience)),
        ("school", labels(node.levels)),
    ]
    return [{"icon": icon, "text": text} for icon, text in found if text]


def rules(node: Node) -> list[dict[str, str]]:
    """Return the locks and freedoms of a node in words."""
    locked = [str(FIELD_LABELS[name]).lower() for name in FIELDS if node.policy(name) == "locked"]
    free = [str(FIELD_LABELS[name]).lower() for name in FIELDS if node.policy(name) == "free"]
    found = []
    if node.mandatory:
        found.append(("flag", _("bắt buộc")))
    if locked:
        found.append(("lock", _("khóa: %(fields)s", fields=", ".join(locked))))
    if free:
        found.append(("leaf", _("tự do: %(fields)s", fields=", ".join(free))))
    return [{"icon": icon, "text": text} for icon, text in found]


def in_words(node: Node, name: str) -> str:
    """Return one field of a node as text."""
    if name == "due":
        return due_words(node)
    if name == "quota":
        return quota_words(node.quota)
    if name == "levels":
        return labels(node.levels)
    if name == "policies":
        return ", ".join(fact["text"] for fact in rules(node))
    if name == "mandatory":
        return str(_("bắt buộc") if node.mandatory else _("không bắt buộc"))
    value = field_value(node, name)
    return "\n".join(value) if name in LISTS else str(value)


def differences(old: str, new: str) -> Sequence[Segment]:
    """Return two texts as pieces; very long ones are shown one after the other."""
    if len(old) + len(new) > LONGEST_COMPARED:
        return [segment for segment in (Segment("removed", old), Segment("added", new)) if segment.text]
    return word_diff(old, new)


def changes(item: EffectiveNode) -> list[FieldChange]:
    """Return the fields of an inherited node that the unit adapted, word by word."""
    if item.base is None:
        return []
    return [
        FieldChange(name, str(FIELD_LABELS[name]), differences(in_words(item.base, name), in_words(item.node, name)))
        for name in FIELD_LABELS
        if name in item.adapted
    ]


def several_origins(origins: dict[int, str]) -> dict[int, str]:
    """Return the units nodes come from when more than one superior is among them; else nothing, for it says nothing."""
    above = {unit_id: name for unit_id, name in origins.items() if unit_id != g.unit.id}
    return origins if len(above) > 1 else {}


def usual_parent(tree: Sequence[TreeNode]) -> str:
    """Return where topics mostly stand: the likely place for the next one."""
    parents = [
        node.node.parent for top in tree for node in top.walk() if node.node.kind in queries.SERVED_KINDS and node.depth
    ]
    return max(parents, key=parents.count) if parents else ""


def may_dispatch() -> bool:
    """Return whether this unit issues through the page on which it chooses the units below."""
    return not g.unit.is_school and "issuing.choose" in current_app.view_functions


def issue_url(plan: Plan) -> str:
    """Return where a plan is issued: units with others below them choose whom it is sent to."""
    if may_dispatch():
        return url_for("amending.preview" if plan.state == AMENDING else "issuing.choose", plan_id=plan.id)
    return url_for("plans.issue", plan_id=plan.id)


def next_step(
    plan: Plan, adoption: Adoption | None, *, may_edit: bool, may_issue: bool, checked: bool
) -> NextStep | None:
    """Return what there is to do with a plan; None when nothing is left to do.

    Args:
        checked: the unit has set steps a draft passes before it is issued (``life.steps_in_use``).
    """
    if plan.current_version and plan.state == "issued":
        return None
    edit = url_for("plans.edit", plan_id=plan.id)
    if adoption is not None:
        state = queries.adoption_state(adoption)
        if state == "received":
            return NextStep(
                _("Đọc kế hoạch của cấp trên rồi xác nhận đã nghiên cứu."),
                _("Đọc kế hoạch cấp trên") if may_edit else "",
                url_for("plans.base", plan_id=plan.id, adoption_id=adoption.id),
            )
        if state == "opened":
            return NextStep(
                _("Cụ thể hóa cho đơn vị: điều chỉnh mục được phép, thêm mục riêng, bỏ mục không phù hợp."),
                _("Cụ thể hóa") if may_edit else "",
                edit,
            )
    if plan.state == AMENDING and may_edit:
        return NextStep(
            _("Bản điều chỉnh đang soạn; bản đã ban hành vẫn có hiệu lực."),
            _("Tiếp tục bản điều chỉnh"),
            url_for("plans.amendment", plan_id=plan.id),
        )
    if checked:
        return NextStep(
            _("Khi nội dung đã xong, đưa dự thảo qua các bước kiểm tra, duyệt rồi mới ban hành."),
            _("Quy trình ban hành"),
            url_for("plans.life", plan_id=plan.id),
        )
    if may_issue:
        return NextStep(
            _("Khi nội dung đã xong, nhập số, ngày, người ký rồi ban hành."), _("Ban hành"), issue_url(plan)
        )
    sentence = _("Soạn xong nội dung, trình người đứng đầu đơn vị ban hành.")
    return NextStep(sentence, _("Soạn tiếp") if may_edit else "", edit)


def hints(whole: queries.EffectivePlan) -> list[tuple[bool, str]]:
    """Return what a good plan has, each with whether this one has it. None of it prevents the issue."""
    nodes = [node.node for top in whole.present for node in top.walk()]
    plan = whole.plan
    studied = all(base.adoption.opened_at is not None for base in whole.bases)
    found = [
        (bool(plan.starts_on and plan.ends_on), _("Có thời gian thực hiện (từ ngày, đến ngày).")),
        (bool(whole.citations or plan.introduction), _("Có căn cứ hoặc lời dẫn.")),
        (any(node.owners for node in nodes), _("Có phân công người, bộ phận thực hiện.")),
        (any(node.due_to or node.due_from for node in nodes), _("Có mục ghi rõ thời hạn.")),
        (any(node.kind == "closing" for node in nodes), _("Có phần kết.")),
        (bool(plan.recipients), _("Có nơi nhận.")),
    ]
    if whole.bases:
        found.insert(0, (studied, _("Đã nghiên cứu kế hoạch của cấp trên.")))
    return found


def parent_choices(tree: Sequence[TreeNode], most_depth: int = 3) -> list[tuple[str, str]]:
    """Return the nodes under which something can be added, indented by depth, sections first of all."""
    choices = [("", str(_("Mục lớn mới (I, II, …)")))]
    for top in tree:
        for node in top.walk():
            if node.item.is_present and node.depth <= most_depth and node.node.kind != "closing":
                text = f"{node.label} {node.node.text}".strip()
                short = text if len(text) <= 70 else text[:70].rsplit(" ", 1)[0] + "…"
                choices.append((node.node_id, "\u2003" * node.depth + short))
    return choices
