"""What the web person does: see the outlets, publish, take the radio script."""

from __future__ import annotations

import io
import re

from docx import Document
from flows.steps_articles import TITLE
from flows.visitor import Visitor
from flows.world import World


def find_the_outlets_ready(web: Visitor) -> None:
    """A new school's own site and radio script need no connecting, so nobody has to ask for them."""
    web.follow("Đăng và kênh")
    web.follow("Kênh của đơn vị")
    web.reloads_until("Trang thông tin điện tử")
    web.sees("Bản tin phát thanh", "Đang dùng")


def publish_now(web: Visitor, place: World) -> None:
    web.open(f"/u/{place.primary.slug}/")
    web.sees("Đã duyệt, chờ đăng")
    web.follow(TITLE)
    web.tick("Trang thông tin điện tử")
    web.tick("Bản tin phát thanh")
    web.press("Xác nhận đăng")
    web.sees("Đã giao bài cho máy phát hành")
    web.reloads_until("Bản này đã đăng lúc")
    web.reloads_until("Chờ xác nhận")


def take_the_radio_script(web: Visitor) -> None:
    """Both files say the same; nothing is left in figures where a voice reads."""
    web.follow("Xem bài trên kênh này (Bản tin phát thanh)")
    web.sees("tám mươi lăm phần trăm")
    files = dict(
        web.takes(link.inner_text()) for link in web.page.get_by_role("link", name=re.compile(r"\.(docx|txt)$")).all()
    )
    spoken = next(data for name, data in files.items() if name.endswith(".txt")).decode()
    assert "tám mươi lăm phần trăm" in spoken
    assert not re.search(r"\d", spoken)
    script = Document(io.BytesIO(next(data for name, data in files.items() if name.endswith(".docx"))))
    cells = [cell.text for table in script.tables for row in table.rows for cell in row.cells]
    assert any("tám mươi lăm phần trăm" in text for text in cells)


def let_the_station_confirm(web: Visitor, station: Visitor) -> None:
    """A broadcast counts once the radio station has said so, by the link and without an account."""
    web.page.go_back()
    history = web.page.locator("section", has=web.page.get_by_role("heading", name="Bài này trên các kênh"))
    history.get_by_role("link", name=re.compile("^Bản tin phát thanh")).first.click()
    link = re.search(r"/x/\S+", web.box("Tin nhắn kèm đường dẫn, gửi qua Zalo hoặc SMS").input_value())
    assert link is not None
    station.open(link.group())
    station.type("Họ tên người xác nhận", "Đài truyền thanh xã")
    station.press("Xác nhận đã phát")
    station.sees("Đã ghi nhận: đã phát.")
