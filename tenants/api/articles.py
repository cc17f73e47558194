"""Articles over the API: write, hand in, take back, compare, preview."""

from __future__ import annotations

from typing import Any

from flask import Response, g, send_file, url_for

from tenants import settings
from tenants.api.article_views import (
    article_view,
    full_revision_view,
    line_views,
    picture_views,
    revision_views,
)
from tenants.api.blueprint import UNIT_PREFIX, ApiBlueprint, changing
from tenants.api.schemas import articles as shapes
from tenants.api.schemas.common import as_page, page_of
from tenants.content import media, queries, service
from tenants.content.article_text import ArticleText, Picture
from tenants.db import db
from tenants.files import store
from tenants.publishing import posts
from tenants.publishing import queries as publishing
from tenants.web.guard import acting_user, requires

blueprint = ApiBlueprint("api-articles", UNIT_PREFIX, "Articles: written, handed in, previewed.")

Values = dict[str, Any]
ARTICLE = "/articles/<int:article_id>"


@blueprint.get("/articles")
@requires("article.view")
@blueprint.arguments(shapes.ArticleQuery, location="query")
@blueprint.response(200, page_of(shapes.ArticleLineSchema))
def list_articles(query: Values) -> Any:
    """List the unit's articles, last changed first."""
    page = queries.listing(
        page=query["page"],
        state=query["state"],
        genre=query["genre"],
        author_id=acting_user().id if query["mine"] else None,
        search=query["q"],
    )
    return as_page(page, line_views(page.items))


@blueprint.post("/articles")
@requires("article.write")
@blueprint.arguments(shapes.ArticleTextSchema)
@blueprint.response(201, shapes.ArticleSchema)
def create_article(values: Values) -> Any:
    """Begin an article as a draft."""
    with changing() as actor_id:
        article_id = service.create(_text(values), actor_id=actor_id).id
    return article_view(article_id)


def _text(values: Values) -> ArticleText:
    pictures = tuple(Picture(**picture) for picture in values.pop("pictures"))
    return ArticleText(**values, pictures=pictures)


@blueprint.get(ARTICLE)
@requires("article.view")
@blueprint.response(200, shapes.ArticleSchema)
def show_article(article_id: int) -> Any:
    """Show an article with its newest text."""
    return article_view(article_id)


@blueprint.put(ARTICLE)
@requires("article.write")
@blueprint.arguments(shapes.SaveSchema)
@blueprint.response(200, shapes.SavedArticleSchema)
def save_article(values: Values, article_id: int) -> Any:
    """Save a text. When somebody else saved meanwhile: 409, and both texts are kept."""
    known = {name: values.pop(name) for name in ("head_revision_id", "saves", "reopen", "page")}
    with changing() as actor_id:
        saved = service.save(article_id, _text(values), actor_id=actor_id, **known)
    if saved.conflict_id is not None:
        url = url_for("api-articles.show_revision", article_id=article_id, revision_id=saved.conflict_id)
        raise saved.refusal(url)
    return {**article_view(article_id), "warnings": saved.warnings}


@blueprint.delete(ARTICLE)
@requires("article.write")
@blueprint.response(204)
def discard_article(article_id: int) -> Any:
    """Throw away one's own draft that was never handed in."""
    with changing() as actor_id:
        service.discard(article_id, actor_id=actor_id)
    return Response(status=204)


@blueprint.post(f"{ARTICLE}/submit")
@requires("article.write")
@blueprint.arguments(shapes.SubmitSchema)
@blueprint.response(200, shapes.ArticleSchema)
def submit_article(values: Values, article_id: int) -> Any:
    """Hand the newest text in for review."""
    with changing() as actor_id:
        service.submit(article_id, actor_id=actor_id, **values)
    return article_view(article_id)


@blueprint.post(f"{ARTICLE}/reopen")
@requires("article.write")
@blueprint.response(200, shapes.ArticleSchema)
def reopen_article(article_id: int) -> Any:
    """Take an article back for editing; its approval ends."""
    with changing() as actor_id:
        service.reopen(article_id, actor_id=actor_id)
    return article_view(article_id)


@blueprint.get(f"{ARTICLE}/revisions")
@requires("article.view")
@blueprint.response(200, shapes.RevisionListSchema)
def list_revisions(article_id: int) -> Any:
    """List all texts of an article."""
    article = queries.get_article(article_id)
    return {"items": revision_views(queries.revisions_of(article.id))}


