"""The contract as a test of this channel: `loa plugins check kenhmau` and the tests of this project both run it."""

from channel_plugins import Channel
from channel_plugins.remote_conformance import RemoteChannelConformance
from channel_plugins.testing import FakeTransport, Reply, reply

from .channel import KenhmauChannel

MESSAGE = {
    "id": "m-1",
    "url": "https://kenhmau.example.com/m-1",
    "created": "2026-09-05T08:00:00+07:00",
    "text": "Khai giảng năm học mới",
}


class Suite(RemoteChannelConformance):
    """Every check of the contract, inherited; the suite breaks this conversation at every step."""

    def make_remote(self, transport: FakeTransport) -> Channel:
        """Return the channel talking through `transport`."""
        return KenhmauChannel(transport)

    def good_conversation(self) -> list[Reply]:
        """Return the answers of the service to one publication, in order; the last call creates the post."""
        return [reply(MESSAGE, status=201)]
