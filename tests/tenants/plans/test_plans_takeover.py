"""A superior amends, a school takes over: nothing of its own is lost, and what is in force waits for its decision."""

from __future__ import annotations

from typing import Any

import pytest
from builders import UnitRef, in_unit, make_office, make_person, make_school, make_unit
from flask import Flask
from plan_builders import PlanRef, issue, make_plan, receive, tree_of
from sqlalchemy import select

from tenants import settings
from tenants.errors import Conflict, NotFound, Refused
from tenants.notices.models import Notice
from tenants.plans import queries, service, takeover
from tenants.plans.models import Adoption
from tenants.plans.takeover_models import LayerFact, PlanArchive, PlanDecision, PlanTakeover
from tenants.plans.tree import walk
from tenants.plans.values import NodeValues

QUOTA = {"count": 2, "period": "month", "genre": "news", "subject": None}
NODES = {
    "safety": NodeValues(title="An toàn", body="Lời cũ. Câu chung."),
    "reading": NodeValues(title="Đọc sách", body="Đọc mỗi tuần.", channels=("Zalo", "loa")),
    "boarding": NodeValues(title="Bán trú", body="Bữa ăn."),
    "quota": NodeValues(title="Tin tháng", kind="quota", quota=QUOTA),
}


@pytest.fixture
def master(app: Flask) -> PlanRef:
    plan = make_plan(app, make_office(app, "UBND xã Hoa Sim"), NODES)
    issue(app, plan)
    return plan


@pytest.fixture
def plan(app: Flask, master: PlanRef) -> PlanRef:
    return receive(app, make_school(app, master.unit, name="Trường Tiểu học Hoa Sim"), master)


def amend(app: Flask, master: PlanRef, *acts: Any, **fields: Any) -> int:
    """Issue the next version after ``acts`` on its draft."""
    with in_unit(app, master.unit):
        service.begin_amendment(master.id, None)
        for act in acts:
            act()
    return issue(app, master, **fields)


def edit(master: PlanRef, name: str, **changes: Any) -> Any:
    def act() -> None:
        node = queries.working_plan(master.id).items[master.nodes[name]].node
        values = {**{f: getattr(NodeValues.of(node), f) for f in NodeValues.__dataclass_fields__}, **changes}
        service.edit_node(master.id, master.nodes[name], NodeValues(**values), None)

    return act


def adapt(app: Flask, plan: PlanRef, name: str, **values: Any) -> None:
    with in_unit(app, plan.unit):
        service.adapt(plan.id, plan.nodes[name], values, None)


def node(app: Flask, plan: PlanRef, name: str) -> Any:
    return next(one.item for one in tree_of(app, plan) if one.node_id == plan.nodes[name])


def base_version(app: Flask, plan: PlanRef) -> int:
    with in_unit(app, plan.unit) as session:
        found: int = session.scalar(select(Adoption.base_version).where(Adoption.plan_id == plan.id))
        return found


def only_decision(app: Flask, plan: PlanRef, *states: str) -> int:
    with in_unit(app, plan.unit):
        (row,) = takeover.decisions(plan.id, states or ("open", "asked"))
        return row.id


def archived(app: Flask, plan: PlanRef) -> list[tuple[str, str]]:
    with in_unit(app, plan.unit):
        return [(row.why, row.text) for row in takeover.archive(plan.id)]


def result(app: Flask, plan: PlanRef, version: int) -> PlanTakeover:
    with in_unit(app, plan.unit) as session:
        row = session.scalar(select(PlanTakeover).where(PlanTakeover.version == version))
        session.expunge(row)
        return row  # type: ignore[no-any-return]


@pytest.fixture
def asked(app: Flask, master: PlanRef, plan: PlanRef) -> int:
    """A question: the school wrote its own words, the office changed the same text."""
    adapt(app, plan, "safety", body="Lời cũ. Câu của trường.")
    version = amend(app, master, edit(master, "safety", body="Lời mới. Câu chung."))
    receive(app, plan.unit, master, version)
    return only_decision(app, plan)


