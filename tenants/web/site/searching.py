"""Searching the site, with or without diacritics."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from tenants.plans import queries as plans
from tenants.plans.models import PlanVersion
from tenants.publishing import queries
from tenants.text import fold, highlight, nfc
from tenants.web.guard import public
from tenants.web.site import presenting
from tenants.web.site.blueprint import blueprint

LONGEST_QUERY = 100


@blueprint.get("/tim-kiem")
@public
def search() -> Any:
    """Show articles and plans in which all words occur, those with exactly these diacritics first."""
    query = nfc(request.args.get("q", "")).strip()[:LONGEST_QUERY]
    hits = [presenting.hit(delivery, text, query) for delivery, text in queries.search_on_site(query)]
    words = fold(query).split()
    found = [plan for plan in plans.public_plans() if words and _matches(plan, words)]
    return render_template(
        "site/search.html",
        query=query,
        hits=hits,
        plans=[(plan, highlight(plan.subject, query)) for plan in found],
        most=queries.MOST_FOUND,
    )


def _matches(plan: PlanVersion, words: list[str]) -> bool:
    text = fold(f"{plan.subject} {plan.number}/{plan.notation} kế hoạch")
    return all(word in text for word in words)
