"""HTTP for channels: limits, allowed hosts, hidden secrets, and what each failure means.

The line itself is played by a script, or by a server on this machine where only a real socket proves the point.
"""

import json
import socket
import threading
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests

from channel_plugins import Account, ChannelError, GiveUp, NeedsPerson, TryAgain, Unsure, addresses
from channel_plugins.addresses import PublicAdapter, RefusedAddress, is_private, public_addresses
from channel_plugins.errors import LONGEST_WAIT
from channel_plugins.http import Answer, Http, Timeouts, raise_for_status, retry_after
from channel_plugins.testing import FakeTransport, Reply, lost_answer, no_connection, reply, timed_out

TOKEN = "tok-0123456789abcdef"
ACCOUNT = Account("acc-1", "postbox", {}, {"token": TOKEN})
URL = "https://api.example.com/v1/posts"


def make_http(*replies: Reply, **options: object) -> tuple[Http, FakeTransport]:
    transport = FakeTransport(replies)
    return Http(["api.example.com"], transport=transport, **options), transport  # type: ignore[arg-type]


def test_an_answer_comes_back_with_its_parts() -> None:
    http, transport = make_http(reply({"tên": "Tru\u031bo\u031b\u0300ng"}, X_Limit="5"))
    answer = http.get(URL, ACCOUNT, params={"q": "a b"})
    assert (answer.status, answer.ok, answer.headers["x-limit"]) == (200, True, "5")
    assert answer.json() == {"tên": "Trường"}
    assert transport.calls[0].url == f"{URL}?q=a+b"


def test_every_call_has_both_time_limits() -> None:
    http, transport = make_http(reply({}), timeouts=Timeouts(connect=2, read=7))
    http.get(URL, ACCOUNT)
    assert transport.calls[0].timeout == (2, 7)


def test_text_goes_out_in_normal_form() -> None:
    http, transport = make_http(reply({}), reply({}))
    apart = unicodedata.normalize("NFD", "Trường")
    http.post(URL, ACCOUNT, repeatable=False, json_body={"title": apart})
    http.post(URL, ACCOUNT, repeatable=False, data={"title": apart})
    assert transport.calls[0].json() == {"title": "Trường"}
    assert transport.calls[1].body == b"title=Tr%C6%B0%E1%BB%9Dng"


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example.com/x",
        "http://api.example.com/x",
        "https://api.example.com.evil.example/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://user:pass@api.example.com/x",
        "ftp://api.example.com/x",
        "file:///etc/passwd",
        "https:///x",
    ],
)
def test_nothing_is_sent_to_a_host_that_is_not_allowed(url: str) -> None:
    http, transport = make_http(reply({}))
    with pytest.raises(NeedsPerson, match="Cài đặt kênh"):
        http.get(url, ACCOUNT)
    assert transport.calls == []


def test_an_account_may_bring_its_own_host_but_no_private_one() -> None:
    http, transport = make_http(reply({}))
    assert http.get("https://site.hoamai.edu.vn/x", ACCOUNT, hosts=["site.hoamai.edu.vn"]).ok
    with pytest.raises(NeedsPerson):
        http.get("https://169.254.169.254/x", ACCOUNT, hosts=["169.254.169.254"])
    assert len(transport.calls) == 1


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "10.1.2.3", "192.168.1.1", "172.16.0.1", "169.254.169.254", "0.0.0.0", "::1", "fe80::1", "fd00::1",
     "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::808:808", "2002:7f00:1::", "2002:a00:7::1", "::7f00:1",
     "::ffff:0:a00:7"],
)  # fmt: skip
def test_private_addresses_are_known(host: str) -> None:
    assert is_private(host)
    assert is_private("::ffff:" + host) or ":" in host


@pytest.mark.parametrize("host", ["8.8.8.8", "2606:4700::1111", "example.com", "64:ff9b::808:808", "::ffff:8.8.8.8"])
def test_public_addresses_are_known(host: str) -> None:
    assert not is_private(host)


def test_a_name_with_one_private_address_among_public_ones_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [(2, 1, 6, "", (address, 443)) for address in ("8.8.8.8", "10.0.0.7")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: rows)
    with pytest.raises(RefusedAddress):
        public_addresses("rebound.example.com", 443)


def test_a_reading_call_follows_a_redirect_to_an_allowed_host_without_the_token() -> None:
    http, transport = make_http(
        reply({}, status=302, Location="/v2/posts"),
        reply({}, status=301, Location="https://cdn.example.com/posts"),
        reply({"ok": 1}),
    )
    headers = {"Authorization": f"Bearer {TOKEN}"}
    assert http.get(URL, ACCOUNT, headers=headers, hosts=["cdn.example.com"]).json() == {"ok": 1}
    assert [call.url for call in transport.calls[1:]] == [
        "https://api.example.com/v2/posts",
        "https://cdn.example.com/posts",
    ]
    assert "Authorization" in transport.calls[1].headers
    assert "Authorization" not in transport.calls[2].headers


