"""The WordPress channel: a draft under a unique slug first, then its publication, which may be repeated.

Nobody but the staff of the site sees a draft, so a second one left by a lost answer harms nobody; only the last call
makes the article public. Wire facts: developer.wordpress.org/rest-api.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any
from urllib.parse import urlsplit

from requests.adapters import BaseAdapter

from channel_plugins.base import Channel
from channel_plugins.errors import GiveUp, NeedsPerson, NextStep
from channel_plugins.http import Answer, Http
from channel_plugins.reach import Host
from channel_plugins.text import plain_text
from channel_plugins.types import (
    Account,
    ChannelInfo,
    ConnectStep,
    Limits,
    LookUp,
    Metric,
    Payload,
    Post,
    Preview,
    Reading,
    Receipt,
    Sent,
)

from . import body
from .errors import GONE, NO_RIGHT, WRONG_PLACE, read
from .settings import PLAIN, PRETTY, WordPressSettings, clean_site
from .site import Picture, Site

#: How far the clock of a site may be off when the moment of binning is compared with ours.
_CLOCKS_DIFFER = timedelta(minutes=5)
_NEEDED = ("publish_posts", "edit_published_posts", "delete_published_posts", "upload_files")
_BINNED = (
    "Bài đã bị chuyển vào Thùng rác trên trang WordPress. Thầy cô xem ai đã gỡ; muốn đăng lại thì khôi phục bài ở "
    "trang đó, hoặc ghi nhận ở trang này."
)


class WordPressChannel(Channel):
    """A school's own WordPress site."""

    info = ChannelInfo(
        name="wordpress",
        label="Trang WordPress của trường",
        description="Đăng bài lên trang WordPress riêng mà trường đang có.",
        icon="globe",
        outlet="remote",
        repeat_is_safe=False,
        doc="channel_plugins/wordpress/README.md",
        call_seconds=300,
    )
    limits = Limits(
        max_title=250,
        max_text=200_000,
        max_media=40,
        max_media_bytes=20_000_000,
        media_types=("image/jpeg", "image/png", "image/webp", "image/gif"),
        needs_alt=True,
        can_edit=True,
        can_retract=True,
        can_look_up=True,
        metrics=frozenset({Metric.COMMENTS}),
    )
    SettingsSchema = WordPressSettings

    def __init__(self, transport: BaseAdapter | None = None) -> None:
        super().__init__()
        self._transport = transport
        self._http = Http((), transport=transport)

    def configure(self, options: Mapping[str, Any], private_hosts: Iterable[str] = ()) -> None:
        """Take the options of the installation; there are none but the simulators."""
        super().configure(options, private_hosts)
        self._http = Http((), private_hosts=self.private_hosts, transport=self._transport)

    # Connecting

    def connect(self, answers: Mapping[str, str], kept: Mapping[str, str], callback_url: str) -> ConnectStep:
        """Find the REST API of the site in either style, sign in, and prove the right to publish."""
        step = super().connect(answers, kept, callback_url)
        if step.kind != "done":
            return step
        if not step.secrets.get("app_password"):
            raise GiveUp(
                "Chưa có mật khẩu ứng dụng nên chưa kết nối. Thầy cô dán mật khẩu ứng dụng tạo trong WordPress rồi bấm "
                "Lưu.",
                next_step=NextStep.OPEN_SETTINGS,
            )
        settings, label = self._found(dict(step.settings))
        account = Account("connecting", self.info.name, settings, step.secrets)
        self.verify(account)
        return ConnectStep("done", settings=settings, secrets=step.secrets, label=label)

    def _found(self, settings: dict[str, Any]) -> tuple[dict[str, Any], str]:
        """Return the settings with the address and style that answer, and the name of the site."""
        chosen = settings["rest_style"]
        detail = ""
        for style in (chosen, PLAIN if chosen == PRETTY else PRETTY):
            tried = {**settings, "site": clean_site(settings["site"]), "rest_style": style}
            # Nothing is signed here, so a redirect to another host of the school carries no password.
            answer = Site(self._http, Account("connecting", self.info.name, tried)).call("GET", "/", signed=False)
            found = read(answer)
            if answer.ok and isinstance(found, dict) and "namespaces" in found:
                return {**tried, "site": _base(answer, tried["site"])}, str(found.get("name", ""))
            detail = f"{style}: status {answer.status}: {answer.excerpt(200)}"
        raise NeedsPerson(WRONG_PLACE, detail=detail, next_step=NextStep.OPEN_SETTINGS)

    def verify(self, account: Account) -> None:
        """Ask WordPress who we are and what we may do."""
        me = Site(self._http, account).whoami()
        able = me.get("capabilities")
        lacking = [name for name in _NEEDED if not (isinstance(able, dict) and able.get(name))]
        if lacking:
            raise NeedsPerson(NO_RIGHT, detail=f"capabilities missing: {', '.join(lacking)}")

    def account_ref(self, account: Account) -> str:
        """Return the address of the site, the same with and without `www.`."""
        parts = urlsplit(clean_site(str(account.settings["site"])).lower())
        return f"{parts.netloc.removeprefix('www.')}{parts.path}"

    # Before publishing

    def render(self, post: Post, account: Account) -> Payload:
        """Return the fields of the post; pictures are named by their place until they are uploaded."""
        featured = bool(account.settings.get("featured_image", True)) and bool(post.media)
        data = {
            "title": escape(post.title.strip(), quote=False),
            "excerpt": escape(post.summary.strip(), quote=False),
            "content": body.body(post, featured=featured, byline=bool(account.settings.get("show_author", True))),
            "slug_title": post.title.strip(),
            "media": [body.picture(item) for item in post.media],
            "featured": featured,
            "category": str(account.settings.get("category", "")).strip(),
        }
        return Payload(self.info.name, data)

    def preview(self, payload: Payload) -> Preview:
        """Return title, summary and text; pictures are named by their descriptions."""
        data = payload.data
        summary = f"<p><strong>{data['excerpt']}</strong></p>" if data["excerpt"] else ""
        content = body.without_pictures(data["content"])
        notes = [f"Ảnh {place}: {item['alt']}" for place, item in enumerate(data["media"], start=1)]
        if data["category"]:
            notes.append(f"Bài được xếp vào chuyên mục «{data['category']}».")
        return Preview("html", f"<article><h1>{data['title']}</h1>{summary}{content}</article>", tuple(notes))

    # Publishing and after

    def publish(self, payload: Payload, key: str, account: Account, host: Host) -> Receipt:
        """Continue a draft of an earlier attempt or make one, then make it public."""
        site = Site(self._http, account)
        wanted = body.slug_for(payload.data["slug_title"], key)
        known = site.posts_named(wanted)
        standing = [item for item in known if item.get("status") == "publish"]
        if standing:
            return _receipt(standing[0], copies=len(standing))
        fields = self._fields(site, payload, host)
        drafts = [item for item in known if item.get("status") == "draft"]
        if drafts:
            remote_id = str(drafts[0]["id"])
            site.update(remote_id, fields)
        else:
            remote_id = site.create_draft({**fields, "slug": wanted})
        return _receipt(site.update(remote_id, {"status": "publish"}, repeatable=False))

    def look_up(self, key: str, account: Account, sent: Sent) -> LookUp:
        """Read the post by its id where we have one, else by every slug WordPress may have given it."""
        site = Site(self._http, account)
        known = site.post(sent.receipt.remote_id) if sent.receipt else None
        posts = [known] if known else site.posts_named(body.slug_for(sent.payload.data["slug_title"], key))
        standing = [item for item in posts if item.get("status") == "publish"]
        if standing:
            title, content = _raw(standing[0], "title"), _raw(standing[0], "content")
            data = sent.payload.data
            same = body.same_text(title, data["title"]) and body.same_text(content, data["content"])
            text = f"{plain_text(title)}\n\n{plain_text(content)}".strip()
            return LookUp.found(_receipt(standing[0], copies=len(standing)), text, altered=not same)
        limit = sent.started_at - _CLOCKS_DIFFER
        if any(item.get("status") == "trash" and _moment(item, "modified_gmt", limit) >= limit for item in posts):
            return LookUp.cannot_tell(_BINNED)
        return LookUp.not_there()

    def edit(self, receipt: Receipt, payload: Payload, account: Account, host: Host) -> Receipt:
        """Replace text, pictures and category; the address of the post stays."""
        site = Site(self._http, account)
        changed = site.update(receipt.remote_id, self._fields(site, payload, host))
        if changed.get("status") != "publish":
            raise GiveUp(GONE, detail=f"status {changed.get('status')}", next_step=NextStep.LOOK_AT_OUTLET)
        return _receipt(changed)

    def retract(self, receipt: Receipt, account: Account) -> None:
        """Move the post to the bin of the site."""
        Site(self._http, account).bin(receipt.remote_id)

    def collect(self, receipts: Mapping[str, Receipt], account: Account) -> list[Reading]:
        """Return the number of comments; WordPress itself counts nothing else."""
        site, readings = Site(self._http, account), []
        for delivery_key, receipt in receipts.items():
            comments = site.comments_on(receipt.remote_id)
            if comments is not None:
                readings.append(Reading(delivery_key, Metric.COMMENTS, comments, datetime.now(UTC)))
        return readings

    def _fields(self, site: Site, payload: Payload, host: Host) -> dict[str, Any]:
        """Return the fields of the post with its pictures uploaded and its category found."""
        data = payload.data
        pictures: dict[str, Picture] = {
            about["ref"]: site.picture(host.read(about["ref"]), about) for about in data["media"]
        }
        fields: dict[str, Any] = {
            "title": data["title"],
            "excerpt": data["excerpt"],
            "content": body.with_addresses(data["content"], {ref: found.url for ref, found in pictures.items()}),
            "featured_media": pictures[data["media"][0]["ref"]].id if data["featured"] else 0,
        }
        if data["category"]:
            fields["categories"] = [site.category(data["category"])]
        return fields


