"""Rows for the tests of statistics and oversight: issued plans, adoptions, published articles. Ids out, never a row."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import count
from typing import Any

from builders import PersonRef, UnitRef, in_unit, make_person
from flask import Flask

from district.issuing.models import PlanDispatch
from tenants import clock
from tenants.content.models import Article, ArticleRevision
from tenants.plans.models import Adoption, Plan, PlanNode, PlanVersion
from tenants.publishing.models import ChannelAccount, Delivery
from tenants.statistics import periods
from tenants.statistics.models import QuotaSlot

_serial = count(1)

ROLE_MODEL_QUOTA = {"count": 1, "period": "month", "genre": "role_model", "subject": "role_model"}


def moment(text: str) -> dt.datetime:
    """Return a moment of the units' wall clock: "2026-11-20 08:00", or a day at eight."""
    return clock.from_local(dt.datetime.fromisoformat(text if " " in text else f"{text} 08:00"))


@dataclass(frozen=True)
class PlanRef:
    """An issued plan."""

    unit_id: int
    id: int
    version: int
    nodes: dict[str, str]


@dataclass(frozen=True)
class NodeSpec:
    """A node to issue; ``under`` names the title of its parent."""

    title: str
    kind: str = "topic"
    under: str = ""
    quota: dict[str, Any] | None = None


USUAL_NODES = (
    NodeSpec("Nội dung trọng tâm", "section"),
    NodeSpec("Dạy tốt, học tốt", under="Nội dung trọng tâm"),
    NodeSpec("An toàn trường học", under="Nội dung trọng tâm"),
    NodeSpec("Gương người tốt, việc tốt", under="Nội dung trọng tâm", quota=ROLE_MODEL_QUOTA),
)


def issue_rows(
    app: Flask,
    office: UnitRef,
    subject: str = "Kế hoạch truyền thông năm học 2026-2027",
    nodes: tuple[NodeSpec, ...] = USUAL_NODES,
    levels: list[str] | None = None,
    version: int = 1,
) -> PlanRef:
    """Write an issued plan of the school year 2026-2027 as rows, without the plan service."""
    number = next(_serial)
    with in_unit(app, office) as session:
        plan = _plan_row(subject, levels or [], state="issued", current_version=version)
        session.add(plan)
        session.flush()
        ids = {node.title: f"n{number}-{place}" for place, node in enumerate(nodes)}
        session.add(_version_row(plan, office, number, version))
        session.add_all(
            PlanNode(
                plan_id=plan.id, from_version=1, node_id=ids[node.title], position=place * 10,
                parent_node_id=ids.get(node.under, ""), label=str(place + 1), kind=node.kind, title=node.title,
                owners=[], audience=[], levels=[], channels=[], quota=node.quota, policies={},
                origin_unit_id=office.id,
            )
            for place, node in enumerate(nodes)
        )  # fmt: skip
        return PlanRef(office.id, plan.id, version, ids)


def _plan_row(subject: str, levels: list[str], **known: Any) -> Plan:
    return Plan(
        subject=subject,
        starts_on=dt.date(2026, 9, 1),
        ends_on=dt.date(2027, 5, 31),
        levels=levels,
        introduction=[],
        recipients=[],
        created_at=clock.now(),
        updated_at=clock.now(),
        **known,
    )


def _version_row(plan: Plan, unit: UnitRef, number: int, version: int) -> PlanVersion:
    return PlanVersion(
        plan_id=plan.id, version=version, subject=plan.subject, period_kind="school_year", starts_on=plan.starts_on,
        ends_on=plan.ends_on, levels=plan.levels, number=str(number), notation="KH-UBND", place="Hoa Sim",
        document_date=dt.date(2026, 9, 5), signer_title="Chủ tịch", signer_name="Lò Thử Nghiệm", unit_name=unit.name,
        managing_unit_name=None, introduction=[], citations=[], recipients=[],
        chain=[[unit.id, plan.id, version]], bases=[], year=2026,
        file_sha256="0" * 64, content_sha256="0" * 64, issued_at=moment("2026-09-05"),
    )  # fmt: skip


def adopt_rows(app: Flask, school: UnitRef, base: PlanRef, **known: Any) -> int:
    """Write that a unit received a plan; ``known`` sets further columns of the adoption. Returns its own plan's id."""
    with in_unit(app, school) as session:
        plan = _plan_row("Kế hoạch truyền thông của trường", [])
        session.add(plan)
        session.flush()
        facts: dict[str, Any] = {"received_at": moment("2026-09-06"), "offered_version": base.version}
        session.add(
            Adoption(
                plan_id=plan.id, base_unit_id=base.unit_id, base_plan_id=base.id, base_version=base.version,
                **(facts | known),
            )
        )  # fmt: skip
        return plan.id


