"""From rows to values: plans in hand and plans issued, in a number of queries that does not depend on how many there
are.

Columns are selected rather than objects: a plan of a hundred nodes is read on every page that shows a topic.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import and_, or_, select

from tenants.db import db
from tenants.plans.layer import EffectiveNode, Row, compose, for_levels, inheritable, layer_rows
from tenants.plans.models import Adoption, DraftNode, NodeOmission, NodeOverride, Plan, PlanNode, PlanVersion
from tenants.plans.nodes import Layer, Node, Omission, Override
from tenants.plans.tree import TreeNode, assemble, present


class Key(NamedTuple):
    """An issued plan."""

    unit_id: int
    plan_id: int
    version: int


@dataclass(frozen=True)
class Base:
    """A superior's issued plan under a plan in hand.

    Args:
        key: the version the unit builds on.
        unit_name: the superior's name when it issued.
        nodes: its nodes for the levels of the plan above.
        adoption: the row that says since when and how far.
        chain: the issued plans it builds on itself, roots first, and itself last.
    """

    key: Key
    unit_name: str
    subject: str
    nodes: tuple[Node, ...]
    adoption: Adoption
    chain: tuple[Key, ...]


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
    unit_name: str
    subject: str


_FIELDS = (
    "node_id", "parent_node_id", "position", "label", "kind", "title", "body", "owners", "audience", "levels",
    "channels", "due_from", "due_to", "quota", "policies", "mandatory",
)  # fmt: skip
_DRAFT = (DraftNode.plan_id, *(getattr(DraftNode, name) for name in _FIELDS))
_ISSUED = (
    PlanNode.unit_id, PlanNode.plan_id, PlanNode.from_version, PlanNode.to_version, PlanNode.omitted,
    *(getattr(PlanNode, name) for name in _FIELDS), PlanNode.origin_unit_id,
)  # fmt: skip


def _node(values: Sequence[Any], origin_unit_id: int) -> Node:
    """Return a node from the columns ``_FIELDS``; lists become tuples."""
    frozen: list[Any] = [*(tuple(value) if type(value) is list else value for value in values), origin_unit_id]
    return Node(*frozen)


def load_issued(keys: Iterable[Key]) -> dict[Key, Issued]:
    """Return the issued plans that exist and may be read, with their text. Three queries, whatever the chain."""
    wanted = set(keys)
    if not wanted:
        return {}
    rows = db.session.scalars(select(PlanVersion).where(_any_version(wanted)))
    documents = {Key(row.unit_id, row.plan_id, row.version): row for row in rows}
    links = {key: _link_of(document) for key, document in documents.items()}
    texts = _Texts(links, {Key(*entry) for row in documents.values() for entry in row.chain})
    return {key: Issued(row, texts.of(key), texts.complete(row.chain)) for key, row in documents.items()}


def _any_version(keys: Iterable[Key]) -> Any:
    return or_(
        *(
            and_(
                PlanVersion.unit_id == key.unit_id,
                PlanVersion.plan_id == key.plan_id,
                PlanVersion.version == key.version,
            )
            for key in sorted(keys)
        )
    )


def _link_of(row: Any) -> _Link:
    bases = tuple(Key(*entry) for entry in row.bases)
    return _Link(Key(row.unit_id, row.plan_id, row.version), row.levels, bases, row.unit_name, row.subject)


class _Texts:
    """The texts of several issued plans, each composed once."""

    def __init__(self, links: dict[Key, _Link], chain: set[Key]) -> None:
        self.links = links
        missing = chain - links.keys()
        if missing:
            columns = (
                PlanVersion.unit_id, PlanVersion.plan_id, PlanVersion.version, PlanVersion.levels, PlanVersion.bases,
                PlanVersion.unit_name, PlanVersion.subject,
            )  # fmt: skip
            for row in db.session.execute(select(*columns).where(_any_version(missing))):
                link = _link_of(row)
                self.links[link.key] = link
        self._rows = _rows_of(self.links.keys())
        self._composed: dict[Key, tuple[EffectiveNode, ...]] = {}

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

    def complete(self, chain: list[list[int]]) -> bool:
        return all(Key(*entry) in self.links for entry in chain)


def _rows_of(keys: Iterable[Key]) -> dict[Key, list[Row]]:
    keys = sorted(keys)
    if not keys:
        return {}
    wanted = or_(
        *(
            and_(
                PlanNode.unit_id == key.unit_id,
                PlanNode.plan_id == key.plan_id,
                PlanNode.from_version <= key.version,
                or_(PlanNode.to_version.is_(None), PlanNode.to_version > key.version),
            )
            for key in keys
        )
    )
    versions: dict[tuple[int, int], list[Key]] = {}
    for key in keys:
        versions.setdefault((key.unit_id, key.plan_id), []).append(key)
    rows: dict[Key, list[Row]] = {}
    for unit_id, plan_id, first, end, omitted, *values, origin in db.session.execute(select(*_ISSUED).where(wanted)):
        row = Row(_node(values, origin), omitted)
        for key in versions[unit_id, plan_id]:
            if first <= key.version and (end is None or end > key.version):
                rows.setdefault(key, []).append(row)
    return rows


def load_working(plans: Sequence[Plan]) -> dict[int, Working]:
    """Return the plans in hand of the present unit by id. Six queries at most, whatever their number, size and
    chain.
    """
    if not plans:
        return {}
    ids = [plan.id for plan in plans]
    adoptions: dict[int, list[Adoption]] = {}
    unit_id = plans[0].unit_id
    for adoption in db.session.scalars(
        select(Adoption).where(Adoption.plan_id.in_(ids), Adoption.unit_id == unit_id).order_by(Adoption.id)
    ):
        adoptions.setdefault(adoption.plan_id, []).append(adoption)
    bases = _bases(plans, adoptions)
    layers = load_layers(unit_id, ids, with_changes=[ident for ident in ids if adoptions.get(ident)])
    return {
        plan.id: Working(
            plan,
            bases.get(plan.id, ()),
            layers[plan.id],
            compose([base.nodes for base in bases.get(plan.id, ())], layers[plan.id]),
        )
        for plan in plans
    }


def _bases(plans: Sequence[Plan], adoptions: dict[int, list[Adoption]]) -> dict[int, tuple[Base, ...]]:
    keys = {_base_key(adoption) for group in adoptions.values() for adoption in group}
    if not keys:
        return {}
    columns = (
        PlanVersion.unit_id, PlanVersion.plan_id, PlanVersion.version, PlanVersion.levels, PlanVersion.bases,
        PlanVersion.unit_name, PlanVersion.subject, PlanVersion.chain,
    )  # fmt: skip
    links: dict[Key, _Link] = {}
    chains: dict[Key, tuple[Key, ...]] = {}
    for row in db.session.execute(select(*columns).where(_any_version(keys))):
        link = _link_of(row)
        links[link.key] = link
        chains[link.key] = tuple(Key(*entry) for entry in row.chain)
    texts = _Texts(links, {key for chain in chains.values() for key in chain})
    found: dict[int, tuple[Base, ...]] = {}
    for plan in plans:
        present = [(_base_key(adoption), adoption) for adoption in adoptions.get(plan.id, ())]
        found[plan.id] = tuple(
            Base(
                key,
                links[key].unit_name,
                links[key].subject,
                texts.nodes(key, plan.levels),
                adoption,
                chains[key],
            )
            for key, adoption in present
            if key in chains
        )
    return found


def _base_key(adoption: Adoption) -> Key:
    return Key(adoption.base_unit_id, adoption.base_plan_id, adoption.base_version)


def load_layers(unit_id: int, plan_ids: Sequence[int], with_changes: Sequence[int]) -> dict[int, Layer]:
    """Return the layers of plans in hand; only those in ``with_changes`` have a base to change."""
    own: dict[int, list[Node]] = {}
    for plan_id, *values in db.session.execute(select(*_DRAFT).where(DraftNode.plan_id.in_(plan_ids))):
        own.setdefault(plan_id, []).append(_node(values, unit_id))
    overrides: dict[int, dict[str, dict[str, Override]]] = {}
    omissions: dict[int, dict[str, Omission]] = {}
    if with_changes:
        changed = select(
            NodeOverride.plan_id, NodeOverride.node_id, NodeOverride.field, NodeOverride.value,
            NodeOverride.base_value, NodeOverride.base_version, NodeOverride.reason, NodeOverride.by_id,
            NodeOverride.at,
        ).where(NodeOverride.plan_id.in_(with_changes))  # fmt: skip
        for plan_id, *values in db.session.execute(changed):
            override = Override(*values)
            overrides.setdefault(plan_id, {}).setdefault(override.node_id, {})[override.field] = override
        left_out = select(
            NodeOmission.plan_id, NodeOmission.node_id, NodeOmission.base_version, NodeOmission.reason,
            NodeOmission.by_id, NodeOmission.at,
        ).where(NodeOmission.plan_id.in_(with_changes))  # fmt: skip
        for plan_id, *values in db.session.execute(left_out):
            omission = Omission(*values)
            omissions.setdefault(plan_id, {})[omission.node_id] = omission
    return {
        plan_id: Layer(tuple(own.get(plan_id, ())), overrides.get(plan_id, {}), omissions.get(plan_id, {}))
        for plan_id in plan_ids
    }
