"""The guided step for an officer: units get a new name, another superior, are merged, split or closed on a day."""

from __future__ import annotations

import datetime as dt
from itertools import zip_longest
from typing import Any

from flask import Blueprint, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from district.oversight import calling_off, changes, directory, reorganizing, units
from district.oversight.changes import Successor, Wish
from tenants import clock
from tenants.accounts import queries as people
from tenants.db import db, transaction
from tenants.errors import Refused
from tenants.units import lineage, planned, states
from tenants.web.addresses import wholes
from tenants.web.guard import acting_user, requires

blueprint = Blueprint(
    "district_changes", __name__, url_prefix="/o/<unit_slug>/units/changes", template_folder="templates"
)

PARTS_OFFERED = 4
"""Lines for the names of new units when one is split."""

KIND_LABELS = {
    "rename": _l("Đổi tên"),
    "move": _l("Chuyển cấp trên"),
    "merge": _l("Sáp nhập"),
    "split": _l("Tách đơn vị"),
    "close": _l("Kết thúc hoạt động"),
}
"""How the kinds are called, in the order in which they are offered."""

STATE_LABELS = {
    states.ASKED: _l("Chờ nơi tiếp nhận trả lời"),
    states.PREPARING: _l("Đang chuẩn bị"),
    states.PLANNED: _l("Chờ đến ngày"),
    states.RUNNING: _l("Đang thực hiện"),
    states.DONE: _l("Đã xong"),
    states.DECLINED: _l("Bị từ chối"),
    states.CANCELLED: _l("Đã hủy"),
    states.FAILED: _l("Không thực hiện được"),
}
"""How the states are called."""

TONES = {states.DONE: "ok", states.DECLINED: "bad", states.FAILED: "bad", states.CANCELLED: ""}


def _labels() -> dict[str, Any]:
    return {
        "kinds": KIND_LABELS,
        "state_labels": STATE_LABELS,
        "tones": TONES,
        "may_cancel": calling_off.may_cancel,
    }


@blueprint.get("")
@requires("oversight.units")
def index() -> Any:
    """List what was decided, and what this office is asked about."""
    found = changes.listed()
    return render_template("changes/index.html", found=found, names=planned.names_of(found), **_labels())


@blueprint.get("/new/<kind>")
@requires("oversight.units")
def new(kind: str) -> Any:
    """Ask which units, from which day, and how."""
    return _form(kind, request.args)


def _form(kind: str, typed: Any, status: int = 200) -> Any:
    if kind not in KIND_LABELS:
        kind = "rename"
    names, types = typed.getlist("successor"), typed.getlist("successor_type")
    rows = list(zip_longest(names, types, fillvalue=""))
    page = render_template(
        "changes/form.html",
        kind=kind,
        typed=typed,
        directory=directory.read(g.unit.id),
        today=clock.today(),
        types=units.types_below(g.unit.type.tier),
        rows=(rows + [("", "")] * PARTS_OFFERED)[: max(len(rows), PARTS_OFFERED if kind == "split" else 1)],
        **_labels(),
    )
    return page, status


def _number(name: str) -> int:
    return request.form.get(name, 0, type=int)


def _wish(kind: str) -> Wish:
    """Return what was typed.

    Raises:
        Refused: the day cannot be read.
    """
    try:
        on = dt.date.fromisoformat(request.form.get("on", ""))
    except ValueError:
        raise Refused("no-day", _("Hãy nhập ngày có hiệu lực. Chưa có gì thay đổi.")) from None
    founded = _founded() if kind in ("merge", "split") else ()
    return Wish(
        kind=kind,
        unit_ids=tuple(wholes(request.form.getlist("unit"))),
        on=on,
        name=request.form.get("name", "")[:200],
        short_name=request.form.get("short_name", "")[:60],
        target_id=_number("target_id") if kind == "move" else 0,
        target_slug=request.form.get("target_slug", "")[:60],
        relation=request.form.get("relation", "administrative"),
        successor_id=_number("successor_id") if kind == "merge" else 0,
        successors=() if kind == "merge" and _number("successor_id") else founded,
        people=_people(),
    )


def _founded() -> tuple[Successor, ...]:
    """Return the units to found: fields "successor" with the name and beside each "successor_type"."""
    rows = zip_longest(request.form.getlist("successor"), request.form.getlist("successor_type"), fillvalue="")
    return tuple(reorganizing.new_successor(name[:200], "", type_code) for name, type_code in rows if name.strip())


def _people() -> tuple[tuple[int, int, int], ...]:
    """Return who was ticked: fields "person" with "unit:user:place"."""
    found = []
    for value in request.form.getlist("person"):
        parts = wholes(value.split(":"))
        if len(parts) == 3:
            found.append((parts[0], parts[1], parts[2]))
    return tuple(found)


@blueprint.post("/new/<kind>/preview")
@requires("oversight.units")
def preview(kind: str) -> Any:
    """Show what moves, before anything is written."""
    try:
        wish = _wish(kind)
        chosen, target = reorganizing.check(wish)
    except Refused as refusal:
        flash(refusal.sentence, "error")
        return _form(kind, request.form, 422)
    return _preview_page(wish, chosen, target)


