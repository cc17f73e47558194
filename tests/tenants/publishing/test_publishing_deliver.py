"""Deliveries through the worker: what stands on the outlet, and what the school is told."""

from __future__ import annotations

import datetime as dt
import threading

from builders import in_unit, run_jobs
from flask import Flask
from publishing_builders import BOARD, TOKEN, Board, Desk, approve_again, approved, plan, see
from sqlalchemy import delete, select, update

from channel_plugins import GiveUp, LookUp, NeedsPerson, Payload, Receipt, TryAgain, Unsure
from tenants import clock
from tenants.content.models import Article
from tenants.db import db
from tenants.jobs.models import Job
from tenants.jobs.worker import Worker, unit_context
from tenants.publishing import calling, jobs, outlets, service, settling, states
from tenants.publishing.deliver import Timing, deliver
from tenants.publishing.models import Attempt, ChannelAccount, Delivery

MONDAY = dt.datetime(2026, 11, 23, 1, 0, tzinfo=dt.UTC)
"""Eight o'clock in Hà Nội."""


def article_state(app: Flask, desk: Desk, article_id: int) -> str:
    with in_unit(app, desk.unit) as session:
        return str(session.get(Article, (desk.unit.id, article_id)).state)


def later(moment: dt.datetime, **units: int) -> dt.datetime:
    return moment + dt.timedelta(**units)


def lost_after_storing(board: Board, key: str, payload: Payload) -> Receipt:
    board.store(key, payload)
    raise Unsure(detail="read timed out")


def test_published_now_with_address_and_one_attempt(app: Flask, desk: Desk, board: Board) -> None:
    article = approved(app, desk)
    ident = plan(app, desk, article, BOARD)
    run_jobs(app)
    seen = see(app, desk, ident)
    assert (seen.state, seen.url, seen.attempts) == (
        "published",
        "https://bang.example.vn/post-1",
        ("publish:done",),
    )
    assert board.titles == ["Ngày hội đọc sách ở Trường Tiểu học Hoa Sim"]
    assert article_state(app, desk, article.id) == "published"


def test_waits_for_its_hour(app: Flask, desk: Desk, board: Board) -> None:
    with clock.frozen(MONDAY):
        article = approved(app, desk)
        ident = plan(app, desk, article, BOARD, later(MONDAY, hours=3))
        run_jobs(app)
        assert (see(app, desk, ident).state, board.titles) == ("scheduled", [])
        assert article_state(app, desk, article.id) == "scheduled"
    with clock.frozen(later(MONDAY, hours=3)):
        run_jobs(app)
    assert see(app, desk, ident).published_at == later(MONDAY, hours=3)
    assert len(board.posts) == 1


def test_database_is_let_go_while_the_channel_is_called(app: Flask, desk: Desk, board: Board) -> None:
    held: list[int] = []

    def look() -> None:
        with app.app_context():
            held.append(db.engine.pool.checkedout())  # type: ignore[attr-defined]

    board.during = look
    plan(app, desk, approved(app, desk), BOARD)
    run_jobs(app)
    assert held == [0]


def test_attempt_is_in_the_database_before_the_channel_is_called(app: Flask, desk: Desk, board: Board) -> None:
    written: list[tuple[str, str]] = []
    article = approved(app, desk)
    ident = plan(app, desk, article, BOARD)

    def look() -> None:
        with in_unit(app, desk.unit) as session:
            row = session.scalar(select(Attempt).where(Attempt.delivery_id == ident))
            written.append((row.call, row.state))

    board.during = look
    run_jobs(app)
    assert written == [("publish", "sending")]


def test_tries_again_when_the_outlet_says_so(app: Flask, desk: Desk, board: Board) -> None:
    board.answers = [TryAgain("Kênh bận.", after=dt.timedelta(minutes=10))]
    with clock.frozen(MONDAY):
        ident = plan(app, desk, approved(app, desk), BOARD)
        run_jobs(app)
        seen = see(app, desk, ident)
        assert (seen.state, seen.sentence) == ("scheduled", "Kênh bận.")
        assert seen.next_at is not None
        assert later(MONDAY, minutes=10) <= seen.next_at <= later(MONDAY, minutes=11)
    with clock.frozen(later(MONDAY, minutes=9)):
        run_jobs(app)
        assert board.titles == []
    with clock.frozen(later(MONDAY, minutes=11)):
        run_jobs(app)
    assert see(app, desk, ident).attempts == ("publish:try_again", "publish:done")


