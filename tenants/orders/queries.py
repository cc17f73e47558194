"""Reading orders: what a unit has to do, and how far the orders it gave have come."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import ColumnElement, case, func, select

from tenants import clock
from tenants.db import db
from tenants.orders import states
from tenants.orders.models import ContentOrder, OrderItem, OrderReceipt, OrderTarget
from tenants.orders.receiving import items_of
from tenants.publishing import environment
from tenants.publishing import states as deliveries
from tenants.publishing.models import Delivery
from tenants.scope import current, get_own

PER_PAGE = 20
MOST_SHOWN = 10


@dataclass(frozen=True)
class ItemLine:
    """An item of an order with what can be done about it.

    Args:
        by_channel: its channel can take it down.
        by_edit: its channel can put a corrected text in its place.
    """

    item: OrderItem
    delivery: Delivery
    by_channel: bool
    by_edit: bool

    @property
    def ended(self) -> bool:
        return self.item.state in states.ENDED


@dataclass(frozen=True)
class Tally:
    """How far an order has come: units that are done, and items on outlets that have ended."""

    units: int = 0
    done: int = 0
    items: int = 0
    ended: int = 0


def _waiting() -> tuple[ColumnElement[bool], ...]:
    return (
        OrderReceipt.unit_id == current().unit_id,
        OrderReceipt.order_state == "open",
        OrderReceipt.done_at.is_(None),
    )


def waiting(most: int = MOST_SHOWN) -> Sequence[OrderReceipt]:
    """Return the orders this unit still has to follow: urgent ones and those that are due first."""
    rows = select(OrderReceipt).where(*_waiting())
    order = (OrderReceipt.urgent.desc(), OrderReceipt.deadline.is_(None), OrderReceipt.deadline, OrderReceipt.id)
    return db.session.scalars(rows.order_by(*order).limit(most)).all()


def count_waiting() -> int:
    """Return how many orders this unit still has to follow."""
    return int(db.session.scalar(select(func.count()).select_from(OrderReceipt).where(*_waiting())) or 0)


def receipt_page(page: int) -> Pagination:
    """Return one page of the orders this unit has to follow or has followed, those not done first."""
    rows = select(OrderReceipt).where(OrderReceipt.unit_id == current().unit_id)
    open_first = (OrderReceipt.order_state == "open") & OrderReceipt.done_at.is_(None)
    rows = rows.order_by(open_first.desc(), OrderReceipt.issued_at.desc(), OrderReceipt.id.desc())
    return db.paginate(rows, page=page, per_page=PER_PAGE, error_out=False)


def get_receipt(receipt_id: int) -> OrderReceipt:
    """Return an order as it came to this unit.

    Raises:
        NotFound: there is none here.
    """
    return get_own(OrderReceipt, receipt_id)


def item_lines(receipt: OrderReceipt) -> list[ItemLine]:
    """Return the items of an order in this unit, with what can be done about each. Two queries."""
    items = items_of(receipt.id)
    ids = [item.delivery_id for item in items]
    found = {row.id: row for row in db.session.scalars(select(Delivery).where(Delivery.id.in_(ids)))} if ids else {}
    return [_line(item, found[item.delivery_id]) for item in items]


def _line(item: OrderItem, delivery: Delivery) -> ItemLine:
    manager = environment.manager()
    limits = manager.get(item.channel).limits if item.channel in manager else None
    stuck = delivery.state == deliveries.NEEDS_PERSON and delivery.wanted == deliveries.RETRACT
    able = limits is not None and limits.can_retract and (delivery.state == deliveries.PUBLISHED or stuck)
    return ItemLine(item, delivery, able, limits is not None and limits.can_edit)


def given_page(page: int) -> Pagination:
    """Return one page of the orders this unit gave, running ones first."""
    rows = select(ContentOrder).where(ContentOrder.unit_id == current().unit_id)
    rows = rows.order_by((ContentOrder.state == "open").desc(), ContentOrder.issued_at.desc(), ContentOrder.id.desc())
    return db.paginate(rows, page=page, per_page=PER_PAGE, error_out=False)


def count_given_open() -> int:
    """Return how many orders of this unit are still running."""
    rows = select(func.count()).select_from(ContentOrder)
    return int(
        db.session.scalar(rows.where(ContentOrder.unit_id == current().unit_id, ContentOrder.state == "open")) or 0
    )


def tallies(order_ids: Sequence[int]) -> dict[int, Tally]:
    """Return how far orders of this unit have come, in one query."""
    done = func.sum(case((OrderTarget.state == "done", 1), else_=0))
    rows = (
        select(OrderTarget.order_id, func.count(), done, func.sum(OrderTarget.items), func.sum(OrderTarget.ended))
        .where(OrderTarget.order_id.in_(order_ids))
        .group_by(OrderTarget.order_id)
    )
    return {row[0]: Tally(*(int(number or 0) for number in row[1:])) for row in db.session.execute(rows)}


def get_order(order_id: int) -> ContentOrder:
    """Return an order this unit gave.

    Raises:
        NotFound: it gave none with this id, whoever else did.
    """
    return get_own(ContentOrder, order_id)


def targets(order_id: int) -> Sequence[OrderTarget]:
    """Return the units an order goes to, as far as was heard from them."""
    rows = select(OrderTarget).where(OrderTarget.order_id == order_id).order_by(OrderTarget.id)
    return db.session.scalars(rows).all()


def items_below(order: ContentOrder) -> dict[int, list[OrderItem]]:
    """Return the items of an order by unit: those of the units below that a superior may read, in one query."""
    rows = select(OrderItem).where(OrderItem.order_unit_id == order.unit_id, OrderItem.order_id == order.id)
    found: dict[int, list[OrderItem]] = {}
    for item in db.session.scalars(rows.order_by(OrderItem.unit_id, OrderItem.article_id, OrderItem.id)):
        found.setdefault(item.unit_id, []).append(item)
    return found


def silent_days(target: OrderTarget) -> int:
    """Return for how many days nobody of a unit has done anything about an order; 0 once it is done."""
    if target.state == "done":
        return 0
    return (clock.now() - (target.last_sign_at or target.sent_at)).days


def overdue(deadline: dt.date | None, done: bool) -> bool:
    """Return whether the last day has passed without an end."""
    return deadline is not None and not done and deadline < clock.today()


def newest_own() -> int:
    """Return the id of the newest order this unit gave itself, as it came to it."""
    rows = select(OrderReceipt.id).where(OrderReceipt.unit_id == current().unit_id)
    rows = rows.where(OrderReceipt.order_unit_id == current().unit_id).order_by(OrderReceipt.id.desc())
    found = db.session.scalars(rows.limit(1)).one()
    return int(found)
