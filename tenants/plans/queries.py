"""Reading plans: lists, the effective plan, the issued plan, and what others ask of plans in force."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import ColumnElement, and_, func, or_, select

from tenants import clock, scope
from tenants.db import db
from tenants.errors import NotFound
from tenants.plans.layer import EffectiveNode
from tenants.plans.loading import Base, Issued, Key, Working, load_issued, load_one, load_working
from tenants.plans.models import Adoption, DraftNode, Plan, PlanCitation, PlanSource, PlanVersion
from tenants.plans.nodes import CLOSING
from tenants.plans.tree import TreeNode, get, present
from tenants.units import queries as units

PAGE_SIZE = 20
SERVED_KINDS = frozenset({"topic", "quota"})
"""Kinds of nodes an article may serve."""


@dataclass(frozen=True)
class EffectivePlan:
    """A plan in hand as its unit reads it now."""

    working: Working

    @property
    def plan(self) -> Plan:
        return self.working.plan

    @property
    def bases(self) -> tuple[Base, ...]:
        """The superiors' plans under it; none for an independent plan (kế hoạch độc lập)."""
        return self.working.bases

    @property
    def tree(self) -> tuple[TreeNode, ...]:
        """The nodes in reading order, omitted ones included (``item.state`` tells)."""
        return self.working.tree

    @property
    def items(self) -> dict[str, EffectiveNode]:
        """The nodes by id, omitted ones included."""
        return self.working.by_id

    @cached_property
    def present(self) -> tuple[TreeNode, ...]:
        """The tree as it would be issued."""
        return present(self.tree)

    @cached_property
    def citations(self) -> tuple[PlanCitation, ...]:
        """The bases it cites, in order; asked for when first looked at."""
        return tuple(citations(self.plan.id))

    @cached_property
    def origins(self) -> dict[int, str]:
        """Unit id -> name, for every unit a node comes from; asked for when first looked at."""
        return _origins(self.working.items)

    def node(self, node_id: str) -> TreeNode:
        """Return one node.

        Raises:
            NotFound: the plan has no such node.
        """
        return get(self.tree, node_id)

    @property
    def adapted(self) -> int:
        return sum(item.state == "adapted" for item in self.items.values())

    @property
    def own(self) -> int:
        return sum(item.state == "own" and item.node.kind != CLOSING for item in self.items.values())

    @property
    def omitted(self) -> int:
        return sum(item.omission is not None and item.state == "omitted" for item in self.items.values())


@dataclass(frozen=True)
class IssuedPlan:
    """An issued document with its text.

    Args:
        tree: what is in force, in reading order, numbered.
        items: every node with how it came about, omitted ones included.
        complete: False when a superior's plan it builds on may not be read from here; its nodes are missing then.
        origins: unit id -> name, for every unit a node comes from.
    """

    document: PlanVersion
    tree: tuple[TreeNode, ...]
    items: tuple[EffectiveNode, ...]
    complete: bool
    origins: dict[int, str]


@dataclass(frozen=True)
class TopicChoice:
    """A node an article may serve. ``path`` are the titles above it; ``plan_version`` is 0 for a plan not issued."""

    node_id: str
    label: str
    title: str
    path: str
    plan_id: int
    plan_version: int
    plan_subject: str = ""


@dataclass(frozen=True)
class QuotaInForce:
    """A target of the present unit: ``quota`` is {"count", "period", "genre", "subject"}; days bound the plan."""

    node_id: str
    title: str
    quota: dict[str, Any]
    plan_id: int
    starts_on: dt.date | None
    ends_on: dt.date | None


@dataclass(frozen=True)
class PlanLine:
    """A plan in a list, with the superior's plan under it if there is one."""

    plan: Plan
    adoption: Adoption | None
    base_unit_name: str
    nodes: int


def working_plan(plan_id: int) -> EffectivePlan:
    """Return the effective plan of the present unit: its bases, its layer, everything. A constant number of queries.

    Raises:
        NotFound: the unit has no such plan.
    """
    return EffectivePlan(load_one(plan_id))


def _origins(items: Iterable[EffectiveNode]) -> dict[int, str]:
    found = units.by_ids({item.origin_unit_id for item in items})
    return {unit_id: unit.short_name or unit.name for unit_id, unit in found.items()}


def issued_plan(unit_id: int, plan_id: int, version: int | None = None) -> IssuedPlan:
    """Return an issued plan of the present unit, of one above it, or (for an officer) of one below.

    Args:
        version: None means the newest.

    Raises:
        NotFound: there is no such issued plan within reach.
    """
    wanted = [PlanVersion.unit_id == unit_id, PlanVersion.plan_id == plan_id]
    if version is None:
        version = db.session.scalar(select(func.max(PlanVersion.version)).where(*wanted))
    key = Key(unit_id, plan_id, version or 0)
    issued = load_issued([key]).get(key)
    if issued is None:
        raise NotFound(f"issued plan {tuple(key)}")
    return _as_issued_plan(issued)


