"""Taking over in many units at once leaves exactly the rows that each unit by itself would have: two equal worlds, made
by the same chance, go one way each.
"""

from __future__ import annotations

import datetime as dt
import random
import re
from typing import Any

import pytest
from builders import UnitRef, in_batch, in_unit, make_office, make_school
from flask import Flask
from plan_builders import PlanRef, document, make_plan, receive
from sqlalchemy import select

from tenants import clock, settings
from tenants.audit import AuditEntry
from tenants.errors import NotFound, Refused
from tenants.jobs.models import Job
from tenants.notices.models import Notice
from tenants.plans import queries, service, takeover, takeover_batch
from tenants.plans.models import Adoption, DraftNode, NodeOmission, NodeOverride, Plan, PlanCitation
from tenants.plans.takeover_models import LayerFact, PlanArchive, PlanChangeSet, PlanDecision, PlanTakeover
from tenants.plans.values import NodeValues

QUOTA = {"count": 2, "period": "month", "genre": "news", "subject": None, "floor": 1, "ceiling": 4}
NODES = {
    "safety": NodeValues(title="An toàn", body="Lời cũ."),
    "reading": NodeValues(title="Đọc sách", body="Đọc.", channels=("loa",), policies={"body": "locked"}),
    "boarding": NodeValues(title="Bán trú", body="Bữa ăn.", levels=("primary",)),
    "quota": NodeValues(title="Tin tháng", kind="quota", quota=QUOTA),
    "parents": NodeValues(title="Cha mẹ", body="Họp."),
}
START = dt.datetime(2026, 9, 14, 8, tzinfo=dt.UTC)
TABLES = (
    Adoption, Plan, NodeOverride, NodeOmission, DraftNode, PlanTakeover, PlanChangeSet, PlanDecision, PlanArchive,
    LayerFact, AuditEntry, Notice, PlanCitation,
)  # fmt: skip

KEYED = {"bases": "adoption", "decisions": "plan_decision"}


