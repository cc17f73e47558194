"""The properties of the merge, over thousands of random histories: a department, an office under it, and schools.

Each number of a history is one act: somebody edits, locks, splits, merges, reorders, withdraws, issues, localizes,
takes over (skipping versions or not), decides. The world here is values only; it keeps an archive the way the
services do, so that "no text is ever lost" can be asked after every act.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenants.plans.layer import EffectiveNode, compose, inheritable
from tenants.plans.merge import Merge, comparable, decided, merge_layer
from tenants.plans.nodes import Layer, Node, Omission, Override, field_value

BODY = ("title", "body")
QUOTA = {"count": 3, "period": "month", "genre": None, "subject": None}


@dataclass
class Version:
    """What a unit issued: nodes, and what replaced what up to then."""

    nodes: tuple[Node, ...]
    successors: Mapping[str, tuple[str, ...]]


@dataclass
class Unit:
    """A unit with its superior; its own plan is what it composes."""

    above: Unit | None
    own: dict[str, Node] = field(default_factory=dict)
    layer: Layer = field(default_factory=Layer)
    base: int = -1
    issued: list[Version] = field(default_factory=list)
    replaced: dict[str, tuple[str, ...]] = field(default_factory=dict)
    saved: set[str] = field(default_factory=set)
    kept: set[str] = field(default_factory=set)
    displaced: int = 0

    def bases(self, version: int | None = None) -> list[tuple[Node, ...]]:
        if self.above is None or self.base < 0:
            return []
        return [self.above.issued[self.base if version is None else version].nodes]

    def text(self) -> tuple[EffectiveNode, ...]:
        return compose(self.bases(), replace(self.layer, own=tuple(self.own.values())))

    def successors(self) -> dict[str, tuple[str, ...]]:
        known = dict(self.above.issued[self.base].successors) if self.above is not None and self.base >= 0 else {}
        return {**known, **self.replaced}

    def issue(self) -> None:
        nodes = inheritable([item.node for item in self.text() if item.is_present])
        self.issued.append(Version(tuple(nodes), self.successors()))

    def merged(self, version: int) -> Merge:
        assert self.above is not None
        target = self.above.issued[version]
        layer = replace(self.layer, own=tuple(self.own.values()))
        return merge_layer(self.text(), target.nodes, layer, target.successors, lambda _ident: version)

    def take_over(self, version: int) -> Merge:
        merge = self.merged(version)
        for outcome in merge.outcomes:
            if outcome.kind == "orphan":
                self.kept.update(texts(list(outcome.local["own"].values())))
            elif outcome.kind not in ("keep", "decide"):
                self.kept.update(texts([outcome.local]))
            self.displaced += outcome.kind not in ("keep",)
        self.layer = merge.layer
        self.own = {node.node_id: node for node in merge.layer.own}
        self.base = version
        return merge

    def reachable(self) -> set[str]:
        found = set(self.kept)
        for fields in self.layer.overrides.values():
            found.update(texts([one.value for one in fields.values()]))
        found.update(text for node in self.own.values() for text in (node.title, node.body))
        return found | {one.reason for one in self.layer.omissions.values()}


def texts(values: list[Any]) -> set[str]:
    return {value for value in values if isinstance(value, str)}


def pending(unit: Unit) -> dict[tuple[str, str], Override]:
    """The questions that are open: own words on a text that has changed since."""
    return {
        (item.node.node_id, name): one
        for item in unit.text()
        if item.base is not None and item.is_present
        for name, one in item.overrides.items()
        if name in (*BODY, "quota")
        and item.base.policy(name) != "locked"
        and comparable(name, one.base_value) != comparable(name, field_value(item.base, name))
        and comparable(name, one.value) != comparable(name, field_value(item.base, name))
    }


class World:
    """A department, an office under it, two schools; acts are drawn from numbers."""

    def __init__(self) -> None:
        self.words = count(1)
        self.top = Unit(None)
        self.middle = Unit(self.top)
        self.schools = [Unit(self.middle), Unit(self.top)]
        for number in range(4):
            node = Node(f"n{number}", "" if number < 2 else "n0", number, title=f"Mục {number}", body="Chữ")
            self.top.own[node.node_id] = node
        self.top.own["n3"] = replace(self.top.own["n3"], quota=QUOTA)
        self.top.issue()
        self.middle.base = 0
        self.middle.issue()
        for school in self.schools:
            school.base = 0

    def word(self) -> str:
        return f"lời {next(self.words)}"

    def act(self, number: int) -> None:
        number, what = divmod(number, 20)
        number, who = divmod(number, 8)
        superior = self.top if who % 4 < 3 else self.middle
        below = [self.middle, *self.schools][who % 3]
        if what < 9:
            self.amend(superior, what, number)
        elif what < 15:
            self.localize(below, what, number)
        elif what < 18:
            self.sync(below, number)
        else:
            self.decide(below, number)

    def amend(self, unit: Unit, what: int, number: int) -> None:
        own = sorted(unit.own)
        if not own or what == 8:
            unit.issue()
            return
        ident = own[number % len(own)]
        node = unit.own[ident]
        if what == 0:
            unit.own[ident] = replace(node, body=["Chữ", "Chữ mới", self.word()][number % 3])
        elif what == 1:
            policy = ["locked", "default", "free"][number % 3]
            unit.own[ident] = replace(node, policies={**node.policies, BODY[number % 2]: policy})
        elif what == 2:
            made = f"n{next(self.words)}x"
            unit.own[made] = Node(made, ident if number % 2 else "", number % 7, title=self.word())
        elif what == 3 and len(own) > 2:
            self.withdraw(unit, ident, ())
        elif what == 4 and len(own) > 1:
            self.replace_nodes(unit, [ident], 2)
        elif what == 5 and len(own) > 3:
            other = own[(number // 7) % len(own)]
            self.replace_nodes(unit, sorted({ident, other}), 1)
        elif what == 6:
            unit.own[ident] = replace(node, position=number % 11)
        else:
            bounds = {"floor": number % 5 + 1} if number % 2 else {}
            unit.own[ident] = replace(
                node, mandatory=number % 3 == 0, quota={**QUOTA, "count": 2 + number % 6, **bounds}
            )

    def withdraw(self, unit: Unit, ident: str, heirs: tuple[str, ...]) -> None:
        gone = unit.own.pop(ident)
        unit.kept.update((gone.title, gone.body))
        parent = heirs[0] if heirs else gone.parent if gone.parent in unit.own else ""
        for key, node in unit.own.items():
            if node.parent == ident and key != parent:
                unit.own[key] = replace(node, parent=parent)
        unit.replaced[ident] = heirs

    def replace_nodes(self, unit: Unit, idents: list[str], parts: int) -> None:
        made = tuple(f"n{next(self.words)}s" for _part in range(parts))
        for place, key in enumerate(made):
            unit.own[key] = replace(unit.own[idents[0]], node_id=key, parent="", position=place, body=self.word())
        for ident in idents:
            self.withdraw(unit, ident, made)

    def localize(self, unit: Unit, what: int, number: int) -> None:
        items = sorted((item for item in unit.text() if item.base is not None), key=lambda item: item.node.node_id)
        if not items:
            return
        item = items[number % len(items)]
        assert item.base is not None
        ident = item.base.node_id
        if what < 12 and item.is_present:
            self.adapt(unit, item, number)
        elif what == 12 and item.is_present and not item.base.mandatory:
            reason = self.word()
            unit.saved.add(reason)
            unit.layer = replace(
                unit.layer, omissions={**unit.layer.omissions, ident: Omission(ident, unit.base, reason)}
            )
        elif what == 13 and ident in unit.layer.omissions:
            left = {key: one for key, one in unit.layer.omissions.items() if key != ident}
            unit.kept.add(unit.layer.omissions[ident].reason)
            unit.layer = replace(unit.layer, omissions=left)
        elif what == 14:
            made, text = f"own{next(self.words)}", self.word()
            unit.saved.add(text)
            unit.own[made] = Node(made, ident, 3, title=text)

    def adapt(self, unit: Unit, item: EffectiveNode, number: int) -> None:
        assert item.base is not None
        name = ("title", "body", "body", "quota")[number % 4]
        if item.base.policy(name) == "locked" or (name == "quota" and item.base.quota is None):
            return
        value: Any = {**QUOTA, "count": 1 + number % 9} if name == "quota" else self.word()
        if isinstance(value, str):
            unit.saved.add(value)
        known = item.overrides.get(name)
        if known is not None:
            unit.kept.update(texts([known.value]))
        waits = (item.base.node_id, name) in pending(unit)
        base = known.base_value if known is not None and waits else field_value(item.base, name)
        fields = {**item.overrides, name: Override(item.base.node_id, name, value, base, unit.base)}
        unit.layer = replace(unit.layer, overrides={**unit.layer.overrides, item.base.node_id: fields})

    def decide(self, unit: Unit, number: int) -> None:
        questions = pending(unit)
        if not questions:
            return
        ident, name = sorted(questions)[number % len(questions)]
        item = next(item for item in unit.text() if item.node.node_id == ident)
        assert item.base is not None
        choice = ("keep", "take", "combine")[number % 3]
        if choice == "combine" and name == "quota":
            choice = "keep"
        value = self.word()
        if choice == "combine":
            unit.saved.add(value)
        if choice != "keep":
            unit.kept.update(texts([questions[ident, name].value]))
        unit.layer = decided(unit.layer, item.base, name, choice, unit.base, value)
        assert (ident, name) not in pending(unit)

    def sync(self, unit: Unit, number: int) -> None:
        assert unit.above is not None
        newer = list(range(unit.base + 1, len(unit.above.issued)))
        if not newer:
            return
        version = newer[number % len(newer)]
        before = {item.node.node_id: item for item in unit.text()}
        asked = pending(unit)
        self.check_order(unit, version, number)
        self.check_paths(unit, version)
        since = unit.bases()
        merge = unit.take_over(version)
        check_sync(unit, merge, before, asked)
        check_reordering(unit, merge, since, bool(asked))
        again = unit.merged(version)
        assert again.layer == merge.layer and not displacing(again), "a second time changes nothing"

    def check_order(self, unit: Unit, version: int, number: int) -> None:
        assert unit.above is not None
        target, shuffle = unit.above.issued[version], random.Random(number)
        text, nodes = list(unit.text()), list(target.nodes)
        overrides, omissions = list(unit.layer.overrides.items()), list(unit.layer.omissions.items())
        own = list(unit.own.values())
        for one in (text, nodes, overrides, omissions, own):
            shuffle.shuffle(one)  # type: ignore[arg-type]
        layer = Layer(tuple(own), dict(overrides), dict(omissions))
        other, merge = (
            merge_layer(text, nodes, layer, target.successors, lambda _ident: version),
            unit.merged(version),
        )
        assert (other.layer.overrides, other.layer.omissions) == (merge.layer.overrides, merge.layer.omissions)
        assert sorted(map(repr, other.layer.own)) == sorted(map(repr, merge.layer.own))
        assert sorted(map(repr, other.outcomes)) == sorted(map(repr, merge.outcomes))

    def check_paths(self, unit: Unit, version: int) -> None:
        """One step or several come to the same, as long as nothing was asked or put aside on the way."""
        middle = unit.base + 1
        if middle >= version or pending(unit):
            return
        assert unit.above is not None
        slow = replace(unit, kept=set(unit.kept), displaced=0)
        slow.take_over(middle)
        quiet = not slow.displaced and not pending(slow)
        before = {node.node_id for node in unit.bases()[0]}
        after = {node.node_id for node in unit.above.issued[version].nodes}
        short_lived = {node.node_id for node in unit.above.issued[middle].nodes} - before - after
        hidden = bool(unit.layer.omissions)
        if quiet and not short_lived and not hidden:
            slow.take_over(version)
            assert words_of(slow.layer) == words_of(unit.merged(version).layer)

    def check(self) -> None:
        for unit in (self.middle, *self.schools):
            assert unit.saved <= unit.reachable(), f"lost: {unit.saved - unit.reachable()}"


def words_of(layer: Layer) -> dict[tuple[str, str], tuple[Any, Any]]:
    """Own values and the texts they stand on; in which version those were read first is no matter."""
    return {
        (ident, name): (one.value, one.base_value)
        for ident, fields in layer.overrides.items()
        for name, one in fields.items()
    }


def displacing(merge: Merge) -> list[str]:
    return [one.kind for one in merge.outcomes if one.kind not in ("keep", "decide")]


def check_sync(
    unit: Unit, merge: Merge, before: Mapping[str, EffectiveNode], asked: Mapping[tuple[str, str], Override]
) -> None:
    text = {item.node.node_id: item for item in unit.text()}
    for item in text.values():
        if item.base is None or not item.is_present:
            continue
        for name in BODY:
            if item.base.policy(name) == "locked":
                assert getattr(item.node, name) == getattr(item.base, name), "a lock holds"
        assert not (item.base.mandatory and not item.is_present)
    for ident, name in pending(unit):
        if ident in before and before[ident].is_present and name in before[ident].overrides:
            was, now = before[ident].node, text[ident].node
            assert comparable(name, field_value(now, name)) == comparable(name, field_value(was, name)), (
                "what is live does not change while a question is open"
            )
    assert not {ident for ident in merge.layer.overrides if ident not in text}, "moved or shelved"
    for item in text.values():
        if item.base is not None and item.base.mandatory:
            assert item.is_present, "mandatory nodes return"
    cleared = [one for one in merge.outcomes if (one.node_id, one.field) in asked and one.kind == "keep"]
    assert all(comparable(one.field, one.base) == comparable(one.field, one.upstream) for one in cleared)


def check_reordering(unit: Unit, merge: Merge, since: list[tuple[Node, ...]], asked: bool) -> None:
    placeless = [{node.node_id: replace(node, position=0) for node in nodes} for nodes in (since[0], unit.bases()[0])]
    if placeless[0] == placeless[1] and not asked and not unit.layer.omissions:
        assert "decide" not in [one.kind for one in merge.outcomes], "another order alone asks nothing"


@settings(max_examples=2000, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.integers(0, 2**22 - 1), min_size=8, max_size=45))
def test_random_histories(history: list[int]) -> None:
    world = World()
    for number in history:
        world.act(number)
        world.check()
    for unit in (world.middle, *world.schools):
        world.sync(unit, 10**6)
    world.check()
