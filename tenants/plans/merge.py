"""What becomes of a unit's layer when its superior's plan moves on to another version. Pure.

For each field: B is the superior's value the unit had before it when it wrote its own (kept with the override), U the
superior's value now, L the unit's own. The rules are those of ``merge_field``; whole nodes follow ``merge_layer``.
Nothing is matched by title or number: only ids, and what the superior says a node replaces.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from tenants.plans.comparing import Moves, fields_between
from tenants.plans.layer import EffectiveNode
from tenants.plans.nodes import (
    FIELDS,
    GOVERNING,
    POSITION,
    Layer,
    Node,
    Omission,
    Override,
    clamp,
    field_value,
)
from tenants.plans.takeover_values import Counts

Kind = Literal["nothing", "take", "keep", "same", "decide", "locked", "bounds"]
NodeKind = Literal["orphan", "mandatory", "omission-gone", "left-out"]


class _Absent:
    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Any = _Absent()
"""No own value: None can be one (a quota taken out)."""


@dataclass(frozen=True, slots=True)
class FieldOutcome:
    """What becomes of one field.

    Args:
        kind: "nothing"; "take" U; "keep" L and move its base forward; "same" thought: L is dropped; "decide": L stays
            in force until a person decided; "locked": U wins; "bounds": a floor or ceiling wins.
        value: the own value afterwards; ``ABSENT`` for none.
    """

    kind: Kind
    value: Any = ABSENT


@dataclass(frozen=True, slots=True)
class Outcome:
    """Something of the unit's that a take-over touched or asks about; values in stored form.

    ``kind``: those of ``FieldOutcome`` but "nothing" and "take", and "orphan" (the node was withdrawn; ``local`` is
    {"node": fields, "own": {field: value}, "children": ids of own nodes}), "mandatory" (left out before, back now;
    ``local`` is the reason), "omission-gone" (a node left out before is no more), "left-out" (see ``held``).
    """

    kind: Kind | NodeKind
    node_id: str
    field: str
    title: str
    base: Any
    upstream: Any
    local: Any


@dataclass(frozen=True, slots=True)
class Merge:
    """The layer after a take-over, and what was done. ``moved``: (old node, field) -> new node."""

    layer: Layer
    outcomes: tuple[Outcome, ...]
    counts: Counts
    moved: Mapping[tuple[str, str], str] = field(default_factory=dict)


def comparable(name: str, value: Any) -> Any:
    """Return what counts when two values of a field are compared: floor and ceiling are the superior's, not part of
    a unit's own quota.
    """
    if name == "quota" and value is not None:
        return tuple(value.get(part) for part in ("count", "period", "genre", "subject"))
    return value


def merge_field(name: str, policy: str, base: Any, upstream: Any, local: Any = ABSENT) -> FieldOutcome:
    """Decide one field by the table of the plan engine.

    Args:
        name: a name of ``nodes.FIELDS``, ``GOVERNING`` or ``POSITION``.
        policy: the superior's policy for it now.
        base, upstream, local: B, U, L in stored form; ``local`` is ``ABSENT`` where the unit has no value of its own.
    """
    if local is ABSENT:
        return FieldOutcome("nothing" if upstream == base else "take")
    if name in GOVERNING or name == POSITION:
        return FieldOutcome("keep", local)
    if comparable(name, local) == comparable(name, upstream):
        return FieldOutcome("same")
    if policy == "locked":
        return FieldOutcome("locked")
    if name == "quota" and upstream is not None:
        bounded = _within(local, upstream)
        if comparable(name, bounded) != comparable(name, local):
            same = comparable(name, bounded) == comparable(name, upstream)
            return FieldOutcome("bounds", ABSENT if same else bounded)
        if comparable(name, upstream) == comparable(name, base):
            return FieldOutcome("keep", bounded)
    if comparable(name, upstream) == comparable(name, base):
        return FieldOutcome("keep", local)
    return FieldOutcome("decide", local)


def _within(local: Mapping[str, Any] | None, upstream: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the unit's quota inside the superior's bounds, with those bounds and no older ones."""
    bounds = {part: upstream[part] for part in ("floor", "ceiling") if upstream.get(part) is not None}
    bounded = clamp(local, upstream)
    if bounded is None:
        return None
    return {part: value for part, value in bounded.items() if part not in ("floor", "ceiling")} | bounds


