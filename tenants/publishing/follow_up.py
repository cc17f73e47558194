"""The further step of a published item (sending it to every follower): asked for by a person, taken at most once.

asked -> sending -> done, or failed when it is certain that nothing was sent, or unconfirmed when nobody knows. Only a
person leads out of the last two; the program never calls a second time by itself.
"""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from channel_plugins import Channel, ChannelError, GiveUp, NeedsPerson, Receipt, TryAgain
from channel_plugins.reach import FollowUp, Offer
from channel_plugins.types import Payload
from tenants import audit, clock
from tenants.db import READ_ONLY, db, transaction
from tenants.errors import NotFound, Refused
from tenants.jobs import queue
from tenants.publishing import calling, holds, outcome, outlets, reaching, render, states
from tenants.publishing.contact_models import FollowUpStep
from tenants.publishing.models import Delivery
from tenants.publishing.receipts import receipt_json, receipt_of
from tenants.scope import current, get_own

log = logging.getLogger("loa.publishing")

ASKED, SENDING, DONE, FAILED, UNCONFIRMED = "asked", "sending", "done", "failed", "unconfirmed"

LABELS = {
    ASKED: _l("Chờ gửi"),
    SENDING: _l("Đang gửi"),
    DONE: _l("Đã gửi"),
    FAILED: _l("Chưa gửi được"),
    UNCONFIRMED: _l("Chưa rõ kết quả"),
}

KIND = "publishing.follow_up"
OFFERING = calling.Timing(remote=20.0)


@dataclass(frozen=True)
class _Call:
    """What the channel is called with."""

    account_id: int
    channel: Channel
    receipt: Receipt
    payload: Payload
    key: str


def follow_up_of(channel_name: str) -> FollowUp | None:
    """Return the further step of a channel; None when it has none or is gone."""
    try:
        return outlets.channel_named(channel_name).follow_up
    except NotFound:
        return None


def step_of(delivery_id: int) -> FollowUpStep | None:
    """Return how the further step of a delivery stands; None when nobody asked for it."""
    return db.session.scalar(select(FollowUpStep).where(FollowUpStep.delivery_id == delivery_id))


def offer(delivery_id: int) -> Offer:
    """Ask the outlet, by reading only, whether the step is possible now and what it uses up. Holds no transaction
    meanwhile.

    Raises:
        NotFound: no such delivery, or its channel has no such step.
    """
    call = _prepared(delivery_id)
    # Taking the outlet's lease writes, also while a page is merely looked at.
    db.session.rollback()
    READ_ONLY.set(False)
    if call is None:
        return Offer(False, _("Bài chưa ở trên kênh, hoặc kênh chưa dùng được, nên chưa có bước này."))
    came = reaching.reach(
        call.account_id, "offer", lambda channel, account: channel.offer_follow_up(call.receipt, account), OFFERING
    )
    if isinstance(came, reaching.Answered):
        if isinstance(came.answer, Offer):
            return came.answer
        if isinstance(came.answer, ChannelError):
            return Offer(False, came.answer.for_school)
    if isinstance(came, reaching.Later):
        return Offer(False, _("Kênh đang bận gửi bài khác hoặc đang nghỉ. Chưa có gì được gửi; hãy thử lại sau."))
    return Offer(False, _("Kênh không trả lời nên chưa biết hạn mức. Chưa có gì được gửi; hãy thử lại sau ít phút."))


def ask(delivery_id: int, agreed: bool, offered: str, *, actor_id: int) -> FollowUpStep:
    """Ask for the step, after a person read the offer and agreed to it.

    Args:
        offered: the sentence the person read; it is kept.

    Raises:
        NotFound: no such delivery, or its channel has no such step.
        Refused: "not-agreed", "not-published", "asked-before", "frozen", "under-order".
    """
    delivery = outcome.locked(delivery_id)
    if follow_up_of(delivery.channel) is None:
        raise NotFound(f"follow-up of {delivery_id}")
    if not agreed:
        raise Refused("not-agreed", _("Hãy đánh dấu đồng ý trước khi gửi. Chưa có gì được gửi."))
    if delivery.state != states.PUBLISHED:
        raise Refused("not-published", _("Bài không đang hiện trên kênh nên chưa gửi tiếp được."))
    if held := holds.stop_for(delivery):
        raise Refused("frozen" if held.kind == holds.FREEZE else "under-order", held.sentence)
    step = db.session.scalar(select(FollowUpStep).where(FollowUpStep.delivery_id == delivery_id).with_for_update())
    if step is None:
        step = FollowUpStep(delivery_id=delivery_id, state=FAILED)
    if step.state != FAILED:
        raise _asked_before()
    step.state, step.asked_by, step.asked_at, step.offer = ASKED, actor_id, clock.now(), offered[:2000]
    step.sentence = step.next_step = step.detail = step.started_at = step.ended_at = None
    try:
        with db.session.begin_nested():
            db.session.add(step)
    except IntegrityError:
        raise _asked_before() from None
    queue.enqueue(KIND, current().unit_id, dedup=f"follow_up:{step.id}", step_id=step.id)
    audit.record("publish.manage", "delivery", delivery_id, actor_id, follow_up=ASKED, offer=step.offer)
    return step


