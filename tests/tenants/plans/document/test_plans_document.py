"""The plan as an administrative document: NĐ 30/2020/NĐ-CP, Phụ lục I, cell by cell."""

import hashlib
import io
import unicodedata
import zipfile
from dataclasses import replace
from datetime import date
from itertools import zip_longest

import pytest
from docx import Document
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Emu, Mm, Pt
from docx.text.paragraph import Paragraph

from tenants.plans.document import DocumentNode, PlanDocument, write_docx, write_text
from tenants.plans.document.measure import balanced_width, bold_width, wrapped
from tenants.plans.importer import read_plan
from tenants.plans.importer.model import Node

BODY = (
    DocumentNode(
        "I",
        "MỤC ĐÍCH, YÊU CẦU",
        children=(
            DocumentNode(
                "1",
                "Mục đích",
                children=(
                    DocumentNode("-", text="Giúp cha mẹ học sinh hiểu đúng các hoạt động của nhà trường."),
                    DocumentNode("-", text="Giới thiệu kịp thời gương người tốt, việc tốt."),
                ),
            ),
            DocumentNode("2", "Yêu cầu", text="Thông tin chính xác, dễ hiểu."),
        ),
    ),
    DocumentNode(
        "II",
        "NỘI DUNG TRUYỀN THÔNG",
        children=(
            DocumentNode("1", text="Công tác đầu năm học: khai giảng, an toàn giao thông."),
            DocumentNode(
                "2",
                "Gương điển hình",
                children=(
                    DocumentNode("a", text="Gương nhà giáo tận tụy.", origin="Kế hoạch số 12/KH-UBND"),
                    DocumentNode(
                        "đ",
                        text="Gương học sinh vượt khó:",
                        children=(
                            DocumentNode(
                                "-", text="Ở điểm trường xa;", children=(DocumentNode("+", text="Bản Mây Cao."),)
                            ),
                        ),
                    ),
                ),
            ),
        ),
    ),
)

PLAN = PlanDocument(
    managing_unit="Ủy ban nhân dân xã Mây",
    issuing_unit="Trường Tiểu học Mây",
    number="5",
    notation="KH-THM",
    place="Mây",
    issued_on=date(2027, 2, 5),
    subject="Truyền thông năm 2027",
    bases=(
        "Căn cứ Kế hoạch số 12/KH-UBND ngày 20/01/2027 của Ủy ban nhân dân xã Mây về truyền thông năm 2027.",
        "Căn cứ tình hình thực tế của nhà trường",
    ),
    introduction=("Trường Tiểu học Mây xây dựng Kế hoạch truyền thông năm 2027 như sau:",),
    nodes=BODY,
    closing=("Trên đây là Kế hoạch truyền thông năm 2027 của Trường Tiểu học Mây, đề nghị các tổ thực hiện./.",),
    recipients=("UBND xã (để báo cáo);", "- Các tổ chuyên môn (để thực hiện)", "Lưu: VT."),
    signer_title="KT. Hiệu trưởng\nPhó hiệu trưởng",
    signer_name="Lò Thị Mây",
)


def written(plan: PlanDocument = PLAN, **options: bool) -> WordDocument:
    return Document(io.BytesIO(write_docx(plan, **options)))


def cell_lines(word: WordDocument, table: int, row: int, column: int) -> list[Paragraph]:
    return [line for line in word.tables[table].cell(row, column).paragraphs if line.text]


def looks(paragraph: Paragraph) -> tuple[str, float, bool, bool]:
    """Text, size in points, bold, italic of a line in one typography."""
    [run] = paragraph.runs
    size = run.font.size or paragraph.style.font.size
    return paragraph.text, size.pt, bool(run.bold), bool(run.italic)


def found(word: WordDocument, text: str) -> Paragraph:
    [paragraph] = [paragraph for paragraph in word.paragraphs if paragraph.text == text]
    return paragraph


def near(length: Emu | None, wanted: Emu) -> bool:
    """Equal but for the rounding to twips (1/20 pt) that Word does."""
    return length is not None and abs(length - wanted) <= Pt(0.05)


def test_the_page_is_a4_with_the_margins_of_the_decree() -> None:
    section = written().sections[0]
    assert near(section.page_width, Mm(210)) and near(section.page_height, Mm(297))
    assert near(section.top_margin, Mm(20)) and near(section.bottom_margin, Mm(20))
    assert near(section.left_margin, Mm(30)) and near(section.right_margin, Mm(15))


