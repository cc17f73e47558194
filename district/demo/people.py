"""The invented units and people of the demonstration. Province, communes, schools and names do not exist."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class DemoUnit:
    """A unit: ``under`` is the address of its superior, ``prefix`` begins the sign-in names of its people."""

    slug: str
    type_code: str
    name: str
    short_name: str
    symbol: str
    place: str
    under: str | None
    prefix: str


UNITS = (
    DemoUnit("so-hoa-sim", "department", "Sở Giáo dục và Đào tạo Hoa Sim", "Sở GDĐT Hoa Sim", "SGDĐT", "Hoa Sim", None, "so"),
    DemoUnit("xa-suoi-mo", "commune_office", "Ủy ban nhân dân xã Suối Mơ", "UBND xã Suối Mơ", "UBND", "Suối Mơ", "so-hoa-sim", "xa"),
    DemoUnit("phuong-nang-mai", "commune_office", "Ủy ban nhân dân phường Nắng Mai", "UBND phường Nắng Mai", "UBND", "Nắng Mai", "so-hoa-sim", "phuong"),
    DemoUnit("th-may-trang", "primary", "Trường Tiểu học Mây Trắng", "TH Mây Trắng", "THMT", "Suối Mơ", "xa-suoi-mo", "mt"),
    DemoUnit("mn-sao-mai", "preschool", "Trường Mầm non Sao Mai", "MN Sao Mai", "MNSM", "Suối Mơ", "xa-suoi-mo", "sm"),
    DemoUnit("mn-bong-sen", "preschool", "Trường Mầm non Bông Sen Nhỏ", "MN Bông Sen Nhỏ", "MNBS", "Suối Mơ", "xa-suoi-mo", "bs"),
    DemoUnit("mg-vanh-khuyen", "kindergarten", "Trường Mẫu giáo Vành Khuyên", "MG Vành Khuyên", "MGVK", "Suối Mơ", "xa-suoi-mo", "vk"),
    DemoUnit("th-doi-che", "primary", "Trường Tiểu học Đồi Chè", "TH Đồi Chè", "THĐC", "Suối Mơ", "xa-suoi-mo", "dc"),
    DemoUnit("thcs-ban-gio", "primary_lower_secondary", "Trường Tiểu học và Trung học cơ sở Bản Gió", "TH&THCS Bản Gió", "THBG", "Suối Mơ", "xa-suoi-mo", "bg"),
    DemoUnit("thcs-song-xanh", "lower_secondary", "Trường Trung học cơ sở Sông Xanh", "THCS Sông Xanh", "THCSSX", "Suối Mơ", "xa-suoi-mo", "sx"),
    DemoUnit("mn-hoa-nang", "preschool", "Trường Mầm non Hoa Nắng", "MN Hoa Nắng", "MNHN", "Nắng Mai", "phuong-nang-mai", "hn"),
    DemoUnit("mn-cau-vong", "preschool", "Trường Mầm non Cầu Vồng", "MN Cầu Vồng", "MNCV", "Nắng Mai", "phuong-nang-mai", "cv"),
    DemoUnit("th-hang-phuong", "primary", "Trường Tiểu học Hàng Phượng", "TH Hàng Phượng", "THHP", "Nắng Mai", "phuong-nang-mai", "hp"),
    DemoUnit("th-ben-thuyen", "primary", "Trường Tiểu học Bến Thuyền", "TH Bến Thuyền", "THBT", "Nắng Mai", "phuong-nang-mai", "bt"),
    DemoUnit("thcs-gio-moi", "lower_secondary", "Trường Trung học cơ sở Gió Mới", "THCS Gió Mới", "THCSGM", "Nắng Mai", "phuong-nang-mai", "gm"),
    DemoUnit("thpt-nui-bac", "upper_secondary", "Trường Trung học phổ thông Núi Bạc", "THPT Núi Bạc", "THPTNB", "Hoa Sim", "so-hoa-sim", "nb"),
    DemoUnit("thpt-bien-ho", "upper_secondary", "Trường Trung học phổ thông Biển Hồ Xa", "THPT Biển Hồ Xa", "THPTBH", "Hoa Sim", "so-hoa-sim", "bh"),
)  # fmt: skip

NAMED_ACCOUNTS = {
    ("so-hoa-sim", "head"): ("sep.so", "Hoàng Văn Minh Họa"),
    ("xa-suoi-mo", "head"): ("lanhdao.xa", "Vũ Thị Hư Cấu"),
    ("xa-suoi-mo", "officer"): ("chuyenvien.xa", "Lê Thị Ví Dụ"),
    ("th-may-trang", "principal"): ("hieutruong", "Đỗ Thị Thử Nghiệm"),
    ("th-may-trang", "vice_principal"): ("hieupho", "Ngô Văn Giả Định"),
    ("th-may-trang", "author"): ("giaovien", "Trần Thị Bịa Đặt"),
    ("th-may-trang", "vetter"): ("thamdinh", "Phan Văn Tưởng Tượng"),
    ("th-may-trang", "web_person"): ("quantriweb", "Bùi Thị Mô Phỏng"),
    ("th-may-trang", "spokesperson"): ("phatngon", "Đặng Văn Phỏng Theo"),
    ("th-may-trang", "viewer"): ("nguoixem", "Hồ Thị Dự Khán"),
    ("mn-sao-mai", "principal"): ("hieutruong.mn", "Lý Thị Thí Dụ"),
}
"""The accounts that ``tenants.accounts.demo`` shows on the sign-in page."""

FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý", "Mai")
MIDDLE = ("Thị Thử", "Văn Thử", "Thị Mẫu", "Văn Mẫu")
GIVEN = ("An", "Bình", "Chi", "Dung", "Đào", "Giang", "Hà", "Hạnh", "Khuê", "Lam", "Mai", "Ngân", "Oanh", "Phúc", "Quế", "Sâm", "Thu", "Uyên", "Vân", "Xuân", "Yến", "Ấm", "Ước")  # fmt: skip
"""Invented names: the middle name says so ("Thử", "Mẫu")."""
