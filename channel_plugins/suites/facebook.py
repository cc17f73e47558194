"""Facebook played by a script: a picture taken, a post created."""

from __future__ import annotations

from channel_plugins.base import Channel
from channel_plugins.facebook.channel import FacebookChannel
from channel_plugins.remote_conformance import RemoteChannelConformance
from channel_plugins.testing import FakeTransport, Reply, reply

OPTIONS = {"app_id": "123456789012345", "app_secret": "khoa-ung-dung-bi-mat-0123456789", "verify_token": "xin-chao"}


class Suite(RemoteChannelConformance):
    """Every check of the contract; the last call of the conversation creates the post."""

    def make_remote(self, transport: FakeTransport) -> Channel:
        """Return the channel talking through `transport`."""
        channel = FacebookChannel(transport)
        channel.configure(OPTIONS)
        return channel

    def good_conversation(self) -> list[Reply]:
        """Return the answers to one publication."""
        return [
            reply({"id": "9001"}),
            reply({"id": "100200300400500_77", "permalink_url": "https://www.facebook.com/100200300400500/posts/77"}),
        ]
