"""The application factory: the only place that names everyone."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from channel_plugins.manager import ChannelManager, build_manager
from district import health, jobs, logs
from district.api import views as district_api
from district.config import Config
from district.issuing import revoking
from district.web import views as district_web
from tenants import clock, db, files
from tenants.api import setup as api
from tenants.jobs.worker import Registry
from tenants.secrets import SecretBox
from tenants.web import routes, setup

MAX_REQUEST = 32 * 1024 * 1024
"""Largest request body, in bytes: a handful of photographs, or a plan file with pictures."""

MAX_FORM = 8 * 1024 * 1024
"""Longest text in a form, in bytes. Flask's own half megabyte would refuse a long article with tables."""


def create_app(config: Config | None = None, channels: ChannelManager | None = None) -> Flask:
    """Build the application.

    Args:
        config: None reads the environment.
        channels: None loads the built-in channels and installed plugins.

    Raises:
        BadConfiguration: the environment does not describe a service that can run.
    """
    config = config or Config.from_env()
    app = Flask("tenants.web", static_folder="static", template_folder="templates")
    app.config.update(_flask_settings(config))
    if config.proxy_hops:
        hops = config.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    app.extensions["loa.config"] = config
    app.extensions["loa.files"] = files.FileStore(config.data_dir)
    app.extensions["loa.secrets"] = SecretBox(list(config.secrets_keys))
    app.extensions["loa.channels"] = channels or build_manager(
        config.channels, options=config.channel_options, private_hosts=config.simulator_hosts, clock=clock.now
    )
    app.extensions["loa.registry"] = Registry()
    db.init_app(app)
    with app.app_context():
        setup.init_app(app)
        routes.init_app(app)
        api.init_app(app)
        district_web.init_app(app)
        revoking.init_app(app)
        district_api.init_app(app)
        health.init_app(app)
        jobs.register(app)
    return app


def _flask_settings(config: Config) -> dict[str, Any]:
    return {
        "SECRET_KEY": config.secret_key,
        "SQLALCHEMY_DATABASE_URI": config.database_url,
        "MAX_CONTENT_LENGTH": MAX_REQUEST,
        "MAX_FORM_MEMORY_SIZE": MAX_FORM,
        "SESSION_COOKIE_NAME": "loa",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": config.secure_cookies,
        "REMEMBER_COOKIE_HTTPONLY": True,
        "REMEMBER_COOKIE_SAMESITE": "Lax",
        "REMEMBER_COOKIE_SECURE": config.secure_cookies,
        "PERMANENT_SESSION_LIFETIME": dt.timedelta(days=7),
        "WTF_CSRF_TIME_LIMIT": None,
        "BABEL_DEFAULT_LOCALE": "vi",
        "BABEL_DEFAULT_TIMEZONE": config.timezone,
        "BABEL_TRANSLATION_DIRECTORIES": "../translations",
        "LOA_BASE_URL": config.base_url,
        "LOA_DEMO": config.demo,
    }


def serve_logs(config: Config) -> None:
    """Turn on structured logs; command-line programs and the server call it, tests do not."""
    logs.set_up(config.log_level)
