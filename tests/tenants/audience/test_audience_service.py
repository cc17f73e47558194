"""Coming into the list and out of it: consent, double opt-in, one press to stop, erasing."""

from __future__ import annotations

import datetime as dt

import pytest
from audience_builders import PostOffice, add_people, later, people, token_of
from builders import in_unit, make_person, make_school, run_jobs
from flask import Flask

from tenants import audit, clock, scope
from tenants.audience import jobs, queries, service
from tenants.audience.models import Subscriber
from tenants.audience.service import Consent
from tenants.errors import NotFound, Refused
from tenants.publishing.models import ChannelAccount


def asked(app: Flask, office: PostOffice, address: str = "an@example.com") -> str:
    """Ask for the newsletter as the public does; return the token of the letter that comes."""
    with in_unit(app, office.unit):
        service.subscribe(address, "Nguyễn Thị An", "192.0.2.1")
    run_jobs(app)
    letter = office.simulator.to(address)[-1].part("plain")
    return letter.partition("/nhan-tin/xac-nhan/")[2].split()[0]


def test_nobody_gets_letters_before_their_owner_said_yes(app: Flask, post_office: PostOffice) -> None:
    token = asked(app, post_office)
    letter = post_office.simulator.letters[0]
    assert "Xác nhận nhận tin của" in str(letter.parsed()["Subject"])
    assert letter.parsed()["List-Unsubscribe"] is None
    assert people(app, post_office.unit) == {"an@example.com": "pending"}
    with in_unit(app, post_office.unit):
        assert queries.reach("newsletter") == 0
        service.confirm(token)
        service.confirm(token)
        assert queries.reach("newsletter") == 1
        person = queries.by_token(token)
        assert person.consent_at is not None and "xác nhận qua thư" in person.consent_source


def test_asking_again_and_again_writes_no_further_letters(app: Flask, post_office: PostOffice) -> None:
    asked(app, post_office)
    asked(app, post_office)
    assert post_office.letters() == ["an@example.com"]
    with later(11):
        asked(app, post_office)
    assert len(post_office.letters()) == 2
    with in_unit(app, post_office.unit), pytest.raises(Refused) as refusal:
        for number in range(20):
            service.subscribe(f"an{number}@example.com", "", "192.0.2.1")
    assert refusal.value.code == "too-many"


def test_asking_for_an_address_on_the_list_changes_and_sends_nothing(app: Flask, post_office: PostOffice) -> None:
    add_people(app, post_office.desk, "an@example.com")
    with in_unit(app, post_office.unit):
        service.subscribe("AN@example.com", "Người Khác", "192.0.2.1")
    run_jobs(app)
    assert post_office.letters() == [] and people(app, post_office.unit) == {"an@example.com": "active"}


def test_letter_of_confirmation_waits_for_a_server_that_is_away(app: Flask, post_office: PostOffice) -> None:
    post_office.simulator.order("SMTP CONNECT", "rate_limit")
    with in_unit(app, post_office.unit):
        service.subscribe("an@example.com", "", "192.0.2.1")
    run_jobs(app)
    assert post_office.letters() == []
    with later(6):
        run_jobs(app)
    assert post_office.letters() == ["an@example.com"]


def test_a_wrong_password_stops_the_outlet_and_says_so(app: Flask, post_office: PostOffice) -> None:
    post_office.simulator.password = "doi-roi"
    with in_unit(app, post_office.unit):
        service.subscribe("an@example.com", "", "192.0.2.1")
    run_jobs(app)
    with in_unit(app, post_office.unit) as session:
        account = session.get(ChannelAccount, (post_office.unit.id, post_office.account_id))
        assert "mật khẩu" in account.paused_reason


def test_those_who_never_answer_are_forgotten(app: Flask, post_office: PostOffice) -> None:
    asked(app, post_office)
    add_people(app, post_office.desk, "binh@example.com")
    with later(60 * 24 * 6), app.app_context():
        jobs.forget()
    assert len(people(app, post_office.unit)) == 2
    with later(60 * 24 * 8), app.app_context():
        jobs.forget()
    assert people(app, post_office.unit) == {"binh@example.com": "active"}


