"""The way of a draft to its issue: checks, comments asked for, drafts given up, and the withdrawal of what was issued.

A draft never leaves its unit. Who is asked for comments gets a copy of the text as it stood that day, in a table of
their own, and what they say comes back the same way: both by the worker, each in its own unit's scope.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tenants.db import Base
from tenants.scope import HandedDown, UnitOwned, own, unit_key


class PlanCheck(UnitOwned, Base):
    """One look at a draft on its way to issue; never changed afterwards.

    ``version`` is the one to be issued. ``step``: "content", "format", "approval". ``content_sha256`` is what was
    looked at (see ``life.text_hash``). ``findings`` are the codes and sentences of the format check.
    """

    __tablename__ = "plan_check"
    __table_args__ = (unit_key(), own("plan_id", "plan"), Index("ix_plan_check_plan", "unit_id", "plan_id", "version"))

    plan_id: Mapped[int]
    version: Mapped[int]
    step: Mapped[str]
    passed: Mapped[bool]
    content_sha256: Mapped[str]
    findings: Mapped[list[dict[str, Any]]]
    note: Mapped[str] = mapped_column(Text, default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    at: Mapped[dt.datetime]


class PlanConsultation(UnitOwned, Base):
    """One round of comments on a draft: the text as it was sent, and until when (the whole day counts)."""

    __tablename__ = "plan_consultation"
    __table_args__ = (unit_key(), own("plan_id", "plan"), Index("ix_plan_consultation_plan", "unit_id", "plan_id"))

    plan_id: Mapped[int]
    version: Mapped[int]
    subject: Mapped[str] = mapped_column(Text)
    message: Mapped[str] = mapped_column(Text, default="")
    text: Mapped[list[dict[str, Any]]]
    content_sha256: Mapped[str]
    closes_on: Mapped[dt.date]
    opened_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    opened_at: Mapped[dt.datetime]
    closed_at: Mapped[dt.datetime | None]


class PlanConsulted(UnitOwned, Base):
    """A unit that was asked. ``answered_at`` stays None until it has answered, with or without remarks."""

    __tablename__ = "plan_consulted"
    __table_args__ = (
        unit_key(),
        own("consultation_id", "plan_consultation"),
        UniqueConstraint("unit_id", "consultation_id", "target_unit_id"),
    )

    consultation_id: Mapped[int]
    target_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    answered_at: Mapped[dt.datetime | None]
    reminded_at: Mapped[dt.datetime | None]


class PlanRemark(UnitOwned, Base):
    """What an asked unit said, in the asker's hands. ``node_id`` "" means the plan in general.

    ``verdict``: "" (not answered yet), "taken", "not_taken"; the latter has a reason.
    """

    __tablename__ = "plan_remark"
    __table_args__ = (
        unit_key(),
        own("consultation_id", "plan_consultation"),
        UniqueConstraint("unit_id", "consultation_id", "from_unit_id", "remote_id"),
    )

    consultation_id: Mapped[int]
    from_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    remote_id: Mapped[int]
    node_id: Mapped[str] = mapped_column(default="")
    words: Mapped[str] = mapped_column(Text)
    received_at: Mapped[dt.datetime]
    verdict: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[dt.datetime | None]


class ConsultRequest(UnitOwned, Base):
    """A draft of another unit on which this one was asked to comment: a copy of what was sent."""

    __tablename__ = "consult_request"
    __table_args__ = (unit_key(), UniqueConstraint("unit_id", "from_unit_id", "consultation_id"))

    from_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    from_unit_name: Mapped[str]
    consultation_id: Mapped[int]
    subject: Mapped[str] = mapped_column(Text)
    message: Mapped[str] = mapped_column(Text, default="")
    text: Mapped[list[dict[str, Any]]]
    closes_on: Mapped[dt.date]
    received_at: Mapped[dt.datetime]
    answered_at: Mapped[dt.datetime | None]
    ended_at: Mapped[dt.datetime | None]


class ConsultRemark(UnitOwned, Base):
    """One remark of this unit on a draft it was asked about, and what the drafter did with it."""

    __tablename__ = "consult_remark"
    __table_args__ = (unit_key(), own("request_id", "consult_request"), Index("ix_consult_remark", "request_id"))

    request_id: Mapped[int]
    node_id: Mapped[str] = mapped_column(default="")
    words: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    at: Mapped[dt.datetime]
    verdict: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[dt.datetime | None]


class PlanDiscard(UnitOwned, Base):
    """The draft of an amendment that was given up: who, when, why, and the draft as it stood, as a file.

    ``version`` is the one it would have become; the next draft bears the same number, so looks and rounds of comments
    belong to the draft that was open when they were made. ``changes``: how many items it would have changed.
    """

    __tablename__ = "plan_discard"
    __table_args__ = (unit_key(), own("plan_id", "plan"), Index("ix_plan_discard_plan", "unit_id", "plan_id"))

    plan_id: Mapped[int]
    version: Mapped[int]
    subject: Mapped[str] = mapped_column(Text)
    changes: Mapped[int]
    reason: Mapped[str] = mapped_column(Text, default="")
    file_sha256: Mapped[str]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    at: Mapped[dt.datetime]


class PlanRevocation(HandedDown, Base):
    """The notice that withdrew an issued plan (thu hồi): a document of its own, never changed."""

    __tablename__ = "plan_revocation"
    __table_args__ = (
        unit_key(),
        own("plan_id", "plan"),
        UniqueConstraint("unit_id", "plan_id"),
        UniqueConstraint("unit_id", "year", "number", "notation"),
    )

    plan_id: Mapped[int]
    version: Mapped[int]
    number: Mapped[str]
    notation: Mapped[str]
    place: Mapped[str]
    document_date: Mapped[dt.date]
    year: Mapped[int]
    signer_title: Mapped[str]
    signer_name: Mapped[str]
    reason: Mapped[str] = mapped_column(Text)
    file_sha256: Mapped[str]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    at: Mapped[dt.datetime]
