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


def plan_changed_in_units(at: str, unit_ids: list[int], plan_ids: list[int], **facts: Any) -> None:
    """Let the articles that rely on a plan that changed be looked after in those of many units that have any."""
    with transaction():
        plan_changes.plan_changed_in_units(dict(zip(unit_ids, plan_ids, strict=True)), at=at, **facts)


def register(registry: Registry) -> None:
    """Add the handlers to the worker's registry."""
    registry.add("content.plan_changed", plan_changed)
    registry.add("content.plan_changed_in_units", plan_changed_in_units, batch=True)
