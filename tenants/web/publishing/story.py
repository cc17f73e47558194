"""What came of a published item: whether it was seen, how far it reached, what people wrote, whom it was sent to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from channel_plugins import Channel
from channel_plugins.reach import FollowUp
from tenants.audience import queries as audience
from tenants.audience.queries import Tally
from tenants.publishing import comments, follow_up, states
from tenants.publishing.contact_models import FollowUpStep, RemoteComment
from tenants.publishing.models import Delivery
from tenants.statistics import reach


@dataclass(frozen=True)
class Story:
    """The parts of the page below a delivery.

    Args:
        seen: sentence on what was found when the item was looked for; "" when there is nothing to say.
        may_be_seen: a person may say that it stands there.
        numbers: (label, value) of the newest readings; None when the outlet shows none.
        numbers_at: when they were read.
        comments: the newest ones; None when the outlet shows none.
        mailing: None when it was no mailing.
        twins: addresses of further items on the outlet that look the same.
        further: the further step the channel has; ``step`` how it stands, None when nobody asked for it.
    """

    seen: str
    seen_tone: str
    may_be_seen: bool
    numbers: Sequence[tuple[str, int]] | None
    numbers_at: dt.datetime | None
    comments: Sequence[RemoteComment] | None
    comment_count: int
    mailing: Tally | None
    twins: Sequence[str]
    further: FollowUp | None
    step: FollowUpStep | None
    step_label: str


def of(delivery: Delivery, channel: Channel | None) -> Story:
    """Return the story of a delivery; a constant number of queries."""
    shown = delivery.published_at is not None and channel is not None
    counts = channel is not None and shown and bool(channel.limits.metrics)
    talks = channel is not None and shown and channel.limits.has_comments
    newest = reach.newest_of([delivery.id]).get(delivery.id, {}) if counts else {}
    further = channel.follow_up if channel is not None and delivery.state == states.PUBLISHED else None
    step = follow_up.step_of(delivery.id) if channel is not None and channel.follow_up is not None else None
    seen, tone = _seen(delivery)
    found = comments.of_delivery(delivery.id) if talks else None
    return Story(
        seen=seen,
        seen_tone=tone,
        may_be_seen=delivery.state == states.PUBLISHED and tone in ("warn", "bad"),
        numbers=_numbers(newest) if counts else None,
        numbers_at=max((one.taken_at for one in newest.values()), default=None),
        comments=found,
        comment_count=comments.count_of(delivery.id) if found else 0,
        mailing=audience.tally(delivery.id) if channel is not None and channel.info.audience else None,
        twins=_twins(delivery),
        further=further or (channel.follow_up if channel is not None and step is not None else None),
        step=step,
        step_label=str(follow_up.LABELS[step.state]) if step is not None else "",
    )


def _twins(delivery: Delivery) -> list[str]:
    """Return the addresses of items that look the same; only such as may be followed."""
    detail = (delivery.receipt or {}).get("detail") or {}
    if delivery.state == states.RETRACTED or not isinstance(detail, dict):
        return []
    return [address for address in map(str, detail.get("twins") or ()) if address.startswith(("https://", "http://"))]


def _numbers(newest: dict[str, reach.Newest]) -> list[tuple[str, int]]:
    order = [metric.value for metric in reach.SHOWN]
    names = sorted(newest, key=lambda name: order.index(name) if name in order else len(order))
    return [(str(reach.LABELS.get(name, name)), newest[name].value) for name in names]


def _seen(delivery: Delivery) -> tuple[str, str]:
    """Return the sentence on the item's sight, and its tone."""
    if delivery.state != states.PUBLISHED:
        return "", ""
    if delivery.vanished_at is not None:
        return _("Hệ thống đã tìm mà không thấy bài trên kênh, nên bài không được tính vào thống kê."), "bad"
    if delivery.seen_at is None:
        if delivery.sentence:
            return _("Chưa xem lại được bài trên kênh, nên bài chưa được tính vào thống kê."), "warn"
        return _("Hệ thống sẽ mở kênh xem lại bài; sau đó bài mới được tính vào thống kê."), "info"
    if delivery.altered:
        return _("Nội dung trên kênh khác bản đã duyệt."), "warn"
    told = {
        "read_back": _("Hệ thống đã mở kênh và đọc thấy bài."),
        "person": _("Người phụ trách đã mở kênh và thấy bài."),
        "answer": _("Kênh báo đã đăng; kênh này không cho đọc lại."),
    }
    return told.get(delivery.seen_by or "", ""), "ok"
