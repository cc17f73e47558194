"""Published means seen: what stands on the outlet is read back, and whatever is found, nothing is posted twice."""

from __future__ import annotations

import datetime as dt
import hashlib
import unicodedata
from dataclasses import dataclass

import pytest
from builders import in_unit, run_jobs
from flask import Flask
from publishing_builders import BOARD, Board, Desk, approve_again, approved, plan, see
from sqlalchemy import delete, select, update

from channel_plugins import LookUp, NeedsPerson, Receipt, TryAgain
from tenants import clock
from tenants.content.models import ArticleRevision
from tenants.db import db
from tenants.jobs.models import Job
from tenants.notices.models import Notice
from tenants.publishing import outcome, outlets, rounds, settling
from tenants.publishing.models import Delivery
from tenants.statistics import service as statistics
from tenants.statistics.models import MonthFact

MONDAY = dt.datetime(2026, 11, 23, 1, 0, tzinfo=dt.UTC)
HERE = Receipt("post-1", "https://bang.example.vn/thu-vi/post-1")


@dataclass(frozen=True)
class Sight:
    """What is known of an item on its outlet."""

    by: str | None
    counts: bool
    altered: bool
    vanished: bool
    sentence: str
    hash: str | None


def sight(app: Flask, desk: Desk, ident: int) -> Sight:
    with in_unit(app, desk.unit) as session:
        row = session.get(Delivery, (desk.unit.id, ident))
        statistics.rebuild_month(MONDAY.date())
        counts = session.scalar(select(MonthFact.articles).where(MonthFact.channel == row.channel)) is not None
        return Sight(row.seen_by, counts, row.altered, row.vanished_at is not None, row.sentence or "", row.seen_hash)


def run_at(app: Flask, **after: int) -> None:
    with clock.frozen(MONDAY + dt.timedelta(**after)):
        run_jobs(app)


def publish(app: Flask, desk: Desk, channel: str = BOARD) -> int:
    with clock.frozen(MONDAY):
        ident = plan(app, desk, approved(app, desk), channel)
        run_jobs(app)
    assert see(app, desk, ident).state == "published"
    return ident


def open_notices(app: Flask, desk: Desk) -> list[str]:
    with in_unit(app, desk.unit) as session:
        return list(session.scalars(select(Notice.key).where(Notice.resolved_at.is_(None)).order_by(Notice.key)))


def test_counts_only_when_it_was_read_on_the_outlet(app: Flask, desk: Desk, board: Board) -> None:
    text = unicodedata.normalize("NFD", "Ngày hội đọc sách")
    board.looks = [LookUp.found(HERE, text)]
    ident = publish(app, desk)
    assert (sight(app, desk, ident).by, sight(app, desk, ident).counts) == (None, False)
    run_at(app, seconds=20)
    found = sight(app, desk, ident)
    assert (found.by, found.counts, found.altered) == ("read_back", True, False)
    assert found.hash == hashlib.sha256(unicodedata.normalize("NFC", text).encode()).hexdigest()
    assert see(app, desk, ident).url == HERE.url
    assert [call for call, _key in board.calls] == ["publish", "look_up"]


def test_outlets_own_time_of_publication_is_kept(app: Flask, desk: Desk, board: Board) -> None:
    earlier = MONDAY - dt.timedelta(seconds=40)
    board.looks = [LookUp.found(Receipt("post-1", published_at=earlier))]
    ident = publish(app, desk)
    run_at(app, seconds=20)
    assert see(app, desk, ident).published_at == earlier


def test_text_that_somebody_changed_is_told_and_still_counts(app: Flask, desk: Desk, board: Board) -> None:
    board.looks = [LookUp.found(HERE, "Bán giày giá rẻ", altered=True)]
    ident = publish(app, desk)
    run_at(app, seconds=20)
    found = sight(app, desk, ident)
    assert (found.altered, found.counts) == (True, True)
    assert "không giống bản đã duyệt" in found.sentence
    assert open_notices(app, desk) == [f"delivery:{ident}"]


def test_item_that_is_not_there_is_looked_for_again_and_then_given_to_people(
    app: Flask, desk: Desk, board: Board
) -> None:
    board.looks = [LookUp.not_there()] * 4
    ident = publish(app, desk)
    for minutes in (1, 2, 5):
        run_at(app, minutes=minutes)
        assert not sight(app, desk, ident).vanished
    run_at(app, minutes=20)
    found = sight(app, desk, ident)
    assert (found.vanished, found.counts, see(app, desk, ident).state) == (True, False, "published")
    assert "không tìm thấy bài trên kênh" in found.sentence
    assert open_notices(app, desk) == [f"delivery:{ident}"]
    assert len(board.posts) == 1
    with clock.frozen(MONDAY + dt.timedelta(hours=1)), in_unit(app, desk.unit):
        settling.settle_seen(ident, "", desk.team.web.id)
    found = sight(app, desk, ident)
    assert (found.by, found.vanished, found.counts, found.sentence) == ("person", False, True, "")
    assert open_notices(app, desk) == []


