"""Who works in the unit, and with which roles."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("people", __name__, url_prefix="/u/<unit_slug>/people")
