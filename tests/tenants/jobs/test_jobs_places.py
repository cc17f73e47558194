"""Places of a worker: what waits gives its place free, and one lane never has them all."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tenants.jobs import places
from tenants.jobs.places import Places
from tenants.jobs.queue import Claimed


@pytest.fixture
def pass_time(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Return what moves the clock that only grows, in seconds."""
    now = [1000.0]
    monkeypatch.setattr(places.time, "monotonic", lambda: now[0])

    def move(seconds: float) -> None:
        now[0] += seconds

    return move


def job(ident: int, lane: str | None = None, sublane: str | None = None) -> Claimed:
    return Claimed(ident, "thu", None, {}, 1, 8, lane, sublane)


def test_working_jobs_fill_the_threads(pass_time: Callable[[float], None]) -> None:
    made = Places(2)
    made.take([job(1), job(2)])
    assert not made.free()
    made.leave(1)
    assert made.free()


def test_job_that_waits_gives_its_place_free(pass_time: Callable[[float], None]) -> None:
    made = Places(1)
    made.take([job(1)])
    assert not made.free()
    pass_time(places.SLOW)
    assert made.free()


def test_outlet_that_was_slow_waits_from_the_start_for_a_while(pass_time: Callable[[float], None]) -> None:
    made = Places(1)
    made.take([job(1, "zalo", "7:1")])
    pass_time(places.SLOW)
    made.leave(1)
    made.take([job(2, "zalo", "7:1")])
    assert made.free()
    made.leave(2)
    pass_time(places.SLOW_FOR + 1)
    made.take([job(3, "zalo", "7:1")])
    assert not made.free()


def test_waiting_jobs_are_limited_and_one_lane_gets_half(pass_time: Callable[[float], None]) -> None:
    made = Places(1)
    for ident in range(places.MOST_WAITING // 2):
        assert made.full_lanes() == []
        made.take([job(ident, "zalo", f"7:{ident}")])
        pass_time(places.SLOW)
        assert made.free()
    assert made.full_lanes() == ["zalo"]
    for ident in range(places.MOST_WAITING // 2, places.MOST_WAITING):
        made.take([job(ident, "facebook", f"8:{ident}")])
        pass_time(places.SLOW)
    assert not made.free()