def test_a_redirect_to_another_host_is_not_followed() -> None:
    http, transport = make_http(reply({}, status=302, Location="https://evil.example.com/"))
    with pytest.raises(NeedsPerson):
        http.get(URL, ACCOUNT)
    assert len(transport.calls) == 1


def test_redirects_in_a_circle_end() -> None:
    http, _ = make_http(*[reply({}, status=302, Location=URL)] * 9)
    with pytest.raises(GiveUp):
        http.get(URL, ACCOUNT)


def test_a_creating_call_never_follows_a_redirect() -> None:
    http, transport = make_http(reply({}, status=307, Location=f"{URL}/again"))
    with pytest.raises(Unsure):
        raise_for_status(http.post(URL, ACCOUNT, repeatable=False))
    assert len(transport.calls) == 1


@pytest.mark.parametrize("repeatable", [True, False])
def test_no_connection_means_nothing_happened(repeatable: bool) -> None:
    http, _ = make_http(no_connection())
    with pytest.raises(TryAgain):
        http.post(URL, ACCOUNT, repeatable=repeatable)


@pytest.mark.parametrize("fault", [lost_answer(), timed_out()])
def test_a_lost_answer_is_unsure_for_a_creating_call_only(fault: Reply) -> None:
    http, _ = make_http(fault, fault)
    with pytest.raises(Unsure):
        http.post(URL, ACCOUNT, repeatable=False)
    with pytest.raises(TryAgain):
        http.post(URL, ACCOUNT, repeatable=True)


def test_an_answer_beyond_the_size_limit_is_not_read_on() -> None:
    http, _ = make_http(Reply(200, b"x" * 2_000), Reply(200, b"x" * 2_000), most_bytes=1_000)
    with pytest.raises(TryAgain, match="larger than 1000"):
        http.get(URL, ACCOUNT)
    with pytest.raises(Unsure):
        http.post(URL, ACCOUNT, repeatable=False)


def test_an_answer_that_drips_for_too_long_is_given_up() -> None:
    seconds = iter(range(0, 1_000, 40))
    http, _ = make_http(Reply(200, b"x" * 50_000), clock=lambda: float(next(seconds)), timeouts=Timeouts(total=60))
    with pytest.raises(TryAgain, match="took longer"):
        http.get(URL, ACCOUNT)


@pytest.mark.parametrize(
    ("status", "repeatable", "kind"),
    [
        (400, False, GiveUp),
        (401, False, NeedsPerson),
        (403, False, NeedsPerson),
        (404, True, GiveUp),
        (408, False, TryAgain),
        (409, False, GiveUp),
        (413, False, GiveUp),
        (422, False, GiveUp),
        (429, False, TryAgain),
        (500, False, Unsure),
        (500, True, TryAgain),
        (503, False, Unsure),
        (503, True, TryAgain),
        (304, False, Unsure),
    ],
)
def test_every_status_has_its_kind(status: int, repeatable: bool, kind: type[ChannelError]) -> None:
    with pytest.raises(kind) as raised:
        raise_for_status(Answer(status, {}, b"why", repeatable=repeatable))
    assert f"status {status}: why" in raised.value.detail


def test_a_good_status_comes_through() -> None:
    answer = Answer(201, {}, b"{}")
    assert raise_for_status(answer) is answer


def test_rate_limits_pause_the_account_for_as_long_as_asked() -> None:
    with pytest.raises(TryAgain) as raised:
        raise_for_status(Answer(429, {"retry-after": "90"}, b""))
    assert raised.value.after == timedelta(seconds=90)
    assert raised.value.pause_account


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("120", timedelta(seconds=120)),
        ("Sat, 05 Sep 2026 08:10:00 GMT", timedelta(minutes=10)),
        ("Sat, 05 Sep 2026 07:00:00 GMT", timedelta(0)),
        ("soon", None),
        ("", None),
        ("²", None),
        ("999999999999999999999", LONGEST_WAIT),
        ("Sat, 05 Sep 9999 08:10:00 GMT", LONGEST_WAIT),
    ],
)
def test_retry_after_is_read_as_seconds_or_date(written: str, expected: timedelta | None) -> None:
    assert retry_after({"retry-after": written}, datetime(2026, 9, 5, 8, 0, tzinfo=UTC)) == expected


def test_no_service_keeps_an_item_waiting_for_years() -> None:
    assert TryAgain(after=timedelta(days=40_000)).after == LONGEST_WAIT
    assert TryAgain(after=timedelta(days=1)).after == timedelta(days=1)


@pytest.mark.parametrize(
    "told",
    [
        "GET https://nguoi:bi-mat-1@may.example.vn/x failed",
        "Set-Cookie: phien=bi-mat-1; Path=/",
        "oa_secret_key='bi-mat-1'",
        '{"page_access_token": "bi-mat-1"}',
    ],
)
def test_no_credential_stands_in_the_detail_of_an_error(told: str) -> None:
    assert "bi-mat-1" not in str(TryAgain(detail=told))


