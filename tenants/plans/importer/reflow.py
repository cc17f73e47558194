"""From printed lines to paragraphs: hard wraps, blank lines and page breaks undone (domain rules X9 and X10).

A copy from a PDF breaks a sentence at the width of the page, often with a blank line after every line; a copy from a
web page breaks it where a page ended. A line is joined to the one before when the writer cannot have meant a new
paragraph there.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise

from .headings import is_bare_heading
from .labels import BULLET, DASH, LEAD_IN, PLUS, ROMAN, Label, find_label
from .lines import Line, ends_open, flat, is_finished, is_upper, starts_lower

_MIN_WRAPPED_LINES = 6
_WRAPPED_SHARE = 0.15
_NARROWEST_WRAP = 40
_WIDEST_WRAP = 160
_FULL_SHARE = 0.88
_TAIL = 60
# Sentences that have a mark at their end: the bases of the introduction, and the closing.
_MARKED_AT_END = re.compile(r"^(?:can cu|thuc hien|tren day la)\b")
_OPEN_BEFORE_NUMBER = re.compile(r"(?:^|\s)(?:ngày|tháng|năm|năm học|giai đoạn|lớp)$", re.IGNORECASE)
_STARTS_SENTENCE = re.compile(
    r"^(?:can cu|thuc hien|tiep tuc|trien khai|theo|xet|tren co so|trong qua trinh|nhan duoc|yeu cau|de nghi|"
    r"(?:truong|phong|so|ubnd|uy ban nhan dan|dang uy|chi bo|cong doan|nha truong|ban giam hieu)\s.{0,90}?"
    r"(?:xay dung|ban hanh|trien khai|lap|de ra)\b)"
)
# A bracket that was never closed must not swallow the rest of the document.
_LONGEST_BRACKET = 3


@dataclass(slots=True)
class Paragraph:
    """One paragraph of the document: its label (``None`` without one), its text, and the source lines it spans.

    ``marker`` is the label as it stands on the page, with its stop.
    """

    label: Label | None
    parts: list[str]
    first: int
    last: int
    row: bool = False
    open_brackets: int = 0
    last_length: int = 0
    marker: str = ""
    text: str = field(default="", init=False)

    def finish(self) -> Paragraph:
        """Fix the text from its parts."""
        self.text = " ".join(part for part in self.parts if part)
        return self

    def tail(self) -> str:
        """The end of the text so far."""
        return self.parts[-1][-_TAIL:] if self.parts else ""


def reflow(lines: list[Line], wrap: int | None) -> list[Paragraph]:
    """Join *lines* into paragraphs; *wrap* is what :func:`wrap_width` says of the whole document."""
    paragraphs: list[Paragraph] = []
    usual_gap = Counter(line.blanks for line in lines).most_common(1)[0][0] if lines else 0
    for line in lines:
        current = paragraphs[-1] if paragraphs else None
        if line.row:
            paragraphs.append(Paragraph(None, [line.text], line.number, line.number, row=True))
            continue
        open_paragraph = None if current is None or current.row else current
        label = _label_of(line, open_paragraph, wrap)
        if (
            label is None
            and open_paragraph is not None
            and not line.auto
            and _continues(line, open_paragraph, wrap, usual_gap)
        ):
            _append(open_paragraph, line)
            continue
        paragraph = Paragraph(label, [], line.number, line.number)
        _append(paragraph, line, label.rest if label else None)
        if label is not None:
            paragraph.marker = line.text.removesuffix(label.rest).strip()
        paragraphs.append(paragraph)
    return [paragraph.finish() for paragraph in paragraphs]


def wrap_width(lines: list[Line]) -> int | None:
    """The width at which the copy broke its lines, in characters, or ``None`` when it did not."""
    continued = []
    for before, line in pairwise(lines):
        if starts_lower(line.text) and not is_finished(before.text) and not line.row:
            length = len(before.text)
            if _NARROWEST_WRAP <= length <= _WIDEST_WRAP:
                continued.append(length)
    if len(continued) < _MIN_WRAPPED_LINES or len(continued) < _WRAPPED_SHARE * len(lines):
        return None
    continued.sort()
    return continued[len(continued) // 2]


def _append(paragraph: Paragraph, line: Line, text: str | None = None) -> None:
    text = line.text if text is None else text
    paragraph.parts.append(text)
    paragraph.last = line.number
    paragraph.last_length = len(line.text)
    paragraph.open_brackets = max(0, paragraph.open_brackets + text.count("(") - text.count(")"))


def _is_full(line: Line, before: Paragraph, wrap: int | None) -> bool:
    """Whether the first word of *line* would not have fitted on the line before it."""
    if wrap is None:
        return False
    first_word = line.text.split(" ", 1)[0]
    return before.last_length + 1 + len(first_word) >= _FULL_SHARE * wrap


def _label_of(line: Line, before: Paragraph | None, wrap: int | None) -> Label | None:
    if before is None or line.auto:
        return find_label(line.text, None)
    full = _is_full(line, before, wrap)
    label = find_label(line.text, before.tail() or None, doubtful=full)
    if label is None or label.rank != DASH or not full or is_finished(before.tail()):
        return label
    listed = before.label is not None and before.label.rank in {DASH, BULLET, PLUS, LEAD_IN}
    return label if listed else None


def _continues(line: Line, before: Paragraph, wrap: int | None, usual_gap: int) -> bool:
    """Whether *line*, which carries no label, belongs to the paragraph before it."""
    tail = before.tail()
    if not tail:
        return True
    if is_bare_heading(line.text):
        return _is_heading_wrap(line, before, tail, usual_gap)
    full = _is_full(line, before, wrap)
    if is_finished(tail):
        ended = tail.rstrip()
        same_paragraph = full and line.blanks == 0 and ended.endswith(".") and not ended.endswith("/.")
        goes_on = full or ended.endswith(("…", "..", ",.")) or (ended.endswith(";") and _is_listed(before))
        return same_paragraph or (starts_lower(line.text) and goes_on)
    if _is_whole_heading(before, tail):
        return _is_heading_wrap(line, before, tail, usual_gap)
    if before.label is None and not full and tail.endswith(",") and _STARTS_SENTENCE.match(flat(line.text[:120])):
        return False
    if starts_lower(line.text) or ends_open(tail):
        return True
    if before.open_brackets > 0 and len(before.parts) <= _LONGEST_BRACKET:
        return True
    return full or _breaks_inside(line, before, tail) or _is_heading_wrap(line, before, tail, usual_gap)


def _is_listed(before: Paragraph) -> bool:
    return before.label is not None and before.label.rank in {DASH, BULLET, PLUS}


def _breaks_inside(line: Line, before: Paragraph, tail: str) -> bool:
    """Whether the line before is cut where no sentence ends, whatever the width of the copy says."""
    if line.text[:1].isdigit() and _OPEN_BEFORE_NUMBER.search(tail):
        return True
    if before.last_length < _NARROWEST_WRAP or is_upper(tail):
        return False
    if line.text.startswith("("):
        return True
    marked = before.label is None and _MARKED_AT_END.match(flat(before.parts[0][:20]))
    return bool(marked) and not _STARTS_SENTENCE.match(flat(line.text[:120]))


def _is_whole_heading(before: Paragraph, tail: str) -> bool:
    """Whether the paragraph so far is a heading every plan has ("1. Mục đích"), complete as it stands."""
    return len(before.parts) == 1 and is_bare_heading(tail) and not ends_open(tail)


def _is_heading_wrap(line: Line, before: Paragraph, tail: str, usual_gap: int) -> bool:
    """Whether *line* is the second line of a heading in capitals ("II. NỘI DUNG" / "TRUYỀN THÔNG")."""
    labelled = before.label is not None and before.label.rank <= ROMAN
    if not labelled or not is_upper(tail) or not is_upper(line.text) or is_finished(tail):
        return False
    if ends_open(tail):
        return True
    return not is_bare_heading(line.text) and len(line.text) <= _TAIL and line.blanks <= usual_gap
