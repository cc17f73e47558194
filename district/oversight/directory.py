"""The units below an office, light enough to be read whole on every page: a thousand schools in two queries."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import or_, select

from tenants import clock, scope
from tenants.db import db
from tenants.errors import NotFound
from tenants.scope import UnitClosure
from tenants.text import fold
from tenants.units.models import EDUCATION_LEVELS, Unit, UnitType


@dataclass(frozen=True)
class Entry:
    """A unit below the office.

    Args:
        position: the place of its type in the law's order (offices before schools, preschools first).
        superior_id: the nearest unit above it; the office itself for those that stand directly under it.
    """

    id: int
    slug: str
    name: str
    short_name: str
    kind_label: str
    tier: str
    levels: tuple[str, ...]
    position: int
    superior_id: int

    @property
    def is_school(self) -> bool:
        return self.tier == "school"

    @cached_property
    def folded(self) -> str:
        """The names as they are searched: lower case, no diacritics."""
        return fold(f"{self.name} {self.short_name}")


@dataclass(frozen=True)
class Directory:
    """The units below an office, in the order of their types and then by name."""

    office_id: int
    entries: tuple[Entry, ...]

    @cached_property
    def by_id(self) -> dict[int, Entry]:
        return {entry.id: entry for entry in self.entries}

    @cached_property
    def schools(self) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if entry.is_school)

    @cached_property
    def superiors(self) -> tuple[Entry, ...]:
        """The clusters and offices between this office and its schools."""
        return tuple(entry for entry in self.entries if not entry.is_school)

    @property
    def levels(self) -> list[str]:
        """The education levels there are schools of, youngest first."""
        return [level for level in EDUCATION_LEVELS if any(level in school.levels for school in self.schools)]

    def get(self, unit_id: int) -> Entry:
        """Return a unit of the subtree.

        Raises:
            NotFound: it does not stand below this office.
        """
        try:
            return self.by_id[unit_id]
        except KeyError:
            raise NotFound(f"unit {unit_id}") from None

    def name(self, unit_id: int) -> str:
        """Return the short name of a unit; units that left the subtree are unnamed."""
        entry = self.by_id.get(unit_id)
        return entry.short_name if entry is not None else ""

    def under(self, superior_id: int) -> set[int]:
        """Return the ids of the units below one of the clusters or offices, at any depth."""
        found = {superior_id}
        size = 0
        while size != len(found):
            size = len(found)
            found |= {entry.id for entry in self.entries if entry.superior_id in found}
        return found - {superior_id}


@dataclass(frozen=True)
class Choice:
    """Which units a page is about: by education level, by cluster or office, by a part of the name. Empty means all."""

    level: str = ""
    under: int = 0
    text: str = ""

    @property
    def is_everybody(self) -> bool:
        return not (self.level or self.under or self.text)

    def of(self, directory: Directory, entries: Iterable[Entry] | None = None) -> list[Entry]:
        """Return the chosen ones among ``entries`` (all schools when None); names are searched without diacritics."""
        needle = fold(self.text)
        allowed: Collection[int] | None = directory.under(self.under) if self.under else None
        return [
            entry
            for entry in (directory.schools if entries is None else entries)
            if (not self.level or self.level in entry.levels)
            and (allowed is None or entry.id in allowed)
            and (not needle or needle in entry.folded)
        ]


EVERYBODY = Choice()


def read(office_id: int) -> Directory:
    """Return the active units below an office today. Two queries."""
    today = clock.today()
    rows = db.session.execute(
        select(
            Unit.id,
            Unit.slug,
            Unit.name,
            Unit.short_name,
            UnitType.label,
            UnitType.tier,
            Unit.levels,
            UnitType.position,
        )
        .join(UnitType, UnitType.code == Unit.type_code)
        .where(Unit.id.in_(scope.below(office_id)), Unit.active.is_(True))
    ).all()
    edges = db.session.execute(
        select(UnitClosure.descendant_id, UnitClosure.ancestor_id)
        .where(
            UnitClosure.descendant_id.in_(scope.below(office_id)),
            UnitClosure.depth == 1,
            UnitClosure.valid_from <= today,
            or_(UnitClosure.valid_to.is_(None), UnitClosure.valid_to > today),
        )
        .order_by(UnitClosure.ancestor_id)
    )
    inside = {row.id for row in rows}
    superior: dict[int, int] = {}
    for unit_id, above in edges:
        # A unit may answer to a cluster and to the office as well; the nearer one says more.
        if above in inside:
            superior[unit_id] = above
    entries = (
        Entry(
            row.id, row.slug, row.name, row.short_name, row.label, row.tier, tuple(row.levels), row.position,
            superior.get(row.id, office_id),
        )
        for row in rows
    )  # fmt: skip
    return Directory(office_id, tuple(sorted(entries, key=lambda entry: (entry.position, entry.folded, entry.id))))
