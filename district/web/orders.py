"""Orders of an office: give one, watch it followed in every school to the last outlet, remind, take back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from district.issuing import orders as issuing
from district.oversight import directory, pages
from district.oversight.directory import Entry
from district.web import presenting
from tenants.accounts import queries as people
from tenants.db import transaction
from tenants.errors import Refused
from tenants.jobs import queue
from tenants.orders import queries, service, states
from tenants.orders.models import OrderItem, OrderTarget
from tenants.plans import queries as plans
from tenants.web.addresses import wholes
from tenants.web.guard import acting_user, requires
from tenants.web.orders import earliest_deadline, words_from_form

blueprint = Blueprint("office_orders", __name__, url_prefix="/o/<unit_slug>/orders", template_folder="templates")

ROWS_PER_PAGE = 25


@dataclass(frozen=True)
class Row:
    """A unit on its way with an order."""

    entry: Entry
    target: OrderTarget
    items: tuple[OrderItem, ...]
    silent: int


def running() -> int:
    """Return how many orders of the present office are still running, for its line in the rail."""
    return queries.count_given_open()


@blueprint.get("")
@requires("oversight.issue")
def index() -> Any:
    """List the orders this office gave."""
    page = queries.given_page(request.args.get("page", 1, type=int))
    return render_template(
        "office_orders/index.html",
        page=page,
        tallies=queries.tallies([order.id for order in page.items]),
        kinds=states.KINDS,
        overdue=queries.overdue,
    )


@blueprint.get("/new")
@requires("oversight.issue")
def new() -> Any:
    """Ask for an order: about one article when the address names it, else about a topic of the office's plans."""
    return _form_page({}, set())


def _form_page(typed: Any, wanted: set[int], status: int = 200) -> Any:
    unit_id, article_id = _named()
    article = issuing.published_article(unit_id, article_id) if article_id else None
    units_below = directory.read(g.unit.id)
    page = render_template(
        "office_orders/new.html",
        article=article,
        school=units_below.get(unit_id) if article is not None else None,
        topics=[] if article is not None else plans.topics_in_force(),
        entries=units_below.entries,
        wanted=wanted,
        kinds=states.KINDS,
        typed=typed,
        earliest=earliest_deadline(),
        channels=_channel_names(article.channels) if article is not None else "",
    )
    return page, status


def _channel_names(channels: tuple[str, ...]) -> str:
    labels = presenting.channel_labels()
    return ", ".join(str(labels.get(channel, channel)) for channel in channels)


def _named() -> tuple[int, int]:
    return request.args.get("unit", 0, type=int), request.args.get("article", 0, type=int)


@blueprint.post("/new")
@requires("oversight.issue")
def issue() -> Any:
    """Give an order."""
    unit_id, article_id = _named()
    wanted = set(wholes(request.form.getlist("unit")))
    try:
        words = words_from_form()
        with transaction():
            if article_id:
                order_id = issuing.order_article(unit_id, article_id, words, acting_user().id).id
            else:
                units = _everybody() if "everybody" in request.form else wanted
                order_id = issuing.order_topic(request.form.get("node", ""), units, words, acting_user().id).id
    except Refused as refusal:
        flash(refusal.sentence, "error")
        return _form_page(request.form, wanted, 422)
    flash(_("Đã ra lệnh. Bảng dưới đây cho biết từng trường đã làm tới đâu."), "success")
    return redirect(url_for("office_orders.show", order_id=order_id), 303)


def _everybody() -> set[int]:
    return {entry.id for entry in directory.read(g.unit.id).entries}


@blueprint.get("/<int:order_id>")
@requires("oversight.issue")
def show(order_id: int) -> Any:
    """Show an order by school and outlet, the longest silence first."""
    order = queries.get_order(order_id)
    units_below = directory.read(g.unit.id)
    items = queries.items_below(order)
    targets = queries.targets(order_id)
    rows = [
        Row(
            units_below.by_id[target.target_unit_id],
            target,
            tuple(items.get(target.target_unit_id, ())),
            queries.silent_days(target),
        )
        for target in targets
        if target.target_unit_id in units_below.by_id
    ]
    rows.sort(key=lambda row: (row.target.state == "done", -row.silent, row.entry.position, row.entry.folded))
    shown = pages.cut(rows, request.args.get("page", 1, type=int), ROWS_PER_PAGE)
    return render_template(
        "office_orders/show.html",
        order=order,
        page=shown,
        tally=queries.tallies([order_id]).get(order_id),
        kinds=states.KINDS,
        labels=states.LABELS,
        unit_labels=states.UNIT_LABELS,
        names=people.names([order.issued_by, *(i.by_id for row in shown.items for i in row.items if i.by_id)]),
        channel_labels=presenting.channel_labels(),
        overdue=queries.overdue(order.deadline, order.state != "open"),
        waiting=sum(row.target.state != "done" for row in rows),
        worker_stopped=any(row.target.state == "sent" for row in rows) and not queue.worker_alive(),
    )


@blueprint.post("/<int:order_id>/remind")
@requires("oversight.issue")
def remind(order_id: int) -> Any:
    """Remind one school, or all that are not done."""
    chosen = wholes(request.form.getlist("unit"))
    with transaction():
        count = service.remind(order_id, chosen, acting_user().id)
    if count:
        flash(_("Đã nhắc %(n)s đơn vị.", n=count), "success")
    else:
        flash(_("Không có đơn vị nào cần nhắc."), "info")
    return redirect(url_for("office_orders.show", order_id=order_id), 303)


@blueprint.post("/<int:order_id>/lift")
@requires("oversight.issue")
def lift(order_id: int) -> Any:
    """Take an order back."""
    with transaction():
        service.lift(order_id, acting_user().id)
    flash(_("Đã rút lệnh. Các đơn vị được báo và có thể đăng lại."), "success")
    return redirect(url_for("office_orders.show", order_id=order_id), 303)
