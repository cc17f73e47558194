"""The Zalo channel: an article of the OA, made hidden, then shown; and its broadcast as a step of its own.

`article/create` is the only call that may not be repeated, and the last of `publish`. What it makes is hidden, so a
lost answer can leave an invisible article behind and never a second visible one. Everything after it (verify, show,
change, remove) names a token or an id and may be repeated.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from requests.adapters import BaseAdapter

from channel_plugins.base import Channel, utc_now
from channel_plugins.errors import GiveUp, NeedsPerson, NextStep, TryAgain
from channel_plugins.http import Http, Timeouts
from channel_plugins.reach import Host, Offer
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

from . import articles, broadcasting, callbacks, connecting, pictures, tokens, trail
from .errors import NotThere
from .following import Follower
from .openapi import OpenApi, whole
from .settings import ZaloOptions, ZaloSettings


@contextmanager
def _reading() -> Iterator[None]:
    """Turn a refusal into `TryAgain`: what was only read has not failed for good."""
    try:
        yield
    except GiveUp as error:
        raise TryAgain(
            "Zalo chưa trả lời đúng khi được hỏi nên chưa biết tình trạng của OA. Chưa có gì thay đổi; thầy cô thử lại "
            "sau ít phút.",
            detail=error.detail,
        ) from error


class ZaloChannel(Channel):
    """Articles of a Zalo Official Account. `transport`, `clock` and `sleep` are given by tests only."""

    info = ChannelInfo(
        name="zalo",
        label="Zalo OA",
        description="Đăng bài lên Zalo Official Account của trường và gửi bài tới người quan tâm.",
        icon="phone",
        outlet="remote",
        repeat_is_safe=False,
        doc="channel_plugins/zalo/README.md",
    )
    limits = Limits(
        max_text=10_000,
        max_title=140,
        max_summary=250,
        max_media_bytes=articles.MOST_BYTES,
        media_types=articles.TYPES,
        can_edit=True,
        can_retract=True,
        can_look_up=True,
        can_renew=True,
        metrics=frozenset({Metric.VIEWS, Metric.SHARES}),
    )
    SettingsSchema = ZaloSettings
    OptionsSchema = ZaloOptions
    follow_up = broadcasting.FOLLOW_UP

    def __init__(
        self,
        transport: BaseAdapter | None = None,
        clock: Callable[[], datetime] = utc_now,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        super().__init__()
        self._transport = transport
        self.clock = clock
        self._sleep = sleep
        self.configure({})

    def configure(self, options: Mapping[str, Any], private_hosts: Iterable[str] = ()) -> None:
        """Take the options, the limits among them; see `Channel.configure`."""
        super().configure(options, private_hosts)
        self.limits = replace(
            type(self).limits,
            max_title=self.options["title_limit"],
            max_summary=self.options["description_limit"],
            max_text=self.options["body_limit"],
        )
        hosts = [urlsplit(str(self.options[name])).hostname or "" for name in ("oauth_url", "openapi_url")]
        self.http = Http(
            hosts,
            private_hosts=self.private_hosts,
            transport=self._transport,
            timeouts=Timeouts(self.options["connect_seconds"], self.options["read_seconds"], 60),
            secrets=[self.options[name] for name in ("app_secret", "oa_secret", "pkce_verifier") if self.options[name]],
        )
        self.api = OpenApi(self.http, self.options, self.clock, self._sleep)
        self.oauth = tokens.OAuth(self.http, self.options)
        self.follower = Follower(self.api, self.options, self.private_hosts, self.clock)

    # Connecting

    def connect(self, answers: Mapping[str, str], kept: Mapping[str, str], callback_url: str) -> ConnectStep:
        """Send the browser to Zalo, then take the way back; `done` names only what connecting found out."""
        if not answers:
            return connecting.ask(self.options, callback_url)
        return connecting.take(answers, kept, self.oauth, self.api, self.clock())

    def verify(self, account: Account) -> None:
        """Prove that the token is for this OA, that the OA is verified, and that the article API answers."""
        with _reading():
            profile = self.api.profile(account)
            next(iter(self.api.rows(account)), None)
        found, wanted = str(profile.get("oa_id") or profile.get("oaid") or ""), account.settings.get("oa_id")
        if found and wanted and found != wanted:
            raise NeedsPerson(
                "Quyền đang lưu là của một OA khác, không phải OA của trường. Chưa có gì được đăng; thầy cô mở Cài đặt "
                "kênh, bấm Kết nối lại và chọn đúng OA.",
                detail=f"token of OA {found}, account of OA {wanted}",
            )
        if profile.get("is_verified") in (False, 0, "false", "0"):
            raise NeedsPerson(
                "OA của trường chưa được Zalo xác thực nên chưa đăng bài qua hệ thống được. Bài vẫn được giữ; thầy cô "
                "xác thực OA ở trang quản lý OA rồi bấm Kiểm tra lại.",
                detail=f"package {profile.get('package_name')}",
                next_step=NextStep.LOOK_AT_OUTLET,
            )

    def account_ref(self, account: Account) -> str:
        """Return the id of the OA."""
        return str(account.settings.get("oa_id") or "")

    def renewal_due(self, account: Account, now: datetime) -> bool:
        """Return whether the access token ends within the hours of the option, or when its end is not known."""
        if not account.secrets.get("refresh_token"):
            return False
        ends = tokens.expiry(account.secrets)
        return ends is None or now >= ends - timedelta(hours=self.options["renew_before_hours"])

    def renew(self, account: Account, keep: Callable[[Mapping[str, str]], None]) -> None:
        """Use up the refresh token for a new pair; when Zalo says that it is used, try the one before it, once.

        That helps where a new pair was stored that Zalo does not know; where Zalo rotated and its answer was lost, no
        look-up helps and only a new consent does.
        """
        refused = NeedsPerson(detail="no refresh token is stored")
        kept = (account.secrets.get("refresh_token", ""), account.old_secrets.get("refresh_token", ""))
        for token in dict.fromkeys(token for token in kept if token):
            try:
                pair = self.oauth.refresh(token, account, self.clock())
            except NeedsPerson as error:
                refused = error
                if error.next_step is not NextStep.RECONNECT:
                    break
            except GiveUp as error:
                # Only a refusal of the token itself disconnects.
                raise TryAgain(detail=error.detail) from error
            else:
                keep({**account.secrets, "refresh_token": token, **pair})
                return
        raise refused

    # Before publishing

    def check(self, post: Post, account: Account) -> list[Problem]:
        """Return what goes beyond the limits, and a missing cover."""
        return super().check(post, account) + articles.cover_problems(post, account)

    def render(self, post: Post, account: Account) -> Payload:
        """Return the article with its pictures by name: their addresses are known only when it is sent."""
        return Payload(self.info.name, articles.payload_data(post, account))

    def preview(self, payload: Payload) -> Preview:
        """Return the article as followers will see it."""
        notes = ["Bài lên OA trước, gửi tin tới người quan tâm là một bước riêng sau đó."]
        if "url" in payload.data["cover"]:
            notes.append("Dùng ảnh bìa của trường vì bài không có ảnh phù hợp hoặc trường đã chọn như vậy.")
        return Preview("html", articles.preview_html(payload.data), tuple(notes))

    # Publishing and after

    def publish(self, payload: Payload, key: str, account: Account, host: Host) -> Receipt:  # noqa: ARG002
        """Hand the article in, hidden. The receipt is never settled: `look_up` takes it on from there."""
        urls = pictures.addresses(payload.data, host)
        if self.options["check_cover"]:
            pictures.try_cover(self.http, articles.cover_url(payload.data, urls), account)
        status = "hide" if self.options["hide_first"] else "show"
        whole_article = articles.article(payload.data, urls, status, tracking=self.options["tracking_link"])
        token, answer = self.api.create(whole_article, account)
        rest = timedelta(minutes=1) if answer.headers.get("x-ratelimit-remain") == "0" else None
        return trail.accepted(token, payload, urls, rest)

    def look_up(self, key: str, account: Account, sent: Sent) -> LookUp:  # noqa: ARG002
        """Find the article; while its receipt is not settled, take the next step towards showing it, which may be
        repeated.
        """
        return self.follower.look_up(account, sent)

    def edit(self, receipt: Receipt, payload: Payload, account: Account, host: Host) -> Receipt:
        """Replace the article; the same text again is not sent a second time."""
        article_id = self.follower.resolve(receipt, account)
        detail = self.api.detail(article_id, account) if article_id else None
        if detail is None:
            raise NotThere(detail=f"receipt {receipt.remote_id}")
        data = payload.data
        if detail.get("status") == "show" and articles.same(detail, data):
            return self.follower.standing(article_id, data, account)
        urls = pictures.addresses(data, host)
        whole_article = articles.article(data, urls, "show", tracking=self.options["tracking_link"])
        token = self.api.update(article_id, whole_article, account)
        self._wait_for(token, account, "Zalo đã nhận bản sửa và đang xử lý.")
        return self.follower.standing(article_id, data, account)

    def retract(self, receipt: Receipt, account: Account) -> None:
        """Remove the article, or hide it where the school chose so."""
        article_id = self.follower.resolve(receipt, account)
        if not article_id:
            return
        if account.settings.get("withdrawal") != "hide":
            self.api.remove(article_id, account)
            return
        detail = self.api.detail(article_id, account)
        if detail is None or detail.get("status") == "hide":
            return
        known = receipt.detail
        hidden = articles.hidden_again(detail, str(known.get("author", "")), str(known.get("link", "")))
        token = self.api.update(article_id, hidden, account)
        self._wait_for(token, account, "Zalo đã nhận lệnh ẩn bài và đang xử lý.")

    def _wait_for(self, token: str, account: Account, what: str) -> None:
        """Return when a change has been carried out; the same call later finds it done and changes nothing.

        Raises: TryAgain when Zalo takes longer.
        """
        if not self.api.finished(token, account):
            sentence = f"{what} Hệ thống sẽ tự kiểm tra lại; thầy cô chưa phải làm gì."
            raise TryAgain(sentence, after=timedelta(seconds=30), detail="the change is being processed")

    def collect(self, receipts: Mapping[str, Receipt], account: Account) -> list[Reading]:
        """Return views and shares, which only the list of the newest articles gives."""
        if not receipts:
            return []
        try:
            rows = {str(row.get("id")): row for row in self.api.rows(account)}
        except GiveUp:
            return []
        found: list[Reading] = []
        for key, receipt in receipts.items():
            row = rows.get(trail.article_id(receipt))
            if row is not None:
                for metric, name in ((Metric.VIEWS, "total_view"), (Metric.SHARES, "total_share")):
                    found.append(Reading(key, metric, whole(row.get(name)), self.clock()))
        return found

    # Broadcast

    def offer_follow_up(self, receipt: Receipt, account: Account) -> Offer:
        """Say how many people a broadcast reaches and what is left of the quota, or why it is not possible now."""
        sent_at = receipt.detail.get("broadcast_at")
        if sent_at:
            return Offer(False, "Bài này đã được gửi tới người quan tâm OA rồi; mỗi bài chỉ gửi một lần.")
        if not receipt.settled:
            return Offer(False, "Bài chưa hiện trên OA nên chưa gửi được. Thầy cô chờ bài lên rồi quay lại.")
        if not broadcasting.open_hours(self.clock(), self.options):
            return Offer(False, broadcasting.closed_sentence(self.options))
        with _reading():
            profile = self.api.profile(account)
        try:
            quota: Mapping[str, Any] | None = self.api.quota(account)
        except GiveUp:
            quota = None
        return broadcasting.offer(profile, quota)

    def do_follow_up(self, receipt: Receipt, payload: Payload, account: Account, key: str) -> Receipt:  # noqa: ARG002
        """Broadcast the article, once. A lost answer is `Unsure`: nothing at Zalo tells whether it went out."""
        offer = self.offer_follow_up(receipt, account)
        if not offer.possible:
            raise GiveUp(offer.sentence, detail="broadcast is not possible now", next_step=NextStep.WAIT)
        message_id = self.api.broadcast(trail.article_id(receipt), account)
        detail = {**receipt.detail, "broadcast": message_id, "broadcast_at": self.clock().isoformat()}
        return replace(receipt, detail=detail)

    def parse_callback(self, request: CallbackRequest, account: Account | None) -> CallbackAnswer:
        """Take a notice whose signature over the raw bytes is right and whose time is near."""
        return callbacks.read(request, account, self.options, self.clock())