def test_untouched_text_follows_and_own_words_stay_in_force(
    app: Flask, master: PlanRef, plan: PlanRef, asked: int
) -> None:
    other = receive(app, make_school(app, master.unit), master, 1)
    receive(app, other.unit, master, 2)
    assert node(app, other, "safety").node.body == "Lời mới. Câu chung."
    assert node(app, plan, "safety").node.body == "Lời cũ. Câu của trường."
    row = result(app, plan, 2)
    assert (row.state, row.decisions, row.unanswered, row.locked_replaced) == ("needs_decision", 1, 1, 0)


def test_the_merge_screen_has_three_texts_and_a_suggestion(app: Flask, plan: PlanRef, asked: int) -> None:
    with in_unit(app, plan.unit):
        view = takeover.decision_view(asked)
    assert view.proposal is not None
    assert (view.base.value, view.upstream.value, view.local.value) == (
        "Lời cũ. Câu chung.", "Lời mới. Câu chung.", "Lời cũ. Câu của trường.",
    )  # fmt: skip
    assert view.proposal.value == "Lời mới. Câu của trường." and view.proposal.conflicts == 0
    assert [s.text for s in view.upstream.segments if s.kind == "added"] == ["mới"]
    assert [s.text for s in view.local.segments if s.kind == "added"] == ["của trường"]
    assert view.path.endswith("NỘI DUNG TRUYỀN THÔNG") and view.field_label == "nội dung"


@pytest.mark.parametrize(
    ("choice", "value", "text", "state", "kept"),
    [
        ("keep", None, "Lời cũ. Câu của trường.", "kept", []),
        ("take", None, "Lời mới. Câu chung.", "taken", [("taken", "Lời cũ. Câu của trường.")]),
        ("combine", "Lời mới. Của trường.", "Lời mới. Của trường.", "combined",
         [("combined", "Lời cũ. Câu của trường.")]),
    ],
)  # fmt: skip
def test_a_decision_settles_the_question_for_good_and_can_be_undone(
    app: Flask, master: PlanRef, plan: PlanRef, asked: int, choice: Any, value: Any, text: str, state: str, kept: Any
) -> None:
    with in_unit(app, plan.unit):
        change = takeover.decide(asked, choice, None, value).change_set_id
    assert node(app, plan, "safety").node.body == text and archived(app, plan) == kept
    assert result(app, plan, 2).state == "taken"
    with pytest.raises(Refused, match="đã được xử lý"), in_unit(app, plan.unit):
        takeover.decide(asked, "take", None)
    receive(app, plan.unit, master, amend(app, master, edit(master, "reading", body="Đọc mỗi ngày.")))
    with in_unit(app, plan.unit):
        assert not takeover.decisions(plan.id)
        assert [row.state for row in takeover.decisions(plan.id, (state,))] == [state]
    assert change is not None


def test_a_text_that_was_decided_about_is_asked_about_again_only_when_it_is_new(
    app: Flask, master: PlanRef, plan: PlanRef, asked: int
) -> None:
    with in_unit(app, plan.unit):
        takeover.decide(asked, "keep", None)
    receive(app, plan.unit, master, amend(app, master, edit(master, "safety", body="Lời mới nhất.")))
    again = only_decision(app, plan)
    receive(app, plan.unit, master, amend(app, master, edit(master, "reading", body="Đọc mỗi ngày.")))
    assert only_decision(app, plan) == again != asked
    assert (result(app, plan, 3).unanswered, result(app, plan, 4).unanswered) == (0, 1)
    with in_unit(app, plan.unit):
        view = takeover.decision_view(again)
    assert (view.base.value, view.upstream.value) == ("Lời mới. Câu chung.", "Lời mới nhất.")


def test_undoing_a_decision_opens_the_question_again(app: Flask, plan: PlanRef, asked: int) -> None:
    with in_unit(app, plan.unit):
        change = takeover.decide(asked, "combine", None, "Lời thứ ba.").change_set_id
        assert change is not None
        takeover.undo(change, None)
    assert node(app, plan, "safety").node.body == "Lời cũ. Câu của trường."
    assert only_decision(app, plan) == asked
    assert ("undone", "Lời thứ ba.") in archived(app, plan)
    with pytest.raises(Refused, match="hoàn tác"), in_unit(app, plan.unit):
        takeover.undo(change, None)


