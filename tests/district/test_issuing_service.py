"""An office issues its plan: the document, the dispatches and the jobs, and what each school then reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from builders import UnitRef, in_unit, make_office, make_school, make_unit, run_jobs
from flask import Flask
from plan_builders import PlanRef, document, make_plan
from queries import count_queries
from sqlalchemy import select

from district.issuing import queries, service
from district.issuing.models import PlanDispatch
from district.issuing.targets import concerned
from tenants import scope
from tenants.db import transaction
from tenants.errors import NotFound, Refused
from tenants.jobs.models import Job
from tenants.plans import queries as plans
from tenants.plans import service as plan_service
from tenants.plans.models import Plan, PlanVersion
from tenants.plans.values import NodeValues
from tenants.scope import Kind
from tenants.units import queries as units

NODES = {
    "chung": NodeValues(title="An toàn trường học"),
    "mam non": NodeValues(title="Bữa ăn bán trú", levels=("preschool",)),
    "tieu hoc": NodeValues(title="Đánh giá học sinh tiểu học", levels=("primary",)),
    "thcs": NodeValues(title="Hướng nghiệp sớm", levels=("lower_secondary",)),
}


def over(app: Flask, office: UnitRef, work: Callable[[], Any]) -> Any:
    """Work in the office's scope over its units, as its pages do."""
    with app.app_context():
        scope.enter(scope.Scope(office.id, Kind.OVERSIGHT, units.superior_ids(office.id)))
        with transaction():
            return work()


def issue_to(app: Flask, plan: PlanRef, *schools: UnitRef, **changes: Any) -> int:
    version: int = over(
        app,
        plan.unit,
        lambda: service.issue_to(plan.id, [one.id for one in schools], document(**changes), None).version,
    )
    return version


def titles(app: Flask, school: UnitRef) -> list[str]:
    with in_unit(app, school) as session:
        [plan_id] = session.scalars(select(Plan.id)).all()
        return [node.node.text for top in plans.working_plan(plan_id).present for node in top.walk()]


def progress(app: Flask, plan: PlanRef, version: int = 1) -> queries.Progress:
    found: queries.Progress = over(app, plan.unit, lambda: queries.progress(plan.id, version))
    return found


def test_each_school_receives_only_what_is_for_its_level(app: Flask) -> None:
    office = make_office(app)
    schools = {kind: make_school(app, office, kind) for kind in ("preschool", "primary", "lower_secondary")}
    plan = make_plan(app, office, NODES)
    issue_to(app, plan, *schools.values())
    assert progress(app, plan) == queries.Progress(total=3, received=0, failures=())
    run_jobs(app)

    own = {
        "preschool": "Bữa ăn bán trú",
        "primary": "Đánh giá học sinh tiểu học",
        "lower_secondary": "Hướng nghiệp sớm",
    }
    for kind, school in schools.items():
        read = titles(app, school)
        assert "An toàn trường học" in read
        assert [title for title in own.values() if title in read] == [own[kind]]
    done = progress(app, plan)
    assert (done.total, done.received, done.settled) == (3, 3, True)


def test_receiving_one_plan_is_no_progress_of_another(app: Flask) -> None:
    office = make_office(app)
    school = make_school(app, office)
    first, second = make_plan(app, office, NODES), make_plan(app, office, NODES)
    issue_to(app, first, school)
    run_jobs(app)
    issue_to(app, second, school)

    assert progress(app, second) == queries.Progress(total=1, received=0, failures=())


def test_a_school_that_was_not_chosen_receives_nothing(app: Flask) -> None:
    office = make_office(app)
    chosen, other = make_school(app, office), make_school(app, office)
    plan = make_plan(app, office, NODES)
    issue_to(app, plan, chosen)
    run_jobs(app)

    with in_unit(app, other) as session:
        assert session.scalars(select(Plan)).all() == []


def test_schools_can_be_added_later_and_nobody_is_sent_to_twice(app: Flask) -> None:
    office = make_office(app)
    first, second = make_school(app, office), make_school(app, office)
    plan = make_plan(app, office, NODES)
    issue_to(app, plan, first)
    sent = over(app, office, lambda: service.send_to_more(plan.id, [first.id, second.id], None))

    assert sent == 1
    assert progress(app, plan).total == 2
    run_jobs(app)
    assert progress(app, plan).received == 2


def test_a_plan_that_was_never_issued_is_sent_to_nobody(app: Flask) -> None:
    office = make_office(app)
    school = make_school(app, office)
    plan = make_plan(app, office, NODES)

    with pytest.raises(Refused, match="not-issued"):
        over(app, office, lambda: service.send_to_more(plan.id, [school.id], None))


def test_units_of_another_office_are_refused_as_if_they_did_not_exist(app: Flask) -> None:
    office = make_office(app)
    own, stranger = make_school(app, office), make_school(app, make_office(app))
    plan = make_plan(app, office, NODES)

    for target in (stranger, office):
        with pytest.raises(NotFound):
            issue_to(app, plan, own, target)
    assert_nothing_was_issued(app, office)


def assert_nothing_was_issued(app: Flask, office: UnitRef) -> None:
    with in_unit(app, office) as session:
        assert session.scalars(select(PlanVersion)).all() == []
        assert session.scalars(select(PlanDispatch)).all() == []
        assert session.scalars(select(Job).where(Job.kind == service.RECEIVE)).all() == []


def test_another_offices_plan_cannot_be_issued_from_here(app: Flask) -> None:
    office, other = make_office(app), make_office(app)
    school = make_school(app, office)
    theirs = make_plan(app, other, NODES)

    with pytest.raises(NotFound):
        over(app, office, lambda: service.issue_to(theirs.id, [school.id], document(), None))


