"""What an officer reads about the units below: adoption, activity, quotas, one school."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from builders import UnitRef, in_unit, make_office, make_school, make_unit
from district_builders import (
    Newsroom,
    PlanRef,
    adopt_rows,
    dispatch_rows,
    issue_rows,
    make_newsroom,
    moment,
    publish_rows,
    slot_rows,
    write_rows,
)
from flask import Flask
from queries import count_queries
from sqlalchemy import select

from district.oversight import activity, adoption, directory, quotas, school
from district.oversight.activity import Filters
from district.oversight.directory import Choice
from tenants import clock, scope
from tenants.content.models import ArticleRevision
from tenants.db import db
from tenants.errors import NotFound, ScopeError
from tenants.publishing.models import Delivery
from tenants.scope import Kind
from tenants.statistics import service as statistics

SEPTEMBER, NOVEMBER = dt.date(2026, 9, 1), dt.date(2026, 11, 1)
WHOLE_YEAR = Filters(SEPTEMBER, NOVEMBER)


def over(app: Flask, office: UnitRef, read: Callable[[], Any]) -> Any:
    """Read in the office's scope over its units, on 20 November 2026."""
    with clock.frozen(moment("2026-11-20")), app.app_context():
        scope.enter(scope.Scope(office.id, Kind.OVERSIGHT))
        return read()


def counted(app: Flask, *rooms: Newsroom) -> None:
    for room in rooms:
        with in_unit(app, room.unit):
            for month in (9, 10, 11):
                statistics.rebuild_month(dt.date(2026, month, 1))


def report(app: Flask, office: UnitRef, filters: Filters = WHOLE_YEAR) -> activity.Activity:
    def read() -> activity.Activity:
        plans = {plan.plan_id: plan for plan in adoption.issued_plans()}
        chosen = plans.get(filters.plan_id) or next(iter(plans.values()), None)
        return activity.report(directory.read(office.id), filters, activity.plan_text(chosen))

    found: activity.Activity = over(app, office, read)
    return found


def test_the_board_says_how_far_each_school_has_come(app: Flask) -> None:
    office = make_office(app)
    plan = issue_rows(app, office)
    schools = [make_school(app, office) for _n in range(5)]
    dispatch_rows(app, plan, *schools)
    adopt_rows(app, schools[1], plan)
    adopt_rows(app, schools[2], plan, opened_at=moment("2026-09-07"))
    adopt_rows(
        app, schools[3], plan, opened_at=moment("2026-09-07"), localized_at=moment("2026-11-18"), adapted=2, added=1
    )
    adopt_rows(app, schools[4], plan, opened_at=moment("2026-09-07"), issued_at=moment("2026-09-20"))

    board = over(app, office, lambda: adoption.boards([plan.id])[plan.id])
    stages = {step.unit_id: step.stage for step in board.steps}
    assert [stages[one.id] for one in schools] == ["waiting", "received", "opened", "localized", "issued"]
    assert board.reached == {"waiting": 5, "received": 4, "opened": 3, "localized": 2, "issued": 1}
    assert {step.unit_id for step in board.silent} == {schools[0].id, schools[1].id, schools[2].id}
    [localized] = board.at("localized", {one.id for one in schools}).values()
    assert (localized.adapted, localized.added, localized.omitted) == (2, 1, 0)
    assert set(board.at("silent", {schools[0].id, schools[4].id})) == {schools[0].id}


def test_a_school_is_silent_only_after_a_week_without_a_sign(app: Flask) -> None:
    office = make_office(app)
    plan = issue_rows(app, office)
    first, second = make_school(app, office), make_school(app, office)
    dispatch_rows(app, plan, first, second, at="2026-11-01")
    adopt_rows(app, second, plan, received_at=moment("2026-11-01"), opened_at=moment("2026-11-14"))

    board = over(app, office, lambda: adoption.boards([plan.id])[plan.id])
    assert [(step.unit_id, step.silent_days(board.now)) for step in board.silent] == [(first.id, 19)]


def test_receiving_is_the_machines_work_and_no_sign_of_the_school(app: Flask) -> None:
    office = make_office(app)
    plan = issue_rows(app, office)
    school_ref = make_school(app, office)
    dispatch_rows(app, plan, school_ref, at="2026-11-01")
    adopt_rows(app, school_ref, plan, received_at=moment("2026-11-19"))

    assert len(over(app, office, lambda: adoption.boards([plan.id])[plan.id]).silent) == 1


def test_a_plan_taken_by_another_office_does_not_stand_on_this_board(app: Flask) -> None:
    office, other = make_office(app), make_office(app)
    plan, theirs = issue_rows(app, office), issue_rows(app, other)
    school_ref = make_school(app, office)
    dispatch_rows(app, plan, school_ref)
    adopt_rows(app, make_school(app, other), theirs)

    assert len(over(app, office, lambda: adoption.boards([plan.id])[plan.id]).steps) == 1
    assert over(app, office, adoption.issued_plans)[0].plan_id == plan.id
    with pytest.raises(NotFound):
        over(app, office, lambda: adoption.issued_plan(theirs.id))


