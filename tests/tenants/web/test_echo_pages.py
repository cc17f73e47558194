"""What came of a published item, on its page and on those of the unit: numbers, comments, sight, the further step."""

from __future__ import annotations

import datetime as dt
import html as html_text
from collections.abc import Callable, Iterator

import pytest
from builders import in_unit, run_jobs
from contact_builders import PAGE, Page, comment, make_page_desk, page_installed
from flask import Flask
from publishing_builders import Desk, approved, plan, see
from queries import count_queries
from sqlalchemy import select
from webclient import PageClient

from channel_plugins import NeedsPerson, Unsure
from channel_plugins.reach import Offer
from channel_plugins.types import Metric
from tenants import clock
from tenants.publishing.models import Attempt, Delivery

ClientFor = Callable[..., PageClient]
MONDAY = dt.datetime(2026, 11, 23, 1, 0, tzinfo=dt.UTC)


@pytest.fixture
def remote(app: Flask) -> Iterator[Page]:
    """A page that shows numbers and comments."""
    with page_installed(app) as installed:
        yield installed


@pytest.fixture
def desk(app: Flask, remote: Page) -> Desk:
    """A school with the page as an outlet."""
    return make_page_desk(app)


@pytest.fixture
def web(client_for: ClientFor, desk: Desk) -> PageClient:
    """The person who looks after the school's outlets."""
    return client_for(desk.team.web)


def page(client: PageClient, desk: Desk, path: str) -> str:
    response = client.get(f"/u/{desk.unit.slug}/publishing{path}")
    assert response.status_code == 200, (path, response.status_code)
    return html_text.unescape(response.get_data(as_text=True))


def key_of(app: Flask, desk: Desk, ident: int) -> str:
    with in_unit(app, desk.unit) as session:
        return str(session.get(Delivery, (desk.unit.id, ident)).key)


def publish(app: Flask, desk: Desk) -> int:
    with clock.frozen(MONDAY):
        ident = plan(app, desk, approved(app, desk), PAGE)
        run_jobs(app)
    return ident


def test_numbers_and_comments_stand_on_the_items_page(app: Flask, desk: Desk, web: PageClient, remote: Page) -> None:
    ident = publish(app, desk)
    assert "Chưa có số liệu." in page(web, desk, f"/deliveries/{ident}")
    remote.readings["post-1"] = {Metric.VIEWS: 1234, Metric.SHARES: 7}
    remote.below = [comment(key_of(app, desk, ident), 1, "<b>Hay</b>", "Cô Thử")]
    with clock.frozen(MONDAY + dt.timedelta(minutes=11)):
        run_jobs(app)
    raw = web.get(f"/u/{desk.unit.slug}/publishing/deliveries/{ident}").get_data(as_text=True)
    assert "1.234" in raw and "Lượt xem" in raw
    assert "&lt;b&gt;Hay&lt;/b&gt;" in raw and "Cô Thử" in raw
    with clock.frozen(MONDAY + dt.timedelta(minutes=12)):
        table = page(web, desk, "/reach")
        assert "Tháng 11/2026" in table and "1.234" in table and "Trang thử" in table
    listed = page(web, desk, "/comments")
    assert "<b>Hay</b>" in listed and f"/publishing/deliveries/{ident}" in listed


def test_items_that_look_the_same_are_named_on_the_items_page(app: Flask, desk: Desk, web: PageClient) -> None:
    ident = publish(app, desk)
    address = f"/deliveries/{ident}"
    assert "giống hệt bài này" not in page(web, desk, address)
    with in_unit(app, desk.unit) as session:
        delivery = session.get(Delivery, (desk.unit.id, ident))
        detail = {"twins": ["https://trang.example/thua", "javascript:alert(1)"]}
        delivery.receipt = {**(delivery.receipt or {}), "detail": detail}
    shown = page(web, desk, address)
    assert "có 1 bài giống hệt bài này" in shown
    assert 'href="https://trang.example/thua"' in shown and "javascript:" not in shown


def test_lists_of_comments_and_numbers_take_a_constant_number_of_queries(
    app: Flask, desk: Desk, web: PageClient, remote: Page
) -> None:
    idents = [publish(app, desk) for _item in range(1)]
    counted = {}
    for path in ("/comments", "/reach"):
        remote.below = [comment(key_of(app, desk, ident), 1) for ident in idents]
        with clock.frozen(MONDAY + dt.timedelta(minutes=11)):
            run_jobs(app)
        with count_queries() as sent:
            page(web, desk, path)
        counted[path] = len(sent)
    idents += [publish(app, desk) for _item in range(2)]
    remote.below = [comment(key_of(app, desk, ident), n) for n, ident in enumerate(idents, 1)]
    remote.readings = {f"post-{n}": {Metric.VIEWS: n} for n in (1, 2, 3)}
    with clock.frozen(MONDAY + dt.timedelta(hours=5)):
        run_jobs(app)
    for path, before in counted.items():
        with count_queries() as sent:
            page(web, desk, path)
        assert len(sent) <= before + 1, path


