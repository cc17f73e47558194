"""What can go wrong with a radio script."""

from __future__ import annotations

from channel_plugins.errors import GiveUp


class NotReadable(GiveUp):
    """The script still holds abbreviations nobody can read out."""

    default_sentence = (
        "Bản tin còn chữ viết tắt chưa có cách đọc nên chưa được bàn giao. Bài vẫn được giữ; thầy cô "
        "viết đầy đủ chữ đó trong bài, hoặc thêm cách đọc ở Cài đặt kênh Bản tin phát thanh."
    )
