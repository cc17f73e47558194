"""The webhook channel against the contract, against a receiver over HTTP, and its own README."""

import re
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from marshmallow import ValidationError

from channel_plugins import Account, ChannelError, GiveUp, NeedsPerson, Receipt, TryAgain
from channel_plugins.http import Timeouts
from channel_plugins.simulators.server import Fault, running
from channel_plugins.simulators.webhook import SECRET, WebhookSimulator
from channel_plugins.suites.webhook import Suite
from channel_plugins.testing import PICTURE, FakeHost, FakeTransport, reply, sample_post
from channel_plugins.webhook import WebhookChannel, signing

KEY = "hoa-mai-17-3-abcdef12-5"
HOST = FakeHost({"anh-1": PICTURE})


class TestWebhook(Suite):
    """Every check of the contract, inherited."""


@dataclass
class Stage:
    """A receiver, the channel that calls it, and an account."""

    receiver: WebhookSimulator
    channel: WebhookChannel
    account: Account
    address: str

    def publish(self, key: str = KEY, **changes: Any) -> Receipt:
        payload = self.channel.render(sample_post(**changes), self.account)
        return self.channel.publish(payload, key, self.account, HOST)


@pytest.fixture
def stage() -> Iterator[Stage]:
    receiver = WebhookSimulator()
    with running(receiver) as address:
        channel = WebhookChannel(timeouts=Timeouts(connect=1.0, read=0.3, total=1.0))
        channel.configure({}, [urlsplit(address).netloc])
        settings, secrets = channel.load_settings({"url": f"{address}/nhan-bai", "secret": SECRET})
        yield Stage(receiver, channel, Account("1", "webhook", settings, secrets), address)


def test_an_article_arrives_signed_and_whole(stage: Stage) -> None:
    receipt = stage.publish(title="Đọc sách cùng bạn")
    assert receipt.remote_id == KEY and receipt.published_at is not None
    article = stage.receiver.articles[KEY]
    assert (article["title"], article["author"]) == ("Đọc sách cùng bạn", "Trần Thị Mẫu")
    assert article["pictures"][0]["url"] == "https://media.example.edu.vn/anh-1"
    assert article["pictures"][0]["alt"] and "ref" not in article["pictures"][0]
    with urllib.request.urlopen(stage.address) as answer:
        assert "Đọc sách cùng bạn" in answer.read().decode()


def test_changes_and_withdrawal_arrive_under_the_same_delivery(stage: Stage) -> None:
    receipt = stage.publish()
    new = stage.channel.render(sample_post(key="bai-17-r4", title="Bản sửa"), stage.account)
    for _ in range(2):
        stage.channel.edit(receipt, new, stage.account, HOST)
    assert stage.receiver.articles[KEY]["title"] == "Bản sửa"
    for _ in range(2):
        stage.channel.retract(receipt, stage.account)
    assert stage.receiver.articles == {} and stage.receiver.duplicates == 2
    assert sorted(stage.receiver.seen.values()) == ["article.edited", "article.published", "article.retracted"]


@pytest.mark.parametrize("fault", ["drop_before", "drop_after", "error_before", "error_after", "slow", "rate_limit"])
def test_a_fault_is_repeated_later_and_makes_one_article(stage: Stage, fault: Fault) -> None:
    stage.receiver.order("POST *", fault, seconds=30)
    with pytest.raises(TryAgain) as caught:
        stage.publish()
    assert caught.value.pause_account and caught.value.after is not None
    assert caught.value.after.total_seconds() == 60
    stage.publish()
    assert list(stage.receiver.articles) == [KEY]
    stored = fault in ("drop_after", "error_after", "slow")
    assert stage.receiver.duplicates == (1 if stored else 0)


def test_any_body_of_a_good_answer_will_do(stage: Stage) -> None:
    stage.receiver.order("POST *", "garbage")
    assert stage.publish().url is None


