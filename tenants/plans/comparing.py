"""What happened between two states of a superior's plan, in reading order. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from tenants.plans.nodes import (
    CLOSING,
    FIELD_LABELS,
    FIELDS,
    GOVERNING,
    Node,
    field_value,
)
from tenants.plans.takeover_values import FieldChange, NodeChange


class Moves:
    """Where withdrawn nodes went, at any remove."""

    def __init__(self, successors: Mapping[str, Sequence[str]], after: Mapping[str, Node]) -> None:
        self._successors, self._after = successors, after

    def of(self, node_id: str) -> tuple[str, ...]:
        """Return the living successors of a withdrawn node, in the superior's order."""
        found: list[str] = []
        pending, seen = list(self._successors.get(node_id, ())), {node_id}
        while pending:
            one = pending.pop(0)
            if one in seen:
                continue
            seen.add(one)
            if one in self._after:
                found.append(one)
            else:
                pending += self._successors.get(one, ())
        return tuple(sorted(found, key=lambda ident: (self._after[ident].position, ident)))


def fields_between(old: Node, new: Node) -> tuple[FieldChange, ...]:
    """Return the fields in which two states of a node differ; its place counts for nothing."""
    if old is new:
        return ()
    return tuple(
        FieldChange(name, FIELD_LABELS[name], new.policy(name), field_value(old, name), field_value(new, name))
        for name in (*FIELDS, *GOVERNING)
        if field_value(old, name) != field_value(new, name)
    )


def compare(
    old: Sequence[Node], new: Sequence[Node], successors: Mapping[str, Sequence[str]], hidden: Iterable[str] = ()
) -> tuple[NodeChange, ...]:
    """Return what happened between two states of a plan, in the reading order of the newer one, withdrawn nodes last.

    Args:
        hidden: nodes the reader leaves out.
    """
    before = {node.node_id: node for node in old if node.kind != CLOSING}
    after = {node.node_id: node for node in new if node.kind != CLOSING}
    unseen, moves = frozenset(hidden), Moves(successors, after)
    origins: dict[str, list[tuple[str, str]]] = {}
    for ident in before:
        if ident not in after:
            for one in moves.of(ident):
                origins.setdefault(one, []).append((ident, before[ident].text))
    changes: list[NodeChange] = []
    for ident in _reading_order(after):
        node, known = after[ident], before.get(ident)
        path = _path(after, node)
        if known is None:
            replaced = tuple(origins.get(ident, ()))
            changes.append(NodeChange(ident, "added", node.text, path, replaces=replaced, hidden=ident in unseen))
            continue
        fields = fields_between(known, node)
        moved = (known.parent, known.position, known.kind) != (node.parent, node.position, node.kind)
        if fields or moved:
            kind: Literal["changed", "moved"] = "changed" if fields else "moved"
            changes.append(NodeChange(ident, kind, node.text, path, fields, hidden=ident in unseen, moved=moved))
    for ident in _reading_order(before):
        if ident not in after:
            heirs = tuple((one, after[one].text) for one in moves.of(ident))
            text, path = before[ident].text, _path(before, before[ident])
            changes.append(NodeChange(ident, "withdrawn", text, path, successors=heirs, hidden=ident in unseen))
    return tuple(changes)


def _reading_order(nodes: Mapping[str, Node]) -> list[str]:
    children: dict[str, list[Node]] = {}
    for node in nodes.values():
        children.setdefault(node.parent if node.parent in nodes else "", []).append(node)
    order: list[str] = []

    def walk(parent: str) -> None:
        for node in sorted(children.pop(parent, ()), key=lambda one: (one.position, one.node_id)):
            order.append(node.node_id)
            walk(node.node_id)

    walk("")
    return order


def _path(nodes: Mapping[str, Node], node: Node) -> str:
    titles: list[str] = []
    above, seen = nodes.get(node.parent), {node.node_id}
    while above is not None and above.node_id not in seen:
        titles.append(above.text)
        seen.add(above.node_id)
        above = nodes.get(above.parent)
    return " › ".join(reversed(titles))
