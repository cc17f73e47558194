"""A Facebook Page as a channel, over the Graph API."""

from __future__ import annotations

from collections.abc import Iterable

from channel_plugins.base import Channel
from channel_plugins.hookspecs import hookimpl

from .channel import FacebookChannel


@hookimpl
def district_channels() -> Iterable[Channel]:
    """Give the Facebook channel."""
    yield FacebookChannel()
