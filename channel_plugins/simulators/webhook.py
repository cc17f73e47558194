"""A receiver of webhooks on this machine, as a school's own system would be: it checks the signature, keeps the ids it
has seen, counts what comes twice, and shows the articles as a page.

`POST /_sim/modes` `{"status": 410}` lets it answer so; 0 is its own good answer.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from html import escape
from typing import Any

from .server import SimAnswer, SimRequest, Simulator

SECRET = "whsec_a2hvYSBtYXUga2hvbmcgcGhhaSB0aGF0"  # noqa: S105 - a sample that opens nothing
_TOLERANCE = 300


class WebhookSimulator(Simulator):
    """One receiver with one secret."""

    name = "webhook"

    def reset(self) -> None:
        """Forget every message."""
        super().reset()
        self.articles: dict[str, dict[str, Any]] = {}
        self.seen: dict[str, str] = {}
        self.duplicates = 0
        self.refused = 0
        self.status = 0

    def state(self) -> dict[str, Any]:
        """Return the articles by delivery, the ids seen, and what came twice or was refused."""
        return {
            "articles": {key: item["title"] for key, item in self.articles.items()},
            "seen": dict(self.seen),
            "duplicates": self.duplicates,
            "refused": self.refused,
        }

    def steer(self, request: SimRequest) -> SimAnswer:
        """Choose the status of the answers, or do what every simulator does."""
        if request.place == "POST /_sim/modes":
            with self.lock:
                self.status = int(request.json().get("status", 0))
                return SimAnswer({"status": self.status})
        return super().steer(request)

    def respond(self, request: SimRequest) -> SimAnswer:
        """Take a message, or show a reader what has come."""
        if request.method == "GET":
            return self._page()
        if self.status:
            return SimAnswer({"error": "ordered"}, self.status)
        if not self._genuine(request):
            self.refused += 1
            return SimAnswer({"error": "bad signature"}, 401)
        message_id = request.headers["webhook-id"]
        if message_id in self.seen:
            self.duplicates += 1
            return SimAnswer({"duplicate": True})
        return self._take(message_id, json.loads(request.body))

    def _genuine(self, request: SimRequest) -> bool:
        sent = request.headers.get("webhook-timestamp", "")
        if not sent.isdigit() or abs(self.now().timestamp() - int(sent)) > _TOLERANCE:
            return False
        signed = f"{request.headers.get('webhook-id', '')}.{sent}.".encode() + request.body
        key = base64.b64decode(SECRET.removeprefix("whsec_"))
        expected = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        given = request.headers.get("webhook-signature", "").split()
        return any(hmac.compare_digest(expected, one) for one in given)

    def _take(self, message_id: str, message: dict[str, Any]) -> SimAnswer:
        event, delivery = message["event"], message.get("delivery", "")
        self.seen[message_id] = event
        if event in ("article.published", "article.edited"):
            self.articles[delivery] = message["article"]
        elif event == "article.retracted":
            self.articles.pop(delivery, None)
        return SimAnswer({"taken": True})

    def _page(self) -> SimAnswer:
        items = "".join(
            f"<article><h2>{escape(item['title'])}</h2>{item['body_html']}</article>"
            for item in reversed(self.articles.values())
        )
        whole = (
            '<!doctype html><html lang="vi"><meta charset="utf-8"><title>Hệ thống nhận bài (thử)</title>'
            f"<h1>Hệ thống nhận bài (thử)</h1>{items or '<p>Chưa có bài nào.</p>'}"
            f"<p>Gửi lặp: {self.duplicates}. Bị từ chối: {self.refused}.</p></html>"
        )
        return SimAnswer(whole.encode(), content_type="text/html; charset=utf-8")
