"""Reading outlets and deliveries, for the people who publish and for the public site."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import ColumnElement, Select, and_, case, false, func, literal, or_, select

from tenants import clock
from tenants.content.models import ArticleRevision
from tenants.db import db
from tenants.errors import NotFound
from tenants.publishing import environment, states
from tenants.publishing.models import Attempt, ChannelAccount, Delivery
from tenants.scope import get_own
from tenants.text import fold

PER_PAGE = 20
LATE = "late"
"""How ``handed_over`` is counted once the word of the people who have the files is late."""
MOST_FOUND = 50
"""Hits of a search that are ranked; further ones are not shown."""


@dataclass(frozen=True)
class Tally:
    """How the deliveries of one outlet stand: what waits, what needs somebody, when something last went out."""

    waiting: int = 0
    troubled: int = 0
    published: int = 0
    last_published: dt.datetime | None = None


def accounts() -> Sequence[ChannelAccount]:
    """Return the unit's outlets, in the order in which they were set up."""
    return db.session.scalars(select(ChannelAccount).order_by(ChannelAccount.id)).all()


def enabled_accounts() -> list[ChannelAccount]:
    """Return the unit's outlets that are switched on."""
    return [account for account in accounts() if account.enabled]


def tallies() -> dict[int, Tally]:
    """Return how the deliveries of each outlet stand, in one query; outlets without any are left out."""
    standing = _state_or_late()
    rows = select(Delivery.account_id, standing, func.count(), func.max(Delivery.published_at)).group_by(
        Delivery.account_id, standing
    )
    found: dict[int, dict[str, tuple[int, dt.datetime | None]]] = {}
    for account_id, state, count, last in db.session.execute(rows):
        found.setdefault(account_id, {})[state] = (count, last)
    return {
        account_id: Tally(
            waiting=sum(
                by_state.get(state, (0, None))[0] for state in (states.SCHEDULED, states.SENDING, states.HANDED_OVER)
            ),
            troubled=sum(by_state.get(state, (0, None))[0] for state in (*states.TROUBLED, LATE)),
            published=by_state.get(states.PUBLISHED, (0, None))[0],
            last_published=by_state.get(states.PUBLISHED, (0, None))[1],
        )
        for account_id, by_state in found.items()
    }


def get_delivery(delivery_id: int) -> Delivery:
    """Return a delivery of this unit.

    Raises:
        NotFound: there is none here.
    """
    return get_own(Delivery, delivery_id)


def attempts(delivery_id: int) -> Sequence[Attempt]:
    """Return the calls made for a delivery, newest first."""
    rows = select(Attempt).where(Attempt.delivery_id == delivery_id).order_by(Attempt.number.desc())
    return db.session.scalars(rows).all()


def late_word(now: dt.datetime) -> ColumnElement[bool]:
    """Return the condition for deliveries whose people have not said in time whether they were published."""
    return and_(Delivery.state == states.HANDED_OVER, Delivery.due_at < now)


def _state_or_late() -> ColumnElement[str]:
    return case((late_word(clock.now()), literal(LATE)), else_=Delivery.state).label("state_or_late")


def delivery_page(
    *, page: int = 1, states_: Iterable[str] = (), account_id: int | None = None, late: bool = False
) -> Pagination:
    """Return one page of the unit's deliveries, newest first.

    Args:
        states_: only these; none means all.
        account_id: only of this outlet; None means all.
        late: also those whose confirmation is late.
    """
    rows = select(Delivery).order_by(Delivery.scheduled_at.desc(), Delivery.id.desc())
    wanted = list(states_)
    if wanted:
        rows = rows.where(or_(Delivery.state.in_(wanted), late_word(clock.now()) if late else false()))
    if account_id is not None:
        rows = rows.where(Delivery.account_id == account_id)
    return db.paginate(rows, page=page, per_page=PER_PAGE, error_out=False)


def counts_by_state() -> dict[str, int]:
    """Return how many deliveries there are in each state; those whose confirmation is late stand under ``LATE``."""
    state = _state_or_late()
    rows = select(state, func.count()).select_from(Delivery).group_by(state)
    return {row[0]: row[1] for row in db.session.execute(rows)}


def of_article(article_id: int) -> Sequence[Delivery]:
    """Return the deliveries of an article, newest first."""
    rows = select(Delivery).where(Delivery.article_id == article_id).order_by(Delivery.id.desc())
    return db.session.scalars(rows).all()


