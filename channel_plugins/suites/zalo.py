"""Zalo played by a script: a cover looked at, an article handed in; a pair of tokens renewed."""

from __future__ import annotations

from channel_plugins.base import Channel
from channel_plugins.remote_conformance import RemoteChannelConformance
from channel_plugins.testing import FakeTransport, Reply, reply
from channel_plugins.zalo.channel import ZaloChannel


class Suite(RemoteChannelConformance):
    """Every check of the contract; `article/create` is the last call of `publish`."""

    def make_remote(self, transport: FakeTransport) -> Channel:
        """Return the channel talking through `transport`."""
        return ZaloChannel(transport)

    def good_conversation(self) -> list[Reply]:
        """Return the answers to one publication."""
        return [reply({}), reply({"data": {"token": "job-1"}, "error": 0, "message": "Success"})]

    def renewal_conversation(self) -> list[Reply]:
        """Return the answer to one renewal."""
        return [
            reply({"access_token": "at-moi-0123456789", "refresh_token": "rt-moi-0123456789", "expires_in": "90000"})
        ]
