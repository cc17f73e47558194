"""From rows to values: plans in hand and plans issued.

The number of queries depends neither on the number of plans, nodes and schools nor on the levels of inheritance.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import String, cast, select, tuple_

from tenants.db import db
from tenants.errors import NotFound
from tenants.plans import keeping, statements
from tenants.plans.kept_models import KeptBase
from tenants.plans.layer import EffectiveNode, Row, compose, for_levels, inheritable, layer_rows
from tenants.plans.models import Adoption, Plan, PlanNode, PlanVersion
from tenants.plans.nodes import Layer, Node, Omission, Override
from tenants.plans.statements import Key
from tenants.plans.tree import TreeNode, assemble, present
from tenants.scope import current

__all__ = [
    "Base", "Issued", "Key", "Working", "inherited_at", "load_issued", "load_one", "load_working", "node_of_row",
    "successors_in",
]  # fmt: skip


@dataclass(frozen=True)
class Base:
    """A superior's issued plan under a plan in hand.

    Args:
        key: the version the unit builds on.
        unit_name: the superior's name when it issued.
        nodes: its nodes for the levels of the plan above.
        adoption: the row that says since when and how far.
        chain: the issued plans it builds on itself, roots first, and itself last.
        ended_on: the first day on which the superior stood above the unit no more; None while it does.
        successor: the superior since then; "" for nobody.
    """

    key: Key
    unit_name: str
    subject: str
    nodes: tuple[Node, ...]
    adoption: Adoption
    chain: tuple[Key, ...]
    ended_on: dt.date | None = None
    successor: str = ""


@dataclass(frozen=True)
class Working:
    """A plan in hand with everything that makes its text."""

    plan: Plan
    bases: tuple[Base, ...]
    layer: Layer
    items: tuple[EffectiveNode, ...]

    @cached_property
    def by_id(self) -> dict[str, EffectiveNode]:
        """The nodes by id, omitted ones included."""
        return {item.node.node_id: item for item in self.items}

    @cached_property
    def tree(self) -> tuple[TreeNode, ...]:
        """The nodes in reading order, omitted ones included."""
        return assemble(self.items)


@dataclass(frozen=True)
class Issued:
    """An issued plan with its text. ``complete`` is False when a plan it builds on may no longer be read from here."""

    document: PlanVersion
    items: tuple[EffectiveNode, ...]
    complete: bool

    @cached_property
    def tree(self) -> tuple[TreeNode, ...]:
        """The nodes in force, in reading order."""
        return present(assemble(self.items))


@dataclass(frozen=True)
class _Link:
    """What is needed of an issued plan to lay it over its bases."""

    key: Key
    levels: list[str]
    bases: tuple[Key, ...]
    chain: tuple[Key, ...]
    unit_name: str
    subject: str


def node_of_row(values: Sequence[Any], origin_unit_id: int) -> Node:
    """Return a node from the columns ``NODE_FIELDS``; lists become tuples."""
    frozen: list[Any] = [*(tuple(value) if type(value) is list else value for value in values), origin_unit_id]
    return Node(*frozen)


def load_issued(keys: Iterable[Key]) -> dict[Key, Issued]:
    """Return the issued plans that exist and may be read, with their text.

    Three queries, whatever the chain; one more where a superior left and its text was kept.
    """
    wanted = set(keys)
    if not wanted:
        return {}
    count, named = statements.naming(wanted)
    rows = db.session.scalars(statements.documents(count), named)
    documents = {Key(row.unit_id, row.plan_id, row.version): row for row in rows}
    links = [
        _Link(key, row.levels, _keys(row.bases), _keys(row.chain), row.unit_name, row.subject)
        for key, row in documents.items()
    ]
    texts = _Texts(links)
    return {key: Issued(row, texts.of(key), texts.complete(key)) for key, row in documents.items()}


def _link_of(unit_id: int, plan_id: int, version: int, *rest: Any) -> _Link:
    """Return a link from the columns ``LINK``."""
    levels, bases, chain, unit_name, subject = rest
    key = Key(unit_id, plan_id, version)
    return _Link(key, levels, _keys(bases), _keys(chain), unit_name, subject)


def _kept_link(key: Key, kept: KeptBase) -> _Link:
    return _Link(key, kept.levels, (), _keys(kept.chain), kept.unit_name, kept.subject)


def _keys(entries: Iterable[Sequence[int]]) -> tuple[Key, ...]:
    return tuple(Key(*entry) for entry in entries)


class _Texts:
    """The texts of several issued plans, each composed once."""

    def __init__(self, links: Iterable[_Link], known: Mapping[Key, KeptBase] | None = None) -> None:
        known = known or {}
        self.links = {link.key: link for link in links if link.key not in known}
        missing = {key for link in self.links.values() for key in link.chain} - self.links.keys() - known.keys()
        if missing:
            count, named = statements.naming(missing)
            for row in db.session.execute(statements.links(count), named):
                link = _link_of(*row)
                self.links[link.key] = link
        self._rows = _rows_of(self.links.keys())
        self._composed: dict[Key, tuple[EffectiveNode, ...]] = {}
        for key, kept in {**known, **keeping.kept(missing - self.links.keys())}.items():
            self._keep(key, kept)

    def _keep(self, key: Key, kept: KeptBase) -> None:
        """Take a superior's text from what was kept when it left; nothing under it is needed then."""
        self.links[key] = _kept_link(key, kept)
        self._composed[key] = tuple(EffectiveNode(keeping.node_from(node), "own") for node in kept.nodes)

    def of(self, key: Key) -> tuple[EffectiveNode, ...]:
        """Return the nodes of one of the plans, omitted ones included; nothing for a plan that may not be read."""
        known = self._composed.get(key)
        if known is None:
            link = self.links.get(key)
            if link is None:
                return ()
            bases = [self.nodes(base, link.levels) for base in link.bases]
            known = self._composed[key] = layer_rows(bases, self._rows.get(key, ()))
        return known

    def nodes(self, key: Key, levels: Iterable[str]) -> tuple[Node, ...]:
        """Return what a unit below with these ``levels`` inherits from one of the plans."""
        return for_levels(inheritable([item.node for item in self.of(key) if item.is_present]), levels)

    def complete(self, key: Key) -> bool:
        """Return whether a plan and all it builds on can be read from here, or were kept."""
        link = self.links.get(key)
        return link is not None and all(self.complete(base) for base in link.bases)


