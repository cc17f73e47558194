"""The accounts of the demonstration: shown on its sign-in page, and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass

PASSWORD = "loa-truong-2026"  # noqa: S105  (of invented people, in a demonstration that says so)


@dataclass(frozen=True)
class DemoAccount:
    """One invented person of the demonstration."""

    role: str
    sign_in_name: str
    unit: str


ACCOUNTS = (
    DemoAccount("Lãnh đạo Sở", "sep.so", "Sở Giáo dục và Đào tạo Hoa Sim"),
    DemoAccount("Chuyên viên xã", "chuyenvien.xa", "UBND xã Suối Mơ"),
    DemoAccount("Lãnh đạo xã", "lanhdao.xa", "UBND xã Suối Mơ"),
    DemoAccount("Hiệu trưởng", "hieutruong", "Trường Tiểu học Mây Trắng"),
    DemoAccount("Phó hiệu trưởng", "hieupho", "Trường Tiểu học Mây Trắng"),
    DemoAccount("Người viết bài", "giaovien", "Trường Tiểu học Mây Trắng"),
    DemoAccount("Người thẩm định", "thamdinh", "Trường Tiểu học Mây Trắng"),
    DemoAccount("Phụ trách trang web", "quantriweb", "Trường Tiểu học Mây Trắng"),
    DemoAccount("Người phát ngôn", "phatngon", "Trường Tiểu học Mây Trắng"),
    DemoAccount("Người xem", "nguoixem", "Trường Tiểu học Mây Trắng"),
    DemoAccount("Hiệu trưởng mầm non", "hieutruong.mn", "Trường Mầm non Sao Mai"),
)
"""One account per role, plus a second principal, so that the levels of a plan can be compared."""


def demo_accounts() -> list[DemoAccount]:
    """Return the accounts a visitor of the demonstration may use."""
    return list(ACCOUNTS)