def test_undoing_a_takeover_gives_the_plan_back_as_it_was_and_it_waits(
    app: Flask, master: PlanRef, plan: PlanRef, asked: int
) -> None:
    with in_unit(app, plan.unit):
        (step,) = takeover.steps(plan.id)
        assert step.undoable
        takeover.undo(step.id, None)
    assert base_version(app, plan) == 1 and node(app, plan, "safety").base.body == "Lời cũ. Câu chung."
    assert node(app, plan, "safety").node.body == "Lời cũ. Câu của trường."
    receive(app, plan.unit, master, 2)
    assert (base_version(app, plan), result(app, plan, 2).state) == (1, "waiting")
    with in_unit(app, plan.unit):
        assert not takeover.decisions(plan.id)
        takeover.take_over(master.unit.id, master.id, 2)
    assert base_version(app, plan) == 2 and only_decision(app, plan) != asked


def test_a_step_on_which_a_later_one_builds_is_not_undone(app: Flask, plan: PlanRef, asked: int) -> None:
    with in_unit(app, plan.unit):
        first = takeover.steps(plan.id)[0].id
        takeover.decide(asked, "take", None)
    with pytest.raises(Refused) as refusal, in_unit(app, plan.unit):
        takeover.undo(first, None)
    assert refusal.value.code == "later-step" and base_version(app, plan) == 2


def test_several_at_once_and_asking_the_superior(app: Flask, master: PlanRef, plan: PlanRef) -> None:
    for name in ("safety", "reading", "boarding"):
        adapt(app, plan, name, body=f"Lời riêng {name}")
    version = amend(app, master, *(edit(master, name, body="Mới") for name in ("safety", "reading", "boarding")))
    receive(app, plan.unit, master, version)
    with in_unit(app, plan.unit):
        rows = takeover.decisions(plan.id)
        takeover.decide(rows[0].id, "ask", None, question="Trường nội trú thì sao?")
        assert takeover.decide_many([row.id for row in rows[1:]], "take", None).done == 2
    assert node(app, plan, "safety").node.body == "Lời riêng safety"
    assert node(app, plan, "reading").node.body == "Mới"
    with in_unit(app, plan.unit) as session:
        asked = session.scalars(select(LayerFact).where(LayerFact.kind == "asked")).one()
        assert asked.note == "Trường nội trú thì sao?"
        takeover.answer(master.unit.id, master.id, asked.node_id, asked.field, "Được giữ.")
        assert takeover.decisions(plan.id)[0].answer == "Được giữ."
        takeover.decide(takeover.decisions(plan.id)[0].id, "keep", None)
        assert not session.scalars(select(LayerFact).where(LayerFact.kind == "asked")).all()


@pytest.mark.database("sqlite")
def test_an_own_order_and_stricter_rules_are_kept_and_never_asked_about(
    app: Flask, master: PlanRef, plan: PlanRef
) -> None:
    with in_unit(app, plan.unit):
        service.move_node(plan.id, plan.nodes["reading"], "up", None)
        service.adapt(plan.id, plan.nodes["boarding"], {"policies": {"body": "locked"}}, None)

    def reorder() -> None:
        service.move_node(master.id, master.nodes["reading"], "down", None)

    def order() -> list[str]:
        return [one.title for one in tree_of(app, plan) if one.title in ("An toàn", "Đọc sách")]

    assert order() == ["Đọc sách", "An toàn"]
    free = edit(master, "boarding", policies={"title": "free"})
    receive(app, plan.unit, master, amend(app, master, reorder, free))
    with in_unit(app, plan.unit):
        assert not takeover.decisions(plan.id)
    assert order() == ["Đọc sách", "An toàn"] and result(app, plan, 2).state == "taken"
    assert node(app, plan, "boarding").node.policies == {"title": "free", "body": "locked"}
    issue(app, plan)
    with in_unit(app, plan.unit):
        titles = [one.title for one in walk(queries.issued_plan(plan.unit.id, plan.id).tree)]
    assert titles.index("Đọc sách") < titles.index("An toàn"), "the order is issued too"


def test_writing_on_while_a_question_is_open_does_not_answer_it(app: Flask, plan: PlanRef, asked: int) -> None:
    with in_unit(app, plan.unit):
        seen = takeover.decision_view(asked).seen
    adapt(app, plan, "safety", body="Câu của trường, viết lại.")
    assert only_decision(app, plan) == asked
    with in_unit(app, plan.unit):
        view = takeover.decision_view(asked)
        assert (view.base.value, view.local.value) == ("Lời cũ. Câu chung.", "Câu của trường, viết lại.")
    with pytest.raises(Conflict), in_unit(app, plan.unit):
        takeover.decide(asked, "take", None, seen=seen)
    adapt(app, plan, "safety", body="Lời mới. Câu chung.")
    assert only_decision(app, plan, "taken") == asked


