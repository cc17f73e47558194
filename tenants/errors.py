"""Refusals that services raise and edges present."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class LoaError(Exception):
    """Base of every error this program raises on purpose."""


class ScopeError(LoaError):
    """A statement or an object fell outside the scope: a defect, never a user's mistake. Answered with 500."""


class NotFound(LoaError):
    """No such thing in this unit: the same answer whether it exists elsewhere or nowhere (404)."""


class Forbidden(LoaError):
    """The person belongs to the unit but none of their roles may do this (403).

    Args:
        action: the action of ``accounts.permissions`` that was refused.
    """

    def __init__(self, action: str) -> None:
        super().__init__(action)
        self.action = action


class Refused(LoaError):
    """A rule of the work says no; nothing was changed.

    Args:
        code: stable identifier for tests and the API ("own-article", "field-locked").
        sentence: what happened, what was kept, what to do next, in the reader's language.
        data: further facts for the API, JSON-able.
    """

    def __init__(self, code: str, sentence: str, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(f"{code}: {sentence}")
        self.code = code
        self.sentence = sentence
        self.data = dict(data or {})


class Conflict(Refused):
    """Somebody else changed the same thing meanwhile; the later text was kept aside (409)."""
