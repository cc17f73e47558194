"""What every page needs: sign-in, languages, protection, headers, error pages, template helpers."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any

from flask import (
    Flask,
    Response,
    current_app,
    flash,
    g,
    has_request_context,
    jsonify,
    redirect,
    render_template,
    request,
    session,
)
from flask_babel import Babel, format_decimal, get_locale
from flask_babel import gettext as _
from flask_login import LoginManager, current_user
from flask_wtf.csrf import CSRFError, CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from tenants import clock
from tenants.accounts import queries as accounts
from tenants.accounts.permissions import ROLES
from tenants.db import READ_ONLY, db
from tenants.errors import Conflict, Forbidden, NotFound, Refused
from tenants.web import addresses, assets, guard, navigation

LANGUAGES = ("vi", "en")

login_manager = LoginManager()
csrf = CSRFProtect()
babel = Babel()

CONTENT_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def init_app(app: Flask) -> None:
    """Put the web ground under ``app``; the order of the hooks matters, so it stands here in one place."""
    app.jinja_env.undefined = StrictUndefined
    addresses.init_app(app)
    login_manager.init_app(app)
    login_manager.session_protection = None
    login_manager.user_loader(accounts.by_session_id)
    csrf.init_app(app)
    babel.init_app(app, locale_selector=_choose_language)
    app.url_value_preprocessor(guard.take_unit_from_address)
    app.url_defaults(guard.put_unit_into_address)
    app.before_request(_begin)
    app.before_request(guard.enforce)
    app.after_request(_headers)
    app.teardown_request(_end)
    app.context_processor(_context)
    assets.init_app(app)
    app.add_template_filter(_day, "ngay")
    app.add_template_filter(_moment, "gio")
    app.add_template_filter(format_decimal, "so")
    app.add_template_filter(_moment_and_zone, "gio_mui")
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(NotFound, lambda _e: _error(404))
    app.register_error_handler(Forbidden, lambda _e: _error(403))
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(Exception, _crashed)


def _begin() -> None:
    READ_ONLY.set(request.method in ("GET", "HEAD", "OPTIONS"))
    g.request_id = request.headers.get("X-Request-Id", "")[:64] or secrets.token_hex(8)


def _end(_error: BaseException | None) -> None:
    READ_ONLY.set(False)


def _choose_language() -> str:
    if not has_request_context():
        return LANGUAGES[0]
    if "language" in session:
        return str(session["language"])
    person = g.get("api_user") or current_user
    if person and person.is_authenticated:
        return str(person.language)
    return LANGUAGES[0]


def _headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", CONTENT_POLICY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
    response.headers["X-Request-Id"] = g.get("request_id", "")
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if current_user and current_user.is_authenticated:
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def _context() -> dict[str, Any]:
    person = current_user if current_user and current_user.is_authenticated else None
    unit = g.get("unit")
    return {
        "unit": unit,
        "site": g.get("site"),
        "may": guard.may,
        "role_labels": ROLES,
        "locale": str(get_locale() or "vi"),
        "nav": navigation.entries() if unit is not None else [],
        "units_of_user": navigation.units_of(person.id) if person is not None else [],
        "now": clock.now(),
    }


def zone() -> str:
    """Return the time zone of the page: the unit's, or the default."""
    owner = g.get("unit") or g.get("site")
    return owner.timezone if owner is not None else clock.DEFAULT_TIMEZONE


def _day(value: dt.date | dt.datetime | None) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        value = clock.local(value, zone()).date()
    return value.strftime("%d/%m/%Y")


def _moment(value: dt.datetime | None) -> str:
    return "" if value is None else clock.local(value, zone()).strftime("%H:%M %d/%m/%Y")


def zone_name() -> str:
    """Return how the time zone of the page is called beside a time somebody plans with."""
    return _("giờ Việt Nam") if zone() == clock.DEFAULT_TIMEZONE else zone()


def _moment_and_zone(value: dt.datetime | None) -> str:
    return "" if value is None else f"{_moment(value)} ({zone_name()})"


def _error(status: int, **context: Any) -> Any:
    db.session.rollback()
    if guard.is_api() or guard.wants_json():
        return jsonify(code=f"http-{status}", message=_sentence(status), data={}), status
    template = f"errors/{status}.html" if status in (400, 403, 404, 413, 429, 500) else "errors/400.html"
    return render_template(template, **context), status


def _sentence(status: int) -> str:
    sentences: dict[int, str] = {
        403: _("Vai trò của bạn trong đơn vị này không được làm việc đó. Chưa có gì thay đổi."),
        404: _("Không tìm thấy nội dung này trong đơn vị."),
        413: _("Tệp hoặc nội dung gửi lên quá lớn. Chưa có gì được lưu; hãy chọn tệp nhỏ hơn."),
        500: _("Máy chủ gặp lỗi khi xử lý yêu cầu. Hãy thử lại sau ít phút."),
    }
    return sentences.get(status) or str(_("Yêu cầu chưa hợp lệ. Chưa có gì thay đổi."))


def _http_error(error: HTTPException) -> Any:
    if error.response is not None or error.code is None or error.code < 400:
        return error
    if isinstance(error, RequestEntityTooLarge):
        return _error(413)
    body, status = _error(error.code)
    response = body if isinstance(body, Response) else Response(body, mimetype="text/html")
    response.status_code = status
    if error.code == 405 and (allow := dict(error.get_headers()).get("Allow")):
        response.headers["Allow"] = allow
    return response


def _csrf_error(_refusal: CSRFError) -> Any:
    if guard.wants_json():
        return jsonify(code="session-expired", message=_("Phiên làm việc đã hết. Hãy tải lại trang rồi lưu tiếp.")), 400
    kept = [
        (n, v) for n, v in request.form.items(multi=True) if n != "csrf_token" and v.strip() and "password" not in n
    ]
    return render_template("errors/expired.html", kept=kept), 400


def _refused(refusal: Refused) -> Any:
    db.session.rollback()
    status = 409 if isinstance(refusal, Conflict) else 422
    if guard.is_api() or guard.wants_json():
        return jsonify(code=refusal.code, message=refusal.sentence, data=refusal.data), status
    flash(refusal.sentence, "error")
    if request.referrer and request.referrer.startswith(request.host_url):
        return redirect(request.referrer, 303)
    return render_template("errors/400.html", sentence=refusal.sentence), status


def _crashed(error: Exception) -> Any:
    if isinstance(error, HTTPException):
        return _http_error(error)
    if current_app.testing:
        raise error
    current_app.logger.exception("request failed")
    return _error(500)
