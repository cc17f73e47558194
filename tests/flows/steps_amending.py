"""What an office and three schools do when a plan is amended, step by step in the browser."""

from __future__ import annotations

import re
from dataclasses import dataclass

from builders import PersonRef, UnitRef, in_unit, make_office, make_person, make_school, run_jobs
from flask import Flask
from flows.visitor import Visitor
from plan_builders import document, make_plan, receive
from playwright.sync_api import expect

from district.issuing import service as issuing
from tenants import clock, scope, settings
from tenants.plans import service
from tenants.plans.values import NodeValues

SAFETY, SAFETY_2, SAFETY_3 = (
    "Rà soát an toàn mỗi tháng. Báo cáo cuối kỳ.",
    "Rà soát an toàn mỗi tháng. Báo cáo cuối kỳ gửi về xã.",
    "Rà soát an toàn mỗi tháng. Báo cáo cuối kỳ gửi về xã qua hệ thống.",
)
OWN_SAFETY = "Rà soát an toàn mỗi tuần ở cả hai điểm trường. Báo cáo cuối kỳ."
COMBINED = "Rà soát an toàn mỗi tuần ở cả hai điểm trường. Báo cáo cuối kỳ gửi về xã qua hệ thống."
OWN_FOOD = "Thực đơn dán ở cổng trường mỗi sáng thứ Hai."
READING_2 = "Mỗi lớp hai góc sách."


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
        "food": NodeValues(title="Bữa ăn bán trú", body="Công khai thực đơn."),
        "reading": NodeValues(title="Văn hóa đọc", body="Mỗi lớp một góc sách."),
    }
    plan = make_plan(app, office, nodes, "Truyền thông năm học của xã Thung Mây")
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
        service.adapt(plan_id, valley.nodes["reading"], {"title": "Văn hóa đọc ở Đầu Suối"}, None)


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
    officer: Visitor, valley: Valley, number: str, note: str, effects: tuple[str, ...]
) -> None:
    officer.open(valley.office_at("/amendment"))
    officer.follow("Xem trước tác động")
    officer.sees(*effects)
    officer.sees_not(OWN_SAFETY, OWN_FOOD)
    officer.follow("Nhập số, ngày và ban hành")
    officer.type("Lời nhắn tới các đơn vị", note)
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
    principal.open(valley.at(school))
    principal.sees("Cấp trên vừa điều chỉnh kế hoạch")
    principal.follow("Xem những thay đổi")
    principal.sees("Đơn vị đang theo bản 1, cấp trên đã có bản 3", *notes)
    principal.press("Cập nhật theo cấp trên")
    principal.sees("Đã cập nhật theo cấp trên")


def read_the_new_text(principal: Visitor, valley: Valley, school: int, *texts: str) -> None:
    principal.open(valley.at(school))
    principal.sees(*texts)


def combine_in_the_merge_screen(principal: Visitor, valley: Valley, school: int) -> None:
    """What is live stays until the button is pressed; the suggestion carries both changes."""
    principal.open(valley.at(school, "/decisions"))
    principal.follow("An toàn trường học")
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
    principal.open(valley.at(school, "/decisions"))
    principal.follow("Bữa ăn bán trú")
    principal.sees("Cấp trên đã rút mục này", OWN_FOOD)
    option = principal.box("Đặt vào dưới").locator("option").filter(has_text=re.compile("NỘI DUNG TRUYỀN THÔNG")).first
    principal.box("Đặt vào dưới").select_option(value=option.get_attribute("value"))
    principal.press("Chuyển thành mục riêng")
    principal.sees("Đã chuyển thành mục riêng")
    read_the_new_text(principal, valley, school, OWN_FOOD)


def see_who_has_decided(officer: Visitor, valley: Valley) -> None:
    officer.open(f"/o/{valley.office.slug}/plans/{valley.plan_id}/amendment/3")
    officer.sees("Kết quả tiếp nhận bản 3", "3/3")
    expect(officer.page.get_by_role("row").filter(has_text="Đã tiếp nhận")).to_have_count(3)
    officer.sees_not(OWN_SAFETY, OWN_FOOD)
