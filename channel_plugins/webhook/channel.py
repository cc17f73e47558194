"""The webhook channel: each article, its changes and its withdrawal as one signed call.

A message may come twice and its id tells: the receiver keeps the ids it has seen. That makes repeating safe, so a lost
answer is simply sent again. How often, and when an address that keeps failing is given up, is the host's decision; the
receiver itself ends it at once by answering 410.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any
from urllib.parse import urlsplit

from requests.adapters import BaseAdapter

from channel_plugins.base import Channel
from channel_plugins.errors import GiveUp, NextStep, TryAgain
from channel_plugins.http import Answer, Http, Timeouts
from channel_plugins.reach import Host
from channel_plugins.text import nfc
from channel_plugins.types import (
    Account,
    ChannelInfo,
    ConnectStep,
    Limits,
    Payload,
    Post,
    Preview,
    Receipt,
)
from channel_plugins.values import thaw

from . import signing
from .errors import FAILING, REST, demand_taken
from .settings import SHORTEST_SECRET, WebhookSettings

VERSION = 1
#: A receiver that needs longer would keep others waiting (Notify, PR 3119).
LIMITS_OF_A_CALL = Timeouts(connect=3.0, read=5.0, total=5.0)


class WebhookChannel(Channel):
    """A system of the school's own that takes articles."""

    info = ChannelInfo(
        name="webhook",
        label="Hệ thống riêng (webhook)",
        description="Gửi bài, bản sửa và lệnh gỡ tới một hệ thống của trường, có chữ ký.",
        icon="link",
        outlet="remote",
        repeat_is_safe=True,
        doc="channel_plugins/webhook/README.md",
        call_seconds=15,
    )
    limits = Limits(max_text=200_000, can_edit=True, can_retract=True)
    SettingsSchema = WebhookSettings

    def __init__(self, transport: BaseAdapter | None = None, timeouts: Timeouts = LIMITS_OF_A_CALL) -> None:
        super().__init__()
        self._transport, self._timeouts = transport, timeouts
        self._http = Http((), transport=transport, timeouts=timeouts)

    def configure(self, options: Mapping[str, Any], private_hosts: Iterable[str] = ()) -> None:
        """Take the options of the installation; there are none but the simulators."""
        super().configure(options, private_hosts)
        self._http = Http(
            (), private_hosts=self.private_hosts, transport=self._transport, timeouts=self._timeouts, most_bytes=100_000
        )

    def connect(self, answers: Mapping[str, str], kept: Mapping[str, str], callback_url: str) -> ConnectStep:
        """Take the form and prove by a ping that the receiver accepts our signature."""
        step = super().connect(answers, kept, callback_url)
        if step.kind != "done":
            return step
        if len(step.secrets.get("secret", "")) < SHORTEST_SECRET:
            raise GiveUp(
                f"Khóa ký còn ngắn hơn {SHORTEST_SECRET} ký tự nên chưa kết nối. Thầy cô nhập khóa dài hơn, giống nhau "
                "ở hai bên.",
                next_step=NextStep.OPEN_SETTINGS,
            )
        self.verify(Account("connecting", self.info.name, step.settings, step.secrets))
        return ConnectStep(
            "done",
            settings=step.settings,
            secrets=step.secrets,
            label=urlsplit(step.settings["url"]).hostname or "",
        )

    def verify(self, account: Account) -> None:
        """Send a ping, which changes nothing at the receiver."""
        self._send("ping", f"ping-{account.id}-{int(self.clock().timestamp())}", {}, account)

    def render(self, post: Post, account: Account) -> Payload:
        """Return the article as the receiver gets it, pictures by their names here."""
        article = {
            "title": post.title,
            "summary": post.summary,
            "body_html": post.body_html,
            "body_text": post.body_text,
            "genre": post.genre,
            "author": post.author_name,
            "role_model": post.role_model,
            "issued_on": post.issued_on.isoformat(),
            "language": post.language,
            "url": post.canonical_url,
            "pictures": [
                {
                    "ref": item.ref,
                    "content_type": item.content_type,
                    "width": item.width,
                    "height": item.height,
                    "alt": item.alt,
                    "caption": item.caption,
                }
                for item in post.media
            ],
        }
        unit = {"name": post.unit_name, "site": account.site_url}
        return Payload(self.info.name, nfc({"revision": post.key, "unit": unit, "article": article}))

    def preview(self, payload: Payload) -> Preview:
        """Return the article as a page, and where it goes."""
        article = payload.data["article"]
        content = (
            f"<h1>{escape(article['title'])}</h1><p><strong>{escape(article['summary'])}</strong></p>"
            f"{article['body_html']}"
        )
        return Preview("html", content, ("Hệ thống nhận bài tự quyết định bài hiện ra thế nào.",))

    def publish(self, payload: Payload, key: str, account: Account, host: Host) -> Receipt:
        """Send `article.published`; the id of the message is the key."""
        answer = self._send("article.published", key, self._content(payload, key, host), account)
        return Receipt(key, _address(answer), self.clock())

    def edit(self, receipt: Receipt, payload: Payload, account: Account, host: Host) -> Receipt:
        """Send `article.edited`; each revision has one message id, however often it is sent."""
        message_id = f"{receipt.remote_id}.edited.{payload.content_hash[:16]}"
        content = self._content(payload, receipt.remote_id, host)
        answer = self._send("article.edited", message_id, content, account)
        return Receipt(receipt.remote_id, _address(answer) or receipt.url, receipt.published_at)

    def retract(self, receipt: Receipt, account: Account) -> None:
        """Send `article.retracted`."""
        delivery = receipt.remote_id
        self._send("article.retracted", f"{delivery}.retracted", {"delivery": delivery}, account)

    def _content(self, payload: Payload, delivery: str, host: Host) -> dict[str, Any]:
        content: dict[str, Any] = thaw(payload.data)
        for picture in content["article"]["pictures"]:
            picture["url"] = host.public_url(picture.pop("ref"))
        return {"delivery": delivery, **content}

    def _send(self, event: str, message_id: str, content: Mapping[str, Any], account: Account) -> Answer:
        whole = {"version": VERSION, "event": event, **content}
        raw = json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        secrets = (account.secrets.get("secret", ""), account.old_secrets.get("secret", ""))
        url = account.settings["url"].strip()
        try:
            answer = self._http.post(
                url,
                account,
                repeatable=True,
                hosts=[urlsplit(url).hostname or ""],
                headers={
                    "Content-Type": "application/json; charset=utf-8",
                    "User-Agent": "LoaTruong-Webhook/1",
                    **signing.headers(secrets, message_id, int(self.clock().timestamp()), raw),
                },
                data=raw,
            )
        except TryAgain as error:
            raise TryAgain(FAILING, after=REST, pause_account=True, detail=error.detail) from error
        demand_taken(answer)
        return answer


def _address(answer: Answer) -> str | None:
    """Return where the article stands at the receiver, if its answer says so: `{"url": "https://..."}`."""
    try:
        found = json.loads(answer.body)
    except ValueError:
        return None
    url = found.get("url") if isinstance(found, dict) else None
    return url if isinstance(url, str) and url.startswith("https://") and len(url) <= 1_000 else None
