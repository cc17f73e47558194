"""The Facebook channel: one Page of a unit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from requests.adapters import BaseAdapter

from channel_plugins.base import Channel, utc_now
from channel_plugins.checks import limit_problems
from channel_plugins.reach import Comment, Host
from channel_plugins.text import length
from channel_plugins.types import (
    Account,
    CallbackAnswer,
    CallbackRequest,
    ChannelInfo,
    ConnectStep,
    Limits,
    LookUp,
    Metric,
    Payload,
    Post,
    Preview,
    Problem,
    Reading,
    Receipt,
    Sent,
)

from . import callbacks, connecting, message, posting, statistics
from .graph import Graph
from .settings import FacebookOptions, FacebookSettings


class FacebookChannel(Channel):
    """Posts to a Facebook Page. `transport` and `clock` are given by tests only."""

    info = ChannelInfo(
        name="facebook",
        label="Trang Facebook",
        description="Đăng bài lên Trang Facebook của trường: lời, liên kết, một hay nhiều ảnh.",
        icon="flag",
        outlet="remote",
        repeat_is_safe=False,
        doc="channel_plugins/facebook/README.md",
        call_seconds=300,
    )
    limits: Limits = Limits(
        max_text=message.MAX_TEXT,
        max_media=message.MAX_PHOTOS,
        max_media_bytes=message.MAX_PHOTO_BYTES,
        media_types=message.PHOTO_TYPES,
        can_edit=True,
        can_retract=True,
        can_look_up=True,
        has_comments=True,
        metrics=frozenset(
            {Metric.VIEWS, Metric.REACH, Metric.CLICKS, Metric.REACTIONS, Metric.COMMENTS, Metric.SHARES}
        ),
    )
    SettingsSchema = FacebookSettings
    OptionsSchema = FacebookOptions

    def __init__(self, transport: BaseAdapter | None = None, clock: Callable[[], datetime] = utc_now) -> None:
        super().__init__()
        self._transport = transport
        self.clock = clock
        self.configure({})

    def configure(self, options: Mapping[str, Any], private_hosts: Iterable[str] = ()) -> None:
        """Take the options of the installation; the budget of a Page is among them."""
        super().configure(options, private_hosts)
        self._graph = Graph(self.options, private_hosts=self.private_hosts, transport=self._transport, clock=self.clock)
        self.limits = replace(
            type(self).limits,
            has_comments=self.options["read_comments"],
            max_per_hour=self.options["posts_per_hour"] or None,
            max_per_day=self.options["posts_per_day"] or None,
            least_pause=self.options["pause_seconds"] or None,
        )

    def connect(self, answers: Mapping[str, str], kept: Mapping[str, str], callback_url: str) -> ConnectStep:
        """Lead through Facebook's consent page to one Page whose own token is proven."""
        return connecting.connect(self._graph, answers, kept, callback_url)

    def verify(self, account: Account) -> None:
        """Prove that the stored token is this Page's and may post there."""
        connecting.verify(self._graph, account)

    def account_ref(self, account: Account) -> str:
        """Return the id of the Page."""
        return str(account.settings["page_id"])

    def text_length(self, post: Post, account: Account) -> int:
        """Return the length of the whole text that goes out, title and address included."""
        return length(message.message(post, account))

    def check(self, post: Post, account: Account) -> list[Problem]:
        """Return what stands against the limits and what Facebook would refuse."""
        return limit_problems(post, self.limits, self.text_length(post, account)) + message.problems(post)

    def render(self, post: Post, account: Account) -> Payload:
        """Return the words, link and pictures for this Page."""
        return Payload(self.info.name, message.data_of(post, account))

    def preview(self, payload: Payload) -> Preview:
        """Return the post as it will stand on the Page."""
        return message.show(payload.data)

    def publish(self, payload: Payload, key: str, account: Account, host: Host) -> Receipt:  # noqa: ARG002
        """Upload the pictures unpublished, then make the post with one call."""
        return posting.publish(self._graph, payload, account, host)

    def look_up(self, key: str, account: Account, sent: Sent) -> LookUp:  # noqa: ARG002
        """Search the newest posts of the Page, or read the known one back."""
        return posting.look_up(self._graph, account, sent)

    def edit(self, receipt: Receipt, payload: Payload, account: Account, host: Host) -> Receipt:  # noqa: ARG002
        """Replace the words of the post."""
        return posting.edit(self._graph, receipt, payload, account)

    def retract(self, receipt: Receipt, account: Account) -> None:
        """Delete the post."""
        posting.retract(self._graph, receipt, account)

    def collect(self, receipts: Mapping[str, Receipt], account: Account) -> list[Reading]:
        """Return views, reach, clicks, reactions, comments and shares, as far as Facebook shows them."""
        return statistics.collect(self._graph, receipts, account)

    def comments(self, receipts: Mapping[str, Receipt], account: Account) -> list[Comment]:
        """Return the comments below the posts."""
        return statistics.comments(self._graph, receipts, account)

    def parse_callback(self, request: CallbackRequest, account: Account | None) -> CallbackAnswer:  # noqa: ARG002
        """Read a webhook of our app; it may speak of several Pages, so the account of the address does not matter."""
        return callbacks.parse(request, self.options)
