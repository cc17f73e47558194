"""Writing articles: begin, write with autosave, pictures, hand in, throw a draft away."""

from __future__ import annotations

import secrets
from typing import Any

from flask import flash, g, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from tenants import clock, settings
from tenants.accounts import queries as accounts
from tenants.content import media, queries, service, states
from tenants.content.article_text import (
    GENRES,
    MAX_SUMMARY,
    MAX_TITLE,
    ArticleText,
    Picture,
    Problem,
    picture_url,
)
from tenants.content.models import Article, ArticleRevision
from tenants.content.service import Saved
from tenants.db import db, transaction
from tenants.errors import Refused
from tenants.plans import queries as plans
from tenants.web import wishes
from tenants.web.addresses import wholes
from tenants.web.articles import presenting
from tenants.web.articles.blueprint import blueprint
from tenants.web.forms.articles import OUTSIDE, ArticleForm, BeginForm, offer_choices
from tenants.web.guard import acting_user, requires

FIELD_OF_PROBLEM = {"node_id": "node"}
"""Where a problem of the text shows in the form, when the names differ. Pictures have no field of their own."""


@blueprint.get("/new")
@requires("article.write")
def new() -> Any:
    """Ask for a title, a genre and the plan node."""
    form = BeginForm()
    form.node.data = request.args.get("node", "")
    genre = request.args.get("genre")
    offer_choices(form, plans.topics_in_force())
    if genre in GENRES:
        form.genre.data = genre
    return render_template("articles/new.html", form=form)


@blueprint.post("/new")
@requires("article.write")
def begin() -> Any:
    """Begin a draft and go on to writing; a second press leads to the draft of the first."""
    form = BeginForm()
    offer_choices(form, plans.topics_in_force())
    if not form.validate_on_submit():
        return render_template("articles/new.html", form=form), 422
    node_id, reason = _plan_choice(form)
    text = ArticleText(title=form.title.data or "", genre=form.genre.data, node_id=node_id, off_plan_reason=reason)
    with transaction():
        article_id = service.begin(text, actor_id=acting_user().id).id
    return redirect(url_for("articles.edit", article_id=article_id), 303)


@blueprint.get("/<int:article_id>/edit")
@requires("article.write")
def edit(article_id: int) -> Any:
    """Show the writing page; a text that was handed in is first taken back on its own page."""
    article = queries.get_article(article_id)
    if article.state not in states.EDITABLE:
        flash(_("Bài đang ở bước duyệt hoặc đã duyệt. Muốn sửa, hãy mở lại bài trước."), "info")
        return redirect(url_for("articles.show", article_id=article_id))
    head = queries.head_revision(article)
    form = ArticleForm(formdata=None, data=_form_values(head))
    form.page.data = secrets.token_hex(8)
    return _writing_page(article, head, form)


@blueprint.post("/<int:article_id>/edit")
@requires("article.write")
def save(article_id: int) -> Any:
    """Save what was typed, then do what the button says: stay, preview, hand in, or change a picture."""
    form = ArticleForm()
    try:
        saved = _save(article_id, form, explicit=True)
        if saved.conflict_id is None:
            with transaction():
                wishes.keep_typed(article_id, request.form)
    except Refused as refusal:
        flash(refusal.sentence, "error")
        return _again(article_id, form), 422
    for sentence in saved.warnings:
        flash(sentence, "warning")
    if saved.conflict_id is not None:
        flash(saved.sentence, "warning")
        return redirect(url_for("articles.conflict", article_id=article_id, revision_id=saved.conflict_id), 303)
    sent = [file for file in request.files.getlist("photos") if file.filename]
    if sent:
        _take_pictures(article_id, sent)
    return _go_on(article_id, saved, form, "photos" if sent else request.form.get("then", ""))


def _go_on(article_id: int, saved: Saved, form: ArticleForm, then: str) -> Any:
    action, _sep, target = then.partition(":")
    if action == "submit":
        try:
            with transaction():
                service.submit(
                    article_id,
                    head_revision_id=saved.head_revision_id,
                    saves=saved.saves,
                    actor_id=acting_user().id,
                )
        except Refused as refusal:
            form.head_revision_id.data, form.saves.data = str(saved.head_revision_id), str(saved.saves)
            return _again(article_id, form, refusal, is_saved=True), 422
        flash(_("Đã trình duyệt. Bài được khóa cho tới khi duyệt xong; cần sửa thì mở lại bài."), "success")
        return redirect(url_for("articles.show", article_id=article_id), 303)
    if action == "preview":
        return redirect(url_for("articles.preview", article_id=article_id), 303)
    if action in ("earlier", "later", "remove") and wholes([target]):
        _change_picture(article_id, action, wholes([target])[0])
        return redirect(url_for("articles.edit", article_id=article_id, _anchor="pictures"), 303)
    if action != "photos":
        flash(_("Đã lưu bản nháp."), "success")
    return redirect(url_for("articles.edit", article_id=article_id), 303)


