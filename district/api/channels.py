"""The outlets of the units below an office over the API: how each is, and which channels they may use."""

from __future__ import annotations

from typing import Any

from flask import g

from district.api import channel_schemas as shapes
from district.oversight import channels, directory
from district.oversight.channels import Wanted
from tenants.api.blueprint import ApiBlueprint, changing
from tenants.api.schemas.common import page_of
from tenants.jobs import queue
from tenants.text import fold
from tenants.web.guard import requires

blueprint = ApiBlueprint(
    "api-channels", "/api/v1/offices/<unit_slug>/channels", "How the outlets below an office are, and what is allowed."
)

Values = dict[str, Any]


@blueprint.get("/health")
@requires("oversight.view")
@blueprint.arguments(shapes.OutletQuery, location="query")
@blueprint.response(200, page_of(shapes.OutletConditionSchema))
def list_outlets(query: Values) -> Any:
    """List every outlet below the office, the worst first."""
    units_below = directory.read(g.unit.id)
    wanted = Wanted(query["state"], query["channel"], query["school"], fold(query["q"]))
    found = channels.outlets_page(units_below, wanted, query["page"])
    items = [{**_view(row), "unit_name": units_below.name(row.unit_id)} for row in found.items]
    return {
        "items": items,
        "page": found.page,
        "per_page": channels.PER_PAGE,
        "pages": max(1, found.pages),
        "total": found.total,
    }


def _view(row: Any) -> Values:
    names = (
        "unit_id", "account_id", "channel", "label", "state", "sentence", "since", "verified_at", "last_published_at",
        "waiting", "troubled",
    )  # fmt: skip
    return {name: getattr(row, name) for name in names}


@blueprint.get("/worker")
@requires("oversight.view")
@blueprint.response(200, shapes.WorkersSchema)
def show_worker() -> Any:
    """Show whether anything is being sent, and when the worker was last seen."""
    return queue.workers()


@blueprint.get("/rules")
@requires("oversight.channels")
@blueprint.response(200, shapes.ChannelRuleListSchema)
def list_rules() -> Any:
    """List every channel of the installation with what the office decided about it."""
    lines = channels.policy_lines(directory.read(g.unit.id))
    return {"items": [_rule(line) for line in lines]}


@blueprint.post("/rules")
@requires("oversight.channels")
@blueprint.arguments(shapes.DecideSchema)
@blueprint.response(200, shapes.ChannelRuleListSchema)
def decide_rule(values: Values) -> Any:
    """Let the units below use a channel, or not."""
    units_below = directory.read(g.unit.id)
    with changing() as actor_id:
        channels.decide(units_below, values["channel"], values["allowed"], values["reason"], actor_id=actor_id)
    return {"items": [_rule(line) for line in channels.policy_lines(units_below)]}


def _rule(line: channels.PolicyLine) -> Values:
    return {
        "channel": line.channel.info.name,
        "label": line.channel.info.label,
        "allowed": line.allowed,
        "forbidden_from_above": line.from_above,
        "reason": line.rule.reason if line.rule is not None else None,
        "set_at": line.rule.set_at if line.rule is not None else None,
        "outlets": line.outlets,
    }
