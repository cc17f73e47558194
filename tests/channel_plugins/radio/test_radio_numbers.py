"""Numbers in Vietnamese words."""

import pytest

from channel_plugins.radio.spoken.numbers import NORTH, ordinal, read, roman, spell_groups, words
from channel_plugins.radio.spoken.options import SpeechOptions

SOUTH = SpeechOptions(thousand="ngàn", zero_tens="lẻ")


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (0, "không"),
        (5, "năm"),
        (10, "mười"),
        (11, "mười một"),
        (14, "mười bốn"),
        (15, "mười lăm"),
        (20, "hai mươi"),
        (21, "hai mươi mốt"),
        (24, "hai mươi tư"),
        (25, "hai mươi lăm"),
        (100, "một trăm"),
        (101, "một trăm linh một"),
        (105, "một trăm linh năm"),
        (110, "một trăm mười"),
        (115, "một trăm mười lăm"),
        (121, "một trăm hai mươi mốt"),
        (1000, "một nghìn"),
        (1005, "một nghìn không trăm linh năm"),
        (1010, "một nghìn không trăm mười"),
        (1015, "một nghìn không trăm mười lăm"),
        (1100, "một nghìn một trăm"),
        (2024, "hai nghìn không trăm hai mươi tư"),
        (10015, "mười nghìn không trăm mười lăm"),
        (20021, "hai mươi nghìn không trăm hai mươi mốt"),
        (110010, "một trăm mười nghìn không trăm mười"),
        (1000000, "một triệu"),
        (1000005, "một triệu không trăm linh năm"),
        (1050000, "một triệu không trăm năm mươi nghìn"),
        (1500000, "một triệu năm trăm nghìn"),
        (1005000000, "một tỷ không trăm linh năm triệu"),
        (10**12, "một nghìn tỷ"),
        (-5, "âm năm"),
    ],
)
def test_whole_numbers(number: int, expected: str) -> None:
    assert words(number) == expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (105, "một trăm lẻ năm"),
        (1005, "một ngàn không trăm lẻ năm"),
        (1050000, "một triệu không trăm năm mươi ngàn"),
        (2026, "hai ngàn không trăm hai mươi sáu"),
    ],
)
def test_whole_numbers_as_the_south_says_them(number: int, expected: str) -> None:
    assert words(number, SOUTH) == expected


@pytest.mark.parametrize(
    ("number", "expected"), [(1, "thứ nhất"), (2, "thứ hai"), (4, "thứ tư"), (21, "thứ hai mươi mốt")]
)
def test_ordinals(number: int, expected: str) -> None:
    assert ordinal(number) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("1.250", "một nghìn hai trăm năm mươi"),
        ("1,5", "một phẩy năm"),
        ("0,5", "không phẩy năm"),
        ("2,05", "hai phẩy không năm"),
        ("86,8", "tám mươi sáu phẩy tám"),
        ("1.250,5", "một nghìn hai trăm năm mươi phẩy năm"),
        ("4.0", "bốn chấm không"),
        ("01", "một"),
        ("0071", "không không bảy một"),
    ],
)
def test_numbers_as_vietnamese_writes_them(written: str, expected: str) -> None:
    assert read(written, NORTH) == expected


def test_groups_of_digits_keep_the_groups_that_were_written() -> None:
    assert spell_groups("0912 345 678") == "không chín một hai, ba bốn năm, sáu bảy tám"
    assert spell_groups("0912345678", (4, 3, 3)) == "không chín một hai, ba bốn năm, sáu bảy tám"


@pytest.mark.parametrize(
    ("written", "expected"),
    [("I", 1), ("IV", 4), ("IX", 9), ("XIV", 14), ("XXI", 21), ("IIII", None), ("VX", None), ("MIX", None), ("", None)],
)
def test_roman_numerals(written: str, expected: int | None) -> None:
    assert roman(written) == expected