@blueprint.get(f"{ARTICLE}/revisions/<int:revision_id>")
@requires("article.view")
@blueprint.response(200, shapes.FullRevisionSchema)
def show_revision(article_id: int, revision_id: int) -> Any:
    """Show one text of an article."""
    return full_revision_view(queries.get_revision(queries.get_article(article_id), revision_id))


@blueprint.post(f"{ARTICLE}/revisions/<int:revision_id>/restore")
@requires("article.write")
@blueprint.response(200, shapes.ArticleSchema)
def restore_revision(article_id: int, revision_id: int) -> Any:
    """Make an earlier or a kept text the newest one."""
    with changing() as actor_id:
        service.take_over(article_id, revision_id, actor_id=actor_id)
    return article_view(article_id)


@blueprint.post(f"{ARTICLE}/revisions/<int:revision_id>/keep-current")
@requires("article.write")
@blueprint.response(200, shapes.ArticleSchema)
def keep_current(article_id: int, revision_id: int) -> Any:
    """Decide for the article's present text against one that was kept aside."""
    with changing() as actor_id:
        service.keep_current(article_id, revision_id, actor_id=actor_id)
    return article_view(article_id)


# Pictures


@blueprint.get(f"{ARTICLE}/media")
@requires("article.view")
@blueprint.response(200, shapes.PictureListSchema)
def list_media(article_id: int) -> Any:
    """List the pictures of the newest text."""
    head = queries.head_revision(queries.get_article(article_id))
    return {"items": picture_views(head.id)}


@blueprint.post(f"{ARTICLE}/media")
@requires("article.write")
@blueprint.arguments(shapes.PhotosSchema, location="files")
@blueprint.response(200, shapes.AttachedSchema)
def upload_media(files: Values, article_id: int) -> Any:
    """Add pictures at the end; files that are no pictures are refused one by one."""
    queries.get_article(article_id)
    max_side = int(settings.get("media.max_side"))
    # Reading pictures takes seconds; nobody else's work shall wait for a lock meanwhile.
    db.session.rollback()
    sent = [(file.filename or "", file.read()) for file in files["photos"]]
    ready, refused = media.make_ready(sent, max_side)
    added: tuple[int, ...] = ()
    with changing() as actor_id:
        if ready:
            added = media.attach(article_id, ready, actor_id=actor_id).media_ids
    return {"added": added, "refused": refused, "article": article_view(article_id)}


@blueprint.post(f"{ARTICLE}/media/<int:media_id>/move")
@requires("article.write")
@blueprint.arguments(shapes.PictureMoveSchema)
@blueprint.response(200, shapes.ArticleSchema)
def move_media(values: Values, article_id: int, media_id: int) -> Any:
    """Move a picture one place."""
    with changing() as actor_id:
        media.move(article_id, media_id, earlier=values["earlier"], actor_id=actor_id)
    return article_view(article_id)


@blueprint.delete(f"{ARTICLE}/media/<int:media_id>")
@requires("article.write")
@blueprint.response(200, shapes.ArticleSchema)
def remove_media(article_id: int, media_id: int) -> Any:
    """Take a picture out of the newest text."""
    with changing() as actor_id:
        media.remove(article_id, media_id, actor_id=actor_id)
    return article_view(article_id)


@blueprint.get("/media/<int:media_id>")
@requires("article.view")
@blueprint.arguments(shapes.SizeQuery, location="query")
@blueprint.file_response("image/*", "The picture.")
def download_media(query: Values, media_id: int) -> Any:
    """Download a picture of the unit."""
    picture = queries.get_media(media_id)
    sha256 = picture.sha256 if query["size"] == "full" else picture.thumb_sha256
    return send_file(store().path(sha256, g.unit.id), picture.content_type, etag=sha256)


# Previews


@blueprint.get(f"{ARTICLE}/previews")
@requires("article.view")
@blueprint.response(200, shapes.PreviewListSchema)
def preview_article(article_id: int) -> Any:
    """Show how the article would look on each outlet that is switched on, with what hinders it there."""
    queries.get_article(article_id)
    shown = []
    for account in publishing.enabled_accounts():
        _payload, preview, problems = posts.preview(article_id, account.id)
        about = {"account_id": account.id, "label": account.label, "channel": account.channel, "problems": problems}
        shown.append({**vars(preview), **about})
    return {"items": shown}
