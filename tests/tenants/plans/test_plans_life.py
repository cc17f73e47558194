"""The way of a draft to its issue: checks, one approved text, comments, numbers, withdrawal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from builders import PersonRef, UnitRef, in_unit, make_office, make_person, make_school, run_jobs
from flask import Flask
from plan_builders import PlanRef, document, issue, make_plan, receive, tree_of
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from webclient import PageClient

from tenants import clock, scope, settings
from tenants.audit import AuditEntry
from tenants.errors import NotFound, Refused
from tenants.notices.models import Notice
from tenants.plans import consulted, consulting, life_service, numbers, queries, service, takeover
from tenants.plans.life_models import ConsultRequest, PlanConsultation, PlanConsulted, PlanRemark
from tenants.plans.models import Adoption, Plan
from tenants.plans.values import HeaderValues, NodeValues

Clients = Callable[..., PageClient]


@pytest.fixture
def office(app: Flask) -> UnitRef:
    return make_office(app)


@pytest.fixture
def plan(app: Flask, office: UnitRef) -> PlanRef:
    made = make_plan(app, office, {"a": NodeValues(title="An toàn trường học"), "b": NodeValues(title="Đọc sách")})
    with in_unit(app, office):
        service.save_header(made.id, header(), None)
    return made


def header(**changes: object) -> HeaderValues:
    facts = {
        "subject": "Truyền thông năm học thử", "notation": "KH-THU", "place": "Hoa Sim",
        "signer_title": "CHỦ TỊCH", "signer_name": "Nguyễn Văn Thử", "recipients": ("Các trường", "Lưu: VT"),
    }  # fmt: skip
    return HeaderValues(**{**facts, **changes})


def use(app: Flask, unit: UnitRef, *steps: str, counter: bool = False) -> None:
    person = make_person(app, unit, "head")
    with in_unit(app, unit):
        life_service.put_settings(steps, None, counter, person.id)


def look(app: Flask, plan: PlanRef, step: str, by: PersonRef, passed: bool = True, note: str = "") -> None:
    with in_unit(app, plan.unit):
        seen = life_service.draft_text(scope.get_own(Plan, plan.id)).sha256
        life_service.look(plan.id, step, passed=passed, seen_sha256=seen, note=note, actor_id=by.id)


def test_without_settings_a_draft_is_issued_as_before_and_a_superiors_steps_are_not_inherited(
    app: Flask, office: UnitRef, plan: PlanRef
) -> None:
    school = make_school(app, office)
    use(app, office, "content", "format", "approval")
    own = make_plan(app, school, {"a": NodeValues(title="Việc của trường")})

    assert issue(app, own) == 1
    with pytest.raises(Refused) as refused:
        issue(app, plan)
    assert refused.value.data["steps"] == ["content", "format", "approval"]


def test_what_the_signer_approved_is_issued_and_a_change_goes_back_to_them(
    app: Flask, office: UnitRef, plan: PlanRef
) -> None:
    head = make_person(app, office, "head")
    use(app, office, "content", "format", "approval")
    with pytest.raises(Refused, match="Bước kiểm tra phía trước"):
        look(app, plan, "approval", head)
    look(app, plan, "content", head)
    look(app, plan, "format", head)
    look(app, plan, "approval", head)
    with in_unit(app, office):
        service.add_node(plan.id, plan.nodes["II"], NodeValues(title="Thêm sau khi duyệt"), None)

    with pytest.raises(Refused) as refused:
        issue(app, plan, signer_title="CHỦ TỊCH")
    assert refused.value.data["steps"] == ["approval"]
    look(app, plan, "approval", head)
    with pytest.raises(Refused):
        issue(app, plan, signer_title="CHỦ TỊCH", signer_name="Người Khác")
    assert issue(app, plan, number="77", signer_title="CHỦ TỊCH") == 1


def test_who_looks_at_an_older_text_is_told_and_a_return_needs_words(
    app: Flask, office: UnitRef, plan: PlanRef
) -> None:
    head = make_person(app, office, "head")
    use(app, office, "content")
    with in_unit(app, office), pytest.raises(Refused) as stale:
        life_service.look(plan.id, "content", passed=True, seen_sha256="x", note="", actor_id=head.id)
    assert stale.value.code == "text-changed"
    with pytest.raises(Refused, match="cần sửa gì"):
        look(app, plan, "content", head, passed=False)
    look(app, plan, "content", head, passed=False, note="Thiếu phân công")
    with in_unit(app, office) as session:
        assert "Thiếu phân công" in session.scalars(select(Notice.text)).one()
    with pytest.raises(NotFound):
        look(app, plan, "approval", head)


def test_the_form_is_held_to_the_decree(app: Flask, office: UnitRef, plan: PlanRef) -> None:
    head = make_person(app, office, "head")
    use(app, office, "format")
    with in_unit(app, office):
        service.save_header(plan.id, header(place="", recipients=(), signer_title="PHÓ CHỦ TỊCH"), None)
        found = {one.code: one.serious for one in life_service.draft_text(scope.get_own(Plan, plan.id)).findings}
    assert found["place"] and found["recipients"] and found["signer-authority"]
    with pytest.raises(Refused, match="địa danh"):
        look(app, plan, "format", head)
    with in_unit(app, office):
        service.save_header(plan.id, header(signer_title="KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH"), None)
    look(app, plan, "format", head)


def test_a_pupil_named_in_a_draft_is_told_and_stops_nobody(app: Flask, office: UnitRef) -> None:
    plan = make_plan(app, office, {"a": NodeValues(title="Gương tốt", body="Nêu gương em Lò Thị Thử, lớp 5A.")})
    with in_unit(app, office):
        [found] = [
            one for one in life_service.draft_text(scope.get_own(Plan, plan.id)).findings if one.code == "pupil-named"
        ]
    assert "Lò Thị Thử" in found.sentence and found.node_id and not found.serious


def test_the_person_assigned_to_the_form_is_the_only_one(
    app: Flask, client_for: Clients, office: UnitRef, plan: PlanRef
) -> None:
    head, clerk = make_person(app, office, "head"), make_person(app, office, "officer")
    with in_unit(app, office):
        life_service.put_settings(["format"], clerk.id, False, head.id)
        seen = life_service.draft_text(scope.get_own(Plan, plan.id)).sha256
    address = f"/u/{office.slug}/plans/{plan.id}/life"
    data = {"seen": seen, "verdict": "passed"}

    assert "đưa dự thảo qua các bước" in client_for(head).get(f"/u/{office.slug}/plans/{plan.id}").text
    assert client_for(head).post(f"{address}/format", data=data).status_code == 403
    assert 'name="verdict"' not in client_for(head).get(address).text
    assert client_for(clerk).post(f"{address}/format", data=data).status_code == 303
    assert "đủ điều kiện" in client_for(clerk).get(address).text


def test_comments_travel_as_a_frozen_copy_and_their_answers_come_back(
    app: Flask, client_for: Clients, office: UnitRef, plan: PlanRef
) -> None:
    school, other = make_school(app, office), make_school(app, office)
    officer, principal = make_person(app, office, "officer"), make_person(app, school, "principal")
    drafting, reading = client_for(officer), client_for(principal)
    closes = (clock.today() + dt.timedelta(days=3)).isoformat()
    sent = drafting.post(
        f"/u/{office.slug}/plans/{plan.id}/consult", data={"unit": [str(school.id)], "closes_on": closes}
    )
    assert sent.status_code == 303
    with in_unit(app, office):
        service.add_node(plan.id, plan.nodes["II"], NodeValues(title="VIẾT SAU KHI GỬI"), None)
    run_jobs(app)
    with in_unit(app, school) as session:
        request_id = session.scalars(select(ConsultRequest.id)).one()
        assert session.scalars(select(Plan)).all() == []
    with in_unit(app, other) as session:
        assert session.scalars(select(ConsultRequest)).all() == []
    page = reading.get(f"/u/{school.slug}/plans/asked/{request_id}")
    assert "An toàn trường học" in page.text
    assert "VIẾT SAU KHI GỬI" not in page.text
    address = f"/u/{school.slug}/plans/asked/{request_id}"
    reading.post(f"{address}/remarks", data={"node": plan.nodes["a"], "words": "Nên thêm an toàn giao thông."})
    reading.post(f"{address}/remarks", data={"words": "Nhất trí với bố cục."})
    assert "an toàn giao thông" not in drafting.get(sent.location).text
    assert reading.post(f"{address}/send").status_code == 303
    assert reading.post(f"{address}/remarks", data={"words": "Muộn"}).status_code == 422
    run_jobs(app)
    shown = drafting.get(sent.location).text
    assert "Nên thêm an toàn giao thông." in shown
    with in_unit(app, office) as session:
        ids = list(session.scalars(select(PlanRemark.id).order_by(PlanRemark.id)))
    refused = drafting.post(f"{sent.location}/remarks/{ids[0]}", data={"verdict": "not_taken", "reason": " "})
    assert refused.status_code == 422
    drafting.post(f"{sent.location}/remarks/{ids[0]}", data={"verdict": "not_taken", "reason": "Đã có ở mục khác."})
    drafting.post(f"{sent.location}/remarks/{ids[1]}", data={"verdict": "taken"})
    run_jobs(app)
    answered = reading.get(address).text
    assert "Đã có ở mục khác." in answered
    assert "Tiếp thu" in answered
    with in_unit(app, office) as session:
        assert session.scalars(select(Notice).where(Notice.resolved_at.is_(None))).all() == []


def test_a_round_ends_when_what_it_asks_about_is_issued(app: Flask, office: UnitRef, plan: PlanRef) -> None:
    school = make_school(app, office)
    officer = make_person(app, office, "officer")
    with in_unit(app, office):
        consulting.ask(plan.id, {school.id}, clock.today() + dt.timedelta(days=9), "", officer.id)
    run_jobs(app)
    issue(app, plan)
    run_jobs(app)
    with in_unit(app, office) as session:
        assert session.scalars(select(PlanConsultation)).one().closed_at is not None
    with in_unit(app, school) as session:
        assert session.scalars(select(ConsultRequest)).one().ended_at is not None


def test_a_superior_may_be_asked_and_a_stranger_not(app: Flask, office: UnitRef) -> None:
    school, foreign = make_school(app, office), make_office(app)
    own = make_plan(app, school, {"a": NodeValues(title="Việc của trường")})
    closes, by = clock.today(), make_person(app, school, "principal").id
    with in_unit(app, school), pytest.raises(NotFound):
        consulting.ask(own.id, {foreign.id}, closes, "", by)
    with in_unit(app, school), pytest.raises(Refused, match="closes-on"):
        consulting.ask(own.id, {office.id}, dt.date.max, "", by)
    with in_unit(app, school):
        consulting.ask(own.id, {office.id}, closes, "", by)
    run_jobs(app)
    with in_unit(app, office) as session:
        assert session.scalars(select(ConsultRequest)).one().from_unit_name == school.name


def test_a_round_ends_with_its_day_and_reminders_come_once_a_day(app: Flask, office: UnitRef, plan: PlanRef) -> None:
    school = make_school(app, office)
    officer = make_person(app, office, "officer")
    morning = clock.from_local(dt.datetime.fromisoformat("2026-11-20 08:00"))
    with clock.frozen(morning):
        with in_unit(app, office):
            round_id = consulting.ask(plan.id, {school.id}, dt.date(2026, 11, 22), "", officer.id).id
        run_jobs(app)
        with in_unit(app, office):
            assert (consulting.remind(round_id, officer.id), consulting.remind(round_id, officer.id)) == (1, 0)
    with clock.frozen(morning + dt.timedelta(days=3)):
        run_jobs(app)
        with in_unit(app, office) as session:
            assert session.scalars(select(PlanConsultation)).one().closed_at is not None
            assert session.scalars(select(PlanConsulted)).one().answered_at is None
        with in_unit(app, school) as session, pytest.raises(Refused) as late:
            consulted.add_remark(session.scalars(select(ConsultRequest.id)).one(), "", "Muộn rồi", officer.id)
        assert late.value.code == "closed"


def test_who_has_not_answered_is_reminded_once_before_the_last_day(app: Flask, office: UnitRef, plan: PlanRef) -> None:
    quick, slow = make_school(app, office), make_school(app, office)
    officer = make_person(app, office, "officer")
    start = clock.from_local(dt.datetime.fromisoformat("2026-11-20 08:00"))
    with clock.frozen(start), in_unit(app, office):
        consulting.ask(plan.id, {quick.id, slow.id}, dt.date(2026, 11, 27), "", officer.id)
    with clock.frozen(start):
        run_jobs(app)
        with in_unit(app, quick) as session:
            consulted.send(session.scalars(select(ConsultRequest.id)).one(), officer.id)
        run_jobs(app)
    for day in range(1, 9):
        with clock.frozen(start + dt.timedelta(days=day)):
            run_jobs(app)
    with in_unit(app, office) as session:
        asked = session.scalars(select(PlanConsulted).order_by(PlanConsulted.target_unit_id)).all()
        assert [row.reminded_at for row in asked] == [None, start + dt.timedelta(days=5)]
        reminders = select(AuditEntry.actor_id).where(AuditEntry.action == "plan.consult-reminded")
        assert session.scalars(reminders).all() == [None]
    with in_unit(app, slow) as session:
        assert "Nhắc lại" in session.scalars(select(Notice.text)).one()


def test_a_withdrawn_plan_is_frozen_and_its_receivers_and_the_public_are_told(
    app: Flask, client_for: Clients, office: UnitRef, plan: PlanRef
) -> None:
    school = make_school(app, office)
    head = make_person(app, office, "head")
    client = client_for(head)
    fields = {
        "number": "12", "notation": "KH-THU", "document_date": "2026-09-10", "place": "Hoa Sim",
        "signer_title": "CHỦ TỊCH", "signer_name": "Nguyễn Văn Thử", "unit": str(school.id), "step": "issue",
    }  # fmt: skip
    assert client.post(f"/o/{office.slug}/plans/{plan.id}/issue", data=fields).status_code == 303
    run_jobs(app)
    address = f"/u/{office.slug}/plans/{plan.id}/revoke"
    assert client.post(address, data=fields | {"number": "13"}).status_code == 422
    taken = client.post(address, data=fields | {"reason": "Sai thẩm quyền"})
    assert taken.status_code == 422
    assert "đã dùng" in taken.text
    done = client.post(address, data=fields | {"number": "13", "notation": "TB-THU", "reason": "Sai thẩm quyền"})
    assert done.status_code == 303
    run_jobs(app)

    assert "Sai thẩm quyền" in client.get(f"/u/{office.slug}/plans/{plan.id}").text
    board = client.get(f"/o/{office.slug}/plans/{plan.id}").text
    assert "đã được thu hồi" in board and "Nhắc các đơn vị" not in board
    pupil = client_for(make_person(app, school, "principal"))
    with in_unit(app, school) as session:
        own_id, adoption_id = session.execute(select(Adoption.plan_id, Adoption.id)).one()
    for page in ("", f"/base/{adoption_id}"):
        told = pupil.get(f"/u/{school.slug}/plans/{own_id}{page}").text
        assert "13/TB-THU" in told and "Sai thẩm quyền" in told
    public = client.get(f"/s/{office.slug}/ke-hoach/{plan.id}").text
    assert "13/TB-THU" in public
    assert "Sai thẩm quyền" in public
    with in_unit(app, school) as session:
        assert "Sai thẩm quyền" in session.scalars(select(Notice.text).where(Notice.severity == "bad")).one()
    for change in (
        lambda: service.begin_amendment(plan.id, head.id),
        lambda: service.add_node(plan.id, plan.nodes["II"], NodeValues(title="Muộn"), head.id),
    ):
        with in_unit(app, office), pytest.raises(Refused, match="thu hồi"):
            change()
    assert client.post(f"/o/{office.slug}/plans/{plan.id}/issue", data=fields).status_code == 422


def test_a_withdrawn_plan_is_received_by_nobody_anew_and_its_amendments_are_not_taken_over(
    app: Flask, office: UnitRef, plan: PlanRef
) -> None:
    issue(app, plan)
    early, late = make_school(app, office), make_school(app, office)
    theirs = receive(app, early, plan)
    with in_unit(app, office):
        service.begin_amendment(plan.id, None)
        service.add_node(plan.id, plan.nodes["II"], NodeValues(title="Mục của bản hai"), None)
    version = issue(app, plan)
    with in_unit(app, early):
        settings.put("plans.takeover", "confirm")
        service.add_node(theirs.id, plan.nodes["II"], NodeValues(title="Mục của trường"), None)
    receive(app, early, plan, version)
    head = make_person(app, office, "head")
    with in_unit(app, office):
        life_service.revoke(plan.id, document("99", notation="TB-THU", reason="Sai thẩm quyền"), head.id)
    for act in (lambda: service.receive(office.id, plan.id, version), lambda: service.receive(office.id, plan.id, 1)):
        with pytest.raises(Refused, match="đã thu hồi kế hoạch") as refusal, in_unit(app, late):
            act()
        assert refusal.value.code == "base-revoked"
    with in_unit(app, late):
        assert queries.plan_page("received", 1).items == []
    with pytest.raises(Refused, match="đã thu hồi kế hoạch"), in_unit(app, early):
        takeover.take_over(office.id, plan.id)
    assert "Mục của bản hai" not in {one.title for one in tree_of(app, theirs)}
    assert receive(app, early, plan).id == theirs.id


def test_numbers_are_one_row_for_all_kinds_of_documents(app: Flask, office: UnitRef, plan: PlanRef) -> None:
    head = make_person(app, office, "head")
    use(app, office, counter=True)
    issue(app, plan, number="07")
    with in_unit(app, office):
        assert (numbers.next_number(2026), numbers.next_number(2027)) == ("08", "01")
        life_service.revoke(plan.id, document("08", notation="TB-THU", reason="Thử"), head.id)
    second = make_plan(app, office, {"a": NodeValues(title="Khác")})
    with in_unit(app, office):
        assert numbers.next_number(2026) == "09"
    with pytest.raises(Refused, match="đã dùng"):
        issue(app, second, number="08", notation="TB-THU")


def test_two_documents_are_never_numbered_at_once(app: Flask, office: UnitRef, plan: PlanRef) -> None:
    issue(app, plan, number="1")
    second = make_plan(app, office, {"a": NodeValues(title="Khác")})

    def withdraw() -> None:
        with in_unit(app, office) as session:
            if session.get_bind().dialect.name == "postgresql":
                session.execute(select(func.set_config("lock_timeout", "200ms", True)))
            life_service.revoke(plan.id, document("9", reason="Thử"), None)

    with ThreadPoolExecutor(1) as threads, in_unit(app, office) as session:
        service.issue(second.id, document("9"), None)
        if session.get_bind().dialect.name == "postgresql":
            # SQLite has one writer at a time; there the second would only wait.
            with pytest.raises(OperationalError, match="lock timeout"):
                threads.submit(withdraw).result()
    with pytest.raises(Refused, match="đã dùng"):
        withdraw()


def test_the_statement_of_a_plan_names_every_version_with_its_file_and_hash(
    app: Flask, client_for: Clients, office: UnitRef, plan: PlanRef
) -> None:
    issue(app, plan, number="21")
    with in_unit(app, office):
        service.begin_amendment(plan.id, None)
        service.add_node(plan.id, plan.nodes["II"], NodeValues(title="Mục của bản hai"), None)
    issue(app, plan, number="22", follow_up="supplement")
    client = client_for(make_person(app, office, "officer"))
    with in_unit(app, office):
        hashes = [row.file_sha256 for row in queries.versions(plan.id)]

    page = client.get(f"/s/{office.slug}/ke-hoach/{plan.id}").text
    assert all(one in page for one in hashes)
    assert "Số: 21/KH-THU" in page and "Kế hoạch bổ sung số 22/KH-THU" in page
    first = client.get(f"/s/{office.slug}/ke-hoach/{plan.id}/ban/1")
    assert "Mục của bản hai" not in first.text
    assert "Mục của bản hai" in page
    assert client.get(f"/s/{office.slug}/ke-hoach/{plan.id}/ban/1/tep").headers["ETag"] == f'"{hashes[1]}"'
    assert client.get(f"/s/{office.slug}/ke-hoach/{plan.id}/ban/3").status_code == 404


def test_a_schools_amendment_passes_the_same_steps(app: Flask, office: UnitRef, plan: PlanRef) -> None:
    school = make_school(app, office)
    issue(app, plan)
    own = receive(app, school, plan)
    issue(app, own)
    principal = make_person(app, school, "principal")
    with in_unit(app, school):
        life_service.put_settings(["approval"], None, False, principal.id)
        service.begin_amendment(own.id, principal.id)
        service.add_node(own.id, own.nodes["II"], NodeValues(title="Bổ sung"), principal.id)
    with pytest.raises(Refused):
        issue(app, own)
