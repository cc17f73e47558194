"""Settings of the webhook channel."""

from __future__ import annotations

from urllib.parse import urlsplit

from marshmallow import ValidationError

from channel_plugins.settings import ChannelSettings, secret_field, text_field

SHORTEST_SECRET = 16


def _check_address(address: str) -> None:
    """Refuse what is no address. Plain http passes for this machine only; the transport refuses even that unless a
    simulator was named there.
    """
    parts = urlsplit(address.strip())
    local = parts.scheme == "http" and parts.hostname == "127.0.0.1"
    if not (parts.scheme == "https" or local) or not parts.hostname:
        raise ValidationError("Địa chỉ phải bắt đầu bằng https://.")
    if parts.username or parts.password or parts.fragment:
        raise ValidationError("Địa chỉ không được kèm tên đăng nhập, mật khẩu hay dấu #.")


class WebhookSettings(ChannelSettings):
    """Where to call, and the secret that signs the calls."""

    url = text_field(
        "Địa chỉ nhận",
        "Hệ thống của trường nhận bài ở địa chỉ này, qua https.",
        "https://noibo.thcshoamai.edu.vn/nhan-bai",
        required=True,
        longest=500,
        check=_check_address,
    )
    secret = secret_field(
        "Khóa ký",
        f"Ít nhất {SHORTEST_SECRET} ký tự, hai bên cùng giữ; nhờ khóa này bên nhận biết bài đúng là do hệ thống gửi.",
        "whsec_a2hvYSBtYXUga2hvbmcgcGhhaSB0aGF0",
    )
