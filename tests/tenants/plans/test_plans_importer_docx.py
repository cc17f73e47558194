"""Word files: counted labels, frames, tables, tracked changes."""

from __future__ import annotations

import io
import zipfile

import pytest
from docx import Document

from tenants.plans.importer import Node, ReadPlan, read_plan

NS = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
)


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(text: str = "", level: int | None = None, list_id: int = 1, style: str = "", inner: str = "") -> str:
    numbering = "" if level is None else f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{list_id}"/></w:numPr>'
    styled = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{styled}{numbering}</w:pPr>{inner or run(text)}</w:p>"


def table(*rows: tuple[str, ...]) -> str:
    cells = ["".join(f"<w:tc>{cell}</w:tc>" for cell in row) for row in rows]
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>"


def levels(*forms: tuple[str, str]) -> str:
    return "".join(
        f'<w:lvl w:ilvl="{index}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for index, (kind, text) in enumerate(forms)
    )


OUTLINE = levels(
    ("upperRoman", "%1."), ("decimal", "%2."), ("decimal", "%2.%3."), ("lowerLetter", "%4)"), ("bullet", "-")
)
DEFINITION = f'<w:abstractNum w:abstractNumId="0">{OUTLINE}</w:abstractNum>'
NUMBERING = DEFINITION + '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
HEAD = paragraph("KẾ HOẠCH") + paragraph("Truyền thông năm 2025")


def read(body: str, numbering: str = NUMBERING, styles: str = "") -> ReadPlan:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        target.writestr("word/document.xml", f"<w:document {NS}><w:body>{body}</w:body></w:document>")
        target.writestr("word/numbering.xml", f"<w:numbering {NS}>{numbering}</w:numbering>")
        target.writestr("word/styles.xml", f"<w:styles {NS}>{styles}</w:styles>")
    return read_plan(buffer.getvalue(), "ke-hoach.docx")


def labels(plan: ReadPlan) -> list[str]:
    return [node.label for node in plan.walk()]


def leaf_texts(plan: ReadPlan) -> list[str]:
    def leaves(node: Node) -> list[Node]:
        return [found for child in node.children for found in leaves(child)] or [node]

    return [leaf.text for node in plan.nodes for leaf in leaves(node)]


def test_labels_counted_by_word_are_restored_and_restart_under_each_heading() -> None:
    body = "".join(
        paragraph(text, level)
        for level, text in [
            (0, "NỘI DUNG"),
            (1, "Chung"),
            (2, "Một."),
            (2, "Hai."),
            (1, "Riêng"),
            (2, "Ba."),
            (3, "Bốn;"),
            (3, "Năm;"),
            (4, "Sáu."),
            (0, "TỔ CHỨC THỰC HIỆN"),
            (1, "Tổ Văn"),
        ]
    )
    assert labels(read(HEAD + body)) == ["I", "1", "1.1", "1.2", "2", "2.1", "a", "b", "-", "II", "1"]


def test_counting_goes_on_after_a_paragraph_in_between() -> None:
    body = paragraph("NỘI DUNG", 0) + paragraph("Một.", 1) + paragraph("Lời dẫn.") + paragraph("Hai.", 1)
    assert labels(read(HEAD + body)) == ["I", "1", "", "2"]


def test_two_lists_of_one_definition_count_together_unless_told_to_restart() -> None:
    numbering = (
        NUMBERING
        + '<w:num w:numId="2"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="3"><w:abstractNumId w:val="0"/>'
        '<w:lvlOverride w:ilvl="1"><w:startOverride w:val="5"/></w:lvlOverride></w:num>'
    )
    items = [("NỘI DUNG", 0, 1), ("Một.", 1, 1), ("Hai.", 1, 2), ("Ba.", 1, 3), ("Bốn.", 1, 3)]
    body = "".join(paragraph(text, level, list_id) for text, level, list_id in items)
    assert labels(read(HEAD + body, numbering)) == ["I", "1", "2", "5", "6"]


