"""What every simulator shares: an HTTP server on this machine, faults on order, a clock that can be moved.

A simulator subclasses `Simulator` and writes `respond`. Each simulator also answers on addresses of its own, with which
a test, a person or another process steers it:

- `GET /_sim/state` what it holds, as JSON; `POST /_sim/reset` forget everything;
- `POST /_sim/faults` `{"match": "POST /v26.0/1/feed", "fault": "drop_after", "times": 1}`;
- `POST /_sim/forget-faults` take back those nothing has met yet;
- `POST /_sim/clock` `{"seconds": 3600}` moves its clock forward.
"""

from __future__ import annotations

import fnmatch
import json
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal
from urllib.parse import parse_qsl, urlsplit

Fault = Literal["drop_before", "drop_after", "error_before", "error_after", "slow", "garbage", "rate_limit"]
"""drop_before: the connection breaks before anything is done; drop_after: it is done, then the connection breaks;
error_before and error_after: HTTP 500 without and with having done it; slow: done, but no answer for `seconds`;
garbage: done, but the answer is no JSON; rate_limit: the service's own refusal for being called too often."""


@dataclass(frozen=True)
class SimRequest:
    """One request as received; `path` without the query, header names in lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def place(self) -> str:
        """Method and path, what faults are matched with."""
        return f"{self.method} {self.path}"

    def json(self) -> Any:
        """Return the body as JSON."""
        return json.loads(self.body or b"{}")

    def form(self) -> dict[str, str]:
        """Return the body as a form, or as the top level of a JSON object, whatever was sent."""
        if "json" in self.headers.get("content-type", ""):
            return {name: value if isinstance(value, str) else json.dumps(value) for name, value in self.json().items()}
        return dict(parse_qsl(self.body.decode("utf-8", errors="replace"), keep_blank_values=True))


@dataclass(frozen=True)
class SimAnswer:
    """One answer: a body that is made JSON unless it is bytes already."""

    body: Any = field(default_factory=dict)
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json; charset=utf-8"

    def raw(self) -> bytes:
        """Return the bytes of the body."""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body, ensure_ascii=False).encode()


@dataclass
class Ordered:
    """A fault that was ordered for the next `times` matching requests after `skip` others; `match` may hold `*`."""

    match: str
    fault: Fault
    times: int = 1
    seconds: float = 0.0
    skip: int = 0


class Simulator:
    """Base of the HTTP simulators. `respond` runs under the lock, so a request is one step."""

    name = "simulator"

    def __init__(self, now: datetime | None = None) -> None:
        self.lock = threading.RLock()
        self.requests: list[SimRequest] = []
        self._faults: list[Ordered] = []
        self._released = threading.Event()
        self._fixed = now
        self._moved = timedelta(0)
        self.reset()

    def __getstate__(self) -> dict[str, Any]:
        """Return what is kept between two runs: all but the locks."""
        return {name: value for name, value in self.__dict__.items() if name not in ("lock", "_released")}

    def __setstate__(self, kept: dict[str, Any]) -> None:
        """Take up what was kept."""
        self.__dict__.update(kept)
        self.lock = threading.RLock()
        self._released = threading.Event()

    def reset(self) -> None:
        """Forget everything that was stored and ordered."""
        self.requests.clear()
        self._faults.clear()

    def respond(self, request: SimRequest) -> SimAnswer:
        """Do what the service does and return its answer."""
        raise NotImplementedError

    def too_often(self, request: SimRequest) -> SimAnswer:  # noqa: ARG002
        """Return the service's own answer to too many calls."""
        return SimAnswer({"error": "too many requests"}, 429, {"Retry-After": "60"})

    def state(self) -> dict[str, Any]:
        """Return what is stored, JSON-able, for tests that run in another process."""
        return {}

    def now(self) -> datetime:
        """Return the simulator's time."""
        return (self._fixed or datetime.now(UTC)) + self._moved

    def advance(self, seconds: float) -> None:
        """Move the simulator's clock forward."""
        with self.lock:
            self._moved += timedelta(seconds=seconds)

    def order(self, match: str, fault: Fault, times: int = 1, seconds: float = 0.0, skip: int = 0) -> None:
        """Let `times` requests whose "METHOD /path" matches fail in this way, after `skip` that do not."""
        with self.lock:
            self._faults.append(Ordered(match, fault, times, seconds, skip))

    def forget_faults(self) -> int:
        """Take back the faults that no request has met yet; return how many."""
        with self.lock:
            left = len(self._faults)
            self._faults.clear()
            return left

    def release(self) -> None:
        """Let go of the requests that are being answered slowly."""
        self._released.set()

    def take(self, request: SimRequest) -> tuple[SimAnswer | None, Ordered | None]:
        """Carry out one request with the fault ordered for it; no answer means that the connection breaks."""
        with self.lock:
            self.requests.append(request)
            ordered = self._fault_for(request)
            fault = ordered.fault if ordered else None
            if fault == "drop_before":
                return None, ordered
            if fault == "error_before":
                return SimAnswer({"error": "internal"}, 500), ordered
            if fault == "rate_limit":
                return self.too_often(request), ordered
            answer = self.respond(request)
            if fault == "drop_after":
                return None, ordered
            if fault == "error_after":
                return SimAnswer({"error": "internal"}, 500), ordered
            if fault == "garbage":
                return SimAnswer(b"<html><h1>502 Bad Gateway</h1></html>", 200, content_type="text/html"), ordered
            return answer, ordered

    def steer(self, request: SimRequest) -> SimAnswer:
        """Answer a request to an address of the simulator's own."""
        if request.place == "GET /_sim/state":
            with self.lock:
                return SimAnswer(self.state())
        if request.place == "POST /_sim/reset":
            with self.lock:
                self.reset()
            return SimAnswer({"done": True})
        if request.place == "POST /_sim/faults":
            self.order(**request.json())
            return SimAnswer({"done": True})
        if request.place == "POST /_sim/forget-faults":
            return SimAnswer({"left": self.forget_faults()})
        if request.place == "POST /_sim/clock":
            self.advance(float(request.json()["seconds"]))
            return SimAnswer({"now": self.now().isoformat()})
        return SimAnswer({"error": "unknown"}, 404)

    def wait(self, seconds: float) -> None:
        """Keep a slow answer back until the time is over or `release` is called."""
        self._released.wait(seconds)

    def _fault_for(self, request: SimRequest) -> Ordered | None:
        for ordered in self._faults:
            if fnmatch.fnmatchcase(request.place, ordered.match):
                if ordered.skip > 0:
                    ordered.skip -= 1
                    continue
                ordered.times -= 1
                if ordered.times <= 0:
                    self._faults.remove(ordered)
                return ordered
        return None


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body go out separately; without this each answer would wait 40 ms for the other side.
    disable_nagle_algorithm = True
    simulator: Simulator

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        request = SimRequest(
            self.command,
            parts.path,
            dict(parse_qsl(parts.query, keep_blank_values=True)),
            {name.lower(): value for name, value in self.headers.items()},
            self.rfile.read(length),
        )
        if parts.path.startswith("/_sim/"):
            self._send(self.simulator.steer(request))
            return
        answer, ordered = self.simulator.take(request)
        if ordered is not None and ordered.fault == "slow":
            self.simulator.wait(ordered.seconds)
        if answer is None:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self._send(answer)

    def _send(self, answer: SimAnswer) -> None:
        raw = answer.raw()
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(raw)))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(raw)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = _serve

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Stay silent: what was asked is in `Simulator.requests`."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no error of the simulator."""


def make_server(simulator: Simulator, host: str = "127.0.0.1", port: int = 0) -> ThreadingHTTPServer:
    """Return a server for `simulator`, bound but not serving yet; port 0 takes a free one."""
    handler = type(f"{simulator.name.title()}Handler", (_Handler,), {"simulator": simulator})
    return _Server((host, port), handler)


@contextmanager
def running(simulator: Simulator, port: int = 0) -> Iterator[str]:
    """Serve `simulator` on a thread and give its address, `http://127.0.0.1:<port>`."""
    server = make_server(simulator, port=port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        simulator.release()
        server.shutdown()
        server.server_close()
        thread.join()