def test_an_outlet_that_keeps_failing_as_a_whole_is_suspended(app: Flask, desk: Desk, board: Board) -> None:
    failing = TryAgain(after=dt.timedelta(minutes=1), pause_account=True)
    board.answers = [failing] * states.MAX_TRIES
    ident = plan(app, desk, approved(app, desk), BOARD)
    moment = clock.now()
    for number in range(states.MAX_TRIES):
        with in_unit(app, desk.unit) as session:
            account = session.get(ChannelAccount, (desk.unit.id, desk.accounts[BOARD]))
            assert account.paused_reason is None, f"suspended after {number} tries already"
        with clock.frozen(later(moment, hours=2 * number)):
            run_jobs(app)
    assert see(app, desk, ident).state == "failed"
    with in_unit(app, desk.unit) as session:
        account = session.get(ChannelAccount, (desk.unit.id, desk.accounts[BOARD]))
        assert "tạm dừng" in account.paused_reason and "Kiểm tra kết nối" in account.paused_reason


def test_whole_account_waits_when_its_limit_is_reached(app: Flask, desk: Desk, board: Board) -> None:
    board.answers = [TryAgain(after=dt.timedelta(minutes=30), pause_account=True)]
    with clock.frozen(MONDAY):
        plan(app, desk, approved(app, desk), BOARD)
        run_jobs(app)
        other = plan(app, desk, approved(app, desk, title="Tin thứ hai"), BOARD)
        run_jobs(app)
        assert see(app, desk, other).attempts == ()
        assert "Kênh đang nghỉ đến 08:3" in see(app, desk, other).sentence
    with clock.frozen(later(MONDAY, minutes=34)):
        run_jobs(app)
    assert len(board.posts) == 2


def test_refusal_is_final_and_says_why(app: Flask, desk: Desk, board: Board) -> None:
    board.answers = [GiveUp("Bảng tin không nhận bài này.")]
    ident = plan(app, desk, approved(app, desk), BOARD)
    run_jobs(app)
    seen = see(app, desk, ident)
    assert (seen.state, seen.sentence, seen.next_at) == ("failed", "Bảng tin không nhận bài này.", None)
    assert [outcome.state for outcome in board.outcomes] == ["failed"]


def test_person_mends_the_account_and_sends_again(app: Flask, desk: Desk, board: Board) -> None:
    board.answers = [NeedsPerson("Chìa khóa hết hạn.")]
    ident = plan(app, desk, approved(app, desk), BOARD)
    run_jobs(app)
    assert see(app, desk, ident).state == "needs_person"
    with in_unit(app, desk.unit) as session:
        account = session.get(ChannelAccount, (desk.unit.id, desk.accounts[BOARD]))
        assert account.paused_reason == "Chìa khóa hết hạn."
    with in_unit(app, desk.unit):
        outlets.edit_account(
            desk.accounts[BOARD], "", {"board": "Sân trường", "token": "moi-456"}, actor_id=desk.team.web.id
        )
        service.retry(ident, desk.team.web.id)
    run_jobs(app)
    assert (see(app, desk, ident).state, len(board.posts)) == ("published", 1)
    assert board.seen[-1].secrets["token"] == "moi-456"


def test_lost_answer_is_looked_up_and_never_sent_again(app: Flask, desk: Desk, board: Board) -> None:
    board.answers = [lost_after_storing]
    with clock.frozen(MONDAY):
        ident = plan(app, desk, approved(app, desk), BOARD)
        run_jobs(app)
        assert see(app, desk, ident).state == "unconfirmed"
    with clock.frozen(later(MONDAY, minutes=1)):
        run_jobs(app)
    seen = see(app, desk, ident)
    assert (seen.state, seen.attempts) == ("published", ("publish:unsure", "look_up:done"))
    assert len(board.posts) == 1


