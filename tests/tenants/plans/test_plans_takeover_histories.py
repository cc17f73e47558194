"""Random histories on the real services: a department and a professional body, an office, two schools of which one
builds on two superiors and moves away some day. After every act nothing typed is lost, nobody else's text has changed,
locks hold and exactly the questions are open that should be; a take-over that crashes leaves nothing, and done twice it
does nothing.
"""

from __future__ import annotations

import json
from itertools import count
from typing import Any

import article_builders as articles
import pytest
from builders import UnitRef, in_unit, make_office, make_person, make_school, make_unit
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plan_builders import PlanRef, issue, make_plan, receive
from sqlalchemy import select

from tenants import clock
from tenants import settings as unit_settings
from tenants.audit import AuditEntry
from tenants.content.models import ArticleRevision
from tenants.db import db
from tenants.errors import NotFound, Refused
from tenants.plans import leaving, queries, service, takeover
from tenants.plans.merge import comparable
from tenants.plans.models import DraftNode, NodeOmission, NodeOverride, Plan
from tenants.plans.nodes import FIELDS, field_value
from tenants.plans.takeover_models import PlanArchive, PlanDecision
from tenants.plans.values import NodeValues
from tenants.units import service as unit_service
from tenants.units.models import PROFESSIONAL, Unit

NODES = {f"n{number}": NodeValues(title=f"Mục {number}", body="Chữ cũ.", owners=("Tổ một",)) for number in range(3)}
TEXTS = ("title", "body", "owners")


class CrashError(Exception):
    """The machine goes down."""


