"""The worker's handlers of offers: each writes in the scope of one unit what another has decided."""

from __future__ import annotations

from typing import Any

from tenants.db import transaction
from tenants.jobs.worker import Registry
from tenants.offers import service, taking


def register(registry: Registry) -> None:
    """Add the handlers to the worker's registry."""
    registry.add(taking.ANSWER, hear_answer)
    registry.add(taking.PUBLISHED, hear_published)
    registry.add(taking.FOLLOW, follow)


def hear_answer(**facts: Any) -> None:
    """Hear what a superior decided."""
    with transaction():
        service.hear_answer(**facts)


def hear_published(offer_id: int, url: str, at: str | None) -> None:
    """Hear where a superior published an article."""
    with transaction():
        service.hear_published(offer_id, url, at)


def follow(article_id: int) -> None:
    """Look where an article made from an offer stands."""
    with transaction():
        taking.follow(article_id)
