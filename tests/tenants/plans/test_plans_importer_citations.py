"""The documents a plan cites."""

from __future__ import annotations

from typing import Any

import pytest

from tenants.plans.importer import read_plan_text

HEAD = "Số: 9/KH-MNHM\nHoa Lư, ngày 20 tháng 9 năm 2025\nKẾ HOẠCH\nTruyền thông\n\n"
FIELDS = ("type", "number", "symbol", "date", "issuer", "subject")


def cited(introduction: str, body: str = "1. Một.") -> list[dict[str, Any]]:
    return [citation.as_dict() for citation in read_plan_text(f"{HEAD}{introduction}\nI. NỘI DUNG\n{body}\n").citations]


def row(citation: dict[str, Any]) -> tuple[object, ...]:
    return tuple(citation[name] for name in FIELDS)


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        (
            "Kế hoạch số 105/KH-PGDĐT ngày 13/8/2020 của Phòng Giáo dục và Đào tạo về việc tổ chức truyền thông",
            ("Kế hoạch", "105", "KH-PGDĐT", "2020-08-13", "Phòng Giáo dục và Đào tạo", "tổ chức truyền thông"),
        ),
        (
            "Nghị quyết số 29-NQ/TW ngày 04/11/2013 của Ban Chấp hành Trung ương về đổi mới căn bản, toàn diện",
            ("Nghị quyết", "29", "NQ/TW", "2013-11-04", "Ban Chấp hành Trung ương", "đổi mới căn bản, toàn diện"),
        ),
        (
            "Thông tư số 09/2024/TT-BGDĐT ban hành quy chế công khai",
            ("Thông tư", "09/2024", "TT-BGDĐT", None, None, "ban hành quy chế công khai"),
        ),
        (
            "Nghị định số 09/2017/NĐ-CP ngày 09 tháng 02 năm 2017 của Chính phủ quy định chi tiết việc phát ngôn",
            ("Nghị định", "09/2017", "NĐ-CP", "2017-02-09", "Chính phủ", "quy định chi tiết việc phát ngôn"),
        ),
        (
            "theo quy định của Bộ Giáo dục và Đào tạo (Thông tư số 09/2024/TT-BGDĐT quy định về công khai)",
            ("Thông tư", "09/2024", "TT-BGDĐT", None, "Bộ Giáo dục và Đào tạo", "quy định về công khai"),
        ),
        (
            "Theo đề nghị của Trưởng phòng Văn hóa - Xã hội tại Tờ trình số 19/TTr-VHXH ngày 08 tháng 9 năm 2025",
            ("Tờ trình", "19", "TTr-VHXH", "2025-09-08", "Trưởng phòng Văn hóa - Xã hội", None),
        ),
        (
            "Kế hoạch số 99/KH-UBND ngày 10/9/2025 của UBND xã về truyền thông, các văn bản chỉ đạo của Sở",
            ("Kế hoạch", "99", "KH-UBND", "2025-09-10", "UBND xã", "truyền thông"),
        ),
        (
            "công văn 758/SGDĐT-GDMN của Sở GDĐT ngày 5/9/2025 V/v hướng dẫn nhiệm vụ",
            ("Công văn", "758", "SGDĐT-GDMN", "2025-09-05", "Sở GDĐT", "hướng dẫn nhiệm vụ"),
        ),
        (
            "Luật Giáo dục số 43/2019/QH14 ngày 14 tháng 6 năm 2019",
            ("Luật", "43/2019", "QH14", "2019-06-14", None, "Giáo dục"),
        ),
        ("Luật Trẻ em ngày 05 tháng 4 năm 2016", ("Luật", None, None, "2016-04-05", None, "Trẻ em")),
        ("Luật Giáo dục năm 2019", ("Luật", None, None, None, None, "Giáo dục năm 2019")),
        (
            "Văn bản hợp nhất số 03 của Bộ Giáo dục và Đào tạo",
            ("Văn bản hợp nhất", "03", None, None, "Bộ Giáo dục và Đào tạo", None),
        ),
        (
            "Kế hoạch số 1078 / KH - UBND ngày 10/9/2025 của UBND Phường",
            ("Kế hoạch", "1078", "KH-UBND", "2025-09-10", "UBND Phường", None),
        ),
        (
            "Hướng dẫn số 104-HD/BTGTU, ngày 31/1/2024 của Ban Tuyên giáo Tỉnh ủy về tuyên truyền",
            ("Hướng dẫn", "104", "HD/BTGTU", "2024-01-31", "Ban Tuyên giáo Tỉnh ủy", "tuyên truyền"),
        ),
    ],
)
@pytest.mark.parametrize("place", ["introduction", "body"])
def test_a_citation_of_every_form_in_introduction_and_body(
    clause: str, expected: tuple[object, ...], place: str
) -> None:
    if place == "introduction":
        found = cited(f"Căn cứ {clause};")
    else:
        found = cited("", f"1. Thực hiện nghiêm {clause}; phối hợp với địa phương.")
    assert [row(citation) for citation in found] == [expected]