@pytest.mark.database("sqlite")
def test_a_question_about_a_node_that_is_left_out_falls_away_and_comes_again_with_it(
    app: Flask, plan: PlanRef, asked: int
) -> None:
    with in_unit(app, plan.unit):
        service.omit(plan.id, plan.nodes["safety"], "Không hợp", None)
    assert only_decision(app, plan, "open", "asked", "taken", "cleared") == asked
    assert only_decision(app, plan, "cleared") == asked
    with in_unit(app, plan.unit):
        service.restore(plan.id, plan.nodes["safety"], None)
    assert only_decision(app, plan) != asked


def test_a_question_clears_when_the_superior_goes_back(app: Flask, master: PlanRef, plan: PlanRef, asked: int) -> None:
    receive(app, plan.unit, master, amend(app, master, edit(master, "safety", body="Lời cũ. Câu chung.")))
    assert only_decision(app, plan, "cleared") == asked
    assert node(app, plan, "safety").node.body == "Lời cũ. Câu của trường."
    assert (result(app, plan, 3).state, result(app, plan, 2).state) == ("taken", "passed")


def test_a_later_lock_puts_own_words_into_the_archive_with_a_notice(
    app: Flask, master: PlanRef, plan: PlanRef, asked: int
) -> None:
    receive(app, plan.unit, master, amend(app, master, edit(master, "safety", policies={"body": "locked"})))
    assert node(app, plan, "safety").node.body == "Lời mới. Câu chung."
    assert archived(app, plan) == [("locked", "Lời cũ. Câu của trường.")]
    assert only_decision(app, plan, "cleared") == asked
    notice = only_decision(app, plan, "open")
    with in_unit(app, plan.unit):
        assert takeover.decision_view(notice).kind == "locked"
        assert takeover.taken(plan.id)[0].locked_replaced == 1
        with pytest.raises(Refused):
            takeover.decide(notice, "keep", None)
        takeover.acknowledge(notice, None)
        assert takeover.taken(plan.id)[0].unanswered == 0


def test_a_lock_holds_against_a_combination(app: Flask, master: PlanRef, plan: PlanRef, asked: int) -> None:
    row = only_decision(app, plan)
    amend(app, master, edit(master, "safety", policies={"body": "locked"}))
    receive(app, plan.unit, master, 3)
    with pytest.raises(Refused), in_unit(app, plan.unit):
        takeover.decide(row, "combine", None, "Lách khóa")
    with pytest.raises(Refused) as refusal, in_unit(app, plan.unit):
        service.adapt(plan.id, plan.nodes["safety"], {"body": "Lách khóa"}, None)
    assert refusal.value.code == "field-locked"
    assert node(app, plan, "safety").node.body == "Lời mới. Câu chung."


def test_a_node_left_out_stays_out_and_asks_only_when_it_is_taken_back(
    app: Flask, master: PlanRef, plan: PlanRef
) -> None:
    adapt(app, plan, "boarding", body="Bữa trưa")
    with in_unit(app, plan.unit):
        service.omit(plan.id, plan.nodes["boarding"], "Không bán trú", None)
    receive(app, plan.unit, master, amend(app, master, edit(master, "boarding", body="Bữa ăn sạch")))
    assert not node(app, plan, "boarding").is_present and result(app, plan, 2).hidden == 1
    with in_unit(app, plan.unit):
        assert not takeover.decisions(plan.id)
        service.restore(plan.id, plan.nodes["boarding"], None)
    assert node(app, plan, "boarding").node.body == "Bữa trưa"
    with in_unit(app, plan.unit):
        assert takeover.decision_view(takeover.decisions(plan.id)[0].id).upstream.value == "Bữa ăn sạch"


def test_a_node_left_out_that_becomes_mandatory_returns_with_a_notice(
    app: Flask, master: PlanRef, plan: PlanRef
) -> None:
    with in_unit(app, plan.unit):
        service.omit(plan.id, plan.nodes["boarding"], "Không bán trú", None)
    receive(app, plan.unit, master, amend(app, master, edit(master, "boarding", mandatory=True)))
    assert node(app, plan, "boarding").is_present and ("mandatory", "Không bán trú") in archived(app, plan)
    with in_unit(app, plan.unit):
        (notice,) = takeover.decisions(plan.id)
        assert (notice.kind, notice.title) == ("mandatory", "Bán trú")


