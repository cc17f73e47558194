"""Reading articles, their texts and their pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import and_, func, select

from tenants.content import revisions
from tenants.content.models import Article, ArticleRevision, Media, RevisionMedia
from tenants.content.revisions import CONFLICT
from tenants.db import db
from tenants.errors import NotFound
from tenants.scope import get_own
from tenants.text import fold

PER_PAGE = 20


@dataclass(frozen=True)
class ShownPicture:
    """A picture of a revision with what is needed to show it. Sizes are in pixels, ``size`` in bytes."""

    media_id: int
    alt: str
    caption: str
    content_type: str
    sha256: str
    thumb_sha256: str
    width: int
    height: int
    size: int
    filename: str


def get_article(article_id: int) -> Article:
    """Return an article of this unit.

    Raises:
        NotFound: there is none here.
    """
    return get_own(Article, article_id)


def head_revision(article: Article) -> ArticleRevision:
    """Return the newest text of an article."""
    return revisions.head_of(article)


def approved_revision(article: Article) -> ArticleRevision | None:
    """Return the one text that may be published; None when none is approved."""
    if article.approved_revision_id is None:
        return None
    return revisions.of_article(article, article.approved_revision_id)


def get_revision(article: Article, revision_id: int) -> ArticleRevision:
    """Return a revision of this article.

    Raises:
        NotFound: it is none of this article's.
    """
    return revisions.of_article(article, revision_id)


def revisions_of(article_id: int) -> Sequence[ArticleRevision]:
    """Return all texts of an article, newest first."""
    rows = (
        select(ArticleRevision).where(ArticleRevision.article_id == article_id).order_by(ArticleRevision.number.desc())
    )
    return db.session.scalars(rows).all()


def open_conflicts(article_id: int) -> Sequence[ArticleRevision]:
    """Return the texts of an article that were kept aside and wait for somebody to choose, newest first."""
    rows = (
        select(ArticleRevision)
        .where(ArticleRevision.article_id == article_id, ArticleRevision.kind == CONFLICT)
        .order_by(ArticleRevision.number.desc())
    )
    return db.session.scalars(rows).all()


def media_of(revision_id: int) -> list[ShownPicture]:
    """Return the pictures of a revision in reading order."""
    rows = (
        select(
            RevisionMedia.media_id,
            RevisionMedia.alt,
            RevisionMedia.caption,
            Media.content_type,
            Media.sha256,
            Media.thumb_sha256,
            Media.width,
            Media.height,
            Media.size,
            Media.filename,
        )
        .join(Media, and_(Media.unit_id == RevisionMedia.unit_id, Media.id == RevisionMedia.media_id))
        .where(RevisionMedia.revision_id == revision_id)
        .order_by(RevisionMedia.position)
    )
    return [ShownPicture(**row._asdict()) for row in db.session.execute(rows)]


def get_media(media_id: int) -> Media:
    """Return a picture of this unit.

    Raises:
        NotFound: there is none here.
    """
    found = db.session.scalars(select(Media).where(Media.id == media_id)).first()
    if found is None:
        raise NotFound(f"media {media_id}")
    return found


def listing(
    *, page: int = 1, state: str = "", genre: str = "", author_id: int | None = None, search: str = ""
) -> Pagination:
    """Return one page of the unit's articles, last changed first, ``PER_PAGE`` at a time.

    Args:
        state, genre: "" for all.
        author_id: only this person's; None for everybody's.
        search: words that must all occur in the newest text or its title; case and diacritics do not count.
    """
    rows = select(Article).order_by(Article.updated_at.desc(), Article.id.desc())
    if state:
        rows = rows.where(Article.state == state)
    if genre:
        rows = rows.where(Article.genre == genre)
    if author_id is not None:
        rows = rows.where(Article.author_id == author_id)
    words = fold(search).split()[:10]
    if words:
        newest = and_(ArticleRevision.unit_id == Article.unit_id, ArticleRevision.id == Article.head_revision_id)
        rows = rows.join(ArticleRevision, newest)
        for word in words:
            rows = rows.where(ArticleRevision.search_text.contains(word, autoescape=True))
    return db.paginate(rows, page=page, per_page=PER_PAGE, error_out=False)


def counts_by_state(author_id: int | None = None) -> dict[str, int]:
    """Return how many articles there are in each state; ``author_id`` None counts everybody's."""
    rows = select(Article.state, func.count()).group_by(Article.state)
    if author_id is not None:
        rows = rows.where(Article.author_id == author_id)
    return {row[0]: row[1] for row in db.session.execute(rows)}
