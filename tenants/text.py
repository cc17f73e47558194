"""Vietnamese text, dates and numbers: pure functions used everywhere.

Text is Unicode NFC throughout. Searching folds both sides with :func:`fold`; sorting people uses
:func:`name_sort_key`; what readers see of dates and numbers comes from the ``format_*`` functions.
"""

import re
import unicodedata
from datetime import date, datetime, tzinfo
from decimal import ROUND_HALF_UP, Decimal

# The Vietnamese alphabet; f, j, w and z stand where foreign names expect them (CLDR order for "vi").
_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_LETTER_CODES = {letter: str(20 + place) for place, letter in enumerate(_ALPHABET)}
# Tone order of Vietnamese dictionaries: ngang, huyền, hỏi, ngã, sắc, nặng.
_TONE_CODES = {"\u0300": "02", "\u0309": "03", "\u0303": "04", "\u0301": "05", "\u0323": "06"}
_LEVEL_TONE = "01"
# Breve, circumflex and horn make letters of their own (ă, â, ê, ô, ơ, ư); they are no tones.
_LETTER_MARKS = {"\u0306", "\u0302", "\u031b"}

_WORD = re.compile(r"(?:[^\W_][\u0300-\u036f]*)+")
# A school year is prepared and plans are issued from August on, although classes open on 5 September.
_SCHOOL_YEAR_FIRST_MONTH = 8


def nfc(text: str) -> str:
    """Return *text* in Unicode normal form C, the form in which everything is stored and compared."""
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """Return *text* without case and diacritics, for searching.

    "Đại hội", "đại hội" and "dai hoi" give one form, and so do "hoà" and "hòa", NFC and NFD. The letter
    "ð" (U+00F0), which scanned documents have in place of "đ", is treated like it.
    """
    lowered = text.casefold().replace("đ", "d").replace("ð", "d")
    decomposed = unicodedata.normalize("NFD", lowered)
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def name_sort_key(full_name: str) -> str:
    """Return a key that sorts people the Vietnamese way: by given name, then by family and middle names.

    Words compare syllable by syllable, first by the letters of the Vietnamese alphabet, then by tone. The key
    consists of digits only, so that a database sorts it the same way under any collation.
    """
    words = full_name.split()
    return "".join(_syllable_key(word) for word in words[-1:] + words[:-1])


def _syllable_key(word: str) -> str:
    codes: list[str] = []
    tone = _LEVEL_TONE
    for char in nfc(word.casefold()):
        base, char_tone = _letter_and_tone(char)
        tone = char_tone or tone
        if base in _LETTER_CODES:
            codes.append(_LETTER_CODES[base])
        elif base.isdecimal():
            codes.append(f"1{unicodedata.decimal(base)}")
        elif base.isalpha():
            codes.append(f"99{ord(base):07d}")
    # Every tone code is smaller than every letter code: "An" comes before "Anh" whatever follows it.
    return "".join(codes) + tone if codes else ""


def _letter_and_tone(char: str) -> tuple[str, str | None]:
    decomposed = unicodedata.normalize("NFD", char)
    base, marks = decomposed[0], decomposed[1:]
    tone = next((_TONE_CODES[mark] for mark in marks if mark in _TONE_CODES), None)
    letter = unicodedata.normalize("NFC", base + "".join(mark for mark in marks if mark in _LETTER_MARKS))
    return letter, tone


def slugify(title: str, max_length: int = 80, default: str = "muc") -> str:
    """Return *title* as lower-case ASCII words joined by hyphens, for addresses.

    The slug is cut between words to at most *max_length* characters. A title without any Latin letter or
    digit gives *default*, because an address needs something.
    """
    words = re.findall(r"[a-z0-9]+", fold(title))
    slug = "-".join(words)
    if len(slug) > max_length:
        head = slug[: max_length + 1]
        slug = head.rpartition("-")[0] or head[:max_length]
    return slug or default


def highlight(text: str, query: str) -> list[tuple[str, bool]]:
    """Split *text* into pieces and say which of them are words of *query*.

    Words are compared folded, so that "hoc sinh" marks "học" and "sinh". The pieces joined give the text in
    NFC; neighbouring unmarked pieces are one piece.
    """
    text = nfc(text)
    pieces: list[tuple[str, bool]] = []
    end = 0
    for start, stop, _ in _matches(text, query):
        if start > end:
            pieces.append((text[end:start], False))
        pieces.append((text[start:stop], True))
        end = stop
    if end < len(text):
        pieces.append((text[end:], False))
    return pieces


def excerpt(text: str, query: str, length: int = 200) -> str:
    """Return the passage of *text*, about *length* characters, that holds most words of *query*.

    White space is squeezed to single spaces, words are kept whole, and "…" marks what was left out. Without a
    match the passage is the beginning.
    """
    text = " ".join(nfc(text).split())
    if len(text) <= length:
        return text
    start = max(0, _best_start(_matches(text, query), length) - length // 4)
    start = min(start, len(text) - length)
    if start > 0:
        start = text.find(" ", start - 1, start + length) + 1 or start
    stop = min(len(text), start + length)
    if stop < len(text):
        stop = text.rfind(" ", start, stop + 1) if " " in text[start : stop + 1] else stop
    return ("… " if start > 0 else "") + text[start:stop].strip() + (" …" if stop < len(text) else "")


def _matches(text: str, query: str) -> list[tuple[int, int, str]]:
    wanted = {fold(word) for word in _WORD.findall(nfc(query))}
    if not wanted:
        return []
    found = ((match.start(), match.end(), fold(match.group())) for match in _WORD.finditer(text))
    return [match for match in found if match[2] in wanted]


def _best_start(matches: list[tuple[int, int, str]], length: int) -> int:
    best, most = 0, 0
    for index, (start, _, _) in enumerate(matches):
        distinct: set[str] = set()
        for _, stop, word in matches[index:]:
            if stop - start > length * 3 // 4:
                break
            distinct.add(word)
        if len(distinct) > most:
            best, most = start, len(distinct)
    return best


def format_date(day: date) -> str:
    """Return *day* as dd/mm/yyyy. A ``datetime`` is taken in its own time zone."""
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"


def format_datetime(moment: datetime, tz: tzinfo) -> str:
    """Return *moment* as "HH:MM dd/mm/yyyy" on the clocks of *tz*.

    Raises ValueError for a moment without a time zone: it would silently be read in the server's own.
    """
    if moment.tzinfo is None:
        raise ValueError("format_datetime needs a moment with a time zone")
    local = moment.astimezone(tz)
    return f"{local.hour:02d}:{local.minute:02d} {format_date(local)}"


def format_number(value: int | float | Decimal, decimals: int | None = None) -> str:
    """Return *value* with "." between thousands and "," before decimals: ``1234.5`` gives "1.234,5".

    *decimals* fixes the number of decimals (halves are rounded up); None shows those the value has.
    Raises ValueError for a value that is not finite.
    """
    number = Decimal(str(value))
    if not number.is_finite():
        raise ValueError("format_number needs a finite number")
    if decimals is not None:
        number = number.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    elif number != number.to_integral_value():
        number = number.normalize()
    else:
        number = number.to_integral_value()
    if number == 0:
        number = abs(number)
    return f"{number:,f}".translate(str.maketrans(",.", ".,"))


def school_year(day: date) -> str:
    """Return the school year *day* belongs to, such as "2026-2027". A school year starts on 1 August."""
    first = day.year if day.month >= _SCHOOL_YEAR_FIRST_MONTH else day.year - 1
    return f"{first}-{first + 1}"
