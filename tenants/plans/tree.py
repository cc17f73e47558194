"""The order of reading and the printed numbers of a plan. Pure.

NĐ 30/2020/NĐ-CP, Phụ lục I: I, II > 1, 2 > a, b, c, d, đ > "-" > "+". A node keeps the style it was written or
imported with and is counted anew, so that numbers stay right when a node is added, moved or left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tenants.errors import NotFound
from tenants.plans.layer import EffectiveNode
from tenants.plans.nodes import Node

LETTERS = tuple("abcdđeghiklmnopqrstuvxy")
"""The Vietnamese alphabet of the decree: đ after d, no f, j, w, z."""

DEEPEST = 5
"""Levels of numbering that the decree knows."""

DEFAULT_LABELS = ("I", "1", "a", "-", "+")
"""The first label of each level, from sections down."""

_ROMAN = re.compile(r"[IVXLC]+\Z")
_DOTTED = re.compile(r"\d{1,2}(\.\d{1,2})+\Z")


@dataclass(frozen=True, slots=True)
class TreeNode:
    """A node where it stands: its printed label, its depth (sections are 0), and what stands under it."""

    item: EffectiveNode
    label: str
    depth: int
    children: tuple[TreeNode, ...]

    @property
    def node(self) -> Node:
        return self.item.node

    @property
    def node_id(self) -> str:
        return self.item.node.node_id

    @property
    def title(self) -> str:
        return self.item.node.title

    @property
    def body(self) -> str:
        return self.item.node.body

    @property
    def kind(self) -> str:
        return self.item.node.kind

    def walk(self) -> Iterator[TreeNode]:
        """Yield this node and all below it, in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()


def style_of(label: str) -> str:
    """Return the style of a printed label: roman, number, dotted, letter, capital, dash, plus, none, or "as-is"."""
    if not label:
        return "none"
    if label in ("-", "–"):
        return "dash"
    if label == "+":
        return "plus"
    if _ROMAN.match(label):
        return "roman"
    if label.isdigit():
        return "number"
    if _DOTTED.match(label):
        return "dotted"
    if label in LETTERS:
        return "letter"
    return "as-is"


def default_label(depth: int) -> str:
    """Return the first label of a level."""
    return DEFAULT_LABELS[min(depth, DEEPEST - 1)]


def roman(number: int) -> str:
    """Return ``number`` (1 to 399) in Roman numerals."""
    pairs = ((100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
    out = ""
    for value, sign in pairs:
        out += sign * (number // value)
        number %= value
    return out


def letter(number: int) -> str:
    """Return the ``number``-th letter of the decree's alphabet; after y comes aa."""
    quotient, rest = divmod(number - 1, len(LETTERS))
    return LETTERS[rest] if not quotient else LETTERS[quotient - 1] + LETTERS[rest]


def printed(label: str, number: int, above: str) -> str:
    """Return the ``number``-th label in the style of ``label`` under a node printed as ``above``."""
    style = style_of(label)
    if style == "roman":
        return roman(number)
    if style == "number":
        return str(number)
    if style == "letter":
        return letter(number)
    if style == "dotted":
        stem = above if style_of(above) in ("number", "dotted") else label.rpartition(".")[0]
        return f"{stem}.{number}"
    return label


def order_key(item: EffectiveNode) -> tuple[bool, int, int, str]:
    """Return the key of the order among siblings; equal positions are settled the same way everywhere."""
    return (item.orphan, item.node.position, -1 if item.base_index is None else item.base_index, item.node.node_id)


def assemble(items: Iterable[EffectiveNode]) -> tuple[TreeNode, ...]:
    """Return the sections with all that stands under them, in reading order, numbered.

    Omitted nodes keep their place and have no number. A node whose parent is missing stands among the sections:
    nothing is dropped.
    """
    items = list(items)
    known = {item.node.node_id for item in items}
    groups: dict[str, list[EffectiveNode]] = {}
    for item in items:
        parent = item.node.parent if item.node.parent in known else ""
        groups.setdefault(parent, []).append(item)
    for group in groups.values():
        group.sort(key=order_key)
    return _branch(groups, "", "", 0)


def _branch(groups: dict[str, list[EffectiveNode]], parent: str, above: str, depth: int) -> tuple[TreeNode, ...]:
    counts: dict[str, int] = {}
    branch = []
    for item in groups.pop(parent, ()):
        label = ""
        if item.is_present:
            style = style_of(item.node.label)
            counts[style] = counts.get(style, 0) + 1
            label = printed(item.node.label, counts[style], above)
        branch.append(TreeNode(item, label, depth, _branch(groups, item.node.node_id, label, depth + 1)))
    return tuple(branch)


def walk(tree: Sequence[TreeNode]) -> Iterator[TreeNode]:
    """Yield every node in reading order."""
    for node in tree:
        yield from node.walk()


def present(tree: Sequence[TreeNode]) -> tuple[TreeNode, ...]:
    """Return the tree as it is issued: without what was left out."""
    return tuple(
        TreeNode(node.item, node.label, node.depth, present(node.children)) for node in tree if node.item.is_present
    )


def find(tree: Sequence[TreeNode], node_id: str) -> TreeNode | None:
    """Return the node with this id, or None."""
    return next((node for node in walk(tree) if node.node_id == node_id), None)


def get(tree: Sequence[TreeNode], node_id: str) -> TreeNode:
    """Return the node with this id.

    Raises:
        NotFound: there is none.
    """
    node = find(tree, node_id)
    if node is None:
        raise NotFound(f"node {node_id}")
    return node
