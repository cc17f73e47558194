"""HTTP for channels that talk to a service: always with a time limit, only to allowed hosts, never leaking a secret.

What it promises:

- every call has a time-out for connecting and reading, and a limit for the whole answer in seconds and bytes;
- only hosts of the channel's allow-list are reached, over https; private, loopback and link-local addresses are
  refused after name resolution and on the connection itself, unless a host is named as a simulator;
- a redirect is followed only for reading and only to an allowed host; credentials never travel to another host;
- text goes out in NFC; secrets are hidden in every log line and error;
- no connection at all becomes `TryAgain`; an answer lost after the request went out becomes `Unsure`, or `TryAgain`
  where the caller says that repeating is harmless.
"""

from __future__ import annotations

import json
import logging
import re
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, Self
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import BaseAdapter
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NameResolutionError, NewConnectionError

from .addresses import PublicAdapter, RefusedAddress, is_private
from .errors import LONGEST_WAIT, ChannelError, GiveUp, NeedsPerson, NextStep, TryAgain, Unsure
from .recorder import LONGEST_EXCERPT, note
from .text import nfc, redact
from .types import Account

log = logging.getLogger(__name__)

_READING = frozenset({"GET", "HEAD"})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS = 3
_NEVER_SENT = (
    NewConnectionError,
    NameResolutionError,
    ConnectTimeoutError,
    requests.exceptions.ConnectTimeout,
)


@dataclass(frozen=True)
class Timeouts:
    """Seconds allowed for connecting, for waiting on the next bytes, and for the whole call."""

    connect: float = 5.0
    read: float = 30.0
    total: float = 60.0


