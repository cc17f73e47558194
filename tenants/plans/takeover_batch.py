"""Taking a version over in many units at once, in the scope of a batch: the rows that ``takeover_run`` writes in one
unit, in a constant number of statements. One transaction does all units or none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from functools import lru_cache
from typing import Any

from sqlalchemy import case, insert, update

from tenants import audit, clock, scope
from tenants.db import db
from tenants.jobs import queue
from tenants.notices import batch as notices
from tenants.plans import takeover_news
from tenants.plans.citing import cite_newest_in_units
from tenants.plans.loading import Key
from tenants.plans.merge import Outcome
from tenants.plans.models import Adoption, NodeOverride, Plan, PlanVersion
from tenants.plans.takeover_alike import Taker, Takers, takers
from tenants.plans.takeover_models import PlanChangeSet, PlanDecision, PlanTakeover
from tenants.plans.takeover_steps import override_picture
from tenants.plans.takeover_values import Counts

PLAN_CHANGED_IN_UNITS = "content.plan_changed_in_units"
"""Kind of the job that finds the units whose articles rely on locked text that changed, and queues for each what
``takeover_run.PLAN_CHANGED`` does: {"unit_ids", "plan_ids" in the same order, "version", "changed", "unit_name", "at"}.
It runs in the scope of a batch.
"""


def take_over_in_units(plan_id: int, version: int, unit_ids: Collection[int]) -> frozenset[int]:
    """Let units below take over a version of the present office's plan where nothing of their own is put aside.

    The result is that of ``takeover_run.offer`` in each of them.

    Returns:
        the units that are done. The others were not touched: each is to receive the version by itself.
    """
    found = takers(Key(scope.current().unit_id, plan_id, version), unit_ids)
    if found is None or not found.units:
        return frozenset()
    _offer(found)
    _write([taker for taker in found.units if not taker.waits], found.document)
    return frozenset(taker.unit_id for taker in found.units)


def _offer(found: Takers) -> None:
    """Note in every unit that the version is there; in those that wait, tell the leader."""
    document, now = found.document, clock.now()
    rows = [
        {
            "unit_id": taker.unit_id, "plan_id": taker.plan_id, "base_unit_id": document.unit_id,
            "base_plan_id": document.plan_id, "version": document.version, "offered_at": now,
            "state": "waiting" if taker.waits else "needs_decision" if taker.questions else "taken",
            "taken_at": None if taker.waits else now, "unanswered": 0 if taker.waits else len(taker.questions),
            **_counted(Counts() if taker.waits else taker.counts),
        }
        for taker in found.units
    ]  # fmt: skip
    db.session.execute(insert(PlanTakeover), rows)
    newest = case((Adoption.offered_version < document.version, document.version), else_=Adoption.offered_version)
    _update(Adoption, [taker.adoption_id for taker in found.units], offered_version=newest)
    waiting = [taker for taker in found.units if taker.waits]
    notices.tell_in_units({one.unit_id: takeover_news.offered(one.plan_id, document) for one in waiting})
    audit.record_in_units(
        "plan.offered", "plan", ((one.unit_id, one.plan_id, {"version": document.version}) for one in waiting)
    )


def _write(units: Sequence[Taker], document: PlanVersion) -> None:
    if not units:
        return
    _update(Adoption, [one.adoption_id for one in units], base_version=document.version)
    _update(Plan, [one.plan_id for one in units], lock=Plan.lock + 1, updated_at=clock.now())
    _update(NodeOverride, [ident for one in units for ident in one.moved_on], base_version=document.version)
    cite_newest_in_units([one.plan_id for one in units], document)
    _pass_earlier([one.unit_id for one in units], document)
    steps = _steps(units, document, _ask(units, document))
    base = [document.unit_id, document.plan_id]
    audit.record_in_units(
        "plan.takeover",
        "plan",
        (
            (one.unit_id, one.plan_id, {
                "base": base, "since": one.since, "version": document.version, "change_set": steps[one.unit_id],
                **_counted(one.counts),
            })
            for one in units
        ),
    )  # fmt: skip
    _tell(units, document)
    _look_after_articles(units, document)


@lru_cache(maxsize=64)
def _counted(counts: Counts) -> dict[str, int]:
    return asdict(counts)


def _update(cls: type[Any], idents: Collection[int], **values: Any) -> None:
    if idents:
        changed = update(cls).where(cls.id.in_(idents)).values(**values)
        db.session.execute(changed.execution_options(synchronize_session=False))


def _pass_earlier(unit_ids: Collection[int], document: PlanVersion) -> None:
    earlier = update(PlanTakeover).where(
        PlanTakeover.unit_id.in_(unit_ids),
        PlanTakeover.base_unit_id == document.unit_id,
        PlanTakeover.base_plan_id == document.plan_id,
        PlanTakeover.version < document.version,
        PlanTakeover.state != "passed",
    )
    db.session.execute(
        earlier.values(state="passed", unanswered=0).execution_options(synchronize_session=False)
    )  # fmt: skip


def _ask(units: Iterable[Taker], document: PlanVersion) -> dict[tuple[int, str, str], int]:
    """Raise the questions of all units; return their ids by unit, node and field."""
    now = clock.now()
    rows = [
        {
            "unit_id": one.unit_id, "plan_id": one.plan_id, "base_unit_id": document.unit_id,
            "base_plan_id": document.plan_id, "version": document.version, "kind": "text", "node_id": asked.node_id,
            "field": asked.field, "title": asked.title, "base_value": asked.base, "upstream_value": asked.upstream,
            "local_value": asked.local, "chosen_value": None, "raised_at": now,
        }
        for one in units
        for asked in one.questions
    ]  # fmt: skip
    if not rows:
        return {}
    place = (PlanDecision.unit_id, PlanDecision.node_id, PlanDecision.field)
    written = db.session.execute(insert(PlanDecision).returning(*place, PlanDecision.id), rows)
    return {(unit_id, node_id, field): ident for unit_id, node_id, field, ident in written}


def _steps(
    units: Sequence[Taker], document: PlanVersion, decisions: Mapping[tuple[int, str, str], int]
) -> dict[int, int]:
    """Write for each unit the step that can be taken back; return their ids by unit."""
    now, version = clock.now(), document.version
    rows = []
    for one in units:
        asked = {str(decisions[one.unit_id, row.node_id, row.field]): row for row in one.questions}
        open_ones = {ident: _question_picture(row, version) for ident, row in asked.items()}
        rows.append(
            {
                "unit_id": one.unit_id, "plan_id": one.plan_id, "kind": "takeover", "version": version,
                "before": _picture(one, one.since, None, dict.fromkeys(asked)),
                "after": _picture(one, version, version, open_ones), "by_id": None, "at": now,
            }
        )  # fmt: skip
    written = insert(PlanChangeSet).returning(PlanChangeSet.unit_id, PlanChangeSet.id)
    return {row[0]: row[1] for row in db.session.execute(written, rows)}


def _picture(
    taker: Taker, version: int, base_version: int | None, decisions: Mapping[str, dict[str, Any] | None]
) -> dict[str, Any]:
    """Return one side of the step as ``takeover_steps.picture`` would: what of the layer and its decisions differs."""
    picture: dict[str, Any] = {"bases": {str(taker.adoption_id): version}}
    if decisions:
        picture["decisions"] = decisions
    for override in taker.moved_on.values():
        stood = override if base_version is None else replace(override, base_version=base_version)
        picture.setdefault("overrides", {})[f"{stood.node_id}|{stood.field}"] = override_picture(stood)
    return picture


def _question_picture(asked: Outcome, version: int) -> dict[str, Any]:
    """Return an open question as it stands in a picture."""
    return {
        "state": "open", "node_id": asked.node_id, "upstream_value": asked.upstream, "local_value": asked.local,
        "chosen_value": None, "version": version,
    }  # fmt: skip


def _tell(units: Sequence[Taker], document: PlanVersion) -> None:
    over = {one.unit_id: [takeover_news.offer_key(one.plan_id, document)] for one in units}
    news = {}
    for one in units:
        if one.questions or takeover_news.is_urgent(document):
            news[one.unit_id] = takeover_news.taken(one.plan_id, document, len(one.questions))
        else:
            over[one.unit_id].append(takeover_news.taken_key(one.plan_id, document))
    notices.tell_in_units(news)
    notices.resolve_in_units(over)


def _look_after_articles(units: Iterable[Taker], document: PlanVersion) -> None:
    if document.change_class == "wording":
        return
    alike: dict[str, list[Taker]] = {}
    for one in units:
        if one.changed:
            alike.setdefault(repr(one.changed), []).append(one)
    for some in alike.values():
        queue.enqueue(
            PLAN_CHANGED_IN_UNITS, document.unit_id, unit_ids=[one.unit_id for one in some],
            plan_ids=[one.plan_id for one in some], version=document.version,
            changed=dict(some[0].changed), unit_name=document.unit_name, at=clock.now().isoformat(),
        )  # fmt: skip
