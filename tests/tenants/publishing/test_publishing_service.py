"""Asking for deliveries: what is refused, what is stored, and that asking twice is asking once."""

from __future__ import annotations

import datetime as dt
import threading

import article_builders as articles
import pytest
from builders import in_unit, run_jobs
from flask import Flask
from publishing_builders import BOARD, Board, Desk, approve_again, approved, confirm, make_desk, plan, see
from sqlalchemy import func, select

from channel_plugins import GiveUp
from tenants import clock
from tenants.audit import AuditEntry
from tenants.errors import NotFound, Refused
from tenants.jobs.models import Job
from tenants.publishing import desk as waiting
from tenants.publishing import service, settling
from tenants.publishing.models import Delivery

MONDAY = dt.datetime(2026, 11, 23, 1, 0, tzinfo=dt.UTC)


def refusal(app: Flask, desk: Desk, article_id: int, channel: str, when: dt.datetime | None = None) -> Refused:
    with pytest.raises(Refused) as caught, in_unit(app, desk.unit):
        service.plan_delivery(article_id, desk.accounts[channel], when, desk.team.web.id)
    with in_unit(app, desk.unit) as session:
        assert session.scalar(select(func.count()).select_from(Delivery)) == 0
    return caught.value


def test_asking_twice_is_asking_once(app: Flask, desk: Desk, board: Board) -> None:
    article = approved(app, desk)
    first, second = plan(app, desk, article, BOARD), plan(app, desk, article, BOARD)
    run_jobs(app)
    third = plan(app, desk, article, BOARD)
    run_jobs(app)
    assert first == second == third
    assert len(board.posts) == 1


def test_only_an_approved_text_goes_out(app: Flask, desk: Desk) -> None:
    waiting = articles.vetted(app, desk.team, node_id=desk.topic)
    assert refusal(app, desk, waiting.id, BOARD).code == "not-approved"


def test_channel_names_every_problem_and_nothing_is_stored(app: Flask, desk: Desk) -> None:
    article = approved(app, desk, title="Ngày hội " + "rất vui " * 12)
    found = refusal(app, desk, article.id, BOARD)
    assert found.code == "channel-problems"
    assert [problem["field"] for problem in found.data["problems"]] == ["title"]
    assert "Tiêu đề dài" in found.sentence


def test_radio_names_abbreviations_nobody_can_read(app: Flask, desk: Desk) -> None:
    article = approved(app, desk, body_html="<p>Đoàn XQZV đến thăm trường.</p>")
    found = refusal(app, desk, article.id, "radio")
    assert "XQZV" in found.sentence


def test_hour_that_has_passed_is_refused(app: Flask, desk: Desk) -> None:
    article = approved(app, desk)
    assert refusal(app, desk, article.id, BOARD, clock.now() - dt.timedelta(hours=1)).code == "past"


def test_moving_a_scheduled_delivery(app: Flask, desk: Desk, board: Board) -> None:
    with clock.frozen(MONDAY):
        article = approved(app, desk)
        ident = plan(app, desk, article, BOARD, MONDAY + dt.timedelta(hours=2))
        assert plan(app, desk, article, BOARD, MONDAY + dt.timedelta(hours=5)) == ident
    with clock.frozen(MONDAY + dt.timedelta(hours=2)):
        run_jobs(app)
        assert board.titles == []
    with clock.frozen(MONDAY + dt.timedelta(hours=5)):
        run_jobs(app)
        assert len(board.posts) == 1


def test_cancelled_one_may_be_asked_for_again(app: Flask, desk: Desk, board: Board) -> None:
    with clock.frozen(MONDAY):
        article = approved(app, desk)
        ident = plan(app, desk, article, BOARD, MONDAY + dt.timedelta(hours=2))
        with in_unit(app, desk.unit):
            service.cancel(ident, desk.team.web.id)
        assert articles.article_ref(app, desk.unit, article.id).state == "approved"
    with clock.frozen(MONDAY + dt.timedelta(hours=3)):
        run_jobs(app)
        assert (see(app, desk, ident).state, board.titles) == ("cancelled", [])
        assert plan(app, desk, article, BOARD) == ident
        run_jobs(app)
        assert len(board.posts) == 1


def test_what_was_sent_cannot_be_cancelled(app: Flask, desk: Desk, board: Board) -> None:
    ident = plan(app, desk, approved(app, desk), BOARD)
    run_jobs(app)
    with pytest.raises(Refused) as caught, in_unit(app, desk.unit):
        service.cancel(ident, desk.team.web.id)
    assert caught.value.code == "too-late"


def test_retracting_needs_a_reason_and_a_channel_that_can(app: Flask, desk: Desk, board: Board) -> None:
    article = approved(app, desk)
    posted, script = plan(app, desk, article, BOARD), plan(app, desk, article, "radio")
    run_jobs(app)
    confirm(app, desk, script)
    for ident, reason, code in ((posted, " ", "no-reason"), (script, "Sai tên", "cannot-retract")):
        with pytest.raises(Refused) as caught, in_unit(app, desk.unit):
            service.retract(ident, reason, desk.team.web.id)
        assert caught.value.code == code
    assert {see(app, desk, posted).state, see(app, desk, script).state} == {"published"}
    with in_unit(app, desk.unit):
        settling.settle_retracted(script, "Đã báo đài bỏ bản tin", desk.team.web.id)
    assert see(app, desk, script).state == "retracted"


