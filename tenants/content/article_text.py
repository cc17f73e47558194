"""What a writer typed, as plain values: cleaning it, finding its pictures, hashing it, saying what it still lacks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from lxml.html import HtmlElement

from tenants.content import html, markup
from tenants.text import fold, nfc

GENRES = {
    "news": _l("Tin"),
    "feature": _l("Bài viết"),
    "role_model": _l("Gương người tốt, việc tốt"),
    "reportage": _l("Phóng sự"),
    "interview": _l("Phỏng vấn"),
    "notice": _l("Thông báo"),
}
"""Genres with their labels (thể loại)."""

MAX_TITLE = 200
MAX_SUMMARY = 500
MAX_TEXT = 200_000
"""What the public site takes, in characters. A draft may be longer; it is refused when it is handed in."""

MAX_BODY = 2_000_000
"""Longest body that is stored at all, in characters of HTML: more is no article."""

_PICTURE = re.compile(r"/media/(?P<slug>[a-z0-9-]+)/(?P<id>[0-9]{1,18})/(?:full|thumb)")


@dataclass(frozen=True)
class Picture:
    """A picture of an article: its text alternative and its caption there."""

    media_id: int
    alt: str = ""
    caption: str = ""


@dataclass(frozen=True)
class ArticleText:
    """One text of an article, as typed or as stored.

    Args:
        node_id: the plan node it serves; None while none is chosen.
        off_plan_reason: None unless the writer said that it stands outside the plan; then the reason, perhaps still "".
        pictures: in reading order.
    """

    title: str = ""
    summary: str = ""
    body_html: str = ""
    genre: str = "news"
    node_id: str | None = None
    off_plan_reason: str | None = None
    role_model_name: str = ""
    role_model_deed: str = ""
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True)
class KnownPicture:
    """What the store knows of a picture that a text may show. ``sha256`` is that of the file."""

    media_id: int
    sha256: str
    width: int
    height: int


@dataclass(frozen=True)
class Problem:
    """Something an article lacks before it can be handed in. ``field`` names the attribute of ``ArticleText``."""

    code: str
    field: str
    sentence: str


def clean(text: ArticleText) -> ArticleText:
    """Return ``text`` as it may be stored: NFC, no control characters, body sanitised, titles on one line."""
    return replace(
        text,
        title=_line(text.title),
        summary=_lines(text.summary),
        body_html=html.clean_html(text.body_html),
        node_id=text.node_id or None,
        off_plan_reason=None if text.off_plan_reason is None or text.node_id else _lines(text.off_plan_reason),
        role_model_name=_line(text.role_model_name),
        role_model_deed=_lines(text.role_model_deed),
        pictures=tuple(Picture(p.media_id, _lines(p.alt), _lines(p.caption)) for p in text.pictures),
    )


def picture_url(unit_slug: str, media_id: int, size: str = "full") -> str:
    """Return the address of a picture, as it stands in an article's HTML."""
    return f"/media/{unit_slug}/{media_id}/{size}"


def pictures_in(body_html: str, unit_slug: str) -> list[int]:
    """Return the ids of this unit's pictures in a body, in reading order, each once."""
    sources = (image.get("src", "") for image in markup.parse(body_html).iter("img"))
    found = (_PICTURE.fullmatch(source) for source in sources)
    return list(dict.fromkeys(int(m["id"]) for m in found if m and m["slug"] == unit_slug))


def settle_pictures(
    body_html: str, unit_slug: str, known: Mapping[int, KnownPicture], alts: Mapping[int, str]
) -> tuple[str, bool]:
    """Return a sanitised body in which only the unit's own pictures stand, and whether any other was taken out.

    Each picture gets its measured size and the text alternative that was written for it, so that there is one place
    to write it.
    """
    root = markup.parse(body_html)
    images = list(root.iter("img"))
    if not images:
        return body_html, False
    dropped = False
    for image in images:
        found = _PICTURE.fullmatch(image.get("src", ""))
        picture = known.get(int(found["id"])) if found and found["slug"] == unit_slug else None
        if picture is None:
            image.drop_tree()
            dropped = True
        else:
            _describe(image, picture, unit_slug, alts.get(picture.media_id) or image.get("alt", ""))
    return html.clean_html(markup.inner_html(root)), dropped


