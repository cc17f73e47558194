"""How deliveries, problems and settings are shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import g, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from channel_plugins import Channel, NextStep, Problem
from channel_plugins.settings import FormField, form_fields
from tenants import clock
from tenants.publishing import connecting, environment, queries, states
from tenants.publishing.models import Attempt, ChannelAccount, Delivery
from tenants.web.guard import may

GROUPS = {
    "": _l("Tất cả"),
    "waiting": _l("Đang chờ"),
    "handed": _l("Chờ xác nhận"),
    "troubled": _l("Cần xem"),
    "published": _l("Đã đăng"),
    "ended": _l("Đã thôi"),
}
GROUP_STATES: dict[str, tuple[str, ...]] = {
    "": (),
    "waiting": (states.SCHEDULED, states.SENDING),
    "handed": (states.HANDED_OVER,),
    "troubled": tuple(sorted(states.TROUBLED)),
    "published": (states.PUBLISHED,),
    "ended": (states.RETRACTED, states.REPLACED, states.CANCELLED),
}
COUNTED_TOO = {"handed": (queries.LATE,), "troubled": (queries.LATE,)}
"""What else counts in a group: a late confirmation is both waited for and to be looked at."""


def count_of(group: str, counts: Mapping[str, int]) -> int:
    """Return how many deliveries stand in a group of ``GROUPS``, from ``queries.counts_by_state``."""
    return sum(counts.get(state, 0) for state in (*GROUP_STATES[group], *COUNTED_TOO.get(group, ())))


@dataclass(frozen=True)
class Link:
    """A place to act."""

    label: str
    url: str


@dataclass(frozen=True)
class ShownField:
    """A field of the settings form with what stands in it.

    A secret never stands in it; ``stored`` says that there is one.
    """

    field: FormField
    value: Any
    errors: tuple[str, ...]
    stored: bool


def channel_of(name: str) -> Channel | None:
    """Return a channel of this installation, or None when it is gone."""
    manager = environment.manager()
    return manager.get(name) if name in manager else None


def channel_label(name: str) -> str:
    """Return how a channel is called; its name when it is gone."""
    channel = channel_of(name)
    return name if channel is None else channel.info.label


def can_be_checked(channel: Channel) -> bool:
    """Return whether the outlet can be asked if it may be posted to."""
    return type(channel).verify is not Channel.verify


def next_step(delivery: Delivery) -> Link | None:
    """Return where the reader of a delivery's sentence can act."""
    if delivery.next_step == NextStep.RECONNECT.value and may("channel.manage"):
        channel = channel_of(delivery.channel)
        if channel is not None and connecting.is_stepwise(channel):
            address = url_for("publishing.connect", channel_name=delivery.channel, account=delivery.account_id)
            return Link(_("Kết nối lại"), address)
    if delivery.next_step in (NextStep.OPEN_SETTINGS.value, NextStep.RECONNECT.value) and may("channel.manage"):
        return Link(_("Mở cài đặt kênh"), url_for("publishing.account", account_id=delivery.account_id))
    if delivery.next_step == NextStep.EDIT_ARTICLE.value:
        return Link(_("Mở bài"), url_for("articles.show", article_id=delivery.article_id))
    if delivery.next_step == NextStep.LOOK_AT_OUTLET.value and delivery.url:
        return Link(_("Mở bài trên kênh"), delivery.url)
    return None


def problem_link(problem: Problem, article_id: int, account: ChannelAccount) -> Link | None:
    """Return where a problem is mended: what only this channel knows of in its settings, the rest in the article."""
    if problem.code.startswith(f"{account.channel}."):
        if not may("channel.manage"):
            return None
        return Link(
            _("Mở cài đặt kênh «%(name)s»", name=account.label),
            url_for("publishing.account", account_id=account.id),
        )
    return Link(_("Mở bài"), url_for("articles.show", article_id=article_id))


def timeline(attempts: Iterable[Attempt], names: Mapping[int, str]) -> list[dict[str, Any]]:
    """Return the attempts as entries of ``ui.timeline``."""
    tones = {
        states.DONE: ("ok", "check"),
        states.RUNNING: ("info", "refresh"),
        states.ACCEPTED: ("info", "clock"),
        states.TRY_AGAIN: ("warn", "clock"),
        states.GIVE_UP: ("bad", "error"),
        states.NEEDS: ("bad", "user"),
        states.UNSURE: ("warn", "question"),
        states.LOST: ("warn", "question"),
        states.NOT_DONE: ("bad", "error"),
        states.WITHDRAWN: ("warn", "none"),
        states.CANNOT_TELL: ("warn", "question"),
    }
    entries = []
    for attempt in attempts:
        tone, sign = tones.get(attempt.state, ("", "info"))
        entries.append(
            {
                "title": f"{states.CALL_LABELS[attempt.call]}: {states.ATTEMPT_LABELS[attempt.state]}",
                "who": _who(attempt, names),
                "when": attempt.started_at,
                "text": attempt.sentence or "",
                "detail": attempt.detail or "",
                "transcript": attempt.transcript or [],
                "tone": tone,
                "icon": sign,
            }
        )
    return entries


def _who(attempt: Attempt, names: Mapping[int, str]) -> str:
    if attempt.by_id is not None:
        return names.get(attempt.by_id, "")
    return str(_("Qua đường dẫn xác nhận") if attempt.call == states.CONFIRM else _("Máy phát hành"))


def settings_form(
    channel: Channel,
    settings: Mapping[str, Any],
    stored_secrets: Iterable[str] = (),
    typed: Mapping[str, Any] | None = None,
    errors: Mapping[str, Sequence[str]] | None = None,
) -> list[ShownField]:
    """Return the fields of an outlet's settings form.

    Args:
        settings: what is stored.
        stored_secrets: names of the credentials that are stored.
        typed: what was sent and refused; it stands in the form again, credentials apart.
        errors: sentences by field.
    """
    held = set(stored_secrets)
    shown = []
    for field in form_fields(channel.SettingsSchema):
        value = settings.get(field.name, field.default)
        if typed is not None:
            value = typed.get(field.name, "")
        if field.widget == "checkbox":
            value = value in (True, "true")
        if field.secret or value is None:
            value = ""
        shown.append(ShownField(field, value, tuple((errors or {}).get(field.name, ())), field.name in held))
    return shown


def typed_settings(channel: Channel, form: Mapping[str, str]) -> dict[str, str]:
    """Return what was filled in; an empty box of a number or a choice means its default, so it is left out."""
    raw: dict[str, str] = {}
    for field in form_fields(channel.SettingsSchema):
        name = f"set-{field.name}"
        if field.widget == "checkbox":
            raw[field.name] = "true" if name in form else "false"
        elif form.get(name, "").strip() or field.widget in ("text", "textarea") or field.required:
            raw[field.name] = form.get(name, "").replace("\r\n", "\n").strip()
    return raw


def local_input(moment: dt.datetime) -> str:
    """Return a moment as the value of a date-and-time box, on the unit's clocks."""
    return clock.local(moment, g.unit.timezone).strftime("%Y-%m-%dT%H:%M")


def from_local_input(text: str, timezone: str = "") -> dt.datetime | None:
    """Return the moment somebody typed on the unit's clocks (``timezone``: on those); None when it is no moment."""
    try:
        naive = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if naive.tzinfo is not None else clock.from_local(naive, timezone or g.unit.timezone)
