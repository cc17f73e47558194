"""Keeping questions and counts in step with a layer, whoever changed it.

A question is open exactly while a unit's own value stands on a text of the superior's that has changed since: so the
same question is asked once, falls away when the superior goes back, and comes again with a node that is taken back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import select

from tenants import clock
from tenants.db import db
from tenants.notices import service as notices
from tenants.plans import takeover_news
from tenants.plans.held import LEFT_OUT
from tenants.plans.loading import Base, Working
from tenants.plans.merge import Merge, Outcome, comparable, merge_layer
from tenants.plans.models import Plan, PlanVersion
from tenants.plans.nodes import FIELDS, Layer, Override, field_value
from tenants.plans.takeover_models import PlanDecision, PlanTakeover
from tenants.plans.takeover_steps import archive, write_layer
from tenants.plans.takeover_values import UNANSWERED
from tenants.plans.tree import TreeNode, walk

NOTICES = frozenset({"locked", "bounds", "mandatory", LEFT_OUT})
"""Kinds of decisions that only want to be acknowledged."""


def version_in(working: Working) -> Mapping[str, int]:
    """Return, for every inherited node, the superior's version it is read in."""
    return {
        item.node.node_id: working.bases[item.base_index].key.version
        for item in working.items
        if item.base_index is not None
    }


def settle_layer(plan: Plan, working: Working) -> bool:
    """Hold the table of the merge over the layer as it stands: a node that was taken back may have changed meanwhile.

    Returns:
        whether anything was written: ``working`` is then out of date.
    """
    versions = version_in(working)
    nodes = [item.base for item in working.items if item.base is not None]
    if not nodes:
        return False
    layer = _without_strangers(working)
    merge = merge_layer(working.items, nodes, layer, {}, lambda ident: versions[ident])
    if merge.layer == layer:
        return False
    for outcome in merge.outcomes:
        keep_aside(plan, outcome, versions.get(outcome.node_id, 0), working, None)
    write_layer(plan, layer, merge.layer)
    return True


def _without_strangers(working: Working) -> Layer:
    """Return the layer without values on nodes of a superior that may not be read for now: they are left alone."""
    known = {item.node.node_id for item in working.items if item.base is not None}
    overrides = {ident: fields for ident, fields in working.layer.overrides.items() if ident in known}
    omissions = {ident: one for ident, one in working.layer.omissions.items() if ident in known}
    return Layer((), overrides, omissions)


_WHY = {"same": "same", "locked": "locked", "bounds": "bounds", "mandatory": "mandatory", "omission-gone": "withdrawn"}


def keep_aside(
    plan: Plan, outcome: Outcome, version: int, working: Working, actor_id: int | None, new: Base | None = None
) -> None:
    """Archive an own value that an outcome displaced, and raise the notice or the place on the shelf it calls for.

    Args:
        new: the superior's plan from which nodes come that were not there before.
    """
    if outcome.kind == "orphan":
        for name, value in outcome.local["own"].items():
            archive(plan, outcome.node_id, name, outcome.title, value, "withdrawn", version, actor_id)
    elif outcome.kind in _WHY:
        why = _WHY[outcome.kind]
        archive(plan, outcome.node_id, outcome.field, outcome.title, outcome.local, why, version, actor_id)
    if outcome.kind in NOTICES or outcome.kind == "orphan":
        raise_decision(plan, base_of(working, outcome.node_id, new), version, outcome)


def base_of(working: Working, node_id: str, new: Base | None = None) -> Base:
    """Return the superior's plan a node comes from; for one that is not there ``new``, else the first."""
    item = working.by_id.get(node_id)
    if item is None or item.base_index is None:
        return new or working.bases[0]
    return working.bases[item.base_index]


def raise_decision(plan: Plan, base: Base, version: int, outcome: Outcome) -> PlanDecision:
    """Put something before a person."""
    decision = PlanDecision(
        plan_id=plan.id,
        base_unit_id=base.key.unit_id,
        base_plan_id=base.key.plan_id,
        version=version,
        kind="text" if outcome.kind == "decide" else outcome.kind,
        node_id=outcome.node_id,
        field=outcome.field,
        title=outcome.title,
        base_value=outcome.base,
        upstream_value=outcome.upstream,
        local_value=outcome.local,
        chosen_value=None,
        raised_at=clock.now(),
    )
    db.session.add(decision)
    return decision