class World:
    """An office with a plan, and schools that do with it what chance wants."""

    def __init__(self, app: Flask, seed: int, schools: int = 5) -> None:
        self.app, self.chance, self.serial = app, random.Random(seed), 0
        self.office = make_office(app, "UBND xã Hoa Sim")
        self.master = make_plan(app, self.office, NODES)
        self.version = self.issue("content")
        kinds = ["primary", "lower_secondary"]
        self.schools = [make_school(app, self.office, self.chance.choice(kinds), "Trường") for _n in range(schools)]
        self.plans = [receive(app, school, self.master) for school in self.schools]

    def word(self) -> str:
        self.serial += 1
        return f"lời {self.serial}"

    def number(self) -> str:
        self.serial += 1
        return str(self.serial)

    def issue(self, kind: str) -> int:
        with in_unit(self.app, self.office):
            fields = document(self.number(), change_class=kind)
            return service.issue(self.master.id, fields, None).version

    def local_act(self, plan: PlanRef) -> None:
        what, name, text = self.chance.randrange(12), self.chance.choice(sorted(NODES)), self.word()
        ident = self.master.nodes[name]
        with in_unit(self.app, plan.unit):
            if what < 3:
                quota = {**QUOTA, "count": self.chance.randrange(1, 5)}
                values = {"quota": quota} if name == "quota" else {self.chance.choice(["title", "body"]): text}
                service.adapt(plan.id, ident, values, None)
            elif what == 3:
                service.omit(plan.id, ident, text, None)
            elif what == 4:
                service.add_node(plan.id, self.chance.choice([ident, ""]), NodeValues(title=text), None)
            elif what == 5:
                service.move_node(plan.id, ident, "up", None)
            elif what == 6:
                settings.put("plans.takeover", "confirm")
            elif what == 7:
                service.issue(plan.id, document(self.number()), None)
            elif what == 8:
                waiting = takeover.decisions(plan.id)
                if waiting:
                    takeover.decide(waiting[0].id, "keep", None)
            elif what == 9:
                takeover.take_over(self.office.id, self.master.id, None)
            elif what == 10:
                undoable = [step.id for step in takeover.steps(plan.id) if step.undoable]
                if undoable:
                    takeover.undo(undoable[0], None)

    def amend(self) -> str:
        with in_unit(self.app, self.office):
            service.begin_amendment(self.master.id, None)
            for _n in range(self.chance.randrange(1, 4)):
                self.office_act()
        kind = self.chance.choice(["content", "wording", "urgent"])
        self.version = self.issue(kind)
        return kind

    def office_act(self) -> None:
        what, name, text = self.chance.randrange(8), self.chance.choice(sorted(NODES)), self.word()
        ident = self.master.nodes[name]
        try:
            present = queries.working_plan(self.master.id).items[ident].node
            fields = {one: getattr(NodeValues.of(present), one) for one in NodeValues.__dataclass_fields__}
            if what < 4:
                service.edit_node(self.master.id, ident, NodeValues(**{**fields, "title": text}), None)
            elif what == 4:
                policies = {**fields["policies"], "title": "locked"}
                service.edit_node(self.master.id, ident, NodeValues(**{**fields, "policies": policies}), None)
            elif what == 5:
                service.add_node(self.master.id, self.master.nodes["II"], NodeValues(title=text), None)
            elif what == 6:
                service.remove_node(self.master.id, ident, None)
            else:
                service.edit_node(self.master.id, ident, NodeValues(**{**fields, "mandatory": True}), None)
        except (KeyError, NotFound, Refused):
            return

    def rows(self) -> list[list[dict[str, Any]]]:
        """Return all rows of all schools, in words that are the same in both worlds."""
        named = {ident: name for name, ident in self.master.nodes.items()}
        found = []
        for plan in self.plans:
            with in_unit(self.app, plan.unit) as session:
                tables = {cls: session.scalars(select(cls).order_by(cls.id)).all() for cls in TABLES}
                known = dict(named)
                for node in tables[DraftNode]:
                    known.setdefault(node.node_id, f"own {node.title} {node.position}")
                for cls, rows in tables.items():
                    known |= {f"{cls.__tablename__} {row.id}": f"#{n}" for n, row in enumerate(rows)}
                found.append(
                    [
                        {"table": cls.__tablename__, **self._plain(cls, row, known)}
                        for cls, rows in tables.items()
                        for row in rows
                    ]
                )
        return found

    def _plain(self, cls: Any, row: Any, known: dict[str, str]) -> dict[str, Any]:
        skipped = {
            "id",
            "unit_id",
            "plan_id",
            "base_unit_id",
            "base_plan_id",
            "source_id",
            "origin_unit_id",
            "actor_id",
        }
        values = {c.key: getattr(row, c.key) for c in cls.__table__.columns if c.key not in skipped}
        ids = {str(self.office.id): "office", **known}
        return {name: self._words(name, value, ids) for name, value in values.items()}

    def _words(self, name: str, value: Any, ids: dict[str, str]) -> Any:
        if name in ("bases", "decisions") and isinstance(value, dict):
            return {ids[f"{KEYED[name]} {key}"]: self._words("", one, ids) for key, one in value.items()}
        if isinstance(value, dict):
            return {self._words("", key, ids): self._words(key, one, ids) for key, one in value.items()}
        if isinstance(value, list):
            return "list" if name in ("base",) else [self._words("", one, ids) for one in value]
        if name in ("change_set", "change_set_id", "plan_id", "decision", "subject_id", "citation"):
            return value is not None
        if name == "key":
            return value.split(":")[0]
        if name in ("notation", "file_sha256"):
            return None
        if isinstance(value, str):
            return re.sub("[0-9a-f]{32}", lambda found: ids.get(found[0], "new"), value)
        return value