def test_sent_again_only_when_the_outlet_certainly_has_nothing(app: Flask, desk: Desk, board: Board) -> None:
    board.answers = [Unsure()]
    with clock.frozen(MONDAY):
        ident = plan(app, desk, approved(app, desk), BOARD)
        run_jobs(app)
    with clock.frozen(later(MONDAY, minutes=1)):
        run_jobs(app)
    assert see(app, desk, ident).attempts == ("publish:unsure", "look_up:not_there", "publish:done")
    assert len({key for call, key in board.calls}) == 1


def test_look_up_without_an_answer_waits_for_a_person(app: Flask, desk: Desk, board: Board) -> None:
    board.answers, board.looks = [lost_after_storing], [LookUp.cannot_tell("Không tra được bảng tin.")]
    with clock.frozen(MONDAY):
        ident = plan(app, desk, approved(app, desk), BOARD)
        run_jobs(app)
    with clock.frozen(later(MONDAY, minutes=1)):
        run_jobs(app)
    with clock.frozen(later(MONDAY, days=2)):
        run_jobs(app)
        seen = see(app, desk, ident)
        assert (seen.state, seen.sentence, seen.next_at) == ("unconfirmed", "Không tra được bảng tin.", None)
        with in_unit(app, desk.unit):
            settling.settle_published(ident, "https://bang.example.vn/post-1", desk.team.web.id)
        run_jobs(app)
    assert (see(app, desk, ident).state, len(board.posts)) == ("published", 1)


def test_person_says_it_is_not_there_and_it_goes_out(app: Flask, desk: Desk, board: Board) -> None:
    board.answers, board.looks = [Unsure()], [LookUp.cannot_tell()]
    with clock.frozen(MONDAY):
        ident = plan(app, desk, approved(app, desk), BOARD)
        run_jobs(app)
    with clock.frozen(later(MONDAY, minutes=1)):
        run_jobs(app)
        with in_unit(app, desk.unit):
            settling.settle_absent(ident, desk.team.web.id)
        run_jobs(app)
    assert see(app, desk, ident).state == "published"
    assert len(board.posts) == 1


def test_accepted_item_is_followed_until_it_stands(app: Flask, desk: Desk, board: Board) -> None:
    def accept(board: Board, key: str, payload: Payload) -> Receipt:
        board.store(key, payload)
        return Receipt("cho-1", settled=False)

    board.answers, board.looks = [accept], [LookUp.found(Receipt("cho-1", settled=False))]
    with clock.frozen(MONDAY):
        ident = plan(app, desk, approved(app, desk), BOARD)
        run_jobs(app)
        assert see(app, desk, ident).state == "sending"
    for minutes in (1, 2):
        with clock.frozen(later(MONDAY, minutes=minutes)):
            run_jobs(app)
    assert (see(app, desk, ident).state, len(board.posts)) == ("published", 1)


def test_channel_that_hangs_is_left_and_looked_up(app: Flask, desk: Desk, board: Board) -> None:
    gate = threading.Event()

    def hang() -> None:
        gate.wait(5)

    board.during = hang
    ident = plan(app, desk, approved(app, desk), BOARD)
    with unit_context(app, desk.unit.id):
        due = deliver(ident, Timing(remote=0.1, margin=0.1))
    assert due is not None
    assert see(app, desk, ident).attempts == ("publish:unsure",)
    gate.set()


def test_interrupted_attempt_is_looked_up_first(app: Flask, desk: Desk, board: Board) -> None:
    with clock.frozen(MONDAY):
        ident = plan(app, desk, approved(app, desk), BOARD)
        die_while_sending(app, desk, ident, board, stored=True)
    with clock.frozen(later(MONDAY, minutes=5)):
        run_jobs(app)
    seen = see(app, desk, ident)
    assert (seen.state, seen.attempts) == ("published", ("publish:lost", "look_up:done"))
    assert [call for call, _key in board.calls] == ["look_up"]


