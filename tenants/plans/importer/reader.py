"""Clean lines in, a :class:`ReadPlan` out: the order of the reading steps and nothing else."""

from __future__ import annotations

import re

from .citations import find_citations
from .cleaning import CleanText
from .ending import Ending, read_ending
from .findings import Facts, find_warnings
from .header import Header, read_header, read_place_and_date
from .issuer import closing_body, speaker
from .lines import Line
from .model import ReadPlan
from .quoting import unlabel_quoted
from .reflow import Paragraph, reflow, wrap_width
from .tree import Body, build_annex, build_nodes, split_body

_JOINED_TYPE = re.compile(r"(năm \d{4}\.?) +(?=\**KẾ HOẠCH(?!\w))")
_SEARCHED_LINES = 40
_PAGE_NUMBER = re.compile(r"^(?:[Tt]rang\s+)?[-–]?\s*(\d{1,3})\s*[-–]?(?:/\d{1,3})?$")
_LINES_OF_A_PAGE = 12
_SECOND = 2


def read_lines(clean: CleanText) -> ReadPlan:
    """Read a plan from its cleaned lines."""
    lines = _split_joined_type(_without_page_numbers(clean.lines))
    header = read_header(lines)
    rest = lines[header.used :]
    ending = read_ending(rest)
    wrap = wrap_width(lines)
    body = split_body(unlabel_quoted(reflow(rest[: ending.start], wrap)))
    plan = ReadPlan(
        number=header.number,
        symbol=header.symbol,
        date=header.date,
        place=header.place,
        issuer=header.issuer,
        issuer_parent=header.issuer_parent,
        title=header.title,
        nodes=build_nodes(body) + build_annex(reflow(ending.annex, wrap)),
        recipients=ending.recipients,
        signer=ending.signer,
        introduction="\n".join(_printed(paragraph) for paragraph in body.before) or None,
        source_text=clean.source,
    )
    _late_place_and_date(plan, ending)
    facts = Facts(
        has_type=header.has_type,
        has_sections=body.has_sections,
        own_slip=header.slip,
        bad_date=header.date_printed,
        repairs=set(clean.repairs),
        stamp=ending.stamp,
    )
    _complete(plan, body, header, facts)
    plan.warnings = find_warnings(plan, facts)
    return plan


def _complete(plan: ReadPlan, body: Body, header: Header, facts: Facts) -> None:
    """Citations, and the issuer when the head does not name one."""
    facts.speaker = speaker(plan.introduction or "")
    facts.closing_body = closing_body(" ".join(paragraph.text for paragraph in body.closing))
    if plan.issuer is None:
        plan.issuer = facts.inferred_issuer = facts.speaker or facts.stamp or facts.closing_body
    texts = [(plan.title or "", True), *((paragraph.text, True) for paragraph in body.before)]
    texts += [(node.text, node.kind == "basis") for node in plan.walk()]
    plan.citations, facts.slips = find_citations(texts, (header.number, header.symbol))


def _late_place_and_date(plan: ReadPlan, ending: Ending) -> None:
    """Some schools print place and date above the signature instead of in the head."""
    if plan.date is None and plan.place is None and ending.right:
        late = Header()
        read_place_and_date(ending.right, late)
        plan.date, plan.place = late.date, late.place


def _printed(paragraph: Paragraph) -> str:
    label = paragraph.label
    return f"{label.printed} {paragraph.text}" if label else paragraph.text


def _without_page_numbers(lines: list[Line]) -> list[Line]:
    """Leave out the page numbers of a PDF copy: lone numbers that count up by one, a page apart."""
    pages: list[int] = []
    expected = 0
    for index, line in enumerate(lines):
        match = None if line.row or line.auto else _PAGE_NUMBER.match(line.text)
        if match is None:
            continue
        number = int(match[1])
        if pages:
            follows = number == expected and index - pages[-1] >= _LINES_OF_A_PAGE
        else:
            follows = number in {1, 2} and index >= (_LINES_OF_A_PAGE if number == _SECOND else 0)
        if follows:
            pages.append(index)
            expected = number + 1
    if len(pages) == 1 and lines[pages[0]].text == "1":
        return lines
    dropped = set(pages)
    return [line for index, line in enumerate(lines) if index not in dropped]


def _split_joined_type(lines: list[Line]) -> list[Line]:
    """Put the word KẾ HOẠCH on its own line when a copy ran it together with the date."""
    result: list[Line] = []
    for index, line in enumerate(lines):
        match = _JOINED_TYPE.search(line.raw[:2000]) if index < _SEARCHED_LINES else None
        if match is None:
            result.append(line)
            continue
        result.append(Line(line.number, line.raw[: match.end(1)], line.blanks))
        result.append(Line(line.number, line.raw[match.end() :], 1))
    return result
