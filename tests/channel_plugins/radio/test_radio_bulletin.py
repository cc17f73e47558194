"""A bulletin of several items: order, headlines, music, time, files."""

from __future__ import annotations

import io
import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from docx import Document

from channel_plugins.radio.bulletin import (
    Bulletin,
    Item,
    bulletin_data,
    check_bulletin,
    default_closing,
    default_greeting,
    item_seconds,
    write_bulletin,
)
from channel_plugins.radio.channel import RadioChannel
from channel_plugins.testing import sample_account, sample_post
from channel_plugins.types import Payload

AT = datetime(2026, 11, 23, 17, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
CHANNEL = RadioChannel()
UNIT = "Trường THCS Hoa Mai"


def account(**raw: object) -> object:
    return sample_account(CHANNEL, {"station": "Đài Truyền thanh xã Tân An", **raw})


def bulletin(*titles: str, cue: int = 5, speed: int = 180, **post: str) -> Bulletin:
    items = tuple(Item(sample_post(title=title, summary="", **post), cue) for title in titles)
    greeting = default_greeting(UNIT, AT, account())  # type: ignore[arg-type]
    closing = default_closing(UNIT, account())  # type: ignore[arg-type]
    return Bulletin("bt-1", "Bản tin tuần", UNIT, AT, greeting, closing, speed, items)


def cues(made: Bulletin, **raw: object) -> list[str]:
    return [line.cue for line in write_bulletin(made, account(**raw)).lines]  # type: ignore[arg-type]


@pytest.mark.parametrize(("hour", "part"), [(6, "sáng"), (11, "trưa"), (17, "chiều"), (19, "tối")])
def test_greeting_names_the_time_the_day_and_the_date(hour: int, part: str) -> None:
    said = default_greeting(UNIT, AT.replace(hour=hour), account(reader="Nguyễn Thị Mẫu"))  # type: ignore[arg-type]
    assert f"Bản tin phát {part} thứ Hai, ngày 23/11/2026. Người đọc: Nguyễn Thị Mẫu." in said


def test_two_items_with_music_between_and_none_after_the_last() -> None:
    assert [cue for cue in cues(bulletin("Tin một", "Tin hai")) if cue != "PHÁT THANH VIÊN"] == [
        "NHẠC HIỆU", "TIN 1", "NHẠC CẮT", "TIN 2", "NHẠC KẾT",
    ]  # fmt: skip


def test_headlines_come_first_from_three_items_on() -> None:
    script = write_bulletin(bulletin("Tin đỏ", "Tin xanh", "Tin vàng"), account())  # type: ignore[arg-type]
    words = script.spoken
    assert words.index("những tin chính") < words.index("Tin vàng") < words.index("Tin đỏ", words.index("Tin vàng"))
    assert "ĐIỂM TIN" not in cues(bulletin("Tin đỏ", "Tin xanh"))


def test_music_is_as_long_as_wished_and_counts() -> None:
    quiet = write_bulletin(bulletin("Tin một", "Tin hai", cue=0), account())  # type: ignore[arg-type]
    long = write_bulletin(bulletin("Tin một", "Tin hai", cue=20), account())  # type: ignore[arg-type]
    assert long.seconds - quiet.seconds == pytest.approx(20)
    assert "NHẠC CẮT" not in [line.cue for line in quiet.lines]


def test_notice_is_read_twice_inside_a_bulletin() -> None:
    script = write_bulletin(bulletin("Thông báo", genre="notice"), account())  # type: ignore[arg-type]
    assert script.spoken.count("khai giảng năm học mới") == 2


def test_time_follows_the_speed_and_is_the_sum_of_its_parts() -> None:
    made = bulletin("Tin một", "Tin hai")
    slow, fast = (write_bulletin(bulletin("Tin một", speed=speed), account()).seconds for speed in (160, 240))  # type: ignore[arg-type]
    assert slow > fast
    lengths = item_seconds(made, account())  # type: ignore[arg-type]
    script = write_bulletin(made, account())  # type: ignore[arg-type]
    rest = sum(line.seconds for line in script.lines if line.cue.startswith("NHẠC"))
    spoken = sum(line.seconds for line in script.lines if not line.cue.startswith("NHẠC"))
    assert script.seconds == pytest.approx(rest + spoken) and sum(lengths) < spoken


def test_more_than_the_slot_is_a_warning_and_an_empty_or_unreadable_bulletin_an_error() -> None:
    def found(made: Bulletin, **raw: object) -> dict[str, str]:
        own = account(**raw)
        problems = check_bulletin(made, write_bulletin(made, own), own)  # type: ignore[arg-type]
        return {problem.code: problem.severity for problem in problems}

    assert found(bulletin("Tin một", "Tin hai")) == {}
    assert found(bulletin("Tin một", body_text="Cô và trò cùng vui. " * 600)) == {"radio.too_long": "warning"}
    assert found(bulletin("Tin một", "Tin hai", "Tin ba"), bulletin_minutes=1) == {"radio.too_long": "warning"}
    assert found(bulletin())["radio.empty_bulletin"] == "error"
    assert found(bulletin("Đoàn XQZV về thăm"))["radio.unknown_abbreviation"] == "error"


def test_files_have_the_layout_of_a_script_and_no_figure_is_left_to_read() -> None:
    made = bulletin("Tin một", "Tin hai")
    data = bulletin_data(made, write_bulletin(made, account()), account())  # type: ignore[arg-type]
    word, plain = CHANNEL.files(Payload("radio", data))
    again, _plain = CHANNEL.files(Payload("radio", bulletin_data(made, write_bulletin(made, account()), account())))  # type: ignore[arg-type]
    assert word.data == again.data
    assert not re.search(r"\d", plain.data.decode())
    cover = {row.cells[0].text: row.cells[1].text for row in Document(io.BytesIO(word.data)).tables[0].rows}
    assert cover["Đề nghị phát ngày, giờ"] == "17:00, ngày 23/11/2026"
    assert cover["Nội dung"] == "1. Tin một\n2. Tin hai"
    assert word.filename.startswith("20261123_truong-thcs-hoa-mai_bt-1")
