"""Program: the characters of a PDF with their places, as JSON. Reads standard input, writes standard output.

It stands alone (no import of this package), because it runs in a confined process of its own: see ``pdf``. Per page:
width, height and the characters as [text, left, right, baseline, size] in points, the origin at the lower left.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from typing import Any

from pdfminer.converter import PDFLayoutAnalyzer
from pdfminer.layout import LTChar, LTContainer, LTPage
from pdfminer.pdfdocument import PDFDocument, PDFPasswordIncorrect
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser

MOST_PAGES = 300
MOST_CHARACTERS = 1_000_000
DEEPEST = 8
LOCKED, TOO_LONG = 3, 4
"""Exit codes, known to ``pdf``: a password is needed; the document has more than any plan."""


class Characters(PDFLayoutAnalyzer):
    """Collects the characters of each page without analysing its layout."""

    def __init__(self, resources: PDFResourceManager) -> None:
        super().__init__(resources, laparams=None)
        self.pages: list[dict[str, Any]] = []
        self.count = 0

    def receive_layout(self, page: LTPage) -> None:
        """Take the characters of one page."""
        found = [
            [char.get_text(), round(char.x0, 2), round(char.x1, 2), round(char.matrix[5], 2), round(char.size, 2)]
            for char in _characters(page, 0)
        ]
        self.count += len(found)
        if self.count > MOST_CHARACTERS:
            sys.exit(TOO_LONG)
        self.pages.append({"width": page.width, "height": page.height, "characters": found})


def _characters(container: LTContainer[Any], depth: int) -> Iterator[LTChar]:
    for item in container:
        if isinstance(item, LTChar):
            yield item
        elif isinstance(item, LTContainer) and depth < DEEPEST:
            yield from _characters(item, depth + 1)


def main() -> None:
    """Read one PDF."""
    try:
        document = PDFDocument(PDFParser(io.BytesIO(sys.stdin.buffer.read())))
    except PDFPasswordIncorrect:
        sys.exit(LOCKED)
    resources = PDFResourceManager()
    device = Characters(resources)
    interpreter = PDFPageInterpreter(resources, device)
    for number, page in enumerate(PDFPage.create_pages(document)):
        if number >= MOST_PAGES:
            sys.exit(TOO_LONG)
        interpreter.process_page(page)
    json.dump(device.pages, sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main()