def _base(answer: Answer, site: str) -> str:
    """Return the address of the site as it answered, after redirects."""
    for tail in ("/wp-json/", "/wp-json"):
        if answer.url.split("?", 1)[0].endswith(tail):
            return answer.url.split("?", 1)[0].removesuffix(tail)
    return answer.url.split("?", 1)[0].rstrip("/") or site


def _raw(post: Mapping[str, Any], name: str) -> str:
    value = post.get(name)
    if isinstance(value, dict):
        return str(value.get("raw", value.get("rendered", "")))
    return value if isinstance(value, str) else ""


def _moment(post: Mapping[str, Any], name: str, default: datetime | None) -> Any:
    """Return a `*_gmt` field as an aware moment; `default` when it is missing or unreadable."""
    try:
        return datetime.fromisoformat(str(post.get(name, ""))).replace(tzinfo=UTC)
    except ValueError:
        return default


def _receipt(post: Mapping[str, Any], copies: int = 1) -> Receipt:
    """Return what is worth keeping of a post; more than one copy is worth a line."""
    detail: dict[str, Any] = {"slug": str(post.get("slug", ""))}
    if copies > 1:
        detail["copies"] = copies
    link = post.get("link")
    return Receipt(
        remote_id=str(post.get("id", "")),
        url=link if isinstance(link, str) and link else None,
        published_at=_moment(post, "date_gmt", None),
        detail=detail,
    )
