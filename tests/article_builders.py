"""Builders of articles in every state; each commits and returns plain facts."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass, replace
from typing import Any

from builders import PersonRef, UnitRef, in_unit, make_office, make_person, make_school
from flask import Flask
from PIL import Image

from tenants import clock
from tenants.approval import service as approval
from tenants.content import media, service
from tenants.content.article_text import ArticleText, Picture
from tenants.content.models import Article, ArticleRevision
from tenants.plans.models import Plan, PlanNode, PlanVersion

EVERYTHING = list(approval.CHECKLIST)

FULL = ArticleText(
    title="Ngày hội đọc sách ở Trường Tiểu học Hoa Sim",
    summary="Hơn ba trăm học sinh cùng đọc và đổi sách trong sáng thứ Bảy.",
    body_html="<p>Sáng thứ Bảy, sân trường rộn tiếng cười.</p><p>Các lớp bày gian sách dưới tán bàng.</p>",
    genre="news",
)
"""A text that lacks nothing but a plan node."""


@dataclass(frozen=True)
class Team:
    """A school with one person in each role, and a second author."""

    unit: UnitRef
    author: PersonRef
    colleague: PersonRef
    vetter: PersonRef
    principal: PersonRef
    vice: PersonRef
    web: PersonRef
    viewer: PersonRef


@dataclass(frozen=True)
class ArticleRef:
    """An article in a test, as it was when the builder returned it."""

    id: int
    revision_id: int
    saves: int
    content_hash: str
    state: str


def make_team(app: Flask, name: str | None = None, office: UnitRef | None = None) -> Team:
    """Found a school with its people."""
    unit = make_school(app, office or make_office(app), name=name)
    return Team(
        unit=unit,
        author=make_person(app, unit, "author", name="Lò Thị Mây"),
        colleague=make_person(app, unit, "author", name="Hà Văn Suối"),
        vetter=make_person(app, unit, "vetter", name="Quàng Thị Nương"),
        principal=make_person(app, unit, "principal", name="Cầm Văn Sơn"),
        vice=make_person(app, unit, "vice_principal", name="Tòng Thị Hạ"),
        web=make_person(app, unit, "web_person", name="Bạc Văn Mạng"),
        viewer=make_person(app, unit, "viewer", name="Vì Thị Xem"),
    )


def article_ref(app: Flask, unit: UnitRef, article_id: int) -> ArticleRef:
    """Return the article as it is now."""
    with in_unit(app, unit) as session:
        article = session.get(Article, (unit.id, article_id))
        head = session.get(ArticleRevision, (unit.id, article.head_revision_id))
        return ArticleRef(article.id, head.id, head.saves, head.content_hash, article.state)


def draft(app: Flask, unit: UnitRef, author: PersonRef, text: ArticleText = FULL, **changes: Any) -> ArticleRef:
    """Write a draft; ``changes`` replace fields of ``text``."""
    with in_unit(app, unit):
        article_id = service.create(replace(text, **changes), actor_id=author.id).id
    return article_ref(app, unit, article_id)


def submit(app: Flask, unit: UnitRef, person: PersonRef, ref: ArticleRef) -> ArticleRef:
    """Hand the newest text in."""
    with in_unit(app, unit):
        service.submit(ref.id, head_revision_id=ref.revision_id, actor_id=person.id)
    return article_ref(app, unit, ref.id)


def vet(app: Flask, unit: UnitRef, person: PersonRef, ref: ArticleRef) -> ArticleRef:
    """Vet exactly the text of ``ref``."""
    with in_unit(app, unit):
        approval.vet(ref.id, ref.revision_id, content_hash=ref.content_hash, checklist=EVERYTHING, actor_id=person.id)
    return article_ref(app, unit, ref.id)


def approve(app: Flask, unit: UnitRef, person: PersonRef, ref: ArticleRef) -> ArticleRef:
    """Approve exactly the text of ``ref``."""
    with in_unit(app, unit):
        approval.approve(
            ref.id, ref.revision_id, content_hash=ref.content_hash, checklist=EVERYTHING, actor_id=person.id
        )
    return article_ref(app, unit, ref.id)


def submitted(app: Flask, team: Team, text: ArticleText = FULL, **changes: Any) -> ArticleRef:
    """An article of the team's author that waits for vetting."""
    return submit(app, team.unit, team.author, draft(app, team.unit, team.author, text, **changes))


