"""Warnings that a correction has settled are told no more."""

from __future__ import annotations

from typing import Any

from tenants.plans.importer import read_plan_text
from tenants.plans.importer.settled import open_warnings

TEXT = "KẾ HOẠCH\nTruyền thông\n\nI. NỘI DUNG\n1. Nêu gương em Lò Thị Thử, lớp 5A.\nII. TỔ CHỨC THỰC HIỆN\n1. Tổ Văn.\n"
HEADER = {"number": "5", "symbol": "KH-MN", "date": "2026-09-01", "place": "Hoa Sim", "recipients": ["Lưu: VT"]}


def codes(read: dict[str, Any]) -> set[str]:
    return {warning["code"] for warning in open_warnings(read)}


def test_what_was_filled_in_is_wanted_no_more() -> None:
    read = read_plan_text(TEXT).as_dict()
    assert codes(read) == {warning["code"] for warning in read["warnings"]}
    wanted = {"missing-issuer", "missing-signer", "pupil-named"}
    assert codes(read | HEADER) == wanted and len(codes(read)) == len(wanted) + len(HEADER)
    assert codes(read | HEADER | {"signer": {"title": "HIỆU TRƯỞNG", "name": "Lê Thị Mơ"}}) == wanted - {
        "missing-signer"
    }


def test_a_pupil_is_told_until_no_text_names_them() -> None:
    read = read_plan_text(TEXT).as_dict()
    read["nodes"][0]["children"][0]["text"] = "Nêu gương học sinh."
    assert "pupil-named" not in codes(read)
    read["introduction"] = "Theo gương em Lò Thị Thử."
    assert "pupil-named" in codes(read)
