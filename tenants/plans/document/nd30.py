"""The layout of NĐ 30/2020/NĐ-CP, Phụ lục I, for a named document (mẫu 1.4) as .docx.

Where the decree gives a range, the choice is: margins 20/20/30/15 mm, body 14 pt, first line 1.27 cm, 6 pt between
paragraphs, 1.15 lines. Lengths are millimetres, sizes points.
"""

from dataclasses import dataclass

from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENTATION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Mm, Pt
from docx.table import Table
from docx.text.paragraph import Paragraph

from tenants.plans.document import package, wording
from tenants.plans.document.measure import balanced_width, bold_width, wrapped
from tenants.plans.document.model import PlanDocument

PROFILE = "nd30-2020"

PAGE_WIDTH, PAGE_HEIGHT = 210, 297
TOP, BOTTOM, LEFT, RIGHT = 20, 20, 30, 15
TEXT_WIDTH = PAGE_WIDTH - LEFT - RIGHT

END_COLUMNS = (80, 85)

BODY_SIZE = 14
RECIPIENTS_TITLE_SIZE = 12
RECIPIENTS_SIZE = 11
FIRST_LINE = Cm(1.27)
AFTER = Pt(6)
LINES = 1.15
# Cells 2 and 5a: a line of a third to a half of the text above it.
SHORT_LINE = 0.4
# Clear of the dots and tails of the letters above.
RULE_GAP = Pt(4)
# Room for the signature and the seal.
SIGNATURE_GAP = Pt(84)


@dataclass(frozen=True, slots=True)
class Head:
    """Sizes and columns of cells 1 to 4. The decree takes 12 with 13 or 13 with 14 points.

    The line "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" must stand on one line: it takes 95 mm in bold 13 pt.
    """

    names: int
    motto: int
    columns: tuple[int, int]


_USUAL_HEAD = Head(names=13, motto=14, columns=(66, 99))
_LONG_NAMES_HEAD = Head(names=12, motto=13, columns=(75, 90))
NUMBER_SIZE = 13
# The subject of a công văn stands below its number.
ABOUT_SIZE = 12
ADDRESSEES_LEFT = Cm(4.5)

_CENTRE, _JUSTIFY = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY


def write_docx(document: PlanDocument, *, show_origins: bool = False) -> bytes:
    """Return *document* as the bytes of a .docx file; the same document always gives the same bytes.

    Args:
        document: what to write. Labels are printed as text, so that copying keeps them.
        show_origins: print after each item taken over, in brackets, the document it comes from.
    """
    word = package.new_document(BODY_SIZE)
    _set_page(word)
    _number_pages(word)
    _write_head(word, document)
    _write_title(word, document)
    for line in wording.basis_lines(document):
        _body_paragraph(word, line, italic=True)
    for text in document.introduction:
        for line in wording.lines(text):
            _body_paragraph(word, line)
    for paragraph in wording.body_paragraphs(document.nodes, show_origins):
        _write_item(word, paragraph)
    for text in document.closing:
        for line in wording.lines(text):
            # A signature never stands alone on a page: the last words of the plan go with it.
            _body_paragraph(word, line).paragraph_format.keep_with_next = True
    _write_end(word, document)
    title = f"{document.type_name or 'CÔNG VĂN'} {document.subject}"
    return package.to_bytes(word, title=wording.clean(title), author=wording.clean(document.issuing_unit))


def _set_page(word: WordDocument) -> None:
    section = word.sections[0]
    section.orientation = WD_ORIENTATION.PORTRAIT
    section.page_width, section.page_height = Mm(PAGE_WIDTH), Mm(PAGE_HEIGHT)
    section.top_margin, section.bottom_margin = Mm(TOP), Mm(BOTTOM)
    section.left_margin, section.right_margin = Mm(LEFT), Mm(RIGHT)
    section.header_distance, section.footer_distance = Mm(10), Mm(10)


