"""One take-over of one unit, held against the table of the plan engine and its properties."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from typing import Any

from plan_units import TEXTS, Unit, displacing, pending, words_of

from tenants.plans.held import LEFT_OUT, merge_held
from tenants.plans.merge import below, comparable
from tenants.plans.nodes import Layer, Node, field_value


def expected(policy: str, base: Any, upstream: Any, local: Any) -> str:
    """The table of the plan engine for one field with own words."""
    if local == upstream:
        return "same"
    if policy == "locked":
        return "locked"
    return "keep" if upstream == base else "decide"


class Take:
    """One take-over of one unit, looked at from all sides."""

    def __init__(self, met: Counter[str], unit: Unit, which: int, version: int) -> None:
        self.met, self.unit, self.which, self.version = met, unit, which, version
        self.layer, self.own = unit.layer, dict(unit.own)
        self.since = {node.node_id: node for node, _index in unit.inherited(unit.at)}
        self.before = {item.node.node_id: item for item in unit.text()}
        self.asked = pending(unit)
        self.back = [
            tuple({node.node_id: node for node in nodes} for nodes in (one.since, one.then))
            for one in unit.taken_back(which, version)
        ]

    def check(self, number: int) -> None:
        if number % 4 == 0:
            self.check_order(number)
        self.check_paths()
        self.due = set(displacing(self.unit.merged(self.which, self.unit.at[self.which])))
        self.merge = self.unit.take_over(self.which, self.version)
        self.text = {item.node.node_id: item for item in self.unit.text()}
        self.hidden = below([item.base for item in self.text.values() if item.base], self.merge.layer.omissions)
        self.check_fields()
        self.check_nodes()
        self.check_held()
        self.check_live()
        self.check_reordering()
        again = self.unit.merged(self.which, self.version)
        assert again.layer == self.merge.layer and not displacing(again), "a second time changes nothing"
        self.met.update(outcome.kind for outcome in self.merge.outcomes)
        self.met["moved"] += len(self.merge.moved)
        self.met["hidden"] += self.merge.counts.hidden

    def check_order(self, number: int) -> None:
        """The order in which nodes, own words and marks are looked at is no matter."""
        shuffle = random.Random(number)
        at = self.unit.later(self.which, self.version)
        nodes, text = [node for node, _index in self.unit.inherited(at)], list(self.unit.text())
        overrides, omissions = list(self.layer.overrides.items()), list(self.layer.omissions.items())
        own = list(self.own.values())
        for one in (text, nodes, overrides, omissions, own):
            shuffle.shuffle(one)  # type: ignore[arg-type]
        layer = Layer(tuple(own), dict(overrides), dict(omissions))
        read_in = {node.node_id: at[index] for node, index in self.unit.inherited(at)}
        successors = self.unit.above[self.which].issued[self.version].successors
        back = self.unit.taken_back(self.which, self.version)
        other = merge_held(text, nodes, layer, successors, read_in.__getitem__, back)
        merge = self.unit.merged(self.which, self.version)
        assert (other.layer.overrides, other.layer.omissions) == (merge.layer.overrides, merge.layer.omissions)
        assert sorted(map(repr, other.layer.own)) == sorted(map(repr, merge.layer.own))
        assert sorted(map(repr, other.outcomes)) == sorted(map(repr, merge.outcomes))

    def check_paths(self) -> None:
        """One step or several come to the same, as long as nothing was asked or put aside on the way."""
        middle = self.unit.at[self.which] + 1
        if middle >= self.version or self.asked or self.layer.omissions:
            return
        if any(one == self.which and then >= middle for one, _since, then in self.unit.undone):
            return
        slow = replace(self.unit, kept=set(self.unit.kept))
        quiet = not displacing(slow.take_over(self.which, middle)) and not pending(slow)
        on_the_way = {node.node_id for node, _index in slow.inherited(slow.at)}
        after = {node.node_id for node, _index in self.unit.inherited(self.unit.later(self.which, self.version))}
        if quiet and on_the_way <= self.since.keys() | after:
            slow.take_over(self.which, self.version)
            assert words_of(slow.layer) == words_of(self.unit.merged(self.which, self.version).layer)
            self.met["paths"] += 1

    def check_fields(self) -> None:
        """Every field follows the table: what the unit wrote, by its outcome; everything else is the superior's."""
        kinds = {(one.node_id, one.field): one.kind for one in self.merge.outcomes}
        moved = {(heir, name) for (_old, name), heir in self.merge.moved.items()}
        for item in self.text.values():
            if item.base is None or item.node.node_id in self.hidden:
                continue
            ident = item.node.node_id
            for name in TEXTS:
                own = self.layer.overrides.get(ident, {}).get(name)
                if own is not None and (ident, name) not in moved:
                    upstream = field_value(item.base, name)
                    wanted = expected(item.base.policy(name), own.base_value, upstream, own.value)
                    assert kinds[ident, name] == wanted, (name, own, upstream, item.base.policy(name))
                    if wanted == "keep" and (ident, name) in self.asked:
                        self.met["cleared"] += 1
                if name not in item.overrides:
                    assert field_value(item.node, name) == field_value(item.base, name), "without own words: theirs"
                if item.base.policy(name) == "locked":
                    assert field_value(item.node, name) == field_value(item.base, name), "a lock holds"
                    assert name not in item.overrides, "what a lock displaced does not come back by itself"
            bounds = item.base.quota or {}
            if item.node.quota is not None and item.base.policy("quota") != "locked":
                assert bounds.get("floor") is None or item.node.quota["count"] >= bounds["floor"]
                assert bounds.get("ceiling") is None or item.node.quota["count"] <= bounds["ceiling"]
            assert item.is_present or not item.base.mandatory, "mandatory nodes return"

    def check_nodes(self) -> None:
        """Withdrawn nodes go; own words on them move to a successor or lie on the shelf; marks stay or are told of."""
        shelved = {one.node_id: one.local for one in self.merge.outcomes if one.kind == "orphan"}
        gone = {ident for ident in self.since if ident not in self.text}
        for ident in gone:
            words = {name for name in self.layer.overrides.get(ident, {}) if name != "position"}
            for name in words:
                heir = self.merge.moved.get((ident, name))
                assert (heir in self.text) if heir else name in shelved[ident]["own"], "moved or on the shelf"
            if not words and not any(node.parent == ident for node in self.own.values()) and not self.withdrawn(ident):
                assert ident not in shelved, "without own words it goes quietly"
                self.met["retired"] += 1
        assert not self.merge.layer.overrides.keys() - self.text.keys(), "nothing is left on a node that is no more"
        told = {one.node_id for one in self.merge.outcomes if one.kind in ("mandatory", "omission-gone")}
        heirs = (self.merge.layer.omissions.keys() | told) - self.layer.omissions.keys()
        for ident in self.layer.omissions:
            assert ident in self.merge.layer.omissions or ident in told or heirs, "left out, told of, or followed"
        for node in self.own.values():
            assert node.node_id in self.unit.own, "own nodes stay"
            if node.parent in gone:
                followed = self.unit.own[node.node_id].parent in self.text
                assert followed or node.node_id in shelved[node.parent]["children"], "followed, or told of"

    def withdrawn(self, ident: str) -> bool:
        """Whether the unit took back that a node was withdrawn."""
        known = ident in self.before and self.before[ident].is_present
        return known and any(ident in since and ident not in then for since, then in self.back)

    def check_held(self) -> None:
        """What was taken back stays as it is and is asked about, unless a lock wins; nothing else is held."""
        words = {(heir, name) for (_old, name), heir in self.merge.moved.items()}
        open_ones = pending(self.unit)
        for ident, item in self.text.items():
            was = self.before.get(ident)
            if item.base is None or ident in self.hidden or was is None or was.base is None:
                continue
            for name in TEXTS:
                if name in was.overrides or (ident, name) in words:
                    continue
                held = was.is_present and self.comes_again(ident, name, was.base, item.base)
                if held and item.base.policy(name) != "locked":
                    assert field_value(item.node, name) == field_value(was.base, name), "taken back: it stays"
                    assert (ident, name) in open_ones, "taken back: it is asked about"
                    self.met["held"] += 1
                else:
                    assert name not in item.overrides, "nothing but what was taken back is held"
        for ident in self.since.keys() - self.text.keys():
            if self.withdrawn(ident):
                shelved = any(one.kind == "orphan" and one.node_id == ident for one in self.merge.outcomes)
                assert shelved or any(old == ident for old, _name in self.merge.moved), "taken back: not gone quietly"
        for ident in self.text.keys() - self.before.keys():
            if any(ident in then and ident not in since for since, then in self.back):
                self.check_sent_back(ident, {heir for heir, _name in words})

    def comes_again(self, ident: str, name: str, was: Node, now: Node) -> bool:
        changed = any(
            ident in since and ident in then and field_value(since[ident], name) != field_value(then[ident], name)
            for since, then in self.back
        )
        return changed and field_value(was, name) != field_value(now, name)

    def check_sent_back(self, ident: str, heirs: set[str]) -> None:
        """A node that was sent back is out, unless it must be in or what the unit had stands on it or under it."""
        nodes = [item.base for item in self.text.values() if item.base is not None]
        under = below(nodes, [ident])
        parents = {node.parent for node in self.unit.own.values()}
        needed = under & (heirs | parents | self.before.keys()) or any(self.text[one].base.mandatory for one in under)  # type: ignore[union-attr]
        assert needed or ident in self.hidden, "a node that was sent back does not come by itself"
        told = {one.node_id for one in self.merge.outcomes if one.kind == LEFT_OUT}
        self.met["sent-back"] += ident in told

    def check_live(self) -> None:
        """What is read does not change while a question about it is open."""
        for ident, name in pending(self.unit):
            if ident in self.before and self.before[ident].is_present and name in self.before[ident].overrides:
                was, now = (field_value(one.node, name) for one in (self.before[ident], self.text[ident]))
                assert comparable(name, now) == comparable(name, was), "live text stays while a question is open"

    def check_reordering(self) -> None:
        """Another order alone asks nothing and puts nothing aside, but what a node taken back brought with it."""
        now = {node.node_id: node for node, _index in self.unit.inherited(self.unit.at)}
        placeless = [{key: replace(node, position=0) for key, node in nodes.items()} for nodes in (self.since, now)]
        if placeless[0] == placeless[1]:
            assert set(displacing(self.merge)) <= {"same", *self.due} and pending(self.unit).keys() <= self.asked.keys()
            self.met["reordered"] += self.since != now
