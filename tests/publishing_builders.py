"""Builders for publishing: a school with outlets, and a channel whose outlet does as it is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import article_builders as articles
from article_builders import FULL, ArticleRef, Team
from builders import UnitRef, in_unit
from flask import Flask
from sqlalchemy import select

from channel_plugins import (
    Account,
    Channel,
    ChannelInfo,
    Limits,
    LookUp,
    Outcome,
    Payload,
    Post,
    Preview,
    Receipt,
    build_manager,
    hookimpl,
)
from channel_plugins.reach import Host
from channel_plugins.settings import ChannelSettings, flag_field, secret_field, text_field
from channel_plugins.types import Sent
from tenants import clock
from tenants.content import queries as content
from tenants.content import service as content_service
from tenants.content.revisions import text_of
from tenants.db import db, transaction
from tenants.publishing import confirming, outlets, service
from tenants.publishing.models import Attempt, ChannelAccount, Delivery
from tenants.units import service as units
from tenants.units.models import Unit

BOARD = "bang_thu"
HOME = "https://bang.example.vn"
TOKEN = "chia-khoa-bi-mat-123"


class BoardSettings(ChannelSettings):
    """Settings of the notice board of the tests."""

    board = text_field("Tên bảng tin", "Bảng tin nhận bài.", "Bảng tin sân trường", required=True)
    token = secret_field("Chìa khóa", "Chìa khóa để đăng lên bảng.", "abc123", goes_to=("address",))
    address = text_field("Địa chỉ", "Nơi nhận chìa khóa.", HOME, default=HOME)
    loud = flag_field("Đọc to", "Có đọc to khi đăng không.", default=True)


@dataclass
class Board(Channel):
    """A remote outlet in memory. ``answers``: what the next calls of ``publish`` do instead of succeeding.

    An answer is an exception to raise before anything is stored, or a function of (board, key, payload) whose result
    or error is the answer. ``renewing`` is what ``renew`` does or raises, ``proof`` what ``verify`` raises.
    """

    posts: dict[str, dict[str, Any]] = field(default_factory=dict)
    calls: list[tuple[str, str]] = field(default_factory=list)
    answers: list[Any] = field(default_factory=list)
    looks: list[Any] = field(default_factory=list)
    seen: list[Account] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    during: Callable[[], None] | None = None
    due: bool = False
    renewing: Any = None
    proof: Exception | None = None
    proofs: int = 0

    info = ChannelInfo(
        name=BOARD,
        label="Bảng tin thử",
        description="Bảng tin của các phép thử.",
        icon="broadcast",
        outlet="remote",
        repeat_is_safe=False,
        doc="",
    )
    limits = Limits(max_title=90, can_edit=True, can_retract=True, can_look_up=True)
    SettingsSchema = BoardSettings

    def __post_init__(self) -> None:
        super().__init__()

    __hash__ = object.__hash__

    def render(self, post: Post, account: Account) -> Payload:
        return Payload(BOARD, {"title": post.title, "text": post.body_text, "link": post.canonical_url})

    def verify(self, account: Account) -> None:
        self.proofs += 1
        if self.proof is not None:
            raise self.proof

    def renewal_due(self, account: Account, now: dt.datetime) -> bool:
        return self.due

    def renew(self, account: Account, keep: Callable[[Mapping[str, str]], None]) -> None:
        if isinstance(self.renewing, Exception):
            raise self.renewing
        self.renewing(account, keep)

    def preview(self, payload: Payload) -> Preview:
        return Preview("text", f"{payload.data['title']}\n{payload.data['text']}")

    def publish(self, payload: Payload, key: str, account: Account, host: Host) -> Receipt:
        self.calls.append(("publish", key))
        self.seen.append(account)
        if self.during is not None:
            self.during()
        if self.answers:
            answer = self.answers.pop(0)
            if isinstance(answer, Exception):
                raise answer
            given: Receipt = answer(self, key, payload)
            return given
        return self.store(key, payload)

    def store(self, key: str, payload: Payload) -> Receipt:
        number = len(self.posts) + 1
        self.posts[f"post-{number}"] = {"key": key, "title": payload.data["title"]}
        return Receipt(f"post-{number}", f"https://bang.example.vn/post-{number}")

    def look_up(self, key: str, account: Account, sent: Sent) -> LookUp:
        self.calls.append(("look_up", key))
        if self.looks:
            answer = self.looks.pop(0)
            if isinstance(answer, Exception):
                raise answer
            given: LookUp = answer
            return given
        for remote_id, post in self.posts.items():
            if post["key"] == key:
                return LookUp.found(Receipt(remote_id, f"https://bang.example.vn/{remote_id}"))
        return LookUp.not_there()

    def edit(self, receipt: Receipt, payload: Payload, account: Account, host: Host) -> Receipt:
        self.calls.append(("edit", receipt.remote_id))
        self.posts[receipt.remote_id]["title"] = payload.data["title"]
        return receipt

    def retract(self, receipt: Receipt, account: Account) -> None:
        self.calls.append(("retract", receipt.remote_id))
        if self.answers:
            raise self.answers.pop(0)
        self.posts.pop(receipt.remote_id, None)

    @property
    def titles(self) -> list[str]:
        """What a passer-by reads on the board."""
        return [post["title"] for post in self.posts.values()]


class BoardPlugin:
    """The plugin that brings the board and hears how deliveries end."""

    def __init__(self, board: Board) -> None:
        self.board = board

    @hookimpl
    def district_channels(self) -> list[Channel]:
        return [self.board]

    @hookimpl
    def district_delivery_finished(self, outcome: Outcome) -> None:
        self.board.outcomes.append(outcome)


@contextmanager
def board_installed(app: Flask) -> Iterator[Board]:
    """Let the application know the board while the block runs."""
    board = Board()
    before = app.extensions["loa.channels"]
    app.extensions["loa.channels"] = build_manager(extra=[BoardPlugin(board)])
    try:
        yield board
    finally:
        app.extensions["loa.channels"] = before


@dataclass(frozen=True)
class Desk:
    """A school with people, one plan topic and its outlets."""

    team: Team
    topic: str
    accounts: dict[str, int]

    @property
    def unit(self) -> UnitRef:
        return self.team.unit


def make_desk(app: Flask, name: str | None = None, office: UnitRef | None = None) -> Desk:
    """Found a school ready to publish; its board too when the application knows one."""
    team = articles.make_team(app, name, office)
    topic = articles.give_topic(app, team.unit)
    with in_unit(app, team.unit):
        outlets.ensure_default_accounts()
        if BOARD in app.extensions["loa.channels"]:
            outlets.create_account(BOARD, "", {"board": "Sân trường", "token": TOKEN}, actor_id=team.principal.id)
    with in_unit(app, team.unit) as session:
        rows = session.execute(select(ChannelAccount.channel, ChannelAccount.id))
        return Desk(team, topic, {row[0]: row[1] for row in rows})


def approved(app: Flask, desk: Desk, **changes: Any) -> ArticleRef:
    """An article that may be published."""
    return articles.approved(app, desk.team, **{"node_id": desk.topic, **changes})


def approved_with_picture(app: Flask, desk: Desk, **changes: Any) -> ArticleRef:
    """An article with one picture that may be published."""
    team = desk.team
    text = replace(FULL, **{"node_id": desk.topic, **changes})
    ref = articles.draft(app, team.unit, team.author, text)
    pictures = articles.described(*articles.add_pictures(app, team.unit, team.author, ref, articles.jpeg()))
    ref = articles.article_ref(app, team.unit, ref.id)
    with in_unit(app, team.unit):
        content_service.save(
            ref.id,
            replace(text, pictures=pictures),
            head_revision_id=ref.revision_id,
            saves=ref.saves,
            actor_id=team.author.id,
        )
    ref = articles.submit(app, team.unit, team.author, articles.article_ref(app, team.unit, ref.id))
    ref = articles.vet(app, team.unit, team.vetter, ref)
    return articles.approve(app, team.unit, team.principal, ref)


def approve_again(app: Flask, desk: Desk, ref: ArticleRef, **changes: Any) -> ArticleRef:
    """Change an approved article and take the new text through all steps."""
    team = desk.team
    with in_unit(app, team.unit):
        head = content.head_revision(content.get_article(ref.id))
        text = replace(text_of(head), **changes)
        content_service.save(
            ref.id, text, head_revision_id=head.id, saves=head.saves, actor_id=team.author.id, reopen=True
        )
    ref = articles.submit(app, team.unit, team.author, articles.article_ref(app, team.unit, ref.id))
    ref = articles.vet(app, team.unit, team.vetter, ref)
    return articles.approve(app, team.unit, team.principal, ref)


def plan(app: Flask, desk: Desk, article: ArticleRef, channel: str, when: dt.datetime | None = None) -> int:
    """Ask for a delivery; return its id."""
    with in_unit(app, desk.unit):
        delivery = service.plan_delivery(article.id, desk.accounts[channel], when, desk.team.web.id)
        return delivery.id


def confirm(app: Flask, desk: Desk, delivery_id: int, at: dt.datetime | None = None) -> None:
    """Let the web person say that something handed over was broadcast or posted."""
    with in_unit(app, desk.unit):
        said = confirming.Statement(at or clock.now(), place="Đài Truyền thanh xã Hoa Sim")
        confirming.confirm(delivery_id, said, confirming.Speaker(desk.team.web.id))


@dataclass(frozen=True)
class Seen:
    """A delivery as it is in the database."""

    state: str
    sentence: str
    url: str
    tries: int
    next_at: dt.datetime | None
    published_at: dt.datetime | None
    artefacts: tuple[str, ...]
    attempts: tuple[str, ...]


def see(app: Flask, desk: Desk, delivery_id: int) -> Seen:
    """Return how a delivery stands."""
    with in_unit(app, desk.unit) as session:
        row = session.get(Delivery, (desk.unit.id, delivery_id))
        attempts = session.scalars(
            select(Attempt).where(Attempt.delivery_id == delivery_id).order_by(Attempt.number)
        ).all()
        return Seen(
            row.state,
            row.sentence or "",
            row.url or "",
            row.tries,
            row.next_at,
            row.published_at,
            tuple(item["filename"] for item in row.artefacts),
            tuple(f"{attempt.call}:{attempt.state}" for attempt in attempts),
        )


def put_under(app: Flask, desk: Desk, office: UnitRef) -> None:
    """Place the desk's school under an office."""
    with app.app_context(), transaction():
        child, parent = db.session.get(Unit, desk.unit.id), db.session.get(Unit, office.id)
        assert child is not None and parent is not None
        units.place_under(child, parent)
