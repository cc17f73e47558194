"""Article text as HTML: cleaning what people paste, plain text, and the hash that approval pins.

Whatever the editor did, :func:`clean_html` is the wall: its last step is always the sanitiser, and nothing touches
the markup after it.
"""

import hashlib
import html as html_module
import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime

import nh3
from lxml import etree
from lxml import html as lxml_html
from lxml.html import HtmlElement

from tenants.content.word_lists import convert_word_lists
from tenants.text import nfc

_INLINE = frozenset({"strong", "em", "u", "s", "a"})
_BLOCKS = frozenset(
    "p h2 h3 h4 ul ol li blockquote table thead tbody tr th td figure figcaption div caption".split()
)
_ALLOWED_TAGS = frozenset(_BLOCKS - {"div", "caption"} | _INLINE | {"br", "img"})
_ALLOWED_ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
_RENAMED = {
    "b": "strong",
    "i": "em",
    "del": "s",
    "strike": "s",
    "ins": "u",
    "h1": "h2",
    "h5": "h4",
    "h6": "h4",
    "caption": "p",
    **dict.fromkeys(("article", "section", "main", "header", "footer", "center", "address", "pre", "dd", "dt"), "div"),
}
# Elements whose content is no text of the article.
_DROPPED_WITH_CONTENT = frozenset(
    "script style title template noscript iframe object svg math textarea select button xml canvas audio video".split()
)

_BAD_CHARACTERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")
_SPACES = re.compile(r"\s+")
_OWN_MEDIA = re.compile(r"/media/(?!.*(?:\.\.|//))[A-Za-z0-9][\w./~-]*", re.ASCII)
# Deeper than any real text; the tree is then flattened to paragraphs, so that no text is lost.
_MAX_DEPTH = 200


def clean_html(html: str) -> str:
    """Return *html* reduced to what an article may hold.

    Kept: paragraphs, headings 2 to 4, emphasis, lists, quotes, links (http, https, mailto, tel and relative),
    tables, figures and images of our own media store. Word list paragraphs become lists. No styles, classes, ids
    or scripts. Text is NFC with plain spaces, bare text stands in paragraphs, empty paragraphs are gone. Cleaning
    twice gives the same as cleaning once.
    """
    html = _BAD_CHARACTERS.sub("", html)
    raw = _parse(html)
    if _depth(raw) > _MAX_DEPTH:
        return html_from_text("\n\n".join(_texts(raw)))
    root = _parse(_BAD_CHARACTERS.sub("", _LOOSE.clean(html)))
    convert_word_lists(root)
    _rename(root)
    _drop_unusable(root)
    _split_divisions(root)
    _repair_lists(root)
    _squeeze(root)
    _drop_empty(root)
    _trim(root)
    return nfc(_STRICT.clean(_inner_html(root)))


def _filter_attribute(tag: str, name: str, value: str) -> str | None:
    if name == "src":
        return value if is_own_media(value) else None
    if name in ("colspan", "rowspan", "width", "height", "start"):
        return value if re.fullmatch(r"[0-9]{1,4}", value) else None
    return value


_LOOSE = nh3.Cleaner(
    tags=_ALLOWED_TAGS | {"div", "span", "caption"} | set(_RENAMED),
    attributes={**_ALLOWED_ATTRIBUTES, "*": {"style"}},
    clean_content_tags=_DROPPED_WITH_CONTENT,
    link_rel=None,
)
_STRICT = nh3.Cleaner(
    tags=_ALLOWED_TAGS,
    attributes=_ALLOWED_ATTRIBUTES,
    attribute_filter=_filter_attribute,
    clean_content_tags=_DROPPED_WITH_CONTENT,
    url_schemes={"http", "https", "mailto", "tel"},
    link_rel="noopener noreferrer",
)


def is_own_media(src: str) -> bool:
    """Return whether *src* is an address of our own media store (``/media/...``, nothing that climbs out)."""
    return _OWN_MEDIA.fullmatch(src) is not None


def to_text(html: str) -> str:
    """Return the plain text of *html* for searching, counting, radio and comparing.

    Paragraphs are separated by a blank line; list items stand on lines of their own with "- " or their number, table
    rows on one line with " | " between cells. Images give nothing.
    """
    root = _parse(_BAD_CHARACTERS.sub("", html))
    if _depth(root) > _MAX_DEPTH:
        return nfc("\n\n".join(_texts(root)))
    writer = _TextWriter()
    writer.walk(root)
    return nfc(writer.text())


