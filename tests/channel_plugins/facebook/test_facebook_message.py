"""The words of a post, what is warned about before it goes out, the preview, and options from the environment."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import Any

import pytest
from marshmallow import ValidationError

from channel_plugins import Account, Post, Problem, build_manager
from channel_plugins.facebook.channel import FacebookChannel
from channel_plugins.facebook.message import same_text
from channel_plugins.testing import sample_account, sample_media, sample_post, sample_settings

CHANNEL = FacebookChannel()


def account(**changes: str) -> Account:
    return sample_account(CHANNEL, {**sample_settings(CHANNEL), "hashtags": "", **changes})


def words(post: Post, **changes: str) -> str:
    return str(CHANNEL.render(post, account(**changes)).data["message"])


def warned(post: Post) -> list[Problem]:
    return [problem for problem in CHANNEL.check(post, account()) if problem.code.startswith("facebook.")]


def test_words_are_title_paragraphs_address_and_hashtags() -> None:
    text = words(sample_post(body_text="Một.\n\n  Hai. "), hashtags="#HoaMai #ThiDua", link_label="Đọc tiếp:")
    assert text == (
        "Khai giảng năm học mới\n\nMột.\n\nHai.\n\n"
        "Đọc tiếp: https://hoamai.example.edu.vn/tin-bai/khai-giang\n\n#HoaMai #ThiDua"
    )


def test_words_are_in_nfc_without_what_nobody_sees() -> None:
    odd = unicodedata.normalize("NFD", "Trường vui") + "\u200b\x00\ud800\u202e"
    assert words(sample_post(title=odd)).startswith("Trường vui\n\n")


@pytest.mark.parametrize(
    ("changes", "settings", "link"),
    [
        ({"media": ()}, {}, "https://hoamai.example.edu.vn/tin-bai/khai-giang"),
        ({}, {}, ""),
        ({"media": ()}, {"link": "text"}, ""),
        ({"media": (), "canonical_url": "http://hoamai.localhost:8000/tin"}, {}, ""),
        ({"media": (), "canonical_url": ""}, {}, ""),
        ({"media": (), "canonical_url": "https://[hong"}, {}, ""),
    ],
)
def test_card_only_where_facebook_takes_one(changes: dict[str, Any], settings: dict[str, str], link: str) -> None:
    assert CHANNEL.render(sample_post(**changes), account(**settings)).data["link"] == link


def test_links_to_facebook_are_told() -> None:
    (warning,) = warned(sample_post(body_text="Xem https://www.facebook.com/hoamai nhé."))
    assert (warning.code, warning.severity) == ("facebook.link_to_facebook", "warning")
    (error,) = warned(sample_post(canonical_url="https://facebook.com/x"))
    assert (error.code, error.severity) == ("facebook.own_address", "error")
    assert warned(sample_post(body_text="Xem https://notfacebook.com/x")) == []


def test_picture_without_description_is_warned_about_by_number() -> None:
    post = sample_post(media=(sample_media("a"), sample_media("b", alt=" ")))
    (warning,) = warned(post)
    assert "Ảnh 2" in warning.sentence and warning.severity == "warning"


def test_webp_is_refused_by_facebook() -> None:
    problems = CHANNEL.check(sample_post(media=(sample_media(content_type="image/webp"),)), account())
    assert [problem.code for problem in problems] == ["media.type"]


def test_preview_shows_words_pictures_and_card() -> None:
    shown = CHANNEL.preview(CHANNEL.render(sample_post(), account())).content
    assert "Khai giảng năm học mới<br>" in shown and "[Ảnh 1: Học sinh trồng cây trong vườn trường]" in shown
    card = CHANNEL.preview(CHANNEL.render(sample_post(media=()), account())).content
    assert "[Thẻ xem trước: https://hoamai.example.edu.vn" in card


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Một\n\nHai ", "Một\nHai", True),
        (unicodedata.normalize("NFD", "Trường"), "Trường", True),
        ("Một", "một", False),
        ("Một hai", "Mộthai", False),
    ],
)
def test_texts_are_the_same_to_a_reader(one: str, other: str, same: bool) -> None:
    assert same_text(one, other) is same


def test_page_number_must_be_one() -> None:
    with pytest.raises(ValidationError, match="chữ số"):
        CHANNEL.load_settings({**sample_settings(CHANNEL), "page_id": "hoamai/../x"})


def test_budget_of_a_page_is_an_option() -> None:
    assert (CHANNEL.limits.max_per_hour, CHANNEL.limits.max_per_day, CHANNEL.limits.least_pause) == (6, 25, 60)
    found = build_manager(
        ["facebook"], options={"facebook": {"posts_per_hour": "0", "posts_per_day": "9", "pause_seconds": "0"}}
    ).get("facebook")
    assert (found.limits.max_per_hour, found.limits.max_per_day, found.limits.least_pause) == (None, 9, None)
    assert replace(found.limits, max_per_hour=6, max_per_day=25, least_pause=60) == CHANNEL.limits
