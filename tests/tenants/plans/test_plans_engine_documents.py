"""What an amendment is issued as, the printed page and PDF of it, and the parent plan of an imported one."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable

import pytest
from builders import UnitRef, in_unit, make_office, make_person, make_school, make_unit, run_jobs
from docx import Document
from flask import Flask
from plan_builders import PlanRef, document, issue, make_plan
from sqlalchemy import select
from webclient import PageClient

from tenants import files
from tenants.errors import Refused
from tenants.plans import service
from tenants.plans.document import pdf, write_text
from tenants.plans.models import PlanCitation, PlanSource, PlanVersion
from tenants.plans.values import NodeValues

ClientFor = Callable[..., PageClient]


@pytest.fixture
def office(app: Flask) -> UnitRef:
    return make_office(app, "UBND xã Hoa Sim")


@pytest.fixture
def plan(app: Flask, office: UnitRef) -> PlanRef:
    nodes = {"safe": NodeValues(title="An toàn trường học."), "radio": NodeValues(title="Phát thanh học đường.")}
    plan = make_plan(app, office, nodes)
    issue(app, plan, number="7", notation="KH-UBND", document_date=dt.date(2026, 9, 5))
    return plan


def amend(app: Flask, plan: PlanRef, title: str, **changes: object) -> int:
    with in_unit(app, plan.unit):
        service.begin_amendment(plan.id, None)
        if title:
            service.edit_node(plan.id, plan.nodes["safe"], NodeValues(title=title), None)
    return issue(app, plan, **changes)


def frozen(app: Flask, plan: PlanRef, version: int) -> str:
    with in_unit(app, plan.unit) as session:
        row = session.scalar(select(PlanVersion).where(PlanVersion.version == version))
        word = Document(io.BytesIO(files.store().get(row.file_sha256)))
        cells = [cell.text for table in word.tables for line in table.rows for cell in line.cells]
        return "\n".join([*(paragraph.text for paragraph in word.paragraphs), *cells])


def test_the_frozen_file_of_an_amendment_is_the_document_that_was_chosen(app: Flask, plan: PlanRef) -> None:
    version = amend(app, plan, "An toàn giao thông.", follow_up="adjust", number="15", notation="KH-UBND")
    text = frozen(app, plan, version)
    assert "Điều chỉnh Kế hoạch số 07/KH-UBND ngày 05 tháng 9 năm 2026 của UBND xã Hoa Sim" in text
    assert "An toàn giao thông." in text and "Phát thanh học đường" not in text
    with in_unit(app, plan.unit):
        whole = write_text(service.issued_document(plan.unit.id, plan.id))
    assert "An toàn giao thông." in whole and "Phát thanh học đường." in whole and "Số: 07/KH-UBND" in whole


def test_a_peoples_committee_prints_its_own_name_and_a_school_the_committee_above_its_own(app: Flask) -> None:
    department = make_unit(app, "department", "Sở Giáo dục và Đào tạo Hoa Sim")
    committee = make_office(app, "Ủy ban nhân dân xã Hoa Sim", department)
    school = make_school(app, committee, name="Trường Tiểu học Hoa Sim")
    heads = []
    for unit in (school, committee):
        issued = make_plan(app, unit, {"safe": NodeValues(title="An toàn trường học.")})
        issue(app, issued, number="7", notation="KH-UBND")
        text = frozen(app, issued, 1)
        heads.append([name.upper() in text for name in (department.name, committee.name, school.name)])
    assert heads == [[False, True, True], [False, True, False]]


def test_a_second_amendment_still_names_the_plan_and_not_the_first_amendment(app: Flask, plan: PlanRef) -> None:
    amend(app, plan, "An toàn giao thông.", follow_up="adjust", number="15", notation="KH-UBND")
    version = amend(
        app, plan, "An toàn trên mạng.", follow_up="correct", number="16", notation="UBND", reason="do in nhầm"
    )
    text = frozen(app, plan, version)
    assert "V/v đính chính Kế hoạch số 07/KH-UBND" in text and "Do in nhầm" in text
    assert "An toàn giao thông." in text and "An toàn trên mạng." in text


def test_without_a_choice_the_whole_plan_is_issued_anew(app: Flask, plan: PlanRef) -> None:
    text = frozen(app, plan, amend(app, plan, "An toàn giao thông."))
    assert "Phát thanh học đường." in text and "Điều chỉnh" not in text


def test_an_amendment_that_changes_nothing_is_refused_and_kept(app: Flask, plan: PlanRef) -> None:
    with pytest.raises(Refused) as caught:
        amend(app, plan, "", follow_up="adjust")
    assert caught.value.code == "nothing-differs" and "giữ nguyên" in caught.value.sentence


def test_a_withdrawal_names_the_plan_in_its_legal_form(app: Flask, plan: PlanRef) -> None:
    with in_unit(app, plan.unit):
        notation = service.suggested_notation("revoke", "KH-UBND")
        notice = service.revocation(plan.id, document("20", notation=notation))
    assert notice.type_name == "THÔNG BÁO" and notice.notation == "TB-UBND"
    assert "Kế hoạch số 07/KH-UBND ngày 05 tháng 9 năm 2026" in notice.subject


def test_plans_are_printed_and_handed_out_as_pdf(
    app: Flask, plan: PlanRef, client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_for(make_person(app, plan.unit, "officer"))
    base = f"/u/{plan.unit.slug}/plans/{plan.id}"
    response = client.get(f"{base}/versions/1/print")
    html = response.get_data(as_text=True)
    assert "An toàn trường học." in html and "size: 210mm 297mm" in html
    assert "script-src" not in response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    if pdf.available():
        assert client.get(f"{base}/versions/1/file.pdf").data.startswith(b"%PDF-")
    monkeypatch.setattr(pdf, "_weasyprint", lambda: None)
    answer = client.get(f"{base}/versions/1/file.pdf")
    assert answer.status_code == 303 and answer.location.endswith("/versions/1/print")


def test_the_parent_of_an_imported_plan_is_suggested_and_linked(
    app: Flask, plan: PlanRef, client_for: ClientFor
) -> None:
    school = make_school(app, plan.unit, name="Trường Tiểu học Mẫu")
    text = (
        "KẾ HOẠCH\nTruyền thông năm học 2026-2027\n\nCăn cứ Thông tư số 9/2024/TT-BGDĐT ngày 03/6/2024;\n"
        "Thực hiện Kế hoạch số 7/KH-UBND ngày 05/9/2026 của UBND xã Hoa Sim về truyền thông;\n\n"
        "I. NỘI DUNG\n1. Đăng tin; nêu gương học sinh Nguyễn Văn Mẫu, lớp 3A.\n"
    )
    with in_unit(app, school):
        source_id = service.upload(text.encode(), "a.txt", None).id
    run_jobs(app)
    page = client_for(make_person(app, school, "head")).get(f"/u/{school.slug}/plans/sources/{source_id}")
    html = page.get_data(as_text=True)
    assert "Kế hoạch cấp trên (gợi ý)" in html and "có trong phần mềm" in html
    assert 'data-code="pupil-named"' in html and "#line-8" in html
    with in_unit(app, school) as session:
        assert session.get(PlanSource, (school.id, source_id)).state == "read"
        made = service.create_from_source(source_id, None)
        rows = session.scalars(select(PlanCitation).where(PlanCitation.plan_id == made.id)).all()
        linked = [(row.number, row.linked_unit_id, row.linked_plan_id) for row in rows if row.linked_plan_id]
    assert linked == [("7", plan.unit.id, plan.id)]
