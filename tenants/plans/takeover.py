"""Taking over what a superior amended, under one name.

In the scope of the receiving unit (services: edges commit):

* ``take_over(base_unit_id, base_plan_id, version, actor_id) -> PlanTakeover``;
  ``take_over_seen(adoption, seen, actor_id)`` for a person, who is told when a newer version came meanwhile
* ``decide(decision_id, choice, actor_id, value=None, question="", seen=None) -> PlanDecision``
  with ``choice`` "keep", "take", "combine" (``value`` in stored form) or "ask" (``question``)
* ``decide_many(decision_ids, choice, actor_id, seen=None) -> Settled`` with "keep" or "take";
  ``acknowledge_many(decision_ids, actor_id) -> Settled``; ``seen_of(decision)``
* ``acknowledge(decision_id, actor_id)`` for the kinds "locked", "bounds", "mandatory", "left-out";
  ``acknowledge_version(takeover_id, actor_id)`` for an urgent amendment
* ``convert_orphan(decision_id, actor_id, parent="") -> DraftNode``, ``retire_orphan(decision_id, actor_id)``; asking
  about an orphan is ``decide(..., "ask")``
* ``link(plan_id, own_node_id, inherited_node_id, actor_id)``: "these two are the same"
* ``undo(change_set_id, actor_id)``

Reading: ``waiting(plan_id) -> list[Waiting]``, ``taken(plan_id) -> list[PlanTakeover]``,
``changes_taken(takeover_id) -> tuple[NodeChange, ...]``, ``decisions(plan_id, states) -> Sequence[PlanDecision]``,
``decision_view(decision_id) -> DecisionView``, ``archive(plan_id) -> list[ArchivedValue]``,
``steps(plan_id) -> list[Step]``, ``desk() -> list[PlanAtDesk]`` for the start page.

Amending (``tenants.plans.service``, in the scope of the unit that issued): ``begin_amendment``; the ordinary
``edit_node``, ``add_node``, ``remove_node`` (withdraws), ``move_node``; ``split_node(plan_id, node_id, parts,
actor_id)``, ``merge_nodes(plan_id, node_ids, values, actor_id)``, ``restore_withdrawn(plan_id, node_id, actor_id)``;
``changes_since_issue(plan_id) -> tuple[NodeChange, ...]`` (also: what a school took over and has not issued),
``withdrawn(plan_id)``. ``DocumentFields.change_class`` and ``acknowledge_by`` go with the issue. For the office:
``district.issuing.effects.preview_effects(plan_id) -> Effects``, ``district.issuing.amending.issue_amendment(plan_id,
document, actor_id) -> PlanVersion``, ``results(plan_id, version) -> Results``, ``answer_question(...)``.

The unit setting ``plans.takeover`` is "automatic" or "confirm".
"""

from tenants.plans.takeover_decide import (
    acknowledge,
    acknowledge_version,
    answer,
    convert_orphan,
    decide,
    link,
    retire_orphan,
    undo,
)
from tenants.plans.takeover_desk import desk
from tenants.plans.takeover_many import Settled, acknowledge_many, decide_many, seen_of
from tenants.plans.takeover_queries import (
    archive,
    as_text,
    changes_taken,
    decision_view,
    decisions,
    notes_between,
    place_before,
    steps,
    taken,
    title_of,
    waiting,
)
from tenants.plans.takeover_run import note_failure, take_over, take_over_seen

__all__ = [
    "Settled",
    "acknowledge",
    "acknowledge_many",
    "acknowledge_version",
    "answer",
    "archive",
    "as_text",
    "changes_taken",
    "convert_orphan",
    "decide",
    "decide_many",
    "decision_view",
    "decisions",
    "desk",
    "link",
    "note_failure",
    "notes_between",
    "place_before",
    "retire_orphan",
    "seen_of",
    "steps",
    "take_over",
    "take_over_seen",
    "taken",
    "title_of",
    "undo",
    "waiting",
]
