"""Counting how often something is tried, so that nobody can try without end."""

from __future__ import annotations

import datetime as dt

from flask_babel import gettext as _

from tenants import clock
from tenants.accounts.models import Throttle
from tenants.db import db
from tenants.errors import Refused

WINDOW = dt.timedelta(minutes=15)


def count(key: str, most: int) -> None:
    """Count one try. Commit also after a refusal of something else, else the try is not counted.

    Args:
        key: what is counted ("confirm:192.0.2.7").
        most: how many tries ``WINDOW`` takes.

    Raises:
        Refused: "too-many": there were as many already.
    """
    now = clock.now()
    counter = db.session.get(Throttle, key)
    if counter is None:
        counter = Throttle(key=key, window_start=now, failures=0)
        db.session.add(counter)
    elif counter.window_start + WINDOW <= now:
        counter.window_start, counter.failures = now, 0
    if counter.failures >= most:
        left = counter.window_start + WINDOW - now
        minutes = max(1, -(-int(left.total_seconds()) // 60))
        raise Refused(
            "too-many",
            _(
                "Có quá nhiều lần gửi từ mạng này nên việc ghi nhận tạm dừng. Xin thử lại sau %(minutes)s phút.",
                minutes=minutes,
            ),
        )
    counter.failures += 1
