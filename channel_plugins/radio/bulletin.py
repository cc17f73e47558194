"""Several posts in one broadcast: greeting, headlines, items with music between them, closing. Pure.

The order of the blocks follows what stations do; no official form was found. The outcome has the parts of a single
script's payload, so the same cover sheet, table and speech-ready text are made from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from channel_plugins.text import nfc, slug
from channel_plugins.types import Account, Post, Problem

from .script import Script, Writer, duration_range, filled, range_words
from .settings import CLOSING, GREETING, speech_options

HEADLINES_FROM = 3
"""Items from which the headlines are read first (điểm tin)."""
CUE_SECONDS = 5
MOST_CUE_SECONDS = 60
SLOWEST, FASTEST = 160, 240
_WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
_PARTS_OF_DAY = ((11, "sáng"), (14, "trưa"), (18, "chiều"), (24, "tối"))


@dataclass(frozen=True)
class Item:
    """One post of a bulletin, and the seconds of music after it (0: none)."""

    post: Post
    cue_seconds: int = CUE_SECONDS


@dataclass(frozen=True)
class Bulletin:
    """What is read in one broadcast. `at` is its time on the station's clocks, `speed` in syllables a minute."""

    key: str
    title: str
    unit_name: str
    at: datetime
    greeting: str
    closing: str
    speed: int
    items: tuple[Item, ...]


def default_greeting(unit_name: str, at: datetime, account: Account) -> str:
    """Return the account's greeting with the part of the day, the weekday and the date of the broadcast."""
    greeting = filled(str(account.settings.get("greeting") or GREETING), unit_name)
    reader = str(account.settings.get("reader", "")).strip()
    part = next(name for hour, name in _PARTS_OF_DAY if at.hour < hour)
    said_by = f" Người đọc: {reader}." if reader else ""
    return f"{greeting} Bản tin phát {part} {_WEEKDAYS[at.weekday()]}, ngày {at:%d/%m/%Y}.{said_by}"


def default_closing(unit_name: str, account: Account) -> str:
    """Return the account's closing words."""
    return filled(str(account.settings.get("closing") or CLOSING), unit_name)


def write_bulletin(bulletin: Bulletin, account: Account) -> Script:
    """Return the script of a bulletin for this account: cues, greeting, headlines, items, closing."""
    settings = account.settings
    cues = bool(settings.get("include_cues", True))
    writer = Writer(speech_options(settings), bulletin.speed)
    if cues:
        writer.play("NHẠC HIỆU")
    writer.say(bulletin.greeting)
    if len(bulletin.items) >= HEADLINES_FROM:
        writer.say("Sau đây là những tin chính.", "ĐIỂM TIN")
        for item in bulletin.items:
            writer.say(item.post.title)
    for number, item in enumerate(bulletin.items, start=1):
        writer.tell(item.post, cues=cues, cue=f"TIN {number}")
        if item.cue_seconds and number < len(bulletin.items):
            writer.play("NHẠC CẮT", item.cue_seconds)
    writer.say(bulletin.closing)
    if cues:
        writer.play("NHẠC KẾT")
    return writer.script()


def item_seconds(bulletin: Bulletin, account: Account) -> list[float]:
    """Return how long each item takes, in seconds, without the music after it."""
    lengths = []
    for item in bulletin.items:
        writer = Writer(speech_options(account.settings), bulletin.speed)
        writer.tell(item.post, cues=bool(account.settings.get("include_cues", True)))
        lengths.append(writer.script().seconds)
    return lengths


def check_bulletin(bulletin: Bulletin, script: Script, account: Account) -> list[Problem]:
    """Return what hinders the hand-over (errors) and what somebody should think about (warnings)."""
    found: list[Problem] = []
    if not bulletin.items:
        found.append(
            Problem("radio.empty_bulletin", "Bản tin chưa có bài nào. Thầy cô chọn ít nhất một bài đã duyệt.", "items")
        )
    if script.unknown:
        sentence = (
            f"Chưa biết cách đọc: {', '.join(script.unknown[:20])}. Thầy cô vào Cài đặt kênh Bản tin phát thanh, mục "
            f"Cách đọc riêng, thêm dòng: {script.unknown[0]} = cách đọc; chữ ở lời chào thì sửa ngay trong bản tin."
        )
        found.append(Problem("radio.unknown_abbreviation", sentence, "items"))
    most = int(account.settings.get("bulletin_minutes", 15))
    if duration_range(script.seconds)[1] > most * 60:
        sentence = (
            f"Bản tin dài {range_words(script.seconds)}, quá {most} phút của một buổi phát. Thầy cô bớt bài, rút ngắn "
            "nhạc cắt, hoặc xin đài thêm thời lượng."
        )
        found.append(Problem("radio.too_long", sentence, "items", "warning"))
    found += [Problem("radio.note", note, "items", "warning") for note in script.notes]
    return found


def bulletin_data(bulletin: Bulletin, script: Script, account: Account) -> dict[str, Any]:
    """Return the data of the payload: cover sheet, lines with their seconds, spoken text."""
    authors = dict.fromkeys(item.post.author_name for item in bulletin.items if item.post.author_name)
    unit = slug(bulletin.unit_name, 40) or "don-vi"
    data = {
        "file_stem": f"{bulletin.at:%Y%m%d}_{unit}_{slug(bulletin.key, 40) or 'ban-tin'}",
        "cover": {
            "station": account.settings.get("station", ""),
            "unit": bulletin.unit_name,
            "title": bulletin.title.strip(),
            "genre": f"bản tin, {len(bulletin.items)} bài",
            "author": ", ".join(authors),
            "reader": account.settings.get("reader", ""),
            "date": f"{bulletin.at:%d/%m/%Y}",
            "duration": range_words(script.seconds),
            "reference": bulletin.key,
            "broadcast": f"{bulletin.at:%H:%M, ngày %d/%m/%Y}",
            "contents": "\n".join(f"{n}. {item.post.title}" for n, item in enumerate(bulletin.items, start=1)),
        },
        **script.data,
    }
    whole: dict[str, Any] = nfc(data)
    return whole


__all__ = [
    "CUE_SECONDS",
    "FASTEST",
    "MOST_CUE_SECONDS",
    "SLOWEST",
    "Bulletin",
    "Item",
    "bulletin_data",
    "check_bulletin",
    "default_closing",
    "default_greeting",
    "item_seconds",
    "write_bulletin",
]
