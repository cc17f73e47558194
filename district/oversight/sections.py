"""The adoption board: what each school did with each section of a plan, read without a word of its drafts.

An office sees where a school differs, never with which words; the reason of an omission only once the school's own
issued plan leaves the item out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import select

from tenants import scope
from tenants.db import db
from tenants.plans.loading import Issued, Key, load_issued
from tenants.plans.models import Adoption, PlanNode
from tenants.plans.takeover_models import LayerFact, PlanTakeover
from tenants.plans.tree import TreeNode

CLOSING = "closing"
MOST_COLUMNS = 12


@dataclass(frozen=True)
class Column:
    """A section of the plan (or one item of a section), with all that stands in it."""

    node_id: str
    label: str
    title: str
    nodes: frozenset[str]
    opens: bool


@dataclass
class Cell:
    """What one school did in one section, in numbers; ``reasons`` are those it issued."""

    adapted: int = 0
    omitted: int = 0
    own: int = 0
    asked: int = 0
    reasons: list[str] = field(default_factory=list)

    @property
    def is_blank(self) -> bool:
        return not (self.adapted or self.omitted or self.own or self.asked)


@dataclass(frozen=True)
class Taking:
    """How a school stands with the newest version: its state, and how many questions wait for its decision."""

    state: str
    unanswered: int
    error: str | None


def columns(text: Issued | None, section: str = "") -> list[Column]:
    """Return the sections of a plan; with ``section``, what stands directly under that one."""
    tree: Iterable[TreeNode] = text.tree if text is not None else ()
    if section:
        tree = next((node.children for node in tree if node.node_id == section), ())
    return [
        Column(
            node.node_id,
            node.label,
            node.node.text,
            frozenset(inner.node_id for inner in node.walk()),
            bool(node.children) and not section,
        )
        for node in tree
        if node.kind != CLOSING
    ]


def takings(plan_id: int, unit_id: int | None = None) -> dict[int, Taking]:
    """Return how every unit stands with the last version it was offered; none for who was offered only the first.

    One query.

    Args:
        unit_id: of this unit only.
    """
    office_id = scope.current().unit_id
    rows = (
        select(
            PlanTakeover.unit_id, PlanTakeover.state, PlanTakeover.unanswered, PlanTakeover.error, PlanTakeover.version
        )
        .where(PlanTakeover.base_unit_id == office_id, PlanTakeover.base_plan_id == plan_id)
        .order_by(PlanTakeover.version)
    )
    if unit_id is not None:
        rows = rows.where(PlanTakeover.unit_id == unit_id)
    return {row.unit_id: Taking(row.state, row.unanswered, row.error) for row in db.session.execute(rows)}


def cells(plan_id: int, unit_ids: Collection[int], found: Collection[Column]) -> dict[int, dict[str, Cell]]:
    """Return, by unit and by the id of a column, what was done there. Two queries, whatever the number of units.

    An item counts once however many of its fields were changed.
    """
    place: Mapping[str, str] = {node_id: column.node_id for column in found for node_id in column.nodes}
    board: dict[int, dict[str, Cell]] = {unit_id: {} for unit_id in unit_ids}
    if not board or not place:
        return board
    issued = _issued_omissions(unit_ids)
    seen: set[tuple[int, str, str]] = set()
    rows = select(LayerFact.unit_id, LayerFact.node_id, LayerFact.kind, LayerFact.note).where(
        LayerFact.base_unit_id == scope.current().unit_id,
        LayerFact.base_plan_id == plan_id,
        LayerFact.unit_id.in_(unit_ids),
    )
    for unit_id, node_id, kind, note in db.session.execute(rows.order_by(LayerFact.unit_id, LayerFact.id)):
        column = place.get(node_id)
        if column is None or (unit_id, node_id, kind) in seen:
            continue
        seen.add((unit_id, node_id, kind))
        cell = board[unit_id].setdefault(column, Cell())
        if kind in ("adapted", "omitted", "own", "asked"):
            setattr(cell, kind, getattr(cell, kind) + 1)
        if kind == "omitted" and note and (unit_id, node_id) in issued:
            cell.reasons.append(note)
    return board


def _issued_omissions(unit_ids: Collection[int]) -> set[tuple[int, str]]:
    rows = select(PlanNode.unit_id, PlanNode.node_id).where(
        PlanNode.unit_id.in_(unit_ids), PlanNode.omitted.is_(True), PlanNode.to_version.is_(None)
    )
    return {(unit_id, node_id) for unit_id, node_id in db.session.execute(rows)}


def issued_of(plan_id: int, unit_id: int) -> Issued | None:
    """Return the newest plan a unit below issued on a plan of the present office; None while it has issued none."""
    rows = select(Adoption.unit_id, Adoption.plan_id, Adoption.issued_version).where(
        Adoption.base_unit_id == scope.current().unit_id, Adoption.base_plan_id == plan_id, Adoption.unit_id == unit_id
    )
    found = db.session.execute(rows).first()
    if found is None or found[2] is None:
        return None
    key = Key(found[0], found[1], found[2])
    return load_issued([key]).get(key)


def reasons_of(plan_id: int, unit_id: int) -> dict[str, str]:
    """Return why a unit leaves items out, as far as its issued plan does, by the id of the item."""
    issued = _issued_omissions([unit_id])
    rows = select(LayerFact.node_id, LayerFact.note).where(
        LayerFact.base_unit_id == scope.current().unit_id,
        LayerFact.base_plan_id == plan_id,
        LayerFact.unit_id == unit_id,
        LayerFact.kind == "omitted",
    )
    return {node_id: note for node_id, note in db.session.execute(rows) if (unit_id, node_id) in issued}
