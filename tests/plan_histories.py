"""A small world of plans as values: a department and a professional body, an office under the department, two schools
that build on two superiors each, one of them on the same nodes twice. Acts are drawn from numbers; every take-over is
held against the rules of the merge, and after every act no text may be out of reach.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import count
from typing import Any

from plan_takes import Take
from plan_units import TEXTS, Unit, pending, texts

from tenants.plans.layer import EffectiveNode
from tenants.plans.merge import below, comparable, decided
from tenants.plans.nodes import Node, Omission, Override, field_value

QUOTA = {"count": 3, "period": "month", "genre": None, "subject": None}
AMENDING = (
    *("text",) * 5, *("policy",) * 2, "add", "withdraw", "split", "merge", "reorder", "quota", "quota", "duty",
    "owners", *("issue",) * 4,
)  # fmt: skip
LOCALIZING = (*("adapt",) * 8, "omit", "omit", "restore", "own", *("sync",) * 3, *("decide",) * 4, "undo")
ACTS = (*AMENDING, *LOCALIZING)
"""Kinds of acts, the usual ones more than once: a number means ``ACTS[number % len(ACTS)]``."""
FEW = 3
"""Acts meet on the first few nodes, so that superiors and units write on the same ones."""


class World:
    """Five units. ``met`` counts what the history has come across, so that a test can tell that it tests something."""

    def __init__(self) -> None:
        self.words = count(1)
        self.met: Counter[str] = Counter()
        self.top, self.beside = Unit(), Unit()
        for unit, name in ((self.top, "n"), (self.beside, "b")):
            for number in range(4):
                node = Node(f"{name}{number}", "" if number < 2 else f"{name}0", number, title="Mục", body="Chữ")
                unit.own[node.node_id] = node
            unit.issue()
        self.top.own["n0"] = replace(self.top.own["n0"], quota=QUOTA)
        self.top.issue()
        self.middle = Unit((self.top,), (1,))
        self.middle.issue()
        self.below = [self.middle, Unit((self.beside, self.middle), (0, 0)), Unit((self.middle, self.top), (0, 1))]
        for unit in self.below:
            items = sorted((item for item in unit.text() if item.base is not None), key=lambda item: item.node.node_id)
            for item, number in ((items[0], 1), (items[0], 4), (items[1], 1)):
                self.adapt(unit, item, number)

    def word(self) -> str:
        return f"lời {next(self.words)}"

    def act(self, number: int) -> None:
        """Do what a number says."""
        number, place = divmod(number, len(ACTS))
        number, who = divmod(number, 3)
        what = ACTS[place]
        if what in AMENDING:
            self.amend((self.top, self.middle, self.beside)[who], what, number)
            return
        unit = self.below[who]
        if what == "sync":
            self.sync(unit, number)
        elif what == "decide":
            self.decide(unit, number)
        elif what == "undo":
            self.take_back(unit)
        else:
            self.localize(unit, what, number)
        assert unit.saved <= unit.reachable(), f"lost: {unit.saved - unit.reachable()}"

    def amend(self, unit: Unit, what: str, number: int) -> None:
        own = sorted(unit.own)
        if not own or what == "issue":
            unit.issue()
            for below_it in self.below:
                if number % 3 == 0 and unit in below_it.above:
                    self.sync(below_it, below_it.above.index(unit) + len(below_it.above) * (number // 3))
                    below_it.issue()
            return
        number, place = divmod(number, FEW)
        ident = own[place % len(own)]
        node = unit.own[ident]
        if what == "text":
            unit.own[ident] = replace(node, body=("Chữ", "Chữ mới", self.word())[number % 3])
        elif what == "policy":
            policy = ("locked", "default", "free")[number % 3]
            unit.own[ident] = replace(node, policies={**node.policies, TEXTS[number % 2]: policy})
        elif what == "add":
            made = f"x{next(self.words)}"
            unit.own[made] = Node(made, ident if number % 2 else "", number % 7, title="Mục")
        elif what == "withdraw" and len(own) > 2:
            self.withdraw(unit, ident, ())
        elif what == "split":
            self.replace_nodes(unit, [ident], 2)
        elif what == "merge" and len(own) > 3:
            self.replace_nodes(unit, sorted({ident, own[number % len(own)]}), 1)
        elif what == "reorder":
            unit.own[ident] = replace(node, position=number % 11)
        elif what == "quota":
            quota = {**QUOTA, "count": 2 + number % 6}
            bounds = {"floor": quota["count"] - number % 3, "ceiling": quota["count"] + number % 2}
            quota |= {} if number % 5 == 0 else {name: count for name, count in bounds.items() if count > 1}
            unit.own[ident] = replace(node, quota=quota)
        elif what == "duty":
            unit.own[ident] = replace(node, mandatory=not node.mandatory)
        elif what == "owners":
            unit.own[ident] = replace(node, owners=("Tổ một", "Tổ hai")[: number % 3])

    def withdraw(self, unit: Unit, ident: str, heirs: tuple[str, ...]) -> None:
        gone = unit.own.pop(ident)
        unit.kept.update((gone.title, gone.body))
        parent = heirs[0] if heirs else gone.parent if gone.parent in unit.own else ""
        for key, node in unit.own.items():
            if node.parent == ident and key != parent:
                unit.own[key] = replace(node, parent=parent)
        unit.replaced[ident] = heirs

    def replace_nodes(self, unit: Unit, idents: list[str], parts: int) -> None:
        made = tuple(f"a{next(self.words)}" for _part in range(parts))
        for place, key in enumerate(made):
            unit.own[key] = replace(unit.own[idents[0]], node_id=key, parent="", position=place, body="Chữ tách")
        for ident in idents:
            self.withdraw(unit, ident, made)

    def localize(self, unit: Unit, what: str, number: int) -> None:
        items = sorted((item for item in unit.text() if item.base is not None), key=lambda item: item.node.node_id)
        if not items:
            return
        number, place = divmod(number, FEW)
        item = items[place % len(items)]
        assert item.base is not None
        ident = item.base.node_id
        if what == "adapt" and item.is_present:
            self.adapt(unit, item, number)
        elif what == "omit" and item.is_present and not self.stands_on_duty(items, ident):
            reason = self.word()
            unit.saved.add(reason)
            omission = Omission(ident, 0, reason)
            unit.layer = replace(unit.layer, omissions={**unit.layer.omissions, ident: omission})
        elif what == "restore" and unit.layer.omissions:
            ident = sorted(unit.layer.omissions)[0]
            left = {key: one for key, one in unit.layer.omissions.items() if key != ident}
            unit.kept.add(unit.layer.omissions[ident].reason)
            unit.layer = replace(unit.layer, omissions=left)
        elif what == "own" and item.is_present:
            made, text = f"own{next(self.words)}", self.word()
            unit.saved.add(text)
            unit.own[made] = Node(made, ident, 3, title=text)

    def stands_on_duty(self, items: list[EffectiveNode], ident: str) -> bool:
        """Whether a node or one below it is mandatory, so that it cannot be left out."""
        nodes = {item.base.node_id: item.base for item in items if item.base is not None}
        return any(nodes[one].mandatory for one in below(nodes.values(), [ident]))

    def adapt(self, unit: Unit, item: EffectiveNode, number: int) -> None:
        assert item.base is not None
        name = ("title", "body", "body", "owners", "quota", "policies", "position")[number % 7]
        if item.base.policy(name) == "locked" or (name == "quota" and item.base.quota is None):
            return
        value: Any = self.word()
        if name in ("title", "body"):
            value = ("Chữ mới", value)[number % 3 > 0]
            unit.saved.add(value)
        elif name == "owners":
            unit.saved.add(value)
            value = ["Tổ một", value]
        else:
            value = {"quota": quota_within(item.base, 1 + number % 9), "policies": {"body": "locked"}, "position": 5}[
                name
            ]
        present = unit.layer.overrides.get(item.base.node_id, {})
        known = present.get(name)
        if known is not None:
            unit.kept.update(texts([known.value]))
        waits = (item.base.node_id, name) in pending(unit)
        base = known.base_value if known is not None and waits else base_of(item.base, name)
        fields = {
            **unit.layer.overrides.get(item.base.node_id, {}),
            name: Override(item.base.node_id, name, value, base, 0),
        }
        if comparable(name, value) == comparable(name, base_of(item.base, name)):
            unit.kept.update(texts([value]))
            del fields[name]
        unit.layer = replace(unit.layer, overrides={**unit.layer.overrides, item.base.node_id: fields})

    def decide(self, unit: Unit, number: int) -> None:
        questions = pending(unit)
        if not questions:
            return
        ident, name = sorted(questions)[number % len(questions)]
        item = next(item for item in unit.text() if item.node.node_id == ident)
        assert item.base is not None
        choice = ("keep", "take", "combine")[number // 5 % 3]
        if choice == "combine" and name not in ("title", "body"):
            choice = "keep"
        value = self.word()
        if choice == "combine":
            unit.saved.add(value)
        if choice != "keep":
            unit.kept.update(texts([questions[ident, name].value]))
        unit.layer = decided(unit.layer, item.base, name, choice, 1, value)
        assert (ident, name) not in pending(unit), "a decision is asked for once"
        self.met[choice] += 1

    def sync(self, unit: Unit, number: int, *, for_good: bool = False) -> None:
        """Let a unit take over a later version of one of its superiors, and hold what came against the rules. Now and
        then it takes that back at once.
        """
        number, which = divmod(number, len(unit.above))
        newer = range(unit.at[which] + 1, len(unit.above[which].issued))
        if not newer:
            return
        version = newer[number % len(newer)]
        self.met["skipped"] += version > newer[0]
        Take(self.met, unit, which, version).check(number)
        if number % 3 == 2 and not for_good:
            self.take_back(unit)

    def take_back(self, unit: Unit) -> None:
        """Let a unit take its last take-over back, where nothing was done since."""
        unit.kept.update(
            text for fields in unit.layer.overrides.values() for text in texts([one.value for one in fields.values()])
        )
        self.met["undone"] += unit.take_back()

    def finish(self) -> None:
        """Let everybody come up to date."""
        for unit in self.below:
            for which in range(len(unit.above)):
                number = (len(unit.above[which].issued) - unit.at[which] - 2) * len(unit.above) + which
                self.sync(unit, number, for_good=True)

    def check(self) -> None:
        """No text a unit ever saved is out of reach."""
        for unit in self.below:
            assert unit.saved <= unit.reachable(), f"lost: {unit.saved - unit.reachable()}"


def quota_within(node: Node, wanted: int) -> dict[str, Any]:
    """Return an own count for a node, with the superior's bounds."""
    quota = dict(node.quota or QUOTA)
    least, most = quota.get("floor", 1), quota.get("ceiling", 99)
    return {**quota, "count": min(max(wanted, least), most)}


def base_of(node: Node, name: str) -> Any:
    return node.position if name == "position" else field_value(node, name)
