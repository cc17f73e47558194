"""The networks of a test in the browser: simulators beside the service, and time that passes when the test says so."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

from builders import run_jobs_and_periodic_work
from flask import Flask

from channel_plugins import build_manager, simulators
from channel_plugins.simulators import Started
from district.config import Config
from district.demo import services
from tenants import clock

MORNING = 9
"""The hour at which the tests begin: no network is quiet then."""

_NOT_READ = {
    "LOA_DATABASE_URL": "sqlite:////khong-mo",
    "LOA_SECRET_KEY": "khoa-thu-nghiem-khong-dung-that-0123456789",
    "LOA_SECRETS_KEYS": base64.urlsafe_b64encode(b"k" * 32).decode(),
    "LOA_DATA_DIR": "/khong-mo",
    "LOA_BASE_URL": "http://localhost",
}
"""What a configuration must hold besides the channels, of which alone something is read here."""


class Networks:
    """Simulators that run, by name, and one clock for them and the service."""

    def __init__(self, app: Flask, started: Mapping[str, Started]) -> None:
        self.app, self.started = app, started
        self._time = ExitStack()
        now = clock.now()
        morning = clock.local(now).replace(hour=MORNING, minute=0, second=0, microsecond=0).astimezone(dt.UTC)
        self._hold(morning, morning - now)

    def _hold(self, moment: dt.datetime, moved: dt.timedelta) -> None:
        self._time.close()
        self._time.enter_context(clock.frozen(moment))
        for one in self.started.values():
            one.simulator.advance(moved.total_seconds())

    def pass_minutes(self, minutes: int) -> None:
        """Let time pass, minute by minute, with a worker that does what is due."""
        for _minute in range(minutes):
            run_jobs_and_periodic_work(self.app)
            self._hold(clock.now() + dt.timedelta(minutes=1), dt.timedelta(minutes=1))
        run_jobs_and_periodic_work(self.app)

    def end(self) -> None:
        """Give the time back."""
        self._time.close()

    def address(self, name: str) -> str:
        """Return the address of a simulator, without a slash at the end."""
        return self.started[name].address

    def setting(self, name: str, label: str) -> str:
        """Return what a simulator says that one must fill in."""
        lines = dict(line.split(": ", 1) for line in self.started[name].settings if ": " in line)
        return lines[label]

    def simulator(self, name: str) -> Any:
        """Return a simulator itself, to steer it."""
        return self.started[name].simulator


@contextmanager
def networks(app: Flask, port: int) -> Iterator[Networks]:
    """Run every simulator; the application's channels talk to them while the block runs.

    Args:
        port: where the application is served; simulators may fetch its pictures.
    """
    before = app.extensions["loa.channels"]
    with ExitStack() as stack:
        started = {name: stack.enter_context(simulators.start(name)) for name in simulators.KNOWN}
        told = Config.from_env({**_NOT_READ, **services.environment(started, port)})
        app.extensions["loa.channels"] = build_manager(
            options=told.channel_options, private_hosts=told.simulator_hosts, clock=clock.now
        )
        running = Networks(app, started)
        try:
            yield running
        finally:
            running.end()
            app.extensions["loa.channels"] = before
