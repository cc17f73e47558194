"""The unit's own public site, hosted by this program, as a channel."""

from __future__ import annotations

from collections.abc import Iterable

from channel_plugins.base import Channel
from channel_plugins.hookspecs import hookimpl

from .channel import WebsiteChannel


@hookimpl
def district_channels() -> Iterable[Channel]:
    """Give the website channel."""
    yield WebsiteChannel()
