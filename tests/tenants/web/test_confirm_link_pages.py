"""The confirm link: a station without an account, and the same on the delivery's page."""

from __future__ import annotations

import datetime as dt
import html as html_text
import io
import re
from collections.abc import Callable, Iterator

import pytest
from builders import in_unit, make_office, make_school, run_jobs
from flask import Flask
from PIL import Image
from publishing_builders import Desk, approve_again, approved, confirm, make_desk, plan, see
from sqlalchemy import select
from webclient import PageClient

from tenants import clock
from tenants.notices.models import Notice
from tenants.publishing import links
from tenants.publishing.models import Delivery

ClientFor = Callable[..., PageClient]
MONDAY = dt.datetime(2026, 11, 23, 1, 0, tzinfo=dt.UTC)
SAID = {"on": "2026-11-23", "time": "08:00", "times": "2", "place": "Cụm loa thôn Hạ", "who": "Anh Páo", "note": "Rõ"}


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.frozen(MONDAY):
        yield


@pytest.fixture
def desk(app: Flask) -> Desk:
    return make_desk(app)


@pytest.fixture
def station(client_for: ClientFor) -> PageClient:
    return client_for()


@pytest.fixture
def web(client_for: ClientFor, desk: Desk) -> PageClient:
    return client_for(desk.team.web)


@pytest.fixture
def ident(app: Flask, desk: Desk) -> int:
    """A script that waits for the station's word."""
    found = plan(app, desk, approved(app, desk), "radio")
    run_jobs(app)
    return found


def link_of(app: Flask, desk: Desk, ident: int) -> str:
    with in_unit(app, desk.unit) as session:
        return links.address(links.DELIVERY, session.get(Delivery, (desk.unit.id, ident))).removeprefix(
            "http://localhost"
        )