def merge_layer(
    before: Sequence[EffectiveNode],
    after: Sequence[Node],
    layer: Layer,
    successors: Mapping[str, Sequence[str]],
    version_of: Callable[[str], int],
) -> Merge:
    """Carry a layer over to another state of the superior's plan.

    Args:
        before: the unit's plan as it read it until now.
        after: what it will inherit now, all superiors together.
        layer: its layer; overrides carry B.
        successors: withdrawn node -> nodes that replace it, directly.
        version_of: the superior's version a node of ``after`` is read in.

    Returns:
        the new layer and the outcomes, the same whatever the order of the arguments' parts.
    """
    work = _Work(before, after, layer, successors, version_of)
    work.move_withdrawn()
    work.lift_omissions()
    work.settle_fields()
    return work.result()


class _Work:
    """One run of ``merge_layer``."""

    def __init__(
        self,
        before: Sequence[EffectiveNode],
        after: Sequence[Node],
        layer: Layer,
        successors: Mapping[str, Sequence[str]],
        version_of: Callable[[str], int],
    ) -> None:
        self.before = {item.node.node_id: item for item in before if item.base is not None}
        self.after = {node.node_id: node for node in sorted(after, key=lambda node: node.node_id)}
        self.moves = Moves(successors, self.after)
        self.version_of = version_of
        self.overrides = {ident: dict(sorted(fields.items())) for ident, fields in sorted(layer.overrides.items())}
        self.omissions = dict(sorted(layer.omissions.items()))
        self.own = {node.node_id: node for node in layer.own}
        self.outcomes: list[Outcome] = []
        self.moved: dict[tuple[str, str], str] = {}
        self.hidden_changes = 0
        self.touched = frozenset(
            (*layer.overrides, *layer.omissions, *(node.parent for node in layer.own if node.parent))
        )

    def move_withdrawn(self) -> None:
        """Let what stood on withdrawn nodes follow to their successors; what cannot goes to the shelf."""
        gone = {*self.overrides, *self.omissions, *(node.parent for node in self.own.values())}
        gone -= {*self.after, *self.own, ""}
        for ident in sorted(gone, key=self._place):
            targets = self.moves.of(ident)
            left = self._move_overrides(ident, targets)
            self._move_omission(ident, targets)
            children = self._move_children(ident, targets)
            newly_bare = bool(children) and ident in self.before
            if newly_bare or any(name != POSITION for name in left):
                self._shelve(ident, left, children)

    def _place(self, ident: str) -> tuple[int, str]:
        known = self.before.get(ident)
        return (known.node.position if known else 0, ident)

    def _move_overrides(self, ident: str, targets: Sequence[str]) -> dict[str, Override]:
        left: dict[str, Override] = {}
        for name, override in self.overrides.pop(ident, {}).items():
            free = next((one for one in targets if name not in self.overrides.get(one, {})), None)
            if free is None or name == POSITION:
                left[name] = override
            else:
                self.overrides.setdefault(free, {})[name] = replace(override, node_id=free)
                self.moved[ident, name] = free
        return left

    def _move_omission(self, ident: str, targets: Sequence[str]) -> None:
        omission = self.omissions.get(ident)
        if omission is None:
            return
        hidden = [one for one in targets if one not in self.omissions and self._came_only_from_hidden(one)]
        for one in hidden:
            self.omissions[one] = replace(omission, node_id=one)
        if not hidden:
            title = self._title(ident)
            self.outcomes.append(Outcome("omission-gone", ident, "", title, None, None, omission.reason))
        # The mark stays until all withdrawn nodes were looked at: successors of several look at each of them.

    def _came_only_from_hidden(self, ident: str) -> bool:
        origins = [old for old in self.before if old not in self.after and ident in self.moves.of(old)]
        return bool(origins) and all(old in self.omissions for old in origins)

    def _move_children(self, ident: str, targets: Sequence[str]) -> list[str]:
        children = sorted(node.node_id for node in self.own.values() if node.parent == ident)
        if not targets:
            return children
        for child in children:
            self.own[child] = replace(self.own[child], parent=targets[0])
        return []

    def _shelve(self, ident: str, left: Mapping[str, Override], children: list[str]) -> None:
        item = self.before.get(ident)
        node = item.node if item is not None else Node(ident)
        own = {name: override.value for name, override in left.items() if name != POSITION}
        values = {name: own.get(name, field_value(node, name)) for name in FIELDS}
        shelf = {"node": {**values, "kind": node.kind}, "own": own, "children": children}
        base = {name: override.base_value for name, override in left.items() if name != POSITION}
        self.outcomes.append(Outcome("orphan", ident, "", self._title(ident), base, None, shelf))

    def _title(self, ident: str) -> str:
        if ident in self.after:
            return self.after[ident].text
        return self.before[ident].node.text if ident in self.before else ""

    def lift_omissions(self) -> None:
        """Bring back what became mandatory, and forget marks on nodes that are no more."""
        for ident in list(self.omissions):
            if ident not in self.after:
                del self.omissions[ident]
        for ident in [one for one in self.omissions if self._has_mandatory(one)]:
            omission = self.omissions.pop(ident)
            self.outcomes.append(Outcome("mandatory", ident, "", self._title(ident), None, None, omission.reason))

    def _has_mandatory(self, ident: str) -> bool:
        return any(self.after[one].mandatory for one in below(self.after.values(), [ident]))

    def settle_fields(self) -> None:
        """Apply the table to every override on a node that is not left out."""
        hidden = below(self.after.values(), self.omissions)
        for ident in sorted(self.overrides):
            if ident in hidden or ident not in self.after:
                continue
            node = self.after[ident]
            for name, override in sorted(self.overrides[ident].items()):
                self._settle(node, name, override)
            if not self.overrides[ident]:
                del self.overrides[ident]
        for ident in sorted(hidden):
            known = self.before.get(ident)
            if known is not None and known.base is not None and fields_between(known.base, self.after[ident]):
                self.hidden_changes += 1

    def _settle(self, node: Node, name: str, override: Override) -> None:
        upstream = field_value(node, name)
        outcome = merge_field(name, node.policy(name), override.base_value, upstream, override.value)
        if outcome.kind == "decide":
            kept = override
        else:
            kept = replace(override, base_value=upstream, base_version=self.version_of(node.node_id))
        if outcome.value is ABSENT:
            del self.overrides[node.node_id][name]
        else:
            self.overrides[node.node_id][name] = replace(kept, value=outcome.value)
        self.outcomes.append(
            Outcome(outcome.kind, node.node_id, name, node.text, override.base_value, upstream, override.value)
        )

    def result(self) -> Merge:
        kinds = [outcome.kind for outcome in self.outcomes]
        counts = Counts(
            auto=self._automatic(),
            decisions=kinds.count("decide"),
            locked_replaced=kinds.count("locked") + kinds.count("bounds"),
            orphaned=kinds.count("orphan"),
            hidden=self.hidden_changes,
        )
        layer = Layer(tuple(self.own.values()), self.overrides, self.omissions)
        return Merge(layer, tuple(self.outcomes), counts, self.moved)

    def _automatic(self) -> int:
        """Count what changed where the unit had nothing of its own."""
        old = {ident: item.base for ident, item in self.before.items() if item.base is not None}
        hidden = below(self.after.values(), self.omissions)
        count = sum(ident not in self.after and ident not in self.touched for ident in old)
        for ident, node in self.after.items():
            if ident in hidden:
                continue
            known = old.get(ident)
            if known is None:
                count += 1
            else:
                own = self.overrides.get(ident, {})
                count += sum(change.field not in own for change in fields_between(known, node))
        return count


