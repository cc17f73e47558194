"""The office's pages: what an officer sees, whom they keep out, and issuing through the browser's forms."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from builders import PersonRef, UnitRef, in_unit, make_office, make_person, make_school, make_unit, run_jobs
from district_builders import (
    PlanRef,
    adopt_rows,
    dispatch_rows,
    issue_rows,
    make_newsroom,
    moment,
    publish_rows,
    slot_rows,
    write_rows,
)
from flask import Flask
from plan_builders import make_plan
from queries import count_queries
from sqlalchemy import select
from webclient import PageClient

from tenants import clock
from tenants.jobs.models import Job
from tenants.plans.models import Plan, PlanVersion
from tenants.plans.values import NodeValues
from tenants.statistics import service as statistics

Clients = Callable[..., PageClient]

PAGES = (
    "",
    "articles",
    "articles?plan=0&from=2026-09&to=2026-11",
    "quotas",
    "units",
    "units/new",
    "articles.csv",
    "quotas.csv",
)
NODE = "Gương người tốt, việc tốt"


@pytest.fixture(autouse=True)
def _on_a_november_morning() -> Iterator[None]:
    with clock.frozen(moment("2026-11-20")):
        yield


def school_at_work(app: Flask, office: UnitRef, plan: PlanRef, name: str | None = None) -> UnitRef:
    """A school that took the plan, published an article and filled its quota; a draft lies in its drawer."""
    school = make_school(app, office, name=name)
    dispatch_rows(app, plan, school)
    own = adopt_rows(app, school, plan, opened_at=moment("2026-09-07"))
    room = make_newsroom(app, school)
    publish_rows(app, room, "2026-11-03", "Hội thi kể chuyện", node_id=plan.nodes["Dạy tốt, học tốt"])
    write_rows(app, room, "BẢN NHÁP MẬT")
    with in_unit(app, school):
        statistics.rebuild_month(dt.date(2026, 11, 1))
    proof = [{"title": "Cô Mai", "date": "2026-11-02", "url": "https://truong.example/guong", "delivery_id": 1}]
    slot_rows(app, school, own, plan.nodes[NODE], "2026-10-01", "missed")
    slot_rows(app, school, own, plan.nodes[NODE], "2026-11-01", "filled", evidence=proof)
    return school


def pages(office: UnitRef, plan: PlanRef, school: UnitRef) -> list[str]:
    own = [f"plans/{plan.id}", f"plans/{plan.id}/board.csv", f"schools/{school.id}", f"plans/{plan.id}/issue"]
    return [f"/o/{office.slug}/{path}" for path in (*PAGES, *own)]


@pytest.fixture
def office(app: Flask) -> UnitRef:
    return make_office(app, "Ủy ban nhân dân xã Suối Mơ")


@pytest.fixture
def officer(app: Flask, office: UnitRef) -> PersonRef:
    return make_person(app, office, "officer")


def test_every_page_opens_with_and_without_anything_to_show(
    app: Flask, client_for: Clients, office: UnitRef, officer: PersonRef
) -> None:
    client = client_for(officer)
    for path in PAGES[:-1]:
        assert client.get(f"/o/{office.slug}/{path}").status_code == 200, path
    plan = issue_rows(app, office)
    school = school_at_work(app, office, plan)
    for path in pages(office, plan, school):
        assert client.get(path).status_code == 200, path


def test_an_officer_never_sees_a_draft_on_any_page(
    app: Flask, client_for: Clients, office: UnitRef, officer: PersonRef
) -> None:
    plan = issue_rows(app, office)
    school = school_at_work(app, office, plan)
    client = client_for(officer)

    texts = [client.get(path).get_data(as_text=True) for path in pages(office, plan, school)]
    assert not any("BẢN NHÁP MẬT" in text for text in texts)
    assert "Hội thi kể chuyện" in client.get(f"/o/{office.slug}/schools/{school.id}").text


def test_only_officers_of_an_office_come_in(app: Flask, client_for: Clients, office: UnitRef) -> None:
    plan = issue_rows(app, office)
    school = school_at_work(app, office, plan)
    principal = make_person(app, school, "principal")
    writer = make_person(app, office, "author")
    stranger = make_person(app, make_office(app), "officer")
    for path in pages(office, plan, school):
        assert client_for(writer).get(path).status_code == 403, path
        assert client_for(principal).get(path).status_code == 404, path
        assert client_for(stranger).get(path).status_code == 404, path
        assert client_for(principal).get(path.replace(office.slug, school.slug)).status_code == 404, path


def test_another_offices_school_and_plan_are_not_found(
    app: Flask, client_for: Clients, office: UnitRef, officer: PersonRef
) -> None:
    other = make_office(app)
    plan = issue_rows(app, other)
    school = school_at_work(app, other, plan)
    client = client_for(officer)

    for path in (f"plans/{plan.id}", f"plans/{plan.id}/issue", f"plans/{plan.id}/board.csv", f"schools/{school.id}"):
        assert client.get(f"/o/{office.slug}/{path}").status_code == 404, path
    assert client.get(f"/o/{office.slug}/articles?plan={plan.id}").status_code == 404


def test_the_dashboard_names_who_is_silent_and_links_to_the_evidence(
    app: Flask, client_for: Clients, office: UnitRef, officer: PersonRef
) -> None:
    plan = issue_rows(app, office)
    school_at_work(app, office, plan, "Trường Tiểu học Mây Trắng")
    client = client_for(officer)

    start = client.get(f"/o/{office.slug}/").text
    assert "Trường Tiểu học Mây Trắng" in start
    assert "Im lặng 74 ngày" in start
    assert "https://truong.example/guong" in client.get(f"/o/{office.slug}/quotas").text


def test_pages_cost_the_same_for_one_three_and_forty_schools(
    app: Flask, client_for: Clients, office: UnitRef, officer: PersonRef
) -> None:
    plan = issue_rows(app, office)
    client = client_for(officer)
    sent: dict[str, set[int]] = {}
    for more in (1, 2, 37):
        for number in range(more):
            school = school_at_work(app, office, plan) if number < 2 else make_school(app, office)
        for path in ("", "articles", "quotas", "units", f"plans/{plan.id}", f"plans/{plan.id}/issue", "schools/ID"):
            with count_queries() as statements:
                client.get(f"/o/{office.slug}/{path.replace('ID', str(school.id))}")
            sent.setdefault(path, set()).add(len(statements))

    assert {path: numbers for path, numbers in sent.items() if len(numbers) > 1} == {}
    assert max(max(numbers) for numbers in sent.values()) < 40


def test_the_tables_open_in_excel_and_run_nothing(
    app: Flask, client_for: Clients, office: UnitRef, officer: PersonRef
) -> None:
    plan = issue_rows(app, office)
    school_at_work(app, office, plan, '=HYPERLINK("http://evil.example")')
    client = client_for(officer)

    for path in ("articles.csv", "quotas.csv", f"plans/{plan.id}/board.csv"):
        response = client.get(f"/o/{office.slug}/{path}")
        assert response.data.startswith(b"\xef\xbb\xbf"), path
        assert response.headers["Content-Disposition"].startswith("attachment"), path
        assert "\"'=HYPERLINK(" in response.text, path
    line = client.get(f"/o/{office.slug}/articles.csv").text.splitlines()[1]
    assert line.endswith(',Trường tiểu học,11/2026,Trang thông tin điện tử,"Dạy tốt, học tốt",Tin,1')


def test_filters_that_make_no_sense_count_as_none(
    app: Flask, client_for: Clients, office: UnitRef, officer: PersonRef
) -> None:
    plan = issue_rows(app, office)
    school_at_work(app, office, plan)
    client = client_for(officer)
    nonsense = "from=2026-99&to=x&page=-3&level=x&under=abc&channel=x&genre=x&endpoint=y&_external=1&plan="

    assert client.get(f"/o/{office.slug}/articles?{nonsense}").status_code == 200
    assert client.get(f"/o/{office.slug}/quotas?{nonsense}&quota=khong-co").status_code == 200
    assert client.get(f"/o/{office.slug}/plans/{plan.id}?{nonsense}&stage=x").status_code == 200


DOCUMENT = {
    "number": "15", "notation": "KH-UBND", "document_date": "2026-11-19", "place": "Suối Mơ",
    "signer_title": "CHỦ TỊCH", "signer_name": "Lò Thị Thử",
}  # fmt: skip


def draft(app: Flask, office: UnitRef) -> int:
    return make_plan(app, office, {"a": NodeValues(title="An toàn trường học")}).id


def test_issuing_from_the_form_to_the_progress_page(
    app: Flask, client_for: Clients, office: UnitRef, officer: PersonRef
) -> None:
    schools = [make_school(app, office, "preschool") for _n in range(2)] + [make_school(app, office, "lower_secondary")]
    plan_id = draft(app, office)
    client = client_for(officer)
    address = f"/o/{office.slug}/plans/{plan_id}/issue"

    review = client.post(address, data=DOCUMENT | {"step": "review", "group": "level:preschool"})
    assert review.status_code == 200
    assert "tới 2 đơn vị?" in review.text
    chosen = {"unit": [str(school.id) for school in schools[:2]]}
    issued = client.post(address, data=DOCUMENT | chosen | {"step": "issue"})
    assert issued.status_code == 303
    assert issued.location == f"{address}/1"
    assert ">0/2</span>" in client.get(issued.location).text
    assert "hx-get" in client.get(f"{issued.location}/state").text
    run_jobs(app)
    twice = client.post(address, data=DOCUMENT | chosen | {"step": "issue"})
    assert twice.location == issued.location
    done = client.get(f"{issued.location}/state").text
    assert ">2/2</span>" in done
    assert "hx-get" not in done
    more = client.get(address).text
    assert "đã gửi 20/11/2026" in more
    sent = client.post(address, data={"step": "issue", "unit": str(schools[2].id)})
    assert sent.status_code == 303
    assert ">2/3</span>" in client.get(f"{address}/1").text


def test_what_is_missing_is_said_and_what_was_typed_is_kept(
    app: Flask, client_for: Clients, office: UnitRef, officer: PersonRef
) -> None:
    school = make_school(app, office)
    plan_id = draft(app, office)
    client = client_for(officer)
    address = f"/o/{office.slug}/plans/{plan_id}/issue"

    nobody = client.post(address, data=DOCUMENT | {"step": "review"})
    assert nobody.status_code == 422
    assert "Chưa chọn đơn vị nhận" in nobody.text
    assert 'value="Lò Thị Thử"' in nobody.text
    unsigned = client.post(address, data=DOCUMENT | {"step": "issue", "unit": str(school.id), "signer_name": ""})
    assert unsigned.status_code == 422
    assert "Chưa có họ tên người ký" in unsigned.text
    assert f'value="{school.id}" checked' in unsigned.text
    with in_unit(app, office) as session:
        assert session.scalars(select(PlanVersion)).all() == []


def test_going_back_from_the_review_keeps_everything(
    app: Flask, client_for: Clients, office: UnitRef, officer: PersonRef
) -> None:
    school = make_school(app, office)
    plan_id = draft(app, office)
    back = client_for(officer).post(
        f"/o/{office.slug}/plans/{plan_id}/issue", data=DOCUMENT | {"step": "edit", "unit": str(school.id)}
    )

    assert back.status_code == 200
    assert 'value="Lò Thị Thử"' in back.text
    assert f'value="{school.id}" checked' in back.text


def test_a_foreign_unit_in_the_form_sends_nothing(
    app: Flask, client_for: Clients, office: UnitRef, officer: PersonRef
) -> None:
    stranger = make_school(app, make_office(app))
    plan_id = draft(app, office)
    answer = client_for(officer).post(
        f"/o/{office.slug}/plans/{plan_id}/issue", data=DOCUMENT | {"step": "issue", "unit": str(stranger.id)}
    )

    assert answer.status_code == 404
    with in_unit(app, stranger) as session:
        assert session.scalars(select(Plan)).all() == []


def test_a_failed_school_is_named_and_sent_again_by_a_button(
    app: Flask, client_for: Clients, office: UnitRef, officer: PersonRef
) -> None:
    school = make_school(app, office, name="Trường Tiểu học Đồi Sim")
    plan_id = draft(app, office)
    client = client_for(officer)
    address = f"/o/{office.slug}/plans/{plan_id}/issue"
    client.post(address, data=DOCUMENT | {"step": "issue", "unit": str(school.id)})
    with in_unit(app, office) as session:
        [job] = session.scalars(select(Job).where(Job.unit_id == school.id, Job.batch.is_not(None)))
        job.state, job.error = "dead", "Traceback\nValueError: lỗi kỹ thuật"

    page = client.get(f"{address}/1").text
    assert "Trường Tiểu học Đồi Sim" in page
    assert "ValueError" not in page
    assert client.post(f"{address}/1/retry").status_code == 303
    run_jobs(app)
    assert ">1/1</span>" in client.get(f"{address}/1").text


def test_adding_a_school_shows_the_password_once_and_the_principal_can_come_in(
    app: Flask, client_for: Clients, office: UnitRef, officer: PersonRef
) -> None:
    client = client_for(officer)
    typed = {
        "type_code": "preschool", "name": "Trường Mầm non Hoa Đào", "short_name": "MN Hoa Đào", "slug": "",
        "symbol": "MNHD", "place": "Suối Mơ", "superior_id": str(office.id), "leader_name": "Vàng Thị Thử",
        "leader_sign_in_name": "vang.thu",
    }  # fmt: skip
    answer = client.post(f"/o/{office.slug}/units/new", data=typed)
    assert answer.status_code == 200
    password = answer.text.split("Mật khẩu</dt><dd>")[1].split("<")[0]

    listed = client.get(f"/o/{office.slug}/units").text
    assert "Trường Mầm non Hoa Đào" in listed
    assert "Vàng Thị Thử" in listed
    assert password not in listed
    principal = client_for()
    principal.post("/sign-in", data={"sign_in_name": "vang.thu", "password": password})
    assert principal.get("/u/mn-hoa-dao/people/").status_code == 200
    again = client.post(f"/o/{office.slug}/units/new", data=typed)
    assert again.status_code == 422
    assert "đã có đơn vị khác dùng" in again.text


def test_an_office_adds_only_what_stands_below_it(
    app: Flask, client_for: Clients, office: UnitRef, officer: PersonRef
) -> None:
    other = make_office(app)
    base = {
        "name": "Đơn vị lạ", "short_name": "", "slug": "don-vi-la", "symbol": "", "place": "", "leader_name": "Ai Đó",
        "leader_sign_in_name": "ai.do",
    }  # fmt: skip
    client = client_for(officer)
    for wrong in (
        {"type_code": "department", "superior_id": str(office.id)},
        {"type_code": "primary", "superior_id": str(other.id)},
    ):
        assert client.post(f"/o/{office.slug}/units/new", data=base | wrong).status_code == 422
    assert "Đơn vị lạ" not in client.get(f"/o/{office.slug}/units").text


def test_a_department_looks_over_offices_and_their_schools(app: Flask, client_for: Clients) -> None:
    department = make_unit(app, "department")
    office = make_office(app, "Ủy ban nhân dân phường Nắng Mai", department)
    plan = issue_rows(app, department)
    dispatch_rows(app, plan, office)
    own = adopt_rows(app, office, plan)
    adopt_rows(app, make_school(app, office, name="Trường Tiểu học Hàng Phượng"), PlanRef(office.id, own, 1, {}))
    client = client_for(make_person(app, department, "head"))

    board = client.get(f"/o/{department.slug}/plans/{plan.id}").text
    assert "Ủy ban nhân dân phường Nắng Mai" in board
    assert "0/1 đơn vị cấp dưới đã ban hành" in board
    assert "Trường Tiểu học Hàng Phượng" in client.get(f"/o/{department.slug}/units").text


def test_the_rail_of_an_office_leads_to_its_pages_and_a_schools_does_not(
    app: Flask, client_for: Clients, office: UnitRef, officer: PersonRef
) -> None:
    school = make_school(app, office)
    principal = make_person(app, school, "principal")

    articles = client_for(officer).get(f"/o/{office.slug}/articles").text
    assert f'href="/o/{office.slug}/articles" aria-current="page"' in articles
    assert f'href="/o/{office.slug}/">' in articles
    assert "Tổng quan các trường" not in client_for(principal).get(f"/u/{school.slug}/").text
