"""A school takes a version back: what it had undone does not come in again with a later version unless it says so."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from builders import in_unit, make_office, make_person, make_school
from flask import Flask
from plan_builders import PlanRef, issue, make_plan, receive, tree_of
from webclient import PageClient

from tenants import settings
from tenants.plans import queries, service, takeover
from tenants.plans.held import TakenBack, merge_held
from tenants.plans.layer import compose
from tenants.plans.nodes import Layer, Node
from tenants.plans.values import NodeValues

NODES = {
    "safety": NodeValues(title="An toàn", body="Mỗi tháng."),
    "reading": NodeValues(title="Đọc sách", body="Mỗi tuần."),
    "food": NodeValues(title="Bán trú", body="Thực đơn."),
}


@pytest.fixture
def master(app: Flask) -> PlanRef:
    plan = make_plan(app, make_office(app, "UBND xã Đồi Sim"), NODES)
    issue(app, plan)
    return plan


@pytest.fixture
def plan(app: Flask, master: PlanRef) -> PlanRef:
    return receive(app, make_school(app, master.unit), master)


def amend(app: Flask, master: PlanRef, plan: PlanRef, *acts: Callable[[], Any], **texts: str | NodeValues) -> int:
    """Issue the next version, and let the school receive it; a text is a new body."""
    with in_unit(app, master.unit):
        service.begin_amendment(master.id, None)
        for name, text in texts.items():
            values = text if isinstance(text, NodeValues) else NodeValues(title=NODES[name].title, body=text)
            service.edit_node(master.id, master.nodes[name], values, None)
        for act in acts:
            act()
    version = issue(app, master)
    receive(app, plan.unit, master, version)
    return version


def take_back(app: Flask, plan: PlanRef) -> None:
    """Undo the newest step."""
    with in_unit(app, plan.unit):
        takeover.undo(takeover.steps(plan.id)[0].id, None)


def bodies(app: Flask, plan: PlanRef) -> dict[str, str]:
    """Return what stands in the school's plan, by title."""
    return {one.title: one.body for one in tree_of(app, plan) if one.item.is_present and one.node.kind == "topic"}


def questions(app: Flask, plan: PlanRef) -> list[tuple[str, str, Any, Any, Any]]:
    with in_unit(app, plan.unit):
        rows = takeover.decisions(plan.id)
        return [(row.kind, row.title, row.base_value, row.upstream_value, row.local_value) for row in rows]


def test_what_was_undone_is_asked_about_and_the_rest_flows(app: Flask, master: PlanRef, plan: PlanRef) -> None:
    amend(app, master, plan, safety="Mỗi quý.")
    assert bodies(app, plan)["An toàn"] == "Mỗi quý."
    take_back(app, plan)
    amend(app, master, plan, reading="Mỗi ngày.")
    assert (bodies(app, plan)["An toàn"], bodies(app, plan)["Đọc sách"]) == ("Mỗi tháng.", "Mỗi ngày.")
    assert questions(app, plan) == [("text", "An toàn", "Mỗi tháng.", "Mỗi quý.", "Mỗi tháng.")]
    with in_unit(app, plan.unit):
        (row,) = takeover.decisions(plan.id)
        assert takeover.decision_view(row.id).reason == "Đơn vị đã hoàn tác bản 2 của cấp trên."
        assert (takeover.taken(plan.id)[0].version, takeover.taken(plan.id)[0].state) == (3, "needs_decision")
        takeover.decide(row.id, "keep", None)
    amend(app, master, plan, reading="Mỗi giờ.")
    assert questions(app, plan) == [] and bodies(app, plan)["An toàn"] == "Mỗi tháng."


def test_the_question_falls_away_when_the_superior_has_the_old_text_again(
    app: Flask, master: PlanRef, plan: PlanRef
) -> None:
    amend(app, master, plan, safety="Mỗi quý.")
    take_back(app, plan)
    amend(app, master, plan, reading="Mỗi ngày.")
    amend(app, master, plan, safety="Mỗi tháng.")
    assert questions(app, plan) == [] and bodies(app, plan)["An toàn"] == "Mỗi tháng."
    amend(app, master, plan, safety="Mỗi năm.")
    assert questions(app, plan) == [] and bodies(app, plan)["An toàn"] == "Mỗi năm."


