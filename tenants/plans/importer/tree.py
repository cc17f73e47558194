"""From paragraphs to the tree of nodes: nesting by labels, kinds by headings, owners by section."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .headings import heading_kind, is_bare_heading, is_heading, is_short_heading, sub_kind
from .labels import ARTICLE, CAPITAL, DASH, DECIMAL, LEAD_IN, LETTER, PART, ROMAN, SECTION_RANKS, roman_value
from .lines import flat, is_upper
from .model import Kind, Node
from .owners import bracket_owners, heading_owners, named_owners, sentence_owners
from .reflow import Paragraph

_CLOSING = re.compile(
    r"^(?:tren day la|tren day|nhan duoc (?:ke hoach|van ban)|ke hoach nay|yeu cau (?:cac|toan|cb|can bo|tat ca)|"
    r"de nghi (?:cac|toan|cb|can bo|tat ca)|trong qua trinh|can cu (?:noi dung )?ke hoach nay|"
    r"qua trinh (?:trien khai|thuc hien)|"
    r"moi (?:vuong mac|thong tin)|neu co)\b"
)
_CLOSING_START = re.compile(
    r"^(?:tren day\b|nhan duoc (?:ke hoach|van ban)\b|yeu cau\b.*nghiem tuc|can cu (?:noi dung )?ke hoach nay\b|"
    r"ke hoach nay thay the\b)"
)
_COUNTED = re.compile(
    r"^(?:nhiem vu|noi dung|giai phap|hoat dong|buoc|giai doan|dot|chu de|chuyen de) (?:\d{1,2}|[ivx]{1,4})\s*[.:–-]"
)
_ANNEX = re.compile(r"^(?:phu luc|bieu mau|mau so|bieu so)\b")
_END_MARK = re.compile(r"\.\s*/\s*\.?\s*$")
_MAX_CLOSING = 4

_UNIT = (
    r"(?:tin(?:,? bai)?|bai(?: viet| bao)?|video|clip|phong su|anh|hinh anh|infographic|ban tin|chuyen muc|"
    r"chuyen trang|"
    r"san pham|buoi(?!\s*(?:/|tren|mot|moi)\s*ngay)|lan|cuoc|ky|so bao|an pham|to roi|chuong trinh|su kien|guong)"
)
_COUNT = r"(?:\d{1,4}|mot|hai|ba|bon|sau|bay|tam|chin|muoi)"
_PERIOD = (
    r"(?:(?<!\w)(?:hang|moi|1|01|mot|trong|trong mot) ?(?:ngay|tuan|thang|quy|hoc ky|nam(?: hoc)?)|"
    r"/ ?(?:\d{1,2} ?)?(?:ngay|tuan|thang|quy|hoc ky|nam)|(?<!\w)dinh ky)"
)
_QUANTITY = re.compile(rf"(?<!\w){_COUNT}\s*(?:\([^()]{{1,20}}\)\s*)?(?:-\s*\d{{1,3}}\s*)?{_UNIT}\b")
_PERIODIC = re.compile(rf"{_PERIOD}(?!\w)")
_SENTENCE_END = re.compile(r"[.;!?](?:\s|$)")

_PURPOSE_OR_REQUIREMENT = re.compile(r"^(?:bao dam|dam bao|phai|khong duoc)\b|\bphai\b")


@dataclass(slots=True)
class Body:
    """The body of a plan, split: what stands before the first section, the sections, the closing paragraphs."""

    before: list[Paragraph] = field(default_factory=list)
    sections: list[Paragraph] = field(default_factory=list)
    closing: list[Paragraph] = field(default_factory=list)
    has_sections: bool = True


def split_body(paragraphs: list[Paragraph]) -> Body:
    """Find the first section heading and the closing paragraphs."""
    closing = _count_closing(paragraphs)
    main, last = paragraphs[: len(paragraphs) - closing], paragraphs[len(paragraphs) - closing :]
    start = _first_section(main)
    if start is None:
        start = _end_of_introduction(main)
        return Body(main[:start], main[start:], last, has_sections=False)
    return Body(main[:start], main[start:], last)


def build_nodes(body: Body) -> list[Node]:
    """The tree of the sections followed by the closing nodes."""
    roots = _nest(body.sections)
    for root in roots:
        _give_kind(root, "section", top=True)
    for paragraph in body.closing:
        roots.append(Node("", "closing", paragraph.text, lines=(paragraph.first, paragraph.last)))
    return roots


def build_annex(paragraphs: list[Paragraph]) -> list[Node]:
    """What follows the signature ("PHỤ LỤC ...", a schedule) as plain sections, so that nothing is lost."""
    roots: list[Node] = []
    begin = 0
    for index in range(1, len(paragraphs) + 1):
        if index < len(paragraphs) and not _ANNEX.match(flat(paragraphs[index].text[:40])):
            continue
        head, *rest = paragraphs[begin:index]
        node = Node("", "section", head.text, lines=(head.first, head.last), children=_nest(rest))
        roots.append(node)
        begin = index
    return roots


def is_quota(text: str) -> bool:
    """Whether a sentence of *text* sets a number of products per period ("hàng tháng xây dựng 01 bài viết")."""
    plain = flat(text[:4000])
    start = 0
    while start < len(plain):
        end = _SENTENCE_END.search(plain, start)
        sentence = plain[start : end.start() if end else len(plain)]
        if _QUANTITY.search(sentence) and _PERIODIC.search(sentence):
            return True
        start = end.end() if end else len(plain)
    return False


def _count_closing(paragraphs: list[Paragraph]) -> int:
    """How many paragraphs at the end are the closing."""
    count = 0
    for paragraph in reversed(paragraphs[-_MAX_CLOSING:]):
        if paragraph.label is not None or paragraph.row or is_bare_heading(paragraph.text):
            break
        count += 1
    while count:
        text = paragraphs[-count].text
        plain = flat(text[:200])
        if _CLOSING_START.match(plain):
            return count
        if count == 1 and (_END_MARK.search(text[-12:]) or (_CLOSING.match(plain) and not text.rstrip().endswith(":"))):
            return count
        count -= 1
    return 0


def _first_section(paragraphs: list[Paragraph]) -> int | None:
    """Where the first section starts: the first Roman (or higher) heading, else the first numbered one."""
    for ranks in ({PART, ARTICLE, CAPITAL, ROMAN}, SECTION_RANKS):
        for index, paragraph in enumerate(paragraphs):
            bare = _rank_of_bare(paragraph)
            if (paragraph.label is not None and paragraph.label.rank in ranks) or bare == ROMAN:
                return _numbered_before(paragraphs, index)
    for index, paragraph in enumerate(paragraphs):
        if _rank_of_bare(paragraph) is not None:
            return index
    return None


def _numbered_before(paragraphs: list[Paragraph], index: int) -> int:
    """A plan may number its first section otherwise than the rest ("1. Mục đích" before "II. NỘI DUNG")."""
    for earlier in range(index):
        label = paragraphs[earlier].label
        kind = heading_kind(paragraphs[earlier].text, strict=True)
        if label is not None and label.rank in SECTION_RANKS and kind not in {None, "basis"}:
            return earlier
    return index


def _rank_of_bare(paragraph: Paragraph) -> int | None:
    """The rank of a heading that lost its number: a main section in capitals, a sub-heading otherwise."""
    if paragraph.label is not None or paragraph.row or not is_bare_heading(paragraph.text):
        return None
    return ROMAN if is_upper(paragraph.text) else DECIMAL


def _end_of_introduction(paragraphs: list[Paragraph]) -> int:
    """Without sections, the introduction is the leading bases up to "... như sau:"."""
    for index, paragraph in enumerate(paragraphs[:12]):
        if re.search(r"\b(?:nhu sau|cu the|sau day)\s*:\s*$", flat(paragraph.text[-60:])):
            return index + 1
    count = 0
    while count < len(paragraphs) and re.match(r"^(?:can cu|thuc hien|xet|theo)\b", flat(paragraphs[count].text[:20])):
        count += 1
    return count


def _nest(paragraphs: list[Paragraph]) -> list[Node]:
    roots: list[Node] = []
    stack: list[tuple[int, Node]] = []
    for paragraph in paragraphs:
        rank = paragraph.label.rank if paragraph.label else _rank_of_bare(paragraph)
        printed = paragraph.label.printed if paragraph.label else ""
        node = Node(printed, "section", paragraph.text, lines=(paragraph.first, paragraph.last))
        if rank is None:
            _leave_lists(stack)
        elif not printed or not _opens_list(stack, rank):
            _pop_to(stack, rank)
        (stack[-1][1].children if stack else roots).append(node)
        if rank is not None:
            stack.append((rank, node))
        elif not paragraph.row and (paragraph.text.rstrip().endswith(":") or _is_counted_heading(paragraph.text)):
            stack.append((LEAD_IN, node))
    return roots


def _is_counted_heading(text: str) -> bool:
    """Whether *text* is a heading that counts in words ("Nhiệm vụ 1: Xây dựng nội dung")."""
    return bool(_COUNTED.match(flat(text[:40]))) and is_short_heading(text)


def _pop_to(stack: list[tuple[int, Node]], rank: int) -> None:
    """Close its open sibling with all below it; without one, everything that stands no higher than *rank*."""
    for index, (open_rank, _) in enumerate(stack):
        if open_rank == rank:
            del stack[index:]
            return
    while stack and stack[-1][0] >= rank:
        stack.pop()


def _leave_lists(stack: list[tuple[int, Node]]) -> None:
    """An unlabelled paragraph belongs to the heading, not to the last dash, unless that dash ends in a colon."""
    while stack and stack[-1][0] >= LEAD_IN:
        rank, node = stack[-1]
        if rank >= DASH and node.text.rstrip().endswith(":") and not node.children:
            return
        stack.pop()


def _opens_list(stack: list[tuple[int, Node]], rank: int) -> bool:
    """A list of a kind not open yet, right after "- ...:", belongs under that line although its rank is higher."""
    if not stack or rank <= ROMAN:
        return False
    top_rank, top = stack[-1]
    introduced = top_rank >= LETTER and top_rank != LEAD_IN and top.text.rstrip().endswith(":") and not top.children
    return introduced and all(open_rank != rank for open_rank, _ in stack)


def _give_kind(node: Node, inherited: Kind, *, top: bool, parent_default: Kind | None = None) -> None:
    """Set the kind of *node* and of everything under it, and the owners the section's rules give."""
    default = parent_default
    if top:
        named = heading_kind(node.text) if is_heading(node.text) else None
        kind: Kind = named or inherited
        default = "purpose" if kind == "section" and named else None
    else:
        named = sub_kind(node.text, inherited) if node.label or is_bare_heading(node.text) else None
        kind = named or inherited
        if named == "section":
            default = "purpose"
        elif named:
            default = None
        elif default:
            kind = _purpose_or_requirement(node)
    node.kind = kind
    if not top and kind not in {"basis", "closing"} and is_quota(node.text):
        node.kind = "quota"
    node.owners = _owners(node, kind)
    for child in node.children:
        # The Roman sections inside "Phần I" or "A." are main sections too.
        main = top and default is None and roman_value(node.label) == 0 and roman_value(child.label) > 0
        _give_kind(child, kind, top=main, parent_default=default)


def _purpose_or_requirement(node: Node) -> Kind:
    """Under "Mục đích, yêu cầu" without sub-headings an item that says "phải", "bảo đảm" is a requirement."""
    return "requirement" if _PURPOSE_OR_REQUIREMENT.search(flat(node.text[:160])) else "purpose"


def _owners(node: Node, kind: Kind) -> list[str]:
    owners = bracket_owners(node.text) or named_owners(node.text)
    if not owners and kind in {"task", "quota"}:
        owners = heading_owners(node.text) or (sentence_owners(node.text) if node.label.isdigit() else [])
    return owners
