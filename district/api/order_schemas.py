"""Shapes of orders an office gives to the units below it."""

from __future__ import annotations

from tenants.api.schemas import fields as f
from tenants.api.schemas.orders import KINDS, ORDER_STATES, OrderWordsSchema
from tenants.orders.states import UNIT_LABELS

EXAMPLE = {
    "kind": "correct",
    "reason": "Số điện thoại đường dây nóng đã đổi.",
    "instruction": "Sửa thành số mới của Ủy ban nhân dân xã.",
    "node_id": "k1a2-7",
    "unit_ids": [12, 15],
}


class NewOfficeOrderSchema(OrderWordsSchema):
    """An order about one article of one unit (``unit_id`` and ``article_id``), or about a topic (``node_id``)."""

    unit_id = f.ident("The unit whose article it is about.", allow_none=True, load_default=None)
    article_id = f.ident("The article; it stands on an outlet.", allow_none=True, load_default=None)
    node_id = f.string("A topic of the office's plans in force; not read with an article.", load_default="")
    unit_ids = f.many(f.ident("A unit."), "For a topic: the units it goes to.", load_default=list)
    everybody = f.flag("For a topic: every unit below the office.", load_default=False)


class OfficeOrderSchema(f.ApiSchema):
    """An order of the office, and how far it has come."""

    id = f.ident("Id of the order.")
    kind = f.string("withdraw or correct.", choices=KINDS)
    state = f.string("open, closed (all done) or lifted (taken back).", choices=ORDER_STATES)
    article_id = f.ident("The article it is about.", allow_none=True)
    node_id = f.string("The topic it is about.", allow_none=True)
    title = f.string("The article or the topic in words.", longest=f.TEXT)
    reason = f.string("Why.", longest=f.TEXT)
    instruction = f.string("What exactly is to be done.", longest=f.TEXT)
    deadline = f.day("The last day.", allow_none=True)
    urgent = f.flag("Whether it goes before everything else.")
    issued_at = f.moment("When it was given.")
    ended_at = f.moment("When it was closed or lifted.", allow_none=True)
    units = f.number("Units it goes to.")
    done = f.number("Units that are done.")
    items = f.number("Items on outlets it is about, as far as was heard.")
    ended = f.number("Those that have come to an end.")


class OrderedUnitSchema(f.ApiSchema):
    """A unit on its way with an order."""

    unit_id = f.ident("The unit.", attribute="target_unit_id")
    state = f.string("sent, received or done.", choices=UNIT_LABELS)
    items = f.number("Items on its outlets.")
    ended = f.number("Those that have come to an end.")
    sent_at = f.moment("When the order was sent.")
    received_at = f.moment("When it came.", allow_none=True)
    last_sign_at = f.moment("When somebody there last did something about it.", allow_none=True)


class OfficeOrderViewSchema(OfficeOrderSchema):
    """An order by unit."""

    targets = f.several(OrderedUnitSchema, "The units it goes to.", most=5000)
