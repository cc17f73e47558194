"""What stands in a plan document, before any layout."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class DocumentNode:
    """One numbered item of the body.

    Attributes:
        label: as printed, bare or with its sign: "I", "1", "1.1", "a", "-", "+", "Phần I"; "" for a paragraph
            without number.
        title: heading of the item; "" when the item is text only.
        text: what it says; line ends part paragraphs.
        children: the items below it.
        origin: the document the item was taken over from, such as "Kế hoạch số 12/KH-SGDĐT"; None for an own
            item. Printed only when asked for.
        key: tells the item from others when two states of a plan are compared; never printed.
    """

    label: str
    title: str = ""
    text: str = ""
    children: tuple["DocumentNode", ...] = ()
    origin: str | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class PlanDocument:
    """A plan ready to be written (cells 1 to 9 of NĐ 30/2020/NĐ-CP, Phụ lục I).

    Attributes:
        managing_unit: body above the issuer, printed over it; None for none.
        issuing_unit: the unit that issues the plan.
        number: the number given, such as "5" or "05"; None leaves room for it.
        notation: type and issuer, such as "KH-MNXV".
        place: official name of the commune or ward.
        issued_on: None leaves room for day and month.
        type_name: kind of document; "" for a công văn, which has none: its subject stands below the number ("V/v").
        addressees: "Kính gửi" of a công văn.
        subject: the trích yếu, without the type.
        bases: each "Căn cứ ..." line; end marks are set by the writer.
        introduction: paragraphs between bases and the first section.
        nodes: the numbered body.
        closing: last paragraphs of the body.
        recipients: each line of "Nơi nhận", without dash and end mark.
        signer_title: authority and title, one line each: "KT. HIỆU TRƯỞNG\\nPHÓ HIỆU TRƯỞNG".
        signer_name: full name; "" leaves room for it.
    """

    managing_unit: str | None
    issuing_unit: str
    number: str | None
    notation: str
    place: str
    issued_on: date | None
    subject: str
    bases: tuple[str, ...] = ()
    introduction: tuple[str, ...] = ()
    nodes: tuple[DocumentNode, ...] = ()
    closing: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    signer_title: str = ""
    signer_name: str = ""
    type_name: str = "KẾ HOẠCH"
    addressees: tuple[str, ...] = ()
