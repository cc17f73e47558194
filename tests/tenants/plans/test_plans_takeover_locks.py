"""What the superior locked stays as it is whichever way somebody comes: import, link, undo, a node taken back, a
decision, a plugin. (Pages: test_plans_web_school.py; JSON API: test_api_plans.py.)
"""

from __future__ import annotations

from typing import Any

import publishing_builders as rooms
import pytest
from builders import in_unit, make_office, make_school, run_jobs
from flask import Flask
from plan_builders import PlanRef, issue, make_plan, receive, tree_of

from channel_plugins import Outcome, build_manager, hookimpl
from tenants.db import transaction
from tenants.errors import Refused
from tenants.plans import queries, service, takeover
from tenants.plans.values import NodeValues

pytestmark = pytest.mark.database("sqlite")

QUOTA = {"count": 3, "period": "month", "genre": None, "subject": None}
BOUNDED = {**QUOTA, "floor": 2, "ceiling": 4}
NODES = {
    "locked": NodeValues(title="An toàn", body="Lời bắt buộc.", policies={"body": "locked"}),
    "open": NodeValues(title="Đọc sách", body="Lời cũ."),
    "quota": NodeValues(title="Tin tháng", kind="quota", quota=QUOTA),
}


@pytest.fixture
def master(app: Flask) -> PlanRef:
    plan = make_plan(app, make_office(app, "UBND xã Hoa Sim"), NODES)
    issue(app, plan)
    return plan


@pytest.fixture
def plan(app: Flask, master: PlanRef) -> PlanRef:
    return receive(app, make_school(app, master.unit), master)


def amend(app: Flask, master: PlanRef, plan: PlanRef, name: str, **changes: Any) -> None:
    """Issue the next version with one node changed; the school takes it over."""
    with in_unit(app, master.unit):
        service.begin_amendment(master.id, None)
        known = NodeValues.of(queries.working_plan(master.id).items[master.nodes[name]].node)
        values = {field: getattr(known, field) for field in NodeValues.__dataclass_fields__}
        service.edit_node(master.id, master.nodes[name], NodeValues(**{**values, **changes}), None)
    receive(app, plan.unit, master, issue(app, master))


def adapt(app: Flask, plan: PlanRef, name: str, **values: object) -> None:
    with in_unit(app, plan.unit):
        service.adapt(plan.id, plan.nodes[name], values, None)


def read(app: Flask, plan: PlanRef, name: str) -> Any:
    return next(one.node for one in tree_of(app, plan) if one.node_id == plan.nodes[name])


def put_aside(app: Flask, plan: PlanRef) -> list[tuple[str, str]]:
    with in_unit(app, plan.unit):
        return [(row.why, row.text) for row in takeover.archive(plan.id)]


def only_decision(app: Flask, plan: PlanRef) -> int:
    with in_unit(app, plan.unit):
        (row,) = takeover.decisions(plan.id)
        return row.id


def test_an_imported_document_brings_no_other_words_into_a_locked_node(app: Flask, plan: PlanRef) -> None:
    text = "KẾ HOẠCH\nTruyền thông\n\nI. NỘI DUNG\n1. An toàn\nLời tự viết thay lời bắt buộc.\n2. Vườn trường"
    with in_unit(app, plan.unit):
        source = service.read_source(service.upload(text.encode(), "ke-hoach.txt", None).id)
        imported = PlanRef(service.create_from_source(source.id, None).id, plan.unit, plan.nodes)
        service.combine(imported.id, plan.id, None)
    assert read(app, imported, "locked").body == "Lời bắt buộc."
    own = next(one for one in tree_of(app, imported) if one.item.base is None and one.title == "An toàn")
    assert "Lời tự viết" in (own.body or own.children[0].node.text)
    with in_unit(app, plan.unit):
        service.edit_node(imported.id, own.node_id, NodeValues(title="An toàn", body="Lời tự viết."), None)
        assert "body" not in takeover.link(imported.id, own.node_id, plan.nodes["locked"], None)
    assert read(app, imported, "locked").body == "Lời bắt buộc."
    assert "Lời tự viết" in str([*put_aside(app, imported), *(one.node.text for one in tree_of(app, imported))])


