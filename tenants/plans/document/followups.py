"""The documents that follow an issued plan: điều chỉnh, bổ sung, thay thế, đính chính, thu hồi. Pure.

An issued plan is never edited. NĐ 30/2020/NĐ-CP, Điều 18: an error of content is mended or replaced by a document of
the same kind; an error of layout or procedure is corrected by a công văn of the issuer; a withdrawn document is sent
back or destroyed by those who received it. Each follow-up is a document with its own number and date, and names the
plan it follows in the legal form: type, number and symbol, date, issuer, subject.

Give the plan as it was issued, the plan as it shall be, and what the clerk and the signer filled in; get the document.
The difference between the two is worded item by item, addressed as Vietnamese documents address it: "điểm a khoản 2
mục II".
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from tenants.plans.document import wording
from tenants.plans.document.model import DocumentNode, PlanDocument

FollowUp = Literal["adjust", "supplement", "replace", "correct", "revoke"]
FOLLOW_UPS: tuple[FollowUp, ...] = ("adjust", "supplement", "replace", "correct", "revoke")
"""Điều chỉnh, bổ sung, thay thế (a document of the same kind), đính chính (công văn), thu hồi (thông báo)."""

_ROMAN = re.compile(r"[IVXLC]+")
_NUMBER = re.compile(r"\d{1,2}(?:\.\d{1,2})*")
_LETTER = re.compile(r"[a-zđ]")


@dataclass(frozen=True, slots=True)
class FollowUpFields:
    """What people fill in for a follow-up: like those of a plan, and why it is needed.

    Attributes:
        reason: a clause that begins in lower case: "để phù hợp với biên chế năm học"; "" for none.
        recipients: "" lines are dropped; empty means those of the plan it follows.
    """

    number: str
    notation: str
    place: str
    issued_on: dt.date | None
    signer_title: str
    signer_name: str
    reason: str = ""
    recipients: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two states of a plan, in the reading order of the newer one.

    Attributes:
        kind: "added", "changed" or "removed".
        where: the address of the item ("khoản 2 mục II"): of the newer state, of the older one when it was removed.
        before, after: the item as printed, one paragraph a line; "" where it is not.
        previous: for what was added, the address of its elder sibling; "" for the first below its parent.
    """

    kind: Literal["added", "changed", "removed"]
    where: str
    before: str = ""
    after: str = ""
    previous: str = ""


def document_for(
    kind: FollowUp, before: PlanDocument, after: PlanDocument | None, fields: FollowUpFields
) -> PlanDocument:
    """Return the document that follows an issued plan.

    Args:
        kind: see ``FOLLOW_UPS``.
        before: the plan as it was issued, with its number and date.
        after: the plan as it shall be; None only to revoke.
        fields: number, date and signer of the new document.

    Raises:
        ValueError: ``after`` is missing, or nothing differs in what shall be adjusted, supplemented or corrected.
    """
    if kind == "revoke":
        return _revocation(before, fields)
    if after is None:
        raise ValueError(f"{kind} needs the plan as it shall be")
    if kind == "replace":
        return _replacement(before, after, fields)
    changes = list(changes_between(before, after))
    if not changes:
        raise ValueError("nothing differs")
    if kind == "correct":
        return _correction(before, changes, fields)
    return _amendment(before, changes, fields)


def notation_for(kind: FollowUp, notation: str) -> str:
    """Suggest the notation of a follow-up from that of the plan: "KH-UBND" gives "UBND" for a công văn, "TB-UBND" for
    the notice of a withdrawal (NĐ 30/2020, Phụ lục I and III: a công văn has no type in its notation).
    """
    issuer = notation.partition("-")[2] or notation
    return {"correct": issuer, "revoke": f"TB-{issuer}"}.get(kind, notation)


def cite(plan: PlanDocument, *, short: bool = False) -> str:
    """Return an issued plan in the legal form: in full the first time, type and number afterwards."""
    kind = plan.type_name.capitalize()
    number = wording.number_line(plan).removeprefix("Số: ").strip()
    if short or plan.issued_on is None:
        return f"{kind} số {number}"
    date = wording.date_line(plan).partition(", ")[2]
    return f"{kind} số {number} {date} của {wording.clean(plan.issuing_unit)} {wording.cited_subject(plan.subject)}"