def remove(master: PlanRef, name: str) -> Any:
    return lambda: service.remove_node(master.id, master.nodes[name], None)


@pytest.fixture
def orphan(app: Flask, master: PlanRef, plan: PlanRef) -> int:
    """Own words on a node that the office withdrew, and an own node below it."""
    adapt(app, plan, "boarding", body="Bữa trưa của trường")
    with in_unit(app, plan.unit):
        service.add_node(plan.id, plan.nodes["boarding"], NodeValues(title="Thực đơn"), None)
    receive(app, plan.unit, master, amend(app, master, remove(master, "boarding")))
    return only_decision(app, plan)


def test_own_words_of_a_withdrawn_node_wait_on_the_shelf_and_become_an_own_node(
    app: Flask, master: PlanRef, plan: PlanRef, orphan: int
) -> None:
    titles = [one.node.title for one in tree_of(app, plan)]
    assert "Bán trú" not in titles and "Thực đơn" in titles and result(app, plan, 2).orphaned == 1
    assert ("withdrawn", "Bữa trưa của trường") in archived(app, plan)
    with in_unit(app, plan.unit):
        made = takeover.convert_orphan(orphan, None, plan.nodes["II"]).node_id
    found = next(one for one in tree_of(app, plan) if one.node_id == made)
    assert (found.title, found.body, found.item.state) == ("Bán trú", "Bữa trưa của trường", "own")
    assert [child.title for child in found.children] == ["Thực đơn"]
    receive(app, plan.unit, master, amend(app, master, edit(master, "safety", body="Khác")))
    with in_unit(app, plan.unit):
        assert not takeover.decisions(plan.id)
        step = next(step for step in takeover.steps(plan.id) if step.kind == "shelf")
        takeover.undo(step.id, None)
        assert [row.id for row in takeover.decisions(plan.id)] == [orphan]


def test_retiring_what_is_on_the_shelf_keeps_its_words_in_the_archive(app: Flask, plan: PlanRef, orphan: int) -> None:
    with in_unit(app, plan.unit):
        takeover.retire_orphan(orphan, None)
        assert not takeover.decisions(plan.id)
    assert ("withdrawn", "Bữa trưa của trường") in archived(app, plan)


def test_splitting_and_merging_take_own_words_along(app: Flask, master: PlanRef, plan: PlanRef) -> None:
    adapt(app, plan, "safety", body="An toàn của trường")
    adapt(app, plan, "reading", body="Đọc của trường")
    parts = [NodeValues(title="An toàn giao thông", body="Lời cũ. Câu chung."), NodeValues(title="An toàn bơi lội")]
    made: list[str] = []

    def split() -> None:
        made.extend(row.node_id for row in service.split_node(master.id, master.nodes["safety"], parts, None))

    version = amend(app, master, split)
    with in_unit(app, master.unit):
        assert [one.title for one in queries.issued_plan(master.unit.id, master.id).tree[1].children][2:4] == [
            "An toàn giao thông", "An toàn bơi lội",
        ]  # fmt: skip
    receive(app, plan.unit, master, version)
    first = next(one.item for one in tree_of(app, plan) if one.node_id == made[0])
    assert first.node.body == "An toàn của trường" and result(app, plan, 2).orphaned == 0

    def merge() -> None:
        values = NodeValues(title="Đọc và an toàn", body="Một mục.")
        made.append(service.merge_nodes(master.id, [made[0], master.nodes["reading"]], values, None).node_id)

    receive(app, plan.unit, master, amend(app, master, merge))
    merged = next(one.item for one in tree_of(app, plan) if one.node_id == made[2])
    assert merged.node.body in ("An toàn của trường", "Đọc của trường")
    with in_unit(app, plan.unit):
        assert sorted(row.kind for row in takeover.decisions(plan.id)) == ["orphan", "text"]


