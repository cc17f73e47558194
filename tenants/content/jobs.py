"""The worker's handlers of this feature: an edge, safe to repeat."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tenants.content import plan_changes
from tenants.db import transaction
from tenants.jobs.worker import Registry


def plan_changed(at: str, **facts: Any) -> None:
    """Look after the articles of the job's unit that rely on a plan that changed."""
    with transaction():
        plan_changes.plan_changed(at=dt.datetime.fromisoformat(at), **facts)


def register(registry: Registry) -> None:
    """Add the handlers to the worker's registry."""
    registry.add("content.plan_changed", plan_changed)
