"""Giving orders to correct or withdraw, following them, taking them back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import insert, select, update

from tenants import audit, clock
from tenants.content import queries as content
from tenants.db import db
from tenants.errors import NotFound, Refused
from tenants.jobs.models import Job
from tenants.orders import receiving, states
from tenants.orders.models import ContentOrder, OrderItem, OrderReceipt, OrderTarget
from tenants.publishing import confirming, environment, outcome, settling
from tenants.publishing import service as publishing
from tenants.publishing import states as deliveries
from tenants.publishing.models import Delivery
from tenants.scope import current, get_own
from tenants.text import nfc

RECEIVE = "orders.receive"
END = "orders.end"
REMIND = "orders.remind"

MOST_ATTEMPTS = 8


@dataclass(frozen=True)
class Words:
    """What an order says.

    Args:
        kind: ``states.WITHDRAW`` or ``states.CORRECT``.
        reason: why; required.
        instruction: what exactly is to be done; required for a correction, for who corrects must know to what.
        deadline: last day; None when none is set.
    """

    kind: str
    reason: str
    instruction: str = ""
    deadline: dt.date | None = None
    urgent: bool = False


@dataclass(frozen=True)
class Subject:
    """What an order is about: an article of the one unit it goes to, or a plan topic."""

    title: str
    article_id: int | None = None
    node_id: str | None = None


def order_own(article_id: int, words: Words, actor_id: int) -> ContentOrder:
    """Order the present unit itself to correct or withdraw one of its articles on every outlet.

    Raises:
        NotFound: no such article here.
        Refused: see ``issue``; "not-published" when it stands on no outlet.
    """
    article = content.get_article(article_id)
    rows = select(Delivery.state, Delivery.wanted).where(Delivery.article_id == article_id)
    if not any(states.stands(state, wanted) for state, wanted in db.session.execute(rows)):
        raise Refused("not-published", _("Bài chưa có trên kênh nào nên không cần ra lệnh. Chưa có gì thay đổi."))
    order = issue(words, Subject(article.title, article_id=article_id), [current().unit_id], actor_id)
    receiving.receive(order.unit_id, order.id)
    return order


def issue(words: Words, subject: Subject, unit_ids: Sequence[int], actor_id: int) -> ContentOrder:
    """Give an order to some units; the edge has checked that they stand below this one (or are it).

    Raises:
        Refused: "unknown-kind", "no-reason", "no-instruction", "past-deadline", "no-target". Nothing was stored.
    """
    words = _checked(words)
    if not unit_ids:
        raise Refused("no-target", _("Chưa chọn đơn vị nào. Hãy chọn ít nhất một đơn vị; những gì đã nhập vẫn còn."))
    now = clock.now()
    order = ContentOrder(
        kind=words.kind,
        article_id=subject.article_id,
        node_id=subject.node_id,
        title=subject.title,
        reason=words.reason,
        instruction=words.instruction,
        deadline=words.deadline,
        urgent=words.urgent,
        issued_by=actor_id,
        issued_at=now,
    )
    db.session.add(order)
    db.session.flush()
    db.session.execute(
        insert(OrderTarget), [{"order_id": order.id, "target_unit_id": unit_id, "sent_at": now} for unit_id in unit_ids]
    )
    _send(RECEIVE, order, [unit_id for unit_id in unit_ids if unit_id != order.unit_id])
    audit.record(
        "order.issue", "content_order", order.id, actor_id, kind=order.kind, title=order.title, units=len(unit_ids)
    )
    return order


def _checked(words: Words) -> Words:
    reason, instruction = nfc(words.reason).strip(), nfc(words.instruction).strip()
    if words.kind not in states.KINDS:
        raise Refused("unknown-kind", _("Hãy chọn gỡ bài hay đính chính. Những gì đã nhập vẫn còn."))
    if not reason:
        raise Refused("no-reason", _("Hãy ghi lý do. Những gì đã nhập vẫn còn."))
    if words.kind == states.CORRECT and not instruction:
        raise Refused("no-instruction", _("Hãy ghi rõ cần đính chính thế nào. Những gì đã nhập vẫn còn."))
    if words.deadline is not None and words.deadline < clock.today(environment.own_unit().timezone):
        raise Refused("past-deadline", _("Hạn đã qua. Hãy chọn từ hôm nay trở đi; những gì đã nhập vẫn còn."))
    return Words(words.kind, reason, instruction, words.deadline, words.urgent)


def _send(kind: str, order: ContentOrder, unit_ids: Sequence[int], **more: object) -> None:
    if not unit_ids:
        return
    now = clock.now()
    rows = [
        {
            "kind": kind,
            "unit_id": unit_id,
            "args": {"order_unit_id": order.unit_id, "order_id": order.id, **more},
            "run_at": now,
            "created_at": now,
            "max_attempts": MOST_ATTEMPTS,
        }
        for unit_id in unit_ids
    ]
    db.session.execute(insert(Job), rows)


def hear(
    order_id: int,
    target_unit_id: int,
    serial: int,
    items: int,
    ended: int,
    received_at: str,
    last_sign_at: str | None,
) -> None:
    """Take a unit's report in, in the scope of the unit that gave the order, and close the order when all are done.

    Reports may come twice or overtake each other; only the newest counts.
    """
    order = db.session.get(ContentOrder, (current().unit_id, order_id), with_for_update=True)
    target = db.session.scalar(
        select(OrderTarget).where(OrderTarget.order_id == order_id, OrderTarget.target_unit_id == target_unit_id)
    )
    if order is None or target is None:
        raise NotFound(f"order {order_id}")
    if serial <= target.serial:
        return
    target.serial, target.items, target.ended = serial, items, ended
    target.state = "done" if ended == items else "received"
    target.received_at = dt.datetime.fromisoformat(received_at)
    target.last_sign_at = dt.datetime.fromisoformat(last_sign_at) if last_sign_at else None
    db.session.flush()
    left = select(OrderTarget.id).where(OrderTarget.order_id == order_id, OrderTarget.state != "done").limit(1)
    if order.state == "open" and db.session.scalar(left) is None:
        _end(order, "closed", None)


def lift(order_id: int, actor_id: int) -> ContentOrder:
    """Take an order back: what it kept off the outlets may be published again.

    Raises:
        NotFound: this unit gave no such order.
        Refused: "lifted-already".
    """
    order = db.session.get(ContentOrder, (current().unit_id, order_id), with_for_update=True)
    if order is None:
        raise NotFound(f"order {order_id}")
    if order.state == "lifted":
        raise Refused("lifted-already", _("Lệnh này đã được rút trước đó. Chưa có gì thay đổi."))
    _end(order, "lifted", actor_id)
    return order


def _end(order: ContentOrder, state: str, actor_id: int | None) -> None:
    order.state, order.ended_at = state, clock.now()
    rows = select(OrderTarget.target_unit_id).where(OrderTarget.order_id == order.id)
    unit_ids = list(db.session.scalars(rows))
    if order.unit_id in unit_ids:
        receiving.end(order.unit_id, order.id, state == "lifted")
    _send(END, order, [unit_id for unit_id in unit_ids if unit_id != order.unit_id], lifted=state == "lifted")
    audit.record("order.lift" if state == "lifted" else "order.close", "content_order", order.id, actor_id)


def remind(order_id: int, unit_ids: Sequence[int], actor_id: int) -> int:
    """Remind units that are not done; an empty choice means all of them. Return how many were reminded.

    Raises:
        NotFound: this unit gave no such order.
    """
    order = get_own(ContentOrder, order_id)
    rows = select(OrderTarget).where(OrderTarget.order_id == order_id, OrderTarget.state != "done")
    if unit_ids:
        rows = rows.where(OrderTarget.target_unit_id.in_(unit_ids))
    waiting = [target.target_unit_id for target in db.session.scalars(rows)]
    if order.state != "open" or not waiting:
        return 0
    db.session.execute(
        update(OrderTarget)
        .where(OrderTarget.order_id == order_id, OrderTarget.target_unit_id.in_(waiting))
        .values(reminded_at=clock.now(), reminders=OrderTarget.reminders + 1)
        .execution_options(synchronize_session=False)
    )
    _send(REMIND, order, waiting)
    audit.record("order.remind", "content_order", order.id, actor_id, units=len(waiting))
    return len(waiting)


# In the unit that follows an order


def withdraw_all(receipt_id: int, actor_id: int) -> tuple[int, int]:
    """Take down, through their channels, all items of an order that a channel can take down.

    Returns:
        How many are being taken down now, and how many are left to people.

    Raises:
        NotFound: no such order here.
        Refused: "order-over".
    """
    receipt = _open_receipt(receipt_id)
    begun = left = 0
    for item in receiving.items_of(receipt.id):
        if item.state in states.ENDED or item.state == states.DOING:
            continue
        if _take_down(receipt, item, actor_id):
            begun += 1
        else:
            left += 1
    receiving.sign_of_life(receipt)
    return begun, left


def _take_down(receipt: OrderReceipt, item: OrderItem, actor_id: int) -> bool:
    delivery = outcome.locked(item.delivery_id)
    manager = environment.manager()
    able = delivery.channel in manager and manager.get(delivery.channel).limits.can_retract
    if delivery.state == deliveries.NEEDS_PERSON and delivery.wanted == deliveries.RETRACT:
        publishing.retry(delivery.id, actor_id)
        return True
    if not able or delivery.state != deliveries.PUBLISHED:
        return False
    publishing.retract(delivery.id, _("Theo lệnh: %(reason)s", reason=receipt.reason), actor_id)
    return True


def settle_item(item_id: int, result: str, note: str, actor_id: int) -> OrderItem:
    """Take a person's word for an item of an order.

    Args:
        result: "deleted": taken down by hand; "answered": dealt with in another way; "acknowledged": cannot be changed.
        note: what was done, or why nothing can be; required, except for "deleted".

    Raises:
        NotFound: no such item here.
        Refused: "order-over", "item-over", "no-note", "unknown-result".
    """
    item = get_own(OrderItem, item_id)
    receipt = _open_receipt(item.receipt_id)
    note = nfc(note).strip()
    if item.state in states.ENDED:
        raise Refused("item-over", _("Kênh này đã có kết quả rồi. Hãy tải lại trang để xem."))
    if result not in (states.DELETED, states.ANSWERED, states.ACKNOWLEDGED):
        raise Refused("unknown-result", _("Hãy chọn một kết quả. Chưa có gì thay đổi."))
    if result != states.DELETED and not note:
        raise Refused("no-note", _("Hãy ghi rõ đã làm gì, hoặc vì sao không sửa được. Chưa có gì thay đổi."))
    if result == states.DELETED:
        _note_removal(receipt, item, note, actor_id)
    item.state, item.note, item.by_id, item.ended_at = result, note, actor_id, clock.now()
    audit.record("order.item", "order_item", item.id, actor_id, result=result, note=note)
    receiving.sign_of_life(receipt)
    return item


def _note_removal(receipt: OrderReceipt, item: OrderItem, note: str, actor_id: int) -> None:
    delivery = outcome.locked(item.delivery_id)
    if delivery.state in (deliveries.RETRACTED, deliveries.CANCELLED, deliveries.FAILED):
        return
    reason = _("Theo lệnh: %(reason)s", reason=receipt.reason)
    reason = f"{reason} ({note})" if note else reason
    if delivery.state == deliveries.HANDED_OVER:
        confirming.withdraw(delivery.id, reason, actor_id)
    else:
        settling.settle_retracted(delivery.id, reason, actor_id)


def _open_receipt(receipt_id: int) -> OrderReceipt:
    found = db.session.get(OrderReceipt, (current().unit_id, receipt_id), with_for_update=True)
    if found is None:
        raise NotFound(f"order receipt {receipt_id}")
    if found.order_state == "lifted":
        raise Refused("order-over", _("Lệnh này đã được rút nên không phải làm nữa. Chưa có gì thay đổi."))
    return found
