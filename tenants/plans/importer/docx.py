"""A Word document as clean lines: paragraphs with the labels Word counted, tables, tracked changes applied.

The XML is read directly: python-docx gives neither counted labels nor inserted text, and it would unpack every
picture.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from .cleaning import CleanText, LineCollector, is_ornament, normalise
from .docx_numbering import Numbering, W, attribute
from .files import check_text
from .package import WordPackage
from .tables import Rows, flatten

_SKIPPED = frozenset(
    f"{W}{name}"
    for name in [
        "del",
        "moveFrom",
        "delText",
        "instrText",
        "pPr",
        "rPr",
        "tblPr",
        "trPr",
        "tcPr",
        "sdtPr",
        "sdtEndPr",
        "sectPr",
        "drawing",
        "pict",
        "object",
        "footnoteReference",
        "endnoteReference",
        "commentReference",
        "annotationRef",
        "bookmarkStart",
        "bookmarkEnd",
        "proofErr",
    ]
)
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_BREAKS = {
    f"{W}br": "\n",
    f"{W}cr": "\n",
    f"{W}tab": "\t",
    f"{W}ptab": "\t",
    f"{W}noBreakHyphen": "-",
    f"{W}softHyphen": "",
}
_PARAGRAPH, _TABLE = f"{W}p", f"{W}tbl"
# Content controls and the like only wrap what they hold.
_WRAPPERS = frozenset(f"{W}{name}" for name in ["sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag", "body"])
_MAX_CELL_DEPTH = 20


def read_docx(data: bytes) -> CleanText:
    """Read the body of a .docx.

    Args:
        data: The bytes of the file.

    Raises:
        UnreadablePlan: When the file cannot be opened safely or holds no text.
    """
    package = WordPackage(data)
    document = package.part("word/document.xml")
    body = None if document is None else document.find(f"{W}body")
    reader = _DocumentReader(Numbering(package.part("word/numbering.xml"), package.part("word/styles.xml")))
    if body is not None:
        reader.read(body)
    clean = reader.collector.finish(reader.repairs)
    clean.repairs |= check_text(clean.source)
    return clean


class _DocumentReader:
    def __init__(self, numbering: Numbering) -> None:
        self.collector = LineCollector()
        self.repairs: set[str] = set()
        self._numbering = numbering
        self._carried = ""

    def read(self, body: etree._Element) -> None:
        for block in _blocks(body):
            if block.tag == _TABLE:
                self._add_table(block)
            else:
                self._add_paragraph(block)
        if self._carried.strip():
            self._add_lines(self._carried, counted=False)

    def _add_paragraph(self, paragraph: etree._Element) -> None:
        text, label, joined = self._paragraph(paragraph)
        if joined:
            self._carried = text
            return
        if not text.strip():
            self.collector.add("")
            return
        self._add_lines(f"{label} {text}" if label else text, counted=label is not None)

    def _add_lines(self, text: str, *, counted: bool) -> None:
        for index, line in enumerate(normalise(text).split("\n")):
            if is_ornament(line):
                self.collector.add("")
            else:
                self.collector.add(line, auto=counted and index == 0)

    def _paragraph(self, paragraph: etree._Element) -> tuple[str, str | None, bool]:
        """Text and label of a paragraph, and whether its end was deleted so that it runs into the next one."""
        properties = paragraph.find(f"{W}pPr")
        text = self._carried + "".join(self._text(paragraph))
        self._carried = ""
        end_deleted = properties is not None and properties.find(f"{W}rPr/{W}del") is not None
        if end_deleted:
            self.repairs.add("tracked-changes")
            return text, None, True
        label = self._numbering.label(properties) if text.strip() else None
        return text, label, False

    def _text(self, element: etree._Element) -> Iterator[str]:
        """The visible text under *element*; deletions, hidden runs, fields' codes and drawings left out."""
        stack = [iter(element)]
        while stack:
            child = next(stack[-1], None)
            if child is None:
                stack.pop()
                continue
            tag = child.tag
            if tag == f"{W}t":
                yield _cased(child)
            elif tag in _BREAKS:
                yield _BREAKS[tag]
            elif tag in {f"{W}del", f"{W}moveFrom"}:
                self.repairs.add("tracked-changes")
            elif tag in {f"{W}drawing", f"{W}pict"} or tag == f"{_MC}AlternateContent":
                self._note_box(child)
            elif tag not in _SKIPPED and not _is_hidden(child):
                if tag in {f"{W}ins", f"{W}moveTo"}:
                    self.repairs.add("tracked-changes")
                stack.append(iter(child))

    def _note_box(self, drawing: etree._Element) -> None:
        for box in drawing.iter(f"{W}txbxContent"):
            if any((text.text or "").strip() for text in box.iter(f"{W}t")):
                self.repairs.add("text-box-skipped")
                return

    def _add_table(self, table: etree._Element) -> None:
        self.collector.add("")
        for line, is_row in flatten(self._rows(table, 0)):
            if not is_ornament(line):
                self.collector.add(line, row=is_row)
        self.collector.add("")

    def _rows(self, table: etree._Element, depth: int) -> Rows:
        rows: Rows = []
        for row in _children(table, f"{W}tr"):
            if row.find(f"{W}trPr/{W}del") is not None:
                self.repairs.add("tracked-changes")
                continue
            rows.append([self._cell(cell, depth) for cell in _children(row, f"{W}tc")])
        return rows

    def _cell(self, cell: etree._Element, depth: int) -> list[str]:
        lines: list[str] = []
        for block in _blocks(cell):
            if block.tag == _TABLE:
                if depth < _MAX_CELL_DEPTH:
                    lines += [line for line, _ in flatten(self._rows(block, depth + 1))]
                continue
            text, label, joined = self._paragraph(block)
            if joined:
                self._carried = text
            else:
                lines += normalise(f"{label} {text}" if label else text).split("\n")
        if self._carried.strip():
            lines.append(normalise(self._carried))
        self._carried = ""
        return lines


def _blocks(container: etree._Element) -> Iterator[etree._Element]:
    """Paragraphs and tables of a container, through the elements that only wrap them."""
    stack = [iter(container)]
    while stack:
        child = next(stack[-1], None)
        if child is None:
            stack.pop()
        elif child.tag in {_PARAGRAPH, _TABLE}:
            yield child
        elif child.tag in _WRAPPERS:
            stack.append(iter(child))


def _children(parent: etree._Element, tag: str) -> Iterator[etree._Element]:
    """Children of one tag, through wrappers (a repeated row may sit in a content control)."""
    stack = [iter(parent)]
    while stack:
        child = next(stack[-1], None)
        if child is None:
            stack.pop()
        elif child.tag == tag:
            yield child
        elif child.tag in _WRAPPERS:
            stack.append(iter(child))


def _cased(text: etree._Element) -> str:
    """The text of a run as printed: a run may be shown in capitals."""
    run = text.getparent()
    caps = None if run is None else run.find(f"{W}rPr/{W}caps")
    printed = text.text or ""
    return printed.upper() if caps is not None and attribute(caps) not in {"0", "false"} else printed


def _is_hidden(element: etree._Element) -> bool:
    if element.tag != f"{W}r":
        return False
    hidden = element.find(f"{W}rPr/{W}vanish")
    return hidden is not None and attribute(hidden) not in {"0", "false"}