def test_answer_of_a_worker_taken_for_dead_counts_when_it_is_good(app: Flask, desk: Desk, board: Board) -> None:
    board.looks = [TryAgain()]
    ident = plan(app, desk, approved(app, desk), BOARD)
    board.during = lambda: take_over(app, desk, board, ident)
    run_jobs(app)
    seen = see(app, desk, ident)
    assert (seen.state, seen.attempts) == ("published", ("publish:lost", "look_up:try_again"))
    assert len(board.posts) == 1


def test_bad_answer_of_a_worker_taken_for_dead_changes_nothing(app: Flask, desk: Desk, board: Board) -> None:
    ident = plan(app, desk, approved(app, desk), BOARD)

    def refuse_too_late(board: Board, key: str, payload: Payload) -> Receipt:
        board.store(key, payload)
        take_over(app, desk, board, ident)
        raise GiveUp("Không nhận.")

    board.answers = [refuse_too_late]
    run_jobs(app)
    seen = see(app, desk, ident)
    assert (seen.state, seen.sentence, seen.attempts) == ("published", "", ("publish:lost", "look_up:done"))


def take_over(app: Flask, desk: Desk, board: Board, ident: int) -> None:
    """Let another worker go on with a delivery whose first worker is only slow."""
    board.during = None
    with in_unit(app, desk.unit) as session:
        session.execute(
            update(ChannelAccount).where(ChannelAccount.channel == BOARD).values(busy_until=None, busy_key=None)
        )
    with unit_context(app, desk.unit.id):
        deliver(ident)


def die_while_sending(app: Flask, desk: Desk, ident: int, board: Board, stored: bool) -> None:
    """Leave the database as a worker leaves it that is killed while the channel is being called."""

    class Killed(BaseException):
        pass

    real = calling.make

    def killed(call: calling.Call) -> calling.Answer:
        if stored:
            board.store(call.key, call.payload)
        raise Killed

    calling.make = killed
    try:
        with unit_context(app, desk.unit.id):
            deliver(ident)
    except Killed:
        pass
    finally:
        calling.make = real


def test_edited_after_scheduling_is_not_delivered(app: Flask, desk: Desk, board: Board) -> None:
    with clock.frozen(MONDAY):
        article = approved(app, desk)
        ident = plan(app, desk, article, BOARD, later(MONDAY, hours=1))
        approve_again(app, desk, article, title="Bản đã sửa")
    with clock.frozen(later(MONDAY, hours=1)):
        run_jobs(app)
    seen = see(app, desk, ident)
    assert (seen.state, board.titles) == ("cancelled", [])
    assert "đã được sửa" in seen.sentence
    assert article_state(app, desk, article.id) == "approved"


def test_switched_off_outlet_gets_nothing(app: Flask, desk: Desk, board: Board) -> None:
    with clock.frozen(MONDAY):
        ident = plan(app, desk, approved(app, desk), BOARD, later(MONDAY, hours=1))
        with in_unit(app, desk.unit):
            outlets.set_enabled(desk.accounts[BOARD], False, actor_id=desk.team.web.id)
    with clock.frozen(later(MONDAY, hours=1)):
        run_jobs(app)
    assert (see(app, desk, ident).state, board.titles) == ("needs_person", [])


def test_newer_text_replaces_the_published_one(app: Flask, desk: Desk, board: Board) -> None:
    with clock.frozen(MONDAY):
        article = approved(app, desk)
        first = plan(app, desk, article, BOARD)
        run_jobs(app)
    with clock.frozen(later(MONDAY, days=1)):
        second = plan(app, desk, approve_again(app, desk, article, title="Tiêu đề đính chính"), BOARD)
        run_jobs(app)
    assert board.titles == ["Tiêu đề đính chính"]
    assert (see(app, desk, first).state, see(app, desk, second).state) == ("replaced", "published")
    assert see(app, desk, second).published_at == MONDAY
    assert see(app, desk, second).url == "https://bang.example.vn/post-1"


