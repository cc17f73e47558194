"""Holding back what would go out: a topic frozen during an incident, texts that an order took down.

A hold of a superior counts in every unit below. What is scheduled then waits without a time; when the hold is lifted,
what still has its time ahead goes on by itself, and what has missed it waits for a person: ten postponed items must
never burst out at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import and_, or_, select

from tenants import audit, clock
from tenants.content import revisions
from tenants.content.models import ArticleRevision
from tenants.db import db
from tenants.errors import NotFound, Refused
from tenants.jobs import queue
from tenants.plans import queries as plans
from tenants.publishing import environment, outcome, states
from tenants.publishing.models import Delivery, PublishingHold
from tenants.scope import current
from tenants.text import nfc
from tenants.units import queries as units
from tenants.units.models import Unit

FREEZE = "freeze"
WITHDRAW = "withdraw"
CORRECT = "correct"

APPLY = "publishing.holds"
"""The job that looks through what is scheduled in a unit."""


@dataclass(frozen=True)
class Stop:
    """What keeps a text back, with the sentence for those who wait for it."""

    hold_id: int
    kind: str
    sentence: str


def freeze(node_id: str | None, reason: str, actor_id: int) -> PublishingHold:
    """Stop everything scheduled on a topic, or everything scheduled, in the present unit and those below it.

    Whoever freezes for units below queues ``APPLY`` for them.

    Args:
        node_id: a topic in force here; None means everything.

    Raises:
        Refused: "no-reason", "unknown-topic"; "frozen-already": this unit has stopped it before, or somebody else a
            moment ago; ``data["hold_id"]`` is that freeze, which goes on.
    """
    reason = nfc(reason).strip()
    if not reason:
        raise Refused("no-reason", _("Hãy ghi lý do dừng để người phụ trách kênh hiểu. Chưa có gì bị dừng."))
    title = "" if node_id is None else _topic_title(node_id)
    _one_at_a_time()
    same = select(PublishingHold).where(
        PublishingHold.unit_id == current().unit_id,
        PublishingHold.kind == FREEZE,
        PublishingHold.lifted_at.is_(None),
        PublishingHold.node_id.is_(None) if node_id is None else PublishingHold.node_id == node_id,
    )
    known = db.session.scalar(same.order_by(PublishingHold.id).limit(1))
    if known is not None:
        raise Refused("frozen-already", _already(known), {"hold_id": known.id})
    hold = PublishingHold(kind=FREEZE, node_id=node_id, title=title, reason=reason, by_id=actor_id, at=clock.now())
    db.session.add(hold)
    db.session.flush()
    audit.record("publish.freeze", "publishing_hold", hold.id, actor_id, node=node_id, reason=reason)
    queue.enqueue(APPLY, hold.unit_id)
    return hold


def lift(hold_id: int, actor_id: int) -> PublishingHold:
    """End a freeze of the present unit.

    Raises:
        NotFound: this unit has no such freeze.
        Refused: "lifted-already".
    """
    held = select(PublishingHold).where(PublishingHold.unit_id == current().unit_id, PublishingHold.id == hold_id)
    hold = db.session.scalar(held.with_for_update().execution_options(populate_existing=True))
    if hold is None:
        raise NotFound(f"freeze {hold_id}")
    if hold.kind != FREEZE or hold.lifted_at is not None:
        raise Refused("lifted-already", _("Lệnh dừng này đã được gỡ trước đó. Chưa có gì thay đổi."))
    hold.lifted_at, hold.lifted_by = clock.now(), actor_id
    audit.record("publish.thaw", "publishing_hold", hold.id, actor_id)
    queue.enqueue(APPLY, hold.unit_id)
    return hold


def _one_at_a_time() -> None:
    """Let two people of a unit freeze one after the other, so that the second finds what the first has stopped."""
    row = select(Unit.id).where(Unit.id == current().unit_id)
    db.session.execute(row.with_for_update(key_share=True))


def _already(hold: PublishingHold) -> str:
    return str(
        _(
            "Nội dung này đã được dừng từ %(when)s, lý do: %(reason)s. Lệnh dừng đó đang có hiệu lực nên không cần "
            "dừng thêm; chưa có gì thay đổi.",
            when=clock.local(hold.at, environment.own_unit().timezone).strftime("%H:%M %d/%m/%Y"),
            reason=hold.reason.rstrip(". "),
        )
    )


def _topic_title(node_id: str) -> str:
    for topic in plans.topics_in_force():
        if topic.node_id == node_id:
            return topic.title
    raise Refused("unknown-topic", _("Chủ đề đã chọn không còn hiệu lực. Hãy chọn lại; chưa có gì bị dừng."))


def freezes(*, own: bool = False, lifted: bool = False, most: int = 50) -> Sequence[PublishingHold]:
    """Return freezes that count in the present unit, newest first.

    Args:
        own: only those of this unit.
        lifted: those that have ended instead of those that run.
    """
    rows = select(PublishingHold).where(
        PublishingHold.kind == FREEZE,
        PublishingHold.lifted_at.is_not(None) if lifted else PublishingHold.lifted_at.is_(None),
    )
    if own:
        rows = rows.where(PublishingHold.unit_id == current().unit_id)
    return db.session.scalars(rows.order_by(PublishingHold.at.desc(), PublishingHold.id.desc()).limit(most)).all()


def stop_for(delivery: Delivery) -> Stop | None:
    """Return what keeps a delivery back now; None when nothing does. One query while nothing is held."""
    found = _first(_open([delivery.article_id]), delivery.article_id, delivery.revision_id, delivery.node_id)
    return None if found is None else Stop(found.id, found.kind, _sentence(found))


def refuse(revision: ArticleRevision) -> None:
    """Refuse to ask for a delivery of a text that is held back.

    Raises:
        Refused: "frozen", "under-order"; nothing was stored.
    """
    found = _first(_open([revision.article_id]), revision.article_id, revision.id, revision.node_id)
    if found is not None:
        raise Refused("frozen" if found.kind == FREEZE else "under-order", _sentence(found))


def sentence_for(revision: ArticleRevision) -> str:
    """Return why a text is held back now; "" when it is not."""
    found = _first(_open([revision.article_id]), revision.article_id, revision.id, revision.node_id)
    return "" if found is None else _sentence(found)


def stop(delivery: Delivery, found: Stop) -> None:
    """Let a delivery that has not gone out wait, or end it when an order took its text down."""
    if found.kind == FREEZE:
        delivery.state, delivery.next_at = states.SCHEDULED, None
        delivery.hold_id, delivery.sentence, delivery.next_step = found.hold_id, found.sentence, None
        return
    outcome.end_without_sending(delivery, found.sentence)
    outcome.unschedule(revisions.locked_article(delivery.article_id))


def apply() -> int:
    """Stop what is scheduled in the present unit and held back, let go on what no longer is; return how many."""
    rows = select(Delivery.id, Delivery.article_id).where(Delivery.state == states.SCHEDULED).order_by(Delivery.id)
    scheduled = db.session.execute(rows).all()
    held = _open([row.article_id for row in scheduled])
    changed = 0
    for row in scheduled:
        delivery = outcome.locked(row.id)
        if delivery.state != states.SCHEDULED:
            continue
        found = _first(held, delivery.article_id, delivery.revision_id, delivery.node_id)
        if found is not None and found.id != delivery.hold_id:
            stop(delivery, Stop(found.id, found.kind, _sentence(found)))
        elif found is None and delivery.hold_id is not None:
            _release(delivery)
        else:
            continue
        audit.record("publish.outcome", "delivery", delivery.id, None, hold=delivery.hold_id, state=delivery.state)
        changed += 1
    return changed


def _release(delivery: Delivery) -> None:
    delivery.hold_id = delivery.sentence = delivery.next_step = None
    if delivery.scheduled_at > clock.now():
        delivery.next_at = delivery.scheduled_at
        outcome.set_going(delivery)
        return
    when = clock.local(delivery.scheduled_at, environment.own_unit().timezone).strftime("%H:%M %d/%m/%Y")
    delivery.state, delivery.next_at = states.NEEDS_PERSON, None
    delivery.sentence = _(
        "Giờ hẹn %(when)s đã qua trong lúc tạm dừng đăng bài, nên hệ thống không tự đăng. Hãy chọn giờ mới ở trang "
        "đăng bài, hoặc bấm Gửi lại để đăng ngay.",
        when=when,
    )
    outcome.unschedule(revisions.locked_article(delivery.article_id))


def _open(article_ids: Sequence[int]) -> Sequence[PublishingHold]:
    rows = select(PublishingHold).where(
        PublishingHold.lifted_at.is_(None),
        or_(
            PublishingHold.article_id.is_(None),
            and_(PublishingHold.unit_id == current().unit_id, PublishingHold.article_id.in_(article_ids)),
        ),
    )
    return db.session.scalars(rows.order_by(PublishingHold.id)).all()


def _first(
    held: Sequence[PublishingHold], article_id: int, revision_id: int, node_id: str | None
) -> PublishingHold | None:
    """Return the hold that counts for a text: an order before a freeze."""
    line: frozenset[str] | None = None
    for hold in sorted(held, key=lambda hold: hold.kind == FREEZE):
        if hold.article_id is not None:
            if hold.article_id == article_id and hold.revision_id in (None, revision_id):
                return hold
        elif hold.node_id is None:
            return hold
        elif node_id is not None:
            line = line or plans.line_of(node_id)
            if hold.node_id in line:
                return hold
    return None


def _sentence(hold: PublishingHold) -> str:
    unit = units.by_ids([hold.order_unit_id or hold.unit_id]).get(hold.order_unit_id or hold.unit_id)
    facts = {"unit": unit.name if unit is not None else "", "title": hold.title, "reason": hold.reason.rstrip(". ")}
    if hold.kind == FREEZE and hold.node_id is None:
        text = _("%(unit)s đang tạm dừng mọi bài hẹn giờ. Lý do: %(reason)s. Bài vẫn được giữ nguyên.", **facts)
    elif hold.kind == FREEZE:
        text = _(
            "%(unit)s đang tạm dừng đăng bài thuộc chủ đề «%(title)s». Lý do: %(reason)s. Bài vẫn được giữ nguyên.",
            **facts,
        )
    elif hold.kind == CORRECT:
        text = _(
            "%(unit)s yêu cầu đính chính bản này của bài nên không đăng thêm. Lý do: %(reason)s. Hãy mở bài để sửa, "
            "duyệt bản mới rồi đăng bản mới.",
            **facts,
        )
    elif hold.article_id is None:
        text = _(
            "%(unit)s đang yêu cầu gỡ các bài thuộc chủ đề «%(title)s» nên chưa đăng thêm bài của chủ đề này. "
            "Lý do: %(reason)s. Bài vẫn được giữ nguyên.",
            **facts,
        )
    else:
        text = _(
            "%(unit)s đã yêu cầu gỡ bài này nên không đăng lại được. Lý do: %(reason)s. Bài vẫn được giữ nguyên; khi "
            "nơi ra lệnh cho đăng lại thì mới đăng được.",
            **facts,
        )
    return str(text)
