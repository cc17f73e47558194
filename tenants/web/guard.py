"""The door of every page: who may come in, and which unit's scope is entered.

Every view carries exactly one mark: ``@public``, ``@signed_in`` or ``@requires("action")``. ``enforce`` reads the mark
before the view runs; a view without one is refused, and a test walks the route table. This is one of the two places
where a scope is entered; the other is the worker.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Response, current_app, g, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from tenants import scope
from tenants.accounts import queries as accounts
from tenants.accounts import service as account_service
from tenants.accounts.models import User
from tenants.accounts.permissions import PERMISSIONS, allowed
from tenants.errors import Forbidden, NotFound, ScopeError
from tenants.units import queries as units

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC = "public"
SIGNED_IN = "signed-in"


def public(view: View) -> View:
    """Mark a view that anybody may see. With ``site_slug`` in its address it runs in the public scope of that unit."""
    view.guard = PUBLIC  # type: ignore[attr-defined]
    return view


def signed_in(view: View) -> View:
    """Mark a view for any person with an account, outside any unit."""
    view.guard = SIGNED_IN  # type: ignore[attr-defined]
    return view


def requires(action: str) -> Callable[[View], View]:
    """Mark a view of a unit's workspace: only members whose roles allow ``action`` (see ``accounts.permissions``).

    Actions that begin with "oversight." enter the oversight scope and exist only for units that look over others.
    """
    PERMISSIONS[action]

    def mark(view: View) -> View:
        view.guard = action  # type: ignore[attr-defined]
        return view

    return mark


def take_unit_from_address(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """URL processor: keep the unit's address aside, so that views do not each take it as an argument."""
    g.unit = g.roles = g.site = None
    g.unit_slug = values.pop("unit_slug", None) if values else None
    g.site_slug = values.pop("site_slug", None) if values else None


def put_unit_into_address(endpoint: str, values: dict[str, Any]) -> None:
    """URL default: links inside a unit's workspace or site stay in it without saying so."""
    for name, owner in (("unit_slug", g.get("unit")), ("site_slug", g.get("site"))):
        if name not in values and owner is not None and current_app.url_map.is_endpoint_expecting(endpoint, name):
            values[name] = owner.slug


def acting_user() -> User:
    """Return the person behind the request, whether they came by cookie or by API key.

    Raises:
        ScopeError: called in a view that anonymous readers may see.
    """
    user = g.get("api_user") or (current_user._get_current_object() if current_user.is_authenticated else None)
    if user is None:
        raise ScopeError("nobody is signed in here")
    return user  # type: ignore[no-any-return]


def may(action: str) -> bool:
    """Return whether the present person's roles in the present unit allow ``action``; pages ask it before a button."""
    return g.get("roles") is not None and allowed(g.roles, action)


def enforce() -> Any:
    """Before-request hook: let in, send to the sign-in page, or refuse."""
    if request.endpoint is None or request.endpoint == "static":
        return None
    guard = getattr(current_app.view_functions[request.endpoint], "guard", None)
    if guard is None:
        raise ScopeError(f"{request.endpoint} carries no guard")
    if guard == PUBLIC:
        return _enter_site()
    user = _person()
    if user is None:
        return _ask_to_sign_in()
    if guard == SIGNED_IN:
        return None
    unit = units.by_slug(g.unit_slug)
    roles = accounts.roles_in(user.id, unit.id)
    if not roles:
        raise NotFound(g.unit_slug)
    overseeing = guard.startswith("oversight.")
    if overseeing and unit.is_school:
        raise NotFound(g.unit_slug)
    # From here on the page has the unit's rail, whose counts are read in the scope that is entered next.
    g.unit, g.roles = unit, roles
    kind = scope.Kind.OVERSIGHT if overseeing else scope.Kind.UNIT
    scope.enter(scope.Scope(unit.id, kind, units.superior_ids(unit.id)))
    if not allowed(roles, guard):
        raise Forbidden(guard)
    return None


def _enter_site() -> None:
    if g.site_slug is not None:
        g.site = units.site_by_slug(g.site_slug)
        scope.enter(scope.Scope(g.site.id, scope.Kind.PUBLIC, units.superior_ids(g.site.id)))


def is_api() -> bool:
    """Return whether this request belongs to the JSON API."""
    return request.path.startswith("/api/")


def _person() -> User | None:
    if not is_api():
        return current_user._get_current_object() if current_user.is_authenticated else None
    scheme, _sep, secret = request.headers.get("Authorization", "").partition(" ")
    g.api_user = account_service.user_of_token(secret.strip()) if scheme.lower() == "bearer" and secret else None
    return g.api_user  # type: ignore[no-any-return]


def _ask_to_sign_in() -> Any:
    if is_api():
        sentence = _("Cần khóa API còn hiệu lực trong tiêu đề Authorization: Bearer.")
        return _unauthorized(jsonify(code="unauthorized", message=sentence, data={}))
    if wants_json():
        sentence = _("Phiên đăng nhập đã hết. Bài viết được giữ trên máy này; hãy đăng nhập lại rồi lưu tiếp.")
        return _unauthorized(jsonify(code="session-expired", message=sentence, sign_in=url_for("auth.sign_in")))
    if request.method == "GET":
        return redirect(url_for("auth.sign_in", next=request.full_path.rstrip("?")))
    kept = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token" and value.strip()]
    kept = [(name, value) for name, value in kept if "password" not in name]
    return render_template("errors/expired.html", kept=kept), 401


def wants_json() -> bool:
    """Return whether the page's own scripts ask (autosave, upload) and need an answer in JSON."""
    return request.headers.get("Accept", "").startswith("application/json")


def _unauthorized(response: Response) -> Response:
    response.status_code = 401
    response.headers["WWW-Authenticate"] = "Bearer"
    return response