def test_several_citations_in_one_paragraph_each_once_in_order() -> None:
    found = cited(
        "Thực hiện Kế hoạch số 141/KH-BGDĐT ngày 05/02/2024 của Bộ GDĐT về truyền thông và Kế hoạch số 19/KH-SGDĐT "
        "ngày 19/02/2024 của Sở GDĐT về truyền thông năm 2024, Trường MN Hoa Mai xây dựng kế hoạch như sau:",
        "1. Bám sát Kế hoạch số 19/KH-SGDĐT.\n2. Thực hiện Thông tư số 11/2020/TT-BGDĐT.",
    )
    assert [(item["number"], item["symbol"]) for item in found] == [
        ("141", "KH-BGDĐT"),
        ("19", "KH-SGDĐT"),
        ("11/2020", "TT-BGDĐT"),
    ]
    assert [item["subject"] for item in found[:2]] == ["truyền thông", "truyền thông năm 2024"]


def test_two_numbers_behind_one_type_word() -> None:
    found = cited("Thực hiện các Kế hoạch số 12/KH-UBND, số 13/KH-UBND ngày 02/9/2025 của UBND xã;")
    assert [(item["type"], item["number"]) for item in found] == [("Kế hoạch", "12"), ("Kế hoạch", "13")]


def test_the_subject_ends_where_a_body_begins_to_act() -> None:
    found = cited(
        "Thực hiện Kế hoạch số 5/KH-UBND của UBND xã về truyền thông, phòng chống bạo lực, Trường MN Hoa Mai xây "
        "dựng kế hoạch:"
    )
    assert found[0]["subject"] == "truyền thông, phòng chống bạo lực"


def test_the_last_type_word_before_the_number_counts() -> None:
    found = cited("Căn cứ Quy chế ban hành kèm theo Quyết định số 12/QĐ-UBND ngày 01/8/2025 của UBND xã;")
    assert [(item["type"], item["number"]) for item in found] == [("Quyết định", "12")]


@pytest.mark.parametrize(
    "line",
    [
        "Thực hiện nhiệm vụ năm học 2024-2025;",
        "Căn cứ tình hình thực tế của nhà trường;",
        "Thực hiện sự chỉ đạo của Phòng Văn hóa - Xã hội;",
        "Thực hiện kế hoạch năm học của nhà trường;",
        "Nhà trường họp 24/7, lớp 5/A và 10/12 lớp tham gia;",
        "Tuyên truyền pháp luật năm 2025 và phổ biến giáo dục pháp luật;",
    ],
)
def test_a_line_without_a_document_cites_nothing(line: str) -> None:
    assert cited(line) == []


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Căn cứ Luật Giáo dục;", ("Luật", None, None, None, None, "Giáo dục")),
        (
            "Thực hiện Hướng dẫn của Sở Giáo dục và Đào tạo về nhiệm vụ năm học;",
            ("Hướng dẫn", None, None, None, "Sở Giáo dục và Đào tạo", "nhiệm vụ năm học"),
        ),
        (
            "Căn cứ Kế hoạch ngày 05/9/2025 của UBND xã Hoa Lư về truyền thông;",
            ("Kế hoạch", None, None, "2025-09-05", "UBND xã Hoa Lư", "truyền thông"),
        ),
        (
            "Thực hiện Nghị quyết Đại hội Đảng bộ xã lần thứ I;",
            ("Nghị quyết", None, None, None, None, "Đại hội Đảng bộ xã lần thứ I"),
        ),
    ],
)
def test_a_named_document_without_number_in_the_introduction(line: str, expected: tuple[object, ...]) -> None:
    assert [row(citation) for citation in cited(line)] == [expected]


def test_the_plan_does_not_cite_itself() -> None:
    assert cited("", "1. Thực hiện Kế hoạch số 9/KH-MNHM của trường.") == []


def test_the_title_may_cite_too() -> None:
    text = (
        "KẾ HOẠCH\nThực hiện Kế hoạch số 5/KH-UBND ngày 01/9/2025 của UBND xã về truyền thông\n\nI. NỘI DUNG\n1. Một.\n"
    )
    assert [item.number for item in read_plan_text(text).citations] == ["5"]


def test_slips_in_symbols_are_put_right_and_shown() -> None:
    bases = "Căn cứ Thông tư 11-2020/TT-BGDĐT; Kế hoạch số 3/KH-SGDDĐT; Quyết định số 4/QĐÐ-UBND;"
    plan = read_plan_text(f"{HEAD}{bases}\nI. NỘI DUNG\n1. Một.")
    assert [(item.number, item.symbol) for item in plan.citations] == [
        ("11/2020", "TT-BGDĐT"),
        ("3", "KH-SGDĐT"),
        ("4", "QĐ-UBND"),
    ]
    assert [warning.code for warning in plan.warnings].count("symbol-normalised") == 3
