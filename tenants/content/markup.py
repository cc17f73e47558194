"""The tree of an article's HTML: parsing, tidying and the plain text in it. Used by ``html`` only.

Every function here works on trees that the sanitiser has seen or will see; none of them makes markup safe.
"""

import html as html_module
import re
import unicodedata
from html.parser import HTMLParser

from lxml import etree
from lxml import html as lxml_html
from lxml.html import HtmlElement

from tenants.content.word_lists import convert_word_lists
from tenants.text import nfc

INLINE = frozenset({"strong", "em", "u", "s", "a"})
BLOCKS = frozenset(
    "p h2 h3 h4 ul ol li blockquote table thead tbody tr th td figure figcaption div caption".split()  # noqa: SIM905
)
DIVISIONS = frozenset({"article", "section", "main", "header", "footer", "center", "address", "pre", "dd", "dt"})
RENAMED = {
    "b": "strong",
    "i": "em",
    "del": "s",
    "strike": "s",
    "ins": "u",
    "h1": "h2",
    "h5": "h4",
    "h6": "h4",
    "caption": "p",
    **dict.fromkeys(DIVISIONS, "div"),
}
# Elements whose content is no text of the article.
NO_TEXT = frozenset(
    {
        "script",
        "style",
        "title",
        "template",
        "noscript",
        "iframe",
        "object",
        "svg",
        "math",
        "textarea",
        "select",
    }
    | {"button", "xml", "canvas", "audio", "video"}
)
# Deeper than any real text; such a tree is flattened to paragraphs, so that no text is lost.
MAX_DEPTH = 200
# More than a paste of some hundred pages has. Tidying costs more than its share in a very large tree.
MAX_TAGS = 30_000

_BAD_CHARACTERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")
_SPACES = re.compile(r"\s+")
_OWN_MEDIA = re.compile(r"/media/(?!.*(?:\.\.|//))[A-Za-z0-9][\w./~-]*", re.ASCII)
# Parts of a table that may be empty without the table being so.
_TABLE_PARTS = frozenset({"td", "th", "tr", "thead", "tbody"})


def is_own_media(src: str) -> bool:
    """Return whether *src* is an address of our own media store (``/media/...``, nothing that climbs out)."""
    return _OWN_MEDIA.fullmatch(src) is not None


def without_control_characters(text: str) -> str:
    """Return *text* without characters that neither XML nor a database takes."""
    return _BAD_CHARACTERS.sub("", text)


def parse(html: str) -> HtmlElement:
    """Return an element that holds everything in *html*, however broken it is.

    The parser leaves out what is nested deeper than about 250 levels: ask :func:`too_deep`.
    """
    parser = lxml_html.HTMLParser(encoding="utf-8")
    # The empty paragraph, of no account later, keeps the parser from making one of its own for leading text.
    document = f"<html><body><p></p>{without_control_characters(html)}</body></html>"
    [body] = lxml_html.document_fromstring(document.encode(), parser=parser).iterchildren("body")
    return body


def inner_html(root: HtmlElement) -> str:
    """Return the markup inside *root*."""
    head = html_module.escape(root.text or "", quote=False)
    return head + "".join(lxml_html.tostring(child, encoding="unicode") for child in root)


def too_deep(root: HtmlElement) -> bool:
    """Return whether *root* is nested beyond what may be walked recursively."""
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > MAX_DEPTH:
            return True
    return False


def texts(html: str) -> list[str]:
    """Return each run of text in *html* without its structure, at any depth."""
    collector = _TextCollector()
    collector.feed(without_control_characters(html))
    collector.close()
    return [text for text in (squeezed(piece).strip() for piece in collector.pieces) if text]


