"""The JSON API of an office over its units."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Register the routes."""
