"""What may stand in an address or a form: numbers and words that the database can hold. Anything else is no address
(404), and in a query or a form as good as not typed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from flask import Flask, Request
from werkzeug import routing
from werkzeug.datastructures import ImmutableMultiDict

LARGEST_ID = 2**63 - 1
LARGEST_TYPED = 10**15
"""Beyond every id, and a page of that number times its rows still fits into the database's numbers."""


def whole(text: str) -> int:
    """Return the whole number that somebody typed.

    Raises:
        ValueError: it is none, or larger than anything that is counted here.
    """
    # Digits of other scripts and raised ones are digits to Python, but not all of them numbers.
    if not text.isascii() or len(text) > len(str(LARGEST_TYPED)) + 1:
        raise ValueError(text[:40])
    number = int(text)
    if abs(number) > LARGEST_TYPED:
        raise ValueError(text)
    return number


def wholes(texts: Iterable[str]) -> list[int]:
    """Return the ids among what was ticked; anything else is left out."""
    found = []
    for text in texts:
        with suppress(ValueError):
            found.append(whole(text))
    return found


class Parameters(ImmutableMultiDict[str, Any]):
    """A query or a form: whole numbers are read by ``whole``, and there is no NUL character in any text."""

    def __init__(self, mapping: Any = ()) -> None:
        if not isinstance(mapping, Mapping):
            mapping = [(name, value.replace("\0", "") if isinstance(value, str) else value) for name, value in mapping]
        super().__init__(mapping)

    def get(  # type: ignore[override]
        self,
        key: str,
        default: Any = None,
        type: Any = None,  # noqa: A002  (named so by werkzeug)
    ) -> Any:
        """Return a value as ``ImmutableMultiDict.get`` does."""
        return super().get(key, default, whole if type is int else type)


class SaneRequest(Request):
    """A request whose query and form hold only what the database can hold."""

    parameter_storage_class = Parameters


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
    """Read requests so, and use these converters in every rule that is added from now on."""
    app.request_class = SaneRequest
    app.url_map.converters.update(int=IntegerConverter, string=UnicodeConverter, default=UnicodeConverter)
