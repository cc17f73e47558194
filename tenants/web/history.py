"""What the predecessors of a unit did, under their own names: to read, never to change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, current_app, g, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from tenants import clock, scope
from tenants.db import db
from tenants.errors import NotFound
from tenants.plans import queries as plans
from tenants.publishing import environment, states
from tenants.publishing.models import Delivery
from tenants.statistics import queries as statistics
from tenants.statistics.queries import Wanted
from tenants.units import lineage, planned
from tenants.units.models import Unit
from tenants.web.guard import requires
from tenants.web.site.presenting import words_in

blueprint = Blueprint("history", __name__, url_prefix="/u/<unit_slug>/history")

PER_PAGE = 20


@dataclass(frozen=True)
class PlanLine:
    """A plan as it was issued, with the name the unit bore then."""

    plan_id: int
    subject: str
    number: str
    unit_name: str
    day: dt.date


@dataclass(frozen=True)
class ArticleLine:
    """A published article; ``words`` belong to its address on the unit's own site, "" where it stands elsewhere."""

    article_id: int
    title: str
    at: dt.datetime
    words: str
    url: str


@dataclass(frozen=True)
class QuotaLine:
    """One period of a quota with its evidence."""

    title: str
    start: dt.date
    end: dt.date
    needed: int
    filled: int
    evidence: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Record:
    """What is kept of a unit."""

    plans: tuple[PlanLine, ...]
    articles: tuple[ArticleLine, ...]
    pages: int
    months: tuple[tuple[dt.date, int], ...]
    quotas: tuple[QuotaLine, ...]


@blueprint.get("")
@requires("unit.view")
def index() -> Any:
    """List what is decided for this unit, the units whose work it carries on, and the names it bore itself."""
    steps = lineage.predecessors(g.unit.id, clock.today())
    coming = planned.ahead(g.unit.id)
    known = planned.names_of(coming)
    return render_template(
        "history/index.html",
        steps=steps,
        names=lineage.names(g.unit.id),
        coming=[(change, planned.in_words(change, known), known[change.office_id]) for change in coming],
    )


@blueprint.get("/<int:unit_id>")
@requires("unit.view")
def show(unit_id: int) -> Any:
    """Show plans, articles, totals and quotas of a predecessor.

    Raises:
        NotFound: the unit carries on no such unit's work.
    """
    trail = [{"label": _("Lịch sử của đơn vị tiền thân"), "url": url_for("history.index")}]
    return record_page(g.unit, unit_id, trail, lambda page: url_for("history.show", unit_id=unit_id, page=page))


def record_page(successor: Unit, unit_id: int, trail: list[dict[str, str]], address: Callable[[int], str]) -> str:
    """Return the page of what a predecessor of ``successor`` did; it stands on the predecessor's public site too.

    Args:
        trail: the breadcrumb up to here.
        address: makes the address of a page of the list.

    Raises:
        NotFound: the unit carries on no such unit's work.
    """
    found = [step for step in lineage.predecessors(successor.id, clock.today()) if step.unit.id == unit_id]
    if not found:
        raise NotFound(f"predecessor {unit_id}")
    page = max(1, request.args.get("page", 1, type=int))
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    # A session of its own, bound to the predecessor and reading only: this one belongs to the present unit.
    with app.app_context():
        scope.enter(scope.Scope(unit_id, scope.Kind.PUBLIC))
        record = _record(unit_id, page)
    return render_template(
        "history/show.html",
        successor=successor,
        step=found[0],
        record=record,
        page=page,
        address=address,
        trail=[*trail, {"label": found[0].unit.name}],
        names=lineage.names(unit_id),
    )


def _record(unit_id: int, page: int) -> Record:
    """Read everything as values; a constant number of queries."""
    rows = (
        select(Delivery)
        .where(Delivery.state == states.PUBLISHED, Delivery.published_at.is_not(None))
        .order_by(Delivery.published_at.desc(), Delivery.id.desc())
    )
    shown = db.paginate(rows, page=page, per_page=PER_PAGE, error_out=False)
    totals = statistics.totals(("month",), Wanted(units=[unit_id]))
    return Record(
        plans=tuple(
            PlanLine(row.plan_id, row.subject, f"{row.number}/{row.notation}", row.unit_name, row.document_date)
            for row in plans.public_plans()
        ),
        articles=tuple(_line(row) for row in shown.items),
        pages=shown.pages,
        months=tuple(sorted((month, count) for (month,), count in totals.items())),
        quotas=tuple(
            QuotaLine(
                slot.title, slot.period_start, slot.period_end, slot.needed, slot.filled, _evidence(slot.evidence)
            )
            for slot in statistics.slots_of(unit_id)
        ),
    )


def _line(row: Delivery) -> ArticleLine:
    on_site = row.channel in environment.hosted_channels()
    words = words_in(row.url or "", row.article_id) if on_site else ""
    return ArticleLine(row.article_id, row.title, row.published_at or row.scheduled_at, words, row.url or "")


def _evidence(items: Sequence[dict[str, Any]]) -> tuple[tuple[str, str], ...]:
    return tuple((str(item.get("title", "")), str(item.get("url") or "")) for item in items)
