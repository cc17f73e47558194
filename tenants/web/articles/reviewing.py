"""Reviewing: read exactly one text, tick what was checked, vet, approve or send back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from tenants.accounts import queries as accounts
from tenants.approval import queries as approvals
from tenants.approval import service as approval
from tenants.content import queries, service, states
from tenants.content.article_text import GENRES
from tenants.content.models import Article
from tenants.db import transaction
from tenants.errors import Forbidden, Refused
from tenants.plans import queries as plans
from tenants.web import wishes
from tenants.web.articles import presenting
from tenants.web.articles.blueprint import blueprint
from tenants.web.guard import acting_user, may, requires


@blueprint.get("/<int:article_id>/review")
@requires("article.vet")
def review(article_id: int) -> Any:
    """Show the text that waits for this reviewer."""
    return _page(queries.get_article(article_id))


def _page(article: Article, ticked: tuple[str, ...] = (), remark: str = "", refusal: Refused | None = None) -> Any:
    steps = service.approval_steps()
    step = states.pending_step(article.state, steps)
    if step is None:
        flash(_("Bài này không chờ duyệt."), "info")
        return redirect(url_for("articles.show", article_id=article.id), 303)
    head = queries.head_revision(article)
    before = approvals.last_reviewed(article.id, head.id)
    reviews = [found for found in approvals.reviews_of(article.id) if found.revision_id == head.id]
    allowed = may(f"article.{step}")
    people = [article.author_id, *head.editor_ids, *(found.by_id for found in reviews)]
    names = accounts.names([*people, before.by_id if before else None])
    return render_template(
        "articles/review.html",
        article=article,
        head=head,
        pictures=queries.media_of(head.id),
        step=step,
        asks_checklist=step == states.VET or article.state == states.SUBMITTED,
        checklist=approval.CHECKLIST,
        ticked=ticked,
        remark=remark,
        wants_remark=refusal.sentence if refusal is not None and refusal.code == approval.NO_REMARK else "",
        allowed=allowed,
        own=allowed and not approval.may_review(article, head, step, acting_user().id),
        changes=presenting.changes(queries.get_revision(article, before.revision_id), head) if before else None,
        before=before,
        wish=wishes.line(article.id),
        reviews=reviews,
        names=names,
        editors=", ".join(names[editor] for editor in head.editor_ids),
        topic=presenting.topic_name(head, plans.topics_in_force()),
        genre=GENRES[head.genre],
        state=presenting.chip(article.state, steps),
    )


@blueprint.post("/<int:article_id>/review/vet")
@requires("article.vet")
def vet(article_id: int) -> Any:
    """Record that content and accuracy were checked."""

    def decide() -> None:
        approval.vet(article_id, checklist=_ticked(), remark=_remark(), actor_id=acting_user().id, **_read_text())

    return _decide(article_id, decide, _("Đã thẩm định. Bài chuyển sang chờ phê duyệt."))


@blueprint.post("/<int:article_id>/review/approve")
@requires("article.approve")
def approve(article_id: int) -> Any:
    """Approve exactly the text that was shown."""

    def decide() -> None:
        approval.approve(article_id, checklist=_ticked(), remark=_remark(), actor_id=acting_user().id, **_read_text())

    return _decide(article_id, decide, _("Đã phê duyệt đúng bản này. Bài có thể được đăng."))


@blueprint.post("/<int:article_id>/review/return")
@requires("article.vet")
def send_back(article_id: int) -> Any:
    """Send the article back with a remark, in the review in which this person acts."""
    step = request.form.get("step", "")
    if step == states.APPROVE and not may("article.approve"):
        raise Forbidden("article.approve")

    def decide() -> None:
        approval.return_(article_id, step=step, remark=_remark(), actor_id=acting_user().id, **_read_text())

    return _decide(article_id, decide, _("Đã trả lại bài kèm ý kiến cho người viết."))


def _read_text() -> dict[str, Any]:
    return {
        "revision_id": request.form.get("revision_id", 0, type=int),
        "content_hash": request.form.get("content_hash", ""),
    }


def _ticked() -> tuple[str, ...]:
    return tuple(key for key in approval.CHECKLIST if key in request.form.getlist("checklist"))


def _remark() -> str:
    return request.form.get("remark", "")


def _decide(article_id: int, decide: Callable[[], None], sentence: str) -> Any:
    try:
        with transaction():
            decide()
    except Refused as refusal:
        flash(refusal.sentence, "error")
        article = queries.get_article(article_id)
        answer = _page(article, _ticked(), _remark(), refusal)
        return (answer, 422) if isinstance(answer, str) else answer
    flash(sentence, "success")
    _lead_on()
    return redirect(url_for("articles.show", article_id=article_id), 303)


def _lead_on() -> None:
    """Say what else waits for this reviewer, with the way to it."""
    found = approvals.waiting(g.roles, acting_user().id)
    others = [*found.to_vet, *found.to_approve]
    if others:
        link = Markup('<a href="{}">{}</a>').format(
            url_for("articles.review", article_id=others[0].id), others[0].title or _("Bài chưa có tiêu đề")
        )
        flash(Markup("{} {}").format(_("Còn %(count)s bài chờ bạn. Bài tiếp theo:", count=len(others)), link), "info")
