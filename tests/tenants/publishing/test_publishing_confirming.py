"""What waits for a person's word: handed over, said to be broadcast, said not to be, withdrawn, corrected."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from builders import in_unit, run_jobs
from flask import Flask
from publishing_builders import Board, Desk, approve_again, approved, confirm, plan, see
from sqlalchemy import select

from tenants import clock
from tenants.audit import AuditEntry
from tenants.content.models import Article
from tenants.errors import Refused
from tenants.jobs.models import Job
from tenants.publishing import confirming, outlets, queries, service, settling
from tenants.publishing import desk as waiting
from tenants.publishing.confirming import Speaker, Statement
from tenants.publishing.models import Delivery
from tenants.statistics import service as statistics

MONDAY = dt.datetime(2026, 11, 23, 1, 0, tzinfo=dt.UTC)
STATION = Speaker()


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.frozen(MONDAY):
        yield


def handed_over(app: Flask, desk: Desk) -> tuple[int, int]:
    """Return (article, delivery) of a script that waits for the station's word."""
    article = approved(app, desk)
    ident = plan(app, desk, article, "radio")
    run_jobs(app)
    return article.id, ident


def article_state(app: Flask, desk: Desk, article_id: int) -> str:
    with in_unit(app, desk.unit) as session:
        return str(session.get(Article, (desk.unit.id, article_id)).state)


def say(app: Flask, desk: Desk, ident: int, speaker: Speaker = STATION, **changes: object) -> None:
    with in_unit(app, desk.unit):
        confirming.confirm(ident, Statement(**{"at": clock.now(), **changes}), speaker)  # type: ignore[arg-type]


def deny(app: Flask, desk: Desk, ident: int, speaker: Speaker = STATION, reason: str = "Đài mất điện") -> None:
    with in_unit(app, desk.unit):
        confirming.deny(ident, reason, "Anh Páo", speaker)


def code_of(refusal: pytest.ExceptionInfo[Refused]) -> str:
    return refusal.value.code


def test_script_waits_for_the_stations_word_and_counts_only_then(app: Flask, desk: Desk) -> None:
    article_id, ident = handed_over(app, desk)
    assert (see(app, desk, ident).state, see(app, desk, ident).published_at) == ("handed_over", None)
    assert article_state(app, desk, article_id) == "handed_over"
    with clock.frozen(MONDAY + dt.timedelta(days=1)):
        say(app, desk, ident, at=MONDAY + dt.timedelta(hours=9), times=2, who="Anh Páo")
    seen = see(app, desk, ident)
    assert (seen.state, seen.published_at) == ("published", MONDAY + dt.timedelta(hours=9))
    assert seen.attempts == ("publish:done", "confirm:done")
    assert article_state(app, desk, article_id) == "published"
    with in_unit(app, desk.unit) as session:
        months = session.scalars(select(Job.args).where(Job.kind == "statistics.rebuild")).all()
        assert {"month": "2026-11-01"} in [{"month": args["month"]} for args in months]
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "publish.confirm")).one()
        assert (entry.actor_id, entry.data["through"], entry.data["who"]) == (None, "link", "Anh Páo")


def test_numbers_leave_out_what_nobody_has_confirmed(app: Flask, desk: Desk) -> None:
    _article, ident = handed_over(app, desk)

    def counted() -> int:
        with in_unit(app, desk.unit) as session:
            statistics.rebuild_month(dt.date(2026, 11, 1))
            return len(session.scalars(select(Delivery).where(Delivery.overseen())).all())

    assert counted() == 0
    say(app, desk, ident)
    assert counted() == 1


def test_link_speaks_once_and_only_the_school_corrects(app: Flask, desk: Desk) -> None:
    article_id, ident = handed_over(app, desk)
    say(app, desk, ident)
    with pytest.raises(Refused) as twice:
        say(app, desk, ident)
    with pytest.raises(Refused) as denied:
        deny(app, desk, ident)
    assert (code_of(twice), code_of(denied)) == ("already-recorded", "already-recorded")
    school = Speaker(desk.team.web.id)
    say(app, desk, ident, school, at=MONDAY - dt.timedelta(hours=2))
    assert see(app, desk, ident).published_at == MONDAY - dt.timedelta(hours=2)
    deny(app, desk, ident, school, "Xác nhận nhầm bản tin")
    seen = see(app, desk, ident)
    assert (seen.state, seen.published_at) == ("failed", None)
    assert "Xác nhận nhầm bản tin" in seen.sentence
    assert article_state(app, desk, article_id) == "approved"
    say(app, desk, ident, school)
    assert (see(app, desk, ident).state, article_state(app, desk, article_id)) == ("published", "published")


def test_what_was_not_broadcast_can_be_handed_over_again(app: Flask, desk: Desk) -> None:
    article_id, ident = handed_over(app, desk)
    with in_unit(app, desk.unit) as session:
        first_link = session.get(Delivery, (desk.unit.id, ident)).link_nonce
    deny(app, desk, ident)
    assert (see(app, desk, ident).state, article_state(app, desk, article_id)) == ("failed", "approved")
    with in_unit(app, desk.unit):
        assert [row.id for row in waiting.waiting_for_person()] == [ident]
        service.retry(ident, desk.team.web.id)
    run_jobs(app)
    with in_unit(app, desk.unit) as session:
        row = session.get(Delivery, (desk.unit.id, ident))
        assert (row.state, row.proof) == ("handed_over", None)
        assert row.link_nonce not in (None, first_link)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"at": MONDAY + dt.timedelta(hours=1)}, "bad-moment"),
        ({"at": MONDAY - dt.timedelta(days=2)}, "bad-moment"),
        ({"times": 0}, "bad-times"),
        ({"url": "javascript:alert(1)"}, "bad-url"),
    ],
)
def test_impossible_statements_are_refused(app: Flask, desk: Desk, changes: dict[str, object], code: str) -> None:
    _article, ident = handed_over(app, desk)
    with pytest.raises(Refused) as refused:
        say(app, desk, ident, **changes)
    assert (code_of(refused), see(app, desk, ident).state) == (code, "handed_over")


