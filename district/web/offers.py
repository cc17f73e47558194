"""Articles that units below offer to the office's portal: read, take as a draft, return."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from district.oversight import directory
from district.web import presenting
from tenants import clock
from tenants.accounts import queries as people
from tenants.db import transaction
from tenants.errors import Refused
from tenants.offers import queries, service, taking
from tenants.statistics.periods import school_year
from tenants.units import queries as units
from tenants.web.guard import acting_user, requires

blueprint = Blueprint("office_offers", __name__, url_prefix="/o/<unit_slug>/offers", template_folder="templates")


@blueprint.get("")
@requires("oversight.view")
def index() -> Any:
    """Show what waits for a decision, and what was taken this school year, by school."""
    answered = request.args.get("group") == "answered"
    number = request.args.get("page", 1, type=int)
    page = queries.answers_page(number) if answered else queries.waiting_page(number)
    first = dt.datetime.combine(school_year(presenting.today()).start, dt.time())
    tallies = queries.tallies(clock.from_local(first, g.unit.timezone))
    units_below = directory.read(g.unit.id)
    rows = [(units_below.by_id[unit_id], tally) for unit_id, tally in tallies.items() if unit_id in units_below.by_id]
    return render_template(
        "office_offers/index.html",
        page=page,
        answered=answered,
        waiting=queries.count_waiting(),
        names={entry.id: entry.short_name for entry in units_below.entries},
        rows=sorted(rows, key=lambda row: (-row[1].accepted, row[0].folded)),
        accepted=sum(tally.accepted for tally in tallies.values()),
        published=sum(tally.published for tally in tallies.values()),
        **presenting.labels(),
    )


@blueprint.get("/<int:unit_id>/<int:offer_id>")
@requires("oversight.view")
def show(unit_id: int, offer_id: int) -> Any:
    """Show an offered article as it was offered, and nothing else of the unit."""
    return _page(unit_id, offer_id)


def _page(unit_id: int, offer_id: int) -> Any:
    offer = taking.offered(unit_id, offer_id)
    answer = queries.answer_of(offer)
    source = units.by_ids([unit_id])[unit_id]
    return render_template(
        "office_offers/show.html",
        offer=offer,
        answer=answer,
        source=source,
        on_site=service.address_on_site(unit_id, offer.article_id),
        names=people.names([person for person in (offer.offered_by, answer.by_id if answer else None) if person]),
        typed=request.form,
        **presenting.labels(),
    )


@blueprint.post("/<int:unit_id>/<int:offer_id>/accept")
@requires("oversight.issue")
def accept(unit_id: int, offer_id: int) -> Any:
    """Take an offered article as a draft of the office and go on to writing."""
    try:
        with transaction():
            note = request.form.get("note", "")
            article_id = taking.accept(unit_id, offer_id, note, acting_user().id).id
    except Refused as refusal:
        return _refused(unit_id, offer_id, refusal)
    flash(
        _("Đã nhận bài thành bản nháp của cơ quan. Hãy biên tập nếu cần, rồi trình duyệt như mọi bài khác."), "success"
    )
    return redirect(url_for("articles.edit", article_id=article_id), 303)


@blueprint.post("/<int:unit_id>/<int:offer_id>/return")
@requires("oversight.issue")
def send_back(unit_id: int, offer_id: int) -> Any:
    """Return an offered article with a reason."""
    try:
        with transaction():
            taking.return_(unit_id, offer_id, request.form.get("note", ""), acting_user().id)
    except Refused as refusal:
        return _refused(unit_id, offer_id, refusal)
    flash(_("Đã trả lại kèm lý do. Đơn vị đọc được ở trang của mình."), "success")
    return redirect(url_for("office_offers.index"), 303)


def _refused(unit_id: int, offer_id: int, refusal: Refused) -> Any:
    flash(refusal.sentence, "error")
    return _page(unit_id, offer_id), 422