@dataclass(frozen=True)
class Answer:
    """An answer of a service. `headers` have lower-case names; `repeatable` says that the call may be made again."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    url: str = ""
    repeatable: bool = True
    hidden: tuple[str, ...] = field(default=(), repr=False)

    @property
    def ok(self) -> bool:
        """Whether the status is 2xx."""
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES

    @property
    def text(self) -> str:
        """The body as UTF-8 text; broken bytes are replaced."""
        return self.body.decode("utf-8", errors="replace")

    def excerpt(self, longest: int = 500) -> str:
        """Return the beginning of the body for a log or an error: services do echo tokens, so secrets are hidden."""
        return redact(self.text, self.hidden)[:longest]

    def json(self) -> Any:
        """Return the body as JSON with text in NFC.

        Raises: Unsure when it is no JSON and the call was not repeatable, else TryAgain.
        """
        try:
            return nfc(json.loads(self.body))
        except ValueError as error:
            detail = f"status {self.status}, no JSON ({len(self.body)} bytes)"
            raise (TryAgain if self.repeatable else Unsure)(detail=detail) from error


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> timedelta | None:
    """Return what `Retry-After` asks for, as seconds or as a date, up to `LONGEST_WAIT`; None when it is missing or
    unreadable."""
    written = headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]+", written):
        return LONGEST_WAIT if len(written) > 9 else min(timedelta(seconds=int(written)), LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(written)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return min(max(moment - (now or datetime.now(UTC)), timedelta(0)), LONGEST_WAIT)
    except ValueError:
        return None


def raise_for_status(answer: Answer) -> Answer:
    """Return the answer when it is 2xx; else raise the kind that its status means.

    A channel that knows its service better reads the body first and falls back to this.
    """
    if answer.ok:
        return answer
    status, detail = answer.status, f"status {answer.status}: {answer.excerpt()}"
    if status in (401, 407):
        raise NeedsPerson(detail=detail)
    if status == 403:
        raise NeedsPerson(
            "Kênh không cho phép đăng bằng tài khoản này. Bài vẫn được giữ; thầy cô kiểm tra quyền trên kênh rồi bấm "
            "Kết nối lại.",
            detail=detail,
        )
    if status == 429:
        raise TryAgain(after=retry_after(answer.headers), pause_account=True, detail=detail)
    if (status == 503 and answer.repeatable) or status in (408, 425):
        raise TryAgain(after=retry_after(answer.headers), detail=detail)
    if 400 <= status < 500:
        raise GiveUp(detail=detail)
    raise (TryAgain if answer.repeatable else Unsure)(detail=detail)


def _caused_by(error: BaseException, kinds: tuple[type[BaseException], ...]) -> bool:
    """Return whether one of `kinds` is what `error` wraps.

    Only what the libraries wrap on purpose counts, never `__context__`: an earlier failure that was handled must not
    make a lost answer look like a connection that was never made.
    """
    seen: set[int] = set()
    todo: list[Any] = [error]
    while todo:
        item = todo.pop()
        if not isinstance(item, BaseException) or id(item) in seen:
            continue
        seen.add(id(item))
        if isinstance(item, kinds):
            return True
        todo += [getattr(item, "reason", None), item.__cause__, *item.args]
    return False


class Http:
    """The way a channel reaches its service; one object for the channel, usable from many threads.

    Args:
        hosts: the host names the channel may reach.
        private_hosts: `host:port` pairs that may be private and plain http (a simulator on this machine).
        transport: the adapter that carries requests; tests give `FakeTransport`.
        timeouts: time limits.
        most_bytes: the largest answer that is read.
        secrets: credentials of the installation, hidden from everything that is written.
        clock: seconds that only grow.
    """

    def __init__(
        self,
        hosts: Iterable[str],
        *,
        private_hosts: Iterable[str] = (),
        transport: BaseAdapter | None = None,
        timeouts: Timeouts | None = None,
        most_bytes: int = 5_000_000,
        secrets: Iterable[str] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.hosts = frozenset(host.lower() for host in hosts)
        self.private_hosts = frozenset(host.lower() for host in private_hosts)
        self.timeouts = timeouts or Timeouts()
        self.most_bytes = most_bytes
        self._secrets = tuple(secrets)
        self._clock = clock
        self._local = threading.local()
        self._adapter = transport or PublicAdapter(self.private_hosts)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection that is kept open; the object may still be used afterwards."""
        self._adapter.close()

    def get(self, url: str, account: Account, **options: Any) -> Answer:
        """Read `url`; see `request`."""
        return self.request("GET", url, account, repeatable=True, **options)

    def post(self, url: str, account: Account, *, repeatable: bool, **options: Any) -> Answer:
        """Send to `url`; see `request`."""
        return self.request("POST", url, account, repeatable=repeatable, **options)

    def request(
        self,
        method: str,
        url: str,
        account: Account,
        *,
        repeatable: bool,
        hosts: Iterable[str] = (),
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, Any] | None = None,
        data: Any = None,
        json_body: Any = None,
        files: Any = None,
    ) -> Answer:
        """Make one call and return its answer, whatever its status (see `raise_for_status`).

        Args:
            repeatable: False for a call that creates something: its lost answer is `Unsure`.
            hosts: further allowed hosts of this account (its own site).
            account: whose secrets are hidden from everything that is written.

        Raises: the four kinds; `NeedsPerson` for an address that is not allowed or a broken certificate.
        """
        allowed = self.hosts | {host.lower() for host in hosts}
        sent: dict[str, Any] = {
            "headers": {"Accept": "application/json", **(headers or {})},
            "params": nfc(dict(params)) if params else None,
            "data": nfc(data) if not isinstance(data, bytes) else data,
            "json": nfc(json_body),
            "files": files,
        }
        # Services do echo the whole sign-in, and a pair in base64 hides the password from plain comparison.
        signed = str(sent["headers"].get("Authorization", "")).rpartition(" ")[2]
        hidden = [*account.secrets.values(), *account.old_secrets.values(), *self._secrets, signed]
        for _ in range(_MOST_REDIRECTS + 1):
            self._allow(url, allowed)
            answer = self._once(method.upper(), url, sent, hidden, repeatable)
            target = answer.headers.get("location")
            if answer.status not in _REDIRECTS or method.upper() not in _READING or not target:
                return answer
            url, origin = urljoin(url, target), url
            sent["params"] = None
            if urlsplit(url).netloc != urlsplit(origin).netloc:
                sent["headers"] = {"Accept": "application/json"}
        raise GiveUp(detail=redact(f"too many redirects from {method} {url}", hidden))

    def _allow(self, url: str, allowed: frozenset[str]) -> None:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
        if parts.netloc.lower() in self.private_hosts:
            return
        refusal = ""
        if parts.scheme != "https":
            refusal = "không dùng https"
        elif host not in allowed:
            refusal = "không thuộc danh sách được phép"
        elif is_private(host):
            refusal = "là địa chỉ nội bộ"
        if refusal or parts.username or parts.password:
            raise NeedsPerson(
                f"Địa chỉ máy chủ của kênh {refusal or 'chứa mật khẩu'} nên hệ thống không gửi gì. Bài vẫn được giữ; "
                "thầy cô sửa địa chỉ ở Cài đặt kênh.",
                detail=f"host {host!r} refused",
                next_step=NextStep.OPEN_SETTINGS,
            )

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = requests.Session()
            session.trust_env = False
            session.mount("https://", self._adapter)
            session.mount("http://", self._adapter)
            self._local.session = session
        session.cookies.clear()
        return session

    def _once(self, method: str, url: str, sent: dict[str, Any], hidden: list[str], repeatable: bool) -> Answer:
        place = f"{method} {urlsplit(url).netloc}{urlsplit(url).path}"
        shown = redact(place, hidden).removeprefix(f"{method} ")
        started = self._clock()
        limits = (self.timeouts.connect, self.timeouts.read)
        try:
            with self._session().request(
                method, url, timeout=limits, allow_redirects=False, stream=True, **sent
            ) as response:
                body = self._body(response, started)
                headers = {name.lower(): value for name, value in response.headers.items()}
                status = response.status_code
        except (requests.RequestException, HTTPError, OSError) as error:
            kind = _translate(error, place, hidden, repeatable)
            note(method, shown, None, kind.detail, self._clock() - started)
            raise kind from None
        took = self._clock() - started
        log.info("%s %s -> %s in %.2f s", method, shown, status, took)
        answer = Answer(status, headers, body, redact(url, hidden), repeatable, tuple(hidden))
        note(method, shown, status, _readable(answer), took)
        return answer

    def _body(self, response: requests.Response, started: float) -> bytes:
        parts: list[bytes] = []
        size = 0
        for part in response.iter_content(16_384):
            size += len(part)
            if size > self.most_bytes:
                raise requests.exceptions.ContentDecodingError(f"answer larger than {self.most_bytes} bytes")
            if self._clock() - started > self.timeouts.total:
                raise requests.exceptions.ReadTimeout(f"answer took longer than {self.timeouts.total} s")
            parts.append(part)
        return b"".join(parts)