def test_a_version_that_never_changed_what_was_undone_back_raises_nothing(
    app: Flask, master: PlanRef, plan: PlanRef
) -> None:
    amend(app, master, plan, safety="Mỗi quý.")
    take_back(app, plan)
    amend(app, master, plan, safety="Mỗi tháng.", reading="Mỗi ngày.")
    assert questions(app, plan) == [] and bodies(app, plan)["Đọc sách"] == "Mỗi ngày."
    with in_unit(app, plan.unit):
        assert not queries.working_plan(plan.id).working.layer.overrides


def test_a_lock_wins_over_what_was_undone_and_says_so(app: Flask, master: PlanRef, plan: PlanRef) -> None:
    amend(app, master, plan, safety="Mỗi quý.")
    take_back(app, plan)
    locked = NodeValues(title="An toàn", body="Mỗi quý.", policies={"body": "locked"})
    amend(app, master, plan, safety=locked)
    assert bodies(app, plan)["An toàn"] == "Mỗi quý."
    assert questions(app, plan) == [("locked", "An toàn", "Mỗi tháng.", "Mỗi quý.", "Mỗi tháng.")]


def test_who_takes_the_undone_version_over_again_wants_it(app: Flask, master: PlanRef, plan: PlanRef) -> None:
    version = amend(app, master, plan, safety="Mỗi quý.")
    take_back(app, plan)
    with in_unit(app, plan.unit):
        takeover.take_over(master.unit.id, master.id, version)
    assert questions(app, plan) == [] and bodies(app, plan)["An toàn"] == "Mỗi quý."
    amend(app, master, plan, safety="Mỗi năm.")
    assert questions(app, plan) == [] and bodies(app, plan)["An toàn"] == "Mỗi năm."


def add(master: PlanRef, title: str, made: list[str], below: str = "II", **rest: Any) -> Callable[[], None]:
    def act() -> None:
        parent = master.nodes.get(below, below)
        made.append(service.add_node(master.id, parent, NodeValues(title=title, **rest), None).node_id)

    return act


def test_a_new_node_that_was_undone_stays_out_with_a_notice_and_can_be_taken_in(
    app: Flask, master: PlanRef, plan: PlanRef
) -> None:
    made: list[str] = []
    amend(app, master, plan, add(master, "Nước sạch", made), lambda: add(master, "Máy lọc", made, made[0])())
    take_back(app, plan)
    amend(app, master, plan, lambda: add(master, "Bể nước", made, made[0])(), reading="Mỗi ngày.")
    assert not {"Nước sạch", "Máy lọc", "Bể nước"} & bodies(app, plan).keys()
    assert questions(app, plan) == [
        ("left-out", "Nước sạch", None, None, "Đơn vị đã hoàn tác bản 2 của cấp trên.")
    ]  # fmt: skip
    amend(app, master, plan, safety="Mỗi quý.")
    assert len(questions(app, plan)) == 1 and bodies(app, plan)["An toàn"] == "Mỗi quý."
    with in_unit(app, plan.unit):
        service.restore(plan.id, made[0], None)
    assert {"Nước sạch", "Máy lọc", "Bể nước"} <= bodies(app, plan).keys() and questions(app, plan) == []


def test_a_new_node_that_was_undone_returns_when_it_is_mandatory(app: Flask, master: PlanRef, plan: PlanRef) -> None:
    made: list[str] = []
    amend(app, master, plan, add(master, "Nước sạch", made, mandatory=True))
    take_back(app, plan)
    amend(app, master, plan, reading="Mỗi ngày.")
    assert "Nước sạch" in bodies(app, plan) and [row[0] for row in questions(app, plan)] == ["mandatory"]


def test_a_withdrawal_that_was_undone_lays_the_node_on_the_shelf(app: Flask, master: PlanRef, plan: PlanRef) -> None:
    amend(app, master, plan, lambda: service.remove_node(master.id, master.nodes["food"], None))
    assert "Bán trú" not in bodies(app, plan)
    take_back(app, plan)
    assert "Bán trú" in bodies(app, plan)
    amend(app, master, plan, reading="Mỗi ngày.")
    assert [row[:2] for row in questions(app, plan)] == [("orphan", "Bán trú")]
    with in_unit(app, plan.unit):
        takeover.convert_orphan(takeover.decisions(plan.id)[0].id, None, plan.nodes["II"])
    assert bodies(app, plan)["Bán trú"] == "Thực đơn."


