"""The console channel: the plugin module that the entry point names."""

from collections.abc import Iterable

from channel_plugins import Channel, hookimpl

from .channel import ConsoleChannel


@hookimpl
def district_channels() -> Iterable[Channel]:
    """Give the console channel."""
    yield ConsoleChannel()
