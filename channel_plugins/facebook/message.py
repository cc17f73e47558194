"""What a reader of the Page sees: the words of a post, its link and pictures, and how two texts are compared. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from html import escape
from typing import Any
from urllib.parse import urlsplit

from channel_plugins.addresses import is_private
from channel_plugins.text import nfc
from channel_plugins.types import Account, Post, Preview, Problem

#: Characters of one post. Source: open publishers' tables; the API answers "Name parameter too long" beyond it.
MAX_TEXT = 63_206
#: What passes safely; Facebook refuses larger ones with subcode 1366046.
MAX_PHOTO_BYTES = 4_000_000
MAX_PHOTOS = 10
PHOTO_TYPES = ("image/jpeg", "image/png")

_OWN_HOSTS = ("facebook.com", "fb.com", "fb.watch", "fb.me")
_UNSEEN = re.compile("[\u202a-\u202e\u2066-\u2069\u200b\ufeff]")
_ADDRESS = re.compile(r"https?://[^\s<>\"']+", re.I)


def clean(text: str) -> str:
    """Return `text` in NFC without control characters, direction marks and lone surrogates, its line ends as `\\n`."""
    whole = _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return str(nfc("".join(c for c in whole if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs"))))


def message(post: Post, account: Account) -> str:
    """Return the words of the post: title, paragraphs, the article's address (by which it is found again), hashtags."""
    parts = [post.title.strip(), *(line.strip(" \t") for line in post.body_text.split("\n") if line.strip())]
    if post.canonical_url:
        parts.append(f"{account.settings['link_label']} {post.canonical_url}".strip())
    parts.append(str(account.settings["hashtags"]).strip())
    return clean("\n\n".join(part for part in parts if part))


def preview_link(post: Post, account: Account) -> str:
    """Return the address that gets a preview card, "" when there is none: not beside pictures, which take its
    place, and not for an address that only this machine can open, which Facebook refuses with the whole post."""
    parts = _split(post.canonical_url)
    if post.media or account.settings["link"] != "preview" or parts is None:
        return ""
    return "" if is_private(parts) else post.canonical_url


def data_of(post: Post, account: Account) -> dict[str, Any]:
    """Return the payload: the Page, the words, the marker for looking up, the link card, the pictures."""
    return {
        "page": account.settings["page_id"],
        "page_name": account.settings["page_name"],
        "message": message(post, account),
        "marker": post.canonical_url,
        "link": preview_link(post, account),
        "photos": [{"ref": item.ref, "type": item.content_type, "alt": clean(item.alt).strip()} for item in post.media],
    }


def problems(post: Post) -> list[Problem]:
    """Return what Facebook would refuse or readers would miss, beyond plain limits."""
    found = []
    if _own(post.canonical_url):
        found.append(
            Problem(
                "facebook.own_address",
                "Địa chỉ bài là địa chỉ của chính Facebook, Facebook không cho liên kết tới đó. Thầy cô báo người "
                "quản trị "
                "hệ thống.",
                "canonical_url",
            )
        )
    if any(_own(address) for address in _ADDRESS.findall(post.body_text)):
        found.append(
            Problem(
                "facebook.link_to_facebook",
                "Bài có liên kết tới Facebook; Facebook có thể không nhận. Thầy cô nên bỏ liên kết ấy.",
                "body_html",
                "warning",
            )
        )
    for place, item in enumerate(post.media, start=1):
        if not item.alt.strip():
            sentence = (
                f"Ảnh {place} chưa có lời mô tả cho người không nhìn thấy ảnh. Thầy cô nên viết một câu nói ảnh "
                f"chụp gì "
                "(không nêu tên học sinh)."
            )
            found.append(Problem("facebook.alt_missing", sentence, "media", "warning"))
    return found


def show(data: Mapping[str, Any]) -> Preview:
    """Return how the payload will look on the Page."""
    lines = "<br>".join(escape(line) for line in str(data["message"]).split("\n"))
    parts = [f"<p><strong>{escape(str(data['page_name'] or 'Trang Facebook'))}</strong></p>", f"<p>{lines}</p>"]
    parts += [f"<p>[Ảnh {n}: {escape(str(item['alt']))}]</p>" for n, item in enumerate(data["photos"], start=1)]
    if data["link"]:
        parts.append(f"<p>[Thẻ xem trước: {escape(str(data['link']))}]</p>")
    notes = ("Facebook chỉ hiện vài trăm ký tự đầu, phần sau nằm dưới «Xem thêm».",) if len(lines) > 480 else ()
    return Preview("html", "".join(parts), notes)


def same_text(one: str, other: str) -> bool:
    """Return whether two texts are the same to a reader; Facebook trims and joins blanks."""
    return _bare(one) == _bare(other)


def _bare(text: str) -> str:
    return " ".join(clean(text).split())


def _split(address: str) -> str | None:
    try:
        parts = urlsplit(address)
        return parts.hostname if parts.scheme in ("http", "https") else None
    except ValueError:
        return None


def _own(address: str) -> bool:
    host = _split(address) or ""
    return any(host == own or host.endswith("." + own) for own in _OWN_HOSTS)