def test_a_split_that_was_undone_keeps_the_old_words_once(app: Flask, master: PlanRef, plan: PlanRef) -> None:
    """The words stand on the first part and are asked about; the other part stays out."""

    def split() -> None:
        parts = [NodeValues(title="An toàn giao thông"), NodeValues(title="An toàn bơi lội")]
        service.split_node(master.id, master.nodes["safety"], parts, None)

    amend(app, master, plan, split)
    take_back(app, plan)
    before = bodies(app, plan)
    amend(app, master, plan, food="Công khai.")
    assert bodies(app, plan) == {**before, "Bán trú": "Công khai."}
    assert sorted(row[0] for row in questions(app, plan)) == ["left-out", "text", "text"]


def test_a_node_that_was_sent_back_comes_when_what_the_unit_has_stands_under_it_now() -> None:
    since = (Node("a", body="Chữ"),)
    then = (Node("p", title="Nhóm"), Node("a", "p", body="Chữ"), Node("q", title="Mới"))
    back = [TakenBack(since, then, 1)]
    merge = merge_held(compose([since], Layer()), then, Layer(), {}, lambda _ident: 3, back)
    assert merge.layer.omissions.keys() == {"q"} and not merge.layer.overrides
    assert [(one.kind, one.node_id) for one in merge.outcomes] == [("left-out", "q")]


def test_taking_the_later_version_back_too_leaves_the_plan_as_it_was(
    app: Flask, master: PlanRef, plan: PlanRef
) -> None:
    before = bodies(app, plan)
    amend(app, master, plan, safety="Mỗi quý.")
    take_back(app, plan)
    amend(app, master, plan, reading="Mỗi ngày.")
    take_back(app, plan)
    assert bodies(app, plan) == before and questions(app, plan) == []
    amend(app, master, plan, food="Công khai.")
    assert bodies(app, plan) == {**before, "Bán trú": "Công khai."}
    assert [row[1] for row in questions(app, plan)] == ["An toàn", "Đọc sách"]


def test_another_order_that_was_undone_follows_the_superior(app: Flask, master: PlanRef, plan: PlanRef) -> None:
    amend(app, master, plan, lambda: service.move_node(master.id, master.nodes["reading"], "up", None))
    take_back(app, plan)
    titles = list(bodies(app, plan))
    assert titles.index("An toàn") < titles.index("Đọc sách")
    amend(app, master, plan, food="Công khai.")
    titles = list(bodies(app, plan))
    assert titles.index("Đọc sách") < titles.index("An toàn") and questions(app, plan) == []
    with in_unit(app, plan.unit):
        assert not queries.working_plan(plan.id).working.layer.overrides


def see(client: PageClient, plan: PlanRef, rest: str) -> str:
    html = client.get(f"/u/{plan.unit.slug}/plans/{plan.id}{rest}").get_data(as_text=True)
    return " ".join(re.sub(r"<[^>]+>", " ", html[html.index("<main") :]).split())


def test_the_pages_say_why_the_school_is_asked(
    app: Flask, master: PlanRef, plan: PlanRef, client_for: Callable[..., PageClient]
) -> None:
    principal = client_for(make_person(app, plan.unit, "principal"))
    made: list[str] = []
    amend(app, master, plan, add(master, "Nước sạch", made), safety="Mỗi quý.")
    take_back(app, plan)
    assert "Đơn vị đã hoàn tác bản" not in see(principal, plan, "/changes")
    with in_unit(app, plan.unit):
        settings.put("plans.takeover", "confirm")
        service.adapt(plan.id, plan.nodes["food"], {"body": "Thực đơn của trường."}, None)
    amend(app, master, plan, reading="Mỗi ngày.")
    waiting = see(principal, plan, "/changes")
    assert "Đơn vị đã hoàn tác bản 2." in waiting and "Những chỗ đã hoàn tác không tự vào" in waiting
    with in_unit(app, plan.unit):
        takeover.take_over(master.unit.id, master.id)
        left_out, text = (row.id for row in takeover.decisions(plan.id))
    assert "2 chỗ đơn vị đã hoàn tác ở bản trước vẫn giữ như cũ" in see(principal, plan, "/changes")
    assert "Đơn vị đã không nhận thay đổi này" in see(principal, plan, "/decisions")
    assert "Đơn vị đã hoàn tác bản 2 của cấp trên." in see(principal, plan, f"/decisions/{text}")
    notice = see(principal, plan, f"/decisions/{left_out}")
    assert "Mục mới này đang để ngoài" in notice and "Đơn vị đã hoàn tác bản 2" in notice and "Mở mục" in notice
    assert "Khôi phục mục" in see(principal, plan, f"/nodes/{made[0]}")
    assert "Mục mới đang để ngoài" in see(principal, plan, "/decisions?kind=notices")