def settle_questions(plan: Plan, working: Working, closed_as: str) -> None:
    """Open and close the questions of a plan so that they fit its layer; a node that is no longer left out needs no
    notice of it.

    Args:
        working: the plan as it stands now.
        closed_as: the state of a question whose own value is gone: "taken" after a person's edit, "cleared" after a
            take-over.
    """
    wanted = _questions(working)
    rows = db.session.scalars(
        select(PlanDecision)
        .where(
            PlanDecision.plan_id == plan.id,
            PlanDecision.kind.in_(("text", LEFT_OUT)),
            PlanDecision.state.in_(UNANSWERED),
        )
        .order_by(PlanDecision.id)
    )
    for row in rows:
        if row.kind == LEFT_OUT:
            if row.node_id not in working.layer.omissions:
                row.state, row.at = closed_as, clock.now()
            continue
        found = wanted.pop((row.node_id, row.field), None)
        if found is None:
            own = row.field in working.layer.overrides.get(row.node_id, {})
            row.state, row.at = "cleared" if own else closed_as, clock.now()
            answer_is_read(row)
            continue
        outcome, version = found
        if row.upstream_value != outcome.upstream:
            row.upstream_value, row.version, row.title = outcome.upstream, version, outcome.title
        row.local_value = outcome.local
    for outcome, version in wanted.values():
        raise_decision(plan, base_of(working, outcome.node_id), version, outcome)
    db.session.flush()


def answer_is_read(decision: PlanDecision) -> None:
    """Take back the notice that the superior answered: the matter is settled."""
    if decision.answer:
        notices.resolve(takeover_news.answer_key(decision.id))


def _questions(working: Working) -> dict[tuple[str, str], tuple[Outcome, int]]:
    return {
        (outcome.node_id, outcome.field): (outcome, working.bases[index].key.version)
        for outcome, index in questions_in(working.tree)
    }


def questions_in(tree: Sequence[TreeNode]) -> Iterator[tuple[Outcome, int]]:
    """Yield what is to be asked about a plan as it stands, in reading order, each with the index of its base."""
    for item in (node.item for node in walk(tree)):
        if item.base is None or item.base_index is None or not item.is_present:
            continue
        for name, override in item.overrides.items():
            upstream = field_value(item.base, name) if name in FIELDS else None
            if name in FIELDS and is_pending(override, upstream) and item.base.policy(name) != "locked":
                yield (
                    Outcome(
                        "decide", item.node.node_id, name, item.base.text, override.base_value, upstream, override.value
                    ),
                    item.base_index,
                )


def is_pending(override: Override, upstream: object) -> bool:
    """Return whether an own value stands on a text of the superior's that has changed since."""
    return bool(
        comparable(override.field, override.base_value) != comparable(override.field, upstream)
        and comparable(override.field, override.value) != comparable(override.field, upstream)
    )


def count_unanswered(plan: Plan) -> None:
    """Bring the result rows of the versions in force up to date with what is still open."""
    db.session.flush()
    open_ones: dict[tuple[int, int], list[str]] = {}
    for unit_id, plan_id, kind in db.session.execute(
        select(PlanDecision.base_unit_id, PlanDecision.base_plan_id, PlanDecision.kind).where(
            PlanDecision.plan_id == plan.id, PlanDecision.state.in_(UNANSWERED)
        )
    ):
        open_ones.setdefault((unit_id, plan_id), []).append(kind)
    rows = db.session.scalars(
        select(PlanTakeover).where(
            PlanTakeover.unit_id == plan.unit_id,
            PlanTakeover.plan_id == plan.id,
            PlanTakeover.state.in_(("taken", "needs_decision")),
        )
    )
    for row in rows:
        kinds = open_ones.get((row.base_unit_id, row.base_plan_id), [])
        if row.unanswered and not kinds:
            all_is_done(row)
        row.unanswered = len(kinds)
        row.state = "needs_decision" if any(kind not in NOTICES for kind in kinds) else "taken"


def all_is_done(row: PlanTakeover) -> None:
    """Take back the notice about an amendment in which nothing is left to decide; an urgent one must have been read."""
    document = db.session.scalar(
        select(PlanVersion).where(
            PlanVersion.unit_id == row.base_unit_id,
            PlanVersion.plan_id == row.base_plan_id,
            PlanVersion.version == row.version,
        )
    )
    if document is not None and (row.acknowledged_at is not None or not takeover_news.is_urgent(document)):
        notices.resolve(takeover_news.taken_key(row.plan_id, document))


def carry_questions(plan: Plan, merge: Merge) -> None:
    """Let questions follow a text that moved to a successor node."""
    if not merge.moved:
        return
    rows = db.session.scalars(
        select(PlanDecision).where(
            PlanDecision.plan_id == plan.id, PlanDecision.kind == "text", PlanDecision.state.in_(UNANSWERED)
        )
    )
    for row in rows:
        row.node_id = merge.moved.get((row.node_id, row.field), row.node_id)
