"""Giving up the draft of an amendment: what is in force again, and where everything that fell away is kept."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from builders import UnitRef, in_unit, make_office, make_person, make_school, run_jobs
from docx import Document
from flask import Flask
from plan_builders import PlanRef, issue, lines_of, make_plan, receive
from sqlalchemy import select

from tenants import clock, files, scope
from tenants.audit import AuditEntry
from tenants.errors import Refused
from tenants.notices.models import Notice
from tenants.plans import consulting, discarding, life, life_service, service, takeover
from tenants.plans.life_models import PlanConsultation, PlanRemark
from tenants.plans.models import NodeOmission, NodeOverride, Plan
from tenants.plans.service import CitationValues, HeaderValues, NodeValues

TITLES = {"a": NodeValues(title="An toàn"), "b": NodeValues(title="Đọc sách"), "c": NodeValues(title="Phát thanh")}


@pytest.fixture
def office(app: Flask) -> UnitRef:
    return make_office(app)


@pytest.fixture
def plan(app: Flask, office: UnitRef) -> PlanRef:
    made = make_plan(app, office, TITLES)
    issue(app, made, number="7")
    return made


def give_up(app: Flask, plan: PlanRef, by: int | None = None, reason: str = "") -> None:
    with in_unit(app, plan.unit):
        discarding.discard_amendment(plan.id, reason, by)


def test_the_plan_is_again_what_is_in_force_and_the_draft_is_kept(app: Flask, plan: PlanRef, office: UnitRef) -> None:
    officer = make_person(app, office, "officer")
    before = lines_of(app, plan)
    with in_unit(app, office):
        header = service.header_of(scope.get_own(Plan, plan.id))
        service.begin_amendment(plan.id, officer.id)
        service.edit_node(plan.id, plan.nodes["a"], NodeValues(title="An toàn giao thông"), officer.id)
        service.remove_node(plan.id, plan.nodes["b"], officer.id)
        service.move_node(plan.id, plan.nodes["c"], "up", officer.id)
        service.add_node(plan.id, plan.nodes["II"], NodeValues(title="Mục nháp"), officer.id)
        service.save_header(plan.id, HeaderValues(subject="Tên khác", recipients=("Ai đó",)), officer.id)
        service.save_citation(plan.id, CitationValues("Luật", subject="Luật Trẻ em"), officer.id)
    give_up(app, plan, officer.id, "Chưa cần")

    assert lines_of(app, plan) == before
    with in_unit(app, office) as session:
        row = scope.get_own(Plan, plan.id)
        assert (row.state, row.current_version, service.header_of(row)) == ("issued", 1, header)
        assert service.changes_since_issue(plan.id) == ()
        [kept] = discarding.discards(plan.id)
        assert (kept.changes, kept.reason, kept.by_id) == (4, "Chưa cần", officer.id)
        word = "\n".join(line.text for line in Document(io.BytesIO(files.store().get(kept.file_sha256))).paragraphs)
        assert "Mục nháp" in word
        assert "Tên khác" in word
        assert {one.text for one in takeover.archive(plan.id)} >= {"An toàn giao thông", "Mục nháp"}
        [entry] = session.scalars(select(AuditEntry).where(AuditEntry.action == "plan.discard"))
        assert entry.data["reason"] == "Chưa cần"


def test_only_an_amendment_can_be_given_up(app: Flask, plan: PlanRef, office: UnitRef) -> None:
    first = make_plan(app, office, TITLES)
    for one in (plan, first):
        with pytest.raises(Refused, match="không có dự thảo"):
            give_up(app, one)


def test_a_school_gets_its_issued_words_back_on_what_it_inherits(app: Flask, plan: PlanRef, office: UnitRef) -> None:
    school = make_school(app, office)
    own = receive(app, school, plan)
    with in_unit(app, school):
        service.adapt(own.id, plan.nodes["a"], {"title": "An toàn ở trường"}, None, "vì đường dốc")
        service.omit(own.id, plan.nodes["b"], "Chưa có thư viện", None)
    issue(app, own)
    before = lines_of(app, own)
    with in_unit(app, school):
        service.begin_amendment(own.id, None)
        service.adapt(own.id, plan.nodes["a"], {"title": "Nháp", "body": "Thêm lời"}, None)
        service.restore(own.id, plan.nodes["b"], None)
        service.omit(own.id, plan.nodes["c"], "Bỏ thử", None)
    give_up(app, own)

    assert lines_of(app, own) == before
    with in_unit(app, school) as session:
        assert [(row.field, row.value) for row in session.scalars(select(NodeOverride))] == [
            ("title", "An toàn ở trường")
        ]
        assert [row.node_id for row in session.scalars(select(NodeOmission))] == [plan.nodes["b"]]
        assert {"Nháp", "Thêm lời"} <= {one.text for one in takeover.archive(own.id)}


def test_what_was_taken_over_meanwhile_stays_and_a_new_lock_is_held(app: Flask, plan: PlanRef, office: UnitRef) -> None:
    school = make_school(app, office)
    own = receive(app, school, plan)
    with in_unit(app, school):
        service.adapt(own.id, plan.nodes["a"], {"title": "An toàn ở trường"}, None)
    issue(app, own)
    with in_unit(app, school):
        service.begin_amendment(own.id, None)
    with in_unit(app, office):
        service.begin_amendment(plan.id, None)
        service.edit_node(plan.id, plan.nodes["c"], NodeValues(title="Phát thanh măng non"), None)
        locked = NodeValues(title="An toàn tuyệt đối", policies={"title": "locked"})
        service.edit_node(plan.id, plan.nodes["a"], locked, None)
    issue(app, plan)
    receive(app, school, plan, 2)
    with in_unit(app, school):
        takeover.take_over(office.id, plan.id, 2)
        service.add_node(own.id, own.nodes["II"], NodeValues(title="Mục nháp"), None)
    give_up(app, own)

    lines = "\n".join(lines_of(app, own))
    assert "Phát thanh măng non" in lines
    assert "An toàn tuyệt đối" in lines
    assert "Mục nháp" not in lines


def test_looks_and_comments_belong_to_the_draft_given_up(app: Flask, plan: PlanRef, office: UnitRef) -> None:
    school = make_school(app, office)
    officer = make_person(app, office, "officer")
    start = clock.from_local(dt.datetime.fromisoformat("2026-11-20 08:00"))
    with clock.frozen(start), in_unit(app, office):
        service.begin_amendment(plan.id, officer.id)
        life_service.put_settings(["content"], None, False, officer.id)
        service.add_node(plan.id, plan.nodes["II"], NodeValues(title="Mục nháp"), officer.id)
        seen = life_service.draft_text(scope.get_own(Plan, plan.id)).sha256
        life_service.look(plan.id, "content", passed=True, seen_sha256=seen, note="", actor_id=officer.id)
        round_id = consulting.ask(plan.id, {school.id}, dt.date(2026, 11, 30), "", officer.id).id
        consulting.keep_remarks(round_id, school.id, [{"id": 1, "node_id": "", "words": "Nên bỏ"}], start.isoformat())
    run_jobs(app)
    with clock.frozen(start + dt.timedelta(hours=1)):
        give_up(app, plan, officer.id)
    with clock.frozen(start + dt.timedelta(hours=2)), in_unit(app, office) as session:
        service.begin_amendment(plan.id, officer.id)
        assert life.checks(scope.get_own(Plan, plan.id)) == []
        closed = session.get_one(PlanConsultation, (office.id, round_id))
        assert closed.closed_at == start + dt.timedelta(hours=1)
        assert discarding.belongs_to(closed, discarding.discards(plan.id)) is not None
        assert session.scalars(select(PlanRemark.words)).all() == ["Nên bỏ"]
        open_notices = select(Notice.key).where(Notice.resolved_at.is_(None), Notice.key.like("plan.consult:%"))
        assert session.scalars(open_notices).all() == []
