"""Whether an outlet may be called: held by one caller at a time, resting because its service asked for it, or stopped
until a person acts.
"""

from __future__ import annotations

import datetime as dt
import random

from flask_babel import gettext as _

from channel_plugins import NeedsPerson, TryAgain
from tenants import audit, clock, held
from tenants.publishing import environment, telling
from tenants.publishing.models import ChannelAccount


def locked(account_id: int) -> ChannelAccount:
    """Return an outlet of this unit, held until the transaction ends."""
    return held.own(ChannelAccount, account_id)


def hold(account: ChannelAccount, key: str, seconds: float) -> None:
    """Keep an outlet for one call; whoever dies with it loses it when ``seconds`` are over."""
    account.busy_key = key
    account.busy_until = clock.now() + dt.timedelta(seconds=seconds)


def release(account: ChannelAccount, key: str) -> None:
    """Let go of an outlet, unless somebody else holds it by now."""
    if account.busy_key == key:
        account.busy_key = account.busy_until = None


def free_at(account: ChannelAccount, look: float) -> dt.datetime | None:
    """Return when to look again for an outlet that is being called; None when it is free.

    Args:
        look: seconds between two looks.
    """
    now = clock.now()
    if account.busy_until is None or account.busy_until <= now:
        return None
    return min(account.busy_until, now + dt.timedelta(seconds=look))


def stop(account: ChannelAccount, sentence: str) -> None:
    """Send nothing more through an outlet until a person has acted; school and office are told once."""
    if account.paused_reason is None:
        audit.record("channel.stopped", "channel_account", account.id, None, reason=sentence)
        telling.outlet_stopped(account, sentence)
    account.paused_reason = sentence
    telling.outlets_changed()


def go_on(account: ChannelAccount) -> None:
    """Lift every pause of an outlet: somebody has dealt with its reason."""
    account.paused_reason = account.paused_until = account.rest_reason = None
    telling.outlet_works(account)
    telling.outlets_changed()


def suspend(account: ChannelAccount) -> None:
    """Stop an outlet whose service kept failing as a whole until we gave up on a delivery: the next one would fare no
    better, and somebody has to look."""
    sentence = _(
        "Kênh «%(name)s» đã được tạm dừng vì dịch vụ không nhận bài sau nhiều lần thử. Bài vẫn được giữ; hãy xem dịch "
        "vụ có hoạt động không, rồi bấm Kiểm tra kết nối.",
        name=account.label,
    )
    stop(account, sentence)


def rest(account: ChannelAccount, pause: dt.timedelta, reason: str = "") -> None:
    """Leave an outlet alone for a while, at least as long as it already rests."""
    until = clock.now() + pause
    if account.paused_until is None or account.paused_until < until:
        account.paused_until, account.rest_reason = until, reason or None


def resting(account: ChannelAccount) -> str:
    """Return the sentence for what waits while an outlet rests."""
    assert account.paused_until is not None, "asked only while it rests"  # noqa: S101
    moment = when(account.paused_until)
    if account.rest_reason:
        return str(_("Kênh đang nghỉ đến %(time)s. %(reason)s", time=moment, reason=account.rest_reason))
    return str(_("Kênh đang nghỉ đến %(time)s theo yêu cầu của dịch vụ, rồi bài tự được gửi tiếp.", time=moment))


def when(moment: dt.datetime) -> str:
    """Return a moment on the unit's clocks, with the day where it is not today."""
    zone = environment.own_unit().timezone
    local = clock.local(moment, zone)
    return local.strftime("%H:%M" if local.date() == clock.today(zone) else "%H:%M %d/%m/%Y")


def hear(account: ChannelAccount, answer: object) -> None:
    """Draw the consequences of a failed call for the outlet as a whole: stop it, let it rest, renew its credentials."""
    if isinstance(answer, NeedsPerson):
        stop(account, answer.for_school)
    if isinstance(answer, TryAgain):
        account.renew_wanted = account.renew_wanted or answer.renew
        if answer.pause_account:
            wait = answer.after or dt.timedelta(minutes=1)
            rest(account, wait * (1 + 0.1 * luck()))


def luck() -> float:
    """Return a number from 0 up to 1, so that those who wait for the same service do not come back together."""
    return random.random()  # noqa: S311
