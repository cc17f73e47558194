"""What a person is told to look at."""

from __future__ import annotations

import pytest

from tenants.plans.importer import read_plan_text

HEAD = "UBND XÃ HOA LƯ\nTRƯỜNG MN HOA MAI\nSố: 9/KH-MNHM\nHoa Lư, ngày 20 tháng 9 năm 2025\nKẾ HOẠCH\n"
TITLE = "Truyền thông năm học 2025-2026\n\n"
INTRODUCTION = "Trường MN Hoa Mai xây dựng kế hoạch năm học 2025-2026 như sau:\n"
BODY = "I. NỘI DUNG\n1. Một.\nII. TỔ CHỨC THỰC HIỆN\n1. Tổ Văn\n- Viết bài.\n"
FOOT = "Nơi nhận:\n- Lưu: VT.\nHIỆU TRƯỞNG\nLê Thị Mơ\n"


def codes(text: str) -> list[str]:
    return [warning.code for warning in read_plan_text(text).warnings]


def test_a_complete_plan_has_no_warning() -> None:
    assert codes(HEAD + TITLE + INTRODUCTION + BODY + FOOT) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            TITLE + BODY,
            [
                "missing-type",
                "missing-title",
                "missing-number",
                "missing-symbol",
                "missing-date",
                "missing-place",
                "missing-issuer",
                "missing-recipients",
                "missing-signer",
            ],
        ),
        (HEAD + TITLE + INTRODUCTION.replace("2025-2026", "2024-2025") + BODY + FOOT, ["period-differs"]),
        (HEAD.replace("20 tháng 9", "31 tháng 9") + TITLE + INTRODUCTION + BODY + FOOT, ["invalid-date"]),
        (HEAD + TITLE + INTRODUCTION.replace("Hoa Mai", "Hoa Hồng") + BODY + FOOT, ["issuer-name-differs"]),
        (HEAD.replace("HOA MAI", "HÒA MAI") + TITLE + INTRODUCTION + BODY + FOOT, ["issuer-name-differs"]),
        (HEAD.replace("MN HOA MAI", "MẦM NON HOA MAI") + TITLE + INTRODUCTION + BODY + FOOT, []),
        (
            HEAD + TITLE + "Căn cứ Kế hoạch số 5/KH-PGDĐT ngày 01/9/2025 của Sở Giáo dục và Đào tạo;\n" + BODY + FOOT,
            ["symbol-issuer-mismatch"],
        ),
        (
            HEAD + TITLE + "Căn cứ Kế hoạch số 5/KH-UBND ngày 01/10/2025 của UBND xã Hoa Lư;\n" + BODY + FOOT,
            ["citation-dated-later"],
        ),
        (
            HEAD + TITLE + INTRODUCTION + "I. NỘI DUNG\n1. Một.\nII. TỔ CHỨC THỰC HIỆN\n" + FOOT,
            ["empty-implementation"],
        ),
        (HEAD + TITLE + INTRODUCTION + "I. NỘI DUNG\n1. Một.\n" + FOOT, ["missing-implementation"]),
        (HEAD + TITLE + INTRODUCTION + BODY.replace("1. Một.", "1. Một.\n1. Hai.") + FOOT, ["numbering-repeats"]),
        (
            HEAD + TITLE + INTRODUCTION + BODY.replace("Một", "Theo chỉ đạo của tỉnh Sơn Hải, tỉnh Bình Nguyên") + FOOT,
            ["places-differ"],
        ),
        (HEAD + TITLE + INTRODUCTION + BODY + FOOT.replace("Lê Thị Mơ", ""), ["missing-signer"]),
        (HEAD + TITLE + INTRODUCTION + BODY.replace("Một", "Đƣợc") + FOOT, ["letters-repaired"]),
        (HEAD + TITLE + INTRODUCTION + BODY.replace("Một", "M\ufffdt") + FOOT, ["letters-lost"]),
    ],
)
def test_each_defect_is_named_and_nothing_else(text: str, expected: list[str]) -> None:
    assert codes(text) == expected


def place(text: str, code: str) -> str | None:
    """The printed line a warning points to."""
    plan = read_plan_text(text)
    [line] = [warning.line for warning in plan.warnings if warning.code == code]
    return plan.source_text.split("\n")[line - 1] if line else None


def test_a_warning_points_to_the_line_it_is_about() -> None:
    whole = HEAD + TITLE + INTRODUCTION + BODY + FOOT
    spaced = whole.replace("năm học 2025-2026 như", "năm học 2024 – 2025 như")
    assert place(spaced, "period-differs") == INTRODUCTION.strip().replace("2025-2026", "2024 – 2025")
    wrapped = whole.replace("kế hoạch năm học 2025-2026 như", "kế hoạch truyền thông cho\nnăm học 2024-2025 như")
    assert place(wrapped, "period-differs") == "năm học 2024-2025 như sau:"
    stamped = whole.replace("HIỆU TRƯỞNG\n", "HIỆU TRƯỞNG\nTRƯỜNG\nMN HÒA\nMAI\n")
    assert place(stamped, "issuer-name-differs") == "TRƯỜNG"
    assert place(whole.replace("20 tháng 9", "31 tháng 9"), "invalid-date") == "Hoa Lư, ngày 31 tháng 9 năm 2025"
    again = whole.replace("1. Một.", "1. Một.\n1. Hai.")
    assert place(again, "numbering-repeats") == "1. Hai."
    late = "Căn cứ Kế hoạch số 5/KH-UBND\nngày 01/10/2025 của UBND xã Hoa Lư;\n"
    assert place(HEAD + TITLE + late + BODY + FOOT, "citation-dated-later") == late.split("\n")[0]
    unheaded = "KẾ HOẠCH\n" + TITLE + INTRODUCTION + BODY + FOOT
    assert place(unheaded, "issuer-not-in-head") == INTRODUCTION.strip()
    assert place(unheaded, "missing-number") is None


def test_the_period_of_a_cited_plan_is_no_defect() -> None:
    cited = "Thực hiện Kế hoạch số 5/KH-UBND ngày 05 tháng 9 năm 2025 của UBND xã về truyền thông năm 2024;\n"
    assert codes(HEAD + TITLE + cited + INTRODUCTION + BODY + FOOT) == []
    assert codes(HEAD + TITLE + "- Căn cứ kết quả năm học 2024-2025;\n" + INTRODUCTION + BODY + FOOT) == []


def test_warnings_are_sentences_for_readers() -> None:
    for warning in read_plan_text("I. NỘI DUNG\n1. Một.").warnings:
        assert warning.text.endswith(".") and warning.text[0].isupper()
        assert warning.code.replace("-", "").isalpha()
