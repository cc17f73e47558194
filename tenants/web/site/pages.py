"""Home, list and article."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request

from tenants.errors import NotFound
from tenants.plans import queries as plans
from tenants.publishing import queries
from tenants.web.guard import public
from tenants.web.site import presenting
from tenants.web.site.blueprint import blueprint

ON_HOME = 7
PER_PAGE = 12


@blueprint.get("/")
@public
def home() -> Any:
    """Show the newest articles and the plans in force."""
    shown = presenting.cards(queries.newest_published(ON_HOME))
    return render_template(
        "site/home.html",
        lead=shown[0] if shown else None,
        others=shown[1:],
        plans=plans.public_plans()[:3],
    )


@blueprint.get("/tin-bai/")
@public
def articles() -> Any:
    """List what was published, newest first, by month and genre."""
    month, genre = request.args.get("month", ""), request.args.get("genre", "")
    span = presenting.month_span(month) if month else None
    page = queries.published_on_site(
        page=request.args.get("page", 1, type=int), per_page=PER_PAGE, genre=genre, span=span
    )
    return render_template(
        "site/articles.html",
        page=page,
        shown=presenting.cards(page.items),
        month=month if span else "",
        genre=genre,
        months=presenting.months(queries.publication_times()),
        genres=[(code, presenting.genre_label(code)) for code in queries.genres_on_site()],
    )


@blueprint.get("/tin-bai/<int:article_id>-<words>")
@public
def article(article_id: int, words: str) -> Any:
    """Show an article. The number finds it; an address with other words leads to the right one."""
    delivery = queries.article_on_site(article_id)
    if words != presenting.words_of(delivery):
        return redirect(presenting.address(delivery), 301)
    shown = presenting.page(delivery)
    return render_template(
        "site/article.html",
        article=shown,
        related=presenting.cards(queries.related_on_site(delivery)),
        data=presenting.linked_data(shown),
    )


@blueprint.get("/<path:rest>")
@public
def nowhere(rest: str) -> Any:
    """Answer every other address of the site in the site's own layout."""
    raise NotFound(rest)
