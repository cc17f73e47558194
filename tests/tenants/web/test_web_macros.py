"""The building blocks of pages: what a reader, a keyboard and a screen reader get from them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from flask_babel import Babel
from flask_wtf import FlaskForm
from flask_wtf.csrf import CSRFProtect
from jinja2 import StrictUndefined
from lxml import html
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, SelectMultipleField, StringField, widgets
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired

from tenants.content import states as article_states
from tenants.publishing import states as delivery_states
from tenants.web import assets


@pytest.fixture(scope="module")
def pages() -> Flask:
    app = Flask("pages", template_folder=str(assets.STATIC_FOLDER.parent / "templates"))
    app.static_folder = str(assets.STATIC_FOLDER)
    app.secret_key = "khoa-thu"
    app.jinja_env.undefined = StrictUndefined
    Babel(app, default_locale="vi")
    CSRFProtect(app)
    assets.init_app(app)
    app.add_url_rule("/list", "list", lambda: "")
    app.add_template_filter(lambda moment: "20:15 20/11/2026", "gio")
    return app


def render(pages: Flask, source: str, **values: Any) -> Any:
    """Return the fragment that ``source`` makes, as a tree."""
    with pages.test_request_context():
        template = pages.jinja_env.from_string('{% import "macros/ui.html" as ui %}' + source)
        return html.fragment_fromstring(template.render(values), create_parent="div")


def one(tree: Any, path: str) -> Any:
    found = tree.xpath(path)
    assert len(found) == 1, f"{path}: {len(found)} in {html.tostring(tree, encoding='unicode')}"
    return found[0]


def text(element: Any) -> str:
    return str(element.text_content()).strip()


class Form(FlaskForm):  # type: ignore[misc]
    title = StringField("Tiêu đề", [DataRequired("Hãy nhập tiêu đề.")], description="Ngắn gọn.")
    agree = BooleanField("Tôi đã kiểm tra", [DataRequired("Hãy đánh dấu.")])
    levels = SelectMultipleField(
        "Cấp học",
        choices=[SelectChoice("a", "Mầm non"), SelectChoice("b", "Tiểu học")],
        widget=widgets.ListWidget(prefix_label=False),
        option_widget=widgets.CheckboxInput(),
    )


def refused_form(pages: Flask) -> Form:
    with pages.test_request_context():
        form = Form(MultiDict({"levels": ["z"]}), meta={"csrf": False})
        form.validate()
    return form


LABELLED = [
    *[("article", state, label) for state, label in article_states.LABELS.items()],
    *[("delivery", state, label) for state, label in delivery_states.LABELS.items()],
]


@pytest.mark.parametrize(("kind", "state", "label"), LABELLED, ids=[f"{kind}-{state}" for kind, state, _ in LABELLED])
def test_a_state_is_shown_in_words_with_an_icon(pages: Flask, kind: str, state: str, label: Any) -> None:
    tree = render(pages, "{{ ui.state_chip(kind, state) }}", kind=kind, state=state)
    with pages.test_request_context():
        assert text(tree) == str(label)
    assert tree.xpath(".//svg/use")


def test_a_refused_field_tells_a_screen_reader_what_is_wrong(pages: Flask) -> None:
    tree = render(pages, "{{ ui.field(form.title) }}", form=refused_form(pages))
    box = one(tree, ".//input")
    said = [text(one(tree, f".//*[@id='{ident}']")) for ident in box.get("aria-describedby").split()]
    assert box.get("aria-invalid") == "true"
    assert said == ["Ngắn gọn.", "Hãy nhập tiêu đề."]
    assert one(tree, ".//label").get("for") == box.get("id")


def test_a_group_of_boxes_has_a_legend_and_a_label_for_each_box(pages: Flask) -> None:
    tree = render(pages, "{{ ui.field(form.levels) }}", form=refused_form(pages))
    assert text(one(tree, ".//fieldset/legend")) == "Cấp học"
    boxes = tree.xpath(".//input")
    assert [text(one(tree, f".//label[@for='{box.get('id')}']")) for box in boxes] == ["Mầm non", "Tiểu học"]
    assert tree.xpath(".//*[@class='field-error']")


def test_the_summary_of_errors_leads_to_each_field(pages: Flask) -> None:
    form = refused_form(pages)
    tree = render(pages, "{{ ui.error_summary(form) }}{% for f in form %}{{ ui.field(f) }}{% endfor %}", form=form)
    links = [link.get("href") for link in tree.xpath(".//a")]
    assert links == ["#title", "#agree", "#levels"]
    for link in links:
        one(tree, f".//*[@id='{link[1:]}']")


def test_a_posting_button_carries_token_question_and_hidden_values(pages: Flask) -> None:
    tree = render(
        pages, "{{ ui.button_post('/go', 'Gỡ bài', 'danger', confirm='Gỡ \"bài\"?', hidden={'version': 3}) }}"
    )
    form = one(tree, ".//form[@method='post'][@action='/go']")
    assert form.get("data-confirm") == 'Gỡ "bài"?'
    assert one(form, ".//input[@name='csrf_token']").get("value")
    assert one(form, ".//input[@name='version']").get("value") == "3"


def test_a_button_of_an_icon_alone_has_a_name(pages: Flask) -> None:
    tree = render(pages, "{{ ui.button_post('/up', 'Chuyển lên', sign='arrow-up', icon_only=true) }}")
    assert text(one(tree, ".//button")) == "Chuyển lên"


def test_progress_asks_again_only_while_work_is_left(pages: Flask) -> None:
    running = one(render(pages, "{{ ui.progress(3, 14, '/p') }}"), "./div")
    finished = one(render(pages, "{{ ui.progress(14, 14, '/p') }}"), "./div")
    assert running.get("hx-get") == "/p"
    assert finished.get("hx-get") is None
    assert "3/14" in text(running)


def test_pages_of_a_list_keep_the_filter(pages: Flask) -> None:
    tree = render(pages, "{{ ui.pagination({'page': 2, 'pages': 3}, 'list', state='draft') }}")
    assert [link.get("href") for link in tree.xpath(".//a")] == ["/list?page=1&state=draft", "/list?page=3&state=draft"]
    assert not render(pages, "{{ ui.pagination({'page': 1, 'pages': 1}, 'list') }}").xpath(".//nav")


def test_bars_are_as_long_as_their_numbers_and_the_numbers_are_written(pages: Flask) -> None:
    rows = [{"label": "THCS A", "value": 8}, {"label": "THCS B", "value": 2}, {"label": "THCS C", "value": 0}]
    tree = render(pages, "{{ ui.bar_chart(rows, 'Tin bài') }}", rows=rows)
    assert [bar.get("width") for bar in tree.xpath(".//rect[starts-with(@class, 'bar')]")] == ["100.0%", "25.0%"]
    assert [text(cell) for cell in tree.xpath(".//td[@class='number']")] == ["8", "2", "0"]


@pytest.mark.parametrize("values", [[], [0], [0, 0], [3], [1, 4, 2]])
def test_a_line_has_a_point_and_a_table_row_for_each_number(pages: Flask, values: list[int]) -> None:
    points = [{"label": f"T{at}", "value": value} for at, value in enumerate(values)]
    tree = render(pages, "{{ ui.line_chart(points, 'Theo tháng') }}", points=points)
    assert len(tree.xpath(".//circle")) == len(values)
    assert [text(cell) for cell in tree.xpath(".//td")] == [str(value) for value in values]


def test_texts_of_people_are_never_markup(pages: Flask) -> None:
    evil = "<script>alert(1)</script>"
    entry = {"title": evil, "who": evil, "when": evil, "text": evil}
    source = "{{ ui.compare(x, x) }}{{ ui.timeline([e]) }}{{ ui.alert('bad', x, x) }}{{ ui.media_card(1, x, x, x, x) }}"
    tree = render(pages, source, x=evil, e=entry)
    assert not tree.xpath(".//script")
    assert text(tree).count(evil) >= 7


def test_texts_for_scripts_survive_quotes(pages: Flask) -> None:
    form = one(render(pages, "<form {{ ui.autosave('/s', \"bài 'một'\", '/in') }}></form>"), ".//form")
    assert form.get("data-draft-key") == "bài 'một'"
    assert json.loads(form.get("data-texts"))["saved"] == "Đã lưu lúc {time}"
