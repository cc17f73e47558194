"""Plans: import, edit, localize, compare, issue."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("plans", __name__, url_prefix="/u/<unit_slug>/plans")
