"""Publishing: outlets, deliveries, radio scripts."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("publishing", __name__, url_prefix="/u/<unit_slug>/publishing")
