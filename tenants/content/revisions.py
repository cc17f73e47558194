"""Revisions in the database: reading one as a text, writing a text into one. Nothing here decides or commits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext as _
from sqlalchemy import func, select

from tenants import clock, held
from tenants.content import article_text, html
from tenants.content.article_text import ArticleText, KnownPicture, Picture
from tenants.content.models import Article, ArticleRevision, Media, RevisionMedia
from tenants.db import db
from tenants.errors import NotFound, Refused
from tenants.plans import queries as plans
from tenants.scope import current
from tenants.units.models import Unit

TEXT = "text"
CONFLICT = "conflict"
SETTLED = "settled"
"""Kinds of revisions, see ``ArticleRevision``."""


@dataclass(frozen=True)
class Prepared:
    """A cleaned text with everything that is derived from it.

    Args:
        warnings: sentences about what could not be kept as typed.
    """

    text: ArticleText
    body_text: str
    content_hash: str
    plan_id: int | None
    plan_version: int | None
    warnings: tuple[str, ...] = ()


def locked_article(article_id: int) -> Article:
    """Return the article, held until the transaction ends, so that two people change it one after the other.

    Raises:
        NotFound: there is none in this unit.
    """
    return held.own(Article, article_id)


def of_article(article: Article, revision_id: int) -> ArticleRevision:
    """Return a revision of this article, as it is in the database now.

    Raises:
        NotFound: it is none of this article's.
    """
    key = (article.unit_id, revision_id)
    revision = db.session.get(ArticleRevision, key, populate_existing=True)
    if revision is None or revision.article_id != article.id:
        raise NotFound(f"revision {revision_id}")
    return revision


def head_of(article: Article) -> ArticleRevision:
    """Return the newest text of an article."""
    if article.head_revision_id is None:
        raise NotFound(f"article {article.id} has no text")
    return of_article(article, article.head_revision_id)


def pictures_of(revision_id: int) -> tuple[Picture, ...]:
    """Return the pictures of a revision in reading order."""
    rows = (
        select(RevisionMedia.media_id, RevisionMedia.alt, RevisionMedia.caption)
        .where(RevisionMedia.revision_id == revision_id)
        .order_by(RevisionMedia.position)
    )
    return tuple(Picture(*row) for row in db.session.execute(rows))


def text_of(revision: ArticleRevision) -> ArticleText:
    """Return the text of a revision as plain values."""
    return ArticleText(
        title=revision.title,
        summary=revision.summary,
        body_html=revision.body_html,
        genre=revision.genre,
        node_id=revision.node_id,
        off_plan_reason=revision.off_plan_reason,
        role_model_name=revision.role_model_name or "",
        role_model_deed=revision.role_model_deed or "",
        pictures=pictures_of(revision.id),
    )


def unit_slug() -> str:
    """Return the address of the present unit."""
    unit = db.session.get(Unit, current().unit_id)
    if unit is None:
        raise NotFound("unit")
    return unit.slug


def prepare(text: ArticleText, before: ArticleRevision | None = None, kept: Sequence[Picture] = ()) -> Prepared:
    """Clean a text for storing.

    Args:
        before: the text it follows: a plan node that is unchanged keeps the plan and version it was chosen from.
        kept: pictures that stay even when the text does not list them, at the end.

    Raises:
        Refused: the genre is unknown, or the body is longer than any article.
    """
    if text.genre not in article_text.GENRES:
        raise Refused("unknown-genre", _("Không có thể loại «%(genre)s».", genre=text.genre))
    if len(text.body_html) > article_text.MAX_BODY:
        raise Refused(
            "body-too-long",
            _("Nội dung quá dài nên chưa được lưu. Bản đã lưu trước đó vẫn còn; hãy tách thành nhiều bài."),
        )
    cleaned = article_text.clean(text)
    slug = unit_slug()
    known, cleaned = _with_known_pictures(cleaned, slug, kept)
    alts = {picture.media_id: picture.alt for picture in cleaned.pictures}
    body_html, dropped = article_text.settle_pictures(cleaned.body_html, slug, known, alts)
    cleaned = replace(cleaned, body_html=body_html)
    warnings = [_("Ảnh chép từ nơi khác không giữ được. Hãy tải ảnh lên ở phần Ảnh.")] if dropped else []
    plan_id, plan_version = None, None
    if cleaned.node_id is not None:
        found = _plan_of(cleaned.node_id, before)
        if found is None:
            cleaned = replace(cleaned, node_id=None)
            warnings.append(_("Mục kế hoạch đã chọn không còn hiệu lực. Hãy chọn lại mục kế hoạch."))
        else:
            plan_id, plan_version = found
    sha256_of = {media_id: picture.sha256 for media_id, picture in known.items()}
    return Prepared(
        text=cleaned,
        body_text=html.to_text(body_html),
        content_hash=article_text.hash_of(cleaned, sha256_of),
        plan_id=plan_id,
        plan_version=plan_version,
        warnings=tuple(warnings),
    )


def _with_known_pictures(
    text: ArticleText, slug: str, kept: Sequence[Picture]
) -> tuple[dict[int, KnownPicture], ArticleText]:
    listed = {picture.media_id: picture for picture in text.pictures}
    for picture in (*kept, *(Picture(ident) for ident in article_text.pictures_in(text.body_html, slug))):
        listed.setdefault(picture.media_id, picture)
    known = known_pictures(listed)
    pictures = tuple(picture for media_id, picture in listed.items() if media_id in known)
    return known, replace(text, pictures=pictures)


def known_pictures(media_ids: Iterable[int]) -> dict[int, KnownPicture]:
    """Return the pictures of this unit among these ids, in one query."""
    wanted = set(media_ids)
    if not wanted:
        return {}
    rows = select(Media.id, Media.sha256, Media.width, Media.height).where(Media.id.in_(wanted))
    return {row[0]: KnownPicture(*row) for row in db.session.execute(rows)}


def _plan_of(node_id: str, before: ArticleRevision | None) -> tuple[int | None, int | None] | None:
    if before is not None and before.node_id == node_id:
        return before.plan_id, before.plan_version
    for topic in plans.topics_in_force():
        if topic.node_id == node_id:
            return topic.plan_id, topic.plan_version
    return None


def begin(article: Article, kind: str, editors: Iterable[int]) -> ArticleRevision:
    """Return a new, empty revision with the next number; ``write`` fills it."""
    number = select(func.coalesce(func.max(ArticleRevision.number), 0)).where(ArticleRevision.article_id == article.id)
    return ArticleRevision(
        unit_id=article.unit_id,
        article_id=article.id,
        number=(db.session.scalar(number) or 0) + 1,
        kind=kind,
        saves=0,
        editor_ids=sorted(set(editors)),
    )


def write(revision: ArticleRevision, prepared: Prepared, actor_id: int, page: str = "") -> None:
    """Put a prepared text, with its pictures, into the working revision or into a copy kept aside, and flush."""
    text = prepared.text
    revision.title = text.title
    revision.summary = text.summary
    revision.body_html = text.body_html
    revision.body_text = prepared.body_text
    revision.search_text = article_text.search_text(text, prepared.body_text)
    revision.genre = text.genre
    revision.node_id = text.node_id
    revision.plan_id = prepared.plan_id
    revision.plan_version = prepared.plan_version
    revision.off_plan_reason = text.off_plan_reason
    revision.role_model_name = text.role_model_name or None
    revision.role_model_deed = text.role_model_deed or None
    revision.content_hash = prepared.content_hash
    revision.editor_ids = sorted({*revision.editor_ids, actor_id})
    revision.saved_by = actor_id
    revision.saved_from = page
    revision.saved_at = clock.now()
    revision.saves += 1
    db.session.add(revision)
    db.session.flush()
    _write_pictures(revision.id, text.pictures)


def _write_pictures(revision_id: int, pictures: Sequence[Picture]) -> None:
    rows = select(RevisionMedia).where(RevisionMedia.revision_id == revision_id)
    there = {row.media_id: row for row in db.session.scalars(rows)}
    for position, picture in enumerate(pictures):
        row = there.pop(picture.media_id, None)
        if row is None:
            row = RevisionMedia(revision_id=revision_id, media_id=picture.media_id)
            db.session.add(row)
        row.position, row.alt, row.caption = position, picture.alt, picture.caption
    for row in there.values():
        db.session.delete(row)
    db.session.flush()


def hash_now(revision: ArticleRevision) -> str:
    """Return the hash of what the database holds for this revision now, computed afresh."""
    text = text_of(revision)
    known = known_pictures(picture.media_id for picture in text.pictures)
    return article_text.hash_of(text, {ident: picture.sha256 for ident, picture in known.items()})
