"""What people type into a plan, as values, and the checks that need nothing but the value. Pure.

Sentences are Vietnamese; ``code`` is what programs look at.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from tenants.errors import Conflict, Refused
from tenants.plans.nodes import FIELDS, POLICIES, Node, shorten
from tenants.text import nfc
from tenants.units.models import EDUCATION_LEVELS

KINDS = ("section", "basis", "purpose", "requirement", "topic", "channel", "task", "quota", "closing")
PERIOD_KINDS = ("school_year", "year", "phase")
QUOTA_PERIODS = ("month", "quarter", "semester", "year")
FIRST_YEAR, LAST_YEAR = 1990, 2100
"""Years a plan may speak of: a slip in the year would otherwise make thousands of quota periods."""

GENRES = ("news", "feature", "role_model", "reportage", "interview", "notice")

_NUMBER = re.compile(r"[0-9]{1,5}[a-zđ]?\Z")
_NEXT_TITLE = re.compile(r"\s+(?=(?:TM|KT|TL|TUQ|Q)\. )|(?<=\S)\s+(?=PHÓ )")
_NOTATION = re.compile(r"[A-ZĐ0-9][\w&.Đđ]*(?:[-/][A-ZĐ0-9][\w&.Đđ]*)*\Z")


@dataclass(frozen=True)
class HeaderValues:
    """The header of a plan as typed. Dates are calendar days; ``introduction`` are paragraphs."""

    subject: str
    period_kind: str = "school_year"
    starts_on: dt.date | None = None
    ends_on: dt.date | None = None
    levels: tuple[str, ...] = ()
    number: str = ""
    notation: str = ""
    place: str = ""
    document_date: dt.date | None = None
    signer_title: str = ""
    signer_name: str = ""
    introduction: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()


@dataclass(frozen=True)
class CitationValues:
    """A basis of a plan as typed or read."""

    doc_type: str
    number: str | None = None
    notation: str | None = None
    issued_on: dt.date | None = None
    issuer: str | None = None
    subject: str | None = None


@dataclass(frozen=True)
class NodeValues:
    """A unit's own node as typed."""

    title: str = ""
    body: str = ""
    kind: str = "topic"
    owners: tuple[str, ...] = ()
    audience: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    due_from: dt.date | None = None
    due_to: dt.date | None = None
    quota: Mapping[str, Any] | None = None
    policies: Mapping[str, str] = field(default_factory=dict)
    mandatory: bool = False

    @classmethod
    def of(cls, node: Node) -> NodeValues:
        """Return what a form shows of ``node``."""
        return cls(
            node.title, node.body, node.kind, node.owners, node.audience, node.levels, node.channels,
            node.due_from, node.due_to, node.quota, node.policies, node.mandatory,
        )  # fmt: skip


@dataclass(frozen=True)
class DocumentFields:
    """What turns a draft into a document: given by the clerk and the signer at issue.

    Args:
        number: from the unit's register of outgoing documents, which begins anew each year.
        notation: type and issuer, "KH-MNHS".
        signer_title: the line above the signature, "HIỆU TRƯỞNG".
        note: what the superior wants the units below to know about this version.
        change_class: for an amendment: "wording", "content" or "urgent".
        follow_up: for an amendment, the document it is issued as: "adjust", "supplement", "replace" or "correct"; ""
            for the whole plan anew.
        reason: why, in a clause, for the words of that document.
        acknowledge_by: when the units below must have confirmed an urgent amendment.
    """

    number: str
    notation: str
    document_date: dt.date | None
    signer_title: str
    signer_name: str
    place: str
    note: str = ""
    change_class: str = "content"
    follow_up: str = ""
    reason: str = ""
    acknowledge_by: dt.datetime | None = None


def words(items: Iterable[str]) -> tuple[str, ...]:
    """Return a list as typed, tidied: NFC, single spaces, no empty and no repeated entry."""
    tidied = (" ".join(nfc(item).split()) for item in items)
    return tuple(dict.fromkeys(item for item in tidied if item))


def paragraph(text: str) -> str:
    """Return a text as typed, tidied: NFC, no spaces at line ends, no empty lines at either end."""
    return "\n".join(line.rstrip() for line in nfc(text).replace("\r\n", "\n").split("\n")).strip()


def title_lines(title: str) -> str:
    """Return a signer's title with each authority on a line of its own, as NĐ 30/2020/NĐ-CP (Phụ lục I, cell 7a) prints
    it: "KT. HIỆU TRƯỞNG PHÓ HIỆU TRƯỞNG" is read from one line where a copy lost its line ends.
    """
    return _NEXT_TITLE.sub("\n", title.strip())


def tidy_number(number: str) -> str:
    """Return a document number as it is printed: 5 becomes "05" (NĐ 30/2020, Phụ lục I)."""
    number = number.strip()
    return f"{int(number):02d}" if number.isdecimal() else number


