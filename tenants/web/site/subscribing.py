"""Getting a unit's newsletter, agreeing to it, and ending it: the public pages of letters.

What arrives by GET changes nothing: mail programs open links by themselves. The link in every letter ends the
subscription with one press, and mail programs may press it for their owner (RFC 8058), so that one address takes a POST
without a form token: whoever has its secret token may do nothing but this.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Response, current_app, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from tenants.audience import queries, service, states
from tenants.db import db, transaction
from tenants.errors import NotFound, Refused
from tenants.jobs.worker import unit_context
from tenants.publishing import mailing
from tenants.web.guard import public
from tenants.web.setup import csrf
from tenants.web.site.blueprint import blueprint


@blueprint.get("/nhan-tin/")
@public
def subscribe_form() -> Any:
    """Show the form; there is none while the unit has no outlet that sends letters."""
    _wanted()
    return _page("site/subscribe.html", sent=request.args.get("sent") == "1", typed={}, refusal="")


@blueprint.post("/nhan-tin/")
@public
def subscribe() -> Any:
    """Take somebody's wish. The answer is the same whether the address is on the list or not."""
    _wanted()
    address, name = request.form.get("address", "")[:300], request.form.get("name", "")[:200]
    try:
        if request.form.get("agreed") != "yes":
            raise Refused("no-consent", _("Hãy đánh dấu vào ô đồng ý; chưa có gì được lưu."))
        with _as_unit():
            service.subscribe(address, name, request.remote_addr or "")
    except Refused as refusal:
        typed = {"address": address, "name": name}
        return _page("site/subscribe.html", 422, sent=False, typed=typed, refusal=refusal.sentence)
    return redirect(url_for("site.subscribe_form", sent=1), 303)


@blueprint.get("/nhan-tin/xac-nhan/<token>")
@public
def confirm_page(token: str) -> Any:
    """Ask whether the owner of the address agrees."""
    return _page("site/confirm.html", state=queries.by_token(token).state, token=token, done=False)


@blueprint.post("/nhan-tin/xac-nhan/<token>")
@public
def confirm(token: str) -> Any:
    """Let them agree."""
    try:
        with _as_unit():
            service.confirm(token)
    except Refused:
        return _page("site/confirm.html", 422, state=states.STOPPED, token=token, done=False)
    return _page("site/confirm.html", state=states.ACTIVE, token=token, done=True)


@blueprint.get("/nhan-tin/thoi/<token>")
@public
def stop_page(token: str) -> Any:
    """Ask whether they want no more letters."""
    state = queries.by_token(token).state
    return _page("site/stop.html", token=token, done=state == states.STOPPED)


@blueprint.post("/nhan-tin/thoi/<token>")
@public
def stop(token: str) -> Any:
    """End it, at once; also when a mail program asks."""
    with _as_unit():
        service.stop(token)
    return _page("site/stop.html", token=token, done=True)


csrf.exempt(stop)


def _wanted() -> None:
    if mailing.outlet(states.NEWSLETTER) is None:
        raise NotFound("no outlet that sends letters")


@contextmanager
def _as_unit() -> Iterator[None]:
    """Write for the unit: a public reader's session cannot, so there is a second one while this lasts."""
    unit_id = g.site.id
    db.session.rollback()
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    with unit_context(app, unit_id), transaction():
        yield


def _page(template: str, status: int = 200, **values: Any) -> Response:
    response = make_response(render_template(template, **values), status)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
