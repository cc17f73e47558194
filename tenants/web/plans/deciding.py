"""What a take-over left to people: the merge screen, the shelf of withdrawn nodes, notices, many at once."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from tenants import scope
from tenants.accounts import queries as accounts
from tenants.db import transaction
from tenants.errors import Conflict, NotFound, Refused
from tenants.plans import queries, takeover
from tenants.plans.models import Plan
from tenants.plans.nodes import LISTS
from tenants.plans.takeover_models import PlanDecision
from tenants.plans.takeover_settle import NOTICES
from tenants.plans.takeover_values import CHOICES, UNANSWERED, Choice, DecisionView
from tenants.web.addresses import wholes
from tenants.web.forms.plans import FIELD_LABELS, LEVELS, from_lines
from tenants.web.guard import acting_user, requires
from tenants.web.plans import changing
from tenants.web.plans.blueprint import blueprint
from tenants.web.plans.presenting import parent_choices

GROUPS = {"text": ("text",), "shelf": ("orphan",), "notices": tuple(sorted(NOTICES))}
SETTLED = (
    "kept", "taken", "combined", "cleared", "acknowledged", "converted", "retired", "undone",
)  # fmt: skip
SETTLED_SHOWN = 60


@blueprint.get("/<int:plan_id>/decisions")
@requires("plan.view")
def decisions(plan_id: int) -> Any:
    """Show what waits for a person, by kind, or what was settled."""
    plan = scope.get_own(Plan, plan_id)
    rows = takeover.decisions(plan_id)
    grouped = {name: [row for row in rows if row.kind in kinds] for name, kinds in GROUPS.items()}
    asked = request.args.get("kind", "")
    kind = asked if asked in (*GROUPS, "settled") else next((name for name in GROUPS if grouped[name]), "text")
    settled = list(reversed(takeover.decisions(plan_id, SETTLED)))[:SETTLED_SHOWN] if kind == "settled" else []
    undoable = {step.id for step in takeover.steps(plan_id) if step.undoable} if settled else set()
    return render_template(
        "plans/decisions.html",
        plan=plan,
        kind=kind,
        grouped=grouped,
        settled=settled,
        undoable=undoable,
        names=accounts.names([row.by_id for row in settled]),
        states=changing.decision_words(),
        kinds=changing.kind_words(),
        both_sides=changing.both_sides,
        seen_of=takeover.seen_of,
        **changing.words(),
    )


@blueprint.post("/<int:plan_id>/decisions")
@requires("plan.edit")
def decide_many(plan_id: int) -> Any:
    """Settle the ticked questions in one way, or confirm the ticked notices; the button's value is the way."""
    scope.get_own(Plan, plan_id)
    choice = request.form.get("choice", "")
    ticked = wholes(request.form.getlist("decision"))
    if choice not in ("keep", "take", "acknowledge"):
        raise NotFound("choice")
    back = redirect(url_for("plans.decisions", plan_id=plan_id, kind=request.form.get("kind") or None), 303)
    if not ticked:
        flash(_("Chưa chọn nội dung nào. Hãy đánh dấu ít nhất một dòng rồi bấm lại."), "error")
        return back
    for decision_id in ticked:
        _of_plan(plan_id, decision_id)
    with transaction():
        if choice == "acknowledge":
            settled = takeover.acknowledge_many(ticked, acting_user().id)
        else:
            seen = {one: request.form[f"seen-{one}"] for one in ticked if f"seen-{one}" in request.form}
            way: Choice = "keep" if choice == "keep" else "take"
            settled = takeover.decide_many(ticked, way, acting_user().id, seen)
    _say_settled(settled)
    return back


def _say_settled(settled: takeover.Settled) -> None:
    if settled.done:
        flash(_("Đã xử lý %(count)s nội dung.", count=settled.done), "success")
    if settled.changed:
        flash(
            _(
                "%(count)s nội dung vừa thay đổi trong lúc bạn đang xem nên chưa xử lý. Hãy xem lại rồi chọn.",
                count=settled.changed,
            ),
            "warning",
        )
    if settled.gone:
        flash(_("%(count)s nội dung đã được xử lý trước đó nên giữ nguyên.", count=settled.gone), "info")


