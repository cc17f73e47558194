"""The blueprint of the plans' pages, named once so that every module of the package can hang its pages on it."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("plans", __name__, url_prefix="/u/<unit_slug>/plans")
