"""The WordPress channel against the simulated site, over real HTTP, with everything real sites do wrong."""

import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from channel_plugins import Account, ChannelError, GiveUp, NeedsPerson, Payload, Receipt, Sent, TryAgain, Unsure
from channel_plugins.simulators.server import Fault, running
from channel_plugins.simulators.wordpress import LOGIN, PASSWORD, SITE_NAME, WordPressSimulator
from channel_plugins.testing import PICTURE, FakeHost, sample_post
from channel_plugins.wordpress import WordPressChannel
from channel_plugins.wordpress.body import file_name

KEY = "hoa-mai-17-3-abcdef12-5"


@dataclass
class Stage:
    """A site, the channel that talks to it, and an account."""

    site: WordPressSimulator
    channel: WordPressChannel
    account: Account
    address: str

    def payload(self, **changes: Any) -> Payload:
        return self.channel.render(sample_post(**changes), self.account)

    def publish(self, **changes: Any) -> Receipt:
        return self.channel.publish(self.payload(**changes), KEY, self.account, FakeHost({"anh-1": PICTURE}))

    def sent(self, receipt: Receipt | None = None, **changes: Any) -> Sent:
        return Sent(self.payload(**changes), datetime.now(UTC), receipt)

    def with_settings(self, **settings: Any) -> Account:
        return replace(self.account, settings={**self.account.settings, **settings})

    def public(self) -> list[str]:
        return [post.slug for post in self.site.store.posts.values() if post.status == "publish"]


@pytest.fixture
def stage() -> Iterator[Stage]:
    site = WordPressSimulator()
    with running(site) as address:
        channel = WordPressChannel()
        channel.configure({}, [urlsplit(address).netloc])
        settings, secrets = channel.load_settings(
            {"site": address, "login": LOGIN, "app_password": PASSWORD, "category": "Tin tức & Sự kiện"}
        )
        yield Stage(site, channel, Account("1", "wordpress", settings, secrets), address)


def read(address: str) -> str:
    with urllib.request.urlopen(address) as answer:
        return str(answer.read().decode())


def test_an_article_becomes_readable_with_picture_category_and_title(stage: Stage) -> None:
    receipt = stage.publish(title="Cô & trò <3 sách", summary="Vui & khoẻ")
    assert receipt.url is not None
    page = read(receipt.url)
    assert "Cô &amp; trò &lt;3 sách" in page and "khai giảng năm học mới" in page
    assert "Cô &amp; trò &lt;3 sách" in read(f"{stage.address}/")
    post = next(iter(stage.site.store.posts.values()))
    picture = stage.site.store.pictures[post.featured_media]
    assert picture.content == PICTURE and picture.alt_text == "Học sinh trồng cây trong vườn trường"
    assert [stage.site.store.categories[term] for term in post.categories] == ["Tin tức & Sự kiện"]
    assert receipt.url.startswith(f"{stage.address}/co-tro-3-sach-")


def test_a_picture_in_the_text_is_fetched_from_the_site(stage: Stage) -> None:
    receipt = stage.publish(body_html='<p>Vườn</p><img src="/media/hoa-mai/anh-1/full" alt="x">')
    page = read(str(receipt.url))
    assert f'src="{stage.address}/wp-content/uploads/' in page
    assert "loa-media" not in page


def test_an_existing_category_is_used_again(stage: Stage) -> None:
    stage.site.store.categories[9] = "TIN TỨC & sự kiện"
    stage.publish()
    assert len(stage.site.store.categories) == 2
    stage.site.order("GET /wp-json/wp/v2/categories", "garbage")
    with pytest.raises(TryAgain):
        stage.channel.publish(stage.payload(title="Bài hai"), "k-2", stage.account, FakeHost({"anh-1": PICTURE}))


def test_a_category_the_site_takes_for_the_same_is_used_by_its_number(stage: Stage) -> None:
    stage.site.store.categories[9] = "Tin tuc, su kien"
    stage.publish()
    assert next(iter(stage.site.store.posts.values())).categories == [9]


STEPS = [
    "GET /wp-json/wp/v2/posts",
    "GET /wp-json/wp/v2/media",
    "POST /wp-json/wp/v2/media",
    "GET /wp-json/wp/v2/categories",
    "POST /wp-json/wp/v2/categories",
    "POST /wp-json/wp/v2/posts",
    "POST /wp-json/wp/v2/posts/*",
]


