"""Makers of fields with a description for the OpenAPI document and a Vietnamese sentence for what is wrong.

Limits here keep out what the database cannot hold; whether a value makes sense is decided by the services.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_smorest.fields import Upload
from marshmallow import Schema, fields, validate
from marshmallow.exceptions import ValidationError

from tenants.web.addresses import LARGEST_ID

LINE = 500
"""Longest text that is a line, in characters."""

TEXT = 20_000
"""Longest text of several lines."""

MOST = 500
"""Longest list in a body."""

FIRST_DAY, LAST_DAY = dt.date(1900, 1, 1), dt.date(2100, 12, 31)

_MISSING = _l("Thiếu trường này.")
_NULL = _l("Trường này không được là null.")

Options = Any


class ApiSchema(Schema):
    """Base of every schema: a field nobody knows is refused, so that a misspelt name is not silently lost."""

    error_messages = {
        "unknown": _l("Không có trường này."),
        "type": _l("Cần một đối tượng JSON."),
    }


def _messages(invalid: str) -> dict[str, Any]:
    return {
        "required": _MISSING,
        "null": _NULL,
        "invalid": invalid,
        "invalid_utf8": invalid,
        "invalid_awareness": invalid,
        "format": invalid,
        "too_large": invalid,
        "type": invalid,
    }


def _storable(value: str) -> None:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValidationError(_l("Chuỗi có ký tự hỏng.")) from None
    # The database takes no NUL, and Word files take no other control character.
    if any(unicodedata.category(sign) == "Cc" and sign not in "\t\n\r" for sign in value):
        raise ValidationError(_l("Chuỗi có ký tự điều khiển không in được."))


def string(
    description: str,
    *,
    longest: int = LINE,
    shortest: int = 0,
    choices: Iterable[str] | None = None,
    check: Callable[[str], Any] | None = None,
    **options: Options,
) -> fields.String:
    """Return a field of characters; ``choices`` are all values there are."""
    rules: list[Any] = [
        _storable,
        validate.Length(
            min=shortest or None, max=longest, error=_l("Độ dài cần từ %(a)s đến %(b)s ký tự.", a=shortest, b=longest)
        ),
    ]
    if choices is not None:
        values = tuple(choices)
        if options.get("load_default") == "":
            # As a function it stays out of the document: "" is how a left-out choice reads, not a choice.
            options["load_default"] = str
        rules = [validate.OneOf(values, error=_l("Cần một trong: %(values)s.", values=", ".join(values)))]
    if check is not None:
        rules.append(check)
    return fields.String(
        validate=rules,
        error_messages=_messages(_l("Cần một chuỗi ký tự.")),
        metadata={"description": description},
        **options,
    )


def number(
    description: str,
    *,
    least: int | None = None,
    most: int | None = LARGEST_ID,
    strict: bool = True,
    **options: Options,
) -> fields.Integer:
    """Return a field of a whole number; in a query, where everything is text, it is not ``strict``."""
    return fields.Integer(
        strict=strict,
        validate=validate.Range(min=least, max=most, error=_l("Số nằm ngoài phạm vi cho phép.")),
        error_messages=_messages(_l("Cần một số nguyên.")),
        metadata={"description": description},
        **options,
    )


def ident(description: str, **options: Options) -> fields.Integer:
    """Return a field of an id."""
    return number(description, least=1, **options)


def flag(description: str, **options: Options) -> fields.Boolean:
    """Return a field of true or false, and nothing that merely looks like it."""
    return fields.Boolean(
        truthy={True},
        falsy={False},
        error_messages=_messages(_l("Cần true hoặc false.")),
        metadata={"description": description},
        **options,
    )


def flag_in_query(description: str, **options: Options) -> fields.Boolean:
    """Return a field of true or false in an address, where everything is text."""
    return fields.Boolean(
        truthy={"true", "1"},
        falsy={"false", "0"},
        error_messages=_messages(_l("Cần true hoặc false.")),
        metadata={"description": description},
        **options,
    )


def day(description: str, **options: Options) -> fields.Date:
    """Return a field of a calendar day in ISO form."""
    return fields.Date(
        format="iso",
        validate=validate.Range(FIRST_DAY, LAST_DAY, error=_l("Ngày nằm ngoài phạm vi cho phép.")),
        error_messages=_messages(_l("Cần một ngày, ví dụ 2026-11-20.")),
        metadata={"description": description},
        **options,
    )


def moment(description: str, **options: Options) -> fields.AwareDateTime:
    """Return a field of a moment in ISO form with its offset; answers are in UTC."""
    return fields.AwareDateTime(
        format="iso",
        error_messages=_messages(_l("Cần thời điểm kèm múi giờ, ví dụ 2026-11-20T08:00:00+07:00.")),
        metadata={"description": description},
        **options,
    )


def many(inner: fields.Field[Any], description: str, *, most: int = MOST, **options: Options) -> fields.List[Any]:
    """Return a field of a list."""
    return fields.List(
        inner,
        validate=validate.Length(max=most, error=_l("Danh sách có nhiều nhất %(n)s phần tử.", n=most)),
        error_messages=_messages(_l("Cần một danh sách.")),
        metadata={"description": description},
        **options,
    )


def words(description: str, **options: Options) -> fields.List[Any]:
    """Return a field of a list of short texts."""
    return many(string("One of them."), description, **options)


def choices(values: Iterable[str], description: str, **options: Options) -> fields.List[Any]:
    """Return a field of a list of fixed values."""
    return many(string("One of them.", choices=values), description, **options)


def one(schema: type[Schema] | Callable[[], Schema], description: str, **options: Options) -> fields.Nested:
    """Return a field of an object."""
    return fields.Nested(
        schema,
        error_messages=_messages(_l("Cần một đối tượng JSON.")),
        metadata={"description": description},
        **options,
    )


def several(
    schema: type[Schema] | Callable[[], Schema], description: str, most: int = MOST, **options: Options
) -> fields.List[Any]:
    """Return a field of a list of objects."""
    return many(
        fields.Nested(schema, error_messages=_messages(_l("Cần một đối tượng JSON."))),
        description,
        most=most,
        **options,
    )


def table(
    description: str,
    *,
    values: fields.Field[Any] | None = None,
    keys: Iterable[str] | None = None,
    **options: Options,
) -> fields.Dict:
    """Return a field of an object with free keys (or some of ``keys``)."""
    return fields.Dict(
        keys=string("A name.", choices=keys) if keys is not None else string("A name."),
        values=values,
        error_messages=_messages(_l("Cần một đối tượng JSON.")),
        metadata={"description": description},
        **options,
    )


class SettingValue(fields.Raw):
    """A value of a setting: text, number, true or false; what it means is the channel's business."""

    def _deserialize(self, value: Any, *_args: Any, **_options: Any) -> Any:
        if isinstance(value, str):
            _storable(value)
        elif not isinstance(value, bool | int | float) or abs(value) > LARGEST_ID:
            raise ValidationError(_l("Cần chuỗi ký tự, số, true hoặc false."))
        return value


def setting_value() -> SettingValue:
    """Return a field of a value of a setting."""
    return SettingValue(metadata={"type": ["string", "number", "boolean"], "description": "A value."})


def anything(description: str, **options: Options) -> fields.Raw:
    """Return a field of any JSON; for answers only."""
    return fields.Raw(metadata={"description": description}, dump_only=True, **options)


def upload(description: str, **options: Options) -> Any:
    """Return a field of a file in a multipart body."""
    return Upload(
        error_messages=_messages(_l("Cần một tệp.")),
        metadata={"description": description},
        **options,
    )


def plain_messages(messages: Any) -> Any:
    """Return validation messages as JSON-able values in the reader's language: field -> list of sentences, nested."""
    if isinstance(messages, Mapping):
        return {str(name): plain_messages(value) for name, value in messages.items()}
    if isinstance(messages, list):
        return [str(message) for message in messages]
    return [str(messages)]