def _as_issued_plan(issued: Issued) -> IssuedPlan:
    return IssuedPlan(issued.document, issued.tree, issued.items, issued.complete, _origins(issued.items))


def versions(plan_id: int) -> Sequence[PlanVersion]:
    """Return the issued documents of a plan of the present unit, newest first."""
    rows = (
        select(PlanVersion)
        .where(PlanVersion.unit_id == scope.current().unit_id, PlanVersion.plan_id == plan_id)
        .order_by(PlanVersion.version.desc())
    )
    return db.session.scalars(rows).all()


def public_plans() -> list[PlanVersion]:
    """Return the newest issued document of each plan of the present unit, newest first, revoked ones left out."""
    return [row for row in _newest() if row.revoked_at is None]


def _newest(*conditions: ColumnElement[bool]) -> Sequence[PlanVersion]:
    unit_id = scope.current().unit_id
    newest = (
        select(PlanVersion.plan_id, func.max(PlanVersion.version).label("version"))
        .where(PlanVersion.unit_id == unit_id)
        .group_by(PlanVersion.plan_id)
        .subquery()
    )
    rows = (
        select(PlanVersion)
        .join(newest, and_(newest.c.plan_id == PlanVersion.plan_id, newest.c.version == PlanVersion.version))
        .where(PlanVersion.unit_id == unit_id, *conditions)
        .order_by(PlanVersion.document_date.desc(), PlanVersion.id.desc())
    )
    return db.session.scalars(rows).all()


def issued_in_force() -> list[Issued]:
    """Return the plans of the present unit that are in force today, with their text. Four queries at most."""
    today = clock.today()
    rows = _newest(
        PlanVersion.revoked_at.is_(None),
        or_(PlanVersion.starts_on.is_(None), PlanVersion.starts_on <= today),
        or_(PlanVersion.ends_on.is_(None), PlanVersion.ends_on >= today),
    )
    keys = [Key(row.unit_id, row.plan_id, row.version) for row in rows]
    texts = load_issued(keys)
    return [texts[key] for key in keys if key in texts]


def working_plans() -> list[Working]:
    """Return the plans in hand of the present unit that were never issued, newest first, with their text."""
    rows = select(Plan.id).where(Plan.state == "draft", Plan.current_version == 0).order_by(Plan.id.desc())
    ids = db.session.scalars(rows).all()
    texts = load_working(ids)
    return [texts[plan_id] for plan_id in ids]


def _in_force() -> list[tuple[int, int, str, dt.date | None, dt.date | None, tuple[TreeNode, ...]]]:
    """Plans that count today: those issued and in force, else those in hand."""
    issued = issued_in_force()
    if issued:
        return [
            (one.document.plan_id, one.document.version, one.document.subject, one.document.starts_on,
             one.document.ends_on, one.tree)
            for one in issued
        ]  # fmt: skip
    return [
        (one.plan.id, one.plan.current_version, one.plan.subject, one.plan.starts_on, one.plan.ends_on,
         present(one.tree))
        for one in working_plans()
    ]  # fmt: skip


def topics_in_force() -> list[TopicChoice]:
    """Return what an article of the present unit may serve, in reading order.

    Topics and quotas of its issued plans in force, else of its plans in hand; where a plan has none of either kind,
    every node that is no section and no closing sentence.
    """
    choices: list[TopicChoice] = []
    for plan_id, version, subject, _starts, _ends, tree in _in_force():
        found = list(_with_path(tree, ""))
        served = [entry for entry in found if entry[0].node.kind in SERVED_KINDS and entry[0].depth]
        served = served or [entry for entry in found if entry[0].node.kind not in ("section", "closing", "basis")]
        choices += [
            TopicChoice(node.node_id, node.label, node.node.text, path, plan_id, version, subject)
            for node, path in served
        ]
    return choices


def _with_path(tree: Sequence[TreeNode], path: str) -> Iterable[tuple[TreeNode, str]]:
    for node in tree:
        yield node, path
        yield from _with_path(node.children, f"{path} › {node.node.text}" if path else node.node.text)


def line_of(node_id: str) -> frozenset[str]:
    """Return a node and all above it in the present unit's plans that count today; the node alone when none has it."""
    found = {node_id}

    def climb(tree: Sequence[TreeNode], above: tuple[str, ...]) -> None:
        for node in tree:
            if node.node_id == node_id:
                found.update(above)
            climb(node.children, (*above, node.node_id))

    for *_facts, tree in _in_force():
        climb(tree, ())
    return frozenset(found)


def branch_of(node_id: str) -> frozenset[str]:
    """Return a node and all below it in the present unit's plans that count today; the node alone when none has it."""
    below = {
        inner.node_id
        for *_facts, tree in _in_force()
        for top in tree
        for node in top.walk()
        if node.node_id == node_id
        for inner in node.walk()
    }
    return frozenset({node_id, *below})


