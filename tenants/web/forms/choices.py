"""Options of select fields, in the form WTForms wants them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs


def options(pairs: Iterable[tuple[str, Any]]) -> list[SelectChoice]:
    """Return options from (value, label) pairs; labels may be translated later."""
    return [SelectChoice(value, label) for value, label in pairs]
