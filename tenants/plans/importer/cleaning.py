"""From text as people paste it to clean lines: Unicode, line ends, HTML, Markdown, pipes.

Everything here runs in time proportional to the text: no regular expression has two unbounded parts that could share
characters.
"""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass, field

from .lines import Line
from .tables import Rows, flatten

_LINE_ENDS = re.compile(r"\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_WIDE_SPACE = re.compile(r"[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
# Letters that stand for Vietnamese ones after a conversion from PDF or an old font; they look (nearly) the same in
# print.
_LOOKALIKES = str.maketrans({"Ð": "Đ", "ƣ": "ư", "Ƣ": "Ư", "\u2010": "-", "\u2011": "-"})

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:]{0,15})((?:\s[^<>]{0,4000})?)/?>")
_HTML_HINT = re.compile(
    r"</?(?:p|div|br|table|tr|td|th|span|html|body|li|ul|ol|strong|b|i|em|u|h[1-6]|font|o:p)\b", re.IGNORECASE
)
_BLOCK_TAGS = frozenset(
    [
        "p",
        "div",
        "br",
        "ul",
        "ol",
        "li",
        "table",
        "tbody",
        "thead",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "html",
        "body",
        "head",
        "title",
        "hr",
        "section",
        "article",
    ]
)
_INLINE_TAGS = frozenset(
    [
        "span",
        "strong",
        "b",
        "i",
        "em",
        "u",
        "font",
        "a",
        "o:p",
        "sup",
        "sub",
        "small",
        "big",
        "center",
        "label",
        "img",
        "meta",
        "link",
        "colgroup",
        "col",
        "s",
        "del",
        "ins",
        "mark",
        "form",
        "input",
    ]
)
_DROPPED = (("<script", "</script>"), ("<style", "</style>"), ("<!--", "-->"), ("<head", "</head>"))
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,10});")

# Marks put in place of table tags until the rows are gathered.
_ROW, _CELL, _BREAK, _TABLE_END = "\x01", "\x02", "\x03", "\x04"

_RULE = re.compile(r"^[\s\-–—_=*~.·•+|:o0]{3,}$")
_FENCE = re.compile(r"^\s*```")
_MARKDOWN_HEAD = re.compile(r"^(\s*)(?:#{1,6}\s+|(?:>\s?){1,5})")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|>~&])")
_STRONG = re.compile(r"\*{2,3}|(?<!\w)__(?=\S)|(?<=\S)__(?!\w)")
_EMPHASIS = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*\n]{1,300})(?<=\S)\*(?![\w*])")
_LINK = re.compile(r"\[([^\[\]\n]{1,300})\]\([^()\s]{1,500}\)")
_PIPE_RULE = re.compile(r"^[\s|:\-–—=+]+$")
_BREAK_TAG = re.compile(r"<br\s{0,3}/?>", re.IGNORECASE)
_TAB = "    "


@dataclass(slots=True)
class CleanText:
    """The lines of a source, the text they number into, and codes of what had to be repaired."""

    lines: list[Line] = field(default_factory=list)
    source: str = ""
    repairs: set[str] = field(default_factory=set)


