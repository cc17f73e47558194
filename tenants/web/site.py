"""The public site of a unit."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("site", __name__, url_prefix="/s/<site_slug>")
