"""Offering an article to a superior's portal: what the superior sees, makes of it, and how the credit comes back."""

from __future__ import annotations

from dataclasses import replace

import article_builders as articles
import publishing_builders as rooms
import pytest
from article_builders import ArticleRef
from builders import PersonRef, UnitRef, in_unit, make_office, make_person, run_jobs
from flask import Flask
from publishing_builders import Desk
from sqlalchemy import select

from tenants.content import queries as content
from tenants.content import service as writing
from tenants.content.models import Article, ArticleRevision, Media
from tenants.content.revisions import text_of
from tenants.errors import NotFound, Refused
from tenants.files import store
from tenants.offers import queries, service, taking
from tenants.offers.models import Offer, OfferAnswer
from tenants.publishing import outlets
from tenants.publishing import service as publishing
from tenants.publishing.models import ChannelAccount, Delivery
from tenants.scope import Kind
from tenants.units import queries as unit_queries
from tenants.units.service import set_route


@pytest.fixture
def department(app: Flask) -> UnitRef:
    """What stands above the office, and so above the school as well."""
    return make_office(app, "Cơ quan cấp trên")


@pytest.fixture
def office(app: Flask, department: UnitRef) -> UnitRef:
    return make_office(app, "UBND xã Hoa Sim", department)


@pytest.fixture
def desk(app: Flask, office: UnitRef) -> Desk:
    return rooms.make_desk(app, "Trường Tiểu học Hoa Sim", office)


@pytest.fixture
def officer(app: Flask, office: UnitRef) -> PersonRef:
    return make_person(app, office, "officer")


def with_picture(app: Flask, desk: Desk) -> ArticleRef:
    """An approved article with a picture in its body."""
    team = desk.team
    ref = articles.draft(app, team.unit, team.author, node_id=desk.topic)
    media_id = articles.add_pictures(app, team.unit, team.author, ref, articles.jpeg())[0]
    body = f'<p>Sáng thứ Bảy.</p><p><img src="/media/{team.unit.slug}/{media_id}/full" alt="Đọc sách"></p>'
    with in_unit(app, team.unit):
        article = content.get_article(ref.id)
        head = content.head_revision(article)
        writing.save(
            ref.id,
            replace(text_of(head), body_html=body, pictures=articles.described(media_id)),
            head_revision_id=head.id,
            saves=head.saves,
            actor_id=team.author.id,
        )
    ref = articles.submit(app, team.unit, team.author, articles.article_ref(app, team.unit, ref.id))
    return articles.approve(app, team.unit, team.principal, articles.vet(app, team.unit, team.vetter, ref))


def offer(app: Flask, desk: Desk, office: UnitRef, article: ArticleRef, consent: bool = True) -> int:
    with in_unit(app, desk.unit):
        return service.offer(
            article.id, office.id, "Mong được đăng", consent=consent, actor_id=desk.team.principal.id
        ).id


def accept(app: Flask, desk: Desk, office: UnitRef, officer: PersonRef, offer_id: int) -> int:
    with in_unit(app, office, Kind.OVERSIGHT):
        return taking.accept(desk.unit.id, offer_id, "Bài hay", officer.id).id


def state(app: Flask, desk: Desk, offer_id: int) -> tuple[str, str, str]:
    with in_unit(app, desk.unit) as session:
        found = session.get(Offer, (desk.unit.id, offer_id))
        return found.state, found.answer, found.published_url


def publish_in_office(app: Flask, office: UnitRef, article_id: int) -> None:
    """Take the office's own article through all its steps and onto its site."""
    topic = articles.give_topic(app, office, "Tin từ các trường")
    vetter, head = make_person(app, office, "vetter"), make_person(app, office, "head")
    with in_unit(app, office):
        outlets.ensure_default_accounts()
        text = content.head_revision(content.get_article(article_id))
        writing.save(
            article_id, replace(text_of(text), node_id=topic), head_revision_id=text.id, saves=text.saves,
            actor_id=text.saved_by,
        )  # fmt: skip
        author = PersonRef(text.saved_by, "", "")
    ref = articles.submit(app, office, author, articles.article_ref(app, office, article_id))
    articles.approve(app, office, head, articles.vet(app, office, vetter, ref))
    with in_unit(app, office) as session:
        site = session.scalars(select(ChannelAccount.id).where(ChannelAccount.channel == "website")).one()
        publishing.plan_delivery(article_id, site, None, head.id)
    run_jobs(app)


def test_an_offer_becomes_an_article_of_the_superior_and_the_credit_comes_back(
    app: Flask, desk: Desk, office: UnitRef, officer: PersonRef
) -> None:
    article = with_picture(app, desk)
    rooms.plan(app, desk, article, "website")
    run_jobs(app)
    offer_id = offer(app, desk, office, article)
    article_id = accept(app, desk, office, officer, offer_id)
    run_jobs(app)
    assert state(app, desk, offer_id) == ("accepted", "Bài hay", "")
    with in_unit(app, office) as session:
        text = content.head_revision(content.get_article(article_id))
        media = session.scalars(select(Media)).one()
        assert f"/media/{office.slug}/{media.id}/full" in text.body_html and desk.unit.slug in text.body_html
        assert "<em>Theo <a href=" in text.body_html and "Trường Tiểu học Hoa Sim</a>" in text.body_html
        assert store().get(media.sha256) and store().get(media.thumb_sha256)
        assert session.get(Article, (office.id, article_id)).state == "draft"
    publish_in_office(app, office, article_id)
    standing, _answer, url = state(app, desk, offer_id)
    assert standing == "published" and url.startswith("http") and office.slug in url
    with in_unit(app, office, Kind.OVERSIGHT) as session:
        answer = session.scalars(select(OfferAnswer)).one()
        assert answer.published_url == url
        assert queries.tallies(answer.at)[desk.unit.id] == queries.Tally(accepted=1, published=1)


