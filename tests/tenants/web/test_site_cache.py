"""The cache in front of the public sites: fast, short-lived, and blind to people with cookies."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from werkzeug.test import Client
from werkzeug.wrappers import Response

from tenants.web.site_cache import CACHE_CONTROL, FRESH, LARGEST_PAGE, STALE, SiteCache


class Behind:
    """A site whose page says how often it was rendered."""

    def __init__(self) -> None:
        self.rendered = 0
        self.status = 200
        self.headers: dict[str, str] = {"Cache-Control": CACHE_CONTROL}
        self.padding = ""
        self.closed = 0

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self.rendered += 1
        text = f"{environ['PATH_INFO']} lần {self.rendered}{self.padding}"
        response = Response(text, self.status, {**self.headers, "X-Request-Id": str(self.rendered)})
        response.add_etag()
        response.call_on_close(self._closed)
        return response(environ, start_response)

    def _closed(self) -> None:
        self.closed += 1


class Clock:
    """A clock that stands until it is told."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def behind() -> Behind:
    """What stands behind the cache."""
    return Behind()


@pytest.fixture
def time() -> Clock:
    """The time of the cache."""
    return Clock()


@pytest.fixture
def site(behind: Behind, time: Clock) -> Client:
    """A reader before the cache."""
    return Client(SiteCache(behind, ("loa", "remember_token"), clock=time), use_cookies=False)


def read(site: Client, path: str = "/s/hoa-sim/", **options: Any) -> str:
    return site.get(path, **options).get_data(as_text=True)


def test_second_reader_gets_what_the_first_one_got(site: Client, behind: Behind) -> None:
    assert read(site) == read(site) == "/s/hoa-sim/ lần 1"
    assert (behind.rendered, behind.closed) == (1, 1)


def test_changed_page_is_seen_within_five_seconds(site: Client, behind: Behind, time: Clock) -> None:
    assert STALE < 5
    read(site)
    behind.status = 404
    time.now += STALE
    assert site.get("/s/hoa-sim/").status_code == 404
    assert site.get("/s/hoa-sim/").status_code == 404


def test_one_request_renews_while_the_others_do_not_wait(behind: Behind, time: Clock) -> None:
    others: list[str] = []

    class SlowBehind(Behind):
        def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
            if self.rendered == 1:
                others.append(read(site))
            return super().__call__(environ, start_response)

    site = Client(SiteCache(SlowBehind(), (), clock=time), use_cookies=False)
    read(site)
    time.now += FRESH
    assert read(site).endswith("lần 2")
    assert others == ["/s/hoa-sim/ lần 1"]


def test_nobody_waits_for_a_renewal_that_never_comes(behind: Behind, time: Clock) -> None:
    late: list[str] = []

    class StuckBehind(Behind):
        def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
            if self.rendered == 1:
                self.rendered += 1
                time.now += STALE - FRESH
                late.append(read(site))
            return super().__call__(environ, start_response)

    site = Client(SiteCache(StuckBehind(), (), clock=time), use_cookies=False)
    read(site)
    time.now += FRESH
    read(site)
    assert late == ["/s/hoa-sim/ lần 3"]


def test_page_counts_from_when_its_rendering_began(time: Clock) -> None:
    class Slow(Behind):
        def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
            time.now += 10
            return super().__call__(environ, start_response)

    site = Client(SiteCache(Slow(), (), clock=time), use_cookies=False)
    assert [read(site)[-1] for _ in range(2)] == ["1", "2"]


@pytest.mark.parametrize(
    "headers", [{"Cookie": "loa=abc"}, {"Cookie": "x=1; remember_token=abc"}, {"Authorization": "Bearer x"}]
)
def test_known_people_pass_by_in_both_directions(site: Client, behind: Behind, headers: dict[str, str]) -> None:
    assert read(site, headers=headers).endswith("lần 1")
    assert read(site).endswith("lần 2")
    assert read(site, headers=headers).endswith("lần 3")
    assert read(site).endswith("lần 2")


@pytest.mark.parametrize(
    "headers",
    [
        {"Cache-Control": "private, no-store"},
        {},
        {"Cache-Control": CACHE_CONTROL, "Set-Cookie": "loa=abc"},
    ],
)
def test_only_what_calls_itself_public_is_kept(site: Client, behind: Behind, headers: dict[str, str]) -> None:
    behind.headers = headers
    assert read(site) != read(site)


@pytest.mark.parametrize("path", ["/u/hoa-sim/", "/o/hoa-sim/", "/api/v1/x", "/media/hoa-sim/1/full", "/sign-in"])
def test_only_public_sites_are_kept(site: Client, path: str) -> None:
    assert read(site, path) != read(site, path)


def test_errors_and_changes_are_not_kept(site: Client, behind: Behind) -> None:
    behind.status = 500
    assert read(site) != read(site)
    behind.status = 200
    assert site.post("/s/hoa-sim/").get_data(as_text=True) != site.post("/s/hoa-sim/").get_data(as_text=True)


def test_addresses_questions_and_schemes_are_told_apart(site: Client) -> None:
    texts = {
        read(site, "/s/a/"),
        read(site, "/s/b/"),
        read(site, "/s/a/?page=2"),
        read(site, "/s/a/", base_url="https://x"),
    }
    assert len(texts) == 4


def test_unchanged_page_is_not_sent_again(site: Client, behind: Behind) -> None:
    etag = site.get("/s/hoa-sim/").headers["ETag"]
    again = site.get("/s/hoa-sim/", headers={"If-None-Match": etag})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", etag)
    assert site.get("/s/hoa-sim/", headers={"If-None-Match": '"khac"'}).status_code == 200


def test_first_reader_with_an_old_copy_does_not_spoil_the_page(site: Client) -> None:
    assert site.get("/s/hoa-sim/", headers={"If-None-Match": '"cu"'}).status_code == 200
    assert read(site) == "/s/hoa-sim/ lần 1"


def test_asking_for_the_head_alone(site: Client) -> None:
    head = site.head("/s/hoa-sim/")
    assert (head.data, int(head.headers["Content-Length"])) == (b"", len(read(site).encode()))


def test_marks_of_one_request_are_not_handed_to_the_next(site: Client) -> None:
    site.get("/s/hoa-sim/")
    assert "X-Request-Id" not in site.get("/s/hoa-sim/").headers


def test_huge_page_is_sent_and_not_kept(site: Client, behind: Behind) -> None:
    behind.padding = "x" * LARGEST_PAGE
    assert read(site) != read(site)


def test_cache_does_not_grow_without_end(behind: Behind, time: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenants.web.site_cache.MOST_BYTES", 100)
    cache = SiteCache(behind, (), clock=time)
    site = Client(cache, use_cookies=False)
    for number in range(50):
        read(site, f"/s/hoa-sim/?page={number}")
    assert cache._bytes <= 100
    assert len(cache._entries) < 10
