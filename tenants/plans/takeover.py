"""Taking over what a superior amended, under one name.

In the scope of the receiving unit (services: edges commit):

* ``take_over(base_unit_id, base_plan_id, version, actor_id) -> PlanTakeover``
* ``decide(decision_id, choice, actor_id, value=None, question="", seen=None) -> PlanDecision``
  with ``choice`` "keep", "take", "combine" (``value`` in stored form) or "ask" (``question``)
* ``decide_many(decision_ids, choice, actor_id) -> int`` with "keep" or "take"
* ``acknowledge(decision_id, actor_id)`` for the kinds "locked", "bounds", "mandatory";
  ``acknowledge_version(takeover_id, actor_id)`` for an urgent amendment
* ``convert_orphan(decision_id, actor_id, parent="") -> DraftNode``, ``retire_orphan(decision_id, actor_id)``; asking
  about an orphan is ``decide(..., "ask")``
* ``link(plan_id, own_node_id, inherited_node_id, actor_id)``: "these two are the same"
* ``undo(change_set_id, actor_id)``

Reading: ``waiting(plan_id) -> list[Waiting]``, ``taken(plan_id) -> list[PlanTakeover]``,
``changes_taken(takeover_id) -> tuple[NodeChange, ...]``, ``decisions(plan_id, states) -> Sequence[PlanDecision]``,
``decision_view(decision_id) -> DecisionView``, ``archive(plan_id) -> list[ArchivedValue]``,
``steps(plan_id) -> list[Step]``, ``waiting_total() -> int`` for the start page.

The unit setting ``plans.takeover`` is "automatic" or "confirm".
"""
