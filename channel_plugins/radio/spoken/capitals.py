"""Abbreviations and words in capitals, one word at a time, with the words around it."""

from __future__ import annotations

import re

from .abbreviations import FOREIGN, PLAIN, WRITTEN
from .ambiguous import AMBIGUOUS, resolve
from .numbers import roman, words
from .syllables import UPPER, has_marks, has_vowel, is_syllable

_TOKEN = re.compile(r"[^\W_]+")
# Look like a syllable and are one in a heading; elsewhere they are abbreviations.
_WORD_IN_A_RUN = frozenset({"TU", "HU", "TX", "MC"})
_WRITTEN = re.compile(
    r"(?<![\w&/])(?:" + "|".join(re.escape(key) for key in sorted(WRITTEN, key=len, reverse=True)) + r")(?![\w&/])\.?"
)
_SCHOOL = (
    r"((?i:trường) (?:tiểu học và trung học cơ sở|tiểu học|trung học cơ sở và trung học phổ thông|trung học cơ sở|"
    r"trung học phổ thông chuyên|trung học phổ thông|mầm non|mẫu giáo))"
)
_NOT_A_NAME = (
    r"(?:năm|tổ|khai|triển|thực|hưởng|chào|đón|đạt|tham|và|với|trong|ngày|tuần|tháng|học|lần|về|của|cho|tại|ra|mừng|"
    r"quyên|trao|phát|xã|phường|huyện|tỉnh|được|là|có|sơ|tổng|tuyển|thi|vui)\b"
)
_NAMES = {"việt nam": "Việt Nam", "hồ chí minh": "Hồ Chí Minh", "hà nội": "Hà Nội"}
_PLACES = {"TP": "thành phố", "Tp": "thành phố", "T.P": "thành phố", "TX": "thị xã", "Tx": "thị xã"}
_UNITS_OF_PLACE = {"P": "phường", "Q": "quận", "H": "huyện", "X": "xã", "TT": "thị trấn", "T": "tỉnh"}


def own_readings(text: str, readings: dict[str, str]) -> str:
    """Return `text` with the unit's own readings put in, longest first, as whole words."""
    for name in sorted(readings, key=len, reverse=True):
        pattern = rf"(?<![\w&]){re.escape(name)}(?![\w&])"
        text = re.sub(pattern, lambda match: readings[match[0]], text)
    return text


def written_forms(text: str) -> str:
    """Return `text` with abbreviations that hold signs (GD&ĐT, đ/c, TP.HCM, P. 5, U.B.N.D) in words."""

    def whole(match: re.Match[str]) -> str:
        found = match[0]
        if found in WRITTEN:
            return WRITTEN[found]
        stop = "." if not re.search(r"(?:đ/c|v\.v|Th\.S|TS|v/v)\.$", found) else ""
        return WRITTEN[found.removesuffix(".")] + stop

    text = re.sub(r"(?<![\w.])(?:[A-ZĐ]\.){2,}(?:[A-ZĐ](?!\w)|(?!\w))", lambda m: m[0].replace(".", ""), text)
    text = _WRITTEN.sub(whole, text)
    text = re.sub(r"(?<!\w)(vân vân)(?:\s*\.{2,}|…)", r"\1.", text)
    text = re.sub(rf"(?<!\w)(TP|Tp|T\.P|TX|Tx)(?:\s?\.\s*|\s+)(?=[{UPPER}])", lambda m: f"{_PLACES[m[1]]} ", text)
    text = re.sub(r"(?<!\w)[Tt]r\.\s*(?=\d)", "trang ", text)
    place = r"(?P<lead>^\s*|[,;(–:-]\s*|(?<!\w)(?:tại|ở|thuộc|của|UBND|trên|địa bàn|từ|đến|và|xã|phường)\s+)"
    return re.sub(
        rf"{place}(?P<unit>P|Q|H|X|TT|T)\.\s*(?=[{UPPER}][^\W\d_{UPPER}]|\d)",
        lambda m: f"{m['lead']}{_UNITS_OF_PLACE[m['unit']]} ",
        text,
    )


def _is_capital(token: str) -> bool:
    return len(token) > 1 and token.isalpha() and token.isupper()


def is_heading(line: str) -> bool:
    """Return whether every word of the line is in capitals and at least one is a plain Vietnamese word."""
    found = [token for token in _TOKEN.findall(line) if len(token) > 1 and token.isalpha()]
    return (
        bool(found)
        and all(token.isupper() for token in found)
        and any(is_syllable(token) and token not in PLAIN for token in found)
    )


def heading_names(spoken: str) -> str:
    """Return a heading that was all capitals with the names in it capitalised again, as far as they can be told."""
    text = re.sub(rf"{_SCHOOL} ((?:(?!{_NOT_A_NAME})[^\W\d_]+ ?){{1,4}})", lambda m: f"{m[1]} {m[2].title()}", spoken)
    return re.sub("|".join(_NAMES), lambda m: _NAMES[m[0]], text)


