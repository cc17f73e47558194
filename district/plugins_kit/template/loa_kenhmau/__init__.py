"""The plugin module that the entry point names."""

from collections.abc import Iterable

from channel_plugins import Channel, hookimpl

from .channel import KenhmauChannel


@hookimpl
def district_channels() -> Iterable[Channel]:
    """Give the channel."""
    yield KenhmauChannel()
