"""Zalo as the channel meets it: consent page, rotating tokens, articles that are made by jobs, broadcasts, notices.

    with running(ZaloSimulator()) as base: ...

Errors come with HTTP 200. A job takes `modes.job_seconds` of the simulator's clock, the refresh token can be used
once, a broadcast cannot be recalled. Besides the addresses of every simulator it answers on `POST /_sim/modes`,
`/_sim/pictures`, `/_sim/grant`, `/_sim/read` and `/_sim/webhook`. All names in it are invented.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from . import zalo_pages
from .server import SimAnswer, SimRequest, Simulator
from .zalo_oauth import Grants, OAuthError
from .zalo_store import SEED, Broadcast, Job, Modes, Oa, SimArticle, picture_trouble, wrong_with
from .zalo_webhooks import Webhooks

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
_PAGE = 10


def _ok(data: Any = None) -> SimAnswer:
    return SimAnswer({"data": {} if data is None else data, "error": 0, "message": "Success"})


def _refused(code: int, message: str) -> SimAnswer:
    return SimAnswer({"error": code, "message": message})


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


class ZaloSimulator(Simulator):
    """One Zalo with the Official Accounts of two invented schools.

    Args:
        now: fixed time to begin at; None follows the real clock.
        app_id, app_secret, oa_secret: of the application that may connect.
        callbacks: addresses consent may return to; empty allows every one.
    """

    name = "zalo"

    def __init__(
        self,
        now: datetime | None = None,
        *,
        app_id: str = "1234567890123456789",
        app_secret: str = "khoa-ung-dung-mau",  # noqa: S107 - invented
        oa_secret: str = "khoa-oa-mau",  # noqa: S107 - invented
        callbacks: tuple[str, ...] = (),
    ) -> None:
        self.app_id, self.app_secret, self.oa_secret, self.callbacks = app_id, app_secret, oa_secret, callbacks
        super().__init__(now)

    def reset(self) -> None:
        """Forget everything but the two accounts."""
        super().reset()
        self.modes = Modes()
        self.oas = {item["id"]: Oa(**item) for item in SEED}
        self.articles: dict[str, SimArticle] = {}
        self.jobs: dict[str, Job] = {}
        self.broadcasts: list[Broadcast] = []
        self.pictures: dict[str, tuple[str, int]] = {}
        self.grants = Grants(self.app_id, self.app_secret, self.callbacks, self.modes, self.now)
        self.webhooks = Webhooks(self.app_id, self.oa_secret, self.now)
        self._minute: tuple[int, int] = (0, 0)
        self._made = 0

    # What a test or a person does to it

    def grant(self, oa_id: str = SEED[0]["id"]) -> dict[str, str]:
        """Return a pair of tokens without anybody consenting, as Zalo's API Explorer gives one."""
        with self.lock:
            return self.grants.pair(oa_id)

    def revoke(self, oa_id: str = SEED[0]["id"]) -> None:
        """Take back every token of an OA, as its administrator can."""
        with self.lock:
            self.grants.revoke(oa_id)

    def set_modes(self, **changes: Any) -> None:
        """Change how it behaves; see `Modes`. Raises AttributeError for a mode nobody knows."""
        with self.lock:
            for name, value in changes.items():
                getattr(self.modes, name)
                setattr(self.modes, name, value)

    def read(self, article_id: str, views: int = 1, shares: int = 0) -> None:
        """Let followers read and share an article."""
        with self.lock:
            self.articles[article_id].views += views
            self.articles[article_id].shares += shares

    def visible(self, title: str = "") -> list[SimArticle]:
        """Return the articles followers can read now, with this title if one is given."""
        with self.lock:
            self._run_jobs()
            wanted = unicodedata.normalize("NFC", title)
            return [item for item in self.articles.values() if item.shown and wanted in ("", item.title)]

    def deliver_webhook(self, url: str, event: str = "follow", **how: Any) -> list[int]:
        """Send a notice to `url`; see `Webhooks.deliver`."""
        return self.webhooks.deliver(url, event, **{"oa_id": SEED[0]["id"], **how})

    def state(self) -> dict[str, Any]:
        """Return articles, what is visible by title and by link, broadcasts and the number of renewals."""
        self._run_jobs()
        rows = [item.row() for item in self.articles.values()]
        titles: dict[str, int] = {}
        links: dict[str, int] = {}
        for item in self.articles.values():
            if item.shown:
                titles[item.title] = titles.get(item.title, 0) + 1
                links[item.link] = links.get(item.link, 0) + 1
        return {
            "articles": rows,
            "visible": titles,
            "visible_links": links,
            "broadcasts": [{**asdict(item), "at": item.at.isoformat()} for item in self.broadcasts],
            "renewals": self.grants.renewals,
            "jobs": len(self.jobs),
            "modes": asdict(self.modes),
        }

    # Requests

    def too_often(self, request: SimRequest) -> SimAnswer:  # noqa: ARG002
        """Return -32, with HTTP 200."""
        body = {"error": -32, "message": "Your application reached limit call api"}
        return SimAnswer(
            body, headers={"X-RateLimit-Limit": str(self.modes.calls_per_minute), "X-RateLimit-Remain": "0"}
        )

    def steer(self, request: SimRequest) -> SimAnswer:
        """Answer on the simulator's own addresses."""
        place, body = request.place, request.json() if request.method == "POST" else {}
        if place == "POST /_sim/modes":
            self.set_modes(**body)
            return SimAnswer(asdict(self.modes))
        if place == "POST /_sim/pictures":
            self.pictures[body["url"]] = (body["content_type"], int(body["size"]))
            return SimAnswer({"done": True})
        if place == "POST /_sim/grant":
            return SimAnswer(self.grant(**body))
        if place == "POST /_sim/read":
            self.read(**body)
            return SimAnswer({"done": True})
        if place == "POST /_sim/webhook":
            return SimAnswer({"statuses": self.deliver_webhook(**body)})
        return super().steer(request)

    def respond(self, request: SimRequest) -> SimAnswer:
        """Do what Zalo does."""
        self._run_jobs()
        if request.path.startswith("/v4/oa/"):
            return self._oauth(request)
        if request.path.startswith(("/v2.0/", "/v3.0/")):
            return self._openapi(request)
        return self._page(request)

    def _page(self, request: SimRequest) -> SimAnswer:
        parts = request.path.strip("/").split("/")
        if parts == [""]:
            return zalo_pages.home(self.oas.values(), self.articles.values(), self.broadcasts)
        if parts[0] == "bai" and len(parts) == 2 and parts[1] in self.articles and self.articles[parts[1]].shown:
            self.articles[parts[1]].views += 1
            return zalo_pages.article(self.articles[parts[1]], self.oas)
        if parts[0] == "anh" and len(parts) == 2:
            return zalo_pages.picture(parts[1], self.pictures)
        return zalo_pages.missing()

    def _oauth(self, request: SimRequest) -> SimAnswer:
        step = request.path.removeprefix("/v4/oa/")
        try:
            if request.method == "GET" and step == "permission":
                self.grants.check_question(request.query)
                return zalo_pages.consent(self.oas.values(), request.query)
            if request.method == "GET" and step == "agree":
                return SimAnswer(b"", 302, {"Location": self.grants.agree(request.query)})
            if request.method == "POST" and step == "access_token":
                form = request.form()
                return SimAnswer(self.grants.answer(form, request.headers.get("secret_key", "")))
        except OAuthError as error:
            return zalo_pages.refused(error) if request.method == "GET" else SimAnswer(error.body())
        return zalo_pages.empty_api()

    def _openapi(self, request: SimRequest) -> SimAnswer:
        minute = int(self.now().timestamp() // 60)
        count = self._minute[1] + 1 if self._minute[0] == minute else 1
        self._minute = (minute, count)
        if count > self.modes.calls_per_minute:
            return self.too_often(request)
        answer = self._signed_in(request)
        left = {
            "X-RateLimit-Limit": str(self.modes.calls_per_minute),
            "X-RateLimit-Remain": str(self.modes.calls_per_minute - count),
        }
        return SimAnswer(answer.body, answer.status, {**left, **answer.headers}, answer.content_type)

    def _signed_in(self, request: SimRequest) -> SimAnswer:
        token = request.headers.get("access_token", "")
        oa_id, expired = self.grants.owner(token)
        if not oa_id:
            return _refused(
                -220 if expired else -216, "Access token has expired" if expired else "Access token is invalid"
            )
        proof = hmac.new(self.app_secret.encode(), token.encode(), hashlib.sha256).hexdigest()
        given = request.headers.get("appsecret_proof")
        if (self.modes.proof_required or given is not None) and not hmac.compare_digest(given or "", proof):
            return _refused(-242, "Invalid appsecret_proof")
        if self.modes.refuse_all:
            return _refused(self.modes.refuse_all, "Refused as ordered")
        calls = {
            "POST /v2.0/article/create": self._create,
            "POST /v2.0/article/update": self._update,
            "POST /v2.0/article/verify": self._verify,
            "POST /v2.0/article/remove": self._remove,
            "GET /v2.0/article/getdetail": self._detail,
            "GET /v2.0/article/getslice": self._slice,
            "GET /v2.0/oa/getoa": self._profile,
            "POST /v2.0/oa/quota/message": self._quota,
            "POST /v2.0/oa/message": self._broadcast,
        }
        call = calls.get(request.place)
        return call(self.oas[oa_id], request) if call else zalo_pages.empty_api()

    # Articles

    def _name(self, kind: str) -> str:
        self._made += 1
        return hashlib.sha256(f"{kind} {self._made}".encode()).hexdigest()[:20]

    def _run_jobs(self) -> None:
        now = self.now()
        for job in self.jobs.values():
            if job.done or job.failed or now < job.ready_at:
                continue
            if self.modes.fail_jobs > 0:
                self.modes.fail_jobs -= 1
                job.failed = True
            elif picture_trouble(job.content, self.pictures, strict=self.modes.strict_pictures):
                continue
            elif job.article_id in self.articles:
                self.articles[job.article_id].change(job.content, job.ready_at)
                job.done = True
            elif not job.updates:
                self.articles[job.article_id] = SimArticle(
                    job.article_id, job.oa_id, job.content, job.ready_at, job.ready_at
                )
                job.done = True
            else:
                job.failed = True

    def _job(self, oa: Oa, article_id: str, content: dict[str, Any], *, updates: bool) -> SimAnswer:
        token = self._name("job") * 2
        ready_at = self.now() + timedelta(seconds=self.modes.job_seconds)
        self.jobs[token] = Job(token, oa.id, article_id, content, ready_at, updates, self.modes.not_ready_times)
        return _ok({"token": token})

    def _create(self, oa: Oa, request: SimRequest) -> SimAnswer:
        if self.modes.basic_package:
            return _refused(-224, "Official Account must upgrade its package")
        if not self.modes.article_permission:
            return _refused(-223, "OA has not authorized this api for the application")
        made = sum(1 for job in self.jobs.values() if job.oa_id == oa.id and not job.updates)
        if self.modes.article_quota is not None and made >= self.modes.article_quota:
            return _refused(-223, "OA reached limit article quota")
        content = request.json()
        wrong = wrong_with(content, strict=self.modes.strict)
        return _refused(-201, wrong) if wrong else self._job(oa, self._name("article"), content, updates=False)

    def _update(self, oa: Oa, request: SimRequest) -> SimAnswer:
        content = request.json()
        article_id = str(content.pop("id", ""))
        if self._own(oa, article_id) is None:
            return _refused(-201, "id is invalid")
        wrong = wrong_with(content, strict=self.modes.strict)
        return _refused(-201, wrong) if wrong else self._job(oa, article_id, content, updates=True)

    def _verify(self, oa: Oa, request: SimRequest) -> SimAnswer:
        job = self.jobs.get(str(request.json().get("token")))
        if job is None or job.oa_id != oa.id or self.modes.forget_jobs:
            return _refused(-201, "token is invalid")
        if job.failed:
            return _refused(-201, "article process failed: cover is invalid")
        if job.not_ready_times > 0 or not job.done:
            job.not_ready_times = max(job.not_ready_times - 1, 0)
            return _refused(-214, "Article is being processed")
        return _ok({"id": job.article_id})

    def _own(self, oa: Oa, article_id: str) -> SimArticle | None:
        item = self.articles.get(article_id)
        return item if item is not None and item.oa_id == oa.id else None

    def _remove(self, oa: Oa, request: SimRequest) -> SimAnswer:
        article_id = str(request.json().get("id"))
        if self._own(oa, article_id) is None:
            return _refused(-201, "id is invalid")
        del self.articles[article_id]
        return _ok()

    def _detail(self, oa: Oa, request: SimRequest) -> SimAnswer:
        item = self._own(oa, request.query.get("id", ""))
        if item is None or self.now() < item.created + timedelta(seconds=self.modes.detail_seconds):
            return _refused(-201, "id is invalid")
        return _ok(item.detail(bare=self.modes.bare_detail))

    def _slice(self, oa: Oa, request: SimRequest) -> SimAnswer:
        offset, limit = int(request.query.get("offset", "0")), int(request.query.get("limit", "10"))
        if limit > _PAGE:
            return _refused(-210, "limit exceeds maximum 10")
        shown_from = self.now() - timedelta(seconds=self.modes.list_seconds)
        rows = [item for item in self.articles.values() if item.oa_id == oa.id and item.created <= shown_from]
        rows.sort(key=lambda item: (item.created, item.id), reverse=self.modes.newest_first)
        base = f"http://{request.headers.get('host', '')}"
        medias = [item.row(base, _milliseconds) for item in rows[offset : offset + limit]]
        return _ok({"total": len(rows), "medias": medias})

    # The OA and its followers

    def _profile(self, oa: Oa, request: SimRequest) -> SimAnswer:  # noqa: ARG002
        return _ok(
            {
                "oa_id": oa.id,
                "name": oa.name,
                "is_verified": oa.verified,
                "oa_type": 4,
                "cate_name": "Giáo dục",
                "num_follower": oa.followers,
                "package_name": oa.package,
                "package_valid_through_date": "31/12/2099",
            }
        )

    def _left(self, oa: Oa) -> int:
        used = sum(1 for item in self.broadcasts if item.oa_id == oa.id)
        return max(self.modes.broadcast_quota - used, 0)

    def _quota(self, oa: Oa, request: SimRequest) -> SimAnswer:
        if not self.modes.quota_readable:
            return _refused(-201, "user_id is invalid")
        kind = str(request.json().get("type", "promotion"))
        return _ok({"type": kind, "remain": self._left(oa), "total": self.modes.broadcast_quota})

    def _broadcast(self, oa: Oa, request: SimRequest) -> SimAnswer:
        body = request.json()
        if "target" not in body.get("recipient", {}):
            return _refused(-240, "Message API v2 has been shut down")
        elements = body.get("message", {}).get("attachment", {}).get("payload", {}).get("elements", [])
        ids = [str(element.get("attachment_id")) for element in elements]
        if not 1 <= len(ids) <= 5 or any((own := self._own(oa, one)) is None or not own.shown for one in ids):
            return _refused(-201, "attachment_id is invalid")
        if not 6 <= self.now().astimezone(ZONE).hour < 22:
            return _refused(-234, "Can not send this message type at night")
        if self._left(oa) == 0:
            return _refused(-211, "Out of quota")
        message_id = self._name("broadcast")
        self.broadcasts.append(Broadcast(oa.id, ids, message_id, self.now() + timedelta(minutes=30)))
        return _ok({"message_id": message_id})
