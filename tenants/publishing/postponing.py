"""Moving what would go out in quiet hours to their end."""

from __future__ import annotations

from flask_babel import gettext as _

from channel_plugins import NextStep
from tenants import clock
from tenants.publishing import environment, pausing, quiet, states
from tenants.publishing.models import Delivery


def out_of_quiet_hours(delivery: Delivery) -> bool:
    """Move a new post that would go out by itself in quiet hours to their end, and say so.

    Corrections and withdrawals are never kept waiting, nor what a person wants sent all the same.

    Returns:
        Whether it was moved.
    """
    if delivery.at_once or delivery.wanted != states.PUBLISH or delivery.next_at is None:
        return False
    hours = quiet.in_force()
    if hours is None:
        return False
    end = hours.end_after(max(delivery.next_at, clock.now()), environment.own_unit().timezone)
    if end is None:
        return False
    delivery.next_at = end
    delivery.sentence = _(
        "Giờ yên lặng của đơn vị là %(hours)s nên bài được dời đến %(time)s rồi tự đăng.",
        hours=str(hours),
        time=pausing.when(end),
    )
    delivery.next_step = NextStep.WAIT.value
    return True
