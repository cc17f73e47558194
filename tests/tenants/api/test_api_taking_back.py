"""What pages can hold back or take back, over the API: orders, freezes, offers, bulletins, issued plans."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import plan_builders as plans
import publishing_builders as rooms
import pytest
from api_client import ApiClient, at_office, at_unit
from builders import UnitRef, in_unit, make_office, make_person, run_jobs
from bulletin_builders import hand_over, make_bulletin
from flask import Flask
from plan_builders import PlanRef
from publishing_builders import BOARD, Board, Desk
from queries import count_queries
from sqlalchemy import select

from district.issuing import service as issuing
from tenants.notices.models import Notice
from tenants.offers import service as offering
from tenants.plans.values import NodeValues

REASON = "Ảnh chụp rõ mặt học sinh."


@dataclass(frozen=True)
class Room:
    office: UnitRef
    base: PlanRef
    desk: Desk
    board: Board
    principal: ApiClient
    web: ApiClient
    officer: ApiClient


@pytest.fixture
def room(app: Flask) -> Iterator[Room]:
    with rooms.board_installed(app) as board:
        office = make_office(app)
        desk = rooms.make_desk(app, office=office)
        base = plans.make_plan(app, office, {"read": NodeValues(title="Văn hóa đọc")})
        plans.issue(app, base)
        officer = at_office(app, make_person(app, office, "officer"), office)
        principal, web = (at_unit(app, person, desk.unit) for person in (desk.team.principal, desk.team.web))
        yield Room(office, base, desk, board, principal, web, officer)


def published(app: Flask, room: Room, **changes: Any) -> int:
    article = rooms.approved(app, room.desk, **changes)
    rooms.plan(app, room.desk, article, BOARD)
    run_jobs(app)
    return article.id


def test_a_school_orders_itself_to_withdraw_and_takes_the_order_back(app: Flask, room: Room) -> None:
    article_id = published(app, room)
    words = {"kind": "withdraw", "reason": REASON}
    assert room.web.post(f"/articles/{article_id}/orders", words).status == 403
    order = room.principal.ok("POST", f"/articles/{article_id}/orders", words)
    assert (order["order_state"], [item["state"] for item in order["items"]]) == ("open", ["open"])
    address = f"/orders/{order['id']}"
    assert room.web.ok("POST", f"{address}/withdraw") == {"begun": 1, "left": 0}
    run_jobs(app)
    assert room.board.titles == [], "taken down from the board"
    shown = room.web.ok("GET", address)
    assert (shown["order_state"], shown["items"][0]["state"]) == ("closed", "deleted")
    assert room.web.post(f"{address}/lift").status == 403
    assert room.principal.ok("POST", f"{address}/lift")["order_state"] == "lifted"
    assert room.principal.post(f"{address}/lift").code == "lifted-already"
    assert [one["id"] for one in room.web.ok("GET", "/orders")["items"]] == [order["id"]]


def test_an_item_is_settled_by_hand_with_a_note(app: Flask, room: Room) -> None:
    article_id = published(app, room)
    words = {"kind": "correct", "reason": "Sai ngày.", "instruction": "Sửa thành 20/11."}
    assert room.principal.post(f"/articles/{article_id}/orders", {**words, "instruction": ""}).code == "no-instruction"
    order = room.principal.ok("POST", f"/articles/{article_id}/orders", words)
    item = f"/orders/{order['id']}/items/{order['items'][0]['id']}"
    assert room.web.post(item, {"result": "answered"}).code == "no-note"
    settled = room.web.ok("POST", item, {"result": "answered", "note": "Đã viết bài mới."})
    assert (settled["items"][0]["state"], settled["items"][0]["note"]) == ("answered", "Đã viết bài mới.")


def test_an_office_gives_an_order_follows_it_and_takes_it_back(app: Flask, room: Room) -> None:
    article_id = published(app, room)
    words = {"kind": "withdraw", "reason": REASON, "unit_id": room.desk.unit.id, "article_id": article_id}
    assert room.officer.post("/orders", {**words, "unit_id": None}).status == 404
    order = room.officer.ok("POST", "/orders", words)
    run_jobs(app)
    shown = room.officer.ok("GET", f"/orders/{order['id']}")
    assert (shown["state"], shown["units"], shown["items"]) == ("open", 1, 1)
    assert [(one["unit_id"], one["state"]) for one in shown["targets"]] == [(room.desk.unit.id, "received")]
    (theirs,) = room.principal.ok("GET", "/orders")["items"]
    assert room.principal.post(f"/orders/{theirs['id']}/lift").code == "not-yours"
    assert room.officer.ok("POST", f"/orders/{order['id']}/lift")["state"] == "lifted"
    run_jobs(app)
    assert room.principal.ok("GET", f"/orders/{theirs['id']}")["order_state"] == "lifted"
    assert room.officer.post(f"/orders/{order['id']}/lift").code == "lifted-already"
    topic = {"kind": "withdraw", "reason": REASON, "node_id": room.base.nodes["read"]}
    assert room.officer.post("/orders", topic).code == "no-target"
    assert room.officer.ok("POST", "/orders", {**topic, "everybody": True})["units"] == 1


def test_the_list_of_orders_asks_the_same_for_one_and_three(app: Flask, room: Room) -> None:
    topic = {"kind": "withdraw", "reason": REASON, "node_id": room.base.nodes["read"], "everybody": True}

    def counted() -> tuple[int, int]:
        room.officer.ok("POST", "/orders", topic)
        run_jobs(app)
        numbers = []
        for client in (room.officer, room.web):
            with count_queries() as sent:
                client.ok("GET", "/orders")
            numbers.append(len(sent))
        return numbers[0], numbers[1]

    assert len({counted() for _n in range(3)}) == 1


def test_freezes_are_made_once_and_lifted_by_whose_they_are(app: Flask, room: Room) -> None:
    frozen = room.web.ok("POST", "/freezes", {"node_id": room.desk.topic, "reason": "Chờ xác minh"})
    again = room.web.post("/freezes", {"node_id": room.desk.topic, "reason": "Lần nữa"})
    assert (again.status, again.code, again.json["data"]["hold_id"]) == (422, "frozen-already", frozen["id"])
    above = room.officer.ok("POST", "/freezes", {"reason": "Chờ kết luận"})
    assert above["node_id"] is None
    assert {one["id"] for one in room.web.ok("GET", "/freezes")["items"]} == {frozen["id"], above["id"]}
    assert [one["id"] for one in room.officer.ok("GET", "/freezes")["items"]] == [above["id"]]
    assert room.web.post(f"/freezes/{above['id']}/lift").status == 404
    assert room.web.ok("POST", f"/freezes/{frozen['id']}/lift")["lifted_at"]
    assert room.officer.ok("POST", f"/freezes/{above['id']}/lift")["lifted_by"]
    assert room.officer.post(f"/freezes/{above['id']}/lift").code == "lifted-already"
    author = at_unit(app, room.desk.team.author, room.desk.unit)
    assert author.post(f"/freezes/{frozen['id']}/lift").status == 403


def test_an_offer_is_taken_back_until_the_superior_has_decided(app: Flask, room: Room) -> None:
    made = []
    for _each in range(2):
        article = rooms.approved(app, room.desk)
        with in_unit(app, room.desk.unit):
            by = room.desk.team.web.id
            made.append(offering.offer(article.id, room.office.id, "Mong đăng", consent=True, actor_id=by).id)
    assert [one["id"] for one in room.web.ok("GET", "/portal-offers")["items"]] == made[::-1]
    assert room.web.ok("POST", f"/portal-offers/{made[0]}/withdraw")["state"] == "withdrawn"
    with in_unit(app, room.desk.unit):
        offering.hear_answer(made[1], "accepted", "Bài hay", room.desk.team.web.id, "2026-11-20T08:00:00+07:00")
    assert room.web.post(f"/portal-offers/{made[1]}/withdraw").code == "answered-already"
    assert room.web.ok("GET", f"/portal-offers/{made[1]}")["answer"] == "Bài hay"


def test_a_bulletin_is_taken_back_before_it_is_broadcast(app: Flask, room: Room) -> None:
    bulletin_id = make_bulletin(app, room.desk, rooms.approved(app, room.desk))
    address = f"/bulletins/{bulletin_id}/withdraw"
    assert room.web.post(address, {"reason": "Lịch đã đổi."}).code == "not-handed"
    hand_over(app, room.desk, bulletin_id)
    assert [one["state"] for one in room.web.ok("GET", "/bulletins")["items"]] == ["handed_over"]
    done = room.web.ok("POST", address, {"reason": "Lịch đã đổi."})
    assert done["state"] == "withdrawn" and "Lịch đã đổi" in done["sentence"]
    assert at_unit(app, room.desk.team.author, room.desk.unit).post(address, {"reason": "Vì"}).status == 403


def test_a_plan_is_revoked_by_its_head_and_who_was_sent_it_is_told(app: Flask, room: Room) -> None:
    with in_unit(app, room.office):
        issuing.send_to_more(room.base.id, [room.desk.unit.id], None)
    run_jobs(app)
    head = at_unit(app, make_person(app, room.office, "head"), room.office)
    officer = at_unit(app, make_person(app, room.office, "officer"), room.office)
    about = app.extensions["loa.api"].document()["paths"]["/api/v1/units/{unit_slug}/plans/{plan_id}/revoke"]["post"]
    notice = about["requestBody"]["content"]["application/json"]["example"]
    address = f"/plans/{room.base.id}/revoke"
    assert officer.post(address, notice).status == 403
    assert head.post(address, {**notice, "reason": " "}).code == "no-reason"
    done = head.ok("POST", address, notice)
    assert (done["plan_id"], done["number"], done["version"]) == (room.base.id, notice["number"], 1)
    assert head.post(address, notice).code == "plan-state"
    run_jobs(app)
    with in_unit(app, room.desk.unit) as session:
        (told,) = session.scalars(select(Notice.text).where(Notice.key.startswith("plan.revoked:")))
    assert notice["reason"] in told


def test_every_example_of_the_document_is_a_body_that_can_be_read(app: Flask) -> None:
    document = app.extensions["loa.api"].document()
    bodies = [
        about["requestBody"]["content"]["application/json"]
        for path in document["paths"].values()
        for method, about in path.items()
        if method != "parameters" and "application/json" in about.get("requestBody", {}).get("content", {})
    ]
    examples = [body for body in bodies if "example" in body]
    assert len(examples) >= 8
    for body in examples:
        schema = document["components"]["schemas"][body["schema"]["$ref"].rpartition("/")[2]]
        assert set(schema.get("required", ())) <= set(body["example"]) <= set(schema["properties"])
