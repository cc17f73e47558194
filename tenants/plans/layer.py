"""What a unit reads: the superiors' plans with its own layer on top. Pure values, no database, no Flask.

A layer is never a copy: it holds overrides of single fields, omissions, and the unit's own nodes. ``compose`` lays
it over the bases; ``layer_rows`` does the same with the rows of an issued plan, in which a changed node is written
whole.

Sentences of refusals are Vietnamese; ``code`` is what programs look at.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tenants.errors import Refused
from tenants.plans.nodes import (
    BASE_STRIDE,
    CLOSING,
    FIELD_LABELS,
    GOVERNING,
    POSITION,
    Layer,
    Node,
    Omission,
    Override,
    State,
    differing,
    shorten,
    with_value,
)


@dataclass(frozen=True, slots=True)
class EffectiveNode:
    """A node as a unit reads it.

    Args:
        node: the fields in force.
        state: inherited, adapted, own, or omitted (also every node under an omitted one).
        base: the node as the superior gave it; None for an own node.
        base_index: which of the unit's bases it comes from; None for an own node.
        adapted: names of the fields that differ from the base by the unit's will; never ``position``.
        omission: why it is left out; None when only its parent is.
        orphan: an own node whose parent is no longer there; it is shown at the end rather than lost.
    """

    node: Node
    state: State
    base: Node | None = None
    base_index: int | None = None
    adapted: frozenset[str] = frozenset()
    overrides: Mapping[str, Override] = field(default_factory=dict)
    omission: Omission | None = None
    orphan: bool = False

    @property
    def origin_unit_id(self) -> int:
        return self.node.origin_unit_id

    @property
    def is_present(self) -> bool:
        return self.state != "omitted"


@dataclass(frozen=True, slots=True)
class Row:
    """A node of an issued plan as it is written: whole, or as the mark that it is left out."""

    node: Node
    omitted: bool = False


@dataclass(frozen=True, slots=True)
class Tally:
    """How far a unit has gone from one of its bases, in nodes."""

    adapted: int = 0
    added: int = 0
    omitted: int = 0


def refuse_locked(node: Node, name: str) -> None:
    """Hold the superior's lock: the one place that decides, whoever asks.

    Raises:
        Refused: ``field-locked``.
    """
    if name not in (*GOVERNING, POSITION) and node.policy(name) == "locked":
        raise Refused(
            "field-locked",
            f"Cấp trên đã khóa {FIELD_LABELS[name]} của mục «{shorten(node.text)}» nên đơn vị không sửa được. "
            "Nội dung cũ được giữ nguyên; có thể thêm mục riêng của đơn vị ngay bên dưới.",
            {"node_id": node.node_id, "field": name},
        )


def refuse_out_of_bounds(node: Node, quota: Mapping[str, Any] | None) -> None:
    """Hold the superior's floor and ceiling of a count; with either, nothing but the count may change.

    Raises:
        Refused: ``below-floor``, ``above-ceiling`` or ``quota-shape``.
    """
    given = node.quota or {}
    floor, ceiling = given.get("floor"), given.get("ceiling")
    if floor is None and ceiling is None:
        return
    same = ("period", "genre", "subject")
    if quota is None or any(quota.get(name) != given.get(name) for name in same):
        raise Refused(
            "quota-shape",
            "Cấp trên chỉ cho điều chỉnh số lượng của chỉ tiêu này. Hãy giữ nguyên kỳ, thể loại và nội dung chỉ tiêu.",
            {"node_id": node.node_id},
        )
    count = int(quota["count"])
    if floor is not None and count < floor:
        raise Refused(
            "below-floor",
            f"Chỉ tiêu này không được thấp hơn {floor}. Số cũ được giữ nguyên; hãy nhập số từ {floor} trở lên.",
            {"node_id": node.node_id, "floor": floor},
        )
    if ceiling is not None and count > ceiling:
        raise Refused(
            "above-ceiling",
            f"Chỉ tiêu này không được cao hơn {ceiling}. Số cũ được giữ nguyên; hãy nhập số từ {ceiling} trở xuống.",
            {"node_id": node.node_id, "ceiling": ceiling},
        )


def for_levels(nodes: Sequence[Node], levels: Iterable[str]) -> tuple[Node, ...]:
    """Return the nodes meant for ``levels``, with the parents of every kept node.

    A node without levels of its own is meant for those of the node above it; without any, for all. Empty ``levels``
    keep all.
    """
    wanted = frozenset(levels)
    if not wanted:
        return tuple(nodes)
    by_id = {node.node_id: node for node in nodes}
    meant: dict[str, frozenset[str]] = {}

    def levels_of(node: Node) -> frozenset[str]:
        known = meant.get(node.node_id)
        if known is None:
            meant[node.node_id] = known = frozenset(node.levels)  # before the climb: a circle of parents must end
            above = by_id.get(node.parent)
            if not known and above is not None:
                meant[node.node_id] = known = levels_of(above)
        return known

    kept: set[str] = set()
    for node in nodes:
        own = levels_of(node)
        if own and own.isdisjoint(wanted):
            continue
        climbing: Node | None = node
        while climbing is not None and climbing.node_id not in kept:
            kept.add(climbing.node_id)
            climbing = by_id.get(climbing.parent)
    return tuple(node for node in nodes if node.node_id in kept)


def inheritable(nodes: Iterable[Node]) -> list[Node]:
    """Return the nodes that a unit below takes over: all but the formula at the end."""
    return [node for node in nodes if node.kind != CLOSING or node.parent]


def merge_bases(bases: Sequence[Sequence[Node]]) -> list[tuple[Node, int]]:
    """Return the nodes of all bases with the index of their base.

    A node that reaches a unit through two superiors is taken from the first. Nothing else is ever matched: not
    titles, not numbers.
    """
    merged: list[tuple[Node, int]] = []
    seen: set[str] = set()
    for index, nodes in enumerate(bases):
        for node in nodes:
            if node.node_id in seen:
                continue
            seen.add(node.node_id)
            if index and not node.parent:
                node = replace(node, position=node.position + index * BASE_STRIDE)
            merged.append((node, index))
    return merged


def compose(bases: Sequence[Sequence[Node]], layer: Layer) -> tuple[EffectiveNode, ...]:
    """Lay ``layer`` over ``bases``.

    What a superior locked or made mandatory wins over the layer, whenever it was locked; counts stay within floor and
    ceiling. The layer itself is not touched, so nothing typed is lost. Overrides and omissions of nodes that are not in
    the bases have no effect.

    Returns:
        every node, omitted ones included, in no particular order (``tree.assemble`` gives the order of reading).
    """
    merged = merge_bases(bases)
    left_out = {node.node_id for node, _index in merged if node.node_id in layer.omissions and not node.mandatory}
    gone = _with_descendants(merged, left_out)
    effective = [_overlaid(node, index, layer, gone) for node, index in merged]
    known = {node.node_id for node, _index in merged} | {node.node_id for node in layer.own}
    for node in layer.own:
        orphan = bool(node.parent) and node.parent not in known
        state: State = "omitted" if node.parent in gone else "own"
        effective.append(EffectiveNode(replace(node, parent="") if orphan else node, state, orphan=orphan))
    return tuple(effective)


def _with_descendants(merged: Sequence[tuple[Node, int]], roots: set[str]) -> frozenset[str]:
    if not roots:
        return frozenset()
    children: dict[str, list[str]] = {}
    for node, _index in merged:
        children.setdefault(node.parent, []).append(node.node_id)
    pending, found = list(roots), set[str]()
    while pending:
        node_id = pending.pop()
        if node_id not in found:
            found.add(node_id)
            pending += children.get(node_id, ())
    return frozenset(found)


def _overlaid(base: Node, index: int, layer: Layer, gone: frozenset[str]) -> EffectiveNode:
    overrides = layer.overrides.get(base.node_id)
    node, adapted = base, frozenset[str]()
    if overrides:
        in_force = {name: o for name, o in overrides.items() if base.policy(name) != "locked" or name == POSITION}
        for name, override in in_force.items():
            node = with_value(node, name, override.value)
        adapted = frozenset(in_force) - {POSITION}
    state: State = "inherited"
    if base.node_id in gone:
        state = "omitted"
    elif adapted:
        state = "adapted"
    return EffectiveNode(node, state, base, index, adapted, overrides or {}, layer.omissions.get(base.node_id))


def layer_rows(bases: Sequence[Sequence[Node]], rows: Iterable[Row]) -> tuple[EffectiveNode, ...]:
    """Lay the rows of an issued plan over the plans it builds on. Omitted nodes are returned as such."""
    by_id = {row.node.node_id: row for row in rows}
    merged = merge_bases(bases)
    left_out = {node.node_id for node, _index in merged if node.node_id in by_id and by_id[node.node_id].omitted}
    gone = _with_descendants(merged, left_out)
    effective = []
    for base, index in merged:
        row = by_id.pop(base.node_id, None)
        node = base if row is None or row.omitted else row.node
        adapted = frozenset[str]() if node is base else frozenset(differing(base, node)) - {POSITION}
        state: State = "omitted" if base.node_id in gone else "adapted" if adapted else "inherited"
        omission = Omission(base.node_id, 0, "") if row is not None and row.omitted else None
        effective.append(EffectiveNode(node, state, base, index, adapted, omission=omission))
    effective += [EffectiveNode(row.node, "own") for row in by_id.values() if not row.omitted]
    return tuple(effective)


def rows_to_write(nodes: Iterable[EffectiveNode]) -> tuple[Row, ...]:
    """Return what an issued plan must hold of these nodes: only those that are not just as the superior gave them."""
    rows = []
    for item in nodes:
        if item.base is None:
            if item.is_present:
                rows.append(Row(item.node))
        elif item.omission is not None and not item.is_present:
            rows.append(Row(item.base, omitted=True))
        elif item.is_present and differing(item.base, item.node):
            rows.append(Row(item.node))
    return tuple(rows)


def tally(nodes: Iterable[EffectiveNode], bases: int) -> tuple[Tally, ...]:
    """Count, for each of ``bases`` bases, the nodes adapted, added under it and omitted from it.

    An own section counts for the first base.
    """
    items = {item.node.node_id: item for item in nodes}
    counts = [[0, 0, 0] for _ in range(bases)]
    for item in items.values():
        if item.node.kind == CLOSING:
            continue
        if item.base is None:
            above: EffectiveNode | None = item
            while above is not None and above.base_index is None:
                above = items.get(above.node.parent) if above.node.parent else None
            index = above.base_index if above is not None and above.base_index is not None else 0
            if bases:
                counts[index][1] += 1
        elif item.base_index is not None:
            counts[item.base_index][0] += item.state == "adapted"
            counts[item.base_index][2] += item.state == "omitted" and item.omission is not None
    return tuple(Tally(*count) for count in counts)
