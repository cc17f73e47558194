"""Offering articles to a superior's portal, and what came of it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from tenants.accounts import queries as people
from tenants.content import queries as content
from tenants.db import transaction
from tenants.errors import Refused
from tenants.offers import queries, service, states
from tenants.units import queries as units
from tenants.web.guard import acting_user, requires

blueprint = Blueprint("offers", __name__, url_prefix="/u/<unit_slug>/offers")


@blueprint.get("/")
@requires("article.view")
def index() -> Any:
    """List what this unit offered, with what came of it."""
    page = queries.own_page(request.args.get("page", 1, type=int))
    return render_template(
        "offers/index.html",
        page=page,
        counts=queries.own_counts(),
        taken=states.TAKEN,
        targets=units.by_ids(offer.target_unit_id for offer in page.items),
        labels=states.LABELS,
    )


@blueprint.get("/<int:offer_id>")
@requires("article.view")
def show(offer_id: int) -> Any:
    """Show an offer and how it stands."""
    offer = queries.get_own_offer(offer_id)
    return render_template(
        "offers/show.html",
        offer=offer,
        target=units.by_ids([offer.target_unit_id])[offer.target_unit_id],
        names=people.names([person for person in (offer.offered_by, offer.answered_by) if person is not None]),
        labels=states.LABELS,
    )


@blueprint.get("/new/<int:article_id>")
@requires("publish.manage")
def new(article_id: int) -> Any:
    """Ask to whom an article is offered, and for the consent of those in its pictures."""
    return _form_page(article_id, {})


def _form_page(article_id: int, typed: Any) -> Any:
    article = content.get_article(article_id)
    revision = content.approved_revision(article)
    return render_template(
        "offers/new.html",
        article=article,
        approved=revision is not None,
        pictures=content.media_of(revision.id) if revision is not None else [],
        superiors=service.superiors(article.genre),
        earlier=queries.of_article(article_id),
        targets=units.by_ids(offer.target_unit_id for offer in queries.of_article(article_id)),
        labels=states.LABELS,
        typed=typed,
    )


@blueprint.post("/new/<int:article_id>")
@requires("publish.manage")
def make(article_id: int) -> Any:
    """Offer an article."""
    try:
        with transaction():
            offer_id = service.offer(
                article_id,
                request.form.get("target", 0, type=int),
                request.form.get("note", ""),
                consent="consent" in request.form,
                actor_id=acting_user().id,
            ).id
    except Refused as refusal:
        flash(refusal.sentence, "error")
        return _form_page(article_id, request.form), 422
    flash(_("Đã gửi đề nghị. Kết quả hiện ở trang này khi cấp trên trả lời."), "success")
    return redirect(url_for("offers.show", offer_id=offer_id), 303)


@blueprint.post("/<int:offer_id>/withdraw")
@requires("publish.manage")
def withdraw(offer_id: int) -> Any:
    """Take an offer back that nobody has decided about."""
    with transaction():
        service.withdraw(offer_id, acting_user().id)
    flash(_("Đã rút đề nghị. Cấp trên không còn thấy bài này."), "success")
    return redirect(url_for("offers.show", offer_id=offer_id), 303)
