"""Connecting an outlet by a consent page: there and back, chosen, proven; nothing lost when it goes wrong."""

from __future__ import annotations

import datetime as dt
import html as html_text
import re
from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, quote, urlsplit

import article_builders as articles
import pytest
from builders import in_unit
from contact_builders import AGREED, PAGE, Page, page_installed, state_of
from flask import Flask
from sqlalchemy import select
from webclient import PageClient

from channel_plugins import NeedsPerson, TryAgain
from tenants import clock
from tenants.publishing import environment, outlets, render
from tenants.publishing.contact_models import ChannelAddress, PendingConnection
from tenants.publishing.models import ChannelAccount

ClientFor = Callable[..., PageClient]


@pytest.fixture
def remote(app: Flask) -> Iterator[Page]:
    """A page behind a consent page."""
    with page_installed(app) as installed:
        yield installed


@pytest.fixture
def team(app: Flask, remote: Page) -> articles.Team:
    """A school with people."""
    return articles.make_team(app)


@pytest.fixture
def web(client_for: ClientFor, team: articles.Team) -> PageClient:
    """The person who looks after the school's outlets."""
    return client_for(team.web)


def at(team: articles.Team, path: str = "") -> str:
    return f"/u/{team.unit.slug}/publishing/outlets{path}"


