"""The worker's handlers of this feature."""

from __future__ import annotations

from tenants.jobs.worker import Registry


def register(registry: Registry) -> None:
    """Add the handlers to the worker's registry."""
