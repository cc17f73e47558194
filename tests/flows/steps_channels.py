"""Connecting the outlets of a school, each in its own way."""

from __future__ import annotations

import re

from flows.networks import Networks
from flows.visitor import Visitor
from flows.world import World

PAGE = "Trường THCS Hoa Mai"
GROUP = "Nhóm Zalo lớp 4A"


def _choose(web: Visitor, place: World, channel: str) -> None:
    web.open(f"/u/{place.primary.slug}/publishing/outlets")
    web.page.get_by_role("main").get_by_role("link", name=channel).last.click()


def connect_facebook(web: Visitor, place: World) -> None:
    """By Facebook's own consent page and the choice of a Page."""
    _choose(web, place, "Trang Facebook")
    web.press("Bắt đầu")
    web.follow("Sang trang đồng ý")
    web.sees("Chọn những Trang được phép")
    web.press("Tiếp tục")
    web.sees("Chọn nơi đăng")
    web.page.get_by_label(re.compile(f"^{PAGE}")).check()
    web.press("Kết nối nơi này")
    web.sees("có quyền đăng")


def connect_zalo(web: Visitor, place: World) -> None:
    """By Zalo's permission page, which names the OA already."""
    _choose(web, place, "Zalo OA")
    web.press("Bắt đầu")
    web.follow("Sang trang đồng ý")
    web.page.get_by_role("link", name=re.compile("^Đồng ý cho")).first.click()
    web.sees("có quyền đăng")


def connect_wordpress(web: Visitor, place: World, nets: Networks) -> None:
    _choose(web, place, "Trang WordPress của trường")
    for label in ("Địa chỉ trang", "Tên đăng nhập WordPress", "Mật khẩu ứng dụng"):
        web.type(label, nets.setting("wordpress", label))
    web.press("Kết nối và kiểm tra")
    web.sees("có quyền đăng")


def connect_the_mailing_list(web: Visitor, place: World, nets: Networks) -> None:
    smtp = re.search(r"cổng (\d+)", nets.setting("mail", "Máy chủ gửi thư (SMTP)"))
    assert smtp is not None
    _choose(web, place, "Thư điện tử")
    web.type("Tên người gửi", place.primary.name)
    web.type("Địa chỉ gửi", "thutin@dongden.example.edu.vn")
    web.type("Máy chủ gửi thư (SMTP)", "127.0.0.1")
    web.type("Cổng SMTP", smtp.group(1))
    web.choose("Mã hóa", "Không mã hóa (máy mô phỏng)")
    web.type("Mật khẩu", "mat-khau-mau")
    web.type("Địa chỉ in cuối thư", f"{place.primary.name}, xã Đồi Ban")
    web.press("Tạo kênh")
    web.press("Kiểm tra kết nối")
    web.sees("có quyền đăng")


def connect_an_own_system(web: Visitor, place: World, nets: Networks) -> None:
    _choose(web, place, "Hệ thống riêng (webhook)")
    for label in ("Địa chỉ nhận", "Khóa ký"):
        web.type(label, nets.setting("webhook", label))
    web.press("Kết nối và kiểm tra")
    web.sees("có quyền đăng")


def add_a_group_posted_to_by_hand(web: Visitor, place: World) -> None:
    _choose(web, place, "Đăng tay (nhóm Zalo, bảng tin)")
    web.type("Tên nơi đăng", GROUP)
    web.press("Tạo kênh")
