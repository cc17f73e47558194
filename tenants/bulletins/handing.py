"""Handing a bulletin over and hearing how it ended: its articles go with it, each as a delivery of its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from channel_plugins import Payload, Receipt
from channel_plugins.radio import bulletin as radio
from channel_plugins.values import thaw
from tenants import audit, clock, files
from tenants.bulletins import queries, service, states
from tenants.bulletins.models import Bulletin, BulletinItem
from tenants.content import revisions
from tenants.db import db
from tenants.errors import Refused
from tenants.publishing import confirming, links, outlets, telling
from tenants.publishing import service as publishing
from tenants.publishing import states as delivery_states
from tenants.publishing.confirming import Speaker, Statement
from tenants.publishing.models import Delivery
from tenants.text import nfc


def hand_over(bulletin_id: int, actor_id: int) -> Bulletin:
    """Freeze the script, make its files, and let every article in it wait for the station's word.

    Raises:
        NotFound: no such bulletin.
        Refused: "not-draft"; "outdated": a chosen text is not the approved one any more; "problems"; what
            ``publishing.service.plan_delivery`` refuses, with the title of the article in front. Nothing was stored.
    """
    bulletin = service.locked(bulletin_id)
    if bulletin.state != states.DRAFT:
        raise Refused("not-draft", _("Bản tin đã được bàn giao. Hãy tải lại trang để xem tình trạng mới nhất."))
    article_ids = db.session.scalars(select(BulletinItem.article_id).where(BulletinItem.bulletin_id == bulletin_id))
    for article_id in sorted(article_ids):
        revisions.locked_article(article_id)
    draft = queries.draft(bulletin)
    _refuse(draft)
    payload = Payload(queries.RADIO, radio.bulletin_data(draft.value, draft.script, draft.outlet))
    bulletin.payload, bulletin.payload_hash = thaw(payload.data), payload.content_hash
    bulletin.artefacts = _kept(payload)
    bulletin.state, bulletin.handed_at = states.HANDED_OVER, clock.now()
    bulletin.due_at = max(bulletin.broadcast_at, bulletin.handed_at) + confirming.GRACE
    bulletin.proof = bulletin.sentence = None
    links.open_for(bulletin)
    for entry in sorted(draft.entries, key=lambda one: one.item.article_id):
        entry.item.delivery_id = _delivery(bulletin, entry, actor_id)
    db.session.flush()
    audit.record(
        "bulletin.hand-over", "bulletin", bulletin.id, actor_id,
        sha256=payload.content_hash, articles=[entry.item.article_id for entry in draft.entries],
    )  # fmt: skip
    return bulletin


def confirm(bulletin_id: int, said: Statement, speaker: Speaker) -> Bulletin:
    """Take a person's word that the bulletin was broadcast: every article in it counts as published from then on.

    A person of the unit may say it again to correct what was recorded.

    Raises:
        NotFound: no such bulletin.
        Refused: as ``confirming.confirm``.
    """
    bulletin = service.locked(bulletin_id)
    _may_speak(bulletin, speaker)
    said = confirming.checked(said, bulletin.handed_at)
    for delivery in _deliveries(bulletin, speaker):
        confirming.confirm(delivery.id, said, speaker)
    bulletin.state, bulletin.sentence = states.BROADCAST, None
    bulletin.proof = confirming.proof_of(said, speaker)
    telling.answer_settled(links.BULLETIN, bulletin)
    audit.record(
        "bulletin.confirm", "bulletin", bulletin.id, speaker.user_id,
        done=True, through=speaker.through, at=said.at.isoformat(), who=said.who,
    )  # fmt: skip
    return bulletin


def deny(bulletin_id: int, reason: str, who: str, speaker: Speaker) -> Bulletin:
    """Take a person's word that the bulletin was not broadcast.

    Raises:
        NotFound: no such bulletin.
        Refused: as ``confirming.deny``.
    """
    bulletin = service.locked(bulletin_id)
    _may_speak(bulletin, speaker)
    reason = _short(reason)
    if not reason:
        raise Refused("no-reason", _("Hãy ghi lý do không phát được. Chưa có gì thay đổi."))
    for delivery in _deliveries(bulletin, speaker):
        confirming.deny(delivery.id, reason, who, speaker)
    bulletin.state = states.NOT_DONE
    bulletin.sentence = _(
        "Người phụ trách báo chưa phát được bản tin: %(reason)s. Các bài vẫn được giữ; hãy mở lại bản tin để đổi giờ "
        "rồi bàn giao lần nữa.",
        reason=reason.rstrip(" ."),
    )
    bulletin.proof = confirming.denial_of(reason, who, speaker)
    telling.answer_settled(links.BULLETIN, bulletin)
    audit.record(
        "bulletin.confirm", "bulletin", bulletin.id, speaker.user_id, done=False, through=speaker.through, reason=reason
    )
    return bulletin


def withdraw(bulletin_id: int, reason: str, actor_id: int) -> Bulletin:
    """Take a bulletin back before it is broadcast, with every article in it.

    Raises:
        NotFound: no such bulletin.
        Refused: "not-handed"; "no-reason".
    """
    bulletin = service.locked(bulletin_id)
    if bulletin.state != states.HANDED_OVER:
        raise _not_handed()
    reason = _short(reason)
    if not reason:
        raise Refused("no-reason", _("Hãy ghi lý do rút lại. Bản tin vẫn đang chờ xác nhận."))
    for delivery in _deliveries(bulletin, Speaker()):
        confirming.withdraw(delivery.id, reason, actor_id)
    bulletin.state = states.WITHDRAWN
    telling.answer_settled(links.BULLETIN, bulletin)
    bulletin.sentence = _(
        "Đã rút lại trước khi phát: %(reason)s. Hãy báo người đang giữ tệp để họ không dùng nữa.",
        reason=reason.rstrip(" ."),
    )
    audit.record("bulletin.withdraw", "bulletin", bulletin.id, actor_id, reason=reason)
    return bulletin


def reopen(bulletin_id: int, actor_id: int) -> Bulletin:
    """Work on a bulletin again that was not broadcast or was withdrawn; its old link warns and takes nothing.

    Raises:
        NotFound: no such bulletin.
        Refused: "not-reopenable".
    """
    bulletin = service.locked(bulletin_id)
    if bulletin.state not in states.REOPENABLE:
        raise Refused("not-reopenable", _("Chỉ mở lại được bản tin không phát được hoặc đã rút lại."))
    bulletin.state = states.DRAFT
    audit.record("bulletin.write", "bulletin", bulletin.id, actor_id, reopened=True)
    return bulletin


def renew_link(bulletin_id: int, actor_id: int) -> Bulletin:
    """Give a bulletin a new link for another while; older ones stop working.

    Raises:
        NotFound: no such bulletin.
        Refused: "not-handed".
    """
    bulletin = service.locked(bulletin_id)
    if bulletin.state != states.HANDED_OVER:
        raise _not_handed()
    links.open_for(bulletin)
    telling.answer_settled(links.BULLETIN, bulletin)
    audit.record("bulletin.link", "bulletin", bulletin.id, actor_id, opened=True)
    return bulletin


def close_link(bulletin_id: int, actor_id: int) -> Bulletin:
    """Let the link of a bulletin stop working.

    Raises:
        NotFound: no such bulletin.
    """
    bulletin = service.locked(bulletin_id)
    links.close(bulletin)
    audit.record("bulletin.link", "bulletin", bulletin.id, actor_id, opened=False)
    return bulletin


def note_late(bulletin: Bulletin, who: str, words: str) -> None:
    """Tell the unit that somebody answered through a link whose time was over."""
    who = _short(who)[: confirming.LONGEST_NAME]
    telling.answered_late(links.BULLETIN, bulletin, bulletin.title, who, _short(words))


def overdue(bulletin: Bulletin, now: dt.datetime) -> bool:
    """Return whether the station's word is late."""
    return bulletin.state == states.HANDED_OVER and bulletin.due_at is not None and bulletin.due_at < now


