"""What only people can say: that a bulletin was broadcast, a notice put up, a text posted in a group.

Where ``ChannelInfo.confirmed_by`` is "person", a delivery whose files are ready waits in ``handed_over`` until somebody
states when it was broadcast or posted, or that it was not. Only then is it published, at the moment they stated. The
unit's own people state it on the delivery's page and may correct it; others through the link of
``tenants.publishing.links``, once.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select

from channel_plugins import Channel, Receipt
from channel_plugins.values import thaw
from tenants import audit, clock
from tenants.content import revisions
from tenants.content import states as article_states
from tenants.db import db
from tenants.errors import Refused
from tenants.publishing import environment, links, outcome, states, telling
from tenants.publishing.models import Attempt, Delivery
from tenants.publishing.receipts import receipt_json
from tenants.text import nfc

GRACE = dt.timedelta(days=2)
"""By when people are expected to have broadcast or posted, where the channel says nothing else."""
EARLIEST = dt.timedelta(hours=12)
"""How long before the hand-over a broadcast may lie: files were sometimes taken from the preview."""
LATE = dt.timedelta(minutes=5)
MOST_TIMES = 99
LONGEST_NOTE = 1000
LONGEST_NAME = 120
LONGEST_URL = 1000

ACCOUNT = "account"
LINK = "link"


@dataclass(frozen=True)
class Statement:
    """What a person says about a broadcast or a posting.

    Args:
        at: when it was broadcast or posted (first), aware.
        who: the person, as they gave their name; "" when they did not.
        place: the station, group or board.
        times: how often.
        url: where it can be seen.
        photo: SHA-256 of the file of a photograph, kept by the unit; "" for none.
    """

    at: dt.datetime
    who: str = ""
    place: str = ""
    times: int = 1
    url: str = ""
    photo: str = ""
    note: str = ""


@dataclass(frozen=True)
class Speaker:
    """Who says it: a person of the unit, or somebody with the link."""

    user_id: int | None = None

    @property
    def through(self) -> str:
        """``ACCOUNT`` or ``LINK``."""
        return LINK if self.user_id is None else ACCOUNT


def needed(channel: Channel) -> bool:
    """Return whether only a person can say that an item of this channel was published."""
    return channel.info.confirmed_by == "person"


def arrive(delivery: Delivery, channel: Channel, receipt: Receipt) -> None:
    """Note that the channel did its part: the item is published, or with the people who broadcast or post it."""
    if needed(channel):
        hand_over(delivery, receipt)
    else:
        outcome.accept(delivery, receipt)


def hand_over(delivery: Delivery, receipt: Receipt) -> None:
    """Note that the files are ready for the people who broadcast or post them, and wait for their word."""
    now = clock.now()
    before = None if delivery.replaces_id is None else outcome.locked(delivery.replaces_id)
    delivery.state, delivery.next_at = states.HANDED_OVER, None
    delivery.sentence = delivery.next_step = delivery.proof = None
    delivery.remote_id, delivery.url = receipt.remote_id, receipt.url
    delivery.receipt = receipt_json(receipt)
    delivery.handed_at, delivery.due_at = now, now + (receipt.due or GRACE)
    links.open_for(delivery)
    if before is not None and before.state == states.HANDED_OVER:
        before.state = states.REPLACED
    article = revisions.locked_article(delivery.article_id)
    outcome.unschedule(article)
    outcome.move_article(article, article_states.HAND_OVER)
    outcome.announce(delivery)


def confirm(delivery_id: int, said: Statement, speaker: Speaker) -> Delivery:
    """Take a person's word that the item was broadcast or posted; from now on it counts as published.

    A person of the unit may say it again to correct what was recorded.

    Raises:
        NotFound: no such delivery.
        Refused: "already-recorded": somebody with the link comes second; "not-handed"; "bad-url"; "bad-moment";
            "bad-times".
    """
    delivery = outcome.locked(delivery_id)
    _may_speak(delivery, speaker)
    said = checked(said, delivery.handed_at)
    if not said.photo and delivery.proof is not None:
        said = dataclasses.replace(said, photo=str(delivery.proof.get("photo") or ""))
    if delivery.state == states.PUBLISHED:
        outcome.recount(delivery)
        delivery.published_at = said.at
        delivery.url = said.url or None
        outcome.recount(delivery)
    else:
        detail = thaw((delivery.receipt or {}).get("detail", {}))
        receipt = Receipt(delivery.remote_id or delivery.key, said.url or None, said.at, detail)
        outcome.accept(delivery, receipt)
    delivery.updated_at = said.at
    delivery.proof = proof_of(said, speaker)
    _note(delivery, states.DONE, speaker, said.note)
    telling.answer_settled(links.DELIVERY, delivery)
    audit.record(
        "publish.confirm", "delivery", delivery.id, speaker.user_id,
        done=True, through=speaker.through, at=said.at.isoformat(), who=said.who,
    )  # fmt: skip
    return delivery


def deny(delivery_id: int, reason: str, who: str, speaker: Speaker) -> Delivery:
    """Take a person's word that the item was not broadcast or posted. The unit may then hand it over again.

    Raises:
        NotFound: no such delivery.
        Refused: "already-recorded"; "not-handed"; "no-reason".
    """
    delivery = outcome.locked(delivery_id)
    _may_speak(delivery, speaker)
    reason, who = _short(reason, LONGEST_NOTE), _short(who, LONGEST_NAME)
    if not reason:
        raise Refused("no-reason", _("Hãy ghi lý do không phát hoặc không đăng được. Chưa có gì thay đổi."))
    if delivery.state == states.PUBLISHED:
        outcome.recount(delivery)
        _bring_back_before(delivery)
    delivery.state, delivery.next_at = states.FAILED, None
    delivery.published_at = delivery.updated_at = delivery.url = None
    delivery.sentence = _(
        "Người phụ trách báo chưa phát hoặc chưa đăng được: %(reason)s. Bài vẫn được giữ; hãy trao đổi với họ rồi bấm "
        "Gửi lại để bàn giao lần nữa.",
        reason=reason.rstrip(" ."),
    )
    delivery.next_step = None
    delivery.proof = denial_of(reason, who, speaker)
    _note(delivery, states.NOT_DONE, speaker, reason)
    telling.answer_settled(links.DELIVERY, delivery)
    outcome.take_back(revisions.locked_article(delivery.article_id))
    outcome.announce(delivery)
    audit.record(
        "publish.confirm", "delivery", delivery.id, speaker.user_id,
        done=False, through=speaker.through, reason=reason, who=who,
    )  # fmt: skip
    return delivery


def withdraw(delivery_id: int, reason: str, actor_id: int) -> Delivery:
    """Take back what was handed over and not yet broadcast or posted. Whoever opens the link then reads so.

    Raises:
        NotFound: no such delivery.
        Refused: "not-handed"; "no-reason".
    """
    delivery = outcome.locked(delivery_id)
    if delivery.state != states.HANDED_OVER:
        raise _not_handed()
    reason = _short(reason, LONGEST_NOTE)
    if not reason:
        raise Refused("no-reason", _("Hãy ghi lý do rút lại. Bài vẫn đang chờ xác nhận."))
    outcome.end_without_sending(
        delivery,
        _(
            "Đã rút lại trước khi phát hoặc đăng: %(reason)s. Hãy báo người đang giữ tệp để họ không dùng nữa.",
            reason=reason.rstrip(" ."),
        ),
    )
    _note(delivery, states.WITHDRAWN, Speaker(actor_id), reason)
    telling.answer_settled(links.DELIVERY, delivery)
    outcome.take_back(revisions.locked_article(delivery.article_id))
    outcome.announce(delivery)
    audit.record("publish.manage", "delivery", delivery.id, actor_id, withdrawn=reason)
    return delivery


def renew_link(delivery_id: int, actor_id: int) -> Delivery:
    """Give the delivery a new link for another while; older ones stop working.

    Raises:
        NotFound: no such delivery.
        Refused: "not-handed".
    """
    delivery = outcome.locked(delivery_id)
    if delivery.state != states.HANDED_OVER:
        raise _not_handed()
    links.open_for(delivery)
    telling.answer_settled(links.DELIVERY, delivery)
    audit.record("publish.link", "delivery", delivery.id, actor_id, opened=True)
    return delivery


def close_link(delivery_id: int, actor_id: int) -> Delivery:
    """Let the link of a delivery stop working; there is none until ``renew_link``.

    Raises:
        NotFound: no such delivery.
    """
    delivery = outcome.locked(delivery_id)
    links.close(delivery)
    audit.record("publish.link", "delivery", delivery.id, actor_id, opened=False)
    return delivery


def note_late(delivery: Delivery, who: str, words: str) -> None:
    """Tell the unit that somebody answered through a link whose time was over."""
    telling.answered_late(
        links.DELIVERY, delivery, delivery.title, _short(who, LONGEST_NAME), _short(words, LONGEST_NOTE)
    )


def may_correct(delivery: Delivery, channel: Channel | None) -> bool:
    """Return whether the unit may state anew how a delivery ended."""
    return channel is not None and needed(channel) and delivery.handed_at is not None and _was_told(delivery)


def overdue(delivery: Delivery, now: dt.datetime) -> bool:
    """Return whether the word of the people who have the files is late."""
    return delivery.state == states.HANDED_OVER and delivery.due_at is not None and delivery.due_at < now


def checked(said: Statement, handed_at: dt.datetime | None) -> Statement:
    """Return a statement tidied up, about something handed over at ``handed_at``.

    Raises:
        Refused: "bad-url"; "bad-moment"; "bad-times".
    """
    now = clock.now()
    if said.url and (not said.url.startswith(("https://", "http://")) or len(said.url) > LONGEST_URL):
        raise Refused("bad-url", _("Địa chỉ bài đăng cần bắt đầu bằng https://. Chưa có gì thay đổi."))
    if said.at > now + LATE:
        raise Refused("bad-moment", _("Giờ phát hoặc đăng chưa tới. Hãy chọn giờ đã qua; chưa có gì thay đổi."))
    if handed_at is not None and said.at < handed_at - EARLIEST:
        raise Refused(
            "bad-moment",
            _("Giờ phát hoặc đăng sớm hơn lúc bàn giao tệp. Hãy xem lại ngày và giờ; chưa có gì thay đổi."),
        )
    if not 1 <= said.times <= MOST_TIMES:
        raise Refused("bad-times", _("Số lần phát từ 1 đến %(n)s. Chưa có gì thay đổi.", n=MOST_TIMES))
    return dataclasses.replace(
        said,
        at=min(said.at, now),
        who=_short(said.who, LONGEST_NAME),
        place=_short(said.place, LONGEST_NAME),
        note=_short(said.note, LONGEST_NOTE),
    )


def proof_of(said: Statement, speaker: Speaker) -> dict[str, object]:
    """Return what is kept of a word that it took place."""
    return {
        "done": True,
        "at": said.at.isoformat(),
        "who": said.who,
        "place": said.place,
        "times": said.times,
        "url": said.url,
        "photo": said.photo,
        "note": said.note,
        "through": speaker.through,
        "said_at": clock.now().isoformat(),
    }


def denial_of(reason: str, who: str, speaker: Speaker) -> dict[str, object]:
    """Return what is kept of a word that it did not take place."""
    return {
        "done": False,
        "who": _short(who, LONGEST_NAME),
        "note": reason,
        "through": speaker.through,
        "said_at": clock.now().isoformat(),
    }


def already_recorded() -> Refused:
    """Return the refusal for somebody with a link whose answer was given before."""
    return Refused(
        "already-recorded",
        _("Kết quả đã được ghi nhận trước đó. Nếu có nhầm lẫn, xin báo nhà trường sửa giúp."),
    )


def _was_told(delivery: Delivery) -> bool:
    told = delivery.proof is not None and delivery.wanted != states.RETRACT
    return told and delivery.state in (states.PUBLISHED, states.FAILED)


def _may_speak(delivery: Delivery, speaker: Speaker) -> None:
    if delivery.state == states.HANDED_OVER:
        return
    if speaker.through == LINK:
        raise already_recorded()
    if not may_correct(delivery, _channel(delivery)):
        raise _not_handed()


def _channel(delivery: Delivery) -> Channel | None:
    manager = environment.manager()
    return manager.get(delivery.channel) if delivery.channel in manager else None


def _not_handed() -> Refused:
    return Refused(
        "not-handed",
        _("Bài không ở trạng thái chờ xác nhận. Hãy tải lại trang để xem tình trạng mới nhất; chưa có gì thay đổi."),
    )


def _short(text: str, most: int) -> str:
    return " ".join(nfc(text).split())[:most]


def _bring_back_before(delivery: Delivery) -> None:
    """Let the earlier text stand again that a text replaced which was not broadcast after all."""
    before = None if delivery.replaces_id is None else outcome.locked(delivery.replaces_id)
    if before is not None and before.state == states.REPLACED and before.published_at is not None:
        before.state = states.PUBLISHED


def _note(delivery: Delivery, state: str, speaker: Speaker, text: str) -> None:
    """Put what was said among the attempts, so that one list tells the whole story."""
    now = clock.now()
    number = db.session.scalar(
        select(Attempt.number).where(Attempt.delivery_id == delivery.id).order_by(Attempt.number.desc()).limit(1)
    )
    db.session.add(
        Attempt(
            delivery_id=delivery.id,
            number=(number or 0) + 1,
            call=states.CONFIRM,
            state=state,
            started_at=now,
            ended_at=now,
            sentence=text or None,
            by_id=speaker.user_id,
        )
    )
    db.session.flush()
