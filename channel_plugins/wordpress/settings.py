"""Settings of the WordPress channel."""

from __future__ import annotations

from urllib.parse import urlsplit

from marshmallow import ValidationError

from channel_plugins.settings import ChannelSettings, choice_field, flag_field, secret_field, text_field

PRETTY = "pretty"
PLAIN = "plain"

_STYLES = (
    (PRETTY, "Thường gặp: /wp-json/"),
    (PLAIN, "Trang chưa bật đường dẫn tĩnh: /?rest_route="),
)


def clean_site(address: str) -> str:
    """Return the address of a site without a trailing slash."""
    return address.strip().rstrip("/")


def _check_site(address: str) -> None:
    """Refuse what is no address of a site.

    Plain http passes for an address of this machine only, and the transport refuses even that unless a simulator was
    named there.
    """
    parts = urlsplit(clean_site(address))
    local = parts.scheme == "http" and parts.hostname == "127.0.0.1"
    if not (parts.scheme == "https" or local) or not parts.hostname:
        raise ValidationError("Địa chỉ phải bắt đầu bằng https://, ví dụ https://thcshoamai.edu.vn.")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValidationError("Chỉ điền địa chỉ trang chủ, không kèm tên đăng nhập, dấu ? hay dấu #.")


class WordPressSettings(ChannelSettings):
    """Which site, who signs in, and how articles are filed there."""

    site = text_field(
        "Địa chỉ trang",
        "Địa chỉ trang chủ WordPress của trường, bắt đầu bằng https://.",
        "https://thcshoamai.edu.vn",
        required=True,
        check=_check_site,
    )
    login = text_field(
        "Tên đăng nhập WordPress",
        "Nên là một người dùng riêng có vai trò Biên tập viên (Editor) hoặc Tác giả (Author).",
        "loa-truong",
        required=True,
        longest=60,
    )
    app_password = secret_field(
        "Mật khẩu ứng dụng",
        "Tạo trong WordPress: Thành viên → Hồ sơ → Mật khẩu ứng dụng. Không phải mật khẩu đăng nhập.",
        "mauk hong phai that 1234 5678",
        goes_to=("site",),
    )
    rest_style = choice_field(
        "Kiểu địa chỉ của trang",
        "Hệ thống tự nhận ra khi kết nối; chỉ đổi khi kết nối không được.",
        _STYLES,
        default=PRETTY,
    )
    category = text_field(
        "Chuyên mục",
        "Bài được xếp vào chuyên mục này; chưa có thì hệ thống tạo. Bỏ trống để WordPress tự xếp.",
        "Tin tức - Sự kiện",
        longest=100,
    )
    featured_image = flag_field("Ảnh đầu làm ảnh đại diện", "Ảnh thứ nhất của bài là ảnh đại diện.", default=True)
    show_author = flag_field("Ghi tên tác giả ở cuối bài", "Thêm một dòng tên người viết.", default=True)