def test_a_unit_the_plan_is_not_for_is_refused_and_nothing_is_issued(app: Flask) -> None:
    office = make_office(app)
    school = make_school(app, office, "lower_secondary")
    plan = make_plan(app, office, NODES)
    with in_unit(app, office) as session:
        session.get(Plan, (office.id, plan.id)).levels = ["preschool"]

    with pytest.raises(Refused, match="not-concerned"):
        issue_to(app, plan, school)
    assert_nothing_was_issued(app, office)


def test_choosing_nobody_is_refused(app: Flask) -> None:
    plan = make_plan(app, make_office(app), NODES)

    with pytest.raises(Refused, match="no-target"):
        issue_to(app, plan)


def test_when_the_document_is_refused_no_job_is_queued(app: Flask) -> None:
    office = make_office(app)
    school = make_school(app, office)
    plan = make_plan(app, office, NODES)

    with pytest.raises(Refused, match="incomplete"):
        issue_to(app, plan, school, signer_name="")
    assert_nothing_was_issued(app, office)


def test_a_schools_document_of_the_same_number_is_no_obstacle(app: Flask) -> None:
    office = make_office(app)
    school = make_school(app, office)
    plan = make_plan(app, office, NODES)
    own = make_plan(app, school, NODES)
    with in_unit(app, school):
        plan_service.issue(own.id, document("77"), None)

    assert issue_to(app, plan, school, number="77") == 1


def test_the_next_version_is_offered_to_those_who_have_the_first(app: Flask) -> None:
    office = make_office(app)
    school = make_school(app, office)
    plan = make_plan(app, office, NODES)
    issue_to(app, plan, school)
    with in_unit(app, office):
        plan_service.begin_amendment(plan.id, None)

    def look() -> None:
        found = queries.candidates(scope.get_own(Plan, plan.id))
        assert [one.sent_at for one in found.offered] == [None]
        assert found.in_groups(["tier:school"]) == {school.id}

    over(app, office, look)


@pytest.mark.usually("sqlite")
def test_issuing_costs_the_same_for_one_and_for_sixty_schools(app: Flask) -> None:
    sent = []
    for number in (1, 60):
        office = make_office(app)
        schools = [make_school(app, office) for _n in range(number)]
        plan = make_plan(app, office, NODES)
        with count_queries() as statements:
            issue_to(app, plan, *schools)
        sent.append(statements)

    assert len(sent[0]) == len(sent[1])


def test_a_school_that_failed_is_named_with_the_reason_and_tried_again(app: Flask) -> None:
    office = make_office(app)
    school, other = make_school(app, office, name="Trường Tiểu học Đồi Sim"), make_school(app, office)
    plan = make_plan(app, office, NODES)
    issue_to(app, plan, school, other)
    with app.app_context(), transaction() as session:
        [job] = session.scalars(select(Job).where(Job.kind == service.RECEIVE, Job.unit_id == school.id))
        job.state, job.error = "dead", "Traceback...\ntenants.errors.Refused: some-code: Trường đang khóa kế hoạch."
    run_jobs(app)

    def look() -> None:
        found = queries.progress(plan.id, 1)
        assert [(one.unit.name, one.sentence, one.final) for one in found.failures] == [
            ("Trường Tiểu học Đồi Sim", "Trường đang khóa kế hoạch.", True)
        ]
        assert (found.received, found.settled) == (1, True)

    over(app, office, look)
    assert over(app, office, lambda: service.retry_failed(plan.id, 1, None)) == 1
    run_jobs(app)
    assert progress(app, plan).received == 2
    assert progress(app, plan).failures == ()


def test_a_crash_is_not_shown_to_the_officer_as_code() -> None:
    sentence = queries.reason("Traceback (most recent call last):\nsqlalchemy.exc.OperationalError: database is locked")

    assert "sqlalchemy" not in sentence
    assert "Gửi lại" in sentence


@pytest.mark.parametrize(
    ("unit_levels", "plan_levels", "is_concerned"),
    [
        (["preschool"], [], True),
        ([], ["preschool"], True),
        (["primary", "lower_secondary"], ["lower_secondary", "upper_secondary"], True),
        (["primary"], ["preschool"], False),
    ],
)
def test_whom_a_plan_concerns(unit_levels: list[str], plan_levels: list[str], is_concerned: bool) -> None:
    assert concerned(unit_levels, plan_levels) is is_concerned


def test_candidates_are_grouped_by_level_and_by_cluster(app: Flask) -> None:
    office = make_office(app)
    cluster = make_unit(app, "cluster", "Cụm Suối Mơ", office)
    preschool, primary = make_school(app, office, "preschool"), make_school(app, cluster, "primary")
    make_school(app, make_office(app))
    plan = make_plan(app, office, NODES)

    def look() -> None:
        found = queries.candidates(scope.get_own(Plan, plan.id))
        assert {one.unit.id for one in found.offered} == {cluster.id, preschool.id, primary.id}
        assert found.in_groups(["level:preschool"]) == {preschool.id}
        assert found.in_groups([f"under:{cluster.id}"]) == {primary.id}
        assert found.in_groups(["level:nothing"]) == set()

    over(app, office, look)


def test_a_plan_handed_on_by_an_office_reaches_its_schools(app: Flask) -> None:
    department = make_unit(app, "department")
    office = make_office(app, under=department)
    school = make_school(app, office)
    plan = make_plan(app, department, NODES)
    issue_to(app, plan, office)
    run_jobs(app)
    with in_unit(app, office) as session:
        [own] = session.scalars(select(Plan.id)).all()
    issue_to(app, PlanRef(own, office, {}), school)
    run_jobs(app)

    assert "Đánh giá học sinh tiểu học" in titles(app, school)
