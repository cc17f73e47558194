"""OAuth v4 of an OA: the consent link, the exchange, and a refresh token that may be used once.

The access token lives 25 hours (computed from `expires_in`, which is text), the refresh token three months; every
refresh gives a new pair and voids the old refresh token.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from channel_plugins.errors import TryAgain
from channel_plugins.http import Answer, Http
from channel_plugins.types import Account

from .errors import refusal
from .openapi import error_code

SHORTEST_LIFE = timedelta(hours=1)
"""Assumed when `expires_in` cannot be read: too short renews too often, too long stops the channel."""


def new_verifier() -> str:
    """Return a fresh PKCE verifier of 43 characters."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).rstrip(b"=").decode()


def challenge(verifier: str) -> str:
    """Return base64url of the raw SHA-256 of the verifier, without padding."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode("ascii")).digest()).rstrip(b"=").decode()


def consent_url(options: Mapping[str, Any], callback_url: str, state: str, verifier: str) -> str:
    """Return the address where an administrator of the OA agrees; no `scope`, no challenge method."""
    query = {"app_id": options["app_id"], "redirect_uri": callback_url}
    if verifier:
        query["code_challenge"] = challenge(verifier)
    return f"{str(options['oauth_url']).rstrip('/')}/permission?{urlencode({**query, 'state': state})}"


def expiry(secret: Mapping[str, str]) -> datetime | None:
    """Return when the access token ends; None when that is not known."""
    try:
        moment = datetime.fromisoformat(secret.get("expires_at", ""))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def pair(body: Mapping[str, Any], now: datetime) -> dict[str, str]:
    """Return the tokens of an answer as they are stored. Raises TryAgain when there is no access token in it.

    A missing refresh token is left out, so that it never replaces the one that is stored.
    """
    access = str(body.get("access_token") or "").strip()
    if not access:
        raise TryAgain(
            "Zalo chưa trả mã truy cập nên kết nối vẫn như cũ. Hệ thống sẽ tự thử lại; thầy cô chưa phải làm gì.",
            detail=f"token answer with the fields {sorted(map(str, body))}",
        )
    try:
        life = timedelta(seconds=int(str(body.get("expires_in"))))
    except ValueError:
        life = SHORTEST_LIFE
    found = {"access_token": access, "expires_at": (now + life).isoformat()}
    refresh = str(body.get("refresh_token") or "").strip()
    if refresh:
        found["refresh_token"] = refresh
    return found


class OAuth:
    """The two calls to the OAuth server."""

    def __init__(self, http: Http, options: Mapping[str, Any]) -> None:
        self.http = http
        self.options = options

    def exchange(self, code: str, verifier: str, now: datetime) -> dict[str, str]:
        """Return the first pair for the code of the way back.

        Raises: NeedsPerson, GiveUp, TryAgain. A lost answer is `TryAgain`: consenting once more harms nothing.
        """
        form = {"code": code, "app_id": self.options["app_id"], "grant_type": "authorization_code"}
        if verifier:
            form["code_verifier"] = verifier
        hidden = Account("", "zalo", {}, {"code": code, "verifier": verifier})
        return pair(self._call(form, hidden, now), now)

    def refresh(self, token: str, account: Account, now: datetime) -> dict[str, str]:
        """Return the next pair for a refresh token, which is used up by this call.

        Raises: NeedsPerson when Zalo refuses it for good; TryAgain for everything else.
        """
        form = {"refresh_token": token, "app_id": self.options["app_id"], "grant_type": "refresh_token"}
        return pair(self._call(form, account, now), now)

    def _call(self, form: Mapping[str, Any], account: Account, now: datetime) -> Mapping[str, Any]:
        answer = self.http.post(
            f"{str(self.options['oauth_url']).rstrip('/')}/access_token",
            account,
            repeatable=True,
            headers={"secret_key": str(self.options["app_secret"])},
            data=dict(form),
        )
        return _tokens(answer, now)


def _tokens(answer: Answer, now: datetime) -> Mapping[str, Any]:
    """Return the body of an answer of the OAuth server, which has no envelope when all is well."""
    try:
        body = json.loads(answer.body)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise TryAgain(detail=f"status {answer.status}, no JSON object from OAuth")
    code = error_code(body)
    if code:
        detail = f"oauth error {code} {body.get('error_name', '')}, status {answer.status}: {answer.excerpt(300)}"
        raise refusal(code, str(body.get("error_description", "")), repeatable=True, now=now, detail=detail)
    return body
