"""Reviewing articles over the API: what waits, vet, approve, return."""

from __future__ import annotations

from typing import Any

from flask import g

from tenants.accounts import queries as accounts
from tenants.api.article_views import article_view
from tenants.api.blueprint import UNIT_PREFIX, ApiBlueprint, changing
from tenants.api.schemas import articles as shapes
from tenants.approval import queries, service
from tenants.content import queries as content
from tenants.errors import Forbidden
from tenants.web.guard import acting_user, may, requires

blueprint = ApiBlueprint("api-reviews", UNIT_PREFIX, "Reviews: vetted, approved, returned.")

Values = dict[str, Any]
ARTICLE = "/articles/<int:article_id>"


@blueprint.get("/waiting")
@requires("article.view")
@blueprint.response(200, shapes.WaitingSchema)
def list_waiting() -> Any:
    """List the articles that wait for oneself."""
    return queries.waiting(g.roles, acting_user().id)


@blueprint.get(f"{ARTICLE}/reviews")
@requires("article.view")
@blueprint.response(200, shapes.ReviewListSchema)
def list_reviews(article_id: int) -> Any:
    """List the reviews of an article."""
    content.get_article(article_id)
    found = queries.reviews_of(article_id)
    names = accounts.names([review.by_id for review in found])
    shown = ("id", "revision_id", "step", "decision", "remark", "checklist", "content_hash", "by_id", "at")
    return {
        "items": [
            {**{name: getattr(review, name) for name in shown}, "by_name": names.get(review.by_id, "")}
            for review in found
        ]
    }


@blueprint.post(f"{ARTICLE}/vet")
@requires("article.vet")
@blueprint.arguments(shapes.DecisionSchema)
@blueprint.response(200, shapes.ArticleSchema)
def vet_article(values: Values, article_id: int) -> Any:
    """Record that content and accuracy of exactly this text were checked."""
    with changing() as actor_id:
        service.vet(article_id, actor_id=actor_id, **values)
    return article_view(article_id)


@blueprint.post(f"{ARTICLE}/approve")
@requires("article.approve")
@blueprint.arguments(shapes.DecisionSchema)
@blueprint.response(200, shapes.ArticleSchema)
def approve_article(values: Values, article_id: int) -> Any:
    """Approve exactly this text; from then on it, and nothing else, may be published."""
    with changing() as actor_id:
        service.approve(article_id, actor_id=actor_id, **values)
    return article_view(article_id)


@blueprint.post(f"{ARTICLE}/return")
@requires("article.vet")
@blueprint.arguments(shapes.ReturnSchema)
@blueprint.response(200, shapes.ArticleSchema)
def return_article(values: Values, article_id: int) -> Any:
    """Send an article back to its author with a remark."""
    if not may(f"article.{values['step']}"):
        raise Forbidden(f"article.{values['step']}")
    with changing() as actor_id:
        service.return_(article_id, actor_id=actor_id, **values)
    return article_view(article_id)
