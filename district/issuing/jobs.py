"""The worker's handlers of issuing: an edge, each batch a transaction of its own, each safe to repeat."""

from __future__ import annotations

from district.issuing import amending, revoking
from tenants.db import transaction
from tenants.jobs.worker import Registry


def fan_out(plan_id: int, version: int) -> None:
    """Hand an amendment out in batches; after a crash it goes on with those who have not got it."""
    while True:
        with transaction():
            done = amending.hand_out(plan_id, version)
        if not done:
            return


def tell_revoked(plan_id: int) -> None:
    """Let everybody who was sent a plan be told that it was withdrawn."""
    with transaction():
        revoking.tell_receivers(plan_id)


def register(registry: Registry) -> None:
    """Add the handlers to the worker's registry."""
    registry.add(amending.FAN_OUT, fan_out)
    registry.add(revoking.TELL, tell_revoked)