def test_another_unit_sees_none_of_it(app: Flask, desk: Desk, client_for: ClientFor, remote: Page) -> None:
    ident = publish(app, desk)
    remote.below = [comment(key_of(app, desk, ident), 1, "Chỉ trường này thấy")]
    with clock.frozen(MONDAY + dt.timedelta(minutes=11)):
        run_jobs(app)
    other = make_page_desk(app)
    stranger = client_for(other.team.web)
    assert "Chỉ trường này thấy" not in page(stranger, other, "/comments")
    for path in (f"/deliveries/{ident}/follow-up", f"/deliveries/{ident}"):
        assert stranger.get(f"/u/{other.unit.slug}/publishing{path}").status_code == 404
    assert stranger.post(f"/u/{other.unit.slug}/publishing/deliveries/{ident}/follow-up/settle").status_code == 404
    assert stranger.post(f"/u/{other.unit.slug}/publishing/outlets/{desk.accounts[PAGE]}/check").status_code == 404


def test_further_step_shows_the_quota_first(app: Flask, desk: Desk, web: PageClient, remote: Page) -> None:
    ident = publish(app, desk)
    assert "Xem hạn mức rồi quyết định" in page(web, desk, f"/deliveries/{ident}")
    offered = page(web, desk, f"/deliveries/{ident}/follow-up")
    assert "Còn 3 lượt gửi trong tháng" in offered and "Gửi bài này tới mọi người theo dõi trang?" in offered
    path = f"/u/{desk.unit.slug}/publishing/deliveries/{ident}/follow-up"
    assert web.post(path, data={"agreed": "yes"}, token=False).status_code == 400
    refused = web.post(path, data={"offered": "Còn 3 lượt"})
    assert refused.status_code == 422 and "đánh dấu đồng ý" in refused.get_data(as_text=True)
    web.post(path, data={"agreed": "yes", "offered": "Còn 3 lượt"})
    web.post(path, data={"agreed": "yes", "offered": "Còn 3 lượt"})
    run_jobs(app)
    assert remote.sent == ["post-1"]
    shown = page(web, desk, f"/deliveries/{ident}")
    assert "Đã gửi" in shown and "Khi đó kênh báo: Còn 3 lượt" in shown
    assert web.get(path).status_code == 303


def test_further_step_that_is_not_possible_has_no_button(app: Flask, desk: Desk, web: PageClient, remote: Page) -> None:
    ident = publish(app, desk)
    remote.offered = Offer(False, "Hết lượt gửi trong tháng này.")
    shown = page(web, desk, f"/deliveries/{ident}/follow-up")
    assert "Hết lượt gửi trong tháng này." in shown and "Gửi một lần" not in shown


def test_person_settles_a_doubtful_step(app: Flask, desk: Desk, web: PageClient, remote: Page) -> None:
    ident = publish(app, desk)
    remote.wrong["follow_up"] = Unsure("Mất câu trả lời của kênh.")
    web.post(f"/u/{desk.unit.slug}/publishing/deliveries/{ident}/follow-up", data={"agreed": "yes"})
    run_jobs(app)
    shown = page(web, desk, f"/deliveries/{ident}")
    assert "Mất câu trả lời của kênh." in shown and "Chắc chắn chưa gửi" in shown
    web.post(f"/u/{desk.unit.slug}/publishing/deliveries/{ident}/follow-up/settle", data={"result": "done"})
    assert "Đã gửi" in page(web, desk, f"/deliveries/{ident}")
    assert remote.sent == ["post-1"]


def test_attempts_show_what_was_said_to_the_service(app: Flask, desk: Desk, web: PageClient) -> None:
    ident = publish(app, desk)
    told = {
        "method": "POST",
        "place": "dich-vu.example.vn/v1/feed",
        "status": 200,
        "excerpt": '{"id":"<7>"}',
        "milliseconds": 12,
    }
    with in_unit(app, desk.unit) as session:
        attempt = session.scalars(select(Attempt).where(Attempt.delivery_id == ident, Attempt.call == "publish")).one()
        attempt.transcript = [told, {**told, "status": None, "excerpt": "mất kết nối"}]
    raw = web.get(f"/u/{desk.unit.slug}/publishing/deliveries/{ident}").get_data(as_text=True)
    assert "dich-vu.example.vn/v1/feed" in raw and "{&#34;id&#34;:&#34;&lt;7&gt;&#34;}" in raw
    assert "không có câu trả lời" in raw and "12 ms" in raw


def test_failure_leads_to_connecting_again(app: Flask, desk: Desk, web: PageClient, remote: Page) -> None:
    remote.answers = [NeedsPerson("Mã truy cập của Trang đã hết hạn.")]
    with clock.frozen(MONDAY):
        ident = plan(app, desk, approved(app, desk), PAGE)
        run_jobs(app)
    assert see(app, desk, ident).state == "needs_person"
    assert f"/outlets/connect/{PAGE}?account={desk.accounts[PAGE]}" in page(web, desk, f"/deliveries/{ident}")


def test_item_that_vanished_can_be_vouched_for(app: Flask, desk: Desk, web: PageClient, remote: Page) -> None:
    ident = publish(app, desk)
    with in_unit(app, desk.unit) as session:
        row = session.get(Delivery, (desk.unit.id, ident))
        row.seen_at, row.vanished_at, row.sentence = None, clock.now(), "Không tìm thấy bài trên kênh."
    shown = page(web, desk, f"/deliveries/{ident}")
    assert "mà không thấy bài trên kênh" in shown
    web.post(f"/u/{desk.unit.slug}/publishing/deliveries/{ident}/settle", data={"result": "seen", "url": ""})
    assert "Người phụ trách đã mở kênh và thấy bài." in page(web, desk, f"/deliveries/{ident}")
    assert len(remote.posts) == 1
