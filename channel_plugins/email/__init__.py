"""The newsletter and the press release, by SMTP, as a channel."""

from __future__ import annotations

from collections.abc import Iterable

from channel_plugins.base import Channel
from channel_plugins.hookspecs import hookimpl

from .channel import EmailChannel


@hookimpl
def district_channels() -> Iterable[Channel]:
    """Give the e-mail channel."""
    yield EmailChannel()