def test_undoing_a_decision_does_not_bring_words_back_under_a_later_lock(
    app: Flask, master: PlanRef, plan: PlanRef
) -> None:
    adapt(app, plan, "open", body="Lời của trường.")
    amend(app, master, plan, "open", body="Lời mới.")
    ident = only_decision(app, plan)
    with in_unit(app, plan.unit):
        step = takeover.decide(ident, "take", None).change_set_id
    amend(app, master, plan, "open", policies={"body": "locked"})
    assert step is not None
    with in_unit(app, plan.unit):
        takeover.undo(step, None)
    assert read(app, plan, "open").body == "Lời mới."
    assert put_aside(app, plan) == [("locked", "Lời của trường."), ("taken", "Lời của trường.")]
    with in_unit(app, plan.unit):
        assert [row.kind for row in takeover.decisions(plan.id)] == ["locked"]


def test_a_node_taken_back_comes_with_the_superiors_words_where_they_were_locked_meanwhile(
    app: Flask, master: PlanRef, plan: PlanRef
) -> None:
    adapt(app, plan, "open", body="Lời của trường.", title="Tên của trường")
    with in_unit(app, plan.unit):
        service.omit(plan.id, plan.nodes["open"], "Không hợp", None)
    amend(app, master, plan, "open", policies={"body": "locked"})
    assert put_aside(app, plan) == []
    with in_unit(app, plan.unit):
        service.restore(plan.id, plan.nodes["open"], None)
    found = read(app, plan, "open")
    assert (found.title, found.body) == ("Tên của trường", "Lời cũ.")
    assert put_aside(app, plan) == [("locked", "Lời của trường.")]


@pytest.mark.parametrize(("count", "code"), [(9, "above-ceiling"), (1, "below-floor")])
def test_a_decision_stays_within_the_superiors_bounds(
    app: Flask, master: PlanRef, plan: PlanRef, count: int, code: str
) -> None:
    adapt(app, plan, "quota", quota={**QUOTA, "count": 2})
    amend(app, master, plan, "quota", quota={**BOUNDED, "count": 4})
    ident = only_decision(app, plan)
    with pytest.raises(Refused) as refusal, in_unit(app, plan.unit):
        takeover.decide(ident, "combine", None, {**QUOTA, "count": count})
    assert refusal.value.code == code
    assert read(app, plan, "quota").quota["count"] == 2 and only_decision(app, plan) == ident


def test_words_under_a_lock_cannot_be_decided_back(app: Flask, master: PlanRef, plan: PlanRef) -> None:
    adapt(app, plan, "open", body="Lời của trường.")
    amend(app, master, plan, "open", policies={"body": "locked"})
    ident = only_decision(app, plan)
    for choice in ("keep", "combine"):
        with pytest.raises(Refused) as refusal, in_unit(app, plan.unit):
            takeover.decide(ident, choice, None, "Lách khóa")  # type: ignore[arg-type]
        assert refusal.value.code == "not-a-question"
    assert read(app, plan, "open").body == "Lời cũ."


class Meddler:
    """A plugin that goes through the services when it hears of a delivery."""

    def __init__(self, plan: PlanRef) -> None:
        self.plan, self.answers = plan, list[str]()

    @hookimpl
    def district_delivery_finished(self, outcome: Outcome) -> None:
        try:
            with transaction():
                service.adapt(self.plan.id, self.plan.nodes["locked"], {"body": "Lời của phần mềm"}, None)
        except Refused as refusal:
            self.answers.append(refusal.code)
            raise


def test_a_plugin_opens_no_lock_and_stops_no_update(app: Flask, master: PlanRef) -> None:
    desk = rooms.make_desk(app, office=master.unit)
    plan = receive(app, desk.unit, master)
    meddler, before = Meddler(plan), app.extensions["loa.channels"]
    app.extensions["loa.channels"] = build_manager(extra=[meddler])
    try:
        rooms.plan(app, desk, rooms.approved(app, desk), "website")
        run_jobs(app)
        assert meddler.answers == ["field-locked"]
        assert read(app, plan, "locked").body == "Lời bắt buộc."
        amend(app, master, plan, "open", body="Lời mới.")
    finally:
        app.extensions["loa.channels"] = before
    assert read(app, plan, "open").body == "Lời mới."