def vetted(app: Flask, team: Team, text: ArticleText = FULL, **changes: Any) -> ArticleRef:
    """An article that waits for approval."""
    return vet(app, team.unit, team.vetter, submitted(app, team, text, **changes))


def approved(app: Flask, team: Team, text: ArticleText = FULL, **changes: Any) -> ArticleRef:
    """An article that may be published."""
    return approve(app, team.unit, team.principal, vetted(app, team, text, **changes))


def jpeg(width: int = 60, height: int = 40, colour: str = "#2a6f4e", exif: bytes = b"") -> bytes:
    """Return a small JPEG file."""
    stream = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(stream, "JPEG", exif=exif)
    return stream.getvalue()


def add_pictures(app: Flask, unit: UnitRef, person: PersonRef, ref: ArticleRef, *files: bytes) -> list[int]:
    """Attach pictures to the newest text; return their ids."""
    named = [(f"anh-{number}.jpg", data) for number, data in enumerate(files, start=1)]
    ready, refused = media.make_ready(named, 1600)
    assert refused == []
    with in_unit(app, unit):
        return list(media.attach(ref.id, ready, actor_id=person.id).media_ids)


def described(*media_ids: int) -> tuple[Picture, ...]:
    """Return these pictures with a text alternative each."""
    return tuple(Picture(ident, f"Học sinh đọc sách, ảnh {ident}", "Góc sách lớp 4A") for ident in media_ids)


def give_topic(app: Flask, unit: UnitRef, title: str = "Văn hóa đọc", node_id: str = "") -> str:
    """Issue a small plan of the unit's own with one topic; return the topic's node id."""
    node_id = node_id or f"nut-{unit.id}-{abs(hash(title)) % 10_000}"
    today = clock.today()
    first, last = today - dt.timedelta(days=60), today + dt.timedelta(days=200)
    words: dict[str, Any] = {"levels": [], "introduction": [], "recipients": []}
    with in_unit(app, unit) as session:
        now = clock.now()
        plan = Plan(
            subject="Truyền thông năm học",
            starts_on=first,
            ends_on=last,
            state="issued",
            current_version=1,
            created_at=now,
            updated_at=now,
            **words,
        )
        session.add(plan)
        session.flush()
        session.add(
            PlanVersion(
                plan_id=plan.id,
                version=1,
                subject=plan.subject,
                period_kind="school_year",
                starts_on=first,
                ends_on=last,
                number=str(plan.id),
                notation="KH-THHS",
                place="Hoa Sim",
                document_date=first,
                year=first.year,
                signer_title="HIỆU TRƯỞNG",
                signer_name="Cầm Văn Sơn",
                unit_name=unit.name,
                managing_unit_name=None,
                citations=[],
                chain=[[unit.id, plan.id, 1]],
                bases=[],
                file_sha256="0" * 64,
                content_sha256="0" * 64,
                issued_at=now,
                **words,
            )
        )
        section = _node(plan.id, unit, f"{node_id}-muc", "", "section", "Nội dung trọng tâm", "II")
        session.add_all([section, _node(plan.id, unit, node_id, section.node_id, "topic", title, "1")])
    return node_id


def _node(plan_id: int, unit: UnitRef, node_id: str, parent: str, kind: str, title: str, label: str) -> PlanNode:
    return PlanNode(
        plan_id=plan_id,
        node_id=node_id,
        parent_node_id=parent,
        position=10,
        label=label,
        kind=kind,
        title=title,
        owners=[],
        audience=[],
        levels=[],
        channels=[],
        policies={},
        from_version=1,
        origin_unit_id=unit.id,
    )
