"""The life of an article as a pure machine: no database, no person, only what may follow what.

draft -> submitted -> vetted -> approved -> scheduled -> published -> retracted, with ``returned`` on the way back and
``handed_over`` while only people can say whether it was published (a broadcast, a notice board). In
a unit whose setting ``approval.steps`` is 1, approval follows submission directly. Any edit of a text that was handed
in reopens it as a draft.
"""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from tenants.errors import Refused

DRAFT = "draft"
SUBMITTED = "submitted"
VETTED = "vetted"
RETURNED = "returned"
APPROVED = "approved"
SCHEDULED = "scheduled"
HANDED_OVER = "handed_over"
PUBLISHED = "published"
RETRACTED = "retracted"

LABELS = {
    DRAFT: _l("Bản nháp"),
    SUBMITTED: _l("Chờ thẩm định"),
    RETURNED: _l("Cần sửa"),
    VETTED: _l("Chờ phê duyệt"),
    APPROVED: _l("Đã duyệt"),
    SCHEDULED: _l("Đã hẹn giờ"),
    HANDED_OVER: _l("Chờ xác nhận đã phát"),
    PUBLISHED: _l("Đã đăng"),
    RETRACTED: _l("Đã gỡ"),
}
"""States in the order in which users meet them, with the label of a unit that vets before it approves."""

EDITABLE = frozenset({DRAFT, RETURNED})
"""States in which a text is simply written on. In the others an edit must first reopen it."""

DELIVERABLE = frozenset({APPROVED, SCHEDULED, HANDED_OVER, PUBLISHED})
"""States in which the approved revision may go out."""

SAVE = "save"
REOPEN = "reopen"
SUBMIT = "submit"
VET = "vet"
RETURN = "return"
APPROVE = "approve"
SCHEDULE = "schedule"
UNSCHEDULE = "unschedule"
HAND_OVER = "hand_over"
TAKE_BACK = "take_back"
PUBLISH = "publish"
RETRACT = "retract"
SUSPEND = "suspend"

_REOPENED = dict.fromkeys(LABELS, DRAFT) | {RETURNED: RETURNED}
_TRANSITIONS = {
    SAVE: _REOPENED,
    REOPEN: _REOPENED,
    SUBMIT: {DRAFT: SUBMITTED, RETURNED: SUBMITTED},
    VET: {SUBMITTED: VETTED},
    RETURN: {SUBMITTED: RETURNED, VETTED: RETURNED},
    APPROVE: {VETTED: APPROVED},
    SCHEDULE: {APPROVED: SCHEDULED, SCHEDULED: SCHEDULED, HANDED_OVER: SCHEDULED, PUBLISHED: PUBLISHED},
    UNSCHEDULE: {SCHEDULED: APPROVED, APPROVED: APPROVED, PUBLISHED: PUBLISHED},
    HAND_OVER: {APPROVED: HANDED_OVER, SCHEDULED: SCHEDULED, HANDED_OVER: HANDED_OVER, PUBLISHED: PUBLISHED},
    TAKE_BACK: {HANDED_OVER: APPROVED, SCHEDULED: SCHEDULED, PUBLISHED: APPROVED},
    PUBLISH: {APPROVED: PUBLISHED, SCHEDULED: PUBLISHED, HANDED_OVER: PUBLISHED, PUBLISHED: PUBLISHED},
    RETRACT: {PUBLISHED: RETRACTED, RETRACTED: RETRACTED},
    SUSPEND: {APPROVED: RETURNED, SCHEDULED: RETURNED},
}


def step(state: str, event: str, steps: int = 2) -> str:
    """Return the state that follows.

    Args:
        state: a key of ``LABELS``.
        event: one of the events above. ``SUSPEND`` takes an approval back because the plan changed.
            ``SAVE`` is a text that changed, whatever state it was in. ``TAKE_BACK``:
            nothing of it stands or waits for a confirmation anywhere any more.
        steps: the unit's setting ``approval.steps``: 2 = vetting then approval, 1 = approval alone.

    Raises:
        Refused: code "wrong-state": the event does not belong to this state.
    """
    if steps == 1:
        if event == APPROVE and state == SUBMITTED:
            return APPROVED
        if event == VET:
            raise Refused("wrong-state", _("Đơn vị này duyệt một bước, không có bước thẩm định. Chưa có gì thay đổi."))
    following = _TRANSITIONS[event].get(state)
    if following is None:
        raise Refused(
            "wrong-state",
            _(
                "Bài đang ở trạng thái «%(state)s» nên không làm được việc này. Chưa có gì thay đổi; "
                "hãy tải lại trang để xem tình trạng mới nhất.",
                state=label(state, steps),
            ),
            {"state": state},
        )
    return following


def pending_step(state: str, steps: int = 2) -> str | None:
    """Return the review an article waits for: ``VET``, ``APPROVE``, or None when it waits for no reviewer."""
    if state == SUBMITTED:
        return VET if steps == 2 else APPROVE
    return APPROVE if state == VETTED else None


def label(state: str, steps: int = 2) -> str:
    """Return how the state is called in a unit with this many approval steps."""
    return str(LABELS[VETTED if state == SUBMITTED and steps == 1 else state])
