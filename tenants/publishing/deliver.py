"""Bringing a delivery to its outlet: the attempt written and committed, the database let go, the channel called,
the end recorded.

Killed at any point, nothing is lost and nothing is posted twice: an attempt that is still "sending" when the job
comes back means that nobody knows, and ``states.next_call`` then asks the outlet before anything is sent again.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Collection
from typing import Any, cast

from flask_babel import gettext as _
from sqlalchemy import CursorResult, select, update

from channel_plugins import Account, Channel, NextStep, Receipt, Sent, TryAgain
from tenants import audit, clock, files
from tenants.content import queries as content
from tenants.content import revisions
from tenants.content import states as article_states
from tenants.db import db, transaction
from tenants.publishing import (
    budget,
    calling,
    confirming,
    environment,
    holds,
    mailing,
    outcome,
    pausing,
    policy,
    postponing,
    posts,
    preparing,
    render,
    states,
    stopping,
)
from tenants.publishing.calling import Answer, Call, Timing
from tenants.publishing.models import Attempt, ChannelAccount, Delivery
from tenants.publishing.preparing import Preparation
from tenants.publishing.receipts import receipt_of
from tenants.publishing.states import LastAttempt, Verdict
from tenants.secrets import InvalidSecret

__all__ = ["Timing", "deliver", "receipt_of"]

log = logging.getLogger("loa.publishing")


def deliver(delivery_id: int, timing: Timing | None = None) -> dt.datetime | None:
    """Take one step with a delivery, in its unit's scope. Opens its own transactions and holds none while the
    channel is called.

    Returns:
        When to be called again; None when there is nothing left to do without a person.
    """
    timing = timing or Timing()
    with transaction():
        call = _begin(delivery_id, timing)
    prepared: set[str] = set()
    while isinstance(call, Preparation):
        prepared.add(call.what)
        came = preparing.make(call)
        with transaction():
            preparing.record(call, came)
            call = _begin(delivery_id, timing, prepared)
    if not isinstance(call, Call):
        return call
    answer = calling.make(call)
    artefacts = _store_files(call) if isinstance(answer, Receipt) and answer.settled else []
    with transaction():
        return _record(call, answer, artefacts)


def _begin(delivery_id: int, timing: Timing, prepared: Collection[str] = ()) -> Call | Preparation | dt.datetime | None:
    delivery = outcome.locked(delivery_id)
    now = clock.now()
    if delivery.next_at is None or delivery.state not in states.OPEN:
        return None
    if delivery.next_at > now:
        return delivery.next_at
    account = pausing.locked(delivery.account_id)
    if (busy := pausing.free_at(account, timing.queue)) is not None:
        return busy
    if account.paused_until is not None and account.paused_until > now:
        return _wait(delivery, account.paused_until, pausing.resting(account))
    if delivery.channel not in environment.manager():
        _stop(
            delivery,
            _("Kênh này không còn được cài trên hệ thống nên bài chưa được gửi. Hãy báo bộ phận hỗ trợ."),
            NextStep.CALL_SUPPORT,
        )
        return None
    channel = environment.manager().get(delivery.channel)
    last = _last_attempt(delivery)
    accepted = states.accepted(delivery.receipt)
    what = states.next_call(
        delivery.wanted,
        None if last is None else LastAttempt(last.call, last.state),
        accepted,
        channel.info.repeat_is_safe,
    )
    if last is not None and last.state == states.RUNNING:
        last.state, last.ended_at = states.LOST, now
    if what in (states.PUBLISH, states.EDIT) and _hindered(delivery, account):
        return None
    if what == states.LOOK_UP and accepted and _kept_unseen(delivery, account):
        return None
    if what == states.PUBLISH and postponing.out_of_quiet_hours(delivery):
        return delivery.next_at
    if what == states.PUBLISH and (wait := budget.wait(delivery, account, channel.limits)) is not None:
        return _wait(delivery, wait.until, wait.sentence)
    try:
        value = posts.account_value(account, channel)
    except InvalidSecret as error:
        _stop(delivery, _unreadable(), NextStep.RECONNECT, str(error))
        return None
    need = preparing.needed(account, channel, value, posting=what == states.PUBLISH)
    if need is not None and need not in prepared:
        return preparing.begin(account, channel, value, need, timing)
    return _written(delivery, account, channel, what, value, last, timing)


def _written(
    delivery: Delivery,
    account: ChannelAccount,
    channel: Channel,
    what: str,
    value: Account,
    last: Attempt | None,
    timing: Timing,
) -> Call:
    """Write the attempt, and return the call it stands for with everything it needs."""
    now = clock.now()
    limit = timing.limit(channel)
    attempt = Attempt(delivery_id=delivery.id, number=1 if last is None else last.number + 1, call=what, started_at=now)
    db.session.add(attempt)
    if what == states.LOOK_UP:
        delivery.checks += 1
        if delivery.state == states.SENDING and delivery.receipt is None:
            delivery.state, delivery.sentence = states.UNCONFIRMED, states.after_restart()
            delivery.next_step = NextStep.LOOK_AT_OUTLET.value
    else:
        delivery.tries += 1
        delivery.state = states.SENDING
    if what == states.PUBLISH:
        delivery.sent_at = now
    pausing.hold(account, f"{delivery.key}-{attempt.number}", limit + timing.margin)
    db.session.flush()
    began = (None if last is None else _first_sent_at(delivery)) or now
    return Call(
        what=what,
        delivery_id=delivery.id,
        attempt_id=attempt.id,
        key=delivery.key,
        channel=channel,
        account=value,
        payload=render.payload_of(delivery),
        host=_host(delivery, account if what == states.PUBLISH else None),
        sent=Sent(render.payload_of(delivery), began, receipt_of(delivery.receipt)),
        receipt=receipt_of(_subject(delivery)),
        limit=limit,
    )


def _record(call: Call, answer: Answer, artefacts: list[dict[str, Any]]) -> dt.datetime | None:
    delivery = outcome.locked(call.delivery_id)
    account = pausing.locked(delivery.account_id)
    verdict = states.judge(call.what, answer, delivery.tries, delivery.checks, pausing.luck())
    if not _close_attempt(call, verdict):
        return _late(call, delivery, answer)
    if account.busy_key is not None and account.busy_key.startswith(f"{delivery.key}-"):
        account.busy_key = account.busy_until = None
    pausing.hear(account, answer)
    if verdict.pause is None and isinstance(answer, TryAgain) and answer.pause_account:
        pausing.suspend(account)
    if isinstance(answer, Receipt) and answer.rest is not None:
        pausing.rest(account, answer.rest)
    if call.what == states.PUBLISH and verdict.attempt in states.CERTAINLY_NOT_SENT:
        delivery.sent_at = None
    if verdict.forget_receipt:
        delivery.receipt = None
    if verdict.state == states.PUBLISHED and verdict.receipt is not None:
        delivery.artefacts = artefacts
        confirming.arrive(delivery, call.channel, verdict.receipt)
    elif verdict.state == states.RETRACTED:
        outcome.taken_down(delivery)
    else:
        _wait_or_stop(delivery, verdict)
    audit.record(
        "publish.outcome", "delivery", delivery.id, None, call=call.what, attempt=verdict.attempt, state=delivery.state
    )
    log.info(
        "delivery step",
        extra={"delivery_id": delivery.id, "channel": delivery.channel, "kind": call.what, "status": verdict.attempt},
    )
    return delivery.next_at


def _close_attempt(call: Call, verdict: Verdict) -> bool:
    """Write the end of the attempt; False when another worker has taken this one for lost meanwhile."""
    done = db.session.execute(
        update(Attempt)
        .where(Attempt.id == call.attempt_id, Attempt.state == states.RUNNING)
        .values(
            state=verdict.attempt,
            ended_at=clock.now(),
            sentence=verdict.sentence or None,
            detail=calling.hide_secrets(verdict.detail, call.account)[:4000] or None,
            transcript=calling.transcript(call.exchanges, call.account),
        )
        .execution_options(synchronize_session=False)
    )
    return cast("CursorResult[Any]", done).rowcount == 1


def _late(call: Call, delivery: Delivery, answer: Answer) -> dt.datetime | None:
    """Hear an answer that came after the attempt was given up: that the item stands there ends every doubt."""
    doubtful = delivery.state in (states.UNCONFIRMED, states.SENDING) and delivery.wanted == states.PUBLISH
    if call.what == states.PUBLISH and doubtful and isinstance(answer, Receipt) and answer.settled:
        confirming.arrive(delivery, call.channel, answer)
        audit.record("publish.outcome", "delivery", delivery.id, None, call=call.what, attempt="late")
    log.warning("an answer came too late", extra={"delivery_id": delivery.id, "channel": delivery.channel})
    return delivery.next_at


def _wait_or_stop(delivery: Delivery, verdict: Verdict) -> None:
    delivery.state = verdict.state
    delivery.sentence, delivery.next_step = verdict.sentence or None, verdict.next_step or None
    delivery.next_at = None if verdict.pause is None else clock.now() + verdict.pause
    if verdict.receipt is not None:
        delivery.receipt = outcome.receipt_json(verdict.receipt)
        delivery.remote_id, delivery.url = verdict.receipt.remote_id, verdict.receipt.url
    if delivery.next_at is None:
        outcome.announce(delivery)
        outcome.unschedule(revisions.locked_article(delivery.article_id))


def _hindered(delivery: Delivery, account: ChannelAccount) -> bool:
    """Stop a delivery that must not go out any more, and say why."""
    article = revisions.locked_article(delivery.article_id)
    if article.approved_revision_id != delivery.revision_id or article.state not in article_states.DELIVERABLE:
        outcome.end_without_sending(
            delivery,
            _(
                "Chưa đăng vì bài đã được sửa hoặc bị rút phê duyệt sau khi hẹn. Hãy duyệt bản mới rồi đăng lại; "
                "nội dung vẫn được giữ nguyên."
            ),
        )
        outcome.unschedule(article)
    elif stop := holds.stop_for(delivery):
        holds.stop(delivery, stop)
    elif not policy.allowed(account.channel):
        _stop(delivery, stopping.forbidden(), NextStep.CALL_SUPPORT)
    elif not account.enabled:
        _stop(delivery, stopping.switched_off(account.label), NextStep.OPEN_SETTINGS)
    elif account.paused_reason:
        _stop(delivery, account.paused_reason, NextStep.RECONNECT)
    elif delivery.wanted == states.EDIT and not _still_standing(delivery):
        outcome.end_without_sending(
            delivery, _("Chưa đăng vì bản cũ không còn trên kênh. Hãy đăng bản mới từ trang của bài.")
        )
    elif delivery.wanted == states.PUBLISH and (sentence := mailing.hindrance(delivery, account)):
        _stop(delivery, sentence, NextStep.OPEN_SETTINGS)
    else:
        return False
    audit.record("publish.outcome", "delivery", delivery.id, None, state=delivery.state)
    return True


def _kept_unseen(delivery: Delivery, account: ChannelAccount) -> bool:
    """Leave what the outlet has accepted and does not show yet as it is, when it must not be seen any more: looking it
    up may take the step that shows it.

    What is known to be accepted is never called cancelled: a person looks at the outlet, or lets it go on.
    """
    article = revisions.locked_article(delivery.article_id)
    if article.approved_revision_id != delivery.revision_id or article.state not in article_states.DELIVERABLE:
        reason = str(_("Bài đã được sửa hoặc bị rút phê duyệt trong lúc kênh xử lý."))
    elif found := holds.stop_for(delivery):
        reason = found.sentence
    elif not policy.allowed(account.channel):
        reason = policy.sentence()
    elif not account.enabled:
        reason = str(_("Kênh «%(name)s» đang tắt.", name=account.label))
    else:
        return False
    delivery.state, delivery.next_at = states.UNCONFIRMED, None
    delivery.sentence = _(
        "Kênh đã nhận bài nhưng hệ thống dừng lại, không cho bài hiện. %(reason)s Hãy mở kênh xem: nếu bài không được "
        "đăng nữa thì xóa bản trên kênh rồi ghi nhận ở trang này; nếu vẫn đăng, khi không còn lý do dừng hãy bấm Gửi "
        "lại.",
        reason=reason,
    )
    delivery.next_step = NextStep.LOOK_AT_OUTLET.value
    outcome.announce(delivery)
    outcome.unschedule(article)
    audit.record("publish.outcome", "delivery", delivery.id, None, state=delivery.state, held_back=True)
    return True


def _wait(delivery: Delivery, until: dt.datetime, sentence: str) -> dt.datetime:
    """Let a delivery wait, and say what for; what is not known of it is more important than that."""
    delivery.next_at = until
    if delivery.state != states.UNCONFIRMED:
        delivery.sentence, delivery.next_step = sentence, NextStep.WAIT.value
    return until


def _stop(delivery: Delivery, sentence: str, step: NextStep, detail: str = "") -> None:
    if detail:
        log.error(detail, extra={"delivery_id": delivery.id, "channel": delivery.channel})
    stopping.stop(delivery, sentence, step)


def _still_standing(delivery: Delivery) -> bool:
    before = None if delivery.replaces_id is None else outcome.locked(delivery.replaces_id)
    return before is not None and before.state in states.STANDING and before.receipt is not None


def _subject(delivery: Delivery) -> dict[str, Any] | None:
    """Return the receipt of what is edited or retracted."""
    if delivery.wanted == states.EDIT and delivery.replaces_id is not None:
        return outcome.locked(delivery.replaces_id).receipt
    return delivery.receipt


def _store_files(call: Call) -> list[dict[str, Any]]:
    """Keep the files of what was published. Failing here must not look like a failed publication."""
    store = files.store()
    return [
        {
            "filename": artefact.filename,
            "content_type": artefact.content_type,
            "sha256": store.put(artefact.data),
            "size": len(artefact.data),
        }
        for artefact in calling.files_of(call.channel, call.payload, call.host, call.limit)
    ]


def _host(delivery: Delivery, account: ChannelAccount | None) -> render.DeliveryHost:
    unit = environment.own_unit()
    pictures = {str(p.media_id): p.sha256 for p in content.media_of(delivery.revision_id)}
    is_public = bool(pictures) and _stands_on_own_site(delivery.article_id)
    address = f"{environment.base_url()}/media/{unit.slug}/{{ref}}/full" if is_public else None
    people = None if account is None else mailing.audience_of(delivery, account)
    return render.DeliveryHost(files.store(), unit.id, pictures, address, people)


def _stands_on_own_site(article_id: int) -> bool:
    standing = select(Delivery.id).where(
        Delivery.article_id == article_id,
        Delivery.channel.in_(environment.hosted_channels()),
        Delivery.state == states.PUBLISHED,
    )
    return db.session.scalar(standing.limit(1)) is not None


def _last_attempt(delivery: Delivery) -> Attempt | None:
    rows = select(Attempt).where(Attempt.delivery_id == delivery.id).order_by(Attempt.number.desc()).limit(1)
    return db.session.scalar(rows.execution_options(populate_existing=True))


def _first_sent_at(delivery: Delivery) -> dt.datetime | None:
    """Return when the call was made that is looked into: the earliest since the item was last certainly not
    there."""
    rows = select(Attempt.call, Attempt.state, Attempt.started_at).where(Attempt.delivery_id == delivery.id)
    began: dt.datetime | None = None
    for call, state, started_at in db.session.execute(rows.order_by(Attempt.number)):
        if call == states.PUBLISH and began is None:
            began = started_at
        elif call == states.LOOK_UP and state == states.NOT_THERE:
            began = None
    return began


def _unreadable() -> str:
    return str(
        _(
            "Không đọc được thông tin kết nối đã lưu của kênh nên bài chưa được gửi. Hãy mở cài đặt kênh, nhập lại "
            "rồi bấm Gửi lại."
        )
    )
