"""Writing a plan: founding, header, own nodes, order. On both databases."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from builders import in_unit, make_office, make_person, make_school
from flask import Flask
from plan_builders import PlanRef, lines_of, make_plan, tree_of

from tenants.audit import AuditEntry
from tenants.db import db
from tenants.errors import Conflict, NotFound, Refused
from tenants.plans import queries, service
from tenants.plans.models import Plan
from tenants.plans.values import CitationValues, HeaderValues, NodeValues, token


def text(title: str, **fields: object) -> NodeValues:
    return NodeValues(title=title, **fields)  # type: ignore[arg-type]


def outline(app: Flask, plan: PlanRef) -> list[str]:
    """The own topics of section II with their depth, as the page shows them."""
    wanted = set(plan.nodes.values()) - {plan.nodes[name] for name in ("I", "II", "III")}
    return [f"{'  ' * (n.depth - 1)}{n.label} {n.node.text}" for n in tree_of(app, plan) if n.node_id in wanted]


@pytest.fixture
def plan(app: Flask) -> PlanRef:
    office = make_office(app)
    return make_plan(app, office, {"a": text("An toàn"), "b": text("Tuyển sinh"), "c": text("Gương tốt")})


def test_a_new_plan_has_the_three_sections_and_knows_who_signs(app: Flask) -> None:
    school = make_school(app, make_office(app), name="Trường Tiểu học Hoa Sim")
    make_person(app, school, "principal", name="Lê Thị Hoa")
    with in_unit(app, school):
        plan = service.create_plan(subject="Truyền thông năm học 2026-2027", actor_id=None)
        facts = (plan.signer_title, plan.signer_name, plan.place, plan.levels, plan.state)
        ref = PlanRef(plan.id, school, {})
    assert facts == ("HIỆU TRƯỞNG", "Lê Thị Hoa", "Hoa Sim", ["primary"], "draft")
    lines = lines_of(app, ref)
    assert [line for line in lines if line.startswith(("I", "V"))] == [
        "I MỤC ĐÍCH, YÊU CẦU",
        "II NỘI DUNG TRUYỀN THÔNG",
        "III TỔ CHỨC THỰC HIỆN",
    ]
    assert lines[-1].startswith("Trên đây là Kế hoạch truyền thông của Trường Tiểu học Hoa Sim")


def test_a_plan_needs_a_subject(app: Flask) -> None:
    with pytest.raises(Refused) as refusal, in_unit(app, make_office(app)):
        service.create_plan(subject="   ", actor_id=None)
    assert refusal.value.code == "no-subject"


def test_nodes_are_added_numbered_and_stored_tidy(app: Flask, plan: PlanRef) -> None:
    with in_unit(app, plan.unit):
        service.add_node(
            plan.id,
            plan.nodes["a"],
            text("  Cổng  trường ", owners=("Tổ 1", " Tổ  1", ""), levels=("primary", "preschool")),
            None,
        )
    node = next(n for n in tree_of(app, plan) if n.node.title == "Cổng trường")
    assert (node.label, node.depth) == ("a", 2)
    assert (node.node.owners, node.node.levels) == (("Tổ 1",), ("preschool", "primary"))


def test_a_new_section_stands_before_the_closing_sentence(app: Flask, plan: PlanRef) -> None:
    with in_unit(app, plan.unit):
        service.add_node(plan.id, "", text("KINH PHÍ", kind="section"), None)
    tops = [n for n in tree_of(app, plan) if not n.depth]
    assert [n.label for n in tops] == ["I", "II", "III", "IV", ""]
    assert tops[-1].node.kind == "closing"


def test_up_and_down_change_the_order_and_the_numbers(app: Flask, plan: PlanRef) -> None:
    with in_unit(app, plan.unit):
        assert service.move_node(plan.id, plan.nodes["c"], "up", None)
        assert service.move_node(plan.id, plan.nodes["a"], "down", None)
    assert outline(app, plan) == ["3 Gương tốt", "4 An toàn", "5 Tuyển sinh"]


def test_moving_ten_times_back_and_forth_ends_where_it_began(app: Flask, plan: PlanRef) -> None:
    for _ in range(12):
        with in_unit(app, plan.unit):
            assert service.move_node(plan.id, plan.nodes["c"], "up", None)
        with in_unit(app, plan.unit):
            assert service.move_node(plan.id, plan.nodes["c"], "down", None)
    assert outline(app, plan) == ["3 An toàn", "4 Tuyển sinh", "5 Gương tốt"]


def test_the_first_cannot_go_up_and_nothing_is_written(app: Flask, plan: PlanRef) -> None:
    with in_unit(app, plan.unit):
        assert service.move_node(plan.id, plan.nodes["I"], "up", None) is False
        assert service.move_node(plan.id, plan.nodes["I"], "indent", None) is False
    with in_unit(app, plan.unit) as session:
        assert session.query(AuditEntry).filter_by(action="plan.node-moved").count() == 0


def test_indent_puts_a_node_under_the_one_before_and_outdent_brings_it_back(app: Flask, plan: PlanRef) -> None:
    with in_unit(app, plan.unit):
        service.add_node(plan.id, plan.nodes["b"], text("Con của b"), None)
    with in_unit(app, plan.unit):
        service.move_node(plan.id, plan.nodes["b"], "indent", None)
    assert [
        (n.label, n.depth, n.node.text) for n in tree_of(app, plan) if n.node.text in ("Tuyển sinh", "Con của b")
    ] == [
        ("a", 2, "Tuyển sinh"),
        ("-", 3, "Con của b"),
    ]
    with in_unit(app, plan.unit):
        service.move_node(plan.id, plan.nodes["b"], "outdent", None)
    assert outline(app, plan) == ["3 An toàn", "4 Tuyển sinh", "5 Gương tốt"]
    assert [n.label for n in tree_of(app, plan) if n.node.text == "Con của b"] == ["a"]


def test_five_levels_and_no_deeper(app: Flask, plan: PlanRef) -> None:
    parent = plan.nodes["a"]
    with in_unit(app, plan.unit):
        for depth in (2, 3, 4):
            parent = service.add_node(plan.id, parent, text(f"cấp {depth}"), None).node_id
    with pytest.raises(Refused) as refusal, in_unit(app, plan.unit):
        service.add_node(plan.id, parent, text("quá sâu"), None)
    assert refusal.value.code == "too-deep"


def test_removing_takes_the_branch_and_the_audit_keeps_the_words(app: Flask, plan: PlanRef) -> None:
    with in_unit(app, plan.unit):
        service.add_node(plan.id, plan.nodes["a"], text("Con", body="Lời dài không được mất"), None)
    with in_unit(app, plan.unit):
        assert service.remove_node(plan.id, plan.nodes["a"], None) == 2
    assert outline(app, plan) == ["3 Tuyển sinh", "4 Gương tốt"]
    with in_unit(app, plan.unit) as session:
        entry = session.query(AuditEntry).filter_by(action="plan.node-removed").one()
        assert "Lời dài không được mất" in str(entry.data)


@pytest.mark.database("sqlite")
def test_whatever_happens_to_a_node_the_audit_keeps_all_that_was_written_in_it(app: Flask, plan: PlanRef) -> None:
    full = NodeValues(
        title="Tên", body="Lời", owners=("Tổ một",), audience=("Phụ huynh khối 1",), channels=("Bảng tin cổng",),
        due_from=dt.date(2027, 1, 2), due_to=dt.date(2027, 3, 4), quota={"count": 17, "period": "month"},
    )  # fmt: skip
    words = ("Tên", "Lời", "Tổ một", "Phụ huynh khối 1", "Bảng tin cổng", "2027-01-02", "2027-03-04", "17")

    def put() -> str:
        return service.add_node(plan.id, plan.nodes["II"], full, None).node_id

    def split() -> None:
        service.split_node(plan.id, put(), [text("Một"), text("Hai")], None)

    acts = {
        "plan.node-edited": lambda: service.edit_node(plan.id, put(), text("Khác"), None),
        "plan.node-removed": lambda: service.remove_node(plan.id, put(), None),
        "plan.node-split": split,
        "plan.nodes-merged": lambda: service.merge_nodes(plan.id, [put(), plan.nodes["a"]], text("Gộp"), None),
    }
    for action, act in acts.items():
        with in_unit(app, plan.unit) as session:
            act()
            entry = session.query(AuditEntry).filter_by(action=action).one()
            assert [word for word in words if word not in str(entry.data)] == [], action


def test_numbering_of_a_group_can_be_dashes(app: Flask, plan: PlanRef) -> None:
    with in_unit(app, plan.unit):
        service.set_numbering(plan.id, plan.nodes["II"], "dash", None)
    assert outline(app, plan) == ["- An toàn", "- Tuyển sinh", "- Gương tốt"]


@pytest.mark.parametrize(
    ("values", "code"),
    [
        (NodeValues(title=" "), "no-text"),
        (NodeValues(title="x", kind="poem"), "node-kind"),
        (NodeValues(title="x", levels=("kindergarten",)), "levels"),
        (NodeValues(title="x", due_from=dt.date(2026, 9, 2), due_to=dt.date(2026, 9, 1)), "due"),
        (NodeValues(title="x", quota={"count": 0, "period": "month"}), "quota"),
        (NodeValues(title="x", quota={"count": "nhiều", "period": "month"}), "quota"),
        (NodeValues(title="x", quota={"count": 1, "period": "month", "floor": 2}), "quota"),
        (NodeValues(title="x", policies={"title": "maybe"}), "policy"),
    ],
)
def test_what_cannot_stand_is_refused_and_nothing_is_kept(
    app: Flask, plan: PlanRef, values: NodeValues, code: str
) -> None:
    before = tree_of(app, plan)
    with pytest.raises(Refused) as refusal, in_unit(app, plan.unit):
        service.add_node(plan.id, plan.nodes["II"], values, None)
    assert refusal.value.code == code
    assert len(tree_of(app, plan)) == len(before)


def test_two_editors_of_one_node_the_second_is_told_and_the_first_text_stays(app: Flask, plan: PlanRef) -> None:
    shown = token(NodeValues.of(next(n.node for n in tree_of(app, plan) if n.node_id == plan.nodes["a"])))
    with in_unit(app, plan.unit):
        service.edit_node(plan.id, plan.nodes["a"], text("Lời của người thứ nhất"), None, seen=shown)
    with pytest.raises(Conflict) as conflict, in_unit(app, plan.unit):
        service.edit_node(plan.id, plan.nodes["a"], text("Lời của người thứ hai"), None, seen=shown)
    assert "Người khác vừa lưu" in conflict.value.sentence
    assert outline(app, plan)[0] == "3 Lời của người thứ nhất"


def test_two_saves_at_the_same_moment_the_second_waits_and_is_told(app: Flask, plan: PlanRef) -> None:
    shown = token(NodeValues.of(next(n.node for n in tree_of(app, plan) if n.node_id == plan.nodes["a"])))
    refusals: list[str] = []

    def save_second() -> None:
        try:
            with in_unit(app, plan.unit):
                service.edit_node(plan.id, plan.nodes["a"], text("Lời thứ hai"), None, seen=shown)
        except Conflict as conflict:
            refusals.append(conflict.code)

    second = threading.Thread(target=save_second)
    with in_unit(app, plan.unit) as session:
        service.edit_node(plan.id, plan.nodes["a"], text("Lời thứ nhất"), None, seen=shown)
        session.flush()
        second.start()
        second.join(timeout=0.3)
        assert second.is_alive(), "the second save waits for the first"
    second.join(timeout=10)
    assert refusals == ["changed-meanwhile"]
    assert outline(app, plan)[0] == "3 Lời thứ nhất"


def test_two_editors_of_different_nodes_do_not_disturb_each_other(app: Flask, plan: PlanRef) -> None:
    shown = {n.node_id: token(NodeValues.of(n.node)) for n in tree_of(app, plan)}
    for name in ("a", "b"):
        with in_unit(app, plan.unit):
            service.edit_node(plan.id, plan.nodes[name], text(f"Sửa {name}"), None, seen=shown[plan.nodes[name]])
    assert outline(app, plan)[:2] == ["3 Sửa a", "4 Sửa b"]


def test_two_editors_of_the_header(app: Flask, plan: PlanRef) -> None:
    with in_unit(app, plan.unit) as session:
        shown = token(service.header_of(session.get(Plan, (plan.unit.id, plan.id))))
    with in_unit(app, plan.unit):
        service.save_header(plan.id, HeaderValues(subject="Lần một", number="7"), None, seen=shown)
    with pytest.raises(Conflict), in_unit(app, plan.unit):
        service.save_header(plan.id, HeaderValues(subject="Lần hai"), None, seen=shown)
    with in_unit(app, plan.unit) as session:
        saved = session.get(Plan, (plan.unit.id, plan.id))
        assert (saved.subject, saved.number, saved.lock > 0) == ("Lần một", "07", True)


def test_citations_are_rows_in_order(app: Flask, plan: PlanRef) -> None:
    with in_unit(app, plan.unit):
        first = service.save_citation(
            plan.id, CitationValues("Kế hoạch", "5", "KH-SGDĐT", subject="truyền thông"), None
        )
        service.save_citation(plan.id, CitationValues("Luật", subject="Giáo dục"), None)
        service.save_citation(plan.id, CitationValues("Kế hoạch", "15", "KH-SGDĐT"), None, citation_id=first.id)
        first_id = first.id
    with in_unit(app, plan.unit):
        cited = [(c.doc_type, c.number) for c in queries.working_plan(plan.id).citations]
        assert cited == [("Kế hoạch", "15"), ("Luật", None)]
        service.remove_citation(plan.id, first_id, None)
    with in_unit(app, plan.unit):
        assert len(queries.working_plan(plan.id).citations) == 1


def test_another_units_plan_does_not_exist_here(app: Flask, plan: PlanRef) -> None:
    stranger = make_office(app)
    for work in (
        lambda: service.add_node(plan.id, "", text("x"), None),
        lambda: service.save_header(plan.id, HeaderValues(subject="x"), None),
        lambda: queries.working_plan(plan.id),
        lambda: queries.issued_plan(plan.unit.id, plan.id),
    ):
        with pytest.raises(NotFound), in_unit(app, stranger):
            work()
    with in_unit(app, plan.unit):
        assert db.session.query(Plan).one().lock == 3
