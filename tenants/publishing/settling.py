"""Taking a person's word for how a delivery ended, where the program cannot know."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select

from channel_plugins import Receipt
from tenants import audit, clock
from tenants.db import db
from tenants.errors import Refused
from tenants.publishing import outcome, states, telling
from tenants.publishing.models import Attempt, Delivery
from tenants.text import nfc


def settle_published(delivery_id: int, url: str, actor_id: int) -> Delivery:
    """Take a person's word that a doubtful item stands on the outlet.

    Args:
        url: its address; "" when it has none.

    Raises:
        NotFound: no such delivery.
        Refused: "not-doubtful"; "bad-url".
    """
    delivery = _doubtful(delivery_id)
    if url and not url.startswith(("https://", "http://")):
        raise Refused("bad-url", _("Địa chỉ bài đăng cần bắt đầu bằng https://. Chưa có gì thay đổi."))
    _attempt(delivery, states.LOOK_UP, states.DONE, actor_id)
    found = Receipt(remote_id=delivery.remote_id or delivery.key, url=url or delivery.url)
    outcome.accept(delivery, found, seen_by="person")
    audit.record("publish.manage", "delivery", delivery.id, actor_id, settled=states.PUBLISHED, url=url)
    return delivery


def settle_seen(delivery_id: int, url: str, actor_id: int) -> Delivery:
    """Take a person's word that a published item, which the program could not find or not read, stands on the outlet
    as it was approved.

    Args:
        url: its address; "" leaves the known one.

    Raises:
        NotFound: no such delivery.
        Refused: "not-published"; "bad-url".
    """
    delivery = outcome.locked(delivery_id)
    if delivery.state != states.PUBLISHED:
        raise Refused("not-published", _("Bài không ở trạng thái đã đăng trên kênh này. Chưa có gì thay đổi."))
    if url and not url.startswith(("https://", "http://")):
        raise Refused("bad-url", _("Địa chỉ bài đăng cần bắt đầu bằng https://. Chưa có gì thay đổi."))
    _attempt(delivery, states.LOOK_UP, states.DONE, actor_id)
    delivery.url, delivery.altered = url or delivery.url, False
    delivery.sentence = delivery.next_step = None
    outcome.see(delivery, "person")
    telling.about_delivery(delivery)
    audit.record("publish.manage", "delivery", delivery.id, actor_id, settled="seen", url=url)
    return delivery


def settle_absent(delivery_id: int, actor_id: int) -> Delivery:
    """Take a person's word that a doubtful item is not on the outlet, and send it again.

    Raises:
        NotFound: no such delivery.
        Refused: "not-doubtful".
    """
    delivery = _doubtful(delivery_id)
    _attempt(delivery, states.LOOK_UP, states.NOT_THERE, actor_id)
    delivery.state, delivery.next_at = states.SCHEDULED, clock.now()
    delivery.tries = delivery.checks = 0
    delivery.receipt = delivery.sentence = delivery.next_step = None
    outcome.set_going(delivery)
    audit.record("publish.manage", "delivery", delivery.id, actor_id, settled=states.NOT_THERE)
    return delivery


def settle_retracted(delivery_id: int, reason: str, actor_id: int) -> Delivery:
    """Take a person's word that an item was taken down by hand.

    Raises:
        NotFound: no such delivery.
        Refused: "not-published"; "no-reason".
    """
    delivery = outcome.locked(delivery_id)
    stuck = delivery.state == states.NEEDS_PERSON and delivery.wanted == states.RETRACT
    if delivery.state not in (states.PUBLISHED, states.UNCONFIRMED) and not stuck:
        raise Refused("not-published", _("Bài không đang hiện trên kênh này nên không có gì để ghi nhận."))
    reason = nfc(reason).strip() or (delivery.retract_reason or "")
    if not reason:
        raise Refused("no-reason", _("Hãy ghi lý do gỡ bài. Chưa có gì thay đổi."))
    delivery.wanted, delivery.retract_reason = states.RETRACT, reason
    _attempt(delivery, states.RETRACT, states.DONE, actor_id)
    outcome.taken_down(delivery)
    audit.record("publish.manage", "delivery", delivery.id, actor_id, settled=states.RETRACTED, reason=reason)
    return delivery


def _doubtful(delivery_id: int) -> Delivery:
    delivery = outcome.locked(delivery_id)
    if delivery.state != states.UNCONFIRMED:
        raise Refused("not-doubtful", _("Kết quả của bài này đã rõ. Hãy tải lại trang để xem tình trạng mới nhất."))
    return delivery


def _attempt(delivery: Delivery, call: str, state: str, actor_id: int) -> None:
    now = clock.now()
    last = db.session.scalars(
        select(Attempt).where(Attempt.delivery_id == delivery.id).order_by(Attempt.number.desc())
    ).first()
    if last is not None and last.state == states.RUNNING:
        last.state, last.ended_at = states.LOST, now
    db.session.add(
        Attempt(
            delivery_id=delivery.id,
            number=1 if last is None else last.number + 1,
            call=call,
            state=state,
            started_at=now,
            ended_at=now,
            by_id=actor_id,
        )
    )
    db.session.flush()
