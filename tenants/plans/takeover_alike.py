"""Which of many units take a version over in the same way, and what it does to each. Reads only.

A unit is one of them when nothing of its own is put aside: every value it has stands as it did, only its base moves on
or a question is raised about it. What is compared is computed once for all units that come from the same version with
the same education levels; where a unit has words of its own, the same merge decides as for a unit by itself
(``merge.merge_layer``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Row, or_, select

from tenants import settings
from tenants.db import db
from tenants.plans.layer import Tally, compose, for_levels, inheritable, tally
from tenants.plans.loading import Issued, Key, load_issued, node_of_row, successors_in
from tenants.plans.merge import Merge, Outcome, merge_layer
from tenants.plans.models import Adoption, DraftNode, NodeOmission, NodeOverride, Plan, PlanVersion
from tenants.plans.nodes import CLOSING, Layer, Node, Omission, Override
from tenants.plans.statements import OMISSION, OVERRIDE, OWN_NODE
from tenants.plans.takeover_models import PlanChangeSet, PlanDecision, PlanTakeover
from tenants.plans.takeover_run import locked_changes
from tenants.plans.takeover_settle import questions_in
from tenants.plans.takeover_values import AUTOMATIC, UNANSWERED, Counts
from tenants.plans.tree import assemble
from tenants.units import queries as units


@dataclass(frozen=True)
class Taker:
    """A unit that needs no transaction of its own.

    Args:
        since: the version it comes from.
        waits: its leader is to confirm; nothing else happens now.
        moved_on: its own values whose base moves on, by the id of their row, as they were.
        questions: what is asked about its other own values, in reading order.
        changed: locked fields whose text changed, by node.
    """

    unit_id: int
    plan_id: int
    adoption_id: int
    since: int
    waits: bool
    counts: Counts
    moved_on: Mapping[int, Override]
    questions: tuple[Outcome, ...]
    changed: Mapping[str, list[str]]


@dataclass(frozen=True)
class Takers:
    """The document that is taken over, and by whom."""

    document: PlanVersion
    units: tuple[Taker, ...]


@dataclass
class _Own:
    """What one unit has of its own; ``rows``: ids of the rows of its overrides."""

    nodes: list[Node] = field(default_factory=list)
    overrides: dict[str, dict[str, Override]] = field(default_factory=dict)
    omissions: dict[str, Omission] = field(default_factory=dict)
    rows: dict[tuple[str, str], int] = field(default_factory=dict)

    @property
    def layer(self) -> Layer:
        return Layer(tuple(self.nodes), self.overrides, self.omissions)


@dataclass(frozen=True)
class _Way:
    """From one version to another, for units with the same education levels."""

    before: tuple[Node, ...]
    after: tuple[Node, ...]
    version: int
    successors: Mapping[str, Sequence[str]]

    def merge(self, layer: Layer) -> Merge:
        return merge_layer(
            compose([self.before], layer), self.after, layer, self.successors, lambda _ident: self.version
        )


def takers(key: Key, unit_ids: Collection[int]) -> Takers | None:
    """Return which of the units take a version over, or let it wait, with nothing of their own put aside.

    Holds their plans until the transaction ends. A constant number of queries, whatever the number of units. Left out,
    so that each is looked at by itself: whoever has not received the plan, has the version already, builds on a second
    superior, has something open to decide, took a version back, reads other plans than the rest, or has own words that
    the change displaces.

    Returns:
        None when there is no such document, or it was withdrawn.
    """
    adoptions = _adoptions(key, _held(key, unit_ids))
    issued = load_issued([key, *{key._replace(version=adoption.base_version) for adoption, _plan in adoptions}])
    target = issued.get(key)
    if target is None or target.document.revoked_at is not None:
        return None
    readable = _who_reads(key, issued, [adoption for adoption, _plan in adoptions])
    plans = [adoption.plan_id for adoption, _plan in adoptions if adoption.unit_id in readable]
    own, asked = _own(plans), _asked(plans) | _taken_back(key, [adoption for adoption, _plan in adoptions])
    wishes = settings.get_in_units("plans.takeover", readable)
    only_wording = _only_wording(key)
    ways = _Ways(key, issued, successors_in(target.document.chain))
    found = []
    for adoption, plan in adoptions:
        if adoption.unit_id not in readable or adoption.plan_id in asked:
            continue
        mine = own.get(adoption.plan_id)
        taker = ways.taker(adoption, plan, mine)
        if taker is None:
            continue
        untouched = plan.current_version == 0 and (mine is None or mine.layer.is_empty)
        harmless = adoption.base_version >= only_wording and not taker.questions
        at_once = wishes[adoption.unit_id] == AUTOMATIC or untouched or harmless
        found.append(taker if at_once else replace(taker, waits=True))
    return Takers(target.document, tuple(found))


def _held(key: Key, unit_ids: Collection[int]) -> list[Row[Any]]:
    """Lock the plans that build on the superior's, in one order, so that nobody writes on them meanwhile."""
    receivers = select(Adoption.plan_id).where(
        Adoption.base_unit_id == key.unit_id, Adoption.base_plan_id == key.plan_id, Adoption.unit_id.in_(unit_ids)
    )
    idents = list(db.session.scalars(receivers))
    rows = select(Plan.id, Plan.levels, Plan.current_version).where(Plan.id.in_(idents))
    return list(db.session.execute(rows.order_by(Plan.id).with_for_update()))


