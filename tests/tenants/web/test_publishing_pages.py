"""The pages of whoever publishes: choose outlets, see what hinders, follow each delivery, change settings."""

from __future__ import annotations

import datetime as dt
import html as html_text
import re
from collections.abc import Callable, Iterator

import article_builders as articles
import pytest
from builders import in_unit, run_jobs
from flask import Flask
from publishing_builders import BOARD, HOME, TOKEN, Board, Desk, approved, board_installed, make_desk, plan, see
from queries import count_queries
from sqlalchemy import func, select
from webclient import PageClient

from channel_plugins import GiveUp, LookUp, NeedsPerson, Unsure
from tenants import clock
from tenants.db import db, transaction
from tenants.jobs.models import WorkerHeartbeat
from tenants.publishing.models import ChannelAccount, Delivery

ClientFor = Callable[..., PageClient]
MONDAY = dt.datetime(2026, 11, 23, 1, 0, tzinfo=dt.UTC)

SPOKEN = '<span class="visually-hidden">: Ngày hội đọc sách'


@pytest.fixture
def board(app: Flask) -> Iterator[Board]:
    """A remote outlet that does as it is told."""
    with board_installed(app) as installed:
        yield installed


@pytest.fixture
def desk(app: Flask, board: Board) -> Desk:
    """A school with people, a topic and outlets."""
    return make_desk(app)


@pytest.fixture
def web(client_for: ClientFor, desk: Desk) -> PageClient:
    """The person who looks after the school's outlets."""
    return client_for(desk.team.web)


def at(desk: Desk, path: str) -> str:
    return f"/u/{desk.unit.slug}/publishing{path}"


def page(client: PageClient, desk: Desk, path: str = "/") -> str:
    response = client.get(at(desk, path))
    assert response.status_code == 200, path
    return html_text.unescape(response.get_data(as_text=True))


def deliveries(app: Flask, desk: Desk) -> int:
    with in_unit(app, desk.unit) as session:
        return int(session.scalar(select(func.count()).select_from(Delivery)) or 0)


def test_from_the_list_to_the_public_page(app: Flask, desk: Desk, web: PageClient, board: Board) -> None:
    article = approved(app, desk)
    assert f"/publishing/articles/{article.id}" in page(web, desk)
    panel = page(web, desk, f"/articles/{article.id}")
    assert "Bảng tin thử" in panel and "Xác nhận đăng" in panel
    sent = web.post(
        at(desk, f"/articles/{article.id}"),
        data={"account": [desk.accounts["website"], desk.accounts[BOARD]], "when": "now"},
    )
    assert sent.status_code == 303
    asked = page(web, desk, f"/articles/{article.id}")
    assert "Đang gửi" in asked and "Đã hẹn giờ" not in asked
    run_jobs(app)
    assert len(board.posts) == 1
    public = web.get(f"/s/{desk.unit.slug}/tin-bai/{article.id}-x", follow_redirects=True)
    assert "Ngày hội đọc sách" in public.get_data(as_text=True)
    assert "Đã đăng" in page(web, desk)


def test_sending_the_form_twice_posts_once(app: Flask, desk: Desk, web: PageClient, board: Board) -> None:
    article = approved(app, desk)
    for _time in range(2):
        web.post(at(desk, f"/articles/{article.id}"), data={"account": desk.accounts[BOARD], "when": "now"})
    run_jobs(app)
    assert len(board.posts) == 1


def test_the_start_page_names_what_went_out_once_with_its_outlets(app: Flask, desk: Desk, web: PageClient) -> None:
    article = approved(app, desk)
    outlets = [desk.accounts["website"], desk.accounts[BOARD]]
    web.post(at(desk, f"/articles/{article.id}"), data={"account": outlets, "when": "now"})
    run_jobs(app)
    start = html_text.unescape(web.get(f"/u/{desk.unit.slug}/").get_data(as_text=True))
    assert start.count(f'href="/u/{desk.unit.slug}/articles/{article.id}"') == 1
    assert f"Trang thông tin điện tử{SPOKEN}" in start and f"Bảng tin thử{SPOKEN}" in start