def _of_plan(plan_id: int, decision_id: int) -> PlanDecision:
    decision = scope.get_own(PlanDecision, decision_id)
    if decision.plan_id != plan_id:
        raise NotFound(f"decision {decision_id}")
    return decision


@blueprint.get("/<int:plan_id>/decisions/<int:decision_id>")
@requires("plan.view")
def decision(plan_id: int, decision_id: int) -> Any:
    """Show one question with its three texts, or a withdrawn node with the unit's words, or a notice."""
    _of_plan(plan_id, decision_id)
    view = takeover.decision_view(decision_id)
    return _page(plan_id, view)


def _page(plan_id: int, view: DecisionView, typed: Any = None, question: str | None = None) -> str:
    plan = scope.get_own(Plan, plan_id)
    group = next(name for name, kinds in GROUPS.items() if view.kind in kinds)
    waiting = [row.id for row in takeover.decisions(plan_id) if row.kind in GROUPS[group]]
    place = waiting.index(view.id) if view.id in waiting else None
    proposed = view.proposal.value if view.proposal is not None else None
    open_ = view.state in UNANSWERED
    parents = parent_choices(queries.working_plan(plan_id).tree) if view.kind == "orphan" and open_ else []
    return render_template(
        f"plans/decision_{group}.html",
        plan=plan,
        view=view,
        value=proposed if typed is None else typed,
        question=view.question if question is None else question,
        unsent="" if open_ else _lines(typed) or question or "",
        open=open_,
        place=place,
        total=len(waiting),
        before=waiting[place - 1] if place else None,
        after=waiting[place + 1] if place is not None and place + 1 < len(waiting) else None,
        parents=parents,
        place_before=takeover.place_before(view.id) if parents else "",
        shelf=_shelf(view) if view.kind == "orphan" else [],
        lists=LISTS,
        levels=LEVELS,
        names=accounts.names([view.by_id]),
        states=changing.decision_words(),
        kinds=changing.kind_words(),
        **changing.words(),
    )


def _shelf(view: DecisionView) -> list[tuple[str, str]]:
    """Return the unit's own words on a withdrawn node, field by field."""
    own = view.local.value["own"]
    return [(str(FIELD_LABELS.get(name, name)), changing.field_text(name, one)) for name, one in own.items()]


@blueprint.post("/<int:plan_id>/decisions/<int:decision_id>")
@requires("plan.edit")
def decide(plan_id: int, decision_id: int) -> Any:
    """Settle one question; the pressed button names the choice. A refusal gives everything typed back."""
    _of_plan(plan_id, decision_id)
    choice = next((one for one in CHOICES if one == request.form.get("choice")), None)
    if choice is None:
        raise NotFound("choice")
    view = takeover.decision_view(decision_id)
    given = _given(view) if choice == "combine" else None
    question = request.form.get("question", "")
    try:
        value = None if given is None else _checked(view, given)
        with transaction():
            takeover.decide(
                decision_id, choice, acting_user().id, value, question, request.form.get("seen") or None
            )  # fmt: skip
    except Refused as refusal:
        flash(refusal.sentence, "error")
        status = 409 if isinstance(refusal, Conflict) else 422
        return _page(plan_id, takeover.decision_view(decision_id), given, question), status
    said = {
        "keep": _("Đã giữ bản của đơn vị."),
        "take": _("Đã lấy bản của cấp trên. Lời cũ của đơn vị có trong mục Lưu trữ."),
        "combine": _("Đã dùng bản kết hợp. Lời cũ của đơn vị có trong mục Lưu trữ."),
        "ask": _("Đã gửi câu hỏi lên cấp trên. Trong lúc chờ, bản của đơn vị vẫn được dùng."),
    }
    flash(said[choice], "success")
    return _onward(plan_id, view)