_ADOPTION = (
    Adoption.id, Adoption.unit_id, Adoption.plan_id, Adoption.base_unit_id, Adoption.base_plan_id,
    Adoption.base_version, Adoption.localized_at, Adoption.adapted, Adoption.added, Adoption.omitted,
)  # fmt: skip


def _adoptions(key: Key, plans: Iterable[Row[Any]]) -> list[tuple[Row[Any], Row[Any]]]:
    """Return the adoptions to be moved on with their plans; read after the plans were locked."""
    held = {plan.id: plan for plan in plans}
    rows: list[Any] = list(db.session.execute(select(*_ADOPTION).where(Adoption.plan_id.in_(held))))
    seen: dict[int, int] = {}
    for row in rows:
        seen[row.plan_id] = seen.get(row.plan_id, 0) + 1
    known = set(
        db.session.scalars(
            select(PlanTakeover.unit_id).where(
                PlanTakeover.base_unit_id == key.unit_id,
                PlanTakeover.base_plan_id == key.plan_id,
                PlanTakeover.version == key.version,
            )
        )
    )
    return [
        (row, held[row.plan_id])
        for row in rows
        if seen[row.plan_id] == 1 and row.base_version < key.version and row.unit_id not in known
    ]


def _who_reads(key: Key, issued: Mapping[Key, Issued], adoptions: Sequence[Row[Any]]) -> frozenset[int]:
    """Return the units that stand below everybody whose plans make the text, and below nobody else who has a say in
    their settings: for them both are as the office that issued it reads them.
    """
    whole = {one: {link[0] for link in text.document.chain} for one, text in issued.items() if text.complete}
    above = units.superior_ids_of([adoption.unit_id for adoption in adoptions])
    strangers = frozenset[int]().union(*above.values()) - {key.unit_id} - units.superior_ids(key.unit_id)
    strangers -= units.among_below(key.unit_id, strangers)
    found = set()
    for adoption in adoptions:
        base, mine = key._replace(version=adoption.base_version), above[adoption.unit_id]
        if key in whole and base in whole and mine >= whole[key] | whole[base] and not mine & strangers:
            found.add(adoption.unit_id)
    return frozenset(found)


def _own(plans: Collection[int]) -> dict[int, _Own]:
    """Return what is their own in plans that have anything; the formula at the end counts for nothing."""
    found: dict[int, _Own] = {}
    text = or_(DraftNode.kind != CLOSING, DraftNode.parent_node_id != "")
    rows = select(DraftNode.unit_id, *OWN_NODE).where(DraftNode.plan_id.in_(plans), text)
    for unit_id, plan_id, *values in db.session.execute(rows):
        found.setdefault(plan_id, _Own()).nodes.append(node_of_row(values, unit_id))
    changes = select(NodeOverride.id, *OVERRIDE).where(NodeOverride.plan_id.in_(plans))
    for ident, plan_id, *values in db.session.execute(changes):
        override, mine = Override(*values), found.setdefault(plan_id, _Own())
        mine.overrides.setdefault(override.node_id, {})[override.field] = override
        mine.rows[override.node_id, override.field] = ident
    for plan_id, *values in db.session.execute(select(*OMISSION).where(NodeOmission.plan_id.in_(plans))):
        omission = Omission(*values)
        found.setdefault(plan_id, _Own()).omissions[omission.node_id] = omission
    return found


