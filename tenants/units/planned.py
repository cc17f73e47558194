"""Changes of units that are decided and still to come: in words, and those around one unit."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import select

from tenants.db import db
from tenants.text import format_date
from tenants.units import queries as tree
from tenants.units import states
from tenants.units.models import UnitChange


def names_of(changes: Sequence[UnitChange]) -> dict[int, str]:
    """Return the names of all units that some changes speak of, by id. One query."""
    wanted = {
        unit_id
        for change in changes
        for unit_id in (change.office_id, change.receiver_id or 0, change.details["target_id"],
                        change.details["successor_id"])
    }  # fmt: skip
    return {unit_id: unit.name for unit_id, unit in tree.by_ids(wanted - {0}).items()}


def ahead(unit_id: int) -> list[UnitChange]:
    """Return the changes that are written down for a day to come and speak of a unit, the next first. One query."""
    rows = select(UnitChange).where(UnitChange.state == states.PLANNED).order_by(UnitChange.on, UnitChange.id)
    return [
        change
        for change in db.session.scalars(rows)
        if unit_id in (*change.unit_ids, change.details["successor_id"], change.details["target_id"])
    ]


def in_words(change: UnitChange, known: dict[int, str]) -> str:
    """Return what a change does, as the beginning of a sentence.

    Args:
        known: the names of the units it speaks of, see ``names_of``.
    """
    heirs = ", ".join(f"«{name}»" for name, *_rest in change.details["successors"])
    facts = {
        "names": ", ".join(f"«{name}»" for name in change.details["names"]),
        "name": change.details["name"],
        "target": known.get(change.details["target_id"], ""),
        "heirs": f"«{known[change.details['successor_id']]}»" if change.details["successor_id"] else heirs,
        "day": format_date(change.on),
    }
    if change.kind == "rename":
        return str(_("%(names)s đổi tên thành «%(name)s» từ ngày %(day)s", **facts))
    if change.kind == "move":
        return str(_("%(names)s chuyển về trực thuộc «%(target)s» từ ngày %(day)s", **facts))
    if change.kind == "merge" and heirs:
        return str(_("%(names)s sáp nhập thành %(heirs)s từ ngày %(day)s", **facts))
    if change.kind == "merge":
        return str(_("%(names)s sáp nhập vào %(heirs)s từ ngày %(day)s", **facts))
    if change.kind == "split":
        return str(_("%(names)s tách thành %(heirs)s từ ngày %(day)s", **facts))
    return str(_("%(names)s kết thúc hoạt động từ ngày %(day)s", **facts))
