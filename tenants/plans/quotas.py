"""Targets read out of a sentence: "hằng tháng mỗi trường có 01 bài viết về gương người tốt".

Pure. What is read is a suggestion: a person confirms it.
"""

from __future__ import annotations

import re
from typing import Any

from tenants.text import fold

_PERIODS = (("month", r"thang"), ("quarter", r"quy"), ("semester", r"hoc ky"), ("year", r"nam(?: hoc)?"))
_EVERY = r"(?:(?<!\w)(?:hang|moi|mot|1|01)\s*|/\s*)"
_WORDS = {"mot": 1, "hai": 2, "ba": 3, "bon": 4, "nam": 5, "sau": 6}
_COUNT = re.compile(
    r"(?<!\w)(\d{1,3}|mot|hai|ba|bon|nam|sau)\s*(?:\([^()]{1,20}\)\s*)?(?:-\s*\d{1,3}\s*)?"
    r"(?:tin|bai|phong su|san pham|guong)\b"
)
_ROLE_MODEL = re.compile(r"(?<!\w)(?:tam guong|guong|dien hinh)\b")


def suggest(text: str) -> dict[str, Any] | None:
    """Return the target a sentence sets as {"count", "period", "genre", "subject"}; None when it sets none."""
    plain = " ".join(fold(text).split())
    period = next((code for code, word in _PERIODS if re.search(rf"{_EVERY}{word}(?!\w)", plain)), None)
    # The count stands before a product: in "mỗi tháng một bài" the period has a number of its own.
    count = _COUNT.search(plain)
    if period is None or count is None:
        return None
    number = int(count[1]) if count[1].isdigit() else _WORDS[count[1]]
    if not number:
        return None
    return {
        "count": number,
        "period": period,
        "genre": None,
        "subject": "role_model" if _ROLE_MODEL.search(plain) else None,
    }
