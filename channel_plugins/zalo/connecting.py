"""Connecting an OA: to Zalo's consent page, back, and the first pair of tokens."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from channel_plugins.errors import ChannelError, GiveUp, NeedsPerson, NextStep, TryAgain
from channel_plugins.types import Account, ConnectStep

from .errors import NoApplication
from .openapi import OpenApi
from .tokens import OAuth, consent_url, new_verifier

_AGAIN = "thầy cô bấm Kết nối lại và làm lại từ đầu."


def ask(options: Mapping[str, Any], callback_url: str) -> ConnectStep:
    """Return the step that sends the browser to Zalo's consent page."""
    if not options["app_id"] or not options["app_secret"]:
        raise NoApplication(detail="options app_id and app_secret are empty")
    if options["pkce"] == "fixed" and not options["pkce_verifier"]:
        raise NoApplication(detail="option pkce is fixed but pkce_verifier is empty")
    verifier = {"request": new_verifier(), "fixed": str(options["pkce_verifier"]), "none": ""}[options["pkce"]]
    state = secrets.token_urlsafe(24)
    # A fixed verifier belongs to the installation and is not copied into what is kept for one connection.
    kept = verifier if options["pkce"] == "request" else ""
    return ConnectStep(
        "redirect",
        "Thầy cô sẽ sang trang của Zalo. Quản trị viên OA đăng nhập, chọn đúng OA của trường và đồng ý các quyền.",
        url=consent_url(options, callback_url, state, verifier),
        keep={"state": state, "verifier": kept},
    )


def take(answers: Mapping[str, str], kept: Mapping[str, str], oauth: OAuth, api: OpenApi, now: datetime) -> ConnectStep:
    """Return the last step for the way back from the consent page: who the OA is, and its tokens.

    Raises: GiveUp for a way back that is not ours; NeedsPerson; TryAgain.
    """
    expected = kept.get("state", "")
    if not expected or not hmac.compare_digest(answers.get("state", "").encode(), expected.encode()):
        raise GiveUp(
            "Lần kết nối này không bắt đầu từ hệ thống hoặc đã quá hạn nên bị bỏ qua. Kết nối cũ vẫn như trước; "
            f"{_AGAIN}",
            detail="state differs",
            next_step=NextStep.RECONNECT,
        )
    code = answers.get("code", "")
    if not code:
        raise NeedsPerson(
            f"Zalo chưa cho phép vì quản trị viên OA chưa đồng ý. Kết nối cũ vẫn như trước; {_AGAIN}",
            detail=f"way back without code: {sorted(answers)}",
        )
    options = api.options
    verifier = str(options["pkce_verifier"]) if options["pkce"] == "fixed" else kept.get("verifier", "")
    try:
        pair = oauth.exchange(code, verifier, now)
    except TryAgain as error:
        raise TryAgain(
            f"Chưa nhận được trả lời của Zalo nên OA chưa được kết nối. Kết nối cũ vẫn như trước; {_AGAIN}",
            detail=error.detail,
            next_step=NextStep.RECONNECT,
        ) from None
    if not pair.get("refresh_token"):
        raise NeedsPerson(
            f"Zalo không trả mã gia hạn nên kết nối này sẽ không dùng được lâu và chưa được lưu; {_AGAIN}",
            detail="no refresh token in the first pair",
        )
    return _done(answers.get("oa_id", ""), pair, api)


def _done(consented: str, pair: Mapping[str, str], api: OpenApi) -> ConnectStep:
    """Return the step that stores the pair. Only what is known now is among the settings; the host keeps the others."""
    try:
        profile = api.profile(Account("", "zalo", {}, pair))
    except ChannelError:
        # The code is spent and the pair is good: better stored without a name than lost.
        profile = {}
    found = str(profile.get("oa_id") or profile.get("oaid") or "")
    if consented and found and consented != found:
        raise NeedsPerson(
            f"Zalo trả về một OA khác với OA vừa đồng ý nên chưa lưu kết nối; {_AGAIN}",
            detail=f"oa_id {consented} consented, getoa says {found}",
        )
    if not (consented or found):
        raise TryAgain(f"Chưa biết được OA nào vừa đồng ý nên chưa lưu kết nối; {_AGAIN}", next_step=NextStep.RECONNECT)
    name = str(profile.get("name") or "")
    return ConnectStep(
        "done",
        f"Đã kết nối với OA {name or consented or found}.",
        label=name or f"Zalo OA {found or consented}",
        settings={"oa_id": found or consented, "oa_name": name},
        secrets=pair,
    )
