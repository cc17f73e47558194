"""What the superiors of a unit know of its layer: where it differs, never its words, and what it asks them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from tenants.db import db
from tenants.notices import service as notices
from tenants.plans import takeover_news
from tenants.plans.loading import Base, Working
from tenants.plans.models import Plan
from tenants.plans.nodes import FIELDS
from tenants.plans.takeover_models import LayerFact, PlanDecision
from tenants.plans.tree import walk
from tenants.units.models import Unit

Place = tuple[int, int, str, str, str]
"""Superior, its plan, node, field and kind of a fact."""

Questions = Mapping[Place, str]


def settle_facts(plan: Plan, working: Working) -> None:
    """Publish to the superiors where the unit differs, without its words; tell them what is asked, and when it is not
    asked any more.
    """
    asked_now = _asked(plan)
    wanted = {**dict(_facts(working)), **asked_now}
    asked_before: dict[Place, str] = {}
    rows = db.session.scalars(select(LayerFact).where(LayerFact.plan_id == plan.id, LayerFact.unit_id == plan.unit_id))
    for fact in rows:
        place = (fact.base_unit_id, fact.base_plan_id, fact.node_id, fact.field, fact.kind)
        if fact.kind == "asked":
            asked_before[place] = fact.note
        note = wanted.pop(place, None)
        if note is None:
            db.session.delete(fact)
        else:
            fact.note = note
    db.session.flush()
    for (base_unit_id, base_plan_id, node_id, field, kind), note in wanted.items():
        db.session.add(
            LayerFact(
                plan_id=plan.id, base_unit_id=base_unit_id, base_plan_id=base_plan_id, node_id=node_id, field=field,
                kind=kind, note=note,
            )
        )  # fmt: skip
    db.session.flush()
    for base in working.bases:
        _tell(plan, base, _put_to(base, asked_before), _put_to(base, asked_now))


def _asked(plan: Plan) -> dict[Place, str]:
    rows = db.session.scalars(
        select(PlanDecision).where(PlanDecision.plan_id == plan.id, PlanDecision.state == "asked")
    )
    return {(row.base_unit_id, row.base_plan_id, row.node_id, row.field, "asked"): row.question for row in rows}


def _facts(working: Working) -> Sequence[tuple[Place, str]]:
    found: list[tuple[Place, str]] = []
    for item in (node.item for node in walk(working.tree)):
        above = item if item.base is not None else working.by_id.get(item.node.parent)
        if above is None or above.base_index is None:
            continue
        key = working.bases[above.base_index].key
        ident = above.node.node_id
        if item.base is None:
            found.append(((key.unit_id, key.plan_id, ident, "", "own"), ""))
            continue
        found += [((key.unit_id, key.plan_id, ident, name, "adapted"), "") for name in item.overrides if name in FIELDS]
        if item.omission is not None:
            found.append(((key.unit_id, key.plan_id, ident, "", "omitted"), item.omission.reason))
    return found


def _put_to(base: Base, questions: Questions) -> Questions:
    return {place: words for place, words in questions.items() if place[:2] == (base.key.unit_id, base.key.plan_id)}


def _tell(plan: Plan, base: Base, before: Questions, now: Questions) -> None:
    if now == before:
        return
    if now:
        unit = db.session.get_one(Unit, plan.unit_id)
        notices.tell_unit(base.key.unit_id, takeover_news.asked(unit, base.key.plan_id, base.subject, [*now.values()]))
    else:
        notices.resolve_in_unit(base.key.unit_id, takeover_news.question_key(plan.unit_id, base.key.plan_id))
