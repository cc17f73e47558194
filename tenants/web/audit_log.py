"""The audit log of the unit."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("audit", __name__, url_prefix="/u/<unit_slug>/audit")
