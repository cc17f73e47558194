"""What the parts of the contract suite share: the values a check starts from, and how a sentence is recognised."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .base import Channel
from .testing import PICTURE, FakeHost, no_network, sample_account, sample_post
from .types import Account, Payload, Post, Problem, Receipt

KINDS = frozenset({"try_again", "give_up", "needs_person", "unsure"})


@dataclass(frozen=True)
class Finding:
    """The result of one check: its name, and what went wrong (empty when it passed)."""

    name: str
    error: str = ""


def is_sentence(text: str) -> bool:
    """Return whether `text` reads like a Vietnamese sentence: long enough, with marked letters and a full stop."""
    return len(text.strip()) >= 10 and text.strip()[-1] in ".!?…" and bool(re.search(r"[à-ỹđ]", text.lower()))


def errors_of(problems: Sequence[Problem]) -> list[Problem]:
    """Return the problems that stop a delivery."""
    return [problem for problem in problems if problem.severity == "error"]


class Basis:
    """The makers every part of the suite builds on. A subclass gives `make_channel` and may change the others."""

    #: True for a channel with a network of which no conversation is known: it is then called without any network.
    offline = False

    def make_channel(self) -> Channel:
        """Return the channel under test, fresh."""
        raise AssertionError("write make_channel")

    def make_unreachable(self) -> Channel:
        """Return the channel with its service out of reach; calls are made inside `no_network`."""
        return self.make_channel()

    def make_account(self) -> Account:
        """Return an account with working settings; by default from the examples in the schema."""
        return sample_account(self.make_channel())

    def make_post(self) -> Post:
        """Return a post the channel accepts."""
        return sample_post()

    def publish_once(self, channel: Channel, account: Account, payload: Payload, key: str) -> Receipt:
        """Publish with the pictures of the sample; a remote channel scripts its answers first."""
        host = FakeHost({item.ref: PICTURE for item in self.make_post().media})
        if self.offline:
            with no_network():
                return channel.publish(payload, key, account, host)
        return channel.publish(payload, key, account, host)

    def _payload(self) -> tuple[Channel, Account, Payload]:
        channel, account = self.make_channel(), self.make_account()
        return channel, account, channel.render(self.make_post(), account)
