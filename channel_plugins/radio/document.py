"""The files of a radio script: a Word document for people, plain text for a speech engine.

The same payload always gives the same bytes: times inside the Word file and its archive are fixed.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import _Cell

from .script import clock, range_words

FONT = "Times New Roman"
SIZE = Pt(14)
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_ARCHIVE_DATE = (2000, 1, 1, 0, 0, 0)
_DOTS = "." * 60


def plain_script(data: Mapping[str, Any]) -> bytes:
    """Return what is said as UTF-8 text in NFC, a paragraph a line, ready for a speech engine."""
    return (str(data["spoken"]) + "\n").encode()


def _style(document: DocumentObject) -> None:
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, SIZE
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for kind in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(kind), FONT)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "vi-VN")
    language.set(qn("w:eastAsia"), "vi-VN")
    style.element.get_or_add_rPr().append(language)
    style.paragraph_format.line_spacing = 1.5
    style.paragraph_format.space_after = Pt(3)


def _page(document: DocumentObject) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)


def _heading(document: DocumentObject, text: str, *, new_page: bool = False) -> None:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.page_break_before = new_page
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.keep_with_next = True
    paragraph.add_run(text).bold = True


def _fill(cell: _Cell, text: str, *, bold: bool = False) -> None:
    cell.paragraphs[0].add_run(text).bold = bold


def _whole_rows(table: Any) -> None:
    """Keep every row on one page, so that no sentence is broken over two."""
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _columns(table: Any, *widths: int) -> None:
    table.autofit = False
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)


def _cover(document: DocumentObject, data: Mapping[str, Any]) -> None:
    cover = data["cover"]
    _heading(document, "PHIẾU ĐỀ NGHỊ PHÁT THANH")
    rows = (
        ("Đài", cover["station"] or _DOTS),
        ("Đơn vị gửi", cover["unit"]),
        ("Tên bản tin", cover["title"]),
        ("Thể loại", cover["genre"]),
        ("Người viết", cover["author"]),
        ("Người đọc", cover["reader"] or _DOTS),
        ("Ngày viết", cover["date"]),
        ("Thời lượng dự kiến", cover["duration"]),
        ("Mã bản tin", cover["reference"]),
        *((("Nội dung", cover["contents"]),) if cover.get("contents") else ()),
        ("Đề nghị phát ngày, giờ", cover.get("broadcast") or _DOTS),
        ("Số lần phát lại", _DOTS),
    )
    table = document.add_table(rows=len(rows), cols=2, style="Table Grid")
    for row, (label, value) in zip(table.rows, rows, strict=True):
        _fill(row.cells[0], label, bold=True)
        _fill(row.cells[1], value)
    _columns(table, 55, 110)
    _whole_rows(table)
    _heading(document, "Ý KIẾN PHÊ DUYỆT CỦA ỦY BAN NHÂN DÂN XÃ")
    for label in ("Họ và tên", "Chức vụ", "Ý kiến", "Ngày duyệt", "Chữ ký"):
        document.add_paragraph(f"{label}: {_DOTS}")


def _script_table(document: DocumentObject, data: Mapping[str, Any]) -> None:
    _heading(document, "KỊCH BẢN PHÁT THANH", new_page=True)
    lines = data["lines"]
    table = document.add_table(rows=len(lines) + 1, cols=2, style="Table Grid")
    for cell, title in zip(table.rows[0].cells, ("Hiệu lệnh", "Lời đọc"), strict=True):
        _fill(cell, title, bold=True)
    running = 0.0
    for row, line in zip(table.rows[1:], lines, strict=True):
        _fill(row.cells[0], f"{line['cue']}\n{clock(running)}", bold=not line["text"])
        _fill(row.cells[1], line["text"] or f"({clock(line['seconds'])})")
        running += line["seconds"]
    _columns(table, 40, 125)
    _whole_rows(table)
    document.add_paragraph(f"Tổng thời lượng: {range_words(data['seconds'])}.")


def _fixed(archive: bytes) -> bytes:
    """Return the same archive with fixed times inside."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as source, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist()):
            info = zipfile.ZipInfo(name, _ARCHIVE_DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(info, source.read(name))
    return result.getvalue()


def word_script(data: Mapping[str, Any]) -> bytes:
    """Return the script as a Word document: a cover sheet to be approved by the commune, then the script.

    The script has two columns (cue, words) in 14 points with lines one and a half apart.
    """
    document = Document()
    properties = document.core_properties
    properties.title, properties.author = str(data["cover"]["title"]), str(data["cover"]["unit"])
    properties.created = properties.modified = _EPOCH
    properties.comments, properties.language = "", "vi-VN"
    _style(document)
    _page(document)
    _cover(document, data)
    _script_table(document, data)
    buffer = io.BytesIO()
    document.save(buffer)
    return _fixed(buffer.getvalue())