def _number_pages(word: WordDocument) -> None:
    section = word.sections[0]
    section.different_first_page_header_footer = True
    paragraph = section.header.paragraphs[0]
    paragraph.alignment = _CENTRE
    for kind, instruction in (("begin", ""), ("", "PAGE"), ("separate", ""), ("text", "2"), ("end", "")):
        run = paragraph.add_run(instruction if kind == "text" else "")
        run.font.size = Pt(BODY_SIZE)
        if kind in ("begin", "separate", "end"):
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)
        elif not kind:
            code = OxmlElement("w:instrText")
            code.set(qn("xml:space"), "preserve")
            code.text = f" {instruction} "
            run._r.append(code)


def head_for(names: list[str]) -> Head:
    """Return sizes and columns of the head in which the names of managing and issuing body find room."""
    widest = max(bold_width(name, _USUAL_HEAD.names) for name in names)
    return _USUAL_HEAD if widest <= _USUAL_HEAD.columns[0] else _LONG_NAMES_HEAD


def _write_head(word: WordDocument, document: PlanDocument) -> None:
    names = [wording.clean(name or "").upper() for name in (document.managing_unit, document.issuing_unit)]
    head = head_for(names)
    table = _table(word, rows=2, widths=head.columns)
    left, right = table.rows[0].cells
    managing, issuing = names
    paragraph = left.paragraphs[0]
    if managing:
        _fitted(paragraph, managing, head.names, head.columns[0])
        paragraph = left.add_paragraph()
    _fitted(paragraph, issuing, head.names, head.columns[0], bold=True)
    _rule_below(left.add_paragraph(), issuing, head.names, head.columns[0])
    _line(right.paragraphs[0], wording.COUNTRY, head.names, bold=True)
    _line(right.add_paragraph(), wording.MOTTO, head.motto, bold=True)
    _rule(right.add_paragraph(), bold_width(wording.MOTTO, head.motto), head.columns[1])
    number, place = (cell.paragraphs[0] for cell in table.rows[1].cells)
    _line(number, wording.number_line(document), NUMBER_SIZE)
    _line(place, wording.date_line(document), head.motto, italic=True)
    about = wording.about_line(document)
    if about:
        below = _fitted(table.rows[1].cells[0].add_paragraph(), about, ABOUT_SIZE, head.columns[0])
        below.paragraph_format.space_before = AFTER
    number.paragraph_format.space_before = place.paragraph_format.space_before = Pt(4)


def _write_title(word: WordDocument, document: PlanDocument) -> None:
    if not wording.clean(document.type_name):
        _write_addressees(word, document)
        return
    kind = _line(word.add_paragraph(), wording.clean(document.type_name).upper(), BODY_SIZE, bold=True)
    kind.paragraph_format.space_before = Pt(18)
    subject = wording.clean(document.subject)
    if subject:
        _fitted(word.add_paragraph(), subject, BODY_SIZE, TEXT_WIDTH, bold=True)
    rule = _rule_below(word.add_paragraph(), subject or document.type_name, BODY_SIZE, TEXT_WIDTH)
    rule.paragraph_format.space_after = Pt(12)


def _write_addressees(word: WordDocument, document: PlanDocument) -> None:
    """Write "Kính gửi" of a công văn (Phụ lục I, cell 9a): 14 points, the names below each other."""
    for place, line in enumerate(wording.addressee_lines(document)):
        paragraph = word.add_paragraph()
        paragraph.add_run(line)
        paragraph.paragraph_format.left_indent = ADDRESSEES_LEFT if place else ADDRESSEES_LEFT - FIRST_LINE
        paragraph.paragraph_format.space_before = Pt(18) if not place else None
        last = place == len(wording.addressee_lines(document)) - 1
        paragraph.paragraph_format.space_after = Pt(12) if last else None


