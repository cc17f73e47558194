"""What an amendment would do to the units below, before it is issued. The office reads facts and counts, never text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select

from tenants import scope
from tenants.content.models import ArticleRevision
from tenants.db import db
from tenants.errors import NotFound
from tenants.plans import service as plans
from tenants.plans.models import Adoption
from tenants.plans.takeover_models import LayerFact
from tenants.plans.takeover_values import NodeChange
from tenants.text import fold
from tenants.units.models import Unit

GOVERNED = ("policies", "mandatory")
EFFECT_KINDS = ("all", "by_themselves", "adapted", "replaced", "hidden", "orphaned", "articles")


@dataclass(frozen=True)
class NodeEffects:
    """What the change of one node meets.

    Args:
        adapted: units that have put a changed field into their own words and will be asked.
        replaced: units whose own words a lock will put aside.
        hidden: units that leave the node out.
        orphaned: units with own words or nodes on a node that is withdrawn without a successor.
        articles: approved articles that serve the node.
    """

    change: NodeChange
    adapted: int
    replaced: int
    hidden: int
    orphaned: int
    articles: int


@dataclass(frozen=True)
class Effects:
    """What an amendment meets in all.

    Args:
        nodes: each change with what it meets, in reading order.
        units: units that build on the plan.
        by_themselves: units that take everything over without a question.
        adapted, hidden, orphaned, replaced: units, each counted once, as in ``NodeEffects``.
        articles: approved articles that serve a changed node.
    """

    nodes: tuple[NodeEffects, ...]
    units: int
    by_themselves: int
    adapted: int
    replaced: int
    hidden: int
    orphaned: int
    articles: int


def preview_effects(plan_id: int) -> Effects:
    """Return what issuing the draft of a plan would do to the units that build on it. A constant number of queries.

    Only units that received this plan itself are counted: each level amends its own plan.

    Raises:
        NotFound: no such plan here.
    """
    units, met = _meet(plan_id)
    articles = _articles([change.node_id for change, _one in met])
    asked = _asked(one for _change, one in met)
    return Effects(
        nodes=tuple(
            NodeEffects(
                change,
                len(one.adapted),
                len(one.replaced),
                len(one.hidden),
                len(one.orphaned),
                articles.get(change.node_id, 0),
            )
            for change, one in met
        ),
        units=len(units),
        by_themselves=len(units - asked),
        adapted=len(_all(one.adapted for _change, one in met)),
        replaced=len(_all(one.replaced for _change, one in met)),
        hidden=len(_all(one.hidden for _change, one in met)),
        orphaned=len(_all(one.orphaned for _change, one in met)),
        articles=sum(articles.values()),
    )


def units_met(plan_id: int, kind: str, node_id: str | None = None) -> list[Unit]:
    """Return the units behind one number of ``preview_effects``, by name.

    Args:
        kind: "all", "by_themselves", "adapted", "replaced", "hidden", "orphaned" or "articles".
        node_id: of one change only.

    Raises:
        NotFound: no such plan here, or no such number.
    """
    if kind not in EFFECT_KINDS:
        raise NotFound(f"effect {kind}")
    units, met = _meet(plan_id)
    wanted = [(change, one) for change, one in met if node_id is None or change.node_id == node_id]
    found: frozenset[int] | set[int]
    if kind == "all":
        found = units
    elif kind == "by_themselves":
        found = units - _asked(one for _change, one in met)
    elif kind == "articles":
        found = _units_with_articles([change.node_id for change, _one in wanted])
    else:
        found = _all(getattr(one, kind) for _change, one in wanted)
    rows = db.session.scalars(select(Unit).where(Unit.id.in_(found))).unique()
    return sorted(rows, key=lambda unit: (fold(unit.name), unit.id))


def _asked(met: Iterable[_Met]) -> frozenset[int]:
    return _all(one.adapted | one.replaced | one.orphaned for one in met)


def _meet(plan_id: int) -> tuple[set[int], list[tuple[NodeChange, _Met]]]:
    """Return the units that build on a plan, and whom each change of its draft meets."""
    changes = plans.changes_since_issue(plan_id)
    office_id = scope.current().unit_id
    units = set(
        db.session.scalars(
            select(Adoption.unit_id).where(Adoption.base_unit_id == office_id, Adoption.base_plan_id == plan_id)
        )
    )
    nodes = [change.node_id for change in changes]
    facts: dict[str, list[tuple[int, str, str]]] = {}
    for node_id, unit_id, field, kind in db.session.execute(
        select(LayerFact.node_id, LayerFact.unit_id, LayerFact.field, LayerFact.kind).where(
            LayerFact.base_unit_id == office_id, LayerFact.base_plan_id == plan_id, LayerFact.node_id.in_(nodes)
        )
    ):
        if unit_id in units:
            facts.setdefault(node_id, []).append((unit_id, field, kind))
    return units, [(change, _Met.of(change, facts.get(change.node_id, ()))) for change in changes]


def _all(sets: Iterable[frozenset[int]]) -> frozenset[int]:
    return frozenset(unit for units in sets for unit in units)


@dataclass(frozen=True)
class _Met:
    """The units one change meets."""

    adapted: frozenset[int]
    replaced: frozenset[int]
    hidden: frozenset[int]
    orphaned: frozenset[int]

    @classmethod
    def of(cls, change: NodeChange, facts: Iterable[tuple[int, str, str]]) -> _Met:
        facts = list(facts)
        hidden = frozenset(unit for unit, _field, kind in facts if kind == "omitted")
        own = frozenset(unit for unit, _field, kind in facts if kind in ("adapted", "own"))
        if change.kind == "withdrawn":
            moves = bool(change.successors)
            return cls(own if moves else frozenset(), frozenset(), hidden, frozenset() if moves else own)
        locked, open_ = set[str](), set[str]()
        for one in change.fields:
            if one.field == "policies":
                was, now = one.before or {}, one.after or {}
                locked |= {name for name, policy in now.items() if policy == "locked" and was.get(name) != "locked"}
            elif one.field not in GOVERNED:
                (locked if one.policy == "locked" else open_).add(one.field)

        def units_with(names: set[str]) -> frozenset[int]:
            return frozenset(unit for unit, field, kind in facts if kind == "adapted" and field in names)

        return cls(units_with(open_ - locked) - hidden, units_with(locked) - hidden, hidden, frozenset())


def _units_with_articles(nodes: list[str]) -> set[int]:
    rows = select(ArticleRevision.unit_id).where(
        ArticleRevision.approved_at.is_not(None), ArticleRevision.node_id.in_(nodes)
    )
    return set(db.session.scalars(rows.distinct()))


def _articles(nodes: list[str]) -> dict[str, int]:
    """Count the approved articles of units below by the node they serve."""
    rows = (
        select(ArticleRevision.node_id, func.count(func.distinct(ArticleRevision.article_id)))
        .where(ArticleRevision.approved_at.is_not(None), ArticleRevision.node_id.in_(nodes))
        .group_by(ArticleRevision.node_id)
    )
    return {row[0]: row[1] for row in db.session.execute(rows) if row[0] is not None}
