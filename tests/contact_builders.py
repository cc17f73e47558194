"""A channel with everything: a consent page, callbacks, numbers, comments and a further step."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

from builders import in_unit
from flask import Flask
from publishing_builders import Board, BoardPlugin, Desk, make_desk

from channel_plugins import (
    Account,
    CallbackAnswer,
    CallbackRequest,
    ChannelInfo,
    Event,
    GiveUp,
    Limits,
    NeedsPerson,
    Payload,
    Reading,
    Receipt,
    build_manager,
)
from channel_plugins.reach import Comment, FollowUp, Offer
from channel_plugins.settings import ChannelSettings, secret_field, text_field
from channel_plugins.types import Choice, ConnectStep, Metric
from tenants import clock
from tenants.publishing import outlets

PAGE = "trang_thu"
APP_KEY = b"khoa-ung-dung"
PAGES = {"p1": "Trang Trường Hoa Sim", "p2": "Trang Câu lạc bộ Hoa Sim"}
AGREED = "ma-dong-y"


class PageSettings(ChannelSettings):
    """Settings of the page of the tests."""

    page_id = text_field("Mã trang", "Mã của trang.", "p1", required=True)
    signature = text_field("Chữ ký", "Dòng cuối mỗi bài.", "Trường Hoa Sim")
    token = secret_field("Mã truy cập", "Mã để đăng lên trang.", "abc123")


class Page(Board):
    """A remote page in memory, behind a consent page of its service."""

    info = ChannelInfo(
        name=PAGE,
        label="Trang thử",
        description="Trang của các phép thử.",
        icon="globe",
        outlet="remote",
        repeat_is_safe=False,
        doc="",
    )
    limits = Limits(
        can_edit=True,
        can_retract=True,
        can_look_up=True,
        has_comments=True,
        metrics=frozenset({Metric.VIEWS, Metric.REACTIONS, Metric.COMMENTS, Metric.SHARES}),
    )
    SettingsSchema = PageSettings
    follow_up = FollowUp("Gửi tới người theo dõi", "Gửi bài này tới mọi người theo dõi trang?")

    def __init__(self) -> None:
        super().__init__()
        self.wrong: dict[str, Exception] = {}
        self.granted = 0
        self.verified: list[str] = []
        self.readings: dict[str, dict[Metric, int]] = {}
        self.below: list[Comment] = []
        self.asked: list[tuple[str, tuple[str, ...]]] = []
        self.sent: list[str] = []
        self.offered = Offer(True, "Còn 3 lượt gửi trong tháng; gửi bài này dùng 1 lượt.")

    __hash__ = object.__hash__

    def fail(self, name: str) -> None:
        """Raise what was ordered for this method, once."""
        if name in self.wrong:
            raise self.wrong.pop(name)

    def connect(self, answers: Mapping[str, str], kept: Mapping[str, str], callback_url: str) -> ConnectStep:
        self.fail("connect")
        if not answers:
            url = f"https://dich-vu.example.vn/dong-y?redirect_uri={callback_url}&state=cua-kenh"
            return ConnectStep("redirect", "Đồng ý ở trang dịch vụ.", url=url, keep={"state": "cua-kenh", "pkce": "v"})
        if "choice" in answers:
            page_id, number = answers["choice"], kept["number"]
            settings, secrets = {"page_id": page_id}, {"token": f"ma-{page_id}-{number}"}
            return ConnectStep("done", label=PAGES[page_id], settings=settings, secrets=secrets)
        if answers.get("state") != kept["state"] or kept["pkce"] != "v":
            raise GiveUp("Đường về không khớp.")
        if answers.get("error"):
            raise NeedsPerson("Thầy cô đã dừng ở trang đồng ý nên chưa kết nối.")
        assert answers["code"] == AGREED
        self.granted += 1
        pages = tuple(Choice(value, label) for value, label in PAGES.items())
        return ConnectStep("choose", "Chọn trang của trường.", choices=pages, keep={"number": str(self.granted)})

    def verify(self, account: Account) -> None:
        self.fail("verify")
        self.verified.append(account.secrets["token"])

    def account_ref(self, account: Account) -> str:
        return str(account.settings["page_id"])

    def render(self, post: Any, account: Account) -> Payload:
        return Payload(PAGE, {"title": post.title, "text": post.body_text, "link": post.canonical_url})

    def collect(self, receipts: Mapping[str, Receipt], account: Account) -> list[Reading]:
        self.asked.append(("collect", tuple(receipts)))
        self.fail("collect")
        now = clock.now()
        return [
            Reading(key, metric, value, now)
            for key, receipt in receipts.items()
            for metric, value in self.readings.get(receipt.remote_id, {}).items()
        ]

    def comments(self, receipts: Mapping[str, Receipt], account: Account) -> list[Comment]:
        self.fail("comments")
        return [comment for comment in self.below if comment.delivery_key in receipts]

    def offer_follow_up(self, receipt: Receipt, account: Account) -> Offer:
        self.fail("offer")
        return self.offered

    def do_follow_up(self, receipt: Receipt, payload: Payload, account: Account, key: str) -> Receipt:
        self.sent.append(receipt.remote_id)
        if self.during is not None:
            self.during()
        self.fail("follow_up")
        return Receipt(f"gui-{len(self.sent)}")

    def parse_callback(self, request: CallbackRequest, account: Account | None) -> CallbackAnswer:
        if request.method == "GET":
            known = request.query.get("token") == "biet-nhau"
            return CallbackAnswer(known, 200 if known else 403, request.query.get("challenge", "") if known else "")
        if request.headers.get("x-chu-ky", "") != signature(request.body):
            return CallbackAnswer(accepted=False, status=403)
        events = tuple(Event(**event) for event in json.loads(request.body)["events"])
        return CallbackAnswer(True, 200, "nhan", events)


def signature(body: bytes) -> str:
    """Return the signature of the service over the raw bytes."""
    return hmac.new(APP_KEY, body, hashlib.sha256).hexdigest()


def callback(*events: dict[str, str], number: int = 1) -> dict[str, Any]:
    """Return a genuine callback as arguments for a POST."""
    body = json.dumps({"number": number, "events": events}).encode()
    return {"data": body, "headers": {"X-Chu-Ky": signature(body)}, "token": False}


def comment(key: str, number: int, text: str = "Bài hay quá!", author: str = "Phụ huynh Thử") -> Comment:
    """Return a comment below a delivery."""
    at = dt.datetime(2026, 11, 23, 2, number, tzinfo=dt.UTC)
    return Comment(f"bl-{number}", key, author, text, at, "https://trang.example.vn/bl")


@contextmanager
def page_installed(app: Flask) -> Iterator[Page]:
    """Let the application know the page, beside its own channels, while the block runs."""
    page = Page()
    before = app.extensions["loa.channels"]
    app.extensions["loa.channels"] = build_manager(extra=[BoardPlugin(page)])
    try:
        yield page
    finally:
        app.extensions["loa.channels"] = before


def make_page_desk(app: Flask) -> Desk:
    """Found a school ready to publish, with the page connected."""
    desk = make_desk(app)
    with in_unit(app, desk.unit):
        raw = {"page_id": "p1", "token": "ma-trang-bi-mat"}
        account = outlets.create_account(PAGE, "Trang trường", raw, actor_id=desk.team.web.id)
        accounts = {**desk.accounts, PAGE: account.id}
    return Desk(desk.team, desk.topic, accounts)


def state_of(address: str) -> str:
    """Return the state in an address of the service's consent page."""
    return parse_qs(urlsplit(address).query)["state"][0]
