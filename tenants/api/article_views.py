"""Articles as the API shows them: from rows to plain values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask import g

from tenants.accounts import queries as accounts
from tenants.content import queries, service, states
from tenants.content.article_text import picture_url
from tenants.content.models import Article, ArticleRevision

_LINE = ("id", "title", "state", "genre", "author_id", "updated_at")
_REVISION = (
    "id", "number", "kind", "saves", "title", "content_hash", "saved_by", "saved_at", "frozen_at", "approved_at",
)  # fmt: skip
_TEXT = (
    "summary", "body_html", "body_text", "genre", "node_id", "plan_id", "plan_version", "off_plan_reason",
    "role_model_name", "role_model_deed",
)  # fmt: skip


def line_views(articles: Sequence[Article]) -> list[dict[str, Any]]:
    """Return articles as a list shows them."""
    names = accounts.names([article.author_id for article in articles])
    return [_line(article, names) for article in articles]


def _line(article: Article, names: Mapping[int, str]) -> dict[str, Any]:
    return {
        **{name: getattr(article, name) for name in _LINE},
        "author_name": names.get(article.author_id, ""),
    }


def article_view(article_id: int) -> dict[str, Any]:
    """Return an article with its newest text.

    Raises:
        NotFound: there is none in this unit.
    """
    article = queries.get_article(article_id)
    head = queries.head_revision(article)
    names = accounts.names([article.author_id, head.saved_by])
    return {
        **_line(article, names),
        "created_at": article.created_at,
        "submitted_at": article.submitted_at,
        "suspended_reason": article.suspended_reason,
        "head_revision_id": head.id,
        "saves": head.saves,
        "approved_revision_id": article.approved_revision_id,
        "pending_step": states.pending_step(article.state, service.approval_steps()),
        "conflict_ids": [conflict.id for conflict in queries.open_conflicts(article.id)],
        "head": full_revision_view(head, names),
    }


def revision_views(texts: Iterable[ArticleRevision]) -> list[dict[str, Any]]:
    """Return revisions as a list shows them."""
    texts = list(texts)
    names = accounts.names([text.saved_by for text in texts])
    return [_revision(text, names) for text in texts]


def _revision(text: ArticleRevision, names: Mapping[int, str]) -> dict[str, Any]:
    return {
        **{name: getattr(text, name) for name in _REVISION},
        "saved_by_name": names.get(text.saved_by, ""),
    }


def full_revision_view(text: ArticleRevision, names: Mapping[int, str] | None = None) -> dict[str, Any]:
    """Return one text whole."""
    known = accounts.names([text.saved_by]) if names is None else names
    return {
        **_revision(text, known),
        **{name: getattr(text, name) for name in _TEXT},
        "pictures": picture_views(text.id),
    }


def picture_views(revision_id: int) -> list[dict[str, Any]]:
    """Return the pictures of a text, each with its address."""
    return [
        {**vars(picture), "url": picture_url(g.unit.slug, picture.media_id)}
        for picture in queries.media_of(revision_id)
    ]
