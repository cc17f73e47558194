"""A mailing from the approved article to the mailboxes: everybody once, whatever happens on the way."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from audience_builders import PostOffice, add_people, later, ledger_of, people, token_of, working_apart
from builders import in_unit, run_jobs, run_jobs_and_periodic_work
from flask import Flask
from publishing_builders import approved, plan, see
from sqlalchemy import select

from channel_plugins import Metric
from tenants import clock, scope
from tenants.audience import ledger, queries, service
from tenants.audience.queries import Tally
from tenants.jobs import queue
from tenants.publishing import mailing
from tenants.publishing import service as publishing
from tenants.publishing.models import Delivery
from tenants.statistics.models import Reading


def tally(app: Flask, office: PostOffice, delivery_id: int) -> Tally:
    with in_unit(app, office.unit):
        return queries.tally(delivery_id)


def test_newsletter_reaches_everybody_who_agreed_and_nobody_else(app: Flask, post_office: PostOffice) -> None:
    ids = add_people(app, post_office.desk, "an@example.com", "binh@example.com", "thoi@example.com")
    add_people(app, post_office.desk, "bao@example.com", kind="press")
    with in_unit(app, post_office.unit):
        service.stop_by_hand(ids["thoi@example.com"], post_office.desk.team.web.id)
        service.subscribe("cho@example.com", "", "192.0.2.1")
    ident = plan(app, post_office.desk, approved(app, post_office.desk), "email")
    run_jobs(app)
    assert see(app, post_office.desk, ident).state == "published"
    assert [to for to in post_office.letters() if to != "cho@example.com"] == ["an@example.com", "binh@example.com"]
    assert tally(app, post_office, ident) == Tally(sent=2)
    letter = post_office.simulator.to("an@example.com")[0]
    token = token_of(app, post_office.unit, "an@example.com")
    stop_url = f"http://localhost/s/{post_office.unit.slug}/nhan-tin/thoi/{token}"
    assert str(letter.parsed()["List-Unsubscribe"]) == f"<{stop_url}>"
    assert stop_url in letter.part("plain")


def test_somebody_who_joins_after_it_began_gets_the_next_one(app: Flask, post_office: PostOffice) -> None:
    add_people(app, post_office.desk, "an@example.com", "binh@example.com")
    post_office.simulator.order("SMTP RCPT binh@*", "rate_limit")
    ident = plan(app, post_office.desk, approved(app, post_office.desk), "email")
    run_jobs(app)
    add_people(app, post_office.desk, "moi@example.com")
    assert tally(app, post_office, ident) == Tally(sent=1, waiting=1)
    with later(20):
        run_jobs(app)
        assert see(app, post_office.desk, ident).state == "published"
    assert post_office.letters() == ["an@example.com", "binh@example.com"]


def test_who_stops_while_it_runs_is_left_out(app: Flask, post_office: PostOffice) -> None:
    ids = add_people(app, post_office.desk, "an@example.com", "binh@example.com")
    post_office.simulator.order("SMTP RCPT binh@*", "rate_limit")
    ident = plan(app, post_office.desk, approved(app, post_office.desk), "email")
    run_jobs(app)
    with in_unit(app, post_office.unit):
        service.erase(ids["binh@example.com"], post_office.desk.team.web.id)
    with later(20):
        run_jobs(app)
    assert post_office.letters() == ["an@example.com"]
    assert tally(app, post_office, ident) == Tally(sent=1, skipped=1)
    assert people(app, post_office.unit) == {"an@example.com": "active", "": "erased"}


def test_an_address_that_is_none_leaves_the_list(app: Flask, post_office: PostOffice) -> None:
    add_people(app, post_office.desk, "tu-choi@example.com", "an@example.com")
    ident = plan(app, post_office.desk, approved(app, post_office.desk), "email")
    run_jobs(app)
    assert people(app, post_office.unit) == {"tu-choi@example.com": "bounced", "an@example.com": "active"}
    assert tally(app, post_office, ident) == Tally(sent=1, refused=1)


def test_a_mailbox_that_never_takes_it_does_not_hold_the_mailing_for_ever(app: Flask, post_office: PostOffice) -> None:
    add_people(app, post_office.desk, "an@example.com", "binh@example.com")
    post_office.simulator.order("SMTP RCPT binh@*", "rate_limit", times=99)
    ident = plan(app, post_office.desk, approved(app, post_office.desk), "email")
    with clock.frozen(clock.now()):
        run_jobs(app)
    moment = clock.now()
    for _ in range(7):
        moment += dt.timedelta(hours=2)
        with clock.frozen(moment):
            run_jobs(app)
    assert see(app, post_office.desk, ident).state == "published"
    assert ledger_of(app, post_office.unit, ident) == {"an@example.com": "accepted", "binh@example.com": "refused"}
    assert people(app, post_office.unit)["binh@example.com"] == "active"


def test_an_answer_lost_after_the_text_is_doubtful_and_never_repeated(app: Flask, post_office: PostOffice) -> None:
    add_people(app, post_office.desk, "an@example.com", "binh@example.com")
    post_office.simulator.order("SMTP END an@*", "drop_after")
    ident = plan(app, post_office.desk, approved(app, post_office.desk), "email")
    run_jobs(app)
    assert sorted(post_office.letters()) == ["an@example.com", "binh@example.com"]
    with later(3):
        assert tally(app, post_office, ident) == Tally(sent=1, doubtful=1)


def test_a_worker_killed_between_begin_and_answer_repeats_nobody(app: Flask, post_office: PostOffice) -> None:
    add_people(app, post_office.desk, "an@example.com", "binh@example.com", "chi@example.com")
    post_office.simulator.order("SMTP END binh@*", "slow", seconds=60)
    ident = plan(app, post_office.desk, approved(app, post_office.desk), "email")
    config = replace(app.extensions["loa.config"], simulator_hosts=post_office.places.hosts)
    with working_apart(config) as process:
        assert post_office.simulator.reached.wait(30)
        process.kill()
        process.join()
    states = ledger_of(app, post_office.unit, ident)
    assert states == {"an@example.com": "accepted", "binh@example.com": "begun", "chi@example.com": "waiting"}
    post_office.simulator.release()
    with later(30):
        run_jobs(app)
        assert see(app, post_office.desk, ident).state == "published"
        assert tally(app, post_office, ident) == Tally(sent=2, doubtful=1)
    assert post_office.letters().count("chi@example.com") == 1
    assert post_office.letters().count("an@example.com") == 1
    assert post_office.letters().count("binh@example.com") <= 1


def test_two_calls_at_once_begin_each_letter_once(app: Flask, post_office: PostOffice) -> None:
    """A call that was given up for lost and is still at work, beside the one that follows it."""
    ids = add_people(app, post_office.desk, "an@example.com", "binh@example.com")
    ident = plan(app, post_office.desk, approved(app, post_office.desk), "email")
    with in_unit(app, post_office.unit):
        assert ledger.snapshot(ident, "newsletter") == 2
        owner = scope.current()
    old, new = (ledger.LedgerAudience(app, owner, ident, "https://x.example/{token}") for _ in range(2))
    an, binh = (str(ids[f"{name}@example.com"]) for name in ("an", "binh"))
    assert [person.ref for person in old.waiting()] == [an, binh]
    assert old.begin(an)
    assert [person.ref for person in new.waiting()] == [binh]
    assert not new.begin(an) and new.begin(binh) and not old.begin(binh)
    old.accepted(an)
    new.accepted(binh)
    assert ledger_of(app, post_office.unit, ident) == {"an@example.com": "accepted", "binh@example.com": "accepted"}


def test_an_empty_list_is_said_and_can_be_mended(app: Flask, post_office: PostOffice) -> None:
    ident = plan(app, post_office.desk, approved(app, post_office.desk), "email")
    run_jobs(app)
    seen = see(app, post_office.desk, ident)
    assert seen.state == "needs_person" and "danh sách nhận chưa có ai" in seen.sentence
    add_people(app, post_office.desk, "an@example.com")
    with in_unit(app, post_office.unit):
        publishing.retry(ident, post_office.desk.team.web.id)
    run_jobs(app)
    assert post_office.letters() == ["an@example.com"]


def test_returned_letters_are_read_once_and_end_dead_addresses(app: Flask, post_office: PostOffice) -> None:
    add_people(app, post_office.desk, "het@example.com", "day@example.com", "an@example.com")
    post_office.simulator.bounce("het@example.com", "5.1.1", seconds=600)
    post_office.simulator.bounce("day@example.com", "5.2.2", seconds=600)
    ident = plan(app, post_office.desk, approved(app, post_office.desk), "email")
    run_jobs(app)
    assert tally(app, post_office, ident) == Tally(sent=3)
    post_office.simulator.advance(601)
    for _ in range(2):
        with app.app_context():
            mailing.look_for_bounces()
        run_jobs(app)
    assert tally(app, post_office, ident) == Tally(sent=3, returned=2)
    assert people(app, post_office.unit) == {
        "het@example.com": "bounced",
        "day@example.com": "active",
        "an@example.com": "active",
    }
    with app.app_context():
        assert queue.state_of(f"audience.bounces:{post_office.unit.id}:{post_office.account_id}") is None


def test_letters_are_counted_from_the_ledger(app: Flask, post_office: PostOffice) -> None:
    add_people(app, post_office.desk, "an@example.com", "het@example.com")
    post_office.simulator.bounce("het@example.com", "5.1.1")
    ident = plan(app, post_office.desk, approved(app, post_office.desk), "email")
    run_jobs(app)
    with in_unit(app, post_office.unit) as session:
        key = session.get(Delivery, (post_office.unit.id, ident)).key
        found = {reading.metric: reading.value for reading in mailing.readings({key: ident, "khac": 999999})}
    assert found[Metric.SENT] == 2
    moment = clock.now()
    for hours in (1, 2, 30):
        with clock.frozen(moment + dt.timedelta(hours=hours)):
            run_jobs_and_periodic_work(app)
    with in_unit(app, post_office.unit) as session:
        rows = session.execute(select(Reading.metric, Reading.value).order_by(Reading.id))
        kept = {row.metric: row.value for row in rows}
    assert kept == {"sent": 2, "bounced": 1, "unsubscribed": 0}


def test_who_stops_is_counted_once_with_the_last_letter_they_got(app: Flask, post_office: PostOffice) -> None:
    add_people(app, post_office.desk, "an@example.com", "binh@example.com")
    older, newer = (
        plan(app, post_office.desk, approved(app, post_office.desk, title=f"Thư thứ {n}"), "email") for n in (1, 2)
    )
    run_jobs(app)
    token = token_of(app, post_office.unit, "an@example.com")
    for _again in range(2):
        with in_unit(app, post_office.unit):
            service.stop(token)
    assert tally(app, post_office, older) == Tally(sent=2)
    assert tally(app, post_office, newer) == Tally(sent=2, left=1)
    with in_unit(app, post_office.unit) as session:
        key = session.get(Delivery, (post_office.unit.id, newer)).key
        found = {reading.metric: reading.value for reading in mailing.readings({key: newer})}
    assert found[Metric.UNSUBSCRIBED] == 1