@pytest.mark.database("sqlite")
def test_a_question_put_to_the_superior_follows_its_text_to_the_node_that_replaces_it(
    app: Flask, master: PlanRef, plan: PlanRef, asked: int
) -> None:
    with in_unit(app, plan.unit):
        takeover.decide(asked, "ask", None, question="Giữ được không?")
    parts = [NodeValues(title="An toàn", body="Lời mới nữa."), NodeValues(title="Bơi lội")]
    made: list[str] = []

    def split() -> None:
        made.extend(row.node_id for row in service.split_node(master.id, master.nodes["safety"], parts, None))

    receive(app, plan.unit, master, amend(app, master, split))
    with in_unit(app, plan.unit):
        (row,) = takeover.decisions(plan.id)
        assert (row.id, row.state, row.question, row.node_id) == (asked, "asked", "Giữ được không?", made[0])
        assert (row.base_value, row.upstream_value) == ("Lời cũ. Câu chung.", "Lời mới nữa.")


def test_the_draft_of_an_amendment_shows_what_it_changes_and_gives_a_withdrawn_node_back(
    app: Flask, master: PlanRef
) -> None:
    with in_unit(app, master.unit):
        assert not service.changes_since_issue(master.id)
        service.begin_amendment(master.id, None)
        edit(master, "safety", body="Lời mới.")()
        service.remove_node(master.id, master.nodes["boarding"], None)
        service.move_node(master.id, master.nodes["quota"], "up", None)
        kinds = {change.title: change.kind for change in service.changes_since_issue(master.id)}
        assert kinds == {"An toàn": "changed", "Bán trú": "withdrawn", "Tin tháng": "moved"}
        service.restore_withdrawn(master.id, master.nodes["boarding"], None)
        assert not service.withdrawn(master.id)
        with pytest.raises(NotFound):
            service.restore_withdrawn(master.id, master.nodes["boarding"], None)


def test_a_unit_that_confirms_skips_versions_and_reads_all_their_notes(
    app: Flask, master: PlanRef, plan: PlanRef
) -> None:
    adapt(app, plan, "reading", body="Đọc của trường")
    with in_unit(app, plan.unit):
        settings.put("plans.takeover", "confirm")
    for number, text in enumerate(("Hai", "Ba", "Bốn"), start=2):
        amend(app, master, edit(master, "safety", body=text), note=f"Ghi chú {number}")
        receive(app, plan.unit, master, number)
    assert base_version(app, plan) == 1 and node(app, plan, "safety").node.body == "Lời cũ. Câu chung."
    with in_unit(app, plan.unit) as session:
        (waits,) = takeover.waiting(plan.id)
        assert (waits.base_version, waits.offered_version, waits.state) == (1, 4, "waiting")
        assert [one.note for one in waits.versions] == ["Ghi chú 2", "Ghi chú 3", "Ghi chú 4"]
        assert [(c.title, c.fields[0].after) for c in waits.changes] == [("An toàn", "Bốn")]
        assert (waits.forecast.auto, waits.forecast.decisions) == (1, 0)
        assert session.scalars(select(Notice).where(Notice.key.like("plan.offer:%"))).one().resolved_at is None
        row = takeover.take_over(master.unit.id, master.id)
        assert [change.title for change in takeover.changes_taken(row.id)] == ["An toàn"]
        assert not takeover.waiting(plan.id)
        assert {one.version: one.state for one in takeover.taken(plan.id)} == {2: "passed", 3: "passed", 4: "taken"}
    assert node(app, plan, "safety").node.body == "Bốn"


def test_a_correction_of_wording_needs_no_confirmation_where_nothing_stands_against_it(
    app: Flask, master: PlanRef, plan: PlanRef
) -> None:
    adapt(app, plan, "reading", body="Đọc của trường")
    with in_unit(app, plan.unit):
        settings.put("plans.takeover", "confirm")
    amend(app, master, edit(master, "safety", body="Lời cũ, đúng chính tả."), change_class="wording")
    receive(app, plan.unit, master, 2)
    assert base_version(app, plan) == 2
    amend(app, master, edit(master, "reading", body="Đọc mỗi tuần một lần."), change_class="wording")
    receive(app, plan.unit, master, 3)
    assert base_version(app, plan) == 2


