"""Reading articles: the list, one article with its history, earlier texts, previews by channel."""

from __future__ import annotations

from typing import Any

from flask import g, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from tenants.accounts import queries as accounts
from tenants.approval import queries as approvals
from tenants.approval import service as approval
from tenants.content import queries, service, states
from tenants.content.article_text import GENRES
from tenants.content.models import Article, ArticleRevision
from tenants.db import db
from tenants.plans import queries as plans
from tenants.publishing import environment, posts
from tenants.publishing import queries as publishing
from tenants.publishing.models import ChannelAccount
from tenants.scope import current
from tenants.web import wishes
from tenants.web.articles import presenting
from tenants.web.articles.blueprint import blueprint
from tenants.web.guard import acting_user, may, requires


@blueprint.get("/")
@requires("article.view")
def index() -> Any:
    """List the unit's articles, last changed first."""
    mine = request.args.get("mine", "") == "1"
    author_id = acting_user().id if mine else None
    state, genre = request.args.get("state", ""), request.args.get("genre", "")
    search = presenting.searched(request.args.get("q", ""))
    page = queries.listing(
        page=request.args.get("page", 1, type=int),
        state=state if state in states.LABELS else "",
        genre=genre if genre in GENRES else "",
        author_id=author_id,
        search=search,
    )
    steps = service.approval_steps()
    chosen: dict[str, Any] = {"mine": "1" if mine else None, "genre": genre or None, "q": search or None}
    return render_template(
        "articles/index.html",
        page=page,
        names=accounts.names([article.author_id for article in page.items]),
        tabs=_tabs(state, steps, author_id, chosen),
        chip=presenting.chip,
        steps=steps,
        genres=GENRES,
        state=state,
        genre=genre,
        mine=mine,
        search=search,
    )


def _tabs(state: str, steps: int, author_id: int | None, chosen: dict[str, Any]) -> list[dict[str, Any]]:
    counts = queries.counts_by_state(author_id)
    everything = {
        "label": _("Tất cả"),
        "url": url_for("articles.index", **chosen),
        "active": not state,
        "count": sum(counts.values()),
    }
    present = [name for name in states.LABELS if counts.get(name) or name == state]
    return [
        everything,
        *(
            {
                "label": states.label(name, steps),
                "url": url_for("articles.index", state=name, **chosen),
                "active": name == state,
                "count": counts.get(name, 0),
            }
            for name in present
        ),
    ]


@blueprint.get("/<int:article_id>")
@requires("article.view")
def show(article_id: int) -> Any:
    """Show the newest text of an article, where it stands, and what happened to it."""
    article = queries.get_article(article_id)
    head = queries.head_revision(article)
    steps = service.approval_steps()
    texts = queries.revisions_of(article.id)
    entries = approvals.history(article.id)
    names = accounts.names([article.author_id, *(text.saved_by for text in texts)])
    step = states.pending_step(article.state, steps)
    return render_template(
        "articles/show.html",
        article=article,
        head=head,
        pictures=queries.media_of(head.id),
        texts=texts,
        conflicts=[text for text in texts if text.kind == "conflict"],
        names=names,
        timeline=presenting.timeline(entries),
        remark=presenting.last_remark(article),
        topic=presenting.topic_name(head, plans.topics_in_force()),
        genre=GENRES[head.genre],
        state=presenting.chip(article.state, steps),
        may_edit=may("article.write") and article.state in states.EDITABLE,
        may_reopen=may("article.write") and article.state not in states.EDITABLE,
        may_publish=may("publish.manage") and article.approved_revision_id is not None,
        wish=wishes.line(article.id),
        may_offer=may("publish.manage") and article.approved_revision_id is not None and bool(current().superiors),
        on_outlets=publishing.on_outlets(article.id),
        in_review=step is not None,
        may_review=step is not None
        and may(f"article.{step}")
        and approval.may_review(article, head, step, acting_user().id),
        step=step,
    )


@blueprint.get("/<int:article_id>/revisions/<int:revision_id>")
@requires("article.view")
def show_revision(article_id: int, revision_id: int) -> Any:
    """Show an earlier or a kept text beside the newest one."""
    article = queries.get_article(article_id)
    return compare_page(article, queries.get_revision(article, revision_id))


def compare_page(article: Article, other: ArticleRevision) -> Any:
    """Return the page on which two texts of an article stand side by side."""
    head = queries.head_revision(article)
    return render_template(
        "articles/compare.html",
        article=article,
        head=head,
        other=other,
        head_pictures=queries.media_of(head.id),
        other_pictures=queries.media_of(other.id),
        changes=presenting.changes(head, other) if other.kind == "conflict" else presenting.changes(other, head),
        names=accounts.names([head.saved_by, other.saved_by]),
        conflict=other.kind == "conflict",
        may_choose=may("article.write") and other.id != head.id,
        editable=article.state in states.EDITABLE,
    )


def _outlets() -> list[ChannelAccount]:
    """Return the unit's outlets that are switched on and whose channel is offered here, its own site first."""
    rows = select(ChannelAccount).where(ChannelAccount.enabled.is_(True)).order_by(ChannelAccount.id)
    manager = environment.manager()
    usable = [outlet for outlet in db.session.scalars(rows) if outlet.channel in manager]
    return sorted(usable, key=lambda outlet: manager.get(outlet.channel).info.outlet != "hosted")


@blueprint.get("/<int:article_id>/preview")
@requires("article.view")
def preview(article_id: int) -> Any:
    """Show how the article would look on each outlet of the unit, with what hinders it there."""
    article = queries.get_article(article_id)
    outlets = _outlets()
    chosen = request.args.get("account", type=int)
    account = next((outlet for outlet in outlets if outlet.id == chosen), outlets[0] if outlets else None)
    shown = posts.preview(article.id, account.id) if account is not None else None
    return render_template(
        "articles/preview.html",
        article=article,
        account=account,
        preview=shown[1] if shown else None,
        problems=shown[2] if shown else [],
        state=presenting.chip(article.state, service.approval_steps()),
        tabs=[
            {
                "label": outlet.label,
                "url": url_for("articles.preview", article_id=article.id, account=outlet.id),
                "active": account is not None and outlet.id == account.id,
            }
            for outlet in outlets
        ],
        may_edit=may("article.write") and article.state in states.EDITABLE,
        unit_name=g.unit.name,
    )
