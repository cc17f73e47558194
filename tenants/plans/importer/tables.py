"""Tables, wherever they came from (Word, HTML, Markdown pipes), as lines.

A plan uses tables for two different things. The frame of the document (issuer beside the national title, recipients
beside the signature) is a layout: it is read column by column. A table in the body is content: each row becomes one
line "cell | cell".
"""

from __future__ import annotations

import re

from .lines import flat, is_upper, squeeze

Rows = list[list[list[str]]]
"""Rows of cells of lines."""

_FRAME = re.compile(
    r"^(?:cong hoa xa hoi|dang cong san viet nam|doc lap\s*[-–]|noi nhan\s*(?:[:.]|$)|so\s*:?\s*[\d.… _]*\s*/\s*[a-z]|"
    r"(?:kt|tm|tl|tuq|q)\s*\.)"
)
# The title of a signer stands in capitals; "Hiệu trưởng" in a cell may be who does the work.
_SIGNER = re.compile(r"^(?:pho )?(?:hieu truong|chu tich|truong phong|giam doc|bi thu)$")
_MAX_FRAME_COLUMNS = 4


def flatten(rows: Rows) -> list[tuple[str, bool]]:
    """Return the lines of a table, each with whether it is a content row.

    A table of one column is only a box around text, so its lines are ordinary lines.
    """
    width = max((len(row) for row in rows), default=0)
    if width == 1 or _is_frame(rows, width):
        return [
            (line, False)
            for column in range(width)
            for row in rows
            for line in (row[column] if column < len(row) else [])
            if line.strip()
        ]
    lines = []
    for row in rows:
        cells = [squeeze(" ".join(cell)) for cell in row]
        if any(cells):
            lines.append((" | ".join(cells), True))
    return lines


def _is_frame(rows: Rows, width: int) -> bool:
    if width > _MAX_FRAME_COLUMNS:
        return False
    lines = [squeeze(line) for row in rows for cell in row for line in cell]
    return any(_FRAME.match(flat(line)) or (_SIGNER.match(flat(line)) and is_upper(line)) for line in lines)
