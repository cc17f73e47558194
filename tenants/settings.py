"""Settings of units, inherited from the units above: default < department < office < school."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import JSON, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from tenants import audit
from tenants.db import Base, db
from tenants.scope import HandedDown, UnitClosure, current, unit_key

DEFAULTS: dict[str, Any] = {
    "approval.steps": 2,
    "approval.least_minutes": 30,
    "publishing.quiet_hours": None,
    "media.max_side": 1600,
    "plans.takeover": "automatic",
    "plans.life": [],
    "plans.format_checker": None,
    "plans.counter": False,
}
"""Every key there is. ``approval.steps``: 2 = vetting then approval, 1 = approval alone. ``plans.takeover``:
"automatic" = what a superior amended is taken over at once where nothing of the unit's own stands against it,
"confirm" = the leader confirms. ``plans.life``: the checks a draft passes before issue (see ``plans.life``),
``plans.format_checker``: id of the person who checks the form (None: whoever edits), ``plans.counter``: whether the
next document number is suggested; these three are a unit's own and not inherited.
"""


class UnitSetting(HandedDown, Base):
    """A value a unit set; units below inherit it until they set their own."""

    __tablename__ = "unit_setting"
    BATCH = frozenset({"select"})
    __table_args__ = (unit_key(), UniqueConstraint("unit_id", "key"))

    key: Mapped[str]
    value: Mapped[Any] = mapped_column(JSON)


def get(key: str) -> Any:
    """Return the value in force for the present unit: its own, else the nearest superior's, else the default.

    Raises:
        KeyError: there is no such setting.
    """
    default = DEFAULTS[key]
    unit_id = current().unit_id
    rows = (
        select(UnitSetting.value, UnitClosure.depth)
        .join(UnitClosure, UnitClosure.ancestor_id == UnitSetting.unit_id)
        .where(UnitSetting.key == key, UnitClosure.descendant_id == unit_id, UnitClosure.valid_to.is_(None))
        .order_by(UnitClosure.depth)
        .limit(1)
    )
    found = db.session.execute(rows).first()
    return default if found is None else found[0]


def get_in_units(key: str, unit_ids: Collection[int]) -> dict[int, Any]:
    """Return the value in force for each of some units, as ``get`` does. One query.

    Raises:
        KeyError: there is no such setting.
    """
    values = dict.fromkeys(unit_ids, DEFAULTS[key])
    rows = (
        select(UnitSetting.value, UnitClosure.descendant_id)
        .join(UnitClosure, UnitClosure.ancestor_id == UnitSetting.unit_id)
        .where(UnitSetting.key == key, UnitClosure.descendant_id.in_(unit_ids), UnitClosure.valid_to.is_(None))
        .order_by(UnitClosure.depth.desc())
    )
    return values | {unit_id: value for value, unit_id in db.session.execute(rows)}


def put(key: str, value: Any, actor_id: int | None = None) -> None:
    """Set ``key`` for the present unit and the units below it.

    Raises:
        KeyError: there is no such setting.
    """
    DEFAULTS[key]
    own = db.session.scalar(select(UnitSetting).where(UnitSetting.key == key, UnitSetting.unit_id == current().unit_id))
    if own is None:
        db.session.add(UnitSetting(key=key, value=value))
    else:
        own.value = value
    audit.record("settings.manage", "setting", key, actor_id, value=value)


def own(key: str) -> Any:
    """Return the value the present unit set itself; None when it inherits.

    Raises:
        KeyError: there is no such setting.
    """
    DEFAULTS[key]
    return db.session.scalar(
        select(UnitSetting.value).where(UnitSetting.key == key, UnitSetting.unit_id == current().unit_id)
    )


def drop(key: str, actor_id: int | None = None) -> None:
    """Take back what the present unit set, so that it inherits again.

    Raises:
        KeyError: there is no such setting.
    """
    DEFAULTS[key]
    found = db.session.scalar(
        select(UnitSetting).where(UnitSetting.key == key, UnitSetting.unit_id == current().unit_id)
    )
    if found is not None:
        db.session.delete(found)
        audit.record("settings.manage", "setting", key, actor_id, inherited=True)
