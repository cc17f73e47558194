"""The life of a bulletin: draft -> handed_over -> broadcast, or not_done or withdrawn and back to draft. Pure."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

DRAFT = "draft"
HANDED_OVER = "handed_over"
BROADCAST = "broadcast"
NOT_DONE = "not_done"
WITHDRAWN = "withdrawn"

LABELS = {
    DRAFT: _l("Đang soạn"),
    HANDED_OVER: _l("Chờ xác nhận đã phát"),
    BROADCAST: _l("Đã phát"),
    NOT_DONE: _l("Không phát được"),
    WITHDRAWN: _l("Đã rút lại"),
}
"""States in the order in which users meet them, with their labels."""

REOPENABLE = frozenset({NOT_DONE, WITHDRAWN})
"""States from which a bulletin may be worked on again."""

FINE = "fine"
OUTDATED = "outdated"
GONE = "gone"
"""How an item's text stands: still the approved one; another was approved since; none is approved any more."""


def item_state(revision_id: int, approved_revision_id: int | None, deliverable: bool) -> str:
    """Return how a text that was chosen for a bulletin stands now.

    Args:
        revision_id: the chosen text.
        approved_revision_id: the text of the article that is approved now.
        deliverable: the article's state allows publishing.
    """
    if approved_revision_id is None or not deliverable:
        return GONE
    return FINE if approved_revision_id == revision_id else OUTDATED


def label(state: str) -> str:
    """Return how a state is called."""
    return str(LABELS[state])
