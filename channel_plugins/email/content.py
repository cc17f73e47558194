"""From a post to what a letter says. Pure.

The letter carries the words; pictures are linked, not attached: a letter stays small on a phone, and a picture that is
taken down on the site is gone from every letter too.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

from channel_plugins.text import nfc
from channel_plugins.types import Account, Post

from .settings import NEWSLETTER, PRESS

#: A post of this genre is the letter that asks somebody to confirm their subscription.
CONFIRMATION = "confirmation"
MOST_PICTURES = 10

_KEPT = frozenset({"p", "h2", "h3", "h4", "ul", "ol", "li", "strong", "b", "em", "i", "u", "blockquote", "a"}) | {
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
}
_SILENT = frozenset({"script", "style", "figure", "figcaption", "svg", "noscript", "template", "head", "title"})


class _Letter(HTMLParser):
    """Rewrites an HTML fragment with the few tags mail programs agree on; pictures fall away."""

    def __init__(self, base: str) -> None:
        super().__init__(convert_charrefs=True)
        self.base = base
        self.parts: list[str] = []
        self.open: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self.silent += 1
        elif self.silent:
            return
        elif tag in ("br", "hr"):
            self.parts.append(f"<{tag}>")
        elif tag in _KEPT:
            self.parts.append(f'<a href="{escape(self._target(attrs))}">' if tag == "a" else f"<{tag}>")
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self.silent = max(0, self.silent - 1)
        elif tag in self.open:
            while self.open:
                last = self.open.pop()
                self.parts.append(f"</{last}>")
                if last == tag:
                    break

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.parts.append(escape(data, quote=False))

    def _target(self, attrs: list[tuple[str, str | None]]) -> str:
        target = urljoin(self.base, dict(attrs).get("href") or "")
        return target if urlsplit(target).scheme in ("http", "https", "mailto") else self.base


def letter_html(fragment: str, base: str) -> str:
    """Return an HTML fragment fit for a letter: simple tags, absolute links, no pictures, nothing active."""
    parser = _Letter(base)
    try:
        parser.feed(fragment)
        parser.close()
    except ValueError:
        # An address nobody can read, or markup beyond the parser: the words stay in the text part.
        return ""
    parser.parts += [f"</{tag}>" for tag in reversed(parser.open)]
    return str(nfc("".join(parser.parts)))


def one_line(text: str) -> str:
    """Return `text` fit for a header: one line, no control or broken characters."""
    kept = "".join(char if char.isprintable() else " " for char in text)
    return str(nfc(" ".join(kept.split())))


def clean(text: str) -> str:
    """Return `text` without control characters other than line breaks, in NFC."""
    return str(nfc("".join(char for char in text if char == "\n" or char.isprintable())))


def letter(post: Post, account: Account) -> dict[str, Any]:
    """Return everything a letter says, the same for all who get it."""
    settings = account.settings
    purpose = str(settings.get("purpose", NEWSLETTER))
    asks = post.genre == CONFIRMATION
    press = purpose == PRESS and not asks
    title = one_line(post.title)
    return {
        "purpose": CONFIRMATION if asks else purpose,
        "language": post.language,
        "unit_name": one_line(post.unit_name),
        "kicker": "" if asks else "Thông cáo báo chí" if press else "Thư tin",
        "date": "" if asks else f"{post.issued_on:%d/%m/%Y}",
        "subject": f"[Thông cáo báo chí] {title}" if press else title,
        "title": title,
        "summary": one_line(post.summary),
        "html": letter_html(post.body_html, post.canonical_url),
        "text": clean(post.body_text).strip(),
        "pictures": [
            {"ref": item.ref, "alt": one_line(item.alt), "caption": one_line(item.caption)}
            for item in post.media[:MOST_PICTURES]
        ],
        "link": post.canonical_url,
        "link_label": "Xác nhận nhận tin" if asks else "Đọc bài trên trang của đơn vị",
        "author": "" if asks else one_line(post.author_name),
        "contact": clean(str(settings.get("contact", ""))).strip() if press else "",
        "postal_address": clean(str(settings.get("postal_address", ""))).strip(),
        "reason": _reason(post, purpose, asks),
    }


def _reason(post: Post, purpose: str, asks: bool) -> str:
    if asks:
        return (
            "Nếu quý vị không đăng ký, xin bỏ qua thư này: địa chỉ của quý vị sẽ không nhận thêm thư nào và được xóa "
            "sau ít ngày."
        )
    if purpose == PRESS:
        return f"Quý cơ quan nhận thư này vì có tên trong danh sách nhận thông cáo của {one_line(post.unit_name)}."
    return f"Quý vị nhận thư này vì đã đồng ý nhận tin của {one_line(post.unit_name)}."


def greeting(name: str) -> str:
    """Return the first line of a letter to somebody whose name is known; "" otherwise."""
    return f"Kính gửi {one_line(name)}," if one_line(name) else ""


def paragraphs(text: str) -> Sequence[str]:
    """Return the lines of a text that hold something."""
    return [line.strip() for line in text.split("\n") if line.strip()]