def may_correct(bulletin: Bulletin) -> bool:
    """Return whether the unit may state anew how the broadcast ended."""
    return bulletin.state in (states.BROADCAST, states.NOT_DONE) and bulletin.proof is not None


def _refuse(draft: queries.Draft) -> None:
    stale = [entry.revision.title for entry in draft.entries if entry.standing != states.FINE]
    if stale:
        raise Refused(
            "outdated",
            _(
                "Bài «%(title)s» đã được sửa hoặc bị rút phê duyệt sau khi đưa vào bản tin, nên chưa bàn giao được. "
                "Hãy lấy bản đang được duyệt, hoặc bỏ bài ra khỏi bản tin.",
                title="», «".join(stale),
            ),
        )
    errors = [problem.sentence for problem in draft.problems if problem.severity == "error"]
    if errors:
        raise Refused("problems", _("Bản tin chưa bàn giao được:") + " " + " ".join(errors))


def _kept(payload: Payload) -> list[dict[str, Any]]:
    store = files.store()
    return [
        {
            "filename": artefact.filename,
            "content_type": artefact.content_type,
            "sha256": store.put(artefact.data),
            "size": len(artefact.data),
        }
        for artefact in outlets.channel_named(payload.channel).files(payload)
    ]


def _delivery(bulletin: Bulletin, entry: queries.Entry, actor_id: int) -> int | None:
    """Return the delivery that goes with the bulletin; None when this text was broadcast before and counts already."""
    try:
        delivery = publishing.plan_delivery(entry.item.article_id, bulletin.account_id, None, actor_id)
    except Refused as refusal:
        raise Refused(refusal.code, f"«{entry.revision.title}»: {refusal.sentence}", refusal.data) from refusal
    if delivery.state == delivery_states.PUBLISHED:
        return None
    if delivery.state not in (delivery_states.SCHEDULED, delivery_states.HANDED_OVER):
        raise Refused(
            "item-busy",
            _("Bài «%(title)s» đang được gửi riêng. Hãy thử lại sau ít phút.", title=entry.revision.title),
        )
    if delivery.state == delivery_states.SCHEDULED:
        confirming.hand_over(delivery, Receipt(delivery.key, detail={"bulletin": bulletin.id}))
    delivery.due_at = bulletin.due_at
    return delivery.id


