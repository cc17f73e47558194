"""A school localizes what its superior issued: adapt, add, omit, and what the superior locked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from builders import UnitRef, in_unit, make_office, make_school, make_unit
from flask import Flask
from plan_builders import PlanRef, document, issue, lines_of, make_plan, receive, tree_of

from tenants import clock, scope
from tenants.audit import AuditEntry
from tenants.db import db
from tenants.errors import Conflict, NotFound, Refused
from tenants.notices import queries as notices
from tenants.plans import consulting, queries, service, takeover
from tenants.plans.models import Adoption, NodeOverride, Plan
from tenants.plans.values import NodeValues, token
from tenants.units import service as unit_service
from tenants.units.models import PROFESSIONAL, Unit

QUOTA = {"count": 1, "period": "month", "genre": "role_model", "subject": "role_model", "floor": 1, "ceiling": 4}

NODES = {
    "safety": NodeValues(
        title="An toàn trường học", body="Lời của cấp trên", policies={"title": "locked", "body": "free"}
    ),
    "quota": NodeValues(title="Gương người tốt", kind="quota", quota=QUOTA),
    "optional": NodeValues(title="Bán trú"),
    "duty": NodeValues(title="Báo cáo hằng tháng", mandatory=True),
    "upper": NodeValues(title="Tư vấn tuyển sinh đại học", levels=("upper_secondary",)),
}


@pytest.fixture
def master(app: Flask) -> PlanRef:
    plan = make_plan(app, make_office(app, "UBND xã Hoa Sim"), NODES)
    issue(app, plan, number="12", notation="KH-UBND")
    return plan


@pytest.fixture
def school(app: Flask, master: PlanRef) -> UnitRef:
    return make_school(app, master.unit, name="Trường Tiểu học Hoa Sim")


@pytest.fixture
def plan(app: Flask, school: UnitRef, master: PlanRef) -> PlanRef:
    return receive(app, school, master)


def marks(app: Flask, plan: PlanRef) -> Adoption:
    with in_unit(app, plan.unit) as session:
        row = session.query(Adoption).filter_by(plan_id=plan.id).one()
        session.expunge(row)
        return row  # type: ignore[no-any-return]


def item(app: Flask, plan: PlanRef, name: str) -> Any:
    return next(n.item for n in tree_of(app, plan) if n.node_id == plan.nodes[name])


def test_a_school_reads_only_the_nodes_for_its_level(app: Flask, plan: PlanRef) -> None:
    texts = [n.node.text for n in tree_of(app, plan)]
    assert "An toàn trường học" in texts and "Tư vấn tuyển sinh đại học" not in texts


def test_receiving_twice_gives_one_plan_that_cites_its_superior(app: Flask, plan: PlanRef, master: PlanRef) -> None:
    assert receive(app, plan.unit, master).id == plan.id
    with in_unit(app, plan.unit):
        own = queries.working_plan(plan.id)
        cited = own.citations[0]
        assert (cited.doc_type, cited.number, cited.notation) == ("Kế hoạch", "12", "KH-UBND")
        assert cited.issuer == "UBND xã Hoa Sim"
        assert own.plan.levels == ["primary"]
        assert own.plan.recipients[0].startswith("UBND xã Hoa Sim")
        assert [base.unit_name for base in own.bases] == ["UBND xã Hoa Sim"]
    assert marks(app, plan).opened_at is None


def test_a_plan_of_a_stranger_cannot_be_received(app: Flask, master: PlanRef) -> None:
    other = make_school(app, make_office(app))
    with pytest.raises(NotFound), in_unit(app, other):
        service.receive(master.unit.id, master.id, 1)


def test_a_superiors_draft_cannot_be_received(app: Flask, school: UnitRef, master: PlanRef) -> None:
    draft = make_plan(app, master.unit)
    with pytest.raises(NotFound), in_unit(app, school):
        service.receive(master.unit.id, draft.id, 1)


def test_adapting_keeps_both_texts_and_marks_the_school(app: Flask, plan: PlanRef) -> None:
    with in_unit(app, plan.unit):
        adapted = service.adapt(plan.id, plan.nodes["safety"], {"body": "Lời của trường"}, None, reason="gần quốc lộ")
        assert adapted == {"body"}
    found = item(app, plan, "safety")
    assert (found.state, found.node.body, found.base.body) == ("adapted", "Lời của trường", "Lời của cấp trên")
    with in_unit(app, plan.unit) as session:
        row = session.query(NodeOverride).one()
        assert (row.base_value, row.base_version, row.reason) == ("Lời của cấp trên", 1, "gần quốc lộ")
    row = marks(app, plan)
    assert (row.adapted, row.added, row.omitted) == (1, 0, 0)
    assert row.localized_at is not None and row.opened_at is not None


def test_a_locked_field_is_refused_and_the_other_fields_of_the_form_too(app: Flask, plan: PlanRef) -> None:
    with pytest.raises(Refused) as refusal, in_unit(app, plan.unit):
        service.adapt(plan.id, plan.nodes["safety"], {"body": "Lời của trường", "title": "Tên khác"}, None)
    assert refusal.value.code == "field-locked"
    assert item(app, plan, "safety").state == "inherited"


def test_sending_a_locked_field_unchanged_is_no_offence(app: Flask, plan: PlanRef) -> None:
    with in_unit(app, plan.unit):
        service.adapt(plan.id, plan.nodes["safety"], {"title": "An toàn trường học", "body": "Khác"}, None)
    assert item(app, plan, "safety").adapted == {"body"}


def test_typing_the_superiors_text_again_takes_the_change_back(app: Flask, plan: PlanRef) -> None:
    for words in ("Khác", "Lời của cấp trên"):
        with in_unit(app, plan.unit):
            service.adapt(plan.id, plan.nodes["safety"], {"body": words}, None)
    assert item(app, plan, "safety").state == "inherited"
    assert marks(app, plan).adapted == 0


def test_counts_stay_within_the_superiors_bounds(app: Flask, plan: PlanRef) -> None:
    with in_unit(app, plan.unit):
        service.adapt(plan.id, plan.nodes["quota"], {"quota": {**QUOTA, "count": 3}}, None)
    assert item(app, plan, "quota").node.quota["count"] == 3
    for change, code in (({"count": 5}, "above-ceiling"), ({"count": 2, "period": "year"}, "quota-shape")):
        with pytest.raises(Refused) as refusal, in_unit(app, plan.unit):
            service.adapt(plan.id, plan.nodes["quota"], {"quota": {**QUOTA, **change}}, None)
        assert refusal.value.code == code
    assert item(app, plan, "quota").node.quota["count"] == 3


def test_a_school_cannot_widen_the_bounds_it_was_given(app: Flask, plan: PlanRef) -> None:
    with pytest.raises(Refused) as refusal, in_unit(app, plan.unit):
        wide = {**QUOTA, "count": 9, "floor": 1, "ceiling": 99}
        service.adapt(plan.id, plan.nodes["quota"], {"quota": wide}, None)
    assert refusal.value.code == "above-ceiling"


def test_reset_takes_the_superiors_text_back_and_the_audit_keeps_the_own(app: Flask, plan: PlanRef) -> None:
    with in_unit(app, plan.unit):
        service.adapt(plan.id, plan.nodes["safety"], {"body": "Lời riêng đáng giữ", "owners": ["Tổ 1"]}, None)
    with in_unit(app, plan.unit):
        service.reset(plan.id, plan.nodes["safety"], None, field="body")
    assert item(app, plan, "safety").adapted == {"owners"}
    with in_unit(app, plan.unit):
        service.reset(plan.id, plan.nodes["safety"], None)
    assert item(app, plan, "safety").state == "inherited"
    with in_unit(app, plan.unit) as session:
        kept = [entry.data for entry in session.query(AuditEntry).filter_by(action="plan.reset")]
        assert "Lời riêng đáng giữ" in str(kept)


def test_an_optional_node_is_left_out_with_a_reason_and_comes_back(app: Flask, plan: PlanRef) -> None:
    with in_unit(app, plan.unit):
        service.omit(plan.id, plan.nodes["optional"], "Trường không tổ chức bán trú", None)
    assert not any("Bán trú" in line for line in lines_of(app, plan))
    assert marks(app, plan).omitted == 1
    with in_unit(app, plan.unit):
        service.restore(plan.id, plan.nodes["optional"], None)
    assert any("Bán trú" in line for line in lines_of(app, plan))
    assert marks(app, plan).omitted == 0


@pytest.mark.parametrize(
    ("name", "reason", "code"),
    [("optional", "  ", "no-reason"), ("duty", "Không muốn", "mandatory"), ("II", "Không muốn", "mandatory")],
)
def test_what_cannot_be_left_out(app: Flask, plan: PlanRef, name: str, reason: str, code: str) -> None:
    with pytest.raises(Refused) as refusal, in_unit(app, plan.unit):
        service.omit(plan.id, plan.nodes[name], reason, None)
    assert refusal.value.code == code
    assert item(app, plan, name).is_present


def test_own_nodes_are_never_hidden_by_omitting_their_parent(app: Flask, plan: PlanRef) -> None:
    with in_unit(app, plan.unit):
        service.add_node(plan.id, plan.nodes["optional"], NodeValues(title="Bếp ăn một chiều"), None)
    with pytest.raises(Refused) as refusal, in_unit(app, plan.unit):
        service.omit(plan.id, plan.nodes["optional"], "Không có", None)
    assert refusal.value.code == "own-below"


def test_an_omitted_node_is_restored_before_it_is_edited(app: Flask, plan: PlanRef) -> None:
    with in_unit(app, plan.unit):
        service.omit(plan.id, plan.nodes["optional"], "Không có", None)
    for change in (
        lambda: service.adapt(plan.id, plan.nodes["optional"], {"body": "x"}, None),
        lambda: service.add_node(plan.id, plan.nodes["optional"], NodeValues(title="x"), None),
    ):
        with pytest.raises((Refused, NotFound)), in_unit(app, plan.unit):
            change()


def test_own_nodes_under_what_is_inherited(app: Flask, plan: PlanRef) -> None:
    with in_unit(app, plan.unit):
        service.add_node(plan.id, plan.nodes["safety"], NodeValues(title="Cổng trường giờ tan học"), None)
    assert any(line == "a Cổng trường giờ tan học" for line in lines_of(app, plan))
    assert (marks(app, plan).added, item(app, plan, "safety").state) == (1, "inherited")


def test_local_order_moves_inherited_nodes_without_adapting_them(app: Flask, plan: PlanRef) -> None:
    before = [n.node_id for n in tree_of(app, plan)]
    with in_unit(app, plan.unit):
        service.move_node(plan.id, plan.nodes["optional"], "up", None)
    after = [n.node_id for n in tree_of(app, plan)]
    assert after.index(plan.nodes["optional"]) == before.index(plan.nodes["optional"]) - 1
    assert marks(app, plan).adapted == 0
    with pytest.raises(Refused) as refusal, in_unit(app, plan.unit):
        service.move_node(plan.id, plan.nodes["optional"], "indent", None)
    assert refusal.value.code == "inherited-place"


def test_two_people_adapting_the_same_node(app: Flask, plan: PlanRef) -> None:
    shown = token(NodeValues.of(item(app, plan, "safety").node))
    with in_unit(app, plan.unit):
        service.adapt(plan.id, plan.nodes["safety"], {"body": "Người thứ nhất"}, None, seen=shown)
    with pytest.raises(Conflict), in_unit(app, plan.unit):
        service.adapt(plan.id, plan.nodes["safety"], {"body": "Người thứ hai"}, None, seen=shown)
    assert item(app, plan, "safety").node.body == "Người thứ nhất"


def test_studied_is_noted_once(app: Flask, plan: PlanRef) -> None:
    assert queries.adoption_state(marks(app, plan)) == "received"
    with in_unit(app, plan.unit):
        assert service.mark_studied(plan.id, None) is True
        assert service.mark_studied(plan.id, None) is False
    assert queries.adoption_state(marks(app, plan)) == "opened"


@pytest.mark.parametrize(
    "change",
    [
        lambda plan: service.edit_node(plan.id, plan.nodes["safety"], NodeValues(title="Của tôi"), None),
        lambda plan: service.remove_node(plan.id, plan.nodes["safety"], None),
    ],
)
def test_inherited_nodes_are_not_edited_or_removed_as_own(
    app: Flask, plan: PlanRef, change: Callable[[PlanRef], Any]
) -> None:
    with pytest.raises(NotFound), in_unit(app, plan.unit):
        change(plan)


def test_a_new_version_leaves_a_schools_own_words_in_force(app: Flask, plan: PlanRef, master: PlanRef) -> None:
    untouched = receive(app, make_school(app, master.unit), master)
    with in_unit(app, plan.unit):
        service.adapt(plan.id, plan.nodes["safety"], {"body": "Lời của trường"}, None)
    with in_unit(app, master.unit):
        service.begin_amendment(master.id, None)
        service.edit_node(
            master.id, master.nodes["safety"], NodeValues(title="An toàn trường học", body="Lời mới"), None
        )
    issue(app, master)
    for ref in (plan, untouched):
        receive(app, ref.unit, master, 2)
    assert (marks(app, plan).base_version, marks(app, plan).offered_version) == (2, 2)
    kept = item(app, plan, "safety")
    assert (kept.base.body, kept.node.body) == ("Lời mới", "Lời của trường")
    assert kept.overrides["body"].base_value == "Lời của cấp trên"
    assert marks(app, untouched).base_version == 2
    assert item(app, untouched, "safety").node.body == "Lời mới"


def test_an_office_between_tightens_what_the_department_left_open(app: Flask) -> None:
    department = make_unit(app, "department")
    top = make_plan(app, department, {"a": NodeValues(title="Chung", body="Mở", policies={"body": "free"})})
    issue(app, top)
    office = make_office(app, under=department)
    middle = receive(app, office, top)
    with in_unit(app, office):
        service.adapt(middle.id, top.nodes["a"], {"policies": {"body": "locked"}, "mandatory": True}, None)
    issue(app, middle)
    below = receive(app, make_school(app, office), middle)
    for change in (
        lambda: service.adapt(below.id, below.nodes["a"], {"body": "Khác"}, None),
        lambda: service.omit(below.id, below.nodes["a"], "Không muốn", None),
    ):
        with pytest.raises(Refused), in_unit(app, below.unit):
            change()


@pytest.fixture
def department(app: Flask, school: UnitRef) -> UnitRef:
    """A second superior of the school, in professional matters."""
    made = make_unit(app, "department", "Sở thử")
    with app.app_context(), db.session.begin():
        unit_service.place_under(db.session.get(Unit, school.id), db.session.get(Unit, made.id), PROFESSIONAL)
    return made


@pytest.fixture
def other(app: Flask, department: UnitRef) -> PlanRef:
    made = make_plan(app, department, {"x": NodeValues(title="Chuyên môn của Sở")})
    issue(app, made)
    return made


def test_a_second_superiors_plan_joins_and_is_told_apart(
    app: Flask, school: UnitRef, plan: PlanRef, department: UnitRef, other: PlanRef
) -> None:
    second = receive(app, school, other)
    with in_unit(app, school):
        service.adapt(plan.id, plan.nodes["safety"], {"body": "Lời của trường"}, None)
        service.combine(plan.id, second.id, None)
    with in_unit(app, school):
        whole = queries.working_plan(plan.id)
        assert {base.unit_name for base in whole.bases} == {"UBND xã Hoa Sim", "Sở thử"}
        node = whole.node(other.nodes["x"])
        assert whole.origins[node.item.origin_unit_id] == "Sở thử"
        assert whole.node(plan.nodes["safety"]).node.body == "Lời của trường"
        assert len(whole.citations) == 2
        assert db.session.query(Plan).count() == 1
        service.adapt(plan.id, other.nodes["x"], {"body": "Cụ thể"}, None)
        counts = {row.base_unit_id: row.adapted for row in db.session.query(Adoption)}
        assert counts == {department.id: 1, whole.bases[0].key.unit_id: 1}
        version = service.issue(plan.id, document(), None)
        assert len(version.bases) == 2
    with in_unit(app, school):
        read = queries.issued_plan(school.id, plan.id)
        texts = [n.node.text for top in read.tree for n in top.walk()]
        assert "Chuyên môn của Sở" in texts and "An toàn trường học" in texts
        assert scope.current().unit_id == school.id


def test_what_a_joining_plan_took_over_before_comes_along_and_can_still_be_undone(
    app: Flask, school: UnitRef, plan: PlanRef, other: PlanRef
) -> None:
    second = receive(app, school, other)
    with in_unit(app, other.unit):
        service.begin_amendment(other.id, None)
        service.edit_node(other.id, other.nodes["x"], NodeValues(title="Chuyên môn mới"), None)
    issue(app, other, change_class="urgent")
    receive(app, school, other, 2)
    with in_unit(app, school):
        service.combine(plan.id, second.id, None)
    with in_unit(app, school):
        (told,) = notices.open_for(["principal"])
        assert ("điều chỉnh khẩn" in told.text, told.args["plan_id"]) == (True, plan.id)
        assert [(row.version, row.state) for row in takeover.taken(plan.id)] == [(2, "taken")]
        (step,) = takeover.steps(plan.id)
        takeover.undo(step.id, None)
    assert "Chuyên môn của Sở" in "\n".join(lines_of(app, plan))


def test_a_plan_under_comment_is_not_swallowed(app: Flask, school: UnitRef, plan: PlanRef, other: PlanRef) -> None:
    second = receive(app, school, other)
    with in_unit(app, school):
        consulting.ask(second.id, {other.unit.id}, clock.today() + dt.timedelta(days=9), "", None)
    with pytest.raises(Refused) as refusal, in_unit(app, school):
        service.combine(plan.id, second.id, None)
    assert refusal.value.code == "cannot-combine"


def test_a_plan_that_was_worked_on_is_not_swallowed(app: Flask, school: UnitRef, plan: PlanRef) -> None:
    own = make_plan(app, school, {"x": NodeValues(title="Của trường")})
    with pytest.raises(Refused) as refusal, in_unit(app, school):
        service.combine(plan.id, own.id, None)
    assert refusal.value.code == "cannot-combine"
