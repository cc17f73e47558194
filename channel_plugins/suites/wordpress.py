"""A WordPress site played by a script: nothing of this name yet, a picture, a category, a draft, its publication."""

from __future__ import annotations

from channel_plugins.base import Channel
from channel_plugins.remote_conformance import RemoteChannelConformance
from channel_plugins.testing import FakeTransport, Reply, reply
from channel_plugins.wordpress.channel import WordPressChannel

PUBLISHED = {
    "id": 7,
    "slug": "khai-giang",
    "status": "publish",
    "link": "https://thcshoamai.edu.vn/khai-giang/",
    "date_gmt": "2026-09-05T01:00:00",
}
CONVERSATION = (
    reply([]),
    reply([]),
    reply({"id": 5, "source_url": "https://thcshoamai.edu.vn/a.jpg"}, status=201),
    reply([{"id": 3, "name": "Tin tức - Sự kiện"}]),
    reply({**PUBLISHED, "status": "draft"}, status=201),
    reply(PUBLISHED),
)


class Suite(RemoteChannelConformance):
    """Every check of the contract; the last call makes the draft public."""

    def make_remote(self, transport: FakeTransport) -> Channel:
        """Return the channel talking through `transport`."""
        return WordPressChannel(transport)

    def good_conversation(self) -> list[Reply]:
        """Return the answers to one publication."""
        return list(CONVERSATION)