class World:
    def __init__(self, app: Flask) -> None:
        self.app, self.words = app, count(1)
        top, beside = make_unit(app, "department"), make_unit(app, "department")
        self.top, self.beside = make_plan(app, top, NODES), make_plan(app, beside, {"n0": NODES["n0"]})
        issue(app, self.top)
        issue(app, self.beside)
        self.middle = receive(app, make_office(app, under=top), self.top)
        issue(app, self.middle)
        self.school = receive(app, make_school(app, self.middle.unit), self.middle)
        self.place(self.school.unit, beside, PROFESSIONAL)
        second = receive(app, self.school.unit, self.beside)
        self.other = receive(app, make_school(app, self.middle.unit), self.middle)
        with in_unit(app, self.school.unit):
            service.combine(self.school.id, second.id, None)
        with in_unit(app, self.other.unit):
            unit_settings.put("plans.takeover", "confirm")
        self.below = (self.middle, self.school, self.other)
        self.bases = {self.middle.id: [self.top], self.school.id: [self.middle, self.beside],
                      self.other.id: [self.middle]}  # fmt: skip
        self.typed: dict[int, set[str]] = {plan.id: set() for plan in self.below}
        for plan in self.below:
            self.write_on_the_first(plan)
        self.issued: dict[tuple[int, int], Any] = {}
        self.author = make_person(app, self.school.unit, "author")
        issue(app, self.school)
        self.article = articles.draft(app, self.school.unit, self.author, node_id=self.top.nodes["n0"])
        self.origin = self.origins()

    def write_on_the_first(self, plan: PlanRef) -> None:
        text, owner = self.word(), self.word()
        with in_unit(self.app, plan.unit):
            self.open(plan)
            service.adapt(plan.id, self.top.nodes["n0"], {"body": text, "owners": [owner]}, None)
        self.typed[plan.id] |= {text, owner}

    def place(self, unit: UnitRef, above: UnitRef, kind: str = "administrative") -> None:
        with self.app.app_context(), db.session.begin():
            child, parent = db.session.get(Unit, unit.id), db.session.get(Unit, above.id)
            assert child is not None and parent is not None
            unit_service.place_under(child, parent, kind)

    def word(self) -> str:
        return f"[lời {next(self.words)}]"

    def act(self, number: int) -> None:
        number, what = divmod(number, 16)
        number, who = divmod(number, 3)
        plan = self.below[who]
        changed = (self.top, self.middle, self.beside)[who] if what < 5 else plan
        witness = [one for one in self.below if one is not changed][number % 2]
        seen = self.lines(witness)
        try:
            if what < 5:
                self.amend(changed, what, number)
            elif what < 10:
                self.localize(plan, what, number)
            elif what < 13:
                self.bring_down(plan, number)
            elif what < 15:
                self.settle(plan, number)
            elif number % 4 == 0:
                self.move_away()
        except (NotFound, Refused):
            pass
        assert self.lines(witness) == seen, "nobody else's text changes"
        self.check(plan)

    def amend(self, plan: PlanRef, what: int, number: int) -> None:
        with in_unit(self.app, plan.unit):
            self.open(plan)
            own = [one for one in queries.working_plan(plan.id).items.values() if one.base is None]
            topics = sorted((one.node for one in own if one.node.kind == "topic"), key=lambda one: one.node_id)
            if topics:
                self.change(plan, topics[number % len(topics)], [one.node_id for one in topics], what, number)
        if number % 2:
            self.issue(plan)

    def change(self, plan: PlanRef, node: Any, all_ids: list[str], what: int, number: int) -> None:
        values = {name: getattr(node, name) for name in ("title", "body", "owners", "policies", "mandatory")}
        if what < 2:
            values["body"] = ("Chữ cũ.", "Chữ mới.", self.word())[number % 3]
            service.edit_node(plan.id, node.node_id, NodeValues(**values), None)
        elif what == 2:
            policies = {"body": ("locked", "default")[number % 2], "owners": ("default", "locked")[number % 2]}
            changed = {"policies": policies, "mandatory": number % 5 == 0, "owners": ("Tổ một", "Tổ ba")[: number % 3]}
            service.edit_node(plan.id, node.node_id, NodeValues(**{**values, **changed}), None)
        elif what == 3 and number % 3:
            service.split_node(plan.id, node.node_id, [NodeValues(title="Một"), NodeValues(title="Hai")], None)
        elif what == 3 and len(all_ids) > 2:
            service.merge_nodes(plan.id, all_ids[:2], NodeValues(title="Gộp", body="Chữ gộp."), None)
        elif number % 2 and len(all_ids) > 2:
            service.remove_node(plan.id, node.node_id, None)
        else:
            service.move_node(plan.id, node.node_id, ("up", "down")[number // 2 % 2], None)

    def open(self, plan: PlanRef) -> None:
        if db.session.get(Plan, (plan.unit.id, plan.id)).state == "issued":  # type: ignore[union-attr]
            service.begin_amendment(plan.id, None)

    def issue(self, plan: PlanRef) -> int:
        with in_unit(self.app, plan.unit):
            self.open(plan)
        version = issue(self.app, plan)
        self.issued[plan.id, version] = self.published(plan, version)
        return version

    def published(self, plan: PlanRef, version: int) -> list[tuple[str, str, str]]:
        with in_unit(self.app, plan.unit):
            found = queries.issued_plan(plan.unit.id, plan.id, version)
            assert found.complete
            return [(one.node_id, one.title, one.body) for top in found.tree for one in top.walk()]

    def localize(self, plan: PlanRef, what: int, number: int) -> None:
        number, place = divmod(number, 3)
        text = self.word()
        with in_unit(self.app, plan.unit):
            self.open(plan)
            items = queries.working_plan(plan.id).items.values()
            topics = sorted(one.node.node_id for one in items if one.base and one.node.kind == "topic")
            own = sorted(one.node.node_id for one in items if one.base is None and one.node.kind == "topic")
            out = sorted(one.node.node_id for one in items if one.omission is not None)
            ident = topics[place % len(topics)]
            if what < 8:
                name = ("body", "body", "title", "owners")[number % 4]
                value = [text] if name == "owners" else text
                service.adapt(plan.id, ident, {name: value}, None, reason="vì hợp với trường")
            elif what == 8 and own and number % 3 == 0:
                service.edit_node(plan.id, own[0], NodeValues(title=text), None)
            elif what == 8 and own and number % 3 == 1:
                service.remove_node(plan.id, own[0], None)
            elif what == 8:
                service.add_node(plan.id, ident, NodeValues(title=text, owners=(text,)), None)
            elif out and number % 2:
                service.restore(plan.id, out[0], None)
            elif number % 3 == 0:
                service.reset(plan.id, ident, None)
            else:
                service.omit(plan.id, ident, text, None)
            known = {one for row in self.rows() for one in self.typed[plan.id] | {text} if one in row}
        self.typed[plan.id] |= known

    def rows(self) -> list[str]:
        """Everything the present unit keeps of its own words, row by row."""
        kept = [
            *db.session.scalars(select(NodeOverride.value)), *db.session.scalars(select(NodeOmission.reason)),
            *db.session.execute(select(DraftNode.title, DraftNode.body, DraftNode.owners)),
            *db.session.scalars(select(PlanArchive.value)), *db.session.scalars(select(AuditEntry.data)),
        ]  # fmt: skip
        return [
            json.dumps(one if isinstance(one, str | dict | list) else list(one), ensure_ascii=False) for one in kept
        ]

    def bring_down(self, plan: PlanRef, number: int) -> None:
        above = self.bases[plan.id][number % len(self.bases[plan.id])]
        version = self.issue(above) if number % 3 else self.newest(above)
        before = self.layer(plan)
        if number % 4 == 0:
            with pytest.raises(CrashError), in_unit(self.app, plan.unit):
                service.receive(above.unit.id, above.id, version)
                raise CrashError
            assert self.layer(plan) == before, "a crash leaves nothing"
        live, mine = self.open_texts(plan), self.own_words(plan)
        receive(self.app, plan.unit, above, version)
        if number % 5 < 4:
            with in_unit(self.app, plan.unit):
                takeover.take_over(above.unit.id, above.id, version)
        now = self.open_texts(plan)
        assert all(now[key] == live[key] for key in live.keys() & now.keys()), "live text changes by decision"
        left = self.own_words(plan, mine)
        assert left == {key: mine[key] for key in left}, "own words stay in force where nothing is locked"
        once = self.layer(plan)
        receive(self.app, plan.unit, above, version)
        assert self.layer(plan) == once, "a second time changes nothing"

    def newest(self, plan: PlanRef) -> int:
        with in_unit(self.app, plan.unit) as session:
            version: int = session.get(Plan, (plan.unit.id, plan.id)).current_version
            return version

    def layer(self, plan: PlanRef) -> Any:
        with in_unit(self.app, plan.unit) as session:
            working = queries.working_plan(plan.id).working
            asked = session.execute(select(PlanDecision.id, PlanDecision.state).order_by(PlanDecision.id)).all()
            return working.layer, [base.key for base in working.bases], asked, len(takeover.archive(plan.id))

    def lines(self, plan: PlanRef) -> list[Any]:
        with in_unit(self.app, plan.unit):
            items = queries.working_plan(plan.id).items.values()
            return sorted((one.node.node_id, *(field_value(one.node, name) for name in TEXTS)) for one in items)

    def open_texts(self, plan: PlanRef) -> dict[tuple[int, str], Any]:
        with in_unit(self.app, plan.unit):
            items = queries.working_plan(plan.id).items
            return {
                (row.id, row.field): field_value(items[row.node_id].node, row.field)
                for row in takeover.decisions(plan.id)
                if row.kind == "text"
            }

    def own_words(self, plan: PlanRef, known: Any = ()) -> dict[tuple[str, str], Any]:
        """Return what is read in the fields with own words; with ``known``, in those fields as far as it is free."""
        with in_unit(self.app, plan.unit):
            return {
                (item.node.node_id, name): field_value(item.node, name)
                for item in queries.working_plan(plan.id).items.values()
                if item.base is not None and item.is_present
                for name in (TEXTS if known else item.adapted & set(TEXTS))
                if not known or ((item.node.node_id, name) in known and item.base.policy(name) != "locked")
            }

    def settle(self, plan: PlanRef, number: int) -> None:
        number, pick = divmod(number, 6)
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
        elif pick < 3 or row.field == "owners":
            takeover.decide(row.id, "keep" if pick == 1 else "take", None)
        elif pick == 3:
            takeover.decide(row.id, "ask", None, question="Giữ được không?")
        else:
            text = self.word()
            takeover.decide(row.id, "combine", None, text)
            self.typed[plan.id].add(text)

    def move_away(self) -> None:
        """The first school goes to another office: what it inherited stays, and nothing comes from the old one."""
        if self.bases[self.school.id] == [self.beside]:
            return
        before, old = self.lines(self.school), {self.middle.unit.id}
        with in_unit(self.app, self.school.unit):
            leaving.keep_inherited(old)
        self.place(self.school.unit, make_office(self.app))
        with in_unit(self.app, self.school.unit):
            leaving.leave(old, clock.today(), "")
        assert self.lines(self.school) == before
        with pytest.raises(NotFound):
            receive(self.app, self.school.unit, self.middle, self.newest(self.middle))
        self.bases[self.school.id] = [self.beside]

    def origins(self) -> list[Any]:
        with in_unit(self.app, self.school.unit) as session:
            rows = select(ArticleRevision.node_id, ArticleRevision.plan_id, ArticleRevision.plan_version)
            return list(session.execute(rows).all())

    def check(self, plan: PlanRef) -> None:
        with in_unit(self.app, plan.unit):
            reachable = "\n".join(self.rows())
            assert [text for text in self.typed[plan.id] if text not in reachable] == [], "lost"
            items = queries.working_plan(plan.id).items
            waits = set()
            for item in items.values():
                for name in FIELDS if item.base is not None and item.is_present else ():
                    assert item.base is not None
                    above = field_value(item.base, name)
                    own = item.overrides.get(name)
                    if item.base.policy(name) == "locked":
                        assert field_value(item.node, name) == above, "a lock holds"
                    elif own is not None and comparable(name, above) not in (
                        comparable(name, own.base_value), comparable(name, own.value),
                    ):  # fmt: skip
                        waits.add((item.node.node_id, name))
            rows = [(row.node_id, row.field) for row in takeover.decisions(plan.id) if row.kind == "text"]
            assert sorted(rows) == sorted(waits), "a question for each text that both changed, and for nothing else"

    def lock_everything(self) -> None:
        """The department locks what it can, and everybody comes up to date, level by level."""
        with in_unit(self.app, self.top.unit):
            self.open(self.top)
            for one in queries.working_plan(self.top.id).items.values():
                if one.base is None and one.node.kind == "topic":
                    values = {name: getattr(one.node, name) for name in ("title", "body", "owners")}
                    locks = NodeValues(**values, policies=dict.fromkeys(TEXTS, "locked"))
                    service.edit_node(self.top.id, one.node.node_id, locks, None)
        self.issue(self.top)
        for plan in self.below:
            for above in self.bases[plan.id]:
                self.take(plan, above, self.issue(above) if above is self.middle else self.newest(above))

    def take(self, plan: PlanRef, above: PlanRef, version: int) -> None:
        receive(self.app, plan.unit, above, version)
        with in_unit(self.app, plan.unit):
            takeover.take_over(above.unit.id, above.id, version)

    def finish(self) -> None:
        self.lock_everything()
        for plan in self.below:
            self.check(plan)
            for (plan_id, version), text in self.issued.items():
                if plan_id == plan.id:
                    assert self.published(plan, version) == text, "what is issued never changes"
        assert self.origins() == self.origin, "an article keeps the version and node it was made from"


def run(app: Flask, examples: int, longest: int, *, same_each_time: bool) -> None:
    @settings(
        max_examples=examples, deadline=None, derandomize=same_each_time, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(st.binary(min_size=longest, max_size=2 * longest))
    def history(acts: bytes) -> None:
        world = World(app)
        for place in range(0, len(acts) - 1, 2):
            world.act(int.from_bytes(acts[place : place + 2], "big") * 7919)
        world.finish()

    history()


def test_random_histories_on_the_services(app: Flask, database: Any) -> None:
    run(app, {"sqlite": 3, "postgresql": 1}[database.kind], 16, same_each_time=True)


@pytest.mark.soak
def test_long_random_histories_on_the_services(app: Flask) -> None:
    run(app, 60, 60, same_each_time=False)
