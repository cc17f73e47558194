"""A plan as it was issued and as it shall be, for the documents that follow it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from tenants.plans.document import DocumentNode, FollowUpFields, PlanDocument

ITEMS = (
    DocumentNode("a", text="Đăng tin trên trang của trường.", key="a1"),
    DocumentNode("b", text="Phát thanh học đường.", key="b1"),
)
BEFORE = PlanDocument(
    managing_unit="Ủy ban nhân dân xã Suối Mơ",
    issuing_unit="Trường Mầm non Hoa Sim",
    number="7",
    notation="KH-MNHS",
    place="Suối Mơ",
    issued_on=dt.date(2026, 9, 5),
    subject="Truyền thông năm học 2026-2027",
    nodes=(
        DocumentNode("I", "MỤC ĐÍCH", children=(DocumentNode("-", text="Đồng thuận.", key="d1"),), key="s1"),
        DocumentNode("II", "NỘI DUNG", children=(DocumentNode("1", "Kênh", children=ITEMS, key="k1"),), key="s2"),
    ),
    recipients=("UBND xã Suối Mơ (để báo cáo)", "Các tổ chuyên môn", "Lưu: VT"),
    signer_title="HIỆU TRƯỞNG",
    signer_name="Lê Thị Minh Họa",
)
FIELDS = FollowUpFields("15", "KH-MNHS", "Suối Mơ", dt.date(2027, 1, 9), "", "", "để phù hợp với học kỳ II")
LEGAL = "Kế hoạch số 07/KH-MNHS ngày 05 tháng 9 năm 2026 của Trường Mầm non Hoa Sim về truyền thông năm học 2026-2027"


def with_items(*items: DocumentNode) -> PlanDocument:
    """Return the plan with other items below its only heading."""
    section = BEFORE.nodes[1]
    return replace(
        BEFORE, nodes=(BEFORE.nodes[0], replace(section, children=(replace(section.children[0], children=items),)))
    )


CHANGED = with_items(replace(ITEMS[0], text="Đăng tin trên trang và Zalo."), ITEMS[1])
LONGER = with_items(*ITEMS, DocumentNode("c", text="Bảng tin.", key="c1"))
SHORTER = with_items(replace(ITEMS[1], label="a"))