def test_hour_is_the_units_and_not_the_servers(app: Flask, desk: Desk, web: PageClient, board: Board) -> None:
    with clock.frozen(MONDAY):
        article = approved(app, desk)
        web.post(
            at(desk, f"/articles/{article.id}"),
            data={"account": desk.accounts[BOARD], "when": "later", "at": "2026-11-23T15:30"},
        )
    with clock.frozen(dt.datetime(2026, 11, 23, 8, 29, tzinfo=dt.UTC)):
        run_jobs(app)
        assert board.titles == []
    with clock.frozen(dt.datetime(2026, 11, 23, 8, 30, tzinfo=dt.UTC)):
        run_jobs(app)
        assert len(board.posts) == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"when": "later", "at": "2020-01-01T08:00"}, "Giờ hẹn đã qua"),
        ({"when": "later", "at": "chiều mai"}, "Hãy chọn ngày và giờ đăng"),
        ({"when": "now", "account": ""}, "Hãy chọn ít nhất một kênh"),
    ],
)
def test_refused_form_keeps_what_was_typed(
    app: Flask, desk: Desk, web: PageClient, typed: dict[str, str], sentence: str
) -> None:
    article = approved(app, desk)
    response = web.post(at(desk, f"/articles/{article.id}"), data={"account": str(desk.accounts[BOARD]), **typed})
    text = response.get_data(as_text=True)
    assert response.status_code == 422 and sentence in text
    if typed.get("at") == "2020-01-01T08:00":
        assert 'value="2020-01-01T08:00"' in text
        assert re.search(rf'value="{desk.accounts[BOARD]}" checked', text)
    assert deliveries(app, desk) == 0


def test_one_outlet_that_refuses_stops_all(app: Flask, desk: Desk, web: PageClient) -> None:
    article = approved(app, desk, title="Ngày hội " + "rất vui " * 12)
    panel = page(web, desk, f"/articles/{article.id}")
    assert "Tiêu đề dài" in panel
    response = web.post(
        at(desk, f"/articles/{article.id}"),
        data={"account": [desk.accounts["website"], desk.accounts[BOARD]], "when": "now"},
    )
    assert response.status_code == 422
    assert deliveries(app, desk) == 0


def test_article_that_is_not_approved_cannot_be_sent(app: Flask, desk: Desk, web: PageClient) -> None:
    waiting = articles.vetted(app, desk.team, node_id=desk.topic)
    panel = page(web, desk, f"/articles/{waiting.id}")
    assert "chưa được phê duyệt" in panel and "Xác nhận đăng" not in panel


def test_failed_delivery_says_why_and_where_to_go(app: Flask, desk: Desk, web: PageClient, board: Board) -> None:
    board.answers = [NeedsPerson("Chìa khóa hết hạn.")]
    ident = plan(app, desk, approved(app, desk), BOARD)
    run_jobs(app)
    shown = page(web, desk, f"/deliveries/{ident}")
    assert "Chìa khóa hết hạn." in shown and "Cần người xử lý" in shown
    assert f"/publishing/outlets/{desk.accounts[BOARD]}" in shown
    assert "Chìa khóa hết hạn." in page(web, desk, "/outlets")
    assert "Chìa khóa hết hạn." in page(web, desk, "/?group=troubled")


def test_sending_again_after_a_failure(app: Flask, desk: Desk, web: PageClient, board: Board) -> None:
    board.answers = [GiveUp("Không nhận.")]
    ident = plan(app, desk, approved(app, desk), BOARD)
    run_jobs(app)
    assert web.post(at(desk, f"/deliveries/{ident}/retry")).status_code == 303
    run_jobs(app)
    assert (see(app, desk, ident).state, len(board.posts)) == ("published", 1)


def test_cancelling_before_the_hour(app: Flask, desk: Desk, web: PageClient, board: Board) -> None:
    ident = plan(app, desk, approved(app, desk), BOARD, clock.now() + dt.timedelta(hours=2))
    assert "Hủy việc đăng này" in page(web, desk, f"/deliveries/{ident}")
    web.post(at(desk, f"/deliveries/{ident}/cancel"))
    assert see(app, desk, ident).state == "cancelled"


def test_retracting_with_a_reason(app: Flask, desk: Desk, web: PageClient, board: Board) -> None:
    ident = plan(app, desk, approved(app, desk), BOARD)
    run_jobs(app)
    refused = web.post(at(desk, f"/deliveries/{ident}/retract"), data={"reason": " "})
    assert refused.status_code == 422 and "Hãy ghi lý do" in refused.get_data(as_text=True)
    web.post(at(desk, f"/deliveries/{ident}/retract"), data={"reason": "Sai tên"})
    run_jobs(app)
    assert (see(app, desk, ident).state, board.titles) == ("retracted", [])
    assert "Sai tên" in page(web, desk, f"/deliveries/{ident}")


