"""Workers that die at a chosen step, against simulators in processes of their own, on a clock that is moved by hand.

A worker is a forked child of the test: it inherits the application, works until nothing is due and ends, or kills
itself with SIGKILL at the n-th step. Steps are the calls to services (before and after each) and the commits of the
database (before and after each).
"""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
import signal
import smtplib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from multiprocessing.connection import Connection
from typing import Any
from urllib.parse import urlsplit

import requests
from flask import Flask
from requests.adapters import HTTPAdapter
from sqlalchemy import event
from sqlalchemy.orm import Session

from channel_plugins.simulators.server import make_server
from tenants import clock
from tenants.db import db
from tenants.jobs.worker import Worker

START = dt.datetime(2026, 11, 18, 1, 30, tzinfo=dt.UTC)
"""Half past eight in the morning at the schools."""

_context = multiprocessing.get_context("spawn")


@dataclass(frozen=True)
class Service:
    """A simulator in another process, steered over its own addresses."""

    place: str

    @property
    def url(self) -> str:
        return f"http://{self.place}"

    def state(self) -> dict[str, Any]:
        return requests.get(f"{self.url}/_sim/state", timeout=10).json()

    def steer(self, what: str, **body: Any) -> Any:
        answer = requests.post(f"{self.url}/_sim/{what}", json=body, timeout=10)
        answer.raise_for_status()
        return answer.json()


def _serve(make: Callable[[], Any], tell: Connection) -> None:
    simulator = make()
    server = make_server(simulator)
    tell.send(f"127.0.0.1:{server.server_address[1]}")
    server.serve_forever(poll_interval=0.05)


@contextmanager
def service(make: Callable[[], Any]) -> Iterator[Service]:
    """Run the simulator that ``make`` (importable from anywhere) gives, while the block runs."""
    here, there = _context.Pipe(duplex=False)
    process = _context.Process(target=_serve, args=(make, there), daemon=True)
    process.start()
    try:
        assert here.poll(30), "the simulator did not start"
        yield Service(here.recv())
    finally:
        process.kill()
        process.join()


class Steps:
    """Counts the steps of delivering in this process and kills it at one of them; other jobs do not count.

    Args:
        die_at: the number of a step, or "before METHOD /path" and "after METHOD /path" of a call to a service.
    """

    def __init__(self, die_at: int | str) -> None:
        self.die_at = die_at
        self.seen = 0
        self.delivering = False
        self.lock = threading.Lock()

    def reach(self, name: str = "") -> None:
        with self.lock:
            if not self.delivering:
                return
            self.seen += 1
            if self.die_at == self.seen or (isinstance(self.die_at, str) and fnmatchcase(name, self.die_at)):
                os.kill(os.getpid(), signal.SIGKILL)

    def watch(self, app: Flask) -> None:
        """Count every call to a service and every commit of delivering from now on."""
        handlers = app.extensions["loa.registry"].handlers
        for kind, handler in list(handlers.items()):
            handlers[kind] = self._noted(kind == "publishing.deliver", handler)
        send, reply = HTTPAdapter.send, smtplib.SMTP.getreply

        def watched_send(adapter: HTTPAdapter, request: Any, *args: Any, **kwargs: Any) -> Any:
            place = f"{request.method} {urlsplit(request.url).path}"
            self.reach(f"before {place}")
            answer = send(adapter, request, *args, **kwargs)
            self.reach(f"after {place}")
            return answer

        def watched_reply(connection: smtplib.SMTP) -> Any:
            self.reach()
            answer = reply(connection)
            self.reach()
            return answer

        HTTPAdapter.send = watched_send
        smtplib.SMTP.getreply = watched_reply
        event.listen(Session, "before_commit", lambda _session: self.reach())
        event.listen(Session, "after_commit", lambda _session: self.reach())

    def _noted(self, delivering: bool, handler: Callable[..., Any]) -> Callable[..., Any]:
        def noted(**args: Any) -> Any:
            self.delivering = delivering
            return handler(**args)

        return noted


def work(app: Flask, die_at: int | str = 0) -> bool:
    """Let a worker in a child process do all that is due; return whether it died at ``die_at`` (0: never)."""
    with app.app_context():
        db.engine.dispose()
    child = os.fork()
    if child == 0:
        try:
            with app.app_context():
                db.engine.dispose(close=False)
            Steps(die_at).watch(app)
            Worker(app, threads=1).run_until_idle()
        except BaseException:
            import traceback

            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    _pid, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.WEXITSTATUS(status) == 0, "the worker failed"
    return False


def until_settled(app: Flask, services: list[Service], settled: Callable[[], bool], rounds: int = 60) -> None:
    """Move the clocks on and let workers work until ``settled``; the pauses grow as they do in life."""
    pause = dt.timedelta(minutes=3)
    for _round in range(rounds):
        if settled():
            return
        move(pause, services)
        work(app)
    raise AssertionError("some deliveries never came to an end")


class Moving:
    """The clock of the test: ``clock.frozen`` at a moment that ``move`` shifts."""

    now = START


def move(by: dt.timedelta, services: list[Service]) -> None:
    """Move the clock of the program and of the simulators."""
    Moving.now += by
    clock._process_frozen[-1] = Moving.now
    for one in services:
        one.steer("clock", seconds=by.total_seconds())


@contextmanager
def moving_clock() -> Iterator[None]:
    """Hold the clock at ``START`` until ``move`` shifts it."""
    Moving.now = START
    with clock.frozen(START):
        yield
