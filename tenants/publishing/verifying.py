"""Asking an outlet whether it may be posted to now, while somebody waits for the answer."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from channel_plugins import ChannelError, NeedsPerson
from tenants import audit, clock
from tenants.db import db, transaction
from tenants.publishing import calling, outlets, pausing, posts
from tenants.secrets import InvalidSecret

SECONDS = 20.0


@dataclass(frozen=True)
class Finding:
    """What an outlet said. ``usable`` None: it could not be found out now."""

    usable: bool | None
    sentence: str


def verify_now(account_id: int, *, actor_id: int | None, seconds: float = SECONDS) -> Finding:
    """Ask the outlet and note what it said. Opens its own transactions and holds none while the channel is called.

    An outlet that may not be posted to is paused with the channel's sentence; one that may is not paused any more.

    Raises:
        NotFound: no such outlet.
    """
    with transaction():
        account = outlets.get_account(account_id)
        channel = outlets.channel_named(account.channel)
        try:
            value = posts.account_value(account, channel)
        except InvalidSecret:
            return Finding(False, _("Không đọc được thông tin kết nối đã lưu. Hãy kết nối lại kênh này."))
    answer = calling.within(seconds, lambda: channel.verify(value))
    with transaction():
        account = outlets.get_account(account_id)
        finding = _finding(answer)
        account.checked_at = clock.now()
        if finding.usable:
            account.verified_at = account.checked_at
            pausing.go_on(account)
        elif finding.usable is False:
            pausing.stop(account, finding.sentence)
        if finding.usable is not None:
            audit.record("channel.manage", "channel_account", account.id, actor_id, verified=finding.usable)
        db.session.flush()
    return finding


def _finding(answer: object) -> Finding:
    if answer is None:
        return Finding(True, _("Kênh trả lời: được phép đăng."))
    if isinstance(answer, NeedsPerson):
        return Finding(False, answer.for_school)
    if isinstance(answer, ChannelError):
        return Finding(None, answer.for_school)
    return Finding(
        None, _("Kênh không trả lời nên chưa biết có đăng được không. Cài đặt vẫn được giữ; hãy thử kiểm tra lại sau.")
    )
