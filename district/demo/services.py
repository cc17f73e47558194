"""The services of the demonstration: simulators of the networks beside it, so that every channel can be tried."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from channel_plugins import simulators
from channel_plugins.simulators import Started

FIRST_PORT = 101
"""The simulators listen on the demonstration's port plus this, plus one for each."""

HOSTS = "LOA_SIMULATOR_HOSTS"


@contextmanager
def running(folder: Path, port: int, say: Callable[[str], None]) -> Iterator[dict[str, Started]]:
    """Run every simulator while the block runs; their worlds are kept in ``folder``.

    One whose port is taken is left out with a sentence: the rest of the demonstration works without it.
    """
    kept = folder / "services"
    kept.mkdir(parents=True, exist_ok=True)
    started: dict[str, Started] = {}
    with ExitStack() as stack:
        for number, name in enumerate(simulators.KNOWN):
            place = port + FIRST_PORT + number
            try:
                started[name] = stack.enter_context(simulators.start(name, place, kept / name))
            except OSError:
                say(f"Cổng {place} đang được dùng nên máy chủ giả «{name}» không chạy; các phần khác vẫn dùng được.")
        yield started


def environment(started: Mapping[str, Started], port: int) -> dict[str, str]:
    """Return what the service must be told so that its channels find the simulators, and these our pictures."""
    env: dict[str, str] = {}
    hosts = [f"localhost:{port}"]
    for one in started.values():
        for line in one.settings:
            name, sign, value = line.partition("=")
            if sign and name == HOSTS:
                hosts += value.split(",")
            elif sign and name.startswith("LOA_"):
                env[name] = value
    return {**env, HOSTS: ",".join(hosts)}
