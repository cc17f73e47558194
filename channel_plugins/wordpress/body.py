"""From a post to what WordPress stores: the text with places for its pictures, its slug, comparing what came back.

Pure. The addresses of pictures on the site are known only after the upload, so the frozen text names each picture
`loa-media:<ref>` until then.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from html import escape, unescape
from typing import Any

from channel_plugins.text import nfc, plain_text, slug
from channel_plugins.types import Media, Post

PLACE = "loa-media:"

# A description may hold ">" within its quotes.
_IMAGE = re.compile(r"""<img\b(?:[^>"']|"[^"]*"|'[^']*')*>""", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_PLACED = re.compile(r"""loa-media:([^"'\s<>]+)""")
_ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/gif": "gif"}


def picture(media: Media) -> dict[str, Any]:
    """Return a picture as it stands in the payload."""
    return {
        "ref": media.ref,
        "content_type": media.content_type,
        "alt": media.alt.strip(),
        "caption": media.caption.strip(),
    }


def body(post: Post, *, featured: bool, byline: bool) -> str:
    """Return the HTML of the post, each picture named by its place.

    Pictures that stand nowhere in the text follow it, except the first one when it is the featured image.
    """
    known = {item.ref: item for item in post.media}
    used: set[str] = set()

    def placed(match: re.Match[str]) -> str:
        source = _attributes(match.group()).get("src", "")
        ref = next((part for part in re.split(r"[/?#]", source) if part in known), None)
        if ref is None:
            return ""
        used.add(ref)
        return _image(known[ref])

    html = _IMAGE.sub(placed, post.body_html)
    rest = [item for place, item in enumerate(post.media) if item.ref not in used and not (featured and place == 0)]
    parts = [html, *(_figure(item) for item in rest)]
    if byline and post.author_name.strip():
        parts.append(f"<p><em>Tác giả: {escape(post.author_name.strip())}</em></p>")
    return str(nfc("\n".join(part for part in parts if part)))


def _attributes(tag: str) -> dict[str, str]:
    return {name.lower(): unescape(first or second) for name, first, second in _ATTRIBUTE.findall(tag)}


def _image(media: Media) -> str:
    size = f' width="{media.width}" height="{media.height}"' if media.width and media.height else ""
    return f'<img src="{PLACE}{escape(media.ref)}" alt="{escape(media.alt.strip())}"{size} />'


def _figure(media: Media) -> str:
    caption = f"<figcaption>{escape(media.caption.strip())}</figcaption>" if media.caption.strip() else ""
    return f"<figure>{_image(media)}{caption}</figure>"


def with_addresses(html: str, addresses: Mapping[str, str]) -> str:
    """Return the HTML with the places of pictures filled; `addresses` maps refs to URLs."""
    return _PLACED.sub(lambda match: escape(addresses.get(unescape(match.group(1)), "")), html)


def slug_for(title: str, key: str) -> str:
    """Return the name a delivery has in the addresses of the site: readable, and never the same for two keys."""
    mark = hashlib.sha256(nfc(key).encode()).hexdigest()[:12]
    return f"{slug(title, longest=60)}-{mark}".strip("-")


def candidate_slugs(wanted: str) -> tuple[str, ...]:
    """Return every slug under which WordPress may have filed a post we named `wanted`: as it is, renamed because the
    name was taken, and renamed in the bin.
    """
    names = (wanted, f"{wanted}-2", f"{wanted}-3")
    return (*names, *(f"{name}__trashed" for name in names))


def file_name(content: bytes, content_type: str) -> str:
    """Return the name of an uploaded picture: the same bytes always have the same name."""
    return f"loa-{hashlib.sha256(content).hexdigest()[:20]}.{_ENDINGS.get(content_type, 'bin')}"


def same_text(first: str, second: str) -> bool:
    """Return whether two HTML texts read the same: WordPress changes markup, quotes and blanks on its own."""
    return _letters(first) == _letters(second)


def _letters(html: str) -> str:
    text = unescape(plain_text(html))
    for curly, straight in (("“", '"'), ("”", '"'), ("‘", "'"), ("’", "'"), ("…", "..."), ("–", "-"), ("—", "-")):
        text = text.replace(curly, straight)
    return re.sub(r"-+", "-", re.sub(r"\s+", "", text))


def without_pictures(html: str) -> str:
    """Return the HTML with each picture replaced by its description, for a preview before anything is uploaded."""

    def described(match: re.Match[str]) -> str:
        return f"<em>[Ảnh: {escape(_attributes(match.group()).get('alt', ''))}]</em>"

    return _IMAGE.sub(described, html)
