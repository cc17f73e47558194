"""Following an article from the job that makes it to the moment followers can read it.

Each step asks Zalo how far it is and then does at most one thing, which may be repeated: a worker that dies anywhere
in here finds the same place again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from channel_plugins.errors import GiveUp, NextStep, TryAgain
from channel_plugins.types import Account, LookUp, Receipt, Sent

from . import articles, trail
from .openapi import OpenApi

log = logging.getLogger(__name__)

_STUCK = (
    "Zalo đã nhận bài nhưng quá lâu chưa xử lý xong; thường do Zalo không lấy được ảnh. Bài vẫn được giữ ở hệ thống; "
    "thầy cô mở trang quản lý OA xem bài, rồi ghi nhận kết quả ở trang này."
)
_REFUSED = (
    "Zalo không cho đọc hoặc hiện bài này nên chưa rõ bài đã lên OA chưa. Hệ thống không gửi lại; thầy cô mở trang "
    "quản lý OA xem bài rồi ghi nhận kết quả ở trang này."
)
_UNREADABLE = (
    "Bài đã được tạo trên OA nhưng không đọc lại được. Hệ thống không gửi lại; thầy cô mở trang quản lý OA xem bài rồi "
    "ghi nhận kết quả ở trang này."
)
_HIDDEN = "Bài đang bị ẩn trên OA nên người quan tâm không đọc được. Thầy cô mở trang quản lý OA để hiện lại hoặc gỡ."
_ONE_VISIBLE_ONLY = (
    "Không thấy bài trên OA sau khi chờ. Hệ thống không tự gửi lại vì có thể sinh bài lặp; thầy cô mở trang quản lý OA "
    "xem rồi ghi nhận kết quả ở trang này."
)


class Follower:
    """Finds articles and brings them forward.

    Args:
        api: the calls.
        options: of the installation.
        private_hosts: `host:port` of simulators, whose plain addresses count as permalinks.
        clock: gives the present moment, aware.
    """

    def __init__(
        self,
        api: OpenApi,
        options: Mapping[str, Any],
        private_hosts: frozenset[str],
        clock: Callable[[], datetime],
    ) -> None:
        self.api = api
        self.options = options
        self.private_hosts = private_hosts
        self.clock = clock

    def look_up(self, account: Account, sent: Sent) -> LookUp:
        """Return how the article stands; for a receipt that is not settled, after taking the next step."""
        try:
            return self._look_up(account, sent)
        except GiveUp as error:
            log.warning("Zalo refused to tell how an article stands: %s", error.detail)
            return LookUp.cannot_tell(_REFUSED)

    def _look_up(self, account: Account, sent: Sent) -> LookUp:
        receipt = sent.receipt
        if receipt is None:
            return self._search(account, sent)
        if receipt.settled:
            return self._read_back(account, sent, receipt)
        article_id, token = trail.article_id(receipt), str(receipt.detail.get("job") or "")
        if token:
            try:
                made = self.api.verify(token, account)
            except GiveUp as error:
                # The job failed, or Zalo has forgotten its token: the articles themselves tell which.
                return self._bring(article_id, account, sent) if article_id else self._without_job(account, sent, error)
            if made is None:
                return self._waiting(sent, receipt)
            article_id = article_id or made
        return self._bring(article_id, account, sent)

    def resolve(self, receipt: Receipt, account: Account) -> str:
        """Return the id of the article a receipt is about; "" when it certainly never came to be.

        Raises: TryAgain while Zalo is still making it.
        """
        article_id = trail.article_id(receipt)
        if article_id:
            return article_id
        try:
            made = self.api.verify(str(receipt.detail.get("job") or ""), account)
        except GiveUp:
            return ""
        if made is None:
            raise TryAgain(
                "Zalo đang xử lý bài nên chưa sửa hoặc gỡ được. Hệ thống sẽ tự thử lại sau ít giây.",
                after=timedelta(seconds=15),
                detail="the job of the article is still running",
            )
        return made

    def standing(self, article_id: str, data: Mapping[str, Any], account: Account) -> Receipt:
        """Return the settled receipt of an article, with its permalink where the list has it already."""
        row = self.api.row(article_id, account) or {}
        return trail.shown(article_id, data, self._link(row), articles.moment(row.get("create_date")))

    def _link(self, row: Mapping[str, Any]) -> str | None:
        link = str(row.get("link_view") or "")
        parts = urlsplit(link)
        return link if parts.scheme == "https" or parts.netloc in self.private_hosts else None

    def _found(self, article_id: str, detail: Mapping[str, Any], account: Account, sent: Sent) -> LookUp:
        data = sent.payload.data
        text = f"{detail.get('title', '')}\n{articles.body_text(detail)}".strip()
        receipt = self.standing(article_id, data, account)
        return LookUp.found(receipt, text, altered=not articles.same(detail, data))

    def _age(self, sent: Sent) -> timedelta:
        return self.clock() - sent.started_at

    def _waiting(self, sent: Sent, receipt: Receipt) -> LookUp:
        if self._age(sent) > timedelta(minutes=self.options["job_minutes"]):
            return LookUp.cannot_tell(_STUCK)
        return LookUp.found(receipt)

    def _bring(self, article_id: str, account: Account, sent: Sent) -> LookUp:
        """Show the article if it is hidden, and return how it stands then."""
        data, before = sent.payload.data, sent.receipt
        detail = self.api.detail(article_id, account)
        if detail is None:
            # It had an id, so it may only be slow to read: sending it again could make a second one.
            if self._age(sent) > timedelta(minutes=self.options["job_minutes"]):
                return LookUp.cannot_tell(_UNREADABLE)
            return LookUp.found(trail.on_the_way(article_id, trail.HIDDEN, data, urls=trail.urls(before)))
        if detail.get("status") == "show":
            return self._found(article_id, detail, account, sent)
        urls = trail.urls(before)
        shown = articles.shown_again(detail, data, urls, tracking=self.options["tracking_link"])
        token = self.api.update(article_id, shown, account)
        if not token or self.api.verify(token, account) is not None:
            detail = self.api.detail(article_id, account) or detail
            if detail.get("status") == "show":
                return self._found(article_id, detail, account, sent)
        return self._waiting(sent, trail.on_the_way(article_id, trail.SHOWING, data, token, urls))

    def _read_back(self, account: Account, sent: Sent, receipt: Receipt) -> LookUp:
        article_id = trail.article_id(receipt)
        detail = self.api.detail(article_id, account)
        if detail is None:
            return LookUp.not_there()
        if detail.get("status") == "hide":
            return LookUp.cannot_tell(_HIDDEN)
        return self._found(article_id, detail, account, sent)

    def _match(self, account: Account, sent: Sent) -> tuple[str, Mapping[str, Any]] | None:
        """Return id and detail of the article that was sent, a shown one before a hidden one."""
        data = sent.payload.data
        since = sent.started_at - timedelta(seconds=self.options["clock_skew_seconds"])
        for row in articles.candidates(self.api.rows(account), str(data["title"]), since):
            detail = self.api.detail(str(row["id"]), account)
            if detail is not None and articles.is_ours(detail, data):
                return str(row["id"]), detail
        return None

    def _search(self, account: Account, sent: Sent) -> LookUp:
        """Look for an article whose answer was lost. A hidden one is only reported: the host stores its id first."""
        match = self._match(account, sent)
        if match is not None:
            article_id, detail = match
            if detail.get("status") == "show":
                return self._found(article_id, detail, account, sent)
            return LookUp.found(trail.on_the_way(article_id, trail.HIDDEN, sent.payload.data))
        rest = timedelta(minutes=self.options["look_up_minutes"]) - self._age(sent)
        if rest > timedelta(0):
            # A job that was accepted may still be running, and its article is in no list yet.
            raise TryAgain(
                "Chưa thấy bài trên OA. Zalo có thể còn đang xử lý nên hệ thống chờ rồi tự xem lại và "
                "không gửi lại ngay.",
                after=min(rest, timedelta(minutes=1)),
                detail="not in the list yet",
                next_step=NextStep.WAIT,
            )
        return LookUp.not_there() if self.options["hide_first"] else LookUp.cannot_tell(_ONE_VISIBLE_ONLY)

    def _without_job(self, account: Account, sent: Sent, error: GiveUp) -> LookUp:
        match = self._match(account, sent)
        if match is None:
            return LookUp.cannot_tell(error.for_school)
        return LookUp.found(trail.on_the_way(match[0], trail.HIDDEN, sent.payload.data))