def html_from_text(text: str) -> str:
    """Return plain *text* as HTML: blank lines part paragraphs, single line ends become ``<br>``."""
    lines = [" ".join(line.split()) for line in nfc(_BAD_CHARACTERS.sub("", text)).splitlines()]
    paragraphs = re.split(r"\n{2,}", "\n".join(lines).strip("\n"))
    escaped = (html_module.escape(paragraph, quote=False).replace("\n", "<br>") for paragraph in paragraphs)
    return "".join(f"<p>{paragraph}</p>" for paragraph in escaped if paragraph)


def content_hash(fields: Mapping[str, object]) -> str:
    """Return the SHA-256 (hex) of *fields*: the same content always gives the same hash.

    Values may be text (compared as NFC), whole numbers, booleans, None, dates, moments (compared in UTC), and lists,
    tuples and mappings of these. The order of keys does not count, the order of lists does. Raises TypeError for
    anything else, because its form could change from one release of a library to the next.
    """
    canonical = json.dumps(
        _canonical(fields), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )
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


def _parse(html: str) -> HtmlElement:
    parser = lxml_html.HTMLParser(encoding="utf-8", huge_tree=True)
    document = f'<html><body><div id="root">{html}</div></body></html>'
    return _whole_body(lxml_html.document_fromstring(document.encode(), parser=parser))


def _whole_body(document: HtmlElement) -> HtmlElement:
    # A stray "</div>" in the text ends our root early; the body holds everything in any case.
    body = document.find("body")
    root = body if body is not None else document
    first = root[0] if len(root) else None
    if first is not None and first.get("id") == "root":
        first.drop_tag()
    return root


def _inner_html(root: HtmlElement) -> str:
    head = html_module.escape(root.text or "", quote=False)
    return head + "".join(lxml_html.tostring(child, encoding="unicode") for child in root)


def _depth(root: HtmlElement) -> int:
    deepest = depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest


def _elements(root: HtmlElement) -> list[HtmlElement]:
    """Return the elements below *root*, innermost last."""
    return [element for element in root.iterdescendants() if isinstance(element.tag, str)]


def _texts(root: HtmlElement) -> Iterator[str]:
    for element in root.iter():
        inside = element.text if element.tag not in _DROPPED_WITH_CONTENT and isinstance(element.tag, str) else None
        for piece in (inside, element.tail if element is not root else None):
            text = _squeezed(piece).strip()
            if text:
                yield text


def _rename(root: HtmlElement) -> None:
    for element in _elements(root):
        if element.tag == "caption":
            _move_before_table(element)
        element.tag = _RENAMED.get(element.tag, element.tag)


def _move_before_table(caption: HtmlElement) -> None:
    table = next(caption.iterancestors("table"), None)
    if table is not None:
        tail, caption.tail = caption.tail, None
        table.addprevious(caption)
        table.text = (table.text or "") + (tail or "")


def _drop_unusable(root: HtmlElement) -> None:
    for element in reversed(_elements(root)):
        if element.tag == "img" and not is_own_media(element.get("src", "")):
            element.drop_tree()
        elif (
            element.tag == "span"
            or (element.tag == "a" and not element.get("href"))
            or (element.tag in _INLINE and any(child.tag in _BLOCKS for child in element.iterdescendants()))
        ):
            element.drop_tag()


def _split_divisions(root: HtmlElement) -> None:
    """Turn each ``div`` of text into a paragraph, and put bare text beside blocks into paragraphs."""
    for division in reversed(root.xpath(".//div")):
        if any(child.tag in _BLOCKS for child in division):
            _wrap_bare_text(division)
            division.drop_tag()
        else:
            division.tag = "p"
    _wrap_bare_text(root)


def _wrap_bare_text(box: HtmlElement) -> None:
    paragraph: HtmlElement | None = None
    if (box.text or "").strip():
        paragraph = lxml_html.Element("p")
        paragraph.text, box.text = box.text, None
        box.insert(0, paragraph)
    for child in list(box):
        if child is paragraph:
            continue
        if child.tag in _BLOCKS:
            paragraph = _paragraph_of_tail(child)
            continue
        if paragraph is None:
            paragraph = lxml_html.Element("p")
            child.addprevious(paragraph)
        paragraph.append(child)


def _paragraph_of_tail(block: HtmlElement) -> HtmlElement | None:
    tail, block.tail = block.tail, None
    if not (tail or "").strip():
        return None
    paragraph = lxml_html.Element("p")
    paragraph.text = tail
    block.addnext(paragraph)
    return paragraph


def _repair_lists(root: HtmlElement) -> None:
    """Put what stands directly in a list into an item: Word and some sites nest lists beside items."""
    for listing in root.xpath(".//ul | .//ol"):
        for child in list(listing):
            if child.tag == "li":
                continue
            item = child.getprevious()
            if item is None:
                item = lxml_html.Element("li")
                child.addprevious(item)
            item.append(child)