def dispatch_rows(app: Flask, plan: PlanRef, *targets: UnitRef, at: str = "2026-09-05") -> None:
    """Write that a plan was sent to units, without the jobs."""
    office = UnitRef(plan.unit_id, "", "")
    with in_unit(app, office) as session:
        session.add_all(
            PlanDispatch(plan_id=plan.id, version=plan.version, target_unit_id=unit.id, sent_at=moment(at))
            for unit in targets
        )


def account_rows(app: Flask, unit: UnitRef, channel: str) -> int:
    """Give a unit an outlet."""
    with in_unit(app, unit) as session:
        account = ChannelAccount(channel=channel, label=channel, settings={}, created_at=clock.now())
        session.add(account)
        session.flush()
        return account.id


@dataclass(frozen=True)
class Newsroom:
    """A unit that can publish: its writer and its outlets."""

    unit: UnitRef
    author: PersonRef
    accounts: dict[str, int]


def make_newsroom(app: Flask, unit: UnitRef, *channels: str) -> Newsroom:
    """Give a unit a writer and outlets (the website if none is named)."""
    author = make_person(app, unit, "author")
    return Newsroom(unit, author, {name: account_rows(app, unit, name) for name in channels or ("website",)})


@dataclass(frozen=True)
class Published:
    """A delivery in a test."""

    article_id: int
    revision_id: int
    delivery_id: int


def write_rows(app: Flask, room: Newsroom, title: str, **known: Any) -> tuple[int, int]:
    """Write an article with one text that nobody has approved yet; return the ids of both."""
    with in_unit(app, room.unit) as session:
        article = Article(
            title=title, author_id=room.author.id, created_at=clock.now(), updated_at=clock.now(), **known
        )
        session.add(article)
        session.flush()
        revision = _revision_row(article, room, 1)
        session.add(revision)
        session.flush()
        article.head_revision_id = revision.id
        return article.id, revision.id


def _revision_row(article: Article, room: Newsroom, number: int) -> ArticleRevision:
    return ArticleRevision(
        article_id=article.id, number=number, title=article.title, genre=article.genre, editor_ids=[room.author.id],
        saved_by=room.author.id, saved_at=clock.now(),
    )  # fmt: skip


def publish_rows(
    app: Flask,
    room: Newsroom,
    at: str,
    title: str = "Hội thi kể chuyện",
    *,
    channel: str = "website",
    genre: str = "news",
    node_id: str | None = None,
    state: str = "published",
    corrects: Published | None = None,
    also: Published | None = None,
    seen: bool = True,
) -> Published:
    """Write a delivery that was seen by the public.

    Args:
        at: see ``moment``.
        corrects: the delivery whose item this one replaces with a new text.
        also: an article that is published on this channel too, with the same text.
        seen: it was seen on the outlet.
    """
    with in_unit(app, room.unit) as session:
        known = corrects or also
        if known is None:
            article = Article(
                title=title, state="published", genre=genre, author_id=room.author.id, created_at=moment(at),
                updated_at=moment(at),
            )  # fmt: skip
            session.add(article)
            session.flush()
        else:
            article = session.get(Article, (room.unit.id, known.article_id))
        if corrects is not None:
            session.get(Delivery, (room.unit.id, corrects.delivery_id)).state = "replaced"
        if also is None:
            revision = _revision_row(article, room, 1 if corrects is None else 2)
            revision.title = title
            revision.frozen_at = revision.approved_at = moment(at)
            session.add(revision)
            session.flush()
            revision_id = revision.id
        else:
            revision_id = also.revision_id
        delivery = Delivery(
            article_id=article.id, revision_id=revision_id, account_id=room.accounts[channel], channel=channel,
            key=f"khoa-{next(_serial)}", state=state, scheduled_at=moment(at), published_at=moment(at),
            seen_at=moment(at) if seen else None, seen_by="answer" if seen else None,
            url=f"https://truong.example/{article.id}", payload={}, payload_hash="", artefacts=[], title=title,
            genre=genre, node_id=node_id, role_model=genre == "role_model", asked_at=moment(at),
            replaces_id=None if corrects is None else corrects.delivery_id,
        )  # fmt: skip
        session.add(delivery)
        session.flush()
        return Published(article.id, revision_id, delivery.id)


def retract_rows(app: Flask, room: Newsroom, published: Published) -> None:
    """Take an item down."""
    with in_unit(app, room.unit) as session:
        session.get(Delivery, (room.unit.id, published.delivery_id)).state = "retracted"


def slot_rows(app: Flask, unit: UnitRef, plan_id: int, node_id: str, month: str, state: str, **known: Any) -> None:
    """Write a slot of a monthly quota."""
    start = dt.date.fromisoformat(month)
    facts: dict[str, Any] = {"needed": 1, "filled": int(state == "filled"), "evidence": []}
    facts["period_end"] = periods.next_month(start) - dt.timedelta(days=1)
    with in_unit(app, unit) as session:
        session.add(
            QuotaSlot(
                plan_id=plan_id, node_id=node_id, title="Gương người tốt, việc tốt", period_start=start,
                state=state, **(facts | known),
            )
        )  # fmt: skip
