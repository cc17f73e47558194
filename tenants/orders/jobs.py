"""The worker's handlers of orders: they cross from unit to unit, each in the scope of the unit it writes."""

from __future__ import annotations

from typing import Any

from tenants.db import transaction
from tenants.jobs.worker import Registry
from tenants.orders import receiving, service


def register(registry: Registry) -> None:
    """Add the handlers to the worker's registry."""
    registry.add(service.RECEIVE, receive)
    registry.add(receiving.FOLLOW, follow)
    registry.add(receiving.REPORT, report)
    registry.add(service.END, end)
    registry.add(service.REMIND, remind)


def receive(order_unit_id: int, order_id: int) -> None:
    """Take an order in."""
    with transaction():
        receiving.receive(order_unit_id, order_id)


def follow(article_id: int) -> None:
    """Look what became of an article's items."""
    with transaction():
        receiving.follow(article_id)


def report(**facts: Any) -> None:
    """Hear how far a unit is."""
    with transaction():
        service.hear(**facts)


def end(order_unit_id: int, order_id: int, lifted: bool) -> None:
    """Hear that an order is over."""
    with transaction():
        receiving.end(order_unit_id, order_id, lifted)


def remind(order_unit_id: int, order_id: int) -> None:
    """Hear that the one who ordered asks how it is going."""
    with transaction():
        receiving.remind(order_unit_id, order_id)
