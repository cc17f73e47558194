"""Orders, freezes and offered articles as an office meets them in the browser, and whom these pages keep out."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import article_builders as articles
import publishing_builders as rooms
import pytest
from builders import PersonRef, UnitRef, in_unit, make_office, make_person, run_jobs
from flask import Flask
from publishing_builders import BOARD, Board, Desk
from queries import count_queries
from sqlalchemy import select
from webclient import PageClient

from tenants.content.models import Article
from tenants.offers import service as offers
from tenants.offers.models import Offer
from tenants.orders.models import ContentOrder, OrderItem, OrderTarget

Clients = Callable[..., PageClient]

pytestmark = pytest.mark.database("sqlite")

REASON = "Ảnh chưa có sự đồng ý của phụ huynh"


@pytest.fixture
def board(app: Flask) -> Iterator[Board]:
    with rooms.board_installed(app) as board:
        yield board


@pytest.fixture
def office(app: Flask) -> UnitRef:
    return make_office(app, "UBND xã Hoa Sim")


@pytest.fixture
def officer(app: Flask, office: UnitRef) -> PersonRef:
    return make_person(app, office, "officer")


@pytest.fixture
def desk(app: Flask, board: Board, office: UnitRef) -> Desk:
    return rooms.make_desk(app, "Trường Tiểu học Hoa Sim", office)


def published(app: Flask, desk: Desk, *channels: str, **changes: str) -> int:
    article = rooms.approved(app, desk, **changes)
    for channel in channels:
        rooms.plan(app, desk, article, channel)
    run_jobs(app)
    return article.id


def newest_order(app: Flask, office: UnitRef) -> int:
    with in_unit(app, office) as session:
        return session.scalars(select(ContentOrder.id).order_by(ContentOrder.id.desc())).first()


def test_an_order_about_one_article_is_given_watched_and_reminded_of(
    app: Flask, client_for: Clients, desk: Desk, office: UnitRef, officer: PersonRef
) -> None:
    article_id = published(app, desk, BOARD, "website")
    client = client_for(officer)
    school = client.get(f"/o/{office.slug}/schools/{desk.unit.id}").text
    assert f"article={article_id}" in school
    address = f"/o/{office.slug}/orders/new?unit={desk.unit.id}&article={article_id}"
    assert "Trường Tiểu học Hoa Sim" in client.get(address).text
    refused = client.post(address, data={"kind": "correct", "reason": REASON})
    assert refused.status_code == 422 and REASON in refused.text
    page = client.post(address, data={"kind": "withdraw", "reason": REASON}, follow_redirects=True).text
    assert "chưa nhận" in page
    run_jobs(app)
    order_id = newest_order(app, office)
    page = client.get(f"/o/{office.slug}/orders/{order_id}").text
    assert "Bảng tin thử" in page and "Chưa làm" in page and "0/2" in page
    assert (
        "Đã nhắc 1 đơn vị"
        in client.post(
            f"/o/{office.slug}/orders/{order_id}/remind", data={"unit": desk.unit.id}, follow_redirects=True
        ).text
    )
    run_jobs(app)
    assert "Đã được nhắc" in client_for(desk.team.web).get(f"/u/{desk.unit.slug}/").text
    client.post(f"/o/{office.slug}/orders/{order_id}/lift")
    run_jobs(app)
    assert "Đã rút lệnh" in client_for(desk.team.web).get(f"/u/{desk.unit.slug}/orders/").text


def test_a_topic_order_goes_to_everybody_or_to_the_chosen(
    app: Flask, client_for: Clients, desk: Desk, office: UnitRef, officer: PersonRef
) -> None:
    other = rooms.make_desk(app, "Trường Mầm non Bản Lạnh", office)
    topic = articles.give_topic(app, office, "An toàn trường học")
    client = client_for(officer)
    address = f"/o/{office.slug}/orders/new"
    typed = {"kind": "withdraw", "reason": REASON, "node": topic}
    nobody = client.post(address, data=typed)
    assert nobody.status_code == 422 and "Chưa chọn đơn vị" in nobody.text
    client.post(address, data={**typed, "unit": other.unit.id})
    client.post(address, data={**typed, "everybody": "yes"})
    assert client.post(address, data={**typed, "node": "khong-co", "everybody": "yes"}).status_code == 422
    with in_unit(app, office) as session:
        rows = session.execute(select(OrderTarget.order_id, OrderTarget.target_unit_id)).all()
    newest = newest_order(app, office)
    assert sorted(unit for order, unit in rows if order == newest) == sorted([desk.unit.id, other.unit.id])
    assert [unit for order, unit in rows if order != newest] == [other.unit.id]


def test_another_office_finds_nothing_here(
    app: Flask, client_for: Clients, desk: Desk, office: UnitRef, officer: PersonRef
) -> None:
    article_id = published(app, desk, "website")
    with in_unit(app, desk.unit):
        offer_id = offers.offer(article_id, office.id, "", consent=True, actor_id=desk.team.web.id).id
    client_for(officer).post(
        f"/o/{office.slug}/orders/new?unit={desk.unit.id}&article={article_id}",
        data={"kind": "withdraw", "reason": REASON},
    )
    run_jobs(app)
    order_id = newest_order(app, office)
    elsewhere = make_office(app)
    stranger = client_for(make_person(app, elsewhere, "head"))
    base = f"/o/{elsewhere.slug}"
    assert stranger.get(f"{base}/orders/{order_id}").status_code == 404
    assert stranger.post(f"{base}/orders/{order_id}/remind").status_code == 404
    assert stranger.post(f"{base}/orders/{order_id}/lift").status_code == 404
    assert stranger.get(f"{base}/orders/new?unit={desk.unit.id}&article={article_id}").status_code == 404
    assert stranger.get(f"{base}/offers/{desk.unit.id}/{offer_id}").status_code == 404
    assert stranger.post(f"{base}/offers/{desk.unit.id}/{offer_id}/accept").status_code == 404
    below = make_office(app, under=office)
    middle = client_for(make_person(app, below, "head"))
    assert middle.get(f"/o/{below.slug}/orders/{order_id}").status_code == 404
    above = rooms.make_desk(app, office=below)
    assert client_for(above.team.principal).get(f"/u/{above.unit.slug}/orders/{order_id}").status_code == 404
    with in_unit(app, desk.unit) as session:
        assert session.scalars(select(OrderItem.state)).one() == "open"


def test_an_order_cannot_be_given_about_what_was_never_published(
    app: Flask, client_for: Clients, desk: Desk, office: UnitRef, officer: PersonRef
) -> None:
    draft = articles.draft(app, desk.unit, desk.team.author).id
    for article_id in (draft, rooms.approved(app, desk).id):
        address = f"/o/{office.slug}/orders/new?unit={desk.unit.id}&article={article_id}"
        assert client_for(officer).get(address).status_code == 404


def test_an_offered_article_is_read_taken_and_returned(
    app: Flask, client_for: Clients, desk: Desk, office: UnitRef, officer: PersonRef
) -> None:
    ids = [rooms.approved(app, desk, title=title).id for title in ("Hội thi tiếng hát", "Cô giáo cắm bản")]
    rooms.approved(app, desk, title="Bài không đề nghị")
    made = []
    for article_id in ids:
        with in_unit(app, desk.unit):
            made.append(offers.offer(article_id, office.id, "Mong đăng", consent=True, actor_id=desk.team.web.id).id)
    client = client_for(officer)
    index = client.get(f"/o/{office.slug}/offers").text
    assert "Hội thi tiếng hát" in index and "Bài không đề nghị" not in index
    base = f"/o/{office.slug}/offers/{desk.unit.id}"
    assert "Các lớp bày gian sách" in client.get(f"{base}/{made[0]}").text
    refused = client.post(f"{base}/{made[1]}/return", data={"note": " "})
    assert refused.status_code == 422
    client.post(f"{base}/{made[1]}/return", data={"note": "Cần số liệu"})
    accepted = client.post(f"{base}/{made[0]}/accept", data={"note": "Bài hay"})
    assert "/articles/" in accepted.location
    again = client.post(f"{base}/{made[0]}/accept", data={"note": "Bài hay"})
    assert again.status_code == 422
    run_jobs(app)
    with in_unit(app, office) as session:
        assert [article.title for article in session.scalars(select(Article))] == ["Hội thi tiếng hát"]
    with in_unit(app, desk.unit) as session:
        assert list(session.scalars(select(Offer.state).order_by(Offer.id))) == ["accepted", "returned"]
    assert "Cần số liệu" in client_for(desk.team.web).get(f"/u/{desk.unit.slug}/offers/").text
    assert "Đã nhận" in client.get(f"/o/{office.slug}/offers?group=answered").text


def test_the_office_freezes_everything_below_it(
    app: Flask, client_for: Clients, desk: Desk, office: UnitRef, officer: PersonRef, board: Board
) -> None:
    client = client_for(officer)
    page = client.post(
        f"/o/{office.slug}/freezes", data={"node": "everything", "reason": "Chờ kết luận"}, follow_redirects=True
    ).text
    assert "Đang dừng" in page and "Chờ kết luận" in page
    school = client_for(desk.team.web).get(f"/u/{desk.unit.slug}/freezes/").text
    assert "UBND xã Hoa Sim" in school and "Chờ kết luận" in school and "/lift" not in school


def test_the_pages_of_the_office_send_as_many_queries_for_three_schools_as_for_one(
    app: Flask, client_for: Clients, desk: Desk, office: UnitRef, officer: PersonRef
) -> None:
    topic = articles.give_topic(app, office, "An toàn trường học")
    client = client_for(officer)
    numbers = []
    for name in ("Trường Hai", "Trường Ba", ""):
        client.post(
            f"/o/{office.slug}/orders/new",
            data={"kind": "withdraw", "reason": REASON, "node": topic, "everybody": "yes"},
        )
        run_jobs(app)
        sent = []
        for page in ("orders", f"orders/{newest_order(app, office)}", "offers", "freezes"):
            client.get(f"/o/{office.slug}/{page}")
            with count_queries() as statements:
                client.get(f"/o/{office.slug}/{page}")
            sent.append(len(statements))
        numbers.append(sent)
        if name:
            rooms.make_desk(app, name, office)
    assert numbers[0] == numbers[1] == numbers[2]