def _change_picture(article_id: int, action: str, media_id: int) -> None:
    with transaction():
        if action == "remove":
            media.remove(article_id, media_id, actor_id=acting_user().id)
        else:
            media.move(article_id, media_id, earlier=action == "earlier", actor_id=acting_user().id)


@blueprint.post("/<int:article_id>/autosave")
@requires("article.write")
def autosave(article_id: int) -> Any:
    """Save quietly for the page's script; 409 with the address of both texts when somebody else saved meanwhile."""
    saved = _save(article_id, ArticleForm(), explicit=False)
    if saved.conflict_id is not None:
        url = url_for("articles.conflict", article_id=article_id, revision_id=saved.conflict_id)
        return jsonify(code="text-kept-aside", message=saved.sentence, url=url), 409
    return jsonify(
        saved_at=clock.local(saved.saved_at, g.unit.timezone).strftime("%H:%M"),
        head=saved.head_revision_id,
        saves=saved.saves,
        fields={"head_revision_id": str(saved.head_revision_id), "saves": str(saved.saves)},
        warnings=list(saved.warnings),
    )


@blueprint.post("/<int:article_id>/photos")
@requires("article.write")
def upload(article_id: int) -> Any:
    """Take one picture for the page's script and answer with its card."""
    sent = [file for file in request.files.getlist("photos") if file.filename][:1]
    attached, refused = _attach(article_id, sent)
    if refused:
        return jsonify(code=refused[0].code, message=refused[0].sentence), 422
    if attached is None or not attached.media_ids:
        return jsonify(code="same-picture", message=_("Ảnh này đã có trong bài.")), 422
    shown = queries.media_of(attached.head_revision_id)
    cards = [picture for picture in shown if picture.media_id in attached.media_ids]
    return render_template("articles/_photo_cards.html", pictures=cards, picture_url=picture_url), 201


@blueprint.post("/<int:article_id>/submit")
@requires("article.write")
def submit(article_id: int) -> Any:
    """Hand in the text that the article's page showed."""
    try:
        with transaction():
            service.submit(
                article_id,
                head_revision_id=request.form.get("head_revision_id", 0, type=int),
                saves=request.form.get("saves", type=int),
                actor_id=acting_user().id,
            )
    except Refused as refusal:
        flash(refusal.sentence, "error")
        return redirect(url_for("articles.edit", article_id=article_id), 303)
    flash(_("Đã trình duyệt. Bài được khóa cho tới khi duyệt xong; cần sửa thì mở lại bài."), "success")
    return redirect(url_for("articles.show", article_id=article_id), 303)


@blueprint.post("/<int:article_id>/discard")
@requires("article.write")
def discard(article_id: int) -> Any:
    """Throw a draft away that was never handed in."""
    with transaction():
        service.discard(article_id, actor_id=acting_user().id)
    flash(_("Đã xóa bản nháp. Nội dung cuối cùng còn trong nhật ký của đơn vị."), "success")
    return redirect(url_for("articles.index"), 303)


def _save(article_id: int, form: ArticleForm, explicit: bool) -> Saved:
    with transaction():
        return service.save(
            article_id,
            _text_of(form),
            head_revision_id=_number(form.head_revision_id.data),
            saves=_number(form.saves.data),
            actor_id=acting_user().id,
            page=(form.page.data or "")[:32],
            explicit=explicit,
        )


def _number(typed: str | None) -> int:
    return next(iter(wholes([typed or ""])), 0)


def _plan_choice(form: BeginForm | ArticleForm) -> tuple[str | None, str | None]:
    """Return the plan node and the reason for standing outside the plan, at most one of them."""
    if form.node.data == OUTSIDE:
        return None, form.off_plan_reason.data or ""
    return form.node.data or None, None


def _text_of(form: ArticleForm) -> ArticleText:
    node_id, reason = _plan_choice(form)
    return ArticleText(
        title=form.title.data or "",
        summary=form.summary.data or "",
        body_html=form.body_html.data or "",
        genre=form.genre.data or "news",
        role_model_name=form.role_model_name.data or "",
        role_model_deed=form.role_model_deed.data or "",
        node_id=node_id,
        off_plan_reason=reason,
        pictures=_typed_pictures(),
    )