@pytest.mark.usually("sqlite")
def test_outlet_that_does_not_answer_never_gets_the_post_again(app: Flask, desk: Desk, board: Board) -> None:
    board.looks = [TryAgain()] * 4 + [RuntimeError("hỏng")] + [TryAgain()] * 20
    ident = publish(app, desk)
    for day in range(15):
        for hour in (1, 2, 9):
            run_at(app, days=day, hours=hour)
    found = sight(app, desk, ident)
    assert (see(app, desk, ident).state, found.by, found.counts, found.vanished) == ("published", None, False, False)
    assert "chưa xem lại được" in found.sentence
    assert [call for call, _key in board.calls].count("publish") == 1
    assert [call for call, _key in board.calls].count("look_up") == 12


def test_outlet_that_cannot_be_read_is_believed(app: Flask, desk: Desk, board: Board) -> None:
    board.looks = [LookUp.cannot_tell()]
    ident = publish(app, desk)
    run_at(app, seconds=20)
    assert (sight(app, desk, ident).by, sight(app, desk, ident).counts) == ("answer", True)


def test_lost_access_stops_the_outlet_and_looking_goes_on_after_it_was_mended(
    app: Flask, desk: Desk, board: Board
) -> None:
    board.looks = [NeedsPerson("Hãy kết nối lại bảng tin.")]
    ident = publish(app, desk)
    run_at(app, seconds=20)
    assert sight(app, desk, ident).by is None
    assert f"outlet:{desk.accounts[BOARD]}" in open_notices(app, desk)
    with clock.frozen(MONDAY + dt.timedelta(hours=1)):
        with in_unit(app, desk.unit):
            typed = {"board": "Sân trường", "token": ""}
            outlets.edit_account(desk.accounts[BOARD], "", typed, actor_id=desk.team.web.id)
        run_jobs(app)
    run_at(app, hours=4)
    assert (sight(app, desk, ident).by, open_notices(app, desk)) == ("read_back", [])


def test_own_site_is_read_as_a_reader_reads_it(app: Flask, desk: Desk) -> None:
    ident = publish(app, desk, "website")
    found = sight(app, desk, ident)
    assert (found.by, found.counts, found.altered) == ("read_back", True, False)
    assert found.hash is not None


def test_own_page_that_shows_another_text_is_found_out(app: Flask, desk: Desk) -> None:
    with clock.frozen(MONDAY):
        article = approved(app, desk)
        ident = plan(app, desk, article, "website")
        run_jobs(app)
        with in_unit(app, desk.unit) as session:
            delivery = outcome.locked(ident)
            payload = dict(delivery.payload)
            delivery.payload = {**payload, "body_html": "<p>Chữ lạ.</p>"}
            session.execute(
                update(ArticleRevision).where(ArticleRevision.id == delivery.revision_id).values(body_html="<p>Lạ</p>")
            )
            outcome.look_again(delivery)
        run_jobs(app)
    assert sight(app, desk, ident).altered


def test_correction_is_looked_for_like_the_first_text(app: Flask, desk: Desk, board: Board) -> None:
    with clock.frozen(MONDAY):
        article = approved(app, desk)
        plan(app, desk, article, BOARD)
        run_jobs(app)
    run_at(app, seconds=20)
    with clock.frozen(MONDAY + dt.timedelta(hours=1)):
        second = plan(app, desk, approve_again(app, desk, article, title="Tiêu đề đính chính"), BOARD)
        run_jobs(app)
    assert sight(app, desk, second).by is None
    run_at(app, hours=1, seconds=20)
    assert (sight(app, desk, second).by, sight(app, desk, second).counts) == ("read_back", True)


def test_item_whose_job_was_lost_is_looked_for_on_the_next_round(app: Flask, desk: Desk, board: Board) -> None:
    ident = publish(app, desk)
    with app.app_context():
        db.session.execute(delete(Job))
        db.session.commit()
        rounds.go_round()
    run_at(app, hours=1)
    run_at(app, hours=1, minutes=1)
    assert sight(app, desk, ident).by == "read_back"
