"""Orders to correct or withdraw: from the one who orders down to each outlet, and back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import publishing_builders as rooms
import pytest
from article_builders import ArticleRef, make_team
from builders import UnitRef, in_unit, make_office, make_person, run_jobs
from flask import Flask
from publishing_builders import BOARD, Board, Desk
from sqlalchemy import select

from channel_plugins import NeedsPerson
from tenants import clock
from tenants.errors import NotFound, Refused
from tenants.orders import queries, receiving, service, states
from tenants.orders.models import ContentOrder, OrderItem, OrderReceipt, OrderTarget
from tenants.orders.service import Subject, Words
from tenants.publishing.models import Delivery, PublishingHold
from tenants.scope import Kind

TAKE_DOWN = Words(states.WITHDRAW, "Ảnh chưa có sự đồng ý của phụ huynh")
MEND = Words(states.CORRECT, "Sai ngày hội", "Sửa ngày 12 thành ngày 21")


@pytest.fixture
def board(app: Flask) -> Iterator[Board]:
    with rooms.board_installed(app) as board:
        yield board


@pytest.fixture
def office(app: Flask) -> UnitRef:
    return make_office(app)


@pytest.fixture
def desk(app: Flask, board: Board, office: UnitRef) -> Desk:
    return rooms.make_desk(app, office=office)


def published(app: Flask, desk: Desk, *channels: str, **changes: str) -> ArticleRef:
    article = rooms.approved(app, desk, **changes)
    for channel in channels:
        rooms.plan(app, desk, article, channel)
    run_jobs(app)
    return article


def issue(app: Flask, office: UnitRef, words: Words, subject: Subject, *units: UnitRef) -> int:
    person = make_person(app, office, "officer")
    with in_unit(app, office, Kind.OVERSIGHT):
        return service.issue(words, subject, [unit.id for unit in units], person.id).id


def items(app: Flask, unit: UnitRef) -> dict[str, tuple[str, int]]:
    with in_unit(app, unit) as session:
        return {item.channel: (item.state, item.id) for item in session.scalars(select(OrderItem))}


def order_state(app: Flask, office: UnitRef, order_id: int) -> tuple[str, list[str]]:
    with in_unit(app, office) as session:
        rows = select(OrderTarget.state).where(OrderTarget.order_id == order_id).order_by(OrderTarget.id)
        return session.get(ContentOrder, (office.id, order_id)).state, list(session.scalars(rows))


def test_an_office_order_is_followed_outlet_by_outlet_until_it_closes(app: Flask, desk: Desk, office: UnitRef) -> None:
    article = published(app, desk, "website", BOARD, "radio")
    order_id = issue(app, office, TAKE_DOWN, Subject("Ngày hội", article_id=article.id), desk.unit)
    run_jobs(app)
    assert {channel: state for channel, (state, _id) in items(app, desk.unit).items()} == {
        "website": "open", BOARD: "open", "radio": "open",
    }  # fmt: skip
    with in_unit(app, desk.unit):
        assert queries.count_waiting() == 1
        assert service.withdraw_all(queries.waiting()[0].id, desk.team.web.id) == (2, 1)
    assert items(app, desk.unit)[BOARD][0] == "doing"
    run_jobs(app)
    assert order_state(app, office, order_id) == ("open", ["received"])
    found = items(app, desk.unit)
    assert (found["website"][0], found[BOARD][0], found["radio"][0]) == ("deleted", "deleted", "open")
    with in_unit(app, desk.unit):
        service.settle_item(found["radio"][1], "answered", "Đã báo đài không phát lại", desk.team.web.id)
    run_jobs(app)
    assert order_state(app, office, order_id) == ("closed", ["done"])
    with in_unit(app, desk.unit):
        assert queries.count_waiting() == 0


def test_what_an_order_took_down_is_not_published_again_until_it_is_lifted(
    app: Flask, desk: Desk, office: UnitRef, board: Board
) -> None:
    article = published(app, desk, "website")
    order_id = issue(app, office, TAKE_DOWN, Subject("Ngày hội", article_id=article.id), desk.unit)
    run_jobs(app)
    with pytest.raises(Refused, match="yêu cầu gỡ bài này"):
        rooms.plan(app, desk, article, BOARD)
    with in_unit(app, desk.unit):
        service.withdraw_all(queries.waiting()[0].id, desk.team.web.id)
    run_jobs(app)
    assert order_state(app, office, order_id)[0] == "closed"
    again = rooms.approve_again(app, desk, article, title="Cùng bài ấy, viết lại")
    with pytest.raises(Refused, match="yêu cầu gỡ bài này"):
        rooms.plan(app, desk, again, BOARD)
    head = make_person(app, office, "head")
    with in_unit(app, office):
        service.lift(order_id, head.id)
    run_jobs(app)
    rooms.plan(app, desk, again, BOARD)
    run_jobs(app)
    assert board.titles == ["Cùng bài ấy, viết lại"]


def test_a_correction_closes_by_itself_when_the_new_text_has_replaced_the_old(
    app: Flask, desk: Desk, office: UnitRef, board: Board
) -> None:
    article = published(app, desk, "website", BOARD)
    order_id = issue(app, office, MEND, Subject("Ngày hội", article_id=article.id), desk.unit)
    run_jobs(app)
    with pytest.raises(Refused, match="đính chính"):
        rooms.plan(app, desk, article, "radio")
    again = rooms.approve_again(app, desk, article, title="Ngày hội đọc sách ngày 21 ở Trường Hoa Sim")
    rooms.plan(app, desk, again, "website")
    run_jobs(app)
    assert items(app, desk.unit)["website"][0] == "edited"
    assert order_state(app, office, order_id)[0] == "open"
    rooms.plan(app, desk, again, BOARD)
    run_jobs(app)
    assert order_state(app, office, order_id) == ("closed", ["done"])
    assert board.titles == ["Ngày hội đọc sách ngày 21 ở Trường Hoa Sim"]


def test_a_topic_order_reaches_each_school_once_and_stops_what_is_scheduled(
    app: Flask, desk: Desk, office: UnitRef, board: Board
) -> None:
    other = rooms.make_desk(app, office=office)
    published(app, desk, "website", BOARD)
    waiting = rooms.approved(app, desk, title="Bài hẹn giờ cùng chủ đề")
    delivery_id = rooms.plan(app, desk, waiting, BOARD, clock.now() + dt.timedelta(hours=2))
    order_id = issue(app, office, TAKE_DOWN, Subject("Văn hóa đọc", node_id=desk.topic), desk.unit, other.unit)
    run_jobs(app)
    assert order_state(app, office, order_id) == ("open", ["received", "done"])
    seen = rooms.see(app, desk, delivery_id)
    assert (seen.state, "Văn hóa đọc" in seen.sentence) == ("cancelled", True)
    assert len(items(app, desk.unit)) == 2


def test_receiving_twice_changes_nothing(app: Flask, desk: Desk, office: UnitRef) -> None:
    article = published(app, desk, "website")
    order_id = issue(app, office, TAKE_DOWN, Subject("Ngày hội", article_id=article.id), desk.unit)
    run_jobs(app)
    with in_unit(app, desk.unit):
        receiving.receive(office.id, order_id)
    with in_unit(app, desk.unit) as session:
        assert len(session.scalars(select(OrderReceipt)).all()) == 1
        assert len(session.scalars(select(OrderItem)).all()) == 1
        assert len(session.scalars(select(PublishingHold)).all()) == 1


def test_a_report_that_was_overtaken_is_not_heard(app: Flask, desk: Desk, office: UnitRef) -> None:
    article = published(app, desk, "website")
    order_id = issue(app, office, TAKE_DOWN, Subject("Ngày hội", article_id=article.id), desk.unit)
    run_jobs(app)
    facts = {"order_id": order_id, "target_unit_id": desk.unit.id, "received_at": "2026-11-21T08:00:00+07:00"}
    with in_unit(app, office):
        service.hear(**facts, serial=9, items=1, ended=1, last_sign_at=None)
        service.hear(**facts, serial=8, items=1, ended=0, last_sign_at=None)
    assert order_state(app, office, order_id) == ("closed", ["done"])


def test_an_outlet_that_refuses_to_take_down_waits_for_a_person(
    app: Flask, desk: Desk, office: UnitRef, board: Board
) -> None:
    article = published(app, desk, BOARD)
    order_id = issue(app, office, TAKE_DOWN, Subject("Ngày hội", article_id=article.id), desk.unit)
    run_jobs(app)
    board.answers.append(NeedsPerson("Bảng đã khóa, hãy gỡ bằng tay."))
    with in_unit(app, desk.unit):
        service.withdraw_all(queries.waiting()[0].id, desk.team.web.id)
    run_jobs(app)
    state, item_id = items(app, desk.unit)[BOARD]
    assert state == "open"
    with in_unit(app, desk.unit):
        service.settle_item(item_id, "deleted", "Đã tháo khỏi bảng", desk.team.web.id)
    run_jobs(app)
    assert order_state(app, office, order_id) == ("closed", ["done"])
    with in_unit(app, desk.unit) as session:
        assert session.scalars(select(Delivery.state)).one() == "retracted"


def test_a_school_orders_itself_and_its_superior_does_not_see_it(app: Flask, desk: Desk, office: UnitRef) -> None:
    article = published(app, desk, "website")
    with in_unit(app, desk.unit):
        order_id = service.order_own(article.id, TAKE_DOWN, desk.team.principal.id).id
        service.withdraw_all(queries.waiting()[0].id, desk.team.principal.id)
    run_jobs(app)
    assert order_state(app, desk.unit, order_id) == ("closed", ["done"])
    with in_unit(app, office, Kind.OVERSIGHT) as session:
        assert session.scalars(select(OrderItem)).all() == []
        with pytest.raises(NotFound):
            queries.get_order(order_id)


def test_another_school_and_another_office_see_nothing(app: Flask, desk: Desk, office: UnitRef) -> None:
    article = published(app, desk, "website")
    order_id = issue(app, office, TAKE_DOWN, Subject("Ngày hội", article_id=article.id), desk.unit)
    run_jobs(app)
    sibling, foreign = make_team(app, office=office).unit, make_office(app)
    stranger = make_person(app, foreign, "head")
    with in_unit(app, sibling) as session:
        assert session.scalars(select(OrderReceipt)).all() == session.scalars(select(OrderItem)).all() == []
    with in_unit(app, foreign, Kind.OVERSIGHT) as session:
        assert session.scalars(select(OrderItem)).all() == []
        assert session.scalars(select(ContentOrder)).all() == []
        with pytest.raises(NotFound):
            service.lift(order_id, stranger.id)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (Words(states.WITHDRAW, "  "), "no-reason"),
        (Words(states.CORRECT, "Sai ngày"), "no-instruction"),
        (Words("shout", "Sai ngày"), "unknown-kind"),
    ],
)
def test_an_order_says_why_and_what(app: Flask, office: UnitRef, words: Words, code: str) -> None:
    with in_unit(app, office) as session:
        with pytest.raises(Refused) as refusal:
            service.issue(words, Subject("Ngày hội", node_id="n1"), [office.id], 1)
        assert refusal.value.code == code
        assert session.scalars(select(ContentOrder)).all() == []


def test_reminding_reaches_only_those_who_are_not_done(app: Flask, desk: Desk, office: UnitRef) -> None:
    other = rooms.make_desk(app, office=office)
    published(app, desk, "website")
    order_id = issue(app, office, TAKE_DOWN, Subject("Văn hóa đọc", node_id=desk.topic), desk.unit, other.unit)
    run_jobs(app)
    officer = make_person(app, office, "officer")
    with in_unit(app, office):
        assert service.remind(order_id, [], officer.id) == 1
    run_jobs(app)
    fresh = rooms.approved(app, desk, title="Bài mới của chủ đề")
    with in_unit(app, desk.unit) as session:
        assert session.scalars(select(OrderReceipt)).one().reminded_at is not None
    with pytest.raises(Refused, match="đang yêu cầu gỡ các bài"):
        rooms.plan(app, desk, fresh, "website")