def live(app: Flask, seed: int, *, together: bool) -> tuple[World, int, list[Any]]:
    """Return a world after three amendments, how many schools were done in a batch, and the jobs that follow."""
    with clock.frozen(START):
        world, done = World(app, seed), 0
        for number in range(3):
            with clock.frozen(START + dt.timedelta(hours=number + 1)):
                for plan in world.plans:
                    try:
                        if world.chance.randrange(3):
                            world.local_act(plan)
                    except (NotFound, Refused):
                        continue
                world.amend()
                late = world.chance.choice([*world.schools, None]) if number < 2 else None
                units = [school for school in world.schools if school is not late]
                done += bring_down(world, units, together=together)
        with in_unit(app, world.office) as session:
            ids = [school.id for school in world.schools]
            jobs = session.scalars(select(Job).where(Job.kind.startswith("content.")).order_by(Job.id)).all()
            concerned = [
                (ids.index(one), job.args["version"], len(job.args["changed"]))
                for job in jobs
                for one in job.args.get("unit_ids", [job.unit_id])
                if one in ids
            ]
        return world, done, sorted(concerned)


def bring_down(world: World, units: list[UnitRef], *, together: bool) -> int:
    done: frozenset[int] = frozenset()
    if together:
        with in_batch(world.app, world.office, units):
            done = takeover_batch.take_over_in_units(world.master.id, world.version, [one.id for one in units])
    for unit in units:
        if unit.id not in done:
            receive(world.app, unit, world.master, world.version)
    return len(done)


def lead_the_same_way(app: Flask, seed: int) -> None:
    alone, none, jobs = live(app, seed, together=False)
    batch, some, same_jobs = live(app, seed, together=True)
    assert none == 0 and some > 0, "the world must hold units that a batch can do"
    for one, other in zip(alone.rows(), batch.rows(), strict=True):
        assert other == one
    assert same_jobs == jobs


def test_a_batch_leaves_what_each_unit_by_itself_would(app: Flask) -> None:
    """Units that wait for their leader, own words that stand elsewhere, a version skipped, urgent news told twice."""
    lead_the_same_way(app, 3)


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("seed", [8, 11, 40])
def test_so_it_does_where_nodes_are_left_out_locked_text_changes_or_a_version_was_taken_back(
    app: Flask, seed: int
) -> None:
    lead_the_same_way(app, seed)


@pytest.mark.database("sqlite")
def test_a_correction_of_wording_that_raises_a_question_waits_for_the_leader_in_a_batch_too(app: Flask) -> None:
    world = World(app, 1, schools=2)
    for plan, name in zip(world.plans, ("safety", "parents"), strict=True):
        with in_unit(app, plan.unit):
            settings.put("plans.takeover", "confirm")
            service.adapt(plan.id, world.master.nodes[name], {"body": "Lời riêng."}, None)
    with in_unit(app, world.office):
        service.begin_amendment(world.master.id, None)
        service.edit_node(world.master.id, world.master.nodes["safety"], NodeValues(title="An toàn", body="Mới."), None)
    world.version = world.issue("wording")
    assert bring_down(world, world.schools, together=True) == 2
    states = []
    for plan in world.plans:
        with in_unit(app, plan.unit):
            states += [(row.state, row.unanswered) for row in takeover.taken(plan.id)]
            assert not takeover.decisions(plan.id)
    assert states == [("waiting", 0), ("taken", 0)]


@pytest.mark.database("sqlite")
def test_an_older_version_that_comes_late_is_left_to_each_unit_by_itself(app: Flask) -> None:
    world = World(app, 1, schools=2)
    first, second = world.plans
    for _number in range(2):
        with in_unit(app, world.office):
            service.begin_amendment(world.master.id, None)
            service.edit_node(
                world.master.id, world.master.nodes["safety"], NodeValues(title="An toàn", body=world.word()), None
            )
        newest = world.version = world.issue("content")
    with in_unit(app, second.unit):
        settings.put("plans.takeover", "confirm")
        service.adapt(second.id, world.master.nodes["parents"], {"body": "Lời riêng."}, None)
    for plan in world.plans:
        receive(app, plan.unit, world.master, newest)
    with in_batch(app, world.office, world.schools):
        done = takeover_batch.take_over_in_units(world.master.id, newest - 1, [one.id for one in world.schools])
    assert done == {second.unit.id}
    for plan, base_version in ((first, newest), (second, 1)):
        with in_unit(app, plan.unit) as session:
            adoption = session.scalars(select(Adoption)).one()
            assert (adoption.base_version, adoption.offered_version) == (base_version, newest)