def text(client: PageClient, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status
    return html_text.unescape(response.get_data(as_text=True))


def post(client: PageClient, path: str, **data: str) -> int:
    return client.open(path, method="POST", data=data, token=False).status_code


def test_station_reads_takes_the_file_and_confirms_once(
    app: Flask, desk: Desk, ident: int, station: PageClient
) -> None:
    link = link_of(app, desk, ident)
    first = station.get(link)
    assert first.headers["Referrer-Policy"] == "no-referrer" and "noindex" in first.headers["X-Robots-Tag"]
    assert first.headers["Cache-Control"] == "no-store" and "Set-Cookie" not in first.headers
    shown = text(station, link)
    assert "Ngày hội đọc sách" in shown and "Hơn ba trăm học sinh" in shown
    files = re.findall(r"href=\"([^\"]+/files/[^\"]+)\"", shown)
    assert station.get(files[0]).data.startswith(b"PK")
    assert see(app, desk, ident).state == "handed_over", "looking changes nothing"
    assert post(station, f"{link}/done", **SAID) == 303
    assert (see(app, desk, ident).state, see(app, desk, ident).published_at) == ("published", MONDAY)
    told = text(station, link)
    assert "Đã ghi nhận: đã phát." in told and "Anh Páo" in told and "Cụm loa thôn Hạ" in told
    assert "<form" not in told
    assert post(station, f"{link}/not-done", reason="Đổi ý") == 422
    assert see(app, desk, ident).state == "published"


def test_station_says_that_it_could_not(
    app: Flask, desk: Desk, ident: int, station: PageClient, web: PageClient
) -> None:
    link = link_of(app, desk, ident)
    assert post(station, f"{link}/not-done", reason="Mất điện cả buổi", who="Chị Dợ") == 303
    assert "Mất điện cả buổi" in text(station, link)
    assert "Mất điện cả buổi" in text(web, f"/u/{desk.unit.slug}/publishing/deliveries/{ident}")
    assert "Mất điện cả buổi" in text(web, f"/u/{desk.unit.slug}/publishing/?group=troubled")


def test_what_was_typed_comes_back_with_the_sentence(app: Flask, desk: Desk, ident: int, station: PageClient) -> None:
    link = link_of(app, desk, ident)
    refused = station.open(f"{link}/done", method="POST", data={**SAID, "on": "2026-12-01"}, token=False)
    shown = html_text.unescape(refused.get_data(as_text=True))
    assert refused.status_code == 422
    assert "Giờ phát hoặc đăng chưa tới" in shown and 'value="2026-12-01"' in shown and "Cụm loa thôn Hạ" in shown
    assert post(station, f"{link}/done", **{**SAID, "time": "chiều"}) == 422
    assert post(station, f"{link}/done", **SAID, url="javascript:alert(1)") == 422
    assert post(station, f"{link}/done", **SAID, url="https://example.vn/" + "a" * 1000) == 422
    assert see(app, desk, ident).state == "handed_over"


def test_forged_foreign_and_closed_links_lead_nowhere(
    app: Flask, desk: Desk, ident: int, station: PageClient, web: PageClient
) -> None:
    link = link_of(app, desk, ident)
    other = make_school(app, make_office(app))
    for wrong in (
        link[:-9] + ("a" if link[-9] != "a" else "b") + link[-8:],
        link.replace(f"d-{desk.unit.id}-", f"d-{other.id}-"),
        link.replace("/x/d-", "/x/b-"),
        "/x/khong-co",
    ):
        assert station.get(wrong).status_code == 404
        assert post(station, f"{wrong}/done", **SAID) == 404
    page = f"/u/{desk.unit.slug}/publishing/deliveries/{ident}"
    assert link in text(web, page)
    assert web.post(f"{page}/link").status_code == 303
    newer = link_of(app, desk, ident)
    assert newer != link and station.get(link).status_code == 404 and station.get(newer).status_code == 200
    assert web.post(f"{page}/link", data={"closed": "yes"}).status_code == 303
    assert station.get(newer).status_code == 404 and post(station, f"{newer}/done", **SAID) == 404
    assert see(app, desk, ident).state == "handed_over"


def test_old_link_shows_nothing_and_takes_nothing(app: Flask, desk: Desk, ident: int, station: PageClient) -> None:
    link = link_of(app, desk, ident)
    with clock.frozen(MONDAY + links.LIFE + dt.timedelta(minutes=1)):
        shown = text(station, link, 410)
        assert "Đường dẫn đã hết hạn" in shown and "Ngày hội đọc sách" not in shown
        assert post(station, f"{link}/done", **SAID) == 410
        assert station.get(f"{link}/files/khac.txt").status_code == 404
    assert see(app, desk, ident).state == "handed_over"


@pytest.mark.parametrize("on", ["0001-01-01", "9999-12-31", "2026-13-01"])
def test_a_day_no_calendar_reaches_is_refused(app: Flask, desk: Desk, ident: int, station: PageClient, on: str) -> None:
    assert post(station, f"{link_of(app, desk, ident)}/done", **{**SAID, "on": on, "time": "00:00"}) == 422
    assert see(app, desk, ident).state == "handed_over"


def notices_of(app: Flask, desk: Desk) -> list[tuple[str, str]]:
    with in_unit(app, desk.unit) as session:
        rows = session.scalars(select(Notice).where(Notice.resolved_at.is_(None), Notice.key.like("answered-late:%")))
        return [(row.endpoint, row.text) for row in rows]


def test_an_answer_that_comes_too_late_is_told_to_the_school(
    app: Flask, desk: Desk, ident: int, station: PageClient, web: PageClient
) -> None:
    link = link_of(app, desk, ident)
    with clock.frozen(MONDAY + links.LIFE + dt.timedelta(minutes=1)):
        assert "Báo nhà trường" in text(station, link, 410) and notices_of(app, desk) == []
        assert post(station, f"{link}/done", **SAID) == 410
        ((page, words),) = notices_of(app, desk)
        assert page == "publishing.delivery" and "Anh Páo" in words and "Họ viết: «Rõ»" in words
        assert web.post(f"/u/{desk.unit.slug}/publishing/deliveries/{ident}/link").status_code == 303
        assert notices_of(app, desk) == [], "the station has a link that works again"


def test_withdrawn_and_replaced_texts_warn_the_station(
    app: Flask, desk: Desk, ident: int, station: PageClient, web: PageClient
) -> None:
    link = link_of(app, desk, ident)
    file = re.findall(r"href=\"([^\"]+/files/[^\"]+)\"", text(station, link))[0]
    page = f"/u/{desk.unit.slug}/publishing/deliveries/{ident}"
    assert station.get(file).status_code == 200
    assert web.post(f"{page}/withdraw", data={"reason": ""}).status_code == 422
    assert web.post(f"{page}/withdraw", data={"reason": "Lễ hoãn"}).status_code == 303
    assert "Nhà trường đã rút bài này lại" in text(station, link)
    assert station.get(file).status_code == 404, "what was taken back is not handed out any more"
    article = approved(app, desk, title="Tin về buổi trồng cây")
    old = plan(app, desk, article, "radio")
    run_jobs(app)
    old_link = link_of(app, desk, old)
    plan(app, desk, approve_again(app, desk, article, title="Tin mới về buổi trồng cây"), "radio")
    run_jobs(app)
    assert "Nhà trường đã gửi bản mới" in text(station, old_link)


def test_answers_from_one_address_are_limited(app: Flask, desk: Desk, ident: int, station: PageClient) -> None:
    link = link_of(app, desk, ident)
    codes = [post(station, f"{link}/not-done", reason="") for _n in range(31)]
    assert codes == [422] * 30 + [429]
    with clock.frozen(MONDAY + dt.timedelta(minutes=16)):
        assert post(station, f"{link}/done", **SAID) == 303


def photo() -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (64, 48), "#246").save(stream, "JPEG")
    return stream.getvalue()


