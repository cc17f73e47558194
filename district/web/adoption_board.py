"""The adoption board of a plan: school by section, reminders, and the side-by-side with what a school issued."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from district.oversight import activity, adoption, directory, export, pages, reminding, sections
from district.oversight.adoption import Step
from district.oversight.directory import Choice, Directory, Entry
from district.web import presenting
from district.web.oversight import ROWS_PER_PAGE, blueprint
from tenants import clock
from tenants.db import transaction
from tenants.plans.models import PlanVersion
from tenants.plans.tree import assemble, walk
from tenants.web.guard import acting_user, requires
from tenants.web.plans import presenting as plan_presenting

__all__ = ["blueprint"]


@dataclass(frozen=True)
class _Shown:
    """What the address asks of an adoption board, and what it finds."""

    plan: PlanVersion
    board: adoption.Board
    takings: dict[int, sections.Taking]
    columns: list[sections.Column]
    section: str
    stage: str
    sort: str
    choice: Choice
    rows: list[tuple[Entry, Step]]
    counts: dict[str, int]


def sort_labels() -> dict[str, str]:
    """Return the orders of the board as they are offered; "" is the usual one."""
    return {
        "": _("Tiến độ, chậm nhất trước"),
        "name": _("Tên đơn vị"),
        "silent": _("Im lặng lâu nhất"),
        "deciding": _("Chờ quyết định nhiều nhất"),
        "different": _("Khác kế hoạch nhiều nhất"),
    }


def _least_far(row: tuple[Entry, Step]) -> tuple[Any, ...]:
    return (adoption.STAGES.index(row[1].stage), row[1].last_sign)


def _orders(takings: Mapping[int, sections.Taking]) -> dict[str, Callable[[tuple[Entry, Step]], Any]]:
    def waiting(row: tuple[Entry, Step]) -> int:
        taking = takings.get(row[0].id)
        return -taking.unanswered if taking is not None else 0

    return {
        "name": lambda row: row[0].folded,
        "silent": lambda row: (row[1].issued_at is not None, row[1].last_sign),
        "deciding": waiting,
        "different": lambda row: -(row[1].adapted + row[1].added + row[1].omitted),
    }


def _shown_board(plan_id: int, units_below: Directory, asked: MultiDict[str, str]) -> _Shown:
    plan = adoption.issued_plan(plan_id)
    found = adoption.boards([plan_id])[plan_id]
    takings = sections.takings(plan_id)
    groups = {
        "deciding": {unit_id for unit_id, taking in takings.items() if taking.unanswered},
        "behind": {step.unit_id for step in found.steps if step.version is not None and step.version < plan.version},
    }
    stage, choice = asked.get("stage", ""), presenting.choice_from(asked)
    entries = choice.of(units_below, units_below.entries)
    steps = found.at("" if stage in groups else stage, {entry.id for entry in entries})
    rows = [
        (entry, steps[entry.id])
        for entry in entries
        if entry.id in steps and (stage not in groups or entry.id in groups[stage])
    ]
    sort = asked.get("sort", "")
    rows.sort(key=_orders(takings).get(sort, _least_far))
    text = activity.plan_text(plan)
    section = asked.get("section", "")
    columns = sections.columns(text, section) or sections.columns(text)
    counts = found.counts | {name: len(ids) for name, ids in groups.items()}
    return _Shown(plan, found, takings, columns, section, stage, sort, choice, rows, counts)


@blueprint.get("/plans/<int:plan_id>")
@requires("oversight.view")
def board(plan_id: int) -> Any:
    """Show how far each unit has come with one plan, and what it did with each section."""
    units_below = directory.read(g.unit.id)
    shown = _shown_board(plan_id, units_below, request.args)
    page = pages.cut(shown.rows, request.args.get("page", 1, type=int), ROWS_PER_PAGE)
    ids = [entry.id for entry, _step in page.items]
    columns = shown.columns[: sections.MOST_COLUMNS]
    return render_template(
        "oversight/board.html",
        directory=units_below,
        shown=shown,
        plan=shown.plan,
        board=shown.board,
        stage=shown.stage,
        choice=shown.choice,
        columns=columns,
        hidden=len(shown.columns) - len(columns),
        page=page,
        cells=sections.cells(plan_id, ids, columns),
        reminded=reminding.last_reminded(plan_id, ids),
        down=adoption.further_down(plan_id) if units_below.superiors else {},
        chosen=presenting.chosen(),
        sort_labels=sort_labels(),
        **presenting.labels(),
    )


@blueprint.get("/plans/<int:plan_id>/board.csv")
@requires("oversight.view")
def board_csv(plan_id: int) -> Response:
    """Return the board of a plan with all its sections as a table for Excel."""
    units_below = directory.read(g.unit.id)
    shown = _shown_board(plan_id, units_below, request.args)
    cells = sections.cells(plan_id, [entry.id for entry, _step in shown.rows], shown.columns)
    header = [
        _("Đơn vị"), _("Loại"), _("Gửi"), _("Nhận"), _("Nghiên cứu"), _("Cụ thể hóa"), _("Ban hành"), _("Bản đã nhận"),
        _("Chờ quyết định"), _("Điều chỉnh"), _("Bổ sung"), _("Không áp dụng"), _("Số ngày im lặng"),
        *(f"{column.label} {column.title}".strip() for column in shown.columns),
    ]  # fmt: skip
    rows = [
        (
            entry.name,
            entry.kind_label,
            *(presenting.day_text(moment) for moment in step.moments),
            step.version or "",
            shown.takings[entry.id].unanswered if entry.id in shown.takings else 0,
            step.adapted,
            step.added,
            step.omitted,
            step.silent_days(shown.board.now),
            *(_cell_words(cells[entry.id].get(column.node_id)) for column in shown.columns),
        )
        for entry, step in shown.rows
    ]
    return presenting.csv_response(export.csv_table(header, rows), f"theo-doi-ke-hoach-{plan_id}")


def _cell_words(cell: sections.Cell | None) -> str:
    if cell is None or cell.is_blank:
        return ""
    counted = [
        (cell.adapted, _("điều chỉnh %(n)s", n=cell.adapted)),
        (cell.own, _("thêm %(n)s", n=cell.own)),
        (cell.omitted, _("không áp dụng %(n)s", n=cell.omitted)),
        (cell.asked, _("hỏi %(n)s", n=cell.asked)),
    ]
    words = ", ".join(text for count, text in counted if count)
    return f"{words} ({'; '.join(cell.reasons)})" if cell.reasons else words


@blueprint.post("/plans/<int:plan_id>/remind")
@requires("oversight.view")
def remind(plan_id: int) -> Any:
    """Remind one unit, or all that the filters of the board show and that have not issued their plan."""
    units_below = directory.read(g.unit.id)
    shown = _shown_board(plan_id, units_below, request.form)
    one = request.form.get("unit", 0, type=int)
    wanted = [
        entry.id
        for entry, step in shown.rows
        if (entry.id == one if one else step.issued_at is None or _behind(shown, entry.id, step))
    ]
    with transaction():
        count = reminding.remind(shown.plan, wanted, acting_user().id)
    if count:
        flash(_("Đã nhắc riêng %(n)s đơn vị.", n=count), "success")
    else:
        flash(_("Không có đơn vị nào cần nhắc thêm: mỗi đơn vị chỉ được nhắc một lần trong 24 giờ."), "info")
    filters: dict[str, Any] = presenting.kept(request.form)
    return redirect(url_for("oversight.board", plan_id=plan_id, **filters), 303)


def _behind(shown: _Shown, unit_id: int, step: Step) -> bool:
    taking = shown.takings.get(unit_id)
    return bool(taking and taking.unanswered) or (step.version or 0) < shown.plan.version


@blueprint.get("/plans/<int:plan_id>/schools/<int:unit_id>")
@requires("oversight.view")
def side_by_side(plan_id: int, unit_id: int) -> Any:
    """Show the office's plan beside what a unit issued on it; drafts of the unit are never read."""
    units_below = directory.read(g.unit.id)
    entry = units_below.get(unit_id)
    plan = adoption.issued_plan(plan_id)
    step = adoption.boards([plan_id])[plan_id].at("", {unit_id}).get(unit_id)
    issued = sections.issued_of(plan_id, unit_id)
    everything = "all" in request.args
    tree = assemble(issued.items) if issued is not None else ()
    rows = [node for node in walk(tree) if node.kind != sections.CLOSING]
    return render_template(
        "oversight/side_by_side.html",
        entry=entry,
        plan=plan,
        step=step,
        taking=sections.takings(plan_id, unit_id).get(unit_id),
        reminded=reminding.last_reminded(plan_id, [unit_id]).get(unit_id),
        now=clock.now(),
        issued=issued,
        rows=[node for node in rows if everything or node.item.state != "inherited"],
        everything=everything,
        reasons=sections.reasons_of(plan_id, unit_id) if issued is not None else {},
        changes=plan_presenting.changes,
        **presenting.labels(),
    )
