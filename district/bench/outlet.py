"""An outlet for measuring: a channel of one call, and its service in a process of its own."""

from __future__ import annotations

import json
import multiprocessing
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from typing import Any
from urllib.parse import urlsplit

from channel_plugins import Account, Channel, ChannelInfo, Host, Limits, Payload, Post, Preview, Receipt, hookimpl
from channel_plugins.http import Http, Timeouts, raise_for_status
from channel_plugins.settings import ChannelSettings, text_field

LATENCY = 0.3
"""Seconds the service takes for a post; the real ones take longer (a post on a large network about a second)."""


class BenchSettings(ChannelSettings):
    """Where the outlet is."""

    url = text_field("Địa chỉ", "Nơi nhận bài.", "https://example.edu.vn/bai", required=True)


class BenchChannel(Channel):
    """Posts the title and text in one call."""

    info = ChannelInfo(
        name="bench",
        label="Kênh đo",
        description="Kênh dùng để đo tốc độ.",
        icon="globe",
        outlet="remote",
        repeat_is_safe=False,
        doc="",
    )
    limits = Limits()
    SettingsSchema = BenchSettings

    def _http(self) -> Http:
        return Http((), private_hosts=self.private_hosts, timeouts=Timeouts(read=2.0, total=2.0))

    def __init__(self) -> None:
        super().__init__()
        self._made: Http | None = None
        self._lock = threading.Lock()

    def render(self, post: Post, account: Account) -> Payload:
        """Return title, text and where they go."""
        data = {"url": account.settings["url"], "title": post.title, "text": post.body_text}
        return Payload(self.info.name, data)

    def preview(self, payload: Payload) -> Preview:
        """Return the text."""
        return Preview("text", payload.data["text"])

    def publish(self, payload: Payload, key: str, account: Account, host: Host) -> Receipt:  # noqa: ARG002
        """Make the one call."""
        with self._lock:
            http = self._made = self._made or self._http()
        body = {"title": payload.data["title"], "text": payload.data["text"], "reference": key}
        answer = http.post(payload.data["url"], account, repeatable=False, json_body=body)
        return Receipt(raise_for_status(answer).json()["id"])


class BenchPlugin:
    """Brings the channel to the manager."""

    @hookimpl
    def district_channels(self) -> Iterator[Channel]:
        """Give the channel."""
        yield BenchChannel()


class _Service(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    never = threading.Event()

    def do_POST(self) -> None:
        """Take a post after the latency; below /dead never answer."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self.never.wait(3600 if urlsplit(self.path).path.startswith("/dead") else LATENCY)
        body = json.dumps({"id": "1"}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Stay silent."""


def _serve(tell: Connection) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Service)
    server.daemon_threads = True
    tell.send(server.server_address[1])
    server.serve_forever()


@contextmanager
def service() -> Iterator[str]:
    """Run the service and give its `host:port`."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_serve, args=(there,), daemon=True)
    process.start()
    try:
        yield f"127.0.0.1:{here.recv()}"
    finally:
        process.terminate()
        process.join()
