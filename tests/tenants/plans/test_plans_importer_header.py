"""The head of a plan: number, symbol, place, date, issuer, title."""

from __future__ import annotations

import pytest

from tenants.plans.importer import ReadPlan, read_plan_text

REST = """
Thực hiện nhiệm vụ năm học, nhà trường xây dựng kế hoạch như sau:
I. MỤC ĐÍCH
1. Lan tỏa việc tốt.
"""


def read(head: str, rest: str = REST) -> ReadPlan:
    return read_plan_text(head + rest)


@pytest.mark.parametrize(
    ("printed", "number", "symbol"),
    [
        ("Số: 331 /KH-MGLH", "331", "KH-MGLH"),
        ("Số:05/KH- MNHM", "05", "KH-MNHM"),
        ("Số 01-KH/ĐU", "01", "KH/ĐU"),
        ("Số: 12/2025/KH-THPT", "12/2025", "KH-THPT"),
        ("SỐ: 7 / KH – PGD&&ĐT", "7", "KH-PGD&ĐT"),
        ("Số:      /KH-THNM", None, "KH-THNM"),
        ("Số: ...../KH-TrMN", None, "KH-TrMN"),
        ("Số: 15a/KH-THCS.CL", "15a", "KH-THCS.CL"),
        ("Số:\n168/KH-UBND", "168", "KH-UBND"),
        ("Số: 9/KH-QÐMN", "9", "KH-QĐMN"),
    ],
)
def test_number_and_symbol_in_the_forms_clerks_type(printed: str, number: str | None, symbol: str) -> None:
    plan = read(f"TRƯỜNG MẦM NON HOA MAI\n{printed}\nKẾ HOẠCH\nTruyền thông năm 2025\n")
    assert (plan.number, plan.symbol) == (number, symbol)


@pytest.mark.parametrize(
    ("printed", "place", "day"),
    [
        ("Hoa Lư, ngày 05 tháng 02 năm 2025", "Hoa Lư", "2025-02-05"),
        ("TP. Sơn Hải, Ngày 5 tháng 2 năm 2025", "TP. Sơn Hải", "2025-02-05"),
        ("Hoa Lư , ngày5tháng02năm 2025", "Hoa Lư", "2025-02-05"),
        ("Hoa\nLư, ngày 11\ntháng 11 năm 2019", "Hoa Lư", "2019-11-11"),
        ("Hoa Lư, ngày      tháng 9 năm 2025", "Hoa Lư", None),
        ("Hoa Lư, ngày ... tháng ... năm 2025", "Hoa Lư", None),
        ("Hoa Lư, 05/02/2025", "Hoa Lư", "2025-02-05"),
        ("Hoa Lư, ngày 31 tháng 02 năm 2025", "Hoa Lư", None),
    ],
)
def test_place_and_date_also_when_not_filled_in(printed: str, place: str, day: str | None) -> None:
    plan = read(f"TRƯỜNG MẦM NON HOA MAI\nSố: 2/KH-MNHM\n{printed}\nKẾ HOẠCH\nTruyền thông năm 2025\n")
    assert (plan.place, plan.as_dict()["date"]) == (place, day)
    codes = {warning.code for warning in plan.warnings}
    assert ("invalid-date" in codes) == ("31 tháng 02" in printed)


@pytest.mark.parametrize(
    ("head", "parent", "issuer"),
    [
        ("UBND XÃ A NHÌ\nTRƯỜNG MN B BA", "UBND XÃ A NHÌ", "TRƯỜNG MN B BA"),
        (
            "ỦY BAN NHÂN DÂN\nXÃ A NHÌ\nTRƯỜNG TIỂU HỌC\nTRƯỜNG XUÂN",
            "ỦY BAN NHÂN DÂN XÃ A NHÌ",
            "TRƯỜNG TIỂU HỌC TRƯỜNG XUÂN",
        ),
        ("UBND XÃ A NHÌ TRƯỜNG THCS B BA", "UBND XÃ A NHÌ", "TRƯỜNG THCS B BA"),
        ("UỶ BAN NHÂN DÂN PHƯỜNG A", None, "UỶ BAN NHÂN DÂN PHƯỜNG A"),
        ("SỞ GIÁO DỤC VÀ ĐÀO TẠO\nTỈNH A\nTRƯỜNG THPT B", "SỞ GIÁO DỤC VÀ ĐÀO TẠO TỈNH A", "TRƯỜNG THPT B"),
        ("UBND TỈNH A\nSỞ GIÁO DỤC\nVÀ ĐÀO TẠO", "UBND TỈNH A", "SỞ GIÁO DỤC VÀ ĐÀO TẠO"),
        ("UBND HUYỆN A\nPHÒNG GD&ĐT\nTRƯỜNG MẪU GIÁO B", "PHÒNG GD&ĐT", "TRƯỜNG MẪU GIÁO B"),
        ("Phòng GD&ĐT huyện A\nTrường Tiểu học B", "Phòng GD&ĐT huyện A", "Trường Tiểu học B"),
        ("TRƯỜNG MẦM NON\nHỘI AN", None, "TRƯỜNG MẦM NON HỘI AN"),
    ],
)
def test_issuer_and_managing_body_put_together_from_the_lines_of_the_head(
    head: str, parent: str | None, issuer: str
) -> None:
    national = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n"
    plan = read(f"{head}\n{national}Số: 2/KH-AB\nA, ngày 1 tháng 9 năm 2025\nKẾ HOẠCH\nTruyền thông\n")
    assert (plan.issuer_parent, plan.issuer) == (parent, issuer)


