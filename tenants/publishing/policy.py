"""Which channels the units below an office may use. Without a rule they may; one superior that says no suffices."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _
from sqlalchemy import select

from tenants import audit, clock
from tenants.db import db
from tenants.errors import Refused
from tenants.publishing.models import ChannelRule
from tenants.scope import current
from tenants.text import nfc


def forbidden() -> frozenset[str]:
    """Return the channels that a superior of the present unit does not let it use. One query."""
    scope = current()
    rows = select(ChannelRule.channel).where(
        ChannelRule.allowed.is_(False), ChannelRule.unit_id.in_(sorted(scope.superiors))
    )
    return frozenset(db.session.scalars(rows)) if scope.superiors else frozenset()


def allowed(channel_name: str) -> bool:
    """Return whether the superiors of the present unit let it use a channel."""
    return channel_name not in forbidden()


def sentence() -> str:
    """Return what stands beside an outlet whose channel may not be used."""
    return str(_("Cơ quan quản lý chưa cho dùng kênh này."))


def refuse_forbidden(channel_name: str) -> None:
    """Refuse to use a channel that a superior does not allow.

    Raises:
        Refused: "channel-forbidden".
    """
    if not allowed(channel_name):
        raise Refused(
            "channel-forbidden",
            _("Cơ quan quản lý chưa cho dùng kênh này nên chưa có gì được gửi. Hãy chọn kênh khác hoặc hỏi cơ quan."),
        )


def rules() -> Mapping[str, ChannelRule]:
    """Return the rules the present unit has set for the units below it, by channel. One query."""
    rows = select(ChannelRule).where(ChannelRule.unit_id == current().unit_id)
    return {rule.channel: rule for rule in db.session.scalars(rows)}


def set_rule(channel_name: str, allowed_: bool, reason: str, *, actor_id: int) -> ChannelRule:
    """Allow the units below to use a channel, or not.

    Whoever calls this queues "publishing.look_after" for the units below, so that what is scheduled there stops.
    """
    rule = rules().get(channel_name)
    if rule is None:
        rule = ChannelRule(channel=channel_name)
        db.session.add(rule)
    rule.allowed, rule.reason = allowed_, nfc(reason).strip() or None
    rule.set_by, rule.set_at = actor_id, clock.now()
    db.session.flush()
    audit.record("channel.rule", "channel_rule", rule.id, actor_id, channel=channel_name, allowed=allowed_)
    return rule
