"""Orders and freezes of an office over the API: give one, follow it, take it back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import g

from district.api import order_schemas as shapes
from district.issuing import orders as issuing
from district.oversight import directory
from tenants.api.blueprint import ApiBlueprint, changing
from tenants.api.schemas import taking_back
from tenants.api.schemas.common import PageQuery, as_page, page_of
from tenants.orders import queries, service
from tenants.orders.models import ContentOrder
from tenants.orders.queries import Tally
from tenants.orders.service import Words
from tenants.publishing import holds
from tenants.publishing.models import PublishingHold
from tenants.scope import get_own
from tenants.web.guard import requires

blueprint = ApiBlueprint(
    "api-office-orders",
    "/api/v1/offices/<unit_slug>",
    "Orders of an office to correct or withdraw, and its freezes.",
)

Values = dict[str, Any]
PLAIN = tuple(name for name in shapes.OfficeOrderSchema().fields if name not in vars(Tally()))


@blueprint.get("/orders")
@requires("oversight.issue")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, page_of(shapes.OfficeOrderSchema))
def list_orders(query: Values) -> Any:
    """List the orders the office gave, running ones first."""
    page = queries.given_page(query["page"])
    return as_page(page, _lines(page.items))


def _lines(orders: Sequence[ContentOrder]) -> list[Values]:
    tallies = queries.tallies([order.id for order in orders])
    return [
        {**{name: getattr(order, name) for name in PLAIN}, **vars(tallies.get(order.id, Tally()))} for order in orders
    ]


@blueprint.post("/orders")
@requires("oversight.issue")
@blueprint.arguments(shapes.NewOfficeOrderSchema, example=shapes.EXAMPLE)
@blueprint.response(201, shapes.OfficeOrderViewSchema)
def issue_order(values: Values) -> Any:
    """Order units below to correct or withdraw one article, or everything on a topic."""
    about = {name: values.pop(name) for name in ("unit_id", "article_id", "node_id", "unit_ids", "everybody")}
    words = Words(**values)
    with changing() as actor_id:
        if about["article_id"] is not None:
            order_id = issuing.order_article(about["unit_id"] or 0, about["article_id"], words, actor_id).id
        else:
            units = _everybody() if about["everybody"] else about["unit_ids"]
            order_id = issuing.order_topic(about["node_id"], units, words, actor_id).id
    return _view(order_id)


def _everybody() -> list[int]:
    return [entry.id for entry in directory.read(g.unit.id).entries]


@blueprint.get("/orders/<int:order_id>")
@requires("oversight.issue")
@blueprint.response(200, shapes.OfficeOrderViewSchema)
def show_order(order_id: int) -> Any:
    """Show an order by unit."""
    return _view(order_id)


def _view(order_id: int) -> Values:
    (line,) = _lines([queries.get_order(order_id)])
    return {**line, "targets": queries.targets(order_id)}


@blueprint.post("/orders/<int:order_id>/lift")
@requires("oversight.issue")
@blueprint.response(200, shapes.OfficeOrderViewSchema)
def lift_order(order_id: int) -> Any:
    """Take an order back; the units are told and may publish again."""
    with changing() as actor_id:
        service.lift(order_id, actor_id)
    return _view(order_id)


@blueprint.get("/freezes")
@requires("oversight.issue")
@blueprint.response(200, taking_back.FreezeListSchema)
def list_freezes() -> Any:
    """List what the office has stopped in all units below, and what it let go on last."""
    return {"items": [*holds.freezes(own=True), *holds.freezes(own=True, lifted=True, most=10)]}


@blueprint.post("/freezes")
@requires("oversight.issue")
@blueprint.arguments(taking_back.NewFreezeSchema, example=taking_back.FREEZE_EXAMPLE)
@blueprint.response(201, taking_back.FreezeSchema)
def freeze(values: Values) -> Any:
    """Stop everything scheduled on a topic, or everything, in the office and all units below."""
    with changing() as actor_id:
        hold_id = issuing.freeze(values["node_id"], values["reason"], actor_id).id
    return get_own(PublishingHold, hold_id)


@blueprint.post("/freezes/<int:hold_id>/lift")
@requires("oversight.issue")
@blueprint.response(200, taking_back.FreezeSchema)
def lift_freeze(hold_id: int) -> Any:
    """Let the units below go on."""
    with changing() as actor_id:
        issuing.lift_freeze(hold_id, actor_id)
    return get_own(PublishingHold, hold_id)
