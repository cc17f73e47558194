"""Settings of a channel: one schema gives the check, the form and the split into open and secret."""

import pytest
from marshmallow import ValidationError

from channel_plugins import Channel, GiveUp
from channel_plugins.settings import (
    ChannelSettings,
    choice_field,
    flag_field,
    form_fields,
    merge_secrets,
    number_field,
    secret_field,
    secret_names,
    split,
    text_field,
)
from channel_plugins.types import ChannelInfo


class Sample(ChannelSettings):
    """One field of each sort."""

    box = text_field("Hộp", "Tên hộp.", "hoa-mai", required=True, longest=10)
    note = text_field("Ghi chú", "Nhiều dòng.", "x", lines=True)
    token = secret_field("Mã", "Giữ kín.", "tok-1")
    count = number_field("Số", "Bao nhiêu.", default=3, least=1, most=9)
    loud = flag_field("To", "To hay nhỏ.", default=False)
    side = choice_field("Bên", "Trái hay phải.", (("left", "Trái"), ("right", "Phải")), default="left")


class SampleChannel(Channel):
    info = ChannelInfo("sample", "Mẫu", "Mẫu.", "box", "file", True, "x")
    SettingsSchema = Sample


def test_the_form_is_made_from_the_schema() -> None:
    fields = {field.name: field for field in form_fields(Sample)}
    assert list(fields) == ["box", "note", "token", "count", "loud", "side"]
    assert [field.widget for field in fields.values()] == [
        "text",
        "textarea",
        "password",
        "number",
        "checkbox",
        "select",
    ]
    assert (fields["box"].label, fields["box"].help, fields["box"].required) == ("Hộp", "Tên hộp.", True)
    assert fields["token"].secret and not fields["box"].secret
    assert fields["count"].default == 3
    assert fields["side"].choices == (("left", "Trái"), ("right", "Phải"))


def test_defaults_fill_what_is_left_out() -> None:
    settings, secrets = SampleChannel().load_settings({"box": "hoa-mai", "token": "tok-1"})
    assert settings == {"box": "hoa-mai", "note": "", "count": 3, "loud": False, "side": "left"}
    assert dict(secrets) == {"token": "tok-1"}
    assert secret_names(Sample) == {"token"}
    assert split(Sample, {"box": "x", "token": "y"})[0] == {"box": "x"}


@pytest.mark.parametrize(
    ("raw", "field", "sentence"),
    [
        ({"token": "t"}, "box", "bắt buộc"),
        ({"box": "", "token": "t"}, "box", "bắt buộc"),
        ({"box": "a" * 11, "token": "t"}, "box", "Dài quá 10 ký tự"),
        ({"box": "a", "token": "t", "count": 10}, "count", "từ 1 đến 9"),
        ({"box": "a", "token": "t", "count": "ba"}, "count", "chưa đúng"),
        ({"box": "a", "token": "t", "side": "up"}, "side", "Chọn một"),
        ({"box": "a", "token": "t", "color": "red"}, "color", "không có mục"),
        ({"box": None, "token": "t"}, "box", "không được để trống"),
    ],
)
def test_wrong_values_are_refused_in_vietnamese(raw: dict[str, object], field: str, sentence: str) -> None:
    with pytest.raises(ValidationError) as refused:
        SampleChannel().load_settings(raw)
    assert sentence in " ".join(refused.value.messages[field])


def test_an_empty_value_never_replaces_a_secret() -> None:
    kept = merge_secrets({"token": "old", "other": "x"}, {"token": "", "more": "y"})
    assert dict(kept) == {"token": "old", "other": "x", "more": "y"}
    assert merge_secrets({"token": "old"}, {"token": "new"})["token"] == "new"


def test_connecting_without_steps_is_filling_in_the_form() -> None:
    channel = SampleChannel()
    assert channel.connect({}, {}, "https://example.com/back").kind == "form"
    done = channel.connect({"box": "hoa-mai", "token": "tok-1"}, {}, "https://example.com/back")
    assert (done.kind, done.settings["box"], done.secrets["token"]) == ("done", "hoa-mai", "tok-1")


def test_connecting_with_wrong_values_says_so_and_shows_no_secret() -> None:
    with pytest.raises(GiveUp) as refused:
        SampleChannel().connect({"token": "tok-secret-1"}, {}, "https://example.com/back")
    assert "chưa được lưu" in refused.value.for_school
    assert "tok-secret-1" not in str(refused.value)
