"""How one station likes to have its texts read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class SpeechOptions:
    """Choices of a station.

    `thousand` is "nghìn" (North) or "ngàn" (South). `zero_tens` is the word between hundreds and units in 105:
    "linh" (North) or "lẻ" (South). `readings` are the unit's own readings, abbreviation -> words; they win over
    the built-in table.
    """

    thousand: str = "nghìn"
    zero_tens: str = "linh"
    readings: Mapping[str, str] = field(default_factory=dict)
