"""Issuing: what a document needs, what is written, what stays as it was."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
from typing import Any

import pytest
from builders import in_unit, make_office, make_school, make_unit
from docx import Document
from flask import Flask
from plan_builders import PlanRef, document, issue, lines_of, make_plan, receive

from tenants import clock, files
from tenants.audit import AuditEntry
from tenants.errors import NotFound, Refused
from tenants.plans import queries, service
from tenants.plans.loading import Key, load_issued
from tenants.plans.models import Adoption, Plan, PlanNode, PlanVersion
from tenants.plans.values import NodeValues

NODES = {
    "safety": NodeValues(title="An toàn trường học", body="Lời của cấp trên"),
    "optional": NodeValues(title="Bán trú"),
}


@pytest.fixture
def master(app: Flask) -> PlanRef:
    return make_plan(app, make_office(app, "UBND xã Hoa Sim"), NODES)


def issued_lines(app: Flask, plan: PlanRef, version: int | None = None) -> list[str]:
    with in_unit(app, plan.unit):
        read = queries.issued_plan(plan.unit.id, plan.id, version)
        return [f"{n.label} {n.node.text}".strip() for top in read.tree for n in top.walk()]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"number": ""}, "number"),
        ({"number": "số 5"}, "number"),
        ({"notation": ""}, "notation"),
        ({"notation": "kế hoạch"}, "notation"),
        ({"document_date": None}, "document_date"),
        ({"signer_name": " "}, "signer_name"),
        ({"signer_title": ""}, "signer_title"),
        ({"place": ""}, "place"),
    ],
)
def test_an_incomplete_document_is_not_issued(app: Flask, master: PlanRef, change: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refusal, in_unit(app, master.unit):
        service.issue(master.id, document(**change), None)
    assert refusal.value.code == "incomplete" and set(refusal.value.data["missing"]) == {field}
    with in_unit(app, master.unit) as session:
        assert session.query(PlanVersion).count() == 0
        assert session.get(Plan, (master.unit.id, master.id)).state == "draft"


def test_an_issued_plan_is_a_document_with_its_frozen_file(app: Flask, master: PlanRef) -> None:
    issue(app, master, number="5", notation="KH-UBND")
    with in_unit(app, master.unit) as session:
        row = session.query(PlanVersion).one()
        assert (row.number, row.notation, row.year, row.unit_name) == ("05", "KH-UBND", 2026, "UBND xã Hoa Sim")
        data = files.store().get(row.file_sha256)
        assert hashlib.sha256(data).hexdigest() == row.file_sha256
        plan = session.get(Plan, (master.unit.id, master.id))
        assert (plan.state, plan.current_version, plan.number) == ("issued", 1, "05")
        assert session.query(AuditEntry).filter_by(action="plan.issue").one().data["number"] == "05"
    words = "\n".join(p.text for p in Document(io.BytesIO(data)).paragraphs)
    assert "An toàn trường học" in words and "II. NỘI DUNG TRUYỀN THÔNG" in words


def test_an_issued_plan_is_edited_by_nobody(app: Flask, master: PlanRef) -> None:
    issue(app, master)
    for change in (
        lambda: service.edit_node(master.id, master.nodes["safety"], NodeValues(title="Khác"), None),
        lambda: service.add_node(master.id, "", NodeValues(title="Khác"), None),
        lambda: service.remove_node(master.id, master.nodes["safety"], None),
        lambda: service.move_node(master.id, master.nodes["safety"], "down", None),
        lambda: service.issue(master.id, document(), None),
    ):
        with pytest.raises(Refused) as refusal, in_unit(app, master.unit):
            change()
        assert refusal.value.code == "plan-issued"
    assert "3 An toàn trường học" in issued_lines(app, master)


def test_a_number_is_given_once_a_year_in_a_unit(app: Flask, master: PlanRef) -> None:
    issue(app, master, number="7", notation="KH-UBND")
    second = make_plan(app, master.unit, NODES)
    with pytest.raises(Refused) as refusal:
        issue(app, second, number="07", notation="KH-UBND")
    assert refusal.value.code == "number-taken" and "Truyền thông năm học thử" in refusal.value.sentence
    issue(app, second, number="7", notation="KH-UBND", document_date=dt.date(2027, 1, 4))
    other = make_plan(app, make_office(app), NODES)
    issue(app, other, number="7", notation="KH-UBND")


def test_a_school_writes_only_what_differs_from_its_superior(app: Flask, master: PlanRef) -> None:
    issue(app, master)
    plan = receive(app, make_school(app, master.unit), master)
    with in_unit(app, plan.unit):
        service.adapt(plan.id, plan.nodes["safety"], {"body": "Lời của trường"}, None)
        service.omit(plan.id, plan.nodes["optional"], "Không có bán trú", None)
        service.add_node(plan.id, plan.nodes["II"], NodeValues(title="Câu lạc bộ đọc sách"), None)
    expected = lines_of(app, plan)
    issue(app, plan)
    with in_unit(app, plan.unit) as session:
        rows = session.query(PlanNode).filter(PlanNode.unit_id == plan.unit.id).all()
        assert {row.title: row.omitted for row in rows if row.kind != "closing"} == {
            "An toàn trường học": False, "Bán trú": True, "Câu lạc bộ đọc sách": False,
        }  # fmt: skip
        row = session.query(PlanVersion).filter(PlanVersion.unit_id == plan.unit.id).one()
        assert row.chain == [[master.unit.id, master.id, 1], [plan.unit.id, plan.id, 1]]
        mark = session.query(Adoption).one()
        assert (mark.issued_version, mark.adapted, mark.added, mark.omitted) == (1, 1, 1, 1)
        assert mark.issued_at is not None
    assert issued_lines(app, plan) == expected


def test_a_plan_issued_unchanged_writes_its_closing_sentence_alone(app: Flask, master: PlanRef) -> None:
    issue(app, master)
    plan = receive(app, make_school(app, master.unit), master)
    issue(app, plan)
    with in_unit(app, plan.unit) as session:
        rows = session.query(PlanNode).filter(PlanNode.unit_id == plan.unit.id).all()
        assert [row.kind for row in rows] == ["closing"]
    assert issued_lines(app, plan)[:-1] == issued_lines(app, master)[:-1]
    assert plan.unit.name in issued_lines(app, plan)[-1] and master.unit.name not in issued_lines(app, plan)[-1]


def test_what_a_school_issued_does_not_change_when_its_superior_issues_again(app: Flask, master: PlanRef) -> None:
    issue(app, master)
    plan = receive(app, make_school(app, master.unit), master)
    issue(app, plan)
    before = issued_lines(app, plan)
    with in_unit(app, master.unit):
        service.begin_amendment(master.id, None)
        service.edit_node(master.id, master.nodes["safety"], NodeValues(title="An toàn giao thông"), None)
        service.remove_node(master.id, master.nodes["optional"], None)
    issue(app, master)
    receive(app, plan.unit, master, 2)
    assert issued_lines(app, plan) == before


def test_a_second_version_writes_only_the_changed_nodes_and_the_first_stays_readable(
    app: Flask, master: PlanRef
) -> None:
    issue(app, master)
    first = issued_lines(app, master)
    with in_unit(app, master.unit) as session:
        before = session.query(PlanNode).count()
        service.begin_amendment(master.id, None)
        service.edit_node(master.id, master.nodes["safety"], NodeValues(title="An toàn giao thông"), None)
        service.add_node(master.id, master.nodes["I"], NodeValues(title="Phương châm"), None)
    assert issue(app, master) == 2
    with in_unit(app, master.unit) as session:
        assert session.query(PlanNode).count() == before + 2
        assert session.query(PlanNode).filter(PlanNode.to_version == 2).count() == 1
        assert [row.version for row in queries.versions(master.id)] == [2, 1]
    assert issued_lines(app, master, 1) == first
    assert "3 An toàn giao thông" in issued_lines(app, master)


def test_two_versions_read_at_once_keep_their_own_words(app: Flask, master: PlanRef) -> None:
    issue(app, master)
    with in_unit(app, master.unit):
        service.begin_amendment(master.id, None)
        service.edit_node(master.id, master.nodes["safety"], NodeValues(title="An toàn giao thông"), None)
    issue(app, master)
    keys = [Key(master.unit.id, master.id, version) for version in (1, 2)]
    with in_unit(app, master.unit):
        both = load_issued(keys)
        titles = [{item.node.title for item in both[key].items} for key in keys]
    assert ["An toàn trường học" in found for found in titles] == [True, False]
    assert ["An toàn giao thông" in found for found in titles] == [False, True]


def test_an_amendment_needs_a_number_of_its_own(app: Flask, master: PlanRef) -> None:
    issue(app, master, number="3", notation="KH-UBND")
    with in_unit(app, master.unit):
        plan = service.begin_amendment(master.id, None)
        assert (plan.number, plan.document_date) == (None, None)
    with pytest.raises(Refused) as refusal:
        issue(app, master, number="3", notation="KH-UBND")
    assert refusal.value.code == "number-taken"


def test_three_levels_down_a_school_reads_the_departments_words_and_the_offices(app: Flask) -> None:
    department = make_unit(app, "department", "Sở Giáo dục và Đào tạo Thử")
    top = make_plan(app, department, {**NODES, "upper": NodeValues(title="Hướng nghiệp", levels=("upper_secondary",))})
    issue(app, top)
    office = make_office(app, "UBND xã Hoa Sim", under=department)
    middle = receive(app, office, top)
    with in_unit(app, office):
        service.adapt(middle.id, top.nodes["safety"], {"body": "Lời của xã"}, None)
        service.omit(middle.id, top.nodes["optional"], "Xã không có bán trú", None)
        own = service.add_node(middle.id, top.nodes["II"], NodeValues(title="Lễ hội của xã"), None).node_id
    issue(app, middle)
    plan = receive(app, make_school(app, office), middle)
    with in_unit(app, plan.unit):
        service.adapt(plan.id, own, {"title": "Lễ hội của xã tại trường"}, None)
    issue(app, plan)
    lines = issued_lines(app, plan)
    assert "3 An toàn trường học" in lines and "4 Lễ hội của xã tại trường" in lines
    assert not any("Bán trú" in line or "Hướng nghiệp" in line for line in lines)
    with in_unit(app, plan.unit):
        read = queries.issued_plan(plan.unit.id, plan.id)
        found = {item.node.node_id: item for item in read.items}
        assert found[top.nodes["safety"]].node.body == "Lời của xã"
        assert read.origins[found[own].origin_unit_id] == "UBND xã Hoa Sim"
        assert read.origins[found[top.nodes["safety"]].origin_unit_id] == "Sở Giáo dục và Đào tạo Thử"
        assert [key[:1] for key in read.document.chain] == [[department.id], [office.id], [plan.unit.id]]


def test_a_siblings_issued_plan_is_out_of_reach_and_the_superiors_is_not(app: Flask, master: PlanRef) -> None:
    issue(app, master)
    one, two = (make_school(app, master.unit) for _ in range(2))
    plan = receive(app, one, master)
    issue(app, plan)
    with in_unit(app, two):
        assert queries.issued_plan(master.unit.id, master.id).document.version == 1
        with pytest.raises(NotFound):
            queries.issued_plan(one.id, plan.id)


def test_topics_and_quotas_come_from_plans_in_force(app: Flask, master: PlanRef) -> None:
    school = make_school(app, master.unit)
    quota = {"count": 1, "period": "month", "genre": "role_model", "subject": "role_model"}
    with in_unit(app, master.unit):
        service.add_node(
            master.id, master.nodes["safety"], NodeValues(title="Gương tốt", kind="quota", quota=quota), None
        )
    issue(app, master)
    plan = receive(app, school, master)
    with clock.frozen(dt.datetime(2026, 10, 1, tzinfo=dt.UTC)):
        with in_unit(app, school):
            hand = queries.topics_in_force()
        assert {(t.title, t.plan_version) for t in hand} >= {("An toàn trường học", 0), ("Gương tốt", 0)}
        issue(app, plan)
        with in_unit(app, school):
            topics = {t.title: t for t in queries.topics_in_force()}
            targets = queries.quotas_in_force()
        chosen = topics["Gương tốt"]
        assert (chosen.plan_id, chosen.plan_version) == (plan.id, 1)
        assert chosen.path == "NỘI DUNG TRUYỀN THÔNG › An toàn trường học"
        assert [(q.title, q.quota["count"], q.plan_id) for q in targets] == [("Gương tốt", 1, plan.id)]
        assert targets[0].starts_on == dt.date(2026, 8, 1)
    with clock.frozen(dt.datetime(2027, 9, 1, tzinfo=dt.UTC)), in_unit(app, school):
        assert queries.topics_in_force() == [] and queries.quotas_in_force() == []
        assert [row.plan_id for row in queries.public_plans()] == [plan.id]