def test_retracted_from_the_outlet(app: Flask, desk: Desk, board: Board) -> None:
    article = approved(app, desk)
    ident = plan(app, desk, article, BOARD)
    run_jobs(app)
    board.answers = [TryAgain()]
    with in_unit(app, desk.unit):
        service.retract(ident, "Sai tên người được khen", desk.team.web.id)
    run_jobs(app)
    assert see(app, desk, ident).state == "sending"
    with clock.frozen(clock.now() + dt.timedelta(minutes=5)):
        run_jobs(app)
    assert (see(app, desk, ident).state, board.titles) == ("retracted", [])
    assert article_state(app, desk, article.id) == "retracted"
    assert [outcome.state for outcome in board.outcomes] == ["published", "retracted"]


def test_statistics_and_plugins_are_told_in_jobs_of_their_own(app: Flask, desk: Desk, board: Board) -> None:
    with clock.frozen(MONDAY):
        ident = plan(app, desk, approved(app, desk), BOARD)
        with unit_context(app, desk.unit.id):
            deliver(ident)
        with app.app_context():
            waiting = {job.kind: job.args for job in db.session.scalars(select(Job))}
    assert waiting["statistics.rebuild"] == {"month": "2026-11-01"}
    assert waiting["publishing.announce"]["delivery_id"] == ident
    assert board.outcomes == []


def test_plugin_that_fails_on_the_news_cannot_post_again(app: Flask, desk: Desk, board: Board) -> None:
    class Fragile(list):  # type: ignore[type-arg]
        def append(self, item: object) -> None:
            raise RuntimeError("hỏng")

    board.outcomes = Fragile()
    plan(app, desk, approved(app, desk), BOARD)
    run_jobs(app)
    assert len(board.posts) == 1


def test_radio_files_are_kept_with_the_delivery(app: Flask, desk: Desk) -> None:
    ident = plan(app, desk, approved(app, desk), "radio")
    run_jobs(app)
    seen = see(app, desk, ident)
    assert (seen.state, seen.published_at) == ("handed_over", None)
    assert [name.rpartition(".")[2] for name in seen.artefacts] == ["docx", "txt"]


def test_sweeper_gives_lost_work_a_job_again(app: Flask, desk: Desk, board: Board) -> None:
    ident = plan(app, desk, approved(app, desk), BOARD)
    with app.app_context():
        db.session.execute(delete(Job))
        db.session.commit()
        jobs.sweep()
    Worker(app).run_until_idle()
    assert (see(app, desk, ident).state, len(board.posts)) == ("published", 1)


def test_job_that_gave_up_is_shown_to_people(app: Flask, desk: Desk, board: Board) -> None:
    ident = plan(app, desk, approved(app, desk), BOARD)
    with app.app_context():
        db.session.execute(update(Job).values(state="dead"))
        db.session.commit()
        jobs.sweep()
    seen = see(app, desk, ident)
    assert (seen.state, seen.next_at) == ("needs_person", None)
    assert "bộ phận hỗ trợ" in seen.sentence


def test_secret_reaches_neither_attempts_nor_deliveries(app: Flask, desk: Desk, board: Board) -> None:
    board.answers = [RuntimeError(f"bad answer for {TOKEN}")]
    ident = plan(app, desk, approved(app, desk), BOARD)
    run_jobs(app)
    with in_unit(app, desk.unit) as session:
        attempt = session.scalar(select(Attempt).where(Attempt.delivery_id == ident))
        row = session.get(Delivery, (desk.unit.id, ident))
        assert "bad answer" in attempt.detail
        assert TOKEN not in f"{attempt.detail}{attempt.sentence}{row.sentence}{row.payload}"


def test_outlet_is_called_by_one_delivery_at_a_time(app: Flask, desk: Desk, board: Board) -> None:
    first = plan(app, desk, approved(app, desk), BOARD)
    second = plan(app, desk, approved(app, desk, title="Tin thứ hai"), BOARD)
    meanwhile: list[dt.datetime | None] = []

    def other_worker() -> None:
        board.during = None
        with unit_context(app, desk.unit.id):
            meanwhile.append(deliver(second))

    board.during = other_worker
    with unit_context(app, desk.unit.id):
        deliver(first)
    assert meanwhile[0] is not None
    assert (see(app, desk, second).attempts, len(board.posts)) == ((), 1)
    with unit_context(app, desk.unit.id):
        deliver(second)
    assert len(board.posts) == 2
