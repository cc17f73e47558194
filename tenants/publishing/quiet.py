"""Quiet hours: a time of the day in which the program posts nothing by itself. Pure, but for reading the setting."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from tenants import clock, settings
from tenants.errors import Refused

KEY = "publishing.quiet_hours"


@dataclass(frozen=True)
class QuietHours:
    """From ``start`` until ``end`` on the unit's clocks; over midnight where ``end`` is the earlier one."""

    start: dt.time
    end: dt.time

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"

    def end_after(self, moment: dt.datetime, timezone: str) -> dt.datetime | None:
        """Return when the quiet time around ``moment`` ends, in UTC; None when there is none then.

        Args:
            moment: aware.
            timezone: IANA name of the unit's time zone.
        """
        local = clock.local(moment, timezone)
        time = local.time()
        over_midnight = self.end <= self.start
        inside = (time >= self.start or time < self.end) if over_midnight else self.start <= time < self.end
        if not inside:
            return None
        tomorrow = over_midnight and time >= self.start
        day = local.date() + dt.timedelta(days=1) if tomorrow else local.date()
        return clock.from_local(dt.datetime.combine(day, self.end), timezone)

    def stored(self) -> dict[str, str]:
        """Return them as the setting keeps them."""
        return {"from": f"{self.start:%H:%M}", "to": f"{self.end:%H:%M}"}


def read(value: Any) -> QuietHours | None:
    """Return quiet hours from the value of the setting; None for none."""
    if not isinstance(value, dict) or not value.get("from") or not value.get("to"):
        return None
    return QuietHours(dt.time.fromisoformat(value["from"]), dt.time.fromisoformat(value["to"]))


def in_force() -> QuietHours | None:
    """Return the quiet hours of the present unit: its own, else those of its nearest superior. One query."""
    return read(settings.get(KEY))


def parse(start: str, end: str) -> QuietHours:
    """Return quiet hours as a person typed them.

    Raises:
        Refused: "bad-time": not a time of the day, or an empty span.
    """
    try:
        found = QuietHours(dt.time.fromisoformat(start), dt.time.fromisoformat(end))
    except ValueError:
        raise Refused("bad-time", _("Hãy chọn đủ giờ bắt đầu và giờ kết thúc. Chưa có gì thay đổi.")) from None
    if found.start == found.end:
        raise Refused("bad-time", _("Giờ bắt đầu và giờ kết thúc phải khác nhau. Chưa có gì thay đổi."))
    return found


def put(hours: QuietHours | None, *, actor_id: int) -> None:
    """Set the quiet hours of the present unit and those below it; None means that there are none."""
    settings.put(KEY, {} if hours is None else hours.stored(), actor_id)


def inherit(*, actor_id: int) -> None:
    """Let the present unit follow its superiors again."""
    settings.drop(KEY, actor_id)