@pytest.mark.database("sqlite")
def test_a_failure_is_forgotten_by_what_comes_after_and_never_told_of_an_older_version(
    app: Flask, master: PlanRef, plan: PlanRef
) -> None:
    def states() -> dict[int, tuple[str, str | None]]:
        with in_unit(app, plan.unit):
            return {row.version: (row.state, row.error) for row in takeover.taken(plan.id)}

    def fail(version: int) -> None:
        with in_unit(app, plan.unit):
            takeover.note_failure(master.unit.id, master.id, version, "Máy chủ gặp lỗi.")

    fail(amend(app, master, edit(master, "safety", body="Hai.")))
    assert states() == {2: ("failed", "Máy chủ gặp lỗi.")}
    receive(app, plan.unit, master, 2)
    assert states() == {2: ("taken", None)}
    adapt(app, plan, "reading", body="Đọc của trường")
    with in_unit(app, plan.unit):
        settings.put("plans.takeover", "confirm")
    fail(amend(app, master, edit(master, "safety", body="Ba.")))
    receive(app, plan.unit, master, 3)
    assert states()[3] == ("waiting", None)
    fail(3)
    with in_unit(app, plan.unit):
        takeover.take_over(master.unit.id, master.id, 3)
    fail(2)
    fail(3)
    assert states() == {2: ("passed", None), 3: ("taken", None)}


@pytest.mark.database("sqlite")
def test_versions_that_arrive_late_change_nothing_and_those_passed_over_say_so(
    app: Flask, master: PlanRef, plan: PlanRef
) -> None:
    adapt(app, plan, "reading", body="Đọc của trường")
    for body in ("Hai.", "Ba.", "Bốn."):
        amend(app, master, edit(master, "safety", body=body))
    with in_unit(app, plan.unit):
        settings.put("plans.takeover", "confirm")
    receive(app, plan.unit, master, 4)
    receive(app, plan.unit, master, 2)
    with in_unit(app, plan.unit):
        (waits,) = takeover.waiting(plan.id)
        assert (waits.offered_version, waits.base_version) == (4, 1)
        takeover.take_over(master.unit.id, master.id, 3)
        assert {row.version: row.state for row in takeover.taken(plan.id)} == {2: "passed", 3: "taken", 4: "waiting"}
        takeover.take_over(master.unit.id, master.id)
        takeover.take_over(master.unit.id, master.id, 2)
    receive(app, plan.unit, master, 3)
    assert base_version(app, plan) == 4 and node(app, plan, "safety").node.body == "Bốn."
    with in_unit(app, plan.unit):
        assert {row.version: row.state for row in takeover.taken(plan.id)} == {2: "passed", 3: "passed", 4: "taken"}
        assert not takeover.waiting(plan.id) and not takeover.decisions(plan.id)


def test_taking_over_twice_changes_nothing(app: Flask, master: PlanRef, plan: PlanRef, asked: int) -> None:
    def everything() -> Any:
        with in_unit(app, plan.unit) as session:
            counts = [len(session.scalars(select(model)).all()) for model in (PlanArchive, PlanDecision, PlanTakeover)]
            layer = queries.working_plan(plan.id).working.layer
            return counts, layer, [step.id for step in takeover.steps(plan.id)]

    before = everything()
    receive(app, plan.unit, master, 2)
    with in_unit(app, plan.unit):
        takeover.take_over(master.unit.id, master.id, 2)
    assert everything() == before


def test_what_a_school_issued_stays_until_it_issues_its_own_amendment(
    app: Flask, master: PlanRef, plan: PlanRef
) -> None:
    issue(app, plan)
    receive(app, plan.unit, master, amend(app, master, edit(master, "safety", body="Lời mới.")))
    with in_unit(app, plan.unit):
        issued = queries.issued_plan(plan.unit.id, plan.id)
        bodies = {one.node_id: one.body for one in walk(issued.tree)}
        assert bodies[plan.nodes["safety"]] == "Lời cũ. Câu chung."
        assert [change.title for change in service.changes_since_issue(plan.id)] == ["An toàn"]
        service.begin_amendment(plan.id, None)
    issue(app, plan)
    with in_unit(app, plan.unit):
        assert not service.changes_since_issue(plan.id)


