"""Articles: write, preview, submit, vet, approve."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("articles", __name__, url_prefix="/u/<unit_slug>/articles")
