"""States of subscribers and of their letters. Pure.

A subscriber is pending until they confirm, active while letters go to them, stopped by their own will or by the unit,
bounced when their address turned out to be none, erased when their data were deleted on request.
"""

from __future__ import annotations

import re

from flask_babel import lazy_gettext as _l

from tenants.text import nfc

NEWSLETTER = "newsletter"
PRESS = "press"

KINDS = {NEWSLETTER: _l("Thư tin"), PRESS: _l("Báo chí")}

PENDING = "pending"
ACTIVE = "active"
STOPPED = "stopped"
BOUNCED = "bounced"
ERASED = "erased"

LABELS = {
    ACTIVE: _l("Đang nhận"),
    PENDING: _l("Chờ xác nhận"),
    STOPPED: _l("Đã thôi nhận"),
    BOUNCED: _l("Địa chỉ hỏng"),
}
"""States of subscribers that are shown, with their labels."""

WAITING = "waiting"
BEGUN = "begun"
ACCEPTED = "accepted"
REFUSED = "refused"
GONE = "gone"
DOUBTFUL = "doubtful"
RETURNED = "returned"
LEFT = "left"
SKIPPED = "skipped"

ENTRY_LABELS = {
    WAITING: _l("Đang chờ gửi"),
    BEGUN: _l("Đang gửi"),
    ACCEPTED: _l("Đã gửi"),
    REFUSED: _l("Bị từ chối"),
    GONE: _l("Địa chỉ không còn"),
    DOUBTFUL: _l("Chưa rõ, không gửi lại"),
    RETURNED: _l("Bị trả về"),
    LEFT: _l("Đã gửi, rồi thôi nhận"),
    SKIPPED: _l("Không gửi vì đã thôi nhận"),
}
"""States of letters: begun is written before the letter goes out and is doubtful when the worker died there; gone means
refused because there is no such mailbox; returned came back after it was accepted; left is the last letter somebody got
before they stopped."""

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
LONGEST_ADDRESS = 254
"""Characters; RFC 5321 4.5.3.1.3 less the brackets."""


def clean_address(typed: str) -> str | None:
    """Return an address as it is stored, its domain in lower case; None when it is no address letters can go to."""
    address = nfc(typed).strip().strip("<>,;").removeprefix("mailto:")
    local, _at, domain = address.rpartition("@")
    address = f"{local}@{domain.lower()}"
    fine = _ADDRESS.fullmatch(address) and ".." not in address and not local.startswith(".") and not local.endswith(".")
    return address if fine and len(address) <= LONGEST_ADDRESS else None


def address_key(address: str) -> str:
    """Return what two spellings of one address have in common."""
    return address.lower()
