"""Calls to one WordPress site: addresses in both styles, sign-in, posts, pictures, categories.

Every call is repeatable except the creation of a draft and its publication.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from channel_plugins.errors import ChannelError, GiveUp, Unsure
from channel_plugins.http import Answer, Http
from channel_plugins.text import nfc, slug
from channel_plugins.types import Account

from . import body
from .errors import TOO_BIG, code_of, demand, is_page, read
from .settings import PLAIN, clean_site

ALL_STATES = "publish,future,draft,pending,private,trash"
_LOCATION_ID = re.compile(r"/posts/(\d+)/?$")


def hosts_of(site: str) -> tuple[str, ...]:
    """Return the hosts an account may reach: that of its site, with and without `www.`."""
    host = (urlsplit(site).hostname or "").lower()
    bare = host.removeprefix("www.")
    return (bare, f"www.{bare}") if bare else ()


@dataclass(frozen=True)
class Picture:
    """A picture in the library of the site."""

    id: int
    url: str


class Site:
    """One site as one account sees it.

    Args:
        http: the way to the network.
        account: its settings say where the site is, its secrets sign in.
    """

    def __init__(self, http: Http, account: Account) -> None:
        self._http = http
        self._account = account
        self._site = clean_site(account.settings["site"])
        self._plain = account.settings.get("rest_style") == PLAIN

    def call(
        self,
        method: str,
        path: str,
        *,
        repeatable: bool = True,
        signed: bool = True,
        params: Mapping[str, Any] | None = None,
        **content: Any,
    ) -> Answer:
        """Make one call to the REST API; `path` begins with a slash. Raises what `Http.request` raises."""
        query = dict(params or {})
        if self._plain:
            url, query = f"{self._site}/", {"rest_route": path, **query}
        else:
            url = f"{self._site}/wp-json{path}"
        return self._http.request(
            method,
            url,
            self._account,
            repeatable=repeatable,
            hosts=hosts_of(self._site),
            headers=self._sign_in() if signed else None,
            params=query,
            **content,
        )

    def _sign_in(self) -> dict[str, str]:
        # WordPress shows application passwords in groups of four and ignores the blanks.
        password = re.sub(r"\s", "", self._account.secrets.get("app_password", ""))
        pair = f"{self._account.settings['login']}:{password}".encode()
        return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}

    # Posts

    def posts_named(self, wanted: str) -> list[dict[str, Any]]:
        """Return every post we may have made under this slug, in whatever state."""
        answer = self.call(
            "GET",
            "/wp/v2/posts",
            params={
                "slug": ",".join(body.candidate_slugs(wanted)),
                "status": ALL_STATES,
                "context": "edit",
                "per_page": 100,
            },
        )
        found = demand(answer)
        return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []

    def post(self, remote_id: str) -> dict[str, Any] | None:
        """Return a post by its id, None when there is none."""
        answer = self.call("GET", f"/wp/v2/posts/{remote_id}", params={"context": "edit"})
        gone = answer.status in (404, 410) and not is_page(answer) and code_of(answer) != "rest_no_route"
        return None if gone else _object(answer)

    def create_draft(self, fields: Mapping[str, Any]) -> str:
        """Create a draft and return its id.

        An answer that cannot be read still tells the id in its `Location`.
        """
        answer = self.call("POST", "/wp/v2/posts", repeatable=False, json_body={**fields, "status": "draft"})
        if answer.status == 201 and not isinstance(read(answer), dict):
            found = _LOCATION_ID.search(unescape(answer.headers.get("location", "")))
            if found:
                return found.group(1)
        return _id(_object(answer))

    def update(self, remote_id: str, fields: Mapping[str, Any], *, repeatable: bool = True) -> dict[str, Any]:
        """Change fields of a post and return it as it is now."""
        return _object(self.call("POST", f"/wp/v2/posts/{remote_id}", repeatable=repeatable, json_body=dict(fields)))

    def bin(self, remote_id: str) -> None:
        """Put a post into the bin, or back among the drafts where the site has no bin; gone counts as done."""
        path = f"/wp/v2/posts/{remote_id}"
        answer = self.call("DELETE", path)
        if answer.status in (403, 405, 406, 501) and is_page(answer):
            # Some firewalls block the method itself; WordPress reads it from the query as well.
            answer = self.call("POST", path, params={"_method": "DELETE"})
        code = code_of(answer)
        if code in ("rest_post_invalid_id", "rest_already_trashed") or (answer.status == 410 and not is_page(answer)):
            return
        if code == "rest_trash_not_supported":
            self.update(remote_id, {"status": "draft"})
            return
        demand(answer)

    # Pictures and categories

    def picture(self, content: bytes, about: Mapping[str, Any]) -> Picture:
        """Return the picture in the library of the site, uploaded when it is not there yet."""
        name = body.file_name(content, about["content_type"])
        stem = name.rsplit(".", 1)[0]
        known = demand(self.call("GET", "/wp/v2/media", params={"slug": stem, "per_page": 1}))
        if isinstance(known, list) and known:
            return _picture(known[0])
        fields = {"title": about["caption"] or about["alt"] or stem, "alt_text": about["alt"], "slug": stem}
        if about["caption"]:
            fields["caption"] = about["caption"]
        answer = self.call(
            "POST",
            "/wp/v2/media",
            data={name_: text for name_, text in fields.items() if text},
            files={"file": (name, content, about["content_type"])},
        )
        return _picture(_object(answer))

    def category(self, name: str) -> int:
        """Return the number of a category, made when there is none of this name."""
        wanted = nfc(name).strip()
        found = demand(self.call("GET", "/wp/v2/categories", params={"search": wanted, "per_page": 100}))
        for term in found if isinstance(found, list) else []:
            if unescape(str(term.get("name", ""))).strip().casefold() == wanted.casefold():
                return int(term["id"])
        fields = {"name": wanted, **({"slug": slug(wanted)} if slug(wanted) else {})}
        answer = self.call("POST", "/wp/v2/categories", json_body=fields)
        if code_of(answer) == "term_exists":
            return int(read(answer)["data"]["term_id"])
        return int(_object(answer)["id"])

    # About the site

    def whoami(self) -> dict[str, Any]:
        """Return the person we sign in as, with capabilities."""
        return _object(self.call("GET", "/wp/v2/users/me", params={"context": "edit"}))

    def comments_on(self, remote_id: str) -> int | None:
        """Return how many comments stand below a post; None when the site does not tell or the post is gone."""
        if self.post(remote_id) is None:
            return None
        answer = self.call("GET", "/wp/v2/comments", params={"post": remote_id, "per_page": 1})
        total = answer.headers.get("x-wp-total", "")
        return int(total) if answer.ok and total.isdigit() else None


def _object(answer: Answer) -> dict[str, Any]:
    found = demand(answer)
    if not isinstance(found, dict):
        raise _unreadable(answer)
    return found


def _unreadable(answer: Answer) -> ChannelError:
    detail = f"status {answer.status}, unexpected JSON: {answer.excerpt(200)}"
    return GiveUp(detail=detail) if answer.repeatable else Unsure(detail=detail)


def _id(post: Mapping[str, Any]) -> str:
    found = post.get("id")
    if not isinstance(found, int):
        raise Unsure(detail="an answer to a creation without id")
    return str(found)


def _picture(item: Mapping[str, Any]) -> Picture:
    number, url = item.get("id"), item.get("source_url")
    if not isinstance(number, int) or not isinstance(url, str):
        raise GiveUp(TOO_BIG, detail=f"picture without id or address: {sorted(item)[:20]}")
    return Picture(number, url)
