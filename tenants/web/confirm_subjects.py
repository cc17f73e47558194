"""What a confirm link may stand for, in one shape: a delivery or a bulletin that waits for somebody's word."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from channel_plugins import Payload, Preview
from channel_plugins.values import thaw
from tenants.bulletins import handing
from tenants.bulletins import queries as bulletins
from tenants.bulletins import states as bulletin_states
from tenants.errors import NotFound
from tenants.publishing import confirming, links, outlets, queries, states
from tenants.publishing.confirming import Speaker, Statement
from tenants.publishing.links import Ticket
from tenants.publishing.models import Delivery
from tenants.web.publishing import waiting

WAITING = "waiting"
DONE = "done"
NOT_DONE = "not_done"
WITHDRAWN = "withdrawn"
REPLACED = "replaced"

_BULLETIN_STATES = {
    bulletin_states.HANDED_OVER: WAITING,
    bulletin_states.BROADCAST: DONE,
    bulletin_states.NOT_DONE: NOT_DONE,
}


@dataclass(frozen=True)
class Subject:
    """What the bearer of a link sees and may say.

    Args:
        open: the link still works; else nothing of the rest is shown.
        late: tells the unit of an answer given when it worked no more.
        state: one of the words above.
        broadcast: it is read out, not posted.
        outlet: what the unit calls the station, group or board.
        told: the proof as it was recorded.
    """

    open: bool
    title: str
    state: str
    broadcast: bool
    outlet: str
    preview: Preview
    artefacts: Sequence[Mapping[str, Any]]
    handed_at: dt.datetime | None
    due_at: dt.datetime | None
    planned_at: dt.datetime | None
    until: dt.datetime | None
    told: Mapping[str, Any]
    confirm: Callable[[Statement, Speaker], object]
    deny: Callable[[str, str, Speaker], object]
    late: Callable[[str, str], object]

    @property
    def told_at(self) -> dt.datetime | None:
        """When it was broadcast or posted, as recorded."""
        return dt.datetime.fromisoformat(self.told["at"]) if self.told.get("at") else None


def find(ticket: Ticket) -> Subject:
    """Return what a ticket stands for, in the present unit.

    Raises:
        NotFound: it is gone, or the link was closed.
    """
    if ticket.kind == links.DELIVERY:
        return _delivery(ticket)
    if ticket.kind == links.BULLETIN:
        return _bulletin(ticket)
    raise NotFound(ticket.kind)


def _delivery(ticket: Ticket) -> Subject:
    row = queries.get_delivery(ticket.ident)
    account = outlets.get_account(row.account_id)
    return Subject(
        open=links.check(ticket, row),
        title=row.title,
        state=_state(row),
        broadcast=row.channel == "radio",
        outlet=waiting.place_of(account),
        preview=preview_of(row.channel, row.payload),
        artefacts=row.artefacts,
        handed_at=row.handed_at,
        due_at=row.due_at,
        planned_at=None,
        until=row.link_until,
        told=row.proof or {},
        confirm=lambda said, speaker: confirming.confirm(row.id, said, speaker),
        deny=lambda reason, who, speaker: confirming.deny(row.id, reason, who, speaker),
        late=lambda who, words: confirming.note_late(row, who, words),
    )


def _bulletin(ticket: Ticket) -> Subject:
    row = bulletins.get_bulletin(ticket.ident)
    account = outlets.get_account(row.account_id)
    return Subject(
        open=links.check(ticket, row),
        title=row.title,
        state=_BULLETIN_STATES.get(row.state, WITHDRAWN),
        broadcast=True,
        outlet=waiting.place_of(account),
        preview=preview_of(account.channel, row.payload or {}),
        artefacts=row.artefacts,
        handed_at=row.handed_at,
        due_at=row.due_at,
        planned_at=row.broadcast_at,
        until=row.link_until,
        told=row.proof or {},
        confirm=lambda said, speaker: handing.confirm(row.id, said, speaker),
        deny=lambda reason, who, speaker: handing.deny(row.id, reason, who, speaker),
        late=lambda who, words: handing.note_late(row, who, words),
    )


def _state(row: Delivery) -> str:
    if row.state == states.HANDED_OVER:
        return WAITING
    if row.state == states.PUBLISHED:
        return DONE
    if row.state == states.FAILED and row.proof is not None:
        return NOT_DONE
    return REPLACED if row.state == states.REPLACED else WITHDRAWN


def preview_of(channel: str, data: Mapping[str, Any]) -> Preview:
    """Return how a frozen payload looks."""
    return outlets.channel_named(channel).preview(Payload(channel, thaw(data)))
