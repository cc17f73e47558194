"""The head of a plan: who issues it, number and symbol, place and date, title.

The head is printed in two columns. A copy may keep them side by side (a wide gap or a bar between), one under the
other, or run them together; so every known piece is cut out wherever it stands, and what is left is the issuer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from .headings import is_bare_heading
from .labels import ROMAN, find_label
from .lines import Line, flat, is_upper, squeeze
from .numbers import SYMBOL, make_date, normal_number

_SEARCHED_LINES = 80
_MAX_TITLE_LINES = 8
_MAX_TITLE_LINE = 160
_SHORT_TITLE_LINE = 60
_MAX_HEAD_LINE = 600
_TITLE_WORD = re.compile(r"^[“\"']?(?:du thao\s*[-:]?\s*)?(?:ke hoach(?!\w)|thong bao\s*$)\s*[:.]?\s*")

_NATIONAL = re.compile(r"cong\s+hoa\s+xa\s+hoi\s+chu\s+nghia\s+viet\s+nam|dang\s+cong\s+san\s+viet\s+nam")
_MOTTO = re.compile(r"doc\s+lap\s*[-–—]?\s*tu\s+do\s*[-–—]?\s*hanh\s+phuc")
_NUMBER_LINE = re.compile(
    rf"(?<!\w)[Ss](?:ố|Ố)\s*[:.]?\s*(?P<number>\d{{1,5}}[A-Za-z]?(?:\s*[-–/]\s*(?:19|"
    rf"20)\d{{2}}(?!\d))?)?[.…_ ]{{0,80}}\s*[-–/]\s*(?P<symbol>{SYMBOL})"
)
_BARE_NUMBER_LINE = re.compile(rf"^(?P<number>\d{{1,5}})\s*[-–/]\s*(?P<symbol>KH\s*[-–/]\s*{SYMBOL})\s*$", re.MULTILINE)
_PLACE_DATE = re.compile(
    r"(?P<place>[^\n,;:]{2,60}?)\s*,?\s*ng[àa]y\s*(?P<day>\d{1,2})?[\s.…_]{0,20}th[áa]ng\s*(?P<month>\d{1,2})?[\s.…_]{0,20}n[ăa]m\s*"
    r"(?P<year>(?:19|20)\d{2})?",
    re.IGNORECASE,
)
_PLACE_SHORT_DATE = re.compile(
    r"(?P<place>[^\n,;:\d]{2,60}),\s*(?:ngày\s*)?(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<year>(?:19|20)\d{2})\b",
    re.IGNORECASE,
)
_BODY_HEAD = re.compile(
    r"^(?:ubnd|hdnd|uy$|uy ban|hoi dong|so|phong|truong|bo|trung tam|dang|chi bo|cong doan|doan|lien doi|hoi|"
    r"ban(?! nhan dan)|cum|lien doan|to|van phong|tinh uy|huyen uy|thanh uy|thi uy|quan uy|mat tran|lien minh|vien|"
    r"nha truong)\b"
)
_ONLY_TYPE = re.compile(
    r"^truong(?: (?:tieu hoc|mam non|mau giao|mn|mg|th|thcs|thpt|trung hoc co so|trung hoc pho thong|pho thong|"
    r"cao dang|dai hoc|va|&|-|"
    r"ptdtbt|ptdtnt|dan toc|noi tru|ban tru|cap|1|2|3))*$"
)
_INNER_BODY = re.compile(
    r"\s*(?:[-–/|]\s*)?\b(?=(?:TRƯỜNG (?:MẦM|MẪU|MN|MG|TIỂU|TH|THCS|THPT|TRUNG|PHỔ|PT)|PHÒNG (?:GIÁO|GD|VĂN|VH)|"
    r"SỞ (?:GIÁO|GD))(?:\s|\b))"
)
# Only these are printed above another body; "CHI BỘ TRƯỜNG A" is one name.
_MANAGES = re.compile(r"^(?:ubnd|uy ban nhan dan|phong|so|bo)\b")
_SKIPPED = re.compile(
    r"^(?:du thao|luu hanh noi bo|mau so|hoa toc|khan|thuong khan|thuong hoa toc|ban sao|v/v\b|\(|kinh gui)"
)
_INTRODUCTION = re.compile(
    r"^(?:can cu|thuc hien (?:ke hoach|cong van|quyet dinh|huong dan|chi thi|nghi quyet|thong tu|nghi dinh|"
    r"su chi dao|chuong trinh|nhiem vu|luat|y kien|"
    r"chi dao|van ban)|tiep tuc thuc hien|trien khai thuc hien|de |nham |tren co so|xet |theo |"
    r"nam hoc \d{4}\s*[-–]\s*\d{4} (?:la|truong)|trong nam|"
    r"duoc su|thuc hien theo|voi muc|truong .{2,80} (?:xay dung|ban hanh)|phong .{2,80} (?:xay dung|ban hanh)|"
    r"so giao duc .{2,80} (?:xay dung|ban hanh)|"
    r"uy ban nhan dan .{2,80} (?:xay dung|ban hanh)|ubnd .{2,80} (?:xay dung|ban hanh))"
)
_PERIOD_LINE = re.compile(r"^\(?(?:nam hoc|giai doan|nam)\s*:?\s*\d{4}(?:\s*[-–]\s*\d{4})?\)?$")


@dataclass(slots=True)
class Header:
    """What the head says; ``None`` where it says nothing. ``used`` counts the lines up to the end of the title."""

    number: str | None = None
    symbol: str | None = None
    slip: str | None = None
    date: date | None = None
    date_printed: str | None = None
    place: str | None = None
    issuer: str | None = None
    issuer_parent: str | None = None
    title: str | None = None
    has_type: bool = False
    used: int = 0


def read_header(lines: list[Line]) -> Header:
    """Read the head of a plan from its first lines."""
    header = Header()
    title_at = _find_title(lines)
    header.has_type = title_at is not None
    end = title_at if title_at is not None else _end_without_title(lines)
    _read_pieces(header, lines[:end])
    if title_at is None:
        header.used = end if _has_pieces(header) else 0
        return header
    header.title, header.used = _read_title(lines, title_at)
    return header


def read_place_and_date(text: str, header: Header) -> str:
    """Take place and date out of *text* into *header*; returns the text without them."""
    match = _PLACE_DATE.search(text) or _PLACE_SHORT_DATE.search(text)
    if match is None:
        return text
    place = squeeze(match["place"]).strip(" -–|*_.…")
    before = text[: match.start()].rstrip(" ")
    if before and before.endswith("\n") and before.strip():
        last = before.rstrip("\n").rsplit("\n", 1)[-1].strip()
        if (
            before.endswith("\n\n") is False
            and last
            and len(last.split()) <= 2
            and last[:1].isupper()
            and not is_upper(last)
        ):
            place = f"{last} {place}"
            before = before.rstrip("\n")[: -len(last)]
    header.place = place or None
    if match["day"] and match["month"] and match["year"]:
        header.date = make_date(match["day"], match["month"], match["year"])
        if header.date is None:
            header.date_printed = f"{match['day']}/{match['month']}/{match['year']}"
    return before + "\n\n" + text[match.end() :]


def _has_pieces(header: Header) -> bool:
    return bool(header.symbol or header.issuer or header.place)


def _find_title(lines: list[Line]) -> int | None:
    """The line of the type: KẾ HOẠCH in capitals, else the words (or those of a notice) alone on a line."""
    loose = None
    for index, line in enumerate(lines[:_SEARCHED_LINES]):
        label = find_label(line.text, None)
        if (label is not None and label.rank <= ROMAN and len(label.rest) > 1) or line.text.startswith("Căn cứ"):
            break
        if not line.row and _TITLE_WORD.match(flat(line.text)):
            letters = "".join(char for char in line.text if char.isalpha())
            if "KẾHOẠCH" in letters[:20] or "KÊHOẠCH" in letters[:20]:
                return index
            if loose is None and _TITLE_WORD.sub("", flat(line.text)) == "":
                loose = index
    return loose


def _end_without_title(lines: list[Line]) -> int:
    for index, line in enumerate(lines[:_SEARCHED_LINES]):
        label = find_label(line.text, None)
        if (
            (label is not None and label.rest)
            or is_bare_heading(line.text)
            or _INTRODUCTION.match(flat(line.text[:120]))
        ):
            return index
    return 0


def _read_pieces(header: Header, lines: list[Line]) -> None:
    columns: list[str] = []
    for line in lines:
        if line.blanks and columns:
            columns.append("")
        columns.extend(_unbar(part) for part in line.columns() if len(part) <= _MAX_HEAD_LINE)
    text = "\n".join(columns)
    for pattern in (_NATIONAL, _MOTTO):
        text = _cut(text, pattern)
    match = _NUMBER_LINE.search(text) or _BARE_NUMBER_LINE.search(text)
    if match:
        found = normal_number(match["number"], match["symbol"])
        header.number, header.symbol, header.slip = found.number, found.symbol, found.slip
        text = text[: match.start()] + "\n\n" + text[match.end() :]
    text = read_place_and_date(text, header)
    bodies = _bodies(text.split("\n"))
    if bodies:
        header.issuer = bodies[-1]
        header.issuer_parent = bodies[-2] if len(bodies) > 1 else None


def _unbar(text: str) -> str:
    return text.strip(" |")


def _cut(text: str, pattern: re.Pattern[str]) -> str:
    """Remove what *pattern* finds in the flat form; the pieces around it become separate lines."""
    kept, position = [], 0
    for match in pattern.finditer(flat(text)):
        kept.append(text[position : match.start()])
        position = match.end()
    kept.append(text[position:])
    return "\n".join(kept)


def _bodies(lines: list[str]) -> list[str]:
    """The issuing bodies, from the highest; a name wrapped over several lines is put together."""
    capitals = [squeeze(line).strip(" *-–_|") for line in lines]
    capitals = [line for line in capitals if line and not _SKIPPED.match(flat(line)) and line[:2] not in {"Số", "SỐ"}]
    upper = [line for line in capitals if is_upper(line)]
    if not any(_BODY_HEAD.match(flat(line)) for line in upper):
        upper = [
            line
            for line in capitals
            if len(line.split()) <= 10 and _BODY_HEAD.match(flat(line)) and line[-1] not in ".:;"
        ]
    bodies: list[str] = []
    for line in upper:
        for part in _inner_bodies(line):
            starts = _BODY_HEAD.match(flat(part))
            if bodies and (not starts or _ONLY_TYPE.match(flat(bodies[-1])) or flat(bodies[-1]) in {"uy", "uy ban"}):
                bodies[-1] = f"{bodies[-1]} {part}"
            elif starts:
                bodies.append(part)
    return bodies


def _inner_bodies(line: str) -> list[str]:
    """Two bodies run together on one line ("UBND XÃ A TRƯỜNG MN B"), told apart."""
    parts, position = [], 0
    for match in _INNER_BODY.finditer(line):
        before = line[position : match.start()].strip(" -–/|")
        if before and _MANAGES.match(flat(before)):
            parts.append(before)
            position = match.end()
    parts.append(line[position:].strip(" -–/|"))
    return [part for part in parts if part]


def _read_title(lines: list[Line], at: int) -> tuple[str | None, int]:
    """The subject (trích yếu) after the word KẾ HOẠCH, and the index of the first line behind it."""
    first = lines[at].text
    match = _TITLE_WORD.match(flat(first))
    rest = first[match.end() :].strip() if match else ""
    parts = [rest] if rest else []
    index = at + 1
    while index < len(lines) and index - at <= _MAX_TITLE_LINES and _is_title_line(lines, at, index, parts):
        parts.append(lines[index].text)
        index += 1
    title = squeeze(" ".join(parts)).strip(" *-–_")
    return title or None, index


def _is_title_line(lines: list[Line], at: int, index: int, parts: list[str]) -> bool:
    """Whether line *index* still belongs to the subject that *parts* began after the type on line *at*."""
    line = lines[index]
    plain = flat(line.text[:200])
    if line.row or len(line.text) > _MAX_TITLE_LINE or is_bare_heading(line.text):
        return False
    label = find_label(line.text, parts[-1] if parts else None)
    if label is not None and not (label.rank >= ROMAN and parts and line.text[:1] == "("):
        return False
    if not parts:
        return not plain.startswith("can cu ")
    if line.text[:1].islower() or _PERIOD_LINE.match(plain):
        return True
    if line.blanks > lines[at + 1].blanks or (is_upper(parts[-1]) and not is_upper(line.text) and line.text[:1] != "("):
        return False
    if _INTRODUCTION.match(plain) and not is_upper(line.text):
        return parts[-1].endswith(",")
    if line.text.endswith((".", ";", ":")):
        return False
    following = lines[index + 1].text if index + 1 < len(lines) else ""
    runs_on = following[:1].islower() and not is_upper(line.text)
    return not (runs_on and len(line.text) > _SHORT_TITLE_LINE)
