"""What an office and three schools do when a plan is amended, step by step in the browser."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

import docx
from builders import PersonRef, UnitRef, in_unit, make_office, make_person, make_school, run_jobs
from flask import Flask
from flows.visitor import Visitor
from plan_builders import document, make_plan, receive
from playwright.sync_api import expect

from district.issuing import service as issuing
from tenants import clock, scope, settings
from tenants.plans import service
from tenants.plans.values import NodeValues

SUBJECT = "Truyền thông năm học của xã Thung Mây"
SAFETY, SAFETY_2, SAFETY_3 = (
    "Rà soát an toàn mỗi tháng. Báo cáo cuối kỳ.",
    "Rà soát an toàn mỗi tháng. Báo cáo cuối kỳ gửi về xã.",
    "Rà soát an toàn mỗi tháng. Báo cáo cuối kỳ gửi về xã qua hệ thống.",
)
OWN_SAFETY = "Rà soát an toàn mỗi tuần ở cả hai điểm trường. Báo cáo cuối kỳ."
COMBINED = "Rà soát an toàn mỗi tuần ở cả hai điểm trường. Báo cáo cuối kỳ gửi về xã qua hệ thống."
OWN_FOOD = "Thực đơn dán ở cổng trường mỗi sáng thứ Hai."
FOOD = "Công khai thực đơn."
READING_2 = "Mỗi lớp hai góc sách."
OWN_READING = "Văn hóa đọc ở Đầu Suối"


@dataclass(frozen=True)
class Valley:
    """The office, its three schools, their people, and the plans: ``plans`` by the name of the unit."""

    office: UnitRef
    officer: PersonRef
    schools: tuple[UnitRef, UnitRef, UnitRef]
    principals: tuple[PersonRef, PersonRef, PersonRef]
    plan_id: int
    nodes: dict[str, str]
    plans: dict[str, int]

    def at(self, school: int, rest: str = "") -> str:
        """Return the address of a school's plan, or of a page below it."""
        unit = self.schools[school]
        return f"/u/{unit.slug}/plans/{self.plans[unit.slug]}{rest}"

    def office_at(self, rest: str = "") -> str:
        """Return the address of the office's plan, or of a page below it."""
        return f"/u/{self.office.slug}/plans/{self.plan_id}{rest}"


def issue_the_first_version(app: Flask) -> Valley:
    """Found the place, write the plan, issue it to three schools and let them receive it."""
    office = make_office(app, "Ủy ban nhân dân xã Thung Mây")
    schools = tuple(
        make_school(app, office, name=f"Trường Tiểu học {name}") for name in ("Đầu Suối", "Bến Đá", "Ba Cây")
    )
    nodes = {
        "safety": NodeValues(title="An toàn trường học", body=SAFETY),
        "food": NodeValues(title="Bữa ăn bán trú", body=FOOD),
        "reading": NodeValues(title="Văn hóa đọc", body="Mỗi lớp một góc sách."),
    }
    plan = make_plan(app, office, nodes, SUBJECT)
    with in_unit(app, office, scope.Kind.OVERSIGHT):
        issuing.issue_to(plan.id, [school.id for school in schools], document(notation="KH-UBND"), None)
    run_jobs(app)
    first, second, third = schools
    for school in (first, second):
        with in_unit(app, school):
            settings.put("plans.takeover", "confirm")
    return Valley(
        office,
        make_person(app, office, "officer", name="Sùng Văn Mây"),
        (first, second, third),
        (
            make_person(app, first, "principal", name="Lường Thị Suối"),
            make_person(app, second, "principal", name="Cà Văn Bến"),
            make_person(app, third, "principal", name="Giàng Thị Cây"),
        ),
        plan.id,
        plan.nodes,
        {school.slug: receive(app, school, plan).id for school in schools},
    )


def localize_differently(app: Flask, valley: Valley) -> None:
    """The second school rewords the safety item, the third the item on meals; the first changes nothing but reads."""
    for school, node, body in ((1, "safety", OWN_SAFETY), (2, "food", OWN_FOOD)):
        with in_unit(app, valley.schools[school]):
            plan_id = valley.plans[valley.schools[school].slug]
            service.adapt(plan_id, valley.nodes[node], {"body": body}, None)
    with in_unit(app, valley.schools[0]):
        plan_id = valley.plans[valley.schools[0].slug]
        service.adapt(plan_id, valley.nodes["reading"], {"title": OWN_READING}, None)


