"""The worker's handlers of comments: each carries words from one unit to another, in a transaction of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tenants.db import transaction
from tenants.jobs.worker import Registry
from tenants.plans import consulted, consulting


def _in_transaction(service: Callable[..., Any]) -> Callable[..., None]:
    def handler(**args: Any) -> None:
        with transaction():
            service(**args)

    return handler


def close(consultation_id: int) -> None:
    """End a round whose day has passed."""
    with transaction():
        consulting.close(consultation_id, None)


def nudge(consultation_id: int) -> None:
    """Remind those who have not answered some days before the end of a round."""
    with transaction():
        consulting.nudge(consultation_id)


def register(registry: Registry) -> None:
    """Add the handlers to the worker's registry."""
    registry.add("plans.consult", _in_transaction(consulted.take_request))
    registry.add("plans.consult_remind", _in_transaction(consulted.remind))
    registry.add("plans.consult_ended", _in_transaction(consulted.end))
    registry.add("plans.consult_answer", _in_transaction(consulted.note_answer))
    registry.add("plans.consult_remarks", _in_transaction(consulting.keep_remarks))
    registry.add("plans.consult_close", close)
    registry.add("plans.consult_nudge", nudge)
