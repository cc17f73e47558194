"""What a heading says its section holds.

Headings are compared without diacritics and case. The main sections are named by law and custom (mục đích, yêu cầu,
nội dung, kênh, tổ chức thực hiện); a heading that names none of them, or two at once ("Mục đích, yêu cầu"), is a plain
``section``.
"""

from __future__ import annotations

import re

from .lines import flat, is_upper, squeeze
from .model import Kind

_MAX_HEADING_WORDS = 22
_MAX_RUN_IN_WORDS = 9

# The heading of a main section may name several things; the one it names first counts.
_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        "task",
        re.compile(r"\bto chuc (?:thuc hien|trien khai)|\btrien khai thuc hien\b|\bphan cong\b|\btrach nhiem\b"),
    ),
    ("basis", re.compile(r"\bcan cu\b|\bco so (?:phap ly|xay dung)")),
    ("quota", re.compile(r"\bchi tieu\b")),
    ("purpose", re.compile(r"\bmuc dich\b|\bmuc tieu\b|\by nghia\b")),
    ("requirement", re.compile(r"\byeu cau\b")),
    (
        "task",
        re.compile(
            r"\bnhiem vu\b|\bgiai phap\b|\bbien phap\b|\blo trinh\b|\btien do\b|\bche do bao cao\b|"
            r"\bthong tin,? bao cao\b"
        ),
    ),
    ("topic", re.compile(r"\bnoi dung\b|\btrong tam\b|\bchu de\b|\bthong diep\b|\bchuyen de\b")),
    ("channel", re.compile(r"\bkenh\b|\bhinh thuc\b|\bphuong (?:tien|thuc)\b")),
)
_LEADING: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        "task",
        re.compile(r"^(?:to chuc (?:thuc hien|trien khai)|phan cong|(?:cac )?(?:nhiem vu|giai phap|bien phap)\b)"),
    ),
    ("quota", re.compile(r"^(?:cac )?chi tieu\b")),
    ("purpose", re.compile(r"^(?:muc dich|muc tieu)\b")),
    ("requirement", re.compile(r"^(?:mot so )?yeu cau\b")),
    ("topic", re.compile(r"^(?:cac )?(?:noi dung|trong tam|chu de|thong diep)\b")),
    ("channel", re.compile(r"^(?:cac )?(?:kenh|hinh thuc|phuong (?:tien|thuc))\b")),
    ("basis", re.compile(r"^(?:cac )?can cu\b")),
)
# What a sub-heading may change the section's kind to: a topic called "Mục tiêu ..." stays a topic.
_MAY_BECOME: dict[Kind, frozenset[str]] = {
    "section": frozenset({"basis", "purpose", "requirement", "topic", "channel", "task", "quota"}),
    "purpose": frozenset({"requirement", "quota"}),
    "requirement": frozenset({"purpose"}),
    "topic": frozenset({"channel", "quota", "task"}),
    "task": frozenset({"channel", "quota", "topic"}),
    "channel": frozenset({"topic", "task", "quota"}),
    "quota": frozenset({"task", "topic", "channel"}),
}
_BARE = re.compile(
    r"^(?:muc dich(?:\s*[,;&–-]?\s*(?:va\s+)?yeu cau)?|muc tieu(?:\s*[,;&–-]?\s*(?:va\s+)?yeu cau)?|(?:muc tieu|"
    r"yeu cau) (?:chung|cu the)|"
    r"yeu cau|can cu(?: (?:phap ly|xay dung ke hoach|thuc hien))?|chi tieu(?: (?:chung|cu the))?|"
    r"(?:cac )?noi dung(?: (?:trong tam|truyen thong|tuyen truyen|thuc hien|va hinh thuc(?: truyen thong|"
    r" tuyen truyen)?|chu yeu))*|"
    r"(?:noi dung )?trong tam (?:truyen thong|tuyen truyen)|(?:cac )?kenh truyen thong|hinh thuc(?: (?:truyen thong|"
    r"tuyen truyen|thuc hien))?|"
    r"(?:cac )?(?:nhiem vu|giai phap)(?:\s*[,;&–-]?\s*(?:va\s+)?(?:nhiem vu|giai phap))?(?: (?:trong tam|chu yeu|"
    r"thuc hien))*|"
    r"to chuc (?:thuc hien|trien khai)|phan cong (?:nhiem vu|thuc hien)|kinh phi(?: thuc hien)?|che do bao cao|"
    r"dac diem tinh hinh|doi tuong(?: truyen thong)?|thoi gian(?: thuc hien)?)\s*:?$"
)


def heading_kind(text: str, *, strict: bool = False) -> Kind | None:
    """The kind a main section's heading names, ``"section"`` for two at once, ``None`` for none.

    Args:
        text: The heading without its label.
        strict: The heading must begin with the words (sub-headings, where a later word proves nothing).
    """
    head = flat(heading_part(text))
    if not strict and _names_two(head):
        return "section"
    found = [
        (match.start(), kind) for kind, pattern in (_LEADING if strict else _KINDS) if (match := pattern.search(head))
    ]
    return min(found, key=lambda item: item[0])[1] if found else None


def sub_kind(text: str, parent: Kind) -> Kind | None:
    """The kind a sub-heading under a section of kind *parent* names, ``None`` when it keeps its parent's."""
    if not is_heading(text):
        return None
    if _names_two(flat(heading_part(text))) and parent == "section":
        return "section"
    kind = heading_kind(text, strict=True)
    return kind if kind in _MAY_BECOME.get(parent, frozenset()) else None


def _names_two(head: str) -> bool:
    return bool(re.search(r"muc (?:dich|tieu)", head)) and "yeu cau" in head


def heading_part(text: str) -> str:
    """The heading of a paragraph: all of a short one, or what stands before the colon of a run-in heading."""
    before, colon, _ = text[:200].partition(":")
    if colon and len(before.split()) <= _MAX_RUN_IN_WORDS:
        return squeeze(before)
    return squeeze(_unstopped(text)) if len(text) <= 200 else ""


def is_heading(text: str) -> bool:
    """Whether *text* reads like a heading: short, no sentence; or a run-in heading with its text after a colon."""
    before, colon, _ = text[:200].partition(":")
    if colon and len(before.split()) <= _MAX_RUN_IN_WORDS:
        return True
    return is_short_heading(text)


def is_short_heading(text: str) -> bool:
    """Whether the whole of *text* is a heading."""
    bare = _unstopped(text)
    return (
        0 < len(bare) <= 200
        and len(bare.split()) <= _MAX_HEADING_WORDS
        and not bare.endswith((".", ";", ",", "?", "!"))
    )


def _unstopped(text: str) -> str:
    """*text* without the stop some writers put after a heading: in capitals, or one that every plan has."""
    bare = text.rstrip()
    if not bare.endswith(".") or bare.endswith(".."):
        return bare
    heading = bare[:-1].rstrip()
    return heading if is_upper(heading) or _BARE.match(flat(squeeze(heading))) else bare


def is_bare_heading(text: str) -> bool:
    """Whether *text* is, word for word, a heading every plan has, so that it is one even without a number."""
    bare = squeeze(_unstopped(text))
    return len(bare) <= 60 and (bare[:1].isupper() or is_upper(bare)) and bool(_BARE.match(flat(bare)))
