"""A running service for tests in the browser: the application, a worker in a thread, people who come and go."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from browser import open_browser, served
from builders import PersonRef
from flask import Flask
from flows.visitor import DESK, Visitor
from flows.world import World, make_world
from playwright.sync_api import Browser

from tenants.jobs.worker import Worker


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


@pytest.fixture
def place(app: Flask) -> World:
    return make_world(app)


@pytest.fixture
def address(app: Flask, place: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The service with its worker, at an address of its own."""
    worker = Worker(app, threads=1)
    working = threading.Thread(target=worker.run_forever, kwargs={"poll": 0.25})
    with served(app) as where:
        monkeypatch.setitem(app.config, "LOA_BASE_URL", where)
        working.start()
        yield where
        worker.stop.set()
        working.join()


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Callable[..., Visitor]]:
    """Return a function that opens a window for a person, or for somebody without an account."""
    opened: list[Visitor] = []

    def come(person: PersonRef | None = None, width: int = DESK) -> Visitor:
        visitor = Visitor(browser, address, width)
        opened.append(visitor)
        if person is not None:
            visitor.sign_in(person)
        return visitor

    yield come
    for visitor in opened:
        visitor.leave()
