"""The calls of Zalo's OpenAPI that this channel makes, and its envelope.

An answer is `{"data": ..., "error": 0, "message": "Success"}`; a refusal has another number and arrives with HTTP 200,
so the body is read before the status. An answer without the envelope proves nothing: on a call that creates it is
`Unsure`.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from channel_plugins.errors import GiveUp, NextStep, TryAgain, Unsure
from channel_plugins.http import Answer, Http, raise_for_status
from channel_plugins.text import nfc
from channel_plugins.types import Account

from .errors import PROCESSING, refusal

PAGE = 10
"""The most that `article/getslice` gives at once."""


def error_code(body: Any) -> int | None:
    """Return the error number of an envelope, which may be written as text; None when there is no envelope."""
    code = body.get("error") if isinstance(body, dict) else None
    if isinstance(code, bool) or not isinstance(code, int | str):
        return None
    try:
        return int(code)
    except ValueError:
        return None


def whole(value: Any) -> int:
    """Return a number that may come as text; 0 for anything else."""
    try:
        return max(int(value), 0)
    except (TypeError, ValueError):
        return 0


def opened(answer: Answer, now: datetime) -> Any:
    """Return `data` of an answer.

    Raises: the kind its error number stands for; `Unsure` or `TryAgain` when it is no answer of Zalo's.
    """
    try:
        body = nfc(json.loads(answer.body))
    except (ValueError, RecursionError):
        body = None
    code = error_code(body)
    if code is None or (code == 0 and not answer.ok):
        raise_for_status(answer)
        raise (TryAgain if answer.repeatable else Unsure)(detail=f"status {answer.status}: {answer.excerpt(200)}")
    if code != 0:
        detail = f"error {code}, status {answer.status}: {answer.excerpt(300)}"
        raise refusal(code, str(body.get("message", "")), repeatable=answer.repeatable, now=now, detail=detail)
    return body.get("data")


class OpenApi:
    """Zalo's calls, over one `Http`; holds no state of an account.

    Args:
        http: the way out.
        options: of the installation.
        clock: gives the present moment, aware.
        sleep: waits so many seconds.
    """

    def __init__(
        self,
        http: Http,
        options: Mapping[str, Any],
        clock: Callable[[], datetime],
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self.http = http
        self.options = options
        self.clock = clock
        self.sleep = sleep
        self.base = str(options["openapi_url"]).rstrip("/")

    def headers(self, account: Account) -> dict[str, str]:
        """Return the headers that every call carries: the token bare, and the proof where it is switched on."""
        token = account.secrets.get("access_token", "")
        if not token:
            raise TryAgain("Kênh Zalo chưa có mã truy cập; hệ thống sẽ tự gia hạn rồi gửi tiếp.", renew=True)
        headers = {"access_token": token}
        if self.options["appsecret_proof"]:
            key = str(self.options["app_secret"]).encode()
            headers["appsecret_proof"] = hmac.new(key, token.encode(), hashlib.sha256).hexdigest()
        return headers

    def get(self, path: str, account: Account, params: Mapping[str, Any] | None = None) -> Any:
        """Read; returns `data`."""
        answer = self.http.get(f"{self.base}{path}", account, headers=self.headers(account), params=params)
        return opened(answer, self.clock())

    def post(self, path: str, account: Account, body: Mapping[str, Any], *, repeatable: bool) -> tuple[Any, Answer]:
        """Send; returns `data` and the answer it came in."""
        answer = self.http.post(
            f"{self.base}{path}",
            account,
            repeatable=repeatable,
            headers=self.headers(account),
            json_body=dict(body),
        )
        return opened(answer, self.clock()), answer

    # Articles

    def create(self, article: Mapping[str, Any], account: Account) -> tuple[str, Answer]:
        """Hand in a new article; returns the token of its job. The one call here that may not be repeated."""
        data, answer = self.post("/v2.0/article/create", account, article, repeatable=False)
        token = str(data.get("token") or "") if isinstance(data, dict) else ""
        if not token:
            raise Unsure(detail="article/create answered without a token")
        return token, answer

    def update(self, article_id: str, article: Mapping[str, Any], account: Account) -> str:
        """Replace an article by the whole of `article`; returns the token of the job ("" when none came)."""
        data, _ = self.post("/v2.0/article/update", account, {**article, "id": article_id}, repeatable=True)
        return str(data.get("token") or "") if isinstance(data, dict) else ""

    def verify(self, token: str, account: Account) -> str | None:
        """Return the id of the article a job made or changed; None while it is being processed.

        Raises: GiveUp and the others for a job that failed or a token that is not known any more.
        """
        answer = self.http.post(
            f"{self.base}/v2.0/article/verify",
            account,
            repeatable=True,
            headers=self.headers(account),
            json_body={"token": token},
        )
        if self._processing(answer):
            return None
        data = opened(answer, self.clock())
        found = (data.get("id") or data.get("article_id")) if isinstance(data, dict) else None
        return str(found) if found else None

    def finished(self, token: str, account: Account) -> bool:
        """Return whether a change has been carried out, after asking a few times, some seconds apart.

        An update that answers no token counts as carried out: there is nothing to ask about.
        """
        for asked in range(int(self.options["poll_times"]) if token else 0):
            if asked:
                self.sleep(float(self.options["poll_seconds"]))
            if self.verify(token, account) is not None:
                return True
        return not token

    def detail(self, article_id: str, account: Account) -> Mapping[str, Any] | None:
        """Return an article as it stands; None when it is not on the OA any more.

        Raises: TryAgain for one that is listed and cannot be read yet, and the others.
        """
        try:
            data = self.get("/v2.0/article/getdetail", account, {"id": article_id})
        except GiveUp as error:
            # No error number is documented for an article that is gone, so the list decides.
            if self.row(article_id, account) is not None:
                raise TryAgain(detail=error.detail) from error
            return None
        return data if isinstance(data, dict) else None

    def rows(self, account: Account) -> Iterator[Mapping[str, Any]]:
        """Yield the newest articles of the OA, hidden ones too, in whatever order Zalo gives them."""
        for page in range(int(self.options["list_pages"])):
            params = {"offset": page * PAGE, "limit": PAGE, "type": "normal"}
            data = self.get("/v2.0/article/getslice", account, params)
            found = data.get("medias") if isinstance(data, dict) else None
            if not isinstance(found, list):
                return
            yield from (row for row in found if isinstance(row, dict))
            if len(found) < PAGE:
                return

    def row(self, article_id: str, account: Account) -> Mapping[str, Any] | None:
        """Return what the list says about an article; None when it is not among the newest."""
        return next((row for row in self.rows(account) if str(row.get("id")) == article_id), None)

    def remove(self, article_id: str, account: Account) -> None:
        """Take an article off the OA; one that is gone already counts as done."""
        try:
            self.post("/v2.0/article/remove", account, {"id": article_id}, repeatable=True)
        except GiveUp:
            if self.row(article_id, account) is not None:
                raise

    # The OA itself

    def profile(self, account: Account) -> Mapping[str, Any]:
        """Return what Zalo says about the OA: name, is_verified, num_follower, package_name ..."""
        data = self.get("/v2.0/oa/getoa", account)
        return data if isinstance(data, dict) else {}

    def quota(self, account: Account) -> Mapping[str, Any]:
        """Return what is left for broadcasts: type, remain, total (either may be missing)."""
        data, _ = self.post("/v2.0/oa/quota/message", account, {"type": "promotion"}, repeatable=True)
        return data if isinstance(data, dict) else {}

    def broadcast(self, article_id: str, account: Account) -> str:
        """Send an article to every follower; returns the message id. It cannot be recalled and is never repeated."""
        elements = [{"media_type": "article", "attachment_id": article_id}]
        payload = {"template_type": "media", "elements": elements}
        message = {"attachment": {"type": "template", "payload": payload}}
        body = {"recipient": {"target": {}}, "message": message}
        data, _ = self.post("/v2.0/oa/message", account, body, repeatable=False)
        found = data.get("message_id") if isinstance(data, dict) else None
        if not found:
            raise Unsure(
                "Zalo không trả mã của lần gửi nên chưa rõ tin đã đi chưa. Hệ thống không gửi lại; thầy cô mở trang "
                "quản lý OA để xem.",
                detail="oa/message answered without message_id",
                next_step=NextStep.LOOK_AT_OUTLET,
            )
        return str(found)

    def _processing(self, answer: Answer) -> bool:
        try:
            return error_code(json.loads(answer.body)) == PROCESSING
        except (ValueError, RecursionError):
            return False