def _preview_page(wish: Wish, chosen: Any, target: Any, status: int = 200) -> Any:
    affected = reorganizing.affected_by(wish, chosen)
    known = directory.read(g.unit.id).by_id
    page = render_template(
        "changes/preview.html",
        wish=wish,
        target=target,
        seen=changes.preview(chosen, affected),
        names={unit_id: entry.name for unit_id, entry in known.items()},
        ending=wish.kind in reorganizing.ENDING,
        least=reorganizing.LEAST_REASON,
        type_labels={one.code: one.label for one in units.types_below(g.unit.type.tier)},
        typed=request.form,
        **_labels(),
    )
    return page, status


@blueprint.post("/new/<kind>")
@requires("oversight.units")
def confirm(kind: str) -> Any:
    """Decide what was previewed."""
    try:
        with transaction():
            change_id = reorganizing.decide(_wish(kind), request.form.get("reason", ""), acting_user().id).id
    except Refused as refusal:
        flash(refusal.sentence, "error")
        db.session.rollback()
        if refusal.code == "no-reason":
            wish = _wish(kind)
            return _preview_page(wish, *reorganizing.check(wish), 422)
        return _form(kind, request.form, 422)
    flash(_("Đã ghi nhận quyết định. Tiến độ hiện ở trang này."), "success")
    return redirect(url_for("district_changes.show", change_id=change_id), 303)


@blueprint.get("/<int:change_id>")
@requires("oversight.units")
def show(change_id: int) -> Any:
    """Show one change: what was decided, how far it is, and the buttons of whoever is asked."""
    change = changes.get(change_id)
    cancelled = change.details.get("cancelled")
    return render_template(
        "changes/show.html",
        change=change,
        cancelled=cancelled,
        cancelled_at=dt.datetime.fromisoformat(cancelled["at"]) if cancelled else None,
        people=people.names([cancelled["by_id"]] if cancelled else []),
        too_late=calling_off.refusal(change) if change.state in (states.PLANNED, states.RUNNING, states.DONE) else "",
        names=planned.names_of([change]),
        reachable=_reachable(change),
        **_progress(change),
        **_labels(),
    )


def _reachable(change: Any) -> list[directory.Entry]:
    """Return the units under which what changed is found now, as far as they stand below this office."""
    if change.state != states.DONE:
        return []
    below = directory.read(g.unit.id).by_id
    heirs = {step.unit.id for unit_id in change.unit_ids for step in lineage.successors(unit_id)}
    return [below[unit_id] for unit_id in sorted(heirs or change.unit_ids) if unit_id in below]


def _progress(change: Any) -> dict[str, Any]:
    left = changes.progress(change)
    working = change.state in (states.PREPARING, states.RUNNING)
    return {"total": left.total, "done": max(0, left.total - left.waiting - (1 if working else 0)), "working": working}


@blueprint.get("/<int:change_id>/progress")
@requires("oversight.units")
def progress(change_id: int) -> Any:
    """Return the progress bar alone; it asks for itself while the worker is busy, then for the whole page."""
    change = changes.get(change_id)
    words = _progress(change)
    answer = make_response(render_template("changes/_progress.html", change=change, **words))
    if not words["working"]:
        answer.headers["HX-Refresh"] = "true"
    return answer


@blueprint.post("/<int:change_id>/reply")
@requires("oversight.units")
def reply(change_id: int) -> Any:
    """Agree to get the units, or decline."""
    agreed = request.form.get("agreed") == "yes"
    with transaction():
        reorganizing.answer(change_id, agreed, request.form.get("words", "")[:500], acting_user().id)
    flash(_("Đã đồng ý tiếp nhận.") if agreed else _("Đã từ chối; cơ cấu đơn vị không thay đổi."), "success")
    return redirect(url_for("district_changes.show", change_id=change_id), 303)


@blueprint.get("/<int:change_id>/cancel")
@requires("oversight.units")
def ask_cancel(change_id: int) -> Any:
    """Ask for the reason, and say what will not happen and who is told."""
    return _cancel_page(change_id)


def _cancel_page(change_id: int, status: int = 200) -> Any:
    change = changes.get(change_id)
    try:
        seen = calling_off.outlook(change_id)
    except Refused as refusal:
        flash(refusal.sentence, "error")
        return redirect(url_for("district_changes.show", change_id=change_id), 303)
    page = render_template(
        "changes/cancel.html",
        change=change,
        seen=seen,
        least=reorganizing.LEAST_REASON,
        typed=request.form,
        **_labels(),
    )
    return page, status


@blueprint.post("/<int:change_id>/cancel")
@requires("oversight.units")
def cancel(change_id: int) -> Any:
    """Cancel what was decided and has not taken effect, or take back what another superior has not answered."""
    try:
        with transaction():
            calling_off.cancel(change_id, request.form.get("reason", "")[:1000], acting_user().id)
    except Refused as refusal:
        flash(refusal.sentence, "error")
        if refusal.code in ("no-reason", "change-needed"):
            return _cancel_page(change_id, 422)
    else:
        flash(_("Đã hủy; cơ cấu đơn vị giữ nguyên như hiện nay."), "success")
    return redirect(url_for("district_changes.show", change_id=change_id), 303)
