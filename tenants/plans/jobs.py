"""The worker's handlers of this feature: an edge, each with its own transaction, each safe to repeat."""

from __future__ import annotations

from tenants.db import transaction
from tenants.jobs.worker import Registry
from tenants.plans import service


def import_plan(source_id: int) -> None:
    """Read an uploaded plan file. A converter may take a minute, so nothing is locked while it works."""
    with transaction():
        waiting = service.waiting_file(source_id)
    if waiting is None:
        return
    outcome = service.reading_of(*waiting)
    with transaction():
        service.keep_reading(source_id, outcome)


def receive_plan(base_unit_id: int, base_plan_id: int, version: int) -> None:
    """Take over an issued plan of a superior into the unit of the job."""
    with transaction():
        service.receive(base_unit_id, base_plan_id, version)


def register(registry: Registry) -> None:
    """Add the handlers to the worker's registry."""
    registry.add("plans.import", import_plan)
    registry.add("plans.receive", receive_plan)
