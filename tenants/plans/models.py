"""Plans: what is being drafted (a unit's own business) and what was issued (immutable, read by the units below).

Drafts and issued text live in different tables, so that a superior's draft cannot be read by a school even by mistake.

* ``Plan``: one communication plan of one unit, with the header of its next document.
* ``DraftNode``: a node written by this unit, in the draft. ``NodeOverride``, ``NodeOmission``: what it changed on
  inherited nodes.
* ``Adoption``: the superior's plan, and the version of it, that the unit builds on.
* ``PlanVersion``, ``PlanNode``: what was issued. A row of ``PlanNode`` holds for a range of versions, so an
  amendment of k nodes writes k rows, whatever the number of schools. A plan with a base writes only the nodes in
  which it differs from that base.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Text,
    UniqueConstraint,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column

from tenants.db import Base
from tenants.scope import HandedDown, Overseen, UnitOwned, own, unit_key


class Plan(UnitOwned, Base):
    """A unit's plan and the header of the document it will be issued as.

    ``current_version`` is 0 until the first issue. ``lock`` counts saves, so that two editors do not overwrite each
    other. Dates are calendar days. ``introduction`` are paragraphs, ``recipients`` the lines of "Nơi nhận".
    """

    __tablename__ = "plan"
    BATCH = frozenset({"select", "update"})
    __table_args__ = (
        unit_key(),
        own("source_id", "plan_source"),
    )

    subject: Mapped[str]
    period_kind: Mapped[str] = mapped_column(default="school_year")
    starts_on: Mapped[dt.date | None]
    ends_on: Mapped[dt.date | None]
    levels: Mapped[list[str]]
    number: Mapped[str | None]
    notation: Mapped[str] = mapped_column(default="")
    place: Mapped[str] = mapped_column(default="")
    document_date: Mapped[dt.date | None]
    signer_title: Mapped[str] = mapped_column(default="")
    signer_name: Mapped[str] = mapped_column(default="")
    introduction: Mapped[list[str]]
    recipients: Mapped[list[str]]
    state: Mapped[str] = mapped_column(default="draft")
    current_version: Mapped[int] = mapped_column(default=0)
    lock: Mapped[int] = mapped_column(default=0)
    source_id: Mapped[int | None]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[dt.datetime]
    updated_at: Mapped[dt.datetime]


class PlanSource(UnitOwned, Base):
    """The file a plan was imported from, kept as it came, and what the importer read. ``state``: waiting, read,
    refused, used.
    """

    __tablename__ = "plan_source"
    __table_args__ = (unit_key(),)

    filename: Mapped[str]
    sha256: Mapped[str]
    size: Mapped[int]
    state: Mapped[str] = mapped_column(default="waiting")
    sentence: Mapped[str | None] = mapped_column(Text)
    source_text: Mapped[str | None] = mapped_column(Text)
    read: Mapped[dict[str, Any] | None]
    plan_id: Mapped[int | None]
    uploaded_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    uploaded_at: Mapped[dt.datetime]


class PlanCitation(UnitOwned, Base):
    """A basis (căn cứ) of a plan, as cited. ``linked_unit_id`` and ``linked_plan_id`` name the plan of a superior that
    it is, where that plan lies in this system.
    """

    __tablename__ = "plan_citation"
    BATCH = frozenset({"select", "update"})
    __table_args__ = (
        unit_key(),
        own("plan_id", "plan"),
        Index("ix_plan_citation_plan", "unit_id", "plan_id", "position"),
    )

    plan_id: Mapped[int]
    position: Mapped[int]
    doc_type: Mapped[str]
    number: Mapped[str | None]
    notation: Mapped[str | None]
    issued_on: Mapped[dt.date | None]
    issuer: Mapped[str | None]
    subject: Mapped[str | None] = mapped_column(Text)
    linked_unit_id: Mapped[int | None]
    linked_plan_id: Mapped[int | None]


class NodeFields:
    """Columns of a node, the same in the draft and in what was issued.

    Args:
        node_id: given once, never reused; a localized node keeps the id it came from, so that statistics roll up.
        parent_node_id: the node above; "" for a section.
        position: order among the children of one parent, ascending, with gaps.
        label: the printed number ("I", "1", "a", "-").
        kind: section, basis, purpose, requirement, topic, channel, task, quota or closing.
        owners, audience, channels: lists of words; ``levels``: education levels, empty for all.
        quota: {"count", "period" (month, semester, year), "genre", "subject" (role_model or null)}, or None.
        policies: field -> "locked", "default" or "free"; a field that is not named is "default".
        mandatory: the node cannot be omitted by a unit below.
        replaces: ids of the nodes this one was split off or merged from; what units below wrote on them follows.
    """

    node_id: Mapped[str]
    parent_node_id: Mapped[str] = mapped_column(default="")
    position: Mapped[int]
    label: Mapped[str] = mapped_column(default="")
    kind: Mapped[str] = mapped_column(default="topic")
    title: Mapped[str] = mapped_column(Text, default="")
    body: Mapped[str] = mapped_column(Text, default="")
    owners: Mapped[list[str]]
    audience: Mapped[list[str]]
    levels: Mapped[list[str]]
    channels: Mapped[list[str]]
    due_from: Mapped[dt.date | None]
    due_to: Mapped[dt.date | None]
    quota: Mapped[dict[str, Any] | None]
    policies: Mapped[dict[str, Any]]
    mandatory: Mapped[bool] = mapped_column(default=False)
    replaces: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")


class DraftNode(NodeFields, UnitOwned, Base):
    """A node this unit wrote itself, in the draft. ``source_lines`` are the lines [first, last] of the imported
    text.
    """

    __tablename__ = "draft_node"
    BATCH = frozenset({"select"})
    __table_args__ = (
        unit_key(),
        own("plan_id", "plan"),
        UniqueConstraint("unit_id", "plan_id", "node_id"),
    )

    plan_id: Mapped[int]
    source_lines: Mapped[list[list[int]] | None]


class Adoption(Overseen, Base):
    """A superior's plan in a unit below: which version it builds on and how far it has come.

    Written by the receiving unit's own job. ``plan_id`` is the unit's own plan, made on receipt. The office sees the
    row, not the text.
    """

    __tablename__ = "adoption"
    BATCH = frozenset({"select", "update"})
    __table_args__ = (
        unit_key(),
        own("plan_id", "plan"),
        UniqueConstraint("unit_id", "base_plan_id"),
        Index("ix_adoption_base", "base_unit_id", "base_plan_id"),
        ForeignKeyConstraint(["base_unit_id", "base_plan_id"], ["plan.unit_id", "plan.id"]),
    )

    plan_id: Mapped[int]
    base_unit_id: Mapped[int]
    base_plan_id: Mapped[int]
    base_version: Mapped[int]
    offered_version: Mapped[int]
    received_at: Mapped[dt.datetime]
    opened_at: Mapped[dt.datetime | None]
    localized_at: Mapped[dt.datetime | None]
    issued_at: Mapped[dt.datetime | None]
    issued_version: Mapped[int | None]
    adapted: Mapped[int] = mapped_column(default=0)
    added: Mapped[int] = mapped_column(default=0)
    omitted: Mapped[int] = mapped_column(default=0)

    @classmethod
    def overseen(cls) -> ColumnElement[bool]:
        """Return the condition for superiors: the whole row is counts and dates, no text."""
        return true()


class NodeOverride(UnitOwned, Base):
    """One field of an inherited node in this unit's own words, with what it replaced and the version that was read."""

    __tablename__ = "node_override"
    BATCH = frozenset({"select", "update"})
    __table_args__ = (
        unit_key(),
        own("plan_id", "plan"),
        UniqueConstraint("unit_id", "plan_id", "node_id", "field"),
    )

    plan_id: Mapped[int]
    node_id: Mapped[str]
    field: Mapped[str]
    value: Mapped[Any] = mapped_column(JSON)
    base_value: Mapped[Any] = mapped_column(JSON)
    base_version: Mapped[int]
    reason: Mapped[str] = mapped_column(default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    at: Mapped[dt.datetime]


class NodeOmission(UnitOwned, Base):
    """An optional inherited node this unit leaves out, with the reason."""

    __tablename__ = "node_omission"
    BATCH = frozenset({"select"})
    __table_args__ = (
        unit_key(),
        own("plan_id", "plan"),
        UniqueConstraint("unit_id", "plan_id", "node_id"),
    )

    plan_id: Mapped[int]
    node_id: Mapped[str]
    base_version: Mapped[int]
    reason: Mapped[str]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    at: Mapped[dt.datetime]


class PlanVersion(HandedDown, Base):
    """An issued document. Never changed after it was written.

    ``chain`` lists, root first, the issued plans it builds on at any height and itself last: [[unit_id, plan_id,
    version], ...]; with it the text is read in one query however many levels there are. ``bases`` are those it
    builds on directly, in their order; the other levels have theirs in their own rows. ``year`` is that of
    ``document_date``: numbers begin anew each year (NĐ 30/2020, Điều 15). ``file_sha256`` is the frozen .docx: the
    whole plan, or the document named by ``follow_up`` ("adjust", "supplement", "replace", "correct"; "" for the whole
    plan) that changes the one before, for the ``reason`` it gives.
    ``change_class``: "wording", "content" or "urgent"; ``acknowledge_by``: when units below must have confirmed an
    urgent one.
    """

    __tablename__ = "plan_version"
    BATCH = frozenset({"select"})
    __table_args__ = (
        unit_key(),
        own("plan_id", "plan"),
        UniqueConstraint("unit_id", "plan_id", "version"),
        UniqueConstraint("unit_id", "year", "number", "notation"),
    )

    plan_id: Mapped[int]
    version: Mapped[int]
    subject: Mapped[str]
    period_kind: Mapped[str]
    starts_on: Mapped[dt.date | None]
    ends_on: Mapped[dt.date | None]
    levels: Mapped[list[str]]
    number: Mapped[str]
    notation: Mapped[str]
    place: Mapped[str]
    document_date: Mapped[dt.date]
    year: Mapped[int]
    signer_title: Mapped[str]
    signer_name: Mapped[str]
    unit_name: Mapped[str]
    managing_unit_name: Mapped[str | None]
    introduction: Mapped[list[str]]
    citations: Mapped[list[dict[str, Any]]]
    recipients: Mapped[list[str]]
    chain: Mapped[list[list[int]]]
    bases: Mapped[list[list[int]]]
    change_class: Mapped[str] = mapped_column(default="content")
    follow_up: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    note: Mapped[str] = mapped_column(Text, default="")
    acknowledge_by: Mapped[dt.datetime | None]
    file_sha256: Mapped[str]
    content_sha256: Mapped[str]
    issued_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    issued_at: Mapped[dt.datetime]
    revoked_at: Mapped[dt.datetime | None]


class PlanNode(NodeFields, HandedDown, Base):
    """An issued node, valid from ``from_version`` up to but not including ``to_version`` (None: still valid).

    In a plan with a base, a row with the ``node_id`` of an inherited node replaces it; with ``omitted`` it removes it.
    ``origin_unit_id`` is the unit that gave the node its id.
    """

    __tablename__ = "plan_node"
    BATCH = frozenset({"select"})
    __table_args__ = (
        unit_key(),
        own("plan_id", "plan"),
        UniqueConstraint("unit_id", "plan_id", "node_id", "from_version"),
    )

    plan_id: Mapped[int]
    from_version: Mapped[int]
    to_version: Mapped[int | None]
    omitted: Mapped[bool] = mapped_column(default=False)
    origin_unit_id: Mapped[int]
