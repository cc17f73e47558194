"""The channel: one call creates a message, one finds it again, one takes it down."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from requests.adapters import BaseAdapter

from channel_plugins import (
    Account,
    Channel,
    ChannelInfo,
    Host,
    Limits,
    LookUp,
    Payload,
    Post,
    Preview,
    Receipt,
    Sent,
)
from channel_plugins.http import Answer, Http, raise_for_status
from channel_plugins.text import shorten

from .settings import KenhmauOptions, KenhmauSettings

LONGEST_MESSAGE = 4_096


class KenhmauChannel(Channel):
    """Posts messages to a room of the service."""

    info = ChannelInfo(
        name="kenhmau",
        label="Kênh mẫu",
        description="Đăng bài vào một nhóm trên dịch vụ Kênh mẫu.",
        icon="send",
        outlet="remote",
        repeat_is_safe=False,
        doc="loa_kenhmau/README.md",
    )
    limits = Limits(max_title=200, max_text=20_000, can_retract=True, can_look_up=True, max_per_hour=20)
    SettingsSchema = KenhmauSettings
    OptionsSchema = KenhmauOptions

    def __init__(self, transport: BaseAdapter | None = None) -> None:
        super().__init__()
        self._transport = transport
        self.configure({})

    def configure(self, options: Mapping[str, Any], private_hosts: Iterable[str] = ()) -> None:
        """Take the options of the installation and open the way to the service, and to nothing else."""
        super().configure(options, private_hosts)
        host = urlsplit(self.options["api_url"]).hostname or ""
        self.http = Http([host], private_hosts=self.private_hosts, transport=self._transport)

    def verify(self, account: Account) -> None:
        """Read the room: what may not be read may not be written to."""
        raise_for_status(self._get(account, f"/rooms/{account.settings['room']}"))

    def render(self, post: Post, account: Account) -> Payload:
        """Return the message: title, as much of the summary as fits, and the address of the whole article."""
        tail = f"\n\n{post.canonical_url}"
        summary = shorten(post.summary, LONGEST_MESSAGE - len(post.title) - len(tail) - 2)
        text = "\n\n".join(part for part in (post.title.strip(), summary) if part) + tail
        return Payload(self.info.name, {"room": account.settings["room"], "text": text})

    def preview(self, payload: Payload) -> Preview:
        """Return the message as it will read."""
        return Preview("text", str(payload.data["text"]))

    def publish(self, payload: Payload, key: str, account: Account, host: Host) -> Receipt:  # noqa: ARG002
        """Create the message. This one call is not repeatable: its lost answer is `Unsure`, never "try again"."""
        answer = self.http.post(
            f"{self.options['api_url']}/messages",
            account,
            repeatable=False,
            headers=self._token(account),
            json_body={"room": payload.data["room"], "text": payload.data["text"], "reference": key},
        )
        return self._receipt(raise_for_status(answer).json())

    def look_up(self, key: str, account: Account, sent: Sent) -> LookUp:
        """Ask for the message with our reference. Reads only, so the host may ask as often as it likes."""
        answer = self._get(account, "/messages", {"room": sent.payload.data["room"], "reference": key})
        found = raise_for_status(answer).json()["messages"]
        if not found:
            return LookUp.not_there()
        text = str(found[0]["text"])
        return LookUp.found(self._receipt(found[0]), text, altered=text != sent.payload.data["text"])

    def retract(self, receipt: Receipt, account: Account) -> None:
        """Delete the message; one that is gone already counts as done."""
        url = f"{self.options['api_url']}/messages/{receipt.remote_id}"
        answer = self.http.request("DELETE", url, account, repeatable=True, headers=self._token(account))
        if answer.status not in (404, 410):
            raise_for_status(answer)

    def _get(self, account: Account, path: str, params: Mapping[str, str] | None = None) -> Answer:
        url = f"{self.options['api_url']}{path}"
        return self.http.get(url, account, headers=self._token(account), params=params)

    def _token(self, account: Account) -> dict[str, str]:
        return {"Authorization": f"Bearer {account.secrets.get('token', '')}"}

    def _receipt(self, message: Mapping[str, Any]) -> Receipt:
        return Receipt(str(message["id"]), message.get("url"), datetime.fromisoformat(message["created"]))
