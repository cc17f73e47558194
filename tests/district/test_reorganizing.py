"""Units that move, merge, split and change their names in the middle of a plan year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import pytest
from builders import (
    PersonRef,
    UnitRef,
    in_unit,
    make_office,
    make_person,
    make_school,
    make_unit,
    run_jobs_and_periodic_work,
)
from district_builders import make_newsroom, publish_rows
from flask import Flask
from plan_builders import PlanRef, document, issue, make_plan
from queries import count_queries
from sqlalchemy import select, text

from district.issuing import amending
from district.issuing import service as issuing
from district.oversight import activity, changes, directory, reorganizing
from district.oversight.activity import Filters
from district.oversight.changes import Wish
from tenants import clock, scope
from tenants.accounts import queries as accounts
from tenants.db import db, transaction
from tenants.errors import NotFound, Refused
from tenants.plans import queries as plans
from tenants.plans import service as plan_service
from tenants.plans import takeover
from tenants.plans.models import Adoption
from tenants.plans.tree import walk
from tenants.plans.values import NodeValues
from tenants.publishing.models import Delivery
from tenants.scope import Kind
from tenants.statistics import service as statistics
from tenants.statistics.periods import first_of_month
from tenants.units import lineage
from tenants.units import queries as tree
from tenants.units.models import Unit, UnitChange

REASON = "Quyết định số 15/QĐ-UBND của xã Hoa Sim"


@dataclass(frozen=True)
class World:
    first: UnitRef
    second: UnitRef
    department: UnitRef
    school: UnitRef
    officer: PersonRef


@pytest.fixture
def world(app: Flask) -> World:
    department = make_unit(app, "department", "Sở Thử Nghiệm")
    first = make_office(app, "Xã Đồi Sim", department)
    second = make_office(app, "Xã Suối Mơ", department)
    school = make_school(app, first, name="Trường Tiểu học Đồi Sim")
    return World(first, second, department, school, make_person(app, department, "officer"))


@contextmanager
def office(app: Flask, unit: UnitRef) -> Iterator[None]:
    with app.app_context():
        scope.enter(scope.Scope(unit.id, Kind.OVERSIGHT, tree.superior_ids(unit.id)))
        with transaction():
            yield


def decide(app: Flask, world: World, kind: str, *unit_ids: int, on: dt.date | None = None, **known: object) -> int:
    with office(app, world.department):
        wish = Wish(kind, unit_ids, on or clock.today(), **known)  # type: ignore[arg-type]
        return reorganizing.decide(wish, REASON, world.officer.id).id


def state_of(app: Flask, change_id: int) -> tuple[str, str]:
    with app.app_context():
        change = db.session.get_one(UnitChange, change_id)
        return change.state, change.problem


def handed_down(app: Flask, unit: UnitRef, target: UnitRef, title: str) -> PlanRef:
    """Let an office issue a plan of one topic to one of its units."""
    plan = make_plan(app, unit, {"topic": NodeValues(kind="topic", title=title)}, subject=f"Kế hoạch của {unit.name}")
    issue(app, plan)
    with in_unit(app, unit):
        issuing.send_to_more(plan.id, [target.id], None)
    run_jobs_and_periodic_work(app)
    return plan


def plan_of(app: Flask, school: UnitRef, base: PlanRef) -> PlanRef:
    with in_unit(app, school) as session:
        rows = select(Adoption.plan_id).where(Adoption.unit_id == school.id, Adoption.base_plan_id == base.id)
        return PlanRef(session.scalars(rows).one(), school, base.nodes)


def words_of(app: Flask, reader: UnitRef, plan: PlanRef, kind: Kind = Kind.UNIT) -> tuple[bool, list[str]]:
    with in_unit(app, reader, kind):
        issued = plans.issued_plan(plan.unit.id, plan.id)
        return issued.complete, [node.node.text for node in walk(issued.tree)]


def total(app: Flask, unit: UnitRef) -> int:
    with office(app, unit):
        below = directory.read(unit.id)
        today = clock.today()
        filters = Filters(first_of_month(today - dt.timedelta(days=95)), first_of_month(today))
        return activity.report(below, filters, None).total


def rebuild(app: Flask, unit: UnitRef, *days: dt.date) -> None:
    with in_unit(app, unit):
        for day in days:
            statistics.rebuild_month(day)


def test_a_school_moves_in_the_middle_of_a_plan_year(app: Flask, world: World) -> None:
    base = handed_down(app, world.first, world.school, "Chủ đề của xã cũ")
    neighbour = make_school(app, world.second)
    new_base = handed_down(app, world.second, neighbour, "Chủ đề của xã mới")
    own = plan_of(app, world.school, base)
    issue(app, own)
    room = make_newsroom(app, world.school)
    today = clock.today()
    earlier = first_of_month(today) - dt.timedelta(days=10)
    publish_rows(app, room, earlier.isoformat(), "Bài đăng khi còn thuộc xã cũ")
    rebuild(app, world.school, earlier, today)

    change_id = decide(app, world, "move", world.school.id, target_id=world.second.id)
    run_jobs_and_periodic_work(app)
    assert state_of(app, change_id) == ("done", "")
    publish_rows(app, room, today.isoformat(), "Bài đăng khi đã thuộc xã mới")
    rebuild(app, world.school, earlier, today)

    assert "Chủ đề của xã cũ" in words_of(app, world.school, own)[1]
    assert words_of(app, world.school, own)[0] is True
    assert "Chủ đề của xã cũ" in words_of(app, world.second, own, Kind.OVERSIGHT)[1]
    with pytest.raises(NotFound):
        words_of(app, world.school, base)
    with pytest.raises(NotFound):
        words_of(app, world.first, own, Kind.OVERSIGHT)
    with in_unit(app, world.school):
        working = plans.working_plan(own.id)
        assert "Chủ đề của xã cũ" in [node.node.text for node in walk(working.tree)]
        adopted = db.session.scalars(select(Adoption.base_plan_id).order_by(Adoption.id)).all()
    assert adopted == [base.id, new_base.id], "the new superior's plan came by the usual job"
    assert (total(app, world.first), total(app, world.second), total(app, world.department)) == (1, 1, 2)


def test_an_amendment_can_be_issued_on_what_was_kept(app: Flask, world: World) -> None:
    base = handed_down(app, world.first, world.school, "Chủ đề của xã cũ")
    own = plan_of(app, world.school, base)
    issue(app, own)
    decide(app, world, "move", world.school.id, target_id=world.second.id)
    run_jobs_and_periodic_work(app)
    with in_unit(app, world.school):
        plan_service.begin_amendment(own.id, None)
        plan_service.add_node(own.id, "", NodeValues(kind="section", title="Phần trường thêm"), None)
    issue(app, own)
    complete, words = words_of(app, world.school, own)
    assert complete
    assert {"Chủ đề của xã cũ", "Phần trường thêm"} <= set(words)


def test_a_move_in_the_future_waits_for_its_day(app: Flask, world: World) -> None:
    tomorrow = clock.today() + dt.timedelta(days=1)
    change_id = decide(app, world, "move", world.school.id, on=tomorrow, target_id=world.second.id)
    run_jobs_and_periodic_work(app)
    assert state_of(app, change_id)[0] == "planned"
    with app.app_context():
        assert world.first.id in tree.superior_ids(world.school.id)
        assert tree.superior_ids(world.school.id, tomorrow) == {world.second.id, world.department.id}
    with clock.frozen(clock.now() + dt.timedelta(days=1)):
        with app.app_context():
            assert world.second.id in tree.superior_ids(world.school.id), "the closure knows the day by itself"
        run_jobs_and_periodic_work(app)
    assert state_of(app, change_id)[0] == "done"


def amend(app: Flask, base: PlanRef, node_id: str, title: str) -> None:
    with in_unit(app, base.unit, Kind.OVERSIGHT):
        plan_service.begin_amendment(base.id, None)
        plan_service.edit_node(base.id, node_id, NodeValues(kind="topic", title=title), None)
        amending.issue_amendment(base.id, document(change_class="content"), None)
    run_jobs_and_periodic_work(app)


def test_what_waits_in_a_school_goes_with_it_when_it_moves(app: Flask, world: World, client_for) -> None:  # type: ignore[no-untyped-def]
    base = handed_down(app, world.first, world.school, "Chủ đề của xã cũ")
    own = plan_of(app, world.school, base)
    with in_unit(app, world.school):
        plan_service.adapt(own.id, base.nodes["topic"], {"title": "Chủ đề theo cách của trường"}, None)
    amend(app, base, base.nodes["topic"], "Chủ đề đã sửa của xã cũ")
    principal = make_person(app, world.school, "principal")
    room = make_newsroom(app, world.school)
    tomorrow = (clock.today() + dt.timedelta(days=1)).isoformat()
    waiting = publish_rows(app, room, tomorrow, "Bài hẹn giờ", state="scheduled")
    with office(app, world.first):
        assert changes.preview([], [world.school.id]).questions == 1
    decide(app, world, "move", world.school.id, target_id=world.second.id)
    run_jobs_and_periodic_work(app)

    with in_unit(app, world.school) as session:
        delivery = session.get(Delivery, (world.school.id, waiting.delivery_id))
        assert delivery.state == "scheduled", "what was promised to the public does not change with the superior"
        (decision,) = takeover.decisions(own.id)
        assert decision.local_value == "Chủ đề theo cách của trường"
        decision_id = decision.id
    with app.app_context():
        assert accounts.roles_in(principal.id, world.school.id) == {"principal"}
    client = client_for(principal)
    address = f"/u/{world.school.slug}/plans/{own.id}/decisions"
    assert "Chủ đề đã sửa của xã cũ" in client.get(f"{address}/{decision_id}").text
    with in_unit(app, world.school):
        takeover.decide(decision_id, "take", None)
    assert "Chủ đề đã sửa của xã cũ" in client.get(f"/u/{world.school.slug}/plans/{own.id}").text
    results = client_for(make_person(app, world.first, "officer")).get(
        f"/o/{world.first.slug}/plans/{base.id}/amendment/2"
    )
    assert "không còn thuộc cơ quan" in results.text
    assert "hx-get" not in results.text, "nobody waits for a unit that left"


@pytest.mark.database("postgresql")
def test_below_the_orm_too_each_superior_reads_its_own_days(app: Flask, world: World) -> None:
    room = make_newsroom(app, world.school)
    earlier = first_of_month(clock.today()) - dt.timedelta(days=40)
    publish_rows(app, room, earlier.isoformat(), "Bài đăng khi còn thuộc xã cũ")
    rebuild(app, world.school, earlier)

    def seen(unit: UnitRef) -> tuple[int, int]:
        with app.app_context(), db.engine.begin() as connection:
            for name in ("app.unit_id", "app.oversight_id"):
                connection.execute(
                    text("select set_config(:name, :value, true)"), {"name": name, "value": str(unit.id)}
                )
            rows = connection.execute(text("select count(*) from delivery")).scalar_one()
            return rows, connection.execute(text("select count(*) from month_fact")).scalar_one()

    before = seen(world.first)
    assert before[0] == 1 and before[1]
    assert seen(world.second) == (0, 0)
    # The database has a clock of its own, and leaves a day for time zones: this was decided two days ago.
    with clock.frozen(clock.now() - dt.timedelta(days=2)):
        decide(app, world, "move", world.school.id, target_id=world.second.id)
        run_jobs_and_periodic_work(app)
    assert seen(world.first) == (0, before[1]), "the totals of its days stay, the school's rows are no longer open"
    assert seen(world.second) == (1, 0), "what the school published, but no total of days before"


def test_two_schools_merge_into_one_that_stays(app: Flask, world: World, client_for) -> None:  # type: ignore[no-untyped-def]
    base = handed_down(app, world.first, world.school, "Chủ đề của xã")
    own = plan_of(app, world.school, base)
    issue(app, own)
    successor = make_school(app, world.first, name="Trường Tiểu học Suối Mơ")
    person, staying = make_person(app, world.school, "principal"), make_person(app, world.school, "author")
    room = make_newsroom(app, world.school)
    old = publish_rows(app, room, (clock.today() - dt.timedelta(days=40)).isoformat(), "Bài cũ của trường cũ")
    waiting = publish_rows(app, room, "2026-09-20", "Bài hẹn giờ", state="scheduled")
    rebuild(app, world.school, clock.today() - dt.timedelta(days=40))

    change_id = decide(
        app, world, "merge", world.school.id, successor_id=successor.id, people=((world.school.id, person.id, 0),)
    )
    run_jobs_and_periodic_work(app)
    assert state_of(app, change_id) == ("done", "")
    with app.app_context():
        assert accounts.roles_in(person.id, successor.id) == {"principal"}
        assert accounts.roles_in(person.id, world.school.id) == frozenset()
        assert accounts.roles_in(staying.id, successor.id) == frozenset()
        assert [step.unit.id for step in lineage.predecessors(successor.id, clock.today())] == [world.school.id]
        assert [step.unit.id for step in lineage.successors(world.school.id)] == [successor.id]
        with pytest.raises(NotFound):
            tree.by_slug(world.school.slug)
    assert total(app, world.first) == 1, "what the merged school published stays with its office"
    with in_unit(app, world.school) as session:
        row = session.get(Delivery, (world.school.id, waiting.delivery_id))
        assert row.state == "needs_person"
        assert "kết thúc hoạt động" in row.sentence

    client = client_for()
    moved = client.get(f"/s/{world.school.slug}/")
    assert (moved.status_code, moved.headers["Location"]) == (301, f"/s/{successor.slug}/")
    assert client.get(f"/s/{world.school.slug}/tin-bai/").headers["Location"] == f"/s/{successor.slug}/tin-bai/"
    article = client.get(f"/s/{world.school.slug}/tin-bai/{old.article_id}-bai", follow_redirects=False)
    assert article.status_code == 200 or article.headers["Location"].startswith(f"/s/{world.school.slug}/tin-bai/")
    page = client.get(f"/s/{world.school.slug}/ke-hoach/{own.id}")
    assert page.status_code == 200
    assert "Chủ đề của xã" in page.text

    member = client_for(person)
    index = member.get(f"/u/{successor.slug}/history")
    assert world.school.name in index.text
    history = member.get(f"/u/{successor.slug}/history/{world.school.id}")
    assert history.status_code == 200
    assert "Bài cũ của trường cũ" in history.text
    assert f"/s/{world.school.slug}/ke-hoach/{own.id}" in history.text
    assert member.get(f"/u/{successor.slug}/history/{world.first.id}").status_code == 404
    officer = client_for(make_person(app, world.first, "officer"))
    school = f"/o/{world.first.slug}/schools/{successor.id}"
    assert f"{school}/before/{world.school.id}" in officer.get(school).text
    assert "Bài cũ của trường cũ" in officer.get(f"{school}/before/{world.school.id}").text
    assert officer.get(f"{school}/before/{world.first.id}").status_code == 404
    stranger = client_for(make_person(app, world.second, "officer"))
    assert stranger.get(f"/o/{world.second.slug}/schools/{successor.id}/before/{world.school.id}").status_code == 404


def test_a_school_is_split_and_a_name_changes_on_its_day(app: Flask, world: World) -> None:
    parts = (
        reorganizing.new_successor("Trường Mầm non Hoa Sim", "", "preschool"),
        reorganizing.new_successor("Trường Mầm non Hoa Ban"),
    )
    with pytest.raises(Refused, match="wrong-type"):
        decide(app, world, "split", world.school.id, successors=(replace(parts[0], type_code="department"), parts[1]))
    change_id = decide(app, world, "split", world.school.id, successors=parts)
    run_jobs_and_periodic_work(app)
    assert state_of(app, change_id)[0] == "done"
    with app.app_context():
        assert [step.unit.name for step in lineage.successors(world.school.id)] == [
            "Trường Mầm non Hoa Ban",
            "Trường Mầm non Hoa Sim",
        ]
        made = {unit.name: unit for unit in tree.subtree(world.first.id)}
        assert made.keys() == {part.name for part in parts}
        assert [made[part.name].type_code for part in parts] == ["preschool", "primary"]
        assert made[parts[0].name].levels == ["preschool"], "each has the levels of its own type"

    tomorrow = clock.today() + dt.timedelta(days=1)
    decide(app, world, "rename", world.second.id, on=tomorrow, name="Phường Suối Mơ")
    run_jobs_and_periodic_work(app)
    with app.app_context():
        assert db.session.get_one(Unit, world.second.id).name == "Xã Suối Mơ"
        names = {name.valid_from: name.name for name in lineage.names(world.second.id)}
        assert names[tomorrow] == "Phường Suối Mơ"
    with clock.frozen(clock.now() + dt.timedelta(days=1)):
        run_jobs_and_periodic_work(app)
    with app.app_context():
        assert db.session.get_one(Unit, world.second.id).name == "Phường Suối Mơ"


def test_a_foreign_superior_is_asked_first(app: Flask, world: World) -> None:
    stranger = make_office(app, "Xã Ngoài")
    change_id = decide(app, world, "move", world.school.id, target_slug=stranger.slug)
    run_jobs_and_periodic_work(app)
    assert state_of(app, change_id)[0] == "asked"
    with pytest.raises(NotFound), office(app, world.second):
        reorganizing.answer(change_id, True, "", world.officer.id)
    with office(app, stranger):
        reorganizing.answer(change_id, True, "", world.officer.id)
    run_jobs_and_periodic_work(app)
    assert state_of(app, change_id)[0] == "done"
    with app.app_context():
        assert tree.superior_ids(world.school.id) == {stranger.id}
    with pytest.raises(Refused, match="change-state"), office(app, stranger):
        reorganizing.answer(change_id, False, "", world.officer.id)


def test_what_does_not_hold_together_is_refused(app: Flask, world: World) -> None:
    foreign = make_school(app, None)
    today = clock.today()
    with pytest.raises(NotFound):
        decide(app, world, "close", foreign.id)
    with pytest.raises(Refused, match="has-units"):
        decide(app, world, "close", world.first.id)
    with pytest.raises(Refused, match="past-day"):
        decide(app, world, "close", world.school.id, on=today - dt.timedelta(days=1))
    with pytest.raises(Refused, match="same-place"):
        decide(app, world, "move", world.school.id, target_id=world.first.id)
    with pytest.raises(Refused, match="too-few-units"):
        decide(app, world, "merge", world.school.id, successors=(reorganizing.new_successor("Trường Mới"),))
    with pytest.raises(Refused, match="wrong-tier"):
        decide(app, world, "move", world.first.id, target_id=world.second.id)
    decide(app, world, "close", world.school.id, on=today + dt.timedelta(days=9))
    with pytest.raises(Refused, match="change-open"):
        decide(app, world, "rename", world.school.id, name="Tên khác")


def test_the_preview_counts_what_moves(app: Flask, world: World) -> None:
    make_person(app, world.school, "principal")
    room = make_newsroom(app, world.school)
    publish_rows(app, room, "2026-09-20")
    with office(app, world.department):
        chosen, _target = reorganizing.check(Wish("close", (world.school.id,), clock.today()))
        seen = changes.preview(chosen, [world.school.id])
        assert (len(seen.people), seen.articles, seen.orders) == (2, 1, 0)


def test_an_officer_is_led_through_a_merger(app: Flask, world: World, client_for) -> None:  # type: ignore[no-untyped-def]
    successor = make_school(app, world.first, name="Trường Tiểu học Suối Mơ")
    person = make_person(app, world.school, "principal")
    client = client_for(world.officer)
    root = f"/o/{world.department.slug}/units/changes"
    for kind in ("rename", "move", "merge", "split", "close"):
        assert world.school.name in client.get(f"{root}/new/{kind}").text
    typed = {"unit": world.school.id, "on": clock.today().isoformat(), "successor_id": successor.id}
    seen = client.post(f"{root}/new/merge/preview", data=typed)
    assert seen.status_code == 200
    assert person.name in seen.text
    assert successor.name in seen.text
    short = client.post(f"{root}/new/merge", data={**typed, "reason": "vì"})
    assert short.status_code == 422
    typed |= {"reason": REASON, "person": f"{world.school.id}:{person.id}:0"}
    done = client.post(f"{root}/new/merge", data=typed)
    assert done.status_code == 303
    run_jobs_and_periodic_work(app)
    page = client.get(done.headers["Location"])
    assert "Đã xong" in page.text
    assert REASON in page.text
    assert client.get(done.headers["Location"] + "/progress").status_code == 200
    assert world.school.name in client.get(root).text


def test_other_offices_see_and_change_nothing(app: Flask, world: World, client_for) -> None:  # type: ignore[no-untyped-def]
    change_id = decide(app, world, "rename", world.school.id, name="Tên mới")
    stranger = make_office(app, "Xã Ngoài")
    client = client_for(make_person(app, stranger, "officer"))
    root = f"/o/{stranger.slug}/units/changes"
    assert client.get(f"{root}/{change_id}").status_code == 404
    assert client.post(f"{root}/{change_id}/reply", data={"agreed": "yes"}).status_code == 404
    typed = {"unit": world.school.id, "on": clock.today().isoformat()}
    assert client.post(f"{root}/new/close/preview", data=typed).status_code == 404
    assert client.post(f"{root}/new/close", data={**typed, "reason": REASON}).status_code == 404
    assert client.post(f"{root}/new/close", data=typed, token=False).status_code == 400
    viewer = client_for(make_person(app, world.department, "viewer"))
    assert viewer.get(f"/o/{world.department.slug}/units/changes").status_code == 403


def test_the_office_names_those_who_left_and_the_plan_says_that_it_is_closed(
    app: Flask, world: World, client_for
) -> None:  # type: ignore[no-untyped-def]
    base = handed_down(app, world.first, world.school, "Chủ đề của xã cũ")
    own = plan_of(app, world.school, base)
    room = make_newsroom(app, world.school)
    earlier = first_of_month(clock.today()) - dt.timedelta(days=10)
    publish_rows(app, room, earlier.isoformat(), "Bài đăng khi còn thuộc xã cũ")
    rebuild(app, world.school, earlier)
    decide(app, world, "move", world.school.id, target_id=world.second.id)
    run_jobs_and_periodic_work(app)

    old = client_for(make_person(app, world.first, "officer"))
    neighbour = make_school(app, world.first)
    page = old.get(f"/o/{world.first.slug}/articles?first={earlier:%Y-%m}")
    assert neighbour.name in page.text
    assert world.school.name in page.text
    assert old.get(f"/o/{world.first.slug}/schools/{world.school.id}").status_code == 404

    plan = client_for(make_person(app, world.school, "principal")).get(f"/u/{world.school.slug}/plans/{own.id}")
    assert f"đơn vị không còn thuộc {world.first.name}" in plan.text
    assert world.second.name in plan.text


def test_the_pages_ask_the_same_number_of_questions_for_any_number_of_units(
    app: Flask, world: World, client_for
) -> None:  # type: ignore[no-untyped-def]
    client = client_for(world.officer)
    root = f"/o/{world.department.slug}/units/changes"

    def asked(*units: UnitRef) -> list[int]:
        typed = {"unit": [unit.id for unit in units], "on": clock.today().isoformat(), "successor": "Trường Mới"}
        numbers = []
        with count_queries() as sent:
            assert client.post(f"{root}/new/merge/preview", data=typed).status_code == 200
            numbers.append(len(sent))
        with count_queries() as sent:
            client.get(root)
            numbers.append(len(sent))
        return numbers

    schools = [make_school(app, world.first) for _number in range(3)]
    for school in schools:
        make_person(app, school, "principal", "author")
    decide(app, world, "rename", world.second.id, name="Tên mới")
    few = asked(*schools[:2])
    decide(app, world, "rename", world.school.id, name="Tên khác nữa")
    assert asked(*schools) == few
