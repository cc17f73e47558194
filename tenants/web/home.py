"""The start page of a unit: what waits for you."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("home", __name__, url_prefix="/u/<unit_slug>")
