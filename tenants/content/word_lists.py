"""Lists pasted from Word: paragraphs styled ``mso-list`` become real HTML lists.

Word puts a list on the clipboard as paragraphs with the printed number inside a span marked
``mso-list:Ignore``. Decimal numbers become ``<ol start>``, bullets ``<ul>``. Every other label ("a)", "II.",
"Điều 3.") is kept as text: people cite items of administrative documents by their printed label.
"""

import re
from dataclasses import dataclass
from typing import Literal

from lxml import html as lxml_html
from lxml.html import HtmlElement

_LIST_STYLE = re.compile(r"mso-list:\s*l\d+\s+level(\d+)", re.IGNORECASE)
_MARKER_STYLE = re.compile(r"mso-list:\s*ignore", re.IGNORECASE)
# In these fonts a letter is drawn as a bullet ("o", "§", "v", "Ø").
_BULLET_FONT = re.compile(r"symbol|wingdings|webdings|courier", re.IGNORECASE)
_DECIMAL = re.compile(r"\(?(\d{1,5})[.)]?")

_Kind = Literal["ul", "ol", "label"]


@dataclass(frozen=True)
class _Item:
    """One list paragraph: its depth from 1, the kind of list, its printed label and (for "ol") its number."""

    paragraph: HtmlElement
    level: int
    kind: _Kind
    label: str
    number: int


@dataclass
class _OpenList:
    level: int
    kind: _Kind
    element: HtmlElement
    next_number: int


def convert_word_lists(root: HtmlElement) -> None:
    """Replace each run of Word list paragraphs below *root* by nested ``ul`` and ``ol``, in place."""
    done: set[HtmlElement] = set()
    for paragraph in list(root.iter("p")):
        if paragraph in done:
            continue
        run = _run_from(paragraph)
        done.update(item.paragraph for item in run)
        if run:
            _build(run)


def _run_from(paragraph: HtmlElement) -> list[_Item]:
    items: list[_Item] = []
    current: HtmlElement | None = paragraph
    while current is not None and current.tag == "p":
        style = _LIST_STYLE.search(current.get("style", ""))
        if style is None:
            break
        items.append(_item(current, int(style[1])))
        if (current.tail or "").strip():
            break
        current = current.getnext()
    return items


def _item(paragraph: HtmlElement, level: int) -> _Item:
    marker = next((el for el in paragraph.iterdescendants() if _MARKER_STYLE.search(el.get("style", ""))), None)
    if marker is None:
        return _Item(paragraph, level, "ul", "", 0)
    label = " ".join(marker.text_content().split())
    styled = [marker, *marker.iter(), *marker.iterancestors("span")]
    is_bullet = any(_BULLET_FONT.search(el.get("style", "")) for el in styled)
    marker.drop_tree()
    decimal = _DECIMAL.fullmatch(label)
    if is_bullet or not any(char.isalnum() for char in label):
        return _Item(paragraph, level, "ul", label, 0)
    if decimal:
        return _Item(paragraph, level, "ol", label, int(decimal[1]))
    return _Item(paragraph, level, "label", label, 0)


def _build(run: list[_Item]) -> None:
    anchor = run[0].paragraph
    open_lists: list[_OpenList] = []
    for item in run:
        while open_lists and _must_close(open_lists[-1], item):
            open_lists.pop()
        parent = open_lists[-1].element[-1] if open_lists else None
        if item.kind == "label":
            target = _new("p")
            _place(target, parent, anchor)
        elif open_lists and open_lists[-1].level == item.level:
            target = _new("li")
            open_lists[-1].element.append(target)
            open_lists[-1].next_number += 1
        else:
            element, target = _new(item.kind), _new("li")
            if item.kind == "ol" and item.number != 1:
                element.set("start", str(item.number))
            element.append(target)
            _place(element, parent, anchor)
            open_lists.append(_OpenList(item.level, item.kind, element, item.number + 1))
        _move_content(item, target)
    for item in run:
        item.paragraph.drop_tree()


def _must_close(open_list: _OpenList, item: _Item) -> bool:
    if open_list.level != item.level:
        return open_list.level > item.level
    if open_list.kind != item.kind:
        return True
    return item.kind == "ol" and item.number != open_list.next_number


def _new(tag: str) -> HtmlElement:
    return lxml_html.Element(tag)


def _place(element: HtmlElement, parent: HtmlElement | None, anchor: HtmlElement) -> None:
    if parent is None:
        anchor.addprevious(element)
    else:
        parent.append(element)


def _move_content(item: _Item, target: HtmlElement) -> None:
    target.text = item.paragraph.text
    for child in list(item.paragraph):
        target.append(child)
    if item.kind == "label":
        target.text = f"{item.label} {(target.text or '').lstrip()}"
