"""What an office sees of its units over the API: plans, articles, quotas, units."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import g

from district.api import schemas as shapes
from district.oversight import activity, adoption, directory, pages, quotas, school, units
from district.oversight.activity import Filters
from district.oversight.adoption import Step
from district.oversight.directory import Choice, Entry
from district.oversight.units import NewUnit
from tenants.api.blueprint import ApiBlueprint, changing
from tenants.api.schemas.common import PageQuery, page_of
from tenants.api.unit import span
from tenants.errors import NotFound
from tenants.web.guard import requires

blueprint = ApiBlueprint(
    "api-oversight", "/api/v1/offices/<unit_slug>", "What an office sees of the units below it, and adding one."
)

Values = dict[str, Any]
ROWS_PER_PAGE = 50


def _choice(query: Values) -> Choice:
    return Choice(level=query["level"], under=query["under"], text=query["q"])


def _page(found: pages.Page[Any], items: list[Values], per_page: int = ROWS_PER_PAGE) -> Values:
    return {"items": items, "page": found.page, "per_page": per_page, "pages": found.pages, "total": found.total}


# Plans


@blueprint.get("/plans")
@requires("oversight.view")
@blueprint.response(200, shapes.OfficePlanListSchema)
def list_issued_plans() -> Any:
    """List the office's issued plans with how far the units are."""
    plans = adoption.issued_plans()
    boards = adoption.boards([plan.plan_id for plan in plans])
    found = [(plan, boards[plan.plan_id]) for plan in plans]
    return {"items": [{"document": plan, "counts": board.counts, "reached": board.reached} for plan, board in found]}


@blueprint.get("/plans/<int:plan_id>/adoptions")
@requires("oversight.view")
@blueprint.arguments(shapes.BoardQuery, location="query")
@blueprint.response(200, page_of(shapes.StepSchema))
def list_adoptions(query: Values, plan_id: int) -> Any:
    """List how far each unit has come with a plan, those furthest behind first."""
    adoption.issued_plan(plan_id)
    units_below = directory.read(g.unit.id)
    board = adoption.boards([plan_id])[plan_id]
    entries = _choice(query).of(units_below, units_below.entries)
    steps = board.at(query["stage"], {entry.id for entry in entries})
    rows = [(entry, steps[entry.id]) for entry in entries if entry.id in steps]
    rows.sort(key=lambda row: (adoption.STAGES.index(row[1].stage), row[1].last_sign))
    page = pages.cut(rows, query["page"], ROWS_PER_PAGE)
    return _page(page, [_step_view(entry, step, board) for entry, step in page.items])


def _step_view(entry: Entry, step: Step, board: adoption.Board) -> Values:
    return {
        **asdict(step),
        "name": entry.name,
        "stage": step.stage,
        "silent_days": step.silent_days(board.now),
        "silent": step.is_silent(board.now),
    }


# Articles and quotas


@blueprint.get("/activity")
@requires("oversight.view")
@blueprint.arguments(shapes.ActivityQuery, location="query")
@blueprint.response(200, shapes.ActivitySchema)
def show_activity(query: Values) -> Any:
    """Count what the units published, by month, channel, genre, plan node and unit."""
    units_below = directory.read(g.unit.id)
    first, last = span(query)
    filters = Filters(
        first=first,
        last=last,
        plan_id=query["plan_id"],
        channel=query["channel"],
        genre=query["genre"],
        choice=_choice(query),
    )
    plan = adoption.issued_plan(filters.plan_id) if filters.plan_id else next(iter(adoption.issued_plans()), None)
    report = activity.report(units_below, filters, activity.plan_text(plan))
    return {
        "first": first,
        "last": last,
        "plan_id": None if plan is None else plan.plan_id,
        "total": report.total,
        "outside": report.outside,
        "elsewhere": report.elsewhere,
        "months": [{"month": month, "articles": count} for month, count in report.months],
        "channels": [{"channel": name, "articles": count} for name, count in report.channels],
        "genres": [{"genre": name, "articles": count} for name, count in report.genres],
        "nodes": report.nodes,
        "units": [
            {"unit_id": entry.id, "name": entry.name, "articles": count}
            for entry, count in activity.rows_by_unit(units_below, filters, report)
        ],
    }


@blueprint.get("/quotas")
@requires("oversight.view")
@blueprint.response(200, shapes.QuotaListSchema)
def list_quotas() -> Any:
    """List the quotas that run in units below."""
    return {"items": quotas.quotas()}


@blueprint.get("/quotas/<node_id>")
@requires("oversight.view")
@blueprint.arguments(shapes.ChoiceQuery, location="query")
@blueprint.response(200, shapes.QuotaBoardSchema)
def show_quota_board(query: Values, node_id: str) -> Any:
    """Show a quota as a board of schools and periods, with the evidence."""
    quota = next((one for one in quotas.quotas() if one.node_id == node_id), None)
    if quota is None:
        raise NotFound(f"quota {node_id}")
    units_below = directory.read(g.unit.id)
    choice = _choice(query)
    columns = quotas.columns(units_below, node_id, choice, quota.first, quota.last)
    page = pages.cut(choice.of(units_below), query["page"], ROWS_PER_PAGE)
    matrix = quotas.matrix(columns, node_id, [entry.id for entry in page.items])
    rows = [
        {
            "unit_id": entry.id,
            "name": entry.name,
            "cells": [matrix.cells[entry.id, c.start] for c in columns if (entry.id, c.start) in matrix.cells],
        }
        for entry in page.items
    ]
    return {"quota": quota, "columns": columns, "rows": _page(page, rows)}


# Units


@blueprint.get("/units")
@requires("oversight.view")
@blueprint.arguments(shapes.UnitQuery, location="query")
@blueprint.response(200, page_of(shapes.StaffedUnitSchema))
def list_units(query: Values) -> Any:
    """List the units below the office with their leaders."""
    units_below = directory.read(g.unit.id)
    chosen = _choice(query).of(units_below, units_below.schools if query["schools"] else units_below.entries)
    page = pages.cut(chosen, query["page"], ROWS_PER_PAGE)
    staff = units.staff([entry.id for entry in page.items])
    return _page(page, [{**asdict(entry), **asdict(staff[entry.id])} for entry in page.items])


@blueprint.get("/unit-types")
@requires("oversight.units")
@blueprint.response(200, shapes.UnitTypeListSchema)
def list_unit_types() -> Any:
    """List the kinds of unit the office may add."""
    return {"items": units.types_below(g.unit.type.tier)}


@blueprint.post("/units")
@requires("oversight.units")
@blueprint.arguments(shapes.NewUnitSchema)
@blueprint.response(201, shapes.AddedUnitSchema)
def add_unit(values: Values) -> Any:
    """Add a unit below the office and give it its first leader."""
    with changing() as actor_id:
        added = units.add_unit(NewUnit(**values), actor_id)
        unit_id, leader_id, password = added.unit.id, added.leader.id, added.password
    return {"unit": directory.read(g.unit.id).get(unit_id), "leader_id": leader_id, "password": password}


@blueprint.get("/units/<int:unit_id>")
@requires("oversight.view")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, shapes.OfficeUnitReportSchema)
def show_unit(query: Values, unit_id: int) -> Any:
    """Show one unit below: its issued plans, its quotas, what it published."""
    entry = directory.read(g.unit.id).get(unit_id)
    found = school.articles_of(unit_id, query["page"])
    return {
        "unit": entry,
        "plans": school.plans_of(unit_id),
        "slots": school.slots_of(unit_id),
        "articles": {**vars(found), "per_page": school.PER_PAGE},
    }
