"""The foot of a plan: recipients and signer."""

from __future__ import annotations

import pytest

from tenants.plans.importer import read_plan_text

BODY = "KẾ HOẠCH\nTruyền thông năm 2025\n\nI. NỘI DUNG\n1. Một.\nTrên đây là kế hoạch năm 2025./.\n\n"


@pytest.mark.parametrize(
    ("foot", "recipients", "title", "name"),
    [
        (
            "Nơi nhận:\n- Phòng GD&ĐT;\n- Lưu: VT./.\nHIỆU TRƯỞNG\n\nLê Thị Mơ",
            ["Phòng GD&ĐT", "Lưu: VT"],
            "HIỆU TRƯỞNG",
            "Lê Thị Mơ",
        ),
        (
            "Nơi nhận:                    HIỆU TRƯỞNG\n- Các tổ (t/h);\n- Lưu KH thi đua.\n",
            ["Các tổ (t/h)", "Lưu KH thi đua"],
            "HIỆU TRƯỞNG",
            None,
        ),
        (
            "Nơi nhận:                    KT. HIỆU TRƯỞNG\n- UBND xã (b/c);           PHÓ HIỆU TRƯỞNG\n"
            "- Lưu: VT, Ng.O (01b).        (Đã ký)\n\n                             Lê Thị Mơ",
            ["UBND xã (b/c)", "Lưu: VT, Ng.O (01b)"],
            "KT. HIỆU TRƯỞNG PHÓ HIỆU TRƯỞNG",
            "Lê Thị Mơ",
        ),
        (
            "TM. ỦY BAN NHÂN DÂN\nKT. CHỦ TỊCH\nPHÓ CHỦ TỊCH\nTrần Văn Núi\nNơi nhận:\n- Như trên;\n- Lưu: VT.",
            ["Như trên", "Lưu: VT"],
            "TM. ỦY BAN NHÂN DÂN KT. CHỦ TỊCH PHÓ CHỦ TỊCH",
            "Trần Văn Núi",
        ),
        (
            "NƠI NHẬN:\n- Giám đốc và các Phó Giám đốc\nSở;\n- Lưu: VT.\nTL. CHỦ TỊCH\nTRƯỞNG PHÒNG VĂN HÓA - XÃ "
            "HỘI\nHồ A Tủa",
            ["Giám đốc và các Phó Giám đốc Sở", "Lưu: VT"],
            "TL. CHỦ TỊCH TRƯỞNG PHÒNG VĂN HÓA - XÃ HỘI",
            "Hồ A Tủa",
        ),
        (
            "Nơi nhận: Như trên; Lưu VT.\nQ. TRƯỞNG PHÒNG\n(đã ký)\nThS. Lê Thị Mơ",
            ["Như trên", "Lưu VT"],
            "Q. TRƯỞNG PHÒNG",
            "ThS. Lê Thị Mơ",
        ),
        (
            "Nơi nhận:\n- UBND xã;\n- Lưu: VT, VHXH (03b).TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH\n\nTrần Văn Núi",
            ["UBND xã", "Lưu: VT, VHXH (03b)"],
            "TM. ỦY BAN NHÂN DÂN CHỦ TỊCH",
            "Trần Văn Núi",
        ),
        ("HIỆU TRƯỞNG\n(Ký, ghi rõ họ tên)\nNGUYỄN VĂN NÚI", [], "HIỆU TRƯỞNG", "NGUYỄN VĂN NÚI"),
        (
            "CHỦ TỊCH CÔNG ĐOÀN                HIỆU TRƯỞNG\n\nNguyễn Văn Núi                    Lê Thị Mơ",
            [],
            "HIỆU TRƯỞNG",
            "Lê Thị Mơ",
        ),
        (
            "DUYỆT CỦA HIỆU TRƯỞNG             NGƯỜI LẬP KẾ HOẠCH\n\nLê Thị Mơ                     Nguyễn Văn Núi",
            [],
            "DUYỆT CỦA HIỆU TRƯỞNG",
            "Lê Thị Mơ",
        ),
        ("KT/HIỆU TRƯỞNG\nP.HIỆU TRƯỞNG\n\nLê Thị Mơ", [], "KT/HIỆU TRƯỞNG P.HIỆU TRƯỞNG", "Lê Thị Mơ"),
        ("Nơi nhận:\n* Các lớp;\n+ Website trường;\n- Lưu.", ["Các lớp", "Website trường", "Lưu"], None, None),
        ("", [], None, None),
    ],
)
def test_recipients_and_signer_however_the_two_columns_were_copied(
    foot: str, recipients: list[str], title: str | None, name: str | None
) -> None:
    plan = read_plan_text(BODY + foot)
    assert plan.recipients == recipients
    assert plan.signer.as_dict() == {"title": title, "name": name}
    assert [node.kind for node in plan.nodes] == ["topic", "closing"]


def test_place_and_date_above_the_signature_count_when_the_head_has_none() -> None:
    plan = read_plan_text(f"{BODY}Hoa Lư, ngày 06 tháng 9 năm 2025\nHIỆU TRƯỞNG\nLê Thị Mơ")
    assert plan.signer.name == "Lê Thị Mơ"
    plan = read_plan_text(
        f"{BODY}Nơi nhận:           Hoa Lư, ngày 06 tháng 9 năm 2025\n- Lưu: VT.      HIỆU TRƯỞNG\n      Lê Thị Mơ"
    )
    assert (plan.place, plan.as_dict()["date"]) == ("Hoa Lư", "2025-09-06")


def test_the_head_of_a_school_as_a_task_owner_is_no_signature() -> None:
    plan = read_plan_text(
        "KẾ HOẠCH\nTruyền thông\n\nI. TỔ CHỨC THỰC HIỆN\n1. HIỆU TRƯỞNG\n- Chỉ đạo chung.\n2. PHÓ HIỆU TRƯỞNG\n- "
        "Duyệt bài.\n"
        "Nơi nhận:\n- Lưu: VT.\nHIỆU TRƯỞNG\nLê Thị Mơ"
    )
    assert [node.text for node in plan.nodes[0].children] == ["HIỆU TRƯỞNG", "PHÓ HIỆU TRƯỞNG"]
    assert plan.signer.as_dict() == {"title": "HIỆU TRƯỞNG", "name": "Lê Thị Mơ"}
