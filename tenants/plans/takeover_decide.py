"""What a person does after a take-over: decide, acknowledge, rescue from the shelf, link, take back."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select, update

from tenants import audit, clock, scope
from tenants.db import db
from tenants.errors import Conflict, NotFound, Refused
from tenants.notices import service as notices
from tenants.plans import takeover_news
from tenants.plans.layer import EffectiveNode, refuse_locked, refuse_out_of_bounds
from tenants.plans.loading import Working
from tenants.plans.merge import ABSENT, comparable, decided
from tenants.plans.models import Adoption, DraftNode, Plan
from tenants.plans.nodes import FIELDS, LISTS, Node, Override, field_value
from tenants.plans.service_drafts import load, saved
from tenants.plans.service_layer import checked_value, inherited, note_local_change, would_be_empty
from tenants.plans.service_nodes import put_node
from tenants.plans.states import REVOKED
from tenants.plans.takeover_models import PlanChangeSet, PlanDecision, PlanTakeover
from tenants.plans.takeover_settle import NOTICES, all_is_done, answer_is_read, count_unanswered
from tenants.plans.takeover_steps import archive, is_untouched, lock_plan, picture, put_back, step, write_layer
from tenants.plans.takeover_values import CHOICES, UNANSWERED, Choice
from tenants.plans.values import NodeValues, paragraph, token

_STATES = {"keep": "kept", "take": "taken", "combine": "combined"}


def seen_token(decision: PlanDecision, local: Any) -> str:
    """Return the fingerprint of the texts a person decides between."""
    return token([decision.base_value, decision.upstream_value, local])


def decide(
    decision_id: int,
    choice: Choice,
    actor_id: int | None,
    value: Any = None,
    question: str = "",
    seen: str | None = None,
) -> PlanDecision:
    """Settle a question: keep the own text, take the superior's, put a combination in force, or ask the superior.

    The superior's present text becomes the base of what the unit has from now on, so the same question is not asked
    again. The text that falls away is archived. Asking changes nothing; the question stays unanswered.

    Args:
        value: for "combine", in stored form.
        question: for "ask".
        seen: ``DecisionView.seen`` when the page was opened; None skips the comparison.

    Raises:
        NotFound: the unit has no such decision.
        Refused: ``decided`` already, ``not-a-question`` (kinds that are acknowledged, or an orphan), ``no-question``,
            ``field-locked``, out of bounds, ``no-text``, or a value that cannot stand so.
        Conflict: one of the texts changed meanwhile.
    """
    if choice not in CHOICES:
        raise ValueError(choice)
    decision = _open_decision(decision_id)
    plan = _open_plan(decision)
    if choice == "ask":
        return _ask(plan, decision, question, actor_id)
    if decision.kind != "text":
        raise Refused("not-a-question", _("Mục này không có hai nội dung để chọn. Hãy dùng các nút xử lý của mục."))
    working = load(plan)
    item, base, version = inherited(working, decision.node_id)
    present = item.overrides.get(decision.field)
    if present is None:
        raise Refused("decided", _("Nội dung này đã được xử lý. Chưa có gì thay đổi; hãy tải lại trang."))
    _unchanged(decision, present, seen)
    chosen = _chosen(item, base, decision.field, value) if choice == "combine" else ABSENT
    with step(plan, "decision", version, actor_id) as change:
        _displace(plan, decision, present, base, choice, chosen, version, actor_id)
        write_layer(plan, working.layer, decided(working.layer, base, decision.field, choice, version, chosen))
        decision.state, decision.by_id, decision.at = _STATES[choice], actor_id, clock.now()
        decision.chosen_value = chosen if choice == "combine" else None
        answer_is_read(decision)
        saved(plan)
        note_local_change(plan)
    decision.change_set_id = change.id
    audit.record(
        "plan.decision", "plan", plan.id, actor_id, decision=decision.id, node_id=decision.node_id,
        field=decision.field, title=decision.title, choice=choice, version=version, local=present.value,
    )  # fmt: skip
    db.session.flush()
    return decision


def _unchanged(decision: PlanDecision, present: Override, seen: str | None) -> None:
    if seen is not None and seen != seen_token(decision, present.value):
        raise Conflict(
            "changed-meanwhile",
            _(
                "Nội dung vừa thay đổi trong lúc bạn đang xem: cấp trên có bản mới hơn hoặc đồng nghiệp vừa sửa. Chưa "
                "có gì được lưu; chữ bạn đã nhập vẫn còn bên dưới. Hãy xem lại ba bản rồi chọn lần nữa."
            ),
        )


def _displace(
    plan: Plan, decision: PlanDecision, present: Override, base: Node, choice: str, chosen: Any, version: int,
    actor_id: int | None,
) -> None:  # fmt: skip
    new = field_value(base, decision.field) if choice == "take" else chosen
    if choice != "keep" and new != present.value:
        why = "taken" if choice == "take" else "combined"
        archive(plan, base.node_id, decision.field, base.text, present.value, why, version, actor_id)


def _open_decision(decision_id: int) -> PlanDecision:
    decision = scope.get_own(PlanDecision, decision_id)
    lock_plan(decision.plan_id)
    db.session.refresh(decision)
    if decision.state not in UNANSWERED:
        raise Refused("decided", _("Nội dung này đã được xử lý. Chưa có gì thay đổi; hãy tải lại trang."))
    return decision


def _open_plan(decision: PlanDecision) -> Plan:
    plan = scope.get_own(Plan, decision.plan_id)
    _refuse_revoked(plan)
    return plan


def _refuse_revoked(plan: Plan) -> None:
    if plan.state == REVOKED:
        raise Refused("plan-revoked", _("Kế hoạch đã bị thu hồi nên không thay đổi nữa. Nội dung được giữ nguyên."))


def _chosen(item: EffectiveNode, base: Node, name: str, value: Any) -> Any:
    checked = checked_value(base, name, value)
    if comparable(name, checked) != comparable(name, field_value(base, name)):
        refuse_locked(base, name)
        if name == "quota":
            refuse_out_of_bounds(base, checked)
    if would_be_empty(item, {name: checked}):
        raise Refused("no-text", _("Mục cần có tiêu đề hoặc nội dung. Chưa có gì được lưu; hãy nhập rồi lưu lại."))
    return checked


def _ask(plan: Plan, decision: PlanDecision, question: str, actor_id: int | None) -> PlanDecision:
    words = paragraph(question)
    if not words:
        raise Refused("no-question", _("Hãy viết điều cần hỏi cấp trên rồi gửi. Chưa có gì thay đổi."))
    decision.state, decision.question, decision.by_id, decision.at = "asked", words, actor_id, clock.now()
    note_local_change(plan)
    audit.record(
        "plan.asked", "plan", plan.id, actor_id, decision=decision.id, node_id=decision.node_id,
        title=decision.title, question=words,
    )  # fmt: skip
    return decision


def answer(base_unit_id: int, base_plan_id: int, node_id: str, field: str, words: str) -> None:
    """Note what the superior answered to a question, and tell the unit; the decision stays the unit's. A question
    that was settled meanwhile needs no answer.
    """
    decision = db.session.scalar(
        select(PlanDecision)
        .where(
            PlanDecision.base_unit_id == base_unit_id,
            PlanDecision.base_plan_id == base_plan_id,
            PlanDecision.node_id == node_id,
            PlanDecision.field == field,
            PlanDecision.state == "asked",
        )
        .order_by(PlanDecision.id.desc())
        .limit(1)
    )
    if decision is None:
        return
    decision.answer = paragraph(words)
    audit.record("plan.answered", "plan", decision.plan_id, None, decision=decision.id, answer=decision.answer)
    notices.tell(takeover_news.answered(decision.id, decision.plan_id, decision.title))


def acknowledge(decision_id: int, actor_id: int | None) -> PlanDecision:
    """Confirm a notice: an own value that a lock or bound put aside, or a node that came back.

    Raises:
        NotFound: the unit has no such decision.
        Refused: ``decided`` already, or ``not-a-notice``.
    """
    decision = _open_decision(decision_id)
    if decision.kind not in NOTICES:
        raise Refused("not-a-notice", _("Nội dung này cần một quyết định, không chỉ xác nhận đã xem."))
    decision.state, decision.by_id, decision.at = "acknowledged", actor_id, clock.now()
    count_unanswered(scope.get_own(Plan, decision.plan_id))
    audit.record("plan.acknowledged", "plan", decision.plan_id, actor_id, decision=decision.id, title=decision.title)
    return decision


def acknowledge_version(takeover_id: int, actor_id: int | None) -> PlanTakeover:
    """Confirm to the superior that an (urgent) amendment was read. A second time changes nothing.

    Raises:
        NotFound: the unit has no such row.
    """
    row = scope.get_own(PlanTakeover, takeover_id)
    if row.acknowledged_at is None:
        row.acknowledged_at = clock.now()
        if not row.unanswered:
            all_is_done(row)
        audit.record("plan.acknowledged", "plan", row.plan_id, actor_id, version=row.version)
    return row


def convert_orphan(decision_id: int, actor_id: int | None, parent: str | None = None) -> DraftNode:
    """Make a withdrawn node with the unit's own words a node of the unit's own; own nodes below it follow.

    Args:
        parent: where it is to stand; "" for a section; None for the place of its own nodes' section if that is still
            there, else a section.

    Raises:
        NotFound: the unit has no such decision, or there is no such parent.
        Refused: ``decided`` already, ``not-an-orphan``, or too deep to be numbered.
    """
    decision, plan = _orphan(decision_id)
    shelf = decision.local_value
    with step(plan, "shelf", decision.version, actor_id) as change:
        values = _shelved(shelf["node"])
        node = put_node(plan, parent or "", values, actor_id)
        db.session.flush()
        db.session.execute(
            update(DraftNode)
            .where(DraftNode.plan_id == plan.id, DraftNode.node_id.in_(shelf["children"]))
            .where(DraftNode.parent_node_id == decision.node_id)
            .values(parent_node_id=node.node_id)
        )
        decision.state, decision.by_id, decision.at = "converted", actor_id, clock.now()
        answer_is_read(decision)
        saved(plan)
        note_local_change(plan)
    decision.change_set_id = change.id
    audit.record(
        "plan.orphan-converted", "plan", plan.id, actor_id, decision=decision.id, node_id=node.node_id,
        title=decision.title,
    )  # fmt: skip
    return node


def _orphan(decision_id: int) -> tuple[PlanDecision, Plan]:
    decision = _open_decision(decision_id)
    if decision.kind != "orphan":
        raise Refused("not-an-orphan", _("Chỉ mục đã bị cấp trên rút mới chuyển thành mục riêng hoặc cất đi được."))
    return decision, _open_plan(decision)


def _shelved(node: dict[str, Any]) -> NodeValues:
    due = node["due"]
    lists: dict[str, Any] = {name: tuple(node[name]) for name in LISTS}
    quota = {name: value for name, value in (node["quota"] or {}).items() if name not in ("floor", "ceiling")}
    return NodeValues(
        title=node["title"],
        body=node["body"],
        kind=node["kind"],
        due_from=dt.date.fromisoformat(due["from"]) if due["from"] else None,
        due_to=dt.date.fromisoformat(due["to"]) if due["to"] else None,
        quota=quota or None,
        **lists,
    )


def retire_orphan(decision_id: int, actor_id: int | None) -> PlanDecision:
    """Put the own words of a withdrawn node away for good; the archive keeps them.

    Raises:
        NotFound: the unit has no such decision.
        Refused: ``decided`` already, or ``not-an-orphan``.
    """
    decision, plan = _orphan(decision_id)
    with step(plan, "shelf", decision.version, actor_id) as change:
        decision.state, decision.by_id, decision.at = "retired", actor_id, clock.now()
        answer_is_read(decision)
        note_local_change(plan)
    decision.change_set_id = change.id
    audit.record(
        "plan.orphan-retired", "plan", plan.id, actor_id, decision=decision.id, title=decision.title,
        own=decision.local_value["own"],
    )  # fmt: skip
    return decision


def link(plan_id: int, own_node_id: str, inherited_node_id: str, actor_id: int | None) -> frozenset[str]:
    """Say that an own node and an inherited one are the same: the own words become the unit's wording of the
    inherited node, and the own node goes; own nodes below it follow. What a lock does not let stand is archived.

    Returns:
        the fields that are now the unit's wording.

    Raises:
        NotFound: no such own or inherited node.
        Refused: ``linked-adapted``: the inherited node has own wording already, or is left out.
    """
    plan = lock_plan(plan_id)
    _refuse_revoked(plan)
    working = load(plan)
    item, base, version = inherited(working, inherited_node_id)
    own = working.by_id.get(own_node_id)
    if own is None or own.base is not None:
        raise NotFound(f"own node {own_node_id}")
    if item.adapted or not item.is_present:
        raise Refused(
            "linked-adapted",
            _("Mục của cấp trên đã có nội dung riêng của đơn vị hoặc đang được bỏ ra. Cả hai mục được giữ nguyên."),
        )
    with step(plan, "link", version, actor_id):
        taken = _take_wording(plan, own.node, base, version, actor_id)
        _replace_own(plan, own_node_id, inherited_node_id)
        saved(plan)
        note_local_change(plan)
    audit.record(
        "plan.linked", "plan", plan.id, actor_id, node_id=inherited_node_id, own_node_id=own_node_id,
        title=base.text, fields=sorted(taken),
    )  # fmt: skip
    return taken


def _take_wording(plan: Plan, own: Node, base: Node, version: int, actor_id: int | None) -> frozenset[str]:
    working = load(plan)
    layer, taken = working.layer, set()
    fields = dict(layer.overrides.get(base.node_id, {}))
    for name in FIELDS:
        value = field_value(own, name)
        if value in ("", [], None, {"from": None, "to": None}):
            continue
        archive(plan, own.node_id, name, own.text, value, "linked", version, actor_id)
        upstream = field_value(base, name)
        if comparable(name, value) != comparable(name, upstream) and base.policy(name) != "locked":
            fields[name] = Override(base.node_id, name, value, upstream, version, "", actor_id, clock.now())
            taken.add(name)
    changed = type(layer)(layer.own, {**layer.overrides, base.node_id: fields}, layer.omissions)
    write_layer(plan, layer, changed)
    return frozenset(taken)


def _replace_own(plan: Plan, own_node_id: str, inherited_node_id: str) -> None:
    row = db.session.scalar(select(DraftNode).where(DraftNode.plan_id == plan.id, DraftNode.node_id == own_node_id))
    if row is None:
        raise NotFound(f"own node {own_node_id}")
    db.session.delete(row)
    db.session.execute(
        update(DraftNode)
        .where(DraftNode.plan_id == plan.id, DraftNode.parent_node_id == own_node_id)
        .values(parent_node_id=inherited_node_id)
    )
    db.session.flush()


def undo(change_set_id: int, actor_id: int | None) -> PlanChangeSet:
    """Take a step back as a whole: a take-over, a decision, a rescue from the shelf, a link.

    After a take-over was taken back, the version waits for the leader; it is not taken over by itself again.

    Raises:
        NotFound: the unit has no such step.
        Refused: ``undone`` already, or ``later-step``: something was done since that builds on it.
    """
    change = scope.get_own(PlanChangeSet, change_set_id)
    plan = lock_plan(change.plan_id)
    _refuse_revoked(plan)
    db.session.refresh(change)
    if change.undone_at is not None:
        raise Refused("undone", _("Bước này đã được hoàn tác trước đó. Chưa có gì thay đổi."))
    known = {item.node.node_id for item in load(plan).items}
    if not is_untouched(change, picture(plan)):
        raise _later_step()
    put_back(plan, change, actor_id)
    if change.kind == "takeover":
        _wait_again(plan, change)
    change.undone_at, change.undone_by = clock.now(), actor_id
    if _stranded(load(plan), known):
        raise _later_step()
    saved(plan)
    note_local_change(plan, by_person=False)
    audit.record("plan.undone", "plan", plan.id, actor_id, change_set=change.id, kind=change.kind, before=change.after)
    return change


def _later_step() -> Refused:
    return Refused(
        "later-step",
        _("Sau bước này đã có thay đổi khác dựa trên nó nên chưa hoàn tác được. Hãy hoàn tác bước mới hơn trước."),
    )


def _stranded(working: Working, known: set[str]) -> bool:
    """Whether going back took away a node on which the unit has written since."""
    present = {item.node.node_id for item in working.items}
    used = {*working.layer.overrides, *working.layer.omissions, *(node.parent for node in working.layer.own)}
    return bool((used & known) - present)


def _wait_again(plan: Plan, change: PlanChangeSet) -> None:
    for key in change.after.get("bases", {}):
        adoption = scope.get_own(Adoption, int(key))
        row = db.session.scalar(
            select(PlanTakeover).where(
                PlanTakeover.unit_id == plan.unit_id,
                PlanTakeover.base_unit_id == adoption.base_unit_id,
                PlanTakeover.base_plan_id == adoption.base_plan_id,
                PlanTakeover.version == change.version,
            )
        )
        if row is not None:
            row.state, row.taken_at, row.unanswered = "waiting", None, 0
