"""A change of units that is cancelled before its day: the tree goes on as if nobody had decided it."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from builders import (
    PersonRef,
    UnitRef,
    in_unit,
    make_office,
    make_person,
    make_school,
    make_unit,
    run_jobs,
    run_jobs_and_periodic_work,
)
from flask import Flask
from plan_builders import document, issue, make_plan
from queries import count_queries
from sqlalchemy import delete, select, text

from district.issuing import amending
from district.issuing import service as issuing
from district.oversight import calling_off, change_jobs, reorganizing
from district.oversight.changes import Successor, Wish
from tenants import clock, scope
from tenants.accounts.models import Membership
from tenants.audit import AuditEntry
from tenants.db import db, transaction
from tenants.errors import NotFound, Refused
from tenants.jobs.models import Job
from tenants.notices.models import Notice
from tenants.plans import queries as plans
from tenants.plans import service as plan_service
from tenants.plans.models import Adoption
from tenants.plans.tree import walk
from tenants.plans.values import NodeValues
from tenants.scope import Kind, UnitClosure
from tenants.units import queries as tree
from tenants.units.models import Unit, UnitChange, UnitName, UnitRelation, UnitRoute, UnitSuccession

REASON = "Quyết định số 15/QĐ-UBND của xã Hoa Sim"
WHY = "Hội đồng nhân dân chưa thông qua đề án"
TREE = (UnitName, UnitRelation, UnitRoute, UnitSuccession, UnitClosure, Membership)


@dataclass(frozen=True)
class World:
    department: UnitRef
    first: UnitRef
    second: UnitRef
    school: UnitRef
    other: UnitRef
    officer: PersonRef
    principal: PersonRef


@pytest.fixture
def world(app: Flask) -> World:
    department = make_unit(app, "department", "Sở Thử Nghiệm")
    first, second = make_office(app, "Xã Đồi Sim", department), make_office(app, "Xã Suối Mơ", department)
    school = make_school(app, first, name="Trường Tiểu học Đồi Sim")
    other = make_school(app, first, name="Trường Tiểu học Suối Mơ")
    officer, principal = make_person(app, department, "officer"), make_person(app, school, "principal")
    return World(department, first, second, school, other, officer, principal)


def in_weeks() -> dt.date:
    return clock.today() + dt.timedelta(days=40)


def decide(app: Flask, world: World, kind: str, *units: UnitRef, **known: Any) -> int:
    with in_unit(app, world.department, Kind.OVERSIGHT):
        wish = Wish(kind, tuple(unit.id for unit in units), known.pop("on", in_weeks()), **known)
        return reorganizing.decide(wish, REASON, world.officer.id).id


def cancel(app: Flask, world: World, change_id: int, why: str = WHY) -> None:
    with in_unit(app, world.department, Kind.OVERSIGHT):
        calling_off.cancel(change_id, why, world.officer.id)


def state_of(app: Flask, change_id: int) -> str:
    with app.app_context():
        return db.session.get_one(UnitChange, change_id).state


def written(app: Flask) -> set[tuple[Any, ...]]:
    """Every dated row of the tree and of the roles, without its number."""
    with app.app_context():
        rows: set[tuple[Any, ...]] = set()
        for table in (model.__table__ for model in TREE):
            wanted = [column for column in table.columns if column.name != "id"]
            rows |= {(table.name, *row) for row in db.session.execute(select(*wanted))}
        return rows


def notices_of(app: Flask, unit: UnitRef) -> list[str]:
    with in_unit(app, unit) as session:
        return list(session.scalars(select(Notice.text).where(Notice.unit_id == unit.id, Notice.resolved_at.is_(None))))


def wishes(world: World) -> dict[str, tuple[str, tuple[UnitRef, ...], dict[str, Any]]]:
    people = ((world.school.id, world.principal.id, 0),)
    parts = tuple(reorganizing.new_successor(name) for name in ("Trường Hoa Sim", "Trường Hoa Ban"))
    return {
        "rename": ("rename", (world.school,), {"name": "Trường Tiểu học Mới"}),
        "move": ("move", (world.school,), {"target_id": world.second.id}),
        "professional": ("move", (world.school,), {"target_id": world.second.id, "relation": "professional"}),
        "merge": ("merge", (world.school,), {"successor_id": world.other.id, "people": people}),
        "merge-new": ("merge", (world.school, world.other), {"successors": parts[:1], "people": people}),
        "split": ("split", (world.school,), {"successors": parts, "people": people}),
        "close": ("close", (world.school,), {}),
    }


@pytest.mark.parametrize("which", ["rename", "move", "professional", "merge", "merge-new", "split", "close"])
def test_the_tree_is_as_before_and_the_same_can_be_decided_again(app: Flask, world: World, which: str) -> None:
    kind, units, known = wishes(world)[which]
    before = written(app)
    change_id = decide(app, world, kind, *units, **known)
    run_jobs_and_periodic_work(app)
    assert written(app) != before, "what was decided is written down for its day"
    cancel(app, world, change_id)
    assert written(app) == before
    assert state_of(app, change_id) == "cancelled"

    with clock.frozen(clock.now() + dt.timedelta(days=41)):
        run_jobs_and_periodic_work(app)
        assert state_of(app, change_id) == "cancelled"
        with app.app_context():
            assert tree.by_slug(world.school.slug).name == world.school.name
    again = decide(app, world, kind, *units, **known)
    run_jobs_and_periodic_work(app)
    assert state_of(app, again) == "planned"


def test_a_unit_that_never_came_to_be_has_no_site(app: Flask, world: World) -> None:
    parts = (Successor("Trường Hoa Sim", "hoa-sim"), Successor("Trường Hoa Ban", "hoa-ban"))
    change_id = decide(app, world, "split", world.school, successors=parts)
    run_jobs_and_periodic_work(app)
    cancel(app, world, change_id)
    with app.app_context():
        slugs = [slug for slug in db.session.scalars(select(Unit.slug)) if slug.startswith("hoa-")]
        assert len(slugs) == 2 and not {"hoa-sim", "hoa-ban"}.intersection(slugs)
        for slug in slugs:
            with pytest.raises(NotFound):
                tree.site_by_slug(slug)


def test_before_the_worker_wrote_it_down_nothing_has_to_be_undone(app: Flask, world: World) -> None:
    before = written(app)
    change_id = decide(app, world, "move", world.school, target_id=world.second.id)
    cancel(app, world, change_id)
    run_jobs_and_periodic_work(app)
    assert (state_of(app, change_id), written(app)) == ("cancelled", before)
    assert notices_of(app, world.school) == []


def test_a_role_taken_meanwhile_stays_taken(app: Flask, world: World) -> None:
    vetter = make_person(app, world.school, "vetter")
    people = ((world.school.id, vetter.id, 0),)
    change_id = decide(app, world, "merge", world.school, successor_id=world.other.id, people=people)
    run_jobs_and_periodic_work(app)
    with app.app_context(), transaction() as session:
        held = session.scalars(
            select(Membership).where(Membership.user_id == vetter.id, Membership.valid_to.is_not(None))
        )
        held.one().valid_to = clock.today()
    cancel(app, world, change_id)
    with app.app_context():
        (left,) = db.session.scalars(select(Membership).where(Membership.user_id == vetter.id))
        assert (left.unit_id, left.valid_to) == (world.school.id, clock.today())


def test_who_was_told_is_told_again(app: Flask, world: World, client_for) -> None:  # type: ignore[no-untyped-def]
    change_id = decide(app, world, "merge", world.school, successor_id=world.other.id)
    run_jobs_and_periodic_work(app)
    for unit in (world.school, world.other):
        (told,) = notices_of(app, unit)
        assert "đã quyết định" in told and REASON in told
    home = f"/u/{world.school.slug}"
    page = client_for(world.principal).get(f"{home}/notices/").text
    assert "đã quyết định" in page and f'{home}/history"' in page
    coming = f"«{world.school.name}» sáp nhập vào «{world.other.name}»"
    assert coming in client_for(world.principal).get(f"{home}/history").text
    cancel(app, world, change_id)
    run_jobs_and_periodic_work(app)
    for unit in (world.school, world.other):
        (told,) = notices_of(app, unit)
        assert "đã hủy quyết định" in told and WHY in told and world.other.name in told
    assert coming not in client_for(world.principal).get(f"{home}/history").text
    assert notices_of(app, world.second) == []
    with in_unit(app, world.department) as session:
        (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.action == "units.cancel"))
        assert (entry.subject_id, entry.data["reason"], entry.data["was"]) == (str(change_id), WHY, "planned")


def test_plans_of_the_superior_go_on_as_before(app: Flask, world: World) -> None:
    base = make_plan(app, world.first, {"topic": NodeValues(kind="topic", title="Chủ đề của xã")})
    issue(app, base)
    with in_unit(app, world.first):
        issuing.send_to_more(base.id, [world.school.id], None)
    run_jobs(app)
    change_id = decide(app, world, "move", world.school, target_id=world.second.id)
    run_jobs(app)
    cancel(app, world, change_id)
    with in_unit(app, world.first, Kind.OVERSIGHT):
        plan_service.begin_amendment(base.id, None)
        plan_service.edit_node(base.id, base.nodes["topic"], NodeValues(kind="topic", title="Chủ đề đã sửa"), None)
        amending.issue_amendment(base.id, document(change_class="content"), None)
    with clock.frozen(clock.now() + dt.timedelta(days=41)):
        run_jobs(app)
        with in_unit(app, world.school) as session:
            adoption = session.scalars(select(Adoption).where(Adoption.unit_id == world.school.id)).one()
            assert adoption.base_version == 2
            working = plans.working_plan(adoption.plan_id)
            assert "Chủ đề đã sửa" in [node.node.text for node in walk(working.tree)]


def test_a_superior_that_agreed_hears_of_it(app: Flask, world: World) -> None:
    stranger = make_office(app, "Xã Ngoài")
    change_id = decide(app, world, "move", world.school, target_slug=stranger.slug)
    run_jobs_and_periodic_work(app)
    assert "Đề nghị tiếp nhận" in notices_of(app, stranger)[0]
    with in_unit(app, stranger, Kind.OVERSIGHT):
        reorganizing.answer(change_id, True, "", world.officer.id)
    assert notices_of(app, stranger) == [], "answered"
    with pytest.raises(NotFound), in_unit(app, stranger, Kind.OVERSIGHT):
        calling_off.cancel(change_id, WHY, world.officer.id)
    run_jobs_and_periodic_work(app)
    cancel(app, world, change_id)
    run_jobs_and_periodic_work(app)
    assert "đã hủy quyết định" in notices_of(app, stranger)[0]


def test_too_late_or_without_a_reason_nothing_is_cancelled(app: Flask, world: World) -> None:
    change_id = decide(app, world, "move", world.school, target_id=world.second.id)
    run_jobs_and_periodic_work(app)
    before = written(app)
    with pytest.raises(Refused, match="no-reason"):
        cancel(app, world, change_id, "vì")
    with clock.frozen(clock.now() + dt.timedelta(days=40)), pytest.raises(Refused, match="already-effective"):
        cancel(app, world, change_id)
    assert (state_of(app, change_id), written(app)) == ("planned", before)
    cancel(app, world, change_id)
    with pytest.raises(Refused, match="cancelled-already"):
        cancel(app, world, change_id)
    today = decide(app, world, "rename", world.school, name="Trường Tiểu học Mới", on=clock.today())
    run_jobs_and_periodic_work(app)
    with pytest.raises(Refused, match=r"already-effective.*lập một thay đổi mới"):
        cancel(app, world, today)


def test_what_another_change_needs_is_cancelled_after_it(app: Flask, world: World) -> None:
    away = decide(app, world, "move", world.school, world.other, target_id=world.second.id)
    run_jobs_and_periodic_work(app)
    later = in_weeks() + dt.timedelta(days=5)
    close = decide(app, world, "close", world.first, on=later)
    run_jobs_and_periodic_work(app)
    with pytest.raises(Refused, match=r"change-needed.*Xã Đồi Sim") as refused:
        cancel(app, world, away)
    assert refused.value.data == {"change_id": close}
    cancel(app, world, close)
    cancel(app, world, away)
    with app.app_context():
        assert world.first.id in tree.superior_ids(world.school.id, later)


def test_an_officer_reads_what_will_not_happen_and_cancels(app: Flask, world: World, client_for) -> None:  # type: ignore[no-untyped-def]
    change_id = decide(
        app, world, "merge", world.school, successor_id=world.other.id,
        people=((world.school.id, world.principal.id, 0),),
    )  # fmt: skip
    run_jobs_and_periodic_work(app)
    client = client_for(world.officer)
    root = f"/o/{world.department.slug}/units/changes"
    assert f"{root}/{change_id}/cancel" in client.get(root).text
    assert f"{root}/{change_id}/cancel" in client.get(f"{root}/{change_id}").text
    page = client.get(f"{root}/{change_id}/cancel").text
    assert f"«{world.school.name}» sáp nhập vào «{world.other.name}»" in page
    assert "1 người" in page
    short = client.post(f"{root}/{change_id}/cancel", data={"reason": "vì"})
    assert short.status_code == 422
    assert state_of(app, change_id) == "planned"
    done = client.post(f"{root}/{change_id}/cancel", data={"reason": WHY})
    assert done.status_code == 303
    shown = client.get(done.headers["Location"]).text
    assert WHY in shown and world.officer.name in shown and "đã được hủy" in shown
    listed = client.get(root).text
    assert "Đã hủy" in listed and f"{root}/{change_id}/cancel" not in listed
    twice = client.post(f"{root}/{change_id}/cancel", data={"reason": WHY}, follow_redirects=True)
    assert "đã được hủy trước đó" in twice.text


def test_a_page_of_what_is_done_says_what_to_do_instead(app: Flask, world: World, client_for) -> None:  # type: ignore[no-untyped-def]
    change_id = decide(app, world, "rename", world.school, name="Trường Tiểu học Mới", on=clock.today())
    run_jobs_and_periodic_work(app)
    client = client_for(world.officer)
    page = client.get(f"/o/{world.department.slug}/units/changes/{change_id}").text
    assert "không hủy được nữa" in page and f"changes/{change_id}/cancel" not in page
    refused = client.get(f"/o/{world.department.slug}/units/changes/{change_id}/cancel", follow_redirects=True)
    assert "hãy lập một thay đổi mới" in refused.text


def test_the_list_asks_the_same_for_one_change_and_three(app: Flask, world: World, client_for) -> None:  # type: ignore[no-untyped-def]
    client = client_for(world.officer)

    def asked() -> int:
        with count_queries() as sent:
            client.get(f"/o/{world.department.slug}/units/changes")
        return len(sent)

    numbers = set()
    for unit in (world.school, world.other, world.second):
        decide(app, world, "rename", unit, name="Tên mới")
        numbers.add(asked())
    assert len(numbers) == 1


# At the same moment


def waits_or_ends(thread: threading.Thread) -> None:
    """Return once a thread waits for a lock in the database, or has ended."""
    with db.engine.connect() as connection:
        while thread.is_alive():
            if connection.scalar(text("select count(*) from pg_locks where not granted")):
                return
            thread.join(0.01)


def meanwhile(app: Flask, first: Callable[[], None], second: Callable[[], None]) -> None:
    """Let ``first`` work in a transaction that ends only when ``second``, in another thread, has come up against it."""
    thread = threading.Thread(target=second)
    with app.app_context(), transaction():
        first()
        db.session.flush()
        thread.start()
        waits_or_ends(thread)
    thread.join()


@pytest.mark.database("postgresql")
@pytest.mark.parametrize("officer_first", [True, False])
def test_of_an_officer_and_the_worker_at_midnight_one_wins(app: Flask, world: World, officer_first: bool) -> None:
    change_id = decide(app, world, "move", world.school, target_id=world.second.id)
    run_jobs_and_periodic_work(app)
    before_midnight = clock.from_local(dt.datetime.combine(in_weeks(), dt.time())) - dt.timedelta(seconds=1)
    after_midnight = before_midnight + dt.timedelta(seconds=2)
    refused: list[str] = []

    def officer() -> None:
        with clock.at(before_midnight):
            try:
                with in_unit(app, world.department, Kind.OVERSIGHT):
                    calling_off.cancel(change_id, WHY, world.officer.id)
            except Refused as refusal:
                refused.append(refusal.code)

    def worker() -> None:
        with clock.at(after_midnight), app.app_context():
            change_jobs.begin_due()

    def begin() -> None:
        with clock.at(after_midnight):
            reorganizing.take_effect(db.session.get_one(UnitChange, change_id, with_for_update=True))

    def call_off() -> None:
        scope.enter(scope.Scope(world.department.id, Kind.OVERSIGHT))
        with clock.at(before_midnight):
            calling_off.cancel(change_id, WHY, world.officer.id)

    if officer_first:
        meanwhile(app, call_off, worker)
    else:
        meanwhile(app, begin, officer)
    with clock.frozen(after_midnight):
        run_jobs_and_periodic_work(app)
        with app.app_context():
            above = tree.superior_ids(world.school.id)
    assert state_of(app, change_id) == ("cancelled" if officer_first else "done")
    assert refused == ([] if officer_first else ["already-effective"])
    assert above == {world.department.id, world.first.id if officer_first else world.second.id}


@pytest.mark.database("postgresql")
def test_of_two_officers_one_cancels(app: Flask, world: World) -> None:
    change_id = decide(app, world, "close", world.school)
    run_jobs_and_periodic_work(app)
    start, ends = threading.Barrier(2), []

    def run() -> None:
        start.wait()
        try:
            cancel(app, world, change_id)
            ends.append("cancelled")
        except Refused as refusal:
            ends.append(refusal.code)

    threads = [threading.Thread(target=run) for _officer in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == ["cancelled", "cancelled-already"]
    with in_unit(app, world.department) as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.action == "units.cancel")).all()
    assert len(entries) == 1


@pytest.mark.database("postgresql")
def test_of_two_officers_who_decide_about_one_school_one_wins(app: Flask, world: World) -> None:
    start, ends = threading.Barrier(2), []

    def run(kind: str, **known: Any) -> None:
        start.wait()
        try:
            decide(app, world, kind, world.school, **known)
            ends.append("decided")
        except Refused as refusal:
            ends.append(refusal.code)

    threads = [
        threading.Thread(target=run, args=("close",)),
        threading.Thread(target=run, args=("rename",), kwargs={"name": "Trường Tiểu học Mới"}),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == ["change-open", "decided"]


@pytest.mark.database("postgresql")
def test_two_changes_written_at_once_both_stand_in_the_tree(app: Flask, world: World) -> None:
    """The closure is made from all relations: whoever writes second must have seen what the first wrote."""
    first = decide(app, world, "move", world.school, target_id=world.second.id)
    run_jobs_and_periodic_work(app)
    second = decide(app, world, "move", world.other, target_id=world.second.id)

    def call_off() -> None:
        scope.enter(scope.Scope(world.department.id, Kind.OVERSIGHT))
        calling_off.cancel(first, WHY, world.officer.id)

    def worker() -> None:
        with app.app_context():
            scope.enter(scope.Scope(world.department.id))
            change_jobs.write(second)

    with app.app_context(), transaction() as session:
        session.execute(delete(Job).where(Job.kind == "units.keep"))
    meanwhile(app, call_off, worker)
    assert (state_of(app, first), state_of(app, second)) == ("cancelled", "planned")
    with app.app_context():
        assert world.first.id in tree.superior_ids(world.school.id, in_weeks())
        assert tree.superior_ids(world.other.id, in_weeks()) == {world.second.id, world.department.id}
