"""A person at a browser window: what they press, type and see, and a watch over what no page may do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from builders import PASSWORD, PersonRef
from playwright.sync_api import Browser, ConsoleMessage, Error, Locator, Response, expect

PHONE, DESK = 390, 1280
"""Widths of windows in CSS pixels."""

_LOOKS = 60
_SECOND = 1_000

LOOK_OVER = """addEventListener('load', () => requestAnimationFrame(() => {
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) console.error(`TOO WIDE: ${root.scrollWidth} in ${root.clientWidth}`);
  const ids = [...document.querySelectorAll('[id]')].map((element) => element.id);
  const twice = ids.filter((id, place) => ids.indexOf(id) !== place);
  if (twice.length) console.error(`SAME ID: ${twice}`);
  const asked = 'input:not([type=hidden]), select, textarea, button, a[href], img';
  const named = (element) => element.labels?.length || element.ariaLabel || element.title || element.textContent.trim()
    || element.getAttribute('aria-labelledby') || element.hasAttribute('alt') || element.querySelector('img[alt]');
  const nameless = [...document.querySelectorAll(asked)].filter((one) => one.checkVisibility() && !named(one));
  if (nameless.length) console.error(`NO NAME: ${nameless.map((element) => element.outerHTML.slice(0, 120))}`);
  if (document.querySelector('h1') === null) console.error('NO HEADING');
}));"""
"""Every page that opens looks itself over and complains like a broken script: wider than the window, two elements of
one id, something to press or fill in that has no name for those who do not see it."""


class Visitor:
    """One person with their own cookies.

    Everything a page of the service complains about is kept: errors of scripts and of the content policy, answers that
    were refused or failed, pages wider than the window. ``leave`` asserts that there was nothing.
    """

    def __init__(self, browser: Browser, address: str, width: int = DESK) -> None:
        self.address = address
        self.context = browser.new_context(
            viewport={"width": width, "height": 800}, locale="vi-VN", reduced_motion="reduce"
        )
        self.context.add_init_script(LOOK_OVER)
        self.context.on("console", self._hear)
        self.context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        self.context.on("response", self._note)
        self.page = self.context.new_page()
        self.page.set_default_timeout(20_000)
        self.complaints: list[str] = []
        self.refusals: set[int] = set()

    def _hear(self, message: ConsoleMessage) -> None:
        where = message.page.url if message.page else ""
        if message.type in ("error", "warning") and where.startswith(self.address):
            self.complaints.append(f"{where}: {message.text}")

    def _note(self, response: Response) -> None:
        if response.status >= 500:
            self.complaints.append(f"{response.url}: {response.status}")

    def leave(self) -> None:
        """Close the window; no page may have complained."""
        self.context.close()
        left = [text for text in self.complaints if not any(f"status of {one} " in text for one in self.refusals)]
        assert not left, "\n".join(left)

    @contextmanager
    def refused(self, status: int) -> Iterator[None]:
        """Do something that the server answers with ``status``; the browser's notes of that are no complaints."""
        yield
        self.refusals.add(status)
        assert any(f"status of {status} " in text for text in self.complaints), f"no answer {status}"

    def open(self, path: str) -> None:
        """Go to a path of the service."""
        self.page.goto(self.address + path)

    def sign_in(self, person: PersonRef) -> None:
        """Sign in by the form; leads to the start page of the person's unit."""
        self.open("/sign-in")
        self.sign_in_here(person)

    def sign_in_here(self, person: PersonRef) -> None:
        """Fill in the sign-in form of this page."""
        self.type("Tên đăng nhập", person.sign_in_name)
        self.type("Mật khẩu", PASSWORD)
        self.press("Đăng nhập")
        self.sees(f"Chào {person.name}")

    def box(self, label: str) -> Locator:
        """Return the field with this label."""
        return self.page.get_by_label(re.compile(rf"^{re.escape(label)}( \*)?$")).first

    def type(self, label: str, text: str) -> None:
        """Fill a field; dates as YYYY-MM-DD."""
        self.box(label).fill(text)

    def choose(self, label: str, option: str) -> None:
        """Choose from a list by the words that are shown."""
        self.box(label).select_option(label=option)

    def tick(self, label: str) -> None:
        """Tick a box."""
        self.box(label).check()

    def press(self, name: str) -> None:
        """Press a button."""
        self.page.get_by_role("button", name=name, exact=True).first.click()

    def confirm(self, name: str) -> None:
        """Press the button of the question that came up."""
        self.page.get_by_role("dialog").get_by_role("button", name=name, exact=True).click()

    def follow(self, name: str) -> None:
        """Follow a link."""
        self.page.get_by_role("link", name=name, exact=True).first.click()

    def sees(self, *texts: str) -> None:
        """Assert that each text can be seen on the page."""
        for text in texts:
            expect(self.page.get_by_text(text).locator("visible=true").first).to_be_visible()

    def sees_not(self, *texts: str) -> None:
        """Assert that none of the texts can be seen."""
        for text in texts:
            expect(self.page.get_by_text(text).locator("visible=true")).to_have_count(0)

    def reloads_until(self, text: str) -> None:
        """Reload, as people do, until the worker has come so far that ``text`` can be seen."""
        for _look in range(_LOOKS):
            try:
                self.page.get_by_text(text).locator("visible=true").first.wait_for(timeout=_SECOND / 2)
                return
            except Error:
                self.page.reload()
        raise AssertionError(f"never seen: {text}")

    def takes(self, link: str) -> tuple[str, bytes]:
        """Download what a link offers; return the file's name and bytes."""
        with self.page.expect_download() as caught:
            self.follow(link)
        return caught.value.suggested_filename, Path(caught.value.path()).read_bytes()