def _typed_pictures() -> tuple[Picture, ...]:
    """Return the pictures of the form in the order in which they stand there."""
    form = request.form
    idents = wholes(name.removeprefix("alt-") for name in form if name.startswith("alt-"))
    return tuple(Picture(one, form.get(f"alt-{one}", ""), form.get(f"caption-{one}", "")) for one in idents)


def _form_values(head: ArticleRevision) -> dict[str, str]:
    outside = head.node_id is None and head.off_plan_reason is not None
    return {
        "title": head.title,
        "summary": head.summary,
        "body_html": head.body_html,
        "genre": head.genre,
        "node": OUTSIDE if outside else head.node_id or "",
        "off_plan_reason": head.off_plan_reason or "",
        "role_model_name": head.role_model_name or "",
        "role_model_deed": head.role_model_deed or "",
        "head_revision_id": str(head.id),
        "saves": str(head.saves),
    }


def _again(article_id: int, form: ArticleForm, refusal: Refused | None = None, is_saved: bool = False) -> str:
    """Show the writing page once more with everything that was typed, and each problem at its field."""
    article = queries.get_article(article_id)
    problems = [Problem(**problem) for problem in refusal.data.get("problems", [])] if refusal else []
    if refusal is not None and not problems:
        flash(refusal.sentence, "error")
    return _writing_page(article, queries.head_revision(article), form, problems, unsaved=not is_saved)


def _writing_page(
    article: Article,
    head: ArticleRevision,
    form: ArticleForm,
    problems: list[Problem] | None = None,
    unsaved: bool = False,
) -> str:
    topics = plans.topics_in_force()
    present = (head.node_id, presenting.topic_name(head, topics)) if head.node_id else None
    offer_choices(form, topics, present)
    for problem in problems or []:
        field = FIELD_OF_PROBLEM.get(problem.field, problem.field)
        if field in form:
            form[field].errors = [*form[field].errors, problem.sentence]
    conflicts = queries.open_conflicts(article.id)
    return render_template(
        "articles/edit.html",
        article=article,
        head=head,
        wish=wishes.for_form(article.id, request.form),
        form=form,
        problems=problems or [],
        unsaved=unsaved,
        pictures=_pictures_shown(head.id),
        picture_url=picture_url,
        conflicts=conflicts,
        names=accounts.names([conflict.saved_by for conflict in conflicts]),
        remark=presenting.last_remark(article),
        has_topics=bool(topics),
        state=presenting.chip(article.state, service.approval_steps()),
        person_id=acting_user().id,
        max_title=MAX_TITLE,
        max_summary=MAX_SUMMARY,
    )


def _pictures_shown(revision_id: int) -> list[dict[str, Any]]:
    """Return the pictures of the newest text, with the words just typed where a form comes back."""
    typed = {picture.media_id: picture for picture in _typed_pictures()}
    shown = []
    for picture in queries.media_of(revision_id):
        words = typed.get(picture.media_id)
        shown.append(
            {
                "media_id": picture.media_id,
                "alt": words.alt if words else picture.alt,
                "caption": words.caption if words else picture.caption,
                "width": picture.width,
                "height": picture.height,
            }
        )
    return shown


def _take_pictures(article_id: int, sent: list[FileStorage]) -> None:
    attached, refused = _attach(article_id, sent)
    for file in refused:
        flash(file.sentence, "error")
    if attached is not None and attached.media_ids:
        flash(_("Đã thêm %(count)s ảnh. Hãy viết mô tả cho từng ảnh.", count=len(attached.media_ids)), "success")


def _attach(article_id: int, sent: list[FileStorage]) -> tuple[media.Attached | None, list[media.RefusedFile]]:
    article = queries.get_article(article_id)
    if article.state not in states.EDITABLE:
        raise Refused("handed-in", _("Bài đã được trình duyệt nên chưa thêm ảnh. Hãy mở lại bài để sửa rồi thêm ảnh."))
    max_side = int(settings.get("media.max_side"))
    actor_id = acting_user().id
    # Reading pictures takes seconds; nobody else's work shall wait for a lock meanwhile.
    db.session.rollback()
    ready, refused = media.make_ready([(file.filename or "", file.read()) for file in sent], max_side)
    if not ready:
        return None, refused
    with transaction():
        attached = media.attach(
            article_id,
            ready,
            actor_id=actor_id,
            page=request.args.get("page", request.form.get("page", ""))[:32],
            read=(_number(request.args.get("head")), _number(request.args.get("saves"))),
        )
    return attached, refused
