"""How well the importer reads a folder of plans, each beside its expectations: ``x.pdf`` and ``x.expected.json``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from . import UnreadablePlan, read_plan
from .check import FieldScore, compare

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


def measure_folder(folder: Path) -> Iterator[Measured]:
    """Yield the accuracy of every plan in ``folder``, by name.

    A plan without expectations is reported, not passed over: whoever adds one sees what is missing.
    """
    for path in sorted(path for path in folder.iterdir() if path.suffix in KINDS):
        expected = path.with_name(path.stem + EXPECTED)
        if not expected.is_file():
            yield Measured(path, problem=f"chưa có tệp kết quả mong đợi {expected.name}")
            continue
        try:
            read = read_plan(path.read_bytes(), path.name)
            yield Measured(path, tuple(compare(read.as_dict(), json.loads(expected.read_text("utf-8")))))
        except UnreadablePlan as refusal:
            yield Measured(path, problem=refusal.sentence)
        except ValueError as error:
            yield Measured(path, problem=f"tệp {expected.name} không phải JSON: {error}")
