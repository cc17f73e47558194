"""What a test of a channel needs: a transport that answers from a script, and sample values.

Nothing here needs a test framework. All people and schools are invented.
"""

from __future__ import annotations

import io
import json
import socket
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import requests
from requests.adapters import BaseAdapter
from urllib3.exceptions import MaxRetryError, NewConnectionError, ProtocolError
from urllib3.response import HTTPResponse

from .base import Channel
from .reach import Recipient
from .types import Account, Media, Post


@dataclass(frozen=True)
class Call:
    """One request as it went out."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    timeout: Any

    def json(self) -> Any:
        """Return the body as JSON."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Reply:
    """One scripted answer: a status with a body, or a failure of the line."""

    status: int = 200
    body: bytes = b"{}"
    headers: Mapping[str, str] = field(default_factory=dict)
    failure: Exception | None = None


def reply(json_body: Any = None, *, status: int = 200, text: str = "", **headers: str) -> Reply:
    """Return an answer with a JSON body, or with `text`; header names are written with underscores."""
    body = text.encode() if text or json_body is None else json.dumps(json_body, ensure_ascii=False).encode()
    return Reply(status, body, {name.replace("_", "-"): value for name, value in headers.items()})


def no_connection() -> Reply:
    """Return the failure of a service that cannot be reached: nothing was sent."""
    reason = NewConnectionError(None, "refused")  # type: ignore[arg-type]
    return Reply(failure=requests.exceptions.ConnectionError(MaxRetryError(None, "/", reason)))  # type: ignore[arg-type]


def lost_answer() -> Reply:
    """Return the failure of a line that broke after the request went out."""
    return Reply(
        failure=requests.exceptions.ConnectionError(ProtocolError("Connection aborted.", ConnectionResetError()))
    )


def timed_out() -> Reply:
    """Return the failure of a service that took the request and never answered."""
    return Reply(failure=requests.exceptions.ReadTimeout("read timed out"))


@contextmanager
def no_network() -> Iterator[None]:
    """Keep this process from opening connections: a check of a channel reaches nobody."""

    def refuse(*_: Any, **__: Any) -> Any:
        raise ConnectionRefusedError("no network during a check")

    def resolve_nothing(*_: Any, **__: Any) -> Any:
        raise socket.gaierror("no network during a check")

    kept = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo
    socket.socket.connect, socket.socket.connect_ex = refuse, refuse  # type: ignore[method-assign]
    socket.getaddrinfo = resolve_nothing
    try:
        yield
    finally:
        socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo = kept  # type: ignore[method-assign]


class FakeTransport(BaseAdapter):
    """A `requests` adapter that records every call and answers from a script.

    A call beyond the script fails the test: a channel must not talk more than its author wrote down.
    """

    def __init__(self, replies: Iterable[Reply] = ()) -> None:
        super().__init__()
        self.replies = deque(replies)
        self.calls: list[Call] = []

    def send(self, request: requests.PreparedRequest, *_: Any, timeout: Any = None, **__: Any) -> requests.Response:
        """Record the call and give the next answer of the script."""
        raw = request.body or b""
        body = raw.encode() if isinstance(raw, str) else bytes(raw)
        call = Call(str(request.method), str(request.url), dict(request.headers), body, timeout)
        self.calls.append(call)
        if not self.replies:
            raise AssertionError(f"unexpected call: {call.method} {call.url}")
        scripted = self.replies.popleft()
        if scripted.failure:
            raise scripted.failure
        response = requests.Response()
        response.status_code = scripted.status
        response.headers.update(scripted.headers)
        response.url = str(request.url)
        response.request = request
        response.raw = HTTPResponse(
            io.BytesIO(scripted.body), status=scripted.status, headers=dict(scripted.headers), preload_content=False
        )
        return response

    def close(self) -> None:
        """Nothing to close."""