def _asked(plans: Collection[int]) -> frozenset[int]:
    rows = select(PlanDecision.plan_id).where(PlanDecision.plan_id.in_(plans), PlanDecision.state.in_(UNANSWERED))
    return frozenset(db.session.scalars(rows.distinct()))


def _taken_back(key: Key, adoptions: Iterable[Row[Any]]) -> frozenset[int]:
    """Return the plans in which a version between the unit's and this one was taken back."""
    at = {adoption.plan_id: adoption.base_version for adoption in adoptions}
    rows = select(PlanChangeSet.plan_id, PlanChangeSet.version).where(
        PlanChangeSet.plan_id.in_(at),
        PlanChangeSet.kind == "takeover",
        PlanChangeSet.undone_at.is_not(None),
        PlanChangeSet.version < key.version,
    )
    return frozenset(plan_id for plan_id, version in db.session.execute(rows) if version > at[plan_id])


def _only_wording(key: Key) -> int:
    """Return the earliest version from which on everything up to ``key`` was a correction of wording."""
    rows = select(PlanVersion.version, PlanVersion.change_class).where(
        PlanVersion.unit_id == key.unit_id, PlanVersion.plan_id == key.plan_id, PlanVersion.version <= key.version
    )
    return max((version for version, kind in db.session.execute(rows) if kind != "wording"), default=0)


class _Ways:
    """What the change does, computed once for each version and each set of education levels it meets."""

    def __init__(self, key: Key, issued: Mapping[Key, Issued], successors: Mapping[str, Sequence[str]]) -> None:
        self._key, self._issued, self._successors = key, issued, successors
        self._known: dict[tuple[int, tuple[str, ...]], tuple[_Way, Counts, Mapping[str, list[str]]]] = {}

    def taker(self, adoption: Row[Any], plan: Row[Any], own: _Own | None) -> Taker | None:
        """Return what becomes of one unit; None when it must be looked at by itself."""
        way, counts, changed = self._way(adoption.base_version, tuple(plan.levels))
        moved_on: dict[int, Override] = {}
        questions: tuple[Outcome, ...] = ()
        stands = Tally()
        if own is not None:
            merge = _undisturbed(way, own.layer)
            if merge is None or (adoption.localized_at is None and not own.layer.is_empty):
                return None
            counts = merge.counts
            moved_on = {own.rows[place]: one for place, one in _moved_on(own.layer, merge.layer).items()}
            items = compose([way.after], merge.layer)
            (stands,) = tally(items, 1)
            if counts.decisions:
                questions = tuple(outcome for outcome, _index in questions_in(assemble(items)))
        if (adoption.adapted, adoption.added, adoption.omitted) != (stands.adapted, stands.added, stands.omitted):
            return None
        return Taker(
            adoption.unit_id, adoption.plan_id, adoption.id, adoption.base_version, False, counts, moved_on, questions,
            changed,
        )  # fmt: skip

    def _way(self, since: int, levels: tuple[str, ...]) -> tuple[_Way, Counts, Mapping[str, list[str]]]:
        known = self._known.get((since, levels))
        if known is None:
            before, after = self._nodes(since, levels), self._nodes(self._key.version, levels)
            way = _Way(before, after, self._key.version, self._successors)
            known = way, way.merge(Layer()).counts, locked_changes(before, after)
            self._known[since, levels] = known
        return known

    def _nodes(self, version: int, levels: Iterable[str]) -> tuple[Node, ...]:
        items = self._issued[self._key._replace(version=version)].items
        return for_levels(inheritable([item.node for item in items if item.is_present]), levels)


def _undisturbed(way: _Way, layer: Layer) -> Merge | None:
    """Return the merge when all of the layer stays as it is but for the versions it stands on."""
    merge = way.merge(layer)
    if merge.moved or any(outcome.kind not in ("keep", "decide") for outcome in merge.outcomes):
        return None
    if merge.layer.own != layer.own or merge.layer.omissions != layer.omissions:
        return None
    after = {place: replace(one, base_version=0) for place, one in _flat(merge.layer).items()}
    return merge if after == {place: replace(one, base_version=0) for place, one in _flat(layer).items()} else None


def _moved_on(before: Layer, after: Layer) -> dict[tuple[str, str], Override]:
    now = _flat(after)
    return {place: one for place, one in _flat(before).items() if now[place] != one}


def _flat(layer: Layer) -> dict[tuple[str, str], Override]:
    return {(ident, name): one for ident, fields in layer.overrides.items() for name, one in fields.items()}