@pytest.mark.parametrize("gap", ["          ", "\t", "   |   "])
def test_a_head_whose_two_columns_stay_side_by_side(gap: str) -> None:
    head = (
        f"UBND XÃ A NHÌ{gap}CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nTRƯỜNG MN B BA{gap}Độc lập - Tự do - Hạnh phúc\n"
        f"Số: 4/KH-MNBB{gap}A Nhì, ngày 02 tháng 9 năm 2025\nKẾ HOẠCH\nTruyền thông\n"
    )
    plan = read(head)
    assert (plan.issuer_parent, plan.issuer, plan.number, plan.place) == (
        "UBND XÃ A NHÌ",
        "TRƯỜNG MN B BA",
        "4",
        "A Nhì",
    )


@pytest.mark.parametrize(
    ("printed", "title"),
    [
        ("KẾ HOẠCH\nTruyền thông năm học\n2025-2026", "Truyền thông năm học 2025-2026"),
        ("KẾ HOẠCH **Truyền thông năm 2025**", "Truyền thông năm 2025"),
        ("KẾ HOẠCH TRUYỀN THÔNG\nNĂM HỌC 2025-2026", "TRUYỀN THÔNG NĂM HỌC 2025-2026"),
        ("## KẾ HOẠCH\n**Truyền thông**\n**Năm học 2025 - 2026**", "Truyền thông Năm học 2025 - 2026"),
        ("Kế hoạch\nTruyền thông năm 2025", "Truyền thông năm 2025"),
        ("KẾ HOẠCH\n\nThực hiện công tác truyền thông năm 2025\n", "Thực hiện công tác truyền thông năm 2025"),
        (
            "KẾ HOẠCH\nTriển khai Kế hoạch số 5/KH-UBND ngày 01/9/2025 của UBND xã\nvề truyền thông\n",
            "Triển khai Kế hoạch số 5/KH-UBND ngày 01/9/2025 của UBND xã về truyền thông",
        ),
    ],
)
def test_the_title_without_the_word_for_plan(printed: str, title: str) -> None:
    plan = read(printed + "\n")
    assert plan.title == title
    assert plan.introduction is not None and plan.introduction.startswith("Thực hiện nhiệm vụ năm học")


def test_a_basis_right_after_the_type_is_no_title() -> None:
    plan = read("KẾ HOẠCH\nCăn cứ Luật Giáo dục năm 2019;\n")
    assert plan.title is None
    assert plan.introduction is not None and plan.introduction.startswith("Căn cứ Luật")


@pytest.mark.parametrize(
    ("introduction", "issuer"),
    [
        (
            "Căn cứ Kế hoạch số 1/KH-UBND của UBND xã A; Trường MN Hoa Mai xây dựng kế hoạch như sau:",
            "Trường MN Hoa Mai",
        ),
        ("Thực hiện nhiệm vụ, Phòng Giáo dục và Đào tạo xây dựng, triển khai Kế hoạch:", "Phòng Giáo dục và Đào tạo"),
        ("Thực hiện nhiệm vụ, Sở Giáo dục và Đào tạo (Sở GDĐT) ban hành Kế hoạch như sau:", "Sở Giáo dục và Đào tạo"),
        ("Thực hiện nhiệm vụ, trường THPT Bến Gió xây dựng kế hoạch như sau:", "trường THPT Bến Gió"),
    ],
)
def test_without_a_head_the_issuer_is_who_draws_up_the_plan(introduction: str, issuer: str) -> None:
    plan = read_plan_text(f"KẾ HOẠCH\nTruyền thông\n\n{introduction}\nI. MỤC ĐÍCH\n1. Lan tỏa việc tốt.\n")
    assert (plan.issuer, plan.issuer_parent) == (issuer, None)


def test_the_name_over_the_signature_stands_in_for_a_lost_head() -> None:
    plan = read_plan_text(
        "KẾ HOẠCH\nTruyền thông\n\nI. MỤC ĐÍCH\n1. Lan tỏa.\nNơi nhận:\n- Lưu: VT.\n"
        "HIỆU TRƯỞNG\nTRƯỜNG\nMẦM NON\nHOA MAI\nLê Thị Mơ\n"
    )
    assert plan.issuer == "TRƯỜNG MẦM NON HOA MAI"
    assert plan.signer.as_dict() == {"title": "HIỆU TRƯỞNG", "name": "Lê Thị Mơ"}