class _TextCollector(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._skipped: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag in NO_TEXT:
            self._skipped.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._skipped:
            del self._skipped[self._skipped.index(tag) :]

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            self.pieces.append(data)


def squeezed(text: str | None) -> str:
    """Return *text* in NFC, with each run of white space (no-break spaces too) as one space."""
    return _SPACES.sub(" ", nfc(_INVISIBLE.sub("", text or "")))


def after_tag(text: str | None) -> str:
    """Return *text* squeezed and fit to stand right after a tag.

    NFC over finished markup would join ">" and a leading U+0338 into "≯" and so undo the tag.
    """
    clean = squeezed(text)
    rest = clean.lstrip(" ")
    while rest and unicodedata.combining(rest[0]):
        rest = rest[1:].lstrip(" ")
    return (" " if clean.startswith(" ") else "") + rest


def tidy(root: HtmlElement) -> None:
    """Bring the tree into our form, in place: lists, paragraphs, our tag names, no empty elements."""
    convert_word_lists(root)
    _rename(root)
    _drop_unusable(root)
    _split_divisions(root)
    _repair_lists(root)
    _squeeze(root)
    _drop_empty(root)
    _trim(root)


def _elements(root: HtmlElement) -> list[HtmlElement]:
    """Return the elements below *root* in document order."""
    return [element for element in root.iterdescendants() if isinstance(element.tag, str)]


def _rename(root: HtmlElement) -> None:
    for element in _elements(root):
        if element.tag == "caption":
            _move_before_table(element)
        element.tag = RENAMED.get(element.tag, element.tag)


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
        elif (element.tag == "a" and not element.get("href")) or (
            element.tag in INLINE and any(child.tag in BLOCKS for child in element.iterdescendants())
        ):
            element.tag = "span"
    etree.strip_tags(root, "span")


def _split_divisions(root: HtmlElement) -> None:
    """Turn each ``div`` of text into a paragraph, and put bare text beside blocks into paragraphs.

    A heading or paragraph that holds blocks is no heading but a division.
    """
    for element in root.xpath(".//p | .//h2 | .//h3 | .//h4"):
        if any(child.tag in BLOCKS for child in element):
            element.tag = "div"
    for division in reversed(root.xpath(".//div")):
        if any(child.tag in BLOCKS for child in division):
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
        if child.tag in BLOCKS:
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


def _squeeze(root: HtmlElement) -> None:
    root.text = after_tag(root.text) or None
    for element in root.iterdescendants():
        element.text = after_tag(element.text) or None
        element.tail = after_tag(element.tail) or None
        if "alt" in element.attrib:
            element.set("alt", squeezed(element.get("alt")).strip())


def _drop_empty(root: HtmlElement) -> None:
    for element in reversed(_elements(root)):
        if element.tag in ("br", "img") or element.tag in _TABLE_PARTS:
            continue
        if element.text_content().strip() or element.find(".//img") is not None:
            continue
        if element.find(".//br") is not None and element.tag in INLINE:
            _replace_by_break(element)
            continue
        if element.tag in INLINE:
            # The space between two words may be all that an emphasis holds.
            inside = "".join(element.itertext())
            element.tail = (inside[:1] + (element.tail or "")) or None
        element.drop_tree()


def _replace_by_break(element: HtmlElement) -> None:
    tail = element.tail
    element.clear()
    element.tag, element.tail = "br", tail


def _trim(root: HtmlElement) -> None:
    """Take away white space and line breaks at the edges of blocks, where a browser shows none."""
    for block in [root, *(element for element in _elements(root) if element.tag in BLOCKS)]:
        block.text = (block.text or "").lstrip() or None
        block.tail = (block.tail or "").lstrip() or None
        if len(block) and block[0].tag in BLOCKS | {"br"}:
            block.text = (block.text or "").rstrip() or None
        _trim_end(block)
        for child in block:
            following = child.getnext()
            if child.tag == "br" or (following is not None and following.tag in BLOCKS | {"br"}):
                child.tail = _trimmed_tail(child, following)


def _trimmed_tail(child: HtmlElement, following: HtmlElement | None) -> str | None:
    tail = child.tail or ""
    if child.tag == "br":
        tail = tail.lstrip()
    if following is not None and following.tag in BLOCKS | {"br"}:
        tail = tail.rstrip()
    return tail or None


def _trim_end(block: HtmlElement) -> None:
    while len(block):
        last = block[-1]
        last.tail = (last.tail or "").rstrip() or None
        if last.tag != "br" or last.tail:
            return
        last.drop_tree()
    block.text = (block.text or "").rstrip() or None
