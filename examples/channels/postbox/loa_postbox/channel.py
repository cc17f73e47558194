"""A channel that talks to a service: one call uploads each picture, one creates the post, one looks it up."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime

from requests.adapters import BaseAdapter

from channel_plugins import (
    Account,
    CallbackAnswer,
    CallbackRequest,
    Channel,
    ChannelInfo,
    Event,
    Host,
    Limits,
    LookUp,
    Metric,
    Payload,
    Post,
    Preview,
    Reading,
    Receipt,
    Sent,
)
from channel_plugins.http import Http, raise_for_status

from .settings import PostboxSettings

API = "https://api.postbox.example.com/v1"


class PostboxChannel(Channel):
    """Posts to the invented service Postbox."""

    info = ChannelInfo(
        name="postbox",
        label="Hộp tin",
        description="Đăng bài lên dịch vụ Hộp tin, để học cách viết kênh có mạng.",
        icon="inbox",
        outlet="remote",
        repeat_is_safe=False,
        doc="loa_postbox/README.md",
    )
    limits = Limits(
        max_title=100,
        max_text=2_000,
        max_media=4,
        can_retract=True,
        can_look_up=True,
        metrics=frozenset({Metric.VIEWS}),
    )
    SettingsSchema = PostboxSettings

    def __init__(self, transport: BaseAdapter | None = None) -> None:
        super().__init__()
        self.http = Http(["api.postbox.example.com"], transport=transport)

    def render(self, post: Post, account: Account) -> Payload:
        """Return the message and the names of its pictures."""
        pictures = [{"ref": item.ref, "type": item.content_type, "alt": item.alt} for item in post.media]
        data = {"box": account.settings["box"], "title": post.title, "text": post.body_text, "pictures": pictures}
        return Payload(self.info.name, data)

    def preview(self, payload: Payload) -> Preview:
        """Return title and text."""
        return Preview("text", f"{payload.data['title']}\n\n{payload.data['text']}")

    def publish(self, payload: Payload, key: str, account: Account, host: Host) -> Receipt:
        """Upload the pictures (an orphan harms nobody), then make the one call that creates the post."""
        data = payload.data
        uploads = []
        for picture in data["pictures"]:
            answer = self.http.post(
                f"{API}/pictures",
                account,
                repeatable=True,
                headers=self._token(account),
                files={"file": (picture["ref"], host.read(picture["ref"]), picture["type"])},
            )
            uploads.append(raise_for_status(answer).json()["id"])
        created = self.http.post(
            f"{API}/boxes/{data['box']}/posts",
            account,
            repeatable=False,
            headers=self._token(account),
            json_body={"title": data["title"], "text": data["text"], "pictures": uploads, "reference": key},
        )
        return self._receipt(raise_for_status(created).json())

    def look_up(self, key: str, account: Account, sent: Sent) -> LookUp:
        """Ask the service for the post with our reference."""
        answer = self.http.get(
            f"{API}/boxes/{sent.payload.data['box']}/posts",
            account,
            headers=self._token(account),
            params={"reference": key},
        )
        found = raise_for_status(answer).json()["posts"]
        return LookUp.found(self._receipt(found[0])) if found else LookUp.not_there()

    def retract(self, receipt: Receipt, account: Account) -> None:
        """Delete the post; one that is gone already counts as done."""
        url = f"{API}/posts/{receipt.remote_id}"
        answer = self.http.request("DELETE", url, account, repeatable=True, headers=self._token(account))
        if answer.status not in (404, 410):
            raise_for_status(answer)

    def collect(self, receipts: Mapping[str, Receipt], account: Account) -> list[Reading]:
        """Return how often each post was seen."""
        readings = []
        for delivery_key, receipt in receipts.items():
            answer = self.http.get(f"{API}/posts/{receipt.remote_id}", account, headers=self._token(account))
            if answer.status in (404, 410):
                continue
            views = int(raise_for_status(answer).json()["views"])
            readings.append(Reading(delivery_key, Metric.VIEWS, views, datetime.now(UTC)))
        return readings

    def parse_callback(self, request: CallbackRequest, account: Account | None) -> CallbackAnswer:
        """Take a "seen" notice whose signature over the raw bytes is right."""
        if account is None:
            return CallbackAnswer(accepted=False, status=404)
        expected = hmac.new(account.secrets["token"].encode(), request.body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(expected, request.headers.get("x-postbox-signature", "")):
            return CallbackAnswer(accepted=False, status=403)
        data = json.loads(request.body)
        return CallbackAnswer(True, 200, events=(Event("seen", data["box"], data["post"]),))

    def _token(self, account: Account) -> dict[str, str]:
        return {"Authorization": f"Bearer {account.secrets['token']}"}

    def _receipt(self, post: Mapping[str, str]) -> Receipt:
        return Receipt(post["id"], post["url"], datetime.fromisoformat(post["created"]))