def test_school_confirms_with_a_photo_and_corrects(app: Flask, desk: Desk, ident: int, web: PageClient) -> None:
    page = f"/u/{desk.unit.slug}/publishing/deliveries/{ident}"
    assert "Bài chỉ được tính là đã đăng khi có người ghi nhận" in text(web, page)
    bad = {**SAID, "photo": (io.BytesIO(b"<svg onload=alert(1)>"), "anh.jpg")}
    assert web.post(f"{page}/confirm", data=bad).status_code == 422
    assert web.post(f"{page}/confirm", data={**SAID, "photo": (io.BytesIO(photo()), "anh.jpg")}).status_code == 303
    shown = text(web, page)
    assert desk.team.web.name in shown and "Cụm loa thôn Hạ" in shown and "Sửa điều đã ghi nhận" in shown
    picture = web.get(f"{page}/photo")
    assert (picture.status_code, picture.mimetype) == (200, "image/jpeg")
    assert web.post(f"{page}/confirm", data={**SAID, "time": "07:15", "place": "Đài xã"}).status_code == 303
    assert see(app, desk, ident).published_at == MONDAY - dt.timedelta(minutes=45)
    assert web.get(f"{page}/photo").status_code == 200, "a correction keeps the photo"
    assert web.post(f"{page}/deny", data={"reason": "Ghi nhầm bài"}).status_code == 303
    assert see(app, desk, ident).state == "failed"


def test_lists_say_that_a_confirmation_is_waited_for(app: Flask, desk: Desk, ident: int, web: PageClient) -> None:
    home = f"/u/{desk.unit.slug}"
    assert "Chờ xác nhận đã phát" in text(web, f"{home}/articles/")
    assert "Ngày hội đọc sách" in text(web, f"{home}/publishing/?group=handed")
    assert "Ngày hội đọc sách" not in text(web, f"{home}/publishing/?group=troubled")
    with clock.frozen(MONDAY + dt.timedelta(days=3)):
        assert "Ngày hội đọc sách" in text(web, f"{home}/publishing/?group=troubled")
        assert "Đã quá hạn xác nhận" in text(web, f"{home}/publishing/deliveries/{ident}")
    confirm(app, desk, ident)
    assert "Ngày hội đọc sách" not in text(web, f"{home}/publishing/?group=handed")
