"""Take a picture of every page of the demonstration, on a phone and on a desk: python tests/screenshots.py FOLDER

Starts the demonstration data in a temporary folder, follows the links of people of every role, and opens each kind of
page once. Ends with an error when a page scrolls sideways, complains in the console or fails.
"""

from __future__ import annotations

import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from browser import open_browser, served
from flask import Flask
from flows.visitor import DESK, LOOK_OVER, PHONE
from playwright.sync_api import Browser, Page
from werkzeug.exceptions import HTTPException

from channel_plugins import simulators
from district.app import create_app
from district.config import Config
from district.demo import runner, services
from tenants.accounts.demo import PASSWORD
from tenants.jobs.worker import Worker

PEOPLE = (
    "chuyenvien.xa", "hieutruong", "giaovien", "thamdinh", "quantriweb", "phatngon", "sep.so",
    "hieutruong.mn", "nguoixem",
)  # fmt: skip
"""Who looks at pages, in this order: a kind of page is taken by the first who comes to it."""

OFTEN = {"home.show", "plans.index", "plans.show", "plans.edit", "plans.node", "articles.show"}
"""Kinds of pages that everyone takes: they look different for each."""

SITE = "/s/th-may-trang/"
WANDERING = ("/u/xa-suoi-mo/khong-co", f"{SITE}khong-co")
"""Addresses nobody should follow; their pages are shown all the same."""

SEARCHES = (f"{SITE}tim-kiem?q=an toan giao thong", f"{SITE}tim-kiem?q=khong co gi")
TALLEST = 3_000
"""Where a picture of a long page ends, in pixels."""

FILES = (
    "file",
    "csv",
    "docx",
    "rss",
    "sitemap",
    "robots",
    "media",
    "static",
    "draft_file",
    "progress_state",
    "healthz",
    "readyz",
)


