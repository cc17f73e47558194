"""Where words stand in the printed text of a plan."""

from __future__ import annotations

from itertools import accumulate

from .lines import flat
from .model import ReadPlan


def line_of(plan: ReadPlan, *phrases: str | None, to_end: bool = False) -> int | None:
    """The line of the source where one of *phrases* starts (or ends), the first phrase first.

    A phrase may go on over several lines.
    Spaces and kinds of dashes do not count; case and accents do, unless the phrase is found only without them.
    """
    lines = plan.source_text.split("\n")
    for fold in (str, str.casefold, flat):
        bare = [_unspaced(fold(line)) for line in lines]
        text = "".join(bare)
        for phrase in phrases:
            at = text.find(wanted) if (wanted := _unspaced(fold(phrase or ""))) else -1
            if at >= 0:
                at += len(wanted) - 1 if to_end else 0
                ends = accumulate(map(len, bare))
                return next(number for number, end in enumerate(ends, start=1) if at < end)
    return None


def _unspaced(text: str) -> str:
    return "".join(text.split()).replace("–", "-").replace("—", "-")
