"""A PDF with a text layer as clean lines: columns of the head and the foot one after the other, wraps undone.

A PDF knows only characters and their places. They are taken out in a confined process (``pdf_child``); everything
else here is pure. The rules are those of the printed page (NĐ 30/2020/NĐ-CP, Phụ lục I): the national title stands
right of the issuer, the signature right of "Nơi nhận", and a paragraph begins with an indent or a gap.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

from . import confined
from .cleaning import CleanText, LineCollector, is_ornament, normalise
from .files import check_text
from .labels import find_label
from .lines import flat, is_finished
from .model import UnreadablePlan

# The exit codes of the program ``pdf_child``, which is never imported: its library stays out of this process.
LOCKED, TOO_LONG = 3, 4
SECONDS = 60
MEMORY = 1536 * 1024 * 1024

_KEPT = "Chưa có dự thảo nào được tạo; tệp của thầy/cô vẫn nguyên vẹn."
# "2025-" / "2026" at the end of a row: the hyphen is part of the word.
_BROKEN_WORD = re.compile(r"\w[-/]$")
_CID = re.compile(r"\(cid:\d+\)")
_FEWEST_CHARACTERS = 40
_LOST_SHARE = 0.1
# In parts of the type size: what parts two words, and what parts two columns (a justified line stretches its spaces).
_WORD_GAP, _COLUMN_GAP = 0.18, 2.2
_SAME_LINE = 0.45
_INDENT = 1.2
_LOOSER = 1.25
_NATIONAL = re.compile(r"^(?:cong hoa xa hoi chu nghia|dang cong san viet nam)")
_RECIPIENTS = re.compile(r"^noi nhan\s*(?:[:.]|$)")
_ANNEX = re.compile(r"^(?:phu luc|bieu mau|mau so)\b")
_TYPE = re.compile(r"^(?:du thao\s*[-:]?\s*)?(?:ke hoach|quyet dinh|cong van|huong dan|thong bao|chuong trinh)\b")
_MOST_HEAD_ROWS = 18
_MOST_ROWS_ABOVE = 4


@dataclass(slots=True)
class Word:
    """Characters without a space between them, and from where to where they reach."""

    text: str
    left: float
    right: float

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2


@dataclass(slots=True)
class Piece:
    """Words that stand together on one row of the page."""

    words: list[Word]

    @property
    def left(self) -> float:
        return self.words[0].left

    @property
    def right(self) -> float:
        return self.words[-1].right

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)


@dataclass(slots=True)
class Row:
    """One row of a page. ``gap`` is its distance from the row above in type sizes; 0 at the top of a page."""

    size: float
    pieces: list[Piece]
    page_width: float
    gap: float = 0.0
    first_of_page: bool = False

    @property
    def left(self) -> float:
        return self.pieces[0].left

    @property
    def right(self) -> float:
        return self.pieces[-1].right

    @property
    def text(self) -> str:
        return "    ".join(piece.text for piece in self.pieces)


@dataclass(slots=True)
class Printed:
    """A line for the reader; ``blanks`` stands for the white space above it."""

    text: str
    blank_before: bool = False
    rows: list[Row] = field(default_factory=list)


def read_pdf(data: bytes) -> CleanText:
    """Read a PDF.

    Args:
        data: The bytes of the file.

    Raises:
        UnreadablePlan: ``pdf-scan``, ``pdf-locked``, ``pdf-broken``, ``too-long`` or ``too-slow``.
    """
    pages = extract_pages(data)
    repairs: set[str] = set()
    characters = [char[0] for page in pages for char in page["characters"]]
    lost = sum(bool(_CID.match(text)) for text in characters)
    if sum(not text.isspace() for text in characters) - lost < _FEWEST_CHARACTERS:
        raise UnreadablePlan(
            "pdf-scan",
            "Tệp PDF này chỉ có hình chụp hoặc bản quét, không có lớp chữ nên phần mềm không đọc được. "
            f"{_KEPT} Đề nghị tải lên tệp Word (.docx) gốc, hoặc quét lại có nhận dạng chữ (OCR) rồi tải lên.",
        )
    if lost > _LOST_SHARE * len(characters):
        raise UnreadablePlan(
            "pdf-letters",
            "Tệp PDF này không cho biết các nét chữ ứng với chữ nào (phông nhúng thiếu bảng mã) nên không đọc được. "
            f"{_KEPT} Đề nghị tải lên tệp Word (.docx) gốc, hoặc chép phần chữ rồi dán vào ô nhập văn bản.",
        )
    if lost:
        repairs.add("letters-lost")
    rows = [row for number, page in enumerate(pages, start=1) for row in _rows(page, number)]
    collector = LineCollector()
    for line in _lines(rows, repairs):
        if line.blank_before or is_ornament(line.text):
            collector.add("")
        if not is_ornament(line.text):
            collector.add(line.text)
    clean = collector.finish(repairs)
    clean.repairs |= check_text(clean.source)
    return clean


def extract_pages(data: bytes) -> list[dict[str, Any]]:
    """Return the pages of a PDF as ``pdf_child`` gives them: width, height and placed characters.

    Raises:
        UnreadablePlan: ``pdf-locked``, ``pdf-broken``, ``too-long`` or ``too-slow``.
    """
    child = Path(__file__).with_name("pdf_child.py")
    with tempfile.TemporaryDirectory(prefix="loa-pdf-") as folder:
        try:
            output = confined.run(
                [sys.executable, "-I", str(child)], Path(folder), data=data, seconds=SECONDS, memory=MEMORY
            )
        except confined.TooSlow as error:
            raise UnreadablePlan(
                "too-slow",
                f"Tệp PDF quá phức tạp: đọc hơn {SECONDS} giây chưa xong nên đã dừng. {_KEPT} "
                "Đề nghị tải lên tệp Word (.docx) gốc, hoặc chép phần chữ rồi dán vào ô nhập văn bản.",
            ) from error
        except confined.Failed as error:
            raise _refusal(error.code) from error
    pages: list[dict[str, Any]] = json.loads(output)
    return pages


def _refusal(code: int) -> UnreadablePlan:
    if code == LOCKED:
        return UnreadablePlan(
            "pdf-locked",
            f"Tệp PDF có đặt mật khẩu nên không đọc được. {_KEPT} Đề nghị bỏ mật khẩu, lưu lại rồi tải lên lại.",
        )
    if code == TOO_LONG:
        return UnreadablePlan(
            "too-long",
            f"Tệp PDF có hơn 300 trang hoặc hơn 1 triệu ký tự nên không đọc. {_KEPT} Đề nghị chỉ tải lên bản kế hoạch.",
        )
    return UnreadablePlan(
        "pdf-broken",
        f"Tệp PDF bị hỏng hoặc không đúng chuẩn nên không đọc được. {_KEPT} Đề nghị mở tệp, in lại thành PDF "
        "(Save as PDF) rồi tải lên, hoặc tải lên tệp Word (.docx) gốc.",
    )


def _rows(page: dict[str, Any], number: int) -> Iterator[Row]:
    """The rows of a page from top to bottom, its page number left out."""
    # Sorted by the baseline first: the order in the file is whatever the writing program liked.
    characters = sorted((char for char in page["characters"] if char[0]), key=lambda char: -char[3])
    groups: list[list[list[Any]]] = []
    for char in characters:
        if groups and groups[-1][0][3] - char[3] <= _SAME_LINE * max(char[4], 1):
            groups[-1].append(char)
        else:
            groups.append([char])
    above: float | None = None
    for group in groups:
        size = median(char[4] for char in group) or 1.0
        pieces = list(_pieces(group, size))
        baseline = group[0][3]
        if not pieces or _is_page_number(pieces, number, baseline, page["height"]):
            continue
        gap = 0.0 if above is None else (above - baseline) / size
        yield Row(size, pieces, page["width"], gap, above is None)
        above = baseline


def _pieces(group: list[list[Any]], size: float) -> Iterator[Piece]:
    words: list[Word] = []
    for word in _words(group, size):
        if words and word.left - words[-1].right > _COLUMN_GAP * size:
            yield Piece(words)
            words = []
        words.append(word)
    if words:
        yield Piece(words)


def _words(group: list[list[Any]], size: float) -> Iterator[Word]:
    group.sort(key=lambda char: char[1])
    word: Word | None = None
    spaced = False
    for char, left, right, *_rest in group:
        if char.isspace():
            spaced = True
            continue
        shown = "\ufffd" if _CID.match(char) else char
        gap = left - word.right if word is not None else 0.0
        if word is not None and (gap > _WORD_GAP * size or (spaced and gap > 0)):
            yield Word(normalise(word.text), word.left, word.right)
            word = None
        if word is None:
            word = Word(shown, left, right)
        else:
            word.text += shown
            word.right = max(word.right, right)
        spaced = False
    if word is not None:
        yield Word(normalise(word.text), word.left, word.right)


def _is_page_number(pieces: list[Piece], number: int, baseline: float, height: float) -> bool:
    at_edge = baseline > 0.93 * height or baseline < 0.07 * height
    return at_edge and len(pieces) == 1 and pieces[0].text.strip("-– ") == str(number)


def _lines(rows: list[Row], repairs: set[str]) -> Iterator[Printed]:
    start, split = _head(rows)
    if split:
        yield from _columns(rows[:start], split)
    foot = _foot(rows)
    yield from _body(rows[start:foot], repairs)
    end = next((at for at in range(foot, len(rows)) if _ANNEX.match(flat(rows[at].text))), len(rows))
    if foot < end:
        yield from _columns(rows[foot:end], rows[foot].page_width * 0.47)
    yield from _body(rows[end:], repairs)


def _head(rows: list[Row]) -> tuple[int, float]:
    """How many rows the head has, and where its right column begins; (0, 0) when it has no two columns."""
    for row in rows[:4]:
        words = [word for piece in row.pieces for word in piece.words]
        for place, word in enumerate(words):
            if place and _NATIONAL.match(flat(" ".join(one.text for one in words[place : place + 8]))):
                count = next(
                    (at for at, below in enumerate(rows[:_MOST_HEAD_ROWS]) if _TYPE.match(flat(below.text))), None
                )
                crossing = next(
                    (at for at, below in enumerate(rows[:_MOST_HEAD_ROWS]) if _crosses(below, word.left)), None
                )
                ends = [at for at in (count, crossing) if at is not None]
                return (min(ends), word.left - 1) if ends else (0, 0.0)
    return 0, 0.0


def _crosses(row: Row, split: float) -> bool:
    """Whether a piece of text runs across the line between the columns, with no gap there."""
    return any(
        before.right > split - 2 * row.size
        and after.left < split + 2 * row.size
        and after.left - before.right < row.size
        for piece in row.pieces
        for before, after in pairwise(piece.words)
        if before.middle < split < after.middle
    )


def _foot(rows: list[Row]) -> int:
    """The index of the first row of recipients and signature; the number of rows when there are no recipients."""
    found = [at for at, row in enumerate(rows) if _RECIPIENTS.match(flat(row.pieces[0].text))]
    if not found:
        return len(rows)
    start = found[-1]
    # The signer's title may stand a little higher than the word "Nơi nhận".
    while start and found[-1] - start < _MOST_ROWS_ABOVE and rows[start - 1].left > rows[start].page_width * 0.45:
        start -= 1
    return start


def _columns(rows: list[Row], split: float) -> Iterator[Printed]:
    """The left column, then the right one, as a table of two cells would be read."""
    for right in (False, True):
        first = True
        for row in rows:
            text = " ".join(word.text for piece in row.pieces for word in piece.words if (word.middle > split) == right)
            if text:
                yield Printed(text, blank_before=first)
                first = False


def _body(rows: list[Row], repairs: set[str]) -> Iterator[Printed]:
    """Paragraphs: rows joined where the page shows that a line only ran full."""
    if not rows:
        return
    margin = max(row.right for row in rows)
    usual = Counter(round(row.left / 3) for row in rows if len(row.pieces) == 1 and row.right > 0.8 * margin)
    edge = usual.most_common(1)[0][0] * 3 if usual else min(row.left for row in rows)
    leading = min((row.gap for row in rows if row.gap > 0.8), default=1.2)
    current: Printed | None = None
    for row in rows:
        if sum(len(piece.text) > 1 for piece in row.pieces) > 1 and not find_label(row.text, None):
            repairs.add("pdf-columns")
        if (
            current is not None
            and not _begins_item(current, row)
            and _runs_on(current.rows[-1], row, margin, edge, leading)
        ):
            current.text += row.text if _BROKEN_WORD.search(current.text) else f" {row.text}"
            current.rows.append(row)
            continue
        if current is not None:
            yield current
        current = Printed(row.text, blank_before=True, rows=[row])
    if current is not None:
        yield current


def _begins_item(current: Printed, row: Row) -> bool:
    """Whether *row* is numbered and as far in as the beginning of the paragraph above it, which ended its sentence.

    On a page where every paragraph fits on one row, the indent alone tells nothing.
    """
    return (
        row.left > current.rows[0].left - 0.3 * row.size
        and is_finished(current.text)
        and find_label(row.text, None) is not None
    )


def _runs_on(above: Row, row: Row, margin: float, edge: float, leading: float) -> bool:
    """Whether *row* goes on with the paragraph of the row above it: that one was full, and this one begins no new."""
    width = row.pieces[0].words[0].right - row.left
    full = above.right + _WORD_GAP * above.size + width > margin - 0.3 * row.size
    if not full or row.left > edge + _INDENT * row.size:
        return False
    indented = above.left > edge + _INDENT * above.size
    near = row.first_of_page or row.gap <= _LOOSER * leading
    return near or indented
