"""What may stand in a plan's header, and in which language its words are written."""

from __future__ import annotations

import datetime as dt

import pytest
from builders import in_unit, make_office, make_person, make_school
from flask import Flask, session

from tenants.errors import Refused
from tenants.plans import queries, service
from tenants.plans.values import HeaderValues, check_header, title_lines


@pytest.mark.parametrize("day", [dt.date(9999, 12, 31), dt.date(1, 1, 1)])
def test_a_slip_in_the_year_is_refused(day: dt.date) -> None:
    with pytest.raises(Refused) as refusal:
        check_header(HeaderValues("Kế hoạch truyền thông", ends_on=day))
    assert refusal.value.code == "year"


def test_a_document_is_vietnamese_also_in_an_english_interface(app: Flask) -> None:
    school = make_school(app, make_office(app))
    principal = make_person(app, school, "principal")
    with app.test_request_context(f"/u/{school.slug}/plans/new", method="POST"):
        session["language"] = "en"
        with in_unit(app, school):
            plan = service.create_plan(subject="Truyền thông năm học", actor_id=principal.id)
            titles = [node.node.title for node in queries.working_plan(plan.id).tree]
            signer_title = plan.signer_title
    assert titles[:3] == ["MỤC ĐÍCH, YÊU CẦU", "NỘI DUNG TRUYỀN THÔNG", "TỔ CHỨC THỰC HIỆN"]
    assert signer_title == "HIỆU TRƯỞNG"


@pytest.mark.parametrize(
    ("read", "lines"),
    [
        ("KT. HIỆU TRƯỞNG PHÓ HIỆU TRƯỞNG", ["KT. HIỆU TRƯỞNG", "PHÓ HIỆU TRƯỞNG"]),
        ("TM. ỦY BAN NHÂN DÂN KT. CHỦ TỊCH PHÓ CHỦ TỊCH", ["TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"]),
        ("TRƯỞNG PHÒNG", ["TRƯỞNG PHÒNG"]),
        ("PHÓ CHỦ TỊCH", ["PHÓ CHỦ TỊCH"]),
        ("", [""]),
    ],
)
def test_each_authority_of_a_signer_stands_on_its_own_line(read: str, lines: list[str]) -> None:
    assert title_lines(read).split("\n") == lines


def test_the_lines_of_a_signers_title_are_kept() -> None:
    tidied = check_header(HeaderValues("Kế hoạch", signer_title=" KT. HIỆU TRƯỞNG\r\nPHÓ HIỆU TRƯỞNG \n"))
    assert tidied.signer_title == "KT. HIỆU TRƯỞNG\nPHÓ HIỆU TRƯỞNG"
