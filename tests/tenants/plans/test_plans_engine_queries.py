"""The number of statements does not grow with nodes, levels of inheritance, schools or plans."""

from __future__ import annotations

import datetime as dt

import pytest
from builders import UnitRef, in_unit, make_office, make_school, make_unit
from flask import Flask
from plan_builders import PlanRef, issue, make_plan, receive
from queries import count_queries

from tenants import clock
from tenants.plans import queries, service
from tenants.plans.values import NodeValues

pytestmark = pytest.mark.usually("sqlite")


def nodes(count: int) -> dict[str, NodeValues]:
    return {f"n{i}": NodeValues(title=f"Nội dung {i}", body="Lời của cấp trên") for i in range(count)}


def three_levels(app: Flask, count: int, schools: int = 1) -> PlanRef:
    """Sở -> xã -> trường, each adding ``count`` nodes and adapting one; return the last school's plan."""
    department = make_unit(app, "department")
    top = make_plan(app, department, nodes(count))
    issue(app, top)
    office = make_office(app, under=department)
    middle = receive(app, office, top)
    add(app, middle, count)
    issue(app, middle)
    plan = middle
    for _ in range(schools):
        plan = receive(app, make_school(app, office), middle)
        add(app, plan, count)
    return plan


def add(app: Flask, plan: PlanRef, count: int) -> None:
    with in_unit(app, plan.unit):
        service.adapt(plan.id, plan.nodes["n0"], {"body": "Lời khác"}, None)
        for i in range(count):
            service.add_node(plan.id, plan.nodes["I"], NodeValues(title=f"Riêng {plan.unit.id} {i}"), None)


def statements(app: Flask, unit: UnitRef, work: object) -> int:
    with in_unit(app, unit):
        with count_queries() as sent:
            work()  # type: ignore[operator]
        return len(sent)


@pytest.mark.parametrize("schools", [1, 3])
def test_the_effective_plan_costs_the_same_for_1_and_12_nodes(app: Flask, schools: int) -> None:
    small, large = three_levels(app, 1, schools), three_levels(app, 12, schools)
    costs = []
    for plan in (small, large):
        costs.append(statements(app, plan.unit, lambda plan=plan: queries.working_plan(plan.id).tree))
    with in_unit(app, large.unit):
        assert sum(1 for top in queries.working_plan(large.id).tree for _ in top.walk()) > 36
    assert costs[0] == costs[1] <= 6


def test_an_issued_plan_costs_the_same_at_every_level(app: Flask) -> None:
    for count in (1, 12):
        plan = three_levels(app, count)
        issue(app, plan)
        cost = statements(app, plan.unit, lambda plan=plan: queries.issued_plan(plan.unit.id, plan.id, 1))
        assert cost <= 4


def test_topics_cost_the_same_for_one_and_three_plans(app: Flask) -> None:
    office = make_office(app)
    school = make_school(app, office)
    costs = []
    with clock.frozen(dt.datetime(2026, 10, 1, tzinfo=dt.UTC)):
        for wave in (1, 2):
            for _ in range(wave):
                base = make_plan(app, office, nodes(2))
                issue(app, base)
                receive(app, school, base)
            costs.append(statements(app, school, queries.topics_in_force))
        with in_unit(app, school):
            assert len({topic.plan_id for topic in queries.topics_in_force()}) == 3
    assert costs[0] == costs[1]


def test_lists_cost_the_same_for_one_and_three_plans(app: Flask) -> None:
    office = make_office(app)
    school = make_school(app, office)
    costs = []
    for wave in (1, 2):
        for _ in range(wave):
            base = make_plan(app, office, nodes(1))
            issue(app, base)
            receive(app, school, base)
        costs.append(statements(app, school, lambda: queries.lines(queries.plan_page("received", 1).items)))
    assert costs[0] == costs[1]
    with in_unit(app, school):
        assert queries.plan_counts() == {"received": 3, "drafts": 0, "issued": 0}
        assert {line.base_unit_name for line in queries.lines(queries.plan_page("received", 1).items)} == {office.name}
