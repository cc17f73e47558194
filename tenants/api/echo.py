"""What comes back from outlets over the API: whether they work, numbers, comments, the further step."""

from __future__ import annotations

from typing import Any

from flask import g

from tenants.api.blueprint import UNIT_PREFIX, ApiBlueprint, changing
from tenants.api.schemas import echo as shapes
from tenants.api.schemas.common import as_page, page_of
from tenants.publishing import comments, follow_up, queries, verifying
from tenants.statistics import reach
from tenants.statistics.queries import Wanted
from tenants.web.guard import acting_user, requires

blueprint = ApiBlueprint("api-echo", UNIT_PREFIX, "What comes back from outlets: numbers, comments, further steps.")

Values = dict[str, Any]
DELIVERY = "/deliveries/<int:delivery_id>"
FOLLOW_UP = f"{DELIVERY}/follow-up"


@blueprint.post("/accounts/<int:account_id>/check")
@requires("channel.manage")
@blueprint.response(200, shapes.FindingSchema)
def check_account(account_id: int) -> Any:
    """Ask an outlet now whether it may be posted to; what it says is kept."""
    return verifying.verify_now(account_id, actor_id=acting_user().id)


@blueprint.get(f"{DELIVERY}/readings")
@requires("publish.manage")
@blueprint.response(200, shapes.OutletNumberListSchema)
def list_readings(delivery_id: int) -> Any:
    """List the newest numbers of a published item."""
    queries.get_delivery(delivery_id)
    newest = reach.newest_of([delivery_id]).get(delivery_id, {})
    return {"items": [{"metric": name, **vars(one)} for name, one in sorted(newest.items())]}


@blueprint.get(f"{DELIVERY}/comments")
@requires("publish.manage")
@blueprint.response(200, shapes.RemoteCommentListSchema)
def list_delivery_comments(delivery_id: int) -> Any:
    """List what people wrote below a published item, the newest first, at most fifty."""
    queries.get_delivery(delivery_id)
    return {"items": comments.of_delivery(delivery_id)}


@blueprint.get("/comments")
@requires("publish.manage")
@blueprint.arguments(shapes.CommentQuery, location="query")
@blueprint.response(200, page_of(shapes.RemoteCommentSchema))
def list_comments(query: Values) -> Any:
    """List what people wrote below the unit's items, the newest first."""
    return as_page(comments.comment_page(page=query["page"], account_id=query["account_id"]))


@blueprint.get("/reach")
@requires("publish.manage")
@blueprint.response(200, shapes.ReachListSchema)
def list_reach() -> Any:
    """Add up how far the unit's items reached, by month of publication, channel and metric."""
    found = reach.totals(("month", "channel", "metric"), Wanted(units=[g.unit.id]))
    return {
        "items": [
            {"month": month, "channel": channel, "metric": metric, "total": total}
            for (month, channel, metric), total in sorted(found.items(), key=lambda item: item[0])
        ]
    }


@blueprint.get(FOLLOW_UP)
@requires("publish.manage")
@blueprint.response(200, shapes.FollowUpSchema)
def show_follow_up(delivery_id: int) -> Any:
    """Say what the further step of an item would use up, asked of the outlet just now, and how it stands."""
    return _follow_up(delivery_id, offered=True)


@blueprint.post(FOLLOW_UP)
@requires("publish.manage")
@blueprint.arguments(shapes.AgreeSchema)
@blueprint.response(202, shapes.FollowUpSchema)
def ask_follow_up(values: Values, delivery_id: int) -> Any:
    """Ask for the further step, once; it is taken by the worker and never repeated."""
    with changing() as actor_id:
        follow_up.ask(delivery_id, values["agreed"], values["offered"], actor_id=actor_id)
    return _follow_up(delivery_id, offered=False)


@blueprint.post(f"{FOLLOW_UP}/settle")
@requires("publish.manage")
@blueprint.arguments(shapes.SettleFollowUpSchema)
@blueprint.response(200, shapes.FollowUpSchema)
def settle_follow_up(values: Values, delivery_id: int) -> Any:
    """Say whether a doubtful further step was taken."""
    with changing() as actor_id:
        follow_up.settle(delivery_id, values["done"], actor_id=actor_id)
    return _follow_up(delivery_id, offered=False)


def _follow_up(delivery_id: int, *, offered: bool) -> Values:
    further = follow_up.follow_up_of(queries.get_delivery(delivery_id).channel)
    step = follow_up.step_of(delivery_id)
    found = follow_up.offer(delivery_id) if offered and further is not None else None
    return {
        "label": "" if further is None else further.label,
        "possible": found is not None and found.possible and (step is None or step.state == follow_up.FAILED),
        "offer": "" if found is None else found.sentence,
        "state": None if step is None else step.state,
        "sentence": None if step is None else step.sentence,
    }
