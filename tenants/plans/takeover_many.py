"""Settling several decisions of a take-over at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from tenants import scope
from tenants.errors import Conflict, Refused
from tenants.plans.takeover_decide import acknowledge, decide, seen_token
from tenants.plans.takeover_models import PlanDecision
from tenants.plans.takeover_settle import NOTICES
from tenants.plans.takeover_values import UNANSWERED, Choice


@dataclass(frozen=True)
class Settled:
    """How many decisions were settled, how many were left because their text changed since they were shown, and how
    many somebody else had settled by then.
    """

    done: int = 0
    changed: int = 0
    gone: int = 0


def decide_many(
    decision_ids: Collection[int], choice: Choice, actor_id: int | None, seen: Mapping[int, str] | None = None
) -> Settled:
    """Settle several questions in one way, "keep" or "take". What cannot be settled so is left as it is.

    Args:
        seen: ``takeover.seen_of`` of each question when it was shown; one that is missing skips the comparison.

    Raises:
        NotFound: the unit has no such decision.
    """
    if choice not in ("keep", "take"):
        raise ValueError(choice)
    done = changed = gone = 0
    for decision in _own(decision_ids):
        if decision.kind != "text" or decision.state not in UNANSWERED:
            gone += 1
            continue
        try:
            decide(decision.id, choice, actor_id, seen=(seen or {}).get(decision.id))
            done += 1
        except Conflict:
            changed += 1
        except Refused as refusal:
            if refusal.code != "decided":
                raise
            gone += 1
    return Settled(done, changed, gone)


def acknowledge_many(decision_ids: Collection[int], actor_id: int | None) -> Settled:
    """Confirm several notices. What somebody else confirmed by now is left alone.

    Raises:
        NotFound: the unit has no such decision.
    """
    rows = _own(decision_ids)
    open_ones = [row.id for row in rows if row.kind in NOTICES and row.state in UNANSWERED]
    for decision_id in open_ones:
        acknowledge(decision_id, actor_id)
    return Settled(len(open_ones), 0, len(rows) - len(open_ones))


def _own(decision_ids: Collection[int]) -> list[PlanDecision]:
    return [scope.get_own(PlanDecision, decision_id) for decision_id in sorted(set(decision_ids))]


def seen_of(decision: PlanDecision) -> str:
    """Return what to send back with a question of a list, so that nobody decides about a text that changed."""
    return seen_token(decision, decision.local_value)
