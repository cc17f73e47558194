"""What the principal does with the office's plan: read it, make it the school's own, issue it."""

from __future__ import annotations

from flows import world
from flows.steps_office import node_row
from flows.visitor import Visitor
from playwright.sync_api import expect

from tenants import clock

OWN_WORDS = "Phòng, chống đuối nước ở suối Đồng Đèn; lớp học bơi hè cho học sinh."
OWN_NODE = "Ngày hội đọc sách của trường, do thư viện chủ trì"
REASON = "Xã chưa lắp loa tới bản có điểm trường."


def read_the_inherited_plan(principal: Visitor) -> None:
    principal.sees("Kế hoạch cấp trên đang chờ trường", world.SUBJECT)
    principal.follow(world.SUBJECT)
    principal.sees(world.LOCKED, world.ADAPTED, world.EXEMPLARY)
    principal.sees_not(world.FOR_PRESCHOOL)


def confirm_it_was_studied(principal: Visitor) -> None:
    principal.follow("Đọc kế hoạch cấp trên")
    principal.sees("12/KH-UBND", world.LOCKED)
    principal.press("Đã nghiên cứu")
    principal.sees("đơn vị đã nghiên cứu kế hoạch của cấp trên")


def adapt_a_node(principal: Visitor) -> None:
    principal.follow("Cụ thể hóa")
    node_row(principal, world.ADAPTED).get_by_role("link", name="Điều chỉnh").click()
    principal.sees(world.ADAPTED)
    principal.type("Tiêu đề hoặc câu chính", OWN_WORDS)
    principal.type("Lý do điều chỉnh (cấp trên xem được)", "Trường ở ngay bên suối.")
    principal.press("Lưu")
    principal.sees("Đã lưu nội dung của đơn vị")
    expect(node_row(principal, OWN_WORDS)).to_contain_text("Đã cụ thể hóa")


def be_refused_on_a_locked_node(principal: Visitor) -> None:
    """The page offers no field; a field slipped into the form is refused by the server."""
    node_row(principal, world.LOCKED).get_by_role("link", name="Điều chỉnh").click()
    principal.sees("Khóa", "Cấp trên đặt mục này là bắt buộc nên không bỏ được.")
    expect(principal.page.get_by_label("Tiêu đề hoặc câu chính")).to_have_count(0)
    principal.page.locator("form[action$='/adapt']").evaluate(
        "form => form.append(Object.assign(document.createElement('input'), {name: 'title', value: 'Chữ của tôi'}))"
    )
    with principal.refused(422):
        principal.press("Lưu")
        principal.sees("đã khóa")
    principal.follow("Quay lại")
    principal.sees(world.LOCKED)
    principal.sees_not("Chữ của tôi")


def add_an_own_node(principal: Visitor) -> None:
    principal.type("Thêm mục", OWN_NODE)
    principal.box("Vào dưới").select_option(label="II NỘI DUNG TRUYỀN THÔNG")
    principal.press("Thêm")
    principal.sees("Đã thêm")
    expect(node_row(principal, OWN_NODE)).to_contain_text("Của đơn vị")


def omit_a_node_with_a_reason(principal: Visitor) -> None:
    node_row(principal, world.OPTIONAL).get_by_role("link", name="Điều chỉnh").click()
    principal.type("Lý do (cấp trên xem được)", REASON)
    principal.press("Bỏ mục")
    principal.sees("Đã bỏ mục khỏi kế hoạch của đơn vị")
    expect(node_row(principal, world.OPTIONAL)).to_contain_text(f"Lý do: {REASON}")


def compare_with_the_superior(principal: Visitor) -> None:
    principal.follow("So sánh")
    principal.sees("Chữ gạch bỏ là của cấp trên", OWN_NODE, REASON)
    expect(principal.page.locator("ins").filter(has_text="suối Đồng Đèn")).to_be_visible()
    expect(principal.page.locator("del").filter(has_text="tai nạn thương tích")).to_be_visible()
    principal.sees_not(world.LOCKED)


def issue_the_schools_plan(principal: Visitor) -> None:
    principal.follow("Cụ thể hóa tiếp")
    principal.follow("Xem toàn văn")
    principal.page.locator("summary").filter(has_text="Thêm").click()
    principal.follow("Ban hành")
    principal.sees("Đã nghiên cứu kế hoạch của cấp trên.")
    principal.type("Số", "05")
    principal.type("Ký hiệu", "KH-THĐĐ")
    principal.type("Ngày ban hành", clock.today().isoformat())
    principal.press("Ban hành")
    principal.confirm("Ban hành")
    principal.sees("Đã ban hành Kế hoạch số 05/KH-THĐĐ", "Cầm Thị Thảo", OWN_WORDS, OWN_NODE)
    principal.sees_not(world.OPTIONAL)
    name, data = principal.takes("Tải văn bản (Word)")
    assert name == "05-KH-THĐĐ.docx"
    assert data.startswith(b"PK")
