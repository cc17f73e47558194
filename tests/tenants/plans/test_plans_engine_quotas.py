"""Targets read out of sentences, as offices write them."""

from __future__ import annotations

import pytest

from tenants.plans.quotas import suggest


@pytest.mark.parametrize(
    ("text", "count", "period", "subject"),
    [
        ("Mỗi tháng mỗi trường có 01 bài viết về gương người tốt việc tốt.", 1, "month", "role_model"),
        ("Hằng tháng xây dựng 02 (hai) tin, bài gửi về cổng thông tin", 2, "month", None),
        ("Đăng ít nhất 3 tin bài/tháng về hoạt động của trường", 3, "month", None),
        ("Mỗi học kỳ giới thiệu một tấm gương, một bài viết về điển hình tiên tiến", 1, "semester", "role_model"),
        ("Mỗi quý có 4 phóng sự", 4, "quarter", None),
        ("Mỗi năm học ba bài viết về phong trào đọc sách", 3, "year", None),
    ],
)
def test_a_sentence_with_a_number_and_a_period_is_a_target(
    text: str, count: int, period: str, subject: str | None
) -> None:
    assert suggest(text) == {"count": count, "period": period, "genre": None, "subject": subject}


@pytest.mark.parametrize(
    "text",
    ["Thường xuyên đăng tin, bài về hoạt động của trường.", "Có 20 bài viết trong năm 2025.", "Mỗi tháng họp một lần."],
)
def test_other_sentences_set_none(text: str) -> None:
    assert suggest(text) is None