def changes_between(before: PlanDocument, after: PlanDocument) -> Iterator[Change]:
    """Yield what differs between two states of a plan. Items are the same when their ``key`` is; numbers that only
    moved on are no difference.
    """
    old, new = _placed(before.nodes), _placed(after.nodes)
    previous: dict[str, str] = {}
    for key, (where, node, parent) in new.items():
        if key not in old:
            # What stands in an added item is quoted with it.
            if parent in old or not parent:
                yield Change(
                    "added", where, after="\n".join(_quoted(node, whole=True)), previous=previous.get(parent, "")
                )
        elif _said(old[key][1]) != _said(node):
            yield Change("changed", where, "\n".join(_quoted(old[key][1])), "\n".join(_quoted(node)))
        previous[parent] = where
    for key, (where, node, parent) in old.items():
        if key not in new and (parent in new or not parent):
            yield Change("removed", where, before="\n".join(_quoted(node)))


def _placed(nodes: Sequence[DocumentNode]) -> dict[str, tuple[str, DocumentNode, str]]:
    """Every item by its key, with its address and the key of the item above."""
    found: dict[str, tuple[str, DocumentNode, str]] = {}

    def walk(siblings: Sequence[DocumentNode], above: tuple[str, ...], parent: str) -> None:
        dashes = 0
        for node in siblings:
            dashes += not _is_counted(node.label)
            chain = (*above, _step(node, dashes))
            key = node.key or "/".join(chain)
            found[key] = (" ".join(reversed(chain)), node, parent)
            walk(node.children, chain, key)

    walk(nodes, (), "")
    return found


def _is_counted(label: str) -> bool:
    return any(pattern.fullmatch(label) for pattern in (_ROMAN, _NUMBER, _LETTER)) or " " in label


def _step(node: DocumentNode, dashes: int) -> str:
    label = wording.clean(node.label)
    if _ROMAN.fullmatch(label):
        return f"mục {label}"
    if _NUMBER.fullmatch(label):
        return f"khoản {label}"
    if _LETTER.fullmatch(label):
        return f"điểm {label}"
    if label in {"-", "+"}:
        return f"gạch đầu dòng thứ {dashes}" if label == "-" else f"dấu cộng thứ {dashes}"
    return label or f"đoạn thứ {dashes}"


def _said(node: DocumentNode) -> tuple[str, ...]:
    return (wording.clean(node.title), *wording.lines(node.text))


def _quoted(node: DocumentNode, *, whole: bool = False) -> list[str]:
    shown = node if whole else replace(node, children=())
    return [paragraph.text for paragraph in wording.body_paragraphs([shown])]


def _quote(text: str) -> str:
    return f"“{text}”"


def _change_node(number: int, change: Change) -> DocumentNode:
    label = str(number)
    if change.kind == "removed":
        return DocumentNode(label, text=f"Bỏ {change.where}: {_quote(change.before)}.")
    if change.kind == "added":
        place = f" vào sau {change.previous}" if change.previous else ""
        return DocumentNode(label, text=f"Bổ sung {change.where}{place} như sau:\n{_quote(change.after)}.")
    return DocumentNode(label, text=f"Sửa đổi {change.where} như sau:\n{_quote(change.after)}.")


def _base(before: PlanDocument, fields: FollowUpFields, **values: object) -> PlanDocument:
    filled = PlanDocument(
        managing_unit=before.managing_unit,
        issuing_unit=before.issuing_unit,
        number=fields.number or None,
        notation=fields.notation,
        place=fields.place or before.place,
        issued_on=fields.issued_on,
        subject="",
        recipients=_recipients(before, fields),
        signer_title=fields.signer_title or before.signer_title,
        signer_name=fields.signer_name or before.signer_name,
        type_name=before.type_name,
    )
    return replace(filled, **values)  # type: ignore[arg-type]


def _recipients(before: PlanDocument, fields: FollowUpFields) -> tuple[str, ...]:
    return tuple(line for line in fields.recipients if line.strip()) or before.recipients


def _because(fields: FollowUpFields) -> str:
    reason = wording.clean(fields.reason).rstrip(" ,.;")
    return f"{reason[:1].upper()}{reason[1:]}, " if reason else ""


def _amendment(before: PlanDocument, changes: list[Change], fields: FollowUpFields) -> PlanDocument:
    """A plan of few items that says what changes; what it is called follows from what it does."""
    kinds = {change.kind for change in changes}
    verb = "Bổ sung" if kinds == {"added"} else "Điều chỉnh, bổ sung" if "added" in kinds else "Điều chỉnh"
    unit, short = wording.clean(before.issuing_unit), cite(before, short=True)
    act = f"{verb[:1].lower()}{verb[1:]}"
    return _base(
        before,
        fields,
        subject=f"{verb} {cite(before)}",
        bases=(f"Căn cứ {cite(before)}",),
        introduction=(f"{_because(fields)}{unit} {act} một số nội dung của {short} như sau:",),
        nodes=(
            DocumentNode(
                "I",
                f"NỘI DUNG {verb.upper()}",
                children=tuple(_change_node(number, change) for number, change in enumerate(changes, start=1)),
            ),
            DocumentNode(
                "II",
                "TỔ CHỨC THỰC HIỆN",
                children=(
                    DocumentNode("1", text=f"Các nội dung khác của {short} không thay đổi, tiếp tục được thực hiện."),
                    DocumentNode("2", text="Kế hoạch này có hiệu lực kể từ ngày ký ban hành."),
                ),
            ),
        ),
        closing=(f"Trên đây là Kế hoạch {act} {short}, đề nghị các đơn vị, bộ phận nghiêm túc thực hiện./.",),
    )


