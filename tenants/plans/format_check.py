"""Points of form of a plan (NĐ 30/2020/NĐ-CP, Điều 8 and Phụ lục I) that its data shows. Pure.

What only paper shows (fonts, margins) needs no check here: the document is printed by the program.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tenants.plans.importer.foreign import pupils_in
from tenants.plans.printing import Frame, stands_alone
from tenants.plans.tree import TreeNode, style_of, walk
from tenants.plans.values import CitationValues, DocumentFields, is_notation

AUTHORITY = ("TM.", "KT.", "TL.", "TUQ.", "Q.")
"""Signing for a collective, for a superior, by order, by authority, acting (Phụ lục I, II.7)."""

PLAIN_TITLES = ("HIỆU TRƯỞNG", "GIÁM ĐỐC", "TRƯỞNG PHÒNG", "CHỦ TỊCH", "THỦ TRƯỞNG", "CHÁNH VĂN PHÒNG")
LEVELS = ("roman", "number", "letter", "dash", "plus")


@dataclass(frozen=True)
class Finding:
    """One point of form: ``serious`` ones leave out a part the decree demands."""

    code: str
    sentence: str
    serious: bool = True
    node_id: str = ""


def findings(frame: Frame, fields: DocumentFields, tree: Sequence[TreeNode]) -> list[Finding]:
    """Return what is missing or doubtful, in the order of the document."""
    return [*_header(frame, fields), *_bases(frame), *_numbering(tree), *_pupils(tree), *_ending(frame, fields)]


def _header(frame: Frame, fields: DocumentFields) -> list[Finding]:
    found = []
    if not frame.unit_name:
        found.append(Finding("issuer", "Chưa có tên cơ quan ban hành."))
    if not frame.managing_unit and not stands_alone(frame.unit_name):
        found.append(Finding("managing-unit", "Chưa có tên cơ quan chủ quản trực tiếp phía trên.", serious=False))
    if not fields.notation:
        found.append(Finding("notation", "Chưa có ký hiệu, ví dụ KH-MNHS."))
    elif not is_notation(fields.notation):
        found.append(Finding("notation", "Ký hiệu gồm chữ in hoa nối bằng gạch ngang, ví dụ KH-MNHS."))
    elif not fields.notation.startswith("KH-"):
        found.append(Finding("notation-kind", "Ký hiệu của kế hoạch thường bắt đầu bằng KH-.", serious=False))
    if not fields.place:
        found.append(Finding("place", "Chưa có địa danh ban hành."))
    if not frame.header.subject.strip():
        found.append(Finding("subject", "Chưa có trích yếu nội dung."))
    return found


def _bases(frame: Frame) -> list[Finding]:
    found = []
    said = any(text.casefold().startswith("căn cứ") for text in frame.header.introduction)
    if not frame.citations and not said:
        found.append(Finding("no-basis", "Chưa có căn cứ ban hành.", serious=False))
    for number, citation in enumerate(frame.citations, 1):
        missing = _missing(citation)
        if missing:
            sentence = f"Căn cứ thứ {number} ({citation.doc_type or 'văn bản'}) còn thiếu: {', '.join(missing)}."
            found.append(Finding("citation", sentence))
    return found


def _missing(citation: CitationValues) -> list[str]:
    """Return what the legal form of a citation lacks: type, number and symbol, date, issuer, subject."""
    if citation.doc_type.casefold() in ("luật", "bộ luật", "hiến pháp"):
        return [] if citation.subject else ["tên luật"]
    parts = {
        "số": citation.number,
        "ký hiệu": citation.notation,
        "ngày ban hành": citation.issued_on,
        "cơ quan ban hành": citation.issuer,
        "trích yếu": citation.subject,
    }
    return [name for name, value in parts.items() if not value]


def _numbering(tree: Sequence[TreeNode]) -> list[Finding]:
    found = []
    for node in walk(tree):
        style = style_of(node.label)
        words = node.node.text[:60]
        if node.depth >= len(LEVELS):
            found.append(Finding("too-deep", f"Mục «{words}» sâu hơn năm cấp đánh số.", node_id=node.node_id))
        elif style == "as-is":
            sentence = f"Số thứ tự «{node.label}» của mục «{words}» không theo kiểu I, 1, a, -, +."
            found.append(Finding("label", sentence, serious=False, node_id=node.node_id))
        styles = {style_of(child.label) for child in node.children if child.kind != "closing" and child.label}
        if len(styles) > 1:
            sentence = f"Các mục con của «{words}» đánh số theo nhiều kiểu khác nhau."
            found.append(Finding("mixed-numbering", sentence, serious=False, node_id=node.node_id))
    return found


def _pupils(tree: Sequence[TreeNode]) -> list[Finding]:
    """Pupils by name: no point of form, but the plan becomes public (Luật 91/2025/QH15, Điều 24)."""
    return [
        Finding(
            "pupil-named",
            f"Mục «{node.node.text[:60]}» nêu tên học sinh «{name}»; kế hoạch sẽ được công khai, nên bỏ tên.",
            serious=False,
            node_id=node.node_id,
        )
        for node in walk(tree)
        for name in pupils_in(f"{node.node.title}\n{node.node.body}")
    ]


def _ending(frame: Frame, fields: DocumentFields) -> list[Finding]:
    found = []
    title = fields.signer_title.upper()
    if not title:
        found.append(Finding("signer-title", "Chưa có chức vụ người ký."))
    elif title.startswith("PHÓ"):
        sentence = "Cấp phó ký thay phải ghi KT. và chức vụ người đứng đầu ở dòng trên, ví dụ KT. HIỆU TRƯỞNG."
        found.append(Finding("signer-authority", sentence))
    elif not title.startswith((*AUTHORITY, *PLAIN_TITLES)):
        sentence = "Nên xem lại thẩm quyền ký: chức vụ không phải người đứng đầu cần ghi TM., KT., TL. hoặc TUQ."
        found.append(Finding("signer-authority", sentence, serious=False))
    if not fields.signer_name:
        found.append(Finding("signer-name", "Chưa có họ tên người ký."))
    if not frame.header.recipients:
        found.append(Finding("recipients", "Chưa có nơi nhận."))
    elif not any(line.strip().casefold().startswith("lưu") for line in frame.header.recipients):
        found.append(Finding("filing", "Nơi nhận chưa có dòng Lưu, ví dụ «Lưu: VT».", serious=False))
    return found
