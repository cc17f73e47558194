"""Random histories on the real services: department, office, school; after every act nothing typed is lost, a second
take-over changes nothing, what is open does not change what is read, and locks hold.
"""

from __future__ import annotations

import json
from itertools import count
from typing import Any

import pytest
from builders import in_unit, make_office, make_school, make_unit
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plan_builders import PlanRef, issue, make_plan, receive
from sqlalchemy import select

from tenants.audit import AuditEntry
from tenants.errors import NotFound, Refused
from tenants.plans import queries, service, takeover
from tenants.plans.models import DraftNode, NodeOmission, NodeOverride, Plan
from tenants.plans.nodes import FIELDS, field_value
from tenants.plans.takeover_models import PlanArchive, PlanDecision
from tenants.plans.values import NodeValues

NODES = {f"n{number}": NodeValues(title=f"Mục {number}", body="Chữ cũ.") for number in range(3)}


class World:
    def __init__(self, app: Flask) -> None:
        self.app, self.words = app, count(1)
        top = make_unit(app, "department")
        self.top = make_plan(app, top, NODES)
        issue(app, self.top)
        self.middle = receive(app, make_office(app, under=top), self.top)
        issue(app, self.middle)
        self.school = receive(app, make_school(app, self.middle.unit), self.middle)
        self.typed: dict[int, set[str]] = {self.middle.id: set(), self.school.id: set()}

    def word(self) -> str:
        return f"[lời {next(self.words)}]"

    def act(self, number: int) -> None:
        number, what = divmod(number, 10)
        number, place = divmod(number, 2)
        plan = (self.middle, self.school)[place]
        try:
            if what < 4:
                self.amend(what, number)
            elif what < 7:
                self.localize(plan, what, number)
            elif what < 9:
                self.bring_down(plan)
            else:
                self.settle(plan, number)
        except (NotFound, Refused):
            return

    def amend(self, what: int, number: int) -> None:
        with in_unit(self.app, self.top.unit) as session:
            if session.get(Plan, (self.top.unit.id, self.top.id)).state == "issued":
                service.begin_amendment(self.top.id, None)
            own = [row for row in queries.working_plan(self.top.id).items.values() if row.node.kind == "topic"]
            node = sorted(own, key=lambda item: item.node.node_id)[number % len(own)].node
            ident = node.node_id
            if what == 0:
                text = ("Chữ cũ.", "Chữ mới.", self.word())[number % 3]
                service.edit_node(self.top.id, ident, NodeValues(title=node.title, body=text), None)
            elif what == 1:
                locked = NodeValues(title=node.title, body=node.body, policies={"body": "locked"})
                service.edit_node(self.top.id, ident, locked, None)
            elif what == 2:
                parts = [NodeValues(title="Phần một", body=node.body), NodeValues(title="Phần hai", body="x")]
                service.split_node(self.top.id, ident, parts, None)
            elif len(own) > 2:
                service.remove_node(self.top.id, ident, None)
        if number % 2:
            issue(self.app, self.top)

    def localize(self, plan: PlanRef, what: int, number: int) -> None:
        text = self.word()
        with in_unit(self.app, plan.unit) as session:
            if session.get(Plan, (plan.unit.id, plan.id)).state == "issued":
                service.begin_amendment(plan.id, None)
            items = queries.working_plan(plan.id).items.values()
            topics = sorted(one.node.node_id for one in items if one.base and one.node.kind == "topic")
            ident = topics[number % len(topics)]
            if what == 4:
                service.adapt(plan.id, ident, {"body": text}, None)
            elif what == 5:
                service.add_node(plan.id, ident, NodeValues(title=text), None)
            else:
                service.omit(plan.id, ident, text, None)
        self.typed[plan.id].add(text)

    def bring_down(self, plan: PlanRef) -> None:
        above = self.top if plan is self.middle else self.middle
        with in_unit(self.app, above.unit) as session:
            row = session.get(Plan, (above.unit.id, above.id))
            state, version = row.state, row.current_version
            if above is self.middle and state == "issued":
                service.begin_amendment(above.id, None)
                state = "amending"
        if above is self.middle and state == "amending":
            version = issue(self.app, above)
        before = self.open_texts(plan)
        receive(self.app, plan.unit, above, version)
        after = self.open_texts(plan)
        assert all(after[key] == before[key] for key in before.keys() & after.keys())
        with in_unit(self.app, plan.unit):
            layer = queries.working_plan(plan.id).working.layer
            takeover.take_over(above.unit.id, above.id, version)
            assert queries.working_plan(plan.id).working.layer == layer

    def open_texts(self, plan: PlanRef) -> dict[tuple[str, str], Any]:
        with in_unit(self.app, plan.unit):
            items = queries.working_plan(plan.id).items
            return {
                (row.id, row.field): field_value(items[row.node_id].node, row.field)
                for row in takeover.decisions(plan.id)
                if row.kind == "text"
            }

    def settle(self, plan: PlanRef, number: int) -> None:
        number, pick = divmod(number, 5)
        with in_unit(self.app, plan.unit):
            steps = [step for step in takeover.steps(plan.id) if step.undoable]
            rows = takeover.decisions(plan.id)
            if pick == 0 and steps:
                takeover.undo(steps[0].id, None)
            elif rows:
                self.decide(plan, rows[number % len(rows)], pick)

    def decide(self, plan: PlanRef, row: PlanDecision, pick: int) -> None:
        if row.kind == "orphan":
            takeover.convert_orphan(row.id, None) if pick < 3 else takeover.retire_orphan(row.id, None)
        elif row.kind != "text":
            takeover.acknowledge(row.id, None)
        elif pick < 3:
            takeover.decide(row.id, "keep" if pick == 1 else "take", None)
        else:
            text = self.word()
            takeover.decide(row.id, "combine", None, text)
            self.typed[plan.id].add(text)

    def check(self) -> None:
        for plan in (self.middle, self.school):
            with in_unit(self.app, plan.unit) as session:
                kept = [
                    *session.scalars(select(NodeOverride.value)),
                    *session.scalars(select(NodeOmission.reason)),
                    *session.scalars(select(DraftNode.title)),
                    *session.scalars(select(DraftNode.body)),
                    *session.scalars(select(PlanArchive.value)),
                    *session.scalars(select(AuditEntry.data)),
                ]
                reachable = json.dumps(kept, ensure_ascii=False)
                assert [text for text in self.typed[plan.id] if text not in reachable] == []
                for item in queries.working_plan(plan.id).items.values():
                    for name in FIELDS if item.base is not None and item.is_present else ():
                        if item.base.policy(name) == "locked":
                            assert field_value(item.node, name) == field_value(item.base, name)


@pytest.mark.database("sqlite")
def test_random_histories_on_the_services(app: Flask) -> None:
    @settings(max_examples=10, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.integers(0, 5999), min_size=6, max_size=14))
    def history(acts: list[int]) -> None:
        world = World(app)
        for number in acts:
            world.act(number)
        world.bring_down(world.middle)
        world.bring_down(world.school)
        world.check()

    history()