@pytest.mark.parametrize("fault", ["drop_before", "drop_after", "error_before", "error_after", "garbage", "rate_limit"])
@pytest.mark.parametrize("step", STEPS)
def test_a_fault_at_any_step_never_makes_two_articles(stage: Stage, step: str, fault: Fault) -> None:
    stage.site.order(step, fault)
    caught: ChannelError | None = None
    try:
        stage.publish()
    except ChannelError as error:
        caught = error
    assert isinstance(caught, TryAgain | Unsure), f"{step} {fault}: {caught!r}"
    if fault == "rate_limit":
        assert isinstance(caught, TryAgain) and caught.after == timedelta(seconds=120) and caught.pause_account
    if isinstance(caught, TryAgain):
        assert stage.public() == [], "TryAgain says that nothing was published"
    found = stage.channel.look_up(KEY, stage.account, stage.sent())
    assert found.state == ("found" if stage.public() else "not_there")
    receipt = found.receipt if found.state == "found" else stage.publish()
    assert receipt is not None and len(stage.public()) == 1
    assert len(stage.site.store.posts) == 1, "a draft of the first attempt is used again"
    assert len(stage.site.store.pictures) == 1 and len(stage.site.store.categories) == 2


def test_a_slow_answer_of_the_last_step_is_looked_up(stage: Stage) -> None:
    stage.site.order("POST /wp-json/wp/v2/posts/*", "drop_after")
    with pytest.raises(Unsure):
        stage.publish()
    found = stage.channel.look_up(KEY, stage.account, stage.sent())
    assert found.receipt is not None and found.receipt.url is not None and not found.altered
    assert "khai giảng năm học mới" in found.text


def test_a_second_call_with_the_key_finds_the_first_article(stage: Stage) -> None:
    first, second = stage.publish(), stage.publish()
    assert first.remote_id == second.remote_id and len(stage.public()) == 1


def test_a_renamed_copy_is_found_and_counted(stage: Stage) -> None:
    stage.publish()
    original = next(iter(stage.site.store.posts.values()))
    copy = replace(original, id=999, slug=f"{original.slug}-2")
    stage.site.store.posts[999] = copy
    found = stage.channel.look_up(KEY, stage.account, stage.sent())
    assert found.receipt is not None and found.receipt.detail["copies"] == 2
    del stage.site.store.posts[original.id]
    found = stage.channel.look_up(KEY, stage.account, stage.sent())
    assert found.receipt is not None and found.receipt.remote_id == "999"


def test_what_a_person_binned_is_not_posted_again(stage: Stage) -> None:
    receipt = stage.publish()
    stage.channel.retract(receipt, stage.account)
    found = stage.channel.look_up(KEY, stage.account, stage.sent())
    assert found.state == "cannot_tell" and "Thùng rác" in found.reason
    later = replace(stage.sent(), started_at=datetime.now(UTC) + timedelta(hours=1))
    assert stage.channel.look_up(KEY, stage.account, later).state == "not_there", "binned before this sending began"
    stage.publish()
    assert stage.channel.look_up(KEY, stage.account, stage.sent()).state == "found"


def test_reading_back_sees_what_somebody_changed_on_the_site(stage: Stage) -> None:
    receipt = stage.publish()
    assert not stage.channel.look_up(KEY, stage.account, stage.sent(receipt)).altered
    post = stage.site.store.posts[int(receipt.remote_id)]
    post.content = post.content.replace("1.250", "1.500")
    found = stage.channel.look_up(KEY, stage.account, stage.sent(receipt))
    assert found.altered and "1.500" in found.text


def test_an_edit_replaces_the_text_and_keeps_the_address(stage: Stage) -> None:
    receipt = stage.publish()
    new = stage.payload(title="Khai giảng vui", body_html="<p>Bản sửa</p>")
    for _ in range(2):
        changed = stage.channel.edit(receipt, new, stage.account, FakeHost({"anh-1": PICTURE}))
    assert changed.url == receipt.url and "Bản sửa" in read(str(receipt.url))
    assert len(stage.site.store.pictures) == 1
    sent = stage.sent(changed, title="Khai giảng vui", body_html="<p>Bản sửa</p>")
    assert not stage.channel.look_up("another-key", stage.account, sent).altered


def test_an_edit_of_what_is_gone_gives_up(stage: Stage) -> None:
    receipt = stage.publish()
    stage.channel.retract(receipt, stage.account)
    for remote_id in (receipt.remote_id, "4711"):
        with pytest.raises(GiveUp) as caught:
            stage.channel.edit(Receipt(remote_id), stage.payload(), stage.account, FakeHost({"anh-1": PICTURE}))
        assert "không còn" in caught.value.for_school


@pytest.mark.parametrize("mode", [None, "no_delete", "no_bin"])
def test_a_retracted_article_is_gone_for_readers(stage: Stage, mode: str | None) -> None:
    receipt = stage.publish()
    if mode:
        stage.site.modes[mode] = True
    for _ in range(2):
        stage.channel.retract(receipt, stage.account)
    assert stage.public() == [] and len(stage.site.store.posts) == 1
    stage.channel.retract(Receipt("4711"), stage.account)


