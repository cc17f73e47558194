"""The Zalo channel against the contract, its service played by a script."""

from channel_plugins import Channel
from channel_plugins.remote_conformance import RemoteChannelConformance
from channel_plugins.testing import FakeTransport, Reply, reply
from channel_plugins.zalo.channel import ZaloChannel


class TestZalo(RemoteChannelConformance):
    """Every check of the contract, inherited; `article/create` is the last call of `publish`."""

    def make_remote(self, transport: FakeTransport) -> Channel:
        return ZaloChannel(transport)

    def good_conversation(self) -> list[Reply]:
        return [reply({}), reply({"data": {"token": "job-1"}, "error": 0, "message": "Success"})]
