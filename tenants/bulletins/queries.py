"""Reading bulletins: lists, one with its items, what could be added, the script as it would be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import and_, func, select

from channel_plugins import Account, Post, Problem
from channel_plugins.radio import bulletin as radio
from channel_plugins.radio.script import Script
from tenants import clock
from tenants.accounts import queries as people
from tenants.bulletins import states
from tenants.bulletins.models import Bulletin, BulletinItem
from tenants.content import states as article_states
from tenants.content.models import Article, ArticleRevision
from tenants.db import db
from tenants.publishing import environment, outlets, posts, render
from tenants.publishing.models import ChannelAccount
from tenants.scope import get_own
from tenants.text import fold

RADIO = "radio"
PER_PAGE = 20
MOST_OFFERED = 30


@dataclass(frozen=True)
class Entry:
    """An item with its text. ``standing``: see ``states.item_state``; ``seconds`` without the music after it."""

    item: BulletinItem
    revision: ArticleRevision
    approved_revision_id: int | None
    standing: str


@dataclass(frozen=True)
class Draft:
    """A bulletin as it would be handed over now."""

    bulletin: Bulletin
    account: ChannelAccount
    entries: tuple[Entry, ...]
    value: radio.Bulletin
    outlet: Account
    script: Script
    problems: tuple[Problem, ...]

    @property
    def hindered(self) -> bool:
        """Whether it cannot be handed over as it is."""
        return any(p.severity == "error" for p in self.problems) or any(
            entry.standing != states.FINE for entry in self.entries
        )

    @property
    def most_seconds(self) -> int:
        """The longest a broadcast of this outlet may be."""
        return int(self.outlet.settings.get("bulletin_minutes", 15)) * 60


def get_bulletin(bulletin_id: int) -> Bulletin:
    """Return a bulletin of this unit.

    Raises:
        NotFound: there is none here.
    """
    return get_own(Bulletin, bulletin_id)


def radio_accounts() -> list[ChannelAccount]:
    """Return the unit's radio outlets that are switched on."""
    rows = select(ChannelAccount).where(ChannelAccount.channel == RADIO, ChannelAccount.enabled.is_(True))
    return list(db.session.scalars(rows.order_by(ChannelAccount.id)))


def page(number: int = 1) -> Pagination:
    """Return one page of the unit's bulletins, the latest broadcast first."""
    rows = select(Bulletin).order_by(Bulletin.broadcast_at.desc(), Bulletin.id.desc())
    return db.paginate(rows, page=number, per_page=PER_PAGE, error_out=False)


def sizes(bulletin_ids: Sequence[int]) -> dict[int, int]:
    """Return how many items each of these bulletins has, in one query."""
    rows = (
        select(BulletinItem.bulletin_id, func.count())
        .where(BulletinItem.bulletin_id.in_(bulletin_ids))
        .group_by(BulletinItem.bulletin_id)
    )
    return {row[0]: row[1] for row in db.session.execute(rows)}


def entries(bulletin_id: int) -> tuple[Entry, ...]:
    """Return the items of a bulletin in their order, each with its text and how that stands now; one query."""
    rows = (
        select(BulletinItem, ArticleRevision, Article.approved_revision_id, Article.state)
        .join(
            ArticleRevision,
            and_(ArticleRevision.unit_id == BulletinItem.unit_id, ArticleRevision.id == BulletinItem.revision_id),
        )
        .join(Article, and_(Article.unit_id == BulletinItem.unit_id, Article.id == BulletinItem.article_id))
        .where(BulletinItem.bulletin_id == bulletin_id)
        .order_by(BulletinItem.position, BulletinItem.id)
    )
    return tuple(
        Entry(
            item,
            revision,
            approved_id,
            states.item_state(revision.id, approved_id, state in article_states.DELIVERABLE),
        )
        for item, revision, approved_id, state in db.session.execute(rows)
    )


def offered(bulletin_id: int, query: str = "") -> Sequence[tuple[Article, dt.datetime | None]]:
    """Return approved articles that are not in the bulletin, the newest approval first, each with that moment.

    Args:
        query: words their title must hold, whatever the diacritics; "" for all.
    """
    inside = select(BulletinItem.article_id).where(BulletinItem.bulletin_id == bulletin_id)
    rows = (
        select(Article, ArticleRevision.approved_at)
        .join(
            ArticleRevision,
            and_(ArticleRevision.unit_id == Article.unit_id, ArticleRevision.id == Article.approved_revision_id),
        )
        .where(Article.state.in_(article_states.DELIVERABLE), Article.id.not_in(inside))
        .order_by(ArticleRevision.approved_at.desc(), Article.id.desc())
        .limit(MOST_OFFERED)
    )
    for word in fold(query).split()[:6]:
        rows = rows.where(ArticleRevision.search_text.contains(word, autoescape=True))
    return [(article, at) for article, at in db.session.execute(rows)]


def draft(bulletin: Bulletin) -> Draft:
    """Return a bulletin as it would be handed over now; a constant number of queries."""
    account = outlets.get_account(bulletin.account_id)
    value = posts.account_value(account, outlets.channel_named(account.channel))
    found = entries(bulletin.id)
    made = value_of(bulletin, found)
    script = radio.write_bulletin(made, value)
    problems = tuple(radio.check_bulletin(made, script, value))
    return Draft(bulletin, account, found, made, value, script, problems)


def value_of(bulletin: Bulletin, found: Sequence[Entry]) -> radio.Bulletin:
    """Return a bulletin as the radio channel sees it."""
    unit = environment.own_unit()
    at = clock.local(bulletin.broadcast_at, unit.timezone)
    rows = select(Article.id, Article.author_id).where(Article.id.in_([entry.item.article_id for entry in found]))
    authors = {row[0]: row[1] for row in db.session.execute(rows)}
    names = people.names(list(authors.values()))

    def post(revision: ArticleRevision) -> Post:
        name = names.get(authors.get(revision.article_id, 0), "")
        return render.post_for(revision, (), unit, render.Circumstances(name, at.date(), ""))

    return radio.Bulletin(
        key=f"{unit.slug}-bt-{bulletin.id}",
        title=bulletin.title,
        unit_name=unit.name,
        at=at,
        greeting=bulletin.greeting,
        closing=bulletin.closing,
        speed=bulletin.speed,
        items=tuple(radio.Item(post(entry.revision), entry.item.cue_seconds) for entry in found),
    )


def of_delivery(delivery_id: int) -> Bulletin | None:
    """Return the bulletin through which a delivery was handed over last."""
    rows = (
        select(Bulletin)
        .join(BulletinItem, and_(BulletinItem.unit_id == Bulletin.unit_id, BulletinItem.bulletin_id == Bulletin.id))
        .where(BulletinItem.delivery_id == delivery_id)
        .order_by(Bulletin.id.desc())
    )
    return db.session.scalars(rows.limit(1)).first()
