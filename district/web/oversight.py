"""What an officer sees of the units below: overview, plans, articles, quotas, one school."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Blueprint, Response, g, render_template, request
from flask_babel import gettext as _

from district.oversight import (
    activity,
    adoption,
    directory,
    export,
    pages,
    quotas,
    school,
    units,
)
from district.oversight.activity import Filters
from district.oversight.directory import EVERYBODY, Directory
from district.web import presenting
from tenants.content.article_text import GENRES
from tenants.errors import NotFound
from tenants.plans.queries import adoption_state
from tenants.statistics import queries as statistics
from tenants.statistics.periods import Period, first_of_month, school_year
from tenants.statistics.queries import Wanted
from tenants.units import lineage
from tenants.web.guard import requires

blueprint = Blueprint("oversight", __name__, url_prefix="/o/<unit_slug>", template_folder="templates")

SILENT_SHOWN = 6
ROWS_PER_PAGE = 25


def _page() -> int:
    return request.args.get("page", 1, type=int)


@blueprint.get("/")
@requires("oversight.view")
def dashboard() -> Any:
    """Show what needs looking at first: silent schools, plans on their way, this month's articles and quotas."""
    units_below = directory.read(g.unit.id)
    plans = adoption.issued_plans()
    boards = adoption.boards([plan.plan_id for plan in plans])
    today = presenting.today()
    this_month = first_of_month(today)
    first = min(school_year(today).start, this_month)
    everybody = activity.units_of(units_below, EVERYBODY)
    months = statistics.totals(("month",), Wanted(units=everybody, first=first, last=this_month))
    shown = [(month, months.get((month,), 0)) for month in activity.months_between(first, this_month)]
    silent = [
        (plan, step) for plan in plans for step in boards[plan.plan_id].silent if step.unit_id in units_below.by_id
    ]
    silent.sort(key=lambda pair: pair[1].last_sign)
    return render_template(
        "oversight/dashboard.html",
        directory=units_below,
        plans=plans,
        boards=boards,
        drafts=adoption.drafts(),
        points=presenting.points(shown),
        this_month=shown[-1][1],
        today_count=statistics.published_since(statistics.start_of_today(g.unit.timezone), everybody),
        silent=silent[:SILENT_SHOWN],
        silent_count=len(silent),
        quota=_quota_this_month(units_below, this_month),
        **presenting.labels(),
    )


def _quota_this_month(units_below: Directory, this_month: dt.date) -> dict[str, Any] | None:
    """Return the most widely used quota with the present and the past period, or None where there is none."""
    running = quotas.quotas()
    if not running:
        return None
    quota = running[0]
    columns = quotas.columns(units_below, quota.node_id, EVERYBODY, quota.first, this_month)
    past = [column for column in columns if column.end < presenting.today()]
    current = [column for column in columns if column.start <= presenting.today() <= column.end]
    return {
        "quota": quota,
        "current": current[-1] if current else None,
        "past": past[-1] if past else None,
        "name": {column.start: presenting.period_name(Period(column.start, column.end)) for column in columns},
    }


@blueprint.get("/articles")
@requires("oversight.view")
def articles() -> Any:
    """Show what was published, by month, channel, genre, plan node and school."""
    units_below = directory.read(g.unit.id)
    plans = adoption.issued_plans()
    filters = presenting.filters_from(request.args)
    plan = _chosen_plan(filters, plans)
    text = activity.plan_text(plan)
    report = activity.report(units_below, filters, text)
    rows = activity.rows_by_unit(units_below, filters, report)
    reached = activity.reached(units_below, filters, text)
    return render_template(
        "oversight/articles.html",
        reached=reached,
        directory=units_below,
        plans=plans,
        plan=plan,
        filters=filters,
        report=report,
        former=activity.rows_of_former(units_below, filters, report),
        page=pages.cut(rows, _page(), ROWS_PER_PAGE),
        without=sum(1 for entry, count in rows if entry.is_school and not count),
        months=presenting.months_offered(filters.first, filters.last),
        points=presenting.points(report.months),
        channel_rows=presenting.bars(report.channels, presenting.channel_labels()),
        genre_rows=presenting.bars(report.genres, GENRES),
        chosen=presenting.chosen(),
        **presenting.labels(),
    )


@blueprint.get("/articles.csv")
@requires("oversight.view")
def articles_csv() -> Response:
    """Return what the page of articles adds up, as a table for Excel."""
    units_below = directory.read(g.unit.id)
    filters = presenting.filters_from(request.args)
    text = activity.plan_text(_chosen_plan(filters, adoption.issued_plans()))
    titles = {node.node_id: node.node.text for section in text.tree for node in section.walk()} if text else {}
    titles[""] = _("Ngoài kế hoạch")
    own = _("Nội dung riêng của đơn vị")
    channels = presenting.channel_labels()
    # Lazy labels look their language up at each use, and there may be tens of thousands of rows.
    genres = {name: str(label) for name, label in GENRES.items()}
    header = [_("Đơn vị"), _("Loại"), _("Tháng"), _("Kênh"), _("Nội dung kế hoạch"), _("Thể loại"), _("Số tin bài")]
    rows = (
        (
            entry.name, entry.kind_label, month.strftime("%m/%Y"), channels.get(channel, channel),
            titles.get(node_id, own), genres.get(genre, genre), count,
        )
        for entry, month, channel, node_id, genre, count in activity.detail(units_below, filters, text)
    )  # fmt: skip
    return presenting.csv_response(export.csv_table(header, rows), "tin-bai-cac-truong")


