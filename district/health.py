"""``/healthz``: the process answers. ``/readyz``: it can work (database at the newest migration, files writable)."""

from __future__ import annotations

import os

from flask import Blueprint, Flask, Response, current_app, jsonify
from sqlalchemy import select

from district.config import Config
from tenants.db import db
from tenants.jobs import queue
from tenants.units.models import UnitType
from tenants.web.guard import public

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public
def healthz() -> Response:
    """Answer at once, touching nothing."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
@public
def readyz() -> tuple[Response, int]:
    """Answer 200 when a request could be served in full, else 503 with what is missing."""
    config: Config = current_app.extensions["loa.config"]
    problems = []
    if db.session.scalar(select(UnitType.code).limit(1)) is None:
        problems.append("database not migrated")
    if not os.access(config.data_dir, os.W_OK):
        problems.append("data directory not writable")
    status = 503 if problems else 200
    return jsonify(status="unready" if problems else "ok", problems=problems, worker=queue.worker_alive()), status


def init_app(app: Flask) -> None:
    """Add both addresses."""
    app.register_blueprint(blueprint)