def open_an_amendment(officer: Visitor, valley: Valley) -> None:
    officer.open(valley.office_at())
    officer.press("Soạn bản điều chỉnh")
    officer.sees("vẫn có hiệu lực")


def reword(officer: Visitor, valley: Valley, node: str, body: str) -> None:
    officer.open(valley.office_at(f"/nodes/{valley.nodes[node]}"))
    officer.type("Nội dung chi tiết", body)
    officer.press("Lưu mục")
    officer.sees("Đã lưu mục", "Sửa nội dung")


def withdraw(officer: Visitor, valley: Valley, node: str) -> None:
    officer.open(valley.office_at(f"/nodes/{valley.nodes[node]}"))
    officer.press("Rút mục")
    officer.confirm("Rút mục")
    officer.sees("Sẽ rút ở bản tới")


def see_the_effects_and_issue(
    officer: Visitor, valley: Valley, number: str, kind: str, note: str, effects: tuple[str, ...]
) -> None:
    officer.open(valley.office_at("/amendment"))
    officer.follow("Xem trước tác động")
    officer.sees(*effects)
    officer.sees_not(OWN_SAFETY, OWN_FOOD)
    officer.follow("Nhập số, ngày và ban hành")
    officer.type("Lời nhắn tới các đơn vị", note)
    officer.choose("Loại văn bản", kind)
    officer.type("Số", number)
    officer.type("Ký hiệu", "KH-UBND")
    officer.type("Ngày ban hành", clock.today().isoformat())
    officer.type("Địa danh", "Thung Mây")
    officer.type("Chức vụ người ký", "CHỦ TỊCH")
    officer.type("Họ tên người ký", "Vàng Văn Ký")
    officer.press("Xem lại trước khi ban hành")
    officer.sees(f"{number}/KH-UBND", note)
    officer.press("Ban hành và gửi")
    officer.sees("Kết quả tiếp nhận bản")
    officer.reloads_until("3/3")


def take_the_third_version_directly(principal: Visitor, valley: Valley, school: int, *notes: str) -> None:
    """From the start page, where a newer version waits."""
    principal.open(f"/u/{valley.schools[school].slug}/")
    principal.sees("Cấp trên điều chỉnh kế hoạch", "Có bản mới chờ cập nhật")
    principal.follow(f"Xem thay đổi {SUBJECT}")
    principal.sees("Đơn vị đang theo bản 1, cấp trên đã có bản 3", *notes)
    principal.press("Cập nhật theo cấp trên")
    principal.sees("Đã cập nhật theo cấp trên")


def read_the_new_text(principal: Visitor, valley: Valley, school: int, *texts: str) -> None:
    principal.open(valley.at(school))
    principal.sees(*texts)


def combine_in_the_merge_screen(principal: Visitor, valley: Valley, school: int) -> None:
    """One tap from the start page. What is live stays until the button is pressed; the suggestion carries both."""
    principal.open(f"/u/{valley.schools[school].slug}/")
    principal.sees("1 chỗ hai bên cùng sửa")
    principal.follow(f"Quyết định {SUBJECT}")
    principal.sees("Bản cũ của cấp trên", "Bản mới của cấp trên", "Bản của đơn vị", "trong lúc chờ")
    expect(principal.page.locator(".merge-side.upstream ins").first).to_be_visible()
    expect(principal.box("Bản kết hợp (sửa được)")).to_have_value(COMBINED)
    read_the_new_text(principal, valley, school, OWN_SAFETY)
    principal.open(valley.at(school, "/decisions"))
    principal.follow("An toàn trường học")
    principal.press("Dùng bản kết hợp")
    principal.sees("Đã dùng bản kết hợp", "Không có gì chờ ở đây")
    read_the_new_text(principal, valley, school, COMBINED)


