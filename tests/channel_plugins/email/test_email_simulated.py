"""The e-mail channel over real sockets: every answer a server may give, and what the ledger says afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from channel_plugins import Account, GiveUp, NeedsPerson, Receipt, Recipient, TryAgain
from channel_plugins.conformance import ChannelConformance
from channel_plugins.email import sending
from channel_plugins.email.channel import EmailChannel
from channel_plugins.recorder import Exchange, recording
from channel_plugins.simulators.mail import MailSimulator, Places, running_mail
from channel_plugins.testing import PICTURE, FakeHost, sample_account, sample_media, sample_post, sample_settings

PASSWORD = "mat-khau-thu-tin-9"
NOW = datetime(2026, 9, 5, 1, 0, tzinfo=UTC)
AN = Recipient("1", "an@example.com", "Nguyễn Thị An", "https://hoamai.example.edu.vn/nhan-tin/thoi/abc")
BINH = Recipient("2", "binh@example.com", "", "https://hoamai.example.edu.vn/nhan-tin/thoi/def")
CHI = Recipient("3", "chi@example.com", "Lê Chi", "https://hoamai.example.edu.vn/nhan-tin/thoi/ghi")


@dataclass
class Post:
    """A mail provider that runs, and the channel that knows it."""

    simulator: MailSimulator
    places: Places
    channel: EmailChannel

    def account(self, **changes: Any) -> Account:
        raw = {
            **sample_settings(self.channel),
            "server": "127.0.0.1",
            "port": self.places.smtp_port,
            "security": "plain",
            "password": PASSWORD,
            "bounce_server": "127.0.0.1",
            "bounce_port": self.places.pop_port,
            "bounce_security": "plain",
            "bounce_password": PASSWORD,
            **changes,
        }
        return sample_account(self.channel, raw)

    def send(self, *people: Recipient, host: FakeHost | None = None, **settings: Any) -> tuple[FakeHost, Any]:
        """Publish the sample to `people`; return the host and the receipt or error."""
        account = self.account(**settings)
        host = host or FakeHost({"anh-1": PICTURE}, people)
        try:
            return host, self.channel.publish(self.channel.render(sample_post(), account), "k-1", account, host)
        except Exception as error:
            return host, error


def configured(places: Places) -> EmailChannel:
    channel = EmailChannel()
    channel.configure({}, places.hosts)
    return channel


@pytest.fixture(scope="module")
def provider() -> Iterator[tuple[MailSimulator, Places]]:
    simulator = MailSimulator(NOW, PASSWORD)
    with running_mail(simulator) as places:
        yield simulator, places


@pytest.fixture
def post(provider: tuple[MailSimulator, Places]) -> Post:
    simulator, places = provider
    simulator.reset()
    return Post(simulator, places, configured(places))


def got(post: Post) -> list[str]:
    return [letter.recipient for letter in post.simulator.letters]


class TestConformance(ChannelConformance):
    """The contract, with letters that really travel."""

    places: Places

    @pytest.fixture(autouse=True)
    def connected(self, provider: tuple[MailSimulator, Places]) -> None:
        self.places = provider[1]

    def make_channel(self) -> EmailChannel:
        return configured(self.places)

    def make_account(self) -> Account:
        return Post(MailSimulator(), self.places, self.make_channel()).account()

    def publish_once(self, channel: Any, account: Account, payload: Any, key: str) -> Receipt:
        receipt = channel.publish(payload, key, account, FakeHost({"anh-1": PICTURE}, [AN]))
        assert isinstance(receipt, Receipt)
        return receipt


def test_each_person_gets_one_letter_of_their_own(post: Post) -> None:
    host, receipt = post.send(AN, BINH)
    assert isinstance(receipt, Receipt) and receipt.settled
    assert got(post) == ["an@example.com", "binh@example.com"]
    assert host.people.states == {"1": "accepted", "2": "accepted"}
    letter = post.simulator.to("an@example.com")[0].parsed()
    assert str(letter["To"]) == "Nguyễn Thị An <an@example.com>"
    assert str(letter["From"]) == "Trường THCS Hoa Mai <thutin@hoamai.example.edu.vn>"
    assert "binh" not in str(letter)
    assert letter["Subject"] == "Khai giảng năm học mới"
    assert letter["List-Unsubscribe"] == f"<{AN.stop_url}>"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    plain, html = post.simulator.letters[0].part("plain"), post.simulator.letters[0].part("html")
    assert "Kính gửi Nguyễn Thị An," in plain and "Có 1.250 học sinh" in plain and AN.stop_url in plain
    assert "Có 1.250 học sinh" in html and 'src="https://media.example.edu.vn/anh-1"' in html


def test_calling_again_sends_to_nobody_twice_and_calls_no_server(post: Post) -> None:
    host, first = post.send(AN, BINH)
    post.simulator.order("SMTP CONNECT", "error_before")
    _, second = post.send(host=host)
    assert second.remote_id == first.remote_id
    assert got(post) == ["an@example.com", "binh@example.com"]


def test_an_address_that_does_not_exist_ends_the_subscription_and_stops_nobody_else(post: Post) -> None:
    post.simulator.order("SMTP RCPT an@*", "error_before")
    host, receipt = post.send(AN, BINH)
    assert isinstance(receipt, Receipt)
    assert host.people.states == {"1": "gone", "2": "accepted"}
    assert host.people.sentences["1"].endswith("(550): 5.1.1 no such user")


def test_a_recipient_who_is_busy_is_put_back_and_sent_later_alone(post: Post) -> None:
    post.simulator.order("SMTP RCPT an@*", "rate_limit")
    host, error = post.send(AN, BINH)
    assert isinstance(error, TryAgain) and error.after == timedelta(minutes=15)
    assert host.people.states == {"1": "waiting", "2": "accepted"}
    _, receipt = post.send(host=host)
    assert isinstance(receipt, Receipt)
    assert got(post) == ["binh@example.com", "an@example.com"]


@pytest.mark.parametrize("place", ["DATA", "END"])
def test_a_passing_refusal_of_the_text_puts_the_person_back(post: Post, place: str) -> None:
    post.simulator.order(f"SMTP {place} an@*", "rate_limit")
    host, error = post.send(AN, BINH)
    assert isinstance(error, TryAgain)
    assert host.people.states == {"1": "waiting", "2": "accepted"}


def test_a_refused_text_is_refused_for_this_person_only(post: Post) -> None:
    post.simulator.order("SMTP END an@*", "error_before")
    host, receipt = post.send(AN, BINH)
    assert isinstance(receipt, Receipt)
    assert host.people.states == {"1": "refused", "2": "accepted"}


def test_a_text_that_everybody_is_refused_for_ends_the_mailing(post: Post) -> None:
    post.simulator.order("SMTP END *", "error_before", times=9)
    host, error = post.send(AN, BINH, CHI, Recipient("4", "dung@example.com"))
    assert isinstance(error, GiveUp)
    assert host.people.states["4"] == "waiting"
    assert got(post) == []


def test_a_line_lost_after_storing_leaves_that_person_doubtful_and_never_repeats(post: Post) -> None:
    post.simulator.order("SMTP END an@*", "drop_after")
    host, receipt = post.send(AN, BINH)
    assert isinstance(receipt, Receipt) and receipt.detail["doubtful"] == 1
    assert host.people.states == {"1": "begun", "2": "accepted"}
    post.send(host=host)
    assert got(post) == ["an@example.com", "binh@example.com"]


def test_a_line_lost_at_the_end_without_storing_is_doubtful_too(post: Post) -> None:
    """The same from outside: nobody can tell the two apart, so nothing is repeated."""
    post.simulator.order("SMTP END an@*", "drop_before")
    host, _ = post.send(AN, BINH)
    post.send(host=host)
    assert host.people.states == {"1": "begun", "2": "accepted"}
    assert got(post) == ["binh@example.com"]


@pytest.mark.parametrize("place", ["MAIL *", "RCPT an@*", "DATA an@*"])
def test_a_line_lost_before_the_text_loses_and_repeats_nothing(post: Post, place: str) -> None:
    post.simulator.order(f"SMTP {place}", "drop_before")
    host, outcome = post.send(AN, BINH)
    if isinstance(outcome, TryAgain):
        _, outcome = post.send(host=host)
    assert isinstance(outcome, Receipt)
    assert sorted(got(post)) == ["an@example.com", "binh@example.com"]
    assert set(host.people.states.values()) == {"accepted"}


def test_a_server_that_keeps_breaking_the_line_is_left_alone(post: Post) -> None:
    post.simulator.order("SMTP RCPT *", "drop_before", times=99)
    host, error = post.send(AN, BINH)
    assert isinstance(error, TryAgain) and error.pause_account
    assert set(host.people.states.values()) == {"waiting"}


def test_a_server_that_is_away_or_full_begins_nothing(post: Post) -> None:
    post.simulator.order("SMTP CONNECT", "rate_limit", times=9)
    host, error = post.send(AN)
    assert isinstance(error, TryAgain) and error.pause_account
    assert host.people.states == {"1": "waiting"}
    account = post.account(port=1)
    channel = EmailChannel()
    channel.configure({}, ["127.0.0.1:1"])
    with pytest.raises(TryAgain):
        channel.verify(account)


def test_a_wrong_password_needs_a_person_and_shows_nowhere(post: Post) -> None:
    wrong = "mat-khau-sai-12345"
    host, error = post.send(AN, password=wrong)
    assert isinstance(error, NeedsPerson)
    assert wrong not in f"{error} {error!r} {error.detail}"
    assert host.people.states == {"1": "waiting"}
    _, error = post.send(AN, password="mật khẩu có dấu")
    assert isinstance(error, NeedsPerson) and "mật khẩu có dấu" not in f"{error} {error.detail}"


def test_a_sign_in_that_fails_for_the_moment_is_tried_again(post: Post) -> None:
    post.simulator.order("SMTP AUTH", "rate_limit", times=9)
    _, error = post.send(AN)
    assert isinstance(error, TryAgain)


def test_a_sender_the_server_does_not_allow_needs_a_person(post: Post) -> None:
    post.simulator.order("SMTP MAIL *", "error_before")
    host, error = post.send(AN)
    assert isinstance(error, NeedsPerson) and "địa chỉ gửi" in error.for_school
    assert host.people.states == {"1": "waiting"}


def test_nothing_goes_out_without_encryption_to_a_server_that_offers_none(post: Post) -> None:
    host, error = post.send(AN, security="starttls")
    assert isinstance(error, NeedsPerson) and "mã hóa" in error.for_school
    assert host.people.states == {"1": "waiting"} and got(post) == []


def test_private_servers_and_plain_lines_to_real_ones_are_refused(post: Post) -> None:
    stranger = EmailChannel()
    with pytest.raises(NeedsPerson) as refused:
        stranger.verify(post.account(security="tls"))
    assert "mạng nội bộ" in refused.value.for_school
    with pytest.raises(NeedsPerson) as refused:
        stranger.verify(post.account())
    assert "mã hóa" in refused.value.for_school


def test_verify_signs_in_and_sends_nothing(post: Post) -> None:
    post.channel.verify(post.account())
    assert got(post) == []
    with pytest.raises(NeedsPerson) as refused:
        post.channel.verify(post.account(bounce_password="sai"))
    assert "bị trả về" in refused.value.for_school


def test_a_long_list_is_sent_in_parts(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "LONGEST_CALL", -1.0)
    host, error = post.send(AN, BINH)
    assert isinstance(error, TryAgain) and set(host.people.states.values()) == {"waiting"}
    monkeypatch.undo()
    _, receipt = post.send(host=host)
    assert isinstance(receipt, Receipt) and len(got(post)) == 2


def test_bounces_are_read_and_belong_to_the_letter(post: Post) -> None:
    post.simulator.bounce("an@example.com", "5.1.1", seconds=60)
    post.simulator.bounce("binh@example.com", "5.2.2")
    post.send(AN, BINH, CHI)
    account = post.account()
    since = NOW - timedelta(hours=1)
    assert [found.recipient_ref for found in post.channel.bounces(account, since)] == ["2"]
    post.simulator.advance(61)
    found = {bounce.recipient_ref: bounce for bounce in post.channel.bounces(account, since)}
    assert {ref: bounce.permanent for ref, bounce in found.items()} == {"1": True, "2": False}
    assert {bounce.delivery_key for bounce in found.values()} == {"k-1"}
    assert found["1"].sentence == "Thư bị trả về: 550 5.1.1 no such mailbox here."
    assert post.channel.bounces(account, NOW + timedelta(days=30)) == []
    assert post.channel.bounces(post.account(bounce_server=""), since) == []


def test_a_made_up_bounce_ends_no_subscription(post: Post) -> None:
    post.simulator.bounce("an@example.com")
    post.send(AN)
    raw = post.simulator.reports[0][1]
    mine = post.simulator.letters[0].parsed()["Message-ID"].split(".")[3].split("@")[0]
    post.simulator.reports[0] = (NOW, raw.replace(mine.encode(), b"0" * 16))
    assert post.channel.bounces(post.account(), NOW) == []


def test_the_picture_stays_out_while_nobody_can_fetch_it(post: Post) -> None:
    post.send(AN, host=FakeHost({}, [AN]))
    assert "<img" not in post.simulator.letters[0].part("html")


def test_the_inbox_can_be_read_in_a_browser(post: Post) -> None:
    post.send(AN)
    inbox = requests.get(post.places.http, timeout=5).text
    assert "Khai giảng năm học mới" in inbox and "an@example.com" in inbox
    shown = requests.get(f"{post.places.http}/thu/1", timeout=5).text
    assert "List-Unsubscribe-Post" in shown and "Kính gửi Nguyễn Thị An" in shown
    assert "<h1" in requests.get(f"{post.places.http}/thu/1/html", timeout=5).text
    state = requests.get(f"{post.places.http}/_sim/state", timeout=5).json()
    assert state["letters"][0]["recipient"] == "an@example.com"


def test_press_release_names_whom_to_ask(post: Post) -> None:
    post.send(CHI, purpose="press")
    letter = post.simulator.letters[0]
    assert letter.parsed()["Subject"] == "[Thông cáo báo chí] Khai giảng năm học mới"
    assert "Bà Trần Thị Mẫu" in letter.part("plain") and "báo chí" in letter.part("html")
    account = post.account(purpose="press", contact="")
    assert [problem.code for problem in post.channel.check(sample_post(), account)] == ["email.no_contact"]


def test_lines_stay_within_what_mail_servers_take(post: Post) -> None:
    long = sample_post(
        title="Trường " + "rất dài " * 20,
        body_text="Một đoạn văn rất dài. " * 300,
        body_html="<p>" + "Một đoạn văn rất dài. " * 300 + "</p>",
        media=(sample_media(),),
    )
    account = post.account()
    host = FakeHost({}, [Recipient("1", "an@example.com", "Nguyễn " * 30, "https://x.example/" + "a" * 300)])
    post.channel.publish(post.channel.render(long, account), "k-2", account, host)
    lines = post.simulator.letters[0].raw.split(b"\r\n")
    technical = [line for line in lines if line.startswith((b"List-", b"Message-ID"))]
    assert max(map(len, lines)) <= 998
    assert max(len(line) for line in lines if line not in technical) <= 78
    assert post.simulator.letters[0].parsed()["Subject"] == long.title.strip()
    assert all(line.isascii() for line in lines)


def test_what_the_server_said_is_kept_without_addresses_and_secrets(post: Post) -> None:
    post.simulator.order("SMTP RCPT an@*", "error_before")
    heard: list[Exchange] = []
    with recording(heard):
        post.send(AN, BINH)
        post.send(AN, password="mat-khau-sai-12345")
    shown = [(exchange.method, exchange.status, exchange.excerpt) for exchange in heard]
    assert ("RCPT", 550, "5.1.1 no such user") in shown
    assert any("accepted=1" in excerpt for _, _, excerpt in shown)
    assert any("535" in excerpt for _, _, excerpt in shown)
    assert "example.com" not in str(shown) and "mat-khau" not in str(shown)
