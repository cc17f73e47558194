"""What the officer does: import, correct, set the rules, issue, watch; and at the end, read the results."""

from __future__ import annotations

import re

from flows import world
from flows.visitor import Visitor
from flows.world import World
from playwright.sync_api import Locator, expect

from tenants import clock

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def import_the_plan_from_a_word_file(officer: Visitor) -> None:
    officer.follow("Kế hoạch")
    officer.follow("Nhập từ tệp")
    file = {"name": "Kế hoạch Đồi Ban.docx", "mimeType": DOCX, "buffer": world.plan_file()}
    officer.box("Tệp kế hoạch").set_input_files(file)
    officer.press("Tải lên và đọc")
    officer.sees("Xem lại những gì đã đọc")
    assert officer.takes("Tệp gốc") == ("Kế hoạch Đồi Ban.docx", world.plan_file())
    expect(officer.box("Tên kế hoạch (trích yếu)")).to_have_value(world.SUBJECT)
    expect(officer.box("Họ tên người ký")).to_have_value("Tòng Thị Ký")


def correct_what_was_read(officer: Visitor) -> None:
    node_row(officer, world.MISREAD).get_by_role("link", name="Sửa").click()
    officer.sees("Trong văn bản gốc")
    officer.type("Nội dung mục", f"{world.EXEMPLARY}.")
    officer.press("Lưu mục")
    officer.sees("Đã sửa mục", world.EXEMPLARY)
    officer.press("Tạo dự thảo")
    officer.sees("Đã tạo dự thảo từ tệp", world.LOCKED)


def say_when_the_plan_is_in_force(officer: Visitor) -> None:
    first, last = world.school_year()
    officer.follow("Phần đầu và căn cứ")
    officer.type("Từ ngày", first.isoformat())
    officer.type("Đến ngày", last.isoformat())
    officer.press("Lưu")
    officer.sees("Đã lưu phần đầu văn bản", f"{first:%d/%m/%Y} – {last:%d/%m/%Y}")
    officer.follow("Soạn nội dung")


def give_a_node_to_preschools_only(officer: Visitor) -> None:
    officer.follow(f"{world.FOR_PRESCHOOL}.")
    officer.tick("Mầm non")
    officer.press("Lưu mục")
    officer.sees("Đã lưu mục")
    expect(node_row(officer, world.FOR_PRESCHOOL)).to_contain_text("Mầm non")


def lock_a_node(officer: Visitor) -> None:
    officer.follow(f"{world.LOCKED}.")
    officer.page.get_by_text("Đơn vị dưới được làm gì với mục này").click()
    officer.choose("Tiêu đề", "Khóa")
    officer.tick("Bắt buộc: đơn vị dưới không được bỏ mục này")
    officer.press("Lưu mục")
    expect(node_row(officer, world.LOCKED)).to_contain_text("khóa: tiêu đề")


def ask_for_one_exemplary_article_a_month(officer: Visitor) -> None:
    officer.follow(f"{world.EXEMPLARY}.")
    officer.page.get_by_text("Chỉ tiêu tin bài").click()
    officer.type("Số lượng", "1")
    officer.choose("Kỳ", "mỗi tháng")
    officer.choose("Bài được tính", "Chỉ tính gương người tốt, việc tốt")
    officer.press("Lưu mục")
    expect(node_row(officer, world.EXEMPLARY)).to_contain_text("1 bài mỗi tháng")


def node_row(person: Visitor, text: str) -> Locator:
    """Return the line of a node in the tree."""
    return person.page.locator(".tree-row").filter(has_text=text).last


def issue_to_both_schools(officer: Visitor, place: World) -> None:
    officer.follow("Xem toàn văn")
    officer.follow("Ban hành")
    officer.type("Số", "12")
    officer.type("Ký hiệu", "KH-UBND")
    officer.type("Ngày ban hành", clock.today().isoformat())
    expect(officer.box("Chức vụ người ký")).to_have_value("KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH")
    expect(officer.box("Họ tên người ký")).to_have_value("Tòng Thị Ký")
    officer.tick(place.primary.name)
    officer.tick(place.preschool.name)
    officer.press("Xem lại trước khi ban hành")
    officer.sees("Ban hành kế hoạch tới 2 đơn vị?", "12/KH-UBND", place.primary.name, place.preschool.name)
    officer.press("Ban hành và gửi")
    officer.sees("Gửi tới các đơn vị", "2/2", "Tất cả đơn vị đã nhận kế hoạch.")


def see_how_far_the_schools_have_come(officer: Visitor, place: World) -> None:
    officer.follow("Tổng quan các trường")
    officer.sees(world.SUBJECT)
    card = officer.page.locator("section.card").filter(has=officer.page.get_by_role("heading", name=world.SUBJECT))
    reached = {"Đã nhận": "2/2", "Đã nghiên cứu": "1/2", "Đã cụ thể hóa": "1/2", "Đã ban hành": "1/2"}
    for label, count in reached.items():
        expect(card.get_by_role("row", name=re.compile(f"^{label}"))).to_contain_text(count)
    card.get_by_role("link", name="Bảng theo dõi").click()
    primary = officer.page.get_by_role("row").filter(has_text=place.primary.name)
    expect(primary).to_contain_text("Đã ban hành")
    for count in ("điều chỉnh 1", "thêm 1", "không áp dụng 1"):
        expect(primary).to_contain_text(count)
    expect(officer.page.get_by_role("row").filter(has_text=place.preschool.name)).to_contain_text("Đã tiếp nhận")


def count_the_article_in_every_way(officer: Visitor, place: World, title: str) -> None:
    officer.follow("Tin bài các trường")
    officer.page.get_by_label("Kế hoạch", exact=True).select_option(index=1)
    officer.page.wait_for_url(re.compile(r"plan=[1-9]"))
    month = clock.today().replace(day=1)
    counts = {
        "Theo kênh": {"Trang thông tin điện tử": "1", "Bản tin phát thanh": "1"},
        "Theo thể loại": {"Gương người tốt, việc tốt": "1"},
        "Theo nội dung kế hoạch": {world.EXEMPLARY: "1"},
        "Theo trường": {place.primary.name: "1", place.preschool.name: "0"},
    }
    for heading, rows in counts.items():
        part = officer.page.locator("section.card").filter(has=officer.page.get_by_role("heading", name=heading))
        for label, count in rows.items():
            expect(part.get_by_role("row").filter(has_text=label).locator("td.number").last).to_have_text(count)
    by_month = officer.page.locator("section.card").filter(has=officer.page.get_by_role("heading", name="Theo tháng"))
    by_month.get_by_text("Xem bảng số liệu").click()
    expect(by_month.get_by_role("row").filter(has_text=str(month.month)).last).to_contain_text("1")
    officer.follow(place.primary.name)
    officer.sees(title)


def see_the_quota_filled(officer: Visitor, place: World, title: str) -> None:
    officer.follow("Chỉ tiêu")
    officer.sees(world.EXEMPLARY)
    rows = officer.page.get_by_role("row")
    proof = rows.filter(has_text=place.primary.name).get_by_role("link", name=f"Đã đạt: {title}")
    expect(proof).to_be_visible()
    expect(rows.filter(has_text=place.preschool.name)).not_to_contain_text("Đã đạt")
    proof.click()
    expect(officer.page.get_by_role("heading", level=1)).to_have_text(title)