def undo_and_combine_again(principal: Visitor, valley: Valley, school: int) -> None:
    principal.open(valley.at(school, "/decisions?kind=settled"))
    principal.press("Hoàn tác")
    principal.sees("Đã hoàn tác bước này")
    read_the_new_text(principal, valley, school, OWN_SAFETY)
    principal.open(valley.at(school, "/decisions"))
    principal.follow("An toàn trường học")
    principal.press("Dùng bản kết hợp")
    principal.sees("Đã dùng bản kết hợp")


def keep_the_orphan_as_an_own_node(principal: Visitor, valley: Valley, school: int) -> None:
    principal.sees("1 mục bị rút")
    principal.follow(f"Quyết định {SUBJECT}")
    principal.sees("Cấp trên đã rút mục này", OWN_FOOD)
    expect(principal.box("Đặt vào dưới").locator("option:checked")).to_have_text(re.compile("NỘI DUNG TRUYỀN THÔNG"))
    principal.press("Chuyển thành mục riêng")
    principal.sees("Đã chuyển thành mục riêng")
    read_the_new_text(principal, valley, school, OWN_FOOD)


def see_who_has_decided(officer: Visitor, valley: Valley) -> None:
    officer.open(f"/o/{valley.office.slug}/plans/{valley.plan_id}/amendment/3")
    officer.sees("Kết quả tiếp nhận bản 3", "3/3")
    expect(officer.page.get_by_role("row").filter(has_text="Đã tiếp nhận")).to_have_count(3)
    officer.sees_not(OWN_SAFETY, OWN_FOOD)


def see_the_board(officer: Visitor, valley: Valley, *rows: Sequence[str]) -> None:
    """The office's board says these words of the schools, in their order, and none of the schools' own."""
    officer.open(f"/o/{valley.office.slug}/plans/{valley.plan_id}")
    for school, words in zip(valley.schools, rows, strict=True):
        row = officer.page.get_by_role("row").filter(has_text=school.name.removeprefix("Trường Tiểu học "))
        for word in words:
            expect(row).to_contain_text(word)
    officer.sees_not(OWN_SAFETY, OWN_FOOD, COMBINED)


def issue_the_schools_plan(principal: Visitor, valley: Valley, school: int, *texts: str) -> None:
    """Issue it; its file holds the words and names the superior's newest document."""
    principal.open(valley.at(school, "/issue"))
    fields = {"Số": f"0{school + 1}", "Ký hiệu": "KH-TH", "Ngày ban hành": clock.today().isoformat()}
    signing = {"Địa danh": "Thung Mây", "Chức vụ người ký": "HIỆU TRƯỞNG", "Họ tên người ký": "Lường Thị Suối"}
    for label, value in (fields | signing).items():
        principal.type(label, value)
    principal.press("Ban hành")
    principal.confirm("Ban hành")
    principal.sees(f"Đã ban hành Kế hoạch số 0{school + 1}/KH-TH")
    name, data = principal.takes("Tải văn bản (Word)")
    assert name == f"0{school + 1}-KH-TH.docx"
    found = words_of(data)
    missing = [text for text in (*texts, "42/KH-UBND") if text not in found]
    assert not missing, f"{missing} not in: {found}"


def words_of(data: bytes) -> str:
    """Return what a Word file says, opened as Word opens it."""
    opened = docx.Document(io.BytesIO(data))
    cells = [cell.text for table in opened.tables for row in table.rows for cell in row.cells]
    return "\n".join([*cells, *(paragraph.text for paragraph in opened.paragraphs)])


def take_the_offices_documents(officer: Visitor, valley: Valley) -> None:
    """The plan as it was issued first, the plan that amends it, and the plan that replaces both."""
    found = []
    for version in (1, 2, 3):
        answer = officer.page.request.get(officer.address + valley.office_at(f"/versions/{version}/file"))
        assert answer.ok
        found.append(words_of(answer.body()))
    first, second, third = found
    assert all(text in first for text in (SUBJECT, SAFETY, FOOD, "Mỗi lớp một góc sách."))
    assert all(text in second for text in ("41/KH-UBND", "Điều chỉnh", SAFETY_2, READING_2))
    assert FOOD not in second, "what did not change is not said again"
    assert all(text in third for text in ("42/KH-UBND", "thay thế", SAFETY_3, READING_2))
    assert FOOD not in third
    officer.open(valley.office_at())
    officer.sees("41/KH-UBND", "42/KH-UBND", SAFETY_3)
