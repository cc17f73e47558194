"""Notices the Zalo simulator sends: signed, forged, old, repeated; again and again while they are not answered."""

from __future__ import annotations

import hashlib
import json
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

LADDER = tuple(timedelta(seconds=seconds) for seconds in (30, 300, 900, 1_800, 3_600))
_ANSWER_WITHIN = 2.0


@dataclass
class _Waiting:
    due: datetime
    url: str
    body: bytes
    signature: str
    tried: int


class Webhooks:
    """Sends notices and keeps those nobody took."""

    def __init__(self, app_id: str, oa_secret: str, now: Callable[[], datetime]) -> None:
        self.app_id, self.oa_secret, self.now = app_id, oa_secret, now
        self.waiting: list[_Waiting] = []
        self.switched_off = False

    def signed(
        self,
        event: str,
        oa_id: str,
        kind: Literal["good", "oa_first", "forged", "old"] = "good",
        text: str = "Con chào cô ạ",
    ) -> tuple[bytes, str]:
        """Return body and signature of a notice.

        Args:
            kind: good signs with the application's id first, oa_first with the OA's; forged with another secret; old
                is good but from the day before.
        """
        moment = self.now() - (timedelta(days=1) if kind == "old" else timedelta(0))
        timestamp = str(int(moment.timestamp() * 1000))
        data: dict[str, object] = {"app_id": self.app_id, "event_name": event, "timestamp": timestamp}
        if event in ("follow", "unfollow"):
            data |= {"oa_id": oa_id, "follower": {"id": "7000000000000000001"}, "source": "oa_profile"}
        else:
            message = {"msg_id": hashlib.sha256(timestamp.encode()).hexdigest()[:20], "text": text}
            data |= {"sender": {"id": "7000000000000000001"}, "recipient": {"id": oa_id}, "message": message}
        body = json.dumps(data, ensure_ascii=False).encode()
        first = oa_id if kind == "oa_first" else self.app_id
        key = "khoa-gia-mao" if kind == "forged" else self.oa_secret
        digest = hashlib.sha256(first.encode() + body + timestamp.encode() + key.encode()).hexdigest()
        return body, f"mac={digest}"

    def deliver(
        self,
        url: str,
        event: str,
        oa_id: str,
        kind: Literal["good", "oa_first", "forged", "old"] = "good",
        times: int = 1,
    ) -> list[int]:
        """Send one notice, `times` times with the same bytes; returns the HTTP statuses, 0 for no answer."""
        body, signature = self.signed(event, oa_id, kind)
        statuses = [_send(url, body, signature, 0) for _ in range(times)]
        if statuses[-1] != 200 and kind == "good" and not self.switched_off:
            self.waiting.append(_Waiting(self.now() + LADDER[0], url, body, signature, 1))
        return statuses

    def send_due(self) -> list[int]:
        """Send again what nobody took and whose time has come; after the last time the webhook is switched off."""
        statuses = []
        for item in [item for item in self.waiting if item.due <= self.now()]:
            self.waiting.remove(item)
            statuses.append(_send(item.url, item.body, item.signature, item.tried))
            if statuses[-1] == 200:
                continue
            if item.tried >= len(LADDER):
                self.switched_off = True
            else:
                item.due, item.tried = self.now() + LADDER[item.tried], item.tried + 1
                self.waiting.append(item)
        return statuses


def _send(url: str, body: bytes, signature: str, tried: int) -> int:
    headers = {"Content-Type": "application/json", "X-ZEvent-Signature": signature}
    if tried:
        headers["num_retry"] = str(tried)
    request = urllib.request.Request(url, body, headers, method="POST")  # noqa: S310 - an address the tester names
    try:
        with urllib.request.urlopen(request, timeout=_ANSWER_WITHIN) as answer:  # noqa: S310
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return int(error.code)
    except OSError:
        return 0
