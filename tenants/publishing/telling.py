"""Telling people about outlets and deliveries that need them: once, with the way to the place where they can act."""

from __future__ import annotations

import datetime as dt

from flask_babel import gettext as _

from tenants import clock
from tenants.jobs import queue
from tenants.notices import service as notices
from tenants.notices.service import News
from tenants.publishing import environment, states
from tenants.publishing.links import BULLETIN, Linked
from tenants.publishing.models import ChannelAccount, Delivery
from tenants.scope import current, get_own
from tenants.units import queries as units

HEALTH_PAGE = "channels.health"
"""The office's page of all outlets; it stands in the package above this one."""


REFRESH = "publishing.health"
"""The job that brings the rows about the outlets of a unit up to date."""


def outlets_changed() -> None:
    """Queue bringing the rows about the present unit's outlets up to date, once for what happens in some seconds."""
    unit_id = current().unit_id
    queue.enqueue(REFRESH, unit_id, run_at=clock.now() + dt.timedelta(seconds=5), dedup=f"health:{unit_id}")


def outlet_stopped(account: ChannelAccount, sentence: str) -> None:
    """Tell the school and the offices directly above it that nothing goes out through an outlet any more."""
    unit = environment.own_unit()
    notices.tell(
        News(
            key=f"outlet:{account.id}",
            action="channel.manage",
            severity="bad",
            text=_("Kênh «%(name)s» đang dừng: %(reason)s", name=account.label, reason=sentence),
            endpoint="publishing.account",
            args={"account_id": account.id},
            link_label=_("Mở cài đặt kênh"),
        )
    )
    for office_id in _offices(unit.id):
        notices.tell_unit(
            office_id,
            News(
                key=f"outlet:{unit.id}:{account.id}",
                action="oversight.view",
                severity="warn",
                text=_(
                    "%(unit)s: kênh «%(name)s» đang dừng: %(reason)s",
                    unit=unit.name,
                    name=account.label,
                    reason=sentence,
                ),
                endpoint=HEALTH_PAGE,
                args={"school": unit.id},
                link_label=_("Xem sức khỏe các kênh"),
            ),
        )


def outlet_works(account: ChannelAccount) -> None:
    """Take back what was told about an outlet."""
    unit_id = environment.own_unit().id
    if notices.resolve(f"outlet:{account.id}"):
        for office_id in _offices(unit_id):
            notices.resolve_in_unit(office_id, f"outlet:{unit_id}:{account.id}")


def about_delivery(delivery: Delivery) -> None:
    """Tell the school of a delivery that stands still until somebody acts, and take it back when that is over."""
    stuck = delivery.state in states.TROUBLED and delivery.next_at is None
    strange = delivery.state == states.PUBLISHED and (delivery.altered or delivery.vanished_at is not None)
    key = f"delivery:{delivery.id}"
    if (not stuck and not strange) or (stuck and _told_with_outlet(delivery)):
        notices.resolve(key)
        return
    notices.tell(
        News(
            key=key,
            action="publish.manage",
            severity="bad" if delivery.state in (states.FAILED, states.NEEDS_PERSON) else "warn",
            text=f"«{delivery.title}»: {delivery.sentence or states.label(delivery.state)}",
            endpoint="publishing.delivery",
            args={"delivery_id": delivery.id},
            link_label=_("Xem và xử lý"),
        )
    )


def answered_late(kind: str, row: Linked, title: str, who: str, words: str) -> None:
    """Tell the school that somebody answered when their link was over: nothing was recorded of it.

    Args:
        kind: ``links.DELIVERY`` or ``links.BULLETIN``.
        who: as they gave their name; "" when they did not.
        words: what else they wrote, "" for nothing.
    """
    said = _("Họ viết: «%(words)s».", words=words) if words else ""
    bulletin = kind == BULLETIN
    notices.tell(
        News(
            key=_late_key(kind, row.id),
            action="publish.manage",
            severity="warn",
            text=_(
                "%(who)s đã trả lời về «%(title)s» khi đường dẫn xác nhận hết hạn nên chưa ghi nhận được. %(said)s Hãy "
                "hỏi lại rồi tự ghi nhận, hoặc tạo đường dẫn mới để gửi họ.",
                who=who or _("Người giữ tệp"),
                title=title,
                said=said,
            ).replace("  ", " "),
            endpoint="bulletins.show" if bulletin else "publishing.delivery",
            args={"bulletin_id" if bulletin else "delivery_id": row.id},
            link_label=_("Mở để ghi nhận"),
        )
    )


def answer_settled(kind: str, row: Linked) -> None:
    """Take back ``answered_late``: the result was recorded, or a new link opened."""
    notices.resolve(_late_key(kind, row.id))


def _late_key(kind: str, ident: int) -> str:
    return f"answered-late:{kind}:{ident}"


def _told_with_outlet(delivery: Delivery) -> bool:
    """Return whether a delivery only waits for its outlet, of which people know: one notice for all that wait."""
    if delivery.state != states.NEEDS_PERSON:
        return False
    account = get_own(ChannelAccount, delivery.account_id)
    return not account.enabled or (account.paused_reason is not None and delivery.sentence == account.paused_reason)


def _offices(unit_id: int) -> set[int]:
    return {superior.id for superior, _kind in units.superiors(unit_id)}
