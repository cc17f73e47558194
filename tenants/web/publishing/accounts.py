"""A unit's outlets: list, set up, change settings, switch off and on."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from channel_plugins import Channel
from tenants.db import transaction
from tenants.errors import Refused
from tenants.jobs import queue
from tenants.publishing import address_book, connecting, environment, outlets, policy, queries, render, resending
from tenants.publishing.models import ChannelAccount
from tenants.publishing.outlets import BadSettings
from tenants.web.guard import acting_user, requires
from tenants.web.publishing import checking, presenting
from tenants.web.publishing.blueprint import blueprint


@blueprint.get("/outlets")
@requires("channel.manage")
def accounts() -> Any:
    """Show the unit's outlets with their state, and what could be set up."""
    own = queries.accounts()
    present = {account.channel for account in own}
    offered = [
        channel
        for channel in outlets.offered()
        if not (channel.info.outlet == "hosted" and channel.info.name in present)
    ]
    return render_template(
        "publishing/accounts.html",
        accounts=[(account, presenting.channel_of(account.channel)) for account in own],
        forbidden=policy.forbidden(),
        tallies=queries.tallies(),
        offered=offered,
        missing=[c for c in offered if c.info.name not in present and outlets.needs_no_connecting(c)],
        worker_stopped=not queue.worker_alive(),
        site_url=render.site_address(environment.base_url(), g.unit),
    )


@blueprint.post("/outlets/defaults")
@requires("channel.manage")
def create_defaults() -> Any:
    """Set up the outlets that need no connecting."""
    with transaction():
        created = outlets.ensure_default_accounts(acting_user().id)
    flash(_("Đã tạo %(n)s kênh.", n=len(created)), "success")
    return redirect(url_for("publishing.accounts"), 303)


@blueprint.get("/outlets/new/<channel_name>")
@requires("channel.manage")
def new_account(channel_name: str) -> Any:
    """Show the empty settings of a channel, or the way to connect it."""
    channel = outlets.channel_in_use(channel_name)
    if connecting.is_stepwise(channel):
        return redirect(url_for("publishing.connect", channel_name=channel_name))
    return _form(channel, None)


@blueprint.post("/outlets/new/<channel_name>")
@requires("channel.manage")
def create_account(channel_name: str) -> Any:
    """Set up an outlet."""
    channel = outlets.channel_in_use(channel_name)
    raw, label = presenting.typed_settings(channel, request.form), request.form.get("label", "")
    try:
        with transaction():
            account = outlets.create_account(channel_name, label, raw, actor_id=acting_user().id)
            account_id = account.id
    except BadSettings as refusal:
        flash(refusal.sentence, "error")
        return _form(channel, None, label, raw, refusal), 422
    flash(_("Đã tạo kênh."), "success")
    _check(channel, account_id)
    return redirect(url_for("publishing.account", account_id=account_id), 303)


@blueprint.get("/outlets/<int:account_id>")
@requires("channel.manage")
def account(account_id: int) -> Any:
    """Show an outlet's settings. Credentials are never shown again."""
    own = outlets.get_account(account_id)
    return _form(outlets.channel_in_use(own.channel), own)


@blueprint.post("/outlets/<int:account_id>")
@requires("channel.manage")
def edit_account(account_id: int) -> Any:
    """Change an outlet's settings."""
    own = outlets.get_account(account_id)
    channel = outlets.channel_in_use(own.channel)
    raw, label = presenting.typed_settings(channel, request.form), request.form.get("label", "")
    try:
        with transaction():
            outlets.edit_account(account_id, label, raw, actor_id=acting_user().id)
    except BadSettings as refusal:
        flash(refusal.sentence, "error")
        return _form(channel, outlets.get_account(account_id), label, raw, refusal), 422
    flash(_("Đã lưu cài đặt kênh."), "success")
    _check(channel, account_id)
    return redirect(url_for("publishing.account", account_id=account_id), 303)


@blueprint.post("/outlets/<int:account_id>/state")
@requires("channel.manage")
def set_account_state(account_id: int) -> Any:
    """Switch an outlet on or off."""
    enabled = request.form.get("enabled") == "yes"
    with transaction():
        outlets.set_enabled(account_id, enabled, actor_id=acting_user().id)
    flash(
        _("Đã bật kênh.") if enabled else _("Đã tắt kênh. Bài đã đăng vẫn còn; bài hẹn giờ sẽ chờ bạn bật lại."),
        "success",
    )
    return redirect(url_for("publishing.account", account_id=account_id), 303)


@blueprint.post("/outlets/<int:account_id>/resend")
@requires("publish.manage")
def resend_held(account_id: int) -> Any:
    """Send again all that waited for this outlet."""
    with transaction():
        resent = resending.resend_all(account_id, acting_user().id)
    if resent.count:
        flash(_("Đã giao lại %(n)s bài cho máy phát hành.", n=resent.count), "success")
    for title, sentence in resent.left:
        flash(f"«{title}»: {sentence}", "warning")
    if not resent.count and not resent.left:
        flash(_("Không còn bài nào chờ gửi lại trên kênh này."), "info")
    return redirect(url_for("publishing.index", account=account_id), 303)


def _form(
    channel: Channel,
    own: ChannelAccount | None,
    label: str | None = None,
    typed: dict[str, str] | None = None,
    refusal: Refused | None = None,
) -> Any:
    errors = refusal.fields if isinstance(refusal, BadSettings) else {}
    return render_template(
        "publishing/account.html",
        channel=channel,
        account=own,
        stepwise=connecting.is_stepwise(channel),
        checkable=presenting.can_be_checked(channel),
        waiting=len(resending.waiting(own)) if own is not None else 0,
        hook=address_book.hook_of(own) if own is not None else None,
        label=label if label is not None else (own.label if own is not None else channel.info.label),
        fields=presenting.settings_form(
            channel, own.settings if own else {}, outlets.stored_secrets(own), typed, errors
        ),
        other_errors=[text for name, texts in errors.items() if name not in _names(channel) for text in texts],
    )


def _check(channel: Channel, account_id: int) -> None:
    if presenting.can_be_checked(channel):
        checking.check_and_tell(account_id)


def _names(channel: Channel) -> set[str]:
    return set(channel.SettingsSchema().fields)
