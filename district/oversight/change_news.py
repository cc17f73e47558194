"""Telling units that the tree is going to change around them, and that it will not after all."""

from __future__ import annotations

from flask_babel import gettext as _

from tenants.notices import service as notices
from tenants.notices.service import News
from tenants.text import format_date
from tenants.units import planned, states
from tenants.units.models import UnitChange


def told(change: UnitChange) -> list[int]:
    """Return the units that know of a change by now: the superior that was asked, and once its days are written, those
    that change, the one that carries on and the new superior."""
    found = {change.receiver_id or 0}
    if change.state not in (states.ASKED, states.PREPARING, states.FAILED):
        found |= {*change.unit_ids, change.details["successor_id"], change.details["target_id"]}
    return sorted(found - {0, change.office_id})


def ask(change: UnitChange) -> None:
    """Ask the superior that would get some units."""
    text = _(
        "Đề nghị tiếp nhận %(names)s từ ngày %(day)s. Hãy xem và đồng ý hoặc từ chối.",
        names=", ".join(change.details["names"]),
        day=format_date(change.on),
    )
    notices.tell_unit(change.receiver_id or 0, _for_receiver(change, "warn", text))


def answered(change: UnitChange) -> None:
    """Take back what the present office was asked."""
    notices.resolve(_key(change))


def decided(change: UnitChange) -> None:
    """Tell everybody whom a change concerns that it is decided and written down."""
    known = planned.names_of([change])
    text = _(
        "%(office)s đã quyết định: %(what)s. Lý do: %(reason)s",
        office=known[change.office_id],
        what=planned.in_words(change, known),
        reason=change.reason,
    )
    _tell(change, text)


def cancelled(change: UnitChange, unit_ids: list[int], reason: str) -> None:
    """Tell those who knew of a change that it will not come."""
    known = planned.names_of([change])
    facts = {"office": known[change.office_id], "what": planned.in_words(change, known), "reason": reason}
    if reason:
        text = _(
            "%(office)s đã hủy quyết định: %(what)s. Mọi thứ giữ nguyên như hiện nay. Lý do hủy: %(reason)s", **facts
        )
    else:
        text = _("%(office)s đã rút lại đề nghị: %(what)s. Mọi thứ giữ nguyên như hiện nay.", **facts)
    _tell(change, text, unit_ids)


def _tell(change: UnitChange, text: str, unit_ids: list[int] | None = None) -> None:
    for unit_id in told(change) if unit_ids is None else unit_ids:
        if unit_id == change.receiver_id:
            notices.tell_unit(unit_id, _for_receiver(change, "info", text))
        else:
            news = News(_key(change), "plan.edit", "info", text, "history.index", str(_("Xem thay đổi")))
            notices.tell_unit(unit_id, news)


def _for_receiver(change: UnitChange, severity: str, text: str) -> News:
    link = str(_("Xem đề nghị"))
    return News(
        _key(change), "oversight.units", severity, text, "district_changes.show", link, {"change_id": change.id}
    )


def _key(change: UnitChange) -> str:
    return f"units.transfer:{change.id}"
