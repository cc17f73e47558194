"""A receiver of webhooks played by a script: one call, and any 2xx says that it was taken."""

from __future__ import annotations

from channel_plugins.base import Channel
from channel_plugins.remote_conformance import RemoteChannelConformance
from channel_plugins.testing import FakeTransport, Reply, reply
from channel_plugins.webhook.channel import WebhookChannel


class Suite(RemoteChannelConformance):
    """Every check of the contract; the key is what the receiver deduplicates by."""

    reads_answers = False

    def make_remote(self, transport: FakeTransport) -> Channel:
        """Return the channel talking through `transport`."""
        return WebhookChannel(transport)

    def good_conversation(self) -> list[Reply]:
        """Return the answer to one publication."""
        return [reply({"taken": True})]
