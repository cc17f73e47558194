"""The worker's handlers for what outlets tell us and for the further step."""

from __future__ import annotations

import datetime as dt

from tenants.jobs.worker import Registry
from tenants.publishing import callbacks, follow_up


def register(registry: Registry) -> None:
    """Add the handlers to the worker's registry."""
    registry.add("publishing.event", callbacks.act)
    registry.add(follow_up.KIND, follow_up.run)
    registry.every("publishing.forget_callbacks", dt.timedelta(hours=12), callbacks.forget_old)
