"""How the outlets of a unit are, in one row each, for the unit and the offices above it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from channel_plugins import Channel
from tenants import clock
from tenants.db import db
from tenants.publishing import environment, pausing, policy, queries
from tenants.publishing.models import ChannelAccount, OutletHealth
from tenants.publishing.queries import Tally
from tenants.scope import current

PAUSED = "paused"
FAILING = "failing"
UNVERIFIED = "unverified"
RESTING = "resting"
OFF = "off"
FORBIDDEN = "forbidden"
WORKING = "working"

LABELS = {
    PAUSED: _l("Đang dừng, cần người xử lý"),
    FAILING: _l("Có bài cần xử lý"),
    UNVERIFIED: _l("Chưa kiểm tra được"),
    RESTING: _l("Đang nghỉ"),
    FORBIDDEN: _l("Cơ quan chưa cho dùng"),
    OFF: _l("Đang tắt"),
    WORKING: _l("Đang hoạt động"),
}
"""States of an outlet with their labels, the worst first."""

RANKS = {state: rank for rank, state in enumerate(LABELS)}

PROOF_LASTS = dt.timedelta(hours=50)
"""How long a proof that the outlet takes our posts is worth something: two nights and a little more."""


@dataclass(frozen=True)
class Condition:
    """The state of an outlet and the sentence for its people; "" when there is nothing to say."""

    state: str
    sentence: str = ""


def condition(
    account: ChannelAccount, channel: Channel | None, tally: Tally, *, forbidden: bool, now: dt.datetime
) -> Condition:
    """Return how an outlet is."""
    if channel is None:
        return Condition(PAUSED, _("Kênh này không còn được cài trên hệ thống. Hãy báo bộ phận hỗ trợ."))
    if forbidden:
        return Condition(FORBIDDEN, policy.sentence())
    if not account.enabled:
        return Condition(OFF)
    if account.paused_reason:
        return Condition(PAUSED, account.paused_reason)
    if tally.troubled:
        return Condition(FAILING, _("%(n)s bài chưa đăng được hoặc chưa rõ kết quả.", n=tally.troubled))
    if channel.info.outlet == "remote" and (account.verified_at is None or now - account.verified_at > PROOF_LASTS):
        return Condition(UNVERIFIED, _("Chưa kiểm tra được quyền đăng bài trên kênh trong hai ngày qua."))
    if account.paused_until is not None and account.paused_until > now:
        return Condition(RESTING, pausing.resting(account))
    return Condition(WORKING)


def refresh() -> None:
    """Bring the rows of the present unit up to date. A constant number of queries."""
    now = clock.now()
    own = select(OutletHealth).where(OutletHealth.unit_id == current().unit_id)
    known = {row.account_id: row for row in db.session.scalars(own)}
    tallies = queries.tallies()
    forbidden = policy.forbidden()
    manager = environment.manager()
    for account in queries.accounts():
        channel = manager.get(account.channel) if account.channel in manager else None
        tally = tallies.get(account.id, Tally())
        found = condition(account, channel, tally, forbidden=account.channel in forbidden, now=now)
        row = known.get(account.id)
        if row is None:
            row = OutletHealth(account_id=account.id, channel=account.channel, state=found.state, since=now)
            db.session.add(row)
        if row.state != found.state:
            row.state, row.since = found.state, now
        row.label, row.rank, row.sentence = account.label, RANKS[found.state], found.sentence or None
        row.verified_at, row.last_published_at = account.verified_at, tally.last_published
        row.waiting, row.troubled = tally.waiting, tally.troubled
    db.session.flush()
