"""From a plan's values to the document that is printed. Pure: layout is the business of ``document``."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from tenants.plans.document import DocumentNode, PlanDocument, wording
from tenants.plans.nodes import Node
from tenants.plans.tree import TreeNode
from tenants.plans.values import CitationValues, DocumentFields, HeaderValues
from tenants.text import fold, format_date

QUOTA_WORDS = {"month": "tháng", "quarter": "quý", "semester": "học kỳ", "year": "năm"}
_BASIS = "căn cứ"


@dataclass(frozen=True)
class Frame:
    """Who issues and what stands around the text.

    Args:
        managing_unit: the body printed above the issuer; None for none.
    """

    managing_unit: str | None
    unit_name: str
    header: HeaderValues
    citations: tuple[CitationValues, ...] = ()


def stands_alone(unit_name: str) -> bool:
    """Return whether a unit prints its own name only: a People's Committee, which no department manages (NĐ 30/2020,
    Phụ lục I, phần I, II.2: the managing body "nếu có").
    """
    return unit_name.casefold().startswith(("ủy ban nhân dân ", "uỷ ban nhân dân ", "ubnd "))


def citation_line(citation: CitationValues) -> str:
    """Return a citation in its legal form: type, number and symbol, date, issuer, subject (NĐ 30/2020, Phụ lục I)."""
    parts = [citation.doc_type]
    if citation.number or citation.notation:
        parts.append("số " + "/".join(part for part in (citation.number, citation.notation) if part))
    if citation.issued_on:
        day = citation.issued_on
        month = f"{day.month:02d}" if day.month <= 2 else str(day.month)
        parts.append(f"ngày {day.day:02d} tháng {month} năm {day.year}")
    if citation.issuer:
        parts.append(f"của {citation.issuer}")
    if citation.subject:
        is_name = citation.doc_type.casefold() == "luật" or not citation.doc_type
        parts.append(citation.subject if is_name else wording.cited_subject(citation.subject))
    return " ".join(part for part in parts if part)


def bases(introduction: Sequence[str], citations: Sequence[CitationValues]) -> tuple[list[str], list[str]]:
    """Return the "Căn cứ" lines and the remaining paragraphs of the introduction.

    A citation that a paragraph already names is not printed twice. A paragraph that leads to the body ("Căn cứ nhiệm vụ
    năm học, nhà trường xây dựng kế hoạch như sau:") is no basis.
    """
    lines = [text for text in introduction if _is_basis(text)]
    rest = [text for text in introduction if not _is_basis(text)]
    said = " ".join(introduction)
    lines += [
        f"Căn cứ {citation_line(citation)}"
        for citation in citations
        if not names(said, citation.number, citation.notation, citation.subject)
    ]
    return lines, rest


def _is_basis(text: str) -> bool:
    return text.casefold().startswith(_BASIS) and not text.rstrip().endswith(":")


def names(text: str, number: str | None, notation: str | None, subject: str | None) -> bool:
    """Return whether ``text`` names this document: by number and notation, or by subject where it has no number."""
    said = fold(text).replace(" ", "")
    if number:
        key = fold("/".join(part for part in (number.lstrip("0"), notation) if part)).replace(" ", "")
        return re.search(rf"(?<!\d)0*{re.escape(key)}", said) is not None
    key = fold(subject or "").replace(" ", "")
    return bool(key) and key in said


def facts_of(node: Node) -> list[str]:
    """Return who, until when, how much and where, as far as the node's own words do not say it."""
    said = fold(f"{node.title} {node.body}")
    facts = []
    owners = [owner for owner in node.owners if fold(owner) not in said]
    if owners:
        facts.append(f"giao cho {', '.join(owners)} thực hiện")
    if node.audience and fold(node.audience[0]) not in said:
        facts.append(f"đối tượng: {', '.join(node.audience)}")
    if node.channels and fold(node.channels[0]) not in said:
        facts.append(f"kênh: {', '.join(node.channels)}")
    if node.due_from or node.due_to:
        facts.append(window(node.due_from, node.due_to))
    if node.quota is not None and node.kind != "quota":
        facts.append(f"chỉ tiêu: {quota_words(node.quota)}")
    return facts


def window(first: dt.date | None, last: dt.date | None) -> str:
    """Return a due window in words."""
    if first and last:
        return f"thời gian: từ {format_date(first)} đến {format_date(last)}"
    if last:
        return f"thời hạn: {format_date(last)}"
    return f"thời gian: từ {format_date(first)}" if first else ""


def quota_words(quota: Any) -> str:
    """Return "01 tin, bài/tháng"."""
    return f"{int(quota['count']):02d} tin, bài/{QUOTA_WORDS.get(quota['period'], quota['period'])}"


def _document_node(node: TreeNode) -> DocumentNode:
    value = node.node
    title, text = value.title, value.body
    if not node.children and not text and node.depth:
        title, text = "", value.title
    facts = facts_of(value)
    if facts:
        note = f"({'; '.join(facts)})"
        if text:
            text = f"{text} {note}"
        else:
            title = f"{title} {note}"
    children = tuple(_document_node(child) for child in node.children)
    return DocumentNode(node.label, title, text, children, key=value.node_id)


def to_document(frame: Frame, fields: DocumentFields, tree: Sequence[TreeNode]) -> PlanDocument:
    """Return the plan as the document to be written.

    Args:
        tree: without omitted nodes (``tree.present``).
    """
    lines, introduction = bases(frame.header.introduction, frame.citations)
    closing = [node for node in tree if node.node.kind == "closing" and not node.children]
    return PlanDocument(
        managing_unit=frame.managing_unit,
        issuing_unit=frame.unit_name,
        number=fields.number or None,
        notation=fields.notation,
        place=fields.place,
        issued_on=fields.document_date,
        subject=frame.header.subject,
        bases=tuple(lines),
        introduction=tuple(introduction),
        nodes=tuple(_document_node(node) for node in tree if node not in closing),
        closing=tuple(node.node.text for node in closing),
        recipients=frame.header.recipients,
        signer_title=fields.signer_title,
        signer_name=fields.signer_name,
    )


def content_hash(document: PlanDocument, tree: Sequence[TreeNode]) -> str:
    """Return the SHA-256 of what the plan says: every word that is printed, and every field of every node."""
    nodes = [asdict(node.node) | {"label": node.label} for top in tree for node in top.walk()]
    text = json.dumps([asdict(document), nodes], sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