def _deliveries(bulletin: Bulletin, speaker: Speaker) -> Sequence[Delivery]:
    """Return what this word is about, in the order in which it is locked; what somebody settled apart is left alone."""
    rows = (
        select(Delivery)
        .join(BulletinItem, (BulletinItem.unit_id == Delivery.unit_id) & (BulletinItem.delivery_id == Delivery.id))
        .where(BulletinItem.bulletin_id == bulletin.id)
        .order_by(Delivery.article_id, Delivery.id)
    )
    corrects = speaker.user_id is not None
    channel = outlets.channel_named(queries.RADIO)
    return [
        row
        for row in db.session.scalars(rows)
        if row.state == delivery_states.HANDED_OVER or (corrects and confirming.may_correct(row, channel))
    ]


def _may_speak(bulletin: Bulletin, speaker: Speaker) -> None:
    if bulletin.state == states.HANDED_OVER:
        return
    if speaker.through == confirming.LINK:
        raise confirming.already_recorded()
    if not may_correct(bulletin):
        raise _not_handed()


def _not_handed() -> Refused:
    return Refused(
        "not-handed",
        _("Bản tin không ở trạng thái chờ xác nhận. Hãy tải lại trang để xem tình trạng mới nhất."),
    )


def _short(text: str) -> str:
    return " ".join(nfc(text).split())[: confirming.LONGEST_NOTE]
