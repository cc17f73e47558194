"""Before an outlet is called: its credentials renewed where they run out, and proven once a day.

Either is a call of its own under the outlet's lease. Killed at any point, the credentials are the old ones or the new
ones, never none: a channel hands new ones to ``keep``, which returns only when they are durable with the old ones
beside them.
"""

from __future__ import annotations

import datetime as dt
import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import Flask, current_app
from flask_babel import gettext as _

from channel_plugins import Account, Channel, ChannelError, NeedsPerson, TryAgain
from channel_plugins.settings import merge_secrets
from tenants import audit, clock
from tenants.db import transaction
from tenants.jobs.worker import unit_context
from tenants.publishing import calling, environment, pausing, render, telling
from tenants.publishing.calling import Timing
from tenants.publishing.models import ChannelAccount

log = logging.getLogger("loa.publishing")

RENEW = "renew"
VERIFY = "verify"

RENEWAL_PAUSE = dt.timedelta(minutes=2)
"""How long an outlet rests when its credentials could not be renewed for the moment."""


@dataclass(frozen=True)
class Preparation:
    """A call that comes before the wanted one. ``box``: the credentials as they were stored when it began."""

    what: str
    unit_id: int
    account_id: int
    channel: Channel
    account: Account
    box: str | None
    lease: str
    limit: float


def needed(account: ChannelAccount, channel: Channel, value: Account, *, posting: bool) -> str | None:
    """Return what must be done before an outlet is called: ``RENEW``, ``VERIFY`` or None.

    Args:
        posting: a new post is about to go out; before the first of a day the outlet must prove that it takes it.
    """
    if channel.info.outlet != "remote" or account.paused_reason:
        return None
    if account.renew_wanted or _renewal_due(channel, value):
        return RENEW
    zone = environment.own_unit().timezone
    checked = account.checked_at
    if posting and (checked is None or clock.local(checked, zone).date() < clock.today(zone)):
        return VERIFY
    return None


def begin(account: ChannelAccount, channel: Channel, value: Account, what: str, timing: Timing) -> Preparation:
    """Take the outlet's lease for a preparation. The caller commits before ``make``."""
    limit = timing.limit(channel)
    lease = f"{what}-{account.id}-{secrets.token_hex(4)}"
    pausing.hold(account, lease, limit + timing.margin)
    return Preparation(what, account.unit_id, account.id, channel, value, account.secrets_box, lease, limit)


def make(preparation: Preparation) -> Exception | None:
    """Make the call; return what went wrong. Opens no transaction but in ``keep``."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    channel, value = preparation.channel, preparation.account
    if preparation.what == VERIFY:
        return calling.within(preparation.limit, lambda: channel.verify(value))
    return calling.within(preparation.limit, lambda: channel.renew(value, _keeper(app, preparation)))


def record(preparation: Preparation, answer: Exception | None) -> None:
    """Note in the present transaction what came of a preparation, and let go of the outlet."""
    account = pausing.locked(preparation.account_id)
    pausing.release(account, preparation.lease)
    if preparation.what == VERIFY:
        account.checked_at = clock.now()
    if answer is None:
        if preparation.what == RENEW:
            account.renew_wanted = False
        else:
            account.verified_at = account.checked_at
            telling.outlets_changed()
        return
    pausing.hear(account, answer)
    if preparation.what == RENEW and not isinstance(answer, NeedsPerson):
        wait = (answer.after if isinstance(answer, TryAgain) else None) or RENEWAL_PAUSE
        pausing.rest(
            account,
            wait * (1 + 0.2 * pausing.luck()),
            _("Hệ thống chưa gia hạn được kết nối với dịch vụ và đang tự thử lại; chưa cần làm gì."),
        )
    detail = answer.detail if isinstance(answer, ChannelError) else f"{type(answer).__name__}: {answer}"
    log.warning(
        "preparation failed: %s",
        calling.hide_secrets(detail, preparation.account),
        extra={"kind": preparation.what, "channel": account.channel},
    )


def _renewal_due(channel: Channel, value: Account) -> bool:
    try:
        return channel.renewal_due(value, clock.now())
    except Exception:  # pure by contract; one that breaks it must not stop deliveries
        log.exception("a channel broke its contract")
        return False


def _keeper(app: Flask, preparation: Preparation) -> Callable[[Mapping[str, str]], None]:
    """Return what makes new credentials durable; it runs on the channel's thread with a session of its own."""
    last = [preparation.box]

    def keep(new: Mapping[str, str]) -> None:
        with unit_context(app, preparation.unit_id), transaction():
            account = pausing.locked(preparation.account_id)
            if account.secrets_box != last[0]:
                raise TryAgain("Kênh vừa được kết nối lại. Hệ thống dùng thông tin mới nhất cho lần gửi sau.")
            store_secrets(account, new, aside=last[0] == preparation.box)
            account.renew_wanted = False
            stored = account.secrets_box
        last[0] = stored

    return keep


def store_secrets(account: ChannelAccount, new: Mapping[str, str], *, aside: bool = True) -> None:
    """Replace credentials by newer ones; an empty one never replaces a stored one.

    Args:
        aside: keep the present ones as the previous ones.

    Raises:
        InvalidSecret: the stored ones cannot be read.
    """
    box = environment.secret_box()
    old = render.open_secrets(account, box)
    merged = merge_secrets(old, new)
    changed = sorted(name for name in merged if merged[name] != old.get(name))
    if not changed:
        return
    if aside:
        account.previous_box = account.secrets_box
    account.secrets_box = render.seal_secrets(account, merged, box)
    audit.record("channel.renewed", "channel_account", account.id, None, renewed_secrets=changed)
