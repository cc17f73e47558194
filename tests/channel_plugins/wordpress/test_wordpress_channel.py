"""The WordPress channel against the contract, and its pure parts."""

from dataclasses import replace

import pytest
from marshmallow import ValidationError

from channel_plugins import Account, GiveUp, NeedsPerson, Post, Receipt, Unsure
from channel_plugins.suites.wordpress import CONVERSATION, Suite
from channel_plugins.testing import (
    PICTURE,
    FakeHost,
    FakeTransport,
    Reply,
    reply,
    sample_account,
    sample_media,
    sample_post,
)
from channel_plugins.wordpress import WordPressChannel, body
from channel_plugins.wordpress.site import hosts_of


class TestWordPress(Suite):
    """Every check of the contract, inherited."""


def published_with(replies: list[Reply]) -> tuple[FakeTransport, Receipt]:
    transport = FakeTransport(replies)
    channel = WordPressChannel(transport)
    account = sample_account(channel)
    payload = channel.render(sample_post(), account)
    return transport, channel.publish(payload, "k-1", account, FakeHost({"anh-1": PICTURE}))


def content_of(post: Post, **settings: object) -> str:
    channel = WordPressChannel()
    account = sample_account(channel)
    account = replace(account, settings={**account.settings, **settings})
    return str(channel.render(post, account).data["content"])


def test_the_receipt_says_where_and_when() -> None:
    _, receipt = published_with(list(CONVERSATION))
    assert (receipt.remote_id, receipt.url) == ("7", "https://thcshoamai.edu.vn/khai-giang/")
    assert receipt.published_at is not None and receipt.published_at.isoformat() == "2026-09-05T01:00:00+00:00"


def test_nothing_is_public_before_the_last_call() -> None:
    transport, _ = published_with(list(CONVERSATION))
    *earlier, last = transport.calls
    assert last.json() == {"status": "publish"}
    assert earlier[-1].json()["status"] == "draft"
    assert all(b"publish" not in call.body for call in earlier)


def test_the_password_goes_without_blanks_and_only_in_the_header() -> None:
    transport, _ = published_with(list(CONVERSATION))
    sent = transport.calls[0].headers["Authorization"]
    assert sent == "Basic bG9hLXRydW9uZzptYXVraG9uZ3BoYWl0aGF0MTIzNDU2Nzg="
    assert all("mauk" not in call.url and b"mauk" not in call.body for call in transport.calls)


def test_an_echoed_sign_in_shows_nowhere() -> None:
    with pytest.raises(GiveUp) as caught:
        published_with(
            [*CONVERSATION[:4], reply({"seen": "bG9hLXRydW9uZzptYXVraG9uZ3BoYWl0aGF0MTIzNDU2Nzg="}, status=400)]
        )
    assert "seen" in str(caught.value) and "bG9hLXRydW9uZ" not in str(caught.value)


def test_an_unreadable_answer_to_the_draft_is_read_from_its_location() -> None:
    broken = reply(text="<br>Fatal error", status=201, Location="https://thcshoamai.edu.vn/wp-json/wp/v2/posts/7")
    transport, receipt = published_with([*CONVERSATION[:4], broken, CONVERSATION[5]])
    assert receipt.remote_id == "7"
    assert transport.calls[-1].url.endswith("/posts/7")


def test_an_unreadable_answer_without_location_is_unsure() -> None:
    with pytest.raises(Unsure):
        published_with([*CONVERSATION[:4], reply(text="<br>Fatal error", status=201)])


def test_a_redirect_of_a_call_with_the_password_is_not_followed() -> None:
    moved = reply(text="", status=301, Location="https://other.example.com/wp-json/wp/v2/posts")
    with pytest.raises(NeedsPerson) as caught:
        published_with([*CONVERSATION[:4], moved])
    assert "địa chỉ mới" in caught.value.for_school


