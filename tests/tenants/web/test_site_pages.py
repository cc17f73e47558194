"""The public site: what anybody reads, and what nobody must see."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import article_builders as articles
import pytest
from builders import UnitRef, in_unit, make_office, make_school, run_jobs
from flask import Flask
from publishing_builders import Desk, approve_again, approved, make_desk, plan
from queries import count_queries
from webclient import PageClient

from tenants import clock, files
from tenants.content import queries as content
from tenants.content import service as content_service
from tenants.content.revisions import text_of
from tenants.plans.models import PlanVersion
from tenants.publishing import queries, service

ClientFor = Callable[..., PageClient]


@pytest.fixture
def desk(app: Flask) -> Desk:
    """A school with people, a topic and outlets."""
    return make_desk(app, "Trường Tiểu học Hoa Sim")


@pytest.fixture
def reader(client_for: ClientFor) -> PageClient:
    """Somebody without an account."""
    return client_for()


def post(app: Flask, desk: Desk, when: str = "", **changes: Any) -> int:
    """Publish an article on the site; return its id."""
    with clock.frozen(dt.datetime.fromisoformat(when) if when else clock.now()):
        article = approved(app, desk, **changes)
        plan(app, desk, article, "website")
        run_jobs(app)
        return article.id


def page(reader: PageClient, desk: Desk, path: str = "/") -> str:
    response = reader.get(f"/s/{desk.unit.slug}{path}", follow_redirects=True)
    assert response.status_code == 200, path
    return response.get_data(as_text=True)


def status(reader: PageClient, unit: UnitRef, path: str) -> int:
    return reader.get(f"/s/{unit.slug}{path}").status_code


def test_empty_site_is_quiet_and_whole(app: Flask, desk: Desk, reader: PageClient) -> None:
    assert "Trang đang được chuẩn bị" in page(reader, desk)
    assert "Chưa có tin bài nào" in page(reader, desk, "/tin-bai/")


def test_article_is_read_with_its_pictures_author_and_date(app: Flask, desk: Desk, reader: PageClient) -> None:
    team = desk.team
    ref = articles.draft(app, team.unit, team.author, replace(articles.FULL, node_id=desk.topic))
    media = articles.add_pictures(app, team.unit, team.author, ref, articles.jpeg(), articles.jpeg(colour="#aa2211"))
    with in_unit(app, team.unit):
        head = content.head_revision(content.get_article(ref.id))
        text = replace(text_of(head), pictures=articles.described(*media))
        content_service.save(ref.id, text, head_revision_id=head.id, saves=head.saves, actor_id=team.author.id)
    ref = articles.submit(app, team.unit, team.author, articles.article_ref(app, team.unit, ref.id))
    ref = articles.approve(app, team.unit, team.principal, articles.vet(app, team.unit, team.vetter, ref))
    with clock.frozen(dt.datetime(2026, 11, 23, 1, 30, tzinfo=dt.UTC)):
        plan(app, desk, ref, "website")
        run_jobs(app)
    html = page(reader, desk, f"/tin-bai/{ref.id}-bat-ky")
    assert re.search(r"<h1>\s*Ngày hội đọc sách ở Trường Tiểu học Hoa Sim", html)
    assert "Lò Thị Mây" in html and "08:30 23/11/2026" in html
    assert html.count(f"/media/{desk.unit.slug}/") >= 2
    assert f"Học sinh đọc sách, ảnh {media[0]}" in html
    data = json.loads(re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.S)[0])
    assert (data["@type"], data["headline"]) == ("NewsArticle", "Ngày hội đọc sách ở Trường Tiểu học Hoa Sim")


def test_address_with_other_words_leads_to_the_article(app: Flask, desk: Desk, reader: PageClient) -> None:
    ident = post(app, desk)
    response = reader.get(f"/s/{desk.unit.slug}/tin-bai/{ident}-cau-chu-cu")
    assert response.status_code == 301
    assert response.headers["Location"].endswith(f"/tin-bai/{ident}-ngay-hoi-doc-sach-o-truong-tieu-hoc-hoa-sim")


def test_nothing_unpublished_is_seen(app: Flask, desk: Desk, reader: PageClient) -> None:
    waiting = approved(app, desk, title="Bài chờ giờ đăng")
    plan(app, desk, waiting, "website", clock.now() + dt.timedelta(days=1))
    spoken = approved(app, desk, title="Chỉ có trên loa")
    plan(app, desk, spoken, "radio")
    run_jobs(app)
    for path in ("/", "/tin-bai/", "/rss.xml", "/sitemap.xml", "/tim-kiem?q=loa", "/tim-kiem?q=gio+dang"):
        html = page(reader, desk, path)
        assert "Bài chờ giờ đăng" not in html and "Chỉ có trên" not in html
    for ident in (waiting.id, spoken.id):
        assert status(reader, desk.unit, f"/tin-bai/{ident}-x") == 404


def test_another_schools_article_is_not_here(app: Flask, desk: Desk, reader: PageClient) -> None:
    other = make_school(app, make_office(app))
    ident = post(app, desk)
    assert status(reader, other, f"/tin-bai/{ident}-x") == 404
    assert "Ngày hội" not in reader.get(f"/s/{other.slug}/").get_data(as_text=True)


def test_retracted_article_is_gone_at_once_even_without_a_worker(app: Flask, desk: Desk, reader: PageClient) -> None:
    ident = post(app, desk)
    with in_unit(app, desk.unit):
        service.retract(queries.article_on_site(ident).id, "Sai tên", desk.team.web.id)
    assert status(reader, desk.unit, f"/tin-bai/{ident}-x") == 404
    assert "Ngày hội" not in page(reader, desk)


def test_correction_keeps_the_address_and_says_when(app: Flask, desk: Desk, reader: PageClient) -> None:
    with clock.frozen(dt.datetime(2026, 11, 20, 1, 0, tzinfo=dt.UTC)):
        article = approved(app, desk)
        plan(app, desk, article, "website")
        run_jobs(app)
    with clock.frozen(dt.datetime(2026, 11, 21, 2, 0, tzinfo=dt.UTC)):
        plan(app, desk, approve_again(app, desk, article, title="Tiêu đề đính chính"), "website")
        run_jobs(app)
    path = f"/tin-bai/{article.id}-ngay-hoi-doc-sach-o-truong-tieu-hoc-hoa-sim"
    assert status(reader, desk.unit, path) == 200
    html = page(reader, desk, path)
    assert "Tiêu đề đính chính" in html
    assert "08:00 20/11/2026" in html and "cập nhật 09:00 21/11/2026" in html
    assert page(reader, desk, "/tin-bai/").count('class="news-card"') == 1


def test_list_by_month_and_genre_and_page(app: Flask, desk: Desk, reader: PageClient) -> None:
    post(app, desk, "2026-09-30T17:30:00+00:00", title="Tin của tháng mười", genre="news")
    post(app, desk, "2026-09-30T16:30:00+00:00", title="Bài của tháng chín", genre="feature")
    october, features = page(reader, desk, "/tin-bai/?month=2026-10"), page(reader, desk, "/tin-bai/?genre=feature")
    assert "Tin của tháng mười" in october and "Bài của tháng chín" not in october
    assert "Bài của tháng chín" in features and "Tin của tháng mười" not in features
    assert "Chưa có tin bài nào" in page(reader, desk, "/tin-bai/?page=9")
    assert "Tin của tháng mười" in page(reader, desk, "/tin-bai/?month=sai")


def test_articles_of_one_topic_lead_to_each_other(app: Flask, desk: Desk, reader: PageClient) -> None:
    first, _second = post(app, desk, title="Bài thứ nhất"), post(app, desk, title="Bài thứ hai")
    html = page(reader, desk, f"/tin-bai/{first}-bai-thu-nhat")
    assert "Tin bài cùng chủ đề" in html and "Bài thứ hai" in html


@pytest.mark.parametrize("query", ["đại hội", "dai hoi", "ĐẠI HỘI", "Đại hội"])
def test_search_ignores_diacritics(app: Flask, desk: Desk, reader: PageClient, query: str) -> None:
    post(app, desk, title="Đại hội Liên đội nhiệm kỳ mới")
    post(app, desk, title="Tin khác")
    html = reader.get(f"/s/{desk.unit.slug}/tim-kiem", query_string={"q": query}).get_data(as_text=True)
    assert "<mark>Đại</mark> <mark>hội</mark> Liên đội" in html
    assert "Tin khác" not in html


def test_exact_diacritics_come_first(app: Flask, desk: Desk, reader: PageClient) -> None:
    post(app, desk, "2026-11-01T00:00:00+00:00", title="Hòa giải ở khu phố")
    post(app, desk, "2026-11-02T00:00:00+00:00", title="Hoa nở trong vườn trường")
    html = page(reader, desk, "/tim-kiem?q=h%C3%B2a")
    assert html.index("giải ở khu phố") < html.index("nở trong vườn trường")


@pytest.mark.parametrize("query", ["", "   ", '"', "%", "_", "<script>alert(1)</script>", "a" * 500])
def test_odd_searches_do_no_harm(app: Flask, desk: Desk, reader: PageClient, query: str) -> None:
    post(app, desk)
    response = reader.get(f"/s/{desk.unit.slug}/tim-kiem", query_string={"q": query})
    assert response.status_code == 200
    assert "<script>alert" not in response.get_data(as_text=True)


def test_feed_is_valid_and_its_guid_is_no_address(app: Flask, desk: Desk, reader: PageClient) -> None:
    ident = post(app, desk, title="Sạch & đẹp <b>\x0b")
    response = reader.get(f"/s/{desk.unit.slug}/rss.xml")
    root = ElementTree.fromstring(response.data)
    item = root.find("channel/item")
    assert root.get("version") == "2.0" and item is not None
    assert response.mimetype == "application/rss+xml"
    assert {child.tag for child in root.find("channel") or []} >= {"title", "link", "description", "language", "item"}
    assert (item.findtext("title") or "").startswith("Sạch & đẹp")
    assert (item.find("guid").get("isPermaLink"), item.findtext("guid")) == ("false", f"{desk.unit.slug}-{ident}")  # type: ignore[union-attr]
    assert (item.findtext("link") or "").startswith(f"http://localhost/s/{desk.unit.slug}/tin-bai/{ident}-")


def test_map_and_word_to_crawlers(app: Flask, desk: Desk, reader: PageClient) -> None:
    ident = post(app, desk)
    places = [node.text or "" for node in ElementTree.fromstring(page(reader, desk, "/sitemap.xml").encode()).iter()]
    assert any(f"/tin-bai/{ident}-ngay-hoi" in place for place in places)
    assert f"/s/{desk.unit.slug}/sitemap.xml" in page(reader, desk, "/robots.txt")


def test_issued_plan_with_metadata_file_and_text(app: Flask, desk: Desk, reader: PageClient) -> None:
    with in_unit(app, desk.unit) as session:
        row = session.query(PlanVersion).one()
        row.file_sha256 = files.store().put(b"PK van ban")
        plan_id, sha256 = row.plan_id, row.file_sha256
    html = page(reader, desk, f"/ke-hoach/{plan_id}")
    for fact in ("KH-THHS", "Cầm Văn Sơn", "HIỆU TRƯỞNG", "Truyền thông năm học", "Văn hóa đọc", sha256):
        assert fact in html, fact
    assert "Truyền thông năm học" in page(reader, desk, "/ke-hoach/")
    assert "Truyền thông năm học" in page(reader, desk)
    assert f"/ke-hoach/{plan_id}" in page(reader, desk, "/tim-kiem?q=truyen+thong")
    taken = reader.get(f"/s/{desk.unit.slug}/ke-hoach/{plan_id}/tep")
    assert taken.data == b"PK van ban"
    assert "attachment" in taken.headers["Content-Disposition"]


def test_what_is_not_there_is_told_in_the_sites_own_layout(app: Flask, desk: Desk, reader: PageClient) -> None:
    for path in ("/tin-bai/99999-x", "/khong-co", "/ke-hoach/99999", "/ke-hoach/99999/tep", "/tin-bai/abc"):
        response = reader.get(f"/s/{desk.unit.slug}{path}")
        html = response.get_data(as_text=True)
        assert response.status_code == 404, path
        assert "Trường Tiểu học Hoa Sim" in html and "Không tìm thấy trang này" in html
    assert reader.get("/s/khong-co-truong/").status_code == 404
    assert reader.get("/s/").status_code == 404


def test_pages_take_a_constant_number_of_queries(app: Flask, desk: Desk, reader: PageClient) -> None:
    def cost(path: str) -> int:
        with count_queries() as sent:
            page(reader, desk, path)
        return len(sent)

    first = post(app, desk, title="Bài số 0")
    post(app, desk, title="Bài số 1")
    paths = ("/", "/tin-bai/", f"/tin-bai/{first}-bai-so-0", "/tim-kiem?q=bai", "/rss.xml", "/sitemap.xml")
    before = [cost(path) for path in paths]
    for number in range(2, 5):
        post(app, desk, title=f"Bài số {number}")
    assert [cost(path) for path in paths] == before


def test_reading_writes_nothing_and_sets_no_cookie(app: Flask, desk: Desk, reader: PageClient) -> None:
    ident = post(app, desk)
    for path in ("/", "/tin-bai/", f"/tin-bai/{ident}-x", "/tim-kiem?q=sach", "/rss.xml"):
        response = reader.get(f"/s/{desk.unit.slug}{path}", follow_redirects=True)
        assert "Set-Cookie" not in response.headers, path


def test_signed_in_readers_copy_is_nobody_elses(app: Flask, desk: Desk, client_for: ClientFor) -> None:
    post(app, desk)
    anonymous, member = client_for(), client_for(desk.team.web)
    path = f"/s/{desk.unit.slug}/"
    assert anonymous.get(path).headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert "no-store" in member.get(path).headers["Cache-Control"]