class _Line:
    """The words of one line and which of them stand in a row of capitals."""

    def __init__(self, text: str, heading: bool) -> None:
        self.text = text
        self.heading = heading
        self.matches = list(_TOKEN.finditer(text))
        self.in_run: set[int] = set()
        self._find_runs()

    def _find_runs(self) -> None:
        run: list[int] = []
        for place, match in enumerate(self.matches):
            token = match[0]
            gap = self.text[self.matches[place - 1].end() : match.start()] if place else ""
            joined = not re.search(r"[.;:()]", gap)
            if _is_capital(token) or (len(token) == 1 and token.isupper()) or token.isdigit():
                if not joined:
                    self._close(run)
                run.append(place)
            else:
                self._close(run)
        self._close(run)

    def _close(self, run: list[int]) -> None:
        tokens = [self.matches[place][0] for place in run]
        wordy = [token for token in tokens if len(token) > 1 and is_syllable(token)]
        if len(wordy) >= 2 or self.heading:
            self.in_run.update(run)
        run.clear()

    def around(self, place: int) -> tuple[str, str]:
        match = self.matches[place]
        return self.text[max(0, match.start() - 60) : match.start()], self.text[match.end() : match.end() + 60]


def _numbered(token: str, before: str, after: str) -> str | None:
    """Return the reading of an abbreviation with a number or Roman numeral behind it: HKII, TT22, QH15."""
    match = re.fullmatch(r"([^\W\d_]{2,}?)(\d+|[IVX]+)([A-ZĐ]?)", token)
    if not match:
        return None
    reading = resolve(match[1], before, f" {match[2]}{after}")
    if reading is None:
        return None
    value = roman(match[2]) if not match[2].isdigit() else int(match[2])
    return None if value is None else f"{reading} {words(value)} {match[3]}".rstrip()


def _capital_word(token: str, line: _Line, place: int) -> str | None:
    """Return a word in capitals as it is said, None when it is an abbreviation nobody knows."""
    before, after = line.around(place)
    in_run = place in line.in_run
    if not (in_run and token in _WORD_IN_A_RUN):
        if in_run:
            before, after = before.lower(), f"{after}{after.lower()}"
        reading = resolve(token, before, after)
        if reading is not None:
            return reading
        if token in AMBIGUOUS:
            return None
    numbered = _numbered(token, before, after)
    if numbered is not None and not (in_run and is_syllable(token)):
        return numbered
    if is_syllable(token) and (in_run or has_marks(token)):
        return token.lower() if line.heading else token.capitalize()
    return FOREIGN.get(token.lower())


def _other_word(token: str, line: _Line, place: int) -> str | None:
    """Return a word that is not all capitals, None when it is an abbreviation nobody knows."""
    foreign = FOREIGN.get(token.lower())
    if foreign:
        return foreign
    if token in PLAIN:
        return PLAIN[token]
    before, after = line.around(place)
    if not token.isalpha():
        return _numbered(token, before, after) or _numbered(token.upper(), before, after)
    if len(token) < 2 or (token.istitle() and has_vowel(token)) or (token.islower() and has_vowel(token)):
        return token
    if token.upper() in PLAIN:
        return PLAIN[token.upper()]
    parts = re.findall(r"[A-ZĐ]?[^\W\d_A-ZĐ]+|[A-ZĐ]+", token)
    return token if has_vowel(token) and all(len(part) > 2 and has_vowel(part) for part in parts) else None


def expand(text: str, heading: bool, unknown: list[str]) -> str:
    """Return one line with its abbreviations in words and its capitals as ordinary words.

    Args:
        text: one line; numbers with units are already words.
        heading: whether the line was all capitals as written (see `is_heading`).
        unknown: gets every abbreviation that has no reading; it stays in the text as it is.
    """
    line = _Line(text, heading)
    parts: list[str] = []
    end = 0
    abbreviated = False
    for place, match in enumerate(line.matches):
        token = match[0]
        gap = text[end : match.start()]
        if token.isdigit():
            spoken: str | None = token
        elif _is_capital(token):
            spoken = _capital_word(token, line, place)
        elif heading and len(token) == 1 and has_marks(token):
            spoken = token.lower()
        else:
            spoken = _other_word(token, line, place)
        if spoken is None:
            unknown.append(token)
            spoken = token
        expanded = _is_capital(token) and spoken.lower() != token.lower()
        if expanded and abbreviated and re.fullmatch(r"\s*[-–]\s*", gap):
            gap = ", "
        if token in ("VD", "Vd", "SĐT", "TS", "Ths", "ThS", "TP", "Tp") and text[match.end() :].startswith(". "):
            parts += [gap, spoken]
            end = match.end() + 1
        else:
            parts += [gap, spoken]
            end = match.end()
        abbreviated = expanded
    return "".join(parts) + text[end:]
