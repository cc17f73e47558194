"""Settings of the e-mail channel."""

from __future__ import annotations

import re

from marshmallow import ValidationError

from channel_plugins.settings import ChannelSettings, choice_field, number_field, secret_field, text_field

NEWSLETTER = "newsletter"
PRESS = "press"
PURPOSES = ((NEWSLETTER, "Thư tin gửi người đăng ký nhận"), (PRESS, "Thông cáo báo chí gửi danh sách báo chí"))

STARTTLS = "starttls"
TLS = "tls"
PLAIN = "plain"

ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])")
HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")


def is_address(text: str) -> bool:
    """Return whether `text` is one e-mail address in plain letters, safe in an envelope."""
    return ADDRESS.fullmatch(text) is not None and ".." not in text


def _address(text: str) -> None:
    if text and not is_address(text):
        raise ValidationError("Địa chỉ thư chưa đúng. Thầy cô xem ví dụ bên dưới ô và nhập lại.")


def _host(text: str) -> None:
    if text and not HOST.fullmatch(text):
        raise ValidationError("Tên máy chủ chưa đúng: chỉ nhập tên, không có https:// hay dấu gạch chéo.")


class EmailSettings(ChannelSettings):
    """What a unit fills in to send letters from its own mailbox."""

    purpose = choice_field(
        "Dùng để gửi",
        "Thư tin đi tới người đăng ký nhận tin; thông cáo đi tới danh sách báo chí. Cần cả hai thì tạo hai kênh.",
        PURPOSES,
        default=NEWSLETTER,
    )
    sender_name = text_field(
        "Tên người gửi", "Người nhận thấy tên này.", "Trường THCS Hoa Mai", required=True, longest=100
    )
    sender_address = text_field(
        "Địa chỉ gửi",
        "Hộp thư của nhà trường. Tên miền cần có SPF, DKIM và DMARC để thư không vào mục rác.",
        "thutin@hoamai.example.edu.vn",
        required=True,
        check=_address,
    )
    reply_to = text_field(
        "Địa chỉ nhận thư trả lời",
        "Để trống thì thư trả lời về địa chỉ gửi.",
        "vanthu@hoamai.example.edu.vn",
        check=_address,
    )
    server = text_field(
        "Máy chủ gửi thư (SMTP)",
        "Tên máy chủ do nhà cung cấp thư cho biết.",
        "smtp.hoamai.example.edu.vn",
        required=True,
        check=_host,
    )
    port = number_field("Cổng SMTP", "587 khi dùng STARTTLS, 465 khi dùng TLS.", default=587, least=1, most=65535)
    security = choice_field(
        "Mã hóa",
        "Không mã hóa chỉ dùng được với máy mô phỏng trên cùng máy.",
        ((STARTTLS, "STARTTLS"), (TLS, "TLS ngay từ đầu"), (PLAIN, "Không mã hóa (máy mô phỏng)")),
        default=STARTTLS,
    )
    user = text_field(
        "Tên đăng nhập", "Để trống thì dùng địa chỉ gửi để đăng nhập.", "thutin@hoamai.example.edu.vn", longest=200
    )
    password = secret_field(
        "Mật khẩu",
        "Mật khẩu hộp thư, hoặc mật khẩu ứng dụng nếu nhà cung cấp cấp.",
        "mat-khau-1",
        goes_to=("server", "port", "security"),
    )
    postal_address = text_field(
        "Địa chỉ in cuối thư",
        "Tên và địa chỉ trường, để người nhận biết thư của ai.",
        "Trường THCS Hoa Mai, xã Hoa Sim",
        required=True,
        longest=300,
        lines=True,
    )
    contact = text_field(
        "Người cung cấp thông tin cho báo chí",
        "In ở cuối thông cáo: họ tên, chức vụ, điện thoại của người phát ngôn.",
        "Bà Trần Thị Mẫu, Hiệu trưởng, 024 0000 0000",
        longest=300,
        lines=True,
    )
    bounce_address = text_field(
        "Địa chỉ nhận thư bị trả về",
        "Hộp thư riêng để hệ thống đọc thư báo lỗi. Để trống thì thư lỗi về địa chỉ gửi và không được đọc.",
        "thutrave@hoamai.example.edu.vn",
        check=_address,
    )
    bounce_server = text_field(
        "Máy chủ đọc thư bị trả về (POP3)",
        "Để trống thì hệ thống không đọc thư bị trả về.",
        "pop.hoamai.example.edu.vn",
        check=_host,
    )
    bounce_port = number_field("Cổng POP3", "995 khi dùng TLS.", default=995, least=1, most=65535)
    bounce_security = choice_field(
        "Mã hóa POP3",
        "Không mã hóa chỉ dùng được với máy mô phỏng trên cùng máy.",
        ((TLS, "TLS"), (PLAIN, "Không mã hóa (máy mô phỏng)")),
        default=TLS,
    )
    bounce_user = text_field(
        "Tên đăng nhập POP3", "Để trống thì dùng địa chỉ nhận thư bị trả về.", "thutrave@hoamai.example.edu.vn"
    )
    bounce_password = secret_field(
        "Mật khẩu hộp thư bị trả về",
        "Chỉ cần khi hệ thống đọc thư bị trả về.",
        "mat-khau-2",
        required=False,
        goes_to=("bounce_server", "bounce_port", "bounce_security"),
    )
