"""The worker's handlers of issuing: an edge, each batch a transaction of its own, each safe to repeat."""

from __future__ import annotations

import logging

from district.issuing import amending, revoking
from tenants.db import transaction
from tenants.jobs.worker import Registry

log = logging.getLogger("loa.worker")


def fan_out(plan_id: int, version: int) -> None:
    """Hand an amendment out in batches; after a crash it goes on with those who have not got it."""
    while True:
        with transaction():
            done = amending.hand_out(plan_id, version)
        if not done:
            return


def take_over(plan_id: int, version: int, unit_ids: list[int]) -> None:
    """Let many units take an amendment over in one transaction; if that fails, each does it by itself."""
    try:
        with transaction():
            amending.take_over_together(plan_id, version, unit_ids)
    except Exception:
        log.exception("units take an amendment over one by one", extra={"plan_id": plan_id, "version": version})
        with transaction():
            amending.run_by_themselves(plan_id, version, unit_ids)


def tell_revoked(plan_id: int) -> None:
    """Let everybody who was sent a plan be told that it was withdrawn."""
    with transaction():
        revoking.tell_receivers(plan_id)


def register(registry: Registry) -> None:
    """Add the handlers to the worker's registry."""
    registry.add(amending.FAN_OUT, fan_out)
    registry.add(amending.TOGETHER, take_over, batch=True)
    registry.add(revoking.TELL, tell_revoked)