def test_all_text_is_times_new_roman_in_every_script_and_vietnamese() -> None:
    word = written()
    defaults = word.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    normal = word.styles["Normal"].element.rPr
    for properties in (defaults, normal):
        fonts = properties.find(qn("w:rFonts"))
        assert dict(fonts.attrib) == {
            qn(f"w:{kind}"): "Times New Roman" for kind in ("ascii", "hAnsi", "eastAsia", "cs")
        }
    assert defaults.find(qn("w:lang")).get(qn("w:val")) == "vi-VN"
    assert word.element.body.find(f".//{qn('w:rFonts')}") is None
    assert word.element.body.find(f".//{qn('w:numPr')}") is None


def test_page_numbers_stand_centred_above_from_the_second_page_on() -> None:
    section = written().sections[0]
    assert section.different_first_page_header_footer
    assert not section.first_page_header.paragraphs[0].text
    [paragraph] = section.header.paragraphs
    assert paragraph.alignment == WD_ALIGN_PARAGRAPH.CENTER
    assert [code.text.strip() for code in paragraph._p.iter(qn("w:instrText"))] == ["PAGE"]
    assert {run.font.size for run in paragraph.runs} == {Pt(14)}


def test_the_head_has_its_four_cells() -> None:
    word = written()
    head = [[[looks(line) for line in cell_lines(word, 0, row, column)] for column in (0, 1)] for row in (0, 1)]
    assert head == [
        [
            [("ỦY BAN NHÂN DÂN XÃ MÂY", 13, False, False), ("TRƯỜNG TIỂU HỌC MÂY", 13, True, False)],
            [
                ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 13, True, False),
                ("Độc lập - Tự do - Hạnh phúc", 14, True, False),
            ],
        ],
        [[("Số: 05/KH-THM", 13, False, False)], [("Mây, ngày 05 tháng 02 năm 2027", 14, False, True)]],
    ]
    for line in word.tables[0].cell(0, 0).paragraphs:
        assert line.alignment in (WD_ALIGN_PARAGRAPH.CENTER, None)


def test_long_names_get_the_smaller_sizes_and_the_wider_column() -> None:
    long = replace(PLAN, issuing_unit="Trường Phổ thông dân tộc bán trú Tiểu học và Trung học cơ sở Mây")
    word = written(long)
    assert [looks(line)[1] for line in cell_lines(word, 0, 0, 0)] == [12, 12]
    assert [looks(line)[1] for line in cell_lines(word, 0, 0, 1)] == [12, 13]
    assert looks(cell_lines(word, 0, 1, 1)[0])[1] == 13
    narrow, wide = written().tables[0].cell(0, 0).width, word.tables[0].cell(0, 0).width
    assert wide > narrow


@pytest.mark.parametrize("names", ["Trường Mầm non Mây", "Sở Giáo dục và Đào tạo tỉnh Mây Trắng Phương Nam"])
def test_the_name_of_the_country_always_stands_on_one_line(names: str) -> None:
    word = written(replace(PLAN, issuing_unit=names))
    cell = word.tables[0].cell(0, 1)
    country = cell_lines(word, 0, 0, 1)[0]
    assert bold_width(country.text, looks(country)[1]) < cell.width.mm
    assert near(Emu(sum(column.width for column in word.tables[0].columns)), Mm(165))


def rules(paragraphs: list[Paragraph]) -> list[Paragraph]:
    return [paragraph for paragraph in paragraphs if paragraph._p.find(f".//{qn('w:pBdr')}/{qn('w:top')}") is not None]


def rule_length(paragraph: Paragraph, available: float) -> float:
    layout = paragraph.paragraph_format
    return available - layout.left_indent.mm - layout.right_indent.mm


def test_a_line_as_long_as_the_motto_stands_below_it() -> None:
    cell = written().tables[0].cell(0, 1)
    [rule] = rules(cell.paragraphs)
    assert cell.paragraphs[-1].text == rule.text == ""
    assert rule_length(rule, cell.width.mm) == pytest.approx(60.4, abs=1)


