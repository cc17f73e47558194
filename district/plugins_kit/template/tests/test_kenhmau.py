"""The channel against the contract, and what is special about it."""

from datetime import UTC, datetime

from loa_kenhmau.channel import LONGEST_MESSAGE, KenhmauChannel
from loa_kenhmau.suite import MESSAGE, Suite

from channel_plugins import Receipt, Sent
from channel_plugins.testing import FakeTransport, reply, sample_account, sample_post


class TestKenhmau(Suite):
    """Every check of the contract, inherited."""


def test_the_message_ends_with_the_address_and_fits() -> None:
    """Readers find the whole article however long its summary is."""
    channel = KenhmauChannel()
    post = sample_post(summary="Vui cùng nhau. " * 1_000)
    text = str(channel.render(post, sample_account(channel)).data["text"])
    assert text.startswith("Khai giảng năm học mới\n\nVui cùng nhau.")
    assert text.endswith(post.canonical_url) and len(text) <= LONGEST_MESSAGE


def test_what_was_changed_at_the_service_is_seen() -> None:
    """A message edited by hand is told from ours, and one that is missing is certain."""
    channel = KenhmauChannel(FakeTransport([reply({"messages": [MESSAGE]}), reply({"messages": []})]))
    account = sample_account(channel)
    sent = Sent(channel.render(sample_post(), account), datetime(2026, 9, 5, 1, tzinfo=UTC))
    assert channel.look_up("k-1", account, sent).altered
    assert channel.look_up("k-1", account, sent).state == "not_there"


def test_a_message_that_is_gone_counts_as_taken_down() -> None:
    """Somebody deleted it already: that is what was wanted."""
    channel = KenhmauChannel(FakeTransport([reply({}, status=404)]))
    channel.retract(Receipt("m-1"), sample_account(channel))