def test_a_list_that_comes_with_a_style_and_its_parent_styles() -> None:
    styles = (
        '<w:style w:type="paragraph" w:styleId="Muc"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="MucCon"><w:basedOn w:val="Muc"/><w:pPr><w:numPr><w:ilvl w:val="1"/>'
        '<w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="MucKe"><w:basedOn w:val="Muc"/></w:style>'
    )
    body = paragraph("NỘI DUNG", style="Muc") + paragraph("Một.", style="MucCon") + paragraph("KÊNH", style="MucKe")
    assert labels(read(HEAD + body, styles=styles)) == ["I", "1", "II"]


def test_a_style_tied_to_a_level_of_its_list() -> None:
    tied = NUMBERING.replace('<w:lvl w:ilvl="1">', '<w:lvl w:ilvl="1"><w:pStyle w:val="Con"/>')
    styles = (
        '<w:style w:type="paragraph" w:styleId="Con"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    )
    body = paragraph("NỘI DUNG", 0) + paragraph("Một.", style="Con") + paragraph("Hai.", style="Con")
    assert labels(read(HEAD + body, tied, styles)) == ["I", "1", "2"]


def test_a_style_that_goes_round_in_a_circle_does_no_harm() -> None:
    styles = (
        '<w:style w:type="paragraph" w:styleId="A"><w:basedOn w:val="B"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="B"><w:basedOn w:val="A"/></w:style>'
    )
    assert labels(read(HEAD + paragraph("NỘI DUNG", 0) + paragraph("Một.", style="A"), styles=styles)) == ["I", ""]


def test_numbering_switched_off_on_a_paragraph() -> None:
    body = paragraph("NỘI DUNG", 0) + paragraph("Một.", 1) + paragraph("Không số.", 1, list_id=0) + paragraph("Hai.", 1)
    assert labels(read(HEAD + body)) == ["I", "1", "", "2"]


@pytest.mark.parametrize(("sign", "label"), [("\uf0b7", "•"), ("o", "•"), ("\uf0a7", "•"), ("–", "-"), ("+", "+")])
def test_bullets_of_picture_fonts_become_signs_a_reader_knows(sign: str, label: str) -> None:
    numbering = NUMBERING.replace('w:lvlText w:val="-"', f'w:lvlText w:val="{sign}"')
    assert labels(read(HEAD + paragraph("NỘI DUNG", 0) + paragraph("Một.", 4), numbering)) == ["I", label]


def test_head_and_foot_in_tables_without_borders() -> None:
    head = table(
        (paragraph("UBND XÃ HOA LƯ") + paragraph("TRƯỜNG MN HOA MAI"), paragraph("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")),
        (paragraph("Số: 9/KH-MNHM"), paragraph("Hoa Lư, ngày 20 tháng 9 năm 2025")),
    )
    foot = table(
        (
            paragraph("Nơi nhận:") + paragraph("- UBND xã;") + paragraph("- Lưu: VT."),
            paragraph("KT. HIỆU TRƯỞNG") + paragraph("PHÓ HIỆU TRƯỞNG") + paragraph() + paragraph("Lê Thị Mơ"),
        )
    )
    plan = read(head + HEAD + paragraph("NỘI DUNG", 0) + paragraph("Một.", 1) + foot)
    assert (plan.issuer_parent, plan.issuer, plan.number, plan.place) == (
        "UBND XÃ HOA LƯ",
        "TRƯỜNG MN HOA MAI",
        "9",
        "Hoa Lư",
    )
    assert plan.as_dict()["date"] == "2025-09-20"
    assert plan.recipients == ["UBND xã", "Lưu: VT"]
    assert plan.signer.as_dict() == {"title": "KT. HIỆU TRƯỞNG PHÓ HIỆU TRƯỞNG", "name": "Lê Thị Mơ"}
    assert leaf_texts(plan) == ["Một."]


def test_a_table_in_the_body_becomes_one_node_a_row_and_a_frame_around_text_does_not() -> None:
    opening = paragraph("Khai giảng") + paragraph("năm học")
    rows = table((paragraph("Tháng"), paragraph("Việc")), (paragraph("9"), opening))
    boxed = table((paragraph("Hai.", 1),))
    plan = read(HEAD + paragraph("NỘI DUNG", 0) + paragraph("Một.", 1) + rows + boxed)
    assert [(node.label, node.text) for node in plan.nodes[0].walk()][1:] == [
        ("1", "Một."),
        ("", "Tháng | Việc"),
        ("", "9 | Khai giảng năm học"),
        ("2", "Hai."),
    ]


def test_tracked_changes_are_applied_and_told() -> None:
    deleted = "<w:del><w:r><w:delText>một </w:delText></w:r></w:del>"
    changed = run("Đăng ") + f"<w:ins>{run('hai ')}</w:ins>" + deleted + run("tin.")
    joined = "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>" + run("Mở đầu ") + "</w:p>" + paragraph("Kết thúc.")
    moved = f"<w:p><w:moveFrom>{run('Cũ.')}</w:moveFrom></w:p><w:p><w:moveTo>{run('Mới.')}</w:moveTo></w:p>"
    plan = read(HEAD + paragraph("NỘI DUNG", 0) + paragraph(level=1, inner=changed) + joined + moved)
    assert [node.text for node in plan.walk()] == ["NỘI DUNG", "Đăng hai tin.", "Mở đầu Kết thúc.", "Mới."]
    assert "tracked-changes" in {warning.code for warning in plan.warnings}


def test_a_deleted_item_does_not_take_a_number() -> None:
    gone = (
        '<w:p><w:pPr><w:rPr><w:del/></w:rPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr></w:pPr>'
        "<w:del><w:r><w:delText>Bỏ.</w:delText></w:r></w:del></w:p>"
    )
    plan = read(HEAD + paragraph("NỘI DUNG", 0) + paragraph("Một.", 1) + gone + paragraph("Hai.", 1))
    assert [(node.label, node.text) for node in plan.nodes[0].children] == [("1", "Một."), ("2", "Hai.")]


def test_links_controls_breaks_capitals_and_hidden_text() -> None:
    inner = "".join(
        [
            f"<w:hyperlink>{run('Trang ')}</w:hyperlink>",
            f"<w:sdt><w:sdtContent>{run('web')}</w:sdtContent></w:sdt>",
            "<w:r><w:noBreakHyphen/></w:r>",
            run("ẩn", "<w:vanish/>"),
            run("đẹp", "<w:caps/>"),
            "<w:r><w:br/></w:r>",
            run("của trường."),
        ]
    )
    control = f"<w:sdt><w:sdtContent>{paragraph(level=1, inner=inner)}</w:sdtContent></w:sdt>"
    assert leaf_texts(read(HEAD + paragraph("NỘI DUNG", 0) + control)) == ["Trang web-ĐẸP của trường."]


def test_a_text_box_is_passed_over_and_told() -> None:
    drawing = f"<w:drawing><w:txbxContent>{paragraph('MẬT')}</w:txbxContent></w:drawing>"
    box = f"<w:r><mc:AlternateContent><mc:Choice>{drawing}</mc:Choice></mc:AlternateContent></w:r>"
    plan = read(HEAD + paragraph("NỘI DUNG", 0) + paragraph(level=1, inner=run("Một.") + box))
    assert leaf_texts(plan) == ["Một."]
    assert "text-box-skipped" in {warning.code for warning in plan.warnings}


def test_a_plain_document_of_the_usual_library_is_read() -> None:
    document = Document()
    for line in ["KẾ HOẠCH", "Truyền thông năm 2025", "I. NỘI DUNG", "1. Đăng tin.", "2. Viết bài."]:
        document.add_paragraph(line)
    buffer = io.BytesIO()
    document.save(buffer)
    plan = read_plan(buffer.getvalue(), "ke-hoach.docx")
    assert plan.title == "Truyền thông năm 2025"
    assert labels(plan) == ["I", "1", "2"]
