"""Read-only containers: secrets that never show, and JSON-able data that never changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Self

from .text import nfc


class ReadOnly(Mapping[str, Any]):
    """A mapping nobody can change; it compares equal to any mapping with the same items."""

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, Any] | None = None) -> None:
        self._values = dict(values or {})

    def __getitem__(self, key: str) -> Any:
        return self._values[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return repr(self._values)

    def __deepcopy__(self, memo: object) -> Self:
        return self


class Secrets(ReadOnly):
    """Credentials of an account: readable by key, never shown.

    `repr`, `str` and `format` hide the values; pickling is refused, so that none reaches a log, a queue or a cache.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Secrets({len(self._values)} hidden)"

    def __reduce__(self) -> Any:
        raise TypeError("secrets are never pickled")


def freeze(value: Any) -> Any:
    """Return JSON-able `value` with mappings read-only, lists as tuples and strings in NFC.

    Raises:
        TypeError: when something in it is not a string, number, boolean, None, list or mapping with string
        keys.
    """
    if isinstance(value, str):
        return nfc(value)
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            raise TypeError("numbers in a payload must be finite")
        return value
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise TypeError("keys in a payload must be strings")
        return ReadOnly({nfc(key): freeze(item) for key, item in value.items()})
    if isinstance(value, list | tuple):
        return tuple(freeze(item) for item in value)
    raise TypeError(f"{type(value).__name__} is not JSON-able")


def thaw(value: Any) -> Any:
    """Return what `freeze` froze as plain dictionaries and lists."""
    if isinstance(value, Mapping):
        return {key: thaw(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [thaw(item) for item in value]
    return value
