"""Orders, freezes, offers and wished times as a school meets them in the browser."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import article_builders as articles
import publishing_builders as rooms
import pytest
from builders import UnitRef, in_unit, make_office, make_person, make_school, run_jobs
from flask import Flask
from publishing_builders import BOARD, Board, Desk
from queries import count_queries
from sqlalchemy import select
from webclient import PageClient

from tenants import clock
from tenants.content import wishes
from tenants.content.models import Article, PublishingWish
from tenants.content.wishes import Wish
from tenants.offers.models import Offer
from tenants.orders import service, states
from tenants.orders.models import OrderItem, OrderReceipt
from tenants.orders.service import Subject, Words
from tenants.publishing.models import Delivery, PublishingHold
from tenants.scope import Kind

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
def desk(app: Flask, board: Board, office: UnitRef) -> Desk:
    return rooms.make_desk(app, "Trường Tiểu học Hoa Sim", office)


def order(
    app: Flask, desk: Desk, office: UnitRef, kind: str = states.WITHDRAW, title: str = "Ngày hội đọc sách"
) -> int:
    """An order of the office about an article on the board, the site and the radio; returns the article."""
    article = rooms.approved(app, desk, title=title)
    for channel in (BOARD, "website", "radio"):
        rooms.plan(app, desk, article, channel)
    run_jobs(app)
    officer = make_person(app, office, "officer")
    with in_unit(app, office, Kind.OVERSIGHT):
        words = Words(kind, REASON, "Che mặt học sinh", urgent=True)
        service.issue(words, Subject(title, article_id=article.id), [desk.unit.id], officer.id)
    run_jobs(app)
    return article.id


def receipts(app: Flask, desk: Desk) -> list[int]:
    with in_unit(app, desk.unit) as session:
        return list(session.scalars(select(OrderReceipt.id).order_by(OrderReceipt.id)))


def item(app: Flask, desk: Desk, channel: str) -> tuple[int, str]:
    with in_unit(app, desk.unit) as session:
        found = session.scalars(select(OrderItem).where(OrderItem.channel == channel)).one()
        return found.id, found.state


def test_an_order_is_the_first_task_and_is_carried_out_from_its_page(
    app: Flask, client_for: Clients, desk: Desk, office: UnitRef, board: Board
) -> None:
    order(app, desk, office)
    client = client_for(desk.team.web)
    home = client.get(f"/u/{desk.unit.slug}/").text
    assert "Lệnh phải làm" in home and "Gỡ bài: Ngày hội đọc sách" in home and "Khẩn" in home
    (receipt_id,) = receipts(app, desk)
    page = client.get(f"/u/{desk.unit.slug}/orders/{receipt_id}").text
    assert REASON in page and "Gỡ khỏi mọi kênh có thể gỡ" in page and "UBND xã Hoa Sim" in page
    done = client.post(f"/u/{desk.unit.slug}/orders/{receipt_id}/withdraw", follow_redirects=True).text
    assert "Đang gỡ bài khỏi 2 kênh" in done and "Còn 1 kênh cần người làm" in done
    run_jobs(app)
    assert board.titles == []
    item_id, _state = item(app, desk, "radio")
    address = f"/u/{desk.unit.slug}/orders/{receipt_id}/items/{item_id}"
    refused = client.post(address, data={"result": "acknowledged", "note": ""})
    assert refused.status_code == 422 and "Hãy ghi rõ đã làm gì" in refused.text
    client.post(address, data={"result": "acknowledged", "note": "Đài đã phát chiều qua"})
    assert item(app, desk, "radio")[1] == "acknowledged"
    assert "Lệnh phải làm <span" not in client.get(f"/u/{desk.unit.slug}/").text


def test_what_was_handed_over_is_taken_back_before_it_is_broadcast(
    app: Flask, client_for: Clients, desk: Desk, office: UnitRef
) -> None:
    order(app, desk, office)
    (receipt_id,) = receipts(app, desk)
    item_id, _state = item(app, desk, "radio")
    client = client_for(desk.team.web)
    client.post(
        f"/u/{desk.unit.slug}/orders/{receipt_id}/items/{item_id}", data={"result": "deleted", "note": "Đã báo đài"}
    )
    assert item(app, desk, "radio")[1] == "deleted"
    with in_unit(app, desk.unit) as session:
        left = session.scalars(select(Delivery.state).where(Delivery.channel == "radio")).one()
    assert left not in ("handed_over", "published")


def test_a_correction_opens_the_article_for_writing(
    app: Flask, client_for: Clients, desk: Desk, office: UnitRef
) -> None:
    article_id = order(app, desk, office, states.CORRECT)
    (receipt_id,) = receipts(app, desk)
    client = client_for(desk.team.author)
    page = client.get(f"/u/{desk.unit.slug}/orders/{receipt_id}").text
    assert "Che mặt học sinh" in page and "để đính chính" in page and "Ghi kết quả bằng tay" not in page
    answer = client.post(f"/u/{desk.unit.slug}/orders/{receipt_id}/correct/{article_id}")
    assert answer.location.endswith(f"/articles/{article_id}/edit")
    with in_unit(app, desk.unit) as session:
        assert session.get(Article, (desk.unit.id, article_id)).state == "draft"


def test_a_principal_gives_the_school_an_order_and_takes_it_back(
    app: Flask, client_for: Clients, desk: Desk, board: Board
) -> None:
    article = rooms.approved(app, desk)
    rooms.plan(app, desk, article, BOARD)
    run_jobs(app)
    client = client_for(desk.team.principal)
    assert f"/orders/new/{article.id}" in client.get(f"/u/{desk.unit.slug}/articles/{article.id}").text
    address = f"/u/{desk.unit.slug}/orders/new/{article.id}"
    refused = client.post(address, data={"kind": "withdraw", "reason": "", "instruction": "Gỡ hết"})
    assert refused.status_code == 422 and "Gỡ hết" in refused.text
    bad_day = client.post(address, data={"kind": "withdraw", "reason": REASON, "deadline": "31/12"})
    assert bad_day.status_code == 422 and "Hạn chưa đúng" in bad_day.text
    page = client.post(address, data={"kind": "withdraw", "reason": REASON}, follow_redirects=True).text
    assert "Đơn vị tự ra lệnh" in page and "Rút lệnh" in page
    (receipt_id,) = receipts(app, desk)
    lifted = client.post(f"/u/{desk.unit.slug}/orders/{receipt_id}/lift", follow_redirects=True).text
    assert "Đã rút lệnh" in lifted
    assert board.titles != []


def test_a_school_cannot_take_a_superiors_order_back_nor_see_another_schools(
    app: Flask, client_for: Clients, desk: Desk, office: UnitRef
) -> None:
    order(app, desk, office)
    (receipt_id,) = receipts(app, desk)
    client_for(desk.team.principal).post(f"/u/{desk.unit.slug}/orders/{receipt_id}/lift")
    with in_unit(app, desk.unit) as session:
        assert session.get(OrderReceipt, (desk.unit.id, receipt_id)).order_state == "open"
    sibling = make_school(app, office)
    stranger = client_for(make_person(app, sibling, "principal"))
    assert stranger.get(f"/u/{sibling.slug}/orders/{receipt_id}").status_code == 404
    assert stranger.get(f"/u/{desk.unit.slug}/orders/{receipt_id}").status_code == 404


def test_the_pages_of_orders_send_as_many_queries_for_many_as_for_one(
    app: Flask, client_for: Clients, desk: Desk, office: UnitRef
) -> None:
    client = client_for(desk.team.web)
    order(app, desk, office)
    numbers = []
    for title in ("Bài hai", "Bài ba"):
        last = receipts(app, desk)[-1]
        sent = []
        for page in (f"/u/{desk.unit.slug}/", f"/u/{desk.unit.slug}/orders/", f"/u/{desk.unit.slug}/orders/{last}"):
            client.get(page)
            with count_queries() as statements:
                client.get(page)
            sent.append(len(statements))
        numbers.append(sent)
        order(app, desk, office, title=title)
    assert numbers[0] == numbers[1]


def test_a_topic_is_frozen_and_let_go_in_the_browser(app: Flask, client_for: Clients, desk: Desk) -> None:
    client = client_for(desk.team.web)
    address = f"/u/{desk.unit.slug}/freezes/"
    refused = client.post(address, data={"node": "", "reason": "Sự việc ở cổng trường"})
    assert refused.status_code == 422 and "Sự việc ở cổng trường" in refused.text
    page = client.post(address, data={"node": desk.topic, "reason": "Sự việc ở cổng trường"}, follow_redirects=True)
    assert "Đang dừng" in page.text and "Văn hóa đọc" in page.text
    again = client.post(address, data={"node": desk.topic, "reason": "Lần nữa"}, follow_redirects=True)
    assert again.status_code == 200 and "lý do: Sự việc ở cổng trường. Lệnh dừng đó đang có hiệu lực" in again.text
    article = rooms.approved(app, desk)
    panel = client.get(f"/u/{desk.unit.slug}/publishing/articles/{article.id}").text
    assert "đang tạm dừng đăng bài thuộc chủ đề" in panel
    with in_unit(app, desk.unit) as session:
        hold_id = session.scalars(select(PublishingHold.id)).one()
    assert "Đã gỡ lệnh dừng" in client.post(f"{address}{hold_id}/lift", follow_redirects=True).text
    assert "đang tạm dừng" not in client.get(f"/u/{desk.unit.slug}/publishing/articles/{article.id}").text


def test_an_article_is_offered_seen_by_its_school_and_taken_back(
    app: Flask, client_for: Clients, desk: Desk, office: UnitRef
) -> None:
    article = rooms.approved(app, desk)
    client = client_for(desk.team.web)
    assert f"/offers/new/{article.id}" in client.get(f"/u/{desk.unit.slug}/articles/{article.id}").text
    form = client.get(f"/u/{desk.unit.slug}/offers/new/{article.id}").text
    assert "UBND xã Hoa Sim" in form
    page = client.post(
        f"/u/{desk.unit.slug}/offers/new/{article.id}",
        data={"target": office.id, "note": "Mong được đăng"},
        follow_redirects=True,
    ).text
    assert "Chờ cấp trên xem" in page and "Mong được đăng" in page
    with in_unit(app, desk.unit) as session:
        offer_id = session.scalars(select(Offer.id)).one()
    taken_back = client.post(f"/u/{desk.unit.slug}/offers/{offer_id}/withdraw", follow_redirects=True).text
    assert "Đã rút đề nghị" in taken_back
    assert "Đã rút đề nghị" in client.get(f"/u/{desk.unit.slug}/offers/").text
    sibling = make_school(app, office)
    stranger = client_for(make_person(app, sibling, "principal"))
    assert stranger.get(f"/u/{sibling.slug}/offers/{offer_id}").status_code == 404


def wish_form(app: Flask, desk: Desk, article_id: int, **more: str) -> dict[str, str]:
    with in_unit(app, desk.unit) as session:
        article = session.get(Article, (desk.unit.id, article_id))
        return {
            "title": article.title, "summary": "Tóm tắt", "body_html": "<p>Nội dung của bài.</p>", "genre": "news",
            "node": desk.topic, "head_revision_id": str(article.head_revision_id), "saves": "1", "page": "trang-1",
            "then": "submit", **more,
        }  # fmt: skip


def test_a_wished_time_is_filled_in_read_by_reviewers_and_refused_when_hopeless(
    app: Flask, client_for: Clients, desk: Desk
) -> None:
    ref = articles.draft(app, desk.unit, desk.team.author, node_id=desk.topic)
    client = client_for(desk.team.author)
    address = f"/u/{desk.unit.slug}/articles/{ref.id}/edit"
    assert "Đề nghị giờ đăng" in client.get(address).text
    account = {"wish_account": str(desk.accounts["website"]), "wish": "at"}
    soon = clock.local(clock.now() + dt.timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M")
    refused = client.post(address, data=wish_form(app, desk, ref.id, wish_at=soon, **account))
    assert refused.status_code == 422 and "không kịp duyệt" in refused.text and soon in refused.text
    later = clock.local(clock.now() + dt.timedelta(hours=9))
    typed = wish_form(app, desk, ref.id, wish_at=later.strftime("%Y-%m-%dT%H:%M"), **account)
    typed["saves"] = "2"
    done = client.post(address, data=typed, follow_redirects=True)
    assert "Đã trình duyệt" in done.text
    review = client_for(desk.team.vetter).get(f"/u/{desk.unit.slug}/articles/{ref.id}/review").text
    assert f"Tác giả đề nghị đăng lúc {later.strftime('%H:%M %d/%m/%Y')}" in review


def test_a_missed_time_stands_on_the_start_page_and_gets_a_new_one(
    app: Flask, client_for: Clients, desk: Desk, board: Board
) -> None:
    ref = articles.draft(app, desk.unit, desk.team.author, node_id=desk.topic)
    with clock.frozen(clock.now() - dt.timedelta(hours=5)):
        with in_unit(app, desk.unit):
            at = clock.now() + dt.timedelta(hours=2)
            wishes.put(ref.id, Wish(at, (desk.accounts[BOARD],)), desk.team.author.id)
        ref = articles.submit(app, desk.unit, desk.team.author, ref)
    run_jobs(app)
    assert "Quá hẹn" in client_for(desk.team.author).get(f"/u/{desk.unit.slug}/").text
    assert "Quá hẹn" not in client_for(desk.team.colleague).get(f"/u/{desk.unit.slug}/").text
    articles.approve(app, desk.unit, desk.team.principal, articles.vet(app, desk.unit, desk.team.vetter, ref))
    run_jobs(app)
    assert board.titles == []
    client = client_for(desk.team.principal)
    page = client.get(f"/u/{desk.unit.slug}/wishes/").text
    assert "Đăng ngay" in page and "Bảng tin thử" in page
    client.post(f"/u/{desk.unit.slug}/wishes/{ref.id}", data={"choice": "now"})
    run_jobs(app)
    assert len(board.titles) == 1
    with in_unit(app, desk.unit) as session:
        assert session.scalars(select(PublishingWish.state)).one() == "met"
