"""`speak`: a written Vietnamese text as it is read out.

The result holds letters, blanks and the marks of a sentence, nothing else: no digit, no sign, no bracket, no address,
no abbreviation that has a reading. What has none is returned in `unknown` and left as it is; nothing is ever guessed.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from .capitals import expand, heading_names, is_heading, own_readings, written_forms
from .dates import dates, times
from .options import SpeechOptions
from .quantities import bare_numbers, classes, measures, numbered_classes, roman_ordinals, signs
from .references import addresses, brackets, codes, definitions, document_symbols, learned_readings, phones
from .syllables import UPPER, count_syllables

LONG_SENTENCE = 45
_LONGEST_PIECE = 1500
_NOT_A_WORD = re.compile(r"(?<!\S)(?!https?://|www\.)\S{150,}")

_POINTING = re.compile(
    r"(?i)(?:xem (?:chi tiết )?tại|bên dưới|phía dưới|sau đây là bảng|bảng dưới|hình dưới|ảnh dưới|hình bên|theo link|"
    r"đường link|quét mã|ấn vào|bấm vào|nhấn vào)"
)
_QUOTES = str.maketrans(dict.fromkeys('"“”„«»‹›‟', " ") | {"‘": "'", "`": "'", "´": "'"})
_FRACTIONS = str.maketrans({"½": " một phần hai ", "¼": " một phần tư ", "¾": " ba phần tư "})
_ODD_NUMBERS = ("No", "Nl")
_SPACES = re.compile(r"[\s\u00a0\u2000-\u200a\u202f\u3000]+")
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff]")
_LEAD = re.compile(r"^\s*(?:[-–—+*•●▪■□◦‣▶►»→✓✔·>o](?=\s)|[-–—+*•●▪■□◦‣▶►»→✓✔·>](?=[^\W\d_]))\s*")
_ENUMERATOR = re.compile(r"^\s*(?P<mark>\d{1,2}(?:\.\d{1,2}){0,3}|[a-zđ])\s*[.)]+\s*(?=\s*[^\W\d_])")


@dataclass(frozen=True)
class Spoken:
    """A text ready to be read out.

    `unknown` holds abbreviations without a reading, each once, in order; `notes` Vietnamese sentences for the writer.
    """

    text: str
    unknown: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def _normal(text: str) -> str:
    text = unicodedata.normalize("NFC", text).translate(_FRACTIONS)
    text = "".join(
        unicodedata.normalize("NFKC", c) if unicodedata.category(c) in _ODD_NUMBERS and c not in "²³" else c
        for c in text
    )
    text = _INVISIBLE.sub("", text).translate(_QUOTES)
    text = re.sub(r"[‐‑‒−]", "-", text)
    text = _NOT_A_WORD.sub(lambda m: " ".join(re.findall(r".{1,120}", m[0])), text)
    return _SPACES.sub(" ", text).strip()


def _segments(line: str) -> list[str]:
    """Return a very long line in pieces, cut after a sentence where possible, so that time grows with length only."""
    pieces: list[str] = []
    while len(line) > _LONGEST_PIECE:
        ends = [match.end() for match in re.finditer(r"[.!?;]\s|\s", line[:_LONGEST_PIECE])]
        sentences = [match.end() for match in re.finditer(r"[.!?]\s", line[:_LONGEST_PIECE])]
        cut = (sentences or ends or [_LONGEST_PIECE])[-1]
        pieces.append(line[:cut])
        line = line[cut:]
    return [*pieces, line]


def _lead(line: str) -> str:
    line = _LEAD.sub("", line)
    return _ENUMERATOR.sub(lambda m: f"{m['mark'].replace('.', ' chấm ')}. ", line)


def _ellipsis(line: str) -> str:
    line = re.sub(r"\s*\./\.\s*$", ".", line)
    line = re.sub(rf",\s*(?:\.{{2,}}|…+)\s*(?=[^\w\s]|$|\s+[{UPPER}])", ", vân vân.", line)
    line = re.sub(r",\s*(?:\.{2,}|…+)", ", vân vân,", line)
    return re.sub(r"\.{2,}|…+", ".", line)


def _initials(line: str) -> str:
    """Return `line` without the dots of initials in the middle of a sentence ("em H. đã", "T.V.An")."""
    line = re.sub(
        rf"(?<!\w)((?:[{UPPER}]\.){{2,}})(?=[{UPPER}][^\W\d_{UPPER}])", lambda m: m[1].replace(".", " "), line
    )
    return re.sub(rf"(?<!\w)([{UPPER}])\.(?=\s*(?:[,;(]|[^\W\d_{UPPER}]))", r"\1", line)


def _clean(line: str) -> str:
    line = line.replace("&", " và ")
    line = re.sub(r"(?<=\w)\s*/\s*(?=\w)", " hoặc ", line)
    line = re.sub(r"(?<=\w)\s*\+\s*(?=\w)", " và ", line)
    line = re.sub(r"(?<=\w)-(?=\w)", " ", line)
    line = re.sub(rf"([{UPPER}]\w*(?: \w+){{0,2}}) [-–—] (?=[{UPPER}])", r"\1 ", line)
    line = re.sub(r"\s*[–—|→⇒]\s*|\s+-\s*|\s*-\s+", ", ", line)
    line = "".join(c if c.isalpha() or unicodedata.category(c)[0] == "M" or c in " .,;:!?" else " " for c in line)
    line = _SPACES.sub(" ", line)
    line = re.sub(r"\s+([.,;:!?])", r"\1", line)
    line = re.sub(r"[,;]+(:)|([,;:])(?:\s*[,;:])+", r"\1\2", line)
    line = re.sub(r"[,;:](?=[.!?])", "", line)
    line = re.sub(r"([.!?])(?:\s*[.,;:])+", r"\1", line)
    line = re.sub(r"([!?])[!?.]+", r"\1", line)
    line = re.sub(r"([.,;:!?])(?=[^\W\d_])", r"\1 ", line)
    return line.strip(" ,;:-")


def _sentences(line: str) -> str:
    if not re.search(r"[^\W\d_]", line):
        return ""
    line = line.lstrip(" .,;:!?")
    if line[-1] not in ".!?":
        line += "."
    return re.sub(r"(^|[.!?]\s+)([^\W\d_])", lambda m: m[1] + m[2].upper(), line)


class _Reader:
    """Reads the lines of one text: what one line defines holds for the next."""

    def __init__(self, options: SpeechOptions) -> None:
        self.options = options
        self.learned: dict[str, str] = {}
        self.unknown: list[str] = []
        self.notes: list[str] = []

    def line(self, written: str) -> str:
        """Return one line as it is said."""
        heading = is_heading(written)
        return " ".join(self._piece(piece, heading) for piece in _segments(_lead(written))).strip()

    def _piece(self, line: str, heading: bool) -> str:
        options = self.options
        line = own_readings(line, dict(options.readings))
        line = addresses(_initials(line), self.notes)
        line = brackets(definitions(_ellipsis(phones(line, options)), self.learned))
        line = learned_readings(line, self.learned)
        line = written_forms(document_symbols(line, options))
        for step in (times, numbered_classes, dates, signs, classes, roman_ordinals, measures, codes):
            line = step(line, options)
        line = expand(re.sub(r"(?<=[^\W\d_])-(?=\d)", " ", line), heading, self.unknown)
        spoken = _sentences(_clean(bare_numbers(line, options)))
        return heading_names(spoken) if heading else spoken


def _foreign_words(text: str, unknown: list[str]) -> list[str]:
    found = re.findall(r"(?<!\w)[^\W\d_]*[fjwzFJWZ][^\W\d_]*(?!\w)", text)
    return [word for word in dict.fromkeys(found) if len(word) > 1 and word not in unknown]


def _notes(written: str, spoken: str, unknown: list[str], notes: list[str]) -> tuple[str, ...]:
    found = list(dict.fromkeys(notes))
    foreign = _foreign_words(spoken, unknown)
    if foreign:
        found.append(f"Từ nước ngoài nên ghi cách đọc: {', '.join(foreign[:10])}.")
    pointing = _POINTING.search(written)
    if pointing:
        found.append(f"“{pointing[0]}” không có nghĩa với người nghe đài; thầy cô nói rõ nơi hoặc người cần hỏi.")
    long = [part for part in re.split(r"[.!?]\s", spoken) if count_syllables(part) > LONG_SENTENCE]
    if long:
        start = " ".join(long[0].split()[:6])
        found.append(f"Có {len(long)} câu dài quá {LONG_SENTENCE} tiếng, khó nghe qua loa (câu đầu: “{start}…”).")
    return tuple(found)


def speak(text: str, options: SpeechOptions | None = None) -> Spoken:
    """Return `text` as it is read out.

    Args:
        text: plain text, a paragraph a line; anything is accepted.
        options: the choices of the station; Northern standard by default.

    Returns:
        The spoken text, a paragraph a line, in NFC, with the abbreviations nobody knows and notes for the writer.
    """
    reader = _Reader(options or SpeechOptions())
    written = [line for line in (_normal(line) for line in text.splitlines()) if line]
    lines = [reader.line(line) for line in written]
    spoken = unicodedata.normalize("NFC", "\n".join(line for line in lines if line))
    notes = _notes("\n".join(written), spoken, reader.unknown, reader.notes)
    return Spoken(spoken, tuple(dict.fromkeys(reader.unknown)), notes)
