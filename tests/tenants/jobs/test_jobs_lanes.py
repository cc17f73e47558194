"""Threads of a worker are shared: one outlet at a time, and a slow service keeps to its share."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from flask import Flask

from tenants.db import transaction
from tenants.jobs import places, queue
from tenants.jobs.worker import Registry, Worker


@pytest.fixture
def registry(app: Flask) -> Iterator[Registry]:
    """The application's registry, emptied for the test."""
    before = app.extensions["loa.registry"]
    app.extensions["loa.registry"] = Registry()
    yield app.extensions["loa.registry"]
    app.extensions["loa.registry"] = before


def enqueue(app: Flask, kind: str, lane: str | None = None, sublane: str | None = None, **args: int) -> None:
    with app.app_context(), transaction():
        queue.enqueue(kind, lane=lane, sublane=sublane, **args)


def claim(app: Flask, full: tuple[str, ...] = ()) -> list[int]:
    with app.app_context(), transaction():
        return [job.args["n"] for job in queue.claim("w", 1, full_lanes=full)]


def test_outlet_that_is_being_called_is_left_to_whoever_calls_it(app: Flask) -> None:
    for n, account in enumerate(("1:1", "1:1", "1:2")):
        enqueue(app, "thu", "zalo", account, n=n)
    enqueue(app, "thu", n=3)
    assert [claim(app), claim(app), claim(app), claim(app)] == [[0], [2], [3], []]


def test_full_lane_is_passed_over(app: Flask) -> None:
    enqueue(app, "thu", "zalo", "1:1", n=0)
    enqueue(app, "thu", "facebook", "1:2", n=1)
    assert [claim(app, ("zalo",)), claim(app, ("zalo",)), claim(app)] == [[1], [], [0]]


def test_dead_service_does_not_hold_the_others_up(
    app: Flask, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two threads, six calls of a service that never answers, and another service that does."""
    monkeypatch.setattr(places, "SLOW", 0.05)
    gate, done = threading.Event(), threading.Event()
    answered: list[int] = []

    def hang(n: int) -> None:
        gate.wait(10)

    def answer(n: int) -> None:
        answered.append(n)
        if len(answered) == 3:
            done.set()

    registry.add("chet", hang)
    registry.add("song", answer)
    for n in range(6):
        enqueue(app, "chet", "zalo", f"1:{n}", n=n)
    for n in range(3):
        enqueue(app, "song", "facebook", f"2:{n}", n=n)
    running = Worker(app, threads=2)
    thread = threading.Thread(target=running.run_forever, kwargs={"poll": 0.02})
    thread.start()
    try:
        assert done.wait(10), answered
        assert not gate.is_set()
    finally:
        running.shut()
        gate.set()
        thread.join(10)


def test_work_of_one_outlet_follows_without_waiting_for_the_next_look(app: Flask, registry: Registry) -> None:
    done = threading.Event()
    order: list[int] = []

    def work(n: int) -> None:
        order.append(n)
        if n == 19:
            done.set()

    registry.add("thu", work)
    for n in range(20):
        enqueue(app, "thu", "zalo", "1:1", n=n)
    running = Worker(app, threads=4)
    thread = threading.Thread(target=running.run_forever, kwargs={"poll": 5.0})
    thread.start()
    try:
        assert done.wait(4), "twenty short calls must not wait for a look every five seconds"
    finally:
        running.shut()
        thread.join(10)
    assert order == list(range(20))