def test_short_lines_stand_below_issuer_and_subject() -> None:
    word = written()
    cell = word.tables[0].cell(0, 0)
    [below_issuer] = rules(cell.paragraphs)
    share = rule_length(below_issuer, cell.width.mm) / bold_width("TRƯỜNG TIỂU HỌC MÂY", 13)
    assert 1 / 3 <= share <= 1 / 2
    [below_subject] = rules(word.paragraphs)
    share = rule_length(below_subject, 165) / bold_width("Truyền thông năm 2027", 14)
    assert 1 / 3 <= share <= 1 / 2


def test_type_and_subject_are_centred_and_bold() -> None:
    word = written()
    for text in ("KẾ HOẠCH", "Truyền thông năm 2027"):
        paragraph = found(word, text)
        assert looks(paragraph)[1:] == (14, True, False)
        assert paragraph.alignment == WD_ALIGN_PARAGRAPH.CENTER


def test_a_long_subject_breaks_in_the_middle() -> None:
    subject = "Truyền thông về giáo dục và đào tạo năm 2027 trên địa bàn xã và các thôn bản vùng cao"
    paragraph = found(written(replace(PLAN, subject=subject)), subject)
    free = 165 - paragraph.paragraph_format.left_indent.mm - paragraph.paragraph_format.right_indent.mm
    first, second = wrapped(subject, 14, free)
    assert abs(first - second) < 30


def test_bases_are_italic_and_end_as_the_decree_says() -> None:
    word = written()
    bases = [paragraph for paragraph in word.paragraphs if paragraph.text.startswith("Căn cứ")]
    assert [looks(basis)[1:] for basis in bases] == [(14, False, True)] * 2
    assert [basis.text[-6:] for basis in bases] == [" 2027;", "rường."]


def test_body_paragraphs_are_justified_indented_and_spaced() -> None:
    word = written()
    start = next(place for place, line in enumerate(word.paragraphs) if line.text.startswith("Căn cứ"))
    body = word.paragraphs[start:]
    assert len(body) == 17
    for paragraph in body:
        layout = paragraph.paragraph_format
        assert paragraph.alignment == WD_ALIGN_PARAGRAPH.JUSTIFY
        assert near(layout.first_line_indent, Cm(1.27))
        assert layout.space_after == Pt(6)
        assert layout.line_spacing == pytest.approx(1.15)


def test_labels_are_printed_text_in_the_order_of_the_plan() -> None:
    word = written()
    texts = [paragraph.text for paragraph in word.paragraphs]
    start = texts.index("I. MỤC ĐÍCH, YÊU CẦU")
    assert texts[start:] == [
        "I. MỤC ĐÍCH, YÊU CẦU",
        "1. Mục đích",
        "- Giúp cha mẹ học sinh hiểu đúng các hoạt động của nhà trường.",
        "- Giới thiệu kịp thời gương người tốt, việc tốt.",
        "2. Yêu cầu",
        "Thông tin chính xác, dễ hiểu.",
        "II. NỘI DUNG TRUYỀN THÔNG",
        "1. Công tác đầu năm học: khai giảng, an toàn giao thông.",
        "2. Gương điển hình",
        "a) Gương nhà giáo tận tụy.",
        "đ) Gương học sinh vượt khó:",
        "- Ở điểm trường xa;",
        "+ Bản Mây Cao.",
        PLAN.closing[0],
    ]


def test_headings_are_bold_and_stay_with_what_follows() -> None:
    word = written()
    for text in ("I. MỤC ĐÍCH, YÊU CẦU", "1. Mục đích", "2. Gương điển hình"):
        assert looks(found(word, text))[1:] == (14, True, False)
        assert found(word, text).paragraph_format.keep_with_next
    for text in ("1. Công tác đầu năm học: khai giảng, an toàn giao thông.", "a) Gương nhà giáo tận tụy."):
        assert looks(found(word, text))[1:] == (14, False, False)
        assert not found(word, text).paragraph_format.keep_with_next


@pytest.mark.parametrize(
    ("label", "printed"),
    [("IV", "IV."), ("IV.", "IV."), ("1.1", "1.1."), ("10", "10."), ("đ", "đ)"), ("a)", "a)"), ("*", "*"), ("", "")],
)
def test_labels_get_the_sign_of_their_level(label: str, printed: str) -> None:
    node = DocumentNode(label, text="Nội dung.")
    assert found(written(replace(PLAN, nodes=(node,))), f"{printed} Nội dung.".strip())


