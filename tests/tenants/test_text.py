"""Vietnamese text, dates and numbers."""

import random
import unicodedata
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from tenants.text import (
    excerpt,
    fold,
    format_date,
    format_datetime,
    format_number,
    highlight,
    name_sort_key,
    nfc,
    school_year,
    slugify,
)


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Đại hội", "dai hoi"),
        ("QUYẾT ĐỊNH", "quyet dinh"),
        ("hoà", "hòa"),
        ("uỷ ban", "ủy ban"),
        ("Lễ hội mùa xuân đặc sắc", "le hoi mua xuan dac sac"),
        (unicodedata.normalize("NFD", "Trường Tiểu học"), "Trường Tiểu học"),
        ("QÐ", "QĐ"),
    ],
)
def test_search_finds_text_with_or_without_marks(written: str, typed: str) -> None:
    assert fold(written) == fold(typed)


def test_folding_keeps_different_words_apart() -> None:
    assert fold("trường") != fold("trương trình")
    assert fold("lớp 4A1") == "lop 4a1"


def test_text_is_composed() -> None:
    assert nfc(unicodedata.normalize("NFD", "Sở Giáo dục")) == "Sở Giáo dục"


def test_people_are_sorted_by_given_name_then_family_name() -> None:
    assert name_sort_key("Vũ Thị An") < name_sort_key("Bùi Văn Bình")
    names = ["Lê Thị Hoa", "Đỗ Thị Hoa", "Dương Thị Hoa", "Âu Thị Hoa", "An Thị Hoa"]
    names.sort(key=name_sort_key)
    assert names == ["An Thị Hoa", "Âu Thị Hoa", "Dương Thị Hoa", "Đỗ Thị Hoa", "Lê Thị Hoa"]


def test_given_names_follow_the_vietnamese_alphabet() -> None:
    given = ["An", "Anh", "Ăn", "Ân", "Bình", "Dũng", "Đạt", "Hoa", "Lan", "Oanh", "Ổn", "Ơn", "Uyên", "Ưng"]
    shuffled = given.copy()
    random.Random(5).shuffle(shuffled)
    assert sorted(shuffled, key=lambda name: name_sort_key(f"Nguyễn {name}")) == given


def test_tones_decide_after_letters() -> None:
    tones = ["Ma", "Mà", "Mả", "Mã", "Má", "Mạ", "Mai"]
    assert sorted({*tones}, key=name_sort_key) == tones


def test_spelling_schools_case_and_normal_forms_sort_alike() -> None:
    assert name_sort_key("Lê Hoà") == name_sort_key("LÊ HÒA")
    assert name_sort_key("Lê Hoà") == name_sort_key(unicodedata.normalize("NFD", "Lê Hoà"))


def test_the_sort_key_is_digits_only() -> None:
    assert name_sort_key("Nguyễn Thị Ánh (B) 2 Ж").isdecimal()
    assert name_sort_key("") == ""


def test_addresses_are_plain_words() -> None:
    title = "  Lễ khai giảng năm học 2026–2027: “Đẹp & vui”! "
    assert slugify(title) == "le-khai-giang-nam-hoc-2026-2027-dep-vui"


def test_long_addresses_are_cut_between_words() -> None:
    assert slugify("mot hai ba bon", max_length=10) == "mot-hai-ba"
    assert slugify("mot hai ba bon", max_length=9) == "mot-hai"
    assert slugify("a" * 20, max_length=8) == "a" * 8


def test_a_title_of_signs_still_gets_an_address() -> None:
    assert slugify("!!! ***") == "muc"
    assert slugify("???", default="tin") == "tin"


def test_found_words_are_marked_in_the_original_spelling() -> None:
    assert highlight("Học sinh lớp 5 học bơi", "hoc") == [
        ("Học", True),
        (" sinh lớp 5 ", False),
        ("học", True),
        (" bơi", False),
    ]


def test_words_that_only_begin_alike_are_not_marked() -> None:
    assert highlight("Trường trườngca", "truong") == [("Trường", True), (" trườngca", False)]


def test_marking_keeps_the_whole_text() -> None:
    text = unicodedata.normalize("NFD", "“Gương” người_tốt,\n việc tốt <b>…")
    pieces = highlight(text, "guong viec TỐT")
    assert "".join(piece for piece, _ in pieces) == nfc(text)
    assert [piece for piece, marked in pieces if marked] == ["Gương", "tốt", "việc", "tốt"]


def test_nothing_is_marked_without_a_query() -> None:
    assert highlight("Tin tức", " - ") == [("Tin tức", False)]
    assert highlight("", "tin") == []


def test_an_excerpt_shows_the_passage_with_most_query_words() -> None:
    text = "Khai mạc. " + "Phần đầu dài dòng. " * 20 + "Lễ khai giảng năm nay rất vui. " + "Phần kết. " * 20
    shown = excerpt(text, "khai giang", 80)
    assert "Lễ khai giảng năm nay" in shown
    assert shown.startswith("… ") and shown.endswith(" …")
    assert len(shown) <= 80 + 4


def test_an_excerpt_without_match_is_the_beginning_and_keeps_words_whole() -> None:
    text = "Nhà trường tổ chức ngày hội đọc sách cho học sinh toàn trường"
    assert excerpt(text, "bóng đá", 25) == "Nhà trường tổ chức ngày …"
    assert excerpt("Ngắn \n gọn", "x", 25) == "Ngắn gọn"


def test_an_excerpt_at_the_end_of_the_text_keeps_the_match() -> None:
    text = "mở đầu " * 40 + "kết thúc"
    assert excerpt(text, "thuc", 30).endswith("kết thúc")


def test_an_excerpt_of_one_endless_word_is_cut() -> None:
    assert len(excerpt("a" * 500, "b", 40)) <= 44


def test_dates_are_day_first() -> None:
    assert format_date(date(2026, 9, 5)) == "05/09/2026"


def test_moments_are_shown_on_local_clocks() -> None:
    tz = ZoneInfo("Asia/Ho_Chi_Minh")
    assert format_datetime(datetime(2026, 11, 19, 17, 5, tzinfo=UTC), tz) == "00:05 20/11/2026"


def test_a_moment_without_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        format_datetime(datetime(2026, 11, 19, 17, 5), UTC)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [
        (1234.5, None, "1.234,5"),
        (1234567, None, "1.234.567"),
        (0, None, "0"),
        (-1234, None, "-1.234"),
        (Decimal("86.80"), None, "86,8"),
        (100.0, None, "100"),
        (Decimal("1E+3"), None, "1.000"),
        (2.345, 2, "2,35"),
        (7, 1, "7,0"),
        (-0.01, 1, "0,0"),
    ],
)
def test_numbers_have_dots_for_thousands_and_a_comma(value: float, decimals: int | None, shown: str) -> None:
    assert format_number(value, decimals) == shown


def test_numbers_that_are_none_are_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        format_number(float("nan"))


def test_a_school_year_starts_in_august() -> None:
    assert school_year(date(2026, 7, 31)) == "2025-2026"
    assert school_year(date(2026, 8, 1)) == "2026-2027"
    assert school_year(date(2027, 1, 1)) == "2026-2027"
