"""Pages of an office that amends its plan: effects before, issuing, results after, questions."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from builders import UnitRef, in_unit, make_office, make_person, make_school, run_jobs
from flask import Flask
from plan_builders import PlanRef, document, make_plan, tree_of
from queries import count_queries
from sqlalchemy import update
from webclient import PageClient

from district.issuing import amending
from district.issuing import service as issuing
from tenants import clock, scope
from tenants.jobs.models import Job
from tenants.plans import service, takeover
from tenants.plans.models import Adoption, PlanVersion
from tenants.plans.values import NodeValues

ClientFor = Callable[..., PageClient]

OLD, NEW, MINE = "Rà soát mỗi tháng.", "Rà soát mỗi tháng và báo cáo.", "Rà soát mỗi tuần."
NODES = {
    "safety": NodeValues(title="An toàn trường học", body=OLD),
    "food": NodeValues(title="Bán trú", body="Công khai thực đơn."),
}


@pytest.fixture
def office(app: Flask) -> UnitRef:
    return make_office(app, "UBND xã Đồi Chè")


@pytest.fixture
def schools(app: Flask, office: UnitRef) -> list[UnitRef]:
    return [make_school(app, office, name=f"Trường Tiểu học Chè {number}") for number in (1, 2, 3)]


@pytest.fixture
def plan(app: Flask, office: UnitRef, schools: list[UnitRef]) -> PlanRef:
    made = make_plan(app, office, NODES)
    send(app, made, schools)
    return made


def send(app: Flask, plan: PlanRef, schools: list[UnitRef]) -> None:
    with in_unit(app, plan.unit, scope.Kind.OVERSIGHT):
        issuing.issue_to(plan.id, [school.id for school in schools], document(), None)
    run_jobs(app)


def theirs(app: Flask, school: UnitRef, plan: PlanRef) -> PlanRef:
    with in_unit(app, school) as session:
        return PlanRef(session.query(Adoption).filter_by(unit_id=school.id).one().plan_id, school, plan.nodes)


def adapt(app: Flask, plan: PlanRef, name: str, body: str) -> None:
    with in_unit(app, plan.unit):
        service.adapt(plan.id, plan.nodes[name], {"body": body}, None)


def begin(app: Flask, plan: PlanRef, body: str = NEW) -> None:
    with in_unit(app, plan.unit):
        service.begin_amendment(plan.id, None)
        service.edit_node(plan.id, plan.nodes["safety"], NodeValues(title="An toàn trường học", body=body), None)


@pytest.fixture
def officer(app: Flask, client_for: ClientFor, office: UnitRef) -> PageClient:
    return client_for(make_person(app, office, "officer"))


def at(plan: PlanRef, rest: str = "") -> str:
    return f"/o/{plan.unit.slug}/plans/{plan.id}/amendment{rest}"


FORM = {
    "number": "77", "notation": "KH-UBND", "document_date": "2026-10-01", "place": "Đồi Chè",
    "signer_title": "CHỦ TỊCH", "signer_name": "Vi Văn Chè", "note": "Thêm chế độ báo cáo.",
    "change_class": "content", "follow_up": "adjust", "reason": "theo công văn mới",
}  # fmt: skip


def test_the_effects_name_the_units_behind_each_number(
    app: Flask, officer: PageClient, schools: list[UnitRef], plan: PlanRef
) -> None:
    adapt(app, theirs(app, schools[0], plan), "safety", MINE)
    left_out = theirs(app, schools[1], plan)
    with in_unit(app, schools[1]):
        service.omit(left_out.id, plan.nodes["safety"], "Không có.", None)
    begin(app, plan)
    page = officer.get(at(plan)).get_data(as_text=True)
    assert "1 đơn vị đã viết lại" in page and "1 đơn vị không áp dụng" in page
    assert MINE not in page
    listed = officer.get(at(plan, "/units/adapted")).get_data(as_text=True)
    assert schools[0].name in listed and schools[1].name not in listed
    hidden = officer.get(at(plan, "/units/hidden"), query_string={"node": plan.nodes["safety"]}).get_data(as_text=True)
    assert schools[1].name in hidden and schools[0].name not in hidden
    alone = officer.get(at(plan, "/units/by_themselves")).get_data(as_text=True)
    assert schools[2].name in alone and schools[0].name not in alone
    assert officer.get(at(plan, "/units/khong-co")).status_code == 404


def test_issuing_shows_a_review_and_then_what_became_of_it(
    app: Flask, officer: PageClient, schools: list[UnitRef], plan: PlanRef
) -> None:
    adapted = theirs(app, schools[0], plan)
    adapt(app, adapted, "safety", MINE)
    begin(app, plan)
    assert officer.get(f"/o/{plan.unit.slug}/plans/{plan.id}/issue").headers["Location"].endswith("/amendment")
    assert officer.get(at(plan, "/issue")).status_code == 200
    review = officer.post(at(plan, "/issue"), data={**FORM, "step": "review"}).get_data(as_text=True)
    assert "77/KH-UBND" in review and "theo công văn mới" in review
    back = officer.post(at(plan, "/issue"), data={**FORM, "step": "edit"}).get_data(as_text=True)
    assert 'value="77"' in back
    answer = officer.post(at(plan, "/issue"), data={**FORM, "step": "issue"})
    assert answer.headers["Location"].endswith("/amendment/2")
    assert "hx-get" in officer.get(at(plan, "/2")).get_data(as_text=True)
    assert "HX-Refresh" not in officer.get(at(plan, "/2/state")).headers
    run_jobs(app)
    with in_unit(app, schools[0]):
        takeover.take_over(plan.unit.id, plan.id)
    assert officer.get(at(plan, "/2/state")).headers["HX-Refresh"] == "true", "the page that waits loads its table"
    page = officer.get(at(plan, "/2")).get_data(as_text=True)
    assert "hx-get" not in page and "3/3" in page
    only = officer.get(at(plan, "/2?state=needs_decision")).get_data(as_text=True)
    assert schools[0].name in only and schools[1].name not in only
    assert MINE not in only
    assert [node.node.body for node in tree_of(app, adapted) if node.node_id == plan.nodes["safety"]] == [MINE]


def test_what_is_missing_comes_back_with_what_was_typed(app: Flask, officer: PageClient, plan: PlanRef) -> None:
    begin(app, plan)
    answer = officer.post(at(plan, "/issue"), data={**FORM, "number": "", "step": "issue"})
    assert answer.status_code == 422
    assert "Chưa có số văn bản" in answer.get_data(as_text=True) and "Vi Văn Chè" in answer.get_data(as_text=True)
    late = {**FORM, "change_class": "urgent", "acknowledge_by": "2020-01-01T08:00", "step": "issue"}
    assert "Hạn xác nhận phải sau lúc này" in officer.post(at(plan, "/issue"), data=late).get_data(as_text=True)


def test_an_amendment_without_a_change_is_not_issued(app: Flask, officer: PageClient, plan: PlanRef) -> None:
    begin(app, plan, OLD)
    answer = officer.post(at(plan, "/issue"), data={**FORM, "step": "issue"})
    assert answer.status_code == 422 and "chưa có thay đổi nào" in answer.get_data(as_text=True)
    with in_unit(app, plan.unit) as session:
        assert session.query(PlanVersion).count() == 1


def test_an_urgent_amendment_carries_its_deadline_in_local_time(app: Flask, officer: PageClient, plan: PlanRef) -> None:
    begin(app, plan)
    due = (clock.local(clock.now()) + dt.timedelta(days=2)).replace(tzinfo=None, second=0, microsecond=0)
    data = {**FORM, "change_class": "urgent", "acknowledge_by": due.strftime("%Y-%m-%dT%H:%M"), "step": "issue"}
    officer.post(at(plan, "/issue"), data=data)
    with in_unit(app, plan.unit) as session:
        version = session.query(PlanVersion).filter_by(version=2).one()
        assert version.change_class == "urgent" and version.acknowledge_by == clock.from_local(due)
    assert "đơn vị đã xác nhận đã đọc" in officer.get(at(plan, "/2")).get_data(as_text=True)


def test_units_that_failed_are_shown_with_the_reason_and_tried_again(
    app: Flask, officer: PageClient, plan: PlanRef, schools: list[UnitRef]
) -> None:
    begin(app, plan)
    officer.post(at(plan, "/issue"), data={**FORM, "step": "issue"})
    with in_unit(app, plan.unit):
        amending.hand_out(plan.id, 2)
    with in_unit(app, schools[0]) as session:
        takeover.note_failure(plan.unit.id, plan.id, 2, "Không đọc được kế hoạch của cấp trên.")
        session.execute(
            update(Job)
            .where(Job.unit_id.in_([schools[0].id, schools[1].id]), Job.state == "ready")
            .values(state="dead", error="x")
        )
    run_jobs(app)
    page = officer.get(at(plan, "/2?state=failed")).get_data(as_text=True)
    assert "Không đọc được kế hoạch của cấp trên." in page and "Thử lại ở 2 đơn vị" in page
    assert "Máy chủ gặp lỗi khi đưa kế hoạch" in officer.get(at(plan, "/2")).text, "one that left no word of its own"
    officer.post(at(plan, "/2/retry"))
    run_jobs(app)
    done = officer.get(at(plan, "/2")).get_data(as_text=True)
    assert "3/3" in done and "Chưa cập nhật được" not in done


def in_the_rail(page: str) -> str:
    """Return the number beside the line of questions; "" without one."""
    line = re.search(r'href="[^"]*/plan-questions"[^>]*>(.*?)</a>', page, re.S)
    assert line is not None
    return re.sub(r"<[^>]*>|\D", "", line[1])


def test_a_question_reaches_the_office_and_the_answer_the_school(
    app: Flask, officer: PageClient, plan: PlanRef, schools: list[UnitRef]
) -> None:
    school = theirs(app, schools[0], plan)
    adapt(app, school, "safety", MINE)
    begin(app, plan)
    officer.post(at(plan, "/issue"), data={**FORM, "step": "issue"})
    run_jobs(app)
    with in_unit(app, schools[0]):
        takeover.take_over(plan.unit.id, plan.id)
        (decision,) = takeover.decisions(school.id)
        takeover.decide(decision.id, "ask", None, question="Báo cáo gửi ai?")
    asked = f"/o/{plan.unit.slug}/plan-questions"
    page = officer.get(asked).get_data(as_text=True)
    assert "Báo cáo gửi ai?" in page and schools[0].name in page
    address = page.split(f'action="{asked}/')[1].split('"')[0]
    assert in_the_rail(page) == "1"
    empty = officer.post(f"{asked}/{address}", data={"answer": ""}, follow_redirects=True).get_data(as_text=True)
    assert "Hãy viết câu trả lời" in empty
    officer.post(f"{asked}/{address}", data={"answer": "Gửi phòng Văn hóa."})
    run_jobs(app)
    answered = officer.get(asked).get_data(as_text=True)
    assert "Gửi phòng Văn hóa." in answered
    assert in_the_rail(answered) == "", "what was answered waits no longer"
    with in_unit(app, schools[0]):
        (decision,) = takeover.decisions(school.id)
        assert decision.answer == "Gửi phòng Văn hóa."


def test_a_neighbouring_office_sees_nothing_of_it(app: Flask, client_for: ClientFor, plan: PlanRef) -> None:
    begin(app, plan)
    other = make_office(app, "UBND xã Bên Cạnh")
    stranger = client_for(make_person(app, other, "officer"))
    for rest in ("", "/issue", "/units/all", "/2"):
        assert stranger.get(f"/o/{other.slug}/plans/{plan.id}/amendment{rest}").status_code == 404
        assert stranger.get(at(plan, rest)).status_code in (403, 404)
    assert stranger.post(f"/o/{other.slug}/plan-questions/1/1", data={"answer": "x"}).status_code == 404


def test_the_pages_ask_the_database_the_same_for_three_units_and_six(
    app: Flask, officer: PageClient, office: UnitRef, plan: PlanRef, schools: list[UnitRef]
) -> None:
    more = [make_school(app, office) for _number in range(3)]
    begin(app, plan)

    def counted(rests: tuple[str, ...]) -> list[int]:
        numbers = []
        for rest in rests:
            with count_queries() as sent:
                assert officer.get(at(plan, rest)).status_code == 200
            numbers.append(len(sent))
        return numbers

    before = ("", "/units/all")
    counted(before)
    three = counted(before)
    officer.post(at(plan, "/issue"), data={**FORM, "step": "issue"})
    run_jobs(app)
    three_results = counted(("/2",))
    with in_unit(app, office, scope.Kind.OVERSIGHT):
        issuing.send_to_more(plan.id, [unit.id for unit in more], None)
    run_jobs(app)
    assert counted(("/2",)) == three_results
    begin(app, plan, "Khác nữa.")
    assert counted(before) == three
