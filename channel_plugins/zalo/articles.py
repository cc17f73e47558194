"""Articles as values: what is sent, what was read, and whether the two are the same. Everything here is pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from html import escape
from typing import Any

from channel_plugins.text import nfc, plain_text, shorten
from channel_plugins.types import Account, Media, Post, Problem

TYPES = ("image/jpeg", "image/png")
MOST_BYTES = 1_000_000
LONGEST_AUTHOR = 50
_MILLISECONDS_FROM = 100_000_000_000


def usable(media: Media) -> bool:
    """Return whether Zalo takes this picture: JPEG or PNG of at most 1 MB."""
    return media.content_type in TYPES and (media.size or 0) <= MOST_BYTES


def cover_of(post: Post, account: Account) -> dict[str, str]:
    """Return the cover as `{"ref": ...}` (a picture of the post) or `{"url": ...}` (the school's); {} for none."""
    school = str(account.settings.get("cover_url") or "")
    first = next((media for media in post.media if usable(media)), None)
    if school and (account.settings.get("cover_choice") == "school" or first is None):
        return {"url": school}
    return {"ref": first.ref} if first else {}


def cover_problems(post: Post, account: Account) -> list[Problem]:
    """Return the problem of an article without a cover."""
    if cover_of(post, account):
        return []
    sentence = (
        "Zalo bắt buộc có ảnh bìa mà bài chưa có ảnh JPG hoặc PNG nào không quá 1 MB. Thầy cô thêm một ảnh vào bài, "
        "hoặc điền ảnh bìa của trường ở Cài đặt kênh."
    )
    return [Problem("zalo.cover_missing", sentence, "media")]


def payload_data(post: Post, account: Account) -> dict[str, Any]:
    """Return the frozen part of an article: texts, pictures by name, the line that says where it comes from."""
    cover = cover_of(post, account)
    author = str(account.settings.get("author") or "").strip() or post.author_name.strip() or post.unit_name.strip()
    blocks: list[dict[str, str]] = [
        {"type": "text", "content": line.strip()} for line in post.body_text.split("\n") if line.strip()
    ]
    blocks += [
        {"type": "image", "ref": media.ref, "caption": (media.caption or media.alt).strip()}
        for media in post.media
        if media.ref != cover.get("ref") and usable(media)
    ]
    link = post.canonical_url.strip()
    if link:
        blocks.append({"type": "text", "content": f"Nguồn: {link}"})
    return {
        "title": post.title.strip(),
        "author": shorten(author, LONGEST_AUTHOR),
        "description": post.summary.strip() or shorten(post.body_text.replace("\n", " "), 250),
        "cover": cover,
        "blocks": blocks,
        "comment": "show" if account.settings.get("allow_comments") else "hide",
        "link": link,
        "language": post.language,
    }


def picture_refs(data: Mapping[str, Any]) -> list[str]:
    """Return the names of the pictures an article needs an address for, the cover first."""
    cover = [str(data["cover"]["ref"])] if "ref" in data["cover"] else []
    return cover + [str(block["ref"]) for block in data["blocks"] if block["type"] == "image"]


def cover_url(data: Mapping[str, Any], urls: Mapping[str, str]) -> str:
    """Return the address of the cover, "" when there is none."""
    cover = data["cover"]
    return urls[str(cover["ref"])] if "ref" in cover else str(cover.get("url", ""))


def article(data: Mapping[str, Any], urls: Mapping[str, str], status: str, *, tracking: bool) -> dict[str, Any]:
    """Return the JSON of `article/create` and `article/update`.

    Args:
        data: of the payload.
        urls: public address of each picture.
        status: `show` or `hide`; Zalo's own default is hide.
        tracking: whether to send the link of the article as `tracking_link`.
    """
    body = [
        {"type": "text", "content": block["content"]}
        if block["type"] == "text"
        else {"type": "image", "url": urls[str(block["ref"])], "caption": block["caption"]}
        for block in data["blocks"]
    ]
    whole = {
        "type": "normal",
        "title": data["title"],
        "author": data["author"],
        "cover": {"cover_type": "photo", "photo_url": cover_url(data, urls), "status": "show"},
        "description": data["description"],
        "body": body,
        "status": status,
        "comment": data["comment"],
    }
    if tracking and data["link"]:
        whole["tracking_link"] = data["link"]
    return whole


def shown_again(
    detail: Mapping[str, Any], data: Mapping[str, Any], urls: Mapping[str, str], *, tracking: bool
) -> dict[str, Any]:
    """Return the JSON that shows an article that was made hidden.

    With the addresses of its pictures this is what was sent; after a lost answer they are not known, and pictures are
    taken from what `getdetail` says.
    """
    if all(ref in urls for ref in picture_refs(data)):
        return article(data, urls, "show", tracking=tracking)
    texts = {**data, "cover": {}, "blocks": [block for block in data["blocks"] if block["type"] == "text"]}
    whole = article(texts, {}, "show", tracking=tracking)
    body = detail.get("body")
    if isinstance(body, list | tuple) and body:
        whole["body"] = list(body)
    return {**whole, "cover": detail.get("cover") or whole["cover"]}


def hidden_again(detail: Mapping[str, Any], author: str, link: str) -> dict[str, Any]:
    """Return the JSON that hides an article and changes nothing else, made of what `getdetail` says.

    `getdetail` is not known to give the author and the link back, so they come from the receipt.
    """
    kept = {name: detail[name] for name in ("title", "cover", "description", "body", "comment") if name in detail}
    whole = {"type": "normal", **kept, "author": str(detail.get("author") or author), "status": "hide"}
    if link:
        whole["tracking_link"] = link
    return whole


def _plain(text: Any) -> str:
    written = nfc(str(text or ""))
    return " ".join((plain_text(written) if "<" in written else written).split())


def body_text(detail: Mapping[str, Any]) -> str:
    """Return the readable text of an article that was read or is to be sent, a block a line; "" when it has none."""
    blocks = detail.get("body") or detail.get("blocks") or ()
    if not isinstance(blocks, list | tuple):
        return _plain(blocks)
    texts = (_plain(block.get("content")) for block in blocks if isinstance(block, Mapping))
    return "\n".join(text for text in texts if text)


def same(detail: Mapping[str, Any], data: Mapping[str, Any]) -> bool:
    """Return whether what stands on the OA says what the payload says; parts that were not given back do not count."""
    pairs = [(_plain(detail.get(name)), _plain(data[name])) for name in ("title", "description")]
    pairs.append((" ".join(body_text(detail).split()), " ".join(body_text(data).split())))
    return all(not there or there == ours for there, ours in pairs)


def is_ours(detail: Mapping[str, Any], data: Mapping[str, Any]) -> bool:
    """Return whether an article that was read is this payload: our address stands in it, or all of the text."""
    link = str(data["link"])
    if link and (detail.get("tracking_link") == link or f"Nguồn: {link}" in body_text(detail).split("\n")):
        return True
    return bool(body_text(detail)) and same(detail, data)


def moment(value: Any) -> datetime | None:
    """Return an epoch in seconds or milliseconds, told apart by size, as a moment; None for anything else."""
    try:
        number = float(value)
        if number <= 0:
            return None
        return datetime.fromtimestamp(number / 1000 if number >= _MILLISECONDS_FROM else number, UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def candidates(rows: Iterable[Mapping[str, Any]], title: str, since: datetime) -> list[Mapping[str, Any]]:
    """Return the rows with this title that were made since a moment, shown ones first, then oldest first.

    A row without a readable date counts: better asked about than posted twice.
    """
    found = []
    for row in rows:
        made = moment(row.get("create_date"))
        if row.get("id") and _plain(row.get("title")) == _plain(title) and (made is None or made >= since):
            found.append((row.get("status") != "show", made or since, str(row["id"]), row))
    return [item[3] for item in sorted(found, key=lambda item: item[:3])]


def preview_html(data: Mapping[str, Any]) -> str:
    """Return the article as followers will see it, escaped."""
    parts = [f"<h1>{escape(data['title'])}</h1>", f"<p>{escape(data['author'])}</p>"]
    parts.append(f"<p><strong>{escape(data['description'])}</strong></p>")
    for block in data["blocks"]:
        if block["type"] == "text":
            parts.append(f"<p>{escape(block['content'])}</p>")
        else:
            parts.append(f"<p><em>[Ảnh: {escape(block['caption'])}]</em></p>")
    return f'<article lang="{escape(data["language"])}">{"".join(parts)}</article>'
