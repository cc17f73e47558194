"""A test client that behaves like a careful browser: sends form tokens, and looks at every page it is given."""

from __future__ import annotations

import re
from typing import Any

from flask import session
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from werkzeug.test import TestResponse

from tenants.accounts.models import User
from tenants.db import db

LARGEST_PAGE = 150_000


class PageClient(FlaskClient):
    """Client whose POSTs carry a valid form token and whose pages are checked for what no page may have."""

    _raw_token: str | None = None
    _token = ""

    def sign_in_as(self, person: Any) -> None:
        """Sign in as ``person`` (anything with ``id``) without going through the form."""
        with self.application.app_context():
            user = db.session.get(User, person.id)
            assert user is not None
            ident = user.get_id()
        with self.session_transaction() as kept:
            kept["_user_id"] = ident
            kept["_fresh"] = True

    def form_token(self) -> str:
        """Return a token that belongs to this client's session."""
        with self.session_transaction() as kept:
            raw = kept.get("csrf_token")
        if raw is None or raw != self._raw_token:
            with self.application.test_request_context():
                if raw:
                    session["csrf_token"] = raw
                self._token = generate_csrf()
                self._raw_token = session["csrf_token"]
            with self.session_transaction() as kept:
                kept["csrf_token"] = self._raw_token
        return self._token

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        if kwargs.pop("token", True) and kwargs.get("method", "GET") in ("POST", "PUT", "PATCH", "DELETE"):
            headers = dict(kwargs.get("headers") or {})
            if "Authorization" not in headers:
                headers.setdefault("X-CSRFToken", self.form_token())
                kwargs["headers"] = headers
        response = super().open(*args, **kwargs)
        if response.mimetype == "text/html" and response.status_code == 200 and not response.is_streamed:
            check_page(response)
        return response


def check_page(response: TestResponse) -> None:
    """Assert what holds for every page: a title, no inline script or style, every form protected, not too heavy."""
    html = response.get_data(as_text=True)
    if "<html" not in html:
        return
    where = response.request.path
    assert re.search(r"<title>\s*\S", html), f"{where}: no title"
    assert len(html.encode()) < LARGEST_PAGE, f"{where}: {len(html.encode())} bytes"
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/(ld\+)?json\")", html), (
        f"{where}: inline script"
    )
    assert not re.search(r"<[^>]+\sstyle=", html), f"{where}: inline style"
    assert not re.search(r"<[^>]+\son[a-z]+=", html), f"{where}: inline handler"
    for form in re.findall(r"<form\b.*?</form>", html, re.S):
        if re.search(r"method=\"?post", form, re.I):
            secret_address = re.search(r"action=\"/x/", form)
            assert secret_address or 'name="csrf_token"' in form, f"{where}: a form without token"
    assert "{{" not in html and "{%" not in html, f"{where}: template leftovers"
