"""The blueprint of the publishing pages, named once so that every module of the package can hang its pages on it."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("publishing", __name__, url_prefix="/u/<unit_slug>/publishing")
