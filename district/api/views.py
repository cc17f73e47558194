"""The JSON API of an office over its units."""

from __future__ import annotations

from flask import Flask

from district.api import amending, changes, channels, issuing, orders, oversight
from tenants.api import setup


def init_app(app: Flask) -> None:
    """Register the routes."""
    for part in (issuing, amending, oversight, channels, changes, orders):
        setup.register(app, part.blueprint)
