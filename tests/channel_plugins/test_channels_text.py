"""Helpers for text that every channel uses."""

import base64
import unicodedata
from urllib.parse import quote

import pytest

from channel_plugins.text import length, nfc, plain_text, redact, shorten, slug


def test_length_counts_letters_as_outlets_do() -> None:
    assert length(unicodedata.normalize("NFD", "Trường")) == 6


def test_normal_form_reaches_into_lists_and_mappings() -> None:
    apart = unicodedata.normalize("NFD", "ở")
    assert nfc({apart: [apart, (apart,), 1]}) == {"ở": ["ở", ("ở",), 1]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Trường THCS Đồng Tiến, xã Tân An!", "truong-thcs-dong-tien-xa-tan-an"),
        ("bai-17/r3", "bai-17-r3"),
        ("🎉 ???", ""),
        ("a" * 200, "a" * 80),
    ],
)
def test_slugs(text: str, expected: str) -> None:
    assert slug(text) == expected


@pytest.mark.parametrize(
    ("text", "longest", "expected"),
    [
        ("Cô và trò", 9, "Cô và trò"),
        ("Cô và trò", 8, "Cô và…"),
        ("Cô và, trò", 7, "Cô và…"),
        ("Khaigiảng", 5, "Khai…"),
        ("Cô", 0, ""),
    ],
)
def test_shortening_ends_at_a_word(text: str, longest: int, expected: str) -> None:
    assert shorten(text, longest) == expected
    assert len(shorten(text, longest)) <= longest


def test_plain_text_keeps_paragraphs_and_leaves_out_what_cannot_be_read() -> None:
    html = "<h2>Tin  vui</h2><p>Cô &amp;\n trò<br>vui</p><table><tr><td>1</td></tr></table>"
    html += "<figure><figcaption>x</figcaption></figure><ul><li>một</li><li>hai</li></ul><script>alert(1)</script>"
    assert plain_text(html) == "Tin vui\nCô & trò\nvui\nmột\nhai"


@pytest.mark.parametrize("form", [str, lambda s: quote(s, safe=""), lambda s: base64.b64encode(s.encode()).decode()])
def test_secrets_are_hidden_in_every_form(form: object) -> None:
    secret = "p@ss/word+1"
    shown = redact(f"before {form(secret)} after", [secret])  # type: ignore[operator]
    assert shown == "before ••• after"


def test_the_longer_of_two_secrets_goes_first() -> None:
    assert redact("x abcd1234 y", ["abcd", "abcd1234"]) == "x ••• y"


def test_very_short_secrets_do_not_eat_the_text() -> None:
    assert redact("năm 1 và 2", ["1"]) == "năm 1 và 2"
