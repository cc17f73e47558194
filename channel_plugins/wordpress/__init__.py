"""A school's own WordPress site as a channel."""

from __future__ import annotations

from collections.abc import Iterable

from channel_plugins.base import Channel
from channel_plugins.hookspecs import hookimpl

from .channel import WordPressChannel


@hookimpl
def district_channels() -> Iterable[Channel]:
    """Give the WordPress channel."""
    yield WordPressChannel()
