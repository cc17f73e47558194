"""Settings of the radio channel."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError

from channel_plugins.settings import ChannelSettings, choice_field, flag_field, number_field, text_field

from .spoken import SpeechOptions

GREETING = "Kính thưa quý vị và các bạn! Mời quý vị và các bạn nghe bản tin của {unit}."
CLOSING = "Bản tin của {unit} đến đây là hết. Cảm ơn quý vị và các bạn đã lắng nghe."

_LINE = re.compile(r"\s*(?P<name>[^=\n]{1,40}?)\s*=\s*(?P<words>[^=\n]+?)\s*")


def parse_readings(written: str) -> dict[str, str]:
    """Return the unit's own readings, one "ABC = cách đọc" a line; empty lines and lines with # are left out.

    Raises:
        ValueError: a line is no reading, or the reading is not made of words; its text is a Vietnamese sentence.
    """
    found: dict[str, str] = {}
    for number, line in enumerate(written.splitlines(), start=1):
        if not line.strip() or line.strip().startswith("#"):
            continue
        match = _LINE.fullmatch(line)
        if not match:
            raise ValueError(f"Dòng {number} chưa đúng dạng. Thầy cô viết: chữ viết tắt, dấu =, cách đọc.")
        if not re.fullmatch(r"[^\W\d_]+(?:[ ,'-]+[^\W\d_]+)*", match["words"]):
            raise ValueError(f"Dòng {number}: cách đọc chỉ gồm chữ cái và khoảng trắng, không có số hay ký hiệu.")
        found[match["name"]] = match["words"]
    return found


def _readings_rule(written: str) -> None:
    try:
        parse_readings(written)
    except ValueError as error:
        raise ValidationError(str(error)) from error


class RadioSettings(ChannelSettings):
    """What a unit may choose for its radio scripts."""

    station = text_field(
        "Tên đài", "Tên đài truyền thanh nhận bản tin, in trên phiếu.", "Đài Truyền thanh xã Tân An", longest=120
    )
    greeting = text_field(
        "Lời chào đầu bản tin",
        "Chữ {unit} được thay bằng tên đơn vị.",
        GREETING,
        default=GREETING,
        longest=500,
        lines=True,
    )
    closing = text_field(
        "Lời chào kết", "Chữ {unit} được thay bằng tên đơn vị.", CLOSING, default=CLOSING, longest=500, lines=True
    )
    reader = text_field("Người đọc", "Họ tên phát thanh viên; để trống nếu đài cử người.", "Nguyễn Thị Mẫu", longest=80)
    speed = number_field("Tốc độ đọc (tiếng/phút)", "Loa ngoài trời nên khoảng 180.", default=180, least=160, most=240)
    slot_minutes = number_field(
        "Thời lượng của đài (phút)", "Bản tin dài hơn sẽ được nhắc.", default=5, least=1, most=60
    )
    bulletin_minutes = number_field(
        "Một buổi phát tối đa (phút)", "Bản tin ghép nhiều bài dài hơn sẽ được nhắc.", default=15, least=1, most=60
    )
    thousand = choice_field(
        "Đọc số nghìn",
        "Cách nói của địa phương.",
        (("nghìn", "nghìn (miền Bắc)"), ("ngàn", "ngàn (miền Nam)")),
        default="nghìn",
    )
    zero_tens = choice_field(
        "Đọc số 105",
        "Cách nói của địa phương.",
        (("linh", "một trăm linh năm"), ("lẻ", "một trăm lẻ năm")),
        default="linh",
    )
    readings = text_field(
        "Cách đọc riêng",
        "Mỗi dòng một chữ viết tắt: ABC = cách đọc. Cách đọc ở đây được ưu tiên.",
        "CLB = câu lạc bộ",
        longest=8000,
        lines=True,
        check=_readings_rule,
    )
    include_cues = flag_field(
        "Ghi hiệu lệnh nhạc", "In các dòng nhạc hiệu, nhạc cắt, nhạc kết trong kịch bản.", default=True
    )


def speech_options(settings: Mapping[str, Any]) -> SpeechOptions:
    """Return how this account wants its texts read."""
    return SpeechOptions(
        thousand=str(settings.get("thousand", "nghìn")),
        zero_tens=str(settings.get("zero_tens", "linh")),
        readings=parse_readings(str(settings.get("readings", ""))),
    )
