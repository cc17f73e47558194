"""Make the Word sample beside this file: python examples/plans/make_docx.py

The plan is invented. It is written the way offices write: a two-column head and foot without borders, and section
numbers counted by Word, so that they stand nowhere in the text of the paragraphs.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from docx import Document
from docx.document import Document as DocumentType
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.table import _Cell

LEVELS = (("upperRoman", "%1."), ("decimal", "%2."), ("lowerLetter", "%3)"), ("bullet", "-"))
LIST_ID = 77

BODY = (
    (0, "MỤC ĐÍCH, YÊU CẦU"),
    (1, "Mục đích"),
    (2, "Đưa thông tin của nhà trường đến cha mẹ học sinh nhanh và đúng."),
    (2, "Giới thiệu những thầy cô, học sinh có việc làm đẹp."),
    (1, "Yêu cầu"),
    (2, "Mỗi bài đăng phải có người thẩm định và người duyệt."),
    (0, "NỘI DUNG TRUYỀN THÔNG"),
    (1, "Chương trình giáo dục phổ thông, kiểm tra, đánh giá học sinh (Tổ trưởng chuyên môn chịu trách nhiệm)."),
    (1, "An toàn giao thông, phòng chống đuối nước (Tổng phụ trách Đội, nhân viên y tế cùng thực hiện)."),
    (1, "Gương học sinh vượt khó: mỗi tháng 02 bài viết (giao cho Liên đội)."),
    (0, "KÊNH TRUYỀN THÔNG"),
    (3, "Trang thông tin điện tử của trường;"),
    (3, "Trang Facebook và nhóm Zalo của từng lớp."),
    (0, "TỔ CHỨC THỰC HIỆN"),
    (1, "Ban giám hiệu"),
    (3, "Thành lập tổ truyền thông, phân công người phát ngôn."),
    (3, "Duyệt tin, bài trước khi đăng."),
    (1, "Giáo viên chủ nhiệm, Tổng phụ trách Đội"),
    (3, "Cung cấp tin, ảnh sau mỗi hoạt động; xin phép cha mẹ trước khi đăng ảnh học sinh."),
)
SCHEDULE = (
    ("Tháng", "Chủ đề", "Người viết"),
    ("9/2025", "Khai giảng năm học mới", "Tổ Văn"),
    ("11/2025", "Tri ân thầy cô", "Liên đội"),
)


def make(target: Path) -> None:
    """Write the sample to *target*."""
    document = Document()
    document.core_properties.created = document.core_properties.modified = datetime(2025, 9, 15, tzinfo=UTC)
    document.core_properties.author = "Trường THCS Đồi Thông"
    _add_list(document)
    _frame(
        document,
        ["UBND XÃ SUỐI TIÊN", "TRƯỜNG THCS ĐỒI THÔNG", "Số: 52/KH-THCSĐT"],
        ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "Suối Tiên, ngày 15 tháng 9 năm 2025"],
    )
    document.add_paragraph("KẾ HOẠCH")
    document.add_paragraph("Truyền thông năm học 2025-2026")
    document.add_paragraph(
        "Căn cứ Kế hoạch số 340/KH-UBND ngày 05 tháng 9 năm 2025 của Ủy ban nhân dân xã Suối Tiên về việc truyền "
        "thông giáo dục năm học 2025-2026;"
    )
    document.add_paragraph("Trường THCS Đồi Thông xây dựng Kế hoạch truyền thông năm học 2025-2026 như sau:")
    for level, text in BODY:
        _numbered(document, level, text)
    table = document.add_table(rows=0, cols=3)
    for row in SCHEDULE:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    document.add_paragraph(
        "Trên đây là Kế hoạch truyền thông năm học 2025-2026 của Trường THCS Đồi Thông, đề nghị các bộ phận nghiêm "
        "túc thực hiện./."
    )
    _frame(
        document,
        ["Nơi nhận:", "- UBND xã Suối Tiên (để b/c);", "- Các tổ chuyên môn (để t/h);", "- Lưu: VT."],
        ["KT. HIỆU TRƯỞNG", "PHÓ HIỆU TRƯỞNG", "", "", "Ngô Thị Hải Đường"],
    )
    document.save(str(target))


def _frame(document: DocumentType, left: list[str], right: list[str]) -> None:
    cells = document.add_table(rows=1, cols=2).rows[0].cells
    for cell, lines in zip(cells, (left, right), strict=True):
        _fill(cell, lines)


def _fill(cell: _Cell, lines: list[str]) -> None:
    cell.paragraphs[0].text = lines[0]
    for line in lines[1:]:
        cell.add_paragraph(line)


def _numbered(document: DocumentType, level: int, text: str) -> None:
    properties = document.add_paragraph(text)._p.get_or_add_pPr()
    numbering = properties.get_or_add_numPr()
    numbering.get_or_add_ilvl().val = level
    numbering.get_or_add_numId().val = LIST_ID


def _add_list(document: DocumentType) -> None:
    levels = "".join(
        f'<w:lvl w:ilvl="{index}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for index, (kind, text) in enumerate(LEVELS)
    )
    numbering = document.part.numbering_part.element
    definition = parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{LIST_ID}">{levels}</w:abstractNum>')
    numbering.insert(0, definition)
    number = parse_xml(f'<w:num {nsdecls("w")} w:numId="{LIST_ID}"><w:abstractNumId w:val="{LIST_ID}"/></w:num>')
    last = numbering.findall(qn("w:num"))[-1]
    last.addnext(number)


if __name__ == "__main__":
    make(Path(__file__).with_name("ke-hoach-thcs-doi-thong.docx"))
