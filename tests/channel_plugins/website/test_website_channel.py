"""The website channel: the unit's own public site."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from channel_plugins import NeedsPerson
from channel_plugins.testing import FakeHost, sample_account, sample_media, sample_post
from channel_plugins.types import Account, Sent
from channel_plugins.website.channel import WebsiteChannel

WEBSITE = WebsiteChannel()


def account(**raw: object) -> Account:
    return sample_account(WEBSITE, raw)


def codes(post: object) -> set[str]:
    return {problem.code for problem in WEBSITE.check(post, account()) if problem.severity == "error"}  # type: ignore[arg-type]


def test_an_ordinary_post_is_accepted() -> None:
    assert codes(sample_post()) == set()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"title": "  "}, "title.missing"),
        ({"title": "a" * 201}, "title.too_long"),
        ({"summary": ""}, "summary.missing"),
        ({"summary": "a" * 501}, "summary.too_long"),
        ({"body_text": ""}, "text.missing"),
        ({"media": (sample_media(alt=""),)}, "media.alt_missing"),
        ({"media": (sample_media(content_type="image/tiff"),)}, "media.type"),
    ],
)
def test_what_the_page_cannot_take_is_an_error(changes: dict[str, object], code: str) -> None:
    assert codes(sample_post(**changes)) == {code}


def test_lengths_are_counted_in_composed_letters() -> None:
    assert codes(sample_post(title="u\u031b\u0300" * 200)) == set()


def test_the_address_is_that_of_the_article_on_the_units_site() -> None:
    payload = WEBSITE.render(sample_post(), account())
    receipt = WEBSITE.publish(payload, "k-3", account(), FakeHost())
    assert receipt.url == "https://hoamai.example.edu.vn/tin-bai/khai-giang"
    assert receipt.remote_id == "k-3"


@pytest.mark.parametrize(
    "elsewhere", ["", "https://other.example.edu.vn/x", "https://hoamai.example.edu.vn.evil.example/x"]
)
def test_an_article_without_an_address_on_the_site_gets_one_from_its_key(elsewhere: str) -> None:
    payload = WEBSITE.render(sample_post(canonical_url=elsewhere), account())
    receipt = WEBSITE.publish(payload, "Bài 17 / r3", account(), FakeHost())
    assert receipt.url == "https://hoamai.example.edu.vn/tin-bai/bai-17-r3"


def test_publishing_again_is_the_same_publication_and_can_be_read_back() -> None:
    payload = WEBSITE.render(sample_post(), account())
    first = WEBSITE.publish(payload, "k-3", account(), FakeHost())
    assert WEBSITE.publish(payload, "k-3", account(), FakeHost()) == first
    assert WEBSITE.look_up("k-3", account(), Sent(payload, datetime(2026, 9, 5, tzinfo=UTC))).receipt == first


def test_a_unit_without_a_site_is_told_where_to_enter_it() -> None:
    nowhere = replace(account(), site_url="")
    with pytest.raises(NeedsPerson, match="Cài đặt đơn vị"):
        WEBSITE.publish(WEBSITE.render(sample_post(), nowhere), "k-3", nowhere, FakeHost())


def test_a_correction_keeps_the_address_and_changes_the_hash() -> None:
    first = WEBSITE.publish(WEBSITE.render(sample_post(), account()), "k-3", account(), FakeHost())
    second = WEBSITE.edit(first, WEBSITE.render(sample_post(title="Sửa"), account()), account(), FakeHost())
    assert (second.url, second.remote_id) == (first.url, first.remote_id)
    assert second.detail["text_hash"] != first.detail["text_hash"]
    WEBSITE.retract(second, account())


@pytest.mark.parametrize(("style", "byline"), [("name", "Trần Thị Mẫu"), ("unit", "Trường THCS Hoa Mai"), ("none", "")])
def test_the_unit_chooses_what_stands_under_an_article(style: str, byline: str) -> None:
    assert WEBSITE.render(sample_post(), account(author_style=style)).data["byline"] == byline


def test_preview_shows_the_article_with_its_picture_texts() -> None:
    preview = WEBSITE.preview(WEBSITE.render(sample_post(title="Cô & trò"), account()))
    assert "<h1>Cô &amp; trò</h1>" in preview.content
    assert "<p>Sáng 05/9/2026" in preview.content
    assert preview.notes == ("Ảnh 1: Học sinh trồng cây trong vườn trường",)
