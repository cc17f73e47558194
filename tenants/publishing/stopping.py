"""Stopping what waits to be sent, without losing any of it."""

from __future__ import annotations

from collections.abc import Collection

from flask_babel import gettext as _
from sqlalchemy import select

from channel_plugins import NextStep
from tenants import audit, clock
from tenants.content import revisions
from tenants.db import db
from tenants.publishing import outcome, policy, states
from tenants.publishing.models import ChannelAccount, Delivery


def stop(delivery: Delivery, sentence: str, step: NextStep) -> None:
    """Let a delivery wait for a person, and say why."""
    delivery.state, delivery.next_at = states.NEEDS_PERSON, None
    delivery.sentence, delivery.next_step = sentence, step.value
    outcome.announce(delivery)
    outcome.unschedule(revisions.locked_article(delivery.article_id))


def held_due(account: ChannelAccount) -> list[int]:
    """Return the ids of what an outlet would send now, each held with its article.

    Whoever changes the outlet takes these first, as the worker does: else the two would wait for each other.
    """
    rows = (
        select(Delivery.id)
        .where(
            Delivery.account_id == account.id,
            Delivery.state == states.SCHEDULED,
            Delivery.next_at <= clock.now(),
        )
        .order_by(Delivery.article_id, Delivery.id)
    )
    return [outcome.locked(ident).id for ident in db.session.scalars(rows).all()]


def stop_due(account: ChannelAccount, ids: list[int]) -> int:
    """Stop what an outlet that was switched off would send now (``held_due``); return how many."""
    return _stop_all(ids, switched_off(account.label), NextStep.OPEN_SETTINGS)


def stop_forbidden(channels: Collection[str]) -> int:
    """Stop everything scheduled on channels that a superior does not allow; return how many."""
    if not channels:
        return 0
    rows = select(Delivery.id).where(Delivery.channel.in_(sorted(channels)), Delivery.state == states.SCHEDULED)
    return _stop_all(list(db.session.scalars(rows)), forbidden(), NextStep.CALL_SUPPORT)


def stop_relying(article_ids: Collection[int], unit_name: str) -> int:
    """Stop what of some articles has not gone out yet, because text of the plan they rely on changed; return how many.

    Args:
        unit_name: who changed it.
    """
    rows = (
        select(Delivery.id)
        .where(Delivery.article_id.in_(sorted(article_ids)), Delivery.state == states.SCHEDULED)
        .order_by(Delivery.article_id, Delivery.id)
    )
    sentence = _(
        "%(name)s đã thay đổi nội dung bắt buộc của kế hoạch mà bài này căn cứ nên bài chưa được gửi đến kênh này. Hãy "
        "xem lại bài: nếu bài vẫn đúng thì bấm Gửi lại.",
        name=unit_name,
    )
    return _stop_all(list(db.session.scalars(rows)), str(sentence), NextStep.EDIT_ARTICLE)


def switched_off(label: str) -> str:
    """Return the sentence for what waits on an outlet that is off."""
    return str(_("Chưa đăng vì kênh «%(name)s» đang tắt. Hãy bật kênh rồi bấm Gửi lại.", name=label))


def forbidden() -> str:
    """Return the sentence for what waits on a channel that may not be used."""
    kept = _("Bài vẫn được giữ nguyên; khi cơ quan cho dùng lại kênh, hãy bấm Gửi lại.")
    return f"{policy.sentence()} {kept}"


def _stop_all(ids: list[int], sentence: str, step: NextStep) -> int:
    stopped = 0
    for ident in ids:
        delivery = outcome.locked(ident)
        if delivery.state != states.SCHEDULED:
            continue
        stop(delivery, sentence, step)
        audit.record("publish.outcome", "delivery", delivery.id, None, state=delivery.state)
        stopped += 1
    return stopped
