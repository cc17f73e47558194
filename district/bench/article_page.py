"""A public article page against a bare Flask "hello" under the same gunicorn."""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import requests

from district.bench import client
from district.bench.rows import Row
from district.cli_paths import GUNICORN_CONF

ROUNDS = 5
SECONDS = 2.0


def measure(env: Mapping[str, str], article_path: str) -> Row:
    """Return the row: pages a second of both, in turn, medians of ``ROUNDS``.

    Args:
        env: configuration of an installation with a published article.
        article_path: its public address, from the root.
    """
    with (
        _gunicorn("wsgi:create_app()", env, article_path) as ours,
        _gunicorn("district.bench.hello:create_app()", {}, "/") as hello,
    ):
        rates: dict[str, list[float]] = {"ours": [], "hello": []}
        for _n in range(ROUNDS):
            rates["hello"].append(client.rate(hello, "/", SECONDS))
            rates["ours"].append(client.rate(ours, article_path, SECONDS))
    return Row.of(
        "public article page, pages/s",
        statistics.median(rates["ours"]),
        statistics.median(rates["hello"]),
        ">= 0.5",
    )


@contextmanager
def _gunicorn(application: str, env: Mapping[str, str], path: str) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "-c", str(GUNICORN_CONF), "--log-level", "error", application],
        env={**os.environ, **env, "LOA_BIND": f"127.0.0.1:{port}"},
        cwd=Path(__file__).resolve().parents[2],
    )
    try:
        _wait(port, path)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait(port: int, path: str) -> None:
    for _n in range(120):
        try:
            answer = requests.get(f"http://127.0.0.1:{port}{path}", timeout=5, headers={"Host": f"localhost:{port}"})
        except (requests.ConnectionError, requests.Timeout):
            time.sleep(0.25)
            continue
        answer.raise_for_status()
        return
    raise RuntimeError("the server does not answer")
