"""Items inside a quotation: a document that amends another quotes its items with their numbers, and those are not
its own.
"""

from __future__ import annotations

import re

from .reflow import Paragraph

_OPENS = re.compile(r":\s*“[^”]*$")
_CLOSES = re.compile(r"”[.;,]*$")
# A quotation mark that was never closed must not swallow the rest of the document.
_LONGEST = 200


def unlabel_quoted(paragraphs: list[Paragraph]) -> list[Paragraph]:
    """Turn the numbered paragraphs of quotations into plain ones with the number in their text. In place.

    A quotation begins after a colon and ends at the end of a paragraph; quotations inside it are skipped.
    """
    index = 0
    while index < len(paragraphs):
        end = _end_of_quotation(paragraphs, index)
        for paragraph in paragraphs[index + 1 : end + 1]:
            if paragraph.label is not None:
                paragraph.text = f"{paragraph.marker} {paragraph.text}".strip()
                paragraph.label = None
        index = end + 1
    return paragraphs


def _end_of_quotation(paragraphs: list[Paragraph], start: int) -> int:
    """Return where the quotation that *start* opens ends; *start* itself when it opens none."""
    text = paragraphs[start].text
    introduced = start > 0 and paragraphs[start - 1].text.endswith(":") and text.startswith("“")
    depth = text.count("“") - text.count("”")
    if depth <= 0 or not (introduced or _OPENS.search(text)):
        return start
    for index in range(start + 1, min(len(paragraphs), start + _LONGEST)):
        text = paragraphs[index].text
        depth += text.count("“") - text.count("”")
        if depth <= 0:
            return index if _CLOSES.search(text) else start
    return start
