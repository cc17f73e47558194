"""The page behind a confirm link: people at the station say, without an account, whether it was broadcast.

Opening it never changes anything (phones and messengers fetch links beforehand). Its address is the secret, so its
forms carry no session token; each link takes one answer.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from flask import Blueprint, Response, current_app, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from tenants import clock, files
from tenants.accounts import throttling
from tenants.db import db, transaction
from tenants.errors import NotFound, Refused
from tenants.jobs.worker import unit_context
from tenants.publishing import environment, links
from tenants.publishing.confirming import Speaker, Statement
from tenants.publishing.links import Ticket
from tenants.web import confirm_subjects
from tenants.web.confirm_subjects import Subject
from tenants.web.guard import public
from tenants.web.publishing import confirming, presenting
from tenants.web.publishing.deliveries import download
from tenants.web.setup import csrf

blueprint = Blueprint("confirm", __name__, url_prefix="/x")
csrf.exempt(blueprint)

MOST_TRIES = 30
"""Answers taken from one network address within the window; several stations may share one."""


@blueprint.after_request
def _keep_secret(response: Response) -> Response:
    """The address must not travel on, nor lie in a cache or an index."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


@blueprint.get("/<token>")
@public
def show(token: str) -> Any:
    """Show what it is and, while no answer was given, the form for it."""
    ticket = links.read(token)
    with _unit_of(ticket):
        return _page(token, _subject(ticket))


@blueprint.get("/<token>/files/<filename>")
@public
def file(token: str, filename: str) -> Response:
    """Hand out a file, exactly as it was handed over; not any more once it was withdrawn, replaced or answered."""
    ticket = links.read(token)
    with _unit_of(ticket):
        subject = _subject(ticket)
        waiting = subject.open and subject.state == confirm_subjects.WAITING
        for artefact in subject.artefacts if waiting else []:
            if artefact["filename"] == filename:
                return download(files.store().get(artefact["sha256"]), artefact["content_type"], filename)
    raise NotFound(filename)


@blueprint.post("/<token>/done")
@public
def done(token: str) -> Any:
    """Take the word that it was broadcast or posted."""
    form = request.form
    return _answer(
        token,
        lambda subject: subject.confirm(
            Statement(
                at=_moment(form),
                who=form.get("who", ""),
                place=form.get("place", ""),
                times=confirming.times(form),
                url=form.get("url", "").strip(),
                note=form.get("note", ""),
            ),
            Speaker(),
        ),
    )


@blueprint.post("/<token>/not-done")
@public
def not_done(token: str) -> Any:
    """Take the word that it was not."""
    form = request.form
    return _answer(token, lambda subject: subject.deny(form.get("reason", ""), form.get("who", ""), Speaker()))


def _answer(token: str, speak: Any) -> Any:
    ticket = links.read(token)
    with _unit_of(ticket):
        try:
            with transaction():
                throttling.count(f"confirm:{request.remote_addr or ''}", MOST_TRIES)
            with transaction():
                subject = _subject(ticket)
                if not subject.open:
                    return _late(token, subject)
                speak(subject)
        except Refused as refusal:
            db.session.rollback()
            status = 429 if refusal.code == "too-many" else 422
            return _page(token, _subject(ticket), refusal.sentence), status
    return redirect(url_for("confirm.show", token=token), 303)


def _late(token: str, subject: Subject) -> Any:
    """Tell the unit that an answer came when the link was over, where one is still awaited."""
    form, waits = request.form, subject.state == confirm_subjects.WAITING
    if waits:
        subject.late(form.get("who", ""), form.get("reason", "") or form.get("note", ""))
    return _page(token, subject, told=waits)


@contextmanager
def _unit_of(ticket: Ticket) -> Iterator[None]:
    """Work in the unit the link belongs to: a genuine token is the proof that its bearer may."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    with unit_context(app, ticket.unit_id):
        g.site = environment.own_unit()
        g.unit = g.roles = g.unit_slug = g.site_slug = None
        yield


def _subject(ticket: Ticket) -> Subject:
    return confirm_subjects.find(ticket)


def _page(token: str, subject: Subject, refusal: str = "", *, told: bool = False) -> Any:
    now = clock.local(clock.now(), g.site.timezone)
    response = make_response(
        render_template(
            "confirm/show.html",
            token=token,
            subject=subject,
            site=g.site,
            site_home=url_for("site.home", site_slug=g.site.slug),
            refusal=refusal,
            told=told,
            typed=request.form,
            today=now.strftime("%Y-%m-%d"),
            time=now.strftime("%H:%M"),
        )
    )
    response.status_code = 200 if subject.open else 410
    return response


def _moment(form: Mapping[str, str]) -> dt.datetime:
    moment = presenting.from_local_input(f"{form.get('on', '')}T{form.get('time', '')}", g.site.timezone)
    if moment is None:
        raise Refused("bad-moment", _("Hãy chọn ngày và giờ đã phát hoặc đã đăng. Chưa có gì thay đổi."))
    return moment
