"""The radio channel: what it checks, what it makes, what it hands over."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from marshmallow import ValidationError

from channel_plugins import Account, GiveUp, Payload, Post, Problem
from channel_plugins.radio.channel import RadioChannel
from channel_plugins.radio.script import clock, duration_range, seconds_for
from channel_plugins.radio.settings import parse_readings
from channel_plugins.testing import FakeHost, sample_account, sample_post
from channel_plugins.types import Sent

RADIO = RadioChannel()


def account(**raw: object) -> Account:
    return sample_account(RADIO, raw)


def problems(post: Post, **raw: object) -> dict[str, Problem]:
    return {problem.code: problem for problem in RADIO.check(post, account(**raw))}


def test_an_ordinary_post_is_accepted_without_a_word() -> None:
    assert problems(sample_post()) == {}


def test_unknown_abbreviations_are_an_error_that_names_them_and_the_place_to_settle_them() -> None:
    found = problems(sample_post(body_text="Nhóm QWX họp với KBT."))["radio.unknown_abbreviation"]
    assert found.severity == "error"
    assert "QWX, KBT" in found.sentence
    assert "Cách đọc riêng" in found.sentence
    assert "QWX = cách đọc" in found.sentence


def test_an_own_reading_settles_it() -> None:
    found = problems(sample_post(body_text="Nhóm QWX họp."), readings="QWX = quy vê ích")
    assert "radio.unknown_abbreviation" not in found


def test_too_long_for_the_slot_is_a_warning_with_both_durations() -> None:
    post = sample_post(body_text="Cô và trò cùng vui. " * 60)
    found = problems(post, slot_minutes=1)["radio.too_long"]
    assert found.severity == "warning"
    assert "1 phút" in found.sentence
    assert "radio.too_long" not in problems(post, slot_minutes=10)


def test_a_pupil_named_with_class_is_a_warning() -> None:
    found = problems(sample_post(body_text="Tuyên dương em Trần Minh Mẫu, lớp 5A vì nhặt được của rơi."))
    assert found["radio.pupil_name"].severity == "warning"
    assert "radio.pupil_name" not in problems(sample_post(body_text="Các em học sinh lớp 5A vui chơi."))


def test_the_script_greets_reads_and_says_goodbye_with_music_around() -> None:
    payload = RADIO.render(sample_post(), account(station="Đài xã Tân An", reader="Lê Thị Đọc"))
    lines = payload.data["lines"]
    assert (lines[0]["cue"], lines[-1]["cue"]) == ("NHẠC HIỆU", "NHẠC KẾT")
    said = [line["text"] for line in lines if line["text"]]
    assert "Trường trung học cơ sở Hoa Mai" in said[0]
    assert "ngày mùng năm tháng chín năm hai nghìn không trăm hai mươi sáu" in said[0]
    assert "Người đọc: Lê Thị Đọc." in said[0]
    assert said[1] == "Khai giảng năm học mới."
    assert "một nghìn hai trăm năm mươi học sinh" in payload.data["spoken"]
    assert payload.data["cover"]["station"] == "Đài xã Tân An"


def test_cues_can_be_left_out() -> None:
    payload = RADIO.render(sample_post(), account(include_cues=False))
    assert {line["cue"] for line in payload.data["lines"]} == {"PHÁT THANH VIÊN"}


def test_a_notice_is_read_twice() -> None:
    spoken = RADIO.render(sample_post(genre="notice"), account()).data["spoken"]
    assert "Xin nhắc lại thông báo." in spoken
    assert spoken.count("một nghìn hai trăm năm mươi học sinh") == 2


def test_a_post_with_html_only_is_read_too() -> None:
    post = sample_post(body_text="", body_html="<p>Trời <b>đẹp</b></p><table><tr><td>bảng</td></tr></table><p>Vui</p>")
    spoken = RADIO.render(post, account()).data["spoken"]
    assert "Trời đẹp.\nVui." in spoken
    assert "bảng" not in spoken.lower()


def test_the_south_is_heard_everywhere() -> None:
    payload = RADIO.render(sample_post(body_text="Có 1.005 em."), account(thousand="ngàn", zero_tens="lẻ"))
    assert "một ngàn không trăm lẻ năm em" in payload.data["spoken"].lower()
    assert "hai ngàn không trăm hai mươi sáu" in payload.data["spoken"]


def test_reading_time_follows_the_speed_and_is_a_range() -> None:
    text = "một " * 180
    assert seconds_for(text, 180) == pytest.approx(61.0)
    assert seconds_for(text, 240) < seconds_for(text, 180)
    assert duration_range(100.0) == (90, 110)
    payload = RADIO.render(sample_post(), account())
    total = sum(line["seconds"] for line in payload.data["lines"])
    assert payload.data["seconds"] == pytest.approx(total, abs=0.1)
    assert payload.data["seconds_range"] == (round(total * 0.9), round(total * 1.1))


@pytest.mark.parametrize(("seconds", "expected"), [(45, "45 giây"), (65, "1 phút 05 giây"), (600, "10 phút 00 giây")])
def test_durations_are_said_plainly(seconds: float, expected: str) -> None:
    assert clock(seconds) == expected


def test_publishing_hands_over_files_and_has_no_address() -> None:
    payload = RADIO.render(sample_post(), account())
    receipt = RADIO.publish(payload, "k-7", account(), FakeHost())
    assert receipt.remote_id == "k-7"
    assert receipt.url is None
    assert receipt.detail["files"] == tuple(item.filename for item in RADIO.files(payload))
    found = RADIO.look_up("k-7", account(), Sent(payload, datetime(2026, 9, 5, tzinfo=UTC)))
    assert found.receipt == receipt


def test_a_script_nobody_can_read_is_not_handed_over() -> None:
    payload = RADIO.render(sample_post(body_text="Nhóm QWX họp."), account())
    with pytest.raises(GiveUp, match="chữ viết tắt"):
        RADIO.publish(payload, "k-7", account(), FakeHost())


def test_a_correction_is_a_new_version_of_the_same_delivery() -> None:
    first = RADIO.publish(RADIO.render(sample_post(), account()), "k-7", account(), FakeHost())
    changed = RADIO.render(sample_post(title="Khai giảng năm học 2026-2027"), account())
    second = RADIO.edit(first, changed, account(), FakeHost())
    assert second.remote_id == first.remote_id
    assert second.detail["text_hash"] != first.detail["text_hash"]


def test_a_broadcast_cannot_be_taken_back_by_the_program() -> None:
    receipt = RADIO.publish(RADIO.render(sample_post(), account()), "k-7", account(), FakeHost())
    with pytest.raises(GiveUp, match="báo người phụ trách"):
        RADIO.retract(receipt, account())


def test_preview_shows_the_words_escaped_and_the_duration() -> None:
    post = replace(sample_post(), title="Vui <b>thật</b>")
    preview = RADIO.preview(Payload.from_json(RADIO.render(post, account()).to_json()))
    assert "<b>" not in preview.content
    assert "Thời lượng khoảng" in preview.notes[0]


def test_own_readings_are_lines() -> None:
    assert parse_readings("ABC = a bờ cờ\n\n# ghi chú\nGD&ĐT = ngành giáo dục") == {
        "ABC": "a bờ cờ",
        "GD&ĐT": "ngành giáo dục",
    }


@pytest.mark.parametrize("written", ["ABC", "ABC = ", "= a bờ", "ABC = 123", "ABC = a = b", "ABC = a/b"])
def test_a_line_that_is_no_reading_is_refused_with_its_number(written: str) -> None:
    with pytest.raises(ValidationError) as refused:
        RADIO.load_settings({"readings": f"GV = thầy cô\n{written}"})
    assert "Dòng 2" in str(refused.value.messages["readings"])


@pytest.mark.parametrize("speed", [159, 241, "nhanh"])
def test_speeds_outside_the_range_are_refused(speed: object) -> None:
    with pytest.raises(ValidationError):
        RADIO.load_settings({"speed": speed})
