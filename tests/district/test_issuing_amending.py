"""An office amends its plan: it sees the effects first, its request does not grow with the schools, and one school's
failure holds nobody up.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import article_builders as articles
import pytest
from builders import UnitRef, in_unit, make_office, make_person, make_school, run_jobs
from flask import Flask
from plan_builders import PlanRef, document, issue, make_plan, tree_of
from queries import count_queries
from sqlalchemy import Engine, event, func, select, update

from district.issuing import amending, effects
from district.issuing.service import RECEIVE, issue_to
from tenants import clock, scope
from tenants.content import states
from tenants.content.models import Article
from tenants.db import db, transaction
from tenants.errors import Refused
from tenants.jobs.models import Job
from tenants.jobs.worker import Worker
from tenants.notices import queries as notices
from tenants.notices.models import Notice
from tenants.plans import life_service, queries, service, takeover
from tenants.plans.models import Plan, PlanNode
from tenants.plans.takeover_models import PlanTakeover
from tenants.plans.values import NodeValues
from tenants.units import service as unit_service
from tenants.units.models import Unit

NODES = {
    "safety": NodeValues(title="An toàn", body="Lời cũ."),
    "reading": NodeValues(title="Đọc sách", body="Đọc.", policies={"body": "locked"}),
    "boarding": NodeValues(title="Bán trú", body="Bữa ăn."),
}


@pytest.fixture
def master(app: Flask) -> PlanRef:
    return make_plan(app, make_office(app, "UBND xã Hoa Sim"), NODES)


def send(app: Flask, master: PlanRef, schools: list[UnitRef]) -> list[PlanRef]:
    """Issue the plan to schools and let them receive it."""
    with in_unit(app, master.unit):
        issue_to(master.id, [unit.id for unit in schools], document(), None)
    run_jobs(app)
    found = []
    for unit in schools:
        with in_unit(app, unit):
            found.append(PlanRef(db.session.scalars(select(Plan.id)).one(), unit, master.nodes))
    return found


def draft(app: Flask, master: PlanRef, **bodies: str) -> None:
    with in_unit(app, master.unit):
        service.begin_amendment(master.id, None)
        for name, body in bodies.items():
            service.edit_node(master.id, master.nodes[name], node_values(name, body), None)


def node_values(name: str, body: str) -> NodeValues:
    return NodeValues(title=NODES[name].title, body=body, policies=NODES[name].policies)


def amend(app: Flask, master: PlanRef, **fields: Any) -> int:
    with in_unit(app, master.unit):
        return amending.issue_amendment(master.id, document(**fields), None).version


def results(app: Flask, master: PlanRef, version: int, **kind: Any) -> amending.Results:
    with in_unit(app, master.unit, scope.Kind.OVERSIGHT):
        return amending.results(master.id, version, **kind)


def units_in(app: Flask, master: PlanRef, version: int, state: str) -> list[int]:
    with in_unit(app, master.unit, scope.Kind.OVERSIGHT):
        return [unit.id for unit, _row in amending.results(master.id, version, state=state).rows]


def body(app: Flask, plan: PlanRef, name: str) -> str:
    return next(one.body for one in tree_of(app, plan) if one.node_id == plan.nodes[name])


def localize(app: Flask, plan: PlanRef) -> None:
    with in_unit(app, plan.unit):
        service.adapt(plan.id, plan.nodes["safety"], {"body": "Lời của trường."}, None)


def test_the_office_sees_the_effects_before_it_issues(app: Flask, master: PlanRef) -> None:
    plans = send(app, master, [make_school(app, master.unit) for _number in range(4)])
    localize(app, plans[0])
    with in_unit(app, plans[1].unit):
        service.omit(plans[1].id, master.nodes["safety"], "Không hợp", None)
    with in_unit(app, plans[2].unit):
        service.add_node(plans[2].id, master.nodes["boarding"], NodeValues(title="Thực đơn"), None)
    draft(app, master, safety="Lời mới.")
    with in_unit(app, master.unit):
        service.remove_node(master.id, master.nodes["boarding"], None)

    def preview() -> effects.Effects:
        with in_unit(app, master.unit, scope.Kind.OVERSIGHT):
            return effects.preview_effects(master.id)

    with count_queries() as few:
        found = preview()
    assert (found.units, found.by_themselves, found.adapted, found.hidden, found.orphaned) == (4, 2, 1, 1, 1)
    assert {one.change.title: (one.adapted, one.hidden, one.orphaned) for one in found.nodes} == {
        "An toàn": (1, 1, 0), "Bán trú": (0, 0, 1),
    }  # fmt: skip
    localize(app, plans[2])
    localize(app, plans[3])
    with count_queries() as more:
        assert preview().adapted == 3
    assert len(more) == len(few)


def statements_of_issuing(app: Flask, schools: int) -> int:
    master = make_plan(app, make_office(app), NODES)
    plans = send(app, master, [make_school(app, master.unit) for _number in range(schools)])
    draft(app, master, safety="Lời mới.")
    with in_unit(app, master.unit) as session:
        waiting = session.scalar(select(func.count(Job.id)))
    with count_queries() as sent:
        version = amend(app, master)
    with in_unit(app, master.unit) as session:
        assert session.scalar(select(func.count(Job.id))) == waiting + 1
        rows = select(func.count(PlanNode.id)).where(PlanNode.plan_id == master.id, PlanNode.from_version == version)
        assert session.scalar(rows) == 1
    run_jobs(app)
    assert [body(app, plan, "safety") for plan in plans] == ["Lời mới."] * schools
    return len(sent)


@pytest.mark.usually("sqlite")
def test_the_offices_request_does_not_grow_with_the_schools(app: Flask) -> None:
    assert statements_of_issuing(app, 1) == statements_of_issuing(app, 6)


def test_everybody_who_has_the_plan_gets_the_amendment_once_and_the_office_sees_what_became_of_it(
    app: Flask, master: PlanRef
) -> None:
    plans = send(app, master, [make_school(app, master.unit) for _number in range(3)])
    localize(app, plans[0])
    draft(app, master, safety="Lời mới.")
    version = amend(app, master, change_class="urgent")
    assert results(app, master, version).handing_out
    with in_unit(app, master.unit):
        assert amending.hand_out(master.id, version, most=2) == 2
    run_jobs(app)
    with in_unit(app, master.unit):
        assert amending.hand_out(master.id, version) == 0
    found = results(app, master, version)
    assert (found.handing_out, found.total, found.states) == (False, 3, {"needs_decision": 1, "taken": 2})
    assert units_in(app, master, version, "needs_decision") == [plans[0].unit.id]
    with in_unit(app, plans[0].unit):
        takeover.acknowledge_version(takeover.taken(plans[0].id)[0].id, None)
    assert results(app, master, version).acknowledged == 1


def statements_of_taking_over(app: Flask, schools: int) -> tuple[int, dict[str, int]]:
    """Return how many statements the schools take together that put nothing aside, and what became of all."""
    master = make_plan(app, make_office(app), NODES)
    plans = send(app, master, [make_school(app, master.unit) for _number in range(schools)])
    asked = [plans[0], *plans[4:]]
    for plan in asked:
        localize(app, plan)
    with in_unit(app, plans[1].unit):
        service.adapt(plans[1].id, master.nodes["boarding"], {"body": "Bữa ăn ở trường này."}, None)
    with in_unit(app, plans[2].unit):
        service.adapt(plans[2].id, master.nodes["safety"], {"body": "Lời mới."}, None)
    Worker(app).run_until_idle()
    draft(app, master, safety="Lời mới.")
    version = amend(app, master)
    assert Worker(app).run_once() == 1, "the job that hands out"
    with count_queries() as sent:
        assert Worker(app).run_once() == 1, "the job that does it for all"
    with in_unit(app, master.unit) as session:
        left = list(session.scalars(select(Job.unit_id).where(Job.kind == RECEIVE)))
        due = session.scalar(select(func.count(Job.id)).where(Job.kind == RECEIVE, Job.run_at <= clock.now()))
    assert left == [plans[2].unit.id] and due == 1, "the school whose words fall away takes it over by itself"
    found = results(app, master, version)
    assert found.waiting_for_worker == 1
    run_jobs(app)
    for plan in plans:
        assert body(app, plan, "safety") == ("Lời của trường." if plan in asked else "Lời mới.")
        with in_unit(app, plan.unit):
            assert [row.local_value for row in takeover.decisions(plan.id)] == ["Lời của trường."] * (plan in asked)
            told = db.session.scalars(select(Notice.text).where(Notice.key.startswith("plan.takeover:"))).all()
            assert ["Có 1 nội dung cần đơn vị quyết định" in text for text in told] == [True] * (plan in asked)
    assert body(app, plans[1], "boarding") == "Bữa ăn ở trường này."
    return len(sent), results(app, master, version).states


def test_schools_take_it_over_together_in_a_constant_number_of_statements_also_those_that_are_asked(app: Flask) -> None:
    few, states = statements_of_taking_over(app, 3)
    more, more_states = statements_of_taking_over(app, 6)
    assert few == more
    assert (states, more_states) == ({"needs_decision": 1, "taken": 2}, {"needs_decision": 3, "taken": 3})


def test_the_schools_own_jobs_do_it_when_the_one_for_all_never_runs(app: Flask, master: PlanRef) -> None:
    """A worker was killed again and again while it did them together: later each school does it by itself."""
    plans = send(app, master, [make_school(app, master.unit) for _number in range(2)])
    draft(app, master, safety="Lời mới.")
    version = amend(app, master)
    assert Worker(app).run_once() == 1
    with in_unit(app, master.unit):
        db.session.execute(update(Job).where(Job.kind == amending.TOGETHER).values(state="dead"))
    run_jobs(app)
    assert results(app, master, version).waiting_for_worker == 2
    with clock.frozen(clock.now() + amending.BY_THEMSELVES_AFTER):
        run_jobs(app)
    assert [body(app, plan, "safety") for plan in plans] == ["Lời mới."] * 2
    assert results(app, master, version).states == {"taken": 2}


def test_what_a_school_does_meanwhile_is_seen(app: Flask, master: PlanRef) -> None:
    """Own words written, a school moved away, and the version received after the jobs were handed out."""
    plans = send(app, master, [make_school(app, master.unit) for _number in range(4)])
    draft(app, master, safety="Lời mới.")
    version = amend(app, master)
    assert Worker(app).run_once() == 1
    localize(app, plans[0])
    other = make_office(app)
    with app.app_context(), transaction() as session:
        moved, office = session.get(Unit, plans[1].unit.id), session.get(Unit, other.id)
        unit_service.place_under(moved, office, on=clock.today())
    with in_unit(app, plans[2].unit):
        service.receive(master.unit.id, master.id, version)
    run_jobs(app)
    found = results(app, master, version)
    assert found.states == {"needs_decision": 1, "taken": 2}
    with in_unit(app, plans[1].unit):
        assert [row.state for row in takeover.taken(plans[1].id)] == ["failed"], "its office stands above it no more"


@contextmanager
def database_breaks(when: Any) -> Iterator[None]:
    """Let the database refuse the statements for which ``when(statement, parameters)`` holds."""

    def refuse(_conn: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        if not statement.startswith("BEGIN") and when(statement, parameters):
            raise ConnectionError("the database is gone")

    event.listen(Engine, "before_cursor_execute", refuse)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", refuse)


def test_one_schools_failure_is_written_down_tried_again_and_holds_nobody_up(app: Flask, master: PlanRef) -> None:
    plans = send(app, master, [make_school(app, master.unit) for _number in range(3)])
    draft(app, master, safety="Lời mới.")
    version = amend(app, master)
    taken_over: list[str] = []

    def all_at_once_and_then_the_first(statement: str, _parameters: Any) -> bool:
        if not statement.startswith("INSERT INTO plan_change_set"):
            return False
        taken_over.append(statement)
        return len(taken_over) <= 2

    with database_breaks(all_at_once_and_then_the_first):
        run_jobs(app)
    assert len(taken_over) == 4
    assert sorted(body(app, plan, "safety") for plan in plans) == ["Lời cũ.", "Lời mới.", "Lời mới."]
    (failed,) = units_in(app, master, version, "failed")
    (broken,) = [plan for plan in plans if plan.unit.id == failed]
    assert body(app, broken, "safety") == "Lời cũ."
    with in_unit(app, broken.unit):
        assert "được giữ nguyên" in (takeover.taken(broken.id)[0].error or "")
    with in_unit(app, master.unit):
        db.session.execute(update(Job).where(Job.state == "ready").values(run_at=clock.now()))
    run_jobs(app)
    assert body(app, broken, "safety") == "Lời mới."
    assert results(app, master, version).states == {"taken": 3}


@pytest.mark.database("sqlite")
def test_a_crash_while_anything_is_written_leaves_nothing_or_everything(app: Flask, master: PlanRef) -> None:
    (plan,) = send(app, master, [make_school(app, master.unit)])
    localize(app, plan)
    draft(app, master, safety="Lời mới.", boarding="Khác.")
    version = issue(app, master)

    def everything() -> Any:
        with in_unit(app, plan.unit) as session:
            rows = session.scalar(select(func.count(PlanTakeover.id)))
            working = queries.working_plan(plan.id).working
            return rows, working.layer, [base.key for base in working.bases], takeover.archive(plan.id)

    def writes(crash_at: int) -> int:
        """Take over and crash at one of the writes; return how many there were."""
        seen = [0]

        def now(statement: str, _parameters: Any) -> bool:
            seen[0] += statement.startswith(("INSERT", "UPDATE", "DELETE"))
            return seen[0] == crash_at

        try:
            with database_breaks(now), in_unit(app, plan.unit):
                service.receive(master.unit.id, master.id, version)
        except ConnectionError:
            pass
        return seen[0]

    before = everything()
    for crash_at in range(1, 100, 2):
        done = writes(crash_at)
        # The error held the broken connection, and with it SQLite's write lock, until it is collected.
        gc.collect()
        if done < crash_at:
            break
        assert everything() == before
    assert done > 8 and body(app, plan, "boarding") == "Khác." and body(app, plan, "safety") == "Lời của trường."


@pytest.mark.database("sqlite")
def test_an_amendment_withdrawn_before_it_was_handed_out_goes_to_nobody(app: Flask, master: PlanRef) -> None:
    (plan,) = send(app, master, [make_school(app, master.unit)])
    draft(app, master, safety="Lời mới.")
    amend(app, master)
    clerk = make_person(app, master.unit, "head")
    with in_unit(app, master.unit):
        life_service.revoke(master.id, document("88", notation="TB-THU", reason="Sai thẩm quyền"), clerk.id)
    run_jobs(app)
    assert body(app, plan, "safety") == "Lời cũ."
    with in_unit(app, plan.unit) as session:
        assert session.scalars(select(PlanTakeover)).all() == []


def test_only_a_draft_amendment_is_issued_as_one(app: Flask, master: PlanRef) -> None:
    send(app, master, [make_school(app, master.unit)])
    with pytest.raises(Refused, match="không có bản điều chỉnh"):
        amend(app, master)
    draft(app, master)
    with pytest.raises(Refused, match="loại thay đổi"):
        amend(app, master, change_class="bogus")


def test_a_school_asks_and_the_office_answers(app: Flask, master: PlanRef) -> None:
    (plan,) = send(app, master, [make_school(app, master.unit)])
    localize(app, plan)
    draft(app, master, safety="Lời mới.")
    amend(app, master)
    run_jobs(app)
    with in_unit(app, plan.unit):
        (row,) = takeover.decisions(plan.id)
        takeover.decide(row.id, "ask", None, question="Giữ được không?")
    with in_unit(app, master.unit, scope.Kind.OVERSIGHT):
        (asked,) = amending.questions(master.id)
        assert (asked.unit.id, asked.words) == (plan.unit.id, "Giữ được không?")
        amending.answer_question(asked.unit.id, asked.id, "Được.", None)
    run_jobs(app)
    with in_unit(app, plan.unit):
        (row,) = takeover.decisions(plan.id)
        assert (row.state, row.answer) == ("asked", "Được.")


def told_at_office(app: Flask, master: PlanRef) -> list[str]:
    run_jobs(app)
    with in_unit(app, master.unit):
        return [row.text for row in notices.open_for(["officer"]) if row.endpoint == "plan_questions.index"]


def test_the_office_is_told_of_questions_until_they_are_answered_or_settled(app: Flask, master: PlanRef) -> None:
    office = master.unit
    first, second = send(app, master, [make_school(app, office, name=name) for name in ("Trường Một", "Trường Hai")])
    localize(app, first)
    localize(app, second)
    draft(app, master, safety="Lời mới.")
    amend(app, master)
    run_jobs(app)
    assert told_at_office(app, master) == []
    for plan in (first, second):
        with in_unit(app, plan.unit):
            (row,) = takeover.decisions(plan.id)
            takeover.decide(row.id, "ask", None, question="Giữ được không?")
    with in_unit(app, office, scope.Kind.OVERSIGHT):
        subject = queries.working_plan(master.id).plan.subject
    told = {f"{name} hỏi về kế hoạch «{subject}»: «Giữ được không?»" for name in ("Trường Một", "Trường Hai")}
    assert set(told_at_office(app, master)) == told
    with in_unit(app, office, scope.Kind.OVERSIGHT):
        asked = next(one for one in amending.questions(master.id) if one.unit.id == first.unit.id)
        amending.answer_question(asked.unit.id, asked.id, "Được.", None)
    (left,) = told_at_office(app, master)
    assert left.startswith("Trường Hai")
    with in_unit(app, second.unit):
        (row,) = takeover.decisions(second.id)
        takeover.decide(row.id, "keep", None)
    assert told_at_office(app, master) == []


def test_a_changed_lock_suspends_approved_articles_and_asks_to_look_at_published_ones(
    app: Flask, master: PlanRef
) -> None:
    team = articles.make_team(app, office=master.unit)
    (plan,) = send(app, master, [team.unit])
    issue(app, plan)
    waiting = articles.approved(app, team, node_id=master.nodes["reading"])
    other = articles.approved(app, team, node_id=master.nodes["safety"])
    published = articles.approved(app, team, node_id=master.nodes["reading"])
    with in_unit(app, team.unit) as session:
        session.get(Article, (team.unit.id, published.id)).state = states.PUBLISHED
    draft(app, master, reading="Đọc to.", safety="Lời mới.")
    with in_unit(app, master.unit, scope.Kind.OVERSIGHT):
        assert effects.preview_effects(master.id).articles == 3
    amend(app, master)
    run_jobs(app)
    with in_unit(app, team.unit) as session:
        rows = {row.id: row for row in session.scalars(select(Article))}
        held = rows[waiting.id]
        assert (held.state, held.approved_revision_id) == (states.RETURNED, None)
        assert "UBND xã Hoa Sim đã thay đổi nội dung bắt buộc" in (held.suspended_reason or "")
        assert (rows[other.id].state, rows[published.id].state) == (states.APPROVED, states.PUBLISHED)
        told = {row.key.split(":")[0] for row in session.scalars(select(Notice)) if row.key.startswith("article.")}
        assert told == {"article.suspended", "article.plan-changed"}
    articles.submit(app, team.unit, team.author, articles.article_ref(app, team.unit, waiting.id))
    with in_unit(app, team.unit) as session:
        assert session.get(Article, (team.unit.id, waiting.id)).suspended_reason is None


def test_a_correction_of_wording_suspends_nothing(app: Flask, master: PlanRef) -> None:
    team = articles.make_team(app, office=master.unit)
    (plan,) = send(app, master, [team.unit])
    issue(app, plan)
    ref = articles.approved(app, team, node_id=master.nodes["reading"])
    draft(app, master, reading="Đọc!")
    amend(app, master, change_class="wording")
    run_jobs(app)
    assert articles.article_ref(app, team.unit, ref.id).state == states.APPROVED