class FakeAudience:
    """An `Audience` in memory; `states` says how each recipient stands."""

    def __init__(self, recipients: Iterable[Recipient] = ()) -> None:
        self.recipients = list(recipients)
        self.states: dict[str, str] = {person.ref: "waiting" for person in self.recipients}
        self.sentences: dict[str, str] = {}

    def waiting(self) -> list[Recipient]:
        """Return those nothing was begun for yet."""
        return [person for person in self.recipients if self.states[person.ref] == "waiting"]

    def begin(self, ref: str) -> bool:
        """Note the beginning; False when there was one before."""
        first = self.states[ref] == "waiting"
        if first:
            self.states[ref] = "begun"
        return first

    def accepted(self, ref: str) -> None:
        """Note that the message was taken."""
        self.states[ref] = "accepted"

    def refused(self, ref: str, sentence: str, *, permanent: bool) -> None:
        """Note that it was not."""
        self.states[ref] = "gone" if permanent else "refused"
        self.sentences[ref] = sentence

    def put_back(self, ref: str) -> None:
        """Note that nothing was sent."""
        self.states[ref] = "waiting"


class FakeHost:
    """A `Host` over a dictionary of pictures, which all have a public address, and a list of people."""

    def __init__(self, pictures: Mapping[str, bytes] | None = None, recipients: Iterable[Recipient] = ()) -> None:
        self.pictures = dict(pictures or {})
        self.people = FakeAudience(recipients)

    def read(self, ref: str) -> bytes:
        """Return the bytes of the picture `ref`."""
        return self.pictures[ref]

    def public_url(self, ref: str) -> str | None:
        """Return an address that leads nowhere."""
        return f"https://media.example.edu.vn/{ref}" if ref in self.pictures else None

    def audience(self) -> FakeAudience:
        """Return the list of people."""
        return self.people


#: Smallest JPEG that is one: enough for a test that only looks at the first bytes.
PICTURE = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffd9")


def sample_media(ref: str = "anh-1", **changes: Any) -> Media:
    """Return a picture with a description."""
    values: dict[str, Any] = {
        "content_type": "image/jpeg",
        "width": 1200,
        "height": 800,
        "alt": "Học sinh trồng cây trong vườn trường",
        "caption": "Giờ chăm vườn",
        "size": len(PICTURE),
    }
    return Media(ref=ref, **{**values, **changes})


def sample_post(**changes: Any) -> Post:
    """Return an ordinary news item of an invented school, with `changes`."""
    text = "Sáng 05/9/2026, Trường THCS Hoa Mai khai giảng năm học mới.\nCó 1.250 học sinh và thầy cô cùng dự."
    values: dict[str, Any] = {
        "key": "bai-17-r3",
        "title": "Khai giảng năm học mới",
        "summary": "Trường THCS Hoa Mai khai giảng trong niềm vui của cả xã.",
        "body_html": "".join(f"<p>{line}</p>" for line in text.split("\n")),
        "body_text": text,
        "genre": "news",
        "author_name": "Trần Thị Mẫu",
        "unit_name": "Trường THCS Hoa Mai",
        "issued_on": date(2026, 9, 5),
        "canonical_url": "https://hoamai.example.edu.vn/tin-bai/khai-giang",
        "media": (sample_media(),),
    }
    return Post(**{**values, **changes})


def sample_settings(channel: Channel) -> dict[str, Any]:
    """Return settings of `channel` made of the examples in its schema, as a person would fill them in."""
    return {name: item.metadata.get("example") for name, item in channel.SettingsSchema().fields.items()}


def sample_account(channel: Channel, raw: Mapping[str, Any] | None = None, **changes: Any) -> Account:
    """Return an account of `channel` with `raw` settings, or those of `sample_settings`."""
    settings, secrets = channel.load_settings(sample_settings(channel) if raw is None else raw)
    values: dict[str, Any] = {
        "id": "acc-1",
        "channel": channel.info.name,
        "settings": settings,
        "secrets": secrets,
        "unit_name": "Trường THCS Hoa Mai",
        "site_url": "https://hoamai.example.edu.vn",
    }
    return Account(**{**values, **changes})