def test_parts_are_centred_over_their_title() -> None:
    word = written(replace(PLAN, nodes=(DocumentNode("Phần I", "Quy định chung", "Mở đầu."),)))
    for text in ("Phần I", "QUY ĐỊNH CHUNG"):
        assert found(word, text).alignment == WD_ALIGN_PARAGRAPH.CENTER
        assert looks(found(word, text))[1:] == (14, True, False)
    assert found(word, "Mở đầu.").alignment == WD_ALIGN_PARAGRAPH.JUSTIFY


def test_an_item_may_have_a_title_and_several_paragraphs() -> None:
    word = written(replace(PLAN, nodes=(DocumentNode("1", "Nhà trường", "Đoạn một.\n\nĐoạn hai."),)))
    texts = [paragraph.text for paragraph in word.paragraphs]
    start = texts.index("1. Nhà trường")
    assert texts[start : start + 3] == ["1. Nhà trường", "Đoạn một.", "Đoạn hai."]


def test_origins_are_printed_only_when_asked_for() -> None:
    assert "12/KH-UBND)" not in "".join(paragraph.text for paragraph in written().paragraphs)
    paragraph = found(written(show_origins=True), "a) Gương nhà giáo tận tụy. (Kế hoạch số 12/KH-UBND)")
    assert paragraph.runs[-1].italic


def test_the_end_has_recipients_on_the_left_and_the_signature_on_the_right() -> None:
    word = written()
    assert [looks(line) for line in cell_lines(word, 1, 0, 0)] == [
        ("Nơi nhận:", 12, True, True),
        ("- UBND xã (để báo cáo);", 11, False, False),
        ("- Các tổ chuyên môn (để thực hiện);", 11, False, False),
        ("- Lưu: VT.", 11, False, False),
    ]
    signature = cell_lines(word, 1, 0, 1)
    assert [looks(line) for line in signature] == [
        ("KT. HIỆU TRƯỞNG", 14, True, False),
        ("PHÓ HIỆU TRƯỞNG", 14, True, False),
        ("Lò Thị Mây", 14, True, False),
    ]
    assert {line.alignment for line in signature} == {WD_ALIGN_PARAGRAPH.CENTER}
    assert signature[-1].paragraph_format.space_before >= Mm(25)


def test_the_end_is_not_torn_over_two_pages() -> None:
    word = written()
    assert found(word, PLAN.closing[0]).paragraph_format.keep_with_next
    assert word.tables[1].rows[0]._tr.find(f".//{qn('w:cantSplit')}") is not None


def test_a_draft_leaves_room_for_number_date_and_name() -> None:
    draft = replace(PLAN, number=None, issued_on=None, managing_unit=None, signer_name="", recipients=())
    word = written(draft)
    assert [line.text for line in cell_lines(word, 0, 0, 0)] == ["TRƯỜNG TIỂU HỌC MÂY"]
    assert cell_lines(word, 0, 1, 0)[0].text == "Số:        /KH-THM"
    assert cell_lines(word, 0, 1, 1)[0].text.split() == ["Mây,", "ngày", "tháng", "năm"]
    assert cell_lines(word, 1, 0, 0) == []


@pytest.mark.parametrize(
    ("day", "printed"),
    [
        (date(2026, 1, 9), "Mây, ngày 09 tháng 01 năm 2026"),
        (date(2026, 3, 10), "Mây, ngày 10 tháng 3 năm 2026"),
        (date(2026, 11, 20), "Mây, ngày 20 tháng 11 năm 2026"),
    ],
)
def test_days_below_ten_and_the_first_two_months_get_a_zero(day: date, printed: str) -> None:
    assert cell_lines(written(replace(PLAN, issued_on=day)), 0, 1, 1)[0].text == printed


@pytest.mark.parametrize(("number", "printed"), [("9", "09"), ("09", "09"), ("331", "331"), ("12a", "12a")])
def test_numbers_below_ten_get_a_zero(number: str, printed: str) -> None:
    assert cell_lines(written(replace(PLAN, number=number)), 0, 1, 0)[0].text == f"Số: {printed}/KH-THM"


