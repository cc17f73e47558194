"""Connecting an outlet: the pages of each step, and the one address to which every service sends the browser back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from channel_plugins import Channel, ConnectStep
from tenants.db import READ_ONLY, db, transaction
from tenants.errors import NotFound, Refused
from tenants.publishing import calling, connecting, outlets
from tenants.publishing.connecting import CHOOSE, FORM, Progress
from tenants.publishing.contact_models import PendingConnection
from tenants.publishing.outlets import BadSettings
from tenants.units.models import Unit
from tenants.web.guard import acting_user, requires, signed_in
from tenants.web.publishing import checking, presenting
from tenants.web.publishing.blueprint import blueprint

way_back = Blueprint("connect", __name__, url_prefix="/connect")

CONNECT = "/outlets/connect/<channel_name>"
STEP = f"{CONNECT}/<int:pending_id>"
LONGEST_ANSWER = 4000


@blueprint.get(CONNECT)
@requires("channel.manage")
def connect(channel_name: str) -> Any:
    """Show how the outlet is connected: what to fill in, or which service is asked."""
    channel = _stepwise(channel_name)
    account_id = request.args.get("account", type=int)
    first = _first_step(channel)
    if first is not None and first.kind == FORM:
        return _form(channel, account_id, first.sentence)
    return render_template(
        "publishing/connect.html",
        channel=channel,
        account=outlets.get_account(account_id) if account_id is not None else None,
    )


@blueprint.post(CONNECT)
@requires("channel.manage")
def begin_connection(channel_name: str) -> Any:
    """Begin: ask the channel for its first step, or for the one after what was filled in."""
    channel = _stepwise(channel_name)
    account_id = request.form.get("account", type=int)
    raw: dict[str, str] = {}
    if request.form.get("filled") == "yes":
        raw = presenting.typed_settings(channel, request.form)
        refusal = outlets.refused_settings(channel, raw, account_id)
        if refusal is not None:
            return _form(channel, account_id, "", raw, refusal), 422
    with transaction():
        pending = connecting.begin(channel_name, account_id, actor_id=acting_user().id)
        if raw:
            pending.step = FORM
        pending_id = pending.id
    return _after(channel, connecting.advance(pending_id, raw, actor_id=acting_user().id), raw, account_id)


@blueprint.get(STEP)
@requires("channel.manage")
def connect_step(channel_name: str, pending_id: int) -> Any:
    """Show what the person does next."""
    channel = outlets.channel_in_use(channel_name)
    try:
        pending = connecting.mine(pending_id, channel_name, acting_user().id)
    except Refused as refusal:
        return _stopped(refusal.sentence, channel_name), 410
    return _step(channel, pending)


@blueprint.post(STEP)
@requires("channel.manage")
def answer_connection(channel_name: str, pending_id: int) -> Any:
    """Take what was filled in or chosen."""
    channel = outlets.channel_in_use(channel_name)
    try:
        pending = connecting.mine(pending_id, channel_name, acting_user().id)
    except Refused as refusal:
        return _stopped(refusal.sentence, channel_name), 410
    step, account_id = pending.step, pending.account_id
    if step == FORM:
        answers = presenting.typed_settings(channel, request.form)
        bad = outlets.refused_settings(channel, answers, account_id)
        if bad is not None:
            return _form(channel, account_id, "", answers, bad, pending_id), 422
    elif step == CHOOSE:
        answers = {"choice": request.form.get("choice", "")}
        if answers["choice"] not in dict(connecting.contents(pending).choices):
            flash(_("Hãy chọn một nơi trong danh sách."), "error")
            return _step(channel, pending), 422
    else:
        return redirect(url_for("publishing.connect_step", channel_name=channel_name, pending_id=pending_id), 303)
    db.session.rollback()
    progress = connecting.advance(pending_id, answers, actor_id=acting_user().id)
    return _after(channel, progress, answers if step == FORM else {}, account_id)


@blueprint.post(f"{STEP}/cancel")
@requires("channel.manage")
def cancel_connection(channel_name: str, pending_id: int) -> Any:
    """Leave off connecting."""
    try:
        with transaction():
            connecting.give_up(connecting.mine(pending_id, channel_name, acting_user().id))
    except (Refused, NotFound):
        db.session.rollback()
    flash(_("Đã thôi kết nối. Các kênh của đơn vị vẫn như cũ."), "success")
    return redirect(url_for("publishing.accounts"), 303)


@blueprint.get(f"{STEP}/return")
@requires("channel.manage")
def connect_return(channel_name: str, pending_id: int) -> Any:
    """Go on after the person came back from the service. The signed, single-use token in the address stands for the
    form token a POST would carry, since the service sends the browser here with a GET.
    """
    channel = outlets.channel_in_use(channel_name)
    # This one GET writes: it must hold SQLite's write lock from its first statement on.
    db.session.rollback()
    READ_ONLY.set(False)
    actor_id = acting_user().id
    try:
        with transaction():
            pending = connecting.mine(pending_id, channel_name, actor_id)
            connecting.use_way_back(pending, request.args.get(connecting.STATE, ""))
            account_id = pending.account_id
    except Refused as refusal:
        return _stopped(refusal.sentence, channel_name), 410
    except NotFound:
        return _stopped(_("Lần kết nối này đã xong, đã bị bỏ, hoặc không thuộc đơn vị này."), channel_name), 404
    progress = connecting.advance(pending_id, _query(), actor_id=actor_id)
    return _after(channel, progress, {}, account_id)


@way_back.get("/<channel_name>/return")
@signed_in
def come_back(channel_name: str) -> Any:
    """Lead a person who comes back from a service into their unit, where it goes on."""
    try:
        way = connecting.read_token(request.args.get(connecting.STATE, ""))
    except Refused as refusal:
        return _stopped(refusal.sentence, ""), 400
    unit = db.session.get(Unit, way.unit_id)
    if unit is None:
        raise NotFound(f"unit {way.unit_id}")
    target = url_for(
        "publishing.connect_return", unit_slug=unit.slug, channel_name=channel_name, pending_id=way.pending_id
    )
    return redirect(f"{target}?{urlencode(_query())}", 303)


def _query() -> dict[str, str]:
    """Return what the service added to the way back."""
    return {name: value[:LONGEST_ANSWER] for name, value in request.args.items()}


def _stepwise(channel_name: str) -> Channel:
    channel = outlets.channel_in_use(channel_name)
    if not connecting.is_stepwise(channel):
        raise NotFound(f"channel {channel_name} has no steps")
    return channel


def _first_step(channel: Channel) -> ConnectStep | None:
    url = connecting.callback_url(channel.info.name)
    db.session.rollback()
    answer = calling.within(connecting.SECONDS, lambda: channel.connect({}, {}, url))
    return answer if isinstance(answer, ConnectStep) else None


def _after(channel: Channel, progress: Progress, typed: Mapping[str, str], account_id: int | None) -> Any:
    if progress.account_id is not None:
        checking.check_and_tell(progress.account_id, connected=True)
        return redirect(url_for("publishing.account", account_id=progress.account_id), 303)
    if progress.failed and progress.step in (FORM, CHOOSE):
        flash(progress.sentence, "error")
    if progress.step == FORM and typed:
        return _form(channel, account_id, "", typed, None, progress.pending_id), 422
    return redirect(
        url_for("publishing.connect_step", channel_name=channel.info.name, pending_id=progress.pending_id), 303
    )


def _step(channel: Channel, pending: PendingConnection) -> Any:
    if pending.step == FORM:
        return _form(channel, pending.account_id, pending.sentence or "", pending_id=pending.id)
    return render_template(
        "publishing/connect_step.html",
        channel=channel,
        pending=pending,
        account=outlets.get_account(pending.account_id) if pending.account_id is not None else None,
        address=connecting.address_to_visit(pending),
        choices=connecting.contents(pending).choices,
    )


def _form(
    channel: Channel,
    account_id: int | None,
    sentence: str,
    typed: Mapping[str, str] | None = None,
    refusal: BadSettings | None = None,
    pending_id: int | None = None,
) -> Any:
    own = outlets.get_account(account_id) if account_id is not None else None
    errors = refusal.fields if refusal is not None else {}
    names = set(channel.SettingsSchema().fields)
    if refusal is not None:
        flash(refusal.sentence, "error")
    return render_template(
        "publishing/connect_form.html",
        channel=channel,
        account=own,
        pending_id=pending_id,
        sentence=sentence,
        fields=presenting.settings_form(
            channel, own.settings if own else {}, outlets.stored_secrets(own), typed, errors
        ),
        other_errors=[text for name, texts in errors.items() if name not in names for text in texts],
    )


def _stopped(sentence: str, channel_name: str) -> str:
    return render_template("publishing/connect_stopped.html", sentence=sentence, channel_name=channel_name)
