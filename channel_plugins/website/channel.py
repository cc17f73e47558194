"""The website channel: publishing means that the host's own public page shows the article.

There is no remote side. The address is built from the payload and the key alone, so publishing again with
the same key is the same publication.
"""

from __future__ import annotations

from html import escape
from typing import Any

from channel_plugins.base import Channel
from channel_plugins.reach import Host
from channel_plugins.text import nfc, slug
from channel_plugins.types import (
    Account,
    ChannelInfo,
    Limits,
    LookUp,
    Media,
    Metric,
    Payload,
    Post,
    Preview,
    Receipt,
    Sent,
)

from .errors import NoSite
from .settings import WebsiteSettings

ARTICLE_PATH = "/tin-bai/"


def _picture(media: Media) -> dict[str, Any]:
    return {
        "ref": media.ref,
        "content_type": media.content_type,
        "width": media.width,
        "height": media.height,
        "alt": media.alt,
        "caption": media.caption,
    }


class WebsiteChannel(Channel):
    """The public site of a unit."""

    info = ChannelInfo(
        name="website",
        label="Trang thông tin điện tử",
        description="Đăng bài lên trang công khai của đơn vị ngay trong hệ thống này.",
        icon="globe",
        outlet="hosted",
        repeat_is_safe=True,
        doc="channel_plugins/website/README.md",
    )
    limits = Limits(
        max_title=200,
        max_summary=500,
        max_text=200_000,
        max_media=60,
        max_media_bytes=20_000_000,
        needs_alt=True,
        needs_summary=True,
        can_edit=True,
        can_retract=True,
        can_look_up=True,
        can_schedule=True,
        metrics=frozenset({Metric.VIEWS}),
    )
    SettingsSchema = WebsiteSettings

    def render(self, post: Post, account: Account) -> Payload:
        """Return everything the page shows, with the unit's choices already applied."""
        style = account.settings.get("author_style", "name")
        byline = {"name": post.author_name, "unit": post.unit_name}.get(style, "")
        data = {
            "title": post.title.strip(),
            "summary": post.summary.strip() if account.settings.get("show_summary", True) else "",
            "description": post.summary.strip(),
            "body_html": post.body_html,
            "byline": byline,
            "unit_name": post.unit_name,
            "section": account.settings.get("section", ""),
            "genre": post.genre,
            "issued_on": post.issued_on.isoformat(),
            "language": post.language,
            "canonical_url": post.canonical_url,
            "media": [_picture(item) for item in post.media],
        }
        return Payload(self.info.name, nfc(data))

    def preview(self, payload: Payload) -> Preview:
        """Return the article as HTML; `body_html` was sanitised by the host, all else is escaped here."""
        data = payload.data
        parts = [f"<h1>{escape(data['title'])}</h1>"]
        if data["summary"]:
            parts.append(f"<p><strong>{escape(data['summary'])}</strong></p>")
        parts.append(data["body_html"])
        if data["byline"]:
            parts.append(f"<p>{escape(data['byline'])}</p>")
        notes = tuple(f"Ảnh {place}: {item['alt']}" for place, item in enumerate(data["media"], start=1))
        return Preview("html", f'<article lang="{escape(data["language"])}">{"".join(parts)}</article>', notes)

    def publish(self, payload: Payload, key: str, account: Account, host: Host) -> Receipt:  # noqa: ARG002
        """Return the address of the page. The host shows it as soon as the receipt is stored."""
        return self._receipt(payload, key, account)

    def look_up(self, key: str, account: Account, sent: Sent) -> LookUp:
        """Return the same receipt that `publish` gives: the page exists as soon as the host has stored it."""
        return LookUp.found(self._receipt(sent.payload, key, account))

    def edit(self, receipt: Receipt, payload: Payload, account: Account, host: Host) -> Receipt:  # noqa: ARG002
        """Return the receipt with the hash of the new text; the address stays."""
        return Receipt(receipt.remote_id, receipt.url, receipt.published_at, {"text_hash": payload.content_hash})

    def retract(self, receipt: Receipt, account: Account) -> None:
        """Do nothing: the host stops showing the page when the delivery is retracted."""

    def _receipt(self, payload: Payload, key: str, account: Account) -> Receipt:
        site = account.site_url.rstrip("/")
        if not site:
            raise NoSite(detail=f"account {account.id} has no site_url")
        known = str(payload.data["canonical_url"])
        url = known if known.startswith(f"{site}/") else (f"{site}{ARTICLE_PATH}{slug(key, longest=120) or 'bai'}")
        return Receipt(remote_id=key, url=url, detail={"text_hash": payload.content_hash})
