"""What an anonymous reader of a public site sees, kept in the process for a few seconds.

It stands in front of Flask, so that a page that is in it costs neither a request context nor a query. An entry is
fresh for ``FRESH`` seconds; then one request renders it anew while the others still get the old one, for at most
``STALE`` seconds after the old one was begun. So a page that was taken down is gone from every process within five
seconds, without a message between them.

Whoever carries a cookie of ours passes by: what a signed-in person gets is never kept and never taken from here.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from werkzeug.http import quote_etag, unquote_etag

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Wsgi = Callable[[Environ, StartResponse], Iterable[bytes]]
Headers = list[tuple[str, str]]

FRESH = 2.0
STALE = 4.5
MOST_BYTES = 64 * 1024 * 1024
LARGEST_PAGE = 512 * 1024

CACHE_CONTROL = "public, max-age=0, must-revalidate"
"""What a page must say of itself to be kept. Browsers and proxies ask every time: only this cache may be trusted
to forget."""

_NOT_KEPT = frozenset({"x-request-id", "date", "server", "content-length"})


@dataclass
class Entry:
    """A page as it was sent. ``begun`` is when its rendering began: what changed later is not in it."""

    headers: Headers
    body: bytes
    etag: str
    begun: float
    refreshing: bool = field(default=False)


class SiteCache:
    """WSGI middleware that answers for the public sites.

    Args:
        app: what stands behind it.
        cookies: names of the cookies whose bearers pass by.
        off: asked at each request; True lets everything through.
        clock: seconds from any beginning, never running backwards.
    """

    def __init__(
        self,
        app: Wsgi,
        cookies: Iterable[str],
        off: Callable[[], bool] = lambda: False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._app = app
        self._cookies = tuple(f"{name}=" for name in cookies)
        self._off = off
        self._clock = clock
        self._entries: OrderedDict[tuple[str, ...], Entry] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer from the cache, or through it."""
        key = self._key(environ)
        if key is None or self._off():
            return self._app(environ, start_response)
        entry = self._take(key)
        if entry is not None:
            return _answer(entry, environ, start_response)
        return self._render(key, environ, start_response)

    def _key(self, environ: Environ) -> tuple[str, ...] | None:
        path = environ.get("PATH_INFO", "")
        if not path.startswith("/s/") or environ.get("REQUEST_METHOD") not in ("GET", "HEAD"):
            return None
        cookie = environ.get("HTTP_COOKIE", "")
        if "HTTP_AUTHORIZATION" in environ or any(name in cookie for name in self._cookies):
            return None
        scheme = environ.get("HTTP_X_FORWARDED_PROTO", environ.get("wsgi.url_scheme", ""))
        return (str(path), str(environ.get("QUERY_STRING", "")), str(scheme))

    def _take(self, key: tuple[str, ...]) -> Entry | None:
        """Return a page that may still be shown; None when the present request has to render it."""
        now = self._clock()
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                return None
            age = now - entry.begun
            if age >= STALE:
                self._drop(key)
                return None
            if age >= FRESH and not entry.refreshing:
                entry.refreshing = True
                return None
            self._entries.move_to_end(key)
            return entry

    def _render(self, key: tuple[str, ...], environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        begun = self._clock()
        asked = {
            name: value
            for name, value in environ.items()
            if name not in ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_RANGE")
        }
        asked["REQUEST_METHOD"] = "GET"
        told: list[tuple[str, Headers, Any]] = []

        def hear(status: str, headers: Headers, exc_info: Any = None) -> Callable[[bytes], None]:
            told.append((status, headers, exc_info))
            return lambda _chunk: None

        parts = self._app(asked, hear)
        status, headers, exc_info = told[-1]
        entry = self._kept(status, headers, parts, begun) if told else None
        if entry is None:
            self._forget(key)
            start_response(status, headers, exc_info)
            if environ["REQUEST_METHOD"] == "HEAD":
                _close(parts)
                return []
            return parts
        self._store(key, entry)
        return _answer(entry, environ, start_response)

    def _kept(self, status: str, headers: Headers, parts: Iterable[bytes], begun: float) -> Entry | None:
        named = {name.lower(): value for name, value in headers}
        if not status.startswith("200") or named.get("cache-control") != CACHE_CONTROL or "set-cookie" in named:
            return None
        try:
            body = b"".join(parts)
        finally:
            _close(parts)
        sent = [(name, value) for name, value in headers if name.lower() not in _NOT_KEPT]
        return Entry(sent, body, unquote_etag(named.get("etag", ""))[0] or "", begun)

    def _store(self, key: tuple[str, ...], entry: Entry) -> None:
        with self._lock:
            self._drop(key)
            if len(entry.body) > LARGEST_PAGE:
                return
            self._entries[key] = entry
            self._bytes += len(entry.body)
            while self._bytes > MOST_BYTES:
                self._drop(next(iter(self._entries)))

    def _forget(self, key: tuple[str, ...]) -> None:
        with self._lock:
            self._drop(key)

    def _drop(self, key: tuple[str, ...]) -> None:
        gone = self._entries.pop(key, None)
        if gone is not None:
            self._bytes -= len(gone.body)


def _answer(entry: Entry, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    wanted = environ.get("HTTP_IF_NONE_MATCH", "")
    if entry.etag and (wanted == "*" or quote_etag(entry.etag) in wanted):
        unchanged = [(name, value) for name, value in entry.headers if not name.lower().startswith("content-")]
        start_response("304 NOT MODIFIED", unchanged)
        return []
    start_response("200 OK", [*entry.headers, ("Content-Length", str(len(entry.body)))])
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [entry.body]


def _close(parts: Iterable[bytes]) -> None:
    close = getattr(parts, "close", None)
    if close is not None:
        close()


def init_app(app: Flask) -> None:
    """Put the cache in front of the application. Tests see every change at once, so there it lets everything
    through."""
    names = (app.config["SESSION_COOKIE_NAME"], app.config.get("REMEMBER_COOKIE_NAME", "remember_token"))
    app.wsgi_app = SiteCache(app.wsgi_app, names, off=lambda: app.testing)  # type: ignore[method-assign]
