"""Orders to correct or withdraw over the API, in the unit that follows them, and those a unit gives itself."""

from __future__ import annotations

from typing import Any

from flask import g
from flask_babel import gettext as _

from tenants.api.blueprint import UNIT_PREFIX, ApiBlueprint, changing
from tenants.api.schemas import orders as shapes
from tenants.api.schemas.common import PageQuery, as_page, page_of
from tenants.errors import Refused
from tenants.orders import queries, service
from tenants.orders.receiving import items_of
from tenants.orders.service import Words
from tenants.web.guard import requires

blueprint = ApiBlueprint("api-orders", UNIT_PREFIX, "Orders to correct or withdraw what was published.")

Values = dict[str, Any]
ORDER = "/orders/<int:receipt_id>"


@blueprint.get("/orders")
@requires("article.view")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, page_of(shapes.OrderReceiptSchema))
def list_orders(query: Values) -> Any:
    """List the orders the unit has to follow or has followed, those not done first."""
    return as_page(queries.receipt_page(query["page"]))


@blueprint.get(ORDER)
@requires("article.view")
@blueprint.response(200, shapes.OrderReceiptViewSchema)
def show_order(receipt_id: int) -> Any:
    """Show an order with every outlet it is about."""
    return _view(receipt_id)


def _view(receipt_id: int) -> Values:
    receipt = queries.get_receipt(receipt_id)
    plain = {name: getattr(receipt, name) for name in shapes.OrderReceiptSchema().fields}
    return {**plain, "items": items_of(receipt.id)}


@blueprint.post("/articles/<int:article_id>/orders")
@requires("article.approve")
@blueprint.arguments(shapes.OrderWordsSchema, example=shapes.EXAMPLE)
@blueprint.response(201, shapes.OrderReceiptViewSchema)
def order_own(values: Values, article_id: int) -> Any:
    """Order the unit itself to correct or withdraw an article on every outlet."""
    with changing() as actor_id:
        service.order_own(article_id, Words(**values), actor_id)
        receipt_id = queries.newest_own()
    return _view(receipt_id)


@blueprint.post(f"{ORDER}/withdraw")
@requires("publish.manage")
@blueprint.response(200, shapes.TakenDownSchema)
def withdraw_all(receipt_id: int) -> Any:
    """Take down, through their channels, all items of an order that a channel can take down."""
    with changing() as actor_id:
        begun, left = service.withdraw_all(receipt_id, actor_id)
    return {"begun": begun, "left": left}


@blueprint.post(f"{ORDER}/items/<int:item_id>")
@requires("publish.manage")
@blueprint.arguments(shapes.SettleItemSchema, example={"result": "deleted", "note": "Đã gỡ khỏi bảng tin ở cổng."})
@blueprint.response(200, shapes.OrderReceiptViewSchema)
def settle_item(values: Values, receipt_id: int, item_id: int) -> Any:
    """Take a person's word for one outlet."""
    queries.get_receipt(receipt_id)
    with changing() as actor_id:
        service.settle_item(item_id, values["result"], values["note"], actor_id)
    return _view(receipt_id)


@blueprint.post(f"{ORDER}/lift")
@requires("article.approve")
@blueprint.response(200, shapes.OrderReceiptViewSchema)
def lift_order(receipt_id: int) -> Any:
    """Take back an order the unit gave itself; what it kept off the outlets may be published again."""
    receipt = queries.get_receipt(receipt_id)
    if receipt.order_unit_id != g.unit.id:
        raise Refused("not-yours", _("Chỉ đơn vị ra lệnh mới rút được lệnh. Chưa có gì thay đổi."))
    with changing() as actor_id:
        service.lift(receipt.order_id, actor_id)
    return _view(receipt_id)
