"""The nodes of a plan and the pieces of a layer, as values. Pure.

A field is handled in two forms: as it is on a ``Node``, and as it is stored in an override (JSON-able;
``field_value`` and ``with_value`` go from one to the other).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

Policy = Literal["locked", "default", "free"]
State = Literal["inherited", "adapted", "own", "omitted"]

POLICIES: tuple[Policy, ...] = ("locked", "default", "free")
FIELDS = ("title", "body", "owners", "audience", "levels", "channels", "due", "quota")
"""Fields of a node that carry a policy. ``due`` is the whole window: {"from": ISO day or None, "to": ISO day or
None}.
"""

GOVERNING = ("policies", "mandatory")
"""What an intermediate unit may tighten for the units below it, and never loosen."""

POSITION = "position"
"""The order among siblings is every unit's own: it has no policy and counts as no change of the text."""

CLOSING = "closing"
"""The formula at the end of a document ("Trên đây là Kế hoạch của ..."): each unit has its own, nobody inherits it."""

LISTS = frozenset({"owners", "audience", "levels", "channels"})
BASE_STRIDE = 1_000_000
"""Sections of a second superior's plan stand behind those of the first, unless the unit moves them."""

FIELD_LABELS = {
    "title": "tiêu đề",
    "body": "nội dung",
    "owners": "người, bộ phận thực hiện",
    "audience": "đối tượng",
    "levels": "cấp học",
    "channels": "kênh truyền thông",
    "due": "thời hạn",
    "quota": "chỉ tiêu",
    "policies": "quyền điều chỉnh",
    "mandatory": "tính bắt buộc",
    "position": "thứ tự",
}


@dataclass(frozen=True, slots=True)
class Node:
    """One node as a value.

    Args:
        node_id: given once, never reused, kept through every inheritance.
        parent: the node above; "" for a section.
        position: order among siblings, ascending, with gaps.
        label: the number as it was last printed; its style is kept, its value is counted anew (see ``tree``).
        quota: {"count", "period", "genre", "subject"} and, for units below, "floor" and "ceiling" of the count.
        policies: field -> policy; a field that is not named may be adapted ("default").
        origin_unit_id: the unit that gave the node its id.
    """

    node_id: str
    parent: str = ""
    position: int = 0
    label: str = ""
    kind: str = "topic"
    title: str = ""
    body: str = ""
    owners: tuple[str, ...] = ()
    audience: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    due_from: dt.date | None = None
    due_to: dt.date | None = None
    quota: Mapping[str, Any] | None = None
    policies: Mapping[str, str] = field(default_factory=dict)
    mandatory: bool = False
    origin_unit_id: int = 0

    def policy(self, name: str) -> Policy:
        """Return what a unit below may do with the field ``name``."""
        found = self.policies.get(name, "default")
        return found if found in POLICIES else "default"

    @property
    def text(self) -> str:
        """The node in words: its title, else its body."""
        return self.title or self.body


@dataclass(frozen=True, slots=True)
class Override:
    """One field in a unit's own words; ``base_value`` is what it replaced, read in ``base_version``."""

    node_id: str
    field: str
    value: Any
    base_value: Any
    base_version: int
    reason: str = ""
    by_id: int | None = None
    at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Omission:
    """An inherited node that a unit leaves out."""

    node_id: str
    base_version: int
    reason: str
    by_id: int | None = None
    at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Layer:
    """What one unit changed: its own nodes, overrides by node and field, omissions by node."""

    own: tuple[Node, ...] = ()
    overrides: Mapping[str, Mapping[str, Override]] = field(default_factory=dict)
    omissions: Mapping[str, Omission] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether the unit has not worked on what it inherits; the formula at the end counts for nothing."""
        own = any(node.kind != CLOSING for node in self.own)
        return not (own or self.overrides or self.omissions)


def field_value(node: Node, name: str) -> Any:
    """Return a field as JSON-able value, in the form overrides are stored in."""
    if name == "due":
        return {
            "from": node.due_from.isoformat() if node.due_from else None,
            "to": node.due_to.isoformat() if node.due_to else None,
        }
    value = getattr(node, name)
    if name in LISTS:
        return list(value)
    if name in ("quota", "policies"):
        return dict(value) if value is not None else None
    return value


def with_value(node: Node, name: str, value: Any) -> Node:
    """Return ``node`` with the field ``name`` set from its stored form.

    Raises:
        KeyError: a unit below may not have such a field of its own.
    """
    if name == "due":
        first, last = value.get("from"), value.get("to")
        return replace(
            node,
            due_from=dt.date.fromisoformat(first) if first else None,
            due_to=dt.date.fromisoformat(last) if last else None,
        )
    if name == "quota":
        return replace(node, quota=clamp(value, node.quota))
    if name == "policies":
        return replace(node, policies=stricter(node.policies, value))
    if name == "mandatory":
        return replace(node, mandatory=node.mandatory or bool(value))
    if name not in (*LISTS, "title", "body", POSITION):
        raise KeyError(name)
    change: dict[str, Any] = {name: tuple(value) if name in LISTS else value}
    return replace(node, **change)


def words_of(node: Node) -> dict[str, Any]:
    """Return what was written in a node, in stored form; fields left empty are not named."""
    values = {name: field_value(node, name) for name in FIELDS}
    return {name: value for name, value in values.items() if value not in ("", [], None, {"from": None, "to": None})}


def clamp(own: Mapping[str, Any] | None, given: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """Return a unit's own quota within the floor and ceiling its superior gave; without them it is its own."""
    if given is None:
        return own
    floor, ceiling = given.get("floor"), given.get("ceiling")
    if floor is None and ceiling is None:
        return own
    count = int(own["count"]) if own is not None else int(given["count"])
    if floor is not None:
        count = max(count, int(floor))
    if ceiling is not None:
        count = min(count, int(ceiling))
    return {**given, "count": count}


def stricter(given: Mapping[str, str], own: Mapping[str, str]) -> dict[str, str]:
    """Return the policies of both, the stricter of each field; an unnamed field is "default"."""
    merged = dict(given)
    for name, policy in own.items():
        merged[name] = min(given.get(name, "default"), policy, key=_strictness)
    return merged


def _strictness(policy: str) -> int:
    return ("locked", "default", "free").index(policy)


def differing(one: Node, other: Node) -> tuple[str, ...]:
    """Return the names of the fields in which two states of a node differ, ``position`` and ``GOVERNING`` included."""
    names = [name for name in (*FIELDS, *GOVERNING) if field_value(one, name) != field_value(other, name)]
    if one.position != other.position:
        names.append(POSITION)
    return tuple(names)


def shorten(text: str, most: int = 60) -> str:
    """Return ``text`` cut between words for use inside a sentence."""
    flat = " ".join(text.split())
    if len(flat) <= most:
        return flat
    return flat[:most].rsplit(" ", 1)[0] + "…"
