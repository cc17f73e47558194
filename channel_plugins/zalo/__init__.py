"""A Zalo Official Account as a channel: articles, and the broadcast of one to the followers."""

from __future__ import annotations

from collections.abc import Iterable

from channel_plugins.base import Channel
from channel_plugins.hookspecs import hookimpl

from .channel import ZaloChannel


@hookimpl
def district_channels() -> Iterable[Channel]:
    """Give the Zalo channel."""
    yield ZaloChannel()
