"""A school's plan names the superior's document in force as its basis, whichever way the newer version came."""

from __future__ import annotations

import pytest
from builders import UnitRef, in_unit, make_office, make_school, run_jobs
from flask import Flask
from plan_builders import PlanRef, document, make_plan

from district.issuing import amending
from district.issuing import service as issuing
from tenants import scope
from tenants.plans import queries, service, takeover
from tenants.plans.values import CitationValues, NodeValues

OWN = CitationValues("Quyết định", "7", "QĐ-THU", None, "Trường", "thành lập tổ truyền thông")


@pytest.fixture
def master(app: Flask) -> PlanRef:
    return make_plan(app, make_office(app), {"safety": NodeValues(title="An toàn", body="Mỗi tháng.")})


@pytest.fixture
def schools(app: Flask, master: PlanRef) -> tuple[UnitRef, UnitRef]:
    """One that has words of its own on what will change, and one that has none and is served with others."""
    found = (make_school(app, master.unit), make_school(app, master.unit))
    with in_unit(app, master.unit, scope.Kind.OVERSIGHT):
        issuing.issue_to(master.id, [one.id for one in found], document("11"), None)
    run_jobs(app)
    for school in found:
        with in_unit(app, school):
            service.save_citation(plan_of(school), OWN, None)
    with in_unit(app, found[0]):
        service.adapt(plan_of(found[0]), master.nodes["safety"], {"body": "Mỗi tuần."}, None)
    return found


def plan_of(school: UnitRef) -> int:
    found: int = queries.plan_page("received", 1).items[0].id
    return found


def cited(app: Flask, school: UnitRef) -> list[str | None]:
    with in_unit(app, school):
        return [row.number for row in queries.citations(plan_of(school))]


def amend(app: Flask, master: PlanRef, number: str, follow_up: str) -> None:
    with in_unit(app, master.unit, scope.Kind.OVERSIGHT):
        service.begin_amendment(master.id, None)
        values = NodeValues(title="An toàn", body=f"Theo văn bản {number}.")
        service.edit_node(master.id, master.nodes["safety"], values, None)
        amending.issue_amendment(master.id, document(number, follow_up=follow_up), None)
    run_jobs(app)


def test_a_plan_that_replaces_is_cited_and_one_that_adjusts_is_not(
    app: Flask, master: PlanRef, schools: tuple[UnitRef, UnitRef]
) -> None:
    amend(app, master, "12", "adjust")
    assert [cited(app, school) for school in schools] == [["11", "7"], ["11", "7"]]
    amend(app, master, "13", "replace")
    assert [cited(app, school) for school in schools] == [["13", "7"], ["13", "7"]]


def test_who_goes_back_to_the_former_version_cites_it_again(
    app: Flask, master: PlanRef, schools: tuple[UnitRef, UnitRef]
) -> None:
    amend(app, master, "12", "replace")
    for school in schools:
        assert cited(app, school) == ["12", "7"]
        with in_unit(app, school):
            takeover.undo(takeover.steps(plan_of(school))[0].id, None)
        assert cited(app, school) == ["11", "7"]
