"""The reference for page rates: the smallest Flask application."""

from flask import Flask


def create_app() -> Flask:
    """Return an application with one page of five letters."""
    app = Flask(__name__)

    @app.get("/")
    def hello() -> str:
        return "Hello"

    return app