def test_each_level_decides_for_itself(app: Flask) -> None:
    department = make_unit(app, "department", "Sở GD&ĐT Hoa Sim")
    top = make_plan(app, department, NODES)
    issue(app, top)
    middle = receive(app, make_office(app, "UBND xã Hoa Sim", department), top)
    adapt(app, middle, "safety", body="Lời của xã")
    issue(app, middle)
    school = receive(app, make_school(app, middle.unit), middle)
    amend(app, top, edit(top, "safety", body="Lời mới của Sở"), edit(top, "reading", body="Đọc mỗi ngày"))
    receive(app, middle.unit, top, 2)
    assert node(app, school, "reading").node.body == "Đọc mỗi tuần."
    amend(app, middle)
    receive(app, school.unit, middle, 2)
    assert node(app, school, "safety").node.body == "Lời của xã"
    assert node(app, school, "reading").node.body == "Đọc mỗi ngày"
    with in_unit(app, middle.unit):
        takeover.decide(takeover.decisions(middle.id)[0].id, "take", None)
    amend(app, middle)
    receive(app, school.unit, middle, 3)
    assert node(app, school, "safety").node.body == "Lời mới của Sở"


def test_linking_an_own_node_with_one_the_superior_added(app: Flask, master: PlanRef, plan: PlanRef) -> None:
    with in_unit(app, plan.unit):
        mine = service.add_node(plan.id, plan.nodes["II"], NodeValues(title="Nước sạch", body="Bể nước"), None).node_id
        service.add_node(plan.id, mine, NodeValues(title="Thau rửa"), None)
    added: list[str] = []

    def add() -> None:
        values = NodeValues(title="Nước sạch", body="Vệ sinh nguồn nước")
        added.append(service.add_node(master.id, master.nodes["II"], values, None).node_id)

    receive(app, plan.unit, master, amend(app, master, add))
    assert [one.title for one in tree_of(app, plan)].count("Nước sạch") == 2
    with in_unit(app, plan.unit):
        assert takeover.link(plan.id, mine, added[0], None) == {"body"}
    linked = next(one for one in tree_of(app, plan) if one.node_id == added[0])
    assert linked.body == "Bể nước" and [child.title for child in linked.children] == ["Thau rửa"]
    assert [one.title for one in tree_of(app, plan)].count("Nước sạch") == 1
    with in_unit(app, plan.unit):
        takeover.undo(takeover.steps(plan.id)[0].id, None)
    assert [one.title for one in tree_of(app, plan)].count("Nước sạch") == 2


def test_facts_for_the_superior_hold_no_words_of_the_school(app: Flask, master: PlanRef, plan: PlanRef) -> None:
    adapt(app, plan, "safety", body="Bí mật của trường")
    with in_unit(app, plan.unit):
        service.omit(plan.id, plan.nodes["boarding"], "Không bán trú", None)
        service.add_node(plan.id, plan.nodes["reading"], NodeValues(title="Riêng"), None)
    with in_unit(app, plan.unit) as session:
        facts = {(f.node_id, f.field, f.kind, f.note) for f in session.scalars(select(LayerFact))}
    assert facts == {
        (plan.nodes["safety"], "body", "adapted", ""),
        (plan.nodes["boarding"], "", "omitted", "Không bán trú"),
        (plan.nodes["reading"], "", "own", ""),
    }
    with in_unit(app, plan.unit) as session:
        service.reset(plan.id, plan.nodes["safety"], None)
        assert "adapted" not in {f.kind for f in session.scalars(select(LayerFact))}


def test_urgent_versions_are_acknowledged_once(app: Flask, master: PlanRef, plan: PlanRef) -> None:
    make_person(app, plan.unit, "principal")
    amend(app, master, edit(master, "safety", body="Nghỉ học vì bão."), change_class="urgent")
    receive(app, plan.unit, master, 2)
    with in_unit(app, plan.unit) as session:
        row = takeover.taken(plan.id)[0]
        first = takeover.acknowledge_version(row.id, None).acknowledged_at
        assert first is not None and takeover.acknowledge_version(row.id, None).acknowledged_at == first
        assert session.scalars(select(Notice).where(Notice.severity == "bad")).one().link_label == "Xem thay đổi"


def test_another_units_decision_is_not_found(app: Flask, master: PlanRef, plan: PlanRef, asked: int) -> None:
    stranger: UnitRef = make_school(app, master.unit)
    for act in (
        lambda: takeover.decide(asked, "take", None),
        lambda: takeover.decision_view(asked),
        lambda: takeover.acknowledge(asked, None),
    ):
        with pytest.raises(NotFound), in_unit(app, stranger):
            act()