def test_broken_json_is_unsure_for_a_creating_call() -> None:
    with pytest.raises(Unsure):
        Answer(200, {}, b"<html>", repeatable=False).json()
    with pytest.raises(TryAgain):
        Answer(200, {}, b"<html>", repeatable=True).json()


def test_secrets_are_in_no_log_and_no_error(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", logger="channel_plugins")
    echo = reply({"error": f"bad token {TOKEN}"}, status=400)
    http, _ = make_http(echo, no_connection(), secrets=["app-secret-1"])
    with pytest.raises(GiveUp) as refused:
        raise_for_status(http.get(f"{URL}/{TOKEN}/app-secret-1?access_token={TOKEN}", ACCOUNT))
    with pytest.raises(TryAgain) as unreachable:
        http.get(f"{URL}/{TOKEN}", ACCOUNT)
    shown = f"{refused.value} {refused.value.detail} {unreachable.value} {unreachable.value.__cause__} {caplog.text}"
    assert TOKEN not in shown
    assert "app-secret-1" not in shown
    assert "api.example.com" in caplog.text


class _Service(BaseHTTPRequestHandler):
    """A service that answers, or takes the request and hangs up, as the path says."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen.append(json.loads(body))  # type: ignore[attr-defined]
        if self.path == "/hang-up":
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
            return
        self.send_response(201)
        self.send_header("Content-Length", "11")
        self.end_headers()
        self.wfile.write(b'{"id": "1"}')

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def service() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Service)
    server.seen = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_simulator_on_this_machine_is_reached_when_it_is_named(service: ThreadingHTTPServer) -> None:
    place = f"127.0.0.1:{service.server_address[1]}"
    with Http([], private_hosts=[place]) as http:
        answer = http.post(f"http://{place}/posts", ACCOUNT, repeatable=False, json_body={"a": 1})
    assert answer.json() == {"id": "1"}
    assert service.seen == [{"a": 1}]  # type: ignore[attr-defined]


def test_the_same_machine_is_refused_when_it_is_not_named(service: ThreadingHTTPServer) -> None:
    place = f"127.0.0.1:{service.server_address[1]}"
    with Http(["127.0.0.1"]) as http, pytest.raises(NeedsPerson):
        http.post(f"http://{place}/posts", ACCOUNT, repeatable=False, json_body={})
    assert service.seen == []  # type: ignore[attr-defined]


def test_a_public_name_that_leads_to_this_machine_is_refused_on_the_connection(
    service: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", service.server_address[1]))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: rows)
    with Http(["rebound.example.com"]) as http, pytest.raises(NeedsPerson, match="mạng nội bộ"):
        http.post("https://rebound.example.com/posts", ACCOUNT, repeatable=False, json_body={})
    assert service.seen == []  # type: ignore[attr-defined]


def test_a_name_that_does_not_exist_means_nothing_happened(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(*args: object, **kwargs: object) -> None:
        raise socket.gaierror("no such name")

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    with Http(["gone.example.com"]) as http, pytest.raises(TryAgain):
        http.post("https://gone.example.com/posts", ACCOUNT, repeatable=False, json_body={})


def test_a_service_that_takes_the_request_and_hangs_up_leaves_us_unsure(service: ThreadingHTTPServer) -> None:
    place = f"127.0.0.1:{service.server_address[1]}"
    with Http([], private_hosts=[place]) as http, pytest.raises(Unsure):
        http.post(f"http://{place}/hang-up", ACCOUNT, repeatable=False, json_body={"a": 1})
    assert service.seen == [{"a": 1}]  # type: ignore[attr-defined]


def test_a_port_where_nobody_listens_means_nothing_happened() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{unused.getsockname()[1]}"
        with Http([], private_hosts=[place]) as http, pytest.raises(TryAgain):
            http.post(f"http://{place}/posts", ACCOUNT, repeatable=False, json_body={})


def test_a_checked_address_is_the_one_that_is_connected_to(
    service: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = service.server_address[1]
    rows = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]
    real = socket.getaddrinfo
    monkeypatch.setattr(addresses, "is_private", lambda host: False)
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda host, *rest, **kw: rows if host == "box.example.com" else real(host, *rest, **kw)
    )
    with requests.Session() as session:
        session.mount("http://", PublicAdapter())
        answer = session.post(f"http://box.example.com:{port}/posts", json={"a": 1}, timeout=5)
    assert answer.json() == {"id": "1"}


def test_one_object_serves_many_threads(service: ThreadingHTTPServer) -> None:
    place = f"127.0.0.1:{service.server_address[1]}"
    with Http([], private_hosts=[place]) as http:

        def work(number: int) -> None:
            for _ in range(5):
                http.post(f"http://{place}/posts", ACCOUNT, repeatable=False, json_body={"n": number})

        threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(seen["n"] for seen in service.seen) == sorted(list(range(4)) * 5)  # type: ignore[attr-defined]
