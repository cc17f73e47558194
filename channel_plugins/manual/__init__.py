"""Assisted posting: a kit that a person posts by hand, as a channel."""

from __future__ import annotations

from collections.abc import Iterable

from channel_plugins.base import Channel
from channel_plugins.hookspecs import hookimpl

from .channel import ManualChannel


@hookimpl
def district_channels() -> Iterable[Channel]:
    """Give the channel of assisted posting."""
    yield ManualChannel()
