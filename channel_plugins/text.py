"""Pure helpers for text: normal form, counting, slugs, plain text, redaction."""

from __future__ import annotations

import base64
import re
import unicodedata
from collections.abc import Iterable
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote, quote_plus

from .errors import HIDDEN, hide_credentials

_BLOCKS = frozenset({"p", "div", "li", "ul", "ol", "tr", "blockquote", "section", "article"}) | frozenset(
    f"h{level}" for level in range(1, 7)
)
_SILENT = frozenset({"script", "style", "table", "figure", "figcaption", "svg", "noscript", "template"})
_SHORTEST_SECRET = 4


def nfc(value: Any) -> Any:
    """Return `value` with every string in it in Unicode NFC; lists, tuples and mappings are walked."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, dict):
        return {nfc(key): nfc(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(nfc(item) for item in value)
    return value


def length(text: str) -> int:
    """Return the number of characters (code points) of `text` in NFC, which is how outlets count."""
    return len(unicodedata.normalize("NFC", text))


def slug(text: str, longest: int = 80) -> str:
    """Return `text` as lower-case ASCII words joined by hyphens, at most `longest` characters.

    Vietnamese letters lose their marks and đ becomes d. An empty result is possible: the caller chooses a
    substitute.
    """
    bare = unicodedata.normalize("NFD", text.lower()).replace("đ", "d")
    words = re.findall(r"[a-z0-9]+", "".join(c for c in bare if not unicodedata.combining(c)))
    return "-".join(words)[:longest].strip("-")


def shorten(text: str, longest: int) -> str:
    """Return `text` in NFC, cut at a word boundary with an ellipsis so that it has at most `longest`
    characters.
    """
    whole = unicodedata.normalize("NFC", text).strip()
    if len(whole) <= longest:
        return whole
    if longest < 1:
        return ""
    cut = whole[: longest - 1]
    if " " in cut and not whole[longest - 1].isspace():
        cut = cut[: cut.rindex(" ")]
    return cut.rstrip(" ,;:.-–") + "…"


class _PlainText(HTMLParser):
    """Collects the readable text of an HTML fragment, a paragraph a line."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:  # noqa: ARG002 - set by HTMLParser
        if tag in _SILENT:
            self.silent += 1
        elif tag in _BLOCKS or tag == "br":
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self.silent = max(0, self.silent - 1)
        if tag in _BLOCKS or tag in _SILENT:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.parts.append(re.sub(r"\s+", " ", data))


def plain_text(html: str) -> str:
    """Return the readable text of an HTML fragment: a paragraph a line, no tables, pictures or captions."""
    parser = _PlainText()
    parser.feed(html)
    parser.close()
    lines = (re.sub(r"\s+", " ", line).strip() for line in "".join(parser.parts).split("\n"))
    return unicodedata.normalize("NFC", "\n".join(line for line in lines if line))


def redact(text: str, secrets: Iterable[Any] = ()) -> str:
    """Return `text` without credentials.

    Each value of `secrets` with at least four characters is hidden in its plain, URL-quoted and base64 form;
    then everything that looks like a credential (`token=...`, `Bearer ...`) is hidden too.
    """
    forms: set[str] = set()
    for secret in secrets:
        plain = str(secret)
        if len(plain) >= _SHORTEST_SECRET:
            forms |= {plain, quote(plain, safe=""), quote_plus(plain), nfc(plain)}
            forms.add(base64.b64encode(plain.encode()).decode())
    for form in sorted(forms, key=len, reverse=True):
        text = text.replace(form, HIDDEN)
    return hide_credentials(text)