def test_what_is_taken_down_from_the_portal_is_no_longer_counted_as_published(
    app: Flask, desk: Desk, office: UnitRef, officer: PersonRef
) -> None:
    offer_id = offer(app, desk, office, rooms.approved(app, desk))
    article_id = accept(app, desk, office, officer, offer_id)
    publish_in_office(app, office, article_id)
    assert state(app, desk, offer_id)[0] == "published"
    with in_unit(app, office) as session:
        found = session.scalars(select(Delivery.id).where(Delivery.article_id == article_id)).one()
        publishing.retract(found, "Nhầm ảnh", officer.id)
    run_jobs(app)
    assert state(app, desk, offer_id) == ("accepted", "Bài hay", "")


def test_returning_needs_a_reason_and_the_article_may_be_offered_again(
    app: Flask, desk: Desk, office: UnitRef, officer: PersonRef
) -> None:
    article = rooms.approved(app, desk)
    offer_id = offer(app, desk, office, article)
    with pytest.raises(Refused, match="đã được đề nghị"):
        offer(app, desk, office, article)
    with in_unit(app, office, Kind.OVERSIGHT):
        with pytest.raises(Refused) as refusal:
            taking.return_(desk.unit.id, offer_id, "  ", officer.id)
        assert refusal.value.code == "no-reason"
        taking.return_(desk.unit.id, offer_id, "Cần thêm số liệu", officer.id)
    run_jobs(app)
    assert state(app, desk, offer_id)[:2] == ("returned", "Cần thêm số liệu")
    with in_unit(app, office, Kind.OVERSIGHT):
        assert queries.count_waiting() == 0
        with pytest.raises(Refused, match="đã được trả lời"):
            taking.accept(desk.unit.id, offer_id, "", officer.id)
    assert offer(app, desk, office, article) != offer_id


def test_only_what_was_offered_is_seen_and_only_by_whom_it_was_offered_to(
    app: Flask, department: UnitRef, desk: Desk, office: UnitRef
) -> None:
    rooms.approved(app, desk, title="Bài đã duyệt, chưa đề nghị")
    articles.draft(app, desk.unit, desk.team.author, title="Bản nháp")
    offer_id = offer(app, desk, office, rooms.approved(app, desk))
    foreign = make_person(app, department, "head")
    with in_unit(app, office, Kind.OVERSIGHT) as session:
        assert [found.id for found in session.scalars(select(Offer))] == [offer_id]
        assert session.scalars(select(Article).where(Article.unit_id == desk.unit.id)).all() == []
        assert "Bản nháp" not in [row.title for row in session.scalars(select(ArticleRevision))]
    with in_unit(app, department, Kind.OVERSIGHT):
        assert queries.count_waiting() == 0
        with pytest.raises(NotFound):
            taking.accept(desk.unit.id, offer_id, "", foreign.id)
    with in_unit(app, desk.unit):
        service.withdraw(offer_id, desk.team.principal.id)
    with in_unit(app, office, Kind.OVERSIGHT):
        assert queries.count_waiting() == 0
        with pytest.raises(NotFound):
            taking.offered(desk.unit.id, offer_id)


def test_pictures_are_offered_only_with_consent_and_only_to_superiors(app: Flask, desk: Desk, office: UnitRef) -> None:
    article = with_picture(app, desk)
    with pytest.raises(Refused, match="đồng ý cho đăng"):
        offer(app, desk, office, article, consent=False)
    with pytest.raises(NotFound):
        offer(app, desk, make_office(app), article)
    with pytest.raises(Refused, match="chưa được phê duyệt"):
        offer(app, desk, office, articles.draft(app, desk.unit, desk.team.author))


def test_hearing_an_answer_twice_changes_nothing(app: Flask, desk: Desk, office: UnitRef, officer: PersonRef) -> None:
    offer_id = offer(app, desk, office, rooms.approved(app, desk))
    accept(app, desk, office, officer, offer_id)
    run_jobs(app)
    with in_unit(app, desk.unit):
        service.hear_answer(offer_id, "returned", "muộn", officer.id, "2026-11-20T08:00:00+07:00")
    assert state(app, desk, offer_id) == ("accepted", "Bài hay", "")


def test_the_superior_named_by_the_route_comes_first(app: Flask, department: UnitRef, office: UnitRef) -> None:
    middle = make_office(app, under=office)
    desk = rooms.make_desk(app, office=middle)
    with in_unit(app, desk.unit) as session:
        assert [unit.id for unit in service.superiors()] == [middle.id, office.id, department.id]
        units = unit_queries.by_ids([desk.unit.id, office.id])
        set_route(units[desk.unit.id], "push_up", units[office.id])
        session.flush()
        assert [unit.id for unit in service.superiors()] == [office.id, middle.id, department.id]
