"""Changes of the tree over the API: see what one would touch, decide it, follow it, answer another office."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import Any

from flask import g

from district.api import change_schemas as shapes
from district.oversight import calling_off, changes, directory, reorganizing
from district.oversight.changes import Wish
from tenants import clock
from tenants.api.blueprint import ApiBlueprint, changing
from tenants.units import lineage
from tenants.units.models import UnitChange
from tenants.web.guard import requires

blueprint = ApiBlueprint(
    "api-unit-changes",
    "/api/v1/offices/<unit_slug>",
    "Units that get a new name or another superior, are merged, split or closed on a day.",
)

Values = dict[str, Any]

COLUMNS = (
    "id", "office_id", "receiver_id", "kind", "on", "unit_ids", "state", "reason", "answer", "problem", "done_at",
)  # fmt: skip


def _wish(values: Values) -> Wish:
    lists = {
        "unit_ids": tuple(dict.fromkeys(values["unit_ids"])),
        "successors": tuple(
            reorganizing.new_successor(one["name"], one["slug"], one["type_code"]) for one in values["successors"]
        ),
        "people": tuple((one["unit_id"], one["user_id"], one["successor"]) for one in values["people"]),
    }
    return Wish(**{**values, **lists})


@blueprint.get("/unit-changes")
@requires("oversight.units")
@blueprint.response(200, shapes.UnitChangeListSchema)
def list_changes() -> Any:
    """List what the office decided and what it is asked about."""
    return {"items": [_view(change, with_progress=False) for change in changes.listed()]}


@blueprint.post("/unit-changes/preview")
@requires("oversight.units")
@blueprint.arguments(shapes.UnitWishSchema)
@blueprint.response(200, shapes.UnitPreviewSchema)
def preview_change(values: Values) -> Any:
    """Show what a change would touch; nothing is written."""
    wish = _wish(values)
    chosen, _target = reorganizing.check(wish)
    seen = changes.preview(chosen, reorganizing.affected_by(wish, chosen))
    return {
        "affected": seen.affected,
        "people": [asdict(one) for one in seen.people],
        "plans": len(seen.plans),
        "articles": seen.articles,
        "outlets": [asdict(one) for one in seen.outlets],
        "waiting": seen.waiting,
        "orders": seen.orders,
        "questions": seen.questions,
    }


@blueprint.post("/unit-changes")
@requires("oversight.units")
@blueprint.arguments(shapes.UnitDecisionSchema)
@blueprint.response(201, shapes.UnitChangeSchema)
def decide_change(values: Values) -> Any:
    """Decide a change; the worker carries it out on its day, a superior that is not overseen is asked first."""
    reason = values.pop("reason")
    with changing() as actor_id:
        change_id = reorganizing.decide(_wish(values), reason, actor_id).id
    return _view(changes.get(change_id))


@blueprint.get("/unit-changes/<int:change_id>")
@requires("oversight.units")
@blueprint.response(200, shapes.UnitChangeSchema)
def show_change(change_id: int) -> Any:
    """Show one change and how far the worker is with it."""
    return _view(changes.get(change_id))


@blueprint.post("/unit-changes/<int:change_id>/reply")
@requires("oversight.units")
@blueprint.arguments(shapes.ReplySchema)
@blueprint.response(200, shapes.UnitChangeSchema)
def reply_to_change(values: Values, change_id: int) -> Any:
    """Say as the superior that is asked whether the units are welcome."""
    with changing() as actor_id:
        reorganizing.answer(change_id, values["agreed"], values["words"], actor_id)
    return _view(changes.get(change_id))


@blueprint.post("/unit-changes/<int:change_id>/cancel")
@requires("oversight.units")
@blueprint.arguments(
    shapes.CancelSchema, required=False, example={"reason": "Hội đồng nhân dân xã chưa thông qua đề án sáp nhập"}
)
@blueprint.response(200, shapes.UnitChangeSchema)
def cancel_change(values: Values, change_id: int) -> Any:
    """Cancel a change before its day, with a reason; what a superior has not answered is taken back without one.

    After the day it is refused ("already-effective"): decide a new change instead.
    """
    with changing() as actor_id:
        calling_off.cancel(change_id, values["reason"], actor_id)
    return _view(changes.get(change_id))


@blueprint.get("/units/<int:unit_id>/lineage")
@requires("oversight.view")
@blueprint.response(200, shapes.LineageSchema)
def show_lineage(unit_id: int) -> Any:
    """Show the names a unit bore, and whose work it carries on."""
    directory.read(g.unit.id).get(unit_id)
    return {
        "names": lineage.names(unit_id),
        "predecessors": [
            {"unit_id": step.unit.id, "slug": step.unit.slug, "name": step.unit.name, "on": step.on, "kind": step.kind}
            for step in lineage.predecessors(unit_id, clock.today(g.unit.timezone))
        ],
    }


def _view(change: UnitChange, with_progress: bool = True) -> Values:
    left = changes.progress(change) if with_progress else None
    details = dict(change.details)
    cancelled = details.pop("cancelled", {})
    return {
        **{name: getattr(change, name) for name in COLUMNS},
        "names": details.pop("names"),
        "may_cancel": calling_off.may_cancel(change),
        "cancel_reason": cancelled.get("reason", ""),
        "cancelled_by": cancelled.get("by_id"),
        "cancelled_at": dt.datetime.fromisoformat(cancelled["at"]) if cancelled else None,
        "details": details,
        "total": len(change.affected),
        "waiting": left.waiting if left is not None else 0,
    }