def _rows_of(keys: Iterable[Key]) -> dict[Key, list[Row]]:
    """Return the rows of issued plans that are there. What is issued never changes, so a transaction reads it once."""
    session = db.session()
    transaction = session.get_transaction()
    read_in, known = session.info.get("issued_rows", (None, {}))
    if transaction is None or read_in is not transaction:
        known = {}
        session.info["issued_rows"] = transaction, known
    wanted = set(keys)
    missing = wanted - known.keys()
    if missing:
        known.update(_read_rows(missing))
    return {key: known[key] for key in wanted & known.keys()}


def _read_rows(keys: Iterable[Key]) -> dict[Key, list[Row]]:
    versions: dict[tuple[int, int], list[Key]] = {}
    for key in keys:
        versions.setdefault((key.unit_id, key.plan_id), []).append(key)
    if not versions:
        return {}
    count, named = statements.naming(keys)
    rows: dict[Key, list[Row]] = {}
    for unit_id, plan_id, first, end, omitted, *values, origin in db.session.execute(
        statements.issued_nodes(count), named
    ):
        row = Row(node_of_row(values, origin), omitted)
        for key in versions[unit_id, plan_id]:
            if first <= key.version and (end is None or end > key.version):
                rows.setdefault(key, []).append(row)
    return rows


def load_one(plan_id: int) -> Working:
    """Return one plan in hand of the present unit. Five queries at most, one more with more than two levels,
    whatever its size and chain.

    Raises:
        NotFound: the unit has no such plan.
    """
    found = load_working([plan_id])
    if not found:
        raise NotFound(f"Plan {plan_id}")
    return found[plan_id]


