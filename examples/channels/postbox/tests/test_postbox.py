"""The postbox channel against the contract, its service played by a script."""

from loa_postbox import PostboxChannel

from channel_plugins import Channel
from channel_plugins.remote_conformance import RemoteChannelConformance
from channel_plugins.testing import FakeTransport, Reply, reply

POST = {"id": "p-9", "url": "https://postbox.example.com/p-9", "created": "2026-09-05T08:00:00+07:00"}


class TestPostbox(RemoteChannelConformance):
    """Every check of the contract, inherited; the last call of the conversation creates the post."""

    def make_remote(self, transport: FakeTransport) -> Channel:
        """Return the channel talking through `transport`."""
        return PostboxChannel(transport)

    def good_conversation(self) -> list[Reply]:
        """Return the answers to one publication: a picture taken, a post created."""
        return [reply({"id": "pic-1"}), reply(POST, status=201)]
