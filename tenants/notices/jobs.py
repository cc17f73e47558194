"""The worker's handlers of this feature: telling a unit what happened in another one."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tenants.db import transaction
from tenants.jobs.worker import Registry
from tenants.notices import service
from tenants.notices.service import News


def register(registry: Registry) -> None:
    """Add the handlers to the worker's registry."""
    registry.add("notices.tell", tell)
    registry.add("notices.resolve", resolve)


def tell(at: str, **news: Any) -> None:
    """Tell the unit of the job, unless something newer is known."""
    told = News(**news)
    with transaction():
        if not service.is_older(told.key, dt.datetime.fromisoformat(at)):
            service.tell(told)


def resolve(at: str, key: str) -> None:
    """Take back what the unit of the job was told, unless it was told anew since."""
    with transaction():
        if not service.is_older(key, dt.datetime.fromisoformat(at)):
            service.resolve(key)
