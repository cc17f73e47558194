"""What the office's pages share: labels, and reading the filters out of the address."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from flask import Response, current_app, g, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from channel_plugins.manager import ChannelManager
from district.oversight.activity import Filters
from district.oversight.directory import Choice
from tenants import clock
from tenants.content.article_text import GENRES
from tenants.statistics.periods import SEMESTER_TURN, Period, first_of_month, next_month, school_year
from tenants.text import format_date
from tenants.units.models import EDUCATION_LEVELS

LEVELS = {
    "preschool": _l("Mầm non"),
    "primary": _l("Tiểu học"),
    "lower_secondary": _l("Trung học cơ sở"),
    "upper_secondary": _l("Trung học phổ thông"),
}

KEPT = (
    "plan",
    "from",
    "to",
    "channel",
    "genre",
    "level",
    "under",
    "q",
    "quota",
    "state",
    "all",
    "stage",
    "section",
    "sort",
)
"""Filters that links within a page keep."""

MONTHS_OFFERED = 24
"""How far back the lists of months go."""


def channel_labels() -> dict[str, str]:
    """Return the labels of the installed channels; an outlet whose plugin is gone is shown by its name."""
    channels: ChannelManager = current_app.extensions["loa.channels"]
    return {channel.info.name: str(channel.info.label) for channel in channels.all()}


def labels() -> dict[str, Any]:
    """Return what every page of the office needs to name things, and its day."""
    return {
        "level_labels": LEVELS,
        "genre_labels": GENRES,
        "channel_labels": channel_labels(),
        "today": today(),
    }


def today() -> dt.date:
    """Return the office's day."""
    return clock.today(g.unit.timezone)


def choice_from(args: MultiDict[str, str]) -> Choice:
    """Read which units are asked for; what makes no sense counts as not asked."""
    level = args.get("level", "")
    return Choice(
        level=level if level in EDUCATION_LEVELS else "",
        under=args.get("under", 0, type=int),
        text=args.get("q", "").strip()[:80],
    )


def filters_from(args: MultiDict[str, str]) -> Filters:
    """Read what is asked for; without months the present school year up to today."""
    this_month = first_of_month(today())
    first = _month(args.get("from", "")) or min(school_year(today()).start, this_month)
    last = _month(args.get("to", "")) or this_month
    return Filters(
        first=min(first, last),
        last=max(first, last),
        plan_id=args.get("plan", 0, type=int),
        channel=args.get("channel", "") if args.get("channel", "") in channel_labels() else "",
        genre=args.get("genre", "") if args.get("genre", "") in GENRES else "",
        choice=choice_from(args),
    )


def _month(value: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(f"{value}-01")
    except ValueError:
        return None


def months_offered(*also: dt.date) -> list[dt.date]:
    """Return the months of the lists, newest first, with those that are chosen now."""
    month = next_month(first_of_month(today()))
    found = []
    for _n in range(MONTHS_OFFERED):
        month = first_of_month(month - dt.timedelta(days=1))
        found.append(month)
    return sorted({*found, *also}, reverse=True)


def chosen() -> dict[str, str]:
    """Return the filters of this page as they stand in the address, for links that keep them."""
    return kept(request.args)


def kept(values: Mapping[str, str]) -> dict[str, str]:
    """Return the filters among ``values``, for an address."""
    return {name: value for name, value in values.items() if name in KEPT and value}


def points(months: Iterable[tuple[dt.date, int]]) -> list[dict[str, Any]]:
    """Return numbers by month as the line chart reads them."""
    return [{"label": f"{month.month}/{month.year % 100:02d}", "value": count} for month, count in months]


def bars(rows: Iterable[tuple[str, int]], named: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return numbers by name as the bar chart reads them."""
    return [{"label": named.get(name, name), "value": count} for name, count in rows]


def period_name(period: Period) -> str:
    """Return what a period is called at the head of a column: "9/2026", "HK I", or its days."""
    start, end = period.start, period.end
    if start.day == 1 and next_month(start) == end + dt.timedelta(days=1):
        return f"{start.month}/{start.year}"
    if (start.month, start.day) == SEMESTER_TURN and end.month in (5, 6, 7):
        return str(_("HK II"))
    if start.month in (8, 9) and (end.month, end.day) == (1, 15):
        return str(_("HK I"))
    return f"{format_date(start)} - {format_date(end)}"


def day_text(moment: dt.datetime | None) -> str:
    """Return the office's day of a moment as it is printed; None gives an empty text."""
    return "" if moment is None else format_date(clock.local(moment, g.unit.timezone).date())


def csv_response(table: str, name: str) -> Response:
    """Return a table as a file to keep; ``name`` is ASCII, without the ending."""
    response = Response(table, mimetype="text/csv")
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
