"""The life of a change of the tree. Pure."""

from __future__ import annotations

from tenants.errors import Refused

ASKED = "asked"
PREPARING = "preparing"
PLANNED = "planned"
RUNNING = "running"
DONE = "done"
DECLINED = "declined"
CANCELLED = "cancelled"
FAILED = "failed"

KINDS = ("rename", "move", "merge", "split", "close")
"""A new name, another superior, several units into one, one into several, an end."""

OPEN = (ASKED, PREPARING, PLANNED, RUNNING)
"""States in which something is still to come."""

STATES = (*OPEN, DONE, DECLINED, CANCELLED, FAILED)
"""Every state."""

_STEPS = {
    (ASKED, "agree"): PREPARING,
    (ASKED, "decline"): DECLINED,
    (ASKED, "cancel"): CANCELLED,
    (PREPARING, "write"): PLANNED,
    (PREPARING, "fail"): FAILED,
    (PREPARING, "cancel"): CANCELLED,
    (PLANNED, "begin"): RUNNING,
    (PLANNED, "cancel"): CANCELLED,
    (RUNNING, "finish"): DONE,
}


def step(state: str, event: str) -> str:
    """Return the state after ``event``: agree, decline, cancel, write, fail, begin, finish.

    Raises:
        Refused: ``change-state``: the change is not where this can happen.
    """
    after = _STEPS.get((state, event))
    if after is None:
        raise Refused(
            "change-state",
            "Thay đổi này đã được xử lý hoặc đang thực hiện nên không làm lại được. Hãy tải lại trang để xem kết quả.",
        )
    return after
