"""Orders to correct or withdraw, in the unit that follows them, and those a unit gives itself."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from tenants import clock
from tenants.accounts import queries as people
from tenants.content import queries as content
from tenants.content import service as writing
from tenants.content import states as article_states
from tenants.db import transaction
from tenants.errors import Refused
from tenants.jobs import queue
from tenants.orders import queries, service, states
from tenants.orders.service import Words
from tenants.units import queries as units
from tenants.web.guard import acting_user, may, requires

blueprint = Blueprint("orders", __name__, url_prefix="/u/<unit_slug>/orders")


@blueprint.get("/")
@requires("article.view")
def index() -> Any:
    """List the orders this unit has to follow or has followed."""
    page = queries.receipt_page(request.args.get("page", 1, type=int))
    return render_template(
        "orders/index.html",
        page=page,
        givers=units.by_ids(receipt.order_unit_id for receipt in page.items),
        kinds=states.KINDS,
        overdue=queries.overdue,
    )


@blueprint.get("/<int:receipt_id>")
@requires("article.view")
def show(receipt_id: int) -> Any:
    """Show an order with each outlet it is about, and what can be done there."""
    return _page(receipt_id)


def _page(receipt_id: int, typed_item: int = 0) -> Any:
    receipt = queries.get_receipt(receipt_id)
    lines = queries.item_lines(receipt)
    names = people.names([receipt.issued_by, *(line.item.by_id for line in lines if line.item.by_id is not None)])
    running = receipt.order_state == "open" or receipt.done_at is None
    open_lines = [line for line in lines if not line.ended] if receipt.order_state != "lifted" else []
    own = receipt.order_unit_id == receipt.unit_id
    return render_template(
        "orders/show.html",
        receipt=receipt,
        giver=units.by_ids([receipt.order_unit_id]).get(receipt.order_unit_id),
        own=own,
        kinds=states.KINDS,
        lines=lines,
        open_ids={line.item.id for line in open_lines},
        articles=_articles(open_lines),
        by_channel=sum(line.by_channel and line.item.state != states.DOING for line in open_lines),
        by_hand=sum(not line.by_channel and line.item.state != states.DOING for line in open_lines),
        names=names,
        labels=states.LABELS,
        overdue=queries.overdue(receipt.deadline, receipt.done_at is not None),
        may_act=may("publish.manage") and receipt.order_state != "lifted",
        may_lift=own and may("article.approve") and receipt.order_state != "lifted",
        typed=request.form if typed_item else {},
        typed_item=typed_item,
        worker_stopped=running and any(line.item.state == states.DOING for line in lines) and not queue.worker_alive(),
    )


def _articles(lines: list[queries.ItemLine]) -> dict[int, str]:
    """Return the titles of the articles that still have something to be done, by id."""
    return {line.item.article_id: line.item.title for line in lines}


@blueprint.post("/<int:receipt_id>/withdraw")
@requires("publish.manage")
def withdraw(receipt_id: int) -> Any:
    """Take down what channels can take down."""
    with transaction():
        begun, left = service.withdraw_all(receipt_id, acting_user().id)
    if begun:
        flash(_("Đang gỡ bài khỏi %(n)s kênh. Kết quả hiện ở trang này.", n=begun), "success")
    if left:
        flash(_("Còn %(n)s kênh cần người làm: hãy gỡ bằng tay rồi ghi kết quả ở từng kênh.", n=left), "warning")
    return redirect(url_for("orders.show", receipt_id=receipt_id), 303)


@blueprint.post("/<int:receipt_id>/items/<int:item_id>")
@requires("publish.manage")
def settle(receipt_id: int, item_id: int) -> Any:
    """Take a person's word for one outlet."""
    queries.get_receipt(receipt_id)
    try:
        with transaction():
            service.settle_item(item_id, request.form.get("result", ""), request.form.get("note", ""), acting_user().id)
    except Refused as refusal:
        flash(refusal.sentence, "error")
        return _page(receipt_id, item_id), 422
    flash(_("Đã ghi nhận kết quả của kênh."), "success")
    return redirect(url_for("orders.show", receipt_id=receipt_id), 303)


@blueprint.post("/<int:receipt_id>/correct/<int:article_id>")
@requires("article.write")
def correct(receipt_id: int, article_id: int) -> Any:
    """Open an article for correcting and go on to writing."""
    queries.get_receipt(receipt_id)
    if content.get_article(article_id).state not in article_states.EDITABLE:
        with transaction():
            writing.reopen(article_id, actor_id=acting_user().id)
    flash(_("Hãy sửa theo lệnh rồi trình duyệt. Khi bản mới được đăng, lệnh tự ghi nhận từng kênh."), "info")
    return redirect(url_for("articles.edit", article_id=article_id), 303)


@blueprint.get("/new/<int:article_id>")
@requires("article.approve")
def new(article_id: int) -> Any:
    """Ask what is to be done with an article on all its outlets, and why."""
    return render_template("orders/new.html", article=content.get_article(article_id), kinds=states.KINDS, typed={})


@blueprint.post("/new/<int:article_id>")
@requires("article.approve")
def issue(article_id: int) -> Any:
    """Give the unit itself an order."""
    try:
        words = words_from_form()
        with transaction():
            service.order_own(article_id, words, acting_user().id)
            receipt_id = queries.newest_own()
    except Refused as refusal:
        flash(refusal.sentence, "error")
        article = content.get_article(article_id)
        return render_template("orders/new.html", article=article, kinds=states.KINDS, typed=request.form), 422
    flash(_("Đã ra lệnh. Dưới đây là từng kênh và việc cần làm."), "success")
    return redirect(url_for("orders.show", receipt_id=receipt_id), 303)


@blueprint.post("/<int:receipt_id>/lift")
@requires("article.approve")
def lift(receipt_id: int) -> Any:
    """Take back an order the unit gave itself."""
    receipt = queries.get_receipt(receipt_id)
    if receipt.order_unit_id != g.unit.id:
        raise Refused("not-yours", _("Chỉ đơn vị ra lệnh mới rút được lệnh. Chưa có gì thay đổi."))
    with transaction():
        service.lift(receipt.order_id, acting_user().id)
    flash(_("Đã rút lệnh. Bài có thể được đăng lại."), "success")
    return redirect(url_for("orders.show", receipt_id=receipt_id), 303)


def words_from_form() -> Words:
    """Return what the form of an order says.

    Raises:
        Refused: "bad-deadline".
    """
    typed = request.form.get("deadline", "").strip()
    try:
        deadline = dt.date.fromisoformat(typed) if typed else None
    except ValueError:
        raise Refused("bad-deadline", _("Hạn chưa đúng ngày tháng. Những gì đã nhập vẫn còn.")) from None
    return Words(
        kind=request.form.get("kind", ""),
        reason=request.form.get("reason", ""),
        instruction=request.form.get("instruction", ""),
        deadline=deadline,
        urgent="urgent" in request.form,
    )


def earliest_deadline() -> str:
    """Return today on the unit's clocks, as the value of a date box."""
    return clock.today(g.unit.timezone).isoformat()