def test_pictures_in_the_text_keep_their_place_and_the_others_follow() -> None:
    html = '<p>Một</p><p><img src="/media/hoa-mai/12/full" alt="cũ"></p><p>Hai</p>'
    media = (sample_media("11"), sample_media("12", alt="Vườn rau"), sample_media("13", caption="Cổng <trường>"))
    content = content_of(sample_post(body_html=html, media=media))
    assert content.index("Một") < content.index("loa-media:12") < content.index("Hai") < content.index("loa-media:13")
    assert "loa-media:11" not in content, "the featured image is shown by the theme"
    assert "/media/hoa-mai" not in content and "Cổng &lt;trường&gt;" in content
    assert "loa-media:11" in content_of(sample_post(body_html=html, media=media), featured_image=False)


def test_a_description_may_hold_any_sign() -> None:
    html = """<p>Một</p><img alt="5 > 3 src='/media/x/13/full'" src="/media/x/12/full"><p>Hai</p>"""
    media = (sample_media("12", alt="5 > 3 & <b>"), sample_media("13"))
    post = sample_post(body_html=html, media=media)
    content = content_of(post, featured_image=False)
    assert content.startswith('<p>Một</p><img src="loa-media:12" alt="5 &gt; 3 &amp; &lt;b&gt;"')
    assert "/><p>Hai</p>" in content
    preview = WordPressChannel().preview(WordPressChannel().render(post, sample_account(WordPressChannel())))
    assert "[Ảnh: 5 &gt; 3 &amp; &lt;b&gt;]" in preview.content


def test_a_picture_nobody_knows_is_left_out() -> None:
    content = content_of(sample_post(body_html='<p>Một<img src="/media/hoa-mai/99/full"></p>', media=()))
    assert "<img" not in content and "Một" in content


def test_the_author_is_named_on_wish() -> None:
    assert "Tác giả: Trần Thị Mẫu" in content_of(sample_post())
    assert "Tác giả" not in content_of(sample_post(), show_author=False)


def test_slugs_are_readable_and_never_the_same_for_two_deliveries() -> None:
    first, second = body.slug_for("Khai giảng năm học", "k-1"), body.slug_for("Khai giảng năm học", "k-2")
    assert first.startswith("khai-giang-nam-hoc-") and first != second
    assert body.slug_for("", "k-1")
    assert {first, f"{first}-2", f"{first}__trashed"} <= set(body.candidate_slugs(first))


def test_texts_are_compared_as_people_read_them() -> None:
    assert body.same_text("<p>“Chào” cô</p>\n", "<!-- wp:paragraph --><p>&quot;Chào&quot;  cô</p>")
    assert not body.same_text("<p>Chào cô</p>", "<p>Chào thầy</p>")


@pytest.mark.parametrize(
    "site", ["http://thcshoamai.edu.vn", "thcshoamai.edu.vn", "https://a:b@x.vn", "https://x.vn/?p=1", "https://"]
)
def test_an_address_that_is_no_site_is_refused(site: str) -> None:
    with pytest.raises(ValidationError) as caught:
        WordPressChannel().load_settings({"site": site, "login": "a", "app_password": "b"})
    assert "site" in caught.value.normalized_messages()


def test_only_the_hosts_of_the_site_are_reached() -> None:
    assert hosts_of("https://www.thcshoamai.edu.vn/tin") == ("thcshoamai.edu.vn", "www.thcshoamai.edu.vn")
    channel = WordPressChannel(FakeTransport())
    account = Account("a", "wordpress", {"site": "https://10.0.0.5", "login": "x"}, {"app_password": "y"})
    with pytest.raises(NeedsPerson, match="nội bộ"):
        channel.verify(account)


def test_a_site_has_one_name_with_and_without_www() -> None:
    channel = WordPressChannel()
    refs = {
        channel.account_ref(Account("a", "wordpress", {"site": site}))
        for site in ("https://www.thcshoamai.edu.vn/tin/", "https://THCSHoaMai.edu.vn/tin", "https://khac.edu.vn/tin")
    }
    assert refs == {"thcshoamai.edu.vn/tin", "khac.edu.vn/tin"}


def test_the_same_picture_is_uploaded_once() -> None:
    known = reply([{"id": 5, "source_url": "https://thcshoamai.edu.vn/a.jpg"}])
    transport, _ = published_with([CONVERSATION[0], known, *CONVERSATION[3:]])
    assert [call.method for call in transport.calls] == ["GET", "GET", "GET", "POST", "POST"]
