"""The system's Chromium for tests that need a real browser, and a server for an application under test."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]

expect.set_options(timeout=20_000)  # the pages wait a moment before they save, and test machines are busy


def chromium() -> str:
    """Return the path of the system's Chromium; without one skip the test, with a reason that says what to install."""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    pytest.skip("NO CHROMIUM FOUND, browser tests do not run: install Debian's package 'chromium'")


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Start Chromium, closed at the end; each of its contexts is a person with cookies of their own."""
    path = chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def browser_context(width: int = 1280, height: int = 800) -> Iterator[BrowserContext]:
    """Open a browser with empty storage, closed at the end."""
    with open_browser() as browser:
        yield browser.new_context(viewport={"width": width, "height": height}, locale="vi-VN")


class _Quiet(WSGIRequestHandler):
    """Tells of failures only; a line for every picture and script would bury them."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve ``app`` from a thread; yield its address without a slash at the end."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
