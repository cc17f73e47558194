"""How wide a line of text is in bold Times New Roman: the decree sets rules by the length of the text above."""

import unicodedata

from tenants.text import nfc

_MM_PER_POINT = 25.4 / 72
# Advance widths in thousandths of the type size, measured on a metric-compatible font.
_WIDTHS = {
    char: width
    for width, chars in {
        250: " .,",
        278: "il/'",
        333: "fjt;:-()",
        389: "Is",
        444: "cerz",
        500: "Jagovxy0123456789–",
        556: "Sbdhknpqu",
        611: "FP",
        667: "BELTZ",
        722: "ACDNRUVXYw",
        778: "GHKOQ",
        833: "m&",
        944: "M",
        1000: "W",
    }.items()
    for char in chars
}
_OTHER = 600
_HORN = "\u031b"
_HORN_WIDTH = 50


def bold_width(text: str, points: float) -> float:
    """Return the width in mm of *text* on one line in bold Times New Roman of *points* points."""
    thousandths = sum(_char_width(char) for char in nfc(text))
    return thousandths / 1000 * points * _MM_PER_POINT


def _char_width(char: str) -> int:
    decomposed = unicodedata.normalize("NFD", char.replace("Đ", "D").replace("đ", "d"))
    return _WIDTHS.get(decomposed[0], _OTHER) + (_HORN_WIDTH if _HORN in decomposed else 0)


def wrapped(text: str, points: float, available: float) -> list[float]:
    """Return the widths in mm of the lines into which *text* breaks where *available* mm are free."""
    space = bold_width(" ", points)
    widths: list[float] = []
    for word in text.split():
        width = bold_width(word, points)
        if widths and widths[-1] + space + width <= available:
            widths[-1] += space + width
        else:
            widths.append(width)
    return widths


def balanced_width(text: str, points: float, available: float) -> float:
    """Return the narrowest width in mm, in steps of 1 mm, in which *text* needs no more lines than in *available*.

    Long names then break in the middle, and not before their last word.
    """
    lines = len(wrapped(text, points, available))
    width = available
    while lines > 1 and width > 1 and len(wrapped(text, points, width - 1)) == lines:
        width -= 1
    return width
