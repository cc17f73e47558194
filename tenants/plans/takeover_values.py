"""What pages read about amendments and take-overs, as values. Pure.

Field values are in the form overrides are stored in (``nodes.field_value``): text for title and body, lists of words,
``{"from", "to"}`` with ISO days for ``due``, the quota as a mapping or None.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from tenants.plans.diff import Segment

Choice = Literal["keep", "take", "combine", "ask"]
ChangeKind = Literal["added", "withdrawn", "changed", "moved"]

CHOICES: tuple[Choice, ...] = ("keep", "take", "combine", "ask")
CHANGE_CLASSES = ("wording", "content", "urgent")
"""sửa lỗi chính tả / nội dung / khẩn."""

AUTOMATIC, CONFIRM = "automatic", "confirm"
"""Values of the unit setting ``plans.takeover``: take over what needs nobody's decision at once, or wait for the
leader.
"""

UNANSWERED = ("open", "asked")
"""States of a decision that still waits for a person."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of a node in two versions; ``policy`` is that of the newer one."""

    field: str
    label: str
    policy: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class NodeChange:
    """What happened to one node between two versions.

    Args:
        kind: "moved" when nothing but its place changed.
        title: the node in words, from the newer version where it still stands.
        path: titles above it, joined by " › ".
        fields: the fields that differ, in the order of the form; empty for added and withdrawn nodes.
        replaces: ids and words of the nodes it was split off or merged from.
        successors: ids and words of the nodes that came in place of a withdrawn one.
        hidden: the present unit leaves the node out.
    """

    node_id: str
    kind: ChangeKind
    title: str
    path: str = ""
    fields: tuple[FieldChange, ...] = ()
    replaces: tuple[tuple[str, str], ...] = ()
    successors: tuple[tuple[str, str], ...] = ()
    hidden: bool = False
    moved: bool = False


@dataclass(frozen=True, slots=True)
class Counts:
    """What a take-over does or would do; the same names as the columns of ``PlanTakeover``."""

    auto: int = 0
    decisions: int = 0
    locked_replaced: int = 0
    orphaned: int = 0
    hidden: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a proposed text.

    Args:
        kind: "same" in both, "upstream" (the superior's change), "local" (the unit's change), or "conflict": a person
            must choose or write; ``text`` is then the unit's and ``other`` the superior's wording.
    """

    kind: Literal["same", "upstream", "local", "conflict"]
    text: str
    other: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A suggested combination; never put in force by itself.

    Args:
        value: the combination in stored form; where both sides changed the same sentence it holds the unit's wording,
            followed by the superior's, so that nothing is missing from what a person starts from.
        parts: the text in pieces, empty for fields that are no prose.
        conflicts: how many pieces a person must settle.
    """

    value: Any
    parts: tuple[Part, ...] = ()
    conflicts: int = 0


@dataclass(frozen=True, slots=True)
class VersionNote:
    """A version of the superior's plan that the unit has not taken over yet, or one on the way to it."""

    version: int
    change_class: str
    note: str
    number: str
    notation: str
    document_date: dt.date
    acknowledge_by: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A superior's plan whose newer version was not taken over.

    Args:
        versions: those between, oldest first, the offered one last: all their notes are to be shown.
        changes: what differs for this unit between its base and the offered version.
        forecast: what taking it over now would do.
        state: of the offered version: "waiting" or "failed"; ``error`` is the sentence of the failure.
        undone: earlier versions the unit took back; what comes again of them is asked about, see ``held``.
    """

    adoption_id: int
    base_unit_id: int
    base_plan_id: int
    base_unit_name: str
    base_version: int
    offered_version: int
    versions: tuple[VersionNote, ...]
    changes: tuple[NodeChange, ...]
    forecast: Counts
    state: str
    error: str | None = None
    undone: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """One text of the merge screen: its value, and how it differs from the superior's old text, word by word."""

    value: Any
    text: str
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class DecisionView:
    """A decision with everything its screen shows.

    Args:
        kind, state, field, node_id, title, version, question, answer: see ``models.PlanDecision``.
        field_label: the field in words.
        path: titles above the node, joined by " › ".
        base, upstream, local: the three columns; ``base`` shows its own text unmarked.
        proposal: the suggestion; None for kinds other than "text".
        bounds: floor and ceiling of a count.
        present: the field as it stands in the unit's plan in hand.
        chosen: the combination that was put in force; "" for other choices.
        seen: to be sent back with the decision, so that nobody decides about a text that changed meanwhile.
        change_set_id: what to undo once it was decided; None before.
        reason: why the unit has words of its own here, as noted with them; "" once it is settled.
    """

    id: int
    plan_id: int
    kind: str
    state: str
    node_id: str
    field: str
    field_label: str
    title: str
    path: str
    version: int
    base: Column
    upstream: Column
    local: Column
    proposal: Proposal | None
    bounds: Mapping[str, int]
    present: str
    chosen: str
    question: str
    answer: str
    seen: str
    change_set_id: int | None
    by_id: int | None = None
    at: dt.datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ArchivedValue:
    """An own value that was put aside. ``why``: see ``models.PlanArchive``."""

    id: int
    node_id: str
    field: str
    field_label: str
    title: str
    text: str
    value: Any
    why: str
    version: int
    at: dt.datetime
    by_id: int | None


@dataclass(frozen=True, slots=True)
class Step:
    """A change set in the history of a layer. ``undoable`` is False once a later step built on it."""

    id: int
    kind: str
    version: int
    at: dt.datetime
    by_id: int | None
    undone_at: dt.datetime | None
    undoable: bool