@pytest.mark.parametrize(("result", "posts"), [("published", 0), ("absent", 1)])
def test_person_settles_a_doubt(app: Flask, desk: Desk, web: PageClient, board: Board, result: str, posts: int) -> None:
    board.answers, board.looks = [Unsure()], [LookUp.cannot_tell()]
    with clock.frozen(MONDAY):
        ident = plan(app, desk, approved(app, desk), BOARD)
        run_jobs(app)
    with clock.frozen(MONDAY + dt.timedelta(minutes=5)):
        run_jobs(app)
        assert "Bạn đã mở kênh xem chưa?" in page(web, desk, f"/deliveries/{ident}")
        bad = web.post(at(desk, f"/deliveries/{ident}/settle"), data={"result": "published", "url": "javascript:x"})
        assert bad.status_code == 422 and "javascript:x" in bad.get_data(as_text=True)
        web.post(at(desk, f"/deliveries/{ident}/settle"), data={"result": result, "url": "https://bang.example.vn/1"})
        run_jobs(app)
    assert (see(app, desk, ident).state, len(board.posts)) == ("published", posts)


def test_radio_script_is_seen_and_taken(app: Flask, desk: Desk, web: PageClient) -> None:
    article = approved(app, desk)
    path = f"/articles/{article.id}/outlets/{desk.accounts['radio']}"
    shown = page(web, desk, path)
    assert "Thời lượng" in shown
    names = re.findall(r"/files/([^\"]+)", shown)
    assert [name.rpartition(".")[2] for name in names] == ["docx", "txt"]
    text = web.get(at(desk, f"{path}/files/{names[1]}"))
    assert "attachment" in text.headers["Content-Disposition"]
    assert "Hơn ba trăm học sinh" in text.get_data(as_text=True)
    assert web.get(at(desk, f"{path}/files/{names[0]}")).data.startswith(b"PK")
    assert web.get(at(desk, f"{path}/files/khac.txt")).status_code == 404


def test_unknown_abbreviation_leads_to_the_settings_and_holds_the_files(
    app: Flask, desk: Desk, web: PageClient
) -> None:
    article = approved(app, desk, body_html="<p>Đoàn XQZV đến thăm trường sáng nay.</p>")
    path = f"/articles/{article.id}/outlets/{desk.accounts['radio']}"
    shown = page(web, desk, path)
    assert "XQZV" in shown and f"/publishing/outlets/{desk.accounts['radio']}" in shown
    assert "/files/" not in shown
    settings = {"label": "", "set-readings": "XQZV = ích quy dét vê", "set-speed": "180", "set-slot_minutes": "5"}
    assert web.post(at(desk, f"/outlets/{desk.accounts['radio']}"), data=settings).status_code == 303
    assert "/files/" in page(web, desk, path)


def test_published_files_are_kept_as_they_were(app: Flask, desk: Desk, web: PageClient) -> None:
    ident = plan(app, desk, approved(app, desk), "radio")
    run_jobs(app)
    names = re.findall(r"/files/([^\"]+)", page(web, desk, f"/deliveries/{ident}"))
    assert web.get(at(desk, f"/deliveries/{ident}/files/{names[1]}")).status_code == 200


def test_settings_form_is_made_from_the_schema_and_hides_secrets(app: Flask, desk: Desk, web: PageClient) -> None:
    shown = page(web, desk, f"/outlets/{desk.accounts[BOARD]}")
    assert "Tên bảng tin" in shown and "Bảng tin nhận bài." in shown and 'value="Sân trường"' in shown
    assert 'type="password"' in shown and "để trống thì giữ nguyên" in shown
    assert TOKEN not in shown


def test_bad_settings_come_back_with_their_sentences(app: Flask, desk: Desk, web: PageClient) -> None:
    response = web.post(
        at(desk, f"/outlets/{desk.accounts[BOARD]}"),
        data={"label": "Bảng mới", "set-board": "", "set-token": "bi-mat-moi"},
    )
    text = html_text.unescape(response.get_data(as_text=True))
    assert response.status_code == 422
    assert "Mục này bắt buộc phải điền." in text and 'value="Bảng mới"' in text
    assert "bi-mat-moi" not in text


