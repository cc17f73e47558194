"""The words of a plan document line by line, the same for every layout. Pure text, rules of NĐ 30/2020/NĐ-CP."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tenants.plans.document.model import DocumentNode, PlanDocument
from tenants.text import nfc

COUNTRY = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
RECIPIENTS = "Nơi nhận:"
TO = "Kính gửi:"

_PART = re.compile(r"(?:phần|chương)\s", re.IGNORECASE)
_HEADING_LABEL = re.compile(r"[IVXLC]+\.|\d{1,2}(?:\.\d{1,2})*\.")
_BARE_LETTER = re.compile(r"[a-zđ]")
_BARE_NUMBER = re.compile(r"[IVXLC]+|\d{1,2}(?:\.\d{1,2})*")
_END_MARKS = " ;.,"
_ABOUT = ("về việc ", "về ", "v/v ")


@dataclass(frozen=True, slots=True)
class BodyParagraph:
    """One printed paragraph of the body.

    Attributes:
        text: with its label in front.
        heading: printed bold and kept with what follows.
        centred: the line of a part ("Phần I") or its title.
        note: where the item comes from, in brackets after the text; "" for nothing.
    """

    text: str
    heading: bool = False
    centred: bool = False
    note: str = ""


def clean(text: str) -> str:
    """Return *text* on one line: NFC, single spaces, no control characters."""
    return " ".join("".join(char if char.isprintable() else _blank(char) for char in nfc(text)).split())


def _blank(char: str) -> str:
    return "" if unicodedata.category(char) == "Cf" else " "


def lines(text: str) -> list[str]:
    """Return the lines of *text* that say something, each cleaned."""
    return [line for line in (clean(raw) for raw in text.splitlines()) if line]


def number_line(document: PlanDocument) -> str:
    """Return "Số: 05/KH-MNXV". Numbers below 10 get a zero; without a number there is room to write it."""
    number = clean(document.number or "")
    if number.isdecimal():
        number = f"{int(number):02d}"
    notation = clean(document.notation).lstrip("/")
    return f"Số: {number or '       '}/{notation}" if notation else f"Số: {number}".rstrip()


def date_line(document: PlanDocument) -> str:
    """Return "Xuân Hưng, ngày 05 tháng 02 năm 2026": days below 10 and months 1 and 2 get a zero."""
    place = clean(document.place)
    day = document.issued_on
    if day is None:
        return f"{place}, ngày      tháng      năm        "
    month = f"{day.month:02d}" if day.month <= 2 else str(day.month)
    return f"{place}, ngày {day.day:02d} tháng {month} năm {day.year}"


def about_line(document: PlanDocument) -> str:
    """Return "V/v đính chính ..." for a công văn, which names no type; "" for every other document."""
    subject = clean(document.subject)
    return f"V/v {subject}" if subject and not clean(document.type_name) else ""


def cited_subject(subject: str) -> str:
    """Return a subject as a citation names it: "về truyền thông năm học", abbreviations in capitals as they are."""
    said = clean(subject)
    for opening in _ABOUT:
        if said.casefold().startswith(opening):
            said = said[len(opening) :]
            break
    small = said[:1].lower() + said[1:] if not said[1:2].isupper() else said
    return f"về {small}"


def addressee_lines(document: PlanDocument) -> list[str]:
    """Return the lines below "Kính gửi:": with several addressees "- ...;", the last ending with "."; one stands on the
    same line.
    """
    bare = [clean(line).rstrip(_END_MARKS) for line in document.addressees]
    bare = [line for line in bare if line]
    return [f"{TO} {bare[0]}."] if len(bare) == 1 else [TO, *_ended([f"- {line}" for line in bare])] if bare else []


def basis_lines(document: PlanDocument) -> list[str]:
    """Return the bases, each ending with ";" and the last with "."."""
    return _ended([clean(basis).rstrip(_END_MARKS) for basis in document.bases])


def recipient_lines(document: PlanDocument) -> list[str]:
    """Return the recipients as "- ...;", the last ending with "."."""
    bare = (re.sub(r"^[-–+•]\s*", "", clean(line)).rstrip(_END_MARKS + "/") for line in document.recipients)
    return _ended([f"- {line}" for line in bare if line])


def _ended(texts: list[str]) -> list[str]:
    kept = [text for text in texts if text]
    return [text + (";" if place < len(kept) - 1 else ".") for place, text in enumerate(kept)]


def printed_label(label: str) -> str:
    """Return *label* with the sign the decree prints after it: "I." "1." "a)"; others stay as they are."""
    label = clean(label)
    if _BARE_NUMBER.fullmatch(label):
        return f"{label}."
    return f"{label})" if _BARE_LETTER.fullmatch(label) else label


def body_paragraphs(nodes: Iterable[DocumentNode], show_origins: bool = False) -> Iterator[BodyParagraph]:
    """Yield the printed paragraphs of *nodes* and all below them, in reading order."""
    for node in nodes:
        yield from _own_paragraphs(node, f"({clean(node.origin)})" if show_origins and node.origin else "")
        yield from body_paragraphs(node.children, show_origins)


def _own_paragraphs(node: DocumentNode, note: str) -> Iterator[BodyParagraph]:
    label, title, texts = printed_label(node.label), clean(node.title), lines(node.text)
    if _PART.match(label):
        yield BodyParagraph(label, heading=True, centred=True)
        if title:
            yield BodyParagraph(title.upper(), heading=True, centred=True, note=note)
    else:
        first = title or (texts.pop(0) if texts else "")
        heading = bool(title) and (not label or _HEADING_LABEL.fullmatch(label) is not None)
        if label or first:
            yield BodyParagraph(f"{label} {first}".strip(), heading=heading, note=note)
    for text in texts:
        yield BodyParagraph(text)


def _title_block(document: PlanDocument) -> list[str]:
    if clean(document.type_name):
        return ["\n".join([clean(document.type_name).upper(), *lines(document.subject)])]
    return ["\n".join(addressee_lines(document))]


def write_text(document: PlanDocument) -> str:
    """Return *document* as plain text, in the order of the printed page."""
    head = [clean(document.managing_unit or "").upper(), clean(document.issuing_unit).upper(), COUNTRY, MOTTO]
    blocks = [
        *("\n".join(line for line in part if line) for part in (head, [number_line(document), about_line(document)])),
        date_line(document),
        *_title_block(document),
        *basis_lines(document),
        *(line for paragraph in document.introduction for line in lines(paragraph)),
        *(paragraph.text for paragraph in body_paragraphs(document.nodes)),
        *(line for paragraph in document.closing for line in lines(paragraph)),
    ]
    recipients = recipient_lines(document)
    if recipients:
        blocks.append("\n".join([RECIPIENTS, *recipients]))
    blocks.append("\n".join(line.upper() for line in lines(document.signer_title)))
    blocks.append(clean(document.signer_name))
    return "\n\n".join(block for block in blocks if block) + "\n"
