"""The English catalogue is complete: every text of the interface has its English words, with the same placeholders."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
METHODS = [("**.py", "python"), ("**.html", "jinja2")]
KEYWORDS = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


@pytest.fixture(scope="module")
def texts() -> set[str]:
    found: set[str] = set()
    for package in ("channel_plugins", "tenants", "district"):
        for _file, _line, message, _comments, _context in extract_from_dir(ROOT / package, METHODS, keywords=KEYWORDS):
            assert isinstance(message, str), message
            found.add(message)
    return found


@pytest.fixture(scope="module")
def english() -> Catalog:
    with (ROOT / "tenants/translations/en/LC_MESSAGES/messages.po").open("rb") as stream:
        return read_po(stream)


def test_every_text_has_its_english_words(texts: set[str], english: Catalog) -> None:
    known = {message.id for message in english if message.string}
    assert sorted(texts - known) == []


def test_no_translation_is_left_over(texts: set[str], english: Catalog) -> None:
    assert sorted(str(message.id) for message in english if message.id and message.id not in texts) == []


def test_placeholders_are_the_same(english: Catalog) -> None:
    for message in english:
        if message.id:
            assert sorted(PLACEHOLDER.findall(str(message.id))) == sorted(PLACEHOLDER.findall(str(message.string)))


def test_texts_do_not_begin_or_end_with_spaces(texts: set[str]) -> None:
    assert [text for text in texts if text != text.strip()] == []
