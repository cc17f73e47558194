"""Reviewing articles: vet, return, approve, always exactly the text that was read.

Two pairs of eyes: nobody reviews a text they wrote in, and in a unit with two steps whoever vetted it does not
    approve it.
"""

from __future__ import annotations

from collections.abc import Collection

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from tenants import audit, clock
from tenants.approval.models import Review
from tenants.content import revisions, service, states, wishes
from tenants.content.models import Article, ArticleRevision
from tenants.db import db
from tenants.errors import Refused

PASSED = "passed"
RETURNED = "returned"

NO_REMARK = "no-remark"
"""Code of the refusal of a return that does not say what is to be mended."""

CHECKLIST = {
    "facts": _l("Sự việc đúng, đã kiểm tra"),
    "sources": _l("Có nêu nguồn của số liệu, trích dẫn"),
    "names": _l("Họ tên, chức danh, con số, ngày tháng chính xác"),
    "language": _l("Đúng chủ trương, lời văn phù hợp, không có lỗi chính tả"),
    "copyright": _l("Ảnh và đoạn trích được phép sử dụng"),
    "children": _l("Ảnh và thông tin về trẻ em đã có sự đồng ý; không lộ dữ liệu cá nhân"),
}
"""What a vetter confirms, by identifier: facts, sources, names and numbers, politics and language, copyright (the
Ministry's duty to vet before publication), and children's consent (Luật 91/2025, Art. 24)."""


def vet(
    article_id: int,
    revision_id: int,
    *,
    content_hash: str,
    checklist: Collection[str],
    remark: str = "",
    actor_id: int,
) -> Review:
    """Confirm that content and accuracy of exactly this text were checked; it then waits for approval.

    Args:
        content_hash: hash of the text that was read.
        checklist: the identifiers of ``CHECKLIST`` that were confirmed.

    Raises:
        NotFound: no such article or revision.
        Refused: "text-changed", "own-article", "wrong-state", "checklist-open".
    """
    article, revision = _read(article_id, revision_id, content_hash)
    state = states.step(article.state, states.VET, service.approval_steps())
    _refuse_own(article, revision, actor_id)
    _refuse_open(checklist)
    article.state = state
    return _record(article, revision, states.VET, PASSED, checklist, remark, actor_id)


def approve(
    article_id: int,
    revision_id: int,
    *,
    content_hash: str,
    checklist: Collection[str] = (),
    remark: str = "",
    actor_id: int,
) -> Review:
    """Approve exactly this text; from now on it, and nothing else, may be published.

    Args:
        content_hash: hash of the text that was read.
        checklist: asked for only where nobody vetted before (units with one step).

    Raises:
        NotFound: no such article or revision.
        Refused: "text-changed", "own-article", "same-person", "wrong-state", "checklist-open".
    """
    article, revision = _read(article_id, revision_id, content_hash)
    steps = service.approval_steps()
    vetted = article.state == states.VETTED
    state = states.step(article.state, states.APPROVE, steps)
    _refuse_own(article, revision, actor_id)
    if steps == 2 and actor_id in _vetters(revision):
        raise Refused(
            "same-person",
            _("Bạn đã thẩm định bài này; người phê duyệt phải là người khác. Chưa có gì thay đổi."),
        )
    if not vetted:
        _refuse_open(checklist)
    article.state = state
    article.approved_revision_id = revision.id
    revision.approved_at = clock.now()
    wishes.approved(article.id)
    return _record(article, revision, states.APPROVE, PASSED, checklist, remark, actor_id)


def return_(article_id: int, revision_id: int, *, content_hash: str, step: str, remark: str, actor_id: int) -> Review:
    """Send the article back to its author with a remark.

    Args:
        content_hash: hash of the text that was read.
        step: ``states.VET`` or ``states.APPROVE``: in which review the person acts; the edge has checked that they may.
        remark: what is to be mended; required.

    Raises:
        NotFound: no such article or revision.
        Refused: "text-changed", "own-article", "wrong-state", "no-remark".
    """
    article, revision = _read(article_id, revision_id, content_hash)
    steps = service.approval_steps()
    state = states.step(article.state, states.RETURN, steps)
    if states.pending_step(article.state, steps) != step:
        raise Refused("wrong-state", _("Bài đã chuyển sang bước khác nên chưa trả lại. Hãy tải lại trang để xem."))
    _refuse_own(article, revision, actor_id)
    if not remark.strip():
        raise Refused(NO_REMARK, _("Hãy ghi rõ cần sửa gì trước khi trả lại bài. Chưa có gì thay đổi."))
    article.state = state
    return _record(article, revision, step, RETURNED, (), remark, actor_id)


def may_review(article: Article, revision: ArticleRevision, step: str, user_id: int) -> bool:
    """Return whether this person stands far enough from the text to take this step on it, whatever their role."""
    if _wrote(article, revision, user_id):
        return False
    return step != states.APPROVE or service.approval_steps() != 2 or user_id not in _vetters(revision)


def _read(article_id: int, revision_id: int, content_hash: str) -> tuple[Article, ArticleRevision]:
    article = revisions.locked_article(article_id)
    revision = revisions.of_article(article, revision_id)
    if (
        article.head_revision_id != revision.id
        or revision.frozen_at is None
        or content_hash != revision.content_hash
        or content_hash != revisions.hash_now(revision)
    ):
        raise Refused(
            "text-changed",
            _(
                "Bài đã được sửa sau khi bạn mở trang nên chưa ghi nhận ý kiến. "
                "Hãy đọc lại bản mới nhất rồi quyết định."
            ),
        )
    return article, revision


def _wrote(article: Article, revision: ArticleRevision, user_id: int) -> bool:
    return user_id == article.author_id or user_id in revision.editor_ids


def _refuse_own(article: Article, revision: ArticleRevision, actor_id: int) -> None:
    if _wrote(article, revision, actor_id):
        raise Refused(
            "own-article",
            _("Bạn đã viết hoặc sửa bài này nên không tự duyệt được. Chưa có gì thay đổi; hãy nhờ người khác duyệt."),
        )


def _refuse_open(checklist: Collection[str]) -> None:
    missing = [str(label) for key, label in CHECKLIST.items() if key not in checklist]
    if missing:
        raise Refused(
            "checklist-open",
            _(
                "Chưa ghi nhận vì còn mục chưa xác nhận: %(items)s. Nếu mục nào chưa đạt, hãy trả lại bài.",
                items="; ".join(missing),
            ),
            {"missing": [key for key in CHECKLIST if key not in checklist]},
        )


def _vetters(revision: ArticleRevision) -> set[int]:
    rows = select(Review.by_id).where(
        Review.revision_id == revision.id, Review.step == states.VET, Review.decision == PASSED
    )
    return set(db.session.scalars(rows))


def _record(
    article: Article,
    revision: ArticleRevision,
    step: str,
    decision: str,
    checklist: Collection[str],
    remark: str,
    actor_id: int,
) -> Review:
    review = Review(
        article_id=article.id,
        revision_id=revision.id,
        step=step,
        decision=decision,
        remark=remark.strip(),
        checklist={key: key in checklist for key in CHECKLIST} if checklist else {},
        content_hash=revision.content_hash,
        by_id=actor_id,
        at=clock.now(),
    )
    db.session.add(review)
    article.updated_at = review.at
    event = step if decision == PASSED else states.RETURN
    audit.record(
        f"article.{event}",
        "article",
        article.id,
        actor_id,
        revision=revision.number,
        hash=revision.content_hash,
        remark=review.remark,
    )
    db.session.flush()
    return review
