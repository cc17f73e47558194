"""Bulletins: put together from approved texts, frozen at the hand-over, counted when somebody confirms."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from article_builders import ArticleRef
from builders import in_unit, run_jobs
from bulletin_builders import bulletin_state, hand_over, make_bulletin
from flask import Flask
from publishing_builders import Desk, approve_again, approved, make_desk, plan, see
from publishing_builders import confirm as confirm_delivery
from sqlalchemy import select

from tenants import clock
from tenants.audit import AuditEntry
from tenants.bulletins import handing, queries, service
from tenants.bulletins.models import Bulletin, BulletinItem
from tenants.content.models import Article
from tenants.errors import NotFound, Refused
from tenants.publishing.confirming import Speaker, Statement
from tenants.publishing.models import Delivery

MONDAY = dt.datetime(2026, 11, 23, 1, 0, tzinfo=dt.UTC)
TITLES = ("Tin về thư viện", "Tin về vườn trường", "Tin về an toàn giao thông")


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.frozen(MONDAY):
        yield


@pytest.fixture
def desk(app: Flask) -> Desk:
    return make_desk(app)


@pytest.fixture
def news(app: Flask, desk: Desk) -> tuple[ArticleRef, ...]:
    return tuple(approved(app, desk, title=title) for title in TITLES)


def order(app: Flask, desk: Desk, bulletin_id: int) -> list[str]:
    with in_unit(app, desk.unit):
        return [entry.revision.title for entry in queries.entries(bulletin_id)]


def items(app: Flask, desk: Desk, bulletin_id: int) -> list[int]:
    with in_unit(app, desk.unit):
        return [entry.item.id for entry in queries.entries(bulletin_id)]


def deliveries(app: Flask, desk: Desk) -> dict[str, str]:
    with in_unit(app, desk.unit) as session:
        rows = session.scalars(select(Delivery).where(Delivery.channel == "radio")).all()
        return {row.title: row.state for row in rows}


def confirm(app: Flask, desk: Desk, bulletin_id: int, speaker: Speaker, at: dt.datetime | None = None) -> None:
    with in_unit(app, desk.unit):
        handing.confirm(bulletin_id, Statement(at or clock.now(), who="Anh Páo"), speaker)


def test_new_bulletin_greets_for_its_day(app: Flask, desk: Desk) -> None:
    ident = make_bulletin(app, desk, at=dt.datetime(2026, 11, 24, 10, 0, tzinfo=dt.UTC))
    with in_unit(app, desk.unit):
        bulletin = queries.get_bulletin(ident)
        assert bulletin.title == "Bản tin ngày 24/11/2026"
        assert "phát chiều thứ Ba, ngày 24/11/2026" in bulletin.greeting
        assert desk.unit.name in bulletin.closing and bulletin.speed == 180


def test_greeting_follows_a_new_date_until_somebody_changes_it(app: Flask, desk: Desk) -> None:
    ident = make_bulletin(app, desk)

    def saved(greeting: str, at: dt.datetime) -> str:
        with in_unit(app, desk.unit):
            own = queries.get_bulletin(ident)
            service.save(
                ident, title=own.title, broadcast_at=at, greeting=greeting or own.greeting, closing=own.closing,
                speed=180, cues={}, actor_id=desk.team.web.id,
            )  # fmt: skip
            return own.greeting

    assert "ngày 27/11/2026" in saved("", MONDAY + dt.timedelta(days=4))
    assert saved("Xin chào bà con.", MONDAY + dt.timedelta(days=5)) == "Xin chào bà con."
    assert saved("", MONDAY + dt.timedelta(days=6)) == "Xin chào bà con."


def test_items_are_moved_and_removed(app: Flask, desk: Desk, news: tuple[ArticleRef, ...]) -> None:
    ident = make_bulletin(app, desk, *news)
    first, _second, third = items(app, desk, ident)
    with in_unit(app, desk.unit):
        service.move(third, earlier=True, actor_id=desk.team.web.id)
        service.move(first, earlier=True, actor_id=desk.team.web.id)
    assert order(app, desk, ident) == [TITLES[0], TITLES[2], TITLES[1]]
    with in_unit(app, desk.unit):
        service.remove(first, desk.team.web.id)
        service.move(third, earlier=False, actor_id=desk.team.web.id)
    assert order(app, desk, ident) == [TITLES[1], TITLES[2]]


def test_only_approved_articles_of_this_unit_are_offered_and_taken(
    app: Flask, desk: Desk, news: tuple[ArticleRef, ...]
) -> None:
    ident = make_bulletin(app, desk, news[0])
    other = make_desk(app)
    foreign = approved(app, other)
    with in_unit(app, desk.unit):
        assert {article.title for article, _at in queries.offered(ident)} == set(TITLES[1:])
        assert [article.title for article, _at in queries.offered(ident, "vuon truong")] == [TITLES[1]]
    for wrong in (foreign.id, 999999):
        with pytest.raises(NotFound), in_unit(app, desk.unit):
            service.add(ident, [wrong], desk.team.web.id)
    with in_unit(app, desk.unit) as session:
        session.get(Article, (desk.unit.id, news[1].id)).state = "draft"
    with pytest.raises(Refused) as refused, in_unit(app, desk.unit):
        service.add(ident, [news[1].id], desk.team.web.id)
    assert refused.value.code == "not-approved"


def test_handed_over_once_and_confirmed_once_for_all(app: Flask, desk: Desk, news: tuple[ArticleRef, ...]) -> None:
    ident = make_bulletin(app, desk, *news)
    hand_over(app, desk, ident)
    run_jobs(app)
    assert deliveries(app, desk) == dict.fromkeys(TITLES, "handed_over")
    with in_unit(app, desk.unit) as session:
        bulletin = queries.get_bulletin(ident)
        assert bulletin.payload_hash and [file["filename"][-4:] for file in bulletin.artefacts] == ["docx", ".txt"]
        assert {a.state for a in session.scalars(select(Article))} == {"handed_over"}
    when = MONDAY + dt.timedelta(days=1)
    with clock.frozen(when + dt.timedelta(hours=1)):
        confirm(app, desk, ident, Speaker(), when)
        with pytest.raises(Refused) as twice:
            confirm(app, desk, ident, Speaker())
    assert twice.value.code == "already-recorded"
    assert bulletin_state(app, desk, ident) == "broadcast"
    assert deliveries(app, desk) == dict.fromkeys(TITLES, "published")
    with in_unit(app, desk.unit) as session:
        assert {row.published_at for row in session.scalars(select(Delivery))} == {when}
        words = session.scalars(select(AuditEntry).where(AuditEntry.action == "bulletin.confirm")).one()
        assert (words.actor_id, words.data["through"]) == (None, "link")


def test_school_corrects_what_the_station_said(app: Flask, desk: Desk, news: tuple[ArticleRef, ...]) -> None:
    ident = make_bulletin(app, desk, *news[:2])
    hand_over(app, desk, ident)
    confirm(app, desk, ident, Speaker())
    with in_unit(app, desk.unit):
        handing.deny(ident, "Đài phát nhầm bản tin cũ", "Cô Mây", Speaker(desk.team.web.id))
    assert bulletin_state(app, desk, ident) == "not_done"
    assert set(deliveries(app, desk).values()) == {"failed"}
    confirm(app, desk, ident, Speaker(desk.team.web.id))
    assert (bulletin_state(app, desk, ident), set(deliveries(app, desk).values())) == ("broadcast", {"published"})


def test_not_broadcast_withdrawn_and_worked_on_again(app: Flask, desk: Desk, news: tuple[ArticleRef, ...]) -> None:
    ident = make_bulletin(app, desk, news[0])
    hand_over(app, desk, ident)
    with pytest.raises(Refused), in_unit(app, desk.unit):
        service.add(ident, [news[1].id], desk.team.web.id)
    with in_unit(app, desk.unit):
        handing.withdraw(ident, "Đổi lịch phát", desk.team.web.id)
    assert (bulletin_state(app, desk, ident), deliveries(app, desk)) == ("withdrawn", {TITLES[0]: "cancelled"})
    with in_unit(app, desk.unit):
        handing.reopen(ident, desk.team.web.id)
        service.add(ident, [news[1].id], desk.team.web.id)
    hand_over(app, desk, ident)
    assert deliveries(app, desk) == {TITLES[0]: "handed_over", TITLES[1]: "handed_over"}
    with in_unit(app, desk.unit):
        handing.deny(ident, "Mất điện", "Chị Dợ", Speaker())
    assert bulletin_state(app, desk, ident) == "not_done"
    with pytest.raises(Refused) as kept, in_unit(app, desk.unit):
        handing.reopen(ident, desk.team.web.id)
        service.discard(ident, desk.team.web.id)
    assert kept.value.code == "kept"


def test_text_that_was_approved_anew_holds_the_bulletin_until_it_is_taken(
    app: Flask, desk: Desk, news: tuple[ArticleRef, ...]
) -> None:
    ident = make_bulletin(app, desk, *news[:2])
    approve_again(app, desk, news[0], title="Tin mới về thư viện")
    with pytest.raises(Refused) as refused:
        hand_over(app, desk, ident)
    assert refused.value.code == "outdated" and TITLES[0] in refused.value.sentence
    assert deliveries(app, desk) == {}
    with in_unit(app, desk.unit):
        service.take_newest(queries.entries(ident)[0].item.id, desk.team.web.id)
    hand_over(app, desk, ident)
    assert deliveries(app, desk) == {"Tin mới về thư viện": "handed_over", TITLES[1]: "handed_over"}


def test_text_whose_approval_is_gone_cannot_be_handed_over(
    app: Flask, desk: Desk, news: tuple[ArticleRef, ...]
) -> None:
    ident = make_bulletin(app, desk, news[0])
    with in_unit(app, desk.unit) as session:
        session.get(Article, (desk.unit.id, news[0].id)).approved_revision_id = None
    with pytest.raises(Refused) as refused:
        hand_over(app, desk, ident)
    assert refused.value.code == "outdated"
    with in_unit(app, desk.unit):
        assert queries.entries(ident)[0].standing == "gone"


def test_empty_and_unreadable_bulletins_stay_drafts(app: Flask, desk: Desk) -> None:
    empty = make_bulletin(app, desk)
    odd = make_bulletin(app, desk, approved(app, desk, title="Đoàn XQZV về thăm trường"))
    for ident in (empty, odd):
        with pytest.raises(Refused) as refused:
            hand_over(app, desk, ident)
        assert refused.value.code == "problems"
        assert bulletin_state(app, desk, ident) == "draft"


def test_article_that_went_alone_before_joins_and_one_already_broadcast_is_left_alone(
    app: Flask, desk: Desk, news: tuple[ArticleRef, ...]
) -> None:
    alone, old = plan(app, desk, news[0], "radio"), plan(app, desk, news[1], "radio")
    run_jobs(app)
    confirm_delivery(app, desk, old)
    ident = make_bulletin(app, desk, *news[:2])
    hand_over(app, desk, ident)
    with in_unit(app, desk.unit) as session:
        found = {i.article_id: i.delivery_id for i in session.scalars(select(BulletinItem))}
    assert found == {news[0].id: alone, news[1].id: None}
    with in_unit(app, desk.unit):
        handing.deny(ident, "Mất điện", "", Speaker())
    assert (see(app, desk, alone).state, see(app, desk, old).state) == ("failed", "published")


def test_bulletin_of_another_unit_is_not_here(app: Flask, desk: Desk) -> None:
    ident = make_bulletin(app, desk)
    other = make_desk(app)
    for act in (
        lambda: queries.get_bulletin(ident),
        lambda: handing.hand_over(ident, other.team.web.id),
        lambda: service.discard(ident, other.team.web.id),
    ):
        with pytest.raises(NotFound), in_unit(app, other.unit):
            act()
    with in_unit(app, desk.unit) as session:
        assert session.get(Bulletin, (desk.unit.id, ident)) is not None
