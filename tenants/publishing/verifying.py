"""Asking an outlet whether it may be posted to, while somebody waits for the answer."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from channel_plugins import ChannelError, NeedsPerson
from tenants import audit, clock
from tenants.db import transaction
from tenants.publishing import outlets, pausing, posts, preparing
from tenants.publishing.calling import Timing
from tenants.publishing.preparing import Preparation
from tenants.secrets import InvalidSecret

WAITING = Timing(remote=20.0)


@dataclass(frozen=True)
class Finding:
    """What an outlet said. ``usable`` None: it could not be found out now."""

    usable: bool | None
    sentence: str


def verify_now(account_id: int, *, actor_id: int | None, timing: Timing = WAITING) -> Finding:
    """Ask the outlet and note what it said; its credentials are renewed before, where they run out.

    Unlike the daily proof this also asks an outlet that is stopped: one that may be posted to goes on. Opens its own
    transactions and holds none while the channel is called.

    Raises:
        NotFound: no such outlet, or its channel may not be used here.
    """
    for what in (preparing.RENEW, preparing.VERIFY):
        with transaction():
            step = _begin(account_id, what, timing)
        if isinstance(step, Finding):
            return step
        if step is None:
            continue
        answer = preparing.make(step)
        with transaction():
            preparing.record(step, answer)
            if answer is None and what == preparing.VERIFY:
                pausing.go_on(pausing.locked(account_id))
            audit.record("channel.manage", "channel_account", account_id, actor_id, asked=what, works=answer is None)
        if answer is not None:
            return _finding(answer)
    return Finding(True, _("Kênh trả lời: được phép đăng."))


def _begin(account_id: int, what: str, timing: Timing) -> Preparation | Finding | None:
    """Return the call to make, None when it is not needed, or why it cannot be made."""
    outlets.get_account(account_id)
    account = pausing.locked(account_id)
    channel = outlets.channel_in_use(account.channel)
    if pausing.free_at(account, timing.queue) is not None:
        return Finding(None, _("Kênh đang được gọi để gửi bài khác. Hãy bấm Kiểm tra kết nối lại sau ít phút."))
    try:
        value = posts.account_value(account, channel)
    except InvalidSecret:
        return Finding(False, _("Không đọc được thông tin kết nối đã lưu. Hãy kết nối lại kênh này."))
    if what == preparing.RENEW and not (account.renew_wanted or channel.renewal_due(value, clock.now())):
        return None
    return preparing.begin(account, channel, value, what, timing)


def _finding(answer: Exception) -> Finding:
    if isinstance(answer, ChannelError):
        return Finding(False if isinstance(answer, NeedsPerson) else None, answer.for_school)
    return Finding(
        None, _("Kênh không trả lời nên chưa biết có đăng được không. Cài đặt vẫn được giữ; hãy thử kiểm tra lại sau.")
    )
