"""The printed labels of a plan body and how deep each kind of label stands.

Nghị định 30/2020/NĐ-CP, Phụ lục I, gives Phần > I. > 1. > a) > "-" > "+"; plans also use A., 1.1., 1), (1) and drawn
bullets. A label must not be seen where a wrapped sentence only happens to start with a number, so the doubtful forms
ask what stood before.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .lines import ends_open, is_finished

PART, ARTICLE, CAPITAL, ROMAN, DECIMAL, DECIMAL_PAREN = 0, 5, 10, 20, 30, 35
MULTI, LETTER, NUMBER_PAREN, LEAD_IN, DASH, BULLET, PLUS = 40, 60, 65, 70, 80, 85, 90
"""Ranks: a smaller number stands higher in the tree. MULTI grows by five for each further level of ``1.1.1``."""

SECTION_RANKS = frozenset({PART, ARTICLE, CAPITAL, ROMAN, DECIMAL, DECIMAL_PAREN})

_WORD_LABEL = re.compile(
    r"^((?:PHẦN|Phần|CHƯƠNG|Chương)\s+(?:[IVXLC]{1,6}|\d{1,2}|[A-ZĐ]|(?:thứ|THỨ)\s+\w{2,5}))(?!\w)\s*[.:)–-]?\s*(.*)$",
    re.DOTALL,
)
_ARTICLE_LABEL = re.compile(r"^((?:ĐIỀU|Điều|MỤC|Mục)\s+(?:\d{1,2}|[IVXLC]{1,6}))\s*[.:]\s*(.*)$", re.DOTALL)
_ROMAN_LABEL = re.compile(r"^([IVX]{1,6}|[IVX]{0,4}L?[IVX]{1,5})\s*([.)/:–-])\s*(.*)$", re.DOTALL)
_ROMAN_BARE = re.compile(r"^([IVX]{1,6})(?:\s+(.*))?$", re.DOTALL)
_CAPITAL_LABEL = re.compile(r"^([A-HĐ])\s*([.)/–-])\s*(.*)$", re.DOTALL)
_DECIMAL_LABEL = re.compile(r"^(\d{1,2})(\s*)([.)/:–-])(\s*)(?!\d(?!00\s?%))(.*)$", re.DOTALL)
_MULTI_LABEL = re.compile(r"^(\d{1,2}(?:\.\d{1,2}){1,3})(?![\d/%])\s*([.):–-]?)(\s*)(?![\d/%])(.*)$", re.DOTALL)
_LETTER_LABEL = re.compile(r"^([a-eg-ik-vxyđ])(\s*)([).:/]|,(?=\s))(\s*)(.*)$", re.DOTALL)
_PAREN_LABEL = re.compile(r"^\(\s*(\d{1,2}|[a-zđ]|[ivx]{1,4})\s*\)\s*(.*)$", re.DOTALL)
_DASH_LABEL = re.compile(r"^[-–—−‒―‐‑]\s*(.*)$", re.DOTALL)
_PLUS_LABEL = re.compile(r"^\+\s*(.*)$", re.DOTALL)
_STAR_LABEL = re.compile(r"^\*\s*(.*)$", re.DOTALL)
_BULLET_LABEL = re.compile(r"^([•·●○◦▪▫■□►➢➤✓✔❖♦⮚\uf000-\uf0ff])\s*(.*)$", re.DOTALL)
# Wingdings bullets that a copy turned into the letters of the font.
_LETTER_BULLET = re.compile(r"^([§Øüo])\s+(?=[A-ZÀ-ỸĐ])(.*)$", re.DOTALL)

_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_ROMAN_FORM = re.compile(r"^(?:XL|L?X{0,3})(?:IX|IV|V?I{0,3})$")
_MAX_COMPONENT = 30


@dataclass(frozen=True, slots=True)
class Label:
    """A label found at the start of a paragraph: its rank, what was printed (without its stop), and the text "
    "after it."""

    rank: int
    printed: str
    rest: str


def find_label(text: str, before: str | None, *, doubtful: bool = False) -> Label | None:
    """Return the label *text* starts with.

    Args:
        text: One line.
        before: The end of the paragraph this line might continue, ``None`` when there is none.
        doubtful: The line before was as wide as lines get, so its end may be the page's and not the writer's.
    """
    label = _find(text, before, doubtful)
    return None if label is None else Label(label.rank, label.printed, label.rest.strip())


