"""What a change of the plan means for articles: nothing is rewritten, but people look again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping

from flask_babel import gettext as _
from sqlalchemy import or_, select

from tenants import audit, clock, scope
from tenants.content import states
from tenants.content.models import Article, ArticleRevision
from tenants.db import db
from tenants.jobs import queue
from tenants.notices import service as notices
from tenants.plans.takeover_run import PLAN_CHANGED

SUSPENDED = frozenset({states.APPROVED, states.SCHEDULED})
PUBLIC = frozenset({states.PUBLISHED, states.HANDED_OVER})

HOLD_BACK = "publishing.plan_changed"
"""Kind of the job that stops what of published articles has not gone out yet: {"article_ids", "unit_name"}."""


def plan_changed(
    plan_id: int, version: int, changed: Mapping[str, Collection[str]], unit_name: str, at: dt.datetime
) -> tuple[list[int], list[int]]:
    """Look after the articles that rely on locked text of a plan that changed.

    The approval of one that is not published yet is taken back with the reason; for one that is, somebody is told to
    look, and what of it has not reached every channel waits for them (``HOLD_BACK``). Articles approved after the
    change are left alone, so that the job can run again.

    Args:
        changed: node -> its locked fields that changed.
        version: of the superior's plan.
        unit_name: who changed it.
        at: when the unit took the change over.

    Returns:
        ids of the articles whose approval was taken back, and of those published.
    """
    rows = (
        select(Article, ArticleRevision.title)
        .join(ArticleRevision, ArticleRevision.article_id == Article.id)
        .where(
            ArticleRevision.node_id.in_(sorted(changed)),
            ArticleRevision.approved_at <= at,
            or_(
                ArticleRevision.id == Article.approved_revision_id,
                Article.approved_revision_id.is_(None) & (ArticleRevision.id == Article.head_revision_id),
            ),
            Article.state.in_(SUSPENDED | PUBLIC),
        )
        .order_by(Article.id)
        .with_for_update(of=Article)
    )
    taken_back, published = [], []
    for article, title in db.session.execute(rows).all():
        if article.state in SUSPENDED:
            _suspend(article, title, version, unit_name)
            taken_back.append(article.id)
        else:
            _tell(article, title, version, unit_name)
            published.append(article.id)
    if published:
        queue.enqueue(HOLD_BACK, scope.current().unit_id, article_ids=published, unit_name=unit_name)
    if taken_back or published:
        audit.record(
            "article.plan-changed", "plan", plan_id, None, version=version, suspended=taken_back, published=published
        )
    return taken_back, published


def plan_changed_in_units(
    plans: Mapping[int, int], *, version: int, changed: Mapping[str, Collection[str]], unit_name: str, at: str
) -> int:
    """Queue ``plan_changed`` for those of many units that have an approved article on a changed node.

    Args:
        plans: the plan of each unit that took the change over.
        version, changed, unit_name, at: see ``plan_changed``; ``at`` in ISO form.

    Returns:
        for how many units. One that has left the scope meanwhile is counted in: its own job will see.
    """
    approved = select(ArticleRevision.unit_id).where(
        ArticleRevision.node_id.in_(sorted(changed)), ArticleRevision.approved_at <= dt.datetime.fromisoformat(at)
    )
    unseen = plans.keys() - scope.current().units
    concerned = sorted({*db.session.scalars(approved.distinct()), *unseen} & plans.keys())
    for unit_id in concerned:
        queue.enqueue(
            PLAN_CHANGED, unit_id, plan_id=plans[unit_id], version=version, changed=dict(changed),
            unit_name=unit_name, at=at,
        )  # fmt: skip
    return len(concerned)


def _suspend(article: Article, title: str, version: int, unit_name: str) -> None:
    reason: str = _(
        "%(name)s đã thay đổi nội dung bắt buộc của kế hoạch mà bài này căn cứ (bản điều chỉnh %(version)s). Việc phê "
        "duyệt tạm dừng; hãy xem lại bài rồi trình duyệt lại.",
        name=unit_name,
        version=version,
    )
    audit.record("article.suspend", "article", article.id, None, state=article.state, reason=reason)
    article.state = states.step(article.state, states.SUSPEND)
    article.approved_revision_id = None
    article.suspended_reason = reason
    article.updated_at = clock.now()
    _news(article, f"article.suspended:{article.id}", "warn", f"«{title}»: {reason}")


def _tell(article: Article, title: str, version: int, unit_name: str) -> None:
    text = _(
        "«%(title)s» đã đăng, nhưng %(name)s vừa thay đổi nội dung bắt buộc của kế hoạch mà bài căn cứ (bản điều chỉnh "
        "%(version)s). Bài vẫn giữ nguyên; hãy xem có cần đính chính không.",
        title=title,
        name=unit_name,
        version=version,
    )
    _news(article, f"article.plan-changed:{article.id}:{version}", "warn", text)


def _news(article: Article, key: str, severity: str, text: str) -> None:
    notices.tell(
        notices.News(
            key=key,
            action="article.approve",
            severity=severity,
            text=text,
            endpoint="articles.show",
            args={"article_id": article.id},
            link_label=_("Xem bài"),
        )
    )
