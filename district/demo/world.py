"""What the steps of the demonstration share: who is where, and working in a unit's scope."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Flask

from tenants import scope
from tenants.db import transaction
from tenants.units import queries as units


@dataclass(frozen=True)
class World:
    """Ids of units by address, and of people by (address, role)."""

    units: dict[str, int]
    people: dict[tuple[str, str], int]


@contextmanager
def work_in(app: Flask, world: World, slug: str, kind: scope.Kind = scope.Kind.UNIT) -> Iterator[None]:
    """Work in one unit's scope, in one transaction."""
    with app.app_context():
        unit_id = world.units[slug]
        scope.enter(scope.Scope(unit_id, kind, units.superior_ids(unit_id)))
        with transaction():
            yield
