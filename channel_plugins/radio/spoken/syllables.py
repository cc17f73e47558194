"""Is this group of letters a Vietnamese syllable? And how many syllables has a text?"""

from __future__ import annotations

import re
import unicodedata

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_SHAPE = re.compile(
    r"(?P<onset>ngh|ng|nh|gh|gi|kh|ch|ph|qu|th|tr|[bcdđghklmnprstvx])?"
    r"(?P<nucleus>"
    r"oai|oay|oao|oeo|uay|uây|uyê|uya|uyu|iêu|yêu|uôi|ươi|ươu|uê|uy|uơ|uâ|uă|oa|oă|oe|oo|ua|uô|ưa|ươ|iê|yê|ia|"
    r"ai|ay|ao|au|âu|ây|eo|êu|iu|oi|ôi|ơi|ui|ưi|ưu|[aăâeêioôơuưy])"
    r"(?P<coda>ch|ng|nh|[cmnpt])?"
)
#: Every capital letter of Vietnamese, for character classes.
UPPER = "".join(chr(code) for code in (*range(0x41, 0x1B1), *range(0x1EA0, 0x1EFA)) if chr(code).isupper())
_MUST_CLOSE = frozenset({"ă", "â", "oă", "uâ", "uă", "iê", "yê", "uô", "ươ", "uyê", "oo"})
_NEVER_CLOSE = frozenset(
    [
        "oai",
        "oay",
        "oao",
        "oeo",
        "uay",
        "uây",
        "uya",
        "iêu",
        "yêu",
        "uôi",
        "ươi",
        "ươu",
        "ia",
        "ưa",
        "ai",
        "ay",
        "ao",
        "au",
        "âu",
        "ây",
        "eo",
        "êu",
        "iu",
        "oi",
        "ôi",
        "ơi",
        "ui",
        "ưi",
        "ưu",
    ]
)
_VOWELS = frozenset("aăâeêioôơuưy")


def without_tones(text: str) -> str:
    """Return `text` in NFC without tone marks; the vowel marks (ă â ê ô ơ ư) and đ stay."""
    taken_apart = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", "".join(c for c in taken_apart if c not in _TONES))


def has_marks(text: str) -> bool:
    """Return whether `text` has a tone mark or one of the letters ă â ê ô ơ ư (đ alone does not count)."""
    return any(unicodedata.combining(c) for c in unicodedata.normalize("NFD", text))


def has_vowel(text: str) -> bool:
    """Return whether `text` has a Vietnamese vowel letter."""
    return any(c in _VOWELS for c in without_tones(text.lower()))


def is_syllable(word: str) -> bool:
    """Return whether `word`, in any case, has the shape of one Vietnamese syllable.

    It may still be an abbreviation that happens to look like one (AI, TU).
    """
    bare = without_tones(word.lower())
    shape = _SHAPE.fullmatch(bare)
    if not shape:
        return bare in {"gi", "gin", "ginh"}
    onset, nucleus, coda = shape["onset"] or "", shape["nucleus"], shape["coda"]
    if nucleus in _MUST_CLOSE and not coda:
        return False
    if nucleus in _NEVER_CLOSE and coda:
        return False
    if onset == "ng" and nucleus[0] == "i":
        return False
    if onset in {"k", "gh", "ngh"} and nucleus[0] not in "eêiy":
        return False
    if (onset in {"c", "g", "ng"} and nucleus[0] in "eê") or (onset == "c" and nucleus[0] in "iy"):
        return False
    return not (coda == "ch" and nucleus[-1] not in "aêiy")


def count_syllables(text: str) -> int:
    """Return the number of spoken syllables of a text that is already rewritten: its words, as written."""
    return len(re.findall(r"[^\W\d_]+", text))
