"""A unit's outlets: set up, change settings, switch off and on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from flask_babel import gettext as _
from marshmallow import ValidationError
from sqlalchemy import select

from channel_plugins import Channel, Secrets
from channel_plugins.settings import form_fields, merge_secrets, moved_secrets, secret_names
from tenants import audit, clock
from tenants.db import db
from tenants.errors import NotFound, Refused
from tenants.publishing import address_book, environment, pausing, policy, render, stopping, telling
from tenants.publishing.models import ChannelAccount
from tenants.scope import get_own
from tenants.secrets import InvalidSecret
from tenants.text import nfc

LONGEST_LABEL = 120


class BadSettings(Refused):
    """The settings of an outlet break the rules of its channel. ``data["fields"]``: field -> sentences."""

    def __init__(self, fields: Mapping[str, Sequence[str]]) -> None:
        super().__init__(
            "bad-settings",
            _("Cài đặt kênh chưa đúng nên chưa được lưu. Hãy xem lời nhắc ở từng ô; những gì đã nhập vẫn còn."),
            {"fields": {name: list(sentences) for name, sentences in fields.items()}},
        )

    @property
    def fields(self) -> dict[str, list[str]]:
        """The sentences by field."""
        found: dict[str, list[str]] = self.data["fields"]
        return found


def channel_named(name: str) -> Channel:
    """Return a channel of this installation.

    Raises:
        NotFound: nobody offers it.
    """
    manager = environment.manager()
    if name not in manager:
        raise NotFound(f"channel {name}")
    return manager.get(name)


def offered() -> list[Channel]:
    """Return the channels of this installation that the present unit may use. One query."""
    forbidden = policy.forbidden()
    return [channel for channel in environment.manager().all() if channel.info.name not in forbidden]


def allowed(channel_name: str) -> bool:
    """Return whether a channel is installed and the superiors of the present unit let it use it."""
    return channel_name in environment.manager() and policy.allowed(channel_name)


def channel_in_use(name: str) -> Channel:
    """Return a channel that the present unit may use; pages and callbacks of others answer 404.

    Raises:
        NotFound: nobody offers it, or a superior does not allow it.
    """
    if not allowed(name):
        raise NotFound(f"channel {name}")
    return environment.manager().get(name)


def get_account(account_id: int) -> ChannelAccount:
    """Return an outlet of this unit.

    Raises:
        NotFound: there is none here.
    """
    return get_own(ChannelAccount, account_id)


def create_account(channel_name: str, label: str, raw: Mapping[str, Any], *, actor_id: int | None) -> ChannelAccount:
    """Set up an outlet.

    Args:
        label: what the unit calls it; "" takes the place that the settings name, or the channel's own label.
        raw: what was filled in, by the names of the channel's ``SettingsSchema``.

    Raises:
        NotFound: there is no such channel.
        BadSettings: the channel refuses the settings.
        Refused: "second-site": the unit has its public site already; "channel-forbidden".
    """
    channel = channel_named(channel_name)
    policy.refuse_forbidden(channel_name)
    if channel.info.outlet == "hosted" and _accounts_of(channel_name):
        raise Refused("second-site", _("Đơn vị đã có kênh này; mỗi đơn vị chỉ có một trang công khai."))
    settings, secrets = _load(channel, raw, Secrets())
    account = ChannelAccount(
        channel=channel_name,
        label=_label(label, channel, settings),
        settings=settings,
        created_at=clock.now(),
    )
    db.session.add(account)
    # The credentials are bound to the row's number, which the database gives.
    db.session.flush()
    account.secrets_box = render.seal_secrets(account, secrets, environment.secret_box())
    address_book.keep(account)
    telling.outlets_changed()
    audit.record("channel.manage", "channel_account", account.id, actor_id, created=channel_name, label=account.label)
    db.session.flush()
    return account


def edit_account(account_id: int, label: str, raw: Mapping[str, Any], *, actor_id: int) -> ChannelAccount:
    """Change the settings of an outlet and lift its pause: whoever saves has dealt with the reason.

    An empty secret leaves the stored one as it is, unless it would then be sent to another place than before: it must
    be filled in again (``channel_plugins.settings.secret_field``).

    Raises:
        NotFound: there is no such outlet.
        BadSettings: the channel refuses the settings; nothing was changed.
    """
    # Held before it is read: credentials that a worker renews meanwhile must not be written over by older ones.
    account = pausing.locked(get_account(account_id).id)
    channel = channel_named(account.channel)
    box = environment.secret_box()
    old = render.open_secrets(account, box)
    settings, secrets = _load(channel, raw, old, account.settings)
    changed = sorted(name for name in settings if settings[name] != account.settings.get(name))
    renewed = sorted(name for name in secrets if secrets[name] and secrets[name] != old.get(name))
    account.label = _label(label, channel, settings)
    account.settings = settings
    if renewed:
        account.previous_box = account.secrets_box
    account.secrets_box = render.seal_secrets(account, merge_secrets(old, secrets), box)
    address_book.keep(account)
    pausing.go_on(account)
    account.checked_at, account.renew_wanted = None, False
    audit.record("channel.manage", "channel_account", account.id, actor_id, changed=changed, renewed_secrets=renewed)
    db.session.flush()
    return account


def refused_settings(channel: Channel, raw: Mapping[str, Any], account_id: int | None) -> BadSettings | None:
    """Return what the channel says against what was filled in, None when it takes it; nothing is stored.

    Args:
        account_id: the outlet whose stored credentials stand for empty boxes; None for a new one.
    """
    account = None if account_id is None else get_account(account_id)
    old = Secrets() if account is None else render.open_secrets(account, environment.secret_box())
    try:
        _load(channel, raw, old, {} if account is None else account.settings)
    except BadSettings as refusal:
        return refusal
    return None


def stored_secrets(account: ChannelAccount | None) -> list[str]:
    """Return the names of the credentials that are stored; none when they cannot be read any more."""
    if account is None:
        return []
    try:
        return [name for name, value in render.open_secrets(account, environment.secret_box()).items() if value]
    except InvalidSecret:
        return []


def set_enabled(account_id: int, enabled: bool, *, actor_id: int) -> ChannelAccount:
    """Switch an outlet off, so that nothing more is sent to it, or on again.

    What waits to be sent stops at once and is kept for a person; what has its time ahead stops when it comes due while
    the outlet is still off. A call that is under way is heard to its end.

    Raises:
        NotFound: there is no such outlet.
    """
    account = get_account(account_id)
    waiting = [] if enabled else stopping.held_due(account)
    if account.enabled != enabled:
        account.enabled = enabled
        audit.record("channel.manage", "channel_account", account.id, actor_id, enabled=enabled)
        telling.outlets_changed()
    if not enabled:
        stopping.stop_due(account, waiting)
    return account


def ensure_default_accounts(actor_id: int | None = None) -> list[ChannelAccount]:
    """Give the unit the outlets that need no connecting (its public site, files for the radio); return the new
    ones.

    Those it has, also switched off, are left alone, so this may be called any number of times.
    """
    present = set(db.session.scalars(select(ChannelAccount.channel)))
    return [
        create_account(channel.info.name, "", {}, actor_id=actor_id)
        for channel in offered()
        if channel.info.name not in present and needs_no_connecting(channel)
    ]


def needs_no_connecting(channel: Channel) -> bool:
    """Return whether an outlet of this channel works without anything being filled in."""
    fields = form_fields(channel.SettingsSchema)
    return channel.info.outlet in ("hosted", "file") and not any(field.required for field in fields)


def _accounts_of(channel_name: str) -> bool:
    found = db.session.scalar(select(ChannelAccount.id).where(ChannelAccount.channel == channel_name).limit(1))
    return found is not None


def _label(label: str, channel: Channel, settings: Mapping[str, Any]) -> str:
    """Return what the unit calls an outlet; of several places posted to by hand each has the name of the place."""
    typed = nfc(label).strip()[:LONGEST_LABEL]
    if typed and typed != channel.info.label:
        return typed
    return str(settings.get("place") or "")[:LONGEST_LABEL] or channel.info.label


def _load(
    channel: Channel, raw: Mapping[str, Any], old: Mapping[str, str], before: Mapping[str, Any] | None = None
) -> tuple[dict[str, Any], Secrets]:
    hidden = secret_names(channel.SettingsSchema)
    filled = {name: value for name, value in raw.items() if name not in hidden or value}
    kept = {name: old[name] for name in hidden if name not in filled and old.get(name)}
    try:
        settings, secrets = channel.load_settings({**filled, **kept})
    except ValidationError as error:
        messages = cast("dict[str, list[str]]", error.messages)
        # From None: the chain would carry what was filled in, credentials included, into logs.
        raise BadSettings(messages) from None
    if lost := moved_secrets(channel.SettingsSchema, before or {}, settings) & kept.keys():
        sentence = str(
            _("Nơi nhận đã đổi nên cần nhập lại mục này: thông tin cũ không được gửi tới nơi mới. Chưa có gì thay đổi.")
        )
        raise BadSettings({name: [sentence] for name in sorted(lost)})
    return settings, secrets
