"""Every page of a unit, registered in one place."""

from __future__ import annotations

from flask import Flask

from tenants.web import (
    articles,
    audience,
    audit_log,
    auth,
    bulletins,
    confirm_link,
    freezes,
    history,
    home,
    hooks,
    media,
    notices,
    offers,
    orders,
    people,
    plans,
    publishing,
    site,
    site_cache,
    wishes,
)

BLUEPRINTS = (
    *(
        module.blueprint
        for module in (
            auth,
            home,
            notices,
            plans,
            articles,
            media,
            publishing,
            audience,
            orders,
            freezes,
            history,
            offers,
            wishes,
            people,
            audit_log,
            site,
            hooks,
            confirm_link,
            bulletins,
        )
    ),
    publishing.connect.way_back,
)


def init_app(app: Flask) -> None:
    """Register the blueprints, and put the cache of the public sites in front of them."""
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    site_cache.init_app(app)
