"""Publishing over the API: outlets without their secrets, now or later, back again."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass

import publishing_builders as builders
import pytest
from api_client import ApiClient, at_unit
from builders import run_jobs
from flask import Flask
from publishing_builders import BOARD, HOME, TOKEN, Board, Desk

from channel_plugins import GiveUp, Unsure
from tenants import clock


@dataclass(frozen=True)
class Newsdesk:
    desk: Desk
    board: Board
    web: ApiClient
    path: str

    def ask(self, channel: str = BOARD, **more: str) -> dict[str, object]:
        found: dict[str, object] = self.web.ok(
            "POST", f"{self.path}/deliveries", {"account_id": self.desk.accounts[channel], **more}
        )
        return found


@pytest.fixture
def news(app: Flask) -> Iterator[Newsdesk]:
    with builders.board_installed(app) as board:
        desk = builders.make_desk(app)
        article = builders.approved(app, desk)
        yield Newsdesk(desk, board, at_unit(app, desk.team.web, desk.unit), f"/articles/{article.id}")


def test_an_outlet_never_tells_its_credentials(app: Flask, news: Newsdesk) -> None:
    listed = news.web.get("/accounts")
    board = next(account for account in listed.json["items"] if account["channel"] == BOARD)
    assert board["settings"] == {"board": "Sân trường", "address": HOME, "loud": True}
    changed = {"label": "Bảng cổng trường", "settings": {"board": "Cổng trường", "token": "", "loud": False}}
    saved = news.web.put(f"/accounts/{board['id']}", changed)
    assert saved.json["settings"] == {"board": "Cổng trường", "address": HOME, "loud": False}
    news.ask()
    log = at_unit(app, news.desk.team.principal, news.desk.unit).get("/audit")
    assert TOKEN not in json.dumps([listed.json, saved.json, log.json])


def test_channels_say_what_an_outlet_needs(news: Newsdesk) -> None:
    channel = next(one for one in news.web.ok("GET", "/channels")["items"] if one["name"] == BOARD)
    shown = {setting["name"]: (setting["required"], setting["secret"]) for setting in channel["settings"]}
    assert shown == {
        "board": (True, False),
        "address": (False, False),
        "token": (True, True),
        "loud": (False, False),
    }
    refused = news.web.post("/accounts", {"channel": BOARD, "settings": {"board": "Sân sau"}})
    assert (refused.code, list(refused.json["data"]["fields"])) == ("bad-settings", ["token"])
    made = news.web.ok("POST", "/accounts", {"channel": BOARD, "settings": {"board": "Sân sau", "token": "t"}})
    assert made["label"] == "Bảng tin thử"
    assert news.web.post("/accounts", {"channel": "khong_co"}).status == 404


def test_an_outlet_that_is_off_takes_nothing(news: Newsdesk) -> None:
    account_id = news.desk.accounts[BOARD]
    assert news.web.ok("PUT", f"/accounts/{account_id}/enabled", {"enabled": False})["enabled"] is False
    refused = news.web.post(f"{news.path}/deliveries", {"account_id": account_id})
    assert refused.code == "account-off"


def test_publishing_now_and_taking_it_down(app: Flask, news: Newsdesk) -> None:
    asked = news.ask()
    assert news.ask()["id"] == asked["id"]
    run_jobs(app)
    path = f"/deliveries/{asked['id']}"
    shown = news.web.ok("GET", path)
    assert (shown["state"], shown["url"]) == ("published", "https://bang.example.vn/post-1")
    assert [one["call"] for one in shown["attempts"]] == ["publish"]
    assert news.web.post(f"{path}/retract", {"reason": " "}).code == "no-reason"
    assert news.web.ok("POST", f"{path}/retract", {"reason": "Sai ngày."})["state"] == "sending"
    run_jobs(app)
    assert news.web.ok("GET", path)["state"] == "retracted"
    assert news.board.titles == []


def test_publishing_later_and_changing_one_s_mind(app: Flask, news: Newsdesk) -> None:
    at = (clock.now() + dt.timedelta(days=1)).replace(microsecond=0)
    asked = news.ask(at=clock.local(at).isoformat())
    assert dt.datetime.fromisoformat(str(asked["scheduled_at"])) == at
    run_jobs(app)
    assert news.board.titles == []
    assert news.web.ok("GET", news.path)["state"] == "scheduled"
    path = f"/deliveries/{asked['id']}"
    assert news.web.ok("POST", f"{path}/cancel")["state"] == "cancelled"
    assert news.web.post(f"{path}/cancel").code == "too-late"
    past = (clock.now() - dt.timedelta(days=1)).isoformat()
    assert (
        news.web.post(f"{news.path}/deliveries", {"account_id": news.desk.accounts[BOARD], "at": past}).code == "past"
    )


def test_what_failed_is_tried_again(app: Flask, news: Newsdesk) -> None:
    news.board.answers.append(GiveUp("Bảng tin đã đóng."))
    asked = news.ask()
    run_jobs(app)
    shown = news.web.ok("GET", f"/deliveries/{asked['id']}")
    assert (shown["state"], shown["sentence"]) == ("failed", "Bảng tin đã đóng.")
    news.web.ok("POST", f"/deliveries/{asked['id']}/retry")
    run_jobs(app)
    assert news.web.ok("GET", f"/deliveries/{asked['id']}")["state"] == "published"


def test_a_person_s_word_ends_a_doubt(app: Flask, news: Newsdesk) -> None:
    news.board.answers.append(Unsure("Đường truyền đứt."))
    news.board.looks += [RuntimeError("không tra được")] * 20
    asked = news.ask()
    path = f"/deliveries/{asked['id']}"
    run_jobs(app)
    assert news.web.ok("GET", path)["state"] == "unconfirmed"
    refused = news.web.post(f"{path}/settle", {"outcome": "published", "url": "javascript:alert(1)"})
    assert refused.code == "bad-url"
    settled = news.web.ok("POST", f"{path}/settle", {"outcome": "published", "url": "https://bang.example.vn/9"})
    assert (settled["state"], settled["url"]) == ("published", "https://bang.example.vn/9")


def test_deliveries_are_listed_by_state_outlet_and_article(app: Flask, news: Newsdesk) -> None:
    news.ask()
    news.ask("website")
    assert news.web.ok("GET", "/deliveries")["total"] == 2
    only = news.web.get("/deliveries", account_id=str(news.desk.accounts[BOARD])).json
    assert [one["channel"] for one in only["items"]] == [BOARD]
    assert news.web.get("/deliveries", state="published").json["items"] == []
    assert {one["channel"] for one in news.web.ok("GET", f"{news.path}/deliveries")["items"]} == {BOARD, "website"}


def test_who_may_not_publish_is_refused(app: Flask, news: Newsdesk) -> None:
    author = at_unit(app, news.desk.team.author, news.desk.unit)
    for path in ("/accounts", "/deliveries", f"{news.path}/deliveries"):
        assert author.get(path).status == 403
    assert author.post(f"{news.path}/deliveries", {"account_id": news.desk.accounts[BOARD]}).status == 403


def test_a_preview_for_each_outlet_with_what_hinders_it(news: Newsdesk) -> None:
    shown = {one["channel"]: one for one in news.web.ok("GET", f"{news.path}/previews")["items"]}
    assert shown[BOARD]["kind"] == "text"
    assert shown["radio"]["problems"] == []
    assert news.web.ok("GET", f"{news.path}/check/{news.desk.accounts['radio']}")["items"] == []