def test_comments_are_counted_and_a_vanished_post_left_out(stage: Stage) -> None:
    receipt = stage.publish()
    stage.site.store.comments[int(receipt.remote_id)] = 4
    readings = stage.channel.collect({"d-1": receipt, "d-2": Receipt("4711")}, stage.account)
    assert [(reading.delivery_key, reading.value) for reading in readings] == [("d-1", 4)]


@pytest.mark.parametrize(
    ("modes", "kind", "words"),
    [
        ({"strip_authorization": True}, NeedsPerson, "Authorization"),
        ({"revoked": True}, NeedsPerson, "mật khẩu ứng dụng mới"),
        ({"passwords_off": True}, NeedsPerson, "đang tắt mật khẩu ứng dụng"),
        ({"role": "contributor"}, NeedsPerson, "chưa đủ quyền"),
        ({"role": "subscriber"}, NeedsPerson, "chưa đủ quyền"),
        ({"firewall": 403}, NeedsPerson, "Tường lửa"),
        ({"firewall": 429}, TryAgain, "đang bận"),
        ({"firewall": 503}, TryAgain, "đang bận"),
        ({"plain_permalinks": True}, NeedsPerson, "Kiểu địa chỉ"),
    ],
)
def test_what_stands_in_the_way_is_said_before_anything_is_sent(
    stage: Stage, modes: dict[str, Any], kind: type[ChannelError], words: str
) -> None:
    stage.site.modes.update(modes)
    with pytest.raises(kind) as caught:
        stage.channel.verify(stage.account)
    assert words in caught.value.for_school
    with pytest.raises(kind):
        stage.publish()
    assert stage.public() == []


def test_a_picture_the_site_refuses_is_named(stage: Stage) -> None:
    stage.site.modes["largest_file"] = 5
    with pytest.raises(GiveUp) as caught:
        stage.publish()
    assert "giảm cỡ ảnh" in caught.value.for_school and stage.site.store.posts == {}


def test_an_author_may_post_but_not_make_categories(stage: Stage) -> None:
    stage.site.modes["role"] = "author"
    stage.channel.verify(stage.account)
    with pytest.raises(NeedsPerson):
        stage.publish()
    plain = stage.with_settings(category="")
    payload = stage.channel.render(sample_post(body_html="<p>Vui<script>alert(1)</script></p>"), plain)
    stage.channel.publish(payload, KEY, plain, FakeHost({"anh-1": PICTURE}))
    assert not stage.channel.look_up(KEY, plain, Sent(payload, datetime.now(UTC))).altered


@pytest.mark.parametrize("mode", ["warnings", "broken_created"])
def test_answers_spoilt_by_php_are_still_understood(stage: Stage, mode: str) -> None:
    stage.site.store.add_category("Tin tức & Sự kiện")
    stage.site.store.add_picture(file_name(PICTURE, "image/jpeg"), "image/jpeg", PICTURE, {})
    stage.site.modes[mode] = True
    assert stage.publish().url and len(stage.public()) == 1


def test_connecting_finds_the_style_of_the_site_and_its_name(stage: Stage) -> None:
    stage.site.modes["plain_permalinks"] = True
    answers = {"site": f"{stage.address}/", "login": LOGIN, "app_password": PASSWORD}
    step = stage.channel.connect(answers, {}, "")
    assert (step.kind, step.label) == ("done", SITE_NAME)
    assert (step.settings["site"], step.settings["rest_style"]) == (stage.address, "plain")
    stage.account = Account("1", "wordpress", step.settings, step.secrets)
    receipt = stage.publish()
    stage.channel.retract(receipt, stage.account)
    assert stage.public() == []


def test_connecting_says_what_is_wrong(stage: Stage) -> None:
    answers = {"site": stage.address, "login": LOGIN, "app_password": "sai sai sai sai"}
    assert stage.channel.connect({}, {}, "").kind == "form"
    with pytest.raises(NeedsPerson, match="mật khẩu ứng dụng mới"):
        stage.channel.connect(answers, {}, "")
    with pytest.raises(GiveUp, match="Chưa có mật khẩu"):
        stage.channel.connect({**answers, "app_password": ""}, {}, "")
    with pytest.raises(NeedsPerson, match="không có WordPress"):
        stage.channel.connect({**answers, "site": f"{stage.address}/khong-co"}, {}, "")


def test_a_simulator_nobody_named_is_out_of_reach(stage: Stage) -> None:
    with pytest.raises(NeedsPerson, match="https"):
        WordPressChannel().verify(stage.account)