def _find(text: str, before: str | None, doubtful: bool) -> Label | None:
    first = text[:1]
    ended = before is None or is_finished(before)
    finished = ended or not doubtful
    broken = not finished and before is not None and ends_open(before) and not before.rstrip().endswith(",")
    if first in "-–—−‒―‐‑+*" or _BULLET_LABEL.match(text) or _LETTER_BULLET.match(text):
        return None if broken and first == "-" else _mark(text)
    if broken:
        return None
    return _word(text) or _roman(text, finished) or _numeric(text, finished) or _letter(text, finished)


def roman_value(numeral: str) -> int:
    """The value of a well-formed Roman numeral up to 89, otherwise 0."""
    if not numeral or not _ROMAN_FORM.match(numeral):
        return 0
    values = [_ROMAN_VALUES[char] for char in numeral]
    following = [*values[1:], 0]
    return sum(-value if value < after else value for value, after in zip(values, following, strict=True))


def _mark(text: str) -> Label | None:
    if match := _DASH_LABEL.match(text):
        return Label(DASH, "-", match[1])
    if match := _PLUS_LABEL.match(text):
        return Label(PLUS, "+", match[1])
    if match := _STAR_LABEL.match(text):
        return Label(BULLET, "*", match[1])
    match = _BULLET_LABEL.match(text) or _LETTER_BULLET.match(text)
    if match is None:
        return None
    private = "\uf000" <= match[1] <= "\uf0ff" or match[1].isalpha() or match[1] == "§"
    return Label(BULLET, "•" if private else match[1], match[2])


def _word(text: str) -> Label | None:
    for pattern, rank in ((_WORD_LABEL, PART), (_ARTICLE_LABEL, ARTICLE)):
        match = pattern.match(text)
        if match and (not match[2] or _starts_upper(match[2])):
            return Label(rank, " ".join(match[1].split()), match[2])
    return None


def _roman(text: str, finished: bool) -> Label | None:
    match = _ROMAN_LABEL.match(text)
    if match and roman_value(match[1]):
        rest = match[3]
        ratio = match[1] == "V" and match[2] == "/" and rest[:1] in "vV"
        if not ratio and (not rest or _starts_upper(rest) or (finished and match[2] != "-")):
            return Label(ROMAN, match[1], rest)
        return None
    match = _ROMAN_BARE.match(text)
    if match and roman_value(match[1]):
        rest = match[2] or ""
        if (not rest and finished) or (len(rest) > 1 and rest[:2].isupper()):
            return Label(ROMAN, match[1], rest)
    match = _CAPITAL_LABEL.match(text)
    if match and finished and (not match[3] or _starts_upper(match[3])):
        return Label(CAPITAL, match[1], match[3])
    return None


def _numeric(text: str, finished: bool) -> Label | None:
    match = _MULTI_LABEL.match(text)
    if match:
        components = match[1].split(".")
        rest = match[4]
        spaced = bool(match[2] or match[3]) or not rest or rest[:1].isalpha() or rest[:1] in "“\"'("
        plausible = all(0 < int(part) <= _MAX_COMPONENT for part in components)
        if spaced and plausible and (_starts_upper(rest) or (finished and (match[2] or not rest))):
            return Label(MULTI + 5 * (len(components) - 2), match[1], rest)
        return None
    match = _DECIMAL_LABEL.match(text)
    if match:
        number, _, mark, gap, rest = match.groups()
        if mark in "/:–-" and not (gap and finished and _starts_upper(rest)):
            return None
        if not rest and not finished:
            return None
        if rest and not _starts_upper(rest) and not finished:
            return None
        return Label(DECIMAL_PAREN if mark == ")" else DECIMAL, number, rest)
    match = _PAREN_LABEL.match(text)
    if match and (finished or _starts_upper(match[2])):
        return Label(NUMBER_PAREN, match[1], match[2])
    return None


def _letter(text: str, finished: bool) -> Label | None:
    match = _LETTER_LABEL.match(text)
    if match is None:
        return None
    letter, _, mark, gap, rest = match.groups()
    if mark == ")":
        accepted = finished or _starts_upper(rest)
    else:
        accepted = finished and (_starts_upper(rest) or not rest) and (bool(gap) or mark == ".")
    return Label(LETTER, letter, rest) if accepted else None


def _starts_upper(text: str) -> bool:
    for char in text[:6]:
        if char.isalpha():
            return char.isupper()
        if char.isdigit():
            return True
    return False