def test_nothing_is_denied_without_a_reason(app: Flask, desk: Desk) -> None:
    _article, ident = handed_over(app, desk)
    with pytest.raises(Refused) as refused:
        deny(app, desk, ident, reason="  ")
    assert code_of(refused) == "no-reason"


def test_withdrawn_before_the_broadcast(app: Flask, desk: Desk) -> None:
    article_id, ident = handed_over(app, desk)
    with in_unit(app, desk.unit):
        confirming.withdraw(ident, "Buổi lễ hoãn", desk.team.web.id)
    assert (see(app, desk, ident).state, article_state(app, desk, article_id)) == ("cancelled", "approved")
    with pytest.raises(Refused) as refused:
        say(app, desk, ident)
    assert code_of(refused) == "already-recorded"
    assert plan(app, desk, approved_ref(app, desk, article_id), "radio") == ident


def approved_ref(app: Flask, desk: Desk, article_id: int) -> object:
    class Ref:
        id = article_id

    return Ref()


def test_newer_text_takes_the_place_of_one_that_still_waits(app: Flask, desk: Desk) -> None:
    article = approved(app, desk)
    old = plan(app, desk, article, "radio")
    run_jobs(app)
    new = plan(app, desk, approve_again(app, desk, article, title="Tiêu đề mới của bài"), "radio")
    run_jobs(app)
    assert (see(app, desk, old).state, see(app, desk, new).state) == ("replaced", "handed_over")
    confirm(app, desk, new)
    assert see(app, desk, new).published_at == MONDAY


def test_newer_text_that_was_not_broadcast_leaves_the_older_one_standing(app: Flask, desk: Desk) -> None:
    article = approved(app, desk)
    old = plan(app, desk, article, "radio")
    run_jobs(app)
    confirm(app, desk, old)
    new = plan(app, desk, approve_again(app, desk, article, title="Tiêu đề mới của bài"), "radio")
    run_jobs(app)
    assert (see(app, desk, old).state, see(app, desk, new).state) == ("published", "handed_over")
    confirm(app, desk, new)
    assert see(app, desk, old).state == "replaced"
    deny(app, desk, new, Speaker(desk.team.web.id))
    assert (see(app, desk, old).state, see(app, desk, new).state) == ("published", "failed")


def test_taken_off_the_site_while_the_station_still_has_it(app: Flask, desk: Desk) -> None:
    article_id, _script = handed_over(app, desk)
    posted = plan(app, desk, approved_ref(app, desk, article_id), "website")  # type: ignore[arg-type]
    run_jobs(app)
    assert article_state(app, desk, article_id) == "published"
    with in_unit(app, desk.unit):
        settling.settle_retracted(posted, "Sai tên", desk.team.web.id)
    assert article_state(app, desk, article_id) == "handed_over"


def test_late_word_is_shown_among_what_needs_a_look(app: Flask, desk: Desk, board: Board) -> None:
    _article, ident = handed_over(app, desk)

    def shown() -> tuple[list[int], list[int], int]:
        with in_unit(app, desk.unit):
            page = queries.delivery_page(states_=["failed"], late=True).items
            tally = queries.tallies()[desk.accounts["radio"]]
            return [row.id for row in waiting.waiting_for_person()], [row.id for row in page], tally.troubled

    assert shown() == ([], [], 0)
    with clock.frozen(MONDAY + confirming.GRACE + dt.timedelta(minutes=1)):
        assert shown() == ([ident], [ident], 1)


def test_link_is_renewed_and_closed(app: Flask, desk: Desk) -> None:
    _article, ident = handed_over(app, desk)

    def nonce() -> str | None:
        with in_unit(app, desk.unit) as session:
            return session.get(Delivery, (desk.unit.id, ident)).link_nonce  # type: ignore[no-any-return]

    first = nonce()
    with in_unit(app, desk.unit):
        confirming.renew_link(ident, desk.team.web.id)
    assert nonce() not in (None, first)
    with in_unit(app, desk.unit):
        confirming.close_link(ident, desk.team.web.id)
    assert nonce() is None


def test_kit_for_a_zalo_group_waits_for_its_poster(app: Flask, desk: Desk) -> None:
    settings = {"place": "Nhóm Zalo lớp 5A", "poster": "Cô Mây", "due_hours": "5"}
    with in_unit(app, desk.unit):
        account = outlets.create_account("manual", "", settings, actor_id=desk.team.web.id).id
    article = approved(app, desk)
    with in_unit(app, desk.unit):
        ident = service.plan_delivery(article.id, account, None, desk.team.web.id).id
    run_jobs(app)
    seen = see(app, desk, ident)
    assert (seen.state, [name[-4:] for name in seen.artefacts]) == ("handed_over", [".txt", "docx", ".zip"])
    with in_unit(app, desk.unit) as session:
        row = session.get(Delivery, (desk.unit.id, ident))
        assert row.due_at == MONDAY + dt.timedelta(hours=5)
        assert "Kính gửi quý cha mẹ học sinh," in row.payload["text"]
    say(app, desk, ident, Speaker(desk.team.web.id), url="https://zalo.example.vn/g/1")
    assert (see(app, desk, ident).state, see(app, desk, ident).url) == ("published", "https://zalo.example.vn/g/1")
