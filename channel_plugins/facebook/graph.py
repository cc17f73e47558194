"""Calls to the Graph API: one token a call, its proof beside it, errors sorted, headers read."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from requests.adapters import BaseAdapter

from channel_plugins.errors import NeedsPerson, TryAgain, Unsure
from channel_plugins.http import Http
from channel_plugins.types import Account

from .errors import check
from .usage import Usage, read_usage

#: Never copied from the address of a next page: they go in the header, fresh for each call.
_CREDENTIALS = frozenset({"access_token", "appsecret_proof"})


@dataclass(frozen=True)
class Found:
    """The JSON object Facebook answered with, and how much of its limits is used."""

    data: Mapping[str, Any]
    usage: Usage


def proof(token: str, secret: str) -> str:
    """Return the appsecret_proof of `token`: HMAC-SHA256 keyed with the app's secret, lower-case hex."""
    return hmac.new(secret.encode(), token.encode(), hashlib.sha256).hexdigest()


class Graph:
    """The Graph API as one installation sees it; usable from many threads, keeps nothing between calls.

    Args:
        options: loaded `FacebookOptions`.
        clock: the time, aware.
    """

    def __init__(
        self,
        options: Mapping[str, Any],
        *,
        private_hosts: frozenset[str] = frozenset(),
        transport: BaseAdapter | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.options = options
        self.now = clock
        self._private_hosts = private_hosts
        host = urlsplit(str(options["graph_url"])).hostname or ""
        self._http = Http([host], private_hosts=private_hosts, transport=transport, secrets=[options["app_secret"]])

    @property
    def app_id(self) -> str:
        """The id of our app, "" when none is set up."""
        return str(self.options["app_id"])

    def is_permalink(self, url: str) -> bool:
        """Return whether `url` may be shown to people: https, or a simulator on this machine."""
        return url.startswith("https://") or urlsplit(url).netloc in self._private_hosts

    def get(self, path: str, account: Account, params: Mapping[str, Any] | None = None, *, token: str = "") -> Found:
        """Read `path`. `token` is the Page's unless another is given."""
        return self._call("GET", path, account, token=token, params=dict(params or {}), repeatable=True)

    def post(
        self,
        path: str,
        account: Account,
        data: Mapping[str, Any],
        *,
        repeatable: bool,
        files: Any = None,
        token: str = "",
    ) -> Found:
        """Send a form to `path`; `repeatable=False` for the one call that creates a post."""
        return self._call("POST", path, account, token=token, data=dict(data), files=files, repeatable=repeatable)

    def delete(self, path: str, account: Account) -> Found:
        """Delete `path`; doing so again is harmless."""
        return self._call("DELETE", path, account, token="", params={}, repeatable=True)

    def exchange(self, account: Account, params: Mapping[str, str], *, method: str = "POST") -> Mapping[str, Any]:
        """Call `oauth/access_token`, which carries the app's own credentials and no proof."""
        whole = {"client_id": self.app_id, "client_secret": str(self.options["app_secret"]), **params}
        place = {"params": whole} if method == "GET" else {"data": whole}
        answer = self._http.request(method, self._url("oauth/access_token"), account, repeatable=True, **place)
        return _mapping(check(answer).json())

    def pages(
        self, path: str, account: Account, params: Mapping[str, Any], *, most: int, token: str = ""
    ) -> Iterator[Found]:
        """Yield page after page of a list, at most `most` of them; the last one has no `paging.next` unless there was
        more. The address of the next page is not followed as it is: it holds a token."""
        asked = dict(params)
        for _ in range(most):
            found = self.get(path, account, asked, token=token)
            yield found
            following = next_page(found)
            if not following:
                return
            asked = {**params, **following}

    def _call(self, method: str, path: str, account: Account, *, token: str, repeatable: bool, **sent: Any) -> Found:
        token = token or str(account.secrets.get("page_token", ""))
        if not token:
            raise NeedsPerson(detail="the account has no page token")
        secret = str(self.options["app_secret"])
        if self.options["proof"] and secret:
            place = sent["data"] if "data" in sent else sent["params"]
            place["appsecret_proof"] = proof(token, secret)
        answer = self._http.request(
            method,
            self._url(path),
            account,
            repeatable=repeatable,
            headers={"Authorization": f"Bearer {token}"},
            **sent,
        )
        check(answer, spam_pause=timedelta(hours=self.options["spam_pause_hours"]))
        body = answer.json()
        if not isinstance(body, dict):
            raise (TryAgain if repeatable else Unsure)(detail=f"status {answer.status}, no JSON object")
        return Found(body, read_usage(answer.headers))

    def _url(self, path: str) -> str:
        base = str(self.options["graph_url"]).rstrip("/")
        return f"{base}/{self.options['api_version']}/{quote(path, safe='/_')}"


def rows(found: Found) -> list[Mapping[str, Any]]:
    """Return the objects of a list answer."""
    data = found.data.get("data")
    return [item for item in data if isinstance(item, dict)] if isinstance(data, list) else []


def next_page(found: Found) -> dict[str, str]:
    """Return the parameters that ask for the next page, {} when this was the last."""
    paging = found.data.get("paging")
    following = paging.get("next") if isinstance(paging, dict) else None
    if not isinstance(following, str):
        return {}
    return {name: value for name, value in parse_qsl(urlsplit(following).query) if name not in _CREDENTIALS}


def moment(value: Any) -> datetime | None:
    """Return a time as Facebook writes it (`2026-09-05T01:00:00+0000`, or unix seconds), None when unreadable."""
    try:
        if isinstance(value, int):
            return datetime.fromtimestamp(value, UTC)
        found = datetime.fromisoformat(str(value))
    except (ValueError, OverflowError, OSError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _mapping(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise TryAgain(detail="no JSON object")
    return value
