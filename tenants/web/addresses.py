"""What may stand in an address: numbers and words that the database can hold. Anything else is no address (404)."""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug import routing

LARGEST_ID = 2**63 - 1


class IntegerConverter(routing.IntegerConverter):
    """A whole number no larger than an id can be; a larger one would fail in the database."""

    def __init__(self, map: routing.Map, *args: Any, **kwargs: Any) -> None:  # noqa: A002  (named so by werkzeug)
        kwargs.setdefault("max", LARGEST_ID)
        super().__init__(map, *args, **kwargs)


class UnicodeConverter(routing.UnicodeConverter):
    """A word without the NUL character, which PostgreSQL refuses in any text."""

    def to_python(self, value: str) -> str:
        if "\0" in value:
            raise routing.ValidationError
        return value


def init_app(app: Flask) -> None:
    """Use these converters in every rule that is added from now on."""
    app.url_map.converters.update(int=IntegerConverter, string=UnicodeConverter, default=UnicodeConverter)
