"""What people fill in."""

from channel_plugins.settings import ChannelSettings, secret_field, text_field


class KenhmauSettings(ChannelSettings):
    """What a school fills in: where to post, and the token that opens it."""

    room = text_field("Tên nhóm", "Bài được gửi vào nhóm này.", "thcs-hoa-mai", required=True, longest=60)
    token = secret_field("Mã truy cập", "Lấy ở trang quản lý của dịch vụ; được giữ kín.", "tok-0123456789abcdef")


class KenhmauOptions(ChannelSettings):
    """What whoever runs the installation fills in once: `LOA_CHANNEL_KENHMAU__API_URL=...`."""

    api_url = text_field(
        "Địa chỉ dịch vụ",
        "Đổi khi thử với một máy chủ giả.",
        "https://api.kenhmau.example.com/v1",
        default="https://api.kenhmau.example.com/v1",
    )
