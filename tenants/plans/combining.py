"""Suggesting how two changes of one text go together: sentence by sentence, element by element. Pure.

A suggestion is only what a person starts from; nothing here is ever put in force by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from tenants.plans.nodes import LISTS, clamp
from tenants.plans.takeover_values import Part, Proposal
from tenants.text import nfc

_ABBREVIATIONS = frozenset(
    ("tp", "tx", "tt", "ts", "ths", "gs", "pgs", "bs", "ks", "cn", "ql", "đ/c", "kt", "tm", "tl", "tuq", "tr", "vd")
)
"""Words whose full stop ends no sentence (TP. Vinh, ThS. Lan, KT. HIỆU TRƯỞNG)."""

_END = re.compile(r"(?P<mark>[.!?…]+[\"”’')\]]*)(?P<space>[ \t]+)(?=[\"“‘'(\[–-]?\s*[A-ZĐÀ-Ỹ0-9])|(?P<line>\n+)")
_WORD_BEFORE = re.compile(r"([^\s(\[\"“]+)$")

Kind = Literal["same", "upstream", "local", "conflict"]


@dataclass(frozen=True, slots=True)
class Region:
    """A run of pieces: what the unit has there, and what the superior has."""

    kind: Kind
    local: tuple[str, ...]
    upstream: tuple[str, ...]


def sentences(text: str) -> list[str]:
    """Return a Vietnamese text cut after each sentence and each line, white space kept: joined they give the text."""
    pieces: list[str] = []
    text = nfc(text)
    start = 0
    for found in _END.finditer(text):
        if found["mark"] is not None and _is_abbreviation(text[start : found.start()], found["mark"]):
            continue
        pieces.append(text[start : found.end()])
        start = found.end()
    if start < len(text):
        pieces.append(text[start:])
    return pieces


def _is_abbreviation(before: str, mark: str) -> bool:
    if mark != ".":
        return False
    word = _WORD_BEFORE.search(before)
    if word is None:
        return False
    text = word[1].casefold()
    single = len(text) == 1 and text.isalpha()
    numbering = before.strip() == word[1] and re.fullmatch(r"[\dIVXivx]{1,4}|[a-zđ]", word[1]) is not None
    return single or numbering or text in _ABBREVIATIONS


def _key(piece: str) -> str:
    return " ".join(piece.split())


def merge_regions(base: Sequence[str], local: Sequence[str], upstream: Sequence[str]) -> list[Region]:
    """Return the three-way comparison of three lists of pieces, in the order of reading.

    A stretch that only one side changed is that side's; one that both changed in the same way is "same"; one that
    they changed differently is a conflict.
    """
    keys = [[_key(piece) for piece in pieces] for pieces in (base, local, upstream)]
    regions: list[Region] = []
    at_base = at_local = at_upstream = 0
    for begin, begin_local, begin_upstream, length in _common(*keys):
        mine, theirs = local[at_local:begin_local], upstream[at_upstream:begin_upstream]
        regions += _changed(keys[0][at_base:begin], mine, theirs)
        if length:
            same = tuple(local[begin_local : begin_local + length])
            regions.append(Region("same", same, tuple(upstream[begin_upstream : begin_upstream + length])))
        at_base, at_local, at_upstream = begin + length, begin_local + length, begin_upstream + length
    return regions


def _changed(base: Sequence[str], local: Sequence[str], upstream: Sequence[str]) -> Iterator[Region]:
    mine, theirs = [_key(piece) for piece in local], [_key(piece) for piece in upstream]
    if not mine and not theirs:
        return
    if len(mine) == len(theirs) == len(base) > 1:
        # As many sentences on all sides: neighbours that were changed by one side each are no conflict.
        for was, one, other in zip(base, local, upstream, strict=True):
            yield from _changed([was], [one], [other])
        return
    kind: Kind = "conflict"
    if mine == theirs:
        kind = "same"
    elif mine == list(base):
        kind = "upstream"
    elif theirs == list(base):
        kind = "local"
    if kind in ("upstream", "local") and not (theirs if kind == "upstream" else mine):
        return
    yield Region(kind, tuple(local), tuple(upstream))


def _common(base: list[str], local: list[str], upstream: list[str]) -> list[tuple[int, int, int, int]]:
    """Return the stretches unchanged in all three (base, local, upstream, length), the end of all three last."""
    found: list[tuple[int, int, int, int]] = []
    mine = SequenceMatcher(None, base, local, autojunk=False).get_matching_blocks()
    theirs = SequenceMatcher(None, base, upstream, autojunk=False).get_matching_blocks()
    one = other = 0
    while one < len(mine) and other < len(theirs):
        first, second = mine[one], theirs[other]
        begin, end = max(first.a, second.a), min(first.a + first.size, second.a + second.size)
        if begin < end:
            found.append((begin, first.b + begin - first.a, second.b + begin - second.a, end - begin))
        if first.a + first.size < second.a + second.size:
            one += 1
        else:
            other += 1
    return [*found, (len(base), len(local), len(upstream), 0)]


def combine_prose(base: str, local: str, upstream: str) -> Proposal:
    """Suggest a text that carries both changes; where both rewrote the same sentences, both wordings stand marked."""
    parts: list[Part] = []
    for region in merge_regions(sentences(base), sentences(local), sentences(upstream)):
        mine, theirs = _joined(region.local), _joined(region.upstream)
        if region.kind == "conflict":
            parts.append(Part("conflict", mine, theirs))
        else:
            parts.append(Part(region.kind, theirs if region.kind == "upstream" else mine))
    pieces = [text for part in parts for text in (part.text, part.other) if text]
    return Proposal(_joined(pieces).strip(), tuple(parts), sum(part.kind == "conflict" for part in parts))


def _joined(pieces: Sequence[str]) -> str:
    text = ""
    for piece in pieces:
        if text and not text[-1].isspace():
            text += " "
        text += piece
    return text


def combine_list(base: Sequence[str], local: Sequence[str], upstream: Sequence[str]) -> list[str]:
    """Return the superior's list without what the unit had taken out and with what it had added."""
    removed = set(base) - set(local)
    kept = [word for word in upstream if word not in removed]
    return kept + [word for word in local if word not in base and word not in upstream]


def combine_mapping(
    base: Mapping[str, Any] | None, local: Mapping[str, Any] | None, upstream: Mapping[str, Any] | None
) -> tuple[dict[str, Any] | None, int]:
    """Return the parts of both, each from the side that changed it, and how many both changed: there the unit's
    stands.
    """
    if local is None or upstream is None or base is None:
        chosen = local if local is not None else upstream
        return (None if chosen is None else dict(chosen)), int(local != upstream)
    merged: dict[str, Any] = {}
    conflicts = 0
    for name in (*upstream, *(name for name in local if name not in upstream)):
        was, mine, theirs = base.get(name), local.get(name), upstream.get(name)
        merged[name] = theirs if mine == was else mine
        conflicts += mine not in (was, theirs) and theirs != was
    return merged, conflicts


def propose(field: str, base: Any, local: Any, upstream: Any) -> Proposal:
    """Suggest a combination for one field, values in stored form.

    Prose by sentences; lists by elements; a window of days and a quota by their parts, a count within the superior's
    floor and ceiling.
    """
    if field in LISTS:
        return Proposal(combine_list(base or [], local or [], upstream or []))
    if field in ("due", "quota"):
        merged, conflicts = combine_mapping(base, local, upstream)
        if field == "quota":
            bounded = clamp(merged, upstream)
            merged = None if bounded is None else dict(bounded)
        return Proposal(merged, conflicts=conflicts)
    return combine_prose(base or "", local or "", upstream or "")
