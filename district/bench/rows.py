"""The form of a result."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Row:
    """One comparison. ``ours`` and ``reference`` are in the unit the name ends with; ``goal`` speaks of the ratio."""

    name: str
    ours: float
    reference: float
    ratio: float
    goal: str

    @classmethod
    def of(cls, name: str, ours: float, reference: float, goal: str) -> Row:
        """Return the row with ``ratio`` = ours / reference."""
        return cls(name, round(ours, 3), round(reference, 3), round(ours / reference, 3), goal)

    def as_dict(self) -> dict[str, Any]:
        """Return the row for JSON."""
        return asdict(self)
