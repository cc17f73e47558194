"""The adoption board: each school beside each section, without a word of its drafts; reminders; side by side."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from builders import PersonRef, UnitRef, in_unit, make_office, make_person, make_school, run_jobs
from flask import Flask
from plan_builders import PlanRef, document, issue, make_plan
from queries import count_queries
from sqlalchemy import select
from webclient import PageClient

from district.issuing import amending
from district.issuing import service as issuing
from tenants import clock, scope
from tenants.notices.models import Notice
from tenants.plans import service
from tenants.plans.models import Adoption
from tenants.plans.values import NodeValues

Clients = Callable[..., PageClient]


@pytest.fixture
def office(app: Flask) -> UnitRef:
    return make_office(app)


@pytest.fixture
def officer(app: Flask, office: UnitRef) -> PersonRef:
    return make_person(app, office, "officer")


@pytest.fixture
def plan(app: Flask, office: UnitRef) -> PlanRef:
    return make_plan(app, office, {"a": NodeValues(title="An toàn trường học"), "b": NodeValues(title="Đọc sách")})


def send(app: Flask, plan: PlanRef, *schools: UnitRef) -> None:
    with in_unit(app, plan.unit, scope.Kind.OVERSIGHT):
        issuing.issue_to(plan.id, [school.id for school in schools], document(), None)
    run_jobs(app)


def own_plan(app: Flask, school: UnitRef, plan: PlanRef) -> PlanRef:
    with in_unit(app, school) as session:
        return PlanRef(session.scalars(select(Adoption.plan_id)).one(), school, plan.nodes)


def change(app: Flask, own: PlanRef) -> None:
    with in_unit(app, own.unit):
        service.adapt(own.id, own.nodes["a"], {"title": "CÂU CHỮ RIÊNG CỦA TRƯỜNG"}, None, "")
        service.omit(own.id, own.nodes["b"], "Trường chưa có thư viện.", None)


def test_the_board_shows_where_a_school_differs_and_its_words_only_once_issued(
    app: Flask, client_for: Clients, office: UnitRef, officer: PersonRef, plan: PlanRef
) -> None:
    school = make_school(app, office)
    send(app, plan, school)
    own = own_plan(app, school, plan)
    change(app, own)
    client = client_for(officer)
    board, beside = f"/o/{office.slug}/plans/{plan.id}", f"/o/{office.slug}/plans/{plan.id}/schools/{school.id}"

    before = [client.get(path).text for path in (board, f"{board}/board.csv", beside)]
    assert "điều chỉnh 1" in before[0]
    assert "không áp dụng 1" in before[1]
    assert "chưa ban hành" in before[2]
    assert not any("CÂU CHỮ RIÊNG" in text or "thư viện" in text for text in before)
    issue(app, own)
    after = [client.get(path).text for path in (board, f"{board}/board.csv", beside)]
    assert all("Trường chưa có thư viện." in text for text in after)
    assert "CÂU CHỮ RIÊNG" in after[2]
    assert "điều chỉnh 1" in client.get(f"{board}?section={plan.nodes['II']}").text


def test_versions_and_waiting_decisions_are_seen_and_filtered(
    app: Flask, client_for: Clients, office: UnitRef, officer: PersonRef, plan: PlanRef
) -> None:
    plain, adapted = make_school(app, office, name="Trường Êm Ả"), make_school(app, office, name="Trường Khác Ý")
    send(app, plan, plain, adapted)
    change(app, own_plan(app, adapted, plan))
    with in_unit(app, office, scope.Kind.OVERSIGHT):
        service.begin_amendment(plan.id, None)
        service.edit_node(plan.id, plan.nodes["a"], NodeValues(title="An toàn trường học, cổng trường"), None)
        amending.issue_amendment(plan.id, document(change_class="content"), None)
    run_jobs(app)
    client, board = client_for(officer), f"/o/{office.slug}/plans/{plan.id}"
    page = client.get(f"{board}?stage=deciding").text

    assert "1 chờ quyết định" in page
    assert "Khác Ý</a>" in page
    assert "Êm Ả</a>" not in page
    assert "Bản 2" in page
    for sort, first in (("deciding", "Khác Ý</a>"), ("different", "Khác Ý</a>"), ("name", "Êm Ả</a>")):
        shown = client.get(f"{board}?sort={sort}").text
        last = "Êm Ả</a>" if first == "Khác Ý</a>" else "Khác Ý</a>"
        assert shown.index(first) < shown.index(last), sort
    beside = client.get(f"{board}/schools/{adapted.id}").text
    assert "1 chờ quyết định" in beside
    assert "Nhắc riêng đơn vị này" in beside


def test_reminders_are_private_and_come_once_a_day(
    app: Flask, client_for: Clients, office: UnitRef, officer: PersonRef, plan: PlanRef
) -> None:
    first, second = make_school(app, office), make_school(app, office)
    foreign = make_school(app, make_office(app))
    send(app, plan, first, second)
    client, address = client_for(officer), f"/o/{office.slug}/plans/{plan.id}/remind"
    now = clock.now()

    def told(school: UnitRef) -> int:
        with in_unit(app, school) as session:
            return len(session.scalars(select(Notice).where(Notice.key.like("plan.remind:%"))).all())

    client.post(address, data={"unit": str(foreign.id)})
    client.post(address, data={"unit": str(first.id)})
    run_jobs(app)
    assert (told(first), told(second), told(foreign)) == (1, 0, 0)
    everybody = client.post(address, data={}, follow_redirects=True).text
    assert "Đã nhắc riêng 1 đơn vị" in everybody
    again = client.post(address, data={}, follow_redirects=True).text
    assert "một lần trong 24 giờ" in again
    with clock.frozen(now + dt.timedelta(days=1, minutes=5)):
        assert "Đã nhắc riêng 2 đơn vị" in client.post(address, data={}, follow_redirects=True).text


@pytest.mark.usually("sqlite")
def test_the_board_costs_the_same_for_one_and_three_schools(
    app: Flask, client_for: Clients, office: UnitRef, officer: PersonRef, plan: PlanRef
) -> None:
    schools = [make_school(app, office) for _n in range(3)]
    client = client_for(officer)
    send(app, plan, schools[0])
    sent = set()
    for more in (schools[:1], schools[1:]):
        with in_unit(app, office, scope.Kind.OVERSIGHT):
            issuing.send_to_more(plan.id, [school.id for school in more], None)
        run_jobs(app)
        change(app, own_plan(app, more[0], plan))
        for path in ("", "/board.csv"):
            with count_queries() as statements:
                client.get(f"/o/{office.slug}/plans/{plan.id}{path}")
            sent.add((path, len(statements)))
    assert len(sent) == 2


def test_strangers_find_no_board_and_writers_remind_nobody(
    app: Flask, client_for: Clients, office: UnitRef, plan: PlanRef
) -> None:
    school = make_school(app, office)
    send(app, plan, school)
    stranger = client_for(make_person(app, make_office(app), "officer"))
    writer = client_for(make_person(app, office, "author"))
    for path in ("", f"/schools/{school.id}"):
        assert stranger.get(f"/o/{office.slug}/plans/{plan.id}{path}").status_code == 404
    assert writer.post(f"/o/{office.slug}/plans/{plan.id}/remind").status_code == 403
