"""Article text as HTML: cleaning what people paste, plain text, and the hash that approval pins.

Whatever the editor did, :func:`clean_html` is the wall: its last step is always the sanitiser, and nothing
touches the markup after it.
"""

import hashlib
import html as html_module
import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime

import nh3
from lxml.html import HtmlElement

from tenants.content import markup
from tenants.content.markup import is_own_media
from tenants.text import nfc

__all__ = ["clean_html", "content_hash", "html_from_text", "is_own_media", "to_text"]

_ALLOWED_TAGS = markup.BLOCKS - {"div", "caption"} | markup.INLINE | {"br", "img"}
_ALLOWED_ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
_NUMBER_ATTRIBUTES = {"colspan", "rowspan", "width", "height", "start"}


def _filter_attribute(_tag: str, name: str, value: str) -> str | None:
    if name == "src":
        return value if is_own_media(value) else None
    if name in _NUMBER_ATTRIBUTES:
        return value if re.fullmatch(r"[0-9]{1,4}", value) else None
    return value


# First pass: what a browser would make of the text, with the styles that say where Word's lists are.
_LOOSE = nh3.Cleaner(
    tags=_ALLOWED_TAGS | {"div", "span", "caption"} | set(markup.RENAMED),
    attributes={**_ALLOWED_ATTRIBUTES, "*": {"style"}},
    clean_content_tags=markup.NO_TEXT,
    link_rel=None,
)
_STRICT = nh3.Cleaner(
    tags=_ALLOWED_TAGS,
    attributes=_ALLOWED_ATTRIBUTES,
    attribute_filter=_filter_attribute,
    clean_content_tags=markup.NO_TEXT,
    url_schemes={"http", "https", "mailto", "tel"},
    link_rel="noopener noreferrer",
)


def clean_html(html: str) -> str:
    """Return *html* reduced to what an article may hold.

    Kept: paragraphs, headings 2 to 4, emphasis, lists, quotes, links (http, https, mailto, tel and relative),
    tables, figures and images of our own media store. Word list paragraphs become lists. No styles, classes,
    ids or scripts. Text is NFC with plain spaces, bare text stands in paragraphs, empty paragraphs are gone.
    Cleaning twice gives the same as cleaning once. What is nested or tagged beyond any real text (200 levels,
    30,000 tags) becomes plain paragraphs.
    """
    html = markup.without_control_characters(html)
    if html.count("<") > markup.MAX_TAGS or markup.too_deep(markup.parse(html)):
        return html_from_text("\n\n".join(markup.texts(html)))
    root = markup.parse(_LOOSE.clean(html))
    markup.tidy(root)
    return _STRICT.clean(markup.inner_html(root))


def to_text(html: str) -> str:
    """Return the plain text of *html* for searching, counting, radio and comparing.

    Paragraphs are separated by a blank line; list items stand on lines of their own with "- " or their
    number, table rows on one line with " | " between cells. Images give nothing.
    """
    root = markup.parse(html)
    if markup.too_deep(root):
        return nfc("\n\n".join(markup.texts(html)))
    writer = _TextWriter()
    writer.walk(root)
    return nfc(writer.text())


class _TextWriter:
    """Collects the blocks of a tree as lines of plain text.

    Each block has the number of the list or table it belongs to, 0 for none: only blocks of one list or table
    stand without a blank line between them.
    """

    def __init__(self) -> None:
        self._blocks: list[tuple[str, int]] = []
        self._groups = 0
        self._mark = ""

    def text(self) -> str:
        parts: list[str] = []
        group_before = 0
        for text, group in self._blocks:
            if parts:
                parts.append("\n" if group and group == group_before else "\n\n")
            parts.append(text)
            group_before = group
        return "".join(parts)

    def walk(self, box: HtmlElement, indent: str = "", group: int = 0) -> None:
        buffer = [markup.squeezed(box.text)]
        for child in box:
            if child.tag in markup.BLOCKS:
                self._flush(buffer, indent, group)
                self._block(child, indent, group)
            else:
                buffer.append(_inline_text(child))
            buffer.append(markup.squeezed(child.tail))
        self._flush(buffer, indent, group)

    def _block(self, element: HtmlElement, indent: str, group: int) -> None:
        if element.tag in ("ul", "ol"):
            self._list(element, indent, group or self._new_group())
        elif element.tag == "table":
            self.walk(element, indent, group or self._new_group())
        elif element.tag == "tr":
            cells = (" ".join(_inline_text(cell).split()) for cell in element)
            self._flush([" | ".join(cells)], indent, group)
        else:
            self.walk(element, indent, group)

    def _new_group(self) -> int:
        self._groups += 1
        return self._groups

    def _list(self, listing: HtmlElement, indent: str, group: int) -> None:
        start = listing.get("start", "")
        number = int(start) if start.isdecimal() else 1
        for item in listing:
            mark = "- " if listing.tag == "ul" else f"{number}. "
            number += 1
            self._mark = indent + mark
            self.walk(item, indent + " " * len(mark), group)
            self._mark = ""

    def _flush(self, buffer: list[str], indent: str, group: int) -> None:
        lines = [" ".join(line.split()) for line in "".join(buffer).split("\n")]
        buffer.clear()
        text = "\n".join(lines).strip("\n")
        if text:
            self._blocks.append(((self._mark or indent) + text.replace("\n", "\n" + indent), group))
            self._mark = ""


def _inline_text(element: HtmlElement) -> str:
    """Return the text inside *element* on one line, ``br`` as a line end; blocks within are spaced apart."""
    if not isinstance(element.tag, str) or element.tag in markup.NO_TEXT:
        return ""
    if element.tag == "br":
        return "\n"
    inside = markup.squeezed(element.text)
    for child in element:
        gap = " " if child.tag in markup.BLOCKS else ""
        inside += gap + _inline_text(child) + gap + markup.squeezed(child.tail)
    return inside


def html_from_text(text: str) -> str:
    """Return plain *text* as HTML: blank lines part paragraphs, single line ends become ``<br>``."""
    plain = markup.without_control_characters(text)
    lines = [markup.after_tag(line.strip()).strip() for line in plain.splitlines()]
    paragraphs = re.split(r"\n{2,}", "\n".join(lines).strip("\n"))
    escaped = (html_module.escape(paragraph, quote=False).replace("\n", "<br>") for paragraph in paragraphs)
    return "".join(f"<p>{paragraph}</p>" for paragraph in escaped if paragraph)


def content_hash(fields: Mapping[str, object]) -> str:
    """Return the SHA-256 (hex) of *fields*: the same content always gives the same hash.

    Values may be text (compared as NFC), whole numbers, booleans, None, dates, moments (compared in UTC), and
    lists, tuples and mappings of these. The order of keys does not count, the order of lists does. Raises
    TypeError for anything else, because its form could change from one release of a library to the next.
    """
    canonical = json.dumps(_canonical(fields), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _canonical(value: object) -> object:
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, str):
        return nfc(value)
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise TypeError("content_hash needs moments with a time zone")
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {nfc(str(key)): _canonical(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_canonical(item) for item in value]
    raise TypeError(f"content_hash cannot take {type(value).__name__}")