class Photographer:
    """Opens pages and keeps their pictures in ``folder``; ``complaints`` is what was wrong."""

    def __init__(self, app: Flask, address: str, folder: Path) -> None:
        self.routes = app.url_map.bind("localhost")
        self.address, self.folder = address, folder
        self.complaints: list[str] = []
        self.seen: set[str] = set()

    def endpoint(self, url: str) -> str:
        """Return the kind of page at an address; "" when it is none of ours or a file."""
        parts = urlsplit(url)
        if f"{parts.scheme}://{parts.netloc}" != self.address:
            return ""
        try:
            found = str(self.routes.match(parts.path, "GET")[0])
        except HTTPException:
            return ""
        return "" if any(word in found for word in FILES) else found

    def visitor(self, browser: Browser, name: str) -> Page:
        """Open a window for a person, signed in; "" for somebody without an account."""
        page = browser.new_context(viewport={"width": DESK, "height": 800}, locale="vi-VN").new_page()
        page.add_init_script(LOOK_OVER)
        page.on("console", lambda said: self._complain(page, said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self._complain(page, str(error)))
        if name:
            page.goto(f"{self.address}/sign-in")
            page.get_by_label("Tên đăng nhập").fill(name)
            page.get_by_label("Mật khẩu").fill(PASSWORD)
            page.get_by_role("button", name="Đăng nhập", exact=True).click()
            page.wait_for_url(lambda url: "/sign-in" not in url)
        return page

    def _complain(self, page: Page, text: str) -> None:
        """Note what was said; widths are measured by ``keep``, in both windows."""
        expected = "status of 404" in text and page.url.endswith("khong-co")
        if not expected and not text.startswith("TOO WIDE"):
            self.complaints.append(f"{page.url}: {text}")

    def wander(self, page: Page, person: str) -> None:
        """Follow links from where the page stands until every kind of page was seen."""
        own: set[str] = set()
        waiting = [page.url]
        while waiting:
            url = waiting.pop(0)
            kind = self.endpoint(url)
            if not kind or kind in own:
                continue
            own.add(kind)
            if kind in self.seen and kind not in OFTEN:
                continue
            self.take(page, url, f"{kind}-{person}" if kind in OFTEN else kind)
            waiting += page.evaluate("[...document.querySelectorAll('a[href]')].map((link) => link.href.split('#')[0])")

    def take(self, page: Page, url: str, name: str) -> None:
        """Open a page and keep it in both widths."""
        self.seen.add(name.partition("-")[0])
        answer = page.goto(url)
        if answer is not None and answer.status >= 500:
            self.complaints.append(f"{url}: {answer.status}")
        self.keep(page, name)

    def keep(self, page: Page, name: str) -> None:
        """Keep the page that is open."""
        for width in (DESK, PHONE):
            page.set_viewport_size({"width": width, "height": 800})
            wide = page.evaluate("document.documentElement.scrollWidth")
            if wide > width:
                self.complaints.append(f"{page.url}: {wide} px wide in a window of {width}")
            tall = min(max(int(page.evaluate("document.documentElement.scrollHeight")), 800), TALLEST)
            page.set_viewport_size({"width": width, "height": tall})
            page.screenshot(path=self.folder / f"{name}-{width}.png")
        page.set_viewport_size({"width": DESK, "height": 800})


def import_a_plan(photographer: Photographer, page: Page) -> None:
    """Show the pages between a file and a draft, and those of issuing."""
    sample = Path(__file__).parents[1] / "examples" / "plans" / "ke-hoach-phuong-an-hoa.txt"
    page.goto(f"{photographer.address}/u/xa-suoi-mo/plans/import")
    page.locator("input[type=file]").set_input_files(sample)
    page.get_by_role("button", name="Tải lên và đọc").click()
    page.get_by_role("heading", name="Xem lại những gì đã đọc").wait_for()
    photographer.keep(page, "plans.source")
    page.locator(".tree-row").nth(3).get_by_role("link", name="Sửa").click()
    photographer.keep(page, "plans.read_node")
    page.get_by_role("link", name="Quay lại").click()
    page.get_by_role("button", name="Tạo dự thảo").click()
    draft = page.url
    photographer.wander(page, "imported")
    page.goto(draft)
    page.get_by_role("link", name="Xem toàn văn").click()
    photographer.keep(page, "plans.show-imported")
    page.get_by_role("link", name="Ban hành", exact=True).click()
    page.get_by_label("Số", exact=True).fill("77")
    for box in page.locator("input[name=unit]").all():
        box.check()
    photographer.keep(page, "issuing.choose-filled")
    page.get_by_role("button", name="Xem lại trước khi ban hành").click()
    photographer.keep(page, "issuing.review")
    page.get_by_role("button", name="Ban hành và gửi").click()
    photographer.keep(page, "issuing.progress-begun")
    page.get_by_text("Tất cả đơn vị đã nhận kế hoạch.").wait_for()
    photographer.keep(page, "issuing.progress-done")


def show_the_channels(photographer: Photographer, page: Page, stranger: Page) -> None:
    """Show an item on each network and its further pages, the steps of connecting, and the link without an account."""
    start = f"{photographer.address}/u/th-may-trang/publishing/"
    for name, outlet in (("facebook", "Trang Facebook"), ("zalo", "Zalo OA"), ("email", "Thư điện tử")):
        page.goto(start)
        page.locator("ul.rows li").filter(has_text=outlet).first.get_by_role("link").first.click()
        photographer.take(page, page.url, f"publishing.delivery-{name}")
        if name == "zalo":
            photographer.take(page, f"{page.url}/follow-up", "publishing.show_follow_up")
    page.get_by_role("link", name="Xem từng người nhận").click()
    photographer.take(page, page.url, "audience.letters")
    photographer.take(page, f"{start}outlets/connect/facebook", "publishing.connect")
    page.get_by_role("button", name="Bắt đầu").click()
    photographer.take(page, page.url, "publishing.connect_step")
    page.goto(start)
    page.locator("ul.rows li").filter(has_text="Bản tin phát thanh").first.get_by_role("link").first.click()
    words = page.locator("#confirm-message").input_value()
    path = next(word for word in words.split() if "/x/" in word).partition("/x/")[2]
    photographer.take(stranger, f"{photographer.address}/x/{path}", "confirm.show")


@contextmanager
def demonstration(folder: Path) -> Iterator[tuple[Flask, str]]:
    """Run the demonstration with its worker; yield the application and its address."""
    env = runner.environment(folder, port=0)
    with ExitStack() as networks:
        started = {name: networks.enter_context(simulators.start(name)) for name in simulators.KNOWN}
        env.update(services.environment(started, port=0))
        runner.prepare(env, started)
        app = create_app(Config.from_env(env))
        worker = Worker(app, threads=1)
        working = threading.Thread(target=worker.run_forever)
        address = networks.enter_context(served(app))
        app.config["LOA_BASE_URL"] = address
        working.start()
        try:
            yield app, address
        finally:
            worker.stop.set()
            working.join()


def main(folder: Path) -> int:
    """Take all pictures; return the exit code."""
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as scratch,
        demonstration(Path(scratch)) as (app, address),
        open_browser() as browser,
    ):
        photographer = Photographer(app, address, folder)
        anybody = photographer.visitor(browser, "")
        photographer.take(anybody, f"{address}/sign-in", "auth.sign_in")
        anybody.goto(address + SITE)
        photographer.wander(anybody, "anybody")
        for number, search in enumerate(SEARCHES):
            photographer.take(anybody, address + search, f"site.search-{number}")
        photographer.take(anybody, address + WANDERING[1], "site.missing")
        for person in PEOPLE:
            page = photographer.visitor(browser, person)
            photographer.wander(page, person)
            if person == PEOPLE[0]:
                import_a_plan(photographer, page)
                photographer.take(page, address + WANDERING[0], "missing")
            if person == "quantriweb":
                show_the_channels(photographer, page, anybody)
            page.context.close()
        pages = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
        unseen = sorted(name for name in pages - photographer.seen if not any(word in name for word in FILES))
    for text in photographer.complaints:
        print(text)
    print(f"{len(list(folder.glob('*.png')))} pictures in {folder}; not opened: {', '.join(unseen)}")
    return 1 if photographer.complaints else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