def quotas_in_force() -> list[QuotaInForce]:
    """Return the targets the present unit has to meet, from the same plans as ``topics_in_force``."""
    return [
        QuotaInForce(node.node_id, node.node.text, dict(node.node.quota), plan_id, starts, ends)
        for plan_id, _version, _subject, starts, ends, tree in _in_force()
        for top in tree
        for node in top.walk()
        if node.node.quota is not None
    ]


def plan_page(kind: str, page: int) -> Pagination:
    """Return one page of the unit's plans, newest first.

    Args:
        kind: "received" (a superior's plan under it, not issued yet), "drafts" (own, not issued), "issued".
    """
    received = select(Adoption.plan_id).where(Adoption.unit_id == scope.current().unit_id)
    conditions = {
        "received": (Plan.current_version == 0, Plan.id.in_(received)),
        "drafts": (Plan.current_version == 0, Plan.id.not_in(received)),
        "issued": (Plan.current_version > 0,),
    }[kind]
    rows = select(Plan).where(*conditions).order_by(Plan.updated_at.desc(), Plan.id.desc())
    return db.paginate(rows, page=page, per_page=PAGE_SIZE, error_out=False)


def plan_counts() -> dict[str, int]:
    """Return how many plans stand in each list of ``plan_page``."""
    adopted = select(Adoption.id).where(Adoption.unit_id == scope.current().unit_id, Adoption.plan_id == Plan.id)
    listed = select((Plan.current_version > 0).label("issued"), adopted.exists().label("received")).subquery()
    rows = select(listed.c.issued, listed.c.received, func.count()).group_by(listed.c.issued, listed.c.received)
    counts = {"received": 0, "drafts": 0, "issued": 0}
    for issued, received, count in db.session.execute(rows):
        counts["issued" if issued else "received" if received else "drafts"] += count
    return counts


def lines(plans: Sequence[Plan]) -> list[PlanLine]:
    """Return plans with what a list says of them. Three queries, whatever their number."""
    ids = [plan.id for plan in plans]
    adoptions = {
        row.plan_id: row
        for row in db.session.scalars(
            select(Adoption).where(Adoption.plan_id.in_(ids), Adoption.unit_id == scope.current().unit_id)
        )
    }
    above = units.by_ids(adoption.base_unit_id for adoption in adoptions.values())
    rows = select(DraftNode.plan_id, func.count(DraftNode.id)).where(DraftNode.plan_id.in_(ids))
    counts = {row[0]: row[1] for row in db.session.execute(rows.group_by(DraftNode.plan_id))}
    return [
        PlanLine(
            plan,
            adoption := adoptions.get(plan.id),
            above[adoption.base_unit_id].name if adoption is not None and adoption.base_unit_id in above else "",
            counts.get(plan.id, 0),
        )
        for plan in plans
    ]


def citations(plan_id: int) -> Sequence[PlanCitation]:
    """Return the bases a plan in hand cites, in order."""
    rows = select(PlanCitation).where(PlanCitation.plan_id == plan_id)
    return db.session.scalars(rows.order_by(PlanCitation.position, PlanCitation.id)).all()


def source_lines(plan: Plan, node_id: str) -> list[tuple[int, str]]:
    """Return the lines of the imported text an own node came from, with their numbers; none for a node typed here."""
    place = db.session.scalar(
        select(DraftNode.source_lines).where(DraftNode.plan_id == plan.id, DraftNode.node_id == node_id)
    )
    text = db.session.scalar(select(PlanSource.source_text).where(PlanSource.id == plan.source_id))
    if not place or not text or not place[0][0]:
        return []
    lines = text.split("\n")
    return [(number, lines[number - 1]) for number in range(place[0][0], min(place[0][1], len(lines)) + 1)]


def adoptions_of(plan_id: int) -> Sequence[Adoption]:
    """Return on which superiors' plans a plan of the present unit builds."""
    rows = select(Adoption).where(Adoption.unit_id == scope.current().unit_id, Adoption.plan_id == plan_id)
    return db.session.scalars(rows.order_by(Adoption.id)).all()


def joinable(plan_id: int) -> Sequence[Plan]:
    """Return plans received from another superior that nobody has worked on: they may join this one."""
    unit_id = scope.current().unit_id
    rows = (
        select(Plan)
        .join(Adoption, Adoption.plan_id == Plan.id)
        .where(
            Adoption.unit_id == unit_id,
            Adoption.localized_at.is_(None),
            Plan.id != plan_id,
            Plan.current_version == 0,
        )
        .order_by(Plan.id)
    )
    return db.session.scalars(rows).all()


def sources_in_work(most: int = 10) -> Sequence[PlanSource]:
    """Return uploaded files that have become no draft yet, newest first."""
    rows = select(PlanSource).where(PlanSource.state != "used").order_by(PlanSource.id.desc()).limit(most)
    return db.session.scalars(rows).all()


def adoption_state(adoption: Adoption) -> str:
    """Return how far a unit has come: received, opened, localized or issued."""
    if adoption.issued_at is not None:
        return "issued"
    if adoption.localized_at is not None:
        return "localized"
    return "opened" if adoption.opened_at is not None else "received"
