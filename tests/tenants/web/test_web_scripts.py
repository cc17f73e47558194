"""The scripts of the pages, in a real browser under the real content policy."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from browser import browser_context, served
from flask import Flask, Response, jsonify, render_template_string, request
from flask_babel import Babel
from flask_wtf import FlaskForm
from flask_wtf.csrf import CSRFProtect
from playwright.sync_api import Page, expect
from wtforms import StringField, TextAreaField

from tenants.web import assets
from tenants.web.setup import CONTENT_POLICY

PAGE = """<!doctype html><html lang="vi" data-icons="{{ asset('icons.svg') }}"><head><title>Thử</title>
<meta name="csrf-token" content="{{ csrf_token() }}">
<meta name="htmx-config" content='{"includeIndicatorStyles":false,"allowEval":false}'>
<link rel="icon" href="data:,"><link rel="stylesheet" href="{{ asset('app.css') }}">
<script type="module" src="{{ asset('app.js') }}"></script></head>
<body data-cancel="Thôi" data-confirm-title="Xin xác nhận">{% import "macros/ui.html" as ui %}"""

WRITE = (
    PAGE
    + """<form method="post" {{ ui.autosave('/save', 'bai-1', '/sign-in') }}>{{ ui.csrf() }}
<input type="hidden" name="version" value="1">{{ ui.field(form.title) }}{{ ui.editor(form.body) }}
{{ ui.upload('photo', '/photo', '#photos', 'Ảnh') }}<div class="media-grid" id="photos"></div>
<span data-autosave-status></span>{{ ui.button('Lưu') }}</form></body></html>"""
)

LIST = (
    PAGE
    + """{{ ui.button_post('/go', 'Gỡ bài', 'danger', confirm='Gỡ bài này?') }}
{{ ui.button_post('/send', 'Gửi') }}{{ ui.progress(0, 3, '/progress') }}
<ul class="tree" data-tree="t" data-toggle="Mở hoặc gập"><li class="tree-item" id="node-1">
{{ ui.tree_row({'label': 'I', 'title': 'Mục đích', 'kind': 'section'}) }}<ul><li class="tree-item" id="node-2">
{{ ui.tree_row({'label': '1', 'title': 'Kịp thời', 'kind': 'purpose'}) }}</li></ul></li></ul></body></html>"""
)

WORD = """<p style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>1.</span>Một</p>
<p style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>2.</span>Hai</p>
<p style='mso-list:l0 level2 lfo1'><span style='mso-list:Ignore'>a)</span>Hai a</p>
<p style='mso-list:l1 level1 lfo2'><span style='mso-list:Ignore'>-</span>
<span style='font-weight:bold'>Chấm</span></p>
<table style='width:9cm'><tr><td colspan=2 style='color:red'>Rộng</td></tr><tr><td>1</td><td>2</td></tr></table>"""

PASTE = """html => {
  const clipboardData = new DataTransfer();
  clipboardData.setData('text/html', html);
  const event = new ClipboardEvent('paste', {clipboardData, bubbles: true, cancelable: true});
  document.querySelector('.ProseMirror').dispatchEvent(event);
}"""

PRESS_TWICE = """async button => {
  button.click();
  await new Promise(done => setTimeout(done, 200));
  button.click();
  await new Promise(done => setTimeout(done, 200));
}"""
"""An impatient person at a slow server: the page still stands while its form is on the way."""


class Draft(FlaskForm):  # type: ignore[misc]
    title = StringField("Tiêu đề")
    body = TextAreaField("Nội dung")


@dataclass
class Server:
    """What the pages talk to. ``answer`` is the next answer to a save; ``saved`` what has arrived."""

    app: Flask
    answer: tuple[dict[str, Any], int] = field(
        default_factory=lambda: ({"saved_at": "20:15", "fields": {"version": "2"}}, 200)
    )
    saved: list[dict[str, str]] = field(default_factory=list)
    gone: int = 0
    free: threading.Event = field(default_factory=threading.Event)
    done: int = 0


def make_server() -> Server:
    app = Flask("scripts", template_folder=str(assets.STATIC_FOLDER.parent / "templates"))
    app.static_folder = str(assets.STATIC_FOLDER)
    app.secret_key = "khoa-thu"
    Babel(app, default_locale="vi")
    CSRFProtect(app)
    assets.init_app(app)
    server = Server(app)

    @app.after_request
    def policy(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = CONTENT_POLICY
        return response

    @app.get("/write")
    def write() -> str:
        return render_template_string(WRITE, form=Draft(data={"title": "Cũ", "body": "<p>Chữ cũ</p>"}))

    @app.post("/save")
    def save() -> Any:
        if server.answer[1] == 200:
            server.saved.append(dict(request.form))
        return jsonify(server.answer[0]), server.answer[1]

    @app.post("/photo")
    def photo() -> Any:
        if not request.files["photo"].filename.endswith(".png"):  # type: ignore[union-attr]
            return jsonify(message="Tệp này không phải ảnh."), 422
        return render_template_string(
            '{% import "macros/ui.html" as ui %}{{ ui.media_card(7, "/media/7.jpg", "data:,", "Cây ban") }}'
        )

    @app.get("/list")
    def listing() -> str:
        return render_template_string(LIST)

    @app.post("/go")
    def go() -> str:
        server.gone += 1
        return "Đã gỡ"

    @app.post("/send")
    def send() -> str:
        server.gone += 1
        server.free.wait(20)
        return "Đã gửi"

    @app.get("/progress")
    def progress() -> str:
        server.done += 3
        return render_template_string(
            '{% import "macros/ui.html" as ui %}{{ ui.progress(n, 3, "/progress") }}', n=min(server.done, 3)
        )

    return server


@pytest.fixture(scope="module")
def context() -> Iterator[Any]:
    with browser_context() as opened:
        yield opened


@pytest.fixture
def visit(context: Any) -> Iterator[tuple[Server, Page, str]]:
    """A fresh server and page; at the end nothing may have broken the content policy."""
    server = make_server()
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if "Content Security" in message.text else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    with served(server.app) as address:
        yield server, page, address
        page.close()
    assert complaints == []


def html_of(page: Page) -> str:
    return str(page.locator("textarea[name=body]").evaluate("area => area.value"))


def kept(page: Page) -> str:
    return str(page.evaluate("localStorage.getItem('draft:bai-1') || ''"))


def test_a_paste_from_word_keeps_lists_marks_and_tables(visit: tuple[Server, Page, str]) -> None:
    _, page, address = visit
    page.goto(f"{address}/write")
    page.locator(".ProseMirror").click()
    page.keyboard.press("Control+A")
    page.evaluate(PASTE, WORD)
    assert html_of(page) == (
        "<ol><li><p>Một</p></li><li><p>Hai</p><ol><li><p>Hai a</p></li></ol></li></ol>"
        "<ul><li><p><strong>Chấm</strong></p></li></ul>"
        '<table><tbody><tr><td colspan="2"><p>Rộng</p></td></tr>'
        "<tr><td><p>1</p></td><td><p>2</p></td></tr></tbody></table>"
    )


def test_the_toolbar_is_one_tab_stop_and_says_what_is_pressed(visit: tuple[Server, Page, str]) -> None:
    _, page, address = visit
    page.goto(f"{address}/write")
    toolbar = page.get_by_role("toolbar", name="Định dạng văn bản")
    expect(toolbar.locator("button[tabindex='0']")).to_have_count(1)
    toolbar.get_by_role("button").first.focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("button", name="Tiêu đề nhỏ")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Tiêu đề nhỏ")).to_have_attribute("aria-pressed", "true")
    assert html_of(page) == "<h3>Chữ cũ</h3>"


def test_writing_is_saved_by_itself_with_the_new_version(visit: tuple[Server, Page, str]) -> None:
    server, page, address = visit
    page.goto(f"{address}/write")
    page.locator(".ProseMirror").click()
    page.keyboard.press("End")
    page.keyboard.type(" và mới")
    expect(page.get_by_role("status")).to_have_text("Đã lưu lúc 20:15")
    assert server.saved[0]["body"] == "<p>Chữ cũ và mới</p>"
    expect(page.locator("[name=version]")).to_have_value("2")
    assert kept(page) == ""


def test_a_draft_outlives_an_ended_session(visit: tuple[Server, Page, str]) -> None:
    server, page, address = visit
    server.answer = ({"code": "session-expired", "message": "Hết phiên", "sign_in": "/sign-in"}, 401)
    page.goto(f"{address}/write")
    page.get_by_label("Tiêu đề", exact=True).fill("Viết dở")
    expect(page.get_by_role("status")).to_contain_text("Phiên đăng nhập đã hết. Nội dung được giữ trên máy này.")
    expect(page.get_by_role("link", name="Đăng nhập lại")).to_have_attribute("href", "/sign-in")

    server.answer = ({"saved_at": "20:20"}, 200)
    page.reload()
    page.get_by_role("button", name="Khôi phục nội dung đó").click()
    expect(page.get_by_role("status")).to_have_text("Đã lưu lúc 20:20")
    assert server.saved[-1]["title"] == "Viết dở"
    assert kept(page) == ""


def test_the_second_of_two_writers_is_told_and_loses_nothing(visit: tuple[Server, Page, str]) -> None:
    server, page, address = visit
    server.answer = ({"message": "Cô Lan vừa lưu bài này.", "url": "/compare"}, 409)
    page.goto(f"{address}/write")
    page.get_by_label("Tiêu đề", exact=True).fill("Của tôi")
    expect(page.get_by_role("alert")).to_contain_text("Cô Lan vừa lưu bài này.")
    expect(page.get_by_role("link", name="Xem hai bản")).to_have_attribute("href", "/compare")
    expect(page.get_by_label("Tiêu đề", exact=True)).to_have_value("Của tôi")
    assert ["title", "Của tôi"] in json.loads(kept(page))["values"]
    page.evaluate("localStorage.clear()")


def test_without_a_connection_pressing_save_stays_on_the_page(visit: tuple[Server, Page, str]) -> None:
    server, page, address = visit
    page.goto(f"{address}/write")
    page.context.set_offline(True)
    try:
        page.get_by_label("Tiêu đề", exact=True).fill("Viết trên đường")
        page.get_by_role("button", name="Lưu").click()
        expect(page.get_by_role("status")).to_contain_text("Mất kết nối nên chưa gửi được.")
        assert ["title", "Viết trên đường"] in json.loads(kept(page))["values"]
    finally:
        page.context.set_offline(False)
    expect(page.get_by_role("status")).to_have_text("Đã lưu lúc 20:15")
    assert server.saved[-1]["title"] == "Viết trên đường"


def test_a_photo_is_sent_shown_and_put_into_the_text(visit: tuple[Server, Page, str]) -> None:
    _, page, address = visit
    page.goto(f"{address}/write")
    page.locator("#photo").set_input_files(
        [
            {"name": "a.txt", "mimeType": "text/plain", "buffer": b"x"},
            {"name": "b.png", "mimeType": "image/png", "buffer": b"x"},
        ]
    )
    expect(page.get_by_text("a.txt: Tệp này không phải ảnh.")).to_be_visible()
    page.get_by_role("button", name="Chèn vào bài").click()
    assert '<img src="/media/7.jpg" alt="Cây ban">' in html_of(page)
    page.evaluate("localStorage.clear()")


def test_a_grave_step_is_asked_first(visit: tuple[Server, Page, str]) -> None:
    server, page, address = visit
    page.goto(f"{address}/list")
    page.get_by_role("button", name="Gỡ bài").click()
    page.get_by_role("dialog").get_by_role("button", name="Thôi").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert server.gone == 0
    page.get_by_role("button", name="Gỡ bài").click()
    page.get_by_role("dialog").get_by_role("button", name="Gỡ bài").click()
    expect(page.get_by_text("Đã gỡ")).to_be_visible()
    assert server.gone == 1


def test_a_button_sends_its_form_once_however_often_it_is_pressed(visit: tuple[Server, Page, str]) -> None:
    server, page, address = visit
    page.goto(f"{address}/list")
    page.get_by_role("button", name="Gửi").evaluate(PRESS_TWICE)
    server.free.set()
    expect(page.get_by_text("Đã gửi")).to_be_visible()
    assert server.gone == 1


def test_progress_moves_until_all_is_done(visit: tuple[Server, Page, str]) -> None:
    _, page, address = visit
    page.goto(f"{address}/list")
    expect(page.locator(".progress")).to_contain_text("3/3")
    assert page.locator(".progress").get_attribute("hx-get") is None


def test_a_folded_branch_opens_for_the_node_one_comes_back_to(visit: tuple[Server, Page, str]) -> None:
    _, page, address = visit
    page.goto(f"{address}/list")
    page.get_by_role("button", name="Mở hoặc gập: I").click()
    expect(page.locator("#node-2")).to_be_hidden()
    page.goto(f"{address}/list?moved#node-2")
    expect(page.locator("#node-2")).to_be_visible()