def _chosen_plan(filters: Filters, plans: list[Any]) -> Any:
    """Return the plan asked for, else the newest: its nodes name what articles are about."""
    if not filters.plan_id:
        return plans[0] if plans else None
    for plan in plans:
        if plan.plan_id == filters.plan_id:
            return plan
    raise NotFound(f"plan {filters.plan_id}")


@blueprint.get("/quotas")
@requires("oversight.view")
def quota_board() -> Any:
    """Show one quota as a matrix of schools and periods, with the evidence."""
    units_below = directory.read(g.unit.id)
    running = quotas.quotas()
    if not running:
        return render_template("oversight/quotas.html", quota=None, directory=units_below, **presenting.labels())
    quota = _chosen_quota(running)
    choice = presenting.choice_from(request.args)
    columns = quotas.columns(units_below, quota.node_id, choice, quota.first, quota.last)
    shown = _shown(columns)
    rows = choice.of(units_below)
    if request.args.get("state") == "behind" and (now := _present(columns)) is not None:
        late = quotas.behind(quota.node_id, now.start)
        rows = [entry for entry in rows if entry.id in late]
    page = pages.cut(rows, _page(), ROWS_PER_PAGE)
    return render_template(
        "oversight/quotas.html",
        directory=units_below,
        running=running,
        quota=quota,
        choice=choice,
        page=page,
        matrix=quotas.matrix(shown, quota.node_id, [entry.id for entry in page.items]),
        hidden=len(columns) - len(shown),
        present=_present(columns),
        names={column.start: presenting.period_name(Period(column.start, column.end)) for column in columns},
        chosen=presenting.chosen() | {"quota": quota.node_id},
        **presenting.labels(),
    )


@blueprint.get("/quotas.csv")
@requires("oversight.view")
def quota_csv() -> Response:
    """Return a quota's whole matrix with its evidence as a table for Excel."""
    units_below = directory.read(g.unit.id)
    running = quotas.quotas()
    if not running:
        raise NotFound("quota")
    quota = _chosen_quota(running)
    states = {quotas.FILLED: _("Đã đạt"), quotas.DUE: _("Đang đến hạn"), quotas.MISSED: _("Chưa đạt")}
    schools = {entry.id: entry for entry in presenting.choice_from(request.args).of(units_below)}
    header = [
        _("Đơn vị"),
        _("Chỉ tiêu"),
        _("Kỳ"),
        _("Cần"),
        _("Đã có"),
        _("Tình trạng"),
        _("Minh chứng"),
        _("Liên kết"),
    ]
    slots = statistics.slots(list(schools), quota.node_id, quota.first, quota.last)
    rows = (
        (
            schools[slot.unit_id].name, quota.title, presenting.period_name(Period(slot.period_start, slot.period_end)),
            slot.needed, slot.filled, states.get(slot.state, slot.state),
            "; ".join(proof["title"] for proof in slot.evidence),
            " ".join(proof["url"] for proof in slot.evidence if proof["url"]),
        )
        for slot in slots
    )  # fmt: skip
    return presenting.csv_response(export.csv_table(header, rows), "chi-tieu-cac-truong")


def _chosen_quota(running: list[quotas.QuotaChoice]) -> quotas.QuotaChoice:
    wanted = request.args.get("quota", "")
    return next((quota for quota in running if quota.node_id == wanted), running[0])


def _shown(columns: list[quotas.Column]) -> list[quotas.Column]:
    """Return as many columns as a screen holds, those around today."""
    if len(columns) <= quotas.MOST_COLUMNS or request.args.get("all") == "1":
        return columns
    year = school_year(presenting.today())
    near = [column for column in columns if year.start <= column.start <= year.end]
    return (near or columns)[-quotas.MOST_COLUMNS :]


def _present(columns: list[quotas.Column]) -> quotas.Column | None:
    today = presenting.today()
    return next((column for column in columns if column.start <= today <= column.end), None)


@blueprint.get("/schools/<int:unit_id>")
@requires("oversight.view")
def show_school(unit_id: int) -> Any:
    """Show one unit below: its issued plans, its published articles, its quotas, who leads it."""
    units_below = directory.read(g.unit.id)
    entry = units_below.get(unit_id)
    slots: dict[str, list[Any]] = {}
    for slot in school.slots_of(unit_id):
        slots.setdefault(slot.node_id, []).append(slot)
    return render_template(
        "oversight/school.html",
        directory=units_below,
        entry=entry,
        staff=units.staff([unit_id])[unit_id],
        plans=school.plans_of(unit_id),
        taken=school.adoptions_of(unit_id),
        own_plans={plan.plan_id: plan for plan in adoption.issued_plans()},
        slots=slots,
        period_name=lambda slot: presenting.period_name(Period(slot.period_start, slot.period_end)),
        stage_of=adoption_state,
        before=lineage.predecessors(unit_id, presenting.today()),
        page=school.articles_of(unit_id, _page()),
        **presenting.labels(),
    )