def run(step_id: int) -> dt.datetime | None:
    """Handler of the job: take the step once. Opens its own transactions and holds none while the channel is called.

    A step that is found under way belongs to a worker that died: nobody knows what it did, so a person looks.

    Returns:
        When to be called again, because the outlet was busy and has not been called; None when it ended.
    """
    with transaction():
        call = _begin(step_id)
    if call is None:
        return None
    came = reaching.reach(
        call.account_id,
        "follow-up",
        lambda channel, account: channel.do_follow_up(call.receipt, call.payload, account, call.key),
    )
    with transaction():
        step = _locked(step_id)
        if step is None or step.state != SENDING:
            log.warning("a follow-up ended too late", extra={"channel": call.channel.info.name})
            return None
        if isinstance(came, reaching.Later):
            step.state, step.tries = ASKED, step.tries - 1
            return came.at
        if isinstance(came, reaching.Closed):
            _end(step, FAILED, _closed())
            return None
        _record(step, came.answer)
        return None


def settle(delivery_id: int, done: bool, *, actor_id: int) -> FollowUpStep:
    """Take a person's word for whether a doubtful step was taken.

    Raises:
        NotFound: nobody asked for it.
        Refused: "not-doubtful".
    """
    outcome.locked(delivery_id)
    step = step_of(delivery_id)
    if step is None:
        raise NotFound(f"follow-up of {delivery_id}")
    if step.state != UNCONFIRMED:
        raise Refused("not-doubtful", _("Kết quả của bước này đã rõ. Hãy tải lại trang để xem tình trạng mới nhất."))
    step.state = DONE if done else FAILED
    step.settled_by = actor_id
    step.sentence = None if done else _("Bạn đã ghi nhận là chưa gửi; có thể gửi lại nếu muốn.")
    step.next_step = None
    audit.record("publish.manage", "delivery", delivery_id, actor_id, follow_up=step.state, settled=True)
    return step


def _locked(step_id: int) -> FollowUpStep | None:
    return db.session.get(FollowUpStep, (current().unit_id, step_id), with_for_update=True, populate_existing=True)


def _begin(step_id: int) -> _Call | None:
    step = _locked(step_id)
    if step is None:
        return None
    if step.state == SENDING:
        _end(step, UNCONFIRMED, _lost(), "look_at_outlet")
        return None
    if step.state != ASKED:
        return None
    if held := holds.stop_for(get_own(Delivery, step.delivery_id)):
        _end(step, FAILED, held.sentence)
        return None
    call = _prepared(step.delivery_id)
    if call is None:
        _end(step, FAILED, _closed())
        return None
    step.state, step.started_at = SENDING, clock.now()
    step.tries += 1
    return call


def _prepared(delivery_id: int) -> _Call | None:
    """Return the call for a delivery, None when it cannot be made now."""
    delivery = get_own(Delivery, delivery_id)
    channel = outlets.channel_named(delivery.channel)
    if channel.follow_up is None:
        raise NotFound(f"follow-up of {delivery_id}")
    receipt = receipt_of(delivery.receipt)
    if delivery.state != states.PUBLISHED or receipt is None:
        return None
    if not reaching.usable(outlets.get_account(delivery.account_id)):
        return None
    key = f"{delivery.key}-follow-up"
    return _Call(delivery.account_id, channel, receipt, render.payload_of(delivery), key)


def _record(step: FollowUpStep, answer: object) -> None:
    if isinstance(answer, Receipt):
        step.receipt = receipt_json(answer)
        _end(step, DONE, "")
        return
    if isinstance(answer, TryAgain | GiveUp | NeedsPerson):
        # Certainly nothing was sent. Trying again is the person's choice: the hour and the quota may be others by then.
        _end(step, FAILED, answer.for_school, answer.next_step.value)
    else:
        _end(step, UNCONFIRMED, answer.for_school if isinstance(answer, ChannelError) else _lost(), "look_at_outlet")
    step.detail = (answer.detail if isinstance(answer, ChannelError) else type(answer).__name__)[:4000] or None


def _closed() -> str:
    return str(_("Bài không còn trên kênh, hoặc kênh đang tắt hay cần kết nối lại. Chưa có gì được gửi."))


def _end(step: FollowUpStep, state: str, sentence: str, next_step: str = "") -> None:
    step.state, step.ended_at = state, clock.now()
    step.sentence, step.next_step = sentence or None, next_step or None
    audit.record("publish.outcome", "delivery", step.delivery_id, None, follow_up=state)


def _lost() -> str:
    return str(
        _(
            "Chưa rõ đã gửi hay chưa vì mất câu trả lời của kênh. Hệ thống không bao giờ tự gửi lại; hãy mở kênh xem "
            "rồi ghi nhận ở trang này."
        )
    )


def _asked_before() -> Refused:
    return Refused(
        "asked-before",
        _("Bước này đã được yêu cầu cho bài này rồi và mỗi bài chỉ gửi một lần. Chưa có gì được gửi thêm."),
    )