def test_the_same_plan_always_gives_the_same_bytes() -> None:
    first, second = write_docx(PLAN), write_docx(replace(PLAN))
    assert hashlib.sha256(first).digest() == hashlib.sha256(second).digest()
    with zipfile.ZipFile(io.BytesIO(first)) as package:
        assert {member.date_time for member in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert write_docx(replace(PLAN, number="6")) != first


def test_the_properties_name_plan_and_issuer_and_no_program_or_time() -> None:
    properties = written().core_properties
    assert properties.title == "KẾ HOẠCH Truyền thông năm 2027"
    assert properties.author == properties.last_modified_by == "Trường Tiểu học Mây"
    assert properties.created == properties.modified
    assert "python" not in f"{properties.comments}{properties.keywords}".lower()


def test_any_text_can_be_written() -> None:
    odd = unicodedata.normalize("NFD", "Tệp\x00 có\x07 ký tự\u200b lạ & <thẻ> 😀")
    plan = replace(PLAN, nodes=(DocumentNode("-", text=odd),), subject="", signer_title="", bases=())
    assert found(written(plan), "- Tệp có ký tự lạ & <thẻ> 😀")


def test_the_plain_text_has_the_order_of_the_page() -> None:
    text = write_text(PLAN)
    assert text.startswith(
        "ỦY BAN NHÂN DÂN XÃ MÂY\nTRƯỜNG TIỂU HỌC MÂY\n"
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n\n"
        "Số: 05/KH-THM\n\nMây, ngày 05 tháng 02 năm 2027\n\n"
        "KẾ HOẠCH\nTruyền thông năm 2027\n\nCăn cứ Kế hoạch số 12/KH-UBND"
    )
    assert "\n\nđ) Gương học sinh vượt khó:\n\n- Ở điểm trường xa;\n\n+ Bản Mây Cao.\n\nTrên đây" in text
    assert text.endswith("- Lưu: VT.\n\nKT. HIỆU TRƯỞNG\nPHÓ HIỆU TRƯỞNG\n\nLò Thị Mây\n")


def assert_same_items(read: list[Node], wanted: tuple[DocumentNode, ...]) -> None:
    expected = []
    for node in wanted:
        text = node.title or node.text
        below = (DocumentNode("", text=node.text), *node.children) if node.title and node.text else node.children
        expected.append((node.label, text, below))
    for item, wish in zip_longest(read, expected):
        assert item is not None and wish is not None, (item, wish)
        assert (item.label, item.text) == wish[:2]
        assert_same_items(item.children, wish[2])


@pytest.mark.parametrize("form", ["docx", "txt"])
def test_what_is_written_reads_back_the_same(form: str) -> None:
    data = write_docx(PLAN) if form == "docx" else write_text(PLAN).encode()
    plan = read_plan(data, f"ke-hoach.{form}")
    assert (plan.number, plan.symbol, plan.date, plan.place) == ("05", "KH-THM", date(2027, 2, 5), "Mây")
    assert (plan.issuer, plan.issuer_parent) == ("TRƯỜNG TIỂU HỌC MÂY", "ỦY BAN NHÂN DÂN XÃ MÂY")
    assert plan.title == "Truyền thông năm 2027"
    assert plan.recipients == ["UBND xã (để báo cáo)", "Các tổ chuyên môn (để thực hiện)", "Lưu: VT"]
    assert (plan.signer.title, plan.signer.name) == ("KT. HIỆU TRƯỞNG PHÓ HIỆU TRƯỞNG", "Lò Thị Mây")
    assert [(citation.number, citation.symbol) for citation in plan.citations] == [("12", "KH-UBND")]
    closing = [node for node in plan.nodes if node.kind == "closing"]
    assert [node.text for node in closing] == list(PLAN.closing)
    assert_same_items([node for node in plan.nodes if node.kind != "closing"], PLAN.nodes)


def test_widths_are_those_of_bold_times() -> None:
    assert bold_width("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 13) == pytest.approx(95.0, abs=1)
    assert bold_width("Độc lập - Tự do - Hạnh phúc", 14) == pytest.approx(60.4, abs=1)


def test_a_text_that_fits_keeps_the_whole_width() -> None:
    assert balanced_width("Ngắn", 14, 100) == 100
    assert balanced_width("", 14, 100) == 100
    assert len(wrapped("một hai ba", 14, 1)) == 3