def _describe(image: HtmlElement, picture: KnownPicture, unit_slug: str, alt: str) -> None:
    image.set("src", picture_url(unit_slug, picture.media_id))
    image.set("alt", alt)
    image.set("width", str(picture.width))
    image.set("height", str(picture.height))


def hash_of(text: ArticleText, sha256_of: Mapping[int, str]) -> str:
    """Return the hash that a review pins: everything a reader sees, and the plan node the article counts for.

    Args:
        sha256_of: the hash of the file behind each picture.
    """
    return html.content_hash(
        {
            "title": text.title,
            "summary": text.summary,
            "body_html": text.body_html,
            "genre": text.genre,
            "node_id": text.node_id,
            "off_plan_reason": text.off_plan_reason,
            "role_model_name": text.role_model_name,
            "role_model_deed": text.role_model_deed,
            "pictures": [[sha256_of[p.media_id], p.alt, p.caption] for p in text.pictures],
        }
    )


def search_text(text: ArticleText, body_text: str) -> str:
    """Return what searching looks through, folded."""
    return fold(" ".join((text.title, text.summary, body_text, text.role_model_name, text.role_model_deed)))


def problems(text: ArticleText, body_text: str, topics: Collection[object]) -> list[Problem]:
    """Return what must be mended before the article can be handed in; an empty list means: ready.

    Args:
        topics: the plan nodes the unit could choose from; when there are none, none is asked for.
    """
    return [*_text_problems(text, body_text), *_picture_problems(text), *_plan_problems(text, topics)]


def _text_problems(text: ArticleText, body_text: str) -> list[Problem]:
    found = []
    if not text.title:
        found.append(Problem("no-title", "title", _("Bài chưa có tiêu đề.")))
    elif len(text.title) > MAX_TITLE:
        found.append(
            Problem(
                "long-title",
                "title",
                _("Tiêu đề dài %(n)s ký tự; nhiều nhất là %(most)s.", n=len(text.title), most=MAX_TITLE),
            )
        )
    if not text.summary:
        found.append(
            Problem("no-summary", "summary", _("Bài chưa có tóm tắt: một hai câu để hiện trong danh sách tin."))
        )
    elif len(text.summary) > MAX_SUMMARY:
        found.append(
            Problem(
                "long-summary",
                "summary",
                _("Tóm tắt dài %(n)s ký tự; nhiều nhất là %(most)s.", n=len(text.summary), most=MAX_SUMMARY),
            )
        )
    if not body_text.strip():
        found.append(Problem("no-body", "body_html", _("Bài chưa có nội dung.")))
    elif len(body_text) > MAX_TEXT:
        found.append(Problem("long-body", "body_html", _("Nội dung quá dài; hãy tách thành nhiều bài.")))
    if text.genre == "role_model" and not text.role_model_name:
        found.append(
            Problem(
                "no-role-model",
                "role_model_name",
                _("Bài gương người tốt, việc tốt cần ghi tên người hoặc việc được nêu gương."),
            )
        )
    return found


def _picture_problems(text: ArticleText) -> list[Problem]:
    bare = [place for place, picture in enumerate(text.pictures, start=1) if not picture.alt]
    if not bare:
        return []
    return [
        Problem(
            "no-alt",
            "pictures",
            _(
                "Ảnh số %(places)s chưa có mô tả cho người không nhìn thấy (không nêu tên trẻ).",
                places=", ".join(map(str, bare)),
            ),
        )
    ]


def _plan_problems(text: ArticleText, topics: Collection[object]) -> list[Problem]:
    if text.node_id or not topics:
        return []
    if text.off_plan_reason is None:
        sentence = _("Chưa chọn mục kế hoạch mà bài phục vụ. Nếu bài ngoài kế hoạch, hãy chọn «Ngoài kế hoạch».")
        return [Problem("no-node", "node_id", sentence)]
    if not text.off_plan_reason:
        return [Problem("no-reason", "off_plan_reason", _("Bài ngoài kế hoạch cần ghi lý do."))]
    return []


def _plain(text: str) -> str:
    kept = (c for c in text.replace("\r\n", "\n") if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
    return nfc("".join(kept))


def _line(text: str) -> str:
    return " ".join(_plain(text).split())


def _lines(text: str) -> str:
    return "\n".join(" ".join(line.split()) for line in _plain(text).strip().split("\n"))
