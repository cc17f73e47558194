"""From a post to a kit: the words to paste, the printed notice, the archive with pictures. Pure but for reading
pictures."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from channel_plugins.reach import Host
from channel_plugins.text import length, nfc, plain_text, shorten
from channel_plugins.types import Post

from .settings import GREETINGS, ZALO_GROUP

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_ARCHIVE_DATE = (2000, 1, 1, 0, 0, 0)
_ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}


def legible(text: str) -> str:
    """Return text without characters no document takes (controls, lone surrogates), in NFC."""
    kept = "".join(char for char in text if char in "\n\t" or (char >= " " and not "\ud800" <= char <= "\udfff"))
    return str(nfc(kept))


def words_of(post: Post) -> str:
    """Return the body of a post as plain text, a paragraph a line."""
    body = post.body_text if post.body_text.strip() else plain_text(post.body_html)
    return legible(body).strip()


def text_to_paste(post: Post, settings: Mapping[str, Any]) -> str:
    """Return the words to paste: greeting, title, as much of the text as fits, link, sender.

    The whole has at most `longest` characters; what is cut is the body, never the link or the sender.
    """
    longest = int(settings.get("longest", 700))
    linked = bool(settings.get("with_link", True)) and post.canonical_url
    head = [line for line in (GREETINGS[str(settings.get("tone", "parents"))], legible(post.title).strip()) if line]
    tail = [f"Xem đầy đủ: {post.canonical_url}"] if linked else []
    tail.append(legible(post.unit_name))
    body, summary = words_of(post), legible(post.summary).strip()
    frame = "\n\n".join([*head, *tail])
    room = longest - length(frame) - 2
    if length(body) > room and summary:
        body = summary
    body = shorten(body, max(room, 0))
    return str(nfc("\n\n".join(part for part in [*head, body, *tail] if part)))


def notice_data(post: Post, place: str) -> dict[str, Any]:
    """Return what stands on the printed sheet."""
    return {
        "unit": legible(post.unit_name),
        "title": legible(post.title).strip(),
        "summary": legible(post.summary).strip(),
        "paragraphs": [line.strip() for line in words_of(post).split("\n") if line.strip()],
        "link": post.canonical_url,
        "date": f"{post.issued_on:%d/%m/%Y}",
        "place": legible(place),
    }


def printed_notice(sheet: Mapping[str, Any]) -> bytes:
    """Return the notice as a Word document of A4 size, large enough to be read from a board."""
    document = Document()
    properties = document.core_properties
    properties.title, properties.author = str(sheet["title"]), str(sheet["unit"])
    properties.created = properties.modified = _EPOCH
    properties.comments, properties.language = "", "vi-VN"
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(16)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for kind in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(kind), "Times New Roman")
    style.paragraph_format.line_spacing = 1.3
    style.paragraph_format.space_after = Pt(8)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(25), Mm(20)
    _line(document, sheet["unit"].upper(), size=14)
    _line(document, sheet["title"], size=26, after=14)
    if sheet["summary"]:
        document.add_paragraph().add_run(sheet["summary"]).italic = True
    for paragraph in sheet["paragraphs"]:
        document.add_paragraph(paragraph)
    if sheet["link"]:
        document.add_paragraph(f"Xem trên trang của đơn vị: {sheet['link']}")
    signed = document.add_paragraph(f"{sheet['unit']}, ngày {sheet['date']}")
    signed.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    buffer = io.BytesIO()
    document.save(buffer)
    return _fixed(buffer.getvalue())


def archive(data: Mapping[str, Any], host: Host) -> bytes:
    """Return a zip with the words, the printed sheet and the pictures in their order; gone pictures are left out."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        _put(target, "1-loi-dang.txt", (str(data["text"]) + "\n").encode())
        _put(target, "2-ban-in-a4.docx", printed_notice(data["sheet"]))
        for number, picture in enumerate(data["pictures"], start=1):
            try:
                raw = host.read(picture["ref"])
            except KeyError:
                continue
            _put(target, f"3-anh-{number:02}.{_ENDINGS.get(picture['content_type'], 'jpg')}", raw)
    return buffer.getvalue()


def needs_sheet_first(kind: str) -> bool:
    """Return whether the printed sheet matters more than the words to paste."""
    return kind != ZALO_GROUP


def _line(document: Any, text: str, *, size: int, after: int = 4) -> None:
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_after = Pt(after)
    run = paragraph.add_run(text)
    run.bold, run.font.size = True, Pt(size)


def _put(target: zipfile.ZipFile, name: str, raw: bytes) -> None:
    info = zipfile.ZipInfo(name, _ARCHIVE_DATE)
    info.compress_type = zipfile.ZIP_DEFLATED
    target.writestr(info, raw)


def _fixed(written: bytes) -> bytes:
    """Return the same archive with fixed times inside, so that the same notice is the same bytes."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(written)) as source, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist()):
            _put(target, name, source.read(name))
    return result.getvalue()
