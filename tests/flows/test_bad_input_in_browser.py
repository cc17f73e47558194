"""What goes wrong while somebody writes: the session ends, a colleague saves first. No word is lost."""

from __future__ import annotations

from collections.abc import Callable

import article_builders as articles
import pytest
from article_builders import FULL
from builders import make_person
from flask import Flask
from flows.visitor import PHONE, Visitor
from flows.world import World
from playwright.sync_api import expect

pytestmark = pytest.mark.database("sqlite")

LONG_WORDS = "Cả lớp cùng trồng cây bên suối."


def state_of_saving(person: Visitor, text: str) -> None:
    """Assert what the line beside the buttons says about the writing."""
    expect(person.page.locator("[data-autosave-status]")).to_contain_text(text)


def test_a_draft_survives_the_end_of_the_session_and_is_restored_after_signing_in(
    app: Flask, place: World, visit: Callable[..., Visitor]
) -> None:
    draft = articles.draft(app, place.primary, place.teacher)
    edit = f"/u/{place.primary.slug}/articles/{draft.id}/edit"
    teacher = visit(place.teacher, PHONE)
    teacher.open(edit)
    teacher.context.clear_cookies()

    with teacher.refused(400):
        teacher.type("Tiêu đề", "Ngày hội trồng cây")
        teacher.page.locator(".ProseMirror").press("Control+End")
        teacher.page.keyboard.type(LONG_WORDS)
        state_of_saving(teacher, "Phiên đăng nhập đã hết. Nội dung được giữ trên máy này.")
    expect(teacher.box("Tiêu đề")).to_have_value("Ngày hội trồng cây")

    teacher.sign_in(place.teacher)
    teacher.open(edit)
    expect(teacher.box("Tiêu đề")).to_have_value(FULL.title)
    teacher.press("Khôi phục nội dung đó")
    expect(teacher.box("Tiêu đề")).to_have_value("Ngày hội trồng cây")
    expect(teacher.page.locator(".ProseMirror")).to_contain_text(LONG_WORDS)
    state_of_saving(teacher, "Đã lưu lúc")

    teacher.page.reload()
    expect(teacher.box("Tiêu đề")).to_have_value("Ngày hội trồng cây")
    expect(teacher.page.locator(".ProseMirror")).to_contain_text(LONG_WORDS)
    teacher.sees_not("Khôi phục nội dung đó")


def test_signing_in_in_another_tab_lets_the_open_page_save(
    app: Flask, place: World, visit: Callable[..., Visitor]
) -> None:
    draft = articles.draft(app, place.primary, place.teacher)
    teacher = visit(place.teacher)
    teacher.open(f"/u/{place.primary.slug}/articles/{draft.id}/edit")
    teacher.context.clear_cookies()
    with teacher.refused(400):
        teacher.type("Tiêu đề", "Ngày hội trồng cây")
        state_of_saving(teacher, "Phiên đăng nhập đã hết.")

    writing = teacher.page
    with teacher.context.expect_page() as other:
        teacher.follow("Đăng nhập lại ở thẻ mới, rồi quay lại trang này")
    teacher.page = other.value
    teacher.sign_in_here(place.teacher)

    teacher.page = writing
    teacher.type("Tóm tắt", "Cây ban được trồng dọc bờ suối.")
    state_of_saving(teacher, "Đã lưu lúc")
    teacher.page.reload()
    expect(teacher.box("Tiêu đề")).to_have_value("Ngày hội trồng cây")
    expect(teacher.box("Tóm tắt")).to_have_value("Cây ban được trồng dọc bờ suối.")


def test_a_form_sent_after_the_session_ended_comes_back_whole(
    app: Flask, place: World, visit: Callable[..., Visitor]
) -> None:
    draft = articles.draft(app, place.primary, place.teacher)
    teacher = visit(place.teacher)
    teacher.open(f"/u/{place.primary.slug}/articles/{draft.id}/edit")
    teacher.context.clear_cookies()
    teacher.type("Tiêu đề", "Ngày hội trồng cây ở trường")
    with teacher.refused(400):
        teacher.press("Lưu")
        teacher.sees("Phiên làm việc đã hết", "vẫn còn nguyên trong trang này")
    expect(teacher.page.get_by_label("Phần 1")).to_have_value("Ngày hội trồng cây ở trường")

    kept = teacher.page
    with teacher.context.expect_page() as other:
        teacher.follow("Đăng nhập ở thẻ mới")
    teacher.page = other.value
    teacher.sign_in_here(place.teacher)

    teacher.page = kept
    teacher.press("Gửi lại")
    teacher.sees("Đã lưu bản nháp.")
    expect(teacher.box("Tiêu đề")).to_have_value("Ngày hội trồng cây ở trường")


def test_the_second_of_two_writers_is_told_and_both_texts_are_kept(
    app: Flask, place: World, visit: Callable[..., Visitor]
) -> None:
    draft = articles.draft(app, place.primary, place.teacher)
    edit = f"/u/{place.primary.slug}/articles/{draft.id}/edit"
    colleague = make_person(app, place.primary, "author", name="Vì Thị Sau")
    first, second = visit(place.teacher), visit(colleague, PHONE)
    first.open(edit)
    second.open(edit)

    first.type("Tiêu đề", "Ngày hội đọc sách, lời của người thứ nhất")
    state_of_saving(first, "Đã lưu lúc")
    with second.refused(409):
        second.type("Tiêu đề", "Ngày hội đọc sách, lời của người thứ hai")
        second.sees("Lò Văn Viết")
        state_of_saving(second, "Lò Văn Viết")
    expect(second.box("Tiêu đề")).to_have_value("Ngày hội đọc sách, lời của người thứ hai")

    second.follow("Xem hai bản")
    second.sees("Hai bản của cùng một bài", "Bản hiện có", "Bản giữ riêng")
    second.sees("Ngày hội đọc sách, lời của người thứ nhất", "Ngày hội đọc sách, lời của người thứ hai")
    second.press("Dùng bản của Vì Thị Sau")
    second.sees("Ngày hội đọc sách, lời của người thứ hai")

    first.open(f"/u/{place.primary.slug}/articles/{draft.id}")
    first.sees("Các bản đã lưu")
    first.page.get_by_role("main").get_by_role("listitem").filter(has_text="Lò Văn Viết").get_by_role(
        "link"
    ).last.click()
    first.sees("Ngày hội đọc sách, lời của người thứ nhất")


def test_a_file_that_is_no_plan_is_explained_and_kept(place: World, visit: Callable[..., Visitor]) -> None:
    officer = visit(place.officer)
    officer.open(f"/u/{place.office.slug}/plans/import")
    old_word = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    officer.box("Tệp kế hoạch").set_input_files({"name": "cu.docx", "mimeType": "x/y", "buffer": old_word})
    officer.press("Tải lên và đọc")
    officer.sees("Chưa đọc được tệp này", ".docx")
    assert officer.takes("Tải lại tệp") == ("cu.docx", old_word)
