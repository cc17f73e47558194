"""The documents a plan cites, in its introduction and inside its paragraphs.

A citation is found by its number ("105/KH-PGDĐT", "29-NQ/TW", "43/2019/QH14"); its type is the last type word before
the number, its date, issuer and subject are read from what follows. Laws are cited by name and year too, and a line of
the introduction ("Căn cứ ...", "Thực hiện ...") may name a document without any number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .lines import flat, squeeze
from .model import Citation
from .numbers import DATE, DOCUMENT_NUMBER, make_date, normal_number, type_of_symbol

_TYPE_NAMES = (
    "Văn bản hợp nhất", "Thông tư liên tịch", "Thông tư", "Bộ luật", "Luật", "Pháp lệnh", "Hiến pháp", "Nghị "
    "quyết", "Nghị định", "Quyết định",
    "Chỉ thị", "Kế hoạch", "Hướng dẫn", "Công văn", "Chương trình", "Tờ trình", "Thông báo", "Thông cáo", "Báo "
    "cáo", "Đề án", "Dự án", "Quy chế",
    "Quy định", "Phương án", "Công điện", "Kết luận", "Văn bản", "Thông tri", "Điều lệ", "Biên bản", "Lệnh",
)  # fmt: skip
_TYPE_BY_KEY = {name.casefold(): name for name in _TYPE_NAMES}
_TYPE_WORD = re.compile(rf"(?<!\w)(?:{'|'.join(_TYPE_NAMES)})(?!\w)", re.IGNORECASE)
_NUMBER_WORD = re.compile(r"(?<!\w)số\s*:?\s*$", re.IGNORECASE)
_TYPE_AND_BARE_NUMBER = re.compile(
    rf"(?<!\w)(?P<type>{'|'.join(_TYPE_NAMES)})\s+số\s*:?\s*(?P<number>\d{{1,5}})(?![\w/–-]|\s*[/–-]\s*[A-ZĐ\d])",
    re.IGNORECASE,
)
_LAW_TYPE = re.compile(r"(?<!\w)(?<!pháp )(?<!kỷ )(?P<type>Bộ luật|Luật|Pháp lệnh|Hiến pháp)\s+", re.IGNORECASE)
# What ends a law's name: its year, its date, or a stop that says there is neither.
_LAW_END = re.compile(
    r"\s*,?\s*(?:(?P<year>(?:năm\s+)?(?:19|20)\d{2}(?!\d|\s*[-–]\s*\d))|\(?\s*(?:ban hành\s+)?(?P<dated>ngày)\s)|"
    r"[;:.,()\d]",
    re.IGNORECASE,
)
_LONGEST_LAW = 120
_NO_LAW = re.compile(r"^(?:nam|ve|trong|phap|su|le)\b|\b(?:nam hoc|trong|giai doan|thang)\b")
_MAX_LOOSE_LAW_WORDS = 7
_BASIS_LINE = re.compile(
    rf"^\s*[-–+*•]?\s*(?P<lead>Căn cứ(?:\s+(?:vào|theo|các))?|Thực hiện(?:\s+theo)?|Tiếp tục thực hiện|"
    rf"Triển khai(?:\s+thực hiện)?|Theo|Xét|Trên cơ sở)\s+"
    rf"(?P<type>{'|'.join(_TYPE_NAMES)})(?!\w)(?P<rest>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_BODY = (
    r"(?:[Tt]rường|[Pp]hòng|Sở|Bộ|UBND|Ủy ban|Uỷ ban|Ban|[Nn]hà trường|Trung tâm|Đảng|Chi bộ|Công đoàn|Đoàn|"
    r"Liên đội|Hội đồng|Thủ tướng|Chính phủ|Tỉnh|"
    r"Thành|Huyện|Thị|Quốc hội|Bí thư|Chủ tịch|Bộ trưởng|Giám đốc|HĐND|HU|TU|Văn phòng|Liên đoàn|Mặt trận|"
    r"[Tt]rưởng phòng|Hiệu trưởng|Chánh Văn phòng)"
)
# A clause ends where the sentence stops, at a closing bracket, or at a comma after which a body starts to act.
_ANY_TYPE = f"(?i:{'|'.join(_TYPE_NAMES)})"
_CLAUSE_END = re.compile(
    rf"[;)\]]|\.(?=\s|$)|\.\s*/|,\s*(?={_BODY}[^,;]{{0,160}}?\s(?:xây dựng|ban hành|triển khai|tổ chức|lập|đề ra|"
    rf"hướng dẫn|thông báo|yêu cầu|tiếp tục)\b)"
    rf"|,\s*(?=(?:và\s+)?(?:các\s+)?{_ANY_TYPE}\s+(?:số|của|ngày|\d))"
    rf"|,\s*(?=(?:và\s+)?các\s+{_ANY_TYPE}\s+(?:chỉ đạo|hướng dẫn|khác|liên quan|có liên quan))"
    rf"|\s+và\s+(?={_ANY_TYPE}\s+(?:số|\d))"
)
_SUBJECT = re.compile(
    r"(?<!\w)(?:(?P<strip>(?i:về\s+việc|v/v|về))|(?P<keep>(?i:quy\s+định|ban\s+hành)|hướng\s+dẫn|phê\s+duyệt|"
    r"sửa\s+đổi|triển\s+khai|tổ\s+chức|"
    r"thực\s+hiện|tăng\s+cường|đẩy\s+mạnh|công\s+bố|phát\s+động|nhiệm\s+vụ))(?!\w)\s*:?\s*"
)
_AGAIN = re.compile(r"^(?:về\s+việc|về|v/v)\s+", re.IGNORECASE)
_DATED = re.compile(rf"[\s,(]*(?:ban hành\s+)?{DATE.pattern}\s*\)?", re.IGNORECASE)
_ISSUER = re.compile(r"[\s,)]*(?:đã\s+)?(?:được\s+)?(?:của|do)\s+", re.IGNORECASE)
# The issuer may stand before: "quy định của Bộ A (Thông tư số ...)", "đề nghị của phòng A tại Tờ trình số ...".
_ISSUER_BEFORE = re.compile(rf"(?<!\w)(?:của|do)\s+(?P<issuer>{_BODY}[^,;.:()]{{0,100}}?)\s*(?:\(|\stại)\s*$")
_OWN_SCHOOL = re.compile(r"^(?:nha truong|truong|don vi|phong)$")
_LOOK_BACK = 110
_LOOK_AHEAD = 900
_MAX_ISSUER = 140
_BREAKS = re.compile(r"[;:.]\s")


@dataclass(frozen=True, slots=True)
class CitationSlip:
    """A symbol that was put right: what was printed, what was read."""

    printed: str
    read: str


@dataclass(slots=True)
class _Found:
    start: int
    end: int
    citation: Citation
    slip: CitationSlip | None = None


def find_citations(
    texts: list[tuple[str, bool]], own: tuple[str | None, str | None]
) -> tuple[list[Citation], list[CitationSlip]]:
    """Find every document cited, once each, in order of appearance.

    Args:
        texts: Paragraphs, each with whether it belongs to the introduction.
        own: Number and symbol of the plan itself, which is no citation.
    """
    citations: dict[tuple[str, ...], Citation] = {}
    slips: list[CitationSlip] = []
    for text, introductory in texts:
        for found in _in_paragraph(text, introductory):
            citation = found.citation
            if citation.symbol and (citation.number, citation.symbol) == own:
                continue
            key = _key(citation)
            if key in citations:
                _complete(citations[key], citation)
                continue
            citations[key] = citation
            if found.slip and found.slip not in slips:
                slips.append(found.slip)
    return list(citations.values()), slips


def _key(citation: Citation) -> tuple[str, ...]:
    if citation.symbol:
        return (citation.number or "", citation.symbol.casefold())
    if citation.number:
        return (citation.type, citation.number, citation.issuer or "")
    return (citation.type, flat(citation.subject or ""), flat(citation.issuer or ""), str(citation.date))


def _complete(known: Citation, again: Citation) -> None:
    known.date = known.date or again.date
    known.issuer = known.issuer or again.issuer
    known.subject = known.subject or again.subject


def _in_paragraph(text: str, introductory: bool) -> list[_Found]:
    numbered = _numbered(text)
    found = list(numbered)
    taken = [(item.start, item.end) for item in numbered]
    for extra in (*_bare_numbers(text), *_laws(text)):
        if all(extra.start >= end or extra.end <= start for start, end in taken):
            found.append(extra)
            taken.append((extra.start, extra.end))
    if introductory:
        found += [
            extra
            for extra in _unnumbered(text)
            if all(extra.start >= end or extra.end <= start for start, end in taken)
        ]
    return sorted(found, key=lambda item: item.start)


def _numbered(text: str) -> list[_Found]:
    matches = [match for match in DOCUMENT_NUMBER.finditer(text) if _is_document(text, match)]
    heads = [_type_before(text, match.start()) for match in matches]
    found = []
    for index, (match, head) in enumerate(zip(matches, heads, strict=True)):
        limit = heads[index + 1][1] if index + 1 < len(matches) else len(text)
        limit = max(match.end(), min(limit, match.end() + _LOOK_AHEAD))
        right = normal_number(match[1], match[2])
        type_name, start, law = head
        if type_name is None:
            type_name = type_of_symbol(right.symbol or "")
        citation = Citation(type_name, right.number, right.symbol)
        end = _read_rest(citation, text[match.end() : limit]) + match.end()
        if law and not citation.subject:
            citation.subject = law
        if citation.issuer is None and (before := _ISSUER_BEFORE.search(text, max(0, start - _LOOK_BACK), start)):
            citation.issuer = squeeze(before["issuer"])
        citation.raw = squeeze(text[start:end])
        slip = CitationSlip(right.slip, f"{right.number}/{right.symbol}") if right.slip else None
        found.append(_Found(start, end, citation, slip))
    return found


def _is_document(text: str, match: re.Match[str]) -> bool:
    """A number counts when a type word or "số" announces it, or when its symbol cannot be anything else."""
    symbol = match[2]
    if sum(char.isupper() for char in symbol) < 2:
        return False
    before = text[max(0, match.start() - 8) : match.start()]
    if _NUMBER_WORD.search(before):
        return True
    head, start, _ = _type_before(text, match.start())
    if head is not None and not text[start + len(head) : match.start()].strip(" :"):
        return True
    return bool(re.search(r"[-–/]", symbol)) or bool(re.match(r"QH\d", symbol))


def _type_before(text: str, at: int) -> tuple[str | None, int, str | None]:
    """The last type word before a number, where it starts, and for a law the name between the two."""
    begin = max(0, at - _LOOK_BACK)
    window = text[begin:at]
    last = None
    for match in _TYPE_WORD.finditer(window):
        last = match
    if last is None or _BREAKS.search(window, last.end()):
        return None, at, None
    between = _NUMBER_WORD.sub("", window[last.end() :]).strip(" ,:")
    if "," in between or DATE.search(between) or DOCUMENT_NUMBER.search(window[last.end() :] + " "):
        return None, at, None
    type_name = _TYPE_BY_KEY[last[0].casefold()]
    law = between if type_name in {"Luật", "Bộ luật", "Pháp lệnh"} and between else None
    return type_name, begin + last.start(), law


def _read_rest(citation: Citation, rest: str) -> int:
    """Read date, issuer and subject from what follows the number; returns how far the citation reaches."""
    clause_end = _clause_end(rest)
    clause = rest[:clause_end]
    position = 0
    if dated := _DATED.match(clause):
        citation.date = make_date(*dated.groups())
        position = dated.end()
    if issued := _ISSUER.match(clause, position):
        subject, date_after = _SUBJECT.search(clause, issued.end()), DATE.search(clause, issued.end())
        stop = subject.start() if subject else len(clause)
        if date_after and citation.date is None and date_after.start() < stop:
            citation.date = make_date(*date_after.groups())
            stop, position = date_after.start(), date_after.end()
        else:
            position = stop
        citation.issuer = _issuer_name(clause[issued.end() : stop])
    if subject := _SUBJECT.search(clause, position):
        text = clause[subject.end() if subject["strip"] else subject.start() :]
        citation.subject = squeeze(_AGAIN.sub("", text)).strip(" ,.;:").removesuffix(" và").strip(" ,") or None
    return clause_end


def _issuer_name(text: str) -> str | None:
    name = squeeze(text).strip(" ,:–-(").removesuffix(" và").strip(" ,")
    return re.split(r"\s*[,(]\s*", name)[0][:_MAX_ISSUER] or None


def _clause_end(rest: str) -> int:
    """Where the clause stops; brackets opened inside it do not end it."""
    depth = 0
    position = 0
    while match := _CLAUSE_END.search(rest, position):
        depth += rest.count("(", position, match.start())
        if match[0].startswith(")") and depth > 0:
            depth -= 1
            position = match.end()
            continue
        if match[0].startswith(".") and re.search(
            r"(?:^|[\s(])(?:TP|Tp|Q|P|TT|TX|H)$", rest[max(0, match.start() - 4) : match.start()]
        ):
            position = match.end()
            continue
        return match.start()
    return len(rest)


def _bare_numbers(text: str) -> list[_Found]:
    """ "Văn bản hợp nhất số 03 của Bộ Giáo dục và Đào tạo": a number without a symbol."""
    found = []
    for match in _TYPE_AND_BARE_NUMBER.finditer(text):
        citation = Citation(_TYPE_BY_KEY[match["type"].casefold()], match["number"], None)
        end = match.end() + _read_rest(citation, text[match.end() : match.end() + _LOOK_AHEAD])
        if citation.date or citation.issuer:
            citation.raw = squeeze(text[match.start() : end])
            found.append(_Found(match.start(), end, citation))
    return found


def _laws(text: str) -> list[_Found]:
    """A law named with its year or its date, without a number."""
    found = []
    matches = list(_LAW_TYPE.finditer(text))
    for index, match in enumerate(matches):
        following = matches[index + 1].start() if index + 1 < len(matches) else len(text)
        stop = _LAW_END.search(text, match.end(), min(following, match.end() + _LONGEST_LAW))
        if stop is None or not (stop["year"] or stop["dated"]):
            continue
        name = squeeze(text[match.end() : stop.start()])
        loose = match["type"][:1].islower() and len(name.split()) > _MAX_LOOSE_LAW_WORDS
        if not name or loose or _TYPE_WORD.search(name) or _NO_LAW.search(flat(name)):
            continue
        citation = Citation(_TYPE_BY_KEY[match["type"].casefold()])
        end = stop.end()
        if stop["dated"]:
            dated = DATE.match(text, stop.start("dated"))
            if dated is None:
                continue
            citation.date = make_date(*dated.groups())
            citation.subject = name
            end = dated.end()
        else:
            citation.subject = f"{name} {squeeze(stop['year'])}"
        citation.raw = squeeze(text[match.start() : end])
        found.append(_Found(match.start(), end, citation))
    return found


def _unnumbered(text: str) -> list[_Found]:
    """The clauses of an introduction that name a document by type, date or issuer only."""
    found = []
    position = 0
    for clause in text.split(";"):
        start, position = position, position + len(clause) + 1
        match = _BASIS_LINE.match(clause)
        citation, end = _named_document(match) if match else (None, 0)
        if match and citation:
            citation.raw = squeeze(clause[match.start("type") : match.start("rest") + end])
            found.append(_Found(start + match.start("type"), start + match.start("rest") + end, citation))
    return found


def _named_document(match: re.Match[str]) -> tuple[Citation | None, int]:
    citation = Citation(_TYPE_BY_KEY[match["type"].casefold()])
    rest = match["rest"][:_LOOK_AHEAD]
    end = _read_rest(citation, rest)
    if citation.issuer and _OWN_SCHOOL.match(flat(citation.issuer)):
        return None, 0
    if not match["type"][:1].isupper() and not citation.issuer and not citation.date:
        return None, 0
    if citation.type in {"Luật", "Bộ luật", "Pháp lệnh", "Hiến pháp"}:
        citation.subject = squeeze(rest[:end]).strip(" ,.;:") or None
    elif citation.subject is None:
        citation.subject = _own_name(rest[:end])
    return (citation if citation.subject or citation.issuer or citation.date else None), end


def _own_name(clause: str) -> str | None:
    """The name of a document without subject ("Nghị quyết Đại hội Đảng bộ xã lần thứ I"), without date and issuer."""
    name = DATE.sub("", clause)
    name = re.split(r"\s(?:của|do)\s", f" {name}", maxsplit=1)[0]
    return squeeze(name).strip(" ,.;:") or None
