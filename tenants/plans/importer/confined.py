"""Run a program over an uploaded file where it can do no harm: its own process, folder and home, limits of time,
memory and disk, and no network where the system allows taking it away.

Converters are large programs reading hostile files; what they crash or fill is only their own process.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

_LIMITS = """
import os, resource, sys
seconds, memory, disk = (int(value) for value in sys.argv[1:4])
resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
resource.setrlimit(resource.RLIMIT_FSIZE, (disk, disk))
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
os.execvp(sys.argv[4], sys.argv[4:])
"""
_KEPT_NAMES = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH")
# Programs that honour a proxy find nobody there, should the system refuse to take the network away.
_NO_PROXY_THERE = "http://127.0.0.1:9"


class TooSlow(Exception):
    """The program did not end in time and was stopped with all that it had started."""


class Failed(Exception):
    """The program ended with an error; ``code`` is its exit code, -1 when it could not be started."""

    def __init__(self, name: str, code: int) -> None:
        super().__init__(f"{name}: {code}")
        self.code = code


def run(
    command: Sequence[str],
    folder: Path,
    *,
    data: bytes = b"",
    seconds: int,
    memory: int,
    disk: int = 256 * 1024 * 1024,
    environment: Mapping[str, str] | None = None,
) -> bytes:
    """Return what a program writes to its standard output.

    Args:
        command: the program and its arguments.
        folder: an empty folder of its own, used as working and home folder.
        data: what it reads from standard input.
        seconds: the longest time it may take; processor time counts by the same measure.
        memory: address space in bytes. ``disk``: the largest file it may write, in bytes.

    Raises:
        TooSlow: the time is over.
        Failed: it ended with an error, or there is no such program.
    """
    limits = [sys.executable, "-I", "-c", _LIMITS, str(seconds), str(memory), str(disk)]
    try:
        process = subprocess.Popen(
            [*_without_network(), *limits, *command],
            cwd=folder,
            env={**_environment(folder), **(environment or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise Failed(command[0], -1) from error
    try:
        output, _errors = process.communicate(data, timeout=seconds)
    except subprocess.TimeoutExpired as error:
        _end(process)
        process.communicate()
        raise TooSlow(command[0]) from error
    _end(process)
    if process.returncode == -signal.SIGXCPU:
        raise TooSlow(command[0])
    if process.returncode:
        raise Failed(command[0], process.returncode)
    return output


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the program and whatever it started: a converter leaves helpers behind."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _environment(folder: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in _KEPT_NAMES if name in os.environ}
    nowhere = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), _NO_PROXY_THERE)
    return {**kept, **nowhere, "HOME": str(folder), "TMPDIR": str(folder), "LANG": "C.UTF-8"}


@lru_cache(maxsize=1)
def _without_network() -> tuple[str, ...]:
    """The prefix that gives a program a network of its own with nobody in it; empty where that is not allowed."""
    prefix = ("unshare", "--user", "--net", "--")
    if shutil.which(prefix[0]) is None:
        return ()
    tried = subprocess.run([*prefix, "true"], capture_output=True, check=False, timeout=10)
    return prefix if tried.returncode == 0 else ()
