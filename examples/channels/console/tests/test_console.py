"""The console channel against the contract."""

from loa_console import ConsoleChannel

from channel_plugins import Channel
from channel_plugins.conformance import ChannelConformance


class TestConsole(ChannelConformance):
    """Every check of the contract, inherited."""

    def make_channel(self) -> Channel:
        """Return the channel under test."""
        return ConsoleChannel()
