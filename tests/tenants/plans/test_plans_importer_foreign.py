"""Names that should not stand in this plan: other provinces and communes, pupils, slips of the keyboard."""

from __future__ import annotations

import datetime as dt

import pytest

from tenants.plans.importer import Citation, read_plan_text
from tenants.plans.importer.foreign import OwnPlaces, warnings_of_place
from tenants.plans.importer.parent import suggest_parent
from tenants.plans.importer.provinces import KEPT, MERGED, PROVINCES, mentioned, present_province, province_named

HEAD = "KẾ HOẠCH\nTruyền thông năm học 2025-2026\n\nI. NỘI DUNG\n"
SCHOOL = OwnPlaces(("Hoa Sim",), ("Trường MN Hoa Sim", "UBND xã Hoa Sim", "Sở GD&ĐT tỉnh Ninh Bình"), is_school=True)


def found(text: str, own: OwnPlaces = SCHOOL) -> list[tuple[str, int | None]]:
    plan = read_plan_text(HEAD + text)
    return [(warning.code, warning.line) for warning in warnings_of_place(plan, own)]


def codes(text: str) -> set[str]:
    return {warning.code for warning in read_plan_text(HEAD + text).warnings}


def test_sixty_three_provinces_became_thirty_four() -> None:
    assert len(PROVINCES) == 34 and len(KEPT) == 11 and len(MERGED) == 23
    former = [name for names in PROVINCES.values() for name in names]
    assert len(former) == len(set(former)) == 63
    assert all(present in names for present, names in PROVINCES.items())


def test_a_province_is_known_under_its_spellings() -> None:
    assert province_named("Bà Rịa – Vũng Tàu".replace("–", "-")) == "Bà Rịa - Vũng Tàu"
    assert [province_named(name) for name in ("Bắc Cạn", "Kontum", "Đắc Nông")] == ["Bắc Kạn", "Kon Tum", "Đắk Nông"]
    assert province_named("Dak Lak") == "Đắk Lắk" and province_named("Hoa Hồng") is None
    assert present_province("Nam Định") == "Ninh Bình"
    assert set(mentioned("Sở GD&ĐT tỉnh Nam Định, TP Huế")) == {"Nam Định", "Huế"}
    assert mentioned("nhà trường an giang tay đón") == []


def test_a_province_left_from_a_copied_plan_is_told_with_its_line() -> None:
    assert found("1. Tuyên truyền chủ trương của tỉnh Phú Thọ.\n") == [("foreign-province", 5)]
    assert found("1. Tuyên truyền chủ trương của tỉnh Vĩnh Phúc Việt Nam.\n") == [("foreign-province", 5)]


@pytest.mark.parametrize("own", ["tỉnh Ninh Bình", "tỉnh Nam Định", "tỉnh Hà Nam", "tỉnh Hoa Mơ"])
def test_the_own_province_and_what_merged_into_it_is_no_defect(own: str) -> None:
    assert found(f"1. Tuyên truyền chủ trương của {own}.\n") == []


@pytest.mark.parametrize(
    ("issuer", "expected"),
    [
        ("TRƯỜNG MẦM NON HOA SIM", []),
        ("TRƯỜNG MẦM NON", []),
        ("TRƯỜNG MẦM NON HOA MUA", [("foreign-issuer", 1)]),
        ("ỦY BAN NHÂN DÂN XÃ HOA SIM", [("foreign-issuer", 1)]),
    ],
)
def test_a_plan_that_another_body_issued_is_told(issuer: str, expected: list[tuple[str, int]]) -> None:
    plan = read_plan_text(f"{issuer}\n{HEAD}1. Một.\n")
    assert [(warning.code, warning.line) for warning in warnings_of_place(plan, SCHOOL)] == expected


def test_without_a_known_province_none_is_judged() -> None:
    assert found("1. Chủ trương của tỉnh Phú Thọ.\n", OwnPlaces(("Hoa Sim",), ("UBND xã Hoa Sim",), True)) == []


def test_another_commune_is_told_to_a_school_and_not_to_an_office() -> None:
    text = "1. Phối hợp với Đài phát thanh xã Suối Cạn và xã Hoa Sim.\n"
    assert found(text) == [("foreign-place", 5)]
    office = OwnPlaces(SCHOOL.places, SCHOOL.names, is_school=False)
    assert found(text, office) == []


def test_the_commune_of_a_cited_document_is_no_defect() -> None:
    cited = "1. Theo Kế hoạch số 5/KH-UBND ngày 01/9/2025 của UBND xã Suối Cạn về truyền thông.\n"
    assert found(cited) == []


@pytest.mark.parametrize(
    "text",
    [
        "1. Gương học sinh Nguyễn Văn Mẫu, lớp 3A.\n",
        "1. Giúp đỡ em Trần Thị Ví Dụ vượt khó.\n",
        "1. Quan tâm cháu: Lê Hoàng Thử (lớp 5B).\n",
        "1. Danh sách: Phạm Thị Giả Định lớp 4C.\n",
    ],
)
def test_a_pupil_named_in_a_plan_is_told(text: str) -> None:
    warning = next(one for one in read_plan_text(HEAD + text).warnings if one.code == "pupil-named")
    assert warning.line == 5 and "đồng ý" in warning.text


@pytest.mark.parametrize(
    "text",
    [
        "1. Gương học sinh vượt khó, lớp 3A.\n",
        "1. Cô Nguyễn Thị Mẫu hướng dẫn em viết bài.\n",
        "1. Giải thưởng cho học sinh Trung học cơ sở.\n",
        "1. Em Yêu Quê Hương là chủ đề tháng 5.\n",
    ],
)
def test_teachers_and_pupils_at_large_are_no_defect(text: str) -> None:
    assert "pupil-named" not in codes(text)


def test_a_slip_is_hinted_at_and_left_as_it_is() -> None:
    plan = read_plan_text(HEAD + "1. Đăng trên Webesit; phối họp với phụ huynh.\n")
    hints = [warning for warning in plan.warnings if warning.code == "spelling"]
    assert [warning.line for warning in hints] == [5, 5]
    assert "Webesit" in plan.nodes[0].children[0].text


def test_a_section_without_content_is_told() -> None:
    assert "empty-section" in codes("II. KÊNH TRUYỀN THÔNG\nIII. TỔ CHỨC THỰC HIỆN\n1. Tổ Văn\n- Viết bài.\n")


def cite(symbol: str, subject: str, day: int, kind: str = "Kế hoạch") -> Citation:
    return Citation(kind, "5", symbol, dt.date(2025, 9, day), None, subject)


def test_the_parent_is_the_superiors_plan_then_one_on_communication_then_the_newest() -> None:
    general = cite("KH-BGDĐT", "năm học", 3)
    about = cite("KH-SGDĐT", "truyền thông giáo dục", 2)
    own = cite("KH-UBND", "nhiệm vụ giáo dục", 1)
    other = cite("TT-BGDĐT", "tuyên truyền", 9, "Thông tư")
    assert suggest_parent([general, about, own, other], ["UBND"]) == 2
    assert suggest_parent([general, about, own, other], ["PGDĐT"]) == 1
    assert suggest_parent([general, own], []) == 0
    assert suggest_parent([other], ["UBND"]) is None
    assert suggest_parent([own, cite("KH-UBND", "truyền thông", 1)], ["UBND"]) == 1
