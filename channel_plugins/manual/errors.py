"""What can go wrong with a kit."""

from __future__ import annotations

from channel_plugins.errors import GiveUp


class NothingToPost(GiveUp):
    """The kit has no words."""

    default_sentence = (
        "Bài chưa có nội dung để đăng tay nên bộ đăng bài chưa được làm. Bài vẫn được giữ; thầy cô viết nội dung rồi "
        "trình duyệt lại."
    )