def test_retracted_text_does_not_come_back_by_asking(app: Flask, desk: Desk, board: Board) -> None:
    article = approved(app, desk)
    ident = plan(app, desk, article, BOARD)
    run_jobs(app)
    with in_unit(app, desk.unit):
        service.retract(ident, "Sai tên", desk.team.web.id)
    run_jobs(app)
    with pytest.raises(Refused), in_unit(app, desk.unit):
        service.plan_delivery(article.id, desk.accounts[BOARD], None, desk.team.web.id)
    assert board.titles == []


def test_newer_text_waits_while_the_older_one_is_in_doubt(app: Flask, desk: Desk, board: Board) -> None:
    board.answers = [RuntimeError("hỏng")]
    article = approved(app, desk)
    plan(app, desk, article, BOARD)
    run_jobs(app)
    newer = approve_again(app, desk, article, title="Bản mới")
    with pytest.raises(Refused) as caught, in_unit(app, desk.unit):
        service.plan_delivery(newer.id, desk.accounts[BOARD], None, desk.team.web.id)
    assert caught.value.code == "still-open"


def test_newer_text_takes_the_place_of_one_still_waiting(app: Flask, desk: Desk, board: Board) -> None:
    with clock.frozen(MONDAY):
        article = approved(app, desk)
        old = plan(app, desk, article, BOARD, MONDAY + dt.timedelta(hours=2))
        newer = approve_again(app, desk, article, title="Bản mới")
        plan(app, desk, newer, BOARD, MONDAY + dt.timedelta(hours=2))
    with clock.frozen(MONDAY + dt.timedelta(hours=2)):
        run_jobs(app)
    assert (see(app, desk, old).state, board.titles) == ("cancelled", ["Bản mới"])


def test_foreign_articles_outlets_and_deliveries_do_not_exist(app: Flask, desk: Desk, board: Board) -> None:
    theirs = make_desk(app)
    article, foreign = approved(app, desk), approved(app, theirs)
    ident = plan(app, desk, article, BOARD)
    for article_id, account_id in (
        (foreign.id, desk.accounts[BOARD]),
        (article.id, theirs.accounts[BOARD]),
    ):
        with pytest.raises(NotFound), in_unit(app, desk.unit):
            service.plan_delivery(article_id, account_id, None, desk.team.web.id)
    for act in (service.cancel, service.retry, settling.settle_absent):
        with pytest.raises(NotFound), in_unit(app, theirs.unit):
            act(ident, theirs.team.web.id)


def test_every_step_is_in_the_log(app: Flask, desk: Desk, board: Board) -> None:
    ident = plan(app, desk, approved(app, desk), BOARD)
    run_jobs(app)
    with in_unit(app, desk.unit) as session:
        rows = session.scalars(
            select(AuditEntry)
            .where(AuditEntry.subject_type == "delivery", AuditEntry.subject_id == str(ident))
            .order_by(AuditEntry.id)
        ).all()
        assert [(row.action, row.actor_id) for row in rows] == [
            ("publish.manage", desk.team.web.id),
            ("publish.outcome", None),
        ]


def test_delivery_and_its_job_come_together_or_not_at_all(app: Flask, desk: Desk, board: Board) -> None:
    article = approved(app, desk)
    with pytest.raises(RuntimeError), in_unit(app, desk.unit):
        service.plan_delivery(article.id, desk.accounts[BOARD], None, desk.team.web.id)
        raise RuntimeError("mất điện")
    with in_unit(app, desk.unit) as session:
        assert session.scalar(select(func.count()).select_from(Delivery)) == 0
        assert session.scalar(select(func.count()).select_from(Job).where(Job.kind == "publishing.deliver")) == 0


def test_lists_of_what_waits(app: Flask, desk: Desk, board: Board) -> None:
    board.answers = [GiveUp("Không nhận.")]
    approved(app, desk, title="Chưa đăng")
    plan(app, desk, approved(app, desk, title="Sắp đăng"), "website", clock.now() + dt.timedelta(days=1))
    plan(app, desk, approved(app, desk, title="Bị từ chối"), BOARD)
    run_jobs(app)
    with in_unit(app, desk.unit):
        assert [article.title for article in waiting.waiting_to_publish()] == ["Chưa đăng", "Bị từ chối"]
        assert [delivery.title for delivery in waiting.waiting_for_person()] == ["Bị từ chối"]


def test_two_people_who_ask_at_once_make_one_delivery(app: Flask, desk: Desk, board: Board) -> None:
    article = approved(app, desk)
    start = threading.Barrier(3)
    idents: list[int] = []

    def ask() -> None:
        start.wait()
        idents.append(plan(app, desk, article, BOARD))

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    run_jobs(app)
    assert (len(idents), len(set(idents)), len(board.posts)) == (3, 1, 1)