def on_outlets(article_id: int) -> bool:
    """Return whether an article stands on any outlet, or is with the people behind one."""
    rows = select(Delivery.id).where(Delivery.article_id == article_id, Delivery.state.in_(states.STANDING))
    return db.session.scalar(rows.limit(1)) is not None


# The public site: only what is published on an outlet that is our own site


def _on_site() -> tuple[ColumnElement[bool], ...]:
    return (Delivery.state == states.PUBLISHED, Delivery.channel.in_(environment.hosted_channels()))


def _newest_first() -> Select[Delivery]:
    return select(Delivery).where(*_on_site()).order_by(Delivery.published_at.desc(), Delivery.id.desc())


def newest_published(most: int) -> Sequence[Delivery]:
    """Return what stands on the unit's public site, newest first."""
    return db.session.scalars(_newest_first().limit(most)).all()


def published_on_site(
    *,
    page: int = 1,
    per_page: int = PER_PAGE,
    genre: str = "",
    span: tuple[dt.datetime, dt.datetime] | None = None,
) -> Pagination:
    """Return one page of what stands on the unit's public site, newest first.

    Args:
        genre: "" for all.
        span: from the first moment up to, not including, the second; None for all time.
    """
    rows = _newest_first()
    if genre:
        rows = rows.where(Delivery.genre == genre)
    if span is not None:
        rows = rows.where(Delivery.published_at >= span[0], Delivery.published_at < span[1])
    return db.paginate(rows, page=page, per_page=per_page, error_out=False)


def publication_times() -> list[dt.datetime]:
    """Return when each item on the public site came to stand there, newest first."""
    rows = select(Delivery.published_at).where(*_on_site()).order_by(Delivery.published_at.desc())
    return [moment for moment in db.session.scalars(rows) if moment is not None]


def genres_on_site() -> list[str]:
    """Return the genres of what stands on the public site."""
    return list(db.session.scalars(select(Delivery.genre).where(*_on_site()).distinct().order_by(Delivery.genre)))


def article_on_site(article_id: int) -> Delivery:
    """Return what stands on the public site of an article.

    Raises:
        NotFound: nothing does (any more).
    """
    found = db.session.scalars(_newest_first().where(Delivery.article_id == article_id)).first()
    if found is None:
        raise NotFound(f"article {article_id}")
    return found


def related_on_site(delivery: Delivery, most: int = 3) -> Sequence[Delivery]:
    """Return other items of the same plan topic, else of the same genre, newest first."""
    others = _newest_first().where(Delivery.article_id != delivery.article_id).limit(most)
    if delivery.node_id is not None:
        same_topic = db.session.scalars(others.where(Delivery.node_id == delivery.node_id)).all()
        if same_topic:
            return same_topic
    return db.session.scalars(others.where(Delivery.genre == delivery.genre)).all()


def search_on_site(query: str) -> list[tuple[Delivery, str]]:
    """Return what matches every word of ``query``, whatever its diacritics, each with the text that was searched.

    Those in which the words stand with exactly these diacritics come first, then the newest.
    """
    words = fold(query).split()[:10]
    if not words:
        return []
    rows = (
        select(Delivery, ArticleRevision.title, ArticleRevision.summary, ArticleRevision.body_text)
        .join(
            ArticleRevision,
            and_(ArticleRevision.unit_id == Delivery.unit_id, ArticleRevision.id == Delivery.revision_id),
        )
        .where(*_on_site())
        .order_by(Delivery.published_at.desc(), Delivery.id.desc())
        .limit(MOST_FOUND)
    )
    for word in words:
        rows = rows.where(ArticleRevision.search_text.contains(word, autoescape=True))
    exact = query.casefold().split()
    hits = [(delivery, f"{title}\n{summary}\n{body}") for delivery, title, summary, body in db.session.execute(rows)]
    return sorted(hits, key=lambda hit: not all(word in hit[1].casefold() for word in exact))


def addresses_on_site(most: int) -> list[tuple[int, str, dt.datetime]]:
    """Return (article, stored address, last change) of what stands on the public site, newest first."""
    changed = func.coalesce(Delivery.updated_at, Delivery.published_at)
    rows = select(Delivery.article_id, Delivery.url, changed).where(*_on_site())
    newest = rows.order_by(Delivery.published_at.desc(), Delivery.id.desc()).limit(most)
    return [(article_id, url or "", moment) for article_id, url, moment in db.session.execute(newest)]


def last_change() -> dt.datetime | None:
    """Return when the public site last gained or changed an item."""
    rows = select(func.max(func.coalesce(Delivery.updated_at, Delivery.published_at)))
    return db.session.scalar(rows.where(*_on_site()))