def test_a_department_sees_how_far_its_plan_went_below_the_offices(app: Flask) -> None:
    department = make_unit(app, "department")
    office = make_office(app, under=department)
    plan = issue_rows(app, department)
    dispatch_rows(app, plan, office)
    own = adopt_rows(app, office, plan, issued_at=moment("2026-09-20"))
    for issued_at in (None, moment("2026-09-25")):
        adopt_rows(app, make_school(app, office), base_of(office, own, plan.version), issued_at=issued_at)

    down = over(app, department, lambda: adoption.further_down(plan.id))
    assert down == {office.id: adoption.FurtherDown(received=2, issued=1)}


def base_of(unit: UnitRef, plan_id: int, version: int) -> PlanRef:
    return PlanRef(unit.id, plan_id, version, {})


def test_articles_add_up_by_month_channel_genre_node_and_school(app: Flask) -> None:
    office = make_office(app)
    plan = issue_rows(app, office)
    study, safety = plan.nodes["Dạy tốt, học tốt"], plan.nodes["An toàn trường học"]
    rooms = [make_newsroom(app, make_school(app, office), "website", "radio") for _n in range(2)]
    first = publish_rows(app, rooms[0], "2026-09-10", node_id=study)
    publish_rows(app, rooms[0], "2026-09-11", channel="radio", node_id=study, also=first)
    publish_rows(app, rooms[0], "2026-11-03", node_id=safety, genre="feature")
    publish_rows(app, rooms[1], "2026-11-04", node_id=study)
    publish_rows(app, rooms[1], "2026-11-05")
    publish_rows(app, rooms[1], "2026-11-06", node_id="muc-rieng-cua-truong")
    counted(app, *rooms)

    found = report(app, office)
    assert found.total == 5
    assert found.months == ((SEPTEMBER, 1), (dt.date(2026, 10, 1), 0), (NOVEMBER, 4))
    assert found.channels == (("website", 5), ("radio", 1))
    assert found.genres == (("news", 4), ("feature", 1))
    assert found.units == {rooms[0].unit.id: 2, rooms[1].unit.id: 3}
    lines = {line.title: (line.depth, line.articles, line.with_children) for line in found.nodes}
    assert lines["Nội dung trọng tâm"] == (0, 0, 3)
    assert lines["Dạy tốt, học tốt"] == (1, 2, 2)
    assert (found.outside, found.elsewhere) == (1, 1)


def test_filters_by_plan_channel_genre_month_and_school(app: Flask) -> None:
    office = make_office(app)
    plan = issue_rows(app, office)
    node = plan.nodes["Dạy tốt, học tốt"]
    preschool = make_newsroom(app, make_school(app, office, "preschool", "Trường Mầm non Hoa Đào"), "website", "radio")
    primary = make_newsroom(app, make_school(app, office, "primary", "Trường Tiểu học Mây Trắng"))
    publish_rows(app, preschool, "2026-09-10", channel="radio", node_id=node)
    publish_rows(app, primary, "2026-11-03", genre="notice")
    counted(app, preschool, primary)

    def total(**known: Any) -> int:
        return report(app, office, Filters(**({"first": SEPTEMBER, "last": NOVEMBER} | known))).total

    assert total() == 2
    assert total(plan_id=plan.id) == 1
    assert total(channel="radio") == 1
    assert total(genre="notice") == 1
    assert total(first=NOVEMBER) == 1
    assert total(choice=Choice(level="preschool")) == 1
    assert total(choice=Choice(text="hoa dao")) == 1
    assert total(choice=Choice(text="không có trường này")) == 0


def test_the_offices_own_articles_are_not_counted_as_the_schools(app: Flask) -> None:
    office = make_office(app)
    own, theirs = make_newsroom(app, office), make_newsroom(app, make_school(app, office))
    stranger = make_newsroom(app, make_school(app, make_office(app)))
    for room in (own, theirs, stranger):
        publish_rows(app, room, "2026-11-03")
    counted(app, own, theirs, stranger)

    assert report(app, office).total == 1


def test_a_department_counts_the_schools_of_its_offices(app: Flask) -> None:
    department = make_unit(app, "department")
    plan = issue_rows(app, department)
    room = make_newsroom(app, make_school(app, make_office(app, under=department)))
    publish_rows(app, room, "2026-11-03", node_id=plan.nodes["An toàn trường học"])
    counted(app, room)

    found = report(app, department)
    assert {line.title: line.articles for line in found.nodes}["An toàn trường học"] == 1


