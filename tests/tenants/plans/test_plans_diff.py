"""The inherited text of a plan beside a school's own."""

import re
import unicodedata
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from tenants.plans.diff import Segment, condensed, field_diff, word_diff


def shown(old: str, new: str) -> str:
    """The difference as one line: [-removed-] and {+added+}."""
    marks = {"same": "%s", "removed": "[-%s-]", "added": "{+%s+}"}
    return "".join(marks[segment.kind] % segment.text for segment in word_diff(old, new))


def test_equal_texts_have_one_piece() -> None:
    assert word_diff("Mỗi tháng một bài", "Mỗi tháng một bài") == [Segment("same", "Mỗi tháng một bài")]


def test_two_spellings_of_the_same_letters_are_no_change() -> None:
    text = "Truyền thông về giáo dục"
    assert word_diff(unicodedata.normalize("NFD", text), text) == [Segment("same", text)]


def test_a_changed_word_is_marked_alone() -> None:
    assert shown("Mỗi tháng một bài viết", "Mỗi tháng hai bài viết") == "Mỗi tháng [-một-]{+hai+} bài viết"


def test_a_changed_tone_is_a_changed_word() -> None:
    assert shown("gương tốt", "gương tột") == "gương [-tốt-]{+tột+}"


def test_an_added_passage_is_one_piece() -> None:
    assert (
        shown("Đăng trên trang của trường.", "Đăng trên trang và bảng tin của trường.")
        == "Đăng trên trang {+và bảng tin +}của trường."
    )


def test_a_sign_does_not_mark_the_word_before_it() -> None:
    assert shown("báo cáo", "báo cáo;") == "báo cáo{+;+}"


def test_a_rewritten_passage_reads_as_one_change() -> None:
    assert shown("trước ngày 25 hằng tháng", "trước thứ sáu cuối tháng") == (
        "trước [-ngày 25 hằng-]{+thứ sáu cuối+} tháng"
    )


def test_line_ends_are_kept() -> None:
    assert shown("một\n\nhai", "một\n\nhai ba\n") == "một\n\nhai{+ ba\n+}"


def test_empty_texts() -> None:
    assert word_diff("", "") == []
    assert word_diff("", "mới") == [Segment("added", "mới")]
    assert word_diff("cũ", "") == [Segment("removed", "cũ")]


TEXTS = st.lists(st.sampled_from(["Mỗi", "tháng", "bài", " ", "  ", "\n", ",", "_", "2/9", "😀"]), max_size=25).map(
    "".join
)


@settings(deadline=None)
@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_from_the_difference(old: str, new: str) -> None:
    segments = word_diff(old, new)
    assert "".join(segment.text for segment in segments if segment.kind != "added") == old
    assert "".join(segment.text for segment in segments if segment.kind != "removed") == new
    assert all(one.kind != other.kind for one, other in pairwise(segments))
    assert not re.search("addedremoved", "".join(segment.kind for segment in segments))


def test_days_and_numbers_are_compared_whole() -> None:
    assert field_diff("due", "01/10/2026", "15/10/2026") == [
        Segment("removed", "01/10/2026"),
        Segment("added", "15/10/2026"),
    ]
    assert field_diff("quota", "", "2 / tháng") == [Segment("added", "2 / tháng")]
    assert field_diff("quota", "2 / tháng", "2 / tháng") == [Segment("same", "2 / tháng")]
    assert Segment("added", "hai") in field_diff("body", "Mỗi lớp một góc", "Mỗi lớp hai góc")


def test_a_line_of_a_list_shows_what_changed_and_the_words_beside_it() -> None:
    much = "lời không đổi " * 20
    pieces = condensed(word_diff(f"{much}năm ngày {much}", f"{much}bảy ngày {much}"))
    assert [piece.kind for piece in pieces] == ["same", "removed", "added", "same"]
    before, *_changed, behind = pieces
    assert before.text.startswith("… ") and before.text.endswith("không đổi ") and len(before.text) < 60
    assert behind.text.startswith(" ngày lời") and behind.text.endswith(" …")
    assert condensed([Segment("same", "Ngắn thôi.")]) == [Segment("same", "Ngắn thôi.")]
    assert condensed([Segment("same", much)])[0].text.startswith("lời không đổi")
    between = condensed([Segment("added", "a"), Segment("same", much), Segment("added", "b")])[1].text
    assert between.startswith("lời") and " … " in between and between.endswith("đổi ")
