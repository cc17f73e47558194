"""Shapes of orders to correct or withdraw what was published."""

from __future__ import annotations

from tenants.api.schemas import fields as f
from tenants.orders import states

KINDS = tuple(states.KINDS)
ORDER_STATES = ("open", "closed", "lifted")
EXAMPLE = {
    "kind": "withdraw",
    "reason": "Ảnh chụp rõ mặt học sinh khi chưa có đồng ý của cha mẹ.",
    "deadline": "2026-12-31",
    "urgent": True,
}
"""An order as one would send it."""


class OrderWordsSchema(f.ApiSchema):
    """What an order says."""

    kind = f.string("withdraw or correct.", choices=KINDS, required=True)
    reason = f.string("Why; whoever follows the order reads it.", shortest=1, longest=2000, required=True)
    instruction = f.string("What exactly is to be done; required for correct.", longest=2000, load_default="")
    deadline = f.day("The last day; null for none.", allow_none=True, load_default=None)
    urgent = f.flag("Whether it goes before everything else.", load_default=False)


class OrderReceiptSchema(f.ApiSchema):
    """An order in the unit that has to follow it."""

    id = f.ident("Id of the order in this unit.")
    order_unit_id = f.ident("Who gave it; the unit itself for its own.")
    order_state = f.string("open, closed (all done) or lifted (taken back).", choices=ORDER_STATES)
    kind = f.string("withdraw or correct.", choices=KINDS)
    article_id = f.ident("The article it is about; null where it is about a topic.", allow_none=True)
    node_id = f.string("The topic it is about.", allow_none=True)
    title = f.string("The article or the topic in words.", longest=f.TEXT)
    reason = f.string("Why.", longest=f.TEXT)
    instruction = f.string("What exactly is to be done.", longest=f.TEXT)
    deadline = f.day("The last day.", allow_none=True)
    urgent = f.flag("Whether it goes before everything else.")
    issued_at = f.moment("When it was given.")
    done_at = f.moment("When every outlet here had come to an end.", allow_none=True)


class OrderItemSchema(f.ApiSchema):
    """One item on one outlet that an order is about."""

    id = f.ident("Id of the item.")
    article_id = f.ident("The article.")
    delivery_id = f.ident("What stands on the outlet.")
    channel = f.string("The channel.")
    outlet = f.string("The unit's name of the outlet.")
    title = f.string("Title of the article.", longest=f.TEXT)
    url = f.string("Where it stands.", allow_none=True, longest=f.TEXT)
    state = f.string("How it stands.", choices=states.LABELS)
    note = f.string("What a person said about it.", longest=f.TEXT)
    ended_at = f.moment("When it came to an end.", allow_none=True)


class OrderReceiptViewSchema(OrderReceiptSchema):
    """An order with every outlet it is about."""

    items = f.several(OrderItemSchema, "The outlets.")


class TakenDownSchema(f.ApiSchema):
    """What taking down has begun."""

    begun = f.number("Items that are being taken down by their channels now.")
    left = f.number("Items that are left to people.")


class SettleItemSchema(f.ApiSchema):
    """A person's word for one outlet."""

    result = f.string(
        "deleted: taken down by hand; answered: dealt with in another way; acknowledged: cannot be changed.",
        choices=(states.DELETED, states.ANSWERED, states.ACKNOWLEDGED),
        required=True,
    )
    note = f.string("What was done, or why nothing can be; required but for deleted.", longest=2000, load_default="")
