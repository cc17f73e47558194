"""The JSON API of an office over its units."""

from __future__ import annotations

from flask import Flask

from district.api import amending, channels, issuing, oversight
from tenants.api import setup


def init_app(app: Flask) -> None:
    """Register the routes."""
    for blueprint in (issuing.blueprint, amending.blueprint, oversight.blueprint, channels.blueprint):
        setup.register(app, blueprint)
