"""The start page of a unit: what waits for you, most pressing first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, g, render_template

from tenants.approval import queries as approval
from tenants.content.article_text import GENRES
from tenants.jobs import queue
from tenants.notices import queries as notices
from tenants.notices.models import Notice
from tenants.orders import queries as orders
from tenants.orders.states import KINDS
from tenants.plans import queries as plans
from tenants.plans import takeover, takeover_news
from tenants.publishing import desk
from tenants.publishing.models import Delivery
from tenants.units import queries as units
from tenants.web import wishes
from tenants.web.guard import acting_user, may, requires
from tenants.web.notices import link_of
from tenants.web.publishing.presenting import channel_label

ARTICLES_SHOWN = 5
DELIVERIES_READ = 30
"""So many deliveries are looked through for the newest articles; each went to several outlets."""

blueprint = Blueprint("home", __name__, url_prefix="/u/<unit_slug>")


@blueprint.get("/")
@requires("unit.view")
def show() -> Any:
    """Show what waits for the present person; a constant number of queries."""
    articles = approval.waiting(g.roles, acting_user().id)
    planner, publisher = may("plan.edit"), may("publish.manage")
    amended = [line for line in takeover.desk() if line.is_for(may("plan.issue"))] if planner else []
    received = plans.lines(plans.plan_page("received", 1).items) if planner else []
    ready = desk.waiting_to_publish() if publisher else []
    ordered = orders.waiting() if publisher or may("article.write") else []
    missed = wishes.missed()
    stuck = desk.waiting_for_person() if publisher else []
    # Orders stand in a list of their own.
    told = notices.open_for(g.roles, without=takeover_news.AT_DESK if planner else ())
    news = [notice for notice in told if notice.endpoint != "orders.show"]
    stuck = _not_told(stuck, news)
    nothing = not (
        news or articles.urgent or articles.drafts or received or ready or stuck or ordered or missed or amended
    )
    return render_template(
        "home/show.html",
        articles=articles,
        news=news,
        more_news=len(told) == notices.MOST_SHOWN,
        link_of=link_of,
        amended=amended,
        received=received,
        ordered=ordered,
        order_kinds=KINDS,
        order_givers=units.by_ids(receipt.order_unit_id for receipt in ordered),
        overdue=orders.overdue,
        missed=missed,
        ready=ready,
        stuck=stuck,
        nothing=nothing,
        worker_stopped=publisher and not queue.worker_alive(),
        published=_by_article(desk.newest_published(DELIVERIES_READ))[:ARTICLES_SHOWN],
        channel_label=channel_label,
        genres=GENRES,
    )


def _by_article(deliveries: Sequence[Delivery]) -> list[list[Delivery]]:
    """Return the deliveries of each article together, in the order of the newest of each."""
    found: dict[int, list[Delivery]] = {}
    for delivery in deliveries:
        found.setdefault(delivery.article_id, []).append(delivery)
    return list(found.values())


def _not_told(stuck: Sequence[Delivery], news: Sequence[Notice]) -> list[Delivery]:
    """Return what stands still and is not named by a notice above it."""
    told = {notice.args.get("delivery_id") for notice in news if notice.endpoint == "publishing.delivery"}
    return [delivery for delivery in stuck if delivery.id not in told]
