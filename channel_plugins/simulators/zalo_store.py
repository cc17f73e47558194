"""What the Zalo simulator holds, how it can be made to behave, and what it refuses in an article."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

SEED: tuple[dict[str, Any], ...] = (
    {"id": "4000000000000000001", "name": "Trường THCS Hoa Mai", "followers": 1_250, "package": "Nâng cao"},
    {"id": "4000000000000000002", "name": "Trường Mầm non Hoa Nắng", "followers": 310, "package": "Nâng cao"},
)
"""Two invented schools."""

_MOST_PICTURE_BYTES = 1_048_576


@dataclass
class Modes:
    """How the simulator behaves; seconds are of its own clock.

    Args:
        job_seconds: until an article that was handed in exists.
        not_ready_times: how often `verify` says -214 although the job is done.
        list_seconds, detail_seconds: how much later than it exists an article is in `getslice`, in `getdetail`.
        bare_detail: `getdetail` says no more than title, description and status.
        fail_jobs: so many next jobs fail after they were accepted.
        forget_jobs: `verify` knows no token any more.
        strict: titles of 150 and descriptions of 300 characters are refused, as one client met it.
        strict_pictures: only pictures named with `/_sim/pictures` can be fetched.
        basic_package: -224. article_permission: without it -223. article_quota: articles until the other -223.
        newest_first: order of `getslice`.
        broadcast_quota: broadcasts an OA has. quota_readable: without it the quota call is refused.
        refuse_all: an error number every call gets.
        proof_required: `appsecret_proof` must come with every call. calls_per_minute: of the application.
        pkce: `request`, `fixed` (`console_challenge` is saved in the console) or `none`.
        lose_refresh_token: the answer to a renewal has an empty refresh token.
    """

    job_seconds: float = 3.0
    not_ready_times: int = 0
    list_seconds: float = 0.0
    detail_seconds: float = 0.0
    bare_detail: bool = False
    fail_jobs: int = 0
    forget_jobs: bool = False
    strict: bool = True
    strict_pictures: bool = False
    basic_package: bool = False
    article_permission: bool = True
    article_quota: int | None = None
    newest_first: bool = True
    broadcast_quota: int = 4
    quota_readable: bool = True
    proof_required: bool = False
    calls_per_minute: int = 4_000
    refuse_all: int = 0
    pkce: str = "request"
    console_challenge: str = ""
    lose_refresh_token: bool = False


@dataclass
class Oa:
    """One Official Account."""

    id: str
    name: str
    followers: int
    package: str
    verified: bool = True


@dataclass
class SimArticle:
    """One article as it stands."""

    id: str
    oa_id: str
    content: dict[str, Any]
    created: datetime
    updated: datetime
    views: int = 0
    shares: int = 0

    @property
    def title(self) -> str:
        """The title in NFC."""
        return unicodedata.normalize("NFC", str(self.content["title"]))

    @property
    def link(self) -> str:
        """The address on the school's site that was given as tracking link."""
        return str(self.content.get("tracking_link", ""))

    @property
    def shown(self) -> bool:
        """Whether followers can read it; an article is hidden unless it says otherwise."""
        return bool(self.content.get("status", "hide") == "show")

    def change(self, content: dict[str, Any], at: datetime) -> None:
        """Replace the whole content."""
        self.content, self.updated = content, at

    def detail(self, *, bare: bool = False) -> dict[str, Any]:
        """Return what `getdetail` gives; the author and the link are not among it."""
        names = ("title", "description") if bare else ("type", "title", "cover", "description", "body", "comment")
        known = {name: self.content[name] for name in names if name in self.content}
        return {"id": self.id, **known, "status": "show" if self.shown else "hide", "cite": ""}

    def row(self, base: str = "", epoch: Callable[[datetime], Any] = datetime.isoformat) -> dict[str, Any]:
        """Return what `getslice` gives, with moments as `epoch` writes them."""
        return {
            "id": self.id,
            "type": "normal",
            "title": self.title,
            "status": "show" if self.shown else "hide",
            "total_view": self.views,
            "total_share": self.shares,
            "create_date": epoch(self.created),
            "update_date": epoch(self.updated),
            "thumb": str(self.content["cover"].get("photo_url", "")),
            "link_view": f"{base}/bai/{self.id}",
        }


@dataclass
class Job:
    """A creation or change that was accepted and is carried out when its time has come."""

    token: str
    oa_id: str
    article_id: str
    content: dict[str, Any]
    ready_at: datetime
    updates: bool
    not_ready_times: int
    done: bool = False
    failed: bool = False


@dataclass
class Broadcast:
    """Articles sent to every follower; `at` is when Zalo has looked at them."""

    oa_id: str
    articles: list[str]
    message_id: str
    at: datetime


def wrong_with(content: Mapping[str, Any], *, strict: bool) -> str:
    """Return why an article is refused at once, "" when it is not. Characters are counted as they come."""
    edge = 0 if strict else 1
    title, description = str(content.get("title", "")), str(content.get("description", ""))
    if not 1 <= len(title) < 150 + edge:
        return "title allow 1 to 150 characters"
    if not 1 <= len(description) < 300 + edge:
        return "description allow 1 to 300 characters"
    if not 1 <= len(str(content.get("author", ""))) <= 50:
        return "author allow 1 to 50 characters"
    cover = content.get("cover")
    if not isinstance(cover, Mapping) or not cover.get("photo_url"):
        return "cover is invalid"
    if not isinstance(content.get("body"), list) or not content["body"]:
        return "body is invalid"
    return ""


def picture_trouble(content: Mapping[str, Any], known: Mapping[str, tuple[str, int]], *, strict: bool) -> str:
    """Return the address of a picture that cannot be fetched, "" when all can. No network is used."""
    urls = [str(content["cover"].get("photo_url", ""))]
    urls += [str(block.get("url", "")) for block in content["body"] if block.get("type") == "image"]
    for url in urls:
        kind, size = known.get(url, ("", 0) if strict else ("image/jpeg", 1))
        if kind not in ("image/jpeg", "image/png") or size > _MOST_PICTURE_BYTES:
            return url
    return ""
