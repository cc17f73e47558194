"""When and where an author wishes an article to go out. Who publishes acts on it; nothing here sends anything."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.sql import Select

from tenants import audit, clock, settings
from tenants.content.models import Article, PublishingWish
from tenants.db import db
from tenants.errors import Refused
from tenants.jobs import queue
from tenants.scope import current

OPEN = "open"
MET = "met"
FAILED = "failed"
EXPIRED = "expired"
DROPPED = "dropped"

MISSED = (EXPIRED, FAILED)
"""States in which somebody has to choose a new time, or to let it be."""

SETTLE = "publishing.wish"
"""The job that acts on a wish: when its text is approved, and when its time comes."""

MOST_SHOWN = 50


@dataclass(frozen=True)
class Wish:
    """What is wished.

    Args:
        at: an aware moment; None means as soon as the article is approved.
        account_ids: the unit's outlets.
    """

    at: dt.datetime | None
    account_ids: tuple[int, ...]


def of_article(article_id: int, *, locked: bool = False) -> PublishingWish | None:
    """Return the wish of an article; None when nobody ever had one."""
    rows = select(PublishingWish).where(PublishingWish.article_id == article_id)
    if locked:
        rows = rows.with_for_update().execution_options(populate_existing=True)
    return db.session.scalar(rows)


def put(article_id: int, wish: Wish | None, actor_id: int) -> PublishingWish | None:
    """Keep a wish, replace an earlier one, or drop it (None). Whether it can be met is asked when the article is
    handed in."""
    present = of_article(article_id, locked=True)
    if wish is None:
        if present is not None and present.state in (OPEN, *MISSED):
            present.state, present.sentence = DROPPED, ""
            audit.record("article.wish", "article", article_id, actor_id, dropped=True)
        return present
    if present is None:
        present = PublishingWish(article_id=article_id, account_ids=[], asked_by=actor_id, asked_at=clock.now())
        db.session.add(present)
    elif present.state == OPEN and (present.wish_at, tuple(present.account_ids)) == (wish.at, wish.account_ids):
        return present
    present.wish_at, present.account_ids = wish.at, list(wish.account_ids)
    present.state, present.sentence = OPEN, ""
    present.asked_by, present.asked_at = actor_id, clock.now()
    db.session.flush()
    audit.record("article.wish", "article", article_id, actor_id, at=wish.at.isoformat() if wish.at else None)
    return present


def hand_in(article_id: int) -> None:
    """Refuse to hand in an article whose wished time approval cannot make, else wait for that time.

    Raises:
        Refused: "wish-no-outlet", "wish-past", "wish-too-soon".
    """
    wish = of_article(article_id)
    if wish is None or wish.state != OPEN:
        return
    if not wish.account_ids:
        raise Refused(
            "wish-no-outlet",
            _("Bài được giữ là bản nháp: hãy chọn ít nhất một kênh cho giờ đăng đề nghị, hoặc bỏ đề nghị."),
        )
    if wish.wish_at is None:
        return
    refuse_unmeetable(wish.wish_at)
    expect(wish, wish.wish_at)


def refuse_unmeetable(at: dt.datetime) -> None:
    """Refuse a time that has passed, or that leaves less than the setting ``approval.least_minutes`` for approval.

    Raises:
        Refused: "wish-past", "wish-too-soon".
    """
    if at <= clock.now():
        raise Refused(
            "wish-past",
            _(
                "Bài được giữ là bản nháp: giờ đăng đề nghị đã qua. Hãy chọn giờ khác, hoặc chọn đăng ngay khi được "
                "duyệt."
            ),
        )
    least = int(settings.get("approval.least_minutes"))
    if at < clock.now() + dt.timedelta(minutes=least):
        raise Refused(
            "wish-too-soon",
            _(
                "Bài được giữ là bản nháp: giờ đăng đề nghị còn chưa tới %(minutes)s phút nữa, không kịp duyệt. Hãy "
                "chọn giờ muộn hơn, hoặc chọn đăng ngay khi được duyệt.",
                minutes=least,
            ),
        )


def expect(wish: PublishingWish, moment: dt.datetime) -> None:
    """Queue looking at a wish at ``moment``."""
    queue.enqueue(SETTLE, wish.unit_id, run_at=moment, dedup=f"wish:{wish.article_id}", article_id=wish.article_id)


def approved(article_id: int) -> None:
    """Queue acting on the wish of an article that has just been approved, if it has one."""
    wish = of_article(article_id)
    if wish is not None and wish.state == OPEN:
        expect(wish, clock.now())


def missed(author_id: int | None = None, most: int = MOST_SHOWN) -> Sequence[tuple[PublishingWish, Article]]:
    """Return wishes whose time passed before the approval, or that an outlet refused, with their articles.

    Args:
        author_id: only this person's articles; None for everybody's.
    """
    rows = _missed(author_id).order_by(PublishingWish.wish_at, PublishingWish.id).limit(most)
    return [(wish, article) for wish, article in db.session.execute(rows)]


def _missed(author_id: int | None) -> Select[PublishingWish, Article]:
    rows = (
        select(PublishingWish, Article)
        .join(Article, (Article.unit_id == PublishingWish.unit_id) & (Article.id == PublishingWish.article_id))
        .where(PublishingWish.unit_id == current().unit_id, PublishingWish.state.in_(MISSED))
    )
    return rows if author_id is None else rows.where(Article.author_id == author_id)
