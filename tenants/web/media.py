"""Pictures: upload and show."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("media", __name__)
