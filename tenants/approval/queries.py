"""Reading reviews: what waits for whom, and what happened to an article."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, select

from tenants.accounts.permissions import allowed
from tenants.approval.models import Review
from tenants.approval.service import PASSED
from tenants.audit import AuditEntry
from tenants.content import service, states
from tenants.content.models import Article, ArticleRevision
from tenants.content.revisions import CONFLICT
from tenants.db import db

MOST_SHOWN = 200
"""Most articles of one kind that are looked at for one person; a unit has far fewer in review at a time."""


@dataclass(frozen=True)
class WaitingArticle:
    """An article that waits for somebody. ``since``: when it came to wait."""

    id: int
    title: str
    state: str
    genre: str
    author_id: int
    since: dt.datetime


@dataclass(frozen=True)
class Waiting:
    """What waits for one person, oldest first.

    Args:
        returned: their own articles that a reviewer sent back.
        drafts: their own articles that were not handed in yet.
        conflicts: articles in which a text of theirs was kept aside and nobody has chosen yet.
        to_vet, to_approve: articles that they may vet or approve, own ones left out.
    """

    returned: tuple[WaitingArticle, ...] = ()
    drafts: tuple[WaitingArticle, ...] = ()
    conflicts: tuple[WaitingArticle, ...] = ()
    to_vet: tuple[WaitingArticle, ...] = ()
    to_approve: tuple[WaitingArticle, ...] = ()

    @property
    def urgent(self) -> int:
        """How many things wait, drafts not counted: nobody waits for those."""
        return len(self.returned) + len(self.conflicts) + len(self.to_vet) + len(self.to_approve)


def waiting(roles: Collection[str], user_id: int) -> Waiting:
    """Return what waits for this person in the present unit, in at most four queries.

    Args:
        roles: their roles in the unit.
    """
    mine: Sequence[WaitingArticle] = ()
    conflicts: Sequence[WaitingArticle] = ()
    if allowed(roles, "article.write"):
        mine, conflicts = _own(user_id), _conflicts(user_id)
    to_vet, to_approve = _reviews(roles, user_id)
    return Waiting(
        returned=tuple(a for a in mine if a.state == states.RETURNED),
        drafts=tuple(a for a in mine if a.state == states.DRAFT),
        conflicts=tuple(conflicts),
        to_vet=to_vet,
        to_approve=to_approve,
    )


def _waiting_article(article: Article, since: dt.datetime | None = None) -> WaitingArticle:
    return WaitingArticle(
        article.id, article.title, article.state, article.genre, article.author_id, since or article.updated_at
    )


def _own(user_id: int) -> list[WaitingArticle]:
    rows = (
        select(Article)
        .where(Article.author_id == user_id, Article.state.in_(states.EDITABLE))
        .order_by(Article.updated_at)
        .limit(MOST_SHOWN)
    )
    return [_waiting_article(article) for article in db.session.scalars(rows)]


def _conflicts(user_id: int) -> list[WaitingArticle]:
    copies = select(ArticleRevision.article_id).where(
        ArticleRevision.kind == CONFLICT, ArticleRevision.saved_by == user_id
    )
    rows = select(Article).where(Article.id.in_(copies)).order_by(Article.updated_at).limit(MOST_SHOWN)
    return [_waiting_article(article) for article in db.session.scalars(rows)]


def _reviews(roles: Collection[str], user_id: int) -> tuple[tuple[WaitingArticle, ...], tuple[WaitingArticle, ...]]:
    may = {
        states.VET: allowed(roles, "article.vet"),
        states.APPROVE: allowed(roles, "article.approve"),
    }
    found: dict[str, list[WaitingArticle]] = {states.VET: [], states.APPROVE: []}
    if not any(may.values()):
        return (), ()
    steps = service.approval_steps()
    newest = and_(ArticleRevision.unit_id == Article.unit_id, ArticleRevision.id == Article.head_revision_id)
    vetted_by_me = and_(
        Review.unit_id == ArticleRevision.unit_id,
        Review.revision_id == ArticleRevision.id,
        Review.step == states.VET,
        Review.decision == PASSED,
        Review.by_id == user_id,
    )
    rows = (
        select(Article, ArticleRevision.editor_ids, Review.id)
        .join(ArticleRevision, newest)
        .outerjoin(Review, vetted_by_me)
        .where(Article.state.in_((states.SUBMITTED, states.VETTED)), Article.author_id != user_id)
        .order_by(Article.submitted_at, Article.id)
        .limit(MOST_SHOWN)
    )
    for article, editor_ids, my_vetting in db.session.execute(rows):
        step = states.pending_step(article.state, steps)
        if step is None or not may[step] or user_id in editor_ids:
            continue
        if step == states.APPROVE and steps == 2 and my_vetting is not None:
            continue
        found[step].append(_waiting_article(article, article.submitted_at))
    return tuple(found[states.VET]), tuple(found[states.APPROVE])


def reviews_of(article_id: int) -> Sequence[Review]:
    """Return every review of an article, newest first."""
    rows = select(Review).where(Review.article_id == article_id).order_by(Review.at.desc(), Review.id.desc())
    return db.session.scalars(rows).all()


def last_reviewed(article_id: int, before: int) -> Review | None:
    """Return the newest review of an earlier text of the article; None when this text is the first that was read.

    Args:
        before: the revision that is being read now.
    """
    rows = (
        select(Review)
        .where(Review.article_id == article_id, Review.revision_id != before)
        .order_by(Review.at.desc(), Review.id.desc())
        .limit(1)
    )
    return db.session.scalars(rows).first()


def history(article_id: int, most: int = 100) -> Sequence[AuditEntry]:
    """Return what happened to an article, newest first: writing, handing in, reviews with their remarks, publishing."""
    rows = (
        select(AuditEntry)
        .where(AuditEntry.subject_type == "article", AuditEntry.subject_id == str(article_id))
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
        .limit(most)
    )
    return db.session.scalars(rows).all()
