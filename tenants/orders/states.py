"""How an item under an order stands, as a pure machine: no database, no person."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from tenants.publishing import states as deliveries

WITHDRAW = "withdraw"
CORRECT = "correct"

KINDS = {WITHDRAW: _l("Gỡ bài"), CORRECT: _l("Đính chính")}

OPEN = "open"
DOING = "doing"
EDITED = "edited"
DELETED = "deleted"
ANSWERED = "answered"
ACKNOWLEDGED = "acknowledged"

LABELS = {
    OPEN: _l("Chưa làm"),
    DOING: _l("Đang làm"),
    EDITED: _l("Đã đính chính"),
    DELETED: _l("Đã gỡ"),
    ANSWERED: _l("Đã trả lời"),
    ACKNOWLEDGED: _l("Không sửa được"),
}
"""States of an item. "answered": a person dealt with it in another way and says how; "acknowledged": it cannot be
changed any more, with the reason."""

ENDED = frozenset({EDITED, DELETED, ANSWERED, ACKNOWLEDGED})

UNIT_LABELS = {"sent": _l("Chưa nhận"), "received": _l("Đã nhận, đang làm"), "done": _l("Đã xong")}


_NOWHERE = frozenset({deliveries.RETRACTED, deliveries.CANCELLED, deliveries.FAILED})


def stands(state: str, wanted: str) -> bool:
    """Return whether a delivery is, or may be, on its outlet, so that an order concerns it.

    Args:
        state, wanted: of the delivery. One that edits an earlier item stands for nothing until it has done so.
    """
    if state in deliveries.STANDING:
        return True
    if state == deliveries.NEEDS_PERSON:
        return wanted == deliveries.RETRACT
    return state in (deliveries.SENDING, deliveries.UNCONFIRMED) and wanted != deliveries.EDIT


def item_state(kind: str, state: str, wanted: str, newer: str | None = None) -> str:
    """Return where an item stands by what became of its delivery.

    Args:
        kind: ``WITHDRAW`` or ``CORRECT``.
        state, wanted: of the delivery that stood on the outlet.
        newer: state of a delivery that is to replace it; None when there is none.
    """
    if state == deliveries.REPLACED:
        return EDITED if kind == CORRECT else OPEN
    if state in _NOWHERE:
        return DELETED
    if wanted == deliveries.RETRACT and state == deliveries.SENDING:
        return DOING
    if kind == CORRECT and newer in (deliveries.SCHEDULED, deliveries.SENDING):
        return DOING
    return OPEN
