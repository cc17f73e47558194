"""The life of an offer to a superior's portal: what it is called, what may still be done. Pure."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

OFFERED = "offered"
ACCEPTED = "accepted"
RETURNED = "returned"
PUBLISHED = "published"
WITHDRAWN = "withdrawn"

LABELS = {
    OFFERED: _l("Chờ cấp trên xem"),
    ACCEPTED: _l("Cấp trên đã nhận"),
    PUBLISHED: _l("Đã lên cổng cấp trên"),
    RETURNED: _l("Cấp trên trả lại"),
    WITHDRAWN: _l("Đã rút đề nghị"),
}

RUNNING = frozenset({OFFERED, ACCEPTED, PUBLISHED})
"""States in which the same text is not offered to the same superior again."""

TAKEN = frozenset({ACCEPTED, PUBLISHED})
"""States that count as an accepted offer."""
