"""Pictures of articles: taking them in, putting them into a text, their order, taking them out.

Making a picture ready is slow and touches no table, so it is done before the transaction; only the rest runs inside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext as _
from sqlalchemy import select

from tenants import audit, clock
from tenants.content import article_text, revisions, service, states
from tenants.content.article_text import Picture
from tenants.content.images import ProcessedImage, process
from tenants.content.models import Article, ArticleRevision, Media
from tenants.content.uploads import UploadRefused, safe_filename
from tenants.db import db
from tenants.errors import NotFound, Refused
from tenants.files import store as file_store

MAX_BYTES = 20 * 1024 * 1024
"""Largest picture file taken, in bytes: what a phone makes today, with room."""

MOST_PICTURES = 60
"""Most pictures of one article: what the public site takes."""


@dataclass(frozen=True)
class ReadyPicture:
    """A picture that was read, turned upright, made smaller and freed of its metadata."""

    filename: str
    image: ProcessedImage


@dataclass(frozen=True)
class RefusedFile:
    """A file of an upload that could not be taken, with the sentence for its sender."""

    filename: str
    code: str
    sentence: str


@dataclass(frozen=True)
class Attached:
    """What an upload changed.

    Args:
        media_ids: the pictures that are now in the article and were not before, in their order.
        head_revision_id, saves: what the next save must name.
    """

    media_ids: tuple[int, ...]
    head_revision_id: int
    saves: int


def make_ready(files: Sequence[tuple[str, bytes]], max_side: int) -> tuple[list[ReadyPicture], list[RefusedFile]]:
    """Return the pictures among uploaded files, and what was refused; one bad file does not spoil the others.

    Args:
        files: (name given by the sender, content).
        max_side: longest side of what is kept, in pixels.
    """
    ready: list[ReadyPicture] = []
    refused: list[RefusedFile] = []
    for name, data in files:
        shown = safe_filename(name)
        try:
            ready.append(ReadyPicture(shown, process(data, max_side, max_bytes=MAX_BYTES, filename=name)))
        except UploadRefused as refusal:
            refused.append(RefusedFile(shown, refusal.code, refusal.sentence))
    return ready, refused


def attach(
    article_id: int,
    pictures: Sequence[ReadyPicture],
    *,
    actor_id: int,
    page: str = "",
    read: tuple[int, int] | None = None,
) -> Attached:
    """Store pictures and put them at the end of the article's newest text.

    Args:
        page: the page in the browser that sent them.
        read: the (head_revision_id, saves) which that page began with. When the page knows the newest text it goes on
            being the page that saved last, so that its next save is not taken for a second person's.

    Raises:
        NotFound: no such article.
        Refused: the article was handed in, or would have more than ``MOST_PICTURES``.
    """
    article, head = _open_article(article_id)
    text = revisions.text_of(head)
    stored = [_stored(picture, actor_id) for picture in pictures]
    there = {picture.media_id for picture in text.pictures}
    added = tuple(dict.fromkeys(media.id for media in stored if media.id not in there))
    if len(there) + len(added) > MOST_PICTURES:
        raise Refused(
            "too-many-pictures",
            _(
                "Một bài nhận nhiều nhất %(most)s ảnh; ảnh vừa chọn chưa được thêm. Các ảnh đã có vẫn còn.",
                most=MOST_PICTURES,
            ),
        )
    if not added:
        return Attached((), head.id, head.saves)
    text = replace(text, pictures=(*text.pictures, *(Picture(ident) for ident in added)))
    knows_newest = read == (head.id, head.saves) or head.saved_from == page
    revision = service.store(
        article,
        head,
        revisions.prepare(text, head),
        actor_id,
        page if knows_newest else head.saved_from,
        explicit=False,
    )
    audit.record("media.upload", "article", article.id, actor_id, media=list(added))
    return Attached(added, revision.id, revision.saves)


def move(article_id: int, media_id: int, *, earlier: bool, actor_id: int) -> None:
    """Move a picture one place earlier or later; at the edge it stays where it is.

    Raises:
        NotFound: no such article, or the picture is not in its newest text.
        Refused: the article was handed in.
    """
    article, head = _open_article(article_id)
    text = revisions.text_of(head)
    place = _place(text.pictures, media_id)
    other = place - 1 if earlier else place + 1
    if not 0 <= other < len(text.pictures):
        return
    pictures = list(text.pictures)
    pictures[place], pictures[other] = pictures[other], pictures[place]
    prepared = revisions.prepare(replace(text, pictures=tuple(pictures)), head)
    service.store(article, head, prepared, actor_id, head.saved_from, explicit=False)


def remove(article_id: int, media_id: int, *, actor_id: int) -> None:
    """Take a picture out of the article's newest text; earlier revisions keep it.

    Raises:
        NotFound: no such article, or the picture is not in its newest text.
        Refused: the article was handed in.
    """
    article, head = _open_article(article_id)
    text = revisions.text_of(head)
    place = _place(text.pictures, media_id)
    remaining = text.pictures[:place] + text.pictures[place + 1 :]
    known = revisions.known_pictures(picture.media_id for picture in remaining)
    alts = {picture.media_id: picture.alt for picture in remaining}
    body_html, _dropped = article_text.settle_pictures(text.body_html, revisions.unit_slug(), known, alts)
    prepared = revisions.prepare(replace(text, body_html=body_html, pictures=remaining), head)
    service.store(article, head, prepared, actor_id, head.saved_from)


def _open_article(article_id: int) -> tuple[Article, ArticleRevision]:
    article = revisions.locked_article(article_id)
    if article.state not in states.EDITABLE:
        raise Refused(
            "handed-in",
            _("Bài đã được trình duyệt nên ảnh chưa được thay đổi. Hãy mở lại bài để sửa rồi làm lại."),
        )
    return article, revisions.head_of(article)


def _place(pictures: Sequence[Picture], media_id: int) -> int:
    for place, picture in enumerate(pictures):
        if picture.media_id == media_id:
            return place
    raise NotFound(f"picture {media_id}")


def _stored(picture: ReadyPicture, actor_id: int) -> Media:
    sha256 = file_store().put(picture.image.full)
    known = db.session.scalars(select(Media).where(Media.sha256 == sha256)).first()
    if known is not None:
        return known
    media = Media(
        filename=picture.filename,
        content_type=picture.image.content_type,
        sha256=sha256,
        thumb_sha256=file_store().put(picture.image.thumb),
        width=picture.image.width,
        height=picture.image.height,
        size=len(picture.image.full),
        uploaded_by=actor_id,
        uploaded_at=clock.now(),
    )
    db.session.add(media)
    db.session.flush()
    return media