class LineCollector:
    """Numbers lines into one source text; runs of blank lines shrink to one there but are counted."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self._printed: list[str] = []
        self._blanks = 0

    def add(self, raw: str, *, row: bool = False, auto: bool = False) -> None:
        """Take one line as printed; a line without characters counts as blank."""
        if not raw.strip():
            self._blanks += 1
            return
        if self._blanks and self._printed:
            self._printed.append("")
        self._printed.append(raw.rstrip())
        self.lines.append(Line(len(self._printed), raw.rstrip(), self._blanks, row, auto))
        self._blanks = 0

    def finish(self, repairs: set[str]) -> CleanText:
        """The collected lines."""
        return CleanText(self.lines, "\n".join(self._printed), repairs)


def normalise(text: str) -> str:
    """Unicode NFC with one kind of line end and of space; nothing visible is lost."""
    text = _LINE_ENDS.sub("\n", text)
    text = _INVISIBLE.sub("", text)
    text = _WIDE_SPACE.sub(" ", text.replace("\t", _TAB))
    text = _CONTROL.sub("", text)
    return unicodedata.normalize("NFC", text).translate(_LOOKALIKES)


def clean_text(text: str) -> CleanText:
    """Clean pasted or decoded text into numbered lines.

    Args:
        text: Plain text, or a copy of a web page with HTML tags, Markdown marks or pipe tables in it.
    """
    repairs: set[str] = set()
    if "ƣ" in text or "Ƣ" in text:
        repairs.add("letters-repaired")
    if "\ufffd" in text:
        repairs.add("letters-lost")
    text = normalise(text)
    if _HTML_HINT.search(text):
        text = _strip_html(_keep_breaks_in_pipes(text))
    collector = LineCollector()
    rows: Rows = []
    html_rows = False
    for raw in text.split("\n"):
        row = _row_cells(raw)
        if row is not None:
            if row:
                rows.append(row)
            html_rows = raw.startswith(_ROW)
            continue
        if rows and html_rows and not raw.strip():
            # A page's source may leave lines free between the rows of one table.
            continue
        if rows:
            _add_table(collector, rows)
            rows = []
        if is_ornament(raw):
            collector.add("")
            continue
        collector.add(_strip_markdown(raw))
    if rows:
        _add_table(collector, rows)
    return collector.finish(repairs)


def _add_table(collector: LineCollector, rows: Rows) -> None:
    collector.add("")
    for line, is_row in flatten(rows):
        if not is_ornament(line):
            collector.add(line, row=is_row)
    collector.add("")


def is_ornament(raw: str) -> bool:
    """Whether a line only decorates: a rule, a lone bar or star, a code fence."""
    bare = raw.strip()
    return bare in {"|", "*", "**", "***"} or bool(_FENCE.match(raw)) or bool(len(bare) < 200 and _RULE.match(bare))


def _strip_html(text: str) -> str:
    for start, end in _DROPPED:
        text = _cut_between(text, start, end)
    depth = 0

    def replace(match: re.Match[str]) -> str:
        nonlocal depth
        closing, name = match[1] == "/", match[2].lower()
        if name in {"td", "th"}:
            depth = max(0, depth + (-1 if closing else 1))
            return _CELL if closing else ""
        if name == "tr":
            depth = 0
            return "\n" if closing else "\n" + _ROW
        if name in _BLOCK_TAGS:
            end = _TABLE_END if name == "table" and closing else ""
            return _BREAK if depth else f"\n{end}\n"
        return "" if name in _INLINE_TAGS else match[0]

    text = _join_cells(_TAG.sub(replace, text))
    text = _ENTITY.sub(lambda match: html.unescape(match[0]), text)
    return normalise_spaces(text)


def _join_cells(text: str) -> str:
    """Undo the line breaks a page's source has inside one table row."""
    parts = text.split(_ROW)
    for index in range(1, len(parts)):
        inside, mark, after = parts[index].rpartition(_CELL)
        if mark:
            parts[index] = _ROW + inside.replace("\n", " ") + mark + after
    return "".join(parts)


def normalise_spaces(text: str) -> str:
    """Spaces that entities such as ``&nbsp;`` brought in, made ordinary."""
    return unicodedata.normalize("NFC", _WIDE_SPACE.sub(" ", text)).translate(_LOOKALIKES)


def _keep_breaks_in_pipes(text: str) -> str:
    """A ``<br>`` in a Markdown table must not end the row."""
    return "\n".join(
        _BREAK_TAG.sub(_BREAK, line) if line.lstrip().startswith("|") else line for line in text.split("\n")
    )


def _cut_between(text: str, start: str, end: str) -> str:
    lowered = text.lower()
    if len(lowered) != len(text) or start not in lowered:
        return text
    kept, position = [], 0
    while (begin := lowered.find(start, position)) >= 0:
        after = begin + len(start)
        is_tag_name = start == "<!--" or not lowered[after : after + 1].isalnum()
        finish = lowered.find(end, after) if is_tag_name else after - len(end)
        if finish < 0:
            break
        kept.append(text[position : begin if is_tag_name else after])
        position = finish + len(end) if is_tag_name else after
    kept.append(text[position:])
    return "".join(kept)


def _row_cells(raw: str) -> list[list[str]] | None:
    """The cells of a table row, ``[]`` for a line that only draws the table, ``None`` for ordinary text."""
    if raw.startswith(_ROW):
        cells = raw[1:].split(_CELL)
        if not cells[-1].strip():
            cells.pop()
        return [cell.split(_BREAK) for cell in cells]
    bare = raw.strip()
    edged = bare.startswith("|") + bare.endswith("|")
    if bare.count("|") < 2 and " | " not in bare:
        return None
    if _PIPE_RULE.match(bare):
        return [] if "|" in bare and len(bare) > 2 else None
    if not edged and bare.count("|") > 1 and " | " not in bare:
        return None
    return [[_strip_markdown(part) for part in cell.split(_BREAK)] for cell in bare.strip("|").split("|")]


def _strip_markdown(raw: str) -> str:
    raw = raw.replace(_CELL, "").replace(_BREAK, "").replace(_TABLE_END, "")
    if not any(mark in raw for mark in "*_#>\\[`"):
        return raw
    raw = _MARKDOWN_HEAD.sub(r"\1", raw)
    raw = _STRONG.sub("", raw)
    raw = _EMPHASIS.sub(r"\1", raw)
    raw = _LINK.sub(r"\1", raw)
    return _ESCAPED.sub(r"\1", raw)
