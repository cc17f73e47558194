"""What is done from time to time with the lists of all units."""

from __future__ import annotations

import datetime as dt

from flask import current_app
from sqlalchemy import select

from tenants.audience import service
from tenants.db import db, transaction
from tenants.jobs.worker import Registry, unit_context
from tenants.units.models import Unit

FORGET_PAUSE = dt.timedelta(hours=6)


def register(registry: Registry) -> None:
    """Add the periodic work to the worker's registry. Letters themselves go out through ``publishing.mailing``."""
    registry.every("audience.forget", FORGET_PAUSE, forget)


def forget() -> None:
    """Let go, in every unit, of the addresses of people who never confirmed."""
    unit_ids = list(db.session.scalars(select(Unit.id).where(Unit.active.is_(True)).order_by(Unit.id)))
    db.session.rollback()
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    for unit_id in unit_ids:
        with unit_context(app, unit_id), transaction():
            service.forget_unconfirmed()
