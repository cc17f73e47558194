"""The further step of a published item: asked for by a person, taken at most once, never repeated by the program."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from builders import in_unit, run_jobs
from contact_builders import PAGE, Page, make_page_desk, page_installed
from flask import Flask
from publishing_builders import Desk, approved, plan, see
from sqlalchemy import func, select

from channel_plugins import GiveUp, NeedsPerson, TryAgain, Unsure
from channel_plugins.reach import Offer
from tenants import clock
from tenants.audit import AuditEntry
from tenants.errors import Refused
from tenants.publishing import follow_up, holds, outlets
from tenants.publishing.contact_models import FollowUpStep

MONDAY = dt.datetime(2026, 11, 23, 1, 0, tzinfo=dt.UTC)


@pytest.fixture
def remote(app: Flask) -> Iterator[Page]:
    """A page whose posts can be sent to all followers."""
    with page_installed(app) as installed:
        yield installed


@pytest.fixture
def desk(app: Flask, remote: Page) -> Desk:
    """A school with the page as an outlet."""
    return make_page_desk(app)


@pytest.fixture
def posted(app: Flask, desk: Desk) -> int:
    """A delivery that stands on the page."""
    ident = plan(app, desk, approved(app, desk), PAGE)
    run_jobs(app)
    assert see(app, desk, ident).state == "published"
    return ident


def ask(app: Flask, desk: Desk, ident: int, agreed: bool = True) -> int:
    with in_unit(app, desk.unit):
        return follow_up.ask(ident, agreed, "Còn 3 lượt.", actor_id=desk.team.web.id).id


def stand(app: Flask, desk: Desk, ident: int) -> tuple[str, str]:
    with in_unit(app, desk.unit):
        step = follow_up.step_of(ident)
        return ("", "") if step is None else (step.state, step.sentence or "")


def test_sent_once_with_what_the_person_had_read(app: Flask, desk: Desk, remote: Page, posted: int) -> None:
    with in_unit(app, desk.unit):
        assert follow_up.offer(posted) == Offer(True, "Còn 3 lượt gửi trong tháng; gửi bài này dùng 1 lượt.")
    ask(app, desk, posted)
    run_jobs(app)
    run_jobs(app)
    assert (remote.sent, stand(app, desk, posted)) == (["post-1"], ("done", ""))
    with in_unit(app, desk.unit) as session:
        step = session.scalars(select(FollowUpStep)).one()
        assert (step.offer, step.asked_by, step.tries) == ("Còn 3 lượt.", desk.team.web.id, 1)
        told = session.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.subject_id == str(posted)))
        assert told and told >= 2
    assert see(app, desk, posted).state == "published"


def test_asked_twice_is_sent_once(app: Flask, desk: Desk, remote: Page, posted: int) -> None:
    ask(app, desk, posted)
    with pytest.raises(Refused, match="mỗi bài chỉ gửi một lần"):
        ask(app, desk, posted)
    run_jobs(app)
    with pytest.raises(Refused, match="mỗi bài chỉ gửi một lần"):
        ask(app, desk, posted)
    run_jobs(app)
    assert remote.sent == ["post-1"]


def test_nothing_without_agreement(app: Flask, desk: Desk, remote: Page, posted: int) -> None:
    with pytest.raises(Refused, match="đánh dấu đồng ý"):
        ask(app, desk, posted, agreed=False)
    run_jobs(app)
    assert (remote.sent, stand(app, desk, posted)) == ([], ("", ""))


@pytest.mark.parametrize("failure", [Unsure("Mất câu trả lời."), ValueError("hỏng")])
def test_what_nobody_knows_is_never_repeated(
    app: Flask, desk: Desk, remote: Page, posted: int, failure: Exception
) -> None:
    remote.wrong["follow_up"] = failure
    step_id = ask(app, desk, posted)
    run_jobs(app)
    state, sentence = stand(app, desk, posted)
    assert state == "unconfirmed" and sentence
    with in_unit(app, desk.unit):
        follow_up.run(step_id)
    with pytest.raises(Refused):
        ask(app, desk, posted)
    assert remote.sent == ["post-1"]
    with in_unit(app, desk.unit):
        follow_up.settle(posted, True, actor_id=desk.team.web.id)
    assert stand(app, desk, posted)[0] == "done"
    with pytest.raises(Refused), in_unit(app, desk.unit):
        follow_up.settle(posted, False, actor_id=desk.team.web.id)


@pytest.mark.parametrize("failure", [TryAgain("Ngoài giờ."), GiveUp("Hết lượt."), NeedsPerson("Thiếu quyền.")])
def test_what_was_certainly_not_sent_waits_for_the_person(
    app: Flask, desk: Desk, remote: Page, posted: int, failure: Exception
) -> None:
    remote.wrong["follow_up"] = failure
    ask(app, desk, posted)
    run_jobs(app)
    with clock.frozen(clock.now() + dt.timedelta(days=2)):
        run_jobs(app)
    assert stand(app, desk, posted) == ("failed", failure.for_school)  # type: ignore[attr-defined]
    assert remote.sent == ["post-1"]
    with in_unit(app, desk.unit):
        outlets.edit_account(desk.accounts[PAGE], "", {"page_id": "p1"}, actor_id=desk.team.web.id)
    ask(app, desk, posted)
    run_jobs(app)
    assert (len(remote.sent), stand(app, desk, posted)[0]) == (2, "done")


def test_worker_that_died_leaves_it_to_a_person(app: Flask, desk: Desk, remote: Page, posted: int) -> None:
    step_id = ask(app, desk, posted)
    with in_unit(app, desk.unit) as session:
        session.get(FollowUpStep, (desk.unit.id, step_id)).state = follow_up.SENDING
    run_jobs(app)
    state, sentence = stand(app, desk, posted)
    assert (remote.sent, state) == ([], "unconfirmed") and "không bao giờ tự gửi lại" in sentence
    with in_unit(app, desk.unit):
        follow_up.settle(posted, False, actor_id=desk.team.web.id)
    ask(app, desk, posted)
    run_jobs(app)
    assert remote.sent == ["post-1"]


def test_busy_outlet_is_called_when_it_is_free(app: Flask, desk: Desk, remote: Page, posted: int) -> None:
    now = clock.now()
    with clock.frozen(now):
        step_id = ask(app, desk, posted)
        with in_unit(app, desk.unit):
            account = outlets.get_account(desk.accounts[PAGE])
            account.busy_key, account.busy_until = "khac", now + dt.timedelta(seconds=30)
        with in_unit(app, desk.unit):
            assert follow_up.run(step_id) is not None
        assert (remote.sent, stand(app, desk, posted)[0]) == ([], "asked")
    with clock.frozen(now + dt.timedelta(seconds=31)):
        run_jobs(app)
    assert (remote.sent, stand(app, desk, posted)[0]) == (["post-1"], "done")


def test_item_that_was_taken_down_meanwhile_is_not_sent(app: Flask, desk: Desk, remote: Page, posted: int) -> None:
    ask(app, desk, posted)
    with in_unit(app, desk.unit) as session:
        from_page = session.scalars(select(FollowUpStep)).one()
        assert from_page.state == "asked"
        outlets.set_enabled(desk.accounts[PAGE], False, actor_id=desk.team.web.id)
    run_jobs(app)
    assert (remote.sent, stand(app, desk, posted)[0]) == ([], "failed")


def test_offer_that_cannot_be_had_says_so(app: Flask, desk: Desk, remote: Page, posted: int) -> None:
    remote.wrong["offer"] = TryAgain("Dịch vụ đang bận.")
    with in_unit(app, desk.unit):
        assert follow_up.offer(posted) == Offer(False, "Dịch vụ đang bận.")


def test_nothing_is_sent_to_followers_while_the_text_is_held_back(
    app: Flask, desk: Desk, remote: Page, posted: int
) -> None:
    with in_unit(app, desk.unit):
        hold_id = holds.freeze(None, "Xác minh sự việc", desk.team.principal.id).id
    with pytest.raises(Refused, match="Xác minh sự việc"):
        ask(app, desk, posted)
    with in_unit(app, desk.unit):
        holds.lift(hold_id, desk.team.principal.id)
    ask(app, desk, posted)
    with in_unit(app, desk.unit):
        holds.freeze(None, "Dừng lúc đang chờ gửi", desk.team.principal.id)
    run_jobs(app)
    state, sentence = stand(app, desk, posted)
    assert (remote.sent, state) == ([], "failed")
    assert "Dừng lúc đang chờ gửi" in sentence