def test_the_receiver_may_say_where_the_article_stands() -> None:
    for told, expected in (("https://noibo.vn/bai/1", "https://noibo.vn/bai/1"), ("http://noibo.vn", None), (5, None)):
        channel = WebhookChannel(FakeTransport([reply({"url": told})]))
        settings, secrets = channel.load_settings({"url": "https://noibo.vn/x", "secret": SECRET})
        account = Account("1", "webhook", settings, secrets)
        payload = channel.render(sample_post(), account)
        assert channel.publish(payload, KEY, account, HOST).url == expected


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (410, NeedsPerson, "không nhận nữa"),
        (401, NeedsPerson, "khóa ký"),
        (403, NeedsPerson, "khóa ký"),
        (404, NeedsPerson, "Địa chỉ nhận"),
        (301, NeedsPerson, "Địa chỉ nhận"),
        (400, GiveUp, "từ chối"),
        (422, GiveUp, "từ chối"),
        (500, TryAgain, "tự gửi lại"),
        (503, TryAgain, "tự gửi lại"),
    ],
)
def test_a_refusal_says_what_to_do(stage: Stage, status: int, kind: type[ChannelError], words: str) -> None:
    stage.receiver.status = status
    with pytest.raises(kind) as caught:
        stage.publish()
    assert words in caught.value.for_school and stage.receiver.articles == {}


def test_a_wrong_secret_is_found_out_when_connecting(stage: Stage) -> None:
    answers = {"url": f"{stage.address}/nhan-bai", "secret": "khong-dung-khoa-nay"}
    with pytest.raises(NeedsPerson, match="khóa ký"):
        stage.channel.connect(answers, {}, "")
    with pytest.raises(GiveUp, match="16 ký tự"):
        stage.channel.connect({**answers, "secret": "ngan"}, {}, "")
    step = stage.channel.connect({**answers, "secret": SECRET}, {}, "")
    assert (step.kind, step.label, step.secrets["secret"]) == ("done", "127.0.0.1", SECRET)
    assert stage.receiver.articles == {} and list(stage.receiver.seen.values()) == ["ping"]


def test_while_the_secret_changes_both_are_good(stage: Stage) -> None:
    changing = replace(stage.account, secrets={"secret": "khoa-moi-0123456789"}, old_secrets={"secret": SECRET})
    stage.channel.verify(changing)
    with pytest.raises(NeedsPerson):
        stage.channel.verify(replace(changing, old_secrets={}))


def test_an_old_message_is_refused_by_the_receiver(stage: Stage) -> None:
    stage.receiver.advance(600)
    with pytest.raises(NeedsPerson):
        stage.publish()
    assert stage.receiver.refused == 1


@pytest.mark.parametrize("url", ["http://noibo.vn/x", "noibo.vn", "https://a:b@noibo.vn", "https://noibo.vn/#x"])
def test_an_address_that_must_not_be_called_is_refused(url: str) -> None:
    with pytest.raises(ValidationError):
        WebhookChannel().load_settings({"url": url, "secret": SECRET})


def sample_of_the_readme() -> Any:
    code = re.search(r"```python\n(.*?)```", WebhookChannel().readme(), flags=re.S)
    assert code is not None
    space: dict[str, Any] = {}
    exec(code.group(1), space)
    return space["verify"]


@pytest.mark.parametrize("secret", [SECRET, "mot-khoa-thuong-0123456789"])
def test_the_verification_in_the_readme_accepts_what_we_send_and_nothing_else(stage: Stage, secret: str) -> None:
    verify = sample_of_the_readme()
    transport = FakeTransport([reply({})])
    channel = WebhookChannel(transport)
    settings, secrets = channel.load_settings({"url": "https://noibo.vn/x", "secret": secret})
    account = Account("1", "webhook", settings, secrets)
    channel.publish(channel.render(sample_post(), account), KEY, account, HOST)
    (call,) = transport.calls
    headers = {name.lower(): value for name, value in call.headers.items()}
    assert headers["webhook-id"] == KEY
    assert verify(secret, headers, call.body)
    assert not verify(secret, headers, call.body + b" ")
    assert not verify("mot-khoa-khac-0123456789", headers, call.body)
    assert not verify(secret, {**headers, "webhook-id": "another"}, call.body)
    old = signing.headers([secret], KEY, 1_700_000_000, call.body)
    assert not verify(secret, old, call.body)


def test_the_readme_shows_the_message_as_it_is_sent() -> None:
    documented = re.search(r"```json\n(.*?)```", WebhookChannel().readme(), flags=re.S)
    assert documented is not None
    channel = WebhookChannel(FakeTransport([reply({})]))
    settings, secrets = channel.load_settings({"url": "https://noibo.vn/x", "secret": SECRET})
    account = Account("1", "webhook", settings, secrets)
    transport: FakeTransport = channel._transport  # type: ignore[assignment]
    channel.publish(channel.render(sample_post(), account), KEY, account, HOST)
    sent = transport.calls[0].json()
    names = set(re.findall(r'"(\w+)":', documented.group(1)))
    assert names == {*sent, *sent["unit"], *sent["article"], *sent["article"]["pictures"][0]}
