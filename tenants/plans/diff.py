"""What changed between two texts, word by word: the inherited text of a plan beside a school's own. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from tenants.text import nfc

Kind = Literal["same", "removed", "added"]

# A Vietnamese word is a syllable for us: spaces and signs are pieces of their own, so that a new comma after a
# word does not mark the word.
_PIECES = re.compile(r"\s+|[^\W_]+|[\W_]", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of text that is the same in both, only in the old, or only in the new text."""

    kind: Kind
    text: str


def word_diff(old: str, new: str) -> list[Segment]:
    """Return the pieces of *old* and *new* in reading order, what was removed before what was added.

    The "same" and "removed" pieces joined give *old*, the "same" and "added" ones give *new* (both in NFC),
    white space included. Neighbours differ in kind. White space between two changes counts as changed, so that a
    rewritten passage reads as one change.
    """
    old_pieces, new_pieces = _PIECES.findall(nfc(old)), _PIECES.findall(nfc(new))
    matcher = SequenceMatcher(None, old_pieces, new_pieces, autojunk=False)
    changes: list[tuple[list[str], list[str], list[str]]] = []
    for _, old_start, old_end, new_start, new_end in matcher.get_opcodes():
        before, after = old_pieces[old_start:old_end], new_pieces[new_start:new_end]
        same = before if before == after else []
        changes.append((same, [], []) if same else ([], before, after))
    return list(_segments(_without_islands(changes)))


def _without_islands(
    changes: list[tuple[list[str], list[str], list[str]]],
) -> list[tuple[list[str], list[str], list[str]]]:
    """Turn white space that alone is the same between two changes into a part of them."""
    joined: list[tuple[list[str], list[str], list[str]]] = []
    for place, (same, removed, added) in enumerate(changes):
        inside = 0 < place < len(changes) - 1
        if same and inside and all(piece.isspace() for piece in same):
            removed, added, same = same, same, []
        if joined and not same and not joined[-1][0]:
            _, removed_before, added_before = joined.pop()
            removed, added = removed_before + removed, added_before + added
        joined.append((same, removed, added))
    return joined


def _segments(changes: list[tuple[list[str], list[str], list[str]]]) -> Iterator[Segment]:
    for same, removed, added in changes:
        kinds: tuple[tuple[Kind, list[str]], ...] = (("same", same), ("removed", removed), ("added", added))
        for kind, pieces in kinds:
            if pieces:
                yield Segment(kind, "".join(pieces))


WHOLE = frozenset({"due", "quota"})
"""Fields of a node that are numbers and days: one digit inside another is no way to read them."""


def field_diff(name: str, old: str, new: str) -> list[Segment]:
    """Return the pieces of a field in two states: word by word, or one whole after the other."""
    if name not in WHOLE or old == new:
        return word_diff(old, new)
    kinds: tuple[tuple[Kind, str], ...] = (("removed", old), ("added", new))
    return [Segment(kind, text) for kind, text in kinds if text]


def condensed(pieces: Sequence[Segment], around: int = 48, most: int = 160) -> list[Segment]:
    """Return pieces cut down to what changed and a few words beside it, for one line of a list.

    Args:
        around: how many characters of unchanged text to leave on either side of a change.
        most: how many characters to leave of one change.
    """
    last = len(pieces) - 1
    return [
        Segment(piece.kind, _beside(piece.text, around, place > 0, place < last))
        if piece.kind == "same"
        else Segment(piece.kind, _beside(piece.text, most, True, False))
        for place, piece in enumerate(pieces)
    ]


def _beside(text: str, around: int, keep_head: bool, keep_tail: bool) -> str:
    """Return the words next to a change before and behind ``text``; all of it when it is the only piece or short."""
    if not keep_head and not keep_tail:
        keep_head, around = True, 3 * around
    if len(text) <= around * (keep_head + keep_tail):
        return text
    head = text[:around].rpartition(" ")[0] if keep_head else ""
    tail = text[-around:].partition(" ")[2] if keep_tail else ""
    return f"{head} … {tail}" if keep_head and keep_tail else f"{head} …" if keep_head else f"… {tail}"
