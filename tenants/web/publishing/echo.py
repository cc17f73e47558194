"""What comes back from all outlets: comments, and how far the unit's items reached."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import g, render_template, request
from sqlalchemy import select

from tenants import clock
from tenants.db import db
from tenants.publishing import comments, queries, states
from tenants.publishing.models import Delivery
from tenants.statistics import reach
from tenants.statistics.periods import first_of_month, next_month, school_year
from tenants.statistics.queries import Wanted
from tenants.web.guard import requires
from tenants.web.publishing import presenting
from tenants.web.publishing.blueprint import blueprint


@blueprint.get("/comments")
@requires("publish.manage")
def list_comments() -> Any:
    """Show what people wrote below the unit's items, the newest first."""
    account_id = request.args.get("account", type=int)
    accounts = queries.accounts()
    page = comments.comment_page(page=request.args.get("page", 1, type=int), account_id=account_id)
    return render_template(
        "publishing/comments.html",
        page=page,
        titles=comments.titles(page.items),
        accounts=[account for account in accounts if _talks(account.channel)],
        labels={account.id: account.label for account in accounts},
        account_id=account_id,
    )


@blueprint.get("/reach")
@requires("publish.manage")
def show_reach() -> Any:
    """Show how far the unit's items reached: by month, by channel, and item by item."""
    today = clock.today(g.unit.timezone)
    last = first_of_month(today)
    first = min(school_year(today).start, last)
    wanted = Wanted(units=[g.unit.id], first=first, last=last)
    metrics, by_month = reach.as_table(reach.totals(("month", "metric"), wanted))
    _same, by_channel = reach.as_table(reach.totals(("channel", "metric"), wanted))
    page = db.paginate(
        select(Delivery)
        .where(Delivery.state == states.PUBLISHED, Delivery.channel.in_(_counting()))
        .order_by(Delivery.published_at.desc(), Delivery.id.desc()),
        page=request.args.get("page", 1, type=int),
        per_page=queries.PER_PAGE,
        error_out=False,
    )
    return render_template(
        "publishing/reach.html",
        metrics=[(name, reach.LABELS[name]) for name in metrics],
        months=[(month, by_month.get(month, {})) for month in _months(first, last)],
        channels=[(presenting.channel_label(name), row) for name, row in sorted(by_channel.items())],
        page=page,
        newest=reach.newest_of([delivery.id for delivery in page.items]),
        labels={account.id: account.label for account in queries.accounts()},
    )


def _months(first: dt.date, last: dt.date) -> list[dt.date]:
    """Return the months from the last to the first: the newest is looked at most."""
    found = []
    month = first
    while month <= last:
        found.append(month)
        month = next_month(month)
    return found[::-1]


def _counting() -> list[str]:
    return [name for name in _channels() if (channel := presenting.channel_of(name)) and channel.limits.metrics]


def _talks(channel_name: str) -> bool:
    channel = presenting.channel_of(channel_name)
    return channel is not None and channel.limits.has_comments


def _channels() -> set[str]:
    return {account.channel for account in queries.accounts()}
