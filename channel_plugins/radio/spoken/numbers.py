"""Numbers in Vietnamese words."""

from __future__ import annotations

import re

from .options import SpeechOptions

DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
NORTH = SpeechOptions()

#: Words before two numbers that make them a score, not a range and not a date.
SCORE_BEFORE = re.compile(r"(?:tỷ số|tỉ số|thắng|thua|hòa|hoà|dẫn)(?: \w+){0,3}\s*$", re.I)
_GROUPED = re.compile(r"\d{1,3}(?:[.\u00a0 ]\d{3})+")
_ROMAN = re.compile(r"(X{0,3})(IX|IV|V?I{0,3})")


def _tens(tens: int, unit: int, options: SpeechOptions) -> str:
    if tens == 0:
        return f"{options.zero_tens} {DIGITS[unit]}" if unit else ""
    head = "mười" if tens == 1 else f"{DIGITS[tens]} mươi"
    if unit == 0:
        return head
    if unit == 5:
        return f"{head} lăm"
    if tens > 1 and unit in (1, 4):
        return f"{head} {'mốt' if unit == 1 else 'tư'}"
    return f"{head} {DIGITS[unit]}"


def _group(number: int, full: bool, options: SpeechOptions) -> str:
    hundreds, tens, unit = number // 100, number // 10 % 10, number % 10
    if not full and hundreds == 0:
        return DIGITS[unit] if tens == 0 else _tens(tens, unit, options)
    return f"{DIGITS[hundreds]} trăm {_tens(tens, unit, options)}".strip()


def _below_billion(number: int, full: bool, options: SpeechOptions) -> str:
    parts: list[str] = []
    for size, name in ((1_000_000, " triệu"), (1_000, f" {options.thousand}"), (1, "")):
        group, number = divmod(number, size)
        if group:
            parts.append(_group(group, full or bool(parts), options) + name)
    return " ".join(parts)


def words(number: int, options: SpeechOptions = NORTH) -> str:
    """Return a whole number of any size in words: 1005 -> "một nghìn không trăm linh năm"."""
    if number < 0:
        return f"âm {words(-number, options)}"
    if number == 0:
        return DIGITS[0]
    if number >= 10**9:
        head = f"{words(number // 10**9, options)} tỷ"
        rest = number % 10**9
        return f"{head} {_below_billion(rest, True, options)}" if rest else head
    return _below_billion(number, False, options)


def ordinal(number: int, options: SpeechOptions = NORTH) -> str:
    """Return "thứ nhất", "thứ hai", ..., "thứ tư", "thứ hai mươi mốt"."""
    return f"thứ {({1: 'nhất', 4: 'tư'}).get(number) or words(number, options)}"


def spell(digits: str) -> str:
    """Return digits one by one: "0912" -> "không chín một hai"; everything else in the text is left out."""
    return " ".join(DIGITS[int(digit)] for digit in digits if digit.isascii() and digit.isdigit())


def spell_groups(text: str, sizes: tuple[int, ...] = ()) -> str:
    """Return digits one by one with a comma between groups.

    The groups are those written with blanks, dots or hyphens; a number in one piece is cut by `sizes`, the last
    size taking all the rest.
    """
    groups = re.findall(r"[0-9]+", text)
    if len(groups) == 1 and sizes:
        whole, groups = groups[0], []
        for size in sizes[:-1]:
            groups.append(whole[:size])
            whole = whole[size:]
        groups.append(whole)
    return ", ".join(spell(group) for group in groups if group)


def read(written: str, options: SpeechOptions = NORTH) -> str:
    """Return a number as Vietnamese writes it: "1.250" a thousand, "1,5" a decimal, "2.0" a version.

    Decimals are read digit by digit from what is written, so "2,05" keeps its zero. A number of four digits or
    more that begins with a zero is a code and is spelled.
    """
    if "," in written:
        whole, _, rest = written.partition(",")
        return f"{read(whole or '0', options)} phẩy {spell(rest)}"
    if _GROUPED.fullmatch(written):
        return words(int(re.sub(r"\D", "", written)), options)
    if "." in written:
        return " chấm ".join(read(part, options) for part in written.split(".") if part)
    if len(written) > 15 or (len(written) >= 4 and written.startswith("0")):
        return spell(written)
    return words(int(written), options)


def roman(written: str) -> int | None:
    """Return the value of a Roman numeral from I to XXXIX, None when it is none (larger ones are not in use)."""
    match = _ROMAN.fullmatch(written)
    if not written or not match:
        return None
    ones = {"": 0, "I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8, "IX": 9}
    return 10 * len(match[1]) + ones[match[2]]
