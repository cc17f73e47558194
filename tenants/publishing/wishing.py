"""Acting on wished times: asking for the deliveries once a text is approved, and never late by itself."""

from __future__ import annotations

import datetime as dt

from flask_babel import gettext as _

from tenants import audit, clock
from tenants.content import revisions, wishes
from tenants.content import states as article_states
from tenants.content.models import Article, PublishingWish
from tenants.content.wishes import Wish
from tenants.db import db
from tenants.errors import NotFound, Refused
from tenants.publishing import service


def settle(article_id: int) -> dt.datetime | None:
    """Act on the wish of an article: ask for its deliveries when the text is approved in time, put it on the list of
    missed times when its moment has come without that.

    Returns:
        When to look again; None when there is nothing left to do without a person.
    """
    article = revisions.locked_article(article_id)
    wish = wishes.of_article(article_id, locked=True)
    if wish is None or wish.state != wishes.OPEN:
        return None
    if wish.wish_at is not None and wish.wish_at <= clock.now():
        wish.state = wishes.EXPIRED
        wish.sentence = _("Giờ đăng đề nghị đã qua trước khi bài được duyệt, nên hệ thống không tự đăng.")
        audit.record("article.wish", "article", article_id, None, expired=wish.wish_at.isoformat())
        return None
    if not _approved(article):
        return wish.wish_at
    _meet(article, wish)
    return None


def renew(article_id: int, at: dt.datetime | None, actor_id: int) -> PublishingWish:
    """Choose a new time for an article that missed its own, on the same outlets.

    Args:
        at: None means at once, or as soon as the article is approved.

    Raises:
        NotFound: no such article, or it missed nothing.
        Refused: see ``content.wishes.refuse_unmeetable`` while it is not approved, ``service.plan_delivery`` when it
            is.
    """
    article = revisions.locked_article(article_id)
    wish = wishes.of_article(article_id, locked=True)
    if wish is None or wish.state not in wishes.MISSED:
        raise NotFound(f"wish of article {article_id}")
    approved = _approved(article)
    if at is not None and not approved:
        wishes.refuse_unmeetable(at)
    wishes.put(article_id, Wish(at, tuple(wish.account_ids)), actor_id)
    if approved:
        for account_id in wish.account_ids:
            service.plan_delivery(article_id, account_id, at, actor_id)
        wish.state = wishes.MET
    elif at is not None:
        wishes.expect(wish, at)
    return wish


def _approved(article: Article) -> bool:
    return article.approved_revision_id is not None and article.state in article_states.DELIVERABLE


def _meet(article: Article, wish: PublishingWish) -> None:
    """Ask for every delivery that can be; what an outlet refuses is kept for people and spoils no other."""
    refused = []
    left = []
    for account_id in wish.account_ids:
        try:
            with db.session.begin_nested():
                service.plan_delivery(article.id, account_id, wish.wish_at, None)
        except (Refused, NotFound) as error:
            refused.append(error.sentence if isinstance(error, Refused) else _("Kênh đã chọn không còn nữa."))
            left.append(account_id)
    if refused:
        wish.state, wish.sentence = wishes.FAILED, " ".join(dict.fromkeys(refused))
        wish.account_ids = left
    else:
        wish.state = wishes.MET
    audit.record("article.wish", "article", article.id, None, state=wish.state)
