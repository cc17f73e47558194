"""Lines of a plan, and the small text helpers every reading step shares.

A :class:`Line` keeps two forms of one printed line: ``text`` with white space squeezed, for reading words, and ``raw``
with the wide gaps left in, because two columns flattened by a copy are told apart only by such a gap.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_GAP = re.compile(r"\s{3,}")
_CLOSERS = ")]}”’\"'»"
_ABBREVIATION = re.compile(r"(?:^|[\s(])(?:TP|Tp|TX|TT|Q|P|H|GS|PGS|TS|ThS|BS|KS|đ/c|Đ/c)\.$")
_FINAL = ".;:!?…"
# A line that ends in one of these words goes on in the next line, whatever the next line starts with.
_CONNECTORS = frozenset(
    re.findall(
        r"\w+",
        "của và số khoản điều các những cho tại từ theo với trong là lần thứ hoặc bằng bởi để nhằm do về",
    )
)


@dataclass(slots=True)
class Line:
    """One non-blank line of the source.

    ``number`` counts from 1 in the normalised source text; ``blanks`` is how many blank lines stood before it; ``row``
    marks a row of a table inside the body (kept whole); ``auto`` marks a label that Word had counted (so it is
    certainly a label).
    """

    number: int
    raw: str
    blanks: int = 0
    row: bool = False
    auto: bool = False
    text: str = ""

    def __post_init__(self) -> None:
        self.text = squeeze(self.raw)

    def columns(self) -> list[str]:
        """The parts of the line that three or more spaces separate."""
        return [squeeze(part) for part in _GAP.split(self.raw.strip()) if part.strip()]


def squeeze(text: str) -> str:
    """*text* with every run of white space made one space, none at the ends."""
    return " ".join(text.split())


@lru_cache(maxsize=4096)
def _flat_char(char: str) -> str:
    if char in "đĐðÐ":
        return "d"
    plain = "".join(c for c in unicodedata.normalize("NFD", char) if not unicodedata.combining(c)).lower()
    return plain if len(plain) == 1 else char


def flat(text: str) -> str:
    """*text* in lower case without diacritics, character for character (so positions stay the same).

    Headings are matched in this form: it makes "HÒA" and "HOÀ", "ủy" and "uỷ" the same.
    """
    return "".join(map(_flat_char, text))


def is_upper(text: str) -> bool:
    """Whether *text* has letters and (nearly) all of them are capitals."""
    letters = [char for char in text if char.isalpha()]
    capitals = sum(char.isupper() for char in letters)
    return bool(letters) and capitals >= 0.85 * len(letters)


def starts_lower(text: str) -> bool:
    """Whether the first character of *text* is a small letter."""
    return text[:1].islower()


def is_finished(text: str) -> bool:
    """Whether *text* ends like a sentence or a list item: ``.``, ``;``, ``:``, ``!``, ``?`` or an ellipsis."""
    bare = text[-40:].rstrip(_CLOSERS + " ")
    return bare[-1:] in _FINAL and bare != "" and not _ABBREVIATION.search(text[-12:])


def ends_open(text: str) -> bool:
    """Whether *text* breaks off inside a phrase, so that the next line must belong to it."""
    tail = text[-40:].rstrip()
    if tail.endswith((",", "(", "–", " -", "“", "/", "&")):
        return True
    words = tail.split()
    return bool(words) and words[-1].lower() in _CONNECTORS