def _write_item(word: WordDocument, item: wording.BodyParagraph) -> None:
    if item.centred:
        paragraph = _line(word.add_paragraph(), item.text, BODY_SIZE, bold=True)
        paragraph.paragraph_format.space_after = AFTER
    else:
        paragraph = _body_paragraph(word, item.text, bold=item.heading)
    if item.note:
        paragraph.add_run(f" {item.note}").italic = True
    if item.heading:
        paragraph.paragraph_format.keep_with_next = True


def _write_end(word: WordDocument, document: PlanDocument) -> None:
    table = _table(word, rows=1, widths=END_COLUMNS)
    left, right = table.rows[0].cells
    recipients = wording.recipient_lines(document)
    if recipients:
        title = left.paragraphs[0].add_run(wording.RECIPIENTS)
        title.bold, title.italic, title.font.size = True, True, Pt(RECIPIENTS_TITLE_SIZE)
        for line in recipients:
            left.add_paragraph().add_run(line).font.size = Pt(RECIPIENTS_SIZE)
    paragraph = right.paragraphs[0]
    for place, line in enumerate(wording.lines(document.signer_title)):
        paragraph = right.add_paragraph() if place else paragraph
        _line(paragraph, line.upper(), BODY_SIZE, bold=True)
    name = _line(right.add_paragraph(), wording.clean(document.signer_name), BODY_SIZE, bold=True)
    name.paragraph_format.space_before = SIGNATURE_GAP


def _body_paragraph(
    word: WordDocument, text: str, *, bold: bool | None = None, italic: bool | None = None
) -> Paragraph:
    paragraph = word.add_paragraph()
    run = paragraph.add_run(text)
    run.bold, run.italic = bold or None, italic
    paragraph.alignment = _JUSTIFY
    layout = paragraph.paragraph_format
    layout.first_line_indent, layout.space_after, layout.line_spacing = FIRST_LINE, AFTER, LINES
    return paragraph


def _line(
    paragraph: Paragraph, text: str, size: int, *, bold: bool | None = None, italic: bool | None = None
) -> Paragraph:
    """Write a centred line of its own."""
    run = paragraph.add_run(text)
    run.font.size, run.bold, run.italic = Pt(size), bold, italic
    paragraph.alignment = _CENTRE
    return paragraph


def _fitted(paragraph: Paragraph, text: str, size: int, available: float, *, bold: bool | None = None) -> Paragraph:
    """Write a centred text that, when it needs several lines, breaks into lines of like length."""
    _line(paragraph, text, size, bold=bold)
    if len(wrapped(text, size, available)) > 1:
        side = Mm(max(0, (available - balanced_width(text, size, available) - 2) / 2))
        layout = paragraph.paragraph_format
        layout.left_indent, layout.right_indent = side, side
    return paragraph


def _rule_below(paragraph: Paragraph, text: str, size: int, available: float) -> Paragraph:
    """Draw the short line below *text*: a part of its longest line."""
    longest = max(wrapped(text, size, balanced_width(text, size, available)), default=0.0)
    return _rule(paragraph, longest * SHORT_LINE, available)


def _rule(paragraph: Paragraph, length: float, available: float) -> Paragraph:
    """Draw a centred horizontal line of *length* mm: the top border of a low, empty, indented paragraph."""
    borders = OxmlElement("w:pBdr")
    top = OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        top.set(qn(f"w:{name}"), value)
    borders.append(top)
    layout = paragraph.paragraph_format
    side = Mm((available - length) / 2)
    layout.left_indent, layout.right_indent = side, side
    layout.space_before = RULE_GAP
    layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(3)
    # The order of properties is fixed (ISO 29500, CT_PPr): borders stand before spacing.
    [spacing] = paragraph._p.get_or_add_pPr().iterchildren(qn("w:spacing"))
    spacing.addprevious(borders)
    return paragraph


def _table(word: WordDocument, rows: int, widths: tuple[int, int]) -> Table:
    """Add a table without borders and without cell margins, of fixed column widths, rows never split."""
    table: Table = word.add_table(rows=rows, cols=len(widths))
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.LEFT
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "0")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tbl.tblPr.append(margins)
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    return table