@pytest.mark.usually("sqlite")
def test_the_number_of_queries_does_not_grow_with_the_schools(app: Flask) -> None:
    sent: dict[int, int] = {}
    for number in (1, 3, 30):
        office = make_office(app)
        plan = issue_rows(app, office)
        for place in range(number):
            school_ref = make_school(app, office)
            dispatch_rows(app, plan, school_ref)
            own = adopt_rows(app, school_ref, plan)
            slot_rows(app, school_ref, own, plan.nodes["Gương người tốt, việc tốt"], "2026-11-01", "due")
            if place < 3:
                room = make_newsroom(app, school_ref)
                publish_rows(app, room, "2026-11-03")
                counted(app, room)

        def read(office: UnitRef = office, plan_id: int = plan.id) -> None:
            units = directory.read(office.id)
            plans = adoption.issued_plans()
            adoption.boards([plan_id])
            adoption.further_down(plan_id)
            activity.report(units, WHOLE_YEAR, activity.plan_text(plans[0]))
            [quota] = quotas.quotas()
            columns = quotas.columns(units, quota.node_id, Choice(), quota.first, quota.last)
            quotas.matrix(columns, quota.node_id, [entry.id for entry in units.schools])

        with count_queries() as statements:
            over(app, office, read)
        sent[number] = len(statements)

    assert sent[1] == sent[3] == sent[30]


def test_the_quota_board_is_a_matrix_of_schools_and_months(app: Flask) -> None:
    office = make_office(app)
    plan = issue_rows(app, office)
    node = plan.nodes["Gương người tốt, việc tốt"]
    first, second = make_school(app, office), make_school(app, office)
    for one, states in ((first, ("filled", "due")), (second, ("missed", "due"))):
        own = adopt_rows(app, one, plan)
        for month, state in zip(("2026-10-01", "2026-11-01"), states, strict=True):
            proof = [{"title": "Cô Mai", "date": "2026-10-20", "url": "https://truong.example/1", "delivery_id": 1}]
            slot_rows(app, one, own, node, month, state, evidence=proof if state == "filled" else [])

    def read() -> tuple[list[quotas.QuotaChoice], quotas.Matrix, set[int]]:
        columns = quotas.columns(directory.read(office.id), node, Choice(), SEPTEMBER, NOVEMBER)
        return (
            quotas.quotas(),
            quotas.matrix(columns, node, [first.id, second.id]),
            quotas.behind(node, columns[0].start),
        )

    choices, matrix, behind = over(app, office, read)
    assert [(one.node_id, one.first, one.last) for one in choices] == [(node, dt.date(2026, 10, 1), NOVEMBER)]
    assert [dict(column.counts) for column in matrix.columns] == [
        {"filled": 1, "due": 0, "missed": 1},
        {"filled": 0, "due": 2, "missed": 0},
    ]
    assert matrix.cells[first.id, dt.date(2026, 10, 1)].evidence[0]["title"] == "Cô Mai"
    assert behind == {second.id}


def test_a_school_shows_its_published_articles_once_each_with_their_outlets(app: Flask) -> None:
    office = make_office(app)
    room = make_newsroom(app, make_school(app, office), "website", "radio")
    first = publish_rows(app, room, "2026-09-10", "Khai giảng")
    publish_rows(app, room, "2026-09-12", channel="radio", also=first, title="Khai giảng")
    publish_rows(app, room, "2026-11-03", "Hội thi")
    publish_rows(app, room, "2026-11-04", "Đã gỡ", state="retracted")
    write_rows(app, room, "Bản nháp chưa duyệt")

    page = over(app, office, lambda: school.articles_of(room.unit.id, 1))
    assert [(one.title, [outlet.channel for outlet in one.outlets]) for one in page.items] == [
        ("Hội thi", ["website"]),
        ("Khai giảng", ["website", "radio"]),
    ]
    assert page.total == 2


def test_an_officer_never_reads_what_was_not_approved(app: Flask) -> None:
    office = make_office(app)
    room = make_newsroom(app, make_school(app, office))
    write_rows(app, room, "Bản nháp chưa duyệt")
    publish_rows(app, room, "2026-11-03", "Đã đăng")

    def read() -> tuple[list[str], list[str]]:
        return (
            list(db.session.scalars(select(ArticleRevision.title))),
            list(db.session.scalars(select(Delivery.title))),
        )

    assert over(app, office, read) == (["Đã đăng"], ["Đã đăng"])
    with pytest.raises(ScopeError), in_unit(app, office, Kind.OVERSIGHT) as session:
        session.scalars(select(Delivery)).one().title = "Sửa từ trên xuống"
        session.flush()


def test_a_unit_of_another_office_is_not_in_the_directory(app: Flask) -> None:
    office = make_office(app)
    cluster = make_unit(app, "cluster", "Cụm Suối Mơ", office)
    inside = make_school(app, cluster)
    stranger = make_school(app, make_office(app))

    units = over(app, office, lambda: directory.read(office.id))
    assert units.get(inside.id).superior_id == cluster.id
    assert units.under(cluster.id) == {inside.id}
    with pytest.raises(NotFound):
        units.get(stranger.id)
