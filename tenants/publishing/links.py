"""The link by which people without an account say whether something was broadcast or posted.

The token names the thing and one opening of its link, and is signed with the service's key: it cannot be guessed or
made. Whether it still works stands in the row (``link_nonce``, ``link_until``), so it can be closed at any time.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass
from typing import Protocol

from flask import current_app
from itsdangerous import BadSignature, Signer

from tenants import clock
from tenants.errors import NotFound
from tenants.publishing import environment

LIFE = dt.timedelta(days=30)
DELIVERY = "d"
BULLETIN = "b"


class Linked(Protocol):
    """A row with a link."""

    unit_id: int
    id: int
    link_nonce: str | None
    link_until: dt.datetime | None


@dataclass(frozen=True)
class Ticket:
    """What a genuine token says: the kind of thing, its unit, its id, and which opening of its link."""

    kind: str
    unit_id: int
    ident: int
    nonce: str


def open_for(row: Linked) -> None:
    """Give a row a link for a while; older ones stop working."""
    row.link_nonce, row.link_until = secrets.token_hex(4), clock.now() + LIFE


def close(row: Linked) -> None:
    """Let the link of a row stop working; there is none until ``open_for``."""
    row.link_nonce = row.link_until = None


def address(kind: str, row: Linked) -> str:
    """Return the link of a row, "" when it has none that works now."""
    if row.link_nonce is None or row.link_until is None or row.link_until <= clock.now():
        return ""
    token = _signer().sign(f"{kind}-{row.unit_id}-{row.id}-{row.link_nonce}").decode()
    return f"{environment.base_url()}/x/{token}"


def read(token: str) -> Ticket:
    """Return what a token says.

    Raises:
        NotFound: nobody here signed it.
    """
    try:
        kind, unit_id, ident, nonce = _signer().unsign(token).decode().split("-")
        return Ticket(kind, int(unit_id), int(ident), nonce)
    except (BadSignature, ValueError):
        raise NotFound("link") from None


def check(ticket: Ticket, row: Linked) -> bool:
    """Return whether the link still works; False when its time is over.

    Raises:
        NotFound: it was closed, or a newer one opened.
    """
    if row.link_nonce != ticket.nonce or row.link_until is None:
        raise NotFound("link")
    return row.link_until > clock.now()


def _signer() -> Signer:
    key = str(current_app.config["SECRET_KEY"])
    return Signer(key, salt="loa.confirm", key_derivation="hmac", digest_method=hashlib.sha256)