def _onward(plan_id: int, view: DecisionView) -> Any:
    """Go on to the next open one of the same kind, else back to the list."""
    kinds = next(kinds for kinds in GROUPS.values() if view.kind in kinds)
    left = [row.id for row in takeover.decisions(plan_id, ("open",)) if row.kind in kinds and row.id != view.id]
    onward = next((one for one in left if one > view.id), left[0] if left else None)
    if onward is None:
        return redirect(url_for("plans.decisions", plan_id=plan_id), 303)
    return redirect(url_for("plans.decision", plan_id=plan_id, decision_id=onward), 303)


def _given(view: DecisionView) -> Any:
    """Return the combination as typed, in stored form as far as it can be."""
    form, name = request.form, view.field
    if name == "levels":
        return form.getlist("value")
    if name in LISTS:
        return list(from_lines(form.get("value")))
    if name == "due":
        return {"from": form.get("due_from") or None, "to": form.get("due_to") or None}
    if name == "quota":
        return {"count": form.get("value", "").strip()}
    return form.get("value", "")


def _checked(view: DecisionView, given: Any) -> Any:
    """Return the combination in stored form.

    Raises:
        Refused: a count that is no number.
    """
    if view.field != "quota":
        return given
    if not given["count"].isdecimal() or len(given["count"]) > 3:
        raise Refused("quota", _("Số lượng của chỉ tiêu phải từ 1 đến 999. Hãy nhập lại."))
    return {**(view.proposal.value if view.proposal and view.proposal.value else {}), "count": int(given["count"])}


def _lines(given: Any) -> str:
    """Return a typed combination as plain lines: to be read and copied when it can no longer be sent."""
    if isinstance(given, dict):
        return " – ".join(str(value) for value in given.values() if value)
    return "\n".join(given) if isinstance(given, list) else str(given or "")


@blueprint.post("/<int:plan_id>/decisions/<int:decision_id>/acknowledge")
@requires("plan.edit")
def acknowledge(plan_id: int, decision_id: int) -> Any:
    """Confirm a notice."""
    _of_plan(plan_id, decision_id)
    view = takeover.decision_view(decision_id)
    with transaction():
        takeover.acknowledge(decision_id, acting_user().id)
    flash(_("Đã xác nhận đã xem."), "success")
    return _onward(plan_id, view)


@blueprint.post("/<int:plan_id>/decisions/<int:decision_id>/convert")
@requires("plan.edit")
def convert(plan_id: int, decision_id: int) -> Any:
    """Make a withdrawn node with own words a node of the unit's own."""
    _of_plan(plan_id, decision_id)
    parent = request.form.get("parent", "")
    try:
        with transaction():
            takeover.convert_orphan(decision_id, acting_user().id, parent)
    except NotFound:
        flash(_("Chỗ vừa chọn không còn trong kế hoạch. Chưa có gì thay đổi; hãy chọn chỗ khác."), "error")
        return redirect(url_for("plans.decision", plan_id=plan_id, decision_id=decision_id), 303)
    flash(_("Đã chuyển thành mục riêng của đơn vị."), "success")
    return redirect(url_for("plans.decisions", plan_id=plan_id, kind="shelf"), 303)


@blueprint.post("/<int:plan_id>/decisions/<int:decision_id>/retire")
@requires("plan.edit")
def retire(plan_id: int, decision_id: int) -> Any:
    """Put the own words of a withdrawn node away; they stay readable in the archive."""
    _of_plan(plan_id, decision_id)
    with transaction():
        takeover.retire_orphan(decision_id, acting_user().id)
    flash(_("Đã cất mục đi. Lời của đơn vị vẫn đọc được trong mục Lưu trữ."), "success")
    return redirect(url_for("plans.decisions", plan_id=plan_id, kind="shelf"), 303)


@blueprint.post("/<int:plan_id>/nodes/<node_id>/link")
@requires("plan.edit")
def link(plan_id: int, node_id: str) -> Any:
    """Say that an own node and an inherited one are the same."""
    with transaction():
        takeover.link(plan_id, node_id, request.form.get("inherited", ""), acting_user().id)
    flash(_("Đã ghép: lời của đơn vị nay là cách viết riêng cho mục của cấp trên."), "success")
    return redirect(url_for("plans.edit", plan_id=plan_id), 303)
