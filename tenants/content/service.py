"""Writing articles: create, save without losing anybody's text, submit, reopen, discard, take a kept text over.

Every function runs in the edge's transaction and never commits. ``save`` does not raise when two people wrote at
once: the later text is added as a revision of its own and the result says so, because raising would roll back the
    very text that is to be kept.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import delete, select

from tenants import audit, clock, settings
from tenants.accounts import queries as accounts
from tenants.accounts.models import User
from tenants.content import article_text, revisions, states, wishes
from tenants.content.article_text import ArticleText
from tenants.content.models import Article, ArticleRevision, Media, PublishingWish, RevisionMedia
from tenants.content.revisions import CONFLICT, SETTLED, TEXT, Prepared
from tenants.db import db
from tenants.errors import Conflict, NotFound, Refused
from tenants.plans import queries as plans


@dataclass(frozen=True)
class Saved:
    """What became of a text that was to be saved.

    Args:
        head_revision_id, saves: what the next save must name, so that nobody overwrites anybody.
        conflict_id: the revision in which the text was kept aside; None when it became the article's text.
        sentence: what happened, when it was kept aside.
        warnings: sentences about what could not be kept as typed.
    """

    article_id: int
    head_revision_id: int
    saves: int
    saved_at: dt.datetime
    conflict_id: int | None = None
    sentence: str = ""
    warnings: tuple[str, ...] = ()

    def refusal(self, url: str) -> Conflict:
        """Return the error of an edge whose text was kept aside; raise it only after the transaction was committed.

        Args:
            url: where both texts can be compared.
        """
        data = {
            "revision_id": self.conflict_id,
            "head_revision_id": self.head_revision_id,
            "saves": self.saves,
            "url": url,
        }
        return Conflict("text-kept-aside", self.sentence, data)


def create(text: ArticleText, *, actor_id: int, page: str = "") -> Article:
    """Begin an article as a draft of its author.

    Raises:
        Refused: the genre is unknown or the body too long.
    """
    return _create(revisions.prepare(text), actor_id, page)


def begin(text: ArticleText, *, actor_id: int) -> Article:
    """Begin an article from a form; a form that was sent twice leads to the draft its first sending began.

    That draft is known by what it says: it is this person's, says the same, and nobody has written in it since.

    Raises:
        Refused: as ``create``.
    """
    prepared = revisions.prepare(text)
    # Two sendings at once come one after the other. Rows that name the person may still be written meanwhile.
    db.session.get(User, actor_id, with_for_update={"key_share": True})
    same = (
        select(Article)
        .join(ArticleRevision, ArticleRevision.id == Article.head_revision_id)
        .where(
            Article.author_id == actor_id,
            Article.state == states.DRAFT,
            ArticleRevision.number == 1,
            ArticleRevision.saves == 1,
            ArticleRevision.content_hash == prepared.content_hash,
        )
    )
    return db.session.scalars(same).first() or _create(prepared, actor_id, "")


def _create(prepared: Prepared, actor_id: int, page: str) -> Article:
    now = clock.now()
    article = Article(
        title=prepared.text.title,
        genre=prepared.text.genre,
        state=states.DRAFT,
        author_id=actor_id,
        created_at=now,
        updated_at=now,
    )
    db.session.add(article)
    db.session.flush()
    revision = revisions.begin(article, TEXT, [])
    revisions.write(revision, prepared, actor_id, page)
    article.head_revision_id = revision.id
    audit.record("article.create", "article", article.id, actor_id, title=article.title)
    return article


def save(
    article_id: int,
    text: ArticleText,
    *,
    head_revision_id: int,
    saves: int,
    actor_id: int,
    page: str = "",
    explicit: bool = True,
    reopen: bool = False,
) -> Saved:
    """Save a text, or keep it aside when somebody else saved meanwhile.

    Args:
        head_revision_id, saves: the text that was read before writing.
        page: names the page in the browser. A request that is repeated because its answer was lost comes from the
            same page and is no second person; "" means unknown.
        explicit: False for autosave, which leaves an audit entry only when a new revision begins or another person
            goes on writing.
        reopen: True lets a text that was handed in or approved be edited, which takes its approval away. Otherwise
            such a save counts as written too late and is kept aside: a forgotten open page must not undo an approval.

    Raises:
        NotFound: no such article.
        Refused: the genre is unknown or the body too long.
    """
    article = revisions.locked_article(article_id)
    head = revisions.head_of(article)
    prepared = revisions.prepare(text, head, revisions.pictures_of(head.id))
    if prepared.content_hash == head.content_hash:
        return _saved(article, head, prepared)
    if article.state not in states.EDITABLE and not reopen:
        return _kept_aside(article, head, prepared, actor_id, page, _("Bài đã được trình duyệt trong lúc bạn viết."))
    same_page = bool(page) and head.saved_from == page
    if (head.id, head.saves) != (head_revision_id, saves) and not same_page:
        other = accounts.names([head.saved_by]).get(head.saved_by, "")
        sentence = _("Trong lúc bạn viết, %(name)s đã lưu bài này.", name=other)
        return _kept_aside(article, head, prepared, actor_id, page, sentence)
    return _saved(article, store(article, head, prepared, actor_id, page, explicit), prepared)


def store(
    article: Article,
    head: ArticleRevision,
    prepared: Prepared,
    actor_id: int,
    page: str = "",
    explicit: bool = True,
) -> ArticleRevision:
    """Make a prepared text the newest one of a locked article and reopen what was handed in; return its revision."""
    _reopen(article, actor_id, states.SAVE)
    revision = head
    if head.frozen_at is not None:
        # Whoever wrote before an approval may approve what others wrote after it.
        editors = [] if head.approved_at is not None else head.editor_ids
        revision = revisions.begin(article, TEXT, editors)
    noted = explicit or revision is not head or head.saved_by != actor_id
    revisions.write(revision, prepared, actor_id, page)
    _follow(article, revision)
    if noted:
        audit.record("article.write", "article", article.id, actor_id, revision=revision.number)
    return revision


def _follow(article: Article, revision: ArticleRevision) -> None:
    article.head_revision_id = revision.id
    article.title = revision.title
    article.genre = revision.genre
    article.updated_at = revision.saved_at


def _saved(article: Article, head: ArticleRevision, prepared: Prepared) -> Saved:
    return Saved(article.id, head.id, head.saves, head.saved_at, warnings=prepared.warnings)


def _kept_aside(
    article: Article, head: ArticleRevision, prepared: Prepared, actor_id: int, page: str, why: str
) -> Saved:
    same = ArticleRevision.saved_from == page if page else ArticleRevision.content_hash == prepared.content_hash
    earlier = select(ArticleRevision).where(
        ArticleRevision.article_id == article.id,
        ArticleRevision.kind == CONFLICT,
        ArticleRevision.saved_by == actor_id,
        same,
    )
    copy = db.session.scalars(earlier).first()
    if copy is None:
        copy = revisions.begin(article, CONFLICT, [actor_id])
        copy.frozen_at = clock.now()
        audit.record("article.conflict", "article", article.id, actor_id, revision=copy.number)
    revisions.write(copy, prepared, actor_id, page)
    sentence = why + " " + _("Bản bạn viết được giữ riêng, không mất chữ nào; hãy xem hai bản rồi chọn.")
    return Saved(article.id, head.id, head.saves, copy.saved_at, copy.id, sentence, prepared.warnings)


def submit(article_id: int, *, head_revision_id: int, saves: int | None = None, actor_id: int) -> Article:
    """Hand the newest text in for review and freeze it.

    Args:
        head_revision_id, saves: the text the writer saw; ``saves`` None accepts any save of that revision.

    Raises:
        NotFound: no such article.
        Refused: "text-changed" when somebody saved meanwhile; "wrong-state"; "not-ready" with ``data["problems"]``, a
            list of {code, field, sentence}; "wish-no-outlet", "wish-past", "wish-too-soon" when approval
            cannot make the time that was wished.
    """
    article = revisions.locked_article(article_id)
    head = revisions.head_of(article)
    if head.id != head_revision_id or (saves is not None and head.saves != saves):
        raise Refused(
            "text-changed",
            _("Bài vừa được lưu ở nơi khác nên chưa trình duyệt. Hãy xem bản mới nhất rồi trình duyệt lại."),
        )
    steps = approval_steps()
    state = states.step(article.state, states.SUBMIT, steps)
    found = article_text.problems(revisions.text_of(head), head.body_text, plans.topics_in_force())
    if found:
        raise Refused(
            "not-ready",
            _("Bài được giữ là bản nháp, chưa trình duyệt vì còn thiếu:")
            + " "
            + " ".join(problem.sentence for problem in found),
            {"problems": [vars(problem) for problem in found]},
        )
    wishes.hand_in(article_id)
    now = clock.now()
    head.frozen_at = head.frozen_at or now
    article.state = state
    article.submitted_at = article.updated_at = now
    article.suspended_reason = None
    audit.record("article.submit", "article", article.id, actor_id, revision=head.number, hash=head.content_hash)
    return article


def reopen(article_id: int, *, actor_id: int) -> Article:
    """Take an article back to the desk: a text that was handed in or approved becomes a draft and loses its approval.

    What was published before stays published; it is the older revision.

    Raises:
        NotFound: no such article.
    """
    article = revisions.locked_article(article_id)
    _reopen(article, actor_id, states.REOPEN)
    return article


def _reopen(article: Article, actor_id: int, event: str) -> None:
    state = states.step(article.state, event)
    if state != article.state:
        audit.record("article.reopen", "article", article.id, actor_id, state=article.state)
        article.state = state
        article.updated_at = clock.now()
    article.approved_revision_id = None


def take_over(article_id: int, revision_id: int, *, actor_id: int) -> ArticleRevision:
    """Make a kept or an earlier text the article's newest one. The text it replaces stays in the history.

    Raises:
        NotFound: no such article, or it has no such revision.
        Refused: the text is the newest one already.
    """
    article = revisions.locked_article(article_id)
    head = revisions.head_of(article)
    chosen = revisions.of_article(article, revision_id)
    if chosen.id == head.id:
        raise Refused("already-newest", _("Đây đã là bản mới nhất của bài."))
    _reopen(article, actor_id, states.SAVE)
    head.frozen_at = head.frozen_at or clock.now()
    revision = revisions.begin(article, TEXT, {*head.editor_ids, *chosen.editor_ids})
    revisions.write(revision, revisions.prepare(revisions.text_of(chosen), chosen), actor_id)
    _follow(article, revision)
    if chosen.kind == CONFLICT:
        chosen.kind = SETTLED
    audit.record("article.restore", "article", article.id, actor_id, revision=revision.number, source=chosen.number)
    return revision


def keep_current(article_id: int, revision_id: int, *, actor_id: int) -> None:
    """Decide for the article's present text; the kept one leaves the list of open questions and stays in the history.

    Raises:
        NotFound: no such article, or it has no such open conflict.
    """
    article = revisions.locked_article(article_id)
    copy = revisions.of_article(article, revision_id)
    if copy.kind != CONFLICT:
        raise NotFound(f"conflict {revision_id}")
    copy.kind = SETTLED
    audit.record("article.keep", "article", article.id, actor_id, source=copy.number)


def discard(article_id: int, *, actor_id: int) -> None:
    """Throw away a draft that was never handed in; its last text stays in the audit log.

    Raises:
        NotFound: no such article.
        Refused: "handed-in-once": it belongs to the records; "not-author": somebody else wrote it.
    """
    article = revisions.locked_article(article_id)
    if actor_id != article.author_id:
        raise Refused("not-author", _("Chỉ người bắt đầu bài mới xóa được bản nháp. Chưa có gì thay đổi."))
    if article.submitted_at is not None or article.state != states.DRAFT:
        raise Refused(
            "handed-in-once",
            _("Bài đã từng được trình duyệt nên thuộc hồ sơ của đơn vị và không xóa được. Chưa có gì thay đổi."),
        )
    head = revisions.head_of(article)
    audit.record(
        "article.delete",
        "article",
        article.id,
        actor_id,
        title=head.title,
        summary=head.summary,
        body_html=head.body_html,
    )
    texts = select(ArticleRevision.id).where(ArticleRevision.article_id == article.id)
    revision_ids = list(db.session.scalars(texts))
    shown = select(RevisionMedia.media_id).where(RevisionMedia.revision_id.in_(revision_ids))
    media_ids = set(db.session.scalars(shown))
    db.session.execute(delete(PublishingWish).where(PublishingWish.article_id == article.id))
    db.session.execute(delete(RevisionMedia).where(RevisionMedia.revision_id.in_(revision_ids)))
    elsewhere = select(RevisionMedia.media_id).where(RevisionMedia.media_id.in_(media_ids))
    orphans = media_ids - set(db.session.scalars(elsewhere))
    db.session.execute(delete(Media).where(Media.id.in_(orphans)))
    db.session.execute(delete(ArticleRevision).where(ArticleRevision.article_id == article.id))
    db.session.delete(article)
    db.session.flush()


def approval_steps() -> int:
    """Return how many steps lead to approval in this unit: 2 = vetting then approval, 1 = approval alone."""
    return int(settings.get("approval.steps"))
