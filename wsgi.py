"""Entry point for a WSGI server: ``gunicorn 'wsgi:create_app()'``."""

from district.app import create_app

__all__ = ["create_app"]
