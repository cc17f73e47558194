"""Writing on a phone, and the two pairs of eyes that follow."""

from __future__ import annotations

import article_builders as articles
from builders import PersonRef
from flask import Flask
from flows import world
from flows.visitor import Visitor
from flows.world import World
from playwright.sync_api import expect

TITLE = "Cô giáo trẻ đỡ đầu mười học sinh vùng đồi"
SUMMARY = "Ba năm liền, cô Vì Thị Mẫu lo sách vở cho học sinh khó khăn của trường."
BODY = "Sáng 20/11, 85% học sinh khối 4 cùng thầy cô dự lễ tri ân ở sân trường."
MENDED = "Sáng 20/11, 85% học sinh khối 4 cùng thầy cô dự lễ tri ân ở sân trường, theo báo cáo của nhà trường."
REMARK = "Xin ghi rõ nguồn của con số 85%."
ALT = "Cô giáo phát vở cho nhóm học sinh trong sân trường"
ROLE_MODEL = "Cô Vì Thị Mẫu, giáo viên lớp 4"


def write_an_exemplary_article(teacher: Visitor) -> None:
    teacher.follow("Viết tin bài")
    teacher.type("Tiêu đề", TITLE)
    teacher.choose("Thể loại", "Gương người tốt, việc tốt")
    choice = teacher.box("Bài phục vụ mục nào của kế hoạch")
    choice.select_option(value=choice.locator("option").filter(has_text=world.EXEMPLARY[:30]).get_attribute("value"))
    teacher.press("Bắt đầu viết")
    teacher.type("Tóm tắt", SUMMARY)
    teacher.page.locator(".ProseMirror").click()
    teacher.page.keyboard.type(BODY)
    teacher.type("Người hoặc việc được nêu gương", ROLE_MODEL)
    teacher.type("Việc làm đáng nêu gương", "Mỗi tháng trích lương mua vở cho mười em.")
    expect(teacher.page.get_by_role("status").filter(has_text="Đã lưu lúc")).to_be_visible()


def add_a_photo_with_words_for_the_blind(teacher: Visitor) -> None:
    teacher.box("Thêm ảnh").set_input_files(
        {"name": "phat-vo.jpg", "mimeType": "image/jpeg", "buffer": articles.jpeg(1200, 800)}
    )
    teacher.type("Mô tả ảnh cho người không nhìn thấy", ALT)
    expect(teacher.page.get_by_role("status").filter(has_text="Đã lưu lúc")).to_be_visible()


def find_everything_again_after_closing_the_page(teacher: Visitor) -> None:
    teacher.page.reload()
    expect(teacher.box("Tiêu đề")).to_have_value(TITLE)
    expect(teacher.page.locator(".ProseMirror")).to_have_text(BODY)
    expect(teacher.box("Mô tả ảnh cho người không nhìn thấy")).to_have_value(ALT)


def preview_on_each_channel(teacher: Visitor) -> None:
    teacher.press("Lưu và xem trước")
    teacher.sees("Bài sẽ trông như thế này trên từng kênh", TITLE, BODY)
    teacher.follow("Bản tin phát thanh")
    teacher.sees("tám mươi lăm phần trăm")
    teacher.follow("Viết tiếp")


def submit(teacher: Visitor) -> None:
    teacher.press("Trình duyệt")
    teacher.sees("Đã trình duyệt", "Chờ thẩm định")


def return_it_with_a_remark(vetter: Visitor) -> None:
    vetter.sees("Chờ bạn thẩm định")
    vetter.follow(TITLE)
    vetter.sees(BODY, ROLE_MODEL)
    vetter.type("Ý kiến", REMARK)
    vetter.press("Trả lại")
    vetter.sees("Đã trả lại bài kèm ý kiến cho người viết")


def mend_and_submit_again(teacher: Visitor, place: World) -> None:
    teacher.open(f"/u/{place.primary.slug}/")
    teacher.sees("Bài của bạn cần sửa")
    teacher.follow(TITLE)
    teacher.sees(REMARK)
    teacher.follow("Viết tiếp")
    teacher.sees(REMARK)
    body = teacher.page.locator(".ProseMirror")
    body.click()
    teacher.page.keyboard.press("Control+A")
    teacher.page.keyboard.type(MENDED)
    submit(teacher)


def vet(vetter: Visitor, place: World) -> None:
    vetter.open(f"/u/{place.primary.slug}/")
    vetter.follow(TITLE)
    vetter.sees("Thay đổi so với bản")
    expect(vetter.page.locator("ins").filter(has_text="theo báo cáo của nhà trường")).to_be_visible()
    for box in vetter.page.get_by_role("checkbox").all():
        box.check()
    vetter.press("Đạt, chuyển phê duyệt")
    vetter.sees("Đã thẩm định", "Chờ phê duyệt")


def approve(principal: Visitor, place: World) -> None:
    principal.open(f"/u/{place.primary.slug}/")
    principal.sees("Chờ bạn phê duyệt")
    principal.follow(TITLE)
    principal.sees(MENDED, "Hà Thị Soát đã thẩm định")
    principal.press("Phê duyệt")
    principal.sees("Đã phê duyệt đúng bản này", "Đã duyệt")


def find_no_way_to_approve_an_own_article(principal: Visitor, app: Flask, place: World, author: PersonRef) -> None:
    """The principal's own article, vetted by the vetter, waits for somebody else."""
    unit = place.primary
    own = articles.vet(
        app,
        unit,
        place.vetter,
        articles.submit(
            app,
            unit,
            author,
            articles.draft(app, unit, author, title="Thư ngỏ của hiệu trưởng", off_plan_reason="Thư gửi phụ huynh"),
        ),
    )
    principal.open(f"/u/{unit.slug}/articles/{own.id}")
    principal.sees("Thư ngỏ của hiệu trưởng", "Chờ phê duyệt")
    expect(principal.page.get_by_role("link", name="Phê duyệt", exact=True)).to_have_count(0)
    principal.open(f"/u/{unit.slug}/articles/{own.id}/review")
    principal.sees("Bạn đã viết, sửa hoặc thẩm định bài này, nên bước này cần người khác làm.")
    expect(principal.page.get_by_role("button", name="Phê duyệt", exact=True)).to_have_count(0)
