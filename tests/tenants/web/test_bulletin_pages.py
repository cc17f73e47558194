"""Radio bulletins in the browser: every button keeps what was typed; the link speaks for all articles at once."""

from __future__ import annotations

import datetime as dt
import html as html_text
import re
from collections.abc import Callable, Iterator

import pytest
from article_builders import ArticleRef
from builders import in_unit
from bulletin_builders import bulletin_state, hand_over, make_bulletin
from flask import Flask
from publishing_builders import Desk, approve_again, approved, make_desk
from queries import count_queries
from sqlalchemy import select
from webclient import PageClient

from tenants import clock
from tenants.bulletins import queries
from tenants.publishing import links
from tenants.publishing.models import Delivery

ClientFor = Callable[..., PageClient]
MONDAY = dt.datetime(2026, 11, 23, 1, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.frozen(MONDAY):
        yield


@pytest.fixture
def desk(app: Flask) -> Desk:
    return make_desk(app)


@pytest.fixture
def web(client_for: ClientFor, desk: Desk) -> PageClient:
    return client_for(desk.team.web)


def news(app: Flask, desk: Desk, many: int) -> list[ArticleRef]:
    return [approved(app, desk, title=f"Tin số {n}") for n in range(1, many + 1)]


def at(desk: Desk, path: str = "") -> str:
    return f"/u/{desk.unit.slug}/bulletins/{path}"


def text(client: PageClient, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status
    return html_text.unescape(response.get_data(as_text=True))


def typed(app: Flask, desk: Desk, ident: int, **changes: str) -> dict[str, str]:
    with in_unit(app, desk.unit):
        bulletin = queries.get_bulletin(ident)
        form = {
            "title": bulletin.title,
            "at": "2026-11-24T17:00",
            "greeting": bulletin.greeting,
            "closing": bulletin.closing,
            "speed": "180",
        }
    return {**form, **changes}


def titles(shown: str) -> list[str]:
    return re.findall(r'<strong><a href="[^"]+">(Tin số \d)</a>', shown)


def item_ids(shown: str) -> list[str]:
    return re.findall(r'<li id="item-(\d+)">', shown)


def test_from_nothing_to_a_bulletin_at_the_station(app: Flask, desk: Desk, web: PageClient) -> None:
    chosen = news(app, desk, 3)
    assert "Chưa có bản tin nào" in text(web, at(desk))
    made = web.post(at(desk), data={"account": str(desk.accounts["radio"]), "at": "2026-11-24T17:00", "title": ""})
    ident = int(made.headers["Location"].rpartition("/")[2])
    page = at(desk, str(ident))
    form = typed(app, desk, ident, do="add", title="Bản tin tuần 12")
    assert web.post(page, data={**form, "article": [str(article.id) for article in chosen]}).status_code == 303
    shown = text(web, page)
    assert titles(shown) == ["Tin số 1", "Tin số 2", "Tin số 3"] and "Bản tin tuần 12" in shown
    last = item_ids(shown)[2]
    moved = web.post(page, data=typed(app, desk, ident, do=f"earlier:{last}", **{f"cue-{last}": "12"}))
    assert moved.headers["Location"].endswith(f"#item-{last}")
    again = text(web, moved.headers["Location"].partition("#")[0])
    assert titles(again) == ["Tin số 1", "Tin số 3", "Tin số 2"]
    assert re.search(rf'value="earlier:{last}"[^>]* data-focus', again), "the keyboard stays on the button"
    assert f'id="cue-{last}" name="cue-{last}" min="0" max="60" value="12"' in again
    script = text(web, f"{page}/script")
    assert "ĐIỂM TIN" in script and script.count("NHẠC CẮT") == 2
    name = re.findall(rf"/bulletins/{ident}/files/([^\"]+\.txt)", script)[0]
    assert not re.search(r"\d", web.get(f"{page}/files/{name}").get_data(as_text=True))
    assert web.post(page, data=typed(app, desk, ident, do="hand-over")).status_code == 303
    handed = text(web, page)
    assert "Gửi cho người phát" in handed and "http://localhost/x/b-" in handed
    assert web.get(f"{page}/files/{name}").status_code == 200
    assert web.post(page, data=typed(app, desk, ident, do="save")).status_code == 422
    assert "Chờ xác nhận đã phát" in text(web, at(desk))


def test_refused_form_keeps_what_was_typed(app: Flask, desk: Desk, web: PageClient) -> None:
    ident = make_bulletin(app, desk, *news(app, desk, 1))
    for changes in ({"speed": "999"}, {"at": "hôm nay"}, {"title": " "}):
        answer = web.post(at(desk, str(ident)), data=typed(app, desk, ident, closing="Lời kết vừa gõ", **changes))
        assert answer.status_code == 422 and "Lời kết vừa gõ" in html_text.unescape(answer.get_data(as_text=True))
    assert web.post(at(desk), data={"at": "", "title": "Bản tin vừa gõ"}).status_code == 422


def test_total_time_warns_beyond_a_quarter_of_an_hour(app: Flask, desk: Desk, web: PageClient) -> None:
    short = make_bulletin(app, desk, approved(app, desk, title="Tin số 1"))
    long = make_bulletin(app, desk, approved(app, desk, body_html="<p>" + "Cô và trò cùng vui. " * 700 + "</p>"))
    assert "quá 15 phút" not in text(web, at(desk, str(short)))
    assert "quá 15 phút" in text(web, at(desk, str(long)))


def test_outdated_item_is_marked_and_renewed(app: Flask, desk: Desk, web: PageClient) -> None:
    article = approved(app, desk, title="Tin số 1")
    ident = make_bulletin(app, desk, article)
    approve_again(app, desk, article, title="Tin số 9")
    shown = text(web, at(desk, str(ident)))
    assert "Bài đã có bản duyệt mới hơn" in shown
    refused = web.post(at(desk, str(ident)), data=typed(app, desk, ident, do="hand-over"))
    assert refused.status_code == 422
    item = item_ids(shown)[0]
    assert web.post(at(desk, str(ident)), data=typed(app, desk, ident, do=f"renew:{item}")).status_code == 303
    assert titles(text(web, at(desk, str(ident)))) == ["Tin số 9"]


def test_station_confirms_the_whole_bulletin_by_its_link(
    app: Flask, desk: Desk, web: PageClient, client_for: ClientFor
) -> None:
    ident = make_bulletin(app, desk, *news(app, desk, 2))
    hand_over(app, desk, ident)
    with in_unit(app, desk.unit) as session:
        link = links.address(links.BULLETIN, queries.get_bulletin(ident)).removeprefix("http://localhost")
        delivery_id = session.scalars(select(Delivery.id)).first()
    station = client_for()
    shown = text(station, link)
    assert "Đề nghị phát lúc" in shown and "Tin số hai" in shown
    assert "Mở bản tin" in text(web, f"/u/{desk.unit.slug}/publishing/deliveries/{delivery_id}")
    said = {"on": "2026-11-23", "time": "07:50", "times": "1"}
    assert station.open(f"{link}/done", method="POST", data=said, token=False).status_code == 303
    assert "Đã ghi nhận: đã phát." in text(station, link)
    with in_unit(app, desk.unit) as session:
        assert {row.state for row in session.scalars(select(Delivery))} == {"published"}
    page = text(web, at(desk, str(ident)))
    assert "Qua đường dẫn xác nhận" in page and "Sửa điều đã ghi nhận" in page
    assert web.post(at(desk, f"{ident}/deny"), data={"reason": "Phát nhầm"}).status_code == 303
    assert web.post(at(desk, f"{ident}/reopen")).status_code == 303
    assert bulletin_state(app, desk, ident) == "draft"


def test_school_withdraws_and_the_link_warns(app: Flask, desk: Desk, web: PageClient, client_for: ClientFor) -> None:
    ident = make_bulletin(app, desk, *news(app, desk, 1))
    hand_over(app, desk, ident)
    with in_unit(app, desk.unit):
        link = links.address(links.BULLETIN, queries.get_bulletin(ident)).removeprefix("http://localhost")
    assert web.post(at(desk, f"{ident}/withdraw"), data={"reason": "Đổi lịch"}).status_code == 303
    assert "Nhà trường đã rút bài này lại" in text(client_for(), link)
    web.post(at(desk, f"{ident}/link"), data={"closed": "yes"})
    assert client_for().get(link).status_code == 404


def test_pages_ask_as_often_for_many_as_for_one(app: Flask, desk: Desk, web: PageClient) -> None:
    one, many = make_bulletin(app, desk, *news(app, desk, 1)), make_bulletin(app, desk, *news(app, desk, 4))
    for path in ("", "/script"):
        with count_queries() as few:
            text(web, at(desk, f"{one}{path}"))
        with count_queries() as more:
            text(web, at(desk, f"{many}{path}"))
        assert len(few) == len(more)


def test_readers_and_authors_stay_outside(app: Flask, desk: Desk, client_for: ClientFor) -> None:
    ident = make_bulletin(app, desk)
    assert client_for(desk.team.author).get(at(desk, str(ident))).status_code == 403
    assert client_for(make_desk(app).team.web).get(at(desk, str(ident))).status_code == 404
