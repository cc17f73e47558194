"""Articles of the demonstration: written, vetted, approved and published by the people whose work it is."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass

from flask import Flask
from sqlalchemy import select

from district.demo import pictures
from district.demo.people import UNITS, DemoUnit
from district.demo.plans import LOCALIZED_ONLY, SILENT, STUDIED_ONLY
from district.demo.texts import ARTICLES, SHOWCASE_ARTICLES, DemoArticle
from district.demo.world import World, work_in
from tenants import clock
from tenants.approval import service as approval
from tenants.approval.service import CHECKLIST
from tenants.bulletins import service as bulletins
from tenants.content import media, queries, service, states
from tenants.content.article_text import ArticleText, Picture
from tenants.db import db
from tenants.jobs.worker import Worker, unit_context
from tenants.plans import queries as plans
from tenants.publishing import confirming, deliver
from tenants.publishing import service as publishing
from tenants.publishing.confirming import Speaker, Statement
from tenants.publishing.models import ChannelAccount
from tenants.units.models import Unit

SHOWCASE = "th-may-trang"
"""The school in which every state of an article can be seen."""


@dataclass(frozen=True)
class Written:
    """An article on its way."""

    article_id: int
    revision_id: int
    content_hash: str


def load(app: Flask, world: World, start: dt.datetime) -> None:
    """Publish articles between ``start`` and now, and leave some waiting in the showcase school."""
    chance = random.Random(2026)  # noqa: S311  (demonstration data, the same each time)
    ready = {
        subject: media.make_ready([(f"{subject}.jpg", pictures.draw(subject, 1))], 1600)[0][0]
        for subject in pictures.SKIES
    }
    schools = [spec for spec in UNITS if spec.type_code not in ("department", "commune_office")]
    days = max(1, (clock.now() - start).days)
    broadcast = False
    for spec in schools:
        for moment, text in _calendar(chance, app, world, spec, start, days):
            with clock.at(moment):
                written = _write(app, world, spec.slug, text, ready)
                _vet(app, world, spec.slug, written)
            with clock.at(moment + dt.timedelta(hours=3)):
                _approve(app, world, spec.slug, written)
                _deliver(
                    app, world, spec.slug, _publish(app, world, spec.slug, written, moment + dt.timedelta(hours=3))
                )
            if spec.slug == SHOWCASE and not broadcast and moment < clock.now() - dt.timedelta(days=2):
                broadcast = True
                _broadcast(app, world, spec.slug, written, moment + dt.timedelta(hours=4))
    _showcase(app, world, ready)
    Worker(app).run_until_idle()


def _calendar(
    chance: random.Random, app: Flask, world: World, spec: DemoUnit, start: dt.datetime, days: int
) -> list[tuple[dt.datetime, DemoArticle]]:
    """Return what a school publishes and when: lively schools much, silent ones little or nothing."""
    with app.app_context():
        unit = db.session.get(Unit, world.units[spec.slug])
        levels = set(unit.levels) if unit is not None else set()
    suitable = [text for text in ARTICLES if not text.levels or levels & set(text.levels)]
    role_models = [text for text in suitable if text.genre == "role_model"]
    others = [text for text in suitable if text.genre != "role_model"]
    quiet = spec.slug in SILENT | STUDIED_ONLY | LOCALIZED_ONLY
    chance.shuffle(others)
    chosen = others[: 1 if quiet else chance.randint(3, 5)]
    moments = sorted(start + dt.timedelta(days=chance.uniform(0, days - 2)) for _text in chosen)
    plan = list(zip(moments, chosen, strict=True))
    if role_models and not quiet:
        for month in range(days // 30 + 1):
            if chance.random() < 0.75:
                day = min(month * 30 + chance.randint(3, 20), days - 2)
                plan.append((start + dt.timedelta(days=day), role_models[month % len(role_models)]))
    return [(_school_hours(chance, moment), text) for moment, text in sorted(plan, key=lambda pair: pair[0])]


def _school_hours(chance: random.Random, moment: dt.datetime) -> dt.datetime:
    local = clock.local(moment).replace(hour=chance.choice((8, 9, 10, 14, 15)), minute=chance.randint(0, 59))
    return local.astimezone(dt.UTC)


def _text(text: DemoArticle, pictures_: tuple[Picture, ...]) -> ArticleText:
    node = next((t for t in plans.topics_in_force() if text.topic.lower() in f"{t.title} {t.path}".lower()), None)
    return ArticleText(
        title=text.title,
        summary=text.summary,
        body_html="".join(f"<p>{paragraph}</p>" for paragraph in text.paragraphs),
        genre=text.genre,
        node_id=node.node_id if node else None,
        off_plan_reason=None if node else "Việc phát sinh trong tháng",
        role_model_name=text.role_model or "",
        role_model_deed=text.deed or "",
        pictures=pictures_,
    )


def _draft(app: Flask, world: World, slug: str, text: DemoArticle, ready: dict[str, media.ReadyPicture]) -> int:
    author = world.people[slug, "author"]
    with work_in(app, world, slug):
        article = service.create(_text(text, ()), actor_id=author)
        attached = media.attach(article.id, [ready[text.picture]], actor_id=author)
        shown = Picture(attached.media_ids[0], pictures.ALT[text.picture], "Tranh minh họa")
        service.save(
            article.id, _text(text, (shown,)), actor_id=author,
            head_revision_id=attached.head_revision_id, saves=attached.saves,
        )  # fmt: skip
        return article.id


def _write(app: Flask, world: World, slug: str, text: DemoArticle, ready: dict[str, media.ReadyPicture]) -> Written:
    author = world.people[slug, "author"]
    article_id = _draft(app, world, slug, text, ready)
    with work_in(app, world, slug):
        article = queries.get_article(article_id)
        service.submit(article_id, head_revision_id=article.head_revision_id or 0, actor_id=author)
        revision = queries.head_revision(article)
        return Written(article_id, revision.id, revision.content_hash)


def _vet(app: Flask, world: World, slug: str, written: Written) -> None:
    with work_in(app, world, slug):
        approval.vet(
            written.article_id, written.revision_id, content_hash=written.content_hash,
            checklist=list(CHECKLIST), actor_id=world.people[slug, "vetter"],
        )  # fmt: skip


def _approve(app: Flask, world: World, slug: str, written: Written) -> None:
    with work_in(app, world, slug):
        approval.approve(
            written.article_id, written.revision_id, content_hash=written.content_hash,
            actor_id=world.people[slug, "principal"],
        )  # fmt: skip


def _publish(app: Flask, world: World, slug: str, written: Written, when: dt.datetime, channel: str = "website") -> int:
    with work_in(app, world, slug):
        account = db.session.scalars(select(ChannelAccount).where(ChannelAccount.channel == channel)).one()
        return publishing.plan_delivery(written.article_id, account.id, when, world.people[slug, "web_person"]).id


def _deliver(app: Flask, world: World, slug: str, delivery_id: int) -> None:
    """Deliver at once, at the time to which the clock is set; the worker later finds it done."""
    with unit_context(app, world.units[slug]):
        deliver.deliver(delivery_id)


def _showcase(app: Flask, world: World, ready: dict[str, media.ReadyPicture]) -> None:
    """Leave an article in every state: draft, to vet, returned, to approve, approved, scheduled, at the station."""
    now = clock.now()
    with clock.at(now - dt.timedelta(hours=30)):
        _draft(app, world, SHOWCASE, SHOWCASE_ARTICLES[0], ready)
        _to_vet, returned, to_approve, approved, scheduled, spoken = (
            _write(app, world, SHOWCASE, text, ready) for text in SHOWCASE_ARTICLES[1:]
        )
    with clock.at(now - dt.timedelta(hours=20)):
        with work_in(app, world, SHOWCASE):
            approval.return_(
                returned.article_id, returned.revision_id, content_hash=returned.content_hash, step=states.VET,
                remark="Đề nghị ghi rõ nguồn của con số 96,7% và nêu tên cô thủ thư sau khi cô đồng ý.",
                actor_id=world.people[SHOWCASE, "vetter"],
            )  # fmt: skip
        for written in (to_approve, approved, scheduled, spoken):
            _vet(app, world, SHOWCASE, written)
    with clock.at(now - dt.timedelta(hours=2)):
        for written in (approved, scheduled, spoken):
            _approve(app, world, SHOWCASE, written)
        _publish(app, world, SHOWCASE, scheduled, now + dt.timedelta(days=1))
        _deliver(app, world, SHOWCASE, _publish(app, world, SHOWCASE, spoken, clock.now(), "radio"))
    with work_in(app, world, SHOWCASE):
        web_person = world.people[SHOWCASE, "web_person"]
        radio = db.session.scalars(select(ChannelAccount.id).where(ChannelAccount.channel == "radio")).one()
        bulletin = bulletins.create(radio, "", now + dt.timedelta(days=2), web_person)
        bulletins.add(bulletin.id, [approved.article_id], web_person)


def _broadcast(app: Flask, world: World, slug: str, written: Written, moment: dt.datetime) -> None:
    """Give an article to the commune's station, whose operator confirms the broadcast through the link."""
    with clock.at(moment):
        delivery_id = _publish(app, world, slug, written, moment, "radio")
        _deliver(app, world, slug, delivery_id)
    with clock.at(moment + dt.timedelta(hours=20)), work_in(app, world, slug):
        said = Statement(
            moment + dt.timedelta(hours=9), who="Giàng A Thử", place="Đài Truyền thanh xã Hoa Sim", times=2
        )
        confirming.confirm(delivery_id, said, Speaker())
