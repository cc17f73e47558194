"""Settings of a channel: field makers with Vietnamese messages, and the form that is made from a schema.

A channel writes its settings once, as a marshmallow schema. Labels, help, examples and the secret mark stand
in the metadata, so the host makes the form, the API and the documentation check from it, without knowing the
channel.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from marshmallow import RAISE, Schema, fields, validate

from .values import Secrets

_MESSAGES: dict[str, Any] = {
    "required": "Mục này bắt buộc phải điền.",
    "null": "Mục này không được để trống.",
    "invalid": "Giá trị chưa đúng. Thầy cô xem ví dụ bên dưới ô và nhập lại.",
    "invalid_utf8": "Chữ nhập vào bị hỏng mã. Thầy cô gõ lại giúp.",
    "too_large": "Số này quá lớn.",
}


class ChannelSettings(Schema):
    """Base of every `SettingsSchema`: a key nobody knows is refused, with a Vietnamese sentence."""

    error_messages = {
        "unknown": "Kênh không có mục cài đặt này.",
        "type": "Cài đặt phải là danh sách các mục và giá trị.",
    }

    class Meta:
        unknown = RAISE


def _metadata(label: str, help_: str, example: Any, widget: str, secret: bool = False) -> dict[str, Any]:
    return {"label": label, "help": help_, "example": example, "widget": widget, "secret": secret}


def _options(required: bool, default: Any) -> dict[str, Any]:
    return {"required": True} if required else {"load_default": default}


def text_field(
    label: str,
    help_: str,
    example: str,
    *,
    required: bool = False,
    default: str = "",
    longest: int = 200,
    lines: bool = False,
    check: Callable[[str], Any] | None = None,
) -> fields.String:
    """Return a text field of at most `longest` characters; `lines` makes it a box of several lines."""
    too_long = f"Dài quá {longest} ký tự. Thầy cô rút ngắn lại."
    rules: list[Callable[[str], Any]] = [validate.Length(max=longest, error=too_long)]
    if required:
        rules.append(validate.Length(min=1, error=_MESSAGES["required"]))
    if check:
        rules.append(check)
    return fields.String(
        validate=rules,
        error_messages=_MESSAGES,
        metadata=_metadata(label, help_, example, "textarea" if lines else "text"),
        **_options(required, default),
    )


def secret_field(
    label: str, help_: str, example: str, *, required: bool = True, goes_to: Sequence[str] = ()
) -> fields.String:
    """Return a field whose value is kept encrypted and never shown again.

    Args:
        goes_to: names of the settings that say where the secret is sent. Where one of them changes, the stored secret
            is not used any more: else whoever may change an address could have it sent to a server of their own.
    """
    return fields.String(
        validate=validate.Length(max=4000, error="Dài quá 4000 ký tự."),
        error_messages=_MESSAGES,
        metadata={**_metadata(label, help_, example, "password", secret=True), "goes_to": tuple(goes_to)},
        **_options(required, ""),
    )


def number_field(label: str, help_: str, *, default: int, least: int, most: int) -> fields.Integer:
    """Return a whole-number field between `least` and `most`, both allowed."""
    rule = validate.Range(least, most, error=f"Chọn số từ {least} đến {most}.")
    return fields.Integer(
        validate=rule,
        error_messages=_MESSAGES,
        metadata=_metadata(label, help_, default, "number"),
        load_default=default,
    )


def flag_field(label: str, help_: str, *, default: bool) -> fields.Boolean:
    """Return a yes/no field."""
    return fields.Boolean(
        error_messages=_MESSAGES, metadata=_metadata(label, help_, default, "checkbox"), load_default=default
    )


def choice_field(label: str, help_: str, choices: Sequence[tuple[str, str]], *, default: str) -> fields.String:
    """Return a field with fixed `choices` of (value, label)."""
    values = [value for value, _ in choices]
    return fields.String(
        validate=validate.OneOf(values, error="Chọn một trong các giá trị có sẵn."),
        error_messages=_MESSAGES,
        metadata={**_metadata(label, help_, default, "select"), "choices": tuple(choices)},
        load_default=default,
    )


@dataclass(frozen=True)
class FormField:
    """One field of the settings form, ready to be drawn."""

    name: str
    label: str
    help: str
    example: str
    widget: str
    required: bool
    secret: bool
    default: Any
    choices: tuple[tuple[str, str], ...]


def form_fields(schema: type[Schema]) -> tuple[FormField, ...]:
    """Return the fields of the settings form in the order of the schema."""
    return tuple(
        FormField(
            name=name,
            label=str(item.metadata.get("label", name)),
            help=str(item.metadata.get("help", "")),
            example=str(item.metadata.get("example", "")),
            widget=str(item.metadata.get("widget", "text")),
            required=item.required,
            secret=bool(item.metadata.get("secret")),
            default=None if item.required else item.load_default,
            choices=tuple(item.metadata.get("choices", ())),
        )
        for name, item in schema().fields.items()
    )


def secret_names(schema: type[Schema]) -> frozenset[str]:
    """Return the names of the fields whose values are secret."""
    return frozenset(name for name, item in schema().fields.items() if item.metadata.get("secret"))


def moved_secrets(schema: type[Schema], before: Mapping[str, Any], after: Mapping[str, Any]) -> frozenset[str]:
    """Return the names of the secrets that would be sent to another place after a change of settings."""
    return frozenset(
        name
        for name, item in schema().fields.items()
        if any(place in before and before[place] != after.get(place) for place in item.metadata.get("goes_to", ()))
    )


def split(schema: type[Schema], loaded: Mapping[str, Any]) -> tuple[dict[str, Any], Secrets]:
    """Return what the schema loaded as (settings, secrets)."""
    hidden = secret_names(schema)
    open_part = {name: value for name, value in loaded.items() if name not in hidden}
    return open_part, Secrets({name: value for name, value in loaded.items() if name in hidden})


def merge_secrets(old: Mapping[str, str], new: Mapping[str, str]) -> Secrets:
    """Return `old` overwritten by what `new` really has: an empty value never replaces a secret."""
    return Secrets({**old, **{name: value for name, value in new.items() if value}})
