"""Settings of the postbox channel."""

from channel_plugins.settings import ChannelSettings, secret_field, text_field


class PostboxSettings(ChannelSettings):
    """Which box, and the token that opens it."""

    box = text_field("Tên hộp tin", "Tên hộp tin của trường trên dịch vụ.", "hoa-mai", required=True, longest=60)
    token = secret_field("Mã truy cập", "Lấy ở trang quản lý hộp tin.", "tok-0123456789abcdef")
