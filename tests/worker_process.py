"""A worker in a process of its own, for tests that kill it: stops at a named point and says so.

The process is a forked child of the test, so that it has the application at once.
"""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from flask import Flask

from channel_plugins import (
    Account,
    Channel,
    ChannelInfo,
    Limits,
    LookUp,
    NeedsPerson,
    Outcome,
    Payload,
    Post,
    Preview,
    Receipt,
    build_manager,
    hookimpl,
)
from channel_plugins.reach import Host
from channel_plugins.settings import ChannelSettings, secret_field
from channel_plugins.types import Sent
from tenants.db import db
from tenants.jobs.worker import Worker
from tenants.publishing import deliver
from tenants.publishing.deliver import Timing

LEASE = dt.timedelta(seconds=0.8)
TIMING = Timing(remote=0.7, local=2.5, margin=0.1, queue=0.1)
PATIENCE = 20.0
"""Seconds to wait for a message before the test fails."""

_context = multiprocessing.get_context("fork")


@dataclass
class Stop:
    """Tells the test that a point was reached and, if it is the one, waits there to be killed."""

    pipe: Connection
    at: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def reach(self, point: str) -> None:
        with self.lock:
            self.pipe.send(point)
        if point == self.at:
            threading.Event().wait()


class Ledger(Channel):
    """An outlet that is a file of lines: whatever was published once stays published."""

    limits = Limits(can_look_up=True)

    def __init__(self, path: Path, name: str = "so_ghi", answers: bool = True, stop: Stop | None = None) -> None:
        super().__init__()
        self.path = path
        self.answers = answers
        self.stop = stop
        self.info = ChannelInfo(  # type: ignore[misc]
            name=name,
            label=f"Sổ ghi {name}",
            description="Một dòng cho mỗi lần đăng.",
            icon="broadcast",
            outlet="remote",
            repeat_is_safe=False,
            doc="",
        )

    def render(self, post: Post, account: Account) -> Payload:
        return Payload(self.info.name, {"title": post.title})

    def preview(self, payload: Payload) -> Preview:
        return Preview("text", payload.data["title"])

    def lines(self) -> list[str]:
        """The keys of everything that was published, in order, repetitions included."""
        return self.path.read_text().split() if self.path.exists() else []

    def publish(self, payload: Payload, key: str, account: Account, host: Host) -> Receipt:
        self._reach("before-store")
        handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(handle, f"{key}\n".encode())
        os.close(handle)
        self._reach("after-store")
        return Receipt(key, f"https://so.example.vn/{key}")

    def look_up(self, key: str, account: Account, sent: Sent) -> LookUp:
        self._reach("looking")
        if not self.answers:
            return LookUp.cannot_tell("Sổ này không cho xem lại.")
        found = key in self.lines()
        return LookUp.found(Receipt(key, f"https://so.example.vn/{key}")) if found else LookUp.not_there()

    def _reach(self, point: str) -> None:
        if self.stop is not None:
            self.stop.reach(point)


class Rotating(Ledger):
    """A ledger that takes a post only with its newest key, or the one before it; each renewal makes a new key."""

    class SettingsSchema(ChannelSettings):
        """The key."""

        key = secret_field("Chìa khóa", "Chìa khóa của sổ.", "khoa-0")

    @property
    def keys(self) -> Path:
        """The file of the keys that were given out, oldest first."""
        return self.path.with_name("keys")

    def given(self) -> list[str]:
        """The keys that were given out."""
        return self.keys.read_text().split() if self.keys.exists() else []

    def renew(self, account: Account, keep: Callable[[Mapping[str, str]], None]) -> None:
        self._reach("rotating")
        if account.secrets["key"] not in ["khoa-0", *self.given()][-2:]:
            raise NeedsPerson("Chìa khóa đã hết hiệu lực.")
        new = f"khoa-{len(self.given()) + 1}"
        with self.keys.open("a") as file:
            file.write(f"{new}\n")
        self._reach("rotated")
        keep({"key": new})
        self._reach("kept")

    def publish(self, payload: Payload, key: str, account: Account, host: Host) -> Receipt:
        if account.secrets["key"] != self.given()[-1]:
            raise NeedsPerson("Chìa khóa đã cũ.")
        return super().publish(payload, key, account, host)


class LedgerPlugin:
    """Three ledgers: one can be looked up, one tells nothing, one wants a new key now and then."""

    def __init__(self, path: Path, stop: Stop | None = None) -> None:
        self.channels = [
            Ledger(path, stop=stop),
            Ledger(path, "so_kin", answers=False, stop=stop),
            Rotating(path, "so_xoay", stop=stop),
        ]
        self.stop = stop

    @hookimpl
    def district_channels(self) -> list[Ledger]:
        return self.channels

    @hookimpl
    def district_delivery_finished(self, outcome: Outcome) -> None:
        if self.stop is not None:
            self.stop.reach(f"end:{outcome.state}:{outcome.delivery_key}")


def run(app: Flask, path: Path, pipe: Connection, stop_at: str, threads: int) -> None:
    """Work until killed. The points in order: claimed, before-store, after-store, answered, recorded; and looking."""
    with app.app_context():
        db.engine.dispose(close=False)
    stop = Stop(pipe, stop_at)
    app.extensions["loa.channels"] = build_manager(extra=[LedgerPlugin(path, stop)])
    record = deliver._record

    def slow_record(*args: Any) -> Any:
        stop.reach("answered")
        return record(*args)

    def handle(delivery_id: int) -> dt.datetime | None:
        stop.reach("claimed")
        again = deliver.deliver(delivery_id, TIMING)
        stop.reach("recorded")
        return again

    deliver._record = slow_record
    app.extensions["loa.registry"].handlers["publishing.deliver"] = handle
    Worker(app, threads, LEASE).run_forever(poll=0.05)


@dataclass
class Running:
    """A worker process and what it has said."""

    process: Any
    pipe: Connection
    said: list[str] = field(default_factory=list)

    def wait_for(self, wanted: str, times: int = 1) -> list[str]:
        """Wait until messages that begin with ``wanted`` came so often; return them."""
        while len(found := [word for word in self.said if word.startswith(wanted)]) < times:
            assert self.pipe.poll(PATIENCE), f"waited for {wanted}, heard {self.said}"
            self.said.append(self.pipe.recv())
        return found

    def kill(self) -> None:
        """Kill the process as a power cut would."""
        self.process.kill()
        self.process.join(10)


@contextmanager
def worker_process(app: Flask, path: Path, stop_at: str = "", threads: int = 1) -> Iterator[Running]:
    """Run a worker in another process while the block runs; it is killed at the end."""
    with app.app_context():
        db.engine.dispose()
    ours, theirs = _context.Pipe(duplex=False)
    process = _context.Process(target=run, args=(app, path, theirs, stop_at, threads), daemon=True)
    process.start()
    theirs.close()
    running = Running(process, ours)
    try:
        yield running
    finally:
        running.kill()
        process.close()
        ours.close()


__all__ = ["Ledger", "LedgerPlugin", "worker_process"]
