"""What the importer hands back: values only, no parsing.

Every class here is plain data. :meth:`ReadPlan.as_dict` is the JSON printed by ``loa plan read FILE``; whatever a
review screen needs beyond it (source lines, the normalised source text) sits on the objects and never in that JSON.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

Kind = Literal[
    "basis",
    "purpose",
    "requirement",
    "topic",
    "channel",
    "task",
    "quota",
    "closing",
    "section",
]


class UnreadablePlan(Exception):
    """The file cannot be read as a plan at all.

    ``code`` is stable and meant for programs; ``sentence`` is one Vietnamese text for the person who uploaded the
    file: what happened, what was kept, what to do next.
    """

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class PlanWarning:
    """One thing a person should look at; the plan was read all the same.

    ``line`` is where it stands in ``ReadPlan.source_text`` (from 1), ``None`` for what is missing or concerns the
    whole.
    """

    code: str
    text: str
    line: int | None = None

    def as_dict(self) -> dict[str, str | int | None]:
        return {"code": self.code, "text": self.text, "line": self.line}


@dataclass(slots=True)
class Citation:
    """One document the plan names. ``raw`` is the printed clause; it stays out of the JSON."""

    type: str
    number: str | None = None
    symbol: str | None = None
    date: date | None = None
    issuer: str | None = None
    subject: str | None = None
    raw: str = ""

    def as_dict(self) -> dict[str, str | None]:
        return {
            "type": self.type,
            "number": self.number,
            "symbol": self.symbol,
            "date": self.date.isoformat() if self.date else None,
            "issuer": self.issuer,
            "subject": self.subject,
        }


@dataclass(slots=True)
class Node:
    """One item of the plan. ``lines`` are the first and last line (from 1) it came from in ``ReadPlan.source_text``."""

    label: str
    kind: Kind
    text: str
    owners: list[str] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)
    lines: tuple[int, int] = (0, 0)

    def as_dict(self) -> dict[str, Any]:
        return {
            "label": self.label,
            "kind": self.kind,
            "text": self.text,
            "owners": list(self.owners),
            "children": [child.as_dict() for child in self.children],
        }

    def walk(self) -> Iterator[Node]:
        """This node and everything under it, in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signed: the title as printed on one line, and the name."""

    title: str | None = None
    name: str | None = None

    def as_dict(self) -> dict[str, str | None]:
        return {"title": self.title, "name": self.name}


@dataclass(slots=True)
class ReadPlan:
    """A plan as it was read; see the package docstring for the meaning of each field."""

    number: str | None = None
    symbol: str | None = None
    date: date | None = None
    place: str | None = None
    issuer: str | None = None
    issuer_parent: str | None = None
    title: str | None = None
    citations: list[Citation] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    signer: Signer = field(default_factory=Signer)
    warnings: list[PlanWarning] = field(default_factory=list)
    introduction: str | None = None
    source_text: str = ""

    def walk(self) -> Iterator[Node]:
        """Every node of the plan, in reading order."""
        for node in self.nodes:
            yield from node.walk()

    def as_dict(self) -> dict[str, Any]:
        """Exactly the JSON of ``loa plan read``: missing strings are ``None``, missing lists are empty."""
        return {
            "number": self.number,
            "symbol": self.symbol,
            "date": self.date.isoformat() if self.date else None,
            "place": self.place,
            "issuer": self.issuer,
            "issuer_parent": self.issuer_parent,
            "title": self.title,
            "citations": [citation.as_dict() for citation in self.citations],
            "nodes": [node.as_dict() for node in self.nodes],
            "recipients": list(self.recipients),
            "signer": self.signer.as_dict(),
            "warnings": [warning.as_dict() for warning in self.warnings],
            "introduction": self.introduction,
        }