def _readable(answer: Answer) -> str:
    """Return the beginning of an answer for people; a picture is only named."""
    kind = answer.headers.get("content-type", "")
    if kind.startswith(("image/", "audio/", "video/", "application/octet-stream")):
        return f"{kind}, {len(answer.body)} bytes"
    return answer.excerpt(LONGEST_EXCERPT)


def _translate(error: Exception, place: str, hidden: list[str], repeatable: bool) -> ChannelError:
    """Return the kind that a transport failure means; its text is redacted and the original is not chained."""
    detail = redact(f"{place}: {type(error).__name__}: {error}", hidden)
    log.warning("%s", detail)
    if _caused_by(error, (RefusedAddress,)):
        return NeedsPerson(
            "Địa chỉ máy chủ của kênh dẫn vào mạng nội bộ nên hệ thống không gửi gì. Bài vẫn được giữ; thầy cô sửa "
            "địa chỉ ở Cài đặt kênh.",
            detail=detail,
            next_step=NextStep.OPEN_SETTINGS,
        )
    if _caused_by(error, (ssl.SSLCertVerificationError,)):
        return NeedsPerson(
            "Chứng chỉ bảo mật của máy chủ kênh không hợp lệ nên hệ thống không gửi gì. Bài vẫn được giữ; thầy cô báo "
            "người quản trị máy chủ đó.",
            detail=detail,
            next_step=NextStep.CALL_SUPPORT,
        )
    if isinstance(error, ValueError) and not isinstance(error, requests.exceptions.ContentDecodingError):
        return GiveUp(detail=detail)
    if repeatable or _caused_by(error, _NEVER_SENT):
        return TryAgain(detail=detail)
    return Unsure(detail=detail)
