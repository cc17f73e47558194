"""From a post to the lines of a script. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from channel_plugins.text import plain_text
from channel_plugins.types import Account, Post

from .settings import CLOSING, GREETING, speech_options
from .spoken import SpeechOptions, speak
from .spoken.dates import date_words
from .spoken.syllables import count_syllables

READER = "PHÁT THANH VIÊN"
#: Seconds of each cue; the middle of the usual range.
CUES = {"NHẠC HIỆU": 10, "NHẠC CẮT": 5, "NHẠC KẾT": 8}
#: Seconds of silence after a comma, a sentence, a paragraph.
PAUSES = (0.2, 0.5, 1.0)
#: The estimate is shown as a range of this much on either side.
TOLERANCE = 0.10
NOTICE_GENRES = frozenset({"notice", "announcement", "thong_bao", "thông báo"})


@dataclass(frozen=True)
class Line:
    """One line of the script: who or what, the words, the seconds it takes. A music cue has no words."""

    cue: str
    text: str
    seconds: float


@dataclass(frozen=True)
class Script:
    """A whole script: its lines, what has no reading, and notes for the writer."""

    lines: tuple[Line, ...]
    unknown: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def seconds(self) -> float:
        """Estimated seconds from the first note of the tune to the last."""
        return sum(line.seconds for line in self.lines)

    @property
    def spoken(self) -> str:
        """What is said, a paragraph a line."""
        return "\n".join(line.text for line in self.lines if line.text)

    @property
    def data(self) -> dict[str, Any]:
        """The script as a payload keeps it: lines with their seconds, spoken text, what has no reading, notes."""
        return {
            "lines": [{"cue": line.cue, "text": line.text, "seconds": line.seconds} for line in self.lines],
            "seconds": round(self.seconds, 1),
            "seconds_range": list(duration_range(self.seconds)),
            "spoken": self.spoken,
            "unknown": list(self.unknown),
            "notes": list(self.notes),
        }


def seconds_for(text: str, speed: int) -> float:
    """Return the estimated seconds to read `text`, already rewritten, at `speed` syllables a minute, with pauses."""
    commas = len(re.findall(r"[,;:]", text))
    sentences = len(re.findall(r"[.!?](?:\s|$)", text))
    silence = commas * PAUSES[0] + sentences * PAUSES[1] + PAUSES[2]
    return round(count_syllables(text) * 60 / speed + silence, 1)


def duration_range(seconds: float) -> tuple[int, int]:
    """Return the shortest and the longest likely duration in whole seconds."""
    return round(seconds * (1 - TOLERANCE)), round(seconds * (1 + TOLERANCE))


def clock(seconds: float) -> str:
    """Return seconds as "3 phút 05 giây" or "45 giây"."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} phút {rest:02d} giây" if minutes else f"{rest} giây"


def range_words(seconds: float) -> str:
    """Return the duration as a range: "khoảng 1 phút 50 giây đến 2 phút 14 giây"."""
    least, most = duration_range(seconds)
    return f"khoảng {clock(least)} đến {clock(most)}"


class Writer:
    """Collects spoken lines, what nobody can read and the notes."""

    def __init__(self, options: SpeechOptions, speed: int) -> None:
        self.options, self.speed = options, speed
        self.lines: list[Line] = []
        self.unknown: list[str] = []
        self.notes: list[str] = []

    def say(self, written: str, cue: str = READER) -> None:
        """Add what is written, as it is spoken; `cue` stands beside its first line."""
        spoken = speak(written, self.options)
        self.unknown += spoken.unknown
        self.notes += spoken.notes
        for text in spoken.text.split("\n"):
            if text:
                self.lines.append(Line(cue, text, seconds_for(text, self.speed)))
                cue = READER

    def play(self, cue: str, seconds: int | None = None) -> None:
        """Add music of the usual length, or of `seconds`."""
        self.lines.append(Line(cue, "", float(CUES[cue] if seconds is None else seconds)))

    def tell(self, post: Post, *, cues: bool, cue: str = READER) -> None:
        """Add one item: headline, lead, body. A notice is read twice, as stations do."""
        body = post.body_text if post.body_text.strip() else plain_text(post.body_html)
        self.say(post.title, cue)
        if post.summary.strip() and post.summary.strip() not in body:
            self.say(post.summary)
        self.say(body)
        if post.genre.lower() in NOTICE_GENRES:
            if cues:
                self.play("NHẠC CẮT")
            self.say("Xin nhắc lại thông báo.")
            self.say(body)

    def script(self) -> Script:
        """Return what was collected."""
        unknown, notes = tuple(dict.fromkeys(self.unknown)), tuple(dict.fromkeys(self.notes))
        return Script(tuple(self.lines), unknown, notes)


def filled(template: str, unit: str) -> str:
    """Return a greeting or closing with the name of the unit in it."""
    return template.replace("{unit}", unit)


def _greeting(post: Post, settings: Mapping[str, Any], options: SpeechOptions) -> str:
    greeting = filled(str(settings.get("greeting") or GREETING), post.unit_name)
    day = date_words(post.issued_on.day, post.issued_on.month, post.issued_on.year, options)
    reader = str(settings.get("reader", "")).strip()
    said_by = f" Người đọc: {reader}." if reader else ""
    return f"{greeting} Hôm nay, {day}.{said_by}"


def write_script(post: Post, account: Account) -> Script:
    """Return the script of `post` for this account: cues, greeting, headline, lead, body, closing.

    A notice is read twice, as stations do.
    """
    settings = account.settings
    options = speech_options(settings)
    speed = int(settings.get("speed", 180))
    cues = bool(settings.get("include_cues", True))
    writer = Writer(options, speed)
    if cues:
        writer.play("NHẠC HIỆU")
    writer.say(_greeting(post, settings, options))
    writer.tell(post, cues=cues)
    writer.say(filled(str(settings.get("closing") or CLOSING), post.unit_name))
    if cues:
        writer.play("NHẠC KẾT")
    return writer.script()
