"""An order in the unit that has to follow it: taken in, followed outlet by outlet, reported until it is done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from tenants import audit, clock
from tenants.db import db
from tenants.errors import NotFound
from tenants.jobs import queue
from tenants.notices import service as notices
from tenants.notices.service import News
from tenants.orders import states
from tenants.orders.models import ContentOrder, OrderItem, OrderReceipt
from tenants.plans import queries as plans
from tenants.publishing import holds, outcome, queries
from tenants.publishing import states as deliveries
from tenants.publishing.models import Delivery, PublishingHold
from tenants.scope import current
from tenants.units import queries as units

FOLLOW = "orders.follow"
REPORT = "orders.report"


def receive(order_unit_id: int, order_id: int) -> OrderReceipt:
    """Take an order in, in the scope of the unit it goes to, with what stands on the outlets at that moment. Doing it
    again only looks how far it is: what is published later under an order is refused, or is the correction itself.

    Raises:
        NotFound: there is no such order of this unit or a superior.
    """
    receipt = _receipt(order_unit_id, order_id)
    if receipt is None:
        receipt = _new_receipt(order_unit_id, order_id)
        if receipt.order_state == "open":
            _take_items(receipt)
            holds.apply()
    if receipt.order_state != "lifted":
        _settle(receipt)
    return receipt


def follow(article_id: int) -> None:
    """Bring the items of an article up to what its deliveries have become, and report what is done.

    Receipts are held while this runs, so that two deliveries that end at once are counted one after the other.
    """
    concerned = select(OrderItem.receipt_id).where(OrderItem.article_id == article_id)
    rows = select(OrderReceipt).where(OrderReceipt.id.in_(concerned), OrderReceipt.order_state != "lifted")
    for receipt in db.session.scalars(rows.order_by(OrderReceipt.id).with_for_update()).all():
        _settle(receipt)


def end(order_unit_id: int, order_id: int, lifted: bool) -> None:
    """Hear that an order is over. A lifted one lets everything out again; a closed one keeps what was withdrawn off."""
    receipt = _receipt(order_unit_id, order_id)
    if receipt is None or receipt.order_state == "lifted":
        return
    receipt.order_state = "lifted" if lifted else "closed"
    notices.resolve(_notice_key(receipt))
    for hold in _holds_of(receipt):
        if lifted or hold.article_id is None:
            hold.lifted_at = clock.now()
    audit.record("order.ended", "order_receipt", receipt.id, None, state=receipt.order_state)
    holds.apply()


def remind(order_unit_id: int, order_id: int) -> None:
    """Note that the one who ordered asks how it is going."""
    receipt = _receipt(order_unit_id, order_id)
    if receipt is not None and receipt.done_at is None and receipt.order_state == "open":
        receipt.reminded_at = clock.now()
        notices.tell(
            _news(
                receipt,
                _("%(unit)s nhắc: lệnh «%(kind)s: %(title)s» chưa xong. Hãy xử lý từng kênh.", **_about(receipt)),
            )
        )


def sign_of_life(receipt: OrderReceipt) -> None:
    """Note that people of the unit did something about an order, and tell the one who ordered."""
    receipt.last_sign_at = clock.now()
    _settle(receipt, report=True)


def _receipt(order_unit_id: int, order_id: int) -> OrderReceipt | None:
    rows = select(OrderReceipt).where(
        OrderReceipt.unit_id == current().unit_id,
        OrderReceipt.order_unit_id == order_unit_id,
        OrderReceipt.order_id == order_id,
    )
    return db.session.scalar(rows.with_for_update())


def _new_receipt(order_unit_id: int, order_id: int) -> OrderReceipt:
    order = db.session.scalar(
        select(ContentOrder).where(ContentOrder.unit_id == order_unit_id, ContentOrder.id == order_id)
    )
    if order is None:
        raise NotFound(f"order {order_id}")
    receipt = OrderReceipt(
        order_unit_id=order_unit_id,
        order_id=order_id,
        order_state=order.state,
        received_at=clock.now(),
        **{
            name: getattr(order, name)
            for name in (
                "kind", "article_id", "node_id", "title", "reason", "instruction", "deadline", "urgent",
                "issued_by", "issued_at",
            )
        },
    )  # fmt: skip
    db.session.add(receipt)
    db.session.flush()
    audit.record("order.receive", "order_receipt", receipt.id, None, order=order_id, kind=order.kind)
    if order.kind == states.WITHDRAW and order.state == "open":
        _hold(receipt, receipt.title, article_id=receipt.article_id, node_id=receipt.node_id)
    return receipt


def _take_items(receipt: OrderReceipt) -> None:
    labels = {account.id: account.label for account in queries.accounts()}
    held: set[tuple[int | None, int | None]] = {(hold.article_id, hold.revision_id) for hold in _holds_of(receipt)}
    for delivery in _standing(receipt):
        db.session.add(
            OrderItem(
                receipt_id=receipt.id,
                order_unit_id=receipt.order_unit_id,
                order_id=receipt.order_id,
                article_id=delivery.article_id,
                revision_id=delivery.revision_id,
                delivery_id=delivery.id,
                channel=delivery.channel,
                outlet=labels.get(delivery.account_id, ""),
                title=delivery.title,
                url=delivery.url,
            )
        )
        outcome.watch(delivery.article_id, FOLLOW)
        revision_id = delivery.revision_id if receipt.kind == states.CORRECT else None
        if (delivery.article_id, revision_id) not in held:
            held.add((delivery.article_id, revision_id))
            _hold(receipt, delivery.title, article_id=delivery.article_id, revision_id=revision_id)
    db.session.flush()


def _standing(receipt: OrderReceipt) -> list[Delivery]:
    """Return what is on the outlets now of what the order is about."""
    ended = (deliveries.REPLACED, deliveries.CANCELLED, deliveries.RETRACTED)
    rows = select(Delivery).where(Delivery.state.not_in(ended)).order_by(Delivery.id)
    if receipt.article_id is not None:
        rows = rows.where(Delivery.article_id == receipt.article_id)
    else:
        rows = rows.where(Delivery.node_id.in_(plans.branch_of(receipt.node_id or "")))
    found = db.session.scalars(rows).all()
    return [delivery for delivery in found if states.stands(delivery.state, delivery.wanted)]


def _hold(
    receipt: OrderReceipt,
    title: str,
    *,
    article_id: int | None = None,
    revision_id: int | None = None,
    node_id: str | None = None,
) -> None:
    db.session.add(
        PublishingHold(
            kind=receipt.kind,
            article_id=article_id,
            revision_id=revision_id,
            node_id=node_id,
            title=title,
            reason=receipt.reason,
            order_unit_id=receipt.order_unit_id,
            order_id=receipt.order_id,
            by_id=receipt.issued_by,
            at=clock.now(),
        )
    )
    db.session.flush()


def _holds_of(receipt: OrderReceipt) -> Sequence[PublishingHold]:
    rows = select(PublishingHold).where(
        PublishingHold.unit_id == receipt.unit_id,
        PublishingHold.order_unit_id == receipt.order_unit_id,
        PublishingHold.order_id == receipt.order_id,
        PublishingHold.lifted_at.is_(None),
    )
    return db.session.scalars(rows).all()


def items_of(receipt_id: int) -> Sequence[OrderItem]:
    """Return the items of a receipt of this unit, by article and outlet."""
    rows = select(OrderItem).where(OrderItem.receipt_id == receipt_id)
    return db.session.scalars(rows.order_by(OrderItem.article_id, OrderItem.id)).all()


def _settle(receipt: OrderReceipt, report: bool = False) -> None:
    """Let every item be what its delivery has become, and report when that changed anything."""
    items = items_of(receipt.id)
    standing = _deliveries(items)
    changed = report or receipt.serial == 0
    for item in items:
        if item.state not in states.ENDED:
            changed = _follow_item(receipt, item, standing) or changed
    done = all(item.state in states.ENDED for item in items)
    if done and receipt.done_at is None:
        receipt.done_at, changed = clock.now(), True
        notices.resolve(_notice_key(receipt))
        audit.record("order.done", "order_receipt", receipt.id, None, items=len(items))
    if changed:
        _report(receipt, items)


def _follow_item(receipt: OrderReceipt, item: OrderItem, standing: dict[int, tuple[Delivery, Delivery | None]]) -> bool:
    delivery, newer = standing[item.delivery_id]
    before = (item.state, item.delivery_id, item.url)
    if receipt.kind == states.WITHDRAW and delivery.state == deliveries.REPLACED and newer is not None:
        item.delivery_id, delivery, newer = newer.id, newer, None
    item.state = states.item_state(
        receipt.kind, delivery.state, delivery.wanted, None if newer is None else newer.state
    )
    item.url = delivery.url or item.url
    if item.state in states.ENDED:
        item.ended_at = clock.now()
    return before != (item.state, item.delivery_id, item.url)


def _deliveries(items: Iterable[OrderItem]) -> dict[int, tuple[Delivery, Delivery | None]]:
    """Return the delivery of each item, and the one that is to replace it, in one query."""
    ids = [item.delivery_id for item in items]
    if not ids:
        return {}
    rows = select(Delivery).where(Delivery.id.in_(ids) | Delivery.replaces_id.in_(ids)).order_by(Delivery.id)
    found = list(db.session.scalars(rows.execution_options(populate_existing=True)))
    newer = {row.replaces_id: row for row in found if row.replaces_id is not None}
    return {row.id: (row, newer.get(row.id)) for row in found}


def _report(receipt: OrderReceipt, items: Sequence[OrderItem]) -> None:
    receipt.serial += 1
    facts: dict[str, Any] = {
        "order_id": receipt.order_id,
        "target_unit_id": receipt.unit_id,
        "serial": receipt.serial,
        "items": len(items),
        "ended": sum(item.state in states.ENDED for item in items),
        "received_at": receipt.received_at.isoformat(),
        "last_sign_at": receipt.last_sign_at.isoformat() if receipt.last_sign_at else None,
    }
    db.session.flush()
    queue.enqueue(REPORT, receipt.order_unit_id, **facts)


def _about(receipt: OrderReceipt) -> dict[str, str]:
    unit = units.by_ids([receipt.order_unit_id]).get(receipt.order_unit_id)
    return {
        "unit": unit.name if unit is not None else "",
        "kind": str(states.KINDS[receipt.kind]),
        "title": receipt.title,
    }


def _notice_key(receipt: OrderReceipt) -> str:
    return f"order:{receipt.id}"


def _news(receipt: OrderReceipt, text: str) -> News:
    return News(
        key=_notice_key(receipt),
        action="publish.manage",
        severity="bad" if receipt.urgent else "warn",
        text=text,
        endpoint="orders.show",
        link_label=_("Mở lệnh"),
        args={"receipt_id": receipt.id},
    )
