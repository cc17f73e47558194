"""How well the importer reads a folder of plans, each beside its expectations: ``x.pdf`` and ``x.expected.json``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import ReadPlan, UnreadablePlan, read_plan
from .check import FieldScore, compare, unknown_keys
from .parent import suggest_parent

EXPECTED = ".expected.json"
KINDS = (".docx", ".doc", ".pdf", ".txt")


@dataclass(frozen=True)
class Measured:
    """One plan: its file, and a score per field; ``problem`` is set when it has no expectations or cannot be read."""

    path: Path
    scores: tuple[FieldScore, ...] = ()
    problem: str = ""

    @property
    def right(self) -> int:
        """How many values were right."""
        return sum(score.right for score in self.scores)

    @property
    def total(self) -> int:
        """How many values were compared."""
        return sum(score.total for score in self.scores)


def measure_folder(folder: Path, expectations: Path | None = None) -> Iterator[Measured]:
    """Yield the accuracy of every plan in ``folder``, by name.

    A plan without expectations is reported, not passed over: whoever adds one sees what is missing.

    Args:
        expectations: where the expectations lie when they do not lie beside the plans.
    """
    for path in sorted(path for path in folder.iterdir() if path.suffix in KINDS):
        expected = (expectations or folder) / f"{path.stem}{EXPECTED}"
        if not expected.is_file():
            yield Measured(path, problem=f"chưa có tệp kết quả mong đợi {expected.name}")
            continue
        try:
            yield _measure(path, json.loads(expected.read_text("utf-8")))
        except UnreadablePlan as refusal:
            yield Measured(path, problem=refusal.sentence)
        except ValueError as error:
            yield Measured(path, problem=f"tệp {expected.name} không phải JSON: {error}")


def as_compared(plan: ReadPlan) -> dict[str, Any]:
    """Return the JSON of a plan that was read with what only a comparison asks for.

    That is ``parent_plan``, the number of the document that would be suggested as the parent plan without knowing the
    unit's superiors, and on each warning ``at``, the printed line it points to.
    """
    place = suggest_parent(plan.citations, ())
    parent = None if place is None else plan.citations[place]
    lines = plan.source_text.split("\n")
    return {
        **plan.as_dict(),
        "parent_plan": parent and "/".join(filter(None, (parent.number, parent.symbol))),
        "warnings": [
            {**warning.as_dict(), "at": lines[warning.line - 1] if warning.line else None} for warning in plan.warnings
        ],
    }


def _measure(path: Path, expected: Any) -> Measured:
    unknown = unknown_keys(expected)
    if unknown:
        return Measured(path, problem=f"tệp kết quả mong đợi có mục không hiểu được: {', '.join(unknown)}")
    return Measured(path, tuple(compare(as_compared(read_plan(path.read_bytes(), path.name)), expected)))