def load_working(plan_ids: Sequence[int]) -> dict[int, Working]:
    """Return plans in hand of the present unit by id. Five queries at most, one more with more than two levels,
    whatever their number, size and chain, and one where a superior left and its text was kept.
    """
    plans: dict[int, Plan] = {}
    found: dict[int, list[tuple[Adoption, _Link]]] = {}
    unread: dict[Key, list[Adoption]] = {}
    if not plan_ids:
        return {}
    for plan, adoption, *link in db.session.execute(statements.PLANS_WITH_BASES, {"plans": list(plan_ids)}):
        plans[plan.id] = plan
        found.setdefault(plan.id, [])
        if adoption is not None and link[0] is not None:
            found[plan.id].append((adoption, _link_of(*link)))
        elif adoption is not None:
            key = Key(adoption.base_unit_id, adoption.base_plan_id, adoption.base_version)
            unread.setdefault(key, []).append(adoption)
    known = keeping.kept(unread.keys())
    for key, kept in known.items():
        for adoption in unread[key]:
            found[adoption.plan_id].append((adoption, _kept_link(key, kept)))
            found[adoption.plan_id].sort(key=lambda pair: pair[0].id)
    bases = _bases(plans, found, known)
    layers = _layers(list(plans), with_changes=[ident for ident in plans if found[ident]])
    return {
        ident: Working(plan, bases[ident], layers[ident], compose([base.nodes for base in bases[ident]], layers[ident]))
        for ident, plan in plans.items()
    }


def _bases(
    plans: Mapping[int, Plan],
    found: Mapping[int, Sequence[tuple[Adoption, _Link]]],
    known: Mapping[Key, KeptBase],
) -> dict[int, tuple[Base, ...]]:
    texts = _Texts((link for pairs in found.values() for _adoption, link in pairs), known)
    return {
        plan_id: tuple(
            Base(
                link.key,
                link.unit_name,
                link.subject,
                texts.nodes(link.key, plans[plan_id].levels),
                adoption,
                link.chain,
                known[link.key].ended_on if link.key in known else None,
                known[link.key].successor if link.key in known else "",
            )
            for adoption, link in pairs
        )
        for plan_id, pairs in found.items()
    }


def _layers(plan_ids: Sequence[int], with_changes: Sequence[int]) -> dict[int, Layer]:
    """Return the layers of plans in hand; only those in ``with_changes`` have a base to change."""
    if not plan_ids:
        return {}
    unit_id = current().unit_id
    own: dict[int, list[Node]] = {}
    for plan_id, *values in db.session.execute(statements.OWN_NODES, {"plans": plan_ids}):
        own.setdefault(plan_id, []).append(node_of_row(values, unit_id))
    overrides: dict[int, dict[str, dict[str, Override]]] = {}
    omissions: dict[int, dict[str, Omission]] = {}
    if with_changes:
        for plan_id, *values in db.session.execute(statements.OVERRIDES, {"plans": with_changes}):
            override = Override(*values)
            overrides.setdefault(plan_id, {}).setdefault(override.node_id, {})[override.field] = override
        for plan_id, *values in db.session.execute(statements.OMISSIONS, {"plans": with_changes}):
            omission = Omission(*values)
            omissions.setdefault(plan_id, {})[omission.node_id] = omission
    return {
        plan_id: Layer(tuple(own.get(plan_id, ())), overrides.get(plan_id, {}), omissions.get(plan_id, {}))
        for plan_id in plan_ids
    }


def inherited_at(key: Key, levels: Iterable[str]) -> tuple[Node, ...] | None:
    """Return what a unit with these ``levels`` inherits from one issued plan; None when it may not be read."""
    issued = load_issued([key]).get(key)
    if issued is None or not issued.complete:
        return None
    return for_levels(inheritable([item.node for item in issued.items if item.is_present]), levels)


def successors_in(chain: Iterable[Sequence[int]]) -> dict[str, tuple[str, ...]]:
    """Return, for the nodes that were split or merged in any version up to those of ``chain``, what replaced them.

    Args:
        chain: issued plans as in ``PlanVersion.chain``. One query.
    """
    newest = {(unit_id, plan_id): version for unit_id, plan_id, version in chain}
    if not newest:
        return {}
    rows = select(PlanNode.unit_id, PlanNode.plan_id, PlanNode.node_id, PlanNode.replaces, PlanNode.from_version).where(
        tuple_(PlanNode.unit_id, PlanNode.plan_id).in_(sorted(newest)), cast(PlanNode.replaces, String) != "[]"
    )
    found: dict[str, list[str]] = {}
    for unit_id, plan_id, node_id, replaces, first in db.session.execute(
        rows.order_by(PlanNode.from_version, PlanNode.position, PlanNode.node_id)
    ):
        if first <= newest[unit_id, plan_id]:
            for old in replaces:
                if node_id not in found.setdefault(old, []):
                    found[old].append(node_id)
    return {old: tuple(new) for old, new in found.items()}
