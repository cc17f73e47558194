"""What holds for every text that is made ready to be read out."""

import re
import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channel_plugins.radio.spoken import speak
from channel_plugins.radio.spoken.syllables import count_syllables, is_syllable

ARTICLE = """KẾ HOẠCH SỐ 15: TUẦN LỄ AN TOÀN GIAO THÔNG
I. MỤC ĐÍCH
- Sáng 05/9/2026 (thứ 7), lúc 7h30, Trường TH&THCS Hoa Mai, xã Tân An phối hợp với CA xã, ĐTN, PHHS phát động.
1. Thành phần: BGH, 45 CBGVNV, 1.250 HS từ lớp 1A đến 9A3; kinh phí 15tr (đã có 50%).
2. Thực hiện theo KH số 15/KH-UBND ngày 01/9/2026 và Thông tư số 22/2021/TT-BGDĐT.
Chi tiết: https://hoamai.edu.vn/tin?id=5, ĐT: 0912.345.678, email: lienhe@hoamai.edu.vn./.
"""
SNIPPETS = [
    *("20/11", "05/9/2026", "7h30", "2-3", "86,8%", "1.250", "12A1", "II", "UBND", "GD&ĐT", "(CBQL)", "129/KH-MNHM"),
    *(
        "50k",
        "-",
        "&",
        "/",
        "...",
        "lớp",
        "ngày",
        "từ",
        "số",
        "XYZ",
        "đ/c",
        "🎉",
        "http://a.vn/x",
        "a@b.vn",
        "°C",
        "m2",
    ),
    *("0912345678", "TT", ",", ".", "“", "”", "2025-2026", "½", "'", "tháng", "HKII", "thứ 4", "\n"),
]


def _speakable(text: str) -> bool:
    return all(c.isalpha() or unicodedata.category(c)[0] == "M" or c in " \n.,;:!?" for c in text)


def test_a_whole_article_becomes_words_only() -> None:
    spoken = speak(ARTICLE)
    assert _speakable(spoken.text)
    assert spoken.unknown == ("CA",)
    assert "Kế hoạch số mười lăm: tuần lễ an toàn giao thông." in spoken.text
    assert "kế hoạch số mười lăm ngày mùng một tháng chín" in spoken.text
    assert "Một. Mục đích." in spoken.text
    assert "hoamai" not in spoken.text


def test_paragraphs_stay_paragraphs_and_sentences_begin_with_a_capital() -> None:
    assert speak("sáng nay. trời đẹp\n\n  chiều nay mưa").text == "Sáng nay. Trời đẹp.\nChiều nay mưa."


def test_text_taken_apart_comes_out_in_normal_form() -> None:
    decomposed = unicodedata.normalize("NFD", "Trường mầm non ở xã Đồng Tiến")
    assert speak(decomposed).text == "Trường mầm non ở xã Đồng Tiến."


def test_spoken_text_is_not_changed_by_speaking_it_again() -> None:
    once = speak(ARTICLE.replace("CA xã", "công an xã")).text
    assert speak(once).text == once


@given(st.lists(st.sampled_from(SNIPPETS), max_size=12), st.sampled_from([" ", ""]))
@settings(max_examples=150, deadline=None)
def test_any_mixture_gives_letters_blanks_and_sentence_marks(parts: list[str], joint: str) -> None:
    spoken = speak(joint.join(parts))
    assert _speakable(_without(spoken.text, spoken.unknown))


def _without(text: str, unknown: tuple[str, ...]) -> str:
    for token in sorted(unknown, key=len, reverse=True):
        text = text.replace(token, "")
    return text


@given(st.text(max_size=200))
@settings(max_examples=150, deadline=None)
def test_any_text_at_all_is_taken(text: str) -> None:
    assert not re.search(r"[0-9/&()\[\]%]", speak(text).text)


@pytest.mark.parametrize("token", ["(", "a", "1", "1/", "A.B", "- ", "ABC ", "a@", "từ ngày ", "0 "])
def test_time_grows_with_length_only(token: str) -> None:
    started = time.monotonic()
    speak(token * (40_000 // len(token)))
    assert time.monotonic() - started < 20


def test_links_are_noted_and_pointing_words_too() -> None:
    notes = " ".join(speak("Xem chi tiết tại https://hoamai.edu.vn").notes)
    assert "https://hoamai.edu.vn" in notes
    assert "không có nghĩa với người nghe đài" in notes


def test_very_long_sentences_are_noted() -> None:
    assert "câu dài" in " ".join(speak("vui " * 60).notes)
    assert speak("Các em vui chơi.").notes == ()


def test_foreign_words_are_noted() -> None:
    assert "Microsoft" in " ".join(speak("học Microsoft Word").notes)


@pytest.mark.parametrize(
    "word", ["trường", "nghiêng", "quyển", "khuya", "giếng", "ý", "hoa", "AN", "gì", "oanh", "đuổi"]
)
def test_syllables(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize("word", ["UBND", "NASA", "STEM", "THCS", "KHC", "VEX", "HS", "ceo", "ngi", "school"])
def test_not_syllables(word: str) -> None:
    assert not is_syllable(word)


def test_syllables_are_counted_as_they_are_said() -> None:
    assert count_syllables("Ngày hai mươi, tháng mười một.") == 6
