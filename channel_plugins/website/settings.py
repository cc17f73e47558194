"""Settings of the website channel."""

from __future__ import annotations

from channel_plugins.settings import ChannelSettings, choice_field, flag_field, text_field

AUTHOR_STYLES = (
    ("name", "Ghi tên tác giả"),
    ("unit", "Chỉ ghi tên đơn vị"),
    ("none", "Không ghi"),
)


class WebsiteSettings(ChannelSettings):
    """What a unit may choose for its public site."""

    author_style = choice_field(
        "Tên tác giả dưới bài",
        "Ghi tên người viết, chỉ tên đơn vị, hay không ghi.",
        AUTHOR_STYLES,
        default="name",
    )
    section = text_field(
        "Chuyên mục mặc định",
        "Bài không chọn chuyên mục sẽ nằm ở đây.",
        "Tin hoạt động",
        default="Tin hoạt động",
        longest=60,
    )
    show_summary = flag_field("Hiện tóm tắt ở đầu bài", "Tóm tắt in đậm phía trên nội dung.", default=True)