def below(nodes: Iterable[Node], roots: Iterable[str]) -> frozenset[str]:
    """Return ``roots`` and the ids of all nodes under them."""
    children: dict[str, list[str]] = {}
    known = set()
    for node in nodes:
        known.add(node.node_id)
        children.setdefault(node.parent, []).append(node.node_id)
    pending, found = [root for root in roots if root in known], set[str]()
    while pending:
        ident = pending.pop()
        if ident not in found:
            found.add(ident)
            pending += children.get(ident, ())
    return frozenset(found)


def without_override(layer: Layer, node_id: str, name: str) -> Layer:
    """Return the layer without the unit's value for one field."""
    fields = {key: value for key, value in layer.overrides.get(node_id, {}).items() if key != name}
    others = {key: value for key, value in layer.overrides.items() if key != node_id}
    return replace(layer, overrides={**others, **({node_id: fields} if fields else {})})


def with_override(layer: Layer, override: Override) -> Layer:
    """Return the layer with the unit's value for one field."""
    fields = {**layer.overrides.get(override.node_id, {}), override.field: override}
    return replace(layer, overrides={**layer.overrides, override.node_id: fields})


def decided(layer: Layer, node: Node, name: str, choice: str, version: int, value: Any = ABSENT) -> Layer:
    """Return the layer after a person decided about one field: its base is the superior's present value from now on.

    Args:
        node: the node as the superior has it now.
        choice: "keep", "take" or "combine" (then ``value`` is the text chosen).
    """
    upstream = field_value(node, name)
    present = layer.overrides[node.node_id][name]
    chosen = upstream if choice == "take" else value if choice == "combine" else present.value
    if comparable(name, chosen) == comparable(name, upstream):
        return without_override(layer, node.node_id, name)
    return with_override(layer, replace(present, value=chosen, base_value=upstream, base_version=version))


__all__ = [
    "ABSENT",
    "FieldOutcome",
    "Merge",
    "Omission",
    "Outcome",
    "below",
    "comparable",
    "decided",
    "merge_field",
    "merge_layer",
    "with_override",
    "without_override",
]