def text_of(client: PageClient, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, response.status_code
    return html_text.unescape(response.get_data(as_text=True))


def begin(client: PageClient, team: articles.Team, account_id: int | None = None) -> tuple[str, str]:
    """Begin connecting; return the address of the step and the one of the service's consent page."""
    data = {} if account_id is None else {"account": account_id}
    step = client.post(at(team, f"/connect/{PAGE}"), data=data).location
    shown = text_of(client, step)
    found = re.search(r'href="(https://dich-vu[^"]+)"', shown)
    assert found is not None
    return step, found.group(1)


def way_back(state: str, **query: str) -> str:
    answers = "&".join(f"{name}={quote(value)}" for name, value in query.items())
    return f"/connect/{PAGE}/return?state={quote(state)}&{answers}"


def come_back(client: PageClient, address: str, **query: str) -> str:
    """Come back from the service; return where the browser ends up."""
    first = client.get(way_back(state_of(address), **query))
    assert first.status_code == 303
    return client.get(first.location).location


def connect(client: PageClient, team: articles.Team, choice: str = "p1", account_id: int | None = None) -> str:
    """Connect a page; return the address of the outlet."""
    _step, address = begin(client, team, account_id)
    step = come_back(client, address, code=AGREED)
    return client.post(step, data={"choice": choice}).location


def stored(app: Flask, team: articles.Team) -> list[tuple[str, str, str, str]]:
    """Return label, page, token and pause of the unit's pages."""
    with in_unit(app, team.unit) as session:
        rows = session.scalars(select(ChannelAccount).where(ChannelAccount.channel == PAGE)).all()
        box = environment.secret_box()
        return [
            (r.label, r.settings["page_id"], render.open_secrets(r, box)["token"], r.paused_reason or "") for r in rows
        ]


def test_there_and_back(app: Flask, team: articles.Team, web: PageClient, remote: Page) -> None:
    assert f"/outlets/connect/{PAGE}" in web.get(at(team, f"/new/{PAGE}")).location
    assert "Bắt đầu" in text_of(web, at(team, f"/connect/{PAGE}"))
    _step, address = begin(web, team)
    query = parse_qs(urlsplit(address).query)
    assert query["redirect_uri"] == [f"http://localhost/connect/{PAGE}/return"]
    assert query["state"] != ["cua-kenh"]
    step = come_back(web, address, code=AGREED)
    assert "Trang Trường Hoa Sim" in text_of(web, step)
    outlet = web.post(step, data={"choice": "p1"}).location
    shown = text_of(web, outlet)
    assert "Đã kết nối «Trang thử: Trang Trường Hoa Sim», có quyền đăng." in shown
    assert "Tên của kênh ở nơi đăng: p1." in shown
    assert stored(app, team) == [("Trang thử: Trang Trường Hoa Sim", "p1", "ma-p1-1", "")]
    assert remote.verified == ["ma-p1-1"]
    with in_unit(app, team.unit) as session:
        assert session.scalars(select(PendingConnection)).all() == []
        (row,) = session.scalars(select(ChannelAddress).where(ChannelAddress.channel == PAGE)).all()
        assert (row.ref, row.unit_id) == ("p1", team.unit.id)


def test_consent_that_was_refused_says_so_and_changes_nothing(app: Flask, team: articles.Team, web: PageClient) -> None:
    connect(web, team)
    before = stored(app, team)
    step, address = begin(web, team, outlet_id(app, team))
    assert come_back(web, address, error="access_denied") == step
    shown = text_of(web, step)
    assert "đã dừng ở trang đồng ý" in shown and "Bắt đầu lại" in shown
    assert stored(app, team) == before


def outlet_id(app: Flask, team: articles.Team) -> int:
    with in_unit(app, team.unit) as session:
        return int(session.scalars(select(ChannelAccount.id).where(ChannelAccount.channel == PAGE)).one())


def test_connecting_again_keeps_the_outlet_and_its_old_credentials(
    app: Flask, team: articles.Team, web: PageClient
) -> None:
    connect(web, team)
    ident = outlet_id(app, team)
    with in_unit(app, team.unit):
        account = outlets.edit_account(
            ident, "Trang chính", {"page_id": "p1", "signature": "Hoa Sim"}, actor_id=team.web.id
        )
        account.paused_reason = "Mã truy cập hết hạn."
    assert "Kết nối lại" in text_of(web, at(team, f"/{ident}"))
    outlet = connect(web, team, account_id=ident)
    assert outlet.endswith(f"/outlets/{ident}")
    assert stored(app, team) == [("Trang chính", "p1", "ma-p1-2", "")]
    with in_unit(app, team.unit) as session:
        account = session.get(ChannelAccount, (team.unit.id, ident))
        assert account.settings["signature"] == "Hoa Sim"
        box = environment.secret_box()
        assert "ma-p1-1" in box.decrypt(account.previous_box, render.secret_place(account))


def test_another_page_does_not_take_the_place_of_an_outlet(app: Flask, team: articles.Team, web: PageClient) -> None:
    connect(web, team)
    step = connect(web, team, "p2", outlet_id(app, team))
    assert "khác với nơi kênh" in text_of(web, step)
    assert stored(app, team) == [("Trang thử: Trang Trường Hoa Sim", "p1", "ma-p1-1", "")]
    assert web.post(step, data={"choice": "p1"}).location.endswith(str(outlet_id(app, team)))


def test_a_page_that_is_there_already_is_not_there_twice(app: Flask, team: articles.Team, web: PageClient) -> None:
    connect(web, team)
    connect(web, team)
    assert stored(app, team) == [("Trang thử: Trang Trường Hoa Sim", "p1", "ma-p1-2", "")]


def test_way_back_counts_once(app: Flask, team: articles.Team, web: PageClient, remote: Page) -> None:
    _step, address = begin(web, team)
    come_back(web, address, code=AGREED)
    again = web.get(web.get(way_back(state_of(address), code=AGREED)).location)
    assert again.status_code == 410
    assert "đã được dùng rồi" in html_text.unescape(again.get_data(as_text=True))
    assert remote.granted == 1


def test_an_older_way_back_is_refused_once_the_person_was_sent_out_anew(
    app: Flask, team: articles.Team, web: PageClient, remote: Page
) -> None:
    step, address = begin(web, team)
    with in_unit(app, team.unit) as session:
        session.scalars(select(PendingConnection)).one().nonce = "lan-di-sau"
    assert "đã được dùng rồi" in text_of(web, f"{step}/return?state={quote(state_of(address))}&code={AGREED}", 410)
    assert remote.granted == 0


@pytest.mark.parametrize("state", ["", "gia-mao", "WzEsMSwiYSJd.abcdef"])
def test_forged_way_back_gets_a_page(web: PageClient, state: str) -> None:
    assert "không phải do hệ thống tạo ra" in text_of(web, way_back(state, code=AGREED), 400)


def test_way_back_of_another_connection_is_refused(app: Flask, team: articles.Team, web: PageClient) -> None:
    one, _first = begin(web, team)
    _other, second = begin(web, team)
    shown = text_of(web, f"{one}/return?state={quote(state_of(second))}&code={AGREED}", 410)
    assert "thuộc một lần kết nối khác" in shown


def test_only_who_began_goes_on(app: Flask, client_for: ClientFor, team: articles.Team, web: PageClient) -> None:
    step, address = begin(web, team)
    other = client_for(team.principal)
    back = other.get(way_back(state_of(address), code=AGREED)).location
    assert "do người khác bắt đầu" in text_of(other, back, 410)
    assert "do người khác bắt đầu" in text_of(other, step, 410)
    assert come_back(web, address, code=AGREED) == step


def test_person_of_another_unit_finds_nothing(app: Flask, client_for: ClientFor, team: articles.Team) -> None:
    stranger_team = articles.make_team(app)
    stranger = client_for(stranger_team.web)
    step, address = begin(client_for(team.web), team)
    back = stranger.get(way_back(state_of(address), code=AGREED)).location
    assert stranger.get(back).status_code == 404
    pending = step.rsplit("/", 1)[1]
    assert stranger.get(at(stranger_team, f"/connect/{PAGE}/{pending}")).status_code == 404
    moved = f"{at(stranger_team, f'/connect/{PAGE}/{pending}')}/return?state={quote(state_of(address))}&code={AGREED}"
    assert stranger.get(moved).status_code == 404


def test_whoever_is_signed_out_comes_back_after_signing_in(
    client_for: ClientFor, team: articles.Team, web: PageClient
) -> None:
    _step, address = begin(web, team)
    path = way_back(state_of(address), code=AGREED)
    sent = client_for().get(path)
    assert sent.status_code == 302
    assert parse_qs(urlsplit(sent.location).query)["next"] == [path]


def test_it_takes_too_long(app: Flask, team: articles.Team, web: PageClient) -> None:
    now = clock.now()
    with clock.frozen(now):
        step, address = begin(web, team)
    with clock.frozen(now + dt.timedelta(minutes=31)):
        back = web.get(way_back(state_of(address), code=AGREED)).location
        assert "quá 30 phút" in text_of(web, back, 410)
        assert "quá 30 phút" in text_of(web, step, 410)


def test_service_that_fails_meanwhile_can_be_asked_again(
    app: Flask, team: articles.Team, web: PageClient, remote: Page
) -> None:
    _step, address = begin(web, team)
    step = come_back(web, address, code=AGREED)
    remote.wrong["connect"] = TryAgain("Dịch vụ đang bận.")
    web.post(step, data={"choice": "p1"})
    assert "Dịch vụ đang bận." in text_of(web, step)
    assert stored(app, team) == []
    web.post(step, data={"choice": "p1"})
    assert len(stored(app, team)) == 1


def test_choice_that_was_not_offered_is_refused(app: Flask, team: articles.Team, web: PageClient) -> None:
    _step, address = begin(web, team)
    step = come_back(web, address, code=AGREED)
    assert web.post(step, data={"choice": "p9"}).status_code == 422
    assert stored(app, team) == []


def test_installation_without_application_says_so(team: articles.Team, web: PageClient, remote: Page) -> None:
    remote.wrong["connect"] = NeedsPerson("Hệ thống chưa được khai báo ứng dụng.")
    step = web.post(at(team, f"/connect/{PAGE}")).location
    assert "chưa được khai báo ứng dụng" in text_of(web, step)


def test_connected_but_not_allowed_to_post(app: Flask, team: articles.Team, web: PageClient, remote: Page) -> None:
    remote.wrong["verify"] = NeedsPerson("Trang chưa cho quyền đăng.")
    shown = text_of(web, connect(web, team))
    assert "chưa đăng được: Trang chưa cho quyền đăng." in shown
    assert stored(app, team)[0][3] == "Trang chưa cho quyền đăng."
    ident = outlet_id(app, team)
    web.post(at(team, f"/{ident}/check"))
    assert "có quyền đăng" in text_of(web, at(team, f"/{ident}"))
    assert stored(app, team)[0][3] == ""


def test_leaving_off(app: Flask, team: articles.Team, web: PageClient) -> None:
    step, _address = begin(web, team)
    assert web.post(f"{step}/cancel").location == at(team)
    assert web.get(step).status_code == 404


def test_what_the_channel_keeps_is_encrypted(app: Flask, team: articles.Team, web: PageClient) -> None:
    begin(web, team)
    with in_unit(app, team.unit) as session:
        (pending,) = session.scalars(select(PendingConnection)).all()
        assert "cua-kenh" not in (pending.box or "") and "dich-vu" not in (pending.box or "")


def test_answers_need_a_form_token(team: articles.Team, web: PageClient) -> None:
    step, _address = begin(web, team)
    for path in (at(team, f"/connect/{PAGE}"), step, f"{step}/cancel"):
        assert web.post(path, token=False).status_code == 400
