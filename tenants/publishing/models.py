"""Outlets, deliveries and attempts: at most once, never silent."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tenants.db import Base
from tenants.scope import HandedDown, Overseen, UnitOwned, own, unit_key


class ChannelAccount(UnitOwned, Base):
    """A unit's configured outlet of one kind of channel. ``secrets_box`` is encrypted and bound to this row.

    ``paused_reason``: why a person must act before anything more is sent. ``paused_until``: the outlet asked for
    patience. ``busy_key``, ``busy_until``: which delivery is calling the outlet now, and when that call is over at
    the latest; one at a time. ``previous_box`` holds the credentials before the last renewal or reconnection.
    ``renew_wanted``: the outlet said that they have run out. ``account_ref`` is the outlet's own name for it.
    ``rest_reason`` is why ``paused_until`` was set. ``verified_at`` is when the outlet last proved that it takes our
    posts, ``checked_at`` when it was last asked, whatever came of it.
    """

    __tablename__ = "channel_account"
    __table_args__ = (unit_key(), Index("ix_channel_account_channel", "unit_id", "channel"))

    channel: Mapped[str]
    label: Mapped[str]
    settings: Mapped[dict[str, Any]]
    secrets_box: Mapped[str | None] = mapped_column(Text)
    enabled: Mapped[bool] = mapped_column(default=True)
    paused_reason: Mapped[str | None] = mapped_column(Text)
    paused_until: Mapped[dt.datetime | None]
    busy_key: Mapped[str | None]
    busy_until: Mapped[dt.datetime | None]
    previous_box: Mapped[str | None] = mapped_column(Text)
    renew_wanted: Mapped[bool] = mapped_column(default=False)
    account_ref: Mapped[str | None]
    rest_reason: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[dt.datetime]
    verified_at: Mapped[dt.datetime | None]
    checked_at: Mapped[dt.datetime | None]


class Delivery(Overseen, Base):
    """One article revision on one outlet: one row, unique in the database, so it cannot be asked for twice.

    ``key`` identifies it to the remote side. ``payload`` is what was approved to go out, frozen when it was asked
    for (the parts of ``channel_plugins.Payload``). ``wanted`` is what the outlet shall do: publish, edit or
    retract. ``next_at`` is when the program acts again by itself; None when it is done or waits for a person.
    ``tries`` and ``checks`` count calls and look-ups since a person last acted. ``receipt`` is the outlet's, with
    what is needed to edit, retract and count. ``published_at`` is when the item came to stand there, kept through
    later corrections; ``updated_at`` is when this text did. ``sentence`` and ``next_step`` are for the reader.
    ``handed_at``: when the files went to the people who broadcast or post it; ``due_at``: by when their word is
    expected; ``proof`` is their word: {done, at, who, place, times, url, photo, note, through, said_at}.
    ``link_nonce`` and ``link_until`` belong to the link by which they answer without an account; None closes it.
    ``replaces_id``: the delivery whose remote item this one edits. ``hold_id``: what keeps it waiting without a time
    (see ``PublishingHold``). ``title``, ``genre``, ``node_id`` serve
    counting without the article. ``sent_at`` is when the item was last sent as a new one, for the budget of the outlet.
    ``at_once``: a person wants it sent in quiet hours too.

    Published means seen: ``seen_at`` is when it was known to stand there, ``seen_by`` how ("read_back": read from the
    outlet; "person"; "answer": the outlet said so and cannot be read), ``seen_hash`` the SHA-256 of the text read, in
    NFC. ``altered``: what was read is not what was approved. ``vanished_at``: it was looked for and not found.
    ``looks`` counts the readings since it was published or last seen. Statistics count what is seen and not vanished.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        unit_key(),
        own("article_id", "article"),
        own("revision_id", "article_revision"),
        own("account_id", "channel_account"),
        UniqueConstraint("unit_id", "revision_id", "account_id"),
        Index("ix_delivery_state", "unit_id", "state", "published_at"),
        Index("ix_delivery_channel", "unit_id", "channel", "state", "published_at"),
        Index("ix_delivery_article", "unit_id", "article_id"),
        Index("ix_delivery_sent", "unit_id", "account_id", "sent_at"),
    )

    article_id: Mapped[int]
    revision_id: Mapped[int]
    account_id: Mapped[int]
    channel: Mapped[str]
    key: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(default="scheduled")
    wanted: Mapped[str] = mapped_column(default="publish")
    scheduled_at: Mapped[dt.datetime]
    next_at: Mapped[dt.datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    checks: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[dt.datetime | None]
    at_once: Mapped[bool] = mapped_column(default=False)
    published_at: Mapped[dt.datetime | None]
    updated_at: Mapped[dt.datetime | None]
    seen_at: Mapped[dt.datetime | None]
    seen_by: Mapped[str | None]
    seen_hash: Mapped[str | None]
    altered: Mapped[bool] = mapped_column(default=False)
    vanished_at: Mapped[dt.datetime | None]
    looks: Mapped[int] = mapped_column(default=0)
    remote_id: Mapped[str | None]
    url: Mapped[str | None] = mapped_column(Text)
    receipt: Mapped[dict[str, Any] | None]
    payload: Mapped[dict[str, Any]]
    payload_hash: Mapped[str]
    artefacts: Mapped[list[dict[str, Any]]]
    handed_at: Mapped[dt.datetime | None]
    due_at: Mapped[dt.datetime | None]
    proof: Mapped[dict[str, Any] | None]
    link_nonce: Mapped[str | None]
    link_until: Mapped[dt.datetime | None]
    sentence: Mapped[str | None] = mapped_column(Text)
    next_step: Mapped[str | None]
    retract_reason: Mapped[str | None] = mapped_column(Text)
    replaces_id: Mapped[int | None]
    hold_id: Mapped[int | None]
    title: Mapped[str]
    genre: Mapped[str]
    node_id: Mapped[str | None]
    role_model: Mapped[bool] = mapped_column(default=False)
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    asked_at: Mapped[dt.datetime]

    @classmethod
    def overseen(cls) -> ColumnElement[bool]:
        """Return the condition for superiors: only what the public has seen."""
        return cls.published_at.is_not(None)


class Attempt(UnitOwned, Base):
    """One call of the channel. Written and committed before the call; ``state`` "sending" after a crash means:
    unsure.

    ``call`` is publish, edit, retract, look_up, or confirm where a person said how it ended. ``state``: see
    ``publishing.states``. ``sentence`` is for the school, ``detail`` for whoever helps it; neither holds credentials.
    ``by_id`` is set when a person said how it ended. ``transcript``: the requests the channel made, each with method,
    place, status, excerpt and milliseconds.
    """

    __tablename__ = "attempt"
    __table_args__ = (
        unit_key(),
        own("delivery_id", "delivery"),
        UniqueConstraint("unit_id", "delivery_id", "number"),
    )

    delivery_id: Mapped[int]
    number: Mapped[int]
    call: Mapped[str]
    state: Mapped[str] = mapped_column(default="sending")
    started_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
    sentence: Mapped[str | None] = mapped_column(Text)
    detail: Mapped[str | None] = mapped_column(Text)
    transcript: Mapped[list[dict[str, Any]] | None]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


class ChannelRule(HandedDown, Base):
    """Whether the units below may use a channel. Without a row of any superior they may; one that says no suffices."""

    __tablename__ = "channel_rule"
    __table_args__ = (unit_key(), UniqueConstraint("unit_id", "channel"))

    channel: Mapped[str]
    allowed: Mapped[bool]
    reason: Mapped[str | None] = mapped_column(Text)
    set_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    set_at: Mapped[dt.datetime]


class OutletHealth(Overseen, Base):
    """How an outlet is, for the unit and its superiors: no settings, no credentials.

    ``state``: see ``publishing.health``; ``rank`` puts the worst first. ``since`` is when it came into this state.
    ``waiting`` and ``troubled`` count deliveries.
    """

    __tablename__ = "outlet_health"
    __table_args__ = (
        unit_key(),
        own("account_id", "channel_account"),
        UniqueConstraint("unit_id", "account_id"),
        Index("ix_outlet_health_rank", "rank", "since"),
    )

    account_id: Mapped[int]
    channel: Mapped[str]
    label: Mapped[str]
    state: Mapped[str]
    rank: Mapped[int]
    sentence: Mapped[str | None] = mapped_column(Text)
    since: Mapped[dt.datetime]
    verified_at: Mapped[dt.datetime | None]
    last_published_at: Mapped[dt.datetime | None]
    waiting: Mapped[int] = mapped_column(default=0)
    troubled: Mapped[int] = mapped_column(default=0)

    @classmethod
    def overseen(cls) -> ColumnElement[bool]:
        """Return the condition for superiors: every outlet."""
        return cls.account_id.is_not(None)


class PublishingHold(HandedDown, Base):
    """Why something may not go out for the time being, in this unit and those below it.

    ``kind`` "freeze": what is scheduled waits, and nothing new is scheduled, on the topic ``node_id`` and what stands
    under it in a plan, or on everything when that is None. "withdraw" and "correct" come from an order
    (``order_unit_id``, ``order_id``): the first keeps an article, or a whole topic, off the outlets, the second one
    text of an article (``revision_id``). ``title`` names the topic or the article.
    """

    __tablename__ = "publishing_hold"
    __table_args__ = (
        unit_key(),
        Index("ix_publishing_hold_open", "unit_id", "lifted_at", "article_id"),
    )

    kind: Mapped[str]
    node_id: Mapped[str | None]
    article_id: Mapped[int | None]
    revision_id: Mapped[int | None]
    title: Mapped[str]
    reason: Mapped[str] = mapped_column(Text)
    order_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    order_id: Mapped[int | None]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    at: Mapped[dt.datetime]
    lifted_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    lifted_at: Mapped[dt.datetime | None]


class ArticleWatch(UnitOwned, Base):
    """A feature that wants to hear how deliveries of an article end: ``kind`` is the job queued for it then."""

    __tablename__ = "article_watch"
    __table_args__ = (unit_key(), own("article_id", "article"), UniqueConstraint("unit_id", "article_id", "kind"))

    article_id: Mapped[int]
    kind: Mapped[str]
