"""The addresses at which outlets tell us something. Nobody is signed in here: the channel proves what is genuine over
the raw bytes."""

from __future__ import annotations

import logging

from flask import Blueprint, Response, current_app, request
from werkzeug.exceptions import RequestEntityTooLarge

from channel_plugins import CallbackAnswer, CallbackRequest, Channel
from tenants.db import db, transaction
from tenants.errors import NotFound
from tenants.jobs.worker import unit_context
from tenants.publishing import address_book, callbacks, outlets
from tenants.publishing.address_book import Place
from tenants.web.guard import public
from tenants.web.pacing import WINDOW, Pace
from tenants.web.setup import csrf

log = logging.getLogger("loa.callbacks")

blueprint = Blueprint("hooks", __name__, url_prefix="/hooks")
csrf.exempt(blueprint)

LARGEST = 256 * 1024
"""Bytes of a body; real ones have some thousands."""

STRANGE = Pace(120)
"""Forged and repeated callbacks, by address and sender: whoever floods an address shuts out nobody else."""
GENUINE = Pace(600)
"""Genuine ones, by address. The service is told to come again later, and so nothing is lost."""


@blueprint.route("/<channel_name>", methods=["GET", "POST"])
@public
def installation(channel_name: str) -> Response:
    """Hear an outlet at the address of the whole installation; its events name their accounts."""
    channel = _channel(channel_name)
    told = _request()
    if isinstance(told, Response):
        return told
    answer = callbacks.read(channel, told)
    return _answer(channel_name, told, answer, None)


@blueprint.route("/<channel_name>/<hook_token>", methods=["GET", "POST"])
@public
def outlet(channel_name: str, hook_token: str) -> Response:
    """Hear an outlet at the address of one account."""
    channel = _channel(channel_name)
    place = address_book.by_hook(channel_name, hook_token)
    if place is None:
        raise NotFound("hook")
    told = _request()
    if isinstance(told, Response):
        return told
    # The unit's scope has a session of its own; on SQLite the two must not both hold the database.
    db.session.rollback()
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    with unit_context(app, place.unit_id):
        account = outlets.get_account(place.account_id)
        if not account.enabled or not outlets.allowed(channel_name):
            raise NotFound("hook")
        answer = callbacks.read_for(channel, told, place)
    return _answer(channel_name, told, answer, place)


def _channel(name: str) -> Channel:
    channel = outlets.channel_named(name)
    if not address_book.takes_callbacks(channel):
        raise NotFound(f"callbacks of {name}")
    return channel


def _request() -> CallbackRequest | Response:
    """Return the request as a channel reads it; the answer instead when its sender is too fast, or its body larger
    than any genuine one."""
    if STRANGE.too_fast(_sender()) or GENUINE.too_fast(request.path):
        return _later()
    request.max_content_length = LARGEST
    try:
        body = request.get_data(cache=False)
    except RequestEntityTooLarge:
        STRANGE.count(_sender())
        return _text("", 413)
    return CallbackRequest(
        method=request.method,
        query=dict(request.args.items()),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=body,
    )


def _answer(channel_name: str, told: CallbackRequest, answer: CallbackAnswer, place: Place | None) -> Response:
    if not answer.accepted:
        log.warning("callback refused", extra={"channel": channel_name, "status": answer.status})
    new = None
    if told.method == "POST":
        with transaction():
            new = callbacks.take(channel_name, answer, told.body, place)
    if answer.accepted and new is not None:
        GENUINE.count(request.path)
    else:
        STRANGE.count(_sender())
    return _text(answer.body, answer.status)


def _sender() -> str:
    return f"{request.path} {request.remote_addr or ''}"


def _later() -> Response:
    seconds = int(WINDOW.total_seconds())
    log.warning("too many callbacks", extra={"status": 429})
    response = _text(f"Quá nhiều yêu cầu; hãy gửi lại sau {seconds} giây. / Too many requests; try again later.", 429)
    response.headers["Retry-After"] = str(seconds)
    return response


def _text(body: str, status: int) -> Response:
    response = Response(body, status=status, mimetype="text/plain")
    response.headers["Cache-Control"] = "no-store"
    return response
