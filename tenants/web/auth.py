"""Signing in and out, choosing a language, one's own account."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("auth", __name__)
