"""Units with plans, as values: what each inherits, its layer, what it issued, and an archive like the services' own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tenants.plans.held import TakenBack, merge_held
from tenants.plans.layer import EffectiveNode, compose, inheritable, merge_bases
from tenants.plans.merge import Merge, comparable
from tenants.plans.nodes import Layer, Node, Override, field_value

TEXTS = ("title", "body", "owners")


@dataclass
class Version:
    """What a unit issued: nodes, and what replaced what up to then."""

    nodes: tuple[Node, ...]
    successors: Mapping[str, tuple[str, ...]]


@dataclass
class Step:
    """A take-over that can be taken back while the layer is as it left it."""

    which: int
    version: int
    layer: Layer
    own: dict[str, Node]
    at: tuple[int, ...]
    left: tuple[Layer, dict[str, Node], tuple[int, ...]]


@dataclass
class Unit:
    """A unit with its superiors; ``at`` is the version of each that it builds on, ``undone`` the steps it took back:
    which superior, from which version, to which.
    """

    above: tuple[Unit, ...] = ()
    at: tuple[int, ...] = ()
    own: dict[str, Node] = field(default_factory=dict)
    layer: Layer = field(default_factory=Layer)
    issued: list[Version] = field(default_factory=list)
    replaced: dict[str, tuple[str, ...]] = field(default_factory=dict)
    saved: set[str] = field(default_factory=set)
    kept: set[str] = field(default_factory=set)
    undone: list[tuple[int, int, int]] = field(default_factory=list)
    last: Step | None = None
    read: tuple[Any, tuple[EffectiveNode, ...], Any] | None = None

    def inherited(self, at: Sequence[int]) -> list[tuple[Node, int]]:
        return merge_bases([unit.issued[version].nodes for unit, version in zip(self.above, at, strict=True)])

    def whole(self) -> Layer:
        return replace(self.layer, own=tuple(self.own.values()))

    def text(self) -> tuple[EffectiveNode, ...]:
        key = (self.at, id(self.layer), *map(id, self.own.values()))
        if self.read is None or self.read[0] != key:
            bases = [unit.issued[version].nodes for unit, version in zip(self.above, self.at, strict=True)]
            # The parts are kept, so that no other object can come to have the id of one of them.
            self.read = key, compose(bases, self.whole()), (self.layer, tuple(self.own.values()))
        return self.read[1]

    def issue(self) -> None:
        known: dict[str, tuple[str, ...]] = {}
        for unit, version in zip(self.above, self.at, strict=True):
            known |= unit.issued[version].successors
        nodes = inheritable([item.node for item in self.text() if item.is_present])
        self.issued.append(Version(tuple(nodes), {**known, **self.replaced}))

    def later(self, which: int, version: int) -> tuple[int, ...]:
        return tuple(version if place == which else at for place, at in enumerate(self.at))

    def merged(self, which: int, version: int) -> Merge:
        at = self.later(which, version)
        nodes = self.inherited(at)
        read_in = {node.node_id: at[index] for node, index in nodes}
        successors = self.above[which].issued[version].successors
        after = [node for node, _ in nodes]
        back = self.taken_back(which, version)
        return merge_held(self.text(), after, self.whole(), successors, read_in.__getitem__, back)

    def taken_back(self, which: int, version: int) -> list[TakenBack]:
        issued = self.above[which].issued
        return [
            TakenBack(issued[since].nodes, issued[then].nodes, self.at[which])
            for one, since, then in self.undone
            if one == which and self.at[which] < then < version
        ]

    def take_over(self, which: int, version: int) -> Merge:
        merge = self.merged(which, version)
        before = self.layer, self.own, self.at
        for outcome in merge.outcomes:
            if outcome.kind == "orphan":
                self.kept.update(texts(list(outcome.local["own"].values())))
            elif outcome.kind not in ("keep", "decide"):
                self.kept.update(texts([outcome.local]))
        self.layer = merge.layer
        self.own = {node.node_id: node for node in merge.layer.own}
        self.at = self.later(which, version)
        self.last = Step(which, version, *before, left=(self.layer, dict(self.own), self.at))
        return merge

    def take_back(self) -> bool:
        """Take the last take-over back, unless something was done since."""
        last = self.last
        if last is None or last.left != (self.layer, self.own, self.at):
            return False
        self.undone.append((last.which, last.at[last.which], last.version))
        self.layer, self.own, self.at, self.last = last.layer, dict(last.own), last.at, None
        return True

    def reachable(self) -> set[str]:
        found = set(self.kept)
        for fields in self.layer.overrides.values():
            found.update(texts([one.value for one in fields.values()]))
        found.update(text for node in self.own.values() for text in (node.title, node.body))
        return found | {one.reason for one in self.layer.omissions.values()}


def texts(values: list[Any]) -> set[str]:
    """Return the words among some own values; the words of a list one by one."""
    found = {value for value in values if isinstance(value, str)}
    return found | {word for value in values if isinstance(value, list) for word in value}


def pending(unit: Unit) -> dict[tuple[str, str], Override]:
    """The questions that are open: own words on a text that has changed since."""
    return {
        (item.node.node_id, name): one
        for item in unit.text()
        if item.base is not None and item.is_present
        for name, one in item.overrides.items()
        if name in (*TEXTS, "quota")
        and item.base.policy(name) != "locked"
        and comparable(name, one.base_value) != comparable(name, field_value(item.base, name))
        and comparable(name, one.value) != comparable(name, field_value(item.base, name))
    }


def words_of(layer: Layer) -> dict[tuple[str, str], tuple[Any, Any]]:
    """Own values and the texts they stand on; in which version those were read first is no matter."""
    return {
        (ident, name): (one.value, one.base_value)
        for ident, fields in layer.overrides.items()
        for name, one in fields.items()
    }


def displacing(merge: Merge) -> list[str]:
    """The outcomes that put something of the unit's aside."""
    return [one.kind for one in merge.outcomes if one.kind not in ("keep", "decide")]