def test_unticked_box_is_stored_as_no(app: Flask, desk: Desk, web: PageClient) -> None:
    typed = {"label": "B", "set-board": "Cổng", "set-address": HOME, "set-token": ""}
    web.post(at(desk, f"/outlets/{desk.accounts[BOARD]}"), data=typed)
    with in_unit(app, desk.unit) as session:
        account = session.get(ChannelAccount, (desk.unit.id, desk.accounts[BOARD]))
        assert (account.settings, account.label) == ({"board": "Cổng", "address": HOME, "loud": False}, "B")


def test_setting_up_and_switching_off(app: Flask, desk: Desk, web: PageClient) -> None:
    assert f"/publishing/outlets/new/{BOARD}" in page(web, desk, "/outlets")
    assert "/publishing/outlets/new/website" not in page(web, desk, "/outlets")
    assert "Tạo kênh" in page(web, desk, f"/outlets/new/{BOARD}")
    made = web.post(at(desk, f"/outlets/new/{BOARD}"), data={"set-board": "Nhà đa năng", "set-token": "abc123"})
    address = made.headers["Location"]
    web.post(f"{address}/state", data={"enabled": "no"})
    assert "Đang tắt" in web.get(address).get_data(as_text=True)


def test_page_says_that_nothing_is_being_sent(app: Flask, desk: Desk, web: PageClient) -> None:
    assert "Máy phát hành đang dừng" in page(web, desk)
    with app.app_context(), transaction():
        db.session.add(WorkerHeartbeat(worker="w", started_at=clock.now(), seen_at=clock.now()))
    assert "Máy phát hành đang dừng" not in page(web, desk)


def test_foreign_outlets_articles_and_deliveries_are_not_found(
    app: Flask, desk: Desk, client_for: ClientFor, board: Board
) -> None:
    theirs = make_desk(app)
    stranger = client_for(theirs.team.web)
    article = approved(app, desk)
    ident = plan(app, desk, article, BOARD)
    for path in (
        f"/deliveries/{ident}",
        f"/outlets/{desk.accounts[BOARD]}",
        f"/articles/{article.id}",
        f"/articles/{article.id}/outlets/{theirs.accounts['radio']}",
    ):
        assert stranger.get(at(theirs, path)).status_code == 404, path
        assert stranger.get(at(desk, path)).status_code == 404, path
    foreign = approved(app, theirs)
    sent = stranger.post(at(theirs, f"/articles/{foreign.id}"), data={"account": desk.accounts[BOARD], "when": "now"})
    assert sent.status_code == 404
    for act in ("cancel", "retry", "retract", "settle"):
        assert stranger.post(at(theirs, f"/deliveries/{ident}/{act}")).status_code == 404


def test_authors_do_not_publish(desk: Desk, client_for: ClientFor) -> None:
    author = client_for(desk.team.author)
    for path in ("/", "/outlets", "/articles/1"):
        assert author.get(at(desk, path)).status_code == 403


def test_lists_take_a_constant_number_of_queries(app: Flask, desk: Desk, web: PageClient) -> None:
    def cost(path: str) -> int:
        with count_queries() as sent:
            page(web, desk, path)
        return len(sent)

    plan(app, desk, approved(app, desk), BOARD)
    article = approved(app, desk, title="Chưa gửi")
    paths = ("/", "/outlets", f"/articles/{article.id}")
    before = [cost(path) for path in paths]
    for number in range(2):
        plan(app, desk, approved(app, desk, title=f"Bài {number}"), BOARD)
        approved(app, desk, title=f"Chờ {number}")
        web.post(at(desk, f"/outlets/new/{BOARD}"), data={"set-board": f"Bảng {number}", "set-token": "abc123"})
    assert [cost(path) for path in paths] == before


def test_an_outlet_that_works_again_offers_to_send_all_that_waited(
    app: Flask, desk: Desk, web: PageClient, board: Board
) -> None:
    ident = plan(app, desk, approved(app, desk), BOARD)
    page = at(desk, f"/outlets/{desk.accounts[BOARD]}")
    web.post(f"{page}/state", data={"enabled": "no"})
    assert "Gửi lại tất cả" not in web.get(page).text
    web.post(f"{page}/state", data={"enabled": "yes"})
    assert "1 bài đã dừng" in web.get(page).text and "Gửi lại tất cả" in web.get(page).text
    assert web.post(f"{page}/resend").status_code == 303
    run_jobs(app)
    assert see(app, desk, ident).state == "published" and "Gửi lại tất cả" not in web.get(page).text
