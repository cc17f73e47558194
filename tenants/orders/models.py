"""Orders to correct or withdraw what was published, from the one who orders down to each outlet."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ColumnElement, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tenants.db import Base
from tenants.scope import HandedDown, Overseen, UnitOwned, own, unit_key


class ContentOrder(HandedDown, Base):
    """An order, in the unit that gave it. ``kind`` is "withdraw" or "correct"; ``state`` "open", "closed" (every outlet
    of every unit has come to an end) or "lifted" (the unit took it back).

    It is about one article (``article_id``, of the one unit it goes to) or about everything published on a plan topic
    (``node_id``). ``title`` names either.
    """

    __tablename__ = "content_order"
    __table_args__ = (unit_key(), Index("ix_content_order_state", "unit_id", "state", "issued_at"))

    kind: Mapped[str]
    state: Mapped[str] = mapped_column(default="open")
    article_id: Mapped[int | None]
    node_id: Mapped[str | None]
    title: Mapped[str]
    reason: Mapped[str] = mapped_column(Text)
    instruction: Mapped[str] = mapped_column(Text, default="")
    deadline: Mapped[dt.date | None]
    urgent: Mapped[bool] = mapped_column(default=False)
    issued_by: Mapped[int] = mapped_column(ForeignKey("user.id"))
    issued_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]


class OrderTarget(UnitOwned, Base):
    """A unit that an order goes to, as far as the one who ordered has heard from it.

    ``state``: "sent", "received", "done". ``serial`` is that of the newest report, so that reports which overtake each
    other do no harm. ``last_sign_at`` is when people of the unit last did something about the order.
    """

    __tablename__ = "order_target"
    __table_args__ = (
        unit_key(),
        own("order_id", "content_order"),
        UniqueConstraint("unit_id", "order_id", "target_unit_id"),
    )

    order_id: Mapped[int]
    target_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    state: Mapped[str] = mapped_column(default="sent")
    items: Mapped[int] = mapped_column(default=0)
    ended: Mapped[int] = mapped_column(default=0)
    serial: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[dt.datetime]
    received_at: Mapped[dt.datetime | None]
    last_sign_at: Mapped[dt.datetime | None]
    reminded_at: Mapped[dt.datetime | None]
    reminders: Mapped[int] = mapped_column(default=0)


class OrderReceipt(Overseen, Base):
    """An order in a unit that has to follow it, with its words as they came.

    ``serial`` counts the reports to the one who ordered. ``order_state`` is "open", "closed" or "lifted"; ``done_at``
    is when every outlet here had come to an end.
    """

    __tablename__ = "order_receipt"
    __table_args__ = (
        unit_key(),
        UniqueConstraint("unit_id", "order_unit_id", "order_id"),
        Index("ix_order_receipt_open", "unit_id", "order_state", "done_at"),
    )

    order_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    order_id: Mapped[int]
    order_state: Mapped[str] = mapped_column(default="open")
    kind: Mapped[str]
    article_id: Mapped[int | None]
    node_id: Mapped[str | None]
    title: Mapped[str]
    reason: Mapped[str] = mapped_column(Text)
    instruction: Mapped[str] = mapped_column(Text)
    deadline: Mapped[dt.date | None]
    urgent: Mapped[bool]
    issued_by: Mapped[int] = mapped_column(ForeignKey("user.id"))
    issued_at: Mapped[dt.datetime]
    received_at: Mapped[dt.datetime]
    last_sign_at: Mapped[dt.datetime | None]
    reminded_at: Mapped[dt.datetime | None]
    done_at: Mapped[dt.datetime | None]
    serial: Mapped[int] = mapped_column(default=0)

    @classmethod
    def overseen(cls) -> ColumnElement[bool]:
        """Return the condition for superiors: what superiors ordered, not what the unit ordered itself."""
        return cls.order_unit_id != cls.unit_id


class OrderItem(Overseen, Base):
    """One item on one outlet that an order is about. ``state``: see ``orders.states``.

    ``delivery_id`` follows the item when a new text replaces it; ``revision_id`` is the text the order was given about.
    ``outlet`` is the unit's name of the outlet.
    """

    __tablename__ = "order_item"
    __table_args__ = (
        unit_key(),
        own("receipt_id", "order_receipt"),
        own("article_id", "article"),
        own("delivery_id", "delivery"),
        UniqueConstraint("unit_id", "receipt_id", "delivery_id"),
        Index("ix_order_item_article", "unit_id", "article_id", "state"),
    )

    receipt_id: Mapped[int]
    order_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    order_id: Mapped[int]
    article_id: Mapped[int]
    revision_id: Mapped[int]
    delivery_id: Mapped[int]
    channel: Mapped[str]
    outlet: Mapped[str]
    title: Mapped[str]
    url: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(default="open")
    note: Mapped[str] = mapped_column(Text, default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    ended_at: Mapped[dt.datetime | None]

    @classmethod
    def overseen(cls) -> ColumnElement[bool]:
        """Return the condition for superiors: what superiors ordered, not what the unit ordered itself."""
        return cls.order_unit_id != cls.unit_id
