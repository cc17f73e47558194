"""Taking an article back to the desk, and choosing between two texts of it."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from tenants.content import queries, service
from tenants.db import transaction
from tenants.errors import NotFound
from tenants.web.articles.blueprint import blueprint
from tenants.web.articles.reading import compare_page
from tenants.web.guard import acting_user, requires


@blueprint.post("/<int:article_id>/reopen")
@requires("article.write")
def reopen(article_id: int) -> Any:
    """Take an article back for editing; its approval ends."""
    with transaction():
        service.reopen(article_id, actor_id=acting_user().id)
    flash(_("Bài đã được mở lại để sửa. Sửa xong hãy trình duyệt lại."), "success")
    return redirect(url_for("articles.edit", article_id=article_id), 303)


@blueprint.get("/<int:article_id>/conflicts/<int:revision_id>")
@requires("article.write")
def conflict(article_id: int, revision_id: int) -> Any:
    """Show the text that was kept aside beside the article's present one."""
    article = queries.get_article(article_id)
    kept = queries.get_revision(article, revision_id)
    if kept.kind not in ("conflict", "settled"):
        raise NotFound(f"conflict {revision_id}")
    return compare_page(article, kept)


@blueprint.post("/<int:article_id>/revisions/<int:revision_id>/restore")
@requires("article.write")
def restore(article_id: int, revision_id: int) -> Any:
    """Make this text the newest one; the one it replaces stays in the history."""
    with transaction():
        service.take_over(article_id, revision_id, actor_id=acting_user().id)
    flash(_("Đã dùng bản này. Bản trước vẫn còn trong danh sách các bản đã lưu."), "success")
    return redirect(url_for("articles.edit", article_id=article_id), 303)


@blueprint.post("/<int:article_id>/conflicts/<int:revision_id>/keep")
@requires("article.write")
def keep(article_id: int, revision_id: int) -> Any:
    """Stay with the present text; the kept one stays in the history."""
    with transaction():
        service.keep_current(article_id, revision_id, actor_id=acting_user().id)
    flash(_("Đã giữ bản hiện có. Bản kia vẫn còn trong danh sách các bản đã lưu."), "success")
    return redirect(url_for("articles.show", article_id=article_id), 303)
