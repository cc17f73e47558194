"""A load client that costs little: ready-made requests over kept-alive connections, in processes of its own."""

from __future__ import annotations

import multiprocessing
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

PROCESSES = 2
CONNECTIONS = 8
"""Connections of each process; they are served in turn."""


def rate(port: int, path: str, seconds: float) -> float:
    """Return how many pages a second a server on this machine gives.

    Args:
        port: where it listens on 127.0.0.1.
        path: the page, answered with 200 and a Content-Length.
        seconds: how long to ask.

    Raises:
        RuntimeError: an answer was not 200.
    """
    context = multiprocessing.get_context("spawn")
    with context.Pool(PROCESSES) as pool:
        counts = pool.starmap(_ask, [(port, path, seconds)] * PROCESSES)
    return sum(counts) / seconds


def _ask(port: int, path: str, seconds: float) -> int:
    request = f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nAccept: text/html\r\n\r\n".encode()
    with _connections(port) as connections:
        answers = 0
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            for connection in connections:
                connection.sendall(request)
            for connection in connections:
                _read_answer(connection)
                answers += 1
    return answers


@contextmanager
def _connections(port: int) -> Iterator[list[socket.socket]]:
    connections = [socket.create_connection(("127.0.0.1", port), timeout=30) for _n in range(CONNECTIONS)]
    try:
        yield connections
    finally:
        for connection in connections:
            connection.close()


def _read_answer(connection: socket.socket) -> None:
    data = connection.recv(65536)
    while b"\r\n\r\n" not in data:
        data += connection.recv(65536)
    head, _sep, body = data.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(head[:80].decode("latin-1"))
    lower = head.lower()
    place = lower.index(b"content-length:") + len(b"content-length:")
    length = int(lower[place : lower.find(b"\r\n", place) if b"\r\n" in lower[place:] else None])
    left = length - len(body)
    while left > 0:
        left -= len(connection.recv(min(left, 65536)))
