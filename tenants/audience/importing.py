"""Reading a list of addresses that somebody pasted or uploaded. Pure.

Taken are lines of a spreadsheet (separated by tabs, semicolons or commas, with or without a line of headings), lines
like ``Name <address>`` and bare addresses. The address is the cell that is one; of the others the first is the name and
the second the organisation, unless headings say otherwise.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass

from tenants.audience.states import address_key, clean_address
from tenants.text import fold, nfc

MOST_LINES = 2000

LONGEST_LINE = 2000
"""Characters of one line; a person with name and organisation has some hundred."""

_HEADINGS = {
    "address": ("email", "e-mail", "dia chi thu", "thu dien tu", "dia chi email", "mail"),
    "name": ("ho ten", "ho va ten", "ten", "name", "nguoi nhan"),
    "organisation": ("co quan", "don vi", "bao", "co quan bao chi", "organisation", "organization", "toa soan"),
}

NEW = "new"
BAD = "bad"
REPEATED = "repeated"


@dataclass(frozen=True)
class Line:
    """One line of the list. ``number`` counts from 1 in what was given; ``verdict`` is new, bad or repeated."""

    number: int
    written: str
    verdict: str
    address: str = ""
    name: str = ""
    organisation: str = ""


class TooLong(Exception):
    """The list has more lines than are taken at once."""


def read(text: str) -> list[Line]:
    """Return every line that holds something, each with its verdict.

    Raises:
        TooLong: more than ``MOST_LINES`` lines.
    """
    lines = nfc(text).lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    filled = [(number, line) for number, line in enumerate(lines, start=1) if line.strip(" \t;,")]
    if len(filled) > MOST_LINES:
        raise TooLong
    mark = _separator([line for _number, line in filled])
    found: list[Line] = []
    seen: set[str] = set()
    columns: dict[str, int] = {}
    for place, (number, line) in enumerate(filled):
        if len(line) > LONGEST_LINE:
            found.append(Line(number, line.strip()[:200], BAD))
            continue
        cells = _cells(line, mark)
        if place == 0 and (columns := _headings(cells)):
            continue
        one = _line(number, line, cells, columns)
        if one.address and address_key(one.address) in seen:
            one = Line(number, one.written, REPEATED, one.address, one.name, one.organisation)
        seen.add(address_key(one.address))
        found.append(one)
    return found


def _separator(lines: Sequence[str]) -> str:
    counts = {mark: sum(mark in line for line in lines) for mark in ("\t", ";", ",")}
    return max(counts, key=lambda mark: counts[mark]) if any(counts.values()) else ","


def _cells(line: str, mark: str) -> list[str]:
    return [" ".join(cell.split()) for cell in next(csv.reader([line], delimiter=mark, skipinitialspace=True))]


def _headings(cells: Sequence[str]) -> dict[str, int]:
    folded = [fold(cell) for cell in cells]
    found = {
        what: next((place for place, cell in enumerate(folded) if cell in words), -1)
        for what, words in _HEADINGS.items()
    }
    return {what: place for what, place in found.items() if place >= 0} if found["address"] >= 0 else {}


def _line(number: int, written: str, cells: Sequence[str], columns: dict[str, int]) -> Line:
    shown = written.strip()[:200]
    if (bracketed := _bracketed(written)) is not None:
        cells, columns = list(bracketed), {"address": 0, "name": 1}
    if not columns:
        columns = _guess(cells)
    address = clean_address(_cell(cells, columns.get("address", -1)))
    if address is None:
        return Line(number, shown, BAD)
    name, organisation = (_cell(cells, columns.get(what, -1))[:200] for what in ("name", "organisation"))
    return Line(number, shown, NEW, address, name, organisation)


def _bracketed(written: str) -> tuple[str, str] | None:
    """Return address and name of a line like ``Name <address>``; None when it is none."""
    before, _mark, after = written.strip().partition("<")
    name = before.strip()
    if len(name) > 1 and name[0] == name[-1] == '"':
        name = name[1:-1]
    if not after.endswith(">") or '"' in name or any(mark in after[:-1] for mark in "<> \t"):
        return None
    return after[:-1], " ".join(name.split())


def _guess(cells: Sequence[str]) -> dict[str, int]:
    at = next((place for place, cell in enumerate(cells) if clean_address(cell)), -1)
    others = [place for place, cell in enumerate(cells) if place != at and cell and not cell.strip(".").isdigit()]
    return dict(zip(("address", "name", "organisation"), (at, *others[:2]), strict=False))


def _cell(cells: Sequence[str], place: int) -> str:
    return cells[place] if 0 <= place < len(cells) else ""
