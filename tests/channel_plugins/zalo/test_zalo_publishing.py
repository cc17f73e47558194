"""An article's way to its followers: one visible article, whatever breaks on the way."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from channel_plugins import GiveUp, LookUp, Receipt, Sent, TryAgain, Unsure
from channel_plugins.testing import sample_media

TITLE = "Khai giảng năm học mới"
CREATE = "POST /v2.0/article/create"
PLACES = [CREATE, "POST /v2.0/article/verify", "POST /v2.0/article/update"]
PLACES += ["GET /v2.0/article/getdetail", "GET /v2.0/article/getslice"]
FAULTS = ["drop_before", "drop_after", "error_before", "error_after", "garbage", "rate_limit"]


def test_an_article_is_made_hidden_then_shown_with_everything_in_it(zalo: Any) -> None:
    payload = zalo.payload()
    accepted = zalo.channel.publish(payload, "k-1", zalo.account, zalo.host)
    assert not accepted.settled and accepted.url is None
    assert zalo.sim.visible() == []
    early = zalo.channel.look_up("k-1", zalo.account, Sent(payload, zalo.sim.now(), accepted))
    assert early.state == "found" and not early.receipt.settled
    zalo.sim.advance(5)
    assert zalo.sim.visible() == []
    showing = zalo.channel.look_up("k-1", zalo.account, Sent(payload, zalo.sim.now(), early.receipt))
    assert showing.receipt.remote_id in zalo.sim.articles and not showing.receipt.settled
    zalo.sim.advance(10)
    seen = zalo.channel.look_up("k-1", zalo.account, Sent(payload, zalo.sim.now(), showing.receipt))
    assert seen.state == "found" and seen.receipt.settled and not seen.altered
    assert "1.250 học sinh" in seen.text
    [article] = zalo.sim.visible()
    assert seen.receipt.url == f"{zalo.base}/bai/{article.id}"
    assert seen.receipt.published_at is not None
    content = article.content
    assert content["title"] == TITLE and content["author"] == "Trần Thị Mẫu"
    assert content["cover"]["photo_url"] == f"{zalo.base}/anh/anh-1.jpg"
    assert [block.get("url") for block in content["body"] if block["type"] == "image"] == [f"{zalo.base}/anh/anh-2.jpg"]
    assert content["body"][-1]["content"] == "Nguồn: https://hoamai.example.edu.vn/tin-bai/khai-giang"
    assert content["comment"] == "hide"


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("place", PLACES)
def test_one_visible_article_after_a_fault(zalo: Any, place: str, fault: str) -> None:
    zalo.sim.order(place, fault)
    receipt = zalo.drive(zalo.payload())
    assert isinstance(receipt, Receipt) and receipt.settled
    assert [article.id for article in zalo.sim.visible(TITLE)] == [receipt.remote_id]


@pytest.mark.parametrize("place", PLACES[1:])
@pytest.mark.parametrize("fault", ["drop_after", "error_after"])
def test_one_visible_article_after_a_lost_creation_and_a_second_fault(zalo: Any, place: str, fault: str) -> None:
    zalo.sim.order(CREATE, fault)
    zalo.sim.order(place, fault, times=2)
    receipt = zalo.drive(zalo.payload())
    assert isinstance(receipt, Receipt)
    assert [article.id for article in zalo.sim.visible(TITLE)] == [receipt.remote_id]
    assert zalo.calls(CREATE) == 1


@pytest.mark.parametrize("step", range(4))
def test_one_visible_article_when_the_worker_dies_after_a_step(zalo: Any, step: int) -> None:
    zalo.sim.set_modes(job_seconds=9)
    zalo.forget = {step}
    receipt = zalo.drive(zalo.payload())
    assert isinstance(receipt, Receipt) and zalo.forget == set()
    assert [article.id for article in zalo.sim.visible(TITLE)] == [receipt.remote_id]
    assert zalo.calls(CREATE) == 1


@pytest.mark.parametrize(
    "modes",
    [
        {"not_ready_times": 4},
        {"list_seconds": 90},
        {"detail_seconds": 60},
        {"detail_seconds": 60, "list_seconds": 60},
        {"job_seconds": 240},
        {"newest_first": False},
    ],
    ids=str,
)
@pytest.mark.parametrize("lost", [False, True])
def test_one_visible_article_however_late_it_can_be_read(zalo: Any, modes: dict[str, Any], lost: bool) -> None:
    zalo.sim.set_modes(**modes)
    if lost:
        zalo.sim.order(CREATE, "drop_after")
    receipt = zalo.drive(zalo.payload(), steps=120)
    assert isinstance(receipt, Receipt)
    assert [article.id for article in zalo.sim.visible(TITLE)] == [receipt.remote_id]
    assert zalo.calls(CREATE) == 1


def test_a_lost_creation_whose_job_takes_longer_than_the_wait_leaves_only_a_hidden_article(zalo: Any) -> None:
    zalo.sim.set_modes(job_seconds=1_500)
    zalo.sim.order(CREATE, "drop_after")
    zalo.configure(job_minutes=120)
    receipt = zalo.drive(zalo.payload(), steps=900)
    assert isinstance(receipt, Receipt)
    zalo.sim.advance(7_200)
    assert zalo.calls(CREATE) == 2
    assert len(zalo.sim.visible(TITLE)) == 1
    assert len(zalo.sim.articles) == 2


@pytest.mark.parametrize("lost", [False, True])
def test_nothing_gets_lost_when_zalo_gives_little_back(zalo: Any, lost: bool) -> None:
    zalo.sim.set_modes(bare_detail=True)
    if lost:
        zalo.sim.order(CREATE, "drop_after")
    receipt = zalo.drive(zalo.payload())
    assert isinstance(receipt, Receipt)
    [article] = zalo.sim.visible(TITLE)
    assert article.id == receipt.remote_id
    assert article.content["cover"]["photo_url"] == f"{zalo.base}/anh/anh-1.jpg"
    assert [block["type"] for block in article.content["body"]] == ["text", "text", "image", "text"]


def test_a_slow_answer_to_the_creation_is_unsure_and_found_again(zalo: Any) -> None:
    zalo.configure(read_seconds=1)
    zalo.sim.order(CREATE, "slow", seconds=1.5)
    with pytest.raises(Unsure):
        zalo.channel.publish(zalo.payload(), "k-1", zalo.account, zalo.host)
    zalo.sim.advance(10)
    seen = zalo.channel.look_up("k-1", zalo.account, Sent(zalo.payload(), zalo.sim.now()))
    assert seen.state == "found" and not seen.receipt.settled


def test_an_article_that_is_not_there_is_not_called_so_before_ten_minutes(zalo: Any) -> None:
    payload, started = zalo.payload(), zalo.sim.now()
    with pytest.raises(TryAgain) as early:
        zalo.channel.look_up("k-1", zalo.account, Sent(payload, started))
    assert early.value.after == timedelta(minutes=1)
    zalo.sim.advance(599)
    with pytest.raises(TryAgain):
        zalo.channel.look_up("k-1", zalo.account, Sent(payload, started))
    zalo.sim.advance(1)
    assert zalo.channel.look_up("k-1", zalo.account, Sent(payload, started)).state == "not_there"


def test_without_hiding_first_a_lost_creation_is_never_sent_again(zalo: Any) -> None:
    zalo.configure(hide_first=False)
    zalo.sim.order(CREATE, "drop_before")
    answer = zalo.drive(zalo.payload())
    assert isinstance(answer, LookUp) and answer.state == "cannot_tell" and "không tự gửi lại" in answer.reason
    assert zalo.calls(CREATE) == 1
    zalo.sim.advance(3_600)
    zalo.sim.order(CREATE, "drop_after")
    receipt = zalo.drive(zalo.payload())
    assert isinstance(receipt, Receipt) and len(zalo.sim.visible(TITLE)) == 1


def test_articles_with_one_title_are_told_apart(zalo: Any) -> None:
    first = zalo.published(canonical_url="https://hoamai.example.edu.vn/tin-bai/1", body_text="Lễ ở điểm trường chính.")
    second = zalo.payload(canonical_url="https://hoamai.example.edu.vn/tin-bai/2", body_text="Lễ ở điểm trường lẻ.")
    zalo.sim.order(CREATE, "drop_before")
    receipt = zalo.drive(second)
    assert isinstance(receipt, Receipt) and receipt.remote_id != first.remote_id
    assert zalo.sim.state()["visible_links"] == {
        "https://hoamai.example.edu.vn/tin-bai/1": 1,
        "https://hoamai.example.edu.vn/tin-bai/2": 1,
    }


def test_an_older_article_with_the_same_words_is_not_taken_for_the_new_one(zalo: Any) -> None:
    zalo.published()
    zalo.sim.advance(3_600)
    started = zalo.sim.now()
    zalo.sim.advance(700)
    assert zalo.channel.look_up("k-1", zalo.account, Sent(zalo.payload(), started)).state == "not_there"


def test_a_job_that_fails_ends_with_a_person_and_nothing_visible(zalo: Any) -> None:
    zalo.sim.set_modes(fail_jobs=1)
    answer = zalo.drive(zalo.payload())
    assert isinstance(answer, LookUp) and answer.state == "cannot_tell" and "ảnh bìa" in answer.reason
    assert zalo.sim.visible() == []


def test_a_cover_zalo_cannot_fetch_ends_with_a_person_in_words(zalo: Any) -> None:
    zalo.sim.pictures[f"{zalo.base}/anh/anh-1.jpg"] = ("image/jpeg", 2_000_000)
    answer = zalo.drive(zalo.payload(), steps=400)
    assert isinstance(answer, LookUp) and answer.state == "cannot_tell" and "không lấy được ảnh" in answer.reason


def test_a_forgotten_job_is_found_in_the_list(zalo: Any) -> None:
    payload = zalo.payload()
    started = zalo.sim.now()
    accepted = zalo.channel.publish(payload, "k-1", zalo.account, zalo.host)
    zalo.sim.advance(5)
    zalo.sim.set_modes(forget_jobs=True)
    seen = zalo.channel.look_up("k-1", zalo.account, Sent(payload, started, accepted))
    assert seen.state == "found" and seen.receipt.remote_id in zalo.sim.articles


@pytest.mark.parametrize(
    ("name", "known"), [("anh-1.jpg", ("text/html", 100)), ("anh-1.jpg", ("image/jpeg", 1_000_001))]
)
def test_a_cover_that_is_none_is_refused_before_anything_is_sent(zalo: Any, name: str, known: tuple[str, int]) -> None:
    zalo.sim.pictures[name] = known
    with pytest.raises(GiveUp, match="Ảnh bìa không mở được"):
        zalo.channel.publish(zalo.payload(), "k-1", zalo.account, zalo.host)
    assert zalo.calls(CREATE) == 0


def test_a_picture_without_public_address_waits_for_the_site(zalo: Any) -> None:
    zalo.host.public_url = lambda ref: None
    with pytest.raises(TryAgain, match="đăng bài lên trang của trường trước"):
        zalo.channel.publish(zalo.payload(), "k-1", zalo.account, zalo.host)
    assert zalo.calls(CREATE) == 0


def test_an_article_without_pictures_takes_the_cover_of_the_school(zalo: Any) -> None:
    zalo.settings(cover_url=f"{zalo.base}/anh/bia.jpg")
    receipt = zalo.published(media=())
    assert zalo.sim.articles[receipt.remote_id].content["cover"]["photo_url"] == f"{zalo.base}/anh/bia.jpg"


def test_edit_replaces_the_article_and_the_same_again_changes_nothing(zalo: Any) -> None:
    receipt = zalo.published()
    changed = zalo.payload(title="Khai giảng muộn một ngày", body_text="Lễ khai giảng dời sang sáng 06/9/2026.")
    first = zalo.channel.edit(receipt, changed, zalo.account, zalo.host)
    again = zalo.channel.edit(receipt, changed, zalo.account, zalo.host)
    assert first == again and again.settled and again.remote_id == receipt.remote_id
    assert zalo.calls("POST /v2.0/article/update") == 2
    [article] = zalo.sim.visible()
    assert article.title == "Khai giảng muộn một ngày"
    assert "06/9/2026" in article.content["body"][0]["content"]


def test_an_edit_zalo_takes_long_for_is_finished_later(zalo: Any) -> None:
    receipt = zalo.published()
    zalo.sim.set_modes(job_seconds=20)
    changed = zalo.payload(title="Khai giảng muộn một ngày")
    with pytest.raises(TryAgain, match="đã nhận bản sửa"):
        zalo.channel.edit(receipt, changed, zalo.account, zalo.host)
    assert [article.title for article in zalo.sim.visible()] == [TITLE]
    zalo.sim.advance(30)
    assert zalo.channel.edit(receipt, changed, zalo.account, zalo.host).settled
    assert zalo.calls("POST /v2.0/article/update") == 2


@pytest.mark.parametrize("fault", ["drop_after", "error_after", "garbage"])
def test_an_edit_whose_answer_was_lost_may_be_repeated(zalo: Any, fault: str) -> None:
    receipt = zalo.published()
    changed = zalo.payload(title="Khai giảng muộn một ngày")
    zalo.sim.order("POST /v2.0/article/update", fault)
    with pytest.raises(TryAgain):
        zalo.channel.edit(receipt, changed, zalo.account, zalo.host)
    zalo.sim.advance(5)
    assert zalo.channel.edit(receipt, changed, zalo.account, zalo.host).settled
    assert [article.title for article in zalo.sim.visible()] == ["Khai giảng muộn một ngày"]


def test_editing_what_is_gone_says_so(zalo: Any) -> None:
    receipt = zalo.published()
    zalo.sim.articles.clear()
    with pytest.raises(GiveUp, match="không còn trên OA"):
        zalo.channel.edit(receipt, zalo.payload(), zalo.account, zalo.host)


def test_retract_removes_and_removing_again_is_done(zalo: Any) -> None:
    receipt = zalo.published()
    zalo.channel.retract(receipt, zalo.account)
    zalo.channel.retract(receipt, zalo.account)
    assert zalo.sim.articles == {}
    assert zalo.channel.look_up("k-1", zalo.account, Sent(zalo.payload(), zalo.sim.now(), receipt)).state == "not_there"


def test_retract_may_hide_and_keeps_author_and_link(zalo: Any) -> None:
    zalo.settings(withdrawal="hide")
    receipt = zalo.published()
    zalo.sim.set_modes(job_seconds=20)
    with pytest.raises(TryAgain, match="lệnh ẩn bài"):
        zalo.channel.retract(receipt, zalo.account)
    zalo.sim.advance(30)
    zalo.channel.retract(receipt, zalo.account)
    assert zalo.sim.visible() == []
    content = zalo.sim.articles[receipt.remote_id].content
    assert content["author"] == "Trần Thị Mẫu" and content["tracking_link"].endswith("/khai-giang")


def test_retract_waits_for_the_job_and_then_removes_what_it_made(zalo: Any) -> None:
    accepted = zalo.channel.publish(zalo.payload(), "k-1", zalo.account, zalo.host)
    with pytest.raises(TryAgain, match="đang xử lý"):
        zalo.channel.retract(accepted, zalo.account)
    zalo.sim.advance(5)
    zalo.channel.retract(accepted, zalo.account)
    assert zalo.sim.articles == {}


def test_reading_back_tells_of_changed_and_hidden_articles(zalo: Any) -> None:
    receipt = zalo.published()
    sent = Sent(zalo.payload(), zalo.sim.now(), receipt)
    assert not zalo.channel.look_up("k-1", zalo.account, sent).altered
    zalo.sim.articles[receipt.remote_id].content["description"] = "Sửa tay trên trang quản lý OA"
    assert zalo.channel.look_up("k-1", zalo.account, sent).altered
    zalo.sim.articles[receipt.remote_id].content["status"] = "hide"
    seen = zalo.channel.look_up("k-1", zalo.account, sent)
    assert seen.state == "cannot_tell" and "đang bị ẩn" in seen.reason
    assert zalo.sim.visible() == []


def test_collect_gives_views_and_shares_and_leaves_out_what_is_gone(zalo: Any) -> None:
    first = zalo.published()
    second = zalo.published(title="Ngày hội đọc sách", canonical_url="https://hoamai.example.edu.vn/tin-bai/sach")
    zalo.sim.read(first.remote_id, views=120, shares=7)
    zalo.channel.retract(second, zalo.account)
    found = zalo.channel.collect({"d-1": first, "d-2": second}, zalo.account)
    assert [(reading.delivery_key, reading.metric.value, reading.value) for reading in found] == [
        ("d-1", "views", 120),
        ("d-1", "shares", 7),
    ]


def test_the_list_is_read_page_by_page(zalo: Any) -> None:
    oldest = zalo.published(title="Bài đầu tiên")
    for number in range(12):
        article = replace(zalo.sim.articles[oldest.remote_id], id=f"bai-{number}", created=zalo.sim.now())
        zalo.sim.articles[article.id] = article
    assert zalo.channel.collect({"d-1": oldest}, zalo.account)[0].delivery_key == "d-1"


@pytest.mark.parametrize("field", ["title", "summary"])
def test_lengths_count_in_normal_form_and_what_passes_the_check_passes_zalo(zalo: Any, field: str) -> None:
    most = {"title": 140, "summary": 250}[field]
    text = "ườ" * (most // 2)
    receipt = zalo.published(**{field: text})
    assert receipt.remote_id in zalo.sim.articles


def test_check_names_the_missing_cover_and_the_longest_body_of_the_options(zalo: Any) -> None:
    from channel_plugins.testing import sample_post

    webp = sample_post(media=(sample_media(content_type="image/webp"),))
    assert "zalo.cover_missing" in [problem.code for problem in zalo.channel.check(webp, zalo.account)]
    zalo.configure(body_limit=20_000)
    assert zalo.channel.check(sample_post(body_text="a" * 15_000), zalo.account) == []
    assert [p.code for p in zalo.channel.check(sample_post(body_text="a" * 20_001), zalo.account)] == ["text.too_long"]


def test_followers_see_the_article_on_its_page(zalo: Any) -> None:
    from urllib.request import urlopen

    receipt = zalo.published()
    with urlopen(f"{zalo.base}/") as page:
        assert TITLE in page.read().decode()
    with urlopen(receipt.url) as page:
        assert "Có 1.250 học sinh" in page.read().decode()
    assert zalo.sim.articles[receipt.remote_id].views == 1