def _replacement(before: PlanDocument, after: PlanDocument, fields: FollowUpFields) -> PlanDocument:
    """The whole plan as it shall be; it says that it takes the place of the former one."""
    said = f"Kế hoạch này thay thế {cite(before)}."
    closing = (said, *after.closing) if after.closing else (said,)
    return replace(
        after,
        number=fields.number or None,
        notation=fields.notation,
        place=fields.place or after.place,
        issued_on=fields.issued_on,
        signer_title=fields.signer_title or after.signer_title,
        signer_name=fields.signer_name or after.signer_name,
        recipients=_recipients(after, fields),
        closing=closing,
    )


def _correction(before: PlanDocument, changes: list[Change], fields: FollowUpFields) -> PlanDocument:
    """A công văn: no type above the subject, "V/v" below the number, "Kính gửi" above the text."""
    unit = wording.clean(before.issuing_unit)
    date = wording.date_line(before).partition(", ")[2]
    number = cite(before, short=True)
    because = _because(fields) or "Do sơ suất trong khâu soạn thảo, trình bày văn bản, "
    return _base(
        before,
        fields,
        type_name="",
        subject=f"đính chính {number}",
        recipients=_copies(_recipients(before, fields)),
        addressees=_addressees(_recipients(before, fields)),
        introduction=(
            f"{date[:1].upper()}{date[1:]}, {unit} đã ban hành {number} {wording.cited_subject(before.subject)}.",
            f"{because}{unit} đính chính nội dung văn bản như sau:",
        ),
        nodes=tuple(_corrected(at, change) for at, change in enumerate(changes, start=1)),
        closing=(f"Các nội dung khác của {number} không thay đổi. {unit} thông báo để các đơn vị biết, thực hiện./.",),
    )


def _corrected(number: int, change: Change) -> DocumentNode:
    where = f"Tại {change.where}"
    if change.kind == "added":
        return DocumentNode(str(number), text=f"{where}, in thiếu, nay đính chính là: {_quote(change.after)}.")
    if change.kind == "removed":
        return DocumentNode(str(number), text=f"{where}, in thừa, nay bỏ: {_quote(change.before)}.")
    return DocumentNode(
        str(number), text=f"{where}, đã in: {_quote(change.before)}, nay đính chính là: {_quote(change.after)}."
    )


def _addressees(recipients: Iterable[str]) -> tuple[str, ...]:
    """Who a công văn speaks to: the recipients of the plan, without the file copy and the notes in brackets."""
    bare = (re.sub(r"^[-–+•]\s*|\s*\([^()]*\)|[ ;.,/]+$", "", wording.clean(line)).strip() for line in recipients)
    return tuple(line for line in bare if line and not line.casefold().startswith(("lưu", "như trên")))


def _copies(recipients: Iterable[str]) -> tuple[str, ...]:
    """Who a công văn goes to: those it speaks to ("Như trên", mẫu 1.5) and the file."""
    filed = [line for line in recipients if wording.clean(line).lstrip("-–+• ").casefold().startswith("lưu")]
    return ("Như trên", *(filed or ["Lưu: VT"]))


def _revocation(before: PlanDocument, fields: FollowUpFields) -> PlanDocument:
    unit, short = wording.clean(before.issuing_unit), cite(before, short=True)
    day = fields.issued_on
    since = f"ngày {day:%d/%m/%Y}" if day else "ngày ký Thông báo này"
    return _base(
        before,
        fields,
        type_name="THÔNG BÁO",
        subject=f"Thu hồi {cite(before)}",
        introduction=(f"{_because(fields)}{unit} thông báo thu hồi {cite(before)}, cụ thể như sau:",),
        nodes=(
            DocumentNode("1", text=f"Kể từ {since}, {short} bị thu hồi và không còn là căn cứ để thực hiện."),
            DocumentNode(
                "2",
                text=f"Các cơ quan, đơn vị đã nhận {short} dừng thực hiện; gửi trả bản giấy đã nhận, hủy bản điện tử "
                f"trên hệ thống và báo lại để {unit} biết.",
            ),
        ),
        closing=(f"{unit} thông báo để các cơ quan, đơn vị, cá nhân liên quan biết, thực hiện./.",),
    )
