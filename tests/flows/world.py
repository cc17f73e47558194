"""The place where the main job happens: an office, two schools, people, and the plan the office has in a Word file."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from builders import PersonRef, UnitRef, make_person, make_unit
from flask import Flask

from tenants import clock
from tenants.plans.document import DocumentNode, PlanDocument, write_docx

SUBJECT = "Truyền thông về giáo dục và đào tạo xã Đồi Ban năm học này"
MISREAD = "Đưa tin gương ngừoi tốt, việc tốt trong nhà trường"
EXEMPLARY = "Đưa tin gương người tốt, việc tốt trong nhà trường"
FOR_PRESCHOOL = "Nuôi dưỡng, chăm sóc trẻ mầm non; bữa ăn bán trú an toàn"
LOCKED = "An toàn trên không gian mạng; không đăng ảnh trẻ khi chưa có sự đồng ý"
ADAPTED = "Phòng, chống đuối nước và tai nạn thương tích cho học sinh"
OPTIONAL = "Tuyên truyền trên hệ thống truyền thanh của xã"


@dataclass(frozen=True)
class World:
    """Who takes part."""

    office: UnitRef
    primary: UnitRef
    preschool: UnitRef
    officer: PersonRef
    principal: PersonRef
    teacher: PersonRef
    vetter: PersonRef
    web: PersonRef


def make_world(app: Flask) -> World:
    """Found the office, its schools and their people."""
    office = make_unit(app, "commune_office", "Ủy ban nhân dân xã Đồi Ban", symbol="UBND")
    primary = make_unit(app, "primary", "Trường Tiểu học Đồng Đèn", office, "THĐĐ")
    preschool = make_unit(app, "preschool", "Trường Mầm non Hoa Ban", office, "MNHB")
    make_person(app, preschool, "principal", name="Lù Thị Nụ")
    return World(
        office,
        primary,
        preschool,
        officer=make_person(app, office, "officer", name="Quàng Văn Kế"),
        principal=make_person(app, primary, "principal", name="Cầm Thị Thảo"),
        teacher=make_person(app, primary, "author", name="Lò Văn Viết"),
        vetter=make_person(app, primary, "vetter", name="Hà Thị Soát"),
        web=make_person(app, primary, "web_person", name="Bạc Văn Mạng"),
    )


def school_year() -> tuple[dt.date, dt.date]:
    """Return the first and last day of a plan that is in force today."""
    first = clock.today().replace(day=1)
    return first, first + dt.timedelta(days=250)


def plan_file() -> bytes:
    """Return the office's plan as a Word file, with a slip of the pen in one item."""
    return write_docx(
        PlanDocument(
            managing_unit="TỈNH HOA SIM",
            issuing_unit="ỦY BAN NHÂN DÂN XÃ ĐỒI BAN",
            number=None,
            notation="KH-UBND",
            place="Đồi Ban",
            issued_on=None,
            subject=SUBJECT,
            bases=("Căn cứ Luật Giáo dục ngày 14 tháng 6 năm 2019",),
            introduction=("Ủy ban nhân dân xã Đồi Ban ban hành Kế hoạch truyền thông như sau:",),
            nodes=(
                DocumentNode(
                    "I",
                    "MỤC ĐÍCH, YÊU CẦU",
                    children=(
                        DocumentNode("1", text="Giúp người dân hiểu đúng, kịp thời các chủ trương về giáo dục."),
                        DocumentNode("2", text="Tin, bài phải được thẩm định và phê duyệt trước khi công bố."),
                    ),
                ),
                DocumentNode(
                    "II",
                    "NỘI DUNG TRUYỀN THÔNG",
                    children=tuple(
                        DocumentNode(str(number), text=f"{text}.")
                        for number, text in enumerate((FOR_PRESCHOOL, LOCKED, ADAPTED, OPTIONAL, MISREAD), start=1)
                    ),
                ),
                DocumentNode(
                    "III",
                    "TỔ CHỨC THỰC HIỆN",
                    children=(
                        DocumentNode("1", text="Các trường xây dựng kế hoạch truyền thông của đơn vị."),
                        DocumentNode("2", text="Phòng Văn hóa - Xã hội theo dõi, tổng hợp kết quả."),
                    ),
                ),
            ),
            closing=("Trên đây là Kế hoạch truyền thông, đề nghị các trường thực hiện./.",),
            recipients=("Các trường trên địa bàn xã;", "Lưu: VT, VHXH."),
            signer_title="KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH",
            signer_name="Tòng Thị Ký",
        )
    )
