"""Subscribers, and what became of each letter to each of them."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tenants.db import Base
from tenants.scope import UnitOwned, own, unit_key


class Subscriber(UnitOwned, Base):
    """Somebody who agreed to get a unit's letters, or once did.

    ``kind`` is newsletter or press. ``address_key`` is the address in lower case, for finding it again; ``searched``
    the folded text a search looks into. ``token`` is in the links of this person's letters and opens nothing but
    their own subscription. ``consent_source`` and ``consent_at``: how and when they agreed (Law 91/2025: consent must
    be provable). ``asked_at``, ``asked``: when and how often they were sent the question whether they agree.
    After erasing, address, name, organisation, token and everything made of them are gone; the row stays for the
    counts.
    """

    __tablename__ = "subscriber"
    __table_args__ = (
        unit_key(),
        UniqueConstraint("unit_id", "kind", "address_key"),
        Index("ix_subscriber_state", "unit_id", "kind", "state"),
    )

    kind: Mapped[str]
    state: Mapped[str]
    address: Mapped[str | None]
    address_key: Mapped[str | None]
    name: Mapped[str] = mapped_column(default="")
    organisation: Mapped[str] = mapped_column(default="")
    searched: Mapped[str] = mapped_column(Text, default="")
    token: Mapped[str | None] = mapped_column(unique=True)
    consent_source: Mapped[str] = mapped_column(Text, default="")
    consent_at: Mapped[dt.datetime | None]
    added_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[dt.datetime]
    asked_at: Mapped[dt.datetime | None]
    asked: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[dt.datetime | None]
    sentence: Mapped[str | None] = mapped_column(Text)


class MailingEntry(UnitOwned, Base):
    """One letter of one delivery to one subscriber; unique in the database, so nobody gets it twice.

    ``state``: see ``audience.states``. ``tries`` counts how often the server put it off. ``at`` is when the state was
    reached, ``sentence`` what the other side said.
    """

    __tablename__ = "mailing_entry"
    __table_args__ = (
        unit_key(),
        own("delivery_id", "delivery"),
        own("subscriber_id", "subscriber"),
        UniqueConstraint("unit_id", "delivery_id", "subscriber_id"),
        Index("ix_mailing_entry_state", "unit_id", "delivery_id", "state"),
    )

    delivery_id: Mapped[int]
    subscriber_id: Mapped[int]
    state: Mapped[str] = mapped_column(default="waiting")
    tries: Mapped[int] = mapped_column(default=0)
    at: Mapped[dt.datetime]
    sentence: Mapped[str | None] = mapped_column(Text)
