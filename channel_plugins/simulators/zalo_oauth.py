"""Consent and tokens of the Zalo simulator: codes of ten minutes, access of 25 hours, refresh tokens used once."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from .zalo_store import Modes

CODE_LIFE = timedelta(minutes=10)
ACCESS_LIFE = timedelta(seconds=90_000)
REFRESH_LIFE = timedelta(days=90)


class OAuthError(Exception):
    """A refusal of the OAuth server, which arrives with HTTP 200."""

    def __init__(self, code: int, name: str, reason: str) -> None:
        super().__init__(f"{code} {name}")
        self.code, self.name, self.reason = code, name, reason

    def body(self) -> dict[str, Any]:
        """Return the refusal as Zalo writes it."""
        return {
            "error": self.code,
            "error_name": self.name,
            "error_reason": self.reason,
            "error_description": self.reason,
            "ref_doc": "",
        }


@dataclass
class _Code:
    oa_id: str
    challenge: str
    ends: datetime


@dataclass
class _Token:
    oa_id: str
    ends: datetime
    used: bool = False


class Grants:
    """Who may do what, and until when."""

    def __init__(
        self, app_id: str, app_secret: str, callbacks: tuple[str, ...], modes: Modes, now: Callable[[], datetime]
    ) -> None:
        self.app_id, self.app_secret, self.callbacks, self.modes, self.now = app_id, app_secret, callbacks, modes, now
        self.renewals = 0
        self._codes: dict[str, _Code] = {}
        self._access: dict[str, _Token] = {}
        self._refresh: dict[str, _Token] = {}

    def check_question(self, query: Mapping[str, str]) -> None:
        """Refuse a consent page for another application, address or challenge."""
        if query.get("app_id") != self.app_id:
            raise OAuthError(-14002, "App inactive", "Ứng dụng không tồn tại hoặc chưa kích hoạt")
        if self.callbacks and query.get("redirect_uri") not in self.callbacks:
            raise OAuthError(-14003, "Invalid redirect uri", "Địa chỉ quay về chưa được khai báo")
        given = query.get("code_challenge", "")
        if (self.modes.pkce == "request" and not given) or (
            self.modes.pkce == "fixed" and given != self.modes.console_challenge
        ):
            raise OAuthError(-14004, "Invalid code challenge", "code_challenge không đúng")

    def agree(self, query: Mapping[str, str]) -> str:
        """Return the address the browser is sent back to after an administrator chose an OA."""
        self.check_question(query)
        code, oa_id = secrets.token_urlsafe(24), query.get("oa_id", "")
        self._codes[code] = _Code(oa_id, query.get("code_challenge", ""), self.now() + CODE_LIFE)
        back = {"code": code, "oa_id": oa_id, "state": query.get("state", "")}
        return f"{query['redirect_uri']}{'&' if '?' in query['redirect_uri'] else '?'}{urlencode(back)}"

    def answer(self, form: Mapping[str, str], secret_key: str) -> dict[str, str]:
        """Return a pair for a code or a refresh token, both of which are used up by it."""
        if form.get("app_id") != self.app_id or not secrets.compare_digest(secret_key, self.app_secret):
            raise OAuthError(-14002, "Invalid app", "app_id hoặc secret_key không đúng")
        if form.get("grant_type") == "authorization_code":
            return self._for_code(form)
        if form.get("grant_type") == "refresh_token":
            return self._for_refresh(form.get("refresh_token", ""))
        raise OAuthError(-14001, "Invalid grant type", "grant_type không đúng")

    def pair(self, oa_id: str) -> dict[str, str]:
        """Return a new pair; `expires_in` is text."""
        access, refresh, now = secrets.token_urlsafe(32), secrets.token_urlsafe(32), self.now()
        self._access[access] = _Token(oa_id, now + ACCESS_LIFE)
        self._refresh[refresh] = _Token(oa_id, now + REFRESH_LIFE)
        seconds = str(int(ACCESS_LIFE.total_seconds()))
        return {"access_token": access, "refresh_token": refresh, "expires_in": seconds}

    def owner(self, access: str) -> tuple[str, bool]:
        """Return the OA an access token is for ("" for none) and whether it has expired."""
        token = self._access.get(access)
        if token is None:
            return "", False
        return ("", True) if self.now() >= token.ends else (token.oa_id, False)

    def revoke(self, oa_id: str) -> None:
        """Forget every token of an OA."""
        for tokens in (self._access, self._refresh):
            for name in [name for name, token in tokens.items() if token.oa_id == oa_id]:
                del tokens[name]

    def _for_code(self, form: Mapping[str, str]) -> dict[str, str]:
        code = self._codes.pop(form.get("code", ""), None)
        if code is None or self.now() >= code.ends:
            raise OAuthError(-14019, "Invalid authorization code", "Mã đã dùng hoặc hết hạn")
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        made = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if self.modes.pkce != "none" and made != code.challenge:
            raise OAuthError(-14010, "Invalid code verifier", "code_verifier không khớp")
        return self.pair(code.oa_id)

    def _for_refresh(self, name: str) -> dict[str, str]:
        token = self._refresh.get(name)
        if token is None or token.used or self.now() >= token.ends:
            raise OAuthError(-14020, "Invalid refresh token", "Mã gia hạn đã dùng hoặc hết hạn")
        token.used = True
        self.renewals += 1
        pair = self.pair(token.oa_id)
        return {**pair, "refresh_token": ""} if self.modes.lose_refresh_token else pair
