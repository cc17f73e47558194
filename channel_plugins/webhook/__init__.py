"""A signed call to a system of the school's own as a channel."""

from __future__ import annotations

from collections.abc import Iterable

from channel_plugins.base import Channel
from channel_plugins.hookspecs import hookimpl

from .channel import WebhookChannel


@hookimpl
def district_channels() -> Iterable[Channel]:
    """Give the webhook channel."""
    yield WebhookChannel()