def test_who_stopped_is_brought_back_by_nobody_but_themselves(app: Flask, post_office: PostOffice) -> None:
    add_people(app, post_office.desk, "an@example.com")
    token = token_of(app, post_office.unit, "an@example.com")
    actor = post_office.desk.team.web.id
    with in_unit(app, post_office.unit):
        service.stop(token)
        service.stop(token)
    with in_unit(app, post_office.unit):
        consent = Consent("Phiếu", clock.today())
        with pytest.raises(Refused) as refusal:
            service.add("newsletter", "an@example.com", "", "", consent, actor)
        assert refusal.value.code == "ended"
        assert [j.verdict for j in service.judge("newsletter", "an@example.com\nmoi@example.com")] == ["ended", "new"]
        service.import_list("newsletter", "an@example.com\nmoi@example.com", consent, actor)
    assert people(app, post_office.unit) == {"an@example.com": "stopped", "moi@example.com": "active"}
    again = asked(app, post_office)
    with in_unit(app, post_office.unit):
        service.confirm(again)
    assert people(app, post_office.unit)["an@example.com"] == "active"


def test_erasing_leaves_nothing_that_names_the_person(app: Flask, post_office: PostOffice) -> None:
    ids = add_people(app, post_office.desk, "an@example.com")
    with in_unit(app, post_office.unit):
        service.erase(ids["an@example.com"], post_office.desk.team.web.id)
    with in_unit(app, post_office.unit) as session:
        person = session.get(Subscriber, (post_office.unit.id, ids["an@example.com"]))
        kept = f"{person.address} {person.address_key} {person.name} {person.searched} {person.token}"
        assert "an" not in kept.lower().replace("none", "")
        assert queries.listed("newsletter").items == []
        newest = audit.entries(1).items[0]
        assert (newest.action, "an@" in str(newest.data)) == ("audience.erase", False)
    add_people(app, post_office.desk, "an@example.com")


def test_people_are_added_only_with_consent_in_words_and_in_the_past(app: Flask, post_office: PostOffice) -> None:
    tomorrow = clock.today() + dt.timedelta(days=2)
    for consent in (Consent(" ", clock.today()), Consent("Phiếu", tomorrow)):
        with in_unit(app, post_office.unit), pytest.raises(Refused) as refusal:
            service.add("newsletter", "an@example.com", "", "", consent, post_office.desk.team.web.id)
        assert refusal.value.code == "no-consent"
    assert people(app, post_office.unit) == {}


def test_search_takes_words_without_marks_in_any_order(app: Flask, post_office: PostOffice) -> None:
    with in_unit(app, post_office.unit):
        consent = Consent("Phiếu", clock.today())
        service.add("press", "toasoan@example.com", "Đỗ Thị Ánh", "Báo Hoa Sim", consent, post_office.desk.team.web.id)
    with in_unit(app, post_office.unit):
        assert [p.name for p in queries.listed("press", search="sim do anh").items] == ["Đỗ Thị Ánh"]
        assert queries.listed("press", search="%").items == []
        assert queries.listed("newsletter", search="anh").items == []


def test_another_unit_sees_nothing_and_its_tokens_open_nothing(app: Flask, post_office: PostOffice) -> None:
    ids = add_people(app, post_office.desk, "an@example.com")
    token = token_of(app, post_office.unit, "an@example.com")
    other = make_school(app, None)
    person = make_person(app, other, "principal")
    for attempt in (
        lambda: service.stop(token),
        lambda: service.confirm(token),
        lambda: service.stop_by_hand(ids["an@example.com"], person.id),
        lambda: service.erase(ids["an@example.com"], person.id),
    ):
        with in_unit(app, other), pytest.raises(NotFound):
            attempt()
    with in_unit(app, other):
        assert queries.counts() == {} and queries.tallies([1, 2, 3]) == {}
    with app.app_context():
        scope.enter(scope.Scope(other.id, scope.Kind.PUBLIC))
        with pytest.raises(NotFound):
            queries.by_token(token)
    assert people(app, post_office.unit) == {"an@example.com": "active"}