def tidy_notation(notation: str) -> str:
    """Return a notation without spaces, with one kind of hyphen and the letter Đ."""
    squeezed = re.sub(r"\s+", "", nfc(notation)).replace("–", "-").replace("Ð", "Đ")
    return squeezed.removeprefix("/")


def is_number(number: str) -> bool:
    """Return whether this can be a document number: digits, perhaps with one letter."""
    return _NUMBER.match(number) is not None


def is_notation(notation: str) -> bool:
    """Return whether this can be the notation of a plan ("KH-MNHS", "KHGD-THCS")."""
    return _NOTATION.match(notation) is not None


def token(value: Any) -> str:
    """Return a fingerprint of what an editor saw, to tell whether somebody saved meanwhile."""
    plain = asdict(value) if hasattr(value, "__dataclass_fields__") else value
    text = json.dumps(plain, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def refuse_stale(seen: str | None, present: str) -> None:
    """Refuse a save over something the editor has not seen; ``seen`` None means that nothing was shown.

    Raises:
        Conflict: ``changed-meanwhile``.
    """
    if seen is not None and seen != present:
        raise Conflict(
            "changed-meanwhile",
            "Người khác vừa lưu phần này trong lúc bạn đang sửa. Bản của họ được giữ; nội dung bạn nhập vẫn còn trong "
            "mẫu dưới đây và chưa được lưu. Hãy xem lại bản mới rồi bấm Lưu lần nữa nếu vẫn muốn thay.",
        )


def check_header(values: HeaderValues) -> HeaderValues:
    """Return the header tidied.

    Raises:
        Refused: ``no-subject``, ``year``, ``period`` or ``levels``.
    """
    subject = " ".join(nfc(values.subject).split())
    if not subject:
        raise Refused("no-subject", "Kế hoạch cần trích yếu (tên gọi). Hãy nhập một dòng ngắn rồi lưu lại.")
    days = [day for day in (values.starts_on, values.ends_on, values.document_date) if day is not None]
    if any(not FIRST_YEAR <= day.year <= LAST_YEAR for day in days):
        raise Refused(
            "year", "Năm của kế hoạch phải từ 1990 đến 2100. Chưa có gì được lưu; hãy xem lại các ngày đã nhập."
        )
    if values.starts_on and values.ends_on and values.starts_on > values.ends_on:
        raise Refused("period", "Ngày bắt đầu đang sau ngày kết thúc. Hãy sửa lại thời gian thực hiện rồi lưu.")
    check_levels(values.levels)
    if values.period_kind not in PERIOD_KINDS:
        raise Refused("period-kind", "Loại thời gian của kế hoạch chưa đúng. Hãy chọn lại trong danh sách.")
    return HeaderValues(
        subject=subject,
        period_kind=values.period_kind,
        starts_on=values.starts_on,
        ends_on=values.ends_on,
        levels=tuple(values.levels),
        number=tidy_number(values.number),
        notation=tidy_notation(values.notation),
        place=" ".join(nfc(values.place).split()),
        document_date=values.document_date,
        signer_title=paragraph(values.signer_title),
        signer_name=" ".join(nfc(values.signer_name).split()),
        introduction=tuple(p for p in (paragraph(text) for text in values.introduction) if p),
        recipients=words(values.recipients),
    )


def check_levels(levels: Iterable[str]) -> None:
    """Refuse what is not an education level (``levels``)."""
    if not set(levels) <= set(EDUCATION_LEVELS):
        raise Refused("levels", "Cấp học chưa đúng. Hãy chọn lại trong danh sách.")


def check_node(values: NodeValues) -> NodeValues:
    """Return a node tidied.

    Raises:
        Refused: ``no-text``, ``node-kind``, ``levels``, ``due``, ``quota``, ``policy``.
    """
    title, body = " ".join(nfc(values.title).split()), paragraph(values.body)
    if not title and not body:
        raise Refused("no-text", "Mục cần có tiêu đề hoặc nội dung. Chưa có gì được lưu; hãy nhập rồi lưu lại.")
    if values.kind not in KINDS:
        raise Refused("node-kind", "Loại mục chưa đúng. Hãy chọn lại trong danh sách.")
    check_levels(values.levels)
    check_due(values.due_from, values.due_to)
    for name, policy in values.policies.items():
        if name not in FIELDS or policy not in POLICIES:
            raise Refused("policy", "Quyền điều chỉnh chưa đúng. Hãy chọn Khóa, Mặc định hoặc Tự do.", {"field": name})
    return NodeValues(
        title=title,
        body=body,
        kind=values.kind,
        owners=words(values.owners),
        audience=words(values.audience),
        levels=tuple(level for level in EDUCATION_LEVELS if level in values.levels),
        channels=words(values.channels),
        due_from=values.due_from,
        due_to=values.due_to,
        quota=check_quota(values.quota),
        policies={name: policy for name, policy in values.policies.items() if policy != "default"},
        mandatory=values.mandatory,
    )


def check_due(first: dt.date | None, last: dt.date | None) -> None:
    """Refuse a window that ends before it begins (``due``)."""
    if first and last and first > last:
        raise Refused("due", "Thời hạn của mục có ngày bắt đầu sau ngày kết thúc. Hãy sửa lại rồi lưu.")


def check_quota(quota: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return a quota with all its parts in place.

    Raises:
        Refused: ``quota``.
    """
    if quota is None:
        return None
    try:
        count = int(quota["count"])
        floor = int(quota["floor"]) if quota.get("floor") is not None else None
        ceiling = int(quota["ceiling"]) if quota.get("ceiling") is not None else None
    except (KeyError, TypeError, ValueError):
        raise Refused("quota", "Số lượng của chỉ tiêu phải là số nguyên. Hãy nhập lại, ví dụ 1.") from None
    genre, subject = quota.get("genre") or None, quota.get("subject") or None
    if quota.get("period") not in QUOTA_PERIODS or (genre is not None and genre not in GENRES):
        raise Refused("quota", "Chỉ tiêu cần có kỳ (tháng, quý, học kỳ, năm) và thể loại trong danh sách.")
    if not 1 <= count <= 999:
        raise Refused("quota", "Số lượng của chỉ tiêu phải từ 1 đến 999. Hãy nhập lại.")
    if (floor is not None and floor > count) or (ceiling is not None and ceiling < count):
        raise Refused("quota", "Số lượng của chỉ tiêu phải nằm giữa mức sàn và mức trần. Hãy sửa lại rồi lưu.")
    checked: dict[str, Any] = {"count": count, "period": quota["period"], "genre": genre, "subject": subject}
    if floor is not None:
        checked["floor"] = floor
    if ceiling is not None:
        checked["ceiling"] = ceiling
    return checked


def check_field(name: str, value: Any) -> Any:
    """Return a value for one field of a node in its stored form (see ``layer.field_value``), tidied.

    Raises:
        Refused: the value cannot stand in this field.
    """
    if name == "title":
        return " ".join(nfc(str(value)).split())
    if name == "body":
        return paragraph(str(value))
    if name == "levels":
        check_levels(value)
        return [level for level in EDUCATION_LEVELS if level in value]
    if name in ("owners", "audience", "channels"):
        return list(words(value))
    if name == "due":
        first, last = _day(value.get("from")), _day(value.get("to"))
        check_due(first, last)
        return {"from": first.isoformat() if first else None, "to": last.isoformat() if last else None}
    if name == "quota":
        return check_quota(value)
    if name == "policies":
        return dict(check_node(NodeValues(title="-", policies=value)).policies)
    if name == "mandatory":
        return bool(value)
    raise Refused("unknown-field", f"Mục của kế hoạch không có phần «{shorten(name)}» để điều chỉnh.", {"field": name})


def _day(value: str | dt.date | None) -> dt.date | None:
    if value is None or value == "":
        return None
    if isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        raise Refused("due", "Ngày chưa đúng. Hãy nhập ngày, tháng, năm.") from None


def missing_for_issue(fields: DocumentFields, *, has_nodes: bool) -> dict[str, str]:
    """Return what still stands between a draft and its issue: field -> sentence; empty when nothing does."""
    missing = {}
    if not fields.number:
        missing["number"] = "Chưa có số văn bản (lấy từ sổ đăng ký văn bản đi)."
    elif not is_number(fields.number):
        missing["number"] = "Số văn bản chỉ gồm chữ số, ví dụ 05."
    if not fields.notation:
        missing["notation"] = "Chưa có ký hiệu, ví dụ KH-MNHS."
    elif not is_notation(fields.notation):
        missing["notation"] = "Ký hiệu gồm chữ in hoa nối bằng gạch ngang, ví dụ KH-MNHS."
    elif fields.follow_up == "correct" and fields.notation.startswith("KH-"):
        # NĐ 30/2020, Phụ lục I: a công văn names no type in its notation.
        bare = fields.notation.removeprefix("KH-")
        missing["notation"] = f"Đính chính bằng công văn, ký hiệu không ghi KH: hãy ghi {bare}."
    if fields.document_date is None:
        missing["document_date"] = "Chưa có ngày ban hành."
    if not fields.place:
        missing["place"] = "Chưa có địa danh ban hành."
    if not fields.signer_title:
        missing["signer_title"] = "Chưa có chức vụ người ký."
    if not fields.signer_name:
        missing["signer_name"] = "Chưa có họ tên người ký."
    if not has_nodes:
        missing["nodes"] = "Kế hoạch chưa có nội dung nào."
    return missing
