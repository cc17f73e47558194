"""The office's pages about channels: every outlet of every school, worst first, and which channels may be used."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from builders import PersonRef, UnitRef, in_unit, make_office, make_person, make_school, make_token, run_jobs
from flask import Flask
from queries import count_queries
from sqlalchemy import select
from webclient import PageClient

from tenants import clock
from tenants.content import wishes
from tenants.db import db
from tenants.errors import Refused
from tenants.jobs.models import WorkerHeartbeat
from tenants.notices.models import Notice
from tenants.publishing import health, outlets, pausing
from tenants.publishing.models import ChannelAccount, ChannelRule

Clients = Callable[..., PageClient]
MORNING = dt.datetime(2026, 11, 23, 1, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _on_a_monday() -> Iterator[None]:
    with clock.frozen(MORNING):
        yield


@pytest.fixture
def office(app: Flask) -> UnitRef:
    return make_office(app, "Ủy ban nhân dân xã Suối Mơ")


@pytest.fixture
def officer(app: Flask, office: UnitRef) -> PersonRef:
    return make_person(app, office, "officer")


def school_with_outlets(app: Flask, office: UnitRef, name: str) -> UnitRef:
    school = make_school(app, office, name=name)
    with in_unit(app, school):
        outlets.ensure_default_accounts()
        health.refresh()
    return school


def stop_website(app: Flask, school: UnitRef, reason: str) -> None:
    with in_unit(app, school) as session:
        account = session.scalar(select(ChannelAccount).where(ChannelAccount.channel == "website"))
        pausing.stop(account, reason)
    run_jobs(app)


def test_worst_stands_first_with_its_sentence_and_its_school(
    app: Flask, client_for: Clients, office: UnitRef, officer: PersonRef
) -> None:
    school_with_outlets(app, office, "Trường Tiểu học An Bình")
    broken = school_with_outlets(app, office, "Trường Tiểu học Đồi Chè")
    stop_website(app, broken, "Hãy kết nối lại trang.")
    with clock.frozen(MORNING + dt.timedelta(minutes=1)):
        run_jobs(app)
    page = client_for(officer).get(f"/o/{office.slug}/channels/").get_data(as_text=True)
    assert page.index("Đồi Chè") < page.index("An Bình")
    assert "Hãy kết nối lại trang." in page
    narrowed = client_for(officer).get(f"/o/{office.slug}/channels/?state=trouble").get_data(as_text=True)
    assert "Đồi Chè" in narrowed and "An Bình" not in narrowed
    searched = client_for(officer).get(f"/o/{office.slug}/channels/?q=an binh").get_data(as_text=True)
    assert "An Bình" in searched and "Đồi Chè" not in searched
    mine = client_for(officer).get(f"/o/{office.slug}/channels/?school={broken.id}&channel=radio")
    assert "Trường Tiểu học An Bình" not in mine.get_data(as_text=True)


def test_office_hears_of_a_stopped_outlet_once_and_finds_it(
    app: Flask, client_for: Clients, office: UnitRef, officer: PersonRef
) -> None:
    broken = school_with_outlets(app, office, "Trường Tiểu học Đồi Chè")
    for _time in range(2):
        stop_website(app, broken, "Hãy kết nối lại trang.")
    home = client_for(officer).get(f"/u/{office.slug}/").get_data(as_text=True)
    assert home.count("Hãy kết nối lại trang.") == 1
    assert f"/o/{office.slug}/channels/?school={broken.id}" in home
    principal = make_person(app, broken, "principal")
    page = client_for(principal).get(f"/u/{broken.slug}/notices/").get_data(as_text=True)
    assert f"/u/{broken.slug}/publishing/outlets/" in page
    author = make_person(app, broken, "author")
    assert "kết nối lại" not in client_for(author).get(f"/u/{broken.slug}/notices/").get_data(as_text=True)


def test_notice_can_be_set_aside_by_those_it_is_for(app: Flask, client_for: Clients, office: UnitRef) -> None:
    broken = school_with_outlets(app, office, "Trường Tiểu học Đồi Chè")
    stop_website(app, broken, "Hãy kết nối lại trang.")
    author, principal = make_person(app, broken, "author"), make_person(app, broken, "principal")
    with in_unit(app, broken) as session:
        ident = session.scalar(select(Notice.id))
    assert client_for(author).post(f"/u/{broken.slug}/notices/{ident}/aside").status_code == 404
    assert client_for(principal).post(f"/u/{broken.slug}/notices/{ident}/aside").status_code == 303
    home = client_for(principal).get(f"/u/{broken.slug}/").get_data(as_text=True)
    assert "Hãy kết nối lại trang." not in home


@pytest.mark.usually("sqlite")
def test_number_of_queries_does_not_grow_with_the_schools(
    app: Flask, client_for: Clients, office: UnitRef, officer: PersonRef
) -> None:
    client = client_for(officer)
    counted = []
    for number in range(3):
        school_with_outlets(app, office, f"Trường số {number}")
        with count_queries() as sent:
            assert client.get(f"/o/{office.slug}/channels/").status_code == 200
        counted.append(len(sent))
    assert counted[0] == counted[2], counted


def test_page_says_since_when_nothing_is_sent(
    app: Flask, client_for: Clients, office: UnitRef, officer: PersonRef
) -> None:
    address = f"/o/{office.slug}/channels/"
    assert "Máy phát hành chưa chạy lần nào" in client_for(officer).get(address).get_data(as_text=True)
    with app.app_context():
        seen = MORNING - dt.timedelta(minutes=20)
        db.session.add(WorkerHeartbeat(worker="w", started_at=seen, seen_at=seen))
        db.session.commit()
    assert "Máy phát hành đang dừng từ 07:40 23/11/2026" in client_for(officer).get(address).get_data(as_text=True)
    with app.app_context():
        db.session.get_one(WorkerHeartbeat, "w").seen_at = MORNING
        db.session.commit()
    assert "Máy phát hành đang dừng" not in client_for(officer).get(address).get_data(as_text=True)
    with app.app_context():
        db.session.get_one(WorkerHeartbeat, "w").stopped_at = MORNING
        db.session.commit()
    assert "Máy phát hành đang dừng từ 08:00 23/11/2026" in client_for(officer).get(address).get_data(as_text=True)


def test_channel_the_office_does_not_allow_is_closed_in_its_schools(
    app: Flask, client_for: Clients, office: UnitRef, officer: PersonRef
) -> None:
    school = school_with_outlets(app, office, "Trường Tiểu học Đồi Chè")
    principal = make_person(app, school, "principal")
    answer = client_for(officer).post(
        f"/o/{office.slug}/channels/policy", data={"channel": "radio", "allowed": "no", "reason": "Đài đang sửa"}
    )
    assert answer.status_code == 303
    policy = client_for(officer).get(f"/o/{office.slug}/channels/policy").get_data(as_text=True)
    assert "Không được dùng" in policy and "Đài đang sửa" in policy
    client = client_for(principal)
    listed = client.get(f"/u/{school.slug}/publishing/outlets").get_data(as_text=True)
    assert "Cơ quan quản lý chưa cho dùng kênh này" in listed
    assert f"/u/{school.slug}/publishing/outlets/new/radio" not in listed
    assert client.get(f"/u/{school.slug}/publishing/outlets/new/radio").status_code == 404
    with in_unit(app, school) as session:
        ident = session.scalar(select(ChannelAccount.id).where(ChannelAccount.channel == "radio"))
    assert client.get(f"/u/{school.slug}/publishing/outlets/{ident}").status_code == 404
    client_for(officer).post(f"/o/{office.slug}/channels/policy", data={"channel": "radio", "allowed": "yes"})
    assert client.get(f"/u/{school.slug}/publishing/outlets/{ident}").status_code == 200
    with in_unit(app, office) as session:
        assert len(session.scalars(select(ChannelRule)).all()) == 1


def test_only_officers_decide(app: Flask, client_for: Clients, office: UnitRef) -> None:
    vetter = make_person(app, office, "vetter")
    assert client_for(vetter).post(f"/o/{office.slug}/channels/policy", data={"channel": "radio"}).status_code == 403
    officer = make_person(app, office, "officer")
    assert client_for(officer).post(f"/o/{office.slug}/channels/policy", data={"channel": "la"}).status_code == 404


def test_quiet_hours_are_set_on_a_page_and_shown_where_one_posts(
    app: Flask, client_for: Clients, office: UnitRef
) -> None:
    school = school_with_outlets(app, office, "Trường Tiểu học Đồi Chè")
    principal = make_person(app, school, "principal")
    client = client_for(principal)
    address = f"/u/{school.slug}/publishing/quiet-hours"
    refused = client.post(address, data={"choice": "own", "from": "21:00", "to": "21:00"})
    assert refused.status_code == 422
    assert 'value="21:00"' in refused.get_data(as_text=True)
    assert client.post(address, data={"choice": "own", "from": "21:00", "to": "06:00"}).status_code == 303
    assert "21:00-06:00" in client.get(address).get_data(as_text=True)
    assert client.post(address, data={"choice": "inherit"}).status_code == 303
    assert "không có giờ yên lặng" in client.get(address).get_data(as_text=True)


def test_the_least_time_for_approval_is_set_beside_them(app: Flask, client_for: Clients, office: UnitRef) -> None:
    school = school_with_outlets(app, office, "Trường Tiểu học Đồi Chè")
    client = client_for(make_person(app, school, "principal"))
    page = f"/u/{school.slug}/publishing/quiet-hours"
    address = f"/u/{school.slug}/publishing/approval-time"
    for wrong in ("", "-5", "nửa giờ", "99999"):
        refused = client.post(address, data={"choice": "own", "minutes": wrong})
        assert refused.status_code == 422 and "Chưa có gì thay đổi" in refused.text
    assert client.post(address, data={"choice": "own", "minutes": "90"}).status_code == 303
    assert "ít nhất 90 phút" in client.get(page).text
    with in_unit(app, school), pytest.raises(Refused, match="wish-too-soon"):
        wishes.refuse_unmeetable(clock.now() + dt.timedelta(minutes=80))
    client.post(address, data={"choice": "inherit"})
    assert "ít nhất 30 phút" in client.get(page).text
    with in_unit(app, school):
        wishes.refuse_unmeetable(clock.now() + dt.timedelta(minutes=80))


def test_the_same_over_the_api(app: Flask, client_for: Clients, office: UnitRef, officer: PersonRef) -> None:
    broken = school_with_outlets(app, office, "Trường Tiểu học Đồi Chè")
    stop_website(app, broken, "Hãy kết nối lại trang.")
    with clock.frozen(MORNING + dt.timedelta(minutes=1)):
        run_jobs(app)
    client, key, base = client_for(), make_token(app, officer), f"/api/v1/offices/{office.slug}/channels"
    found = client.get(f"{base}/health?state=trouble", headers=key).get_json()
    assert [(row["channel"], row["state"], row["sentence"]) for row in found["items"]] == [
        ("website", "paused", "Hãy kết nối lại trang.")
    ]
    assert client.get(f"{base}/worker", headers=key).get_json() == {"alive": False, "seen_at": None}
    rules = client.post(f"{base}/rules", headers=key, json={"channel": "radio", "allowed": False}).get_json()
    assert [rule["channel"] for rule in rules["items"] if not rule["allowed"]] == ["radio"]
